"""Incidents that need several units, each of another kind: together at once, or each part when its unit comes.

Collaboration as in Wex, Schryen and Neumann (HICSS 2014): an incident may need, say, a fire crew and paramedics at
the same time. Two readings are solved:

* **together**: the parts of an incident start at once, and whoever is there first waits;
* apart: each part starts when its unit is there; the incident is completed with its last part.

The bound is `dispatch.sequencing.windows`; what it leaves open is divided where parts start together
(`dispatch.sequencing.branching`), and goes to CP-SAT (`dispatch.sequencing.exact`) if it is small.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from typing import Final

import numpy as np

from dispatch.sequencing.branching import branch
from dispatch.sequencing.exact import MOST_ARCS, arcs, solve_exactly
from dispatch.sequencing.parts import JointProblem
from dispatch.sequencing.problem import frozen
from dispatch.sequencing.rounding import rounded
from dispatch.sequencing.schedule import Effort
from dispatch.sequencing.windows import Bounding, plan_value
from kernels.jit import NEVER
from kernels.sequence import NOBODY, Ints, Jobs, Longs
from kernels.sequence_joint import (
    BY_COMPLETION,
    BY_TRAVEL,
    Blocks,
    Field,
    Plan,
    append_all,
    empty_plan,
    evaluate,
    field,
)
from kernels.sequence_joint_search import improve_joint

_CHUNK: Final = 300
"""Rounds between two looks at the clock; the search cools down in each such chunk, and is lenient again in the next:
at first an incident's mean harm may be lost to leave a local optimum."""

_OPENING: Final = 10
"""One round in this many is searched before the bound, and again before plans are divided."""

_WORTH_A_STEP: Final = 0.05
"""Part of the gap that a step of the bound has to close for another to come before plans are divided."""

_LARGE: Final = (0.06, 0.8, 0.97)
_SMALL: Final = (0.08, 0.4, 0.7)
"""Shares of the time at which the first search ends, the bound of all plans, and the searches after it.

What is then left, or was not needed, is the exact model's, if the problem is small.
"""

_FEW: Final = 100
"""One node in this many is ours where the exact model follows: it is better where much cannot be served at all."""

