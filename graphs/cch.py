"""A customizable contraction hierarchy, as three objects that change at three rates.

`Topology` is made once per map, `Metric` once per set of times and brought up to date in microseconds after a
closure, `Query` once per thread. After Dibbelt, Strasser and Wagner, "Customizable Contraction Hierarchies" (2016);
tables after Delling, Goldberg and Werneck, "Faster Batched Shortest Paths in Road Networks" (2011).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphs.order import checked, nested_dissection, undirected
from graphs.road import Ints, Offsets
from kernels import cch, contraction, rphast, ways
from kernels.contraction import Hierarchy
from kernels.heap import TAKEN
from kernels.rphast import Lanes, Selection
from models.errors import require

_HEAP: Final = 1 << 14
"""Arcs of the hierarchy that wait at once in a partial customisation; a full one is quicker beyond."""
_FEW: Final = 3
"""Sources for which one climb and one scalar descent each beat the lanes."""


class Topology:
    """Order, shortcuts and triangles of a map: everything that does not depend on times.

    Parameters
    ----------
    nodes
        Number of nodes, `n`.
    tail, head
        int32[m] node ids of each road arc. Loops and parallel arcs are allowed, and parts without a way
        between them.
    order
        int32[n]: nodes by rising importance, for example one stored with the map; by METIS where None.

    Raises
    ------
    InputError
        The order is not one of these nodes.
    """

    def __init__(self, nodes: int, tail: Ints, head: Ints, order: Ints | None = None) -> None:
        self.nodes = nodes
        self.road_arcs = int(tail.size)
        first, neighbour = undirected(nodes, tail, head)
        if order is None:
            order = nested_dissection(first, neighbour)
        self.arrays: Final = _contract(first, neighbour, checked(order, nodes), tail, head)
        self.arcs = int(self.arrays.head.size)
        self.height = _height(self.arrays.parent)

    @property
    def order(self) -> Ints:
        """Nodes by rising importance, int32[n]; give it to `Topology` again for the same hierarchy."""
        return self.arrays.node

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self.arrays)

    def selection(self, targets: Ints) -> Selection:
        """Prepare tables to or from the same targets, for example all stations; holds for every metric.

        Parameters
        ----------
        targets
            int32[t]: nodes, in any order, repeats allowed.
        """
        ranks, order = self.sorted_ranks(targets)
        size, arcs = rphast.count_ancestors(self.arrays, ranks)
        selection = Selection(
            rank=np.empty(size, dtype=np.int32),
            row=np.full(self.nodes, -1, dtype=np.int32),
            first=np.empty(size + 1, dtype=np.int64),
            head=np.empty(arcs, dtype=np.int32),
            goal=np.empty(targets.size, dtype=np.int32),
        )
        rphast.select(self.arrays, ranks, order, selection)
        return selection

    def sorted_ranks(self, nodes: Ints) -> tuple[Ints, NDArray[np.int64]]:
        """Give the ranks of some nodes in rising order, int32[k], and whose they are, int64[k]."""
        ranks = self.arrays.rank[nodes]
        order = np.argsort(ranks, kind="stable")
        return ranks[order], order


class Metric:
    """One set of times on a topology, customised.

    Parameters
    ----------
    topology
        The hierarchy.
    times
        int32[m] deciseconds of each road arc, at least 0; `NEVER` and above where it is shut. Copied.

    Raises
    ------
    InputError
        Not one time for each arc, or a time below 0.
    """

    def __init__(self, topology: Topology, times: Ints) -> None:
        self.topology = topology
        _check_times(times, topology.road_arcs)
        self.times = np.array(times, dtype=np.int32)
        self.w = np.empty(2 * topology.arcs, dtype=np.int32)
        cch.customise(topology.arrays, self.times, self.w)

    def customise(self, times: Ints) -> None:
        """Take other times for all arcs, in the memory that is there."""
        _check_times(times, self.topology.road_arcs)
        self.times[:] = times
        cch.customise(self.topology.arrays, self.times, self.w)

    def copy(self) -> Metric:
        """Give a metric of its own memory."""
        other = object.__new__(Metric)
        other.topology, other.times, other.w = self.topology, self.times.copy(), self.w.copy()
        return other


class Query:
    """Questions to a hierarchy, and the working memory they need: one for each thread.

    Parameters
    ----------
    topology
        The hierarchy; metrics that are asked must stand on it.
    """

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self._climb = ways.make_climb(topology.nodes, topology.height)
        self._place = np.full(topology.arcs, TAKEN, dtype=np.int32)
        self._heap = np.empty(min(_HEAP, topology.arcs), dtype=np.int64)
        self._lanes: Lanes | None = None
        self._way = np.empty(topology.nodes, dtype=np.int32)

    def update(self, metric: Metric, arcs: Ints, times: Ints) -> int:
        """Give some road arcs other times and bring the metric up to date, to the bit as if made anew.

        Parameters
        ----------
        metric
            Changed in place; no other thread may ask it meanwhile.
        arcs, times
            int32[k] road arcs and their new deciseconds.

        Returns
        -------
        int
            How many arcs of the hierarchy were looked at; all where there were too many.

        Raises
        ------
        InputError
            Not one time for each arc, or a time below 0.
        """
        _check_times(times, arcs.size)
        metric.times[arcs] = times
        seen = cch.update(self.topology.arrays, metric.times, _fresh(arcs), metric.w, self._heap, self._place)
        if seen == cch.TOO_MANY:
            cch.customise(self.topology.arrays, metric.times, metric.w)
            return self.topology.arcs
        return int(seen)

    def pairs(self, metric: Metric, sources: Ints, targets: Ints) -> Ints:
        """Give the time from each source to its own target, int32[k]; `NEVER` where there is no way."""
        out = np.empty(sources.size, dtype=np.int32)
        ways.pairs(self.topology.arrays, metric.w, _fresh(sources), _fresh(targets), self._climb, out)
        return out

    def way(self, metric: Metric, source: int, target: int) -> Ints | None:
        """Give the road arcs of a quickest way as driven, int32[k]; None where there is none."""
        count = ways.way(
            self.topology.arrays, metric.w, metric.times, int(source), int(target), self._climb, self._way
        )
        return None if count == ways.NO_WAY else self._way[:count].copy()

    def table(self, metric: Metric, sources: Ints, targets: Ints) -> NDArray[np.int32]:
        """Give the times from all sources to all targets, int32[s, t]; climbs from the smaller side."""
        if sources.size <= targets.size:
            return self.table_to(metric, sources, self.topology.selection(targets))
        return self.table_from(metric, self.topology.selection(sources), targets)

    def table_to(
        self, metric: Metric, sources: Ints, selection: Selection, out: NDArray[np.int32] | None = None
    ) -> NDArray[np.int32]:
        """Give the times from sources to the targets of a selection, int32[s, t], into `out` where given."""
        return self._swept(metric, sources, selection, 0, out)

    def table_from(self, metric: Metric, selection: Selection, targets: Ints) -> NDArray[np.int32]:
        """Give the times from the nodes of a selection to targets, int32[s, t]."""
        return np.ascontiguousarray(self._swept(metric, targets, selection, 1, None).T)

    def distances(self, metric: Metric, source: int) -> Ints:
        """Give the times from a node to all nodes, int32[n]."""
        out = np.empty(self.topology.nodes, dtype=np.int32)
        h, c = self.topology.arrays, self._climb
        start = int(h.rank[source])
        ways.rise(h, metric.w, start, 0, c.up)
        rphast.one_to_all(h, metric.w, c.up, 0, self._way, out)
        ways.forget(h, start, c.up)
        return out

    def _swept(
        self, metric: Metric, ends: Ints, selection: Selection, side: int, out: NDArray[np.int32] | None
    ) -> NDArray[np.int32]:
        """Give the times between `ends` and a selection, int32[ends, selection]."""
        if out is None:
            out = np.empty((ends.size, selection.goal.size), dtype=np.int32)
        h, c = self.topology.arrays, self._climb
        if ends.size > _FEW:
            ranks, order = self.topology.sorted_ranks(ends)
            rphast.table(h, metric.w, ranks, order, selection, side, self._rows(selection.rank.size), out)
            return out
        for row, node in enumerate(ends.tolist()):
            start = int(h.rank[node])
            ways.rise(h, metric.w, start, side, c.up)
            rphast.one_to_many(h, metric.w, c.up, selection, side, self._way, out[row])
            ways.forget(h, start, c.up)
        return out

    def _rows(self, rows: int) -> Lanes:
        """Working memory of lanes, kept; made anew where a larger selection comes."""
        if self._lanes is None or self._lanes.start.size < rows:
            self._lanes = rphast.make_lanes(self.topology.nodes, self.topology.height, rows)
        return self._lanes


def _contract(first: Offsets, neighbour: Ints, order: Ints, tail: Ints, head: Ints) -> Hierarchy:
    nodes = order.size
    rank = np.empty(nodes, dtype=np.int32)
    rank[order] = np.arange(nodes, dtype=np.int32)
    parent, place = np.empty(nodes, dtype=np.int32), np.empty(nodes, dtype=np.int32)
    contraction.elimination_tree(first, neighbour, order, rank, parent)
    contraction.postorder(parent, place)
    node = np.empty(nodes, dtype=np.int32)
    node[place] = order
    rank[node] = np.arange(nodes, dtype=np.int32)
    contraction.elimination_tree(first, neighbour, node, rank, parent)
    up_first, down_first = np.empty(nodes + 1, dtype=np.int64), np.empty(nodes + 1, dtype=np.int64)
    heads = contraction.shortcuts(first, neighbour, node, rank, up_first)
    tails, down_tail, down_arc = (np.empty(heads.size, dtype=np.int32) for _ in range(3))
    contraction.sort_arcs(up_first, heads, tails, down_first, down_tail, down_arc)
    degree = np.diff(up_first)
    tri = np.empty(int((degree * (degree - 1) // 2).sum()), dtype=np.int32)
    tri_first = np.empty(nodes + 1, dtype=np.int64)
    contraction.triangles(up_first, heads, tri_first, tri)
    slots = np.empty(tail.size, dtype=np.int32)
    kept = contraction.road_slots(up_first, heads, _fresh(tail), _fresh(head), rank, slots)
    slot, slot_arc = np.empty(kept, dtype=np.int32), np.empty(kept, dtype=np.int32)
    contraction.sort_slots(slots, np.zeros(2 * heads.size + 1, dtype=np.int64), slot, slot_arc)
    return Hierarchy(
        up_first=up_first,
        head=heads,
        tail=tails,
        down_first=down_first,
        down_tail=down_tail,
        down_arc=down_arc,
        parent=parent,
        tri_first=tri_first,
        tri=tri,
        slot=slot,
        slot_arc=slot_arc,
        road_slot=slots,
        rank=rank,
        node=node,
    )


def _height(parent: Ints) -> int:
    """Nodes on the longest branch."""
    return int(contraction.height(parent))


def _fresh(values: Ints) -> Ints:
    """Give int32 values as the one kind of array that these kernels take: contiguous and writable."""
    array = np.ascontiguousarray(values, dtype=np.int32)
    return array if array.flags.writeable else array.copy()


def _check_times(times: Ints, wanted: int) -> None:
    require(
        times.size == wanted,
        "there must be one time for each of the {wanted} arcs, got {found}",
        wanted=wanted,
        found=times.size,
    )
    require(
        times.size == 0 or int(times.min()) >= 0,
        "a travel time must not be below 0 deciseconds, got {found}",
        found=0 if times.size == 0 else int(times.min()),
    )
