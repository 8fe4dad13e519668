"""Linear models in whole numbers, solved level by level with HiGHS.

Each level is minimised in turn while all earlier levels keep their value. All objective coefficients are whole
numbers and every variable that carries one is integer, so a gap below one is a proof. Every level is relaxed first:
its prices prove a bound, and they rule out columns and rows, for this level and for all later ones. Work is limited by
a count of tree nodes before the clock, so that the same input gives the same plan on any machine that is fast enough.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, isfinite
from typing import Final

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import model_pb2

from dispatch.relaxation import Dual, Entries, Relaxation, Rows, Solution, Vector, narrowed, summed
from dispatch.whole import Found, Tree, dive, search

Index = NDArray[np.int64]

_LEVEL_SHARE: Final = 0.5
"""Share of the remaining seconds that one level may take, so that a hard level leaves time for the next."""

_SHORT: Final = 2000
"""Columns up to which the last step to a proof is short (measured: 0.4 s; with 5400 columns 5 s)."""

_NEAR_ENOUGH: Final = 0.003
"""Relative gap at which a large model is not searched any further (an estimate of what nobody notices)."""

_NEARLY: Final = 1e-3
"""Relative gap below which the full model is searched after all: the last step to a proof is short."""

_EPSILON: Final = 1e-6
"""What a bound may be above a whole number by rounding alone."""

_USED: Final = 1e-6
"""A relaxed column above this is used."""


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
    sharpening: list[NDArray[np.bool_]] = field(default_factory=list)

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
        *,
        sharpening: bool = False,
    ) -> None:
        """Add `count` rows; `entries` are (row within these, column, coefficient) vectors.

        Rows that are `sharpening` follow from the others in whole numbers; they raise the bound of the relaxation.
        """
        self.row_lower.append(np.broadcast_to(np.asarray(lower, dtype=np.float64), (count,)))
        self.row_upper.append(np.broadcast_to(np.asarray(upper, dtype=np.float64), (count,)))
        self.sharpening.append(np.full(count, sharpening))
        for row, column, coefficient in entries:
            values = np.broadcast_to(np.asarray(coefficient, dtype=np.float64), row.shape)
            self.entries.append((row.astype(np.int64) + self.rows, column, values))
        self.rows += count

    def sparse(self) -> Rows:
        """Everything but the objective, as arrays."""
        row, column, value = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        order = np.lexsort((column, row))
        return Rows(
            Entries(row[order], column[order], value[order], (self.rows, self.columns)),
            np.zeros(self.columns),
            np.concatenate(self.upper),
            np.concatenate(self.row_lower),
            np.concatenate(self.row_upper),
            np.concatenate(self.integer),
        )

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
    `sharp`: switches carry the cost; the relaxation is taken with the rows that only sharpen it, and where a large
    model has a dive to a solution, no tree is searched for a better one.
    """

    coefficients: Vector
    gap: float = 0.0
    known: int = 0
    sharp: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far a search may go; `nodes` of the tree, per level, is the limit that does not depend on the machine.

    `switches`: whether the columns up to 1 decide what the others may do, so that a dive over them is worth it.
    """

    seed: int
    seconds: float
    nodes: int
    exact_columns: int = 2**31 - 1
    switches: bool = True


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
    relaxation = Relaxation(model.sparse(), np.concatenate(model.sharpening))
    as_known = True
    for number, objective in enumerate(objectives):
        known = _value(objective, values)
        left = (deadline - time.monotonic()) * _LEVEL_SHARE
        found, dual, bound = None, None, objective.known if as_known else 0
        if known > bound and left > 0:
            found, dual, better = _solve(relaxation, objective, values, limits, left)
            bound = max(bound, better)
        if found is not None:
            found = tidy(found)
            kept = all(_value(o, found) <= most for o, most in zip(objectives, held, strict=False))
            values = found if kept and _value(objective, found) <= known else values
        held.append(_value(objective, values))
        bounds.append(bound)
        as_known = as_known and held == [_value(each, start) for each in objectives[: number + 1]]
        relaxation.hold(objective.coefficients, values, dual)
    # a later level may have bettered an earlier one that was left unproven: what counts is the final solution
    reached = [_value(objective, values) for objective in objectives]
    return values, [Level(value, min(bound, value)) for value, bound in zip(reached, bounds, strict=True)]


def _value(objective: Objective, values: Solution) -> int:
    return round(summed(objective.coefficients, values))


def _solve(
    relaxation: Relaxation, objective: Objective, hint: Solution, limits: Limits, seconds: float
) -> tuple[Solution | None, Dual, int]:
    """Minimise one level: the solution, if any better was found, the prices, and the bound as a whole number.

    What the prices leave is searched whole where it has at most `limits.exact_columns` columns. Where it has more, a
    dive looks for a solution; if that comes near the bound, the step to a proof is short, and what the prices leave of
    the rest of the gap is searched after all.
    """
    deadline = time.monotonic() + seconds
    known = _value(objective, hint)
    dual = _prices(relaxation, objective, hint, deadline)
    bound = dual.whole
    if bound >= known:
        return None, dual, bound
    rows = narrowed(relaxation.rows, dual, known)
    if np.count_nonzero(rows.free) <= limits.exact_columns:
        return _prove(rows, objective, hint, limits, (dual, deadline))
    best = _look(rows, objective, hint, limits, (dual, deadline))
    value = _value(objective, best)
    if objective.gap > 0 or bound >= value or value - dual.bound > _NEARLY * dual.bound:
        return best, dual, bound
    left = narrowed(rows, dual, value)
    if np.count_nonzero(left.free) > _SHORT:
        return best, dual, bound
    proof = _search(left, objective, best, limits, deadline)
    better = best if proof.values is None else proof.values
    return better, dual, max(bound, _whole(proof.bound, value))


def _prove(
    rows: Rows, objective: Objective, hint: Solution, limits: Limits, by: tuple[Dual, float]
) -> tuple[Solution, Dual, int]:
    """Search what is in use, which is quick, for a solution near the bound; then all that the prices still leave."""
    dual, deadline = by
    found = _search(_in_use(rows, dual, hint), objective, hint, limits, deadline).values
    best = hint if found is None else found
    value, bound = _value(objective, best), dual.whole
    if bound >= value:
        return best, dual, bound
    whole = _search(narrowed(rows, dual, value), objective, best, limits, deadline)
    better = best if whole.values is None else whole.values
    return better, dual, max(bound, _whole(whole.bound, value))


def _prices(relaxation: Relaxation, objective: Objective, hint: Solution, deadline: float) -> Dual:
    """Relax the model: without rows that only sharpen, and with them where that proves too little."""
    known = _value(objective, hint)
    relaxation.sharpen(on=objective.sharp)
    dual = relaxation.minimise(objective.coefficients, hint, enough=known, deadline=deadline)
    if dual.whole >= known or objective.sharp or not relaxation.sharpen(on=True):
        return dual
    sharper = relaxation.minimise(objective.coefficients, hint, enough=known, deadline=deadline)
    return sharper if sharper.whole >= dual.whole else dual


def _look(
    rows: Rows, objective: Objective, hint: Solution, limits: Limits, by: tuple[Dual, float]
) -> Solution:
    """Dive; where that stays far from the bound, search the columns that the relaxation or the best solution uses."""
    dual, deadline = by
    # where switches cost, only those in use are looked at; else the whole model stays, in which loads can shift
    part = _in_use(rows, dual, hint) if objective.sharp else rows
    seconds = deadline - time.monotonic()
    best = (
        dive(part, objective.coefficients, hint, seed=limits.seed, seconds=seconds)
        if limits.switches
        else None
    )
    known = hint if best is None else best
    if (best is not None and objective.sharp) or _near(objective, known, dual):
        return known
    found = _search(_in_use(rows, dual, known), objective, known, limits, deadline).values
    return known if found is None else found


def _in_use(rows: Rows, dual: Dual, hint: Solution) -> Rows:
    """Give the model over the columns that the relaxation or the hint uses."""
    used = (dual.values >= _USED) | (hint > 0) | (rows.lower > 0)
    return replace(rows, upper=np.where(used, rows.upper, 0.0))


def _near(objective: Objective, values: Solution, dual: Dual) -> bool:
    """Whether a solution is so near to the bound that no tree is searched for a better one."""
    return _value(objective, values) - dual.bound <= max(objective.gap, _NEAR_ENOUGH) * dual.bound


def _search(rows: Rows, objective: Objective, hint: Solution, limits: Limits, deadline: float) -> Found:
    seconds = deadline - time.monotonic()
    tree = Tree(seed=limits.seed, nodes=limits.nodes, gap=objective.gap, seconds=seconds)
    return search(rows, objective.coefficients, hint, tree)


def _whole(bound: float, most: int) -> int:
    """A bound rounded up to a whole number, at most the value it is the bound of."""
    if not isfinite(bound):
        return 0
    return min(most, max(0, ceil(bound - max(_EPSILON, _EPSILON * 1e-3 * abs(bound)))))
