"""Incidents that need several units, each of another kind: together at once, or each part when its unit comes.

Collaboration as in Wex, Schryen and Neumann (HICSS 2014): an incident may need, say, a fire crew and paramedics at
the same time. Two readings are solved:

* **together**: the parts of an incident start at once, and whoever is there first waits;
* apart: each part starts when its unit is there; the incident is completed with its last part.

The bound is `dispatch.sequencing.windows`; what is small and not proven by it goes to CP-SAT
(`dispatch.sequencing.exact`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from dispatch.sequencing.exact import MOST_ARCS, arcs, solve_exactly
from dispatch.sequencing.parts import JointProblem
from dispatch.sequencing.rounding import rounded
from dispatch.sequencing.schedule import Effort
from dispatch.sequencing.windows import joint_bound, plan_value
from kernels.sequence import NOBODY, Ints, Longs
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
    improve_joint,
)

_CHUNK: Final = 100
"""Rounds between two looks at the clock; the search cools down in each such chunk, and is lenient again in the next."""

_SLACK: Final = 3
"""One part in this many of an incident's mean harm may be lost, at the start of a chunk, to leave a local optimum."""

_LARGE: Final = (0.06, 0.75, 0.97)
_SMALL: Final = (0.08, 0.4, 0.5)
"""Shares of the time at which the first search ends, the bound, and the search from what the bound mixed.

What is then left, or was not needed, is the exact model's, if the problem is small.
"""

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
        """How far the value may be above the least possible, as a share of the bound."""
        return (self.value - self.bound) / self.bound if self.bound else 0.0

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
    plan = _search(problem, _by_rules(problem), effort, look)
    found = joint_bound(problem, plan, room=effort.room, deadline=bound_until)
    if found.value < plan_value(problem, plan):
        other = _search(problem, rounded(problem, found.mixed), effort, again)
        plan = min(plan, other, key=lambda each: plan_value(problem, each))
    bound = min(plan_value(problem, plan), found.value)
    left = effort.seconds - (time.monotonic() - begin)
    if bound < plan_value(problem, plan) and left > 0 and small:
        limit = Effort(seconds=left, nodes=effort.nodes)
        plan, bound = _exactly(problem, plan, bound, limit)
    return replace(_outcome(problem, plan, 0), bound=bound)


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


def _by_rules(problem: JointProblem) -> Plan:
    """Give the best of the plans that rules make."""
    return min((_append(problem, rule) for rule in (BY_TRAVEL, BY_COMPLETION)), key=lambda found: found[1])[0]


def _search(problem: JointProblem, best: Plan, effort: Effort, deadline: float) -> Plan:
    """Search from a plan; gives the best one with its times."""
    jobs, blocks = problem.parts.jobs(), problem.blocks()
    place = _field(problem, blocks)
    evaluate(jobs, blocks, best, place)
    now = Plan(best.order.copy(), best.unit.copy(), best.start.copy(), best.done.copy())
    seed = np.array([effort.seed % (2**31 - 2) + 1], dtype=np.int64)
    for begin in range(0, effort.rounds, _CHUNK):
        if time.monotonic() >= deadline:
            break
        lenient = np.int64(plan_value(problem, best) // (_SLACK * max(1, problem.weight.size)))
        improve_joint(
            jobs, blocks, now, best, place, seed, np.int64(min(_CHUNK, effort.rounds - begin)), lenient
        )
    evaluate(jobs, blocks, best, place)
    return best


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
