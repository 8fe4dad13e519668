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
from kernels.choose_plan import Plan, price_members
from kernels.choose_table import Table

Vector = NDArray[np.float64]

_UNIT: Final = 1000.0
"""What the gap is scaled to in the linear program."""

DEAREST: Final = 2**52
_TREE: Final = 20
"""Nodes of the tree of a whole-number program over columns met."""


@dataclass(frozen=True, slots=True)
class Rated:
    """Columns with what each comes to: `pool` as listed, and int64[6, columns] `value` by level."""

    pool: Pool
    value: Longs


@dataclass(frozen=True, slots=True)
class Goal:
    """What is asked of a plan at the present stage of the search.

    Attributes
    ----------
    factor : int64[2, 6]
        What one unit of each level counts in the high and the low half of a cost.
    levels : int64[held]
        Levels that are proven, not 0, and must keep their value; their `factor` is a price like those of teams.
    value : int64[held]
        The values.
    """

    factor: Longs
    levels: Longs
    value: Longs

    def priced(self, rates: Longs) -> Goal:
        """Give the goal with other prices int64[held] of the levels held."""
        factor = self.factor.copy()
        factor[0, self.levels] = rates
        return Goal(factor, self.levels, self.value)

    @property
    def rates(self) -> Longs:
        """Prices of the levels held."""
        rates: Longs = self.factor[0, self.levels]
        return rates


class Extra:
    """Columns gathered so far: those met at trial prices, and those listed at the present stage, each once."""

    def __init__(self, t: Table, longest: int) -> None:
        self._table = t
        self._columns: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._listed: list[tuple[int, ...]] = []
        self._fills = np.zeros((longest, max(1, t.units.shape[1])), dtype=np.int32)

    def _add(self, incident: int, pairs: NDArray[np.int32], *, listed: bool = False) -> None:
        key = (incident, *pairs.tolist())
        if key not in self._columns:
            self._columns[key] = tuple(valued(self._table, incident, pairs, self._fills).tolist())
            if listed:
                self._listed.append(key)

    def add_pool(self, pool: Pool) -> None:
        """Add listed columns."""
        for c in range(pool.incident.size):
            self._add(
                int(pool.incident[c]), np.sort(pool.pair[pool.first[c] : pool.first[c + 1]]), listed=True
            )

    def forget(self) -> None:
        """Drop the listed columns: at other prices they are too many and of little use."""
        for key in self._listed:
            del self._columns[key]
        self._listed.clear()

    def add_met(self, prices: Prices) -> None:
        """Add the columns that the incidents would take at the prices tried last."""
        for i in np.flatnonzero(prices.crew >= 0).tolist():
            self._add(i, np.sort(prices.members[i, : prices.crew[i]]))

    def add_plan(self, plan: Plan) -> None:
        """Add the columns of a plan."""
        for i in range(plan.crew.size):
            self._add(i, np.sort(plan.members[i, : plan.crew[i]]))

    def rated(self, factor: Longs, prices: Prices) -> Rated:
        """All columns with their slack at the best prices, at least 0."""
        t = self._table
        toll = np.zeros_like(prices.best_team)
        add_tolls(t, prices.best_team, prices.best_group, toll)
        incident = np.array([key[0] for key in self._columns], dtype=np.int32)
        sizes = np.array([len(key) - 1 for key in self._columns], dtype=np.int64)
        pair = np.array([k for key in self._columns for k in key[1:]], dtype=np.int32)
        value = np.array(list(self._columns.values()), dtype=np.int64).T
        cost = factor @ value
        of = np.repeat(np.arange(sizes.size), sizes)
        for half in range(2):
            np.add.at(cost[half], of, toll[half, t.team[pair]])
        order = np.lexsort((cost[1], cost[0], incident))
        first = order[np.searchsorted(incident[order], np.arange(prices.crew.size))]
        slack = cost - cost[:, first][:, incident]
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        return Rated(Pool(np.ascontiguousarray(slack), incident, starts, pair), value)


def valued(t: Table, incident: int, pairs: NDArray[np.int32], fills: NDArray[np.int32]) -> Longs:
    """Levels int64[6] of a column; `fills` is scratch."""
    value: Longs = np.zeros(LEVELS, dtype=np.int64)
    price_members(t, incident, pairs, pairs.size, value, fills)
    return value


