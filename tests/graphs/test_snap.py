"""From a place to a node."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from graphs.profiles import arc_times, profile
from graphs.road import Access, RoadGraph
from graphs.snap import NOWHERE, Snapper, usable_nodes
from models.crs import LngLat
from models.place import distance_m
from tests.factories import CENTRE, Road, grid, random_graph, road_graph


def nodes_for(graph: RoadGraph, profile_id: str) -> NDArray[np.int32]:
    return usable_nodes(graph, arc_times(graph, profile(profile_id)))


def test_the_nearest_node_is_found_with_its_true_distance() -> None:
    graph = random_graph(4, nodes=30)
    nodes = np.arange(30, dtype=np.int32)
    points = [LngLat(CENTRE.lng + 0.001 * i, CENTRE.lat - 0.002 * i) for i in range(-5, 6)]

    node, metres = Snapper(graph, nodes, limit_m=50_000).snap(points)

    for point, found, far in zip(points, node, metres, strict=True):
        every = [distance_m(point, LngLat(*at)) for at in zip(graph.lng, graph.lat, strict=True)]
        assert found == int(np.argmin(every))
        assert far == pytest.approx(min(every), abs=0.01)


def test_a_place_beyond_the_limit_is_nowhere_but_its_distance_is_told() -> None:
    graph = grid(2)
    near = LngLat(float(graph.lng[0]) - 0.01, float(graph.lat[0]))

    for limit_m, expected in ((900.0, NOWHERE), (1000.0, 0)):
        node, metres = Snapper(graph, np.arange(4, dtype=np.int32), limit_m=limit_m).snap([near])
        assert node.tolist() == [expected]
        assert metres[0] == pytest.approx(969.5, abs=1)


def test_only_nodes_that_one_can_come_from_and_go_to_are_usable() -> None:
    points = [(105.9, 29.3), (105.91, 29.3), (105.92, 29.3), (105.93, 29.3)]
    roads = [
        Road(tail=0, head=1),
        Road(tail=1, head=2, both=False),
        Road(tail=2, head=3, access=Access.FOOT),
        Road(tail=2, head=1, access=Access.FOOT, both=False),
    ]
    graph = road_graph(points, roads)

    assert nodes_for(graph, "fire_engine").tolist() == [0, 1]
    assert nodes_for(graph, "foot").tolist() == [0, 1, 2, 3]


def test_of_two_parts_of_one_size_that_of_the_smallest_node_is_taken() -> None:
    points = [(105.9, 29.3), (105.91, 29.3), (105.92, 29.3), (105.93, 29.3)]
    graph = road_graph(points, [Road(tail=1, head=3), Road(tail=0, head=2)])

    assert nodes_for(graph, "fire_engine").tolist() == [0, 2]


def test_a_profile_without_a_single_road_snaps_to_nothing() -> None:
    graph = road_graph([(105.9, 29.3), (105.91, 29.3)], [Road(tail=0, head=1, access=Access.FOOT)])
    nodes = nodes_for(graph, "fire_engine")

    node, metres = Snapper(graph, nodes).snap([LngLat(105.9, 29.3)])

    assert nodes.size == 0
    assert (node.tolist(), metres.tolist()) == ([NOWHERE], [np.inf])


def test_no_place_gives_empty_answers() -> None:
    node, metres = Snapper(grid(2), np.arange(4, dtype=np.int32)).snap([])
    assert (node.shape, metres.shape) == ((0,), (0,))


@pytest.mark.parametrize("seed", range(20))
def test_a_search_that_vehicles_share_finds_what_each_finds_alone(seed: int) -> None:
    """Also where the nearest node of any road is not the vehicle's, or too far away, and when asked again."""
    graph = random_graph(seed, nodes=30)
    draw = np.random.default_rng(seed)
    nodes = np.flatnonzero(draw.random(30) < 0.6).astype(np.int32)
    near = draw.uniform(-0.05, 0.05, size=(12, 2)).tolist()
    points = [LngLat(CENTRE.lng + lng, CENTRE.lat + lat) for lng, lat in near]
    everywhere = Snapper(graph, np.arange(30, dtype=np.int32), limit_m=3000)
    shared = Snapper(graph, nodes, limit_m=3000, everywhere=everywhere)

    node, metres = Snapper(graph, nodes, limit_m=3000).snap(points)

    for found in (shared.snap(points), shared.snap(points)):
        assert found[0].tolist() == node.tolist()
        assert found[1].tolist() == metres.tolist()
    assert everywhere.known(points) is everywhere.known(list(points))
    assert everywhere.known(points)[0].tolist() == everywhere.snap(points)[0].tolist()
