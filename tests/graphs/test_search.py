"""The face of the search kernels."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from graphs.search import Dijkstra, Metric, SearchGraph
from models.units import NEVER
from tests import naive
from tests.factories import Road, random_graph, road_graph

pytestmark = pytest.mark.kernel


@pytest.mark.parametrize("seed", range(5))
def test_the_graph_turned_round_has_every_arc_the_other_way(seed: int) -> None:
    graph = random_graph(seed)
    roads = SearchGraph(graph)
    back = roads.backward
    from_node = np.repeat(np.arange(graph.nodes), np.diff(back.first_out))

    assert sorted(back.arc.tolist()) == list(range(graph.arcs))
    assert from_node.tolist() == graph.head[back.arc].tolist()
    assert back.head.tolist() == graph.tail[back.arc].tolist()


@pytest.mark.parametrize("seed", range(5))
def test_times_and_ways_are_those_of_the_twin(seed: int) -> None:
    graph = random_graph(seed)
    times = np.random.default_rng(seed).integers(1, 50, graph.arcs).astype(np.int32)
    times[::7] = NEVER
    metric, plain = Metric(SearchGraph(graph), times), Dijkstra(SearchGraph(graph), times)
    arcs = list(zip(graph.tail.tolist(), graph.head.tolist(), times.tolist(), strict=True))

    for source in range(0, graph.nodes, 9):
        twin = naive.dijkstra(arcs, source)
        assert metric.distances(source).tolist() == [twin.time.get(v, NEVER) for v in range(graph.nodes)]
        for target in range(0, graph.nodes, 7):
            way = metric.way(source, target)
            reached = twin.time.get(target)
            assert (way is None) == (reached is None)
            if way is not None:
                assert times[way].sum() == reached
                nodes = [source, *graph.head[way].tolist()]
                assert nodes[:-1] == graph.tail[way].tolist()
                assert nodes[-1] == target
                assert len(set(nodes)) == len(nodes)
                slow = plain.way(source, target)
                assert slow is not None
                assert slow.tolist() == naive.way(arcs, twin, target)


def test_distances_stop_at_the_limit() -> None:
    graph = road_graph([(0.0, 0.0), (0.01, 0.0), (0.02, 0.0)], [Road(tail=0, head=1), Road(tail=1, head=2)])
    metric = Metric(SearchGraph(graph), np.full(graph.arcs, 5, dtype=np.int32))

    assert metric.distances(0, 9).tolist() == [0, 5, NEVER]
    assert metric.distances(0, 10).tolist() == [0, 5, 10]


def test_a_table_may_name_a_node_twice_and_out_of_order() -> None:
    metric = Metric(SearchGraph(random_graph(3)), np.full(random_graph(3).arcs, 2, dtype=np.int32))
    sources = np.array([5, 1, 5], dtype=np.int32)
    targets = np.array([9, 9, 0, 3], dtype=np.int32)

    table = metric.table(sources, targets)

    slow = Dijkstra(metric.roads, metric.times)
    assert table.tolist() == slow.table(sources, targets).tolist()
    assert table.tolist() == [metric.distances(s)[targets].tolist() for s in sources]
    assert table.tolist() == [slow.distances(s)[targets].tolist() for s in sources]
    assert table.flags.c_contiguous


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("count", [1, 2000])
def test_other_times_give_what_a_new_metric_gives(
    seed: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few arcs are brought up to date one by one, many by customising in full."""
    monkeypatch.setattr("graphs.search._MANY", 10)
    graph = random_graph(seed)
    draw = np.random.default_rng(seed)
    times = draw.integers(1, 50, graph.arcs).astype(np.int32)
    before = Metric(SearchGraph(graph), times)
    first = before.distances(0).tolist()
    shut = times.copy()
    shut[draw.integers(0, graph.arcs, count)] = NEVER

    closed = before.changed(shut)
    opened = closed.changed(times)

    assert closed.distances(0).tolist() == Dijkstra(before.roads, shut).distances(0).tolist()
    assert opened.distances(0).tolist() == before.distances(0).tolist() == first
    assert np.array_equal(opened.customised.w, before.customised.w)


def test_one_map_is_contracted_once() -> None:
    graph = random_graph(1)

    assert SearchGraph(graph).topology is SearchGraph(graph).topology


def test_each_thread_has_its_own_working_memory() -> None:
    graph = random_graph(2)
    metric = Metric(SearchGraph(graph), np.full(graph.arcs, 3, dtype=np.int32))
    nodes = np.arange(graph.nodes, dtype=np.int32)
    alone = metric.table(nodes, nodes)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: (metric.table(nodes, nodes), id(metric.roads.query)), range(40)))

    assert all(np.array_equal(table, alone) for table, _ in found)
    assert id(metric.roads.query) not in {query for _, query in found}
