"""Judges of the hierarchy: SciPy's and NetworkX's Dijkstra, and our own, on plain arrays."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from kernels import dijkstra as plain
from kernels.jit import NEVER

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Roads:
    """Arcs and where they lead: `tail`, `head` int32[m]."""

    nodes: int
    tail: Ints
    head: Ints


def by_scipy(roads: Roads, times: Ints, sources: Ints, targets: Ints) -> NDArray[np.int64]:
    """Give a table; times must not be zero. Only the quickest of parallel arcs is given, for SciPy adds them up."""
    order = np.lexsort((times, roads.head, roads.tail))
    order = order[times[order] < NEVER]
    keys = roads.tail[order].astype(np.int64) * roads.nodes + roads.head[order]
    arcs = order[np.unique(keys, return_index=True)[1]]
    matrix = csr_array(
        (times[arcs].astype(float), (roads.tail[arcs], roads.head[arcs])), shape=(roads.nodes,) * 2
    )
    found = dijkstra(matrix, indices=sources)[:, targets]
    return np.where(np.isinf(found), NEVER, found).astype(np.int64)


def by_networkx(roads: Roads, times: Ints, sources: Ints, targets: Ints) -> NDArray[np.int64]:
    """Give a table; any times."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(roads.nodes))
    open_ = np.flatnonzero(times < NEVER)
    graph.add_weighted_edges_from(
        zip(roads.tail[open_].tolist(), roads.head[open_].tolist(), times[open_].tolist(), strict=True)
    )
    rows = []
    for source in sources.tolist():
        found = nx.single_source_dijkstra_path_length(graph, source)
        rows.append([min(found.get(target, NEVER), NEVER) for target in targets.tolist()])
    return np.array(rows, dtype=np.int64).reshape(sources.size, targets.size)


def by_search(roads: Roads, times: Ints, sources: Ints, targets: Ints) -> Ints:
    """Give a table by our own search without preparation."""
    order = np.argsort(roads.tail, kind="stable")
    first_out = np.searchsorted(roads.tail[order], np.arange(roads.nodes + 1)).astype(np.int64)
    first_out.flags.writeable = False
    out = np.empty((sources.size, targets.size), dtype=np.int32)
    arcs = _sealed(roads.head[order]), _sealed(times[order])
    scratch = plain.make_scratch(roads.nodes)
    plain.table(first_out, *arcs, _sealed(sources), _sealed(targets), scratch, out)
    return out


def _sealed(values: Ints) -> Ints:
    array = values.astype(np.int32)
    array.flags.writeable = False
    return array
