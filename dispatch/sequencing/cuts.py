"""Where the time of each incident is cut: windows of starts, and within each of them pieces of completions.

Parts that start **together** have the same share in each window of starts. Within a window an incident spends each
piece of time for as long as its last part is not done; so in each piece the weight may be divided otherwise among the
parts. Without the pieces, units that are quick half of the time could stand beside partners that are quick in the
other half. Parts that are served apart have one window only, and the pieces.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.sequencing.parts import JointProblem
from kernels.jit import NEVER
from kernels.sequence import Ints, Longs

Floats = NDArray[np.float64]

Visits = tuple[int, tuple[tuple[int, int], ...]]
"""A unit and its stops in order, each with its start."""

Points = list[list[tuple[int, tuple[int, ...]]]]
"""Of each incident the windows: the start with which it begins, and the completions at which it is cut, ascending."""

_WORTH_A_CUT: Final = 0.1
"""Cuts are made that promise at least this part of the harm of the best one."""

_ROUNDING: Final = 1e-3
"""Harm that may be no more than rounding."""

_END: Final = 2 * NEVER
"""Later than anything."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """Windows and pieces as tables; the pieces of a part are numbered through all of its windows.

    Attributes
    ----------
    count, pieces : int64[parts]
        Windows and pieces of each part.
    at : int64[parts, windows]
        Starts with which the windows begin, the same for all parts of an incident.
    window, head : int64[parts, pieces]
        Window of each piece, and the first piece of the same window.
    below, length : int64[parts, pieces]
        Completion with which a piece begins, and time to the next; the last of a window has no end, and length 0.
    start : int64[units, parts, pieces]
        Start with which a unit's service falls into the piece; empty where the next piece begins with the same.
    """

    count: Longs
    pieces: Longs
    at: Longs
    window: Longs
    head: Longs
    below: Longs
    length: Longs
    start: Longs

    @staticmethod
    def of(points: Points, incident: Ints, lasts: Longs) -> Cuts:
        """Make the tables.

        Parameters
        ----------
        points
            Windows of each incident.
        incident : int32[parts]
        lasts : int64[units, parts]
            Time from the start until a part counts as done.
        """
        rows = [
            [(at, start, below) for at, (start, ends) in enumerate(each) for below in (0, *ends)]
            for each in points
        ]
        most = max((len(row) for row in rows), default=1)
        windows = max((len(each) for each in points), default=1)
        at = np.full((len(rows), windows + 1), _END, dtype=np.int64)
        window = np.full((len(rows), most), windows, dtype=np.int64)
        head, below = np.zeros_like(window), np.full_like(window, _END)
        for number, (each, row) in enumerate(zip(points, rows, strict=True)):
            at[number, : len(each)] = [start for start, _ in each]
            window[number, : len(row)], _, below[number, : len(row)] = np.array(row).T
        first = np.ones_like(window, dtype=bool)
        first[:, 1:] = window[:, 1:] != window[:, :-1]
        head[:] = np.maximum.accumulate(np.where(first, np.arange(most), 0), axis=1)
        length = np.zeros_like(below)
        length[:, :-1] = np.where(first[:, 1:], 0, below[:, 1:] - below[:, :-1])
        begin, end = (
            np.take_along_axis(at, window, 1),
            np.take_along_axis(at, np.minimum(window + 1, windows), 1),
        )
        start = np.clip(below[incident] - lasts[:, :, None], begin[incident], end[incident])
        count = np.array([len(each) for each in points], dtype=np.int64)
        pieces = np.array([len(row) for row in rows], dtype=np.int64)
        return Cuts(
            count[incident],
            pieces[incident],
            at[incident, :windows],
            window[incident],
            head[incident],
            below[incident],
            length[incident],
            np.ascontiguousarray(start),
        )

    def windows_of(self, part: Longs, start: Longs) -> Longs:
        """Give the window into which the start of each of some parts falls."""
        inside = np.arange(self.at.shape[1]) < self.count[part, None]
        found: Longs = np.maximum(0, ((self.at[part] <= start[:, None]) & inside).sum(axis=1) - 1)
        return found

    def spent(self, part: Longs, window: Longs, end: Longs) -> Longs:
        """How much of each piece of a window is before the end of each of some parts, int64[ends, pieces]."""
        after, length = np.maximum(0, end[:, None] - self.below[part]), self.length[part]
        until = np.where(length > 0, np.minimum(after, length), after)
        return np.where(self.window[part] == window[:, None], until, 0)


@dataclass(frozen=True, slots=True)
class Prices:
    """What serving a part is worth, float64[parts, windows], and the weight it bears, float64[parts, pieces]."""

    worth: Floats
    rate: Floats

    def between(self, other: Prices, share: float) -> Prices:
        """Prices part of the way to others."""
        return Prices(
            (1 - share) * self.worth + share * other.worth, (1 - share) * self.rate + share * other.rate
        )

    def along(self, points: Points, finer: Points, incident: Ints) -> Prices:
        """The same prices where the time is cut at more points."""
        pairs = [_places(few, many) for few, many in zip(points, finer, strict=True)]
        return Prices(
            np.take_along_axis(self.worth, _table([windows for windows, _ in pairs])[incident], axis=1),
            np.take_along_axis(self.rate, _table([pieces for _, pieces in pairs])[incident], axis=1),
        )


def _places(
    few: list[tuple[int, tuple[int, ...]]], many: list[tuple[int, tuple[int, ...]]]
) -> tuple[list[int], list[int]]:
    """Give the windows and pieces in which the finer ones lie."""
    starts = [start for start, _ in few]
    firsts = np.cumsum([0] + [1 + len(ends) for _, ends in few]).tolist()
    windows, pieces = [], []
    for start, ends in many:
        window = max(0, bisect_right(starts, start) - 1)
        windows.append(window)
        pieces += [firsts[window] + bisect_right(few[window][1], below) for below in (0, *ends)]
    return windows, pieces


def _table(rows: list[list[int]]) -> Longs:
    """Make a table of rows of different length, filled up with 0."""
    table = np.zeros((len(rows), max((len(row) for row in rows), default=1)), dtype=np.int64)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return table


def within(points: Points, soonest: Longs, latest: Longs) -> Points:
    """Leave out windows and completions that are before or after any start; both are int64[incidents]."""
    found: Points = []
    for each, first, last in zip(points, soonest.tolist(), latest.tolist(), strict=True):
        begins = [max(first, start) for start, _ in each]
        later = [*begins[1:], _END]
        kept = [
            (start, tuple(end for end in ends if end > start))
            for start, following, (_, ends) in zip(begins, later, each, strict=True)
            if start < following and start <= max(first, last)
        ]
        found.append(kept)
    return found


@dataclass(frozen=True, slots=True)
class _Cut:
    """A place to cut an incident's window, at a start or a completion, and the harm that this promises to show."""

    harm: float
    incident: int
    window: int
    at: int
    start: bool


