"""Supply plans in words: fetching, floors by response level, lots by expiry, gaps, restocking; and the check of all."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dispatch.problem import Problem
from dispatch.supplying.answer import answer
from dispatch.supplying.verify import faults
from models.floors import Floors
from models.incident import ResponseLevel, SupplyNeed
from models.plan import Limit
from models.supply import Lot
from models.supply_plan import SupplyPlan
from models.units import NEVER
from tests.dispatch.cases import (
    MatrixTravel,
    depot,
    district,
    doctrine,
    incident,
    item,
    matrix,
    name,
    place,
    problem,
    request,
    team,
)

LOTS = (
    Lot(id="late", item="tent", quantity=5, batch="b", expires=date(2030, 1, 1)),
    Lot(id="soon", item="tent", quantity=3, batch="a", expires=date(2027, 1, 1)),
    Lot(id="gone", item="tent", quantity=50, batch="c", expires=date(2026, 1, 1)),
)
NO_FLOORS: Floors | None = None


def case(
    level: ResponseLevel = ResponseLevel.III, quantity: int = 10, floors: Floors | None = NO_FLOORS
) -> tuple[Problem, MatrixTravel]:
    """D0 near with a truck and a floor of 4 tents; D1 in the village without a truck; D2 far away; two places in need.

    Places 3 and 4 of the table are the incidents.
    """
    depots = [
        depot(0, {"boat": 2}, reserve={"tent": 4}),
        depot(1, {"tent": 3}, trucks=0),
        depot(2, {"tent": 20}, reserve={"tent": 15}),
    ]
    depots[0] = replace(depots[0], lots=(*depots[0].lots, *LOTS))
    seconds = [
        [0, 500, 4000, 600, 700],
        [500, 0, 4000, 200, 900],
        [4000, 4000, 0, 5000, 5000],
        [NEVER] * 5,
        [NEVER] * 5,
    ]
    wants = SupplyNeed(item="tent", quantity=quantity, deadline_s=1800)
    events = [
        incident(0, position=place(3), response_level=level, supply_needs=(wants,)),
        incident(1, position=place(4), supply_needs=(SupplyNeed(item="boat", quantity=3, deadline_s=9000),)),
    ]
    world = district([team(0)], depots, doctrine=doctrine(floors=floors))
    return problem(world, request(events), seconds), matrix(seconds)


def by_depot(plan: SupplyPlan, key: str = "tent") -> dict[str, int]:
    return {each.depot: each.issued for each in plan.deliveries if each.item == key}


def test_nearest_first_and_a_depot_without_a_truck_is_fetched_from() -> None:
    """D0 keeps 4 of its 8 usable tents, D1's 3 are fetched by D0's truck, the rest comes from afar, late."""
    asked, travel = case()
    plan = answer(asked, travel)
    assert plan.faults == ()
    assert by_depot(plan) == {"D0": 4, "D1": 3, "D2": 3}
    fetched = next(each for each in plan.deliveries if each.depot == "D1")
    assert fetched.via == "D0"
    # 60 s of the call, 500 s of driving there while 120 s of release pass, 120 s of loading, 200 s of driving
    assert fetched.arrives_at - plan.now == timedelta(seconds=60 + 500 + 120 + 200)
    far = next(each for each in plan.deliveries if each.depot == "D2")
    assert (far.via, far.late_s) == ("", 60 + 120 + 120 + 5000 - 1800)
    assert far.reason.en == "2 sooner depots give what they have to this or to other needs"


def test_lots_go_out_by_their_expiry_and_none_that_is_past_it() -> None:
    asked, travel = case()
    near = next(
        each for each in answer(asked, travel).deliveries if each.depot == "D0" and each.item == "tent"
    )
    assert [(draw.lot, draw.quantity) for draw in near.lots] == [("soon", 3), ("late", 1)]


def test_a_response_level_opens_floors_and_restocking_closes_them_again() -> None:
    """At level I half of a floor may go: two tents more from D0, and D2 gives less; D2 then restocks D0."""
    floors = Floors(open={ResponseLevel.I: 0.5})
    asked, travel = case(ResponseLevel.I, floors=floors)
    plan = answer(asked, travel)
    assert plan.faults == ()
    assert by_depot(plan) == {"D0": 6, "D1": 3, "D2": 1}
    assert [(each.origin, each.depot, each.item, each.quantity) for each in plan.transfers] == [
        ("D2", "D0", "tent", 2)
    ]
    assert [(each.item, each.quantity) for each in plan.purchases] == [("boat", 2), ("tent", 10)]
    closed = answer(*case(ResponseLevel.II, floors=floors))
    assert by_depot(closed) == {"D0": 4, "D1": 3, "D2": 3}


@pytest.mark.parametrize(
    ("quantity", "missing", "limit"), [(12, 0, None), (13, 1, Limit.RESERVE), (40, 28, Limit.RESERVE)]
)
def test_what_is_missing_says_what_limits_it(quantity: int, missing: int, limit: Limit | None) -> None:
    """Twelve tents lie above floors; of boats there are two for three."""
    asked, travel = case(quantity=quantity)
    plan = answer(asked, travel)
    found = {gap.item: gap for gap in plan.gaps}
    assert (found["boat"].missing, found["boat"].limit) == (1, Limit.OUT_OF_STOCK)
    assert ("tent" in found) == (missing > 0)
    if limit is not None:
        assert (found["tent"].missing, found["tent"].limit) == (missing, limit)


def test_a_substitute_stands_in_at_its_ratio() -> None:
    """Three tarpaulins for two tents: for the third boat nothing stands in."""
    asked, _ = case(quantity=12)
    sheets = replace(item("sheet"), name=name("sheet"))
    tent = replace(asked.district.items[0], substitutes={"sheet": 1.5})
    depots = (
        replace(
            asked.depots[0], lots=(*asked.depots[0].lots, Lot(id="s", item="sheet", quantity=4, batch="s"))
        ),
    )
    world = replace(
        asked.district, items=(tent, asked.district.items[1], sheets), depots=(*depots, asked.depots[1])
    )
    seconds = [[0, 500, 600, 700], [500, 0, 200, 900], [NEVER] * 4, [NEVER] * 4]
    events = [replace(each, position=place(2 + k)) for k, each in enumerate(asked.incidents)]
    again = problem(world, request(events), seconds)
    plan = answer(again, matrix(seconds))
    assert plan.faults == ()
    sent = next(each for each in plan.deliveries if each.item == "sheet")
    assert (sent.need, sent.meets, sent.issued) == ("tent", 2, 3)


@pytest.mark.parametrize("seed", range(40))
def test_random_plans_hold(seed: int) -> None:
    """Closed roads, trucks here and there, floors of every share, lots of every age."""
    draw = random.Random(seed)
    count, places = draw.randint(1, 5), draw.randint(1, 4)
    depots = [
        depot(
            d,
            {"tent": draw.randint(0, 9), "boat": draw.randint(0, 4)},
            trucks=draw.randint(0, 1),
            reserve={"tent": draw.randint(0, 6)},
        )
        for d in range(count)
    ]
    depots = [
        replace(
            each, lots=tuple(replace(lot, expires=date(2026, draw.randint(6, 9), 15)) for lot in each.lots)
        )
        for each in depots
    ]
    size = count + places
    seconds = [
        [NEVER if draw.random() < 0.1 else draw.randint(10, 9000) for _ in range(size)] for _ in range(size)
    ]
    events = [
        incident(
            i,
            position=place(count + i),
            response_level=draw.choice(list(ResponseLevel)),
            supply_needs=tuple(
                SupplyNeed(item=key, quantity=draw.randint(1, 9), deadline_s=draw.choice([900, 5000]))
                for key in draw.sample(["tent", "boat"], draw.randint(1, 2))
            ),
        )
        for i in range(places)
    ]
    shares = sorted((draw.random() for _ in ResponseLevel), reverse=True)
    floors = Floors(open=dict(zip(ResponseLevel, shares, strict=True)))
    asked = problem(district([team(0)], depots, doctrine=doctrine(floors=floors)), request(events), seconds)
    plan = answer(asked, matrix(seconds))
    assert plan.faults == ()
    assert all(level.bound == level.value for level in plan.levels)


def spoilt(plan: SupplyPlan, **changes: object) -> SupplyPlan:
    """The plan with D0's delivery of tents changed."""
    first = next(k for k, each in enumerate(plan.deliveries) if (each.depot, each.item) == ("D0", "tent"))
    rows = list(plan.deliveries)
    rows[first] = replace(rows[first], **changes)  # type: ignore[arg-type]
    return replace(plan, deliveries=tuple(rows))


