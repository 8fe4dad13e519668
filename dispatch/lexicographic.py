"""Linear models in whole numbers, solved level by level with OR-Tools MathOpt and HiGHS.

Each level is minimised in turn while all earlier levels keep their value. All objective coefficients are whole
numbers and every variable that carries one is integer, so a gap below one is a proof. Work is limited by a count of
tree nodes before the clock, so that the same input gives the same plan on any machine that is fast enough.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil, isfinite
from typing import Final

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.math_opt.solvers import highs_pb2

Vector = NDArray[np.float64]
Index = NDArray[np.int64]
Solution = NDArray[np.int64]

_LEVEL_SHARE: Final = 0.5
"""Share of the remaining seconds that one level may take, so that a hard level leaves time for the next."""

_NEARLY: Final = 1e-3
"""Relative gap below which the full model is searched after all: the last step to a proof is short."""

_EPSILON: Final = 1e-6
"""What a bound may be above a whole number by rounding alone."""

_LONGEST_S: Final = 1e6
"""Seconds of a search that are as good as no limit; what is longer, a `timedelta` may not hold."""

_USED: Final = 1e-6
"""A relaxed column above this is used."""

_ROUNDING: Final = 0.5
"""Half of the smallest step an objective can make."""


@dataclass(slots=True)
class LinearModel:
    """A mixed-integer model under construction: columns, then rows over them."""

    upper: list[Vector] = field(default_factory=list)
    integer: list[NDArray[np.bool_]] = field(default_factory=list)
    columns: int = 0
    row_lower: list[Vector] = field(default_factory=list)
    row_upper: list[Vector] = field(default_factory=list)
    entries: list[tuple[Index, Index, Vector]] = field(default_factory=list)
    rows: int = 0

    def add_columns(self, upper: Sequence[float] | NDArray[np.generic], *, integer: bool = True) -> Index:
        """Add variables from 0 up to `upper`; returns their numbers."""
        bounds = np.asarray(upper, dtype=np.float64)
        self.upper.append(bounds)
        self.integer.append(np.full(bounds.size, integer))
        first = self.columns
        self.columns += bounds.size
        return np.arange(first, self.columns, dtype=np.int64)

    def add_rows(
        self,
        lower: float | Vector,
        upper: float | Vector,
        count: int,
        entries: Sequence[tuple[Index, Index, Vector | float]],
    ) -> None:
        """Add `count` rows; `entries` are (row within these, column, coefficient) vectors."""
        self.row_lower.append(np.broadcast_to(np.asarray(lower, dtype=np.float64), (count,)))
        self.row_upper.append(np.broadcast_to(np.asarray(upper, dtype=np.float64), (count,)))
        for row, column, coefficient in entries:
            values = np.broadcast_to(np.asarray(coefficient, dtype=np.float64), row.shape)
            self.entries.append((row.astype(np.int64) + self.rows, column, values))
        self.rows += count

    def proto(self) -> model_pb2.ModelProto:
        """Everything but the objective, in MathOpt's exchange form."""
        model = model_pb2.ModelProto()
        variables, rows = model.variables, model.linear_constraints
        variables.ids.extend(range(self.columns))
        variables.lower_bounds.extend([0.0] * self.columns)
        variables.upper_bounds.extend(np.concatenate(self.upper).tolist())
        variables.integers.extend(np.concatenate(self.integer).tolist())
        rows.ids.extend(range(self.rows))
        rows.lower_bounds.extend(np.concatenate(self.row_lower).tolist())
        rows.upper_bounds.extend(np.concatenate(self.row_upper).tolist())
        row, column, value = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        order = np.lexsort((column, row))
        matrix = model.linear_constraint_matrix
        matrix.row_ids.extend(row[order].tolist())
        matrix.column_ids.extend(column[order].tolist())
        matrix.coefficients.extend(value[order].tolist())
        return model


