"""Routing: our search beside networkx and SciPy on the same graph, weights and queries; results compared."""

from __future__ import annotations

import random

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.measure import Row, row, timed
from graphs.export import to_networkx
from graphs.profiles import arc_times, profile
from graphs.road import RoadGraph
from graphs.search import Metric, SearchGraph
from graphs.snap import usable_nodes
from models.units import NEVER

PROFILE = "fire_engine"


def run(subject: str, graph: RoadGraph, *, pairs: int, seed: int) -> list[Row]:
    """Measure point-to-point and table queries.

    Parameters
    ----------
    subject
        Name for the rows.
    graph
        The roads.
    pairs
        Random point-to-point queries; the table has 419 origins and 50 destinations.
    seed
        Seed of the queries.
    """
    times = arc_times(graph, profile(PROFILE))
    metric = Metric(SearchGraph(graph), times)
    nodes = usable_nodes(graph, times)
    draw = random.Random(seed)
    queries = [(int(draw.choice(nodes)), int(draw.choice(nodes))) for _ in range(pairs)]
    rows = _point_to_point(subject, graph, metric, queries)
    origins = np.array([draw.choice(nodes) for _ in range(419)], dtype=np.int32)
    goals = np.array([draw.choice(nodes) for _ in range(50)], dtype=np.int32)
    return rows + _tables(subject, graph, metric, origins, goals)


def _point_to_point(
    subject: str, graph: RoadGraph, metric: Metric, queries: list[tuple[int, int]]
) -> list[Row]:
    ours, our_times = timed(
        lambda: [
            int(metric.table(np.array([a], np.int32), np.array([b], np.int32))[0, 0]) for a, b in queries
        ],
        runs=3,
    )
    exported = to_networkx(graph, PROFILE)
    theirs, their_times = timed(lambda: [_networkx_time(exported, a, b) for a, b in queries], runs=1, warm=0)
    note = f"{len(queries)} queries"
    return [
        row(subject, "ours", "point to point", our_times, note=note),
        row(subject, "networkx", "point to point", their_times, agrees=ours == theirs, note=note),
    ]


def _networkx_time(graph: nx.MultiDiGraph, start: int, end: int) -> int:
    try:
        return int(nx.dijkstra_path_length(graph, start, end, weight="time_ds"))
    except nx.NetworkXNoPath:
        return NEVER


def _tables(
    subject: str, graph: RoadGraph, metric: Metric, origins: NDArray[np.int32], goals: NDArray[np.int32]
) -> list[Row]:
    ours, our_times = timed(lambda: metric.table(origins, goals), runs=5)
    reverse = _without_parallel_arcs(graph, metric).T.tocsr()
    theirs, their_times = timed(lambda: dijkstra(reverse, indices=goals)[:, origins].T, runs=1)
    found = np.where(np.isinf(theirs), NEVER, theirs).astype(np.int64)
    return [
        row(subject, "ours", "table 419x50", our_times),
        row(subject, "scipy", "table 419x50", their_times, agrees=bool(np.array_equal(found, ours))),
    ]


def _without_parallel_arcs(graph: RoadGraph, metric: Metric) -> csr_array:
    """SciPy adds parallel entries up; keep the quickest of each pair of nodes instead."""
    usable = np.flatnonzero(metric.times < NEVER)
    order = usable[np.lexsort((metric.times[usable], graph.head[usable], graph.tail[usable]))]
    pairs = graph.tail[order].astype(np.int64) * graph.nodes + graph.head[order]
    first = order[np.unique(pairs, return_index=True)[1]]
    entries = (metric.times[first].astype(np.float64), (graph.tail[first], graph.head[first]))
    return csr_array(entries, shape=(graph.nodes, graph.nodes))
