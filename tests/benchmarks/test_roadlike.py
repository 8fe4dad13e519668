from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from benchmarks.roadlike import RoadLike, road_like
from graphs.cch import Topology
from graphs.sphere import arc_m, on_sphere
from models.errors import InputError


@pytest.fixture(scope="module")
def roads() -> RoadLike:
    return road_like(10_000)


def test_the_number_of_nodes_is_met_within_some_percent(roads: RoadLike) -> None:
    assert abs(roads.nodes - 10_000) <= 500


def test_the_same_seed_draws_the_same_network(roads: RoadLike) -> None:
    again = road_like(10_000)
    for name in ("tail", "head", "times", "lng", "lat"):
        assert np.array_equal(getattr(again, name), getattr(roads, name))


def test_another_seed_draws_another_network(roads: RoadLike) -> None:
    assert not np.array_equal(road_like(10_000, seed=2).times, roads.times)


def test_every_node_reaches_every_other(roads: RoadLike) -> None:
    shape = (roads.nodes, roads.nodes)
    matrix = csr_array((np.ones(roads.tail.size), (roads.tail, roads.head)), shape=shape)
    assert connected_components(matrix, connection="strong")[0] == 1


def test_there_are_as_many_arcs_for_a_node_as_in_real_extracts(roads: RoadLike) -> None:
    assert 2.2 <= roads.tail.size / roads.nodes <= 3.0


def test_some_streets_are_one_way_and_most_are_not(roads: RoadLike) -> None:
    arcs = set(zip(roads.tail.tolist(), roads.head.tolist(), strict=True))
    one_way = sum((head, tail) not in arcs for tail, head in arcs)
    assert 0.02 < one_way / len(arcs) < 0.2


def test_places_are_true_no_arc_is_faster_than_the_fastest_road(roads: RoadLike) -> None:
    ends = on_sphere(roads.lng, roads.lat)
    metres = arc_m(np.linalg.norm(ends[roads.tail] - ends[roads.head], axis=1))
    kmh = metres / (roads.times + 0.5) * 36
    assert 15 < np.median(kmh) < 60
    assert kmh.max() < 110 * 1.25


def test_arrays_have_the_types_of_a_road_graph(roads: RoadLike) -> None:
    assert {each.dtype for each in (roads.tail, roads.head, roads.times)} == {np.dtype(np.int32)}
    assert roads.times.min() >= 1


@pytest.mark.parametrize("nodes", [999, 4_000_001])
def test_a_size_out_of_range_is_refused(nodes: int) -> None:
    with pytest.raises(InputError, match=f"1000 to 4000000 nodes, got {nodes}"):
        road_like(nodes)


def test_separators_are_small_as_in_real_road_networks(roads: RoadLike) -> None:
    topology = Topology(roads.nodes, roads.tail, roads.head)
    assert 2.5 < topology.arcs / roads.nodes < 5.0
    assert topology.arrays.tri.size / roads.nodes < 40
