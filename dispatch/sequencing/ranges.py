"""Service times that are known as ranges: plan for the expected ones, and say how far the harm may go.

A time on scene is given as (least, likely, most), read as a triangular distribution, or as the triangular fuzzy number
of Wex, Schryen and Neumann (2013). The order is optimised for the mean of the three, which is the mean of the
distribution and the usual crisp value of the fuzzy number. Harm grows with every service time, so the harm with all
least and all most times bounds what can happen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dispatch.sequencing.problem import Problem, frozen
from dispatch.sequencing.schedule import Effort, Outcome, schedule
from kernels.jit import NEVER
from kernels.sequence import NOBODY, Ints, Longs
from models.errors import require

_DRAWS: Final = 2_000
_LOW: Final = 10
_HIGH: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranges:
    """Service times int32[units, incidents]: least, likely, most; `NEVER` in all three where a unit cannot serve."""

    least: Ints
    likely: Ints
    most: Ints

    def __post_init__(self) -> None:
        for name, lower, upper in (("likely", self.least, self.likely), ("most", self.likely, self.most)):
            require(
                lower.shape == upper.shape,
                "the table has shape {found}; the others have {shape}",
                where=name,
                found=upper.shape,
                shape=lower.shape,
            )
            wrong = np.argwhere((lower > upper) | ((lower == NEVER) != (upper == NEVER)))
            require(
                wrong.size == 0,
                "the times of unit {unit} at incident {job} do not ascend; least, likely, most would be right",
                where=name,
                unit=int(wrong[0, 0]) if wrong.size else 0,
                job=int(wrong[0, 1]) if wrong.size else 0,
            )

    def expected(self) -> Ints:
        """Mean of the triangular distribution, rounded up to whole units of time."""
        whole = self.least.astype(np.int64) + self.likely + self.most
        return frozen(np.where(self.likely < NEVER, -(-whole // 3), NEVER), np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class HarmRange:
    """Harm of one order when service times vary within their ranges.

    Attributes
    ----------
    least, most
        All services as short, as long as they can be: nothing outside can happen.
    likely, expected
        All services as likely; at the mean of their range.
    low, high
        One draw in ten does less harm than `low`, one in ten more than `high`, services drawn independently.
    """

    least: int
    likely: int
    expected: int
    most: int
    low: int
    high: int


def ranges(least: ArrayLike, likely: ArrayLike, most: ArrayLike) -> Ranges:
    """Make ranges from anything NumPy reads.

    Raises
    ------
    InputError
        If the tables differ in shape or a range does not ascend.
    """
    return Ranges(least=frozen(least, np.int32), likely=frozen(likely, np.int32), most=frozen(most, np.int32))


def schedule_ranges(
    problem: Problem, times: Ranges, *, effort: Effort | None = None
) -> tuple[Outcome, HarmRange]:
    """Find the order of least harm at the expected service times, and the range of its harm.

    Parameters
    ----------
    problem
        What is to be served; its `service` gives way to the expected times.
    times
        The ranges.
    effort
        How hard to try.
    """
    effort = effort or Effort()
    outcome = schedule(problem.with_service(times.expected()), effort=effort)
    return outcome, harm_range(problem, outcome.stops, times, seed=effort.seed)


def harm_range(
    problem: Problem, stops: Sequence[Sequence[int]], times: Ranges, *, seed: int = 0
) -> HarmRange:
    """Say how far the harm of an order may go; incidents that nobody serves are left out.

    Parameters
    ----------
    problem
        What is to be served.
    stops
        Incidents of each unit, in order.
    times
        The ranges.
    seed
        Of the draws for `low` and `high`.
    """
    unit = np.full(problem.incidents, NOBODY)
    for number, row in enumerate(stops):
        unit[list(row)] = number
    served = np.flatnonzero(unit != NOBODY)
    sides = np.zeros((4, problem.incidents), dtype=np.int64)
    for side, table in enumerate((times.least, times.likely, times.expected(), times.most)):
        sides[side, served] = table[unit[served], served]
    least, likely, expected, most = harms(problem, stops, sides).tolist()
    uniform = np.random.default_rng(seed).random((_DRAWS, problem.incidents))
    drawn = harms(problem, stops, _triangular(uniform, sides[0], sides[1], sides[3]))
    low, high = np.percentile(drawn, [_LOW, _HIGH])
    return HarmRange(
        least=least, likely=likely, expected=expected, most=most, low=round(low), high=round(high)
    )


def _triangular(uniform: NDArray[np.float64], least: Longs, likely: Longs, most: Longs) -> Longs:
    """Turn numbers from [0, 1) into whole times of triangular distributions."""
    width = np.maximum(most - least, 1).astype(np.float64)
    rise, fall = (likely - least).astype(np.float64), (most - likely).astype(np.float64)
    early = least + np.sqrt(uniform * width * rise)
    late = most - np.sqrt((1 - uniform) * width * fall)
    drawn: Longs = np.rint(np.where(uniform * width < rise, early, late)).astype(np.int64)
    return drawn


def harms(problem: Problem, stops: Sequence[Sequence[int]], service: Longs) -> Longs:
    """Harm of one order for many sets of service times.

    Parameters
    ----------
    problem
        What is to be served; its own service times are not used.
    stops
        Incidents of each unit, in order.
    service : int64[cases, incidents]
        Time on scene of each incident, by the unit that serves it.

    Returns
    -------
    int64[cases]
    """
    total = np.zeros(service.shape[0], dtype=np.int64)
    for unit, row in enumerate(stops):
        clock = np.full(service.shape[0], int(problem.free[unit]), dtype=np.int64)
        last = NOBODY
        for job in row:
            way = (
                problem.first[unit, job]
                if last == NOBODY
                else problem.between[problem.profile[unit], last, job]
            )
            clock = np.maximum(clock + int(way), int(problem.release[job])) + service[:, job]
            total += int(problem.weight[job]) * clock
            last = job
    return total
