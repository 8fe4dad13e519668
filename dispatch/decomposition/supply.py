"""What teams are worth where forces are short: all needs against all units, as one linear program.

Times play no part in it, so teams that fill the same needs by the same units are one kind. A team may be split here
among incidents, and never fills more of a need than there is: what stays unmet is a bound on level 1 of every plan. The
search starts from the prices of its rows, at which whole columns prove at least as much, and from the plan nearest to
its solution.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np

from dispatch.decomposition.board import Ids, Longs
from dispatch.relaxation import Entries, Rows, Vector, loaded
from kernels.choose_table import Table

_MARKS: Final = 20260824
"""Seed of the numbers by which teams of one kind are recognised."""

_MOST: Final = 100_000
"""Useful pairs up to which the program is solved in a small part of the time that a large question has."""

_WHOLE: Final = 1e-6
"""What a share may be off by rounding alone."""


@dataclass(frozen=True, slots=True)
class Supply:
    """What the program said.

    Attributes
    ----------
    team, group : float64[teams], float64[groups]
        What one team, or one place more in a group, would save in units of level 1; at least 0.
    columns
        Pairs of each incident, of a plan near the solution.
    """

    team: Vector
    group: Vector
    columns: tuple[Ids, ...]


@dataclass(frozen=True, slots=True)
class _Fills:
    """Useful pairs of the first team of each kind, and what they fill.

    `kind` int64[teams], `first` and `count` int64[kinds]: the first team of each and how many there are; `of` and
    `incident` int64[pairs]; per fill its pair, in order, its demand and units, int64[fills].
    """

    kind: Longs
    first: Longs
    count: Longs
    of: Longs
    incident: Longs
    pair: Longs
    demand: Longs
    units: Longs


def weigh(t: Table, *, seconds: float) -> Supply | None:
    """Find what teams are worth where not all needs can be met.

    Parameters
    ----------
    t
        The board.
    seconds
        How long it may take.

    Returns
    -------
    Supply or None
        None where forces may suffice, where the board is too large, or where it takes too long.
    """
    if t.team.size > _MOST:
        return None
    fills = _fills(t)
    granule = float(max(1, np.gcd.reduce(t.weight, initial=0)))
    highs = _loaded(t, fills, granule, seconds)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = highs.getSolution()
    team, group = _prices(t, fills, granule * np.array(solution.row_dual))
    if not (team.any() or group.any()):
        return None
    columns = _rounded(t, fills, np.array(solution.col_value)[: fills.of.size])
    return Supply(team[fills.kind], group, columns)


def _prices(t: Table, fills: _Fills, duals: Vector) -> tuple[Vector, Vector]:
    """Prices float64[kinds] of teams and float64[groups] from the dual values of the rows.

    A team is worth what it fills where that is dearest: the columns have limits, so its own row does not say all.
    """
    kinds = fills.count.size
    group = np.maximum(0.0, -duals[kinds : kinds + t.cap.size])
    unit = np.clip(duals[kinds + t.cap.size :], 0.0, t.weight)
    filled = np.bincount(fills.pair, weights=fills.units * unit[fills.demand], minlength=fills.of.size)
    team = np.zeros(kinds)
    np.maximum.at(team, fills.of, filled)
    joined = np.repeat(np.arange(fills.kind.size), np.diff(t.group_start))
    places = np.bincount(joined, weights=group[t.group], minlength=fills.kind.size)
    return np.maximum(0.0, team - places[fills.first]), group


def _fills(t: Table) -> _Fills:
    incidents, teams = t.first_weight.size, t.group_start.size - 1
    owner = np.repeat(np.arange(incidents), np.diff(t.start))
    pair, place = np.nonzero(t.units)
    demand = t.first_demand[owner[pair]] + place
    units = np.minimum(t.units[pair, place], t.need[demand])
    kind = _kinds(t, pair, demand, units)
    first = np.full(int(kind.max(initial=-1)) + 1, teams, dtype=np.int64)
    np.minimum.at(first, kind, np.arange(teams))
    shown = first[kind[t.team]] == t.team
    number, kept = np.cumsum(shown) - 1, shown[pair]
    return _Fills(
        kind,
        first,
        np.bincount(kind),
        kind[t.team[shown]],
        owner[shown],
        number[pair[kept]],
        demand[kept],
        units[kept],
    )


def _kinds(t: Table, pair: Longs, demand: Longs, units: Longs) -> Longs:
    """Number the teams so that those with the same fills and groups have one number.

    They are told apart by sums of random numbers. Two kinds of the same sum would make prices worse, but not wrong.
    """
    draw = np.random.RandomState(_MARKS)  # NumPy keeps this stream
    teams = t.group_start.size - 1
    marks = draw.randint(1, 2**62, size=t.need.size + t.cap.size, dtype=np.int64)
    total = np.zeros(teams, dtype=np.int64)
    np.add.at(total, t.team[pair], units * marks[demand])  # wraps
    np.add.at(total, np.repeat(np.arange(teams), np.diff(t.group_start)), marks[t.need.size + t.group])
    _, kind = np.unique(total, return_inverse=True)
    return kind.astype(np.int64)


def _loaded(t: Table, fills: _Fills, granule: float, seconds: float) -> Any:
    """State the program: rows are teams by kind, groups, demands; columns are pairs, then units left unmet."""
    pairs, kinds, demands = fills.of.size, fills.count.size, t.need.size
    above, every = kinds + t.cap.size, np.arange(demands)
    member = fills.first[fills.of]
    grouped = np.diff(t.group_start)[member]
    place = np.repeat(t.group_start[member] + grouped - np.cumsum(grouped), grouped)
    group = t.group[place + np.arange(place.size)]
    row = np.concatenate([fills.of, kinds + group, above + fills.demand, above + every])
    col = np.concatenate([np.arange(pairs), np.repeat(np.arange(pairs), grouped), fills.pair, pairs + every])
    entry = np.concatenate([np.ones(pairs + group.size), fills.units, np.ones(demands)])
    order, size = np.lexsort((col, row)), pairs + demands
    rows = Rows(
        Entries(row[order], col[order], entry[order].astype(np.float64), (above + demands, size)),
        np.zeros(size),
        # limits of the columns: with them it takes half the time
        np.concatenate([fills.count[fills.of], t.need]).astype(np.float64),
        np.concatenate([np.full(above, -np.inf), t.need]),
        np.concatenate([fills.count, t.cap, np.full(demands, np.inf)]),
        np.zeros(size, dtype=np.bool_),
    )
    highs = loaded(rows, np.concatenate([np.zeros(pairs), t.weight / granule]), relaxed=True)
    highs.setOptionValue("time_limit", seconds)
    return highs


class _Given:
    """A plan under construction: who is still free, what is still needed."""

    def __init__(self, t: Table, fills: _Fills) -> None:
        self._table, self._kind = t, fills.kind
        self._left, self._room = t.need.copy(), t.cap.copy()
        self._free = np.ones(fills.kind.size, dtype=np.bool_)
        self.columns: list[list[int]] = [[] for _ in range(t.first_weight.size)]
        owner = np.repeat(np.arange(len(self.columns)), np.diff(t.start))
        for k in np.flatnonzero(t.must).tolist():
            self._send(int(owner[k]), k)

    def add(self, incident: int, kind: int) -> None:
        """Send the nearest free team of a kind, if it fills anything there and its groups have room."""
        t = self._table
        start, end = int(t.start[incident]), int(t.start[incident + 1])
        d0, d1 = int(t.first_demand[incident]), int(t.first_demand[incident + 1])
        mine = start + np.flatnonzero(self._kind[t.team[start:end]] == kind)
        for k in mine[self._free[t.team[mine]]][:1].tolist():
            groups = t.group[t.group_start[t.team[k]] : t.group_start[t.team[k] + 1]]
            if np.minimum(self._left[d0:d1], t.units[k, : d1 - d0]).any() and (self._room[groups] > 0).all():
                self._room[groups] -= 1
                self._send(incident, k)

    def _send(self, incident: int, k: int) -> None:
        t = self._table
        d0, d1 = int(t.first_demand[incident]), int(t.first_demand[incident + 1])
        self._left[d0:d1] = np.maximum(0, self._left[d0:d1] - t.units[k, : d1 - d0])
        self._free[t.team[k]] = False
        self.columns[incident].append(k)


def _rounded(t: Table, fills: _Fills, share: Vector) -> tuple[Ids, ...]:
    """Make a plan of a solution float64[pairs]: first its whole parts, then the others, the largest first."""
    given, whole = _Given(t, fills), np.floor(share + _WHOLE)
    for parts in (whole, share - whole):
        for p in np.argsort(-parts, kind="stable").tolist():
            if parts[p] <= _WHOLE:
                break
            for _ in range(max(1, int(parts[p]))):
                given.add(int(fills.incident[p]), int(fills.of[p]))
    return tuple(np.array(pairs, dtype=np.int32) for pairs in given.columns)
