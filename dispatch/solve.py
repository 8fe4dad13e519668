"""The planner: a world and a request become a checked plan."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final

from dispatch.allocation import Allocated, allocate
from dispatch.assignment import Assigned, assign
from dispatch.check import check
from dispatch.compose import compose
from dispatch.coupling import item_demands, true_times, without_items
from dispatch.desk import Desk
from dispatch.follow_ups import follow_ups
from dispatch.lexicographic import Level
from dispatch.moves import cover_and_moves
from dispatch.problem import Problem
from models.plan import Plan
from models.request import Request
from scenarios.world import World

_ROUNDS: Final = 4
"""How often teams are chosen anew because what they wait for comes later; the last time without waiting."""


def solve(world: World | Desk, request: Request) -> tuple[Problem, Plan]:
    """Plan for all open incidents together.

    Parameters
    ----------
    world
        Roads, force, depots, doctrine; a desk where more than one question is asked.
    request
        Incidents, closures, orders, and the limits of the search.

    Returns
    -------
    problem : Problem
        What was solved, for explaining.
    plan : Plan
        The plan with its check.

    Raises
    ------
    InputError
        The request does not fit the world.
    """
    deadline = time.monotonic() + request.time_limit_s
    desk = world if isinstance(world, Desk) else Desk(world)
    travel = desk.travel(request)
    problem = desk.problem(request, travel)
    together, assigned, allocated = settle(problem, deadline=deadline)
    plan = compose(together, assigned, allocated, travel)
    cover, moves = cover_and_moves(together, [each.team for each in assigned.sent], desk.posts, travel)
    later = follow_ups(together, assigned.sent, travel, seconds_left=deadline - time.monotonic())
    plan = replace(plan, cover=cover, moves=moves, follow_ups=later)
    return together, replace(plan, check=check(together, plan))


def settle(problem: Problem, *, deadline: float) -> tuple[Problem, Assigned, Allocated]:
    """Choose teams and supplies until the teams count from when what they wait for is truly there.

    Parameters
    ----------
    problem
        The problem, its items taken to come by the soonest truck.
    deadline
        On the monotonic clock.

    Returns
    -------
    problem, assigned, allocated
        The problem with the items in it that the teams sent wait for, and what was chosen.
    """
    first: tuple[Level, ...] = ()
    for attempt in range(_ROUNDS):
        assigned = assign(problem, time_limit_s=(deadline - time.monotonic()) / 2)
        first = first or assigned.levels
        together = item_demands(problem, assigned)
        allocated = allocate(together, time_limit_s=deadline - time.monotonic())
        late = true_times(together, assigned, allocated)
        if late is None:
            break
        problem = replace(problem, force=late if attempt < _ROUNDS - 2 else without_items(problem.force))
    return together, replace(assigned, levels=_proven_by(first, assigned.levels)), allocated


def _proven_by(first: tuple[Level, ...], reached: tuple[Level, ...]) -> tuple[Level, ...]:
    """Give levels the bounds of the first round, in which items came as soon as they ever could.

    Later rounds are bound by what was found out about the items, and prove nothing about the whole. A bound of a
    level holds only where all earlier levels reached theirs.
    """
    levels, holds = [], True
    for hoped, level in zip(first, reached, strict=True):
        levels.append(Level(level.value, min(level.value, hoped.bound) if holds else 0))
        holds = holds and level.value <= hoped.value
    return tuple(levels)
