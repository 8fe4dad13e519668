"""The linear program over columns met, and the whole-number one, by HiGHS.

HiGHS is called without a layer between: in a search the same program is solved again and again with other costs and a
few columns more, each time from the basis of the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np
from numpy.typing import NDArray

from dispatch.decomposition.board import Longs
from dispatch.decomposition.columns import Goal, Rated
from dispatch.highs import quiet
from kernels.choose_bound import Prices
from kernels.choose_list import Pool
from kernels.choose_table import Table

Vector = NDArray[np.float64]

_UNIT: Final = 1000.0
"""What the gap is scaled to in the linear program."""

_TREE: Final = 20
"""Nodes of the tree of a whole-number program over columns met."""

_NEAR_ENOUGH: Final = 1e-3
"""Relative gap at which that tree ends."""


@dataclass(frozen=True, slots=True)
class Program:
    """Shares of columns, one whole per incident, no team more than once: minimise `cost`, rows equal to `right`.

    `unit` of the given half of a cost is 1 in it. First come the columns `keep` of the pool, then places left free on
    the teams `contested`, in the groups and below the levels held.
    """

    cost: Vector
    right: Vector
    row: Longs
    col: Longs
    entry: Vector
    keep: Longs
    contested: Longs
    unit: float
    half: int


def state(
    t: Table, columns: Rated, prices: Prices, goal: Goal, gap: Longs, also: Longs | None = None
) -> Program:
    """State the program in slacks at the present best prices, so that its numbers are as large as the gap.

    Teams `also` get a row whether they are contested or not.
    """
    half = 0 if gap[0] > 0 else 1
    unit = max(1.0, float(gap[half])) / _UNIT
    pool = columns.pool
    keep = np.arange(pool.incident.size) if half == 0 else np.flatnonzero(pool.slack[0] == 0)
    count, incidents = keep.size, t.first_weight.size
    sizes = np.diff(pool.first)
    places = np.repeat(pool.first[keep], sizes[keep]) + _counting(sizes[keep])
    team = t.team[pool.pair[places]].astype(np.int64)
    column = np.repeat(np.arange(count), sizes[keep])
    contested = _contested(team, pool.incident[keep][column].astype(np.int64), prices.best_team)
    if also is not None:
        contested = np.union1d(contested, also)
    row_of = np.full(prices.best_team.shape[1], -1, dtype=np.int64)
    row_of[contested] = incidents + np.arange(contested.size)
    rows, entries = _group_rows(t, team, column, incidents + contested.size)
    within = row_of[team] >= 0
    idle = np.arange(contested.size + t.cap.size + goal.levels.size)
    level, by = np.nonzero(columns.value[goal.levels][:, keep])
    above = incidents + contested.size + t.cap.size
    row = np.concatenate([pool.incident[keep], row_of[team[within]], rows, incidents + idle, above + level])
    col = np.concatenate([np.arange(count), column[within], entries, count + idle, by])
    share = columns.value[goal.levels[level], keep[by]] / goal.value[level]
    rated = goal.rates * goal.value if half == 0 else np.zeros(goal.levels.size)
    return Program(
        np.concatenate(
            [pool.slack[half, keep], prices.best_team[half, contested], prices.best_group[half], rated]
        )
        / unit,
        np.concatenate(
            [np.ones(incidents + contested.size), t.cap.astype(np.float64), np.ones(goal.levels.size)]
        ),
        row,
        col,
        np.concatenate([np.ones(row.size - level.size), share]),
        keep,
        contested,
        unit,
        half,
    )


@dataclass(frozen=True, slots=True)
class Solved:
    """Value of a linear program, and the dual value float64[rows] of each row."""

    value: float
    duals: Vector


class Solver:
    """Solves linear programs that grow, each from the basis of the one before."""

    def __init__(self) -> None:
        self.contested: Longs = np.zeros(0, dtype=np.int64)
        self._basic: dict[tuple[str, int], highspy.HighsBasisStatus] = {}

    def forget(self) -> None:
        """Begin anew: columns have other numbers from now on."""
        self.contested = self.contested[:0]
        self._basic = {}

    def solve(self, program: Program, *, seconds: float) -> Solved | None:
        """Solve a program; None when that takes too long."""
        highs = _loaded(program, seconds=seconds)
        names = _names(program)
        if self._basic:
            highs.setBasis(self._continued(program, names))
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self.forget()
            return None
        self.contested = program.contested
        self._basic = dict(zip(names, highs.getBasis().col_status, strict=True))
        value = float(highs.getInfo().objective_function_value)
        return Solved(value, np.array(highs.getSolution().row_dual))

    def _continued(self, program: Program, names: list[tuple[str, int]]) -> highspy.HighsBasis:
        """Give the last basis in the columns of this program: of what is new, places free on teams are in it."""
        basis = highspy.HighsBasis()
        outside, inside = highspy.HighsBasisStatus.kLower, highspy.HighsBasisStatus.kBasic
        basis.col_status = [self._basic.get(name, inside if name[0] == _FREE else outside) for name in names]
        basis.row_status = [outside] * program.right.size
        basis.valid = True
        return basis


_FREE: Final = "free"


def _names(program: Program) -> list[tuple[str, int]]:
    """Name each column of a program, so that it is known again in the next."""
    rest = program.cost.size - program.keep.size - program.contested.size
    return [
        *(("column", int(c)) for c in program.keep),
        *((_FREE, int(u)) for u in program.contested),
        *(("rest", r) for r in range(rest)),
    ]


def choose(pool: Pool, program: Program, *, seed: int, seconds: float) -> Longs | None:
    """Choose one column per incident as a whole-number program: a good plan of the columns at hand, without proof.

    Parameters
    ----------
    pool
        Columns, each incident's with at least one.
    program
        What `state` made of them.
    seed, seconds
        Seed of the search, and how long it may take on a slow machine.

    Returns
    -------
    int64[incidents] or None
        The column of each incident; None when nothing was found.
    """
    hopeless = np.flatnonzero(program.cost[: program.keep.size] >= _UNIT)  # a better plan cannot use them
    highs = _loaded(program, seconds=seconds, whole=program.keep.size)
    nothing = np.zeros(hopeless.size)
    highs.changeColsBounds(hopeless.size, hopeless.astype(np.int32), nothing, nothing)
    highs.setOptionValue("random_seed", seed)
    highs.setOptionValue("mip_max_nodes", _TREE)
    highs.setOptionValue("mip_rel_gap", _NEAR_ENOUGH)
    highs.run()
    if highs.getInfo().primal_solution_status != highspy.kSolutionStatusFeasible:
        return None
    values = np.array(highs.getSolution().col_value)[: program.keep.size]
    taken = program.keep[values > 0.5]  # noqa: PLR2004 - whole, but for rounding
    chosen = np.full(int(pool.incident.max()) + 1, -1, dtype=np.int64)
    chosen[pool.incident[taken]] = taken
    return chosen if (chosen >= 0).all() else None


def _loaded(program: Program, *, seconds: float, whole: int = 0) -> Any:
    """Give the program to HiGHS, the first columns whole, as many as said."""
    size, rows = program.cost.size, program.right.size
    key, place = np.unique(program.col * rows + program.row, return_inverse=True)
    col, row = np.divmod(key, rows)
    highs = quiet()
    highs.setOptionValue("time_limit", seconds)
    highs.passModel(
        size,
        rows,
        key.size,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        program.cost,
        np.zeros(size),
        np.full(size, highspy.kHighsInf),
        program.right,
        program.right,
        np.searchsorted(col, np.arange(size)).astype(np.int32),
        row.astype(np.int32),
        np.bincount(place, weights=program.entry).astype(np.float64),
        (np.arange(size) < whole).astype(np.int32),
    )
    return highs


def _counting(sizes: Longs) -> Longs:
    """0, 1, ... within each run of the given sizes."""
    before = np.cumsum(sizes) - sizes
    return np.arange(int(sizes.sum())) - np.repeat(before, sizes)


def _contested(team: Longs, incident: Longs, price: Longs) -> Longs:
    """Teams that columns of two incidents use, or that have a price."""
    pairs = np.unique(team * (int(incident.max(initial=0)) + 1) + incident)
    wanted = np.bincount(pairs // (int(incident.max(initial=0)) + 1), minlength=price.shape[1])
    return np.flatnonzero((wanted > 1) | (price != 0).any(axis=0))


def _group_rows(t: Table, team: Longs, column: Longs, first_row: int) -> tuple[Longs, Longs]:
    """Rows and columns of the entries of groups."""
    count = np.diff(t.group_start)[team]
    places = np.repeat(t.group_start[team], count) + _counting(count)
    return first_row + t.group[places].astype(np.int64), np.repeat(column, count)
