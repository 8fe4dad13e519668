"""The part of a contraction hierarchy that depends on the map alone: order, shortcuts, triangles."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphs.arrays import sealed
from graphs.order import checked, nested_dissection, undirected
from graphs.road import Ints, Offsets
from kernels import contraction, rphast
from kernels.contraction import Hierarchy
from kernels.rphast import Selection


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
        self.height = int(contraction.height(self.arrays.parent))  # nodes on the longest branch

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
            at=np.empty(size, dtype=np.int64),
            goal=np.empty(targets.size, dtype=np.int32),
        )
        rphast.select(self.arrays, ranks, order, selection)
        return selection

    def sorted_ranks(self, nodes: Ints) -> tuple[Ints, NDArray[np.int64]]:
        """Give the ranks of some nodes in rising order, int32[k], and whose they are, int64[k]."""
        ranks = self.arrays.rank[nodes]
        order = np.argsort(ranks, kind="stable")
        return ranks[order], order


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
    tree = np.empty(nodes, dtype=np.int32)
    contraction.relabel(parent, place, tree)
    up_first, down_first = np.empty(nodes + 1, dtype=np.int64), np.empty(nodes + 1, dtype=np.int64)
    heads = contraction.shortcuts(first, neighbour, node, rank, up_first)
    tails, down_tail, down_arc = (np.empty(heads.size, dtype=np.int32) for _ in range(3))
    contraction.sort_arcs(up_first, heads, tails, down_first, down_tail, down_arc)
    degree = np.diff(up_first)
    tri = np.empty(int((degree * (degree - 1) // 2).sum()), dtype=np.int32)
    tri_first = np.empty(nodes + 1, dtype=np.int64)
    contraction.triangles(up_first, heads, tri_first, tri)
    slots = np.empty(tail.size, dtype=np.int32)
    kept = contraction.road_slots(up_first, heads, sealed(tail), sealed(head), rank, slots)
    slot, slot_arc = np.empty(kept, dtype=np.int32), np.empty(kept, dtype=np.int32)
    contraction.sort_slots(slots, np.zeros(2 * heads.size + 1, dtype=np.int64), slot, slot_arc)
    slot_first = np.empty(nodes + 1, dtype=np.int64)
    contraction.first_slots(up_first, slot, slot_first)
    return Hierarchy(
        up_first=up_first,
        head=heads,
        tail=tails,
        down_first=down_first,
        down_tail=down_tail,
        down_arc=down_arc,
        parent=tree,
        tri_first=tri_first,
        tri=tri,
        slot=slot,
        slot_arc=slot_arc,
        slot_first=slot_first,
        road_slot=slots,
        rank=rank,
        node=node,
    )
