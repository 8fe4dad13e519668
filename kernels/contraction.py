"""Building a customizable contraction hierarchy: elimination tree, shortcuts, lower triangles.

Everything is in ranks: the node contracted first is 0. An arc of the hierarchy joins a lower rank (its tail)
to a higher one (its head) and stands for both directions. Symbolic Cholesky factorisation, after Liu (1990);
as shortest paths in Dibbelt, Strasser and Wagner (2016). Each kernel runs once per map.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.jit import kernel, maker

Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]
Int = int | np.int64

NO_PARENT: Final = -1
NO_ARC: Final = -1
NO_SLOT: Final = -1


class Hierarchy(NamedTuple):
    """The arrays of a hierarchy of `n` nodes and `a` arcs; nothing in it depends on weights.

    `up_first` int64[n + 1], `head` int32[a]: arcs by tail, then by head. `tail` int32[a].
    `down_first` int64[n + 1], `down_tail`, `down_arc` int32[a]: arcs by head, then by tail.
    `parent` int32[n]: lowest head, `NO_PARENT` at a root; ranks are a postorder of this tree.
    `tri_first` int64[n + 1], `tri` int32[t]: for each node, for each pair of its arcs in order, the arc between
    their heads. `slot` int32[k], `slot_arc` int32[k]: slot `2 * arc` (tail to head) or `2 * arc + 1` (head to
    tail) of each road arc, in rising order of slots. `slot_first` int64[n + 1]: place of each tail's first slot.
    `road_slot` int32[m]: slot by road arc, `NO_SLOT` for a loop.
    `rank`, `node` int32[n]: from nodes to ranks and back.
    """

    up_first: Offsets
    head: Ints
    tail: Ints
    down_first: Offsets
    down_tail: Ints
    down_arc: Ints
    parent: Ints
    tri_first: Offsets
    tri: Ints
    slot: Ints
    slot_arc: Ints
    slot_first: Offsets
    road_slot: Ints
    rank: Ints
    node: Ints


@maker
def elimination_tree(first: Offsets, neighbour: Ints, node: Ints, rank: Ints, parent: Ints) -> None:
    """Write the parent of every rank into `parent` int32[n]; the graph is undirected, in node ids."""
    ancestor = np.full(node.size, NO_PARENT, dtype=np.int32)
    for v in range(node.size):
        parent[v] = NO_PARENT
        for p in range(first[node[v]], first[node[v] + 1]):
            u = rank[neighbour[p]]
            while u != NO_PARENT and u < v:
                above = ancestor[u]
                ancestor[u] = v
                if above == NO_PARENT:
                    parent[u] = v
                u = above


@maker
def postorder(parent: Ints, place: Ints) -> None:
    """Write a postorder of the tree into `place` int32[n]; it keeps the order of siblings."""
    n = parent.size
    size = np.ones(n, dtype=np.int32)
    for v in range(n):
        if parent[v] != NO_PARENT:
            size[parent[v]] += size[v]
    free = np.empty(n, dtype=np.int32)
    last = n
    for v in range(n - 1, -1, -1):
        if parent[v] == NO_PARENT:
            place[v] = last - 1
            last -= size[v]
        else:
            place[v] = free[parent[v]] - 1
            free[parent[v]] -= size[v]
        free[v] = place[v]


@kernel
def relabel(old: Ints, place: Ints, parent: Ints) -> None:
    """Write the tree `old` int32[n] into `parent` int32[n] with rank `v` at `place[v]`."""
    for v in range(old.size):
        parent[place[v]] = place[old[v]] if old[v] != NO_PARENT else NO_PARENT


@maker
def height(parent: Ints) -> int:
    """Count the nodes on the longest branch of a tree."""
    depth = np.ones(parent.size, dtype=np.int32)
    most = 0
    for v in range(parent.size - 1, -1, -1):
        if parent[v] != NO_PARENT:
            depth[v] = depth[parent[v]] + 1
        most = max(most, depth[v])
    return most


@maker
def shortcuts(first: Offsets, neighbour: Ints, node: Ints, rank: Ints, up_first: Offsets) -> Ints:
    """Contract every node; fill `up_first` and return the heads, unsorted within each node."""
    n = node.size
    head = np.empty(max(16, neighbour.size), dtype=np.int32)
    seen = np.full(n, NO_PARENT, dtype=np.int32)
    child = np.full(n, NO_PARENT, dtype=np.int32)
    sibling = np.full(n, NO_PARENT, dtype=np.int32)
    end = np.int64(0)
    for v in range(n):
        up_first[v] = end
        if end + n - v > head.size:
            grown = np.empty(2 * head.size + n, dtype=np.int32)
            # no slice: one set from another compiles the sentence of its error too
            for p in range(end):
                grown[p] = head[p]
            head = grown
        least = np.int64(n)
        for p in range(first[node[v]], first[node[v] + 1]):
            u = np.int64(rank[neighbour[p]])
            if u > v and seen[u] != v:
                seen[u] = v
                head[end] = u
                end += 1
                least = min(least, u)
        c = np.int64(child[v])
        while c != NO_PARENT:
            for p in range(up_first[c], up_first[c + 1]):
                u = np.int64(head[p])
                if u > v and seen[u] != v:
                    seen[u] = v
                    head[end] = u
                    end += 1
                    least = min(least, u)
            c = np.int64(sibling[c])
        if least < n:
            sibling[v] = child[least]
            child[least] = v
    up_first[n] = end
    return head[:end].copy()


@maker
def sort_arcs(
    up_first: Offsets, head: Ints, tail: Ints, down_first: Offsets, down_tail: Ints, down_arc: Ints
) -> None:
    """Sort the heads of every node in place and fill the other arrays: three passes, no comparison."""
    n = up_first.size - 1
    down_first[:] = 0
    for p in range(head.size):
        down_first[head[p] + 1] += 1
    for v in range(n):
        down_first[v + 1] += down_first[v]
    free = down_first[:n].copy()
    for v in range(n):
        for p in range(up_first[v], up_first[v + 1]):
            down_tail[free[head[p]]] = v
            free[head[p]] += 1
    for v in range(n):
        free[v] = up_first[v]
    for h in range(n):
        for p in range(down_first[h], down_first[h + 1]):
            v = down_tail[p]
            down_arc[p] = free[v]
            head[free[v]] = h
            tail[free[v]] = v
            free[v] += 1


@kernel
def triangles(up_first: Offsets, head: Ints, tri_first: Offsets, tri: Ints) -> None:
    """Write the arc opposite to each node's pair of arcs into `tri`, by node, first arc, second arc."""
    t = np.int64(0)
    for v in range(up_first.size - 1):
        tri_first[v] = t
        for i in range(up_first[v], up_first[v + 1]):
            k = up_first[head[i]]
            for j in range(i + 1, up_first[v + 1]):
                while head[k] != head[j]:
                    k += 1
                tri[t] = k
                t += 1
    tri_first[up_first.size - 1] = t


