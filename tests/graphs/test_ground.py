"""What outlives a question."""

from __future__ import annotations

import numpy as np

from graphs.closures import apply_closures
from graphs.ground import KEPT_METRICS, KEPT_PLACES, Ground
from graphs.profiles import profile
from graphs.road import RoadClass, RoadGraph
from graphs.search import SearchGraph
from graphs.snap import Snapper
from graphs.traffic import FREE_FLOW, Slot
from models.crs import LngLat
from models.request import Closure
from tests.factories import CENTRE, grid, random_graph


def ground(graph: RoadGraph) -> Ground:
    everywhere = Snapper(graph, np.arange(graph.nodes, dtype=np.int32))
    return Ground(graph, SearchGraph(graph), profile("fire_engine"), (), everywhere)


def slot(factor: float) -> Slot:
    return tuple(factor for _ in RoadClass)


def test_a_state_asked_again_is_the_very_metric_and_only_the_latest_are_kept() -> None:
    graph = grid(4, name="G246")
    here = ground(graph)
    open_roads, slow = apply_closures(graph, []), apply_closures(graph, [Closure(id="a", ways=(0,))])

    first = here.metric(FREE_FLOW, open_roads, open_roads.key())
    shut = here.metric(FREE_FLOW, slow, slow.key())
    assert here.metric(FREE_FLOW, open_roads, open_roads.key()) is first
    assert (shut.times > first.times).sum() == 2
    assert (here.metric(slot(0.5), open_roads, b"").times > first.times).all()
    for n in range(KEPT_METRICS):
        here.metric(slot(0.9 - n / 100), open_roads, b"")
    again = here.metric(FREE_FLOW, open_roads, b"")
    assert again is not first
    assert np.array_equal(again.times, first.times)


def test_places_asked_again_are_known_and_only_the_latest_are_kept() -> None:
    here = ground(grid(4))
    stations = [LngLat(CENTRE.lng + n / 1000, CENTRE.lat) for n in range(9)]
    known = here.places(stations)

    assert here.places(list(stations)) is known
    assert here.snapped(stations) is not known
    assert known.leaving is known.leaving
    for n in range(KEPT_PLACES):
        here.places([LngLat(CENTRE.lng, CENTRE.lat + n / 10_000)])
    assert here.places(stations) is not known
    assert np.array_equal(here.places(stations).node, known.node)


def test_a_table_is_one_and_the_same_from_either_kept_side() -> None:
    graph = random_graph(3)
    here = ground(graph)
    open_roads = apply_closures(graph, [])
    metric = here.metric(FREE_FLOW, open_roads, b"")
    places = [LngLat(float(x), float(y)) for x, y in zip(graph.lng, graph.lat, strict=True)]
    some, others = here.places(places[:9]), here.places(places[5:30])

    for starts, ends in ((some, others), (others, some), (some, some)):
        expected = metric.table(starts.nodes, ends.nodes)
        assert np.array_equal(here.table(metric, starts, ends), expected)
