"""More incidents than units: who goes where first, and where next, so that the harm until completion is least.

`schedule` starts from what a control room would do and a list rule, improves by large-neighbourhood search, bounds from
below by columns, and proves where the gap lets it. Every step is counted, so the answer is the same on any machine
that does the work before the clock strikes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

import numpy as np

from dispatch.sequencing.bound import Bound, Schedule, lower_bound, schedule_harm
from dispatch.sequencing.problem import Problem
from dispatch.sequencing.proof import prove
from kernels.sequence import (
    NOBODY,
    Ints,
    Jobs,
    Longs,
    Order,
    empty_order,
    harm,
    list_schedule,
    practice,
    practice_blind,
    retime,
)
from kernels.sequence_search import copy_order, desk, improve

_OPENING: Final = 10
"""One round in this many is searched before the bound; the rest only where the bound does not prove the order."""

_CHUNK: Final = 250
"""Rounds between two looks at the clock."""

_SLACK: Final = 100
"""One part in this many of the harm may be lost, at first, to leave a local optimum."""

_PROVABLE: Final = 20
"""A gap of one part in this many is worth a proof."""

_BOUND_SHARE: Final = 0.8
"""Share of the time that is left which the bound may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard to try; all but `seconds` are counts, which strike at the same place on every machine.

    Attributes
    ----------
    seed
        Of the search.
    seconds
        Time limit.
    rounds
        Of the large-neighbourhood search.
    room
        Labels of one unit, and columns of a proof.
    nodes
        Tree nodes of a proof.
    """

    seed: int = 0
    seconds: float = 1.0
    rounds: int = 20_000
    room: int = 200_000
    nodes: int = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """An order, its times, and what it is worth.

    Attributes
    ----------
    stops
        Incidents of each unit, in order.
    unit : int32[incidents]
        Who serves each incident; -1 where nobody can.
    start, completion : int64[incidents]
        When service starts and ends; -1 where nobody serves.
    value
        Sum of weight x completion; an incident that nobody serves counts as completed at `Problem.late`.
    bound
        No order does less harm.
    """

    stops: tuple[tuple[int, ...], ...]
    unit: Ints
    start: Longs
    completion: Longs
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

    @property
    def unserved(self) -> tuple[int, ...]:
        """Incidents that nobody serves."""
        return tuple(np.flatnonzero(self.unit == NOBODY).tolist())


def schedule(problem: Problem, *, effort: Effort | None = None) -> Outcome:
    """Find the order of least harm, or one near it with a bound.

    Parameters
    ----------
    problem
        What is to be served.
    effort
        How hard to try.
    """
    effort = effort or Effort()
    deadline = time.monotonic() + effort.seconds
    search = _Search(problem, effort, deadline)
    search.run(effort.rounds // _OPENING)
    left = deadline - time.monotonic()
    bound = lower_bound(
        problem,
        search.seen,
        search.savings(problem),
        room=effort.room,
        deadline=time.monotonic() + left * _BOUND_SHARE,
    )
    proven_at = _close(problem, search, bound, effort, deadline)
    if search.value > proven_at:
        before = search.value
        search.run(effort.rounds - effort.rounds // _OPENING)
        if search.value < before:
            proven_at = max(proven_at, _close(problem, search, bound, effort, deadline))
    return _outcome(problem, search.best, min(proven_at, search.value))


def by_practice(problem: Problem, *, blind: bool = False) -> Outcome:
    """Do as control rooms do: the most severe incident gets the nearest unit.

    Parameters
    ----------
    problem
        What is to be served.
    blind
        Take the nearest unit whether it is idle or not, as a run card without a clock does. Otherwise whenever a
        unit is idle, the most severe open incident that it or another idle unit can serve gets the nearest of them.
    """
    return _by_rule(problem, practice_blind if blind else practice)


def by_list(problem: Problem) -> Outcome:
    """Append, again and again, the unit and incident of least completion over weight (Weng, Lu and Ren 2001)."""
    return _by_rule(problem, list_schedule)


def replay(problem: Problem, stops: Sequence[Sequence[int]]) -> Outcome:
    """Give the times and the harm of a given order; `bound` is 0.

    Parameters
    ----------
    problem
        With the times to use.
    stops
        Incidents of each unit, in order, as in `Outcome.stops`.
    """
    return _outcome(problem, _order_of(problem, problem.jobs(), stops), 0)


class _Search:
    """One search that can be run on: the best order so far, and the schedules seen on the way."""

    def __init__(self, problem: Problem, effort: Effort, deadline: float) -> None:
        self.jobs = problem.jobs()
        self.deadline = deadline
        self.seen: dict[Schedule, None] = {}
        self.best = _start(problem, self.jobs, self.seen)
        self.now = empty_order(problem.units, problem.incidents)
        self.desk = desk(problem.units, problem.incidents, effort.seed)

    @property
    def value(self) -> int:
        """Harm of the best order."""
        return int(harm(self.jobs, self.best))

    def run(self, rounds: int) -> None:
        """Search for a number of rounds, or until the deadline."""
        copy_order(self.best, self.now)
        slack = self.value // _SLACK
        for begin in range(0, rounds, _CHUNK):
            if time.monotonic() >= self.deadline:
                break
            count = min(_CHUNK, rounds - begin)
            lenient = slack * (rounds - begin) // rounds
            improve(self.jobs, self.now, self.best, self.desk, np.int64(count), np.int64(lenient))
            _collect(self.now, self.seen)
        _collect(self.best, self.seen)

    def savings(self, problem: Problem) -> Longs:
        """Harm that would be saved by dropping each incident from the best order: a first guess of its price."""
        saved: Longs = problem.weight * problem.late
        for unit in np.flatnonzero(self.best.length).tolist():
            row = tuple(self.best.stops[unit, : self.best.length[unit]].tolist())
            whole = schedule_harm(self.jobs, problem, (unit, row))
            for job in row:
                rest = tuple(other for other in row if other != job)
                saved[job] = max(0, whole - schedule_harm(self.jobs, problem, (unit, rest)))
        return saved

    def adopt(self, problem: Problem, schedules: Sequence[Schedule]) -> None:
        """Take a better order that was found by other means."""
        stops: list[tuple[int, ...]] = [()] * problem.units
        for unit, row in schedules:
            stops[unit] = row
        found = _order_of(problem, self.jobs, stops)
        if harm(self.jobs, found) < self.value:
            copy_order(found, self.best)


def _start(problem: Problem, jobs: Jobs, seen: dict[Schedule, None]) -> Order:
    """Make orders by the rules and give the best; the first is what a control room would do."""
    orders = []
    for rule in (practice, list_schedule):
        order = empty_order(problem.units, problem.incidents)
        rule(jobs, order)
        _collect(order, seen)
        orders.append(order)
    return min(orders, key=lambda order: int(harm(jobs, order)))


def _collect(order: Order, seen: dict[Schedule, None]) -> None:
    """Remember the schedules of an order as columns for the bound."""
    for unit in np.flatnonzero(order.length):
        seen[int(unit), tuple(order.stops[unit, : order.length[unit]].tolist())] = None


def _close(problem: Problem, search: _Search, bound: Bound, effort: Effort, deadline: float) -> int:
    """Try to prove the best order, or to find the better one; returns the bound that holds then."""
    gap = search.value - bound.value
    if gap < 1 or not bound.exact or gap * _PROVABLE > search.value:
        return bound.value
    proof = prove(problem, bound, search.value, room=effort.room, nodes=effort.nodes, deadline=deadline)
    if proof.schedules is not None:
        search.adopt(problem, proof.schedules)
    return max(bound.value, proof.value)


def _by_rule(problem: Problem, rule: Callable[[Jobs, Order], None]) -> Outcome:
    order = empty_order(problem.units, problem.incidents)
    rule(problem.jobs(), order)
    return _outcome(problem, order, 0)


def _order_of(problem: Problem, jobs: Jobs, stops: Sequence[Sequence[int]]) -> Order:
    """Make an order from rows of incidents."""
    order = empty_order(problem.units, problem.incidents)
    for unit, row in enumerate(stops):
        order.length[unit] = len(row)
        order.stops[unit, : len(row)] = row
        retime(jobs, order, np.int64(unit))
    return order


def _outcome(problem: Problem, order: Order, bound: int) -> Outcome:
    start = np.full(problem.incidents, -1, dtype=np.int64)
    completion = start.copy()
    stops = tuple(tuple(order.stops[u, :count].tolist()) for u, count in enumerate(order.length))
    for unit, row in enumerate(stops):
        for at, job in enumerate(row):
            completion[job] = order.done[unit, at]
            start[job] = completion[job] - problem.service[unit, job]
    return Outcome(
        stops=stops,
        unit=order.unit.copy(),
        start=start,
        completion=completion,
        value=int(harm(problem.jobs(), order)),
        bound=bound,
    )
