"""The problem, its supply side: which trucks can leave, when they arrive, what may be issued."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from dispatch.problem import Problem
from dispatch.tables.roster import Roster
from dispatch.tables.supplies import soonest_items
from models.force import Shift
from models.incident import ForceNeed, SupplyNeed
from models.supply import Condition, Depot, Lot, Tier
from models.units import NEVER
from tests.dispatch.cases import (
    NOW,
    depot,
    district,
    incident,
    problem,
    request,
    team,
)

DAY = Shift(start=time(6), end=time(18))
NIGHT = Shift(start=time(18), end=time(6))
TENTS = SupplyNeed(item="tent", quantity=5, deadline_s=1800)


def supplies(store: Depot, need: SupplyNeed = TENTS, seconds: int = 100) -> Problem:
    return problem(district([team(0)], [store]), request([incident(0, supply_needs=(need,))]), [[seconds]])


def test_trucks_that_can_leave() -> None:
    """Closed depots, trucks away and depots with nothing that is wanted are left out."""
    away = depot(3, {"tent": 3}, trucks=2)
    away = replace(away, trucks=(replace(away.trucks[0], available=False), away.trucks[1]))
    stores = [
        depot(0, {"tent": 3}),
        depot(1, {"tent": 3}, hours=(NIGHT,)),
        depot(2, {"boat": 3}),
        away,
        depot(4, {"tent": 3}, hours=(DAY,)),
    ]
    case = problem(district([team(0)], stores), request([incident(0, supply_needs=(TENTS,))]), [[100]] * 5)
    assert [truck.id for _, truck in case.supply.trucks] == ["D0-K0", "D3-K1", "D4-K0"]
    assert [d for d, _ in case.supply.trucks] == [0, 3, 4]


def test_the_soonest_item_is_that_of_a_depot_that_may_issue_it() -> None:
    """D1 is nearer but keeps all it has; D3 is nearest but has only old ones; what nobody needs is not looked for."""
    stores = [
        depot(0, {"boat": 1}),
        depot(1, {"boat": 2}, reserve={"boat": 2}),
        depot(2, {"boat": 1}),
        replace(
            depot(3, {}), lots=(Lot(id="old", item="boat", quantity=5, batch="b", expires=date(2026, 1, 1)),)
        ),
    ]
    needs = (
        ForceNeed(capability="flood", strength=1, target_s=600, requires_item="boat"),
        ForceNeed(capability="fire", strength=1, target_s=600),
        ForceNeed(capability="rescue", strength=1, target_s=600, requires_item="tent"),
    )
    world = district([team(0)], stores)
    case = problem(world, request([incident(0, force_needs=needs)]), [[700], [100], [400], [10]])
    times = soonest_items(Roster(world), case.supply, case.force.demands)
    assert times.tolist() == [60 + 240 + 400, NEVER, NEVER]


def test_time_of_a_truck() -> None:
    """Release 120, loading 100 kg at 30 kg a minute 200, call processing 60, driving 100."""
    case = supplies(depot(0, {"tent": 9}, loading_kg_per_min=30.0))
    assert case.supply.prepare_s.tolist() == [120 + 200]
    assert case.supply.arrive_s.tolist() == [[120 + 200 + 60 + 100]]


def test_loading_is_rounded_up() -> None:
    """100 kg at 70 kg a minute are 85.7 s."""
    assert supplies(depot(0, {"tent": 9}, loading_kg_per_min=70.0)).supply.prepare_s.tolist() == [120 + 86]


def test_truck_without_a_way_never_arrives() -> None:
    """`NEVER` is kept, not added to."""
    assert supplies(depot(0, {"tent": 9}), seconds=NEVER).supply.arrive_s.tolist() == [[NEVER]]


def lots(*kinds: tuple[int, date | None, Condition]) -> tuple[Lot, ...]:
    return tuple(
        Lot(id=f"L{k}", item="tent", quantity=units, batch="b", expires=expires, condition=condition)
        for k, (units, expires, condition) in enumerate(kinds)
    )


TODAY = NOW.date()
GOOD = Condition.GOOD


@pytest.mark.parametrize(
    ("stock", "floor", "units"),
    [
        pytest.param(lots((4, None, GOOD), (3, TODAY, GOOD)), 0, 7, id="last good day is today"),
        pytest.param(lots((4, None, GOOD), (3, TODAY - timedelta(days=1), GOOD)), 0, 4, id="expired"),
        pytest.param(lots((4, None, Condition.DAMAGED), (3, None, GOOD)), 0, 3, id="damaged"),
        pytest.param(lots((4, None, Condition.QUARANTINED)), 0, 0, id="held back"),
        pytest.param(lots((4, None, GOOD)), 3, 1, id="above the floor"),
        pytest.param(lots((4, None, GOOD)), 9, 0, id="never below nothing"),
    ],
)
def test_units_that_may_be_issued(stock: tuple[Lot, ...], floor: int, units: int) -> None:
    """Good lots that last, less the reserve floor."""
    case = supplies(replace(depot(0, {}), lots=stock, reserve={"tent": floor}))
    assert case.supply.issuable.tolist() == [[units]]


def test_goods_must_last_until_the_deadline() -> None:
    """With 20 hours from 06:00 the last day of use is tomorrow, and what expires today stays."""
    store = replace(depot(0, {}), lots=lots((4, TODAY, GOOD), (3, TODAY + timedelta(days=1), GOOD)))
    case = supplies(store, replace(TENTS, deadline_s=20 * 3600))
    assert case.supply.use_by == TODAY + timedelta(days=1)
    assert case.supply.issuable.tolist() == [[3]]


def test_goods_must_last_until_the_last_truck_that_can_arrive() -> None:
    """A truck that needs 19 hours moves the day of use; one that never arrives does not."""
    assert supplies(depot(0, {"tent": 9}), seconds=19 * 3600).supply.use_by == TODAY + timedelta(days=1)
    assert supplies(depot(0, {"tent": 9}), seconds=NEVER).supply.use_by == TODAY


def test_rank_of_tiers() -> None:
    """The village is the nearest."""
    stores = [
        depot(d, {"tent": 1}, tier=tier) for d, tier in enumerate((Tier.DISTRICT, Tier.VILLAGE, Tier.TOWN))
    ]
    case = problem(district([team(0)], stores), request([incident(0)]), [[100]] * 3)
    assert case.supply.tier_rank.tolist() == [2, 0, 1]
    assert case.supply.trucks == ()
