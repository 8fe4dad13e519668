"""The hierarchy on real and generated maps: beside Dijkstra's search, with closures, and stored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from graphs.cch import Metric, Query, Topology
from graphs.files import read_graph, write_graph
from graphs.links import assemble
from graphs.order import keep_order, nested_dissection, order_of, undirected
from graphs.osm import read_pbf
from graphs.profiles import arc_times, profile
from graphs.road import Mark, RoadGraph
from graphs.search import Dijkstra, SearchGraph, topology
from models.errors import InputError
from models.units import NEVER
from tests.factories import random_graph


@pytest.fixture(scope="module", params=["liechtenstein", "porto"])
def country(request: pytest.FixtureRequest, shared: Path) -> RoadGraph:
    return assemble(read_pbf(shared / "osm" / f"{request.param}.osm.pbf"))


def some(graph: RoadGraph, count: int, seed: int) -> NDArray[np.int32]:
    return np.random.default_rng(seed).integers(0, graph.nodes, count).astype(np.int32)


@pytest.mark.slow
def test_a_real_country_agrees_with_dijkstra_whatever_is_shut(country: RoadGraph) -> None:
    """Bridges are shut and opened again: every time changes together, and comes back to the bit."""
    times = arc_times(country, profile("fire_engine"))
    hierarchy = topology(country)
    metric, query = Metric(hierarchy, times), Query(hierarchy)
    before = metric.w.copy()
    starts, ends = some(country, 40, 1), some(country, 25, 2)
    bridges = np.flatnonzero(country.marks & Mark.BRIDGE)[::3].astype(np.int32)
    shut = times.copy()
    shut[bridges] = NEVER

    agrees(country, times, metric, query, starts, ends)
    query.update(metric, bridges, shut[bridges])
    agrees(country, shut, metric, query, starts, ends)
    assert np.array_equal(metric.w, Metric(hierarchy, shut).w)
    query.update(metric, bridges, times[bridges])
    assert np.array_equal(metric.w, before)


def agrees(
    country: RoadGraph,
    times: NDArray[np.int32],
    metric: Metric,
    query: Query,
    starts: NDArray[np.int32],
    ends: NDArray[np.int32],
) -> None:
    """Compare table, one to all, and the sums of some ways."""
    slow = Dijkstra(SearchGraph(country), times)
    table = query.table(metric, starts, ends)
    assert np.array_equal(table, slow.table(starts, ends))
    assert np.array_equal(query.distances(metric, int(starts[0])), slow.distances(int(starts[0])))
    for row, column in np.ndindex(8, 8):
        way = query.way(metric, int(starts[row]), int(ends[column]))
        assert (NEVER if way is None else times[way].sum(dtype=np.int64)) == table[row, column]


@pytest.mark.parametrize("seed", range(4))
def test_no_detour_is_shorter(seed: int) -> None:
    graph = random_graph(seed)
    metric = Metric(topology(graph), np.random.default_rng(seed).integers(0, 60, graph.arcs).astype(np.int32))
    nodes = np.arange(graph.nodes, dtype=np.int32)
    table = Query(metric.topology).table(metric, nodes, nodes).astype(np.int64)

    for middle in range(graph.nodes):
        detour = table[:, middle, None] + table[middle]
        assert (table <= np.where(detour < NEVER, detour, NEVER)).all()


def test_a_map_is_read_with_the_order_it_was_written_with(tmp_path: Path) -> None:
    graph = random_graph(4)
    write_graph(graph, tmp_path / "a.roads.npz")

    again = read_graph(tmp_path / "a.roads.npz")

    assert vars(again)["_order"].tolist() == order_of(graph).tolist()
    assert topology(again).order.tolist() == topology(graph).order.tolist()


def test_the_order_is_the_same_in_every_run() -> None:
    graph = random_graph(5)
    first = nested_dissection(*undirected(graph.nodes, graph.tail, graph.head))

    assert first.tolist() == nested_dissection(*undirected(graph.nodes, graph.tail, graph.head)).tolist()
    assert sorted(first.tolist()) == list(range(graph.nodes))


def test_the_order_of_another_map_is_refused() -> None:
    graph = random_graph(6)

    with pytest.raises(InputError, match=f"not one of the {graph.nodes} nodes of this map; build it again"):
        keep_order(graph, order_of(graph)[1:])


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        ([1, 2], "one time for each of the 3 arcs, got 2"),
        ([1, -2, 3], "must not be below 0 deciseconds, got -2"),
    ],
)
def test_bad_times_are_refused(times: list[int], sentence: str) -> None:
    ends = np.array([0, 1, 2], dtype=np.int32)
    hierarchy = Topology(3, ends, ends[[1, 2, 0]])

    with pytest.raises(InputError, match=sentence):
        Metric(hierarchy, np.array(times, dtype=np.int32))
