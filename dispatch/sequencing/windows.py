"""A lower bound for incidents of several parts: schedules of units as columns, joined by when parts start.

Column generation as in `dispatch.sequencing.bound`, but the columns serve parts, and the linear programme itself says
when an incident is completed: no earlier than any of its parts, on average over the schedules it mixes. That alone is
the best division of an incident's weight among its parts. Then the time is cut into windows. Where parts start
together, the parts of an incident must have the same share in each: so a mixture in which one unit is early while the
other is late no longer passes. Completions are cut in pieces, in each of which an incident spends as much time, on
average, as each of its parts (`dispatch.sequencing.cuts`). The time is cut where the mixture does most of what no plan
can, as long as time is left; prices and schedules are kept.

HiGHS solves the programme in floating point; the bound is computed from prices rounded to whole numbers, exactly.
"""

from __future__ import annotations

import time
from copy import copy
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.sequencing.cuts import Cuts, Floats, Points, Prices, Visits, within
from dispatch.sequencing.frame import Frame, Limits
from dispatch.sequencing.mixture import Mixture
from dispatch.sequencing.parts import JointProblem
from kernels.sequence import Jobs
from kernels.sequence_joint import Plan

_SMOOTH: Final = 0.5
_LEAST_SMOOTH: Final = 0.2
"""Share of the best prices so far in those that are priced (Wentges 1997), at first, and the least before 0."""

_MOST_IDLE: Final = 12
"""Rounds without a new schedule after which prices are as good as they get in this room."""

_MOST_STEPS: Final = 20
"""How often the time is cut, at most."""

_LEAN: Final = 3.0
"""How much of the weight goes, at first, to the parts done last."""

_KEPT: Final = 0.02
"""Schedules whose reduced cost is at most this part of the gap are taken along when windows are cut."""

_UNKNOWN: Final = 1e300
_NONE: Final = -(2**62)
"""Bound of prices at which not all schedules could be looked at."""

_LEFT: Final = 0.05
"""Part of the gap left to gain by other prices below which the time is cut instead."""

_EXACT: Final = 0.5
"""Harm that is not worth another round."""

_WORTH_A_LOOK: Final = 0.002
"""Schedules whose reduced cost is at most this part of the harm are worth a look when a plan is made."""


class Bounding:
    """A bound that grows step by step: in each the time is cut anew where the last mixture did what no plan can.

    Attributes
    ----------
    value
        No plan does less harm.
    mixed
        Schedules that were mixed last, with their shares.
    near
        Schedules that are worth a look when a plan is made: those of little reduced cost.
    """

    def __init__(self, problem: JointProblem, plan: Plan, *, room: int) -> None:
        """Start from a good plan, with its times; `room` limits the labels of one unit."""
        self.frame = Frame(problem, room)
        self.value = 0
        self.mixed: list[tuple[Visits, float]] = []
        self.near: list[Visits] = []
        self.mixture: Mixture | None = None
        self.points: Points = []
        self._unit = float(max(1, plan.done.mean()))
        self._known = _rows(self.frame, plan)
        self._prices = _first_prices(self.frame, plan)
        self._next = self.frame.uncut()
        self._target = self._steps = 0

    def limited(self, limits: Limits) -> Bounding:
        """Give the bound of fewer plans, to go on from here."""
        made = copy(self)
        made._limit(limits, self.near)  # noqa: SLF001  (its own kind)
        return made

    def _limit(self, limits: Limits, near: list[Visits]) -> None:
        self.frame = Frame(self.frame.problem, self.frame.most_room, limits)
        first = self.frame.first
        self.mixed, self.mixture, self._steps = [], None, 0
        self._next = within(self.points, self.frame.soonest[first], self.frame.latest[first])
        self._known = [each for each in near if self.frame.holds(each)]

    def step(self, target: int, deadline: float) -> bool:
        """Raise the bound, at most to the harm of the best known plan; False where nothing is left to do.

        Parameters
        ----------
        target
            That harm.
        deadline
            `time.monotonic()` at which to stop with the bound reached so far.
        """
        settled = self._steps > 0 and self._next == self.points and target >= self._target
        if settled or self._steps == _MOST_STEPS:
            return False
        self._target, self._steps = target, self._steps + 1
        if self.points:
            self._prices = self._prices.along(self.points, self._next, self.frame.problem.incident)
        self.points = self._next
        self.mixture = Mixture(self.frame, self.frame.cuts(self.points), self._unit)
        self.mixture.add(self._known)
        found, self._prices = _generate(self.mixture, self._prices, target, deadline)
        self.value = max(self.value, found)
        self.mixed = self.mixture.shares() or self.mixed
        self._known = self.mixture.near(_KEPT * max(0, target - self.value))
        self.near = self.mixture.near(_WORTH_A_LOOK * target)
        self._next = self.frame.finer(self.points, self.mixed)
        return True

    def narrowed(self, target: int) -> Limits | None:
        """Limits that leave out only plans that are not better than the best known; None where labels lack room."""
        limits, frame, mixture = self.frame.limits, self.frame, self.mixture
        if mixture is None:
            return limits
        windows, paid = frame.whole(self._prices, mixture.cuts)
        _, whole = frame.price(windows)
        least = frame.least.copy()
        cheapest = paid.min(axis=1)
        room = (target - 1) * frame.scale - (int(cheapest.sum()) + int(least.sum()))
        cost = frame.forced(windows, mixture.cuts) if whole else None
        if cost is None:
            return None
        extra = cost - least[:, None, None]
        if frame.problem.together:
            extra += (paid - cheapest[:, None])[frame.problem.incident]
        return _narrowed(frame, mixture.cuts, extra <= room)


def _narrowed(frame: Frame, cuts: Cuts, possible: NDArray[np.bool_]) -> Limits:
    """Leave out what is not possible, bool[units, parts, windows]: units of parts, and the first and last windows."""
    limits = frame.limits
    allowed = limits.allowed & possible.any(axis=2)
    soonest, latest = limits.soonest.copy(), limits.latest.copy()
    served = np.logical_and.reduceat(possible.any(axis=0), frame.first, axis=0)
    for incident, part in enumerate(frame.first.tolist()):
        open_ = np.flatnonzero(served[incident])
        if not frame.problem.together:
            continue
        if open_.size == 0:
            latest[incident] = -1
            continue
        if open_[0] > 0:
            soonest[incident] = max(soonest[incident], cuts.at[part, open_[0]])
        if open_[-1] + 1 < cuts.count[part]:
            latest[incident] = min(latest[incident], cuts.at[part, open_[-1] + 1] - 1)
    return Limits(allowed, soonest, latest)


def _generate(mixture: Mixture, best: Prices, target: int, deadline: float) -> tuple[int, Prices]:
    """Solve and price in turn until little is left to gain; the bound and its prices."""
    smooth, idle, (value, _) = _SMOOTH, 0, _priced(mixture, best)
    ideal, relaxed, fresh = best, _UNKNOWN, 1
    while value < target and relaxed - value > max(_LEFT * (target - relaxed), _EXACT) and idle < _MOST_IDLE:
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
        idle = 0 if fresh else idle + 1
        if reached == _NONE and fresh == 0 and mixture.frame.widen():
            continue
        if reached < min(0, value):  # too far from good prices, or too little room
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
    return (
        -(-(int(paid.min(axis=1).sum()) + int(frame.least.sum())) // frame.scale) if whole else _NONE
    ), fresh


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
