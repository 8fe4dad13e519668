"""A lower bound for incidents of several parts: schedules of units as columns, joined by when parts start.

Column generation as in `dispatch.sequencing.bound`, but the columns serve parts, and the linear programme itself says
when an incident is completed: no earlier than any of its parts, on average over the schedules it mixes. That alone is
the best division of an incident's weight among its parts. Where parts start together, the time is cut into windows, and
the parts of an incident must have the same share in each: so a mixture in which one unit is early while the other is
late no longer passes. Windows are cut in three as long as time is left; prices and schedules are kept.

GLOP solves the programme in floating point; the bound is computed from prices rounded to whole numbers, exactly.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt.python import mathopt

from dispatch.sequencing.parts import JointProblem
from kernels.jit import NEVER
from kernels.sequence import Jobs, Longs
from kernels.sequence_joint import Plan
from kernels.sequence_price import labels
from kernels.sequence_windows import Reach, Windows, cheapest_windows, reach

Floats = NDArray[np.float64]
Visits = tuple[int, tuple[tuple[int, int], ...]]
"""A unit and its stops in order, each with its start."""

_SCALE: Final = 5040
"""Prices are whole numbers of this part of a unit of harm, where the harms are small enough."""

_MOST_HARM: Final = 2**60

_EACH: Final = 5
"""Schedules of one unit taken into the programme at once."""

_LITTLE_ROOM: Final = 250
_WIDER: Final = 8
"""Labels of one unit at first, and how much more is given where they do not suffice."""

_SMOOTH: Final = 0.5
_LEAST_SMOOTH: Final = 0.2
_MOST_SMOOTH: Final = 0.95
"""Share of the best prices so far in those that are priced (Wentges 1997), at first, before 0, and where room lacks."""

_WINDOWS: Final = (1, 3, 9, 27)
_CLOSER: Final = 1.3
"""Windows of a part, one number after another; their lengths grow with this power."""

_LEAN: Final = 3.0
"""How much of the weight goes, at first, to the parts done last."""

_DUALS: Final = mathopt.ModelSolveParameters(
    variable_values_filter=mathopt.VariableFilter(filtered_items=()),
    reduced_costs_filter=mathopt.VariableFilter(filtered_items=()),
)
"""Only prices are read, not the mixture of schedules."""

_UNKNOWN: Final = 1e300

_NEAR: Final = 1e-3
"""Parts of the bound left to gain below which the windows are cut."""


@dataclass(frozen=True, slots=True)
class _Prices:
    """What serving each part in each window is worth, and the weight it bears: float64[parts, windows]."""

    worth: Floats
    rate: Floats

    def between(self, other: _Prices, share: float) -> _Prices:
        """Prices part of the way to others."""
        return _Prices(
            (1 - share) * self.worth + share * other.worth, (1 - share) * self.rate + share * other.rate
        )


class _Frame:
    """What does not change with the prices: times, groups, scratch."""

    def __init__(self, problem: JointProblem, room: int) -> None:
        parts, incident = problem.parts, problem.incident
        self.problem, self.jobs = problem, parts.jobs()
        units, count = parts.units, parts.incidents
        self.first = np.searchsorted(incident, np.arange(problem.weight.size + 1)).tolist()
        self.joined = (np.bincount(incident)[incident] > 1) & problem.together
        self.ways = Reach(
            np.zeros((units, count + 1, count), dtype=np.int32),
            np.zeros((units, count, count), dtype=np.int32),
        )
        for unit in range(units):
            reach(self.jobs, np.int64(unit), self.ways.direct[unit], self.ways.second[unit])
        soonest = np.where(
            self.ways.direct[:, count] < NEVER, parts.free[:, None] + self.ways.direct[:, count], NEVER
        )
        self.soonest = np.maximum(soonest.min(axis=0, initial=NEVER), parts.release).astype(np.int64)
        self.lasts = parts.service.astype(np.int64)
        if problem.together:
            self._join()
        self.group = incident.astype(np.int64) if problem.together else np.arange(count)
        self.scale = max(1, min(_SCALE, _MOST_HARM // (int(problem.weight.sum()) * parts.late)))
        self.most_room, self.room = room, labels(min(room, _LITTLE_ROOM), count)
        self.least = np.zeros(units, dtype=np.int64)
        self.found = np.zeros((units * _EACH, count), dtype=np.int32)
        self.starts = np.zeros((units * _EACH, count), dtype=np.int64)
        self.lengths = np.zeros(units * _EACH, dtype=np.int32)
        self.owners = np.zeros(units * _EACH, dtype=np.int32)

    def _join(self) -> None:
        """No part starts before each of its incident can; the incident lasts as long as its longest part, at least."""
        problem = self.problem
        last, longest = np.zeros_like(problem.weight), np.zeros_like(problem.weight)
        np.maximum.at(last, problem.incident, self.soonest)
        fastest = self.lasts.min(axis=0, initial=NEVER)
        np.maximum.at(longest, problem.incident, np.where(fastest < NEVER, fastest, 0))
        self.soonest = last[problem.incident]
        self.lasts = np.maximum(self.lasts, longest[problem.incident])

    def widen(self) -> bool:
        """Give every unit more room, if there is more."""
        now = self.room.last.size
        if now >= self.most_room:
            return False
        self.room = labels(min(now * _WIDER, self.most_room), self.group.size)
        return True

    def windows(self, plan: Plan, count: int) -> tuple[Longs, Longs]:
        """How many windows each part has, and when they begin: the later, the longer."""
        begin = np.repeat(self.soonest[:, None], count, axis=1)
        reached = np.zeros(self.problem.weight.size, dtype=np.int64)
        np.maximum.at(reached, self.problem.incident, 2 * plan.start)
        span = np.maximum(reached[self.problem.incident] - self.soonest, count)
        ramp = (np.arange(count) / count) ** _CLOSER
        begin = begin + np.where(self.joined[:, None], (span[:, None] * ramp).astype(np.int64), 0)
        return np.where(self.joined, count, 1), begin

    def whole(self, prices: _Prices, count: Longs) -> tuple[Longs, Longs, int]:
        """Round prices so that an incident's rates sum to its weight; and what all incidents then pay at least."""
        late, total = self.problem.parts.late, 0
        worth = np.rint(prices.worth * self.scale).astype(np.int64)
        rate = np.maximum(0, np.rint(prices.rate * self.scale)).astype(np.int64)
        for incident, weight in enumerate(self.problem.weight.tolist()):
            mine = slice(self.first[incident], self.first[incident + 1])
            full = weight * self.scale
            over = (
                np.cumsum(rate[mine], axis=0) - full
            )  # what is above the weight is taken from the last parts
            rate[mine] -= np.clip(over, 0, rate[mine])
            rate[mine.start] += full - rate[mine].sum(axis=0)
            worth[mine] = np.clip(worth[mine], 0, full * late)
            if self.problem.together:
                total += min(full * late, int(worth[mine, : count[mine.start]].sum(axis=0).min()))
            else:  # one part may be served where another is not
                total += int(np.minimum(worth[mine, 0], rate[mine, 0] * late).sum())
        return worth, rate, total

    def price(self, windows: Windows) -> tuple[list[Visits], bool]:
        """Set `least` and give schedules of negative cost, and whether there was room for all."""
        count = int(
            cheapest_windows(
                self.jobs,
                windows,
                self.ways,
                self.room,
                self.least,
                self.found,
                self.starts,
                self.lengths,
                self.owners,
            )
        )
        whole = count >= 0
        rows = range(count if whole else -1 - count)
        return [self._visits(row) for row in rows], whole

    def _visits(self, row: int) -> Visits:
        length = self.lengths[row]
        stops, starts = self.found[row, :length].tolist(), self.starts[row, :length].tolist()
        return int(self.owners[row]), tuple(zip(stops, starts, strict=True))

    def singles(self) -> list[Visits]:
        """Every unit at every part it can serve, first of all."""
        found: list[Visits] = []
        here = self.ways.direct[:, self.group.size]
        for unit, part in np.argwhere((self.lasts < NEVER) & (here < NEVER)).tolist():
            start = max(int(self.problem.parts.free[unit]) + int(here[unit, part]), int(self.soonest[part]))
            found.append((unit, ((part, start),)))
        return found