def rate(t: Table, pool: Pool, longest: int) -> Rated:
    """Work out the levels of listed columns, of at most `longest` teams."""
    fills = np.zeros((longest, max(1, t.units.shape[1])), dtype=np.int32)
    values = [
        valued(t, int(i), pool.pair[a:b], fills)
        for i, a, b in zip(pool.incident, pool.first[:-1], pool.first[1:], strict=True)
    ]
    return Rated(pool, np.array(values, dtype=np.int64).reshape(-1, LEVELS).T)


@dataclass(frozen=True, slots=True)
class Program:
    """Shares of columns, one whole per incident, no team more than once: minimise `cost`, rows equal to `right`.

    The first columns are `keep` of the pool, then places left free on the teams `contested`, in the groups and below
    the levels held.
    """

    cost: Vector
    right: Vector
    row: Longs
    col: Longs
    entry: Vector
    keep: Longs
    contested: Longs
    unit: float


def state(t: Table, columns: Rated, prices: Prices, goal: Goal, gap: Longs) -> Program:
    """State the program in slacks at the present best prices, so that its numbers are as large as the gap."""
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
    )


@dataclass(frozen=True, slots=True)
class Repriced:
    """Prices int64[2, teams], int64[2, groups] and of the levels held int64[held]; how much the bound could rise."""

    team: Longs
    group: Longs
    rates: Longs
    least: float


def reprice(
    t: Table, columns: Rated, prices: Prices, goal: Goal, gap: Longs, *, seconds: float
) -> Repriced | None:
    """Find the prices that are best for the columns at hand.

    They are the dual values of a linear program, rounded to whole numbers; any prices give a valid bound, so nothing
    hangs on the rounding but how good it is.

    Parameters
    ----------
    t
        The board.
    columns
        Columns, each incident's with at least one.
    prices
        Prices at which the slacks hold.
    goal
        What is asked.
    gap : int64[2]
        What the plan at hand costs above the bound; the high half is worked on unless it is closed.
    seconds
        How long it may take.

    Returns
    -------
    Repriced or None
        None when the program was not solved.
    """
    half = 0 if gap[0] > 0 else 1
    program = state(t, columns, prices, goal, gap)
    result = _solve(program, seed=0, nodes=0, seconds=seconds)
    if not result.has_dual_feasible_solution():
        return None
    incidents, unit = t.first_weight.size, program.unit
    change = np.array(list(result.dual_values().values())) * unit
    above = incidents + program.contested.size + t.cap.size
    by_team, by_group = prices.best_team.copy(), prices.best_group.copy()
    by_team[half, program.contested] -= np.rint(
        change[incidents : incidents + program.contested.size]
    ).astype(np.int64)
    by_group[half] -= np.rint(change[incidents + program.contested.size : above]).astype(np.int64)
    for price in (by_team, by_group):
        price[0] = np.clip(price[0], 0, DEAREST)
        price[1] = np.where(price[0] == 0, np.maximum(price[1], 0), price[1])
    rates = goal.rates
    if half == 0:
        rates = np.clip(
            rates - np.ceil(change[above:] / goal.value).astype(np.int64), 0, DEAREST // goal.value
        )
    return Repriced(by_team, by_group, rates, float(result.objective_value()) * unit)


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
    result = _solve(program, seed=seed, nodes=_TREE, seconds=seconds)
    if not result.has_primal_feasible_solution():
        return None
    values = np.array(list(result.variable_values().values()))[: program.keep.size]
    taken = program.keep[values > 0.5]  # noqa: PLR2004 - whole, but for rounding
    chosen = np.full(int(pool.incident.max()) + 1, -1, dtype=np.int64)
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


def _solve(program: Program, *, seed: int, nodes: int, seconds: float) -> mathopt.SolveResult:
    """Solve the program: as a linear one when `nodes` is 0, else with whole columns by a tree of so many nodes."""
    size, rows_count = program.cost.size, program.right.size
    key, place = np.unique(program.row * size + program.col, return_inverse=True)
    times = np.bincount(place, weights=program.entry)
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
    matrix.coefficients.extend(times.tolist())
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
