"""A plan of relief brings what people need, says what it cannot bring, and is the same each time."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from dispatch.desk import Desk
from dispatch.needs import estimate
from dispatch.relief.plan import plan_relief
from models.codec import read_json, write_json
from models.crs import Crs
from models.errors import InputError
from models.force import Shift
from models.incident import SupplyNeed
from models.place import Position
from models.relief_plan import Helicopter, ReliefPlan, ReliefRequest
from models.request import Closure
from models.supply import Tier
from scenarios.catalogue import sample_relief
from scenarios.world import World


def test_all_that_is_estimated_is_delivered_in_time_and_checked(
    relief: ReliefPlan, asked: ReliefRequest
) -> None:
    assert relief.check is not None
    assert relief.check.faults == ()
    assert relief.shortfalls == ()
    for place in asked.places:
        needs = estimate(
            sample_relief(), people=place.people, kind=asked.type, season=asked.in_season, days=asked.days
        )
        wanted = {line.item: line.total.likely for line in needs.lines if line.total.likely}
        assert {n.item: n.delivered for n in relief.needs if n.place == place.id} == wanted
    assert all(need.late == 0 for need in relief.needs)
    assert {trip.tier for trip in relief.trips} >= {Tier.VILLAGE, Tier.TOWN}


def test_levels_carry_bounds(relief: ReliefPlan) -> None:
    assert [level.value >= level.bound >= 0 for level in relief.objective] == [True] * 4
    assert [level.value for level in relief.objective[:2]] == [0, 0]
    assert relief.objective[2].bound > 0


def test_the_same_question_gives_the_same_plan(desk: Desk, asked: ReliefRequest, relief: ReliefPlan) -> None:
    assert plan_relief(desk, asked, sample_relief()) == relief


def test_the_document_comes_back_equal(relief: ReliefPlan) -> None:
    assert read_json(ReliefPlan, write_json(relief), "again") == relief


def test_lots_that_expire_first_go_first(desk: Desk, relief: ReliefPlan, asked: ReliefRequest) -> None:
    last = relief.made_for.date().replace(day=relief.made_for.day + asked.days)
    depots = {depot.id: depot for depot in desk.world.district.depots}
    taken = {(trip.depot, load.lot) for trip in relief.trips for stop in trip.stops for load in stop.loads}
    sooner = 0
    for depot, lot in taken:
        mine = next(each for each in depots[depot].lots if each.id == lot)
        for other in depots[depot].lots:
            if (
                other.item == mine.item
                and other.expires
                and mine.expires
                and last <= other.expires < mine.expires
            ):
                assert (depot, other.id) in taken
                sooner += 1
    assert sooner > 0


def test_a_closed_road_turns_trips_aside(desk: Desk, asked: ReliefRequest, relief: ReliefPlan) -> None:
    opened = plan_relief(desk, replace(asked, closures=()), sample_relief())
    assert opened.objective[2].value < relief.objective[2].value


def test_a_closed_depot_sends_nothing(desk: Desk, asked: ReliefRequest, relief: ReliefPlan) -> None:
    """Not even where a shelter names it as its own."""
    world = desk.world
    used = {trip.depot for trip in relief.trips}
    night = Shift(start=time(1), end=time(2))
    depots = tuple(
        replace(depot, hours=(night,)) if depot.id in used else depot for depot in world.district.depots
    )
    shut = World(replace(world.district, depots=depots), world.roads)
    plan = plan_relief(shut, asked, sample_relief())
    assert plan.check is not None
    assert plan.check.faults == ()
    assert not used & {trip.depot for trip in plan.trips}


def test_a_floor_of_a_tier_stays(desk: Desk, asked: ReliefRequest, relief: ReliefPlan) -> None:
    """Villages that must keep their quilts send none."""
    world = desk.world
    items = tuple(
        replace(item, floors={Tier.VILLAGE: 100_000}) if item.id == "quilt" else item
        for item in world.district.items
    )
    kept = World(replace(world.district, items=items), world.roads)

    def tiers(plan: ReliefPlan) -> set[Tier]:
        return {
            trip.tier
            for trip in plan.trips
            for stop in trip.stops
            if any(load.item == "quilt" for load in stop.loads)
        }

    plan = plan_relief(kept, asked, sample_relief())
    assert plan.check is not None
    assert plan.check.faults == ()
    assert Tier.VILLAGE in tiers(relief)
    assert Tier.VILLAGE not in tiers(plan)


def far(asked: ReliefRequest, quantity: int, item: str = "tent_12") -> ReliefRequest:
    """Ask for so many units of one item at one place."""
    need = SupplyNeed(item=item, quantity=quantity, deadline_s=80_000)
    return replace(asked, places=(replace(asked.places[0], people=1, needs=(need,)),))


def test_what_there_is_too_little_of_is_replaced_and_the_rest_is_said(
    desk: Desk, asked: ReliefRequest
) -> None:
    district = desk.world.district
    tents = sum(lot.quantity for depot in district.depots for lot in depot.lots if lot.item == "tent_12")
    plan = plan_relief(desk, far(asked, tents + 200), sample_relief())
    assert plan.check is not None
    assert plan.check.faults == ()
    loads = [load for trip in plan.trips for stop in trip.stops for load in stop.loads]
    assert {load.item for load in loads if load.need == "tent_12"} == {"tent_12", "tent_36"}
    need = next(each for each in plan.needs if each.item == "tent_12")
    missing = {short.item: short.missing for short in plan.shortfalls}
    assert need.delivered + missing.get("tent_12", 0) == need.quantity
    assert need.delivered > 0


def test_a_place_without_a_road_is_served_from_the_air_or_not_at_all(
    desk: Desk, asked: ReliefRequest
) -> None:
    place = asked.places[0]
    cut = Closure(id="island", centre=place.position, radius_m=3000.0)
    depot = next(each for each in desk.world.district.depots if each.tier is Tier.DISTRICT)
    question = replace(far(asked, 3000, "quilt"), closures=(cut,))
    alone = plan_relief(desk, question, sample_relief())
    missing = {short.item: short.missing for short in alone.shortfalls}["quilt"]
    assert missing > 0  # the town's own stock is all there is
    flown = plan_relief(
        desk,
        replace(question, helicopters=(Helicopter(id="heli-1", depot=depot.id, payload_kg=900.0),)),
        sample_relief(),
    )
    assert flown.check is not None
    assert flown.check.faults == ()
    assert "helicopter" in {trip.profile for trip in flown.trips}
    assert {short.item: short.missing for short in flown.shortfalls}.get("quilt", 0) < missing


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"type": "comet"}, "no incident type 'comet' in the doctrine"),
        ({"helicopters": (Helicopter(id="h", depot="nowhere", payload_kg=1.0),)}, "no open depot 'nowhere'"),
    ],
)
def test_what_the_district_does_not_know_is_refused(
    desk: Desk, asked: ReliefRequest, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        plan_relief(desk, replace(asked, **changes), sample_relief())  # type: ignore[arg-type]


def test_a_place_off_the_map_and_an_item_unknown_are_refused(desk: Desk, asked: ReliefRequest) -> None:
    off = replace(asked.places[0], position=Position(lng=116.0, lat=40.0, crs=Crs.WGS84))
    with pytest.raises(InputError, match="outside the map"):
        plan_relief(desk, replace(asked, places=(off,)), sample_relief())
    with pytest.raises(InputError, match="no item 'gold'"):
        plan_relief(desk, far(asked, 3, "gold"), sample_relief())
