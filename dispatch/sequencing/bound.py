"""A proven lower bound on harm: schedules of single units as columns, found by their reduced cost.

Column generation for the set-partitioning form (Rauchecker and Schryen, EJOR 2019; here with our own pricing): the
linear programme over the columns known so far gives each incident a price, `kernels.sequence_price` finds the cheapest
schedules of each unit at these prices, and so on until there is none of negative cost. GLOP solves the programme, in
floating point; but the bound is computed from prices rounded to whole numbers, for which the cheapest schedules are
exact in int64. So it is a bound whatever the rounding of the programme.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt.python import mathopt

from dispatch.sequencing.problem import Problem
from kernels.jit import NEVER
from kernels.sequence import NOBODY, NOBODY_CAN, Jobs, Longs, completion
from kernels.sequence_price import Labels, cheapest, delays, labels

Schedule = tuple[int, tuple[int, ...]]
"""A unit and its stops in order."""

_EACH: Final = 5
"""Schedules of one unit taken into the programme at once."""

_SMOOTH: Final = 0.5
"""Share of the best prices so far in those that are priced (Wentges 1997): fewer rounds."""

_LEAST_SMOOTH: Final = 0.2

_MOST_SMOOTH: Final = 0.95
"""Beyond this, prices that need too much room are as good as the best so far: more room is needed."""

_LITTLE_ROOM: Final = 4_000
_WIDER: Final = 8
"""Labels of one unit at first, and how much more is given where they do not suffice."""

_MOST_ROOM: Final = 32_000
"""Labels of one unit beyond which pricing takes seconds."""

_MOST_ROUNDS: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bound:
    """A lower bound and what proves it.

    Attributes
    ----------
    value
        No order does less harm.
    prices : int64[incidents]
        What the completion of each incident is worth. `value` is their sum and that of `least`.
    least : int64[units]
        Cost of each unit's cheapest schedule: harm less prices; at most 0 for a unit that may stay idle.
    exact
        Whether `prices` and `least` are exact; if not, `value` is a simple bound and nothing can be built on it.
    rounds
        How often the programme was solved.
    """

    value: int
    prices: Longs
    least: Longs
    exact: bool
    rounds: int


@dataclass(slots=True)
class _Master:
    """The linear programme over the columns known so far."""

    problem: Problem
    jobs: Jobs
    model: mathopt.Model
    cover: list[mathopt.LinearConstraint]
    own: list[mathopt.LinearConstraint]
    known: dict[Schedule, mathopt.Variable] = field(default_factory=dict)

    @staticmethod
    def of(problem: Problem, jobs: Jobs) -> _Master:
        model = mathopt.Model()
        cover = [model.add_linear_constraint(lb=1.0) for _ in range(problem.incidents)]
        own = [model.add_linear_constraint(ub=1.0) for _ in range(problem.units)]
        for row, weight in zip(cover, problem.weight.tolist(), strict=True):
            unserved = model.add_variable(lb=0.0)
            model.objective.set_linear_coefficient(unserved, float(weight * problem.late))
            row.set_coefficient(unserved, 1.0)
        return _Master(problem, jobs, model, cover, own)

    def add(self, schedules: Iterable[Schedule]) -> int:
        """Add the schedules that are not known yet; returns how many."""
        fresh = 0
        for schedule in schedules:
            if schedule in self.known:
                continue
            unit, stops = schedule
            column = self.model.add_variable(lb=0.0)
            self.known[schedule] = column
            harm = schedule_harm(self.jobs, self.problem, schedule)
            self.model.objective.set_linear_coefficient(column, float(harm))
            self.own[unit].set_coefficient(column, 1.0)
            for job in stops:
                self.cover[job].set_coefficient(column, 1.0)
            fresh += 1
        return fresh


def completions(jobs: Jobs, problem: Problem, schedule: Schedule) -> list[int]:
    """When a unit completes each stop of its schedule."""
    unit, stops = schedule
    clock, last, done = int(problem.free[unit]), NOBODY, []
    for job in stops:
        clock = int(completion(jobs, np.int64(unit), np.int64(last), np.int64(clock), np.int64(job)))
        done.append(clock)
        last = job
    return done


def schedule_harm(jobs: Jobs, problem: Problem, schedule: Schedule) -> int:
    """Harm of one unit's schedule."""
    done = completions(jobs, problem, schedule)
    return sum(int(problem.weight[job]) * clock for job, clock in zip(schedule[1], done, strict=True))


