"""Every engine that answers for the roads, each as one function to a whole table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from graphs.cch import Query, Weights
from graphs.search import Dijkstra, Metric
from kernels.jit import NEVER
from tests.graphs.judges import Ints

Engine = Callable[[Query, Weights, Ints, Ints], Ints]
"""Query, weights, sources int32[s], targets int32[t] -> int32[s, t]."""
Face = Callable[[Metric | Dijkstra, Ints, Ints], Ints]


def point_to_point(query: Query, weights: Weights, sources: Ints, targets: Ints) -> Ints:
    times = query.pairs(weights, np.repeat(sources, targets.size), np.tile(targets, sources.size))
    return times.reshape(sources.size, targets.size)


def one_to_many(query: Query, weights: Weights, sources: Ints, targets: Ints) -> Ints:
    return np.concatenate([query.table(weights, sources[[i]], targets) for i in range(sources.size)])


def many_to_one(query: Query, weights: Weights, sources: Ints, targets: Ints) -> Ints:
    return np.hstack([query.table(weights, sources, targets[[i]]) for i in range(targets.size)])


def many_to_many(query: Query, weights: Weights, sources: Ints, targets: Ints) -> Ints:
    return query.table(weights, sources, targets)


def one_to_all(query: Query, weights: Weights, sources: Ints, targets: Ints) -> Ints:
    return np.array([query.distances(weights, source)[targets] for source in sources.tolist()])


def stations_left(query: Query, weights: Weights, sources: Ints, targets: Ints) -> Ints:
    """From prepared stations, to one part of the targets after the other."""
    kept, half = query.topology.selection(sources), targets.size // 2
    parts = [query.table_from(weights, kept, some) for some in (targets[:half], targets[half:])]
    return np.hstack(parts)


def nearest(query: Query, weights: Weights, sources: Ints, targets: Ints) -> Ints:
    """The table that the nearest of all stations make up; an unsorted or doubled answer gives another one."""
    member, time = query.nearest(weights, query.topology.selection(sources), targets, sources.size)
    rising = (np.diff(time) > 0) | ((np.diff(time) == 0) & (np.diff(member) > 0)) | (member[:, 1:] < 0)
    table = np.full((targets.size, sources.size), NEVER if rising.all() else -1, dtype=np.int32)
    rows, places = np.nonzero(member >= 0)
    table[rows, member[rows, places]] = time[rows, places]
    return table.T


def in_parts(width: int) -> Engine:
    """A table to prepared stations, `width` sources at once: some alone, a batch of lanes, two batches."""

    def engine(query: Query, weights: Weights, sources: Ints, targets: Ints) -> Ints:
        kept = query.topology.selection(targets)
        many = np.resize(sources, -(-sources.size // width) * width)
        parts = [query.table_to(weights, many[i : i + width], kept) for i in range(0, many.size, width)]
        return np.concatenate(parts)[: sources.size]

    return engine


ENGINES: Mapping[str, Engine] = {
    "point to point": point_to_point,
    "one to many": one_to_many,
    "many to one": many_to_one,
    "many to many": many_to_many,
    "one to all": one_to_all,
    "from stations": stations_left,
    "nearest": nearest,
    **{f"to stations, {width} at once": in_parts(width) for width in (3, 33)},
}
"""Of the hierarchy. Up to 3 at once climb one by one, up to 32 share a batch of lanes, 33 begin a second one."""


def row_by_row(search: Metric | Dijkstra, sources: Ints, targets: Ints) -> Ints:
    return np.concatenate([search.table(sources[[i]], targets) for i in range(sources.size)])


def column_by_column(search: Metric | Dijkstra, sources: Ints, targets: Ints) -> Ints:
    """Dijkstra's search then runs from the targets back."""
    return np.hstack([search.table(sources, targets[[i]]) for i in range(targets.size)])


def whole_table(search: Metric | Dijkstra, sources: Ints, targets: Ints) -> Ints:
    return search.table(sources, targets)


def all_distances(search: Metric | Dijkstra, sources: Ints, targets: Ints) -> Ints:
    return np.array([search.distances(source)[targets] for source in sources.tolist()])


FACES: Mapping[str, Face] = {
    "row by row": row_by_row,
    "column by column": column_by_column,
    "whole table": whole_table,
    "all distances": all_distances,
}
"""Of `graphs.search`, by the hierarchy or by Dijkstra's search: nodes are those of the road."""


def dissenters(query: Query, weights: Weights, ends: tuple[Ints, Ints], truth: Ints) -> list[str]:
    """Name the engines of the hierarchy that give another table than the truth."""
    return [name for name, ask in ENGINES.items() if not _same(ask(query, weights, *ends), truth)]


def faces_apart(search: Metric | Dijkstra, ends: tuple[Ints, Ints], truth: Ints) -> list[str]:
    """Name the faces of a search that give another table than the truth."""
    return [name for name, ask in FACES.items() if not _same(ask(search, *ends), truth)]


def _same(table: Ints, truth: Ints) -> bool:
    return table.dtype == np.int32 and bool(np.array_equal(table, truth))
