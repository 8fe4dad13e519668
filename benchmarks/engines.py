"""Peers behind one face: times between nodes as int64 arrays, `NEVER` where there is no way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.networks import Ints, Network
from kernels.dijkstra import make_scratch, one_to_all, table
from models.units import NEVER

try:  # an optional extra: its absence is reported in the rows
    import routingkit_cch

    HAVE_ROUTINGKIT = True
except ImportError:
    HAVE_ROUTINGKIT = False

Times = NDArray[np.int64]
_SHUT: Final = 2**31 - 1
"""RoutingKit's infinity."""


class RoutingKit:
    """RoutingKit's customizable contraction hierarchy, through its Python package."""

    def __init__(self, net: Network) -> None:
        self._net = net
        self._tail, self._head = net.tail.tolist(), net.head.tolist()
        self._times = net.times.tolist()
        self._lat, self._lng = net.lat.tolist(), net.lng.tolist()

    def order(self) -> list[int]:
        """Inertial flow."""
        found: list[int] = routingkit_cch.compute_order_inertial(
            self._net.nodes, self._tail, self._head, self._lat, self._lng
        )
        return found

    def build(self, order: list[int]) -> None:
        """Contract, and make a metric."""
        self.cch = routingkit_cch.CCH(order, self._tail, self._head, False)  # noqa: FBT003 - its own face

    def customise(self) -> None:
        """Make the metric anew in the memory that is there."""
        if not hasattr(self, "metric"):
            self.metric = routingkit_cch.CCHMetric(self.cch, self._times)
            self.updater = routingkit_cch.CCHMetricPartialUpdater(self.cch)
        self.metric.reset(self._times)

    def close(self, arcs: Sequence[int]) -> None:
        """Shut some arcs."""
        self.updater.apply(self.metric, dict.fromkeys(arcs, _SHUT))

    def open(self, arcs: Sequence[int]) -> None:
        """Give them their times back."""
        self.updater.apply(self.metric, {arc: self._times[arc] for arc in arcs})

    def pairs(self, starts: list[int], ends: list[int]) -> Times:
        """One call for each pair."""
        query = routingkit_cch.CCHQuery(self.metric)
        return _numbers([query.run(a, b).distance for a, b in zip(starts, ends, strict=True)])

    def paths(self, starts: list[int], ends: list[int]) -> list[list[int]]:
        """One call for each pair, with the arcs of the way."""
        query = routingkit_cch.CCHQuery(self.metric)
        return [query.run(a, b).arc_path for a, b in zip(starts, ends, strict=True)]

    def pin(self, targets: list[int], *, to: bool) -> Any:
        """Prepare times to (or from) some nodes."""
        kind = routingkit_cch.CCHOneToMany if to else routingkit_cch.CCHManyToOne
        return kind(self.metric, targets)

    def from_pinned(self, pinned: Any, targets: list[int]) -> Times:
        """Times from pinned sources, a row for each source."""
        return _numbers([pinned.distances_to(target) for target in targets]).T

    def to_pinned(self, sources: list[int], pinned: Any) -> Times:
        """Times to pinned targets, a row for each source."""
        return _numbers([pinned.distances_from(source) for source in sources])


def _numbers(found: list[Any]) -> Times:
    array = np.array(found, dtype=np.float64)  # None becomes not-a-number
    out = np.where(np.isnan(array) | (array >= NEVER), NEVER, array)
    return out.astype(np.int64)


class Plain:
    """Our own search without preparation, forwards and turned round."""

    def __init__(self, net: Network) -> None:
        self.nodes = net.nodes
        self._sides = [_rows(net, net.tail, net.head), _rows(net, net.head, net.tail)]
        self._scratch = make_scratch(net.nodes)

    def table(self, sources: Ints, targets: Ints) -> Times:
        """One search for each node of the smaller side."""
        turned = targets.size < sources.size
        starts, ends = (targets, sources) if turned else (sources, targets)
        out = np.empty((starts.size, ends.size), dtype=np.int32)
        table(*self._sides[turned], _sealed(starts), _sealed(ends), self._scratch, out)
        return (out.T if turned else out).astype(np.int64)

    def distances(self, source: int) -> Times:
        """One search through everything."""
        out = np.empty(self.nodes, dtype=np.int32)
        one_to_all(*self._sides[0], source, NEVER, self._scratch, out)
        return out.astype(np.int64)


class SciPy:
    """SciPy's Dijkstra."""

    def __init__(self, net: Network) -> None:
        self._matrix = csr_array(_quickest(net), shape=(net.nodes, net.nodes))
        self._turned = self._matrix.T.tocsr()

    def table(self, sources: Ints, targets: Ints) -> Times:
        """One search for each node of the smaller side."""
        if sources.size <= targets.size:
            return _whole(dijkstra(self._matrix, indices=sources)[:, targets])
        return _whole(dijkstra(self._turned, indices=targets)[:, sources].T)

    def distances(self, source: int) -> Times:
        """One search through everything."""
        return _whole(dijkstra(self._matrix, indices=source))


class NetworkX:
    """NetworkX's Dijkstra."""

    def __init__(self, net: Network) -> None:
        self.nodes = net.nodes
        self._graph = nx.DiGraph()
        times, (tail, head) = _quickest(net)
        self._graph.add_weighted_edges_from(
            zip(tail.tolist(), head.tolist(), times.astype(int).tolist(), strict=True)
        )

    def distances(self, source: int) -> Times:
        """One search through everything."""
        out = np.full(self.nodes, NEVER, dtype=np.int64)
        found = nx.single_source_dijkstra_path_length(self._graph, source)
        out[list(found)] = list(found.values())
        return out


def _whole(times: NDArray[np.float64]) -> Times:
    return np.where(np.isinf(times), NEVER, times).astype(np.int64)


def _quickest(net: Network) -> tuple[NDArray[np.float64], tuple[Ints, Ints]]:
    """One arc for each pair of nodes: SciPy would add parallel ones up."""
    order = np.lexsort((net.times, net.head, net.tail))
    pairs = net.tail[order].astype(np.int64) * net.nodes + net.head[order]
    first = order[np.unique(pairs, return_index=True)[1]]
    return net.times[first].astype(np.float64), (net.tail[first], net.head[first])


def _rows(net: Network, tail: Ints, head: Ints) -> tuple[NDArray[np.int64], Ints, Ints]:
    order = np.argsort(tail, kind="stable")
    first_out = np.zeros(net.nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(tail, minlength=net.nodes), out=first_out[1:])
    first_out.flags.writeable = False
    return first_out, _sealed(head[order]), _sealed(net.times[order])


def _sealed(values: Ints) -> Ints:
    array = values.copy()
    array.flags.writeable = False
    return array
