"""What others would build on the same board: CP-SAT over all pairs with one weighted sum, and HiGHS level by level.

Both models have the same columns: each useful pair of a team and an incident (goes, is the first there), the units
of each need that the pair fills, and the units that nobody fills.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from math import ceil, isfinite
from typing import Final

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.math_opt.solvers import highs_pb2
from ortools.sat.python import cp_model

from benchmarks.dispatching_price import COMPARED, Answer, Values, priced
from dispatch.decomposition.board import Board
from dispatch.lexicographic import LinearModel
from kernels.jit import NEVER

CPSAT: Final = "cpsat_naive"
HIGHS: Final = "highs"
WEIGHTS: Final = (10**9, 10**3, 1)
"""What one unit of levels 1, 2 and 3 counts in the one sum of the naive model."""
_EPSILON: Final = 1e-6

Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Useful (team, incident) pairs, (pair, need) fills over them, and the weighted costs of levels 2 and 3."""

    team: Index
    incident: Index
    pair: Index
    demand: Index
    units: Index
    late_fill: Index
    late_first: Index
    slow_fill: Index
    slow_first: Index


def _pairs(board: Board) -> _Pairs:
    belongs = board.incident[None, :] == np.arange(board.shape[1])[:, None]
    useful = (board.units > 0).astype(np.int64) @ belongs.T.astype(np.int64) > 0
    team, incident = np.nonzero(useful & board.allowed & (board.arrive_s < NEVER))
    pair, demand = np.nonzero((board.units[team] > 0) & (board.incident[None, :] == incident[:, None]))
    arrive = board.arrive_s[team, incident].astype(np.int64)
    ready, step = arrive[pair], board.response_step_s
    return _Pairs(
        team,
        incident,
        pair,
        demand,
        np.minimum(board.units[team[pair], demand], board.need[demand]).astype(np.int64),
        board.weight[demand] * np.maximum(0, ready - board.target_s[demand]),
        board.first_weight[incident] * np.maximum(0, arrive - board.first_target_s[incident]),
        board.weight[demand] * -(-ready // step),
        board.first_weight[incident] * -(-arrive // step),
    )


def _goes(board: Board, pairs: _Pairs, chosen: NDArray[np.bool_]) -> NDArray[np.int32]:
    goes = np.full(board.shape[0], -1, dtype=np.int32)
    goes[pairs.team[chosen]] = pairs.incident[chosen]
    return goes


class _Watch(cp_model.CpSolverSolutionCallback):
    """Notes when each solution was found and what it is worth."""

    def __init__(self, start: float, levels: list[cp_model.LinearExprT]) -> None:
        super().__init__()
        self._start, self._levels = start, levels
        self.curve: list[tuple[float, Values]] = []

    def on_solution_callback(self) -> None:
        """Note one solution."""
        values = tuple(int(self.value(level)) for level in self._levels)
        self.curve.append(((time.perf_counter() - self._start) * 1000, values))


def cpsat_naive(board: Board, seconds: float) -> Answer:
    """Ask CP-SAT with default settings and one worker for the least weighted sum over all pairs.

    The weights (`WEIGHTS`) keep the sum within 64 bits. They are not so far apart that the levels could never be
    traded against each other; a proof of the sum is counted as a proof all the same, and the gap is that of the sum.

    Parameters
    ----------
    board
        Teams against incidents; nobody is locked.
    seconds
        Time limit of the search; building the model comes on top and is on the clock too.
    """
    start = time.perf_counter()
    pairs = _pairs(board)
    model, go, levels = _naive_model(board, pairs)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = seconds
    watch = _Watch(start, levels)
    status = solver.solve(model, watch)
    took = (time.perf_counter() - start) * 1000
    proof = took if status == cp_model.OPTIMAL else None
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Answer(engine=CPSAT, goes=None, stated=(), bounds=(), curve=(), proof_ms=None)
    chosen = np.array([solver.boolean_value(each) for each in go], dtype=np.bool_)
    goes = _goes(board, pairs, chosen)
    value, bound = solver.objective_value, solver.best_objective_bound
    return Answer(
        engine=CPSAT,
        goes=goes,
        stated=tuple(int(solver.value(level)) for level in levels),
        bounds=(),
        curve=tuple(watch.curve),
        proof_ms=proof,
        gap=0.0 if proof is not None or value <= 0 else max(0.0, (value - max(0.0, bound)) / value),
    )


def _naive_model(
    board: Board, pairs: _Pairs
) -> tuple[cp_model.CpModel, list[cp_model.IntVar], list[cp_model.LinearExprT]]:
    model = cp_model.CpModel()
    go = [model.new_bool_var("") for _ in range(pairs.team.size)]
    first = [model.new_bool_var("") for _ in range(pairs.team.size)]
    fill = [model.new_int_var(0, units, "") for units in pairs.units.tolist()]
    unmet = [model.new_int_var(0, need, "") for need in board.need.tolist()]
    of_team: list[list[int]] = [[] for _ in range(board.shape[0])]
    of_incident: list[list[int]] = [[] for _ in range(board.shape[1])]
    for k, (u, i) in enumerate(zip(pairs.team.tolist(), pairs.incident.tolist(), strict=True)):
        of_team[u].append(k)
        of_incident[i].append(k)
        model.add_implication(first[k], go[k])
    for mine in of_team:
        model.add_at_most_one(go[k] for k in mine)
    for mine in of_incident:
        someone = model.new_bool_var("")
        model.add(cp_model.LinearExpr.sum([first[k] for k in mine]) == someone)
        for k in mine:
            model.add_implication(go[k], someone)
    filled: list[list[cp_model.IntVar]] = [[] for _ in unmet]
    for f, (k, d) in enumerate(zip(pairs.pair.tolist(), pairs.demand.tolist(), strict=True)):
        filled[d].append(fill[f])
        model.add(fill[f] <= int(pairs.units[f]) * go[k])
    for d, need in enumerate(board.need.tolist()):
        model.add(cp_model.LinearExpr.sum([*filled[d], unmet[d]]) == need)
    weighted = cp_model.LinearExpr.weighted_sum
    levels: list[cp_model.LinearExprT] = [
        weighted(unmet, board.weight.tolist()),
        weighted([*fill, *first], [*pairs.late_fill.tolist(), *pairs.late_first.tolist()]),
        weighted([*fill, *first], [*pairs.slow_fill.tolist(), *pairs.slow_first.tolist()]),
    ]
    model.minimize(cp_model.LinearExpr.weighted_sum(levels, list(WEIGHTS)))
    return model, go, levels


def highs(board: Board, seconds: float) -> Answer:
    """Minimise levels 1, 2 and 3 one after another with HiGHS over all pairs, each level held for the next.

    The first plan is at hand when the first level is solved: HiGHS shows none earlier through MathOpt. Each level
    starts from the plan of the one before.

    Parameters
    ----------
    board
        Teams against incidents; nobody is locked.
    seconds
        Time limit of all levels together, building the model included.
    """
    start = time.perf_counter()
    pairs = _pairs(board)
    proto, costs, go = _highs_model(board, pairs)
    hint: NDArray[np.float64] | None = None
    stated, bounds, curve = [0] * COMPARED, [0] * COMPARED, []
    proven = True
    for level, cost in enumerate(costs):
        left = seconds - (time.perf_counter() - start)
        if left <= 0:
            proven = False
            break
        values, bound = _solve(proto, cost, hint, left)
        hint = hint if values is None else np.rint(values)
        if hint is None:
            bounds[level] = bound
            break
        stated = [round(float(each @ hint)) for each in costs]
        bounds[level] = min(bound, stated[level])
        proven = proven and bounds[level] == stated[level]
        goes = _goes(board, pairs, hint[go] > 0)
        curve.append(((time.perf_counter() - start) * 1000, priced(board, goes)[:COMPARED]))
        _hold(proto, cost, stated[level])
    took = (time.perf_counter() - start) * 1000
    if hint is None:
        return Answer(engine=HIGHS, goes=None, stated=(), bounds=tuple(bounds), curve=(), proof_ms=None)
    return Answer(
        engine=HIGHS,
        goes=_goes(board, pairs, hint[go] > 0),
        stated=tuple(stated),
        bounds=tuple(bounds),
        curve=tuple(curve),
        proof_ms=took if proven else None,
    )


def _highs_model(
    board: Board, pairs: _Pairs
) -> tuple[model_pb2.ModelProto, list[NDArray[np.float64]], Index]:
    model = LinearModel()
    go = model.add_columns(np.ones(pairs.team.size))
    first = model.add_columns(np.ones(pairs.team.size))
    fill = model.add_columns(pairs.units)
    unmet = model.add_columns(board.need)
    someone = model.add_columns(np.ones(board.shape[1]), integer=False)
    every, fills = np.arange(pairs.team.size), np.arange(fill.size)
    model.add_rows(-np.inf, 1.0, board.shape[0], [(pairs.team, go, 1.0)])
    need = board.need.astype(np.float64)
    model.add_rows(need, need, need.size, [(pairs.demand, fill, 1.0), (np.arange(need.size), unmet, 1.0)])
    units = pairs.units.astype(np.float64)
    model.add_rows(-np.inf, 0.0, fill.size, [(fills, fill, 1.0), (fills, go[pairs.pair], -units)])
    model.add_rows(-np.inf, 0.0, every.size, [(every, first, 1.0), (every, go, -1.0)])
    model.add_rows(-np.inf, 0.0, every.size, [(every, go, 1.0), (every, someone[pairs.incident], -1.0)])
    each = np.arange(someone.size)
    model.add_rows(0.0, 0.0, someone.size, [(pairs.incident, first, 1.0), (each, someone, -1.0)])
    costs = [np.zeros(model.columns) for _ in range(COMPARED)]
    costs[0][unmet] = board.weight
    costs[1][fill], costs[1][first] = pairs.late_fill, pairs.late_first
    costs[2][fill], costs[2][first] = pairs.slow_fill, pairs.slow_first
    return model.proto(), costs, go


def _solve(
    proto: model_pb2.ModelProto, cost: NDArray[np.float64], hint: NDArray[np.float64] | None, seconds: float
) -> tuple[NDArray[np.float64] | None, int]:
    """Minimise one level: the columns, if any plan was found, and the bound rounded up to a whole number."""
    columns = np.flatnonzero(cost)
    proto.objective.Clear()
    proto.objective.linear_coefficients.ids.extend(columns.tolist())
    proto.objective.linear_coefficients.values.extend(cost[columns].tolist())
    model = mathopt.Model.from_model_proto(proto)
    variables = list(model.variables())
    hints = []
    if hint is not None:
        known = dict(zip(variables, hint.tolist(), strict=True))
        hints.append(mathopt.SolutionHint(variable_values=known))
    result = mathopt.solve(
        model,
        mathopt.SolverType.HIGHS,
        params=mathopt.SolveParameters(
            relative_gap_tolerance=0.0,
            absolute_gap_tolerance=0.5,
            time_limit=timedelta(seconds=seconds),
            highs=highs_pb2.HighsOptionsProto(string_options={"parallel": "off"}),
        ),
        model_params=mathopt.ModelSolveParameters(solution_hints=hints),
    )
    dual = result.termination.objective_bounds.dual_bound
    bound = max(0, ceil(dual - max(_EPSILON, _EPSILON * 1e-3 * abs(dual)))) if isfinite(dual) else 0
    if not result.has_primal_feasible_solution():
        return None, bound
    return np.array(result.variable_values(variables)), bound


def _hold(proto: model_pb2.ModelProto, cost: NDArray[np.float64], value: int) -> None:
    """Add the row that keeps a level at its value."""
    columns = np.flatnonzero(cost)
    row = len(proto.linear_constraints.ids)
    proto.linear_constraints.ids.append(row)
    proto.linear_constraints.lower_bounds.append(-float("inf"))
    proto.linear_constraints.upper_bounds.append(value + 0.5)
    proto.linear_constraint_matrix.row_ids.extend([row] * columns.size)
    proto.linear_constraint_matrix.column_ids.extend(columns.tolist())
    proto.linear_constraint_matrix.coefficients.extend(cost[columns].tolist())
