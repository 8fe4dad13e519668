"""Tours of the embedded district: units, reserves, roads; a sling load where the road is cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dispatch.tables.tours import Means, Sling, Want, tour_problem
from dispatch.tours.check import check_tours
from dispatch.tours.plan import plan_tours
from dispatch.tours.search import Effort
from graphs.travel import TravelTimes
from models.crs import Crs
from models.errors import InputError
from models.place import Position
from models.request import Closure
from models.units import NEVER
from models.world import District
from scenarios.world import World

DAY = date(2026, 7, 1)


@pytest.fixture(scope="module")
def travel(yongchuan: World) -> TravelTimes:
    return TravelTimes(yongchuan.roads)


@pytest.fixture(scope="module")
def district(yongchuan: World) -> District:
    """The two district depots and those of two towns."""
    return replace(yongchuan.district, depots=yongchuan.district.depots[:4], shelters=())


@pytest.fixture(scope="module")
def wants(yongchuan: World) -> list[Want]:
    return [
        Want(id=town.code, place=town.position.wgs84, units={"quilt": 300, "water": 900}, weight=k + 1)
        for k, town in enumerate(yongchuan.district.towns[10:14])
    ]


def test_a_district_becomes_whole_numbers(district: District, travel: TravelTimes, wants: list[Want]) -> None:
    problem = tour_problem(district, travel, wants, use_by=DAY)
    assert [item.id for item in problem.items] == ["quilt", "water"]
    assert (problem.items[0].grams, problem.items[0].cm3) == (3000, 20_000)
    assert [depot.id for depot in problem.depots] == [depot.id for depot in district.depots]
    for depot, mine in zip(district.depots, problem.depots, strict=True):
        assert mine.opens_s == depot.release_s
        kept = problem.stock[mine.place, 0] + depot.reserve.get("quilt", 0)
        usable = sum(lot.quantity for lot in depot.lots if lot.item == "quilt" and lot.usable_on(DAY))
        assert kept == max(usable, depot.reserve.get("quilt", 0))
    trucks = [truck for depot in district.depots for truck in depot.trucks]
    assert [own.grams for own in problem.vehicles] == [round(truck.payload_kg * 1000) for truck in trucks]
    seconds = travel.table(trucks[0].profile, [district.depots[0].position.wgs84], [wants[0].place])
    assert problem.ways[0, 0] == -(-int(seconds[0, 0]) // 10)
    plan = plan_tours(problem, Effort(rounds=200))
    assert not check_tours(problem, plan.trips, plan.unserved)
    assert plan.trips


def test_where_the_road_is_cut_a_sling_load_goes(
    district: District, travel: TravelTimes, wants: list[Want]
) -> None:
    """Roads round a town are closed: trucks have no way, the helicopter flies to it alone and comes back."""
    cut = Closure(id="slide", centre=_position(wants[0]), radius_m=2500)
    closed = travel.with_closures([cut])
    grounded = tour_problem(district, closed, wants, use_by=DAY)
    assert (grounded.ways[:, 0] == NEVER).all()
    without = plan_tours(grounded, Effort(rounds=100))
    assert 0 in {each.drop for each in without.unserved}
    sling = Sling(id="heli", depot=district.depots[1].id, payload_kg=1500)
    problem = tour_problem(district, closed, wants, use_by=DAY, means=Means(slings=(sling,)))
    plan = plan_tours(problem, Effort(rounds=300))
    assert not check_tours(problem, plan.trips, plan.unserved)
    assert 0 not in {each.drop for each in plan.unserved}
    flights = [trip for trip in plan.trips if problem.vehicles[trip.vehicle].id == "heli"]
    assert len(flights) >= 2
    assert all(len({stop.drop for stop in trip.stops}) == 1 for trip in flights)
    assert all(trip.grams <= 1_500_000 for trip in flights)


def test_what_is_decided_is_kept(district: District, travel: TravelTimes, wants: list[Want]) -> None:
    first, second = district.depots[0].id, district.depots[1].id
    decided = {(first, wants[0].id, "quilt"): 120, (second, wants[1].id, "water"): 50}
    problem = tour_problem(district, travel, wants, use_by=DAY, allotted=decided)
    plan = plan_tours(problem, Effort(rounds=50))
    sent: dict[tuple[str, str, str], int] = {}
    for trip in plan.trips:
        for stop in trip.stops:
            for item, units in zip(problem.items, stop.units, strict=True):
                key = problem.depots[trip.depot].id, problem.drops[stop.drop].id, item.id
                sent[key] = sent.get(key, 0) + units
    assert {key: n for key, n in sent.items() if n} == decided


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"units": {"bread": 1}}, "item bread is not known in the district"),
        ({"units": {"quilt": -1}}, "units is -1; 0 to"),
        ({"weight": 0}, "weight is 0; 1 to"),
    ],
)
def test_a_wrong_want_is_refused(
    district: District, travel: TravelTimes, wants: list[Want], change: dict[str, object], sentence: str
) -> None:
    bad = replace(wants[0], **change)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=f"drop {wants[0].id}.*{sentence}"):
        tour_problem(district, travel, [bad], use_by=DAY)


def test_strange_ids_are_refused(district: District, travel: TravelTimes, wants: list[Want]) -> None:
    with pytest.raises(InputError, match="vehicle heli: depot nowhere is not known"):
        tour_problem(
            district,
            travel,
            wants,
            use_by=DAY,
            means=Means(slings=(Sling(id="heli", depot="nowhere", payload_kg=1),)),
        )
    with pytest.raises(InputError, match="drop elsewhere has nothing to do"):
        tour_problem(
            district, travel, wants, use_by=DAY, allotted={(district.depots[0].id, "elsewhere", "quilt"): 1}
        )


def _position(want: Want) -> Position:
    return Position(lng=want.place.lng, lat=want.place.lat, crs=Crs.WGS84)