@dataclass(slots=True)
class _Master:
    """The linear programme over the columns known so far; times in units of `unit`, near the mean completion."""

    frame: _Frame
    count: Longs
    begin: Longs
    unit: float
    model: mathopt.Model = field(default_factory=mathopt.Model)
    share: dict[tuple[int, int], mathopt.LinearConstraint] = field(default_factory=dict)
    done: dict[tuple[int, int], mathopt.LinearConstraint] = field(default_factory=dict)
    own: list[mathopt.LinearConstraint] = field(default_factory=list)
    known: set[Visits] = field(default_factory=set)

    def build(self) -> None:
        """Make the rows: parts in windows, their completions, units; and what incidents add."""
        problem, model = self.frame.problem, self.model
        self.own = [model.add_linear_constraint(ub=1.0) for _ in range(problem.parts.units)]
        for incident, weight in enumerate(problem.weight.tolist()):
            mine = range(self.frame.first[incident], self.frame.first[incident + 1])
            whole = model.add_linear_constraint(lb=1.0, ub=1.0)
            unserved = model.add_variable(lb=0.0)
            whole.set_coefficient(unserved, 1.0)
            model.objective.set_linear_coefficient(unserved, weight * problem.parts.late / self.unit)
            for window in range(int(self.count[mine[0]])):
                served, completed = model.add_variable(lb=0.0), model.add_variable(lb=0.0)
                whole.set_coefficient(served, 1.0)
                model.objective.set_linear_coefficient(completed, float(weight))
                for part in mine:
                    share, done = model.add_linear_constraint(lb=0.0), model.add_linear_constraint(lb=0.0)
                    share.set_coefficient(served, -1.0)
                    done.set_coefficient(completed, 1.0)
                    self.share[part, window], self.done[part, window] = share, done

    def add(self, schedules: list[Visits]) -> int:
        """Add the schedules that are not known yet; returns how many."""
        fresh = 0
        for schedule in schedules:
            if schedule in self.known:
                continue
            self.known.add(schedule)
            unit, stops = schedule
            column = self.model.add_variable(lb=0.0)
            self.own[unit].set_coefficient(column, 1.0)
            for part, start in stops:
                windows = self.begin[part, : self.count[part]]
                window = max(0, int(np.searchsorted(windows, start, side="right")) - 1)
                end = (start + int(self.frame.lasts[unit, part])) / self.unit
                self.share[part, window].set_coefficient(column, 1.0)
                self.done[part, window].set_coefficient(column, -end)
            fresh += 1
        return fresh

    def prices(self, result: mathopt.SolveResult) -> _Prices:
        """What the programme says that parts are worth."""
        worth, rate = np.zeros(self.begin.shape), np.zeros(self.begin.shape)
        keys = list(self.share)
        at = tuple(np.array(keys).T)
        worth[at] = result.dual_values([self.share[key] for key in keys])
        rate[at] = result.dual_values([self.done[key] for key in keys])
        return _Prices(worth * self.unit, rate)


