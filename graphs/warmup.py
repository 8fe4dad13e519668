"""Compile the kernels before the first question comes.

A service calls `warm_up` at start; `dispatch warm-up` does it by hand. With a cache on disk it takes a
fraction of a second, without one a few seconds.
"""

from __future__ import annotations

from time import perf_counter

import numpy as np

from graphs.cch import Metric as Changing
from graphs.cch import Query
from graphs.road import Access, BuildReport, Ints, RoadClass, RoadGraph
from graphs.search import Metric, SearchGraph
from graphs.snap import Snapper, usable_nodes
from models.crs import LngLat


def warm_up() -> float:
    """Run every search once on a road of two nodes, with the very types of array that real graphs have.

    Returns
    -------
    float
        Seconds it took.
    """
    start = perf_counter()
    graph = _one_road()
    metric = Metric(SearchGraph(graph), np.array([1, 1], dtype=np.int32))
    one, both = np.array([0], dtype=np.int32), np.array([0, 1], dtype=np.int32)
    many = np.zeros(8, dtype=np.int32)
    for starts, ends in ((one, both), (both, one), (many, many)):
        metric.table(starts, ends)
    Snapper(graph, usable_nodes(graph, metric.times)).snap([LngLat(0.0, 0.0)])
    metric.distances(0)
    metric.way(0, 1)
    _ask_everything(metric.roads.query, metric.customised.copy(), one, many)
    return perf_counter() - start


def _ask_everything(query: Query, metric: Changing, one: Ints, many: Ints) -> None:
    """Run what a search does not ask at once."""
    query.update(metric, one, one)
    selection = query.topology.selection(many)
    for weights in (metric, metric.perfect()):
        query.pairs(weights, one, one)
        query.distances(weights, 0)
        query.nearest(weights, selection, one, 1)
        query.table_from(weights, selection, one)
        query.table_from(weights, selection, many)
    query.ways(metric, one, one)


def _one_road() -> RoadGraph:
    no_limit = np.full(2, 1, dtype=np.int32)
    return RoadGraph(
        lng=np.array([0.0, 0.001]),
        lat=np.array([0.0, 0.0]),
        ref=np.array([0, 1], dtype=np.int64),
        first_out=np.array([0, 1, 2], dtype=np.int64),
        head=np.array([1, 0], dtype=np.int32),
        length_dm=np.array([1113, 1113], dtype=np.int32),
        road_class=np.full(2, RoadClass.PRIMARY, dtype=np.int8),
        speed_kmh=np.full(2, 60, dtype=np.float32),
        access=np.full(2, int(Access.CAR), dtype=np.uint8),
        marks=np.zeros(2, dtype=np.uint8),
        max_weight_kg=no_limit,
        max_height_cm=no_limit,
        max_width_cm=no_limit,
        name=np.zeros(2, dtype=np.int32),
        way=np.zeros(2, dtype=np.int64),
        shape_first=np.zeros(3, dtype=np.int64),
        shape_lng=np.empty(0),
        shape_lat=np.empty(0),
        names=("",),
        report=BuildReport(source="warm-up"),
    )
