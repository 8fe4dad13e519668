"""Teams and the items they wait for: together on scene, later than hoped, not at all; and that it comes to an end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from dispatch.allocation import allocate
from dispatch.assignment import Assigned, assign
from dispatch.coupling import assumed_s, delivery_s, item_demands, relying, true_times, without_items
from dispatch.problem import Problem
from dispatch.solve import settle
from models.force import Team
from models.incident import ForceNeed, SupplyNeed
from models.supply import Depot
from models.units import NEVER
from tests.dispatch.cases import depot, district, incident, problem, request, team
from tests.dispatch.force_cases import random_force_case

PUMPING = ForceNeed(capability="flood", strength=1, target_s=600, requires_item="boat")
TRUCK_S = 60 + 120 + 120
"""Call processing, release and loading of the depots of these cases."""


def case(
    teams: Sequence[Team],
    stores: Sequence[Depot],
    seconds: Sequence[int],
    need: ForceNeed = PUMPING,
    people: tuple[SupplyNeed, ...] = (),
) -> Problem:
    """One incident, the seconds to it of teams and then of depots, whose places come after those of the teams."""
    event = incident(0, force_needs=(need,), supply_needs=people)
    return problem(district(teams, stores), request([event]), [[each] for each in seconds])


def chosen(asked: Problem) -> tuple[Problem, Assigned]:
    together, assigned, _ = settle(asked, deadline=time.monotonic() + 60)
    return together, assigned


def sent(assigned: Assigned) -> list[int]:
    return [each.team for each in assigned.sent]


@pytest.mark.parametrize(("drive_s", "ready_s"), [(100, 60 + 60 + 300), (700, TRUCK_S + 700)])
def test_team_and_pump_arrive_together(drive_s: int, ready_s: int) -> None:
    """The team is there after 420 s; it counts when both are there, whichever is later."""
    together, assigned = chosen(case([team(0)], [depot(1, {"boat": 1})], [300, drive_s]))
    assert sent(assigned) == [0]
    assert together.force.ready_s[0, 0] == ready_s
    assert assigned.levels[0].value == 0
    assert assigned.levels[1].value == 200 * max(0, ready_s - 600) + 200 * 120
    assert [(d.need.item, d.need.quantity, d.need.deadline_s) for d in together.supply.demands] == [
        ("boat", 1, 600)
    ]


def test_a_team_with_its_own_pump_waits_for_nobody() -> None:
    """It carries the item: no need of the supplies, and it counts on arrival."""
    together, assigned = chosen(case([team(0, equipment={"boat": 1})], [depot(1, {"boat": 1})], [300, 10]))
    assert sent(assigned) == [0]
    assert together.supply.demands == ()
    assert together.force.ready_s[0, 0] == 420
    assert relying(together, assigned) == Counter()


@pytest.mark.parametrize(
    "stores",
    [
        [],
        [depot(1, {"tent": 5})],
        [depot(1, {"boat": 2}, reserve={"boat": 2})],
        [depot(1, {"boat": 2}, trucks=0)],
    ],
    ids=["no depot", "no such item", "all in reserve", "no truck"],
)
def test_no_item_anywhere_is_a_shortfall(stores: list[Depot]) -> None:
    """Who lacks it does not count and is not sent; the strength is missing."""
    together, assigned = chosen(case([team(0)], stores, [300, 100][: 1 + len(stores)]))
    assert sent(assigned) == []
    assert assigned.levels[0].value == 200
    assert together.force.counts.tolist() == [[0]]
    assert assumed_s(together).tolist() == [NEVER]


def test_an_item_later_than_hoped_has_the_teams_chosen_anew() -> None:
    """Two teams, one boat near and one far; the third carries its own, slower than hope, sooner than truth."""
    need = replace(PUMPING, strength=2)
    force = [team(0), team(1), team(2, equipment={"boat": 1})]
    stores = [depot(3, {"boat": 1}), depot(4, {"boat": 1})]
    asked = case(force, stores, [100, 100, 900, 100, 4000], need=need)
    hoped = assign(asked, time_limit_s=30)
    assert sent(hoped) == [0, 1]
    together = item_demands(asked, hoped)
    late = true_times(together, hoped, allocate(together, time_limit_s=30))
    assert late is not None
    assert late.ready_s[:2, 0].tolist() == [TRUCK_S + 4000] * 2
    settled, assigned = chosen(asked)
    assert 2 in sent(assigned)
    assert true_times(settled, assigned, allocate(settled, time_limit_s=30)) is None


def test_three_teams_wait_for_three_pieces() -> None:
    """All three lack it: three are ordered, and they count from when the last one is there."""
    force = [team(t) for t in range(3)]
    stores = [depot(3, {"boat": 2}), depot(4, {"boat": 1})]
    asked = case(force, stores, [100, 100, 100, 300, 500], need=replace(PUMPING, strength=3))
    together, assigned = chosen(asked)
    assert sent(assigned) == [0, 1, 2]
    assert relying(together, assigned) == {(0, "boat"): 3}
    assert [each.need.quantity for each in together.supply.demands] == [3]
    assert together.force.ready_s[:, 0].tolist() == [TRUCK_S + 500] * 3


@pytest.mark.parametrize("target_s", [600, 10])
def test_fewer_pieces_than_teams_let_as_many_teams_count(target_s: int) -> None:
    """Two pieces for three teams that are all needed: the two strongest wait for them, the third is not sent."""
    force = [team(0, {"flood": 1}), team(1, {"flood": 2}), team(2, {"flood": 3})]
    need = replace(PUMPING, strength=6, target_s=target_s)
    asked = case(force, [depot(3, {"boat": 2})], [100, 100, 100, 300], need=need)
    together, assigned, allocated = settle(asked, deadline=time.monotonic() + 60)
    assert sent(assigned) == [1, 2]
    assert assigned.levels[0].value == 200
    assert delivery_s(together, relying(together, assigned), allocated) == {(0, "boat"): TRUCK_S + 300}


def test_what_teams_wait_for_is_added_to_what_people_need() -> None:
    """Two boats for the people, one for the team: three by the earlier deadline, and the first is the team's."""
    people = (SupplyNeed(item="boat", quantity=2, deadline_s=1800),)
    asked = case([team(0)], [depot(1, {"boat": 3})], [300, 100], people=people)
    together, assigned, allocated = settle(asked, deadline=time.monotonic() + 60)
    assert [(d.need.quantity, d.need.deadline_s) for d in together.supply.demands] == [(3, 600)]
    assert delivery_s(together, relying(together, assigned), allocated) == {(0, "boat"): TRUCK_S + 100}


