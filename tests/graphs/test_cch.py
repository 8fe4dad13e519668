"""The hierarchy on real and generated maps: beside Dijkstra's search, with closures, and stored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from graphs.cch import Metric, Query, Topology
from graphs.files import read_graph, write_graph
from graphs.links import assemble
from graphs.order import order_of
from graphs.osm import read_pbf
from graphs.profiles import arc_times, profile
from graphs.road import Mark, RoadGraph
from graphs.search import topology
from models.errors import InputError
from models.units import NEVER
from tests.factories import random_graph
from tests.graphs.engines import dissenters
from tests.graphs.judges import Ints, Roads, by_search, faults_of_way


@pytest.mark.slow
def test_a_real_country_agrees_with_dijkstra_whatever_is_shut(shared: Path) -> None:
    """Bridges are shut and opened again: every time changes together, and comes back to the bit."""
    country = assemble(read_pbf(shared / "osm" / "liechtenstein.osm.pbf"))
    times = arc_times(country, profile("fire_engine"))
    hierarchy = Topology(country.nodes, country.tail, country.head)
    metric, query = Metric(hierarchy, times), Query(hierarchy)
    before = metric.w.copy()
    bridges = np.flatnonzero(country.marks & Mark.BRIDGE)[::3].astype(np.int32)
    shut = times.copy()
    shut[bridges] = NEVER

    check(country, times, metric, query)
    query.update(metric, bridges, shut[bridges])
    check(country, shut, metric, query)
    assert np.array_equal(metric.w, Metric(hierarchy, shut).w)
    query.update(metric, bridges, times[bridges])
    assert np.array_equal(metric.w, before)


def check(country: RoadGraph, times: Ints, metric: Metric, query: Query) -> None:
    """Compare every engine with Dijkstra's search, and drive some ways."""
    roads = Roads(country.nodes, country.tail, country.head)
    draw = np.random.default_rng(1)
    starts, ends = (draw.integers(0, country.nodes, count).astype(np.int32) for count in (40, 25))
    truth = by_search(roads, times, starts, ends)
    assert dissenters(query, metric, (starts, ends), truth) == []
    for row, column in np.ndindex(8, 8):
        pair, time = (int(starts[row]), int(ends[column])), int(truth[row, column])
        way = query.way(metric, *pair)
        assert faults_of_way(roads, times, [], pair, None if way is None else way.tolist(), time) == []


@pytest.mark.parametrize("seed", range(4))
def test_no_detour_is_shorter(seed: int) -> None:
    graph = random_graph(seed)
    hierarchy = Topology(graph.nodes, graph.tail, graph.head)
    metric = Metric(hierarchy, np.random.default_rng(seed).integers(0, 60, graph.arcs).astype(np.int32))
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


def ring() -> tuple[Topology, Metric, Query]:
    ends = np.arange(9, dtype=np.int32)
    hierarchy = Topology(9, ends, np.roll(ends, -1))
    return hierarchy, Metric(hierarchy, np.full(9, 7, dtype=np.int32)), Query(hierarchy)


def test_read_only_times_are_kept_and_copied_when_they_first_change() -> None:
    hierarchy, _, query = ring()
    times = np.full(9, 7, dtype=np.int32)
    times.flags.writeable = False
    metric = Metric(hierarchy, times)
    small = metric.nbytes
    other = metric.copy()

    query.update(metric, np.array([3], dtype=np.int32), np.array([9], dtype=np.int32))

    assert small == metric.w.nbytes
    assert metric.nbytes == small + times.nbytes
    assert (times == 7).all()
    assert (other.times == 7).all()
    assert metric.times.tolist() == [7, 7, 7, 9, 7, 7, 7, 7, 7]
    assert np.array_equal(other.w, Metric(hierarchy, times).w)


def test_writable_times_are_copied() -> None:
    hierarchy, _, query = ring()
    times = np.full(9, 7, dtype=np.int32)
    metric = Metric(hierarchy, times)
    times[:] = 0

    assert query.distances(metric, 0).tolist() == [0, 7, 14, 21, 28, 35, 42, 49, 56]
    metric.customise(times)
    times[:] = 5
    assert metric.times.tolist() == [0] * 9
    assert query.distances(metric, 0).tolist() == [0] * 9


def test_replacing_all_times_where_few_differ_keeps_the_new_array_itself() -> None:
    hierarchy, metric, query = ring()
    times = np.full(9, 7, dtype=np.int32)
    times[[2, 5]] = 1, 100
    times.flags.writeable = False

    query.replace(metric, np.array([2, 5], dtype=np.int32), times)

    assert np.shares_memory(metric.times, times)
    assert metric.nbytes == metric.w.nbytes
    assert np.array_equal(metric.w, Metric(hierarchy, times).w)


def test_a_copy_of_a_changed_metric_has_times_of_its_own() -> None:
    _, metric, query = ring()
    one = np.array([0], dtype=np.int32)
    query.update(metric, one, one)
    other = metric.copy()

    query.update(metric, one, np.array([50], dtype=np.int32))

    assert (metric.times[0], other.times[0]) == (50, 0)
    query.update(other, one, np.array([60], dtype=np.int32))
    assert (metric.times[0], other.times[0]) == (50, 60)


def test_answers_go_into_the_array_that_is_given() -> None:
    hierarchy, metric, query = ring()
    some, few = np.array([0, 4, 8, 2, 3], dtype=np.int32), np.array([5, 1], dtype=np.int32)
    kept = hierarchy.selection(some)
    for weights in (metric, metric.perfect()):
        wide, tall, line = (np.empty(shape, dtype=np.int32) for shape in ((2, 5), (5, 2), 9))

        assert query.table_to(weights, few, kept, wide) is wide
        assert query.table_from(weights, kept, few, tall) is tall
        assert query.distances(weights, 0, line) is line
        assert wide.tolist() == query.table(weights, few, some).tolist()
        assert tall.tolist() == query.table(weights, some, few).tolist()
        assert line.tolist() == query.table(weights, some[:1], np.arange(9, dtype=np.int32))[0].tolist()


@pytest.mark.parametrize(
    ("out", "got"),
    [
        (np.empty((2, 3), dtype=np.int32), r"got int32\[2, 3\]"),
        (np.empty((3, 2), dtype=np.int64), r"got int64\[3, 2\]"),
        (np.empty((2, 3), dtype=np.int32).T, r"got int32\[3, 2\]"),
    ],
)
def test_an_array_of_another_shape_is_refused_before_anything_is_written(
    out: NDArray[np.int32], got: str
) -> None:
    hierarchy, metric, query = ring()
    three, two = np.arange(3, dtype=np.int32), np.arange(2, dtype=np.int32)

    with pytest.raises(InputError, match=r"must be int32\[3, 2\] in rows, " + got):
        query.table_from(metric, hierarchy.selection(three), two, out)


def test_no_nearest_are_refused() -> None:
    hierarchy, metric, query = ring()
    node = np.zeros(1, dtype=np.int32)

    with pytest.raises(InputError, match="at least 1 nearest must be asked for, got 0"):
        query.nearest(metric, hierarchy.selection(node), node, 0)


def test_memory_is_told() -> None:
    hierarchy, metric, query = ring()
    before = query.nbytes
    nodes = np.arange(9, dtype=np.int32)
    query.table(metric, nodes, nodes)

    assert hierarchy.nbytes == sum(array.nbytes for array in hierarchy.arrays)
    assert query.nbytes > before > 4 * 9
    assert metric.perfect().nbytes > 0
