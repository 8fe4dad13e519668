"""Our own engines: the customizable hierarchy, and the search without preparation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.networks import INCIDENTS, SAMPLE, Ints, Network, Questions
from benchmarks.phases import CLOSURE_COUNTS, NEAREST
from benchmarks.searching import Searching
from benchmarks.tasks import Task, Times
from graphs.cch import Metric, Query, Topology
from graphs.order import nested_dissection, undirected
from graphs.search import sealed
from kernels.dijkstra import make_scratch, one_to_all, table
from kernels.rphast import Selection
from models.units import NEVER


class Cch:
    """Our customizable contraction hierarchy.

    Order, topology and metric are made when first wanted; their phases make them anew, from what is there.
    """

    def __init__(self, net: Network, asked: Questions) -> None:
        self.net, self.asked = net, asked
        self.times = sealed(net.times)  # read-only, so that metrics share it

    @cached_property
    def order(self) -> Ints:
        """By METIS."""
        return nested_dissection(*undirected(self.net.nodes, self.net.tail, self.net.head))

    @cached_property
    def topology(self) -> Topology:
        """Shortcuts and triangles."""
        return Topology(self.net.nodes, self.net.tail, self.net.head, self.order)

    @cached_property
    def metric(self) -> Metric:
        """The times, customised."""
        return Metric(self.topology, self.times)

    @cached_property
    def query(self) -> Query:
        """Working memory of this thread."""
        return Query(self.topology)

    @cached_property
    def stations(self) -> Selection:
        """The stations, prepared."""
        return self.topology.selection(self.asked.stations)

    def tasks(self) -> Mapping[str, Callable[[], Task]]:
        """How each phase is answered."""
        return {
            "order": lambda: Task(call=lambda _: self._again("order"), proof=None, note="METIS"),
            "topology": lambda: Task(call=lambda _: self._again("topology"), proof=None),
            "customise": lambda: Task(call=lambda _: self.metric.customise(self.times), proof=self._sample),
            **{f"partial_{count}": partial(self._partial, count) for count in CLOSURE_COUNTS},
            "closure_to_table": self._closure,
            "nearest_5": self._nearest,
            **self.asking(),
        }

    def asking(self) -> Mapping[str, Callable[[], Task]]:
        """How the phases are answered that only ask the metric."""
        stations, incidents = self.asked.stations, self.asked.incidents
        few = incidents[: INCIDENTS[0]]
        return {
            "p2p": self._pairs,
            "p2p_paths": self._paths,
            "table_1x420_prebuilt": lambda: Task(
                call=lambda _: self.query.table_to(self.metric, incidents[:1], self.stations)
            ),
            "table_420x1_prebuilt": lambda: Task(call=lambda _: self._from_stations(incidents[:1])),
            "table_420x50": lambda: self._table(few),
            "table_420x50_prebuilt": lambda: Task(call=lambda _: self._from_stations(few)),
            "table_420x1000": lambda: self._table(incidents[: INCIDENTS[1]]),
            "table_420x10000": lambda: self._table(incidents),
            "one_to_all": lambda: Task(
                call=lambda _: self.query.distances(self.metric, int(stations[0])),
                note=f"{self.net.nodes} nodes",
            ),
        }

    def memory(self) -> Mapping[str, int]:
        """Bytes of what stays."""
        return {
            "memory_topology": self.topology.nbytes,
            "memory_metric": self.metric.nbytes,
            "memory_scratch": self.query.nbytes,
            "memory_stations": sum(each.nbytes for each in self.stations),
        }

    def _again(self, what: str) -> Any:
        vars(self).pop(what, None)
        return getattr(self, what)

    def _table(self, incidents: Ints) -> Task:
        return Task(call=lambda _: self.query.table(self.metric, self.asked.stations, incidents))

    def _from_stations(self, incidents: Ints) -> NDArray[np.int32]:
        return self.query.table_from(self.metric, self.stations, incidents)

    def _sample(self, _: object) -> Times:
        starts, ends = self.asked.starts[:SAMPLE], self.asked.ends[:SAMPLE]
        return self.query.pairs(self.metric, starts, ends).astype(np.int64)

    def _partial(self, count: int) -> Task:
        closures = self.asked.closures[count]

        def across(n: int) -> Times:
            arcs = closures[n]
            found = self.query.pairs(self.metric, self.net.tail[arcs], self.net.head[arcs])
            return found.astype(np.int64)

        return Task(
            call=lambda n: self._close(n, count),
            proof=across,
            undo=partial(self._open, count),
            rounds=len(closures),
        )

    def _close(self, n: int, count: int) -> int:
        arcs = self.asked.closures[count][n]
        self.query.update(self.metric, arcs, np.full(arcs.size, NEVER, dtype=np.int32))
        return n

    def _open(self, count: int, n: int) -> None:
        arcs = self.asked.closures[count][n]
        self.query.update(self.metric, arcs, self.times[arcs])

    def _closure(self) -> Task:
        few = self.asked.incidents[: INCIDENTS[0]]

        def call(n: int) -> NDArray[np.int32]:
            self._close(n, 1)
            return self._from_stations(few)

        return Task(call=call, undo=partial(self._open, 1), rounds=len(self.asked.closures[1]))

    def _nearest(self) -> Task:
        few = self.asked.incidents[: INCIDENTS[0]]
        return Task(
            call=lambda _: self.query.nearest(self.metric, self.stations, few, NEAREST),
            proof=lambda found: np.asarray(found[1], dtype=np.int64),
        )

    def _pairs(self) -> Task:
        starts, ends = self.asked.starts, self.asked.ends
        return Task(call=lambda _: self.query.pairs(self.metric, starts, ends), scale=1 / starts.size)

    def _paths(self) -> Task:
        starts, ends = self.asked.starts.tolist(), self.asked.ends.tolist()

        def call(_: int) -> list[Ints | None]:
            return [self.query.way(self.metric, a, b) for a, b in zip(starts, ends, strict=True)]

        def proof(ways: list[Ints | None]) -> Times:
            return self.net.lengths(starts, ends, ways)

        return Task(call=call, proof=proof, scale=1 / len(starts), note="one call from Python each")


class Dijkstra(Searching):
    """Our own search without preparation, forwards and turned round."""

    def __init__(self, net: Network, asked: Questions) -> None:
        super().__init__(net, asked)
        self._sides = [_rows(net, net.tail, net.head), _rows(net, net.head, net.tail)]
        self._scratch = make_scratch(net.nodes)
        one = net.places[:1]
        self.rows(one, one, turned=False)  # compiles it for these very arrays
        self.distances(int(one[0]))

    def rows(self, starts: Ints, ends: Ints, *, turned: bool) -> Times:
        """One search for each start."""
        out = np.empty((starts.size, ends.size), dtype=np.int32)
        table(*self._sides[turned], sealed(starts), sealed(ends), self._scratch, out)
        return out.astype(np.int64)

    def distances(self, source: int) -> Times:
        """One search through everything."""
        out = np.empty(self.net.nodes, dtype=np.int32)
        one_to_all(*self._sides[0], source, NEVER, self._scratch, out)
        return out.astype(np.int64)


def _rows(net: Network, tail: Ints, head: Ints) -> tuple[NDArray[np.int64], Ints, Ints]:
    order = np.argsort(tail, kind="stable")
    first_out = np.zeros(net.nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(tail, minlength=net.nodes), out=first_out[1:])
    first_out.flags.writeable = False
    return first_out, sealed(head[order]), sealed(net.times[order])
