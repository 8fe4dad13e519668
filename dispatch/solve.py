"""The planner: a world and a request become a checked plan."""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from dataclasses import dataclass, replace
from typing import Final

from dispatch.allocation import Allocated, allocate
from dispatch.assignment import Assigned, assign
from dispatch.check import check
from dispatch.compose import compose
from dispatch.coupling import Key, item_demands, relying, true_times, without_items
from dispatch.cut import cut_down
from dispatch.desk import Desk
from dispatch.follow_ups import follow_ups
from dispatch.lexicographic import Level
from dispatch.moves import cover_and_moves
from dispatch.problem import Problem
from dispatch.standing import standing
from dispatch.valuation import bounded, team_values
from models.plan import Plan
from models.request import Request
from scenarios.world import World

Waiting = frozenset[tuple[Key, int]]
"""How many teams wait where for which item: all that one choice of supplies differs from another by."""

_ROUNDS: Final = 4
"""How often teams are chosen anew because what they wait for comes later; the last time without waiting."""

_TEAMS: Final = 0.5
"""Share of the seconds left that choosing teams may take."""

_TRUCKS: Final = 0.5
"""Share of the seconds left that choosing trucks may take while teams wait for what they bring."""

_WRITING_S: Final = 0.002
"""Seconds to write down and check one way of a team or truck (measured: 0.0008 to 0.0016)."""

_WRITING: Final = 0.5
"""Most of the seconds left that are kept for writing down."""


def solve(world: World | Desk, request: Request) -> tuple[Problem, Plan]:
    """Plan for all open incidents together.

    Parameters
    ----------
    world
        Roads, force, depots, doctrine; a desk where more than one question is asked.
    request
        Incidents, closures, orders, and the limits of the search. Its `time_limit_s` is for everything that is done
        here, and every stage is given its seconds from that one deadline.

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
    together, assigned, allocated = settle(problem, deadline=deadline - _writing_s(problem, deadline))
    plan = compose(together, assigned, allocated, travel)
    cover, moves = cover_and_moves(together, [each.team for each in assigned.sent], desk.posts, travel)
    later = follow_ups(together, assigned.sent, travel, seconds_left=deadline - time.monotonic())
    plan = replace(plan, cover=cover, moves=moves, follow_ups=later)
    return together, replace(plan, check=check(together, plan))


def _writing_s(problem: Problem, deadline: float) -> float:
    """Seconds to keep for writing the plan down: by how many ways it can have at most."""
    needed = sum(demand.need.strength for demand in problem.force.demands)
    ways = min(len(problem.teams), needed) + len(problem.supply.trucks)
    return min(_WRITING * max(0.0, deadline - time.monotonic()), _WRITING_S * ways)


def settle(
    problem: Problem, *, deadline: float, known: MutableMapping[Waiting, Allocated] | None = None
) -> tuple[Problem, Assigned, Allocated]:
    """Choose teams and supplies until the teams count from when what they wait for is truly there.

    Once the deadline has passed, the choice at hand is cut down to what comes; nothing is chosen anew then.

    Parameters
    ----------
    problem
        The problem, its items taken to come by the soonest truck.
    deadline
        On the monotonic clock.
    known
        Choices of supplies for the same incidents, depots and moment, to be taken over and added to: supplies do not
        depend on which team waits for them.

    Returns
    -------
    problem, assigned, allocated
        The problem with the items in it that the teams sent wait for, and what was chosen.
    """
    trucks = _Trucks(deadline, {} if known is None else known)
    asked = problem
    first: tuple[Level, ...] = ()
    for attempt in range(_ROUNDS):
        assigned = assign(problem, time_limit_s=(deadline - time.monotonic()) * _TEAMS)
        first = first or assigned.levels
        together, allocated = trucks.choose(problem, assigned)
        late = true_times(together, assigned, allocated)
        if late is None:
            break
        if time.monotonic() >= deadline:
            together, assigned, allocated = cut_down(problem, late, assigned, (together, allocated))
            break
        problem = replace(problem, force=late if attempt < _ROUNDS - 2 else without_items(problem.force))
    values = tuple(level.value for level in assigned.levels)
    found = Assigned(assigned.sent, bounded(values, first))
    return _no_less(asked, trucks, (together, found, allocated))


@dataclass(frozen=True, slots=True)
class _Trucks:
    """Chooses supplies for what teams wait for, each time only what was not chosen before."""

    deadline: float
    known: MutableMapping[Waiting, Allocated]

    def choose(self, problem: Problem, assigned: Assigned) -> tuple[Problem, Allocated]:
        """Give the problem with the items that the teams sent wait for, and its supplies."""
        together = item_demands(problem, assigned)
        waiting: Waiting = frozenset(relying(problem, assigned).items())
        if waiting not in self.known:
            share = _TRUCKS if waiting else 1.0
            left = (self.deadline - time.monotonic()) * share
            self.known[waiting] = allocate(together, time_limit_s=left)
        return together, self.known[waiting]


def _no_less(
    asked: Problem, trucks: _Trucks, found: tuple[Problem, Assigned, Allocated]
) -> tuple[Problem, Assigned, Allocated]:
    """Give what was found, or the plan in force with what can join it, where that is better.

    Only a search that was cut short can be beaten by what stands already.
    """
    levels = found[1].levels
    reached = tuple(level.value for level in levels)
    if not (asked.force.engaged >= 0).any() or all(level.proven for level in levels):
        return found
    sent = standing(asked)
    hoped = team_values(asked, sent)
    if hoped >= reached:
        return found
    kept = Assigned(sent, bounded(hoped, levels))
    together, allocated = trucks.choose(asked, kept)
    late = true_times(together, kept, allocated)
    if late is not None:
        together, kept, allocated = cut_down(asked, late, kept, (together, allocated))
    values = tuple(level.value for level in kept.levels)
    return found if values >= reached else (together, Assigned(kept.sent, bounded(values, levels)), allocated)
