"""Out of time, a choice is cut down to what comes, and nothing is chosen anew."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from dispatch import solve
from dispatch.allocation import Allocated, allocate
from dispatch.assignment import Assigned, assign
from dispatch.problem import Problem
from dispatch.solve import settle
from models.incident import ForceNeed
from models.supply import Depot
from tests.dispatch.cases import depot, district, incident, problem, request, team

TRUCK_S = 60 + 120 + 120
"""Call processing, release and loading of the depots of these cases."""


def pumping(teams: int, stores: Sequence[Depot], seconds: Sequence[int]) -> Problem:
    """One incident that wants a unit of each team, all of whom lack a boat."""
    need = ForceNeed(capability="flood", strength=teams, target_s=600, requires_item="boat")
    event = incident(0, force_needs=(need,))
    force = [team(t) for t in range(teams)]
    return problem(district(force, stores), request([event]), [[each] for each in seconds])


def hurried(asked: Problem, monkeypatch: pytest.MonkeyPatch) -> tuple[Problem, Assigned, Allocated]:
    """Settle with no second left, and see that teams and trucks are chosen once."""
    asked_for: list[str] = []

    def teams(problem: Problem, *, time_limit_s: float) -> Assigned:
        asked_for.append("teams")
        return assign(problem, time_limit_s=time_limit_s)

    def trucks(problem: Problem, *, time_limit_s: float) -> Allocated:
        asked_for.append("trucks")
        return allocate(problem, time_limit_s=time_limit_s)

    monkeypatch.setattr(solve, "assign", teams)
    monkeypatch.setattr(solve, "allocate", trucks)
    found = settle(asked, deadline=time.monotonic())
    assert asked_for == ["teams", "trucks"]
    return found


def test_an_item_that_comes_late_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """With time, others might be sent; without, both wait until the second boat is there."""
    stores = [depot(2, {"boat": 1}), depot(3, {"boat": 1})]
    together, assigned, _ = hurried(pumping(2, stores, [100, 100, 100, 4000]), monkeypatch)
    assert [(each.team, each.fills) for each in assigned.sent] == [(0, ((0, 1),)), (1, ((0, 1),))]
    assert together.force.ready_s[:, 0].tolist() == [TRUCK_S + 4000] * 2
    assert assigned.levels[1].value == 200 * 2 * (TRUCK_S + 4000 - 600)


def test_who_waits_for_what_does_not_come_stays_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """One boat for two: the team that is there first counts, the other is not sent; trucks bring no more."""
    together, assigned, allocated = hurried(pumping(2, [depot(2, {"boat": 1})], [300, 100, 50]), monkeypatch)
    assert [each.team for each in assigned.sent] == [1]
    assert assigned.levels[0].value == 200
    assert [(each.need.item, each.need.quantity) for each in together.supply.demands] == [("boat", 1)]
    assert [trip.load for trip in allocated.trips] == [((0, 1),)]
    assert allocated.levels[0].value == 0


def test_loads_are_numbered_by_the_needs_that_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """One truck for two incidents: it goes to the nearer one, I1, and the team for I0 stays at home."""
    need = (ForceNeed(capability="flood", strength=1, target_s=600, requires_item="boat"),)
    events = [incident(i, force_needs=need) for i in range(2)]
    world = district([team(0), team(1)], [depot(2, {"boat": 2})])
    asked = problem(world, request(events), [[100, 900], [900, 100], [500, 50]])
    together, assigned, allocated = hurried(asked, monkeypatch)
    assert [(each.team, each.incident) for each in assigned.sent] == [(1, 1)]
    assert [each.incident for each in together.supply.demands] == [1]
    assert [(trip.incident, trip.load) for trip in allocated.trips] == [(1, ((0, 1),))]