def test_the_check_finds_planted_faults() -> None:
    asked, travel = case()
    plan = answer(asked, travel)
    near = next(each for each in plan.deliveries if each.depot == "D0" and each.item == "tent")
    soon, late = near.lots
    planted = {
        "do not add up": spoilt(plan, issued=9),
        "which expires first": spoilt(plan, lots=(replace(late, quantity=4),)),
        "cannot be used": spoilt(plan, lots=(replace(soon, lot="gone", quantity=4),)),
        "is over-issued": spoilt(plan, lots=(replace(soon, quantity=9), late), issued=10),
        "falls below the floor": spoilt(plan, lots=(soon, replace(late, quantity=4)), issued=7, meets=7),
        "do not fit": spoilt(plan, meets=2),
        "do not replace": spoilt(plan, meets=8),
        "s late, the plan says": spoilt(plan, late_s=77),
        "is no substitute": spoilt(plan, need="boat"),
        "does not need": spoilt(plan, incident="I1"),
        "arrives before": spoilt(plan, arrives_at=plan.now),
        "no depot": spoilt(plan, depot="D9"),
        "is not tent at depot": spoilt(plan, lots=(replace(soon, lot="D0-boat", quantity=4),)),
    }
    for sentence, bad in planted.items():
        found = faults(asked, bad)
        assert any(sentence in each for each in found), (sentence, found)
