"""Peers from the package index that search without preparation, or with a static hierarchy."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import networkx as nx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.networks import INCIDENTS, Ints, Network, Questions
from benchmarks.searching import Searching
from benchmarks.tasks import Task, Times
from models.units import NEVER


class SciPy(Searching):
    """SciPy's Dijkstra; it searches everything, whatever is asked."""

    def __init__(self, net: Network, asked: Questions) -> None:
        super().__init__(net, asked)
        arcs = net.quickest()
        times = net.times[arcs].astype(np.float64)
        matrix = csr_array((times, (net.tail[arcs], net.head[arcs])), shape=(net.nodes, net.nodes))
        self._sides = matrix, matrix.T.tocsr()

    def rows(self, starts: Ints, ends: Ints, *, turned: bool) -> Times:
        """One search for each start."""
        return _whole(dijkstra(self._sides[turned], indices=starts)[:, ends])

    def distances(self, source: int) -> Times:
        """One search through everything."""
        return _whole(dijkstra(self._sides[0], indices=source))


class NetworkX(Searching):
    """NetworkX's Dijkstra, and its search from both ends."""

    few_rows = 1
    few_pairs = 3

    def __init__(self, net: Network, asked: Questions) -> None:
        super().__init__(net, asked)
        graph = nx.DiGraph()
        graph.add_nodes_from(range(net.nodes))
        arcs = net.quickest()
        graph.add_weighted_edges_from(
            zip(net.tail[arcs].tolist(), net.head[arcs].tolist(), net.times[arcs].tolist(), strict=True)
        )
        self._graph = graph

    @cached_property
    def _turned(self) -> Any:
        return self._graph.reverse()

    def rows(self, starts: Ints, ends: Ints, *, turned: bool) -> Times:
        """One search for each start; from both ends where there is one pair."""
        if starts.size == 1 and ends.size == 1:
            return np.array([[self._pair(int(starts[0]), int(ends[0]))]])
        graph = self._turned if turned else self._graph
        return np.stack([self._all(graph, start)[ends] for start in starts.tolist()])

    def distances(self, source: int) -> Times:
        """One search through everything."""
        return self._all(self._graph, source)

    def _all(self, graph: Any, source: int) -> Times:
        out = np.full(self.net.nodes, NEVER, dtype=np.int64)
        found = nx.single_source_dijkstra_path_length(graph, source)
        out[list(found)] = list(found.values())
        return out

    def _pair(self, start: int, end: int) -> int:
        try:
            return int(nx.bidirectional_dijkstra(self._graph, start, end)[0])
        except nx.NetworkXNoPath:
            return NEVER


class IGraph(Searching):
    """igraph's Dijkstra."""

    def __init__(self, igraph: Any, net: Network, asked: Questions) -> None:
        super().__init__(net, asked)
        arcs = np.column_stack((net.tail, net.head))
        self._graph = igraph.Graph(n=net.nodes, edges=arcs, directed=True)
        self._times = net.times.astype(np.float64).tolist()

    def rows(self, starts: Ints, ends: Ints, *, turned: bool) -> Times:
        """One search for each start."""
        distinct, place = np.unique(ends, return_inverse=True)  # igraph refuses a target that comes twice
        found = self._graph.distances(
            starts.tolist(), distinct.tolist(), weights=self._times, mode="in" if turned else "out"
        )
        return _whole(np.array(found))[:, place]

    def distances(self, source: int) -> Times:
        """One search through everything."""
        found: Times = _whole(np.array(self._graph.distances(source, weights=self._times)))[0]
        return found

    def tasks(self) -> Mapping[str, Callable[[], Task]]:
        """How each phase is answered."""
        return {**super().tasks(), "p2p_paths": self._paths}

    def _paths(self) -> Task:
        few = self.few_pairs
        starts, ends = self.asked.starts[:few].tolist(), self.asked.ends[:few].tolist()

        def call(_: int) -> list[list[int]]:
            find = self._graph.get_shortest_path
            return [
                find(a, to=b, weights=self._times, output="epath") for a, b in zip(starts, ends, strict=True)
            ]

        return Task(
            call=call,
            proof=lambda ways: self.net.lengths(starts, ends, ways),
            part=(slice(0, few),),
            scale=1 / few,
            note=f"{few} pairs, one call each",
        )


