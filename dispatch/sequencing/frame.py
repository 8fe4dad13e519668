"""What pricing schedules of parts needs besides the prices, and how prices become whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.sequencing.cuts import Cuts, Points, Prices, Visits, finer
from dispatch.sequencing.parts import JointProblem
from dispatch.sequencing.problem import frozen
from kernels.jit import NEVER
from kernels.sequence import Jobs, Longs
from kernels.sequence_price import labels
from kernels.sequence_windows import Reach, Windows, cheapest_windows, reach

_SCALE: Final = 5040**2
"""Prices are whole numbers of this part of a unit of harm, where the harms are small enough."""

_MOST_HARM: Final = 2**59

_EACH: Final = 5
"""Schedules of one unit taken into the programme at once."""

_NEVER_CHEAP: Final = 2**61
"""Cost of what is not possible."""

_LITTLE_ROOM: Final = 250
_WIDER: Final = 8
"""Labels of one unit at first, and how much more is given where they do not suffice."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What plans are looked at: only some units for a part, and incidents that start within a time.

    Attributes
    ----------
    allowed : bool[units, parts]
    soonest, latest : int64[incidents]
        First and last start.
    """

    allowed: NDArray[np.bool_]
    soonest: Longs
    latest: Longs

    @staticmethod
    def none(problem: JointProblem) -> Limits:
        """Look at all plans."""
        return Limits(
            problem.parts.service < NEVER,
            np.zeros(problem.weight.size, dtype=np.int64),
            np.full(problem.weight.size, 2 * NEVER, dtype=np.int64),
        )


class Frame:
    """What does not change with the prices: times, groups, scratch."""

    def __init__(self, problem: JointProblem, room: int, limits: Limits | None = None) -> None:
        parts, incident = problem.parts, problem.incident
        self.limits = limits or Limits.none(problem)
        self.problem = problem
        self.jobs = self.limited(parts.jobs())
        self.latest = self.limits.latest[incident]
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
        self.soonest = np.maximum(soonest.min(axis=0, initial=NEVER), self.jobs.release).astype(np.int64)
        self.lasts = self.jobs.service.astype(np.int64)
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

    def limited(self, jobs: Jobs) -> Jobs:
        """Give what is to be served with the limits put in."""
        first = self.limits.soonest[self.problem.incident]
        return jobs._replace(
            service=frozen(np.where(self.limits.allowed, jobs.service, NEVER), np.int32),
            release=frozen(np.maximum(jobs.release, first), np.int32),
        )

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

    def holds(self, visits: Visits) -> bool:
        """Whether a schedule is within the limits."""
        unit, stops = visits
        return all(
            self.limits.allowed[unit, part] and self.soonest[part] <= start <= self.latest[part]
            for part, start in stops
        )

    def widen(self) -> bool:
        """Give every unit more room, if there is more."""
        now = self.room.last.size
        if now >= self.most_room:
            return False
        self.room = labels(min(now * _WIDER, self.most_room), self.group.size)
        return True

    def cuts(self, points: Points) -> Cuts:
        """Cut the time of each incident."""
        return Cuts.of(points, self.problem.incident, self.lasts)

    def uncut(self) -> Points:
        """Give one window to each incident, from the first start together, from 0 apart."""
        return [[(int(each), ())] for each in self.soonest[self.first] * self.problem.together]

    def finer(self, points: Points, mixed: list[tuple[Visits, float]]) -> Points:
        """Cut the time where a mixture does what no plan can."""
        return finer(self.problem, self.lasts, points, mixed)

    def whole(self, prices: Prices, cuts: Cuts) -> tuple[Windows, Longs]:
        """Round prices so that an incident's rates sum to its weight; and what each then pays, by window."""
        problem, late, first = self.problem, self.problem.parts.late, self.first
        full = problem.weight * self.scale
        rate = np.maximum(0, np.rint(prices.rate * self.scale)).astype(np.int64)
        so_far = np.cumsum(rate, axis=0)
        over = so_far - (so_far[first] - rate[first] + full[:, None])[problem.incident]
        rate -= np.clip(over, 0, rate)  # what is above the weight is taken from the last parts
        rate[first] += full[:, None] - np.add.reduceat(rate, first, axis=0)
        most = (full * late)[problem.incident, None]
        worth = np.clip(np.rint(prices.worth * self.scale), 0, most).astype(np.int64)
        passed = np.cumsum(rate * cuts.length, axis=1)
        before = passed - rate * cuts.length
        if problem.together:
            paid = np.add.reduceat(worth, first, axis=0)
            paid[np.arange(paid.shape[1]) >= cuts.count[first][:, None]] = np.iinfo(np.int64).max
            paid = np.minimum((full * late)[:, None], paid)
        else:  # one part may be served where another is not
            last = cuts.pieces[:, None] - 1
            rest = late - np.take_along_axis(cuts.below, last, 1)
            lost = np.take_along_axis(before, last, 1) + np.take_along_axis(rate, last, 1) * rest
            paid = np.minimum(worth, lost)
        inside = np.arange(rate.shape[1]) < cuts.pieces[:, None]
        worth = np.take_along_axis(worth, np.minimum(cuts.window, worth.shape[1] - 1), 1)
        worth -= before - np.take_along_axis(before, cuts.head, 1)
        worth += rate * np.where(inside, cuts.below, 0)
        return Windows(
            cuts.pieces, self.soonest, self.latest, cuts.start, rate, worth, self.lasts, self.group
        ), paid

    def forced(self, windows: Windows, cuts: Cuts) -> Longs | None:
        """Least cost of each unit's schedules that serve a part in a window, int64[units, parts, windows].

        A reward for just this, above all that it may cost, is taken away again from what comes out. None where labels
        lack room. `least` is overwritten.
        """
        parts, most = cuts.at.shape
        cost = np.full((self.least.size, parts, most), _NEVER_CHEAP, dtype=np.int64)
        full = self.problem.weight * self.scale * self.problem.parts.late
        for part in range(parts):
            reward = full[self.problem.incident[part]]
            for window in range(cuts.count[part]):
                worth = windows.worth.copy()
                worth[part, cuts.window[part] == window] += reward
                if self._run(windows._replace(worth=worth), each=1) < 0:
                    return None
                cost[:, part, window] = self.least + reward
        return cost

    def price(self, windows: Windows) -> tuple[list[Visits], bool]:
        """Set `least` and give schedules of negative cost, and whether there was room for all."""
        count = self._run(windows, each=_EACH)
        whole = count >= 0
        rows = range(count if whole else -1 - count)
        return [self._visits(row) for row in rows], whole

    def _run(self, windows: Windows, each: int) -> int:
        """Set `least`, and `found` to so many schedules of each unit; their number as `cheapest_windows` gives it."""
        most = each * self.least.size
        return int(
            cheapest_windows(
                self.jobs,
                windows,
                self.ways,
                self.room,
                self.least,
                self.found[:most],
                self.starts[:most],
                self.lengths[:most],
                self.owners[:most],
            )
        )

    def _visits(self, row: int) -> Visits:
        length = self.lengths[row]
        stops, starts = self.found[row, :length].tolist(), self.starts[row, :length].tolist()
        return int(self.owners[row]), tuple(zip(stops, starts, strict=True))
