"""A lower bound for incidents of several parts: schedules of units as columns, joined by when parts start.

Column generation as in `dispatch.sequencing.bound`, but the columns serve parts, and the linear programme itself says
when an incident is completed: no earlier than any of its parts, on average over the schedules it mixes. That alone is
the best division of an incident's weight among its parts. Then the time is cut into windows. Where parts start
together, the parts of an incident must have the same share in each: so a mixture in which one unit is early while the
other is late no longer passes. Where they are apart, an incident spends as much time in each window, on average, as
each of its parts. Windows are cut where the mixture spreads an incident most, as long as time is left; prices
and schedules are kept.

HiGHS solves the programme in floating point; the bound is computed from prices rounded to whole numbers, exactly.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

import numpy as np

from dispatch.sequencing.cuts import Floats, Points, Prices, Visits
from dispatch.sequencing.frame import Frame
from dispatch.sequencing.mixture import Mixture
from dispatch.sequencing.parts import JointProblem
from kernels.sequence import Jobs
from kernels.sequence_joint import Plan

_SMOOTH: Final = 0.5
_LEAST_SMOOTH: Final = 0.2
_MOST_SMOOTH: Final = 0.95
"""Share of the best prices so far in those that are priced (Wentges 1997), at first, before 0, and where room lacks."""

_MOST_CUTS: Final = 20
"""How often windows are cut, at most."""

_LEAN: Final = 3.0
"""How much of the weight goes, at first, to the parts done last."""

_KEPT: Final = 0.02
"""Schedules whose reduced cost is at most this part of the gap are taken along when windows are cut."""

_UNKNOWN: Final = 1e300
_NONE: Final = -(2**62)
"""Bound of prices at which not all schedules could be looked at."""

_NEAR: Final = 1e-3
"""Parts of the bound left to gain below which the windows are cut."""


@dataclass(frozen=True, slots=True)
class JointBound:
    """No plan does less harm than `value`; and the schedules that were mixed last, with their shares."""

    value: int
    mixed: list[tuple[Visits, float]]


def joint_bound(problem: JointProblem, plan: Plan, *, room: int, deadline: float) -> JointBound:
    """Bound the harm of any plan from below, starting from a good plan.

    Parameters
    ----------
    problem
        What is to be served.
    plan
        A good plan, with its times.
    room
        Labels that one unit may need; where they do not suffice the bound stays what it was before.
    deadline
        `time.monotonic()` at which to stop with the bound reached so far.
    """
    frame = Frame(problem, room)
    target = plan_value(problem, plan)
    mixed: list[tuple[Visits, float]] = []
    best, prices = 0, _first_prices(frame, plan)
    known = _rows(frame, plan)
    points: Points = []
    cut = frame.uncut()
    for _ in range(_MOST_CUTS):
        if cut == points or best >= target or time.monotonic() >= deadline:
            break
        prices = prices.along(points, cut, problem.incident) if points else prices
        points = cut
        mixture = Mixture(frame, frame.cuts(points), float(max(1, plan.done.mean())))
        mixture.add(known)
        found, prices = _generate(mixture, prices, target, deadline)
        best, mixed = max(best, found), mixture.shares() or mixed
        known = _rows(frame, plan) + mixture.near(_KEPT * (target - best))
        cut = frame.finer(points, mixed)
    return JointBound(best, mixed)


def _generate(mixture: Mixture, best: Prices, target: int, deadline: float) -> tuple[int, Prices]:
    """Solve and price in turn until nothing is left to gain; the bound and its prices."""
    smooth, (value, _) = _SMOOTH, _priced(mixture, best)
    ideal, relaxed, fresh = best, _UNKNOWN, 1
    while value < target and relaxed - value > _NEAR * relaxed:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        if fresh:
            result = mixture.solve(left)
            if result is None:
                break
            relaxed, ideal = result
        tried = ideal.between(best, smooth)
        reached, fresh = _priced(mixture, tried)
        if reached < min(0, value):  # too far from good prices, or too little room
            if fresh == 0 and smooth > _MOST_SMOOTH and not mixture.frame.widen():
                break
            smooth = (1 + smooth) / 2
            continue
        if reached > value:
            value, best = reached, tried
        if fresh == 0 and smooth == 0.0:
            break
        halved = smooth / 2 if smooth > _LEAST_SMOOTH else 0.0
        smooth = _SMOOTH if fresh else halved
    return max(0, value), best


def _priced(mixture: Mixture, tried: Prices) -> tuple[int, int]:
    """Add the cheapest schedules at some prices: the bound, `_NONE` where room lacked, and how many were new."""
    frame = mixture.frame
    windows, paid = frame.whole(tried, mixture.cuts)
    found, whole = frame.price(windows)
    fresh = mixture.add(found)
    return (-(-(paid + int(frame.least.sum())) // frame.scale) if whole else _NONE), fresh


def plan_value(problem: JointProblem, plan: Plan) -> int:
    """Harm of a plan whose times are set."""
    last = np.zeros(problem.weight.size, dtype=np.int64)
    np.maximum.at(last, problem.incident, plan.done)
    return int(problem.weight @ last)


def _stops(frame: Frame, plan: Plan) -> list[tuple[int, list[int]]]:
    """Give the parts of each unit that serves any, in order."""
    order = [part for part in np.argsort(plan.start, kind="stable").tolist() if plan.start[part] >= 0]
    rows = [(unit, [p for p in order if plan.unit[p] == unit]) for unit in range(frame.least.size)]
    return [row for row in rows if row[1]]


def _rows(frame: Frame, plan: Plan) -> list[Visits]:
    return [(unit, tuple((part, int(plan.start[part])) for part in row)) for unit, row in _stops(frame, plan)]


def _first_prices(frame: Frame, plan: Plan) -> Prices:
    """Harm that leaving each part out of a good plan would save, the weight with the parts that are done last."""
    incident = frame.problem.incident
    ends = np.zeros(frame.problem.weight.size)
    np.maximum.at(ends, incident, plan.done)
    share = np.exp(_LEAN * (plan.done / np.maximum(1, ends)[incident] - 1))
    rate = frame.problem.weight[incident] * share / np.bincount(incident, share)[incident]
    worth = np.zeros(rate.size)
    for unit, row in _stops(frame, plan):
        whole = _harm(frame.jobs, frame, rate, unit, row)
        for part in row:
            worth[part] = whole - _harm(frame.jobs, frame, rate, unit, [p for p in row if p != part])
    return Prices(np.maximum(0, worth)[:, None], rate[:, None])


def _harm(jobs: Jobs, frame: Frame, rate: Floats, unit: int, row: list[int]) -> float:
    """Harm of one unit's row, each part with its weight."""
    clock, last, harm = int(jobs.free[unit]), rate.size, 0.0
    for part in row:
        start = max(clock + int(frame.ways.direct[unit, last, part]), int(frame.soonest[part]))
        harm += float(rate[part]) * (start + int(frame.lasts[unit, part]))
        clock, last = start + int(jobs.service[unit, part]), part
    return harm
