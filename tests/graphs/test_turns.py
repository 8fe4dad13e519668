"""Barred turns: the expanded graph against a search that remembers what it has driven."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from graphs.road import Access, RoadGraph
from graphs.search import Dijkstra, Metric, SearchGraph
from graphs.turns import expanded
from models.units import NEVER
from tests import naive
from tests.factories import Road, random_graph, road_graph

pytestmark = pytest.mark.kernel

BITS = (int(Access.CAR), int(Access.TRUCK), int(Access.CAR | Access.MOTORCYCLE))
RIDERS = (0, int(Access.CAR), int(Access.TRUCK))
Searches = Metric | Dijkstra


def barring(graph: RoadGraph, bans: Iterable[naive.Ban]) -> RoadGraph:
    """Give a graph with barred turns, in the order that it wants them in."""
    bits: dict[tuple[int, ...], int] = {}
    for turn, whom in bans:
        bits[turn] = bits.get(turn, 0) | whom
    turns = sorted(bits)
    return replace(
        graph,
        ban_first=np.cumsum([0, *map(len, turns)], dtype=np.int64),
        ban_arcs=np.array(list(chain.from_iterable(turns)), dtype=np.int32),
        ban_access=np.array([bits[turn] for turn in turns], dtype=np.uint8),
    )


def leaving(graph: RoadGraph, node: int) -> range:
    return range(int(graph.first_out[node]), int(graph.first_out[node + 1]))


def random_bans(graph: RoadGraph, draw: Random) -> list[naive.Ban]:
    """Draw turns of two to four arcs, some that overlap, and some junctions with one way out."""
    bans: list[naive.Ban] = []
    for _ in range(graph.arcs // 4):
        turn = [draw.randrange(graph.arcs)]
        for _ in range(draw.choice([1, 1, 2, 3])):
            turn.append(draw.choice(leaving(graph, int(graph.head[turn[-1]])) or [-1]))
        if -1 in turn:
            continue
        whom = draw.choice(BITS)
        bans.append((tuple(turn), whom))
        if draw.random() < 0.3:  # this way on alone
            others = set(leaving(graph, int(graph.head[turn[-2]]))) - {turn[-1]}
            bans[-1:] = [((*turn[:-1], arc), whom) for arc in sorted(others)]
    return bans


def random_case(seed: int) -> tuple[RoadGraph, list[naive.Ban], NDArray[np.int32]]:
    """Draw a town, its barred turns and the times of its arcs: some nothing, some shut."""
    draw = Random(seed)
    town = random_graph(seed, nodes=12, extra=14)
    bans = random_bans(town, draw)
    times = [draw.choice([0, 1, 1, 2, 5, 9, 30, NEVER]) for _ in range(town.arcs)]
    return barring(town, bans), bans, np.array(times, dtype=np.int32)


def triples(graph: RoadGraph, times: NDArray[np.int32]) -> list[naive.Arc]:
    return list(zip(graph.tail.tolist(), graph.head.tolist(), times.tolist(), strict=True))


def check_all(graph: RoadGraph, bans: list[naive.Ban], search: Searches) -> None:
    """Hold every table entry, distance and way of a search against the search that remembers."""
    arcs, nodes = triples(graph, search.times), np.arange(graph.nodes, dtype=np.int32)
    twin = [naive.bound_dijkstra(arcs, bans, search.turn_bits, source) for source in range(graph.nodes)]
    expected = [[row.get(node, NEVER) for node in range(graph.nodes)] for row in twin]
    assert search.table(nodes, nodes).tolist() == expected
    assert search.table(nodes[::5], nodes).tolist() == expected[::5]
    assert search.table(nodes, nodes[:2]).tolist() == [row[:2] for row in expected]
    for source in range(0, graph.nodes, 4):
        assert search.distances(source).tolist() == expected[source]
        for target in range(graph.nodes):
            check_way(graph, bans, search, (source, target), expected[source][target])


def check_way(
    graph: RoadGraph, bans: list[naive.Ban], search: Searches, ends: tuple[int, int], time: int
) -> None:
    """A way hangs together, takes the time of the table and breaks no ban that binds."""
    way = search.way(*ends)
    assert (way is None) == (time == NEVER)
    if way is None:
        return
    assert int(search.times[way].sum(dtype=np.int64)) == time
    passed = [ends[0], *graph.head[way].tolist()]
    assert passed[:-1] == graph.tail[way].tolist()
    assert passed[-1] == ends[1]
    driven = way.tolist()
    for turn, whom in bans:
        if whom & search.turn_bits:
            assert not any(naive.breaks(driven[: i + 1], turn) for i in range(len(driven)))


@pytest.mark.parametrize("seed", range(120))
def test_every_answer_is_that_of_a_search_that_remembers(seed: int) -> None:
    graph, bans, times = random_case(seed)
    roads, rider = SearchGraph(graph), RIDERS[seed % len(RIDERS)]

    check_all(graph, bans, Metric(roads, times, rider))
    check_all(graph, bans, Dijkstra(roads, times, rider))


@pytest.mark.parametrize("rider", RIDERS)
@pytest.mark.parametrize("seed", range(8))
def test_a_closure_changes_every_copy_of_an_arc(
    seed: int, rider: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphs.search._MANY", 1)  # a partial customisation, however small the town
    graph, bans, times = random_case(seed)
    before = Metric(SearchGraph(graph), times, rider)
    weights = before.customised.w.copy()
    shut = times.copy()
    shut[Random(seed).sample(range(graph.arcs), 6)] = NEVER

    closed = before.changed(shut)
    opened = closed.changed(times)

    check_all(graph, bans, closed)
    assert np.array_equal(closed.customised.w, Metric(before.roads, shut, rider).customised.w)
    assert np.array_equal(opened.customised.w, weights)
    assert np.array_equal(before.customised.w, weights)


@st.composite
def small_cases(draw: st.DrawFn) -> tuple[RoadGraph, list[naive.Ban], NDArray[np.int32]]:
    """Up to six nodes, arcs anywhere between them, turns anywhere among the arcs."""
    nodes = draw(st.integers(2, 6))
    node = st.integers(0, nodes - 1)
    ends = draw(st.lists(st.tuples(node, node).filter(lambda e: e[0] != e[1]), min_size=1, max_size=14))
    points = [(105.9 + 0.01 * i, 29.3 + 0.003 * i * i) for i in range(nodes)]
    graph = road_graph(points, [Road(tail=tail, head=head, both=False) for tail, head in ends])
    pairs = [(a, b) for a in range(graph.arcs) for b in range(graph.arcs) if graph.head[a] == graph.tail[b]]
    turns: list[tuple[int, ...]] = [*pairs]
    turns += [(*pair, b) for pair in pairs for a, b in pairs if a == pair[1]]
    bans = (
        draw(st.lists(st.tuples(st.sampled_from(turns), st.sampled_from(BITS)), max_size=8)) if turns else []
    )
    times = draw(st.lists(st.integers(0, 9) | st.just(NEVER), min_size=graph.arcs, max_size=graph.arcs))
    return barring(graph, bans), bans, np.array(times, dtype=np.int32)


@given(small_cases(), st.sampled_from(RIDERS))
def test_any_small_graph_with_any_bans(
    case: tuple[RoadGraph, list[naive.Ban], NDArray[np.int32]], rider: int
) -> None:
    graph, bans, times = case
    check_all(graph, bans, Metric(SearchGraph(graph), times, rider))


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
    assert np.flatnonzero(turns.leave != turns.enter).tolist() == [0, 3]
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
    assert turns.leave.tolist() == turns.enter.tolist() == list(range(graph.nodes))
    assert turns.road_arc.tolist() == list(range(graph.arcs))
    assert not turns.barred.any()
    assert SearchGraph(graph).turns is turns
    slow = Dijkstra(SearchGraph(graph), times)
    assert np.shares_memory(slow._forward_times, times)  # the times are not held twice


def test_every_road_arc_knows_its_copies() -> None:
    graph, _, _ = random_case(3)
    turns, all_arcs = expanded(graph), np.arange(graph.arcs, dtype=np.int32)
    for arc in range(graph.arcs):
        assert turns.copies_of(all_arcs[[arc]]).tolist() == np.flatnonzero(turns.road_arc == arc).tolist()
    assert turns.copies_of(all_arcs).size == int((turns.road_arc >= 0).sum())
    free = turns.copies_of(all_arcs, int(Access.CAR))
    assert not (turns.barred[free] & int(Access.CAR)).any()
    assert free.size < int((turns.road_arc >= 0).sum())
