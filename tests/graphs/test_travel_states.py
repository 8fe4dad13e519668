"""Travel times by hour, closure and daylight: one map in several states."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from graphs.road import Access
from graphs.travel import TravelTimes
from models.crs import LngLat
from models.request import Closure
from models.traffic import Days, Traffic, TrafficRow
from models.units import NEVER
from tests.factories import random_graph
from tests.graphs.test_travel import DRIVEN, bent, node_of, some_places

RUSH = Traffic(
    rows=(
        TrafficRow(
            classes=("primary",),
            days=(Days.WEEKDAY,),
            factors=tuple(0.5 if hour in {7, 8} else 1.0 for hour in range(24)),
            basis="estimate",
        ),
    )
)
MONDAY_8 = datetime.fromisoformat("2026-07-06T08:59:59+08:00")


@pytest.mark.parametrize(("rider_id", "slower"), [("relief_van", 2.0), ("fire_engine", 4 / 3), ("foot", 1.0)])
def test_the_hour_of_departure_slows_each_vehicle_by_its_share(rider_id: str, slower: float) -> None:
    graph = bent()
    home, end = node_of(graph, 0), node_of(graph, 3)
    rush = TravelTimes(graph, traffic=RUSH, moment=MONDAY_8)
    free = TravelTimes(graph).table(rider_id, [home], [end])[0, 0]

    assert rush.table(rider_id, [home], [end])[0, 0] == pytest.approx(free * slower, abs=3)
    path = rush.path(rider_id, home, end)
    assert path is not None
    assert (
        path.time_ds == rush.table(rider_id, [home], [end])[0, 0] == rush.arc_times(rider_id)[path.arcs].sum()
    )


@pytest.mark.parametrize("rider_id", DRIVEN)
def test_a_state_made_from_another_is_the_state_made_anew(rider_id: str) -> None:
    graph = random_graph(9)
    origins, destinations = some_places(1, 12), some_places(2, 5)
    first, second = [Closure(id="a", road="G246", max_weight_kg=9_000)], [Closure(id="b", road="永津公路")]
    noon = MONDAY_8 + timedelta(hours=4)
    travel = TravelTimes(graph, traffic=RUSH, moment=noon)
    before = travel.table(rider_id, origins, destinations)

    for closures, moment in ((first, MONDAY_8), (second, noon), (first, noon), ([], MONDAY_8), ([], noon)):
        anew = TravelTimes(graph, closures=closures, traffic=RUSH, moment=moment)
        expected = anew.table(rider_id, origins, destinations)
        closed = travel.with_closures(closures, moment)
        assert np.array_equal(closed.table(rider_id, origins, destinations), expected)
        later = travel.with_closures(closures).at(moment)
        assert np.array_equal(later.table(rider_id, origins, destinations), expected)
    assert np.array_equal(travel.table(rider_id, origins, destinations), before)


def test_another_moment_lifts_and_brings_closures() -> None:
    graph = bent()
    home, end = node_of(graph, 0), node_of(graph, 3)
    shut = Closure(id="a", road="五朱路", begin=MONDAY_8, end=MONDAY_8 + timedelta(hours=1))
    travel = TravelTimes(graph, closures=[shut], moment=MONDAY_8)

    assert travel.path("fire_engine", home, end) is None
    later = travel.at(MONDAY_8 + timedelta(hours=1))
    assert (travel.effect.in_force, later.effect.in_force) == (("a",), ())
    assert later.table("fire_engine", [home], [end])[0, 0] < NEVER
    assert later.with_closures([shut]).table("fire_engine", [home], [end])[0, 0] < NEVER
    assert later.at(None).table("fire_engine", [home], [end])[0, 0] == NEVER


def test_a_weight_limit_stops_the_heavy_alone() -> None:
    graph = bent()
    home, end = node_of(graph, 0), node_of(graph, 3)
    limited = TravelTimes(graph, closures=[Closure(id="a", ways=(1,), max_weight_kg=4_500)])

    assert limited.table("fire_engine", [home], [end])[0, 0] == NEVER
    for rider_id in ("light_rescue", "motorcycle", "foot"):
        free = TravelTimes(graph).table(rider_id, [home], [end])
        assert np.array_equal(limited.table(rider_id, [home], [end]), free)


def test_turn_bans_bind_who_is_not_exempt() -> None:
    graph = bent()
    arcs = [int(np.flatnonzero((graph.tail == v) & (graph.head == v + 1))[0]) for v in (0, 1)]
    barred = replace(
        graph,
        ban_first=np.array([0, 2], dtype=np.int64),
        ban_arcs=np.array(arcs, dtype=np.int32),
        ban_access=np.array([int(Access.CAR | Access.TRUCK)], dtype=np.uint8),
    )
    home, end = [node_of(graph, 0)], [node_of(graph, 2)]

    for rider_id, bound in (
        ("relief_truck", True),
        ("relief_van", True),
        ("fire_engine", False),
        ("foot", False),
    ):
        free = TravelTimes(graph).table(rider_id, home, end)[0, 0]
        travel = TravelTimes(barred)
        assert (travel.table(rider_id, home, end)[0, 0] > free) == bound
        many = travel.table(rider_id, home * 12, end * 2)
        assert (many == travel.table(rider_id, home, end)[0, 0]).all()


def test_by_night_a_helicopter_stays_on_the_ground() -> None:
    origin, far = LngLat(105.9, 29.3), LngLat(105.9, 29.8)
    night = TravelTimes(bent(), moment=MONDAY_8.replace(hour=23))

    assert night.table("helicopter", [origin], [far])[0, 0] == NEVER
    assert night.path("helicopter", origin, far) is None
    assert night.isochrone("helicopter", origin, [3600])[0].area_km2 == 0
    day, any_time = night.at(MONDAY_8).path("helicopter", origin, far), TravelTimes(bent())
    assert day is not None
    assert day.time_ds == any_time.table("helicopter", [origin], [far])[0, 0]
