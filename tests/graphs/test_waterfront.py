"""Where road and water meet, for a boat on a trailer."""

from __future__ import annotations

import numpy as np
import pytest

from graphs.profiles import arc_times, profile
from graphs.road import Access, RoadClass, RoadGraph
from graphs.travel import TravelTimes
from graphs.waterfront import NO_ARC, waterfront
from models.crs import LngLat
from models.request import Closure
from models.units import NEVER
from tests.factories import Road, road_graph

BOAT = profile("boat")
LAUNCH_DS = BOAT.launch_s * 10
ROAD_KM, WATER_KM = 858, 1440
"""Deciseconds of a kilometre: 60 km/h at 0.7 on the road, 25 km/h on the water."""


def shore() -> RoadGraph:
    """Make a river 3-4-5-6 of three kilometres beside a road 0-1-2; they meet at 4 and 5.

    Node 1 is joined to 4 and node 2 to 5 by a kilometre of road each; the ford at 5 is at the end of the road.
    """
    points = [(105.90 + 0.01 * i, 29.30) for i in range(3)] + [(105.89 + 0.01 * i, 29.31) for i in range(4)]
    road, water = {"length_m": 1000}, {"length_m": 1000, "road_class": RoadClass.WATER, "speed_kmh": 25.0}
    return road_graph(
        points,
        [
            Road(tail=0, head=1, name="岸路", **road),  # type: ignore[arg-type]
            Road(tail=1, head=2, name="岸路", **road),  # type: ignore[arg-type]
            Road(tail=1, head=4, name="码头路", **road),  # type: ignore[arg-type]
            Road(tail=2, head=5, name="滩路", **road),  # type: ignore[arg-type]
            *(Road(tail=v, head=v + 1, name="河", access=Access.BOAT, **water) for v in (3, 4, 5)),  # type: ignore[arg-type]
        ],
    )


def place(node: int) -> LngLat:
    graph = shore()
    return LngLat(float(graph.lng[node]), float(graph.lat[node]))


def seconds(travel: TravelTimes, start: int, end: int) -> int:
    return int(travel.table("boat", [place(start)], [place(end)])[0, 0])


def test_without_launch_points_a_boat_goes_in_wherever_road_and_water_meet() -> None:
    travel = TravelTimes(shore())
    assert seconds(travel, 0, 3) == 2 * ROAD_KM + LAUNCH_DS + WATER_KM
    assert seconds(travel, 0, 6) == 3 * ROAD_KM + LAUNCH_DS + WATER_KM


def test_with_launch_points_it_goes_in_there_alone() -> None:
    at_4 = TravelTimes(shore(), launches=[place(4)])
    at_5 = TravelTimes(shore(), launches=[place(5)])
    assert seconds(at_4, 0, 6) == 2 * ROAD_KM + LAUNCH_DS + 2 * WATER_KM
    assert seconds(at_5, 0, 3) == 3 * ROAD_KM + LAUNCH_DS + 2 * WATER_KM


def test_passing_a_shore_on_the_water_costs_nothing() -> None:
    for launches in ([], [place(4)], [place(5)]):
        assert seconds(TravelTimes(shore(), launches=launches), 3, 6) == 3 * WATER_KM


def test_coming_ashore_takes_as_long_as_going_in() -> None:
    assert seconds(TravelTimes(shore(), launches=[place(4)]), 6, 0) == 2 * WATER_KM + LAUNCH_DS + 2 * ROAD_KM


def test_a_launch_point_far_from_any_shore_launches_nothing() -> None:
    travel = TravelTimes(shore(), launches=[LngLat(105.7, 29.31)])
    assert seconds(travel, 0, 2) == 2 * ROAD_KM
    node = waterfront(shore(), BOAT, [LngLat(105.7, 29.31)])
    assert node is not None
    assert NO_ARC not in node.arc


def test_path_table_and_length_agree_and_the_arcs_are_those_of_the_map() -> None:
    graph = shore()
    travel = TravelTimes(graph, launches=[place(4)])

    path = travel.path("boat", place(0), place(6))

    assert path is not None
    assert path.time_ds == seconds(travel, 0, 6)
    assert graph.way[path.arcs].tolist() == [0, 2, 5, 6]
    assert path.length_m == 4000
    assert path.roads == ("岸路", "码头路", "河")
    corners = [105.90, 105.90, 105.91, 105.90, 105.91, 105.92, 105.92]
    assert [point.lng for point in path.points] == pytest.approx(corners)


def test_a_closure_on_the_way_to_the_water_is_felt() -> None:
    travel = TravelTimes(shore(), launches=[place(4)]).with_closures([Closure(id="a", road="码头路")])
    assert seconds(travel, 0, 6) == NEVER
    assert seconds(TravelTimes(shore()).with_closures([Closure(id="a", road="码头路")]), 0, 6) < NEVER
    assert seconds(TravelTimes(shore(), closures=[Closure(id="a", road="河")]), 0, 6) == NEVER


def test_an_isochrone_waits_for_the_launch() -> None:
    origin, minutes = place(0), [(2 * ROAD_KM + LAUNCH_DS + WATER_KM) // 10 + 1]
    reached = TravelTimes(shore(), launches=[place(4)]).isochrone("boat", origin, minutes)[0]
    shut = TravelTimes(shore(), launches=[LngLat(105.7, 29.3)]).isochrone("boat", origin, minutes)[0]

    assert reached.area_km2 > shut.area_km2 + 0.5
    west = min(x for ring in reached.geometry["coordinates"][0] for x, _ in ring)
    assert west < place(3).lng
    assert min(x for ring in shut.geometry["coordinates"][0] for x, _ in ring) > place(3).lng + 0.005


def test_who_does_not_sail_keeps_the_map_as_it_is() -> None:
    assert waterfront(shore(), profile("fire_engine"), []) is None
    assert waterfront(road_graph([(105.9, 29.3), (105.91, 29.3)], [Road(tail=0, head=1)]), BOAT, []) is None


def test_a_car_ferry_is_driven_on_to_without_a_launch() -> None:
    ferry = Road(tail=1, head=2, road_class=RoadClass.FERRY, access=Access.CAR | Access.BOAT, speed_kmh=10.0)
    graph = road_graph([(105.9 + 0.01 * i, 29.3) for i in range(3)], [Road(tail=0, head=1), ferry])
    assert waterfront(graph, BOAT, []) is None


def test_the_times_of_the_split_map_are_those_of_its_arcs() -> None:
    graph = shore()
    front = waterfront(graph, BOAT, [])
    assert front is not None
    times = front.times(arc_times(graph, BOAT))

    launches = front.arc == NO_ARC
    assert (times[launches] == LAUNCH_DS).all()
    assert launches.sum() == 4
    assert np.array_equal(np.sort(front.arc[~launches]), np.arange(graph.arcs))
    assert front.graph.nodes == graph.nodes + 2
