"""The turn restrictions of Porto: a relief truck obeys them, a fire engine on an urgent task need not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from graphs.links import assemble
from graphs.osm import read_pbf
from graphs.profiles import Profile, arc_times, profile
from graphs.road import Access, Mark, RoadGraph
from graphs.search import Dijkstra, Metric, SearchGraph
from models.units import NEVER
from tests import naive

pytestmark = pytest.mark.slow

TURNS = [[161123877, 161124182], [351525662, 166972993, 166973017]]
"""Ways of two turns that OpenStreetMap bars: one at a node, one over a way between."""


@pytest.fixture(scope="module")
def porto(shared: Path) -> RoadGraph:
    return assemble(read_pbf(shared / "osm" / "porto.osm.pbf"))


@pytest.fixture(scope="module")
def truck(porto: RoadGraph) -> Metric:
    return metric(porto, profile("relief_truck"))


@pytest.fixture(scope="module")
def engine(porto: RoadGraph) -> Metric:
    return metric(porto, profile("fire_engine"))


def metric(graph: RoadGraph, rider: Profile) -> Metric:
    return Metric(SearchGraph(graph), arc_times(graph, rider), rider.turn_bits)


def bans_of(graph: RoadGraph) -> list[naive.Ban]:
    return list(zip(graph.ban_sequences, graph.ban_access.tolist(), strict=True))


def judged(search: Metric, source: int, target: int, turn_bits: int) -> int:
    """Time by the search that remembers, on the roads within two kilometres."""
    graph = search.roads.graph
    near = np.hypot((graph.lng - graph.lng[source]) * 0.75, graph.lat - graph.lat[source]) < 0.018
    kept = np.flatnonzero(near[graph.tail] & near[graph.head] & (search.times < NEVER)).tolist()
    number = {arc: i for i, arc in enumerate(kept)}
    arcs = [(int(graph.tail[arc]), int(graph.head[arc]), int(search.times[arc])) for arc in kept]
    bans: list[naive.Ban] = [
        (tuple(number[arc] for arc in turn), bits)
        for turn, bits in bans_of(graph)
        if all(arc in number for arc in turn)
    ]
    return naive.bound_dijkstra(arcs, bans, turn_bits, source)[target]


@pytest.mark.parametrize("ways", TURNS, ids=["at a node", "over a way"])
def test_a_barred_turn_is_driven_by_a_fire_engine_and_not_by_a_truck(
    porto: RoadGraph, truck: Metric, engine: Metric, ways: list[int]
) -> None:
    (turn,) = (each for each in porto.ban_sequences if porto.way[list(each)].tolist() == ways)
    source, target = int(porto.tail[turn[0]]), int(porto.head[turn[-1]])

    for search, driven in ((engine, True), (truck, False)):
        way = search.way(source, target)
        assert way is not None
        assert (tuple(way.tolist()) == turn) is driven
        time = int(search.times[way].sum(dtype=np.int64))
        assert time == judged(search, source, target, search.turn_bits)
        assert time == int(search.distances(source)[target])
    exempt = Metric(truck.roads, truck.times)
    assert int(exempt.distances(source)[target]) == int(truck.times[list(turn)].sum())
    assert int(exempt.distances(source)[target]) == judged(truck, source, target, 0)
    assert int(exempt.distances(source)[target]) < int(truck.distances(source)[target])


def some(graph: RoadGraph, count: int, seed: int) -> NDArray[np.int32]:
    return np.random.default_rng(seed).integers(0, graph.nodes, count).astype(np.int32)


def test_no_way_of_a_truck_holds_a_turn_that_is_barred_to_it(porto: RoadGraph, truck: Metric) -> None:
    barred = [turn for turn, bits in bans_of(porto) if bits & int(Access.TRUCK)]
    ending: dict[int, list[tuple[int, ...]]] = {}
    for turn in barred:
        ending.setdefault(turn[-1], []).append(turn)
    exempt = Metric(truck.roads, truck.times)
    starts, ends = some(porto, 1500, 3), some(porto, 1500, 4)
    longer = 0
    for source, target in zip(starts.tolist(), ends.tolist(), strict=True):
        way, free = truck.way(source, target), exempt.way(source, target)
        if way is None or free is None:
            continue
        driven = way.tolist()
        for i, arc in enumerate(driven):
            assert not any(naive.breaks(driven[: i + 1], turn) for turn in ending.get(arc, ()))
        longer += int(truck.times[way].sum() > truck.times[free].sum())
    assert longer > 20  # the turns that are barred matter


def test_hierarchy_and_dijkstra_agree_with_bridges_open_and_shut(
    porto: RoadGraph, truck: Metric, engine: Metric
) -> None:
    starts, ends = some(porto, 12, 1), some(porto, 25, 2)
    bridges = np.flatnonzero(porto.marks & Mark.BRIDGE)[::20]
    for search in (truck, engine):
        times = search.times
        shut = times.copy()
        shut[bridges] = NEVER
        before = search.table(starts, ends)
        closed = search.changed(shut)
        slow = Dijkstra(search.roads, shut, search.turn_bits)
        assert np.array_equal(before, Dijkstra(search.roads, times, search.turn_bits).table(starts, ends))
        assert np.array_equal(closed.table(starts, ends), slow.table(starts, ends))
        assert np.array_equal(closed.distances(int(starts[0])), slow.distances(int(starts[0])))
        assert np.array_equal(closed.customised.w, Metric(search.roads, shut, search.turn_bits).customised.w)
        assert np.array_equal(closed.changed(times).table(starts, ends), before)
        assert not np.array_equal(closed.table(starts, ends), before)
