"""The contraction hierarchy against its naive twin: every time, every way, every update."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import config
from numpy.typing import NDArray

from graphs.cch import Metric, Query, Topology
from kernels.heap import TAKEN
from kernels.jit import NEVER
from tests import naive
from tests.kernels.cases import TIMES, Case, cases, sealed

pytestmark = pytest.mark.kernel
calm = settings(deadline=None, max_examples=30 if config.DISABLE_JIT else 150)  # type: ignore[attr-defined]


def built(case: Case) -> tuple[Topology, Metric, Query]:
    topology = Topology(case.nodes, case.tail, case.head)
    return topology, Metric(topology, case.time), Query(topology)


def everyone(case: Case) -> NDArray[np.int32]:
    return np.arange(case.nodes, dtype=np.int32)


def by_twin(case: Case, times: NDArray[np.int32] | None = None) -> list[list[int]]:
    """Give the times from every node to every node."""
    used = case.time if times is None else times
    arcs = [(tail, head, time) for (tail, head, _), time in zip(case.arcs, used.tolist(), strict=True)]
    return [
        [found.time.get(v, NEVER) for v in range(case.nodes)]
        for found in (naive.dijkstra(arcs, source) for source in range(case.nodes))
    ]


@given(case=cases())
@calm
def test_every_face_gives_the_times_of_the_twin(case: Case) -> None:
    topology, metric, query = built(case)
    nodes = everyone(case)
    twin = by_twin(case)

    assert query.table(metric, nodes, nodes).tolist() == twin
    assert [query.distances(metric, v).tolist() for v in range(case.nodes)] == twin
    assert query.table_from(metric, topology.selection(nodes), nodes).tolist() == twin
    for v in range(case.nodes):
        one = sealed([v])
        assert query.table(metric, one, nodes).tolist() == [twin[v]]
        assert query.table(metric, nodes, one)[:, 0].tolist() == [row[v] for row in twin]
        assert query.pairs(metric, np.full(case.nodes, v, dtype=np.int32), nodes).tolist() == twin[v]


@given(case=cases(), data=st.data())
@calm
def test_a_table_of_any_nodes_in_any_order_with_repeats(case: Case, data: st.DataObject) -> None:
    _, metric, query = built(case)
    some = st.lists(st.integers(0, case.nodes - 1), min_size=0, max_size=70)
    sources, targets = data.draw(some), data.draw(some)
    twin = by_twin(case)

    table = query.table(metric, sealed(sources), sealed(targets))

    assert table.tolist() == [[twin[s][t] for t in targets] for s in sources]
    assert table.shape == (len(sources), len(targets))


@given(case=cases())
@calm
def test_a_way_is_driven_arc_by_arc_takes_the_time_of_the_table_and_passes_no_node_twice(case: Case) -> None:
    _, metric, query = built(case)
    twin = by_twin(case)

    for source in range(case.nodes):
        for target in range(case.nodes):
            way = query.way(metric, source, target)
            assert (way is None) == (twin[source][target] == NEVER)
            if way is not None:
                nodes = [source, *case.head[way].tolist()]
                assert nodes[:-1] == case.tail[way].tolist()
                assert nodes[-1] == target
                assert len(set(nodes)) == len(nodes)
                assert int(case.time[way].sum(dtype=np.int64)) == twin[source][target]


@given(case=cases(), data=st.data())
@calm
def test_an_update_gives_to_the_bit_what_is_made_anew_and_back_again(case: Case, data: st.DataObject) -> None:
    topology, metric, query = built(case)
    before = metric.w.copy()
    arcs = data.draw(st.lists(st.integers(0, max(0, len(case.arcs) - 1)), max_size=6, unique=True))
    arcs = arcs if case.arcs else []
    new = data.draw(st.lists(TIMES, min_size=len(arcs), max_size=len(arcs)))
    times = case.time.copy()
    times[arcs] = new

    seen = query.update(metric, sealed(arcs), sealed(new))

    assert 0 <= seen <= topology.arcs
    assert metric.w.tolist() == Metric(topology, times).w.tolist()
    assert query.table(metric, everyone(case), everyone(case)).tolist() == by_twin(case, times)
    assert (query._place == TAKEN).all()
    query.update(metric, sealed(arcs), sealed(case.time[arcs].tolist()))
    assert metric.w.tolist() == before.tolist()


@given(case=cases(), data=st.data())
@calm
def test_an_update_too_large_for_its_memory_customises_in_full(case: Case, data: st.DataObject) -> None:
    topology, metric, query = built(case)
    query._heap = np.empty(1, dtype=np.int64)
    times = sealed(data.draw(st.lists(TIMES, min_size=len(case.arcs), max_size=len(case.arcs))))

    seen = query.update(metric, np.arange(len(case.arcs), dtype=np.int32), times)

    assert seen <= topology.arcs
    assert metric.w.tolist() == Metric(topology, times).w.tolist()
    assert (query._place == TAKEN).all()


@given(case=cases())
@calm
def test_customised_times_are_those_of_a_way_and_no_lower_triangle_is_quicker(case: Case) -> None:
    topology, metric, _ = built(case)
    h, w = topology.arrays, metric.w.astype(np.int64)
    twin = by_twin(case)
    found = 0
    for v in range(case.nodes):
        arcs = range(h.up_first[v], h.up_first[v + 1])
        for i in arcs:
            a, b = h.node[v], h.node[h.head[i]]
            assert w[2 * i] >= twin[a][b]
            assert w[2 * i + 1] >= twin[b][a]
            for j in range(i + 1, h.up_first[v + 1]):
                k = h.tri[found]
                assert (h.tail[k], h.head[k]) == (h.head[i], h.head[j])
                assert w[2 * k] <= w[2 * i + 1] + w[2 * j]
                assert w[2 * k + 1] <= w[2 * j + 1] + w[2 * i]
                found += 1
    assert found == h.tri.size


@given(case=cases())
@calm
def test_ranks_are_a_postorder_and_arcs_lead_to_ancestors(case: Case) -> None:
    h = Topology(case.nodes, case.tail, case.head).arrays
    assert h.node[h.rank].tolist() == list(range(case.nodes))
    size = [1] * case.nodes
    for v in range(case.nodes):
        heads = h.head[h.up_first[v] : h.up_first[v + 1]].tolist()
        assert heads == sorted(set(heads))
        assert h.parent[v] == min(heads, default=-1)
        if heads:
            size[h.parent[v]] += size[v]
    for v in range(case.nodes):
        below = range(v - size[v] + 1, v)
        assert all(h.parent[u] in range(u + 1, v + 1) for u in below)


def test_an_order_given_again_gives_the_same_hierarchy() -> None:
    case = Case(6, ((0, 1, 1), (1, 2, 1), (2, 3, 1), (3, 4, 1), (4, 5, 1), (5, 0, 1)))
    first = Topology(case.nodes, case.tail, case.head)

    again = Topology(case.nodes, case.tail, case.head, first.order)

    assert [array.tolist() for array in first.arrays] == [array.tolist() for array in again.arrays]


def test_nothing_lasts_from_one_question_to_the_next() -> None:
    case = Case(5, ((0, 1, 3), (1, 2, 4), (2, 0, 0), (3, 4, 1)))
    _, metric, query = built(case)
    nodes = everyone(case)
    first = query.table(metric, nodes, nodes).tolist()

    for v in range(case.nodes):
        query.distances(metric, v)
        query.way(metric, v, 0)
        query.table(metric, nodes[:2], nodes)

    assert query.table(metric, nodes, nodes).tolist() == first
    assert (query._climb.up == NEVER).all()
    assert (query._climb.down == NEVER).all()
    assert (query._climb.spot == -1).all()


@given(case=cases(), data=st.data())
@calm
def test_after_every_step_of_closing_and_opening_all_is_as_made_anew(case: Case, data: st.DataObject) -> None:
    """Roads are shut, slowed and opened again in any order, one metric lives through it all."""
    topology, metric, query = built(case)
    times = case.time.copy()
    arc = st.integers(0, max(0, len(case.arcs) - 1))
    for _ in range(data.draw(st.integers(0, 5))):
        arcs = sealed(data.draw(st.lists(arc, max_size=5, unique=True)) if case.arcs else [])
        kind = data.draw(st.sampled_from(["shut", "open", "slow"]))
        new = {
            "shut": np.full(arcs.size, NEVER),
            "open": case.time[arcs],
            "slow": np.minimum(times[arcs].astype(np.int64) * 3, NEVER),
        }
        times[arcs] = new[kind]

        if data.draw(st.booleans()):
            query.update(metric, arcs, times[arcs])
        else:
            query.replace(metric, arcs, sealed(times.tolist()))

        assert metric.w.tolist() == Metric(topology, times).w.tolist()
        assert metric.times.tolist() == times.tolist()
    assert query.table(metric.perfect(), everyone(case), everyone(case)).tolist() == by_twin(case, times)


@given(case=cases())
@calm
def test_ways_of_many_pairs_are_those_of_single_ones(case: Case) -> None:
    _, metric, query = built(case)
    starts, ends = (
        np.array(np.meshgrid(everyone(case), everyone(case))[k].ravel(), dtype=np.int32) for k in (0, 1)
    )

    found = query.ways(metric, starts, ends)

    assert found.first[-1] == found.arcs.size
    for p in range(starts.size):
        one = query.way(metric, int(starts[p]), int(ends[p]))
        assert found.reached[p] == (one is not None)
        assert found.arcs[found.first[p] : found.first[p + 1]].tolist() == (
            [] if one is None else one.tolist()
        )


def test_ways_longer_than_the_room_at_first_find_more() -> None:
    ends = np.arange(300, dtype=np.int32)
    topology = Topology(300, ends[:-1], ends[1:])
    metric, query = Metric(topology, np.ones(299, dtype=np.int32)), Query(topology)
    starts, goals = np.zeros(50, dtype=np.int32), np.full(50, 299, dtype=np.int32)

    found = query.ways(metric, starts, goals)

    assert found.reached.all()
    assert found.arcs.reshape(50, 299).tolist() == [list(range(299))] * 50