_NODES_PER_SECOND: Final = 1_000
"""Tree nodes counted as one second of CP-SAT's deterministic time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JointOutcome:
    """Who comes to which part, when, and what it is worth.

    Attributes
    ----------
    unit : int32[parts]
        -1 where nobody comes; then the whole block is not served.
    start, completion : int64[parts]
        -1 where not served.
    order : int32[blocks]
        Blocks in an order in which they can be served.
    value
        Sum of weight x completion of the last part; `parts.late` where a part is not served.
    bound
        No plan does less harm.
    """

    unit: Ints
    start: Longs
    completion: Longs
    order: Ints
    value: int
    bound: int

    @property
    def proven(self) -> bool:
        """Whether nothing better exists."""
        return self.bound >= self.value

    @property
    def gap(self) -> float:
        """How far the value may be above the least possible, as a share of the bound; infinite without a bound."""
        if self.bound == 0:
            return inf if self.value > 0 else 0.0
        return (self.value - self.bound) / self.bound

    def stops(self, units: int) -> tuple[tuple[int, ...], ...]:
        """Give the parts of each unit, in order."""
        served = [part for part in np.argsort(self.start, kind="stable").tolist() if self.start[part] >= 0]
        place = {part: at for at, part in enumerate(served)}
        rows = [[part for part in served if self.unit[part] == unit] for unit in range(units)]
        return tuple(tuple(sorted(row, key=place.__getitem__)) for row in rows)


def joint_by_practice(problem: JointProblem) -> JointOutcome:
    """Do as control rooms do: most severe first, each part by the nearest unit, which then waits for the others."""
    plan, _ = _append(problem, BY_TRAVEL)
    return _outcome(problem, plan, 0)


def schedule_joint(problem: JointProblem, *, effort: Effort | None = None) -> JointOutcome:
    """Find the plan of least harm, or one near it with a bound.

    Parameters
    ----------
    problem
        What is to be served.
    effort
        How hard to try.
    """
    effort = effort or Effort()
    begin = time.monotonic()
    small = arcs(problem.parts) <= MOST_ARCS
    look, bound_until, again = (begin + effort.seconds * part for part in (_SMALL if small else _LARGE))
    best = _Best(problem, effort)
    best.search(look)
    bounding = Bounding(problem, best.plan, room=effort.room)
    while bounding.value < best.value and time.monotonic() < bound_until:
        before = bounding.value
        if not bounding.step(best.value, bound_until):
            break
        best.polish(bounding, _CHUNK, bound_until)
        if problem.together and bounding.value - before < _WORTH_A_STEP * (best.value - before):
            break
    bound = bounding.value
    if bound < best.value:
        best.polish(bounding, effort.rounds // (_OPENING if problem.together else 1), again)
    if bound < best.value and problem.together:
        nodes = effort.nodes // _FEW if small else effort.nodes
        bound = branch(bounding, best.value, best.polish_node(again), nodes=nodes, deadline=again)
    plan, bound = best.plan, min(bound, best.value)
    left = effort.seconds - (time.monotonic() - begin)
    if bound < best.value and left > 0 and small:
        limit = Effort(seconds=left, nodes=effort.nodes)
        plan, bound = _exactly(problem, plan, bound, limit)
    return replace(_outcome(problem, plan, 0), bound=bound)


class _Best:
    """The best plan so far, with its times, and searches for better ones."""

    def __init__(self, problem: JointProblem, effort: Effort) -> None:
        """Start from the best of the plans that rules make."""
        self.problem, self.effort = problem, effort
        self.plan = min(
            (_append(problem, rule) for rule in (BY_TRAVEL, BY_COMPLETION)), key=lambda found: found[1]
        )[0]
        _evaluate(problem, self.plan)

    @property
    def value(self) -> int:
        """Harm of the plan."""
        return plan_value(self.problem, self.plan)

    def search(self, deadline: float) -> None:
        """Search among all plans, with a part of the rounds."""
        jobs = self.problem.parts.jobs()
        self._keep(
            _search(self.problem, jobs, self.plan, self.effort.seed, self.effort.rounds // _OPENING, deadline)
        )

    def polish(self, bounding: Bounding, rounds: int, deadline: float) -> None:
        """Search from what a bound has mixed, among the pairs of unit and part that its schedules suggest."""
        if not bounding.mixed:
            return
        made, jobs = rounded(self.problem, bounding.mixed), self.problem.parts.jobs()
        wanted = np.zeros(jobs.service.shape, dtype=bool)
        for unit, stops in bounding.near:
            wanted[unit, [part for part, _ in stops]] = True
        for each in (made, self.plan):
            served = np.flatnonzero(each.unit != NOBODY)
            wanted[each.unit[served], served] = True
        jobs = jobs._replace(service=frozen(np.where(wanted, jobs.service, NEVER), np.int32))
        self._keep(_search(self.problem, jobs, made, self.effort.seed, rounds, deadline))

    def polish_node(self, deadline: float) -> Callable[[Bounding], int]:
        """Give the search that follows each bound of fewer plans."""

        def polish(node: Bounding) -> int:
            self.polish(node, _CHUNK, deadline)
            return self.value

        return polish

    def _keep(self, plan: Plan) -> None:
        if plan_value(self.problem, plan) < self.value:
            self.plan = plan


def _exactly(problem: JointProblem, plan: Plan, bound: int, effort: Effort) -> tuple[Plan, int]:
    """Look for a better plan and a better bound with the exact model."""
    found = solve_exactly(
        problem.parts,
        problem.blocks(),
        plan,
        (bound, plan_value(problem, plan)),
        seconds=effort.seconds,
        work=effort.nodes / _NODES_PER_SECOND,
    )
    if found.order is not None and found.unit is not None:
        better = Plan(found.order, found.unit, plan.start.copy(), plan.done.copy())
        if _evaluate(problem, better) < plan_value(problem, plan):
            plan = better
    return plan, min(max(bound, found.bound), plan_value(problem, plan))


def _append(problem: JointProblem, rule: int) -> tuple[Plan, int]:
    """Serve the most severe first, units chosen by a rule; settled first stops before all others."""
    blocks = problem.blocks()
    plan = empty_plan(blocks.begin.size - 1, problem.parts.incidents)
    settled = np.zeros(problem.parts.incidents, dtype=bool)
    settled[problem.parts.locked[problem.parts.locked != NOBODY]] = True
    first = np.add.reduceat(settled, blocks.begin[:-1]) > 0
    severity = problem.weight[problem.incident[blocks.begin[:-1]]]
    plan.order[:] = np.lexsort((-severity, ~first))
    harm = append_all(
        problem.parts.jobs(),
        blocks,
        plan,
        _field(problem, blocks),
        np.int64(rule),
    )
    return plan, int(harm)


def _search(problem: JointProblem, jobs: Jobs, start: Plan, seed: int, rounds: int, deadline: float) -> Plan:
    """Search from a plan; gives the best one with its times.

    Parameters
    ----------
    problem
        What is to be served.
    jobs
        Its tables, perhaps with fewer pairs of unit and part.
    start
        Order and units are taken.
    seed, rounds, deadline
        Of the random numbers; how often blocks are put elsewhere; `time.monotonic()` at which to stop.
    """
    blocks = problem.blocks()
    place = _field(problem, blocks)
    best, now = _copy(start), _copy(start)
    evaluate(jobs, blocks, best, place)
    state = np.array([seed % (2**31 - 2) + 1], dtype=np.int64)
    for begin in range(0, rounds, _CHUNK):
        if time.monotonic() >= deadline:
            break
        lenient = np.int64(plan_value(problem, best) // max(1, problem.weight.size))
        improve_joint(jobs, blocks, now, best, place, state, np.int64(min(_CHUNK, rounds - begin)), lenient)
    evaluate(jobs, blocks, best, place)
    return best


def _copy(plan: Plan) -> Plan:
    return Plan(plan.order.copy(), plan.unit.copy(), plan.start.copy(), plan.done.copy())


def _field(problem: JointProblem, blocks: Blocks) -> Field:
    return field(problem.parts.units, blocks.begin.size - 1, problem.parts.incidents, problem.weight.size)


def _evaluate(problem: JointProblem, plan: Plan) -> int:
    """Set the times of a plan and give its harm."""
    blocks = problem.blocks()
    return int(evaluate(problem.parts.jobs(), blocks, plan, _field(problem, blocks)))


def _outcome(problem: JointProblem, plan: Plan, bound: int) -> JointOutcome:
    value = _evaluate(problem, plan)
    served = plan.start >= 0
    return JointOutcome(
        unit=np.where(served, plan.unit, NOBODY).astype(np.int32),
        start=plan.start.copy(),
        completion=np.where(served, plan.done, -1),
        order=plan.order.copy(),
        value=value,
        bound=bound,
    )
