"""Areas that are reached within a time."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import pairwise

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from graphs.isochrone import Isochrone
from graphs.road import RoadGraph
from graphs.travel import TravelTimes
from models.crs import LngLat
from models.errors import InputError
from models.request import Closure
from models.traffic import Days, Traffic, TrafficRow
from models.units import NEVER
from tests.factories import CENTRE, Road, grid, road_graph


def area(found: Isochrone) -> shapely.Geometry:
    """Read the GeoJSON back as a geometry of degrees."""
    return shape(json.loads(json.dumps(found.geometry)))


def row() -> RoadGraph:
    """Make a straight road of ten kilometres in two pieces, eastwards; 60 km/h."""
    degrees = 5000 / 96_972.5  # metres of one degree of longitude at 29.3 N
    return road_graph(
        [(105.9, 29.3), (105.9 + degrees, 29.3), (105.9 + 2 * degrees, 29.3)],
        [Road(tail=0, head=1, length_m=5000), Road(tail=1, head=2, length_m=5000)],
    )


def test_a_road_counts_as_far_as_it_is_driven_in_time() -> None:
    # 45 km/h are 12.5 m/s: 3,000 m in 240 s
    found = TravelTimes(row()).isochrone("fire_engine", LngLat(105.9, 29.3), [240])[0]

    west, _, east, _ = area(found).bounds
    assert (east - 105.9) * 96_972.5 == pytest.approx(3000 + 150, abs=20)
    assert (105.9 - west) * 96_972.5 == pytest.approx(150, abs=20)
    assert found.nodes == 1
    assert found.area_km2 == pytest.approx(0.3 * 3.0 + np.pi * 0.15**2, rel=0.03)


def test_every_node_reached_is_inside_and_areas_grow_with_the_limit() -> None:
    graph = grid(12)
    travel = TravelTimes(graph)
    nodes = [LngLat(float(x), float(y)) for x, y in zip(graph.lng, graph.lat, strict=True)]
    times = travel.table("fire_engine", [nodes[65]], nodes)[0]

    found = travel.isochrone("fire_engine", nodes[65], [300, 60, 150])

    assert [each.limit_s for each in found] == [300, 60, 150]
    by_limit = sorted(found, key=lambda each: each.limit_s)
    for each in by_limit:
        inside = shapely.contains_xy(area(each), graph.lng, graph.lat)
        assert inside[times <= each.limit_s * 10].all()
        assert each.area_km2 > 0
    for small, large in pairwise(by_limit):
        assert shapely.area(shapely.difference(area(small), area(large))) < 1e-9
        assert small.area_km2 < large.area_km2
        assert small.nodes < large.nodes


def test_the_way_to_the_road_comes_off_the_limit() -> None:
    travel = TravelTimes(row())
    off_the_road = LngLat(105.9, 29.3 + 250 / 111_195)

    found = travel.isochrone("fire_engine", off_the_road, [20, 45 + 240])

    assert [each.nodes for each in found] == [0, 1]
    assert not area(found[0]).contains(shapely.Point(105.9, 29.3 - 0.0005))
    assert (area(found[1]).bounds[2] - 105.9) * 96_972.5 == pytest.approx(3000 + 150, abs=20)


def test_a_shut_road_leads_nowhere() -> None:
    graph = grid(4, name="G246")
    found = TravelTimes(graph, closures=[Closure(id="a", road="G246")]).isochrone(
        "fire_engine", CENTRE, [3600]
    )[0]

    assert found.nodes == 1
    assert found.area_km2 < 0.35


def test_a_limit_beyond_all_times_reaches_no_island() -> None:
    graph = road_graph(
        [(105.9, 29.3), (105.91, 29.3), (105.92, 29.3), (105.93, 29.3)],
        [Road(tail=0, head=1), Road(tail=2, head=3)],
    )
    found = TravelTimes(graph).isochrone("fire_engine", LngLat(105.9, 29.3), [NEVER])[0]

    assert found.nodes == 2
    assert not area(found).contains(shapely.Point(105.925, 29.3))


def test_outer_rings_run_counter_clockwise_and_holes_the_other_way() -> None:
    graph = grid(2, step_deg=0.02)
    found = TravelTimes(graph).isochrone(
        "fire_engine", LngLat(float(graph.lng[0]), float(graph.lat[0])), [3600]
    )[0]

    (polygon,) = found.geometry["coordinates"]
    rings = [shapely.LinearRing(ring) for ring in polygon]
    assert [shapely.is_ccw(ring) for ring in rings] == [True, False]
    assert all(ring[0] == ring[-1] for ring in polygon)


def test_a_helicopter_reaches_a_circle_once_it_can_have_landed() -> None:
    travel = TravelTimes(row())

    short, long = travel.isochrone("helicopter", CENTRE, [300, 480])

    assert (short.geometry["coordinates"], short.area_km2) == ([], 0.0)
    assert long.area_km2 == pytest.approx(np.pi * 10.0**2, rel=0.01)


def test_a_helicopter_reaches_no_further_than_it_gets_before_sunset() -> None:
    # the sun sets at about 19:59 China time
    dusk = datetime.fromisoformat("2026-07-01T19:50:00+08:00")
    travel = TravelTimes(row(), moment=dusk)

    short, long = travel.isochrone("helicopter", CENTRE, [420, 3600])

    assert short.area_km2 == TravelTimes(row()).isochrone("helicopter", CENTRE, [420])[0].area_km2
    assert short.area_km2 < long.area_km2 < np.pi * (200 * (13 * 60 - 300) / 3600) ** 2


def test_an_area_shrinks_in_the_rush_and_behind_a_weight_limit() -> None:
    rush = TrafficRow(classes=("primary",), days=tuple(Days), factors=(0.5,) * 24, basis="estimate")
    noon = datetime.fromisoformat("2026-07-01T12:00:00+08:00")
    busy = TravelTimes(row(), traffic=Traffic(rows=(rush,)), moment=noon)
    limit = Closure(id="a", ways=(0,), max_weight_kg=9_000)
    home = LngLat(105.9, 29.3)

    # 45 km/h less half of the half that traffic costs
    east = area(busy.isochrone("fire_engine", home, [240])[0]).bounds[2]
    assert (east - 105.9) * 96_972.5 == pytest.approx(2250 + 150, abs=20)
    limited = TravelTimes(row(), closures=[limit])
    assert limited.isochrone("fire_engine", home, [240])[0].area_km2 < 0.1
    free = TravelTimes(row()).isochrone("light_rescue", home, [240])
    assert limited.isochrone("light_rescue", home, [240]) == free


@pytest.mark.parametrize(
    ("limits", "complaint"), [([], "at least one limit"), ([60, 0], "above 0 seconds, got 0")]
)
@pytest.mark.parametrize("rider", ["fire_engine", "helicopter"])
def test_limits_that_mean_nothing_are_refused(limits: list[int], complaint: str, rider: str) -> None:
    with pytest.raises(InputError, match=complaint):
        TravelTimes(row()).isochrone(rider, LngLat(105.9, 29.3), limits)


def test_an_origin_off_the_map_is_refused() -> None:
    with pytest.raises(InputError, match="the nearest road for profile foot is"):
        TravelTimes(row()).isochrone("foot", LngLat(105.9, 30.3), [60])
