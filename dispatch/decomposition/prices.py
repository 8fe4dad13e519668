"""Prices from a linear program over listed columns: the last of the way that steps along a direction cannot go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.math_opt.solvers import highs_pb2

from dispatch.decomposition.board import LEVELS, Longs
from kernels.choose_bound import Prices, add_tolls
from kernels.choose_list import Pool
from kernels.choose_plan import Plan, price_members, worth
from kernels.choose_table import Table

Vector = NDArray[np.float64]

_UNIT: Final = 1000.0
"""What the gap is scaled to in the linear program."""

_DEAREST: Final = 2**52
_TREE: Final = 20
"""Nodes of the tree of a whole-number program over columns met."""


class Extra:
    """Columns gathered so far: those listed and those met at trial prices, each once."""

    def __init__(self, t: Table, factor: Longs, longest: int) -> None:
        self._table, self._factor = t, factor
        self._columns: dict[tuple[int, ...], tuple[int, int, int]] = {}
        self._value = np.zeros(LEVELS, dtype=np.int64)
        self._fills = np.zeros((longest, max(1, t.units.shape[1])), dtype=np.int32)
        self._owner = np.repeat(np.arange(t.first_weight.size), np.diff(t.start))

    def _add(self, incident: int, pairs: NDArray[np.int32]) -> None:
        key = (incident, *pairs.tolist())
        if key not in self._columns:
            price_members(self._table, incident, pairs, pairs.size, self._value, self._fills)
            high, low = worth(self._factor, self._value, 0), worth(self._factor, self._value, 1)
            self._columns[key] = (incident, int(high), int(low))

    def add_pool(self, pool: Pool) -> None:
        """Add listed columns."""
        for c in range(pool.incident.size):
            self._add(int(pool.incident[c]), np.sort(pool.pair[pool.first[c] : pool.first[c + 1]]))

    def add_met(self, prices: Prices) -> None:
        """Add the columns that the incidents would take at the prices tried last."""
        for i in range(prices.crew.size):
            self._add(i, np.sort(prices.members[i, : prices.crew[i]]))

    def add_plan(self, plan: Plan) -> None:
        """Add the columns of a plan."""
        for i in range(plan.crew.size):
            self._add(i, np.sort(plan.members[i, : plan.crew[i]]))

    def pool(self, prices: Prices) -> Pool:
        """All columns with their slack at the best prices, at least 0."""
        t = self._table
        toll = np.zeros_like(prices.best_team)
        add_tolls(t, prices.best_team, prices.best_group, toll)
        incident = np.array([column[0] for column in self._columns.values()], dtype=np.int32)
        sizes = np.array([len(key) - 1 for key in self._columns], dtype=np.int64)
        pair = np.array([k for key in self._columns for k in key[1:]], dtype=np.int32)
        cost = np.array([column[1:] for column in self._columns.values()], dtype=np.int64).T
        of = np.repeat(np.arange(sizes.size), sizes)
        for half in range(2):
            np.add.at(cost[half], of, toll[half, t.team[pair]])
        order = np.lexsort((cost[1], cost[0], incident))
        first = order[np.searchsorted(incident[order], np.arange(prices.crew.size))]
        slack = cost - cost[:, first][:, incident]
        return Pool(
            np.ascontiguousarray(slack),
            incident,
            np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            pair,
        )


@dataclass(frozen=True, slots=True)
class _Program:
    """Shares of columns, one whole per incident, no team more than once: minimise `cost`, rows equal to `right`.

    The first columns are `keep` of the pool, then places left free on the teams `contested` and in the groups.
    """

    cost: Vector
    right: Vector
    row: Longs
    col: Longs
    keep: Longs
    contested: Longs
    unit: float


def _program(t: Table, pool: Pool, prices: Prices, gap: Longs, half: int) -> _Program:
    """State the program in slacks at the present best prices, so that its numbers are as large as the gap."""
    unit = max(1.0, float(gap[half])) / _UNIT
    keep = np.arange(pool.incident.size) if half == 0 else np.flatnonzero(pool.slack[0] == 0)
    columns, incidents = keep.size, t.first_weight.size
    sizes = np.diff(pool.first)
    places = np.repeat(pool.first[keep], sizes[keep]) + _counting(sizes[keep])
    team = t.team[pool.pair[places]].astype(np.int64)
    column = np.repeat(np.arange(columns), sizes[keep])
    contested = _contested(team, pool.incident[keep][column].astype(np.int64), prices.best_team)
    row_of = np.full(prices.best_team.shape[1], -1, dtype=np.int64)
    row_of[contested] = incidents + np.arange(contested.size)
    rows, entries = _group_rows(t, team, column, incidents + contested.size)
    within = row_of[team] >= 0
    idle = np.arange(contested.size + t.cap.size)
    return _Program(
        np.concatenate([pool.slack[half, keep], prices.best_team[half, contested], prices.best_group[half]])
        / unit,
        np.concatenate([np.ones(incidents + contested.size), t.cap.astype(np.float64)]),
        np.concatenate([pool.incident[keep], row_of[team[within]], rows, incidents + idle]),
        np.concatenate([np.arange(columns), column[within], entries, columns + idle]),
        keep,
        contested,
        unit,
    )


def reprice(
    t: Table, pool: Pool, prices: Prices, gap: Longs, *, seconds: float
) -> tuple[Longs, Longs, float] | None:
    """Find the prices that are best for the columns at hand.

    They are the dual values of a linear program, rounded to whole numbers; any prices give a valid bound, so nothing
    hangs on the rounding but how good it is.

    Parameters
    ----------
    t
        The board.
    pool
        Columns, each incident's with at least one.
    prices
        Prices at which the slacks hold.
    gap : int64[2]
        What the plan at hand costs above the bound; the high half is worked on unless it is closed.
    seconds
        How long it may take.

    Returns
    -------
    (team, group, least) or None
        Prices int64[2, teams] and int64[2, groups], and how much more the bound could rise if the columns were all
        there are; None when the program was not solved.
    """
    half = 0 if gap[0] > 0 else 1
    program = _program(t, pool, prices, gap, half)
    result = _solve(program, seed=0, nodes=0, seconds=seconds)
    if not result.has_dual_feasible_solution():
        return None
    incidents, unit = t.first_weight.size, program.unit
    dual = np.array(list(result.dual_values().values()))
    change = np.rint(dual * unit).astype(np.int64)
    by_team, by_group = prices.best_team.copy(), prices.best_group.copy()
    by_team[half, program.contested] -= change[incidents : incidents + program.contested.size]
    by_group[half] -= change[incidents + program.contested.size :]
    for price in (by_team, by_group):
        price[0] = np.clip(price[0], 0, _DEAREST)
        price[1] = np.where(price[0] == 0, np.maximum(price[1], 0), price[1])
    return by_team, by_group, float(result.objective_value()) * unit


def choose(t: Table, pool: Pool, prices: Prices, gap: Longs, *, seed: int, seconds: float) -> Longs | None:
    """Choose one column per incident as a whole-number program: a good plan of the columns at hand, without proof.

    Parameters
    ----------
    t, pool, prices, gap
        As for `reprice`.
    seed, seconds
        Seed of the search, and how long it may take on a slow machine.

    Returns
    -------
    int64[incidents] or None
        The column of each incident; None when nothing was found.
    """
    half = 0 if gap[0] > 0 else 1
    program = _program(t, pool, prices, gap, half)
    result = _solve(program, seed=seed, nodes=_TREE, seconds=seconds)
    if not result.has_primal_feasible_solution():
        return None
    values = np.array(list(result.variable_values().values()))[: program.keep.size]
    taken = program.keep[values > 0.5]  # noqa: PLR2004 - whole, but for rounding
    chosen = np.full(t.first_weight.size, -1, dtype=np.int64)
    chosen[pool.incident[taken]] = taken
    return chosen if (chosen >= 0).all() else None


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


def _solve(program: _Program, *, seed: int, nodes: int, seconds: float) -> mathopt.SolveResult:
    """Solve the program: as a linear one when `nodes` is 0, else with whole columns by a tree of so many nodes."""
    size, rows_count = program.cost.size, program.right.size
    key, times = np.unique(program.row * size + program.col, return_counts=True)
    row, col = np.divmod(key, size)
    model = model_pb2.ModelProto()
    variables, rows, matrix = model.variables, model.linear_constraints, model.linear_constraint_matrix
    variables.ids.extend(range(size))
    variables.lower_bounds.extend([0.0] * size)
    variables.upper_bounds.extend([float("inf")] * size)
    variables.integers.extend((np.arange(size) < (program.keep.size if nodes else 0)).tolist())
    rows.ids.extend(range(rows_count))
    rows.lower_bounds.extend(program.right.tolist())
    rows.upper_bounds.extend(program.right.tolist())
    matrix.row_ids.extend(row.tolist())
    matrix.column_ids.extend(col.tolist())
    matrix.coefficients.extend(times.astype(np.float64).tolist())
    model.objective.linear_coefficients.ids.extend(range(size))
    model.objective.linear_coefficients.values.extend(program.cost.tolist())
    solved = mathopt.Model.from_model_proto(model)
    if not nodes:
        limit = mathopt.SolveParameters(time_limit=timedelta(seconds=seconds))
        return mathopt.solve(solved, mathopt.SolverType.GLOP, params=limit)
    return mathopt.solve(
        solved,
        mathopt.SolverType.HIGHS,
        params=mathopt.SolveParameters(
            random_seed=seed,
            node_limit=nodes,
            time_limit=timedelta(seconds=seconds),
            relative_gap_tolerance=1e-3,
            highs=highs_pb2.HighsOptionsProto(string_options={"parallel": "off"}),
        ),
    )