class Pandana:
    """pandana: a static contraction hierarchy behind float seconds; a closure means building it again."""

    _PARTS: Final = (42, 4)
    """Stations asked for in the tables with 1,000 and 10,000 incidents."""

    def __init__(self, pandana: Any, pandas: Any, net: Network, asked: Questions) -> None:
        self._pandana, self._pandas = pandana, pandas
        self.net, self.asked = net, asked
        self._unit = _unit(net)
        self._built: Any = None

    def tasks(self) -> Mapping[str, Callable[[], Task]]:
        """How each phase is answered."""
        stations, incidents = self.asked.stations, self.asked.incidents
        few, some = incidents[: INCIDENTS[0]], incidents[: INCIDENTS[1]]
        starts, ends = self.asked.starts, self.asked.ends
        return {
            "topology": lambda: Task(
                call=lambda _: self._build(), proof=None, note="order, hierarchy and times in one"
            ),
            "p2p": lambda: Task(
                call=lambda _: self._pairs(starts, ends), scale=1 / starts.size, note="all pairs in one call"
            ),
            "table_1x420_prebuilt": lambda: Task(
                call=lambda _: self._table(incidents[:1], stations), note="pair by pair; it keeps no stations"
            ),
            "table_420x50": lambda: Task(call=lambda _: self._table(stations, few), note="pair by pair"),
            "table_420x1000": lambda: self._rows(some, self._PARTS[0]),
            "table_420x10000": lambda: self._rows(incidents, self._PARTS[1]),
            "closure_to_table": self._closure,
        }

    def memory(self) -> Mapping[str, int]:
        """Nothing is known of the bytes of a peer."""
        return {}

    def _build(self, without: Ints | None = None) -> Any:
        net, arcs = self.net, self.net.quickest(without)
        # pandana cuts its seconds down to whole thousandths: a fifth of one more makes the cut exact
        seconds = net.times[arcs] / self._unit + 0.0002
        frame = self._pandas.DataFrame({"time": seconds})
        lng, lat, tail, head = map(self._pandas.Series, (net.lng, net.lat, net.tail[arcs], net.head[arcs]))
        with _silent():
            self._built = self._pandana.Network(lng, lat, tail, head, frame, twoway=False)
        return self._built

    def _pairs(self, starts: Ints, ends: Ints) -> Times:
        network = self._built or self._build()
        found = np.array(network.shortest_path_lengths(starts, ends))
        return np.where(found >= _OUT, NEVER, np.rint(found * self._unit)).astype(np.int64)

    def _table(self, starts: Ints, ends: Ints) -> Times:
        found = self._pairs(np.repeat(starts, ends.size), np.tile(ends, starts.size))
        return found.reshape(starts.size, ends.size)

    def _rows(self, ends: Ints, few: int) -> Task:
        stations = self.asked.stations
        return Task(
            call=lambda _: self._table(stations[:few], ends),
            part=(slice(0, few),),
            scale=stations.size / few,
            note=f"pair by pair, scaled from {few} stations",
        )

    def _closure(self) -> Task:
        few = self.asked.incidents[: INCIDENTS[0]]

        def call(n: int) -> Times:
            self._build(self.asked.closures[1][n])
            return self._table(self.asked.stations, few)

        return Task(
            call=call, undo=lambda _: self._again(), rounds=1, part=(slice(0, 1),), note="built again, once"
        )

    def _again(self) -> None:
        self._build()


_OUT: Final = 4294967.295
"""What pandana gives for a pair without a way."""


@contextmanager
def _silent() -> Iterator[None]:
    """Keep what C++ prints off the console."""
    kept = os.dup(1)
    try:
        with Path(os.devnull).open("w", encoding="ascii") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _unit(net: Network) -> int:
    """In what parts of pandana's second to count so that no time leaves its 32 bits: 1, 10, 100 or 1,000."""
    arcs = net.quickest()
    times = net.times[arcs].astype(np.float64)
    matrix = csr_array((times, (net.tail[arcs], net.head[arcs])), shape=(net.nodes, net.nodes))
    centre = int(net.places[0])
    longest = sum(
        float(found[np.isfinite(found)].max())
        for found in (dijkstra(matrix, indices=centre), dijkstra(matrix.T.tocsr(), indices=centre))
    )
    return next((unit for unit in (1, 10, 100) if longest / unit < _OUT), 1000)


def _whole(times: Any) -> Times:
    return np.where(np.isinf(times), NEVER, times).astype(np.int64)