@dataclass(frozen=True, slots=True)
class Objective:
    """One level: whole-number, non-negative coefficients float64[columns], and the relative gap at which to stop.

    `known` is a bound among the plans that keep the values of all earlier levels in the solution to start from.
    """

    coefficients: Vector
    gap: float = 0.0
    known: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far a search may go; `nodes` of the tree, per level, is the limit that does not depend on the machine."""

    seed: int
    seconds: float
    nodes: int
    exact_columns: int = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Level:
    """Value reached on one level, the bound no solution can beat, and whether they meet."""

    value: int
    bound: int

    @property
    def proven(self) -> bool:
        """Whether nothing better exists."""
        return self.bound >= self.value


def minimise(
    model: LinearModel,
    objectives: Sequence[Objective],
    *,
    start: Solution,
    tidy: Callable[[Solution], Solution],
    limits: Limits,
) -> tuple[Solution, list[Level]]:
    """Minimise the objectives one after another.

    Parameters
    ----------
    model
        The model; all its columns are integer where an objective touches them.
    objectives
        The levels, most important first.
    start
        A feasible solution int64[columns]: what is returned if time ends before a better one is found.
    tidy
        Drops from a feasible solution what serves nothing; must not worsen any objective.
    limits
        Seed, tree nodes per level, seconds for all levels together.

    Returns
    -------
    values : int64[columns]
        The best solution found.
    levels : list of Level
        One per objective. The bound of a level holds among the solutions that keep the values of all earlier ones.
    """
    deadline = time.monotonic() + limits.seconds
    values = start
    held: list[int] = []
    bounds: list[int] = []
    proto = model.proto()
    as_known = True
    for number, objective in enumerate(objectives):
        known = _value(objective, values)
        left = (deadline - time.monotonic()) * _LEVEL_SHARE
        found, bound = None, objective.known if as_known else 0
        if known > bound and left > 0:
            found, better = _solve(proto, objective, values, limits, left)
            bound = max(bound, better)
        if found is not None:
            found = tidy(found)
            kept = all(_value(o, found) <= most for o, most in zip(objectives, held, strict=False))
            values = found if kept and _value(objective, found) <= known else values
        held.append(_value(objective, values))
        bounds.append(bound)
        as_known = as_known and held == [_value(each, start) for each in objectives[: number + 1]]
        _hold(proto, model.rows + number, objective, held[-1])
    # a later level may have bettered an earlier one that was left unproven: what counts is the final solution
    reached = [_value(objective, values) for objective in objectives]
    return values, [Level(value, min(bound, value)) for value, bound in zip(reached, bounds, strict=True)]


def _value(objective: Objective, values: Solution) -> int:
    return round(float(objective.coefficients @ values))


def _solve(
    proto: model_pb2.ModelProto, objective: Objective, hint: Solution, limits: Limits, seconds: float
) -> tuple[Solution | None, int]:
    """Minimise one level: the solution, if any, and the bound rounded up to a whole number.

    A model with more columns than `limits.exact_columns` is relaxed first; the relaxation gives the bound, and only
    columns that it or the hint uses stay for the search in whole numbers. If that comes near the bound, the step to
    a proof is short: columns whose reduced cost exceeds the rest of the gap can be in no better solution.
    """
    columns = np.flatnonzero(objective.coefficients)
    proto.objective.Clear()
    proto.objective.linear_coefficients.ids.extend(columns.tolist())
    proto.objective.linear_coefficients.values.extend(objective.coefficients[columns].tolist())
    if hint.size <= limits.exact_columns:
        found = _search(proto, objective, hint, limits, seconds)
        return found.whole(), found.bound
    deadline = time.monotonic() + seconds
    relaxed_proto = model_pb2.ModelProto()
    relaxed_proto.CopyFrom(proto)
    relaxed_proto.variables.integers[:] = [False] * hint.size
    relaxed = _search(relaxed_proto, objective, None, limits, seconds)
    if relaxed.values is None or relaxed.bound >= _value(objective, hint):
        return None, relaxed.bound
    unused = (relaxed.values < _USED) & (hint == 0)
    found = _search(_without(proto, unused), objective, hint, limits, deadline - time.monotonic())
    best = found.whole()
    if best is None or relaxed.prices is None:
        return best, relaxed.bound
    value = _value(objective, best)
    gap = value - relaxed.dual
    if objective.gap > 0 or relaxed.bound >= value or gap > _NEARLY * relaxed.dual:
        return best, relaxed.bound
    hopeless = (relaxed.prices > gap + _USED) & (best == 0) & np.array(proto.variables.integers)
    proof = _search(_without(proto, hopeless), objective, best, limits, deadline - time.monotonic())
    better = proof.whole()
    return (best if better is None else better), max(relaxed.bound, min(proof.bound, value))


def _without(proto: model_pb2.ModelProto, columns: NDArray[np.bool_]) -> model_pb2.ModelProto:
    """Give the model with some columns held at 0."""
    restricted = model_pb2.ModelProto()
    restricted.CopyFrom(proto)
    restricted.variables.upper_bounds[:] = np.where(columns, 0.0, proto.variables.upper_bounds).tolist()
    return restricted


@dataclass(frozen=True, slots=True)
class _Found:
    """What one run of HiGHS gave: values, the dual bound as it is and rounded up, and reduced costs of a relaxation."""

    values: Vector | None
    dual: float
    bound: int
    prices: Vector | None

    def whole(self) -> Solution | None:
        return None if self.values is None else np.rint(self.values).astype(np.int64)


def _search(
    proto: model_pb2.ModelProto, objective: Objective, hint: Solution | None, limits: Limits, seconds: float
) -> _Found:
    """Run HiGHS once; without a hint the model is a relaxation, and its reduced costs are asked for."""
    model = mathopt.Model.from_model_proto(proto)
    variables = list(model.variables())
    hints = []
    if hint is not None:
        hints.append(mathopt.SolutionHint(variable_values=dict(zip(variables, hint.tolist(), strict=True))))
    result = mathopt.solve(
        model,
        mathopt.SolverType.HIGHS,
        params=mathopt.SolveParameters(
            random_seed=limits.seed,
            relative_gap_tolerance=objective.gap,
            absolute_gap_tolerance=_ROUNDING,
            node_limit=limits.nodes,
            time_limit=timedelta(seconds=min(max(seconds, 0.0), _LONGEST_S)),
            highs=highs_pb2.HighsOptionsProto(string_options={"parallel": "off"}),
        ),
        model_params=mathopt.ModelSolveParameters(solution_hints=hints),
    )
    dual = result.termination.objective_bounds.dual_bound
    bound = max(0, ceil(dual - max(_EPSILON, _EPSILON * 1e-3 * abs(dual)))) if isfinite(dual) else 0
    values = np.array(result.variable_values(variables)) if result.has_primal_feasible_solution() else None
    prices = (
        np.array(result.reduced_costs(variables))
        if hint is None and result.has_dual_feasible_solution()
        else None
    )
    return _Found(values, dual, bound, prices)


def _hold(proto: model_pb2.ModelProto, row: int, objective: Objective, value: int) -> None:
    """Add the row that keeps a level at its value."""
    columns = np.flatnonzero(objective.coefficients)
    proto.linear_constraints.ids.append(row)
    proto.linear_constraints.lower_bounds.append(-float("inf"))
    proto.linear_constraints.upper_bounds.append(value + _ROUNDING)
    proto.linear_constraint_matrix.row_ids.extend([row] * columns.size)
    proto.linear_constraint_matrix.column_ids.extend(columns.tolist())
    proto.linear_constraint_matrix.coefficients.extend(objective.coefficients[columns].tolist())
