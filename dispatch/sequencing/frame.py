"""What pricing schedules of parts needs besides the prices, and how prices become whole numbers.

Time is cut into windows, by incident. Where parts start **together**, a window is one of starts. Where they are served
apart, it is one of completions: an incident spends the time within a window for as long as its last part is not done,
so in each window the weight may be divided otherwise among the parts, and what a part costs grows with its completion
in pieces.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.sequencing.parts import JointProblem
from kernels.jit import NEVER
from kernels.sequence import Ints, Longs
from kernels.sequence_price import labels
from kernels.sequence_windows import Reach, Windows, cheapest_windows, reach

Floats = NDArray[np.float64]
Visits = tuple[int, tuple[tuple[int, int], ...]]
"""A unit and its stops in order, each with its start."""

_SCALE: Final = 5040
"""Prices are whole numbers of this part of a unit of harm, where the harms are small enough."""

_MOST_HARM: Final = 2**60

_EACH: Final = 5
"""Schedules of one unit taken into the programme at once."""

_LITTLE_ROOM: Final = 250
_WIDER: Final = 8
"""Labels of one unit at first, and how much more is given where they do not suffice."""

_WORTH_A_CUT: Final = 0.1
"""Windows are cut whose spread does at least this part of the harm of the worst."""

_ROUNDING: Final = 1.0
"""Harm of a spread that may be no more than rounding."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What serving each part in each window is worth, and the weight it bears: float64[parts, windows]."""

    worth: Floats
    rate: Floats

    def between(self, other: Prices, share: float) -> Prices:
        """Prices part of the way to others."""
        return Prices(
            (1 - share) * self.worth + share * other.worth, (1 - share) * self.rate + share * other.rate
        )

    def along(self, points: list[list[int]], finer: list[list[int]], incident: Ints) -> Prices:
        """The same prices where each incident's time is cut at more points."""
        most = max((len(each) for each in finer), default=1)
        place = np.zeros((len(finer), most), dtype=np.int64)
        for row, few, many in zip(place, points, finer, strict=False):
            row[: len(many)] = np.maximum(0, np.searchsorted(few, many, side="right") - 1)
        every = place[incident]
        return Prices(
            np.take_along_axis(self.worth, every, axis=1), np.take_along_axis(self.rate, every, axis=1)
        )


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where time is cut.

    Attributes
    ----------
    count : int64[parts]
        Windows of each part.
    at : int64[parts, windows]
        Beginnings of the windows, the same for all parts of an incident: of starts together, of completions apart.
    start : int64[units, parts, windows]
        The starts with which they begin.
    """

    count: Longs
    at: Longs
    start: Longs

    def lengths(self, end: int) -> Longs:
        """How much of each window is before `end`, int64[parts, windows]; nothing of those beyond `count`."""
        every = np.arange(self.count.size)
        return self.before(every, np.full(every.size, end))

    def before(self, part: Longs, end: Longs) -> Longs:
        """How much of each window of some parts is before their ends, int64[ends, windows]."""
        at, last = self.at[part], self.count[part, None] - 1
        number = np.arange(at.shape[1])
        until = np.where(number < last, np.roll(at, -1, axis=1), end[:, None])
        return np.where(number <= last, np.clip(end[:, None] - at, 0, until - np.minimum(at, until)), 0)


class Frame:
    """What does not change with the prices: times, groups, scratch."""

    def __init__(self, problem: JointProblem, room: int) -> None:
        parts, incident = problem.parts, problem.incident
        self.problem, self.jobs = problem, parts.jobs()
        units, count = parts.units, parts.incidents
        self.first = np.searchsorted(incident, np.arange(problem.weight.size))
        self.joined = np.bincount(incident)[incident] > 1
        self.ways = Reach(
            np.zeros((units, count + 1, count), dtype=np.int32),
            np.zeros((units, count, count), dtype=np.int32),
        )
        for unit in range(units):
            reach(self.jobs, np.int64(unit), self.ways.direct[unit], self.ways.second[unit])
        soonest = np.where(
            self.ways.direct[:, count] < NEVER, parts.free[:, None] + self.ways.direct[:, count], NEVER
        )
        self.soonest = np.maximum(soonest.min(axis=0, initial=NEVER), parts.release).astype(np.int64)
        self.lasts = parts.service.astype(np.int64)
        if problem.together:
            self._join()
        self.group = incident.astype(np.int64) if problem.together else np.arange(count)
        self.scale = max(1, min(_SCALE, _MOST_HARM // (int(problem.weight.sum()) * parts.late)))
        self.most_room, self.room = room, labels(min(room, _LITTLE_ROOM), count)
        self.least = np.zeros(units, dtype=np.int64)
        self.found = np.zeros((units * _EACH, count), dtype=np.int32)
        self.starts = np.zeros((units * _EACH, count), dtype=np.int64)
        self.lengths = np.zeros(units * _EACH, dtype=np.int32)
        self.owners = np.zeros(units * _EACH, dtype=np.int32)

    def _join(self) -> None:
        """No part starts before each of its incident can; the incident lasts as long as its longest part, at least."""
        problem = self.problem
        last, longest = np.zeros_like(problem.weight), np.zeros_like(problem.weight)
        np.maximum.at(last, problem.incident, self.soonest)
        np.maximum.at(longest, problem.incident, self._fastest())
        self.soonest = last[problem.incident]
        self.lasts = np.maximum(self.lasts, longest[problem.incident])

    def _fastest(self) -> Longs:
        """Least time from the start of each part until it counts as done; 0 where nobody can serve it."""
        fastest = self.lasts.min(axis=0, initial=NEVER)
        return np.where(fastest < NEVER, fastest, 0)

    def widen(self) -> bool:
        """Give every unit more room, if there is more."""
        now = self.room.last.size
        if now >= self.most_room:
            return False
        self.room = labels(min(now * _WIDER, self.most_room), self.group.size)
        return True

    def cuts(self, points: list[list[int]]) -> Cuts:
        """Cut the time of each incident at points, ascending from the beginning of its first window."""
        count = np.array([len(each) for each in points], dtype=np.int64)
        at = np.full((count.size, int(count.max(initial=1))), 2 * NEVER, dtype=np.int64)
        for incident, each in enumerate(points):
            at[incident, : len(each)] = each
        at = at[self.problem.incident]
        starts = np.repeat(at[None], self.least.size, axis=0)
        if not self.problem.together:
            starts -= self.lasts[:, :, None]
        return Cuts(count[self.problem.incident], at, np.ascontiguousarray(starts))

    def uncut(self) -> list[list[int]]:
        """Give one window to each incident, from the first start together, from 0 apart."""
        return [[int(each)] for each in self.soonest[self.first] * self.problem.together]

    def finer(self, points: list[list[int]], mixed: list[tuple[Visits, float]]) -> list[list[int]]:
        """Cut windows in two where a mixture spreads the parts of an incident most, at their mean."""
        spread: dict[tuple[int, int], list[tuple[float, int]]] = {}
        for (unit, stops), share in mixed:
            for part, start in stops:
                incident = int(self.problem.incident[part])
                time = start if self.problem.together else start + int(self.lasts[unit, part])
                if self.joined[part]:
                    window = bisect_right(points[incident], time) - 1
                    spread.setdefault((incident, window), []).append((share, time))
        harms: list[tuple[float, int, int]] = []
        for (incident, _), many in sorted(spread.items()):
            share, time = np.array(many).T
            mean = float(share @ time / share.sum())
            harm = float(self.problem.weight[incident] * (share @ np.abs(time - mean)))
            harms.append((harm, incident, int(mean) + 1))
        least = _WORTH_A_CUT * max((harm for harm, _, _ in harms), default=0.0)
        fresh = [set(each) for each in points]
        for harm, incident, at in harms:
            if harm > max(least, _ROUNDING):
                fresh[incident].add(at)
        return [sorted(each) for each in fresh]

    def whole(self, prices: Prices, cuts: Cuts) -> tuple[Windows, int]:
        """Round prices so that an incident's rates sum to its weight; and what all incidents then pay at least."""
        problem, late, first = self.problem, self.problem.parts.late, self.first
        full = problem.weight * self.scale
        rate = np.maximum(0, np.rint(prices.rate * self.scale)).astype(np.int64)
        so_far = np.cumsum(rate, axis=0)
        over = so_far - (so_far[first] - rate[first] + full[:, None])[problem.incident]
        rate -= np.clip(over, 0, rate)  # what is above the weight is taken from the last parts
        rate[first] += full[:, None] - np.add.reduceat(rate, first, axis=0)
        most = (full * late)[problem.incident, None]
        worth = np.clip(np.rint(prices.worth * self.scale), 0, most).astype(np.int64)
        if problem.together:
            paid = np.add.reduceat(worth, first, axis=0)
            paid[np.arange(paid.shape[1]) >= cuts.count[first][:, None]] = np.iinfo(np.int64).max
            total = int(np.minimum(full * late, paid.min(axis=1)).sum())
        else:  # one part may be served where another is not
            passed = np.cumsum(rate * cuts.lengths(late), axis=1)
            total = int(np.minimum(worth[:, 0], passed[:, -1]).sum())
            worth = worth[:, :1] + rate * cuts.at
            worth[:, 1:] -= passed[:, :-1]
        return Windows(cuts.count, self.soonest, cuts.start, rate, worth, self.lasts, self.group), total

    def price(self, windows: Windows) -> tuple[list[Visits], bool]:
        """Set `least` and give schedules of negative cost, and whether there was room for all."""
        count = int(
            cheapest_windows(
                self.jobs,
                windows,
                self.ways,
                self.room,
                self.least,
                self.found,
                self.starts,
                self.lengths,
                self.owners,
            )
        )
        whole = count >= 0
        rows = range(count if whole else -1 - count)
        return [self._visits(row) for row in rows], whole

    def _visits(self, row: int) -> Visits:
        length = self.lengths[row]
        stops, starts = self.found[row, :length].tolist(), self.starts[row, :length].tolist()
        return int(self.owners[row]), tuple(zip(stops, starts, strict=True))
