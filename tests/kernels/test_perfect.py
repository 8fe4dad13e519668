"""Perfect customisation: true times between the ends of every arc, and what may be dropped."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from numba import config

from graphs.cch import Metric, Query, Topology
from kernels import perfect
from kernels.jit import NEVER
from tests import naive
from tests.kernels.cases import Case, cases, sealed

pytestmark = pytest.mark.kernel
calm = settings(deadline=None, max_examples=30 if config.DISABLE_JIT else 150)  # type: ignore[attr-defined]


def by_twin(case: Case) -> list[list[int]]:
    """Give the times from every node to every node."""
    return [
        [found.time.get(v, NEVER) for v in range(case.nodes)]
        for found in (naive.dijkstra(case.arcs, source) for source in range(case.nodes))
    ]


@given(case=cases())
@calm
def test_every_arc_gets_the_true_time_between_its_ends(case: Case) -> None:
    metric = Metric(Topology(case.nodes, case.tail, case.head), case.time)
    h, twin = metric.topology.arrays, by_twin(case)
    best, kept = np.empty_like(metric.w), np.empty(metric.w.size, dtype=np.bool_)

    perfect.perfect(h, metric.w, best, kept)

    for arc in range(h.head.size):
        low, high = h.node[h.tail[arc]], h.node[h.head[arc]]
        assert best[2 * arc] == twin[low][high]
        assert best[2 * arc + 1] == twin[high][low]
    assert (metric.w[kept] == best[kept]).all()
    assert (metric.w[kept] < NEVER).all()


@given(case=cases())
@calm
def test_what_is_left_answers_as_the_whole_does(case: Case) -> None:
    topology = Topology(case.nodes, case.tail, case.head)
    thin, query = Metric(topology, case.time).perfect(), Query(topology)
    nodes, twin = sealed(range(case.nodes)), by_twin(case)

    assert query.table(thin, nodes, nodes).tolist() == twin
    assert query.table_from(thin, topology.selection(nodes), nodes).tolist() == twin
    assert [query.distances(thin, v).tolist() for v in range(case.nodes)] == twin
    for v in range(case.nodes):
        assert query.table(thin, sealed([v]), nodes).tolist() == [twin[v]]
        assert query.table(thin, nodes, sealed([v]))[:, 0].tolist() == [row[v] for row in twin]
        assert query.pairs(thin, np.full(case.nodes, v, dtype=np.int32), nodes).tolist() == twin[v]


def test_a_detour_and_one_of_two_equal_ways_are_dropped() -> None:
    """Nodes in the order 0, 1, 2: the arc from 0 to 2 takes what the way by 1 takes, that back takes longer."""
    arcs = ((0, 1, 2), (0, 2, 5), (1, 0, 2), (1, 2, 3), (2, 0, 6), (2, 1, 3))
    case = Case(3, arcs)
    topology = Topology(3, case.tail, case.head, sealed([0, 1, 2]))

    thin = Metric(topology, case.time).perfect()

    assert topology.arcs == 3
    assert thin.arcs == (2, 2)
    assert thin.rising(0).time.tolist() == [2, 3]
    assert thin.rising(1).time.tolist() == [2, 3]


def test_what_was_thinned_out_keeps_its_times_when_the_metric_changes() -> None:
    case = Case(4, ((0, 1, 3), (1, 2, 4), (2, 3, 5), (3, 0, 6)))
    topology = Topology(case.nodes, case.tail, case.head)
    metric, query, nodes = Metric(topology, case.time), Query(topology), sealed(range(4))
    thin, before = metric.perfect(), query.table(metric, nodes, nodes)

    query.update(metric, sealed([1]), sealed([NEVER]))

    assert query.table(thin, nodes, nodes).tolist() == before.tolist()
    assert query.table(metric, nodes, nodes).tolist() != before.tolist()
    assert query.table(metric.perfect(), nodes, nodes).tolist() == query.table(metric, nodes, nodes).tolist()


def test_gathered_arcs_are_kept_for_the_last_selections_only() -> None:
    case = Case(4, ((0, 1, 3), (1, 2, 4), (2, 3, 5), (3, 0, 6)))
    topology = Topology(case.nodes, case.tail, case.head)
    thin = Metric(topology, case.time).perfect()
    kept = [topology.selection(sealed([v % 4])) for v in range(20)]
    first = thin.falling(kept[0], 0)

    assert thin.falling(kept[0], 0) is first
    assert thin.falling(kept[0], 1) is not first
    for selection in kept:
        thin.falling(selection, 0)
    assert thin.falling(kept[0], 0) is not first
    assert len(thin._falling) <= 8
