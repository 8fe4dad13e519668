"""The face of the search kernels: one map, and the times of one profile on it.

Tables, times and ways come from a contraction hierarchy (`graphs.cch`), which is made once per map and kept with
it. Dijkstra's search is kept beside it: it needs no preparation and is what the hierarchy is tested against.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphs import cch
from graphs.order import order_of
from graphs.road import Ints, Offsets, RoadGraph
from kernels.dijkstra import make_scratch, mark_goals, one_to_all, search, table, trace
from models.units import NEVER

_KEPT: Final = "_topology"
_MANY: Final = 1000
"""Beyond one changed arc in so many, customising in full is quicker than arc by arc (measured)."""


@dataclass(frozen=True, slots=True)
class Direction:
    """Compressed sparse rows, forwards or turned round; `arc` says which arc of the graph each is."""

    first_out: Offsets
    head: Ints
    arc: Ints


class _Mine(threading.local):
    """What each thread has for itself."""

    query: cch.Query | None = None


class SearchGraph:
    """The topology that searches run on. Holds no times; shared by all profiles and threads.

    Parameters
    ----------
    graph
        The roads.
    """

    def __init__(self, graph: RoadGraph) -> None:
        self.graph = graph
        self.nodes = graph.nodes
        self.tail = graph.tail
        self.forward = Direction(graph.first_out, graph.head, sealed(np.arange(graph.arcs)))
        self._mine = _Mine()

    @cached_property
    def backward(self) -> Direction:
        """The graph turned round: arcs sorted by the node they lead to."""
        order = np.argsort(self.forward.head, kind="stable")
        counts = np.bincount(self.forward.head, minlength=self.nodes)
        first_out = np.zeros(self.nodes + 1, dtype=np.int64)
        np.cumsum(counts, out=first_out[1:])
        first_out.flags.writeable = False
        return Direction(first_out, sealed(self.tail[order]), sealed(order))

    @property
    def topology(self) -> cch.Topology:
        """The contraction hierarchy of the map."""
        return topology(self.graph)

    @property
    def query(self) -> cch.Query:
        """Working memory of the thread that asks."""
        if self._mine.query is None:
            self._mine.query = cch.Query(self.topology)
        return self._mine.query


class Metric:
    """The time of every arc for one profile, and the searches on it. Threads may share it.

    Parameters
    ----------
    roads
        The topology.
    times
        int32[m] deciseconds, `NEVER` where an arc cannot be used.
    """

    def __init__(self, roads: SearchGraph, times: NDArray[np.int32]) -> None:
        self.roads = roads
        self.times = sealed(times)

    @cached_property
    def customised(self) -> cch.Metric:
        """The times on the hierarchy; made on the first question."""
        return cch.Metric(self.roads.topology, self.times)

    def changed(self, times: NDArray[np.int32]) -> Metric:
        """Give a metric of other times; where few differ, only what hangs on them is worked out again."""
        other = Metric(self.roads, times)
        if "customised" not in vars(self):
            return other
        arcs = np.flatnonzero(other.times != self.times).astype(np.int32)
        if arcs.size * _MANY <= self.times.size:
            customised = self.customised.copy()
            self.roads.query.update(customised, arcs, other.times[arcs])
            vars(other)["customised"] = customised  # where the cached property keeps it
        return other

    def table(self, sources: NDArray[np.int32], targets: NDArray[np.int32]) -> NDArray[np.int32]:
        """Give the times between nodes.

        Parameters
        ----------
        sources, targets
            int32[s], int32[t]: nodes, repeats allowed.

        Returns
        -------
        int32[s, t]
            Deciseconds, `NEVER` where there is no way.
        """
        return self.roads.query.table(self.customised, sources, targets)

    def distances(self, source: int, limit: int = NEVER) -> NDArray[np.int32]:
        """Give the times from a node to all, int32[n]; `NEVER` beyond reach or `limit` deciseconds."""
        out = self.roads.query.distances(self.customised, int(source))
        out[out > limit] = NEVER
        return out

    def way(self, source: int, target: int) -> NDArray[np.int32] | None:
        """Arcs of a quickest way in the order they are driven, int32[k]; None where there is none."""
        return self.roads.query.way(self.customised, int(source), int(target))


class Dijkstra:
    """The same questions answered by Dijkstra's search, without preparation; slow, simple and the reference.

    Parameters
    ----------
    roads
        The topology.
    times
        int32[m] deciseconds, `NEVER` where an arc cannot be used.
    """

    def __init__(self, roads: SearchGraph, times: NDArray[np.int32]) -> None:
        self.roads = roads
        self.times = sealed(times)

    @cached_property
    def _backward_times(self) -> NDArray[np.int32]:
        return sealed(self.times[self.roads.backward.arc])

    def table(self, sources: NDArray[np.int32], targets: NDArray[np.int32]) -> NDArray[np.int32]:
        """Give the times between nodes, int32[s, t], searched from whichever side has fewer different nodes."""
        froms, row = np.unique(sources, return_inverse=True)
        tos, column = np.unique(targets, return_inverse=True)
        if froms.size <= tos.size:
            side, times, starts, ends = self.roads.forward, self.times, froms, tos
        else:
            side, times, starts, ends = self.roads.backward, self._backward_times, tos, froms
        out = np.full((starts.size, ends.size), NEVER, dtype=np.int32)
        scratch = make_scratch(self.roads.nodes)
        table(side.first_out, side.head, times, sealed(starts), sealed(ends), scratch, out)
        found = out if froms.size <= tos.size else out.T
        return np.ascontiguousarray(found[np.ix_(row, column)])

    def distances(self, source: int, limit: int = NEVER) -> NDArray[np.int32]:
        """Give the times from a node to all, int32[n]; `NEVER` beyond reach or `limit` deciseconds."""
        out = np.empty(self.roads.nodes, dtype=np.int32)
        side = self.roads.forward
        scratch = make_scratch(self.roads.nodes)
        one_to_all(side.first_out, side.head, self.times, int(source), int(limit), scratch, out)
        return out

    def way(self, source: int, target: int) -> NDArray[np.int32] | None:
        """Arcs of the quickest way in the order they are driven, int32[k]; None where there is none."""
        side = self.roads.forward
        scratch = make_scratch(self.roads.nodes)
        wanted = mark_goals(sealed(np.array([target])), scratch)
        search(side.first_out, side.head, self.times, int(source), NEVER, wanted, scratch)
        if scratch.stamp[target] != scratch.rounds[0]:
            return None
        out = np.empty(self.roads.nodes, dtype=np.int32)
        count = trace(self.roads.tail, int(target), scratch, out)
        return out[:count][::-1].copy()


def topology(graph: RoadGraph) -> cch.Topology:
    """Give the contraction hierarchy of a map; made on the first question and kept with the map."""
    kept = vars(graph)  # as a cached property would, but the roads need not know of hierarchies
    if _KEPT not in kept:
        kept[_KEPT] = cch.Topology(graph.nodes, graph.tail, graph.head, order_of(graph))
    made: cch.Topology = kept[_KEPT]
    return made


def sealed(values: NDArray[np.signedinteger]) -> NDArray[np.int32]:
    """Give int32 values as the one kind of array that kernels take: contiguous and read-only."""
    array = np.ascontiguousarray(values, dtype=np.int32)
    if array.flags.writeable:
        array = array.view()
        array.flags.writeable = False
    return array