class Pricing:
    """Scratch for pricing one problem again and again."""

    def __init__(self, problem: Problem, jobs: Jobs, room: int) -> None:
        units, incidents = problem.units, problem.incidents
        self.jobs = jobs
        self.most = np.minimum(problem.weight * problem.late, np.iinfo(np.int64).max)
        self.whole_room = labels(room, incidents)
        self.room = _first(self.whole_room, _LITTLE_ROOM)
        self.delay = np.zeros((units, incidents), dtype=np.int64)
        for unit in range(units):
            delays(jobs, np.int64(unit), self.delay[unit])
        self.least = np.zeros(units, dtype=np.int64)
        self.found = np.zeros((units * _EACH, incidents), dtype=np.int32)
        self.lengths = np.zeros(units * _EACH, dtype=np.int32)
        self.owners = np.zeros(units * _EACH, dtype=np.int32)

    def widen(self) -> bool:
        """Give every unit more room, if there is more."""
        now = self.room.last.size
        if now >= min(self.whole_room.last.size, _MOST_ROOM):
            return False
        self.room = _first(self.whole_room, now * _WIDER)
        return True

    def whole(self, prices: Sequence[float] | np.ndarray) -> Longs:
        """Round prices to whole numbers between 0 and the harm of staying unserved."""
        rounded: Longs = np.clip(np.rint(prices), 0, self.most).astype(np.int64)
        return rounded

    def price(self, prices: Longs) -> tuple[list[Schedule], bool]:
        """Set `least` and give schedules of negative cost, and whether there was room for all."""
        worth = np.repeat(prices[None], self.least.size, axis=0)
        count = int(
            cheapest(
                self.jobs, worth, self.delay, self.room, self.least, self.found, self.lengths, self.owners
            )
        )
        whole = count >= 0
        found = [
            (int(self.owners[at]), tuple(self.found[at, : self.lengths[at]].tolist()))
            for at in range(count if whole else -1 - count)
        ]
        return found, whole


def _first(room: Labels, count: int) -> Labels:
    """Give the first part of some room; the chains and the deadlines are whole."""
    parts = {
        name: table if name in {"head", "deadline"} else table[:count]
        for name, table in room._asdict().items()
    }
    return Labels(**parts)


def lower_bound(
    problem: Problem,
    known: Iterable[Schedule],
    savings: Longs,
    *,
    room: int,
    deadline: float,
) -> Bound:
    """Bound the harm of any order from below.

    Parameters
    ----------
    problem
        What is to be served.
    known
        Schedules of good orders, to start from.
    savings : int64[incidents]
        First guess of the prices: the harm that dropping each incident from a good order would save.
    room
        Labels that one unit may need; where they do not suffice the bound stays what it was before.
    deadline
        `time.monotonic()` at which to stop with the bound reached so far.
    """
    jobs = problem.jobs()
    pricing = Pricing(problem, jobs, room)
    master = _Master.of(problem, jobs)
    master.add(known)
    solver = mathopt.IncrementalSolver(master.model, mathopt.SolverType.GLOP)
    simple = simple_bound(problem)
    best = replace(simple, value=0, prices=pricing.whole(savings))
    step = _Step(best, 1.0, 1)
    relaxed, rounds = float("inf"), 0
    while step.fresh and relaxed - step.best.value >= 1 and rounds < _MOST_ROUNDS:
        if time.monotonic() >= deadline:
            break
        rounds += 1
        result = solver.solve()
        relaxed = result.objective_value()
        step = _price(master, pricing, step, np.array(result.dual_values(master.cover)), deadline)
        step = replace(step, best=replace(step.best, rounds=rounds))
    return step.best if step.best.exact else simple


@dataclass(frozen=True, slots=True)
class _Step:
    """Where the search for prices stands: the best, how near to them to stay, how many columns the last step gave."""

    best: Bound
    smooth: float
    fresh: int


def _price(
    master: _Master, pricing: Pricing, step: _Step, ideal: NDArray[np.float64], deadline: float
) -> _Step:
    """Price between the best prices and the programme's until there are new columns; none at all means the end."""
    best, smooth, blocked = step.best, step.smooth, False
    while time.monotonic() < deadline:
        prices = pricing.whole(smooth * best.prices + (1 - smooth) * ideal)
        found, whole = pricing.price(prices)
        fresh = master.add(found)
        if whole:
            value = int(prices.sum() + pricing.least.sum())
            if value > best.value:
                best = replace(best, value=value, prices=prices, least=pricing.least.copy(), exact=True)
            if fresh or smooth == 0.0:
                return _Step(best, _SMOOTH, fresh)
            if blocked and not pricing.widen():
                break
            blocked = False
            smooth = smooth / 2 if smooth > _LEAST_SMOOTH else 0.0
        else:  # too far from good prices, or too little room
            if fresh == 0 and smooth > _MOST_SMOOTH and not pricing.widen():
                break
            smooth, blocked = (1 + smooth) / 2, True
            if fresh:
                return _Step(best, smooth, fresh)
    return _Step(best, smooth, 0)


def simple_bound(problem: Problem) -> Bound:
    """Bound the harm by serving every incident first of all, by the unit that would be done with it soonest."""
    nearest = np.where(problem.first < NEVER, problem.first, NEVER).min(axis=1, initial=NEVER)
    leave = problem.free.astype(np.int64) + nearest
    done = np.maximum(leave[:, None], problem.release[None]) + problem.service
    soonest = np.where(problem.service < NEVER, done, problem.late).min(axis=0, initial=problem.late)
    soonest = np.where(problem.jobs().owner == NOBODY_CAN, problem.late, soonest)
    harm: Longs = (problem.weight * soonest).astype(np.int64)
    idle = np.zeros(problem.units, dtype=np.int64)
    return Bound(
        value=int(harm.sum()),
        prices=harm,
        least=idle,
        exact=False,
        rounds=0,
    )