def finer(problem: JointProblem, lasts: Longs, points: Points, mixed: list[tuple[Visits, float]]) -> Points:
    """Cut where a mixture does what no plan can: parts that start apart, and last parts that are not the same.

    Parameters
    ----------
    problem
        What is to be served.
    lasts : int64[units, parts]
        Time from the start until a part counts as done.
    points
        Where the time is cut.
    mixed
        Schedules, with their shares.
    """
    found: list[_Cut] = []
    for (incident, window), many in sorted(_by_window(problem, points, mixed).items()):
        part, unit, start, share = _columns(many)
        end, weight = start + lasts[unit, part], float(problem.weight[incident])
        if problem.together:
            harm, at = _start_cut(part, share, start)
            found.append(_Cut(weight * harm, incident, window, at, start=True))
        for low, high in pairwise((0, *points[incident][window][1], _END)):
            harm, at = _end_cut(part, share, end, (low, high))
            found.append(_Cut(weight * harm, incident, window, at, start=False))
    least = max(_ROUNDING, _WORTH_A_CUT * max((cut.harm for cut in found), default=0.0))
    soonest = np.full(problem.weight.size, _END)
    np.minimum.at(soonest, problem.incident, lasts.min(axis=0, initial=_END))
    return _cut_at(points, [cut for cut in found if cut.harm > least], soonest)


_Served = list[tuple[int, int, int, float]]
"""Part, unit, start and share of what is served within a window."""


def _by_window(
    problem: JointProblem, points: Points, mixed: list[tuple[Visits, float]]
) -> dict[tuple[int, int], _Served]:
    """Sort what is served of incidents with several parts by incident and window."""
    joined = (np.bincount(problem.incident) > 1).tolist()
    incident_of = problem.incident.tolist()
    begins = [[start for start, _ in each] for each in points]
    found: dict[tuple[int, int], _Served] = {}
    for (unit, stops), share in mixed:
        for part, start in stops:
            incident = incident_of[part]
            if joined[incident]:
                window = max(0, bisect_right(begins[incident], start) - 1)
                found.setdefault((incident, window), []).append((part, unit, start, share))
    return found


def _columns(many: _Served) -> tuple[Longs, Longs, Longs, Floats]:
    """Give part (numbered from 0), unit, start and share as arrays, sorted by part."""
    part, unit, start, share = (np.array(column) for column in zip(*sorted(many), strict=True))
    return part, unit, start, share


def _sums(part: Longs, values: Floats) -> Floats:
    """Sum up the rows of each part; rows are sorted by part."""
    total: Floats = np.add.reduceat(values, np.flatnonzero(np.diff(part, prepend=-1)), axis=0)
    return total


def _start_cut(part: Longs, share: Floats, start: Longs) -> tuple[float, int]:
    """How far apart the parts start, on average, and where one has begun most that another has not."""
    values = np.unique(start)
    if values.size == 1:
        return 0.0, 0
    before = _sums(part, share[:, None] * (start[:, None] < values[1:]))
    apart = (before.max(axis=0) - before.min(axis=0)) * np.diff(values)
    return float(apart.sum()), int(values[1 + int(apart.argmax())])


def _end_cut(part: Longs, share: Floats, end: Longs, piece: tuple[int, int]) -> tuple[float, int]:
    """How much longer the last part takes within a piece of time that is cut in two, and where that is most."""
    low, high = piece
    values = np.unique(end[(end > low) & (end < high)])
    if values.size == 0:
        return 0.0, 0
    spent = np.clip(end - low, 0, high - low)
    whole = _sums(part, share * spent)[:, None]
    before = _sums(part, share[:, None] * np.minimum(spent[:, None], values - low))
    gain = before.max(axis=0) + (whole - before).max(axis=0) - whole.max()
    return float(gain.max()), int(values[int(gain.argmax())])


def _cut_at(points: Points, cuts: list[_Cut], soonest: Longs) -> Points:
    """Cut the windows; a completion no later than any that its window allows cuts nothing."""
    starts = [{start: set(ends) for start, ends in each} for each in points]
    for cut in cuts:
        begin, ends = points[cut.incident][cut.window]
        if cut.start:
            starts[cut.incident].setdefault(cut.at, set()).update(ends)
        else:
            starts[cut.incident][begin].add(cut.at)
    return [
        [
            (start, tuple(end for end in sorted(ends) if end > start + least))
            for start, ends in sorted(each.items())
        ]
        for each, least in zip(starts, soonest.tolist(), strict=True)
    ]
