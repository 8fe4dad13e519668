"""The face of the search kernels: one map, and the times of one profile on it.

Tables, times and ways come from a contraction hierarchy (`graphs.cch`), which is made once per map and kept with
it. Dijkstra's search is kept beside it: it needs no preparation and is what the hierarchy is tested against.

Both run on the map with its barred turns built in (`graphs.turns`); what is asked and answered here are nodes and
arcs of the road.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphs import cch
from graphs.arrays import offsets, sealed
from graphs.order import order_of
from graphs.road import Ints, Offsets, RoadGraph
from graphs.turns import expanded
from kernels.dijkstra import make_scratch, mark_goals, one_to_all, search, table, trace
from models.units import NEVER

__all__ = ["Dijkstra", "Direction", "Metric", "RiderTimes", "SearchGraph", "sealed", "topology"]

_KEPT: Final = "_topology"
_MANY: Final = 1000
"""Beyond one changed arc in so many, customising in full is quicker than arc by arc (measured)."""


@dataclass(frozen=True, slots=True)
class Direction:
    """Compressed sparse rows, forwards or turned round; `arc` says which arc of the search each is."""

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
        self.turns = expanded(graph)
        self._mine = _Mine()

    @property
    def nodes(self) -> int:
        """Nodes of the search: those of the road and their copies."""
        return self.turns.nodes

    @property
    def tail(self) -> Ints:
        """Node each arc of the search starts from."""
        return self.turns.tail

    @cached_property
    def forward(self) -> Direction:
        """The graph as it is driven."""
        turns = self.turns
        arc = turns.road_arc if turns.plain else sealed(np.arange(turns.head.size))
        return Direction(turns.first_out, turns.head, arc)

    @cached_property
    def backward(self) -> Direction:
        """The graph turned round: arcs sorted by the node they lead to."""
        order = np.argsort(self.forward.head, kind="stable")
        first_out = offsets(self.forward.head, self.nodes)
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


class RiderTimes:
    """The time of every arc for one who drives on a map.

    Parameters
    ----------
    roads
        The map.
    times
        int32[m] deciseconds of each road arc, `NEVER` where it cannot be used.
    turn_bits
        `Access` bits whose barred turns bind the rider; 0 for one who is exempt.
    """

    def __init__(self, roads: SearchGraph, times: NDArray[np.int32], turn_bits: int = 0) -> None:
        self.roads = roads
        self.times = sealed(times)
        self.turn_bits = int(turn_bits)


class Metric(RiderTimes):
    """The searches on the times of one rider, by the hierarchy. Threads may share it."""

    @cached_property
    def customised(self) -> cch.Metric:
        """The times on the hierarchy; made on the first question."""
        return cch.Metric(self.roads.topology, self.roads.turns.times(self.times, self.turn_bits))

    def changed(self, times: NDArray[np.int32]) -> Metric:
        """Give a metric of other times; where few differ, only what hangs on them is worked out again."""
        other = Metric(self.roads, times, self.turn_bits)
        if "customised" not in vars(self):
            return other
        arcs = np.flatnonzero(other.times != self.times).astype(np.int32)
        if arcs.size * _MANY <= self.times.size:
            customised = self.customised.copy()
            turns = self.roads.turns
            copies = turns.copies_of(arcs, self.turn_bits)
            self.roads.query.replace(customised, copies, sealed(turns.times(other.times, self.turn_bits)))
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
        return self.roads.query.table(self.customised, sources, self.roads.turns.leave[targets])

    def distances(self, source: int, limit: int = NEVER) -> NDArray[np.int32]:
        """Give the times from a node to all, int32[n]; `NEVER` beyond reach or `limit` deciseconds."""
        out = self.roads.turns.arrivals(self.roads.query.distances(self.customised, int(source)))
        out[out > limit] = NEVER
        return out

    def way(self, source: int, target: int) -> NDArray[np.int32] | None:
        """Arcs of a quickest way in the order they are driven, int32[k]; None where there is none."""
        turns = self.roads.turns
        way = self.roads.query.way(self.customised, int(source), int(turns.leave[target]))
        return None if way is None else turns.driven(way)


class Dijkstra(RiderTimes):
    """The same questions answered by Dijkstra's search, without preparation; slow, simple and the reference."""

    @cached_property
    def _forward_times(self) -> NDArray[np.int32]:
        return sealed(self.roads.turns.times(self.times, self.turn_bits))

    @cached_property
    def _backward_times(self) -> NDArray[np.int32]:
        return sealed(self._forward_times[self.roads.backward.arc])

    def table(self, sources: NDArray[np.int32], targets: NDArray[np.int32]) -> NDArray[np.int32]:
        """Give the times between nodes, int32[s, t], searched from whichever side has fewer different nodes."""
        froms, row = np.unique(sources, return_inverse=True)
        tos, column = np.unique(self.roads.turns.leave[targets], return_inverse=True)
        if froms.size <= tos.size:
            side, times, starts, ends = self.roads.forward, self._forward_times, froms, tos
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
        one_to_all(side.first_out, side.head, self._forward_times, int(source), int(limit), scratch, out)
        return self.roads.turns.arrivals(out)

    def way(self, source: int, target: int) -> NDArray[np.int32] | None:
        """Arcs of the quickest way in the order they are driven, int32[k]; None where there is none."""
        side = self.roads.forward
        scratch = make_scratch(self.roads.nodes)
        arrival = int(self.roads.turns.leave[target])
        wanted = mark_goals(sealed(np.array([arrival])), scratch)
        search(side.first_out, side.head, self._forward_times, int(source), NEVER, wanted, scratch)
        if scratch.stamp[arrival] != scratch.rounds[0]:
            return None
        out = np.empty(self.roads.nodes, dtype=np.int32)
        count = trace(self.roads.tail, arrival, scratch, out)
        return self.roads.turns.driven(out[:count][::-1].copy())


def topology(graph: RoadGraph) -> cch.Topology:
    """Give the contraction hierarchy of a map with its barred turns; made once and kept with the map."""
    kept = vars(graph)  # as a cached property would, but the roads need not know of hierarchies
    if _KEPT not in kept:
        roads = expanded(graph)
        kept[_KEPT] = cch.Topology(roads.nodes, roads.tail, roads.head, order_of(graph))
    made: cch.Topology = kept[_KEPT]
    return made
