"""From a bound near the best known harm to a proof: list all schedules that can still matter, choose exactly.

A column whose reduced cost exceeds the gap between the best order and the bound is in no better order. What is left is
usually a few hundred schedules; HiGHS chooses among them in whole numbers, with their reduced costs (small whole
numbers) as objective, so that no rounding of large harms touches the proof.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from math import ceil, isfinite
from typing import Final

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt.python import mathopt
from ortools.math_opt.solvers import highs_pb2

from dispatch.lexicographic import LinearModel
from dispatch.sequencing.bound import Bound, Pricing, Schedule
from dispatch.sequencing.problem import Problem
from kernels.sequence import NOBODY, Ints, Longs
from kernels.sequence_price import grow, trace_all

_WIDTHS: Final = (16, 4, 1)
"""Parts of the gap within which schedules are listed, one after another: few columns often do, and find the better
order that narrows the gap itself."""

_EPSILON: Final = 1e-5
"""What a bound of HiGHS may be above a whole number by rounding alone."""

_HALF: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """Schedules within a gap of the bound.

    Attributes
    ----------
    stops : int32[columns, incidents]
    lengths, units : int32[columns]
    extra : int64[columns]
        Reduced cost above the unit's least: what the bound rises by where the column is chosen.
    """

    stops: Ints
    lengths: Ints
    units: Ints
    extra: Longs


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Proof:
    """What the exact choice found.

    Attributes
    ----------
    value
        No order does less harm.
    schedules
        An order better than the one known, if there is one.
    columns
        How many schedules it was chosen from.
    """

    value: int
    schedules: list[Schedule] | None
    columns: int


def prove(problem: Problem, bound: Bound, harm: int, *, room: int, nodes: int, deadline: float) -> Proof:
    """Close the gap between a bound and the harm of the best known order, as far as room and time allow.

    Parameters
    ----------
    problem, bound
        What is to be served; its bound, `exact`.
    harm
        Of the best known order.
    room
        Labels of one unit, and columns of all units together.
    nodes
        Tree nodes of HiGHS.
    deadline
        `time.monotonic()` at which to stop.
    """
    pricing = Pricing(problem, problem.jobs(), room)
    value, schedules, count = bound.value, None, 0
    for part in _WIDTHS:
        width = (harm - bound.value) // part
        columns = _within(problem, pricing, bound, width, room)
        if columns is None or time.monotonic() >= deadline:
            break
        count = columns.units.size
        extra, chosen = _choose(problem, bound, columns, width, nodes, deadline)
        if chosen is not None and bound.value + chosen[0] < harm:
            harm, schedules = bound.value + chosen[0], chosen[1]
        # whatever is not among these columns costs more than `width` above the bound
        value = max(value, min(bound.value + min(extra, width + 1), harm))
        if value >= harm:
            break
    return Proof(value=value, schedules=schedules, columns=count)


def _within(problem: Problem, pricing: Pricing, bound: Bound, width: int, room: int) -> Columns | None:
    """List all schedules whose reduced cost is at most `width` above the least of their unit."""
    parts: list[tuple[Ints, Ints, Ints, Longs]] = []
    total = 0
    for unit in range(problem.units):
        least = int(bound.least[unit])
        count = int(
            grow(
                pricing.jobs,
                np.int64(unit),
                bound.prices,
                np.int64(least + width),
                np.int64(width),
                pricing.delay[unit],
                np.int64(1),
                pricing.whole_room,
            )
        )
        if count < 0:
            return None
        chosen = _best_of_each_set(pricing, count, least + width)
        total += chosen.size
        if total > room:
            return None
        stops = np.zeros((chosen.size, problem.incidents), dtype=np.int32)
        lengths = np.zeros(chosen.size, dtype=np.int32)
        trace_all(pricing.whole_room, chosen, stops, lengths)
        extra = pricing.whole_room.cost[chosen] - least
        parts.append((stops, lengths, np.full(chosen.size, unit, dtype=np.int32), extra))
        if problem.locked[unit] == NOBODY and -least <= width:  # staying idle is a schedule too
            idle = np.zeros(1, dtype=np.int32)
            parts.append(
                (
                    np.zeros((1, problem.incidents), dtype=np.int32),
                    idle,
                    idle + np.int32(unit),
                    np.array([-least]),
                )
            )
    stops, lengths, units, extra = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Columns(stops=stops, lengths=lengths, units=units, extra=extra)


def _best_of_each_set(pricing: Pricing, count: int, most: int) -> Longs:
    """Pick, among the labels that live and cost at most `most`, the cheapest of each set of incidents."""
    room = pricing.whole_room
    living = np.flatnonzero((room.alive[:count] == 1) & (room.cost[:count] <= most))
    words = room.stops[living]
    order = np.lexsort((room.cost[living], *words.T))
    words = words[order]
    new = np.ones(living.size, dtype=bool)
    new[1:] = (words[1:] != words[:-1]).any(axis=1)
    chosen: Longs = living[order][new].astype(np.int64)
    return chosen


def _choose(
    problem: Problem, bound: Bound, columns: Columns, width: int, nodes: int, deadline: float
) -> tuple[int, tuple[int, list[Schedule]] | None]:
    """Choose a schedule for each unit so that every incident is in one: the bound on what that adds, and the choice."""
    model = LinearModel()
    taken = model.add_columns(np.ones(columns.units.size))
    stay = problem.weight * problem.late - bound.prices
    jobs = np.flatnonzero(stay <= width)
    unserved = model.add_columns(np.ones(jobs.size))
    at, place = np.nonzero(np.arange(problem.incidents)[None] < columns.lengths[:, None])
    one = np.ones(1)
    model.add_rows(
        1.0,
        1.0,
        problem.incidents,
        [(columns.stops[at, place].astype(np.int64), taken[at], 1.0), (jobs, unserved, 1.0)],
    )
    model.add_rows(1.0, 1.0, problem.units, [(columns.units.astype(np.int64), taken, one)])
    extra = np.concatenate([columns.extra, stay[jobs]])
    found, least = _solve(model, extra, nodes, deadline)
    if found is None:
        return least, None
    used = np.flatnonzero(found[: columns.units.size])
    schedules = [
        (int(columns.units[c]), tuple(columns.stops[c, : columns.lengths[c]].tolist())) for c in used
    ]
    return least, (int(extra @ found), schedules)


def _solve(
    model: LinearModel, extra: Longs, nodes: int, deadline: float
) -> tuple[NDArray[np.int64] | None, int]:
    """Run HiGHS: a choice, if there is one, and the bound on its objective."""
    proto = model.proto()
    proto.objective.linear_coefficients.ids.extend(range(model.columns))
    proto.objective.linear_coefficients.values.extend(extra.astype(np.float64).tolist())
    built = mathopt.Model.from_model_proto(proto)
    result = mathopt.solve(
        built,
        mathopt.SolverType.HIGHS,
        params=mathopt.SolveParameters(
            relative_gap_tolerance=0.0,
            absolute_gap_tolerance=_HALF,
            node_limit=nodes,
            time_limit=timedelta(seconds=max(deadline - time.monotonic(), 0.01)),
            highs=highs_pb2.HighsOptionsProto(string_options={"parallel": "off"}),
        ),
    )
    if result.termination.reason == mathopt.TerminationReason.INFEASIBLE:
        return None, int(np.iinfo(np.int32).max)
    dual = result.termination.objective_bounds.dual_bound
    least = max(0, ceil(dual - _EPSILON - 1e-9 * abs(dual))) if isfinite(dual) else 0
    if not result.has_primal_feasible_solution():
        return None, least
    return np.rint(np.array(result.variable_values(list(built.variables())))).astype(np.int64), least
