"""What pricing schedules of parts needs besides the prices, and how prices become whole numbers."""

from __future__ import annotations

from typing import Final

import numpy as np

from dispatch.sequencing.cuts import Cuts, Points, Prices, Visits, finer
from dispatch.sequencing.parts import JointProblem
from kernels.jit import NEVER
from kernels.sequence import Longs
from kernels.sequence_price import labels
from kernels.sequence_windows import Reach, Windows, cheapest_windows, reach

_SCALE: Final = 5040
"""Prices are whole numbers of this part of a unit of harm, where the harms are small enough."""

_MOST_HARM: Final = 2**60

_EACH: Final = 5
"""Schedules of one unit taken into the programme at once."""

_LITTLE_ROOM: Final = 250
_WIDER: Final = 8
"""Labels of one unit at first, and how much more is given where they do not suffice."""


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

    def cuts(self, points: Points) -> Cuts:
        """Cut the time of each incident."""
        return Cuts.of(points, self.problem.incident, self.lasts)

    def uncut(self) -> Points:
        """Give one window to each incident, from the first start together, from 0 apart."""
        return [[(int(each), ())] for each in self.soonest[self.first] * self.problem.together]

    def finer(self, points: Points, mixed: list[tuple[Visits, float]]) -> Points:
        """Cut the time where a mixture does what no plan can."""
        return finer(self.problem, self.lasts, points, mixed)

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
        passed = np.cumsum(rate * cuts.length, axis=1)
        before = passed - rate * cuts.length
        if problem.together:
            paid = np.add.reduceat(worth, first, axis=0)
            paid[np.arange(paid.shape[1]) >= cuts.count[first][:, None]] = np.iinfo(np.int64).max
            total = int(np.minimum(full * late, paid.min(axis=1)).sum())
        else:  # one part may be served where another is not
            last = cuts.pieces[:, None] - 1
            rest = late - np.take_along_axis(cuts.below, last, 1)
            lost = np.take_along_axis(before, last, 1) + np.take_along_axis(rate, last, 1) * rest
            total = int(np.minimum(worth, lost).sum())
        inside = np.arange(rate.shape[1]) < cuts.pieces[:, None]
        worth = np.take_along_axis(worth, np.minimum(cuts.window, worth.shape[1] - 1), 1)
        worth -= before - np.take_along_axis(before, cuts.head, 1)
        worth += rate * np.where(inside, cuts.below, 0)
        return Windows(cuts.pieces, self.soonest, cuts.start, rate, worth, self.lasts, self.group), total

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
