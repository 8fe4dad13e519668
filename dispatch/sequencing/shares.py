"""A lower bound for incidents of several parts: every part alone, with a share of its incident's weight.

An incident is completed no earlier than any of its parts, so no earlier than their mean by any shares that sum to 1:
whatever the shares, the least harm of the parts alone is a bound. Shares move, by multiplicative weights, towards the
parts that the bound itself completes late, which is where its incident's end is decided.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.sequencing.bound import Schedule, lower_bound, schedule_harm
from dispatch.sequencing.parts import JointProblem
from dispatch.sequencing.problem import Problem, frozen
from kernels.jit import NEVER
from kernels.sequence import Longs
from kernels.sequence_joint import Plan

_SHARE: Final = 5040
"""Weights are multiplied by this before they are shared among parts: any number up to ten divides it."""

_SHARE_ROUNDS: Final = 30
_FIRST_STEP: Final = 3.0
"""How often weight is moved between parts, and how boldly at first."""

_LEAST_SHARE: Final = 0.03


def joint_bound(problem: JointProblem, plan: Plan, *, room: int, deadline: float) -> int:
    """Bound the harm of any plan from below, starting from a good plan.

    Any division of the incidents' weights among their parts gives a bound. The first follows the good plan: most weight
    to the part completed last. Then weight moves to the parts that the bound's own mixture of schedules completes late.
    """
    share = _by_lateness(problem, np.ones(problem.incident.size), plan.done.astype(np.float64), _FIRST_STEP)
    known = _rows(problem, plan)
    best, prices = 0, None
    for number in range(_SHARE_ROUNDS):
        if time.monotonic() >= deadline:
            break
        weight = _divided(problem, share)
        relaxed, toll = _relaxed(problem, weight)
        if prices is None:
            prices = _savings(relaxed, toll, known)
        found = lower_bound(relaxed, known, prices, room=room, deadline=deadline, toll=toll)
        best = max(best, -(-found.value // _SHARE))
        if best >= plan_value(problem, plan):
            break
        late = found.mean + np.where(found.mean > 0, _tail(problem), 0)
        share = _by_lateness(problem, share, late, _FIRST_STEP / (1 + number))
        prices = (found.prices / weight * _divided(problem, share)).astype(np.int64)
    return best


def plan_value(problem: JointProblem, plan: Plan) -> int:
    """Harm of a plan whose times are set."""
    last = np.zeros(problem.weight.size, dtype=np.int64)
    np.maximum.at(last, problem.incident, plan.done)
    return int(problem.weight @ last)


def _rows(problem: JointProblem, plan: Plan) -> list[Schedule]:
    """Give the parts of each unit that serves any, in order."""
    order = [part for part in np.argsort(plan.start, kind="stable").tolist() if plan.start[part] >= 0]
    rows = [(unit, tuple(p for p in order if plan.unit[p] == unit)) for unit in range(problem.parts.units)]
    return [row for row in rows if row[1]]


def _savings(relaxed: Problem, toll: Longs, known: list[Schedule]) -> Longs:
    """Harm that dropping each part from a good plan would save."""
    jobs = relaxed.jobs()
    saved = np.zeros(relaxed.incidents, dtype=np.int64)
    for unit, row in known:
        whole = schedule_harm(jobs, relaxed, (unit, row))
        for part in row:
            rest = tuple(other for other in row if other != part)
            saved[part] = max(0, whole - schedule_harm(jobs, relaxed, (unit, rest)) + int(toll[unit, part]))
    return saved


def _by_lateness(
    problem: JointProblem, share: NDArray[np.float64], done: NDArray[np.float64], step: float
) -> NDArray[np.float64]:
    """Move shares towards the parts that are done late, by multiplicative weights; they sum to 1 for each incident."""
    last = np.ones(problem.weight.size)
    np.maximum.at(last, problem.incident, done)
    moved = share * np.exp(step * (done / last[problem.incident] - 1))
    whole = np.bincount(problem.incident, moved)[problem.incident]
    shares: NDArray[np.float64] = np.maximum(moved / whole, _LEAST_SHARE)
    return shares


def _divided(problem: JointProblem, share: NDArray[np.float64]) -> Longs:
    """Divide the weights times `_SHARE` in whole numbers, at least 1 each; the rest goes to the largest."""
    total = problem.weight * _SHARE
    whole = np.bincount(problem.incident, share)[problem.incident]
    weight = np.maximum(1, np.floor(total[problem.incident] * share / whole)).astype(np.int64)
    rest = total - np.bincount(problem.incident, weight).astype(np.int64)
    largest = np.lexsort((weight, problem.incident))[np.cumsum(np.bincount(problem.incident)) - 1]
    weight[largest] += rest
    return weight


def _relaxed(problem: JointProblem, weight: Longs) -> tuple[Problem, Longs]:
    """Let each part stand alone with its weight, and say what a unit adds by serving a part.

    An incident's completion is no earlier than any part's. Of parts that start together, none starts before each of
    them can have a unit there, and the incident lasts as long as the longest, at least.
    """
    parts, incident = problem.parts, problem.incident
    toll = np.zeros((parts.units, parts.incidents), dtype=np.int64)
    release = parts.release
    if problem.together:
        can = parts.service < NEVER
        soonest = np.where(can, _soonest(parts)[:, None], NEVER).min(axis=0, initial=NEVER)
        last = np.zeros_like(problem.weight)
        np.maximum.at(last, incident, np.where(soonest < NEVER, np.maximum(soonest, release), release))
        release = frozen(last[incident], np.int32)
        toll = np.where(can, weight * np.maximum(0, _longest(problem)[incident] - parts.service), 0)
    relaxed = replace(parts, weight=frozen(weight, np.int64), release=release, horizon=parts.late)
    return relaxed, toll.astype(np.int64)


def _longest(problem: JointProblem) -> Longs:
    """Longest service of each incident's parts, each by its fastest unit."""
    fastest = problem.parts.service.min(axis=0, initial=NEVER).astype(np.int64)
    longest = np.zeros_like(problem.weight)
    np.maximum.at(longest, problem.incident, np.where(fastest < NEVER, fastest, 0))
    return longest


def _tail(problem: JointProblem) -> Longs:
    """How much longer than a part, about, its incident lasts where all parts start together."""
    fastest = problem.parts.service.min(axis=0, initial=NEVER).astype(np.int64)
    tail: Longs = np.maximum(0, _longest(problem)[problem.incident] - fastest) * int(problem.together)
    return tail


def _soonest(parts: Problem) -> Longs:
    """When each unit can be at the nearest of all parts."""
    nearest: Longs = parts.free.astype(np.int64) + parts.first.min(axis=1, initial=NEVER)
    return nearest