@kernel
def arc_to(up_first: Offsets, head: Ints, low: Int, high: Int) -> Int:
    """Give the arc from rank `low` to rank `high`, `NO_ARC` where there is none."""
    left, right = up_first[low], up_first[low + 1]
    end = right
    while left < right:
        middle = (left + right) // 2
        if head[middle] < high:
            left = middle + 1
        else:
            right = middle
    return np.int64(left) if left < end and head[left] == high else np.int64(NO_ARC)


@kernel
def road_slots(up_first: Offsets, head: Ints, road_tail: Ints, road_head: Ints, rank: Ints, out: Ints) -> int:
    """Write the slot of each road arc into `out` int32[m], `NO_SLOT` for a loop; count the others."""
    kept = 0
    for arc in range(road_tail.size):
        x, y = np.int64(rank[road_tail[arc]]), np.int64(rank[road_head[arc]])
        out[arc] = NO_SLOT
        if x < y:
            out[arc] = 2 * arc_to(up_first, head, x, y)
            kept += 1
        elif y < x:
            out[arc] = 2 * arc_to(up_first, head, y, x) + 1
            kept += 1
    return kept


@kernel
def sort_slots(slots: Ints, count: Offsets, slot: Ints, slot_arc: Ints) -> None:
    """Sort road arcs by slot, then id; `count` int64[2a + 1] is zero before."""
    for arc in range(slots.size):
        if slots[arc] != NO_SLOT:
            count[slots[arc] + 1] += 1
    for s in range(count.size - 1):
        count[s + 1] += count[s]
    for arc in range(slots.size):
        if slots[arc] != NO_SLOT:
            slot[count[slots[arc]]] = slots[arc]
            slot_arc[count[slots[arc]]] = arc
            count[slots[arc]] += 1


@kernel
def first_slots(up_first: Offsets, slot: Ints, slot_first: Offsets) -> None:
    """Write where the slots of each tail begin in the sorted `slot` into `slot_first` int64[n + 1]."""
    p = np.int64(0)
    for v in range(up_first.size):
        while p < slot.size and slot[p] < 2 * up_first[v]:
            p += 1
        slot_first[v] = p