def test_without_items_only_who_carries_counts() -> None:
    """The last resort takes the hope from all who lack, and from nobody else."""
    asked = case([team(0), team(1, equipment={"boat": 1})], [depot(2, {"boat": 1})], [100, 100, 100])
    assert asked.force.counts.tolist() == [[1], [1]]
    assert without_items(asked.force).counts.tolist() == [[0], [1]]


@pytest.mark.parametrize("chunk", range(3))
def test_it_comes_to_an_end_and_every_waiting_team_gets_its_piece(chunk: int) -> None:
    """Random cases: the times hold in the end, never earlier than hoped, and nothing is better than the best hope."""
    for seed in range(chunk * 25, chunk * 25 + 25):
        asked = random_force_case(seed).problem()
        hoped = assign(asked, time_limit_s=30)
        together, assigned, allocated = settle(asked, deadline=time.monotonic() + 60)
        assert true_times(together, assigned, allocated) is None
        wanted = relying(together, assigned)
        assert all(each < NEVER for each in delivery_s(together, wanted, allocated).values())
        waiting = together.force.lacks & (together.force.counts > 0)
        assert np.all(together.force.ready_s[waiting] >= asked.force.ready_s[waiting])
        values = [level.value for level in assigned.levels]
        assert values >= [level.value for level in hoped.levels]