def joint_bound(problem: JointProblem, plan: Plan, *, room: int, deadline: float) -> int:
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
    frame = _Frame(problem, room)
    target = plan_value(problem, plan)
    best, prices = 0, _first_prices(frame, plan)
    known = frame.singles() + _rows(frame, plan)
    for count in _WINDOWS if frame.joined.any() else _WINDOWS[:1]:
        if best >= target or time.monotonic() >= deadline:
            break
        finer = np.arange(count) * prices.worth.shape[1] // count
        prices = _Prices(prices.worth[:, finer], prices.rate[:, finer])
        master = _Master(frame, *frame.windows(plan, count), unit=float(max(1, plan.done.mean())))
        master.build()
        master.add(known)
        found, prices = _generate(master, prices, target, deadline)
        best, known = max(best, found), sorted(master.known)
    return best


def _generate(master: _Master, best: _Prices, target: int, deadline: float) -> tuple[int, _Prices]:
    """Solve and price in turn until nothing is left to gain; the bound and its prices."""
    solver = mathopt.IncrementalSolver(master.model, mathopt.SolverType.GLOP)
    frame, value, smooth = master.frame, 0, _SMOOTH
    ideal, relaxed, fresh = best, _UNKNOWN, 1
    while value < target and relaxed - value > _NEAR * relaxed:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        if fresh:
            result = _solved(solver, left)
            if result is None:
                break
            relaxed, ideal = result.objective_value() * master.unit, master.prices(result)
        tried = ideal.between(best, smooth)
        worth, rate, paid = frame.whole(tried, master.count)
        found, whole = frame.price(Windows(master.count, master.begin, rate, worth, frame.lasts, frame.group))
        fresh = master.add(found)
        if not whole:  # too far from good prices, or too little room
            if fresh == 0 and smooth > _MOST_SMOOTH and not frame.widen():
                break
            smooth = (1 + smooth) / 2
            continue
        reached = -(-(paid + int(frame.least.sum())) // frame.scale)
        if reached > value:
            value, best = reached, tried
        if fresh == 0 and smooth == 0.0:
            break
        halved = smooth / 2 if smooth > _LEAST_SMOOTH else 0.0
        smooth = _SMOOTH if fresh else halved
    return value, best


def _solved(solver: mathopt.IncrementalSolver, seconds: float) -> mathopt.SolveResult | None:
    """Solve the programme; None where GLOP gave up, or had no time."""
    limit = mathopt.SolveParameters(time_limit=timedelta(seconds=seconds))
    try:
        result = solver.solve(params=limit, model_params=_DUALS)
    except (AttributeError, RuntimeError):  # numerical trouble; MathOpt stumbles over its own error
        return None
    return result if result.termination.reason == mathopt.TerminationReason.OPTIMAL else None


def plan_value(problem: JointProblem, plan: Plan) -> int:
    """Harm of a plan whose times are set."""
    last = np.zeros(problem.weight.size, dtype=np.int64)
    np.maximum.at(last, problem.incident, plan.done)
    return int(problem.weight @ last)


def _stops(frame: _Frame, plan: Plan) -> list[tuple[int, list[int]]]:
    """Give the parts of each unit that serves any, in order."""
    order = [part for part in np.argsort(plan.start, kind="stable").tolist() if plan.start[part] >= 0]
    rows = [(unit, [p for p in order if plan.unit[p] == unit]) for unit in range(frame.least.size)]
    return [row for row in rows if row[1]]


def _rows(frame: _Frame, plan: Plan) -> list[Visits]:
    return [(unit, tuple((part, int(plan.start[part])) for part in row)) for unit, row in _stops(frame, plan)]


def _first_prices(frame: _Frame, plan: Plan) -> _Prices:
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
    return _Prices(np.maximum(0, worth)[:, None], rate[:, None])


def _harm(jobs: Jobs, frame: _Frame, rate: Floats, unit: int, row: list[int]) -> float:
    """Harm of one unit's row, each part with its weight."""
    clock, last, harm = int(jobs.free[unit]), rate.size, 0.0
    for part in row:
        start = max(clock + int(frame.ways.direct[unit, last, part]), int(frame.soonest[part]))
        harm += float(rate[part]) * (start + int(frame.lasts[unit, part]))
        clock, last = start + int(jobs.service[unit, part]), part
    return harm
