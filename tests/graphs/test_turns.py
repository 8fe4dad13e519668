"""Barred turns built into the graph, by hand; `test_agreement` holds them against searches that remember."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from graphs.road import Access, RoadGraph
from graphs.search import Dijkstra, Metric, SearchGraph
from graphs.turns import expanded
from models.units import NEVER
from tests.factories import Road, random_graph, road_graph
from tests.graphs.towns import barring, town

pytestmark = pytest.mark.kernel


def crossing() -> RoadGraph:
    """Four arms of one crossing, node 0 in the middle: 1 west, 2 north, 3 east, 4 south; 2 and 3 are joined."""
    points = [(105.90, 29.30), (105.89, 29.30), (105.90, 29.31), (105.91, 29.30), (105.90, 29.29)]
    return road_graph(points, [*(Road(tail=0, head=arm) for arm in (1, 2, 3, 4)), Road(tail=2, head=3)])


def arcs_through(graph: RoadGraph, *nodes: int) -> tuple[int, ...]:
    """Name the arcs along some nodes."""
    ends = list(zip(graph.tail.tolist(), graph.head.tolist(), strict=True))
    return tuple(ends.index(pair) for pair in pairwise(nodes))


def test_who_is_bound_drives_round_and_who_is_exempt_does_not() -> None:
    plain = crossing()
    left = arcs_through(plain, 1, 0, 2)
    graph = barring(plain, [(left, int(Access.TRUCK))])
    roads, times = SearchGraph(graph), np.full(graph.arcs, 10, dtype=np.int32)
    truck, engine = Metric(roads, times, int(Access.TRUCK)), Metric(roads, times)

    assert engine.way(1, 2).tolist() == list(left)  # type: ignore[union-attr]
    assert truck.way(1, 2).tolist() == list(arcs_through(graph, 1, 0, 3, 2))  # type: ignore[union-attr]
    assert (int(engine.distances(1)[2]), int(truck.distances(1)[2])) == (20, 30)
    assert int(truck.distances(0)[2]) == int(truck.distances(4)[2]) - 10 == 10  # others turn as before


def test_one_who_starts_at_the_junction_has_made_no_turn() -> None:
    plain = crossing()
    graph = barring(plain, [(arcs_through(plain, arm, 0, 2), int(Access.CAR)) for arm in (1, 3, 4)])
    metric = Metric(SearchGraph(graph), np.full(graph.arcs, 10, dtype=np.int32), int(Access.CAR))

    assert metric.distances(0).tolist() == [0, 10, 10, 10, 10]


def test_a_node_is_copied_once_for_each_beginning_of_a_barred_turn() -> None:
    plain = crossing()
    west = arcs_through(plain, 1, 0, 2)
    long = arcs_through(plain, 1, 0, 3, 2)
    turns = expanded(barring(plain, [(west, 4), (long, 1)]))

    # two copies, (1 0) and (1 0 3), and the two arrivals at 0 and 3
    assert turns.nodes == plain.nodes + 2 + 2
    assert np.flatnonzero(turns.leave != np.arange(plain.nodes)).tolist() == [0, 3]
    # the copies repeat the arcs of their nodes; each has a step to its arrival, as 0 and 3 have
    assert turns.tail.size == plain.arcs + 4 + 2 + 4
    assert sorted(turns.barred[turns.barred > 0].tolist()) == [1, 4]
    assert set(turns.road_arc[turns.barred > 0].tolist()) == {west[-1], long[-1]}


def test_a_turn_inside_a_longer_one_binds_too() -> None:
    plain = crossing()
    inner, outer = arcs_through(plain, 0, 3, 2), arcs_through(plain, 1, 0, 3, 0)
    graph = barring(plain, [(inner, int(Access.CAR)), (outer, int(Access.CAR))])
    times = np.full(graph.arcs, 10, dtype=np.int32)
    times[list(arcs_through(plain, 0, 2))] = NEVER
    metric = Metric(SearchGraph(graph), times, int(Access.CAR))

    assert int(metric.distances(1)[2]) == NEVER
    assert int(Metric(SearchGraph(graph), times).distances(1)[2]) == 30


def test_without_barred_turns_the_search_graph_is_the_road_itself() -> None:
    graph = random_graph(1)
    turns = expanded(graph)
    times = np.ones(graph.arcs, dtype=np.int32)

    assert turns.tail is graph.tail
    assert turns.head is graph.head
    assert turns.first_out is graph.first_out
    assert turns.times(times, 255) is times
    assert turns.leave.tolist() == list(range(graph.nodes))
    assert turns.road_arc.tolist() == list(range(graph.arcs))
    assert not turns.barred.any()
    assert SearchGraph(graph).turns is turns
    slow = Dijkstra(SearchGraph(graph), times)
    assert np.shares_memory(slow._forward_times, times)  # the times are not held twice


def test_every_road_arc_knows_its_copies() -> None:
    graph = town(3).graph
    turns, all_arcs = expanded(graph), np.arange(graph.arcs, dtype=np.int32)
    for arc in range(graph.arcs):
        assert turns.copies_of(all_arcs[[arc]]).tolist() == np.flatnonzero(turns.road_arc == arc).tolist()
    assert turns.copies_of(all_arcs).size == int((turns.road_arc >= 0).sum())
    free = turns.copies_of(all_arcs, int(Access.CAR))
    assert not (turns.barred[free] & int(Access.CAR)).any()
    assert free.size < int((turns.road_arc >= 0).sum())
