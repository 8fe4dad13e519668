"""From point to point on a customised hierarchy: the time, and the way in road arcs.

Elimination-tree query of Dibbelt, Strasser and Wagner (2016): every node that a search upwards can reach is an
ancestor in the tree, so there is no queue.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.cch import first_place
from kernels.contraction import NO_PARENT, Hierarchy
from kernels.jit import NEVER, kernel
from kernels.lanes import push_one

Ints = NDArray[np.int32]
Int = int | np.int64

NO_ARC: Final = -1
NO_WAY: Final = -1


class Climb(NamedTuple):
    """Working memory of one thread. `up`, `down` int32[n] are `NEVER`, `spot` int32[n] -1 between calls.

    `up_arc`, `down_arc` int32[n]: arc by which an ancestor was reached. `stack` int32[4 * height + 8]: slots to unpack.
    """

    up: Ints
    down: Ints
    up_arc: Ints
    down_arc: Ints
    spot: Ints
    stack: Ints


def make_climb(nodes: int, height: int) -> Climb:
    """Working memory for a hierarchy of `nodes` nodes, of which no more than `height` are on one branch."""
    return Climb(
        up=np.full(nodes, NEVER, dtype=np.int32),
        down=np.full(nodes, NEVER, dtype=np.int32),
        up_arc=np.full(nodes, NO_ARC, dtype=np.int32),
        down_arc=np.full(nodes, NO_ARC, dtype=np.int32),
        spot=np.full(nodes, -1, dtype=np.int32),
        stack=np.empty(4 * height + 8, dtype=np.int32),
    )


@kernel
def climb(h: Hierarchy, w: Ints, start: Int, side: Int, time: Ints, by: Ints) -> None:
    """Reach the ancestors of rank `start`: `side` 0 from it, 1 to it."""
    time[start] = 0
    by[start] = NO_ARC
    x = np.int64(start)
    while x != NO_PARENT:
        here = np.int64(time[x])
        if here < NEVER:
            for k in range(h.up_first[x], h.up_first[x + 1]):
                reached = here + np.int64(w[2 * k + side])
                if reached < time[h.head[k]]:
                    time[h.head[k]] = reached
                    by[h.head[k]] = k
        x = np.int64(h.parent[x])


@kernel
def rise(h: Hierarchy, w: Ints, start: Int, side: Int, time: Ints) -> None:
    """Reach the ancestors as `climb` does, without keeping by which arc."""
    time[start] = 0
    x = np.int64(start)
    while x != NO_PARENT:
        here = np.int64(time[x])
        if here < NEVER:
            first = h.up_first[x]
            push_one(time, here, h.head, first, h.up_first[x + 1] - first, w, 2 * first + side)
        x = np.int64(h.parent[x])


@kernel
def rise_to_meet(h: Hierarchy, w: Ints, start: Int, c: Climb) -> Int:
    """Rise into `down` where it can still matter, and give the least time by an ancestor in `up` too."""
    best = np.int64(NEVER)
    c.down[start] = 0
    x = np.int64(start)
    while x != NO_PARENT:
        here = np.int64(c.down[x])
        if here < best:
            best = min(best, here + np.int64(c.up[x]))
            first = h.up_first[x]
            push_one(c.down, here, h.head, first, h.up_first[x + 1] - first, w, 2 * first + 1)
        x = np.int64(h.parent[x])
    return best


@kernel
def forget(h: Hierarchy, start: Int, time: Ints) -> None:
    """Make the times of the ancestors of `start` `NEVER` again."""
    x = np.int64(start)
    while x != NO_PARENT:
        time[x] = NEVER
        x = np.int64(h.parent[x])


@kernel
def meet(h: Hierarchy, start: Int, c: Climb) -> tuple[Int, Int]:
    """Give the least time by an ancestor of `start` that both climbs reached, and that ancestor."""
    best, at = np.int64(NEVER), np.int64(NO_PARENT)
    x = np.int64(start)
    while x != NO_PARENT:
        whole = np.int64(c.up[x]) + np.int64(c.down[x])
        if whole < best:
            best, at = whole, x
        x = np.int64(h.parent[x])
    return best, at


@kernel
def pairs(h: Hierarchy, w: Ints, sources: Ints, targets: Ints, c: Climb, out: Ints) -> None:
    """Write the times from each source to its target, int32[k] nodes, into `out` int32[k]."""
    for p in range(sources.size):
        start, end = np.int64(h.rank[sources[p]]), np.int64(h.rank[targets[p]])
        rise(h, w, start, np.int64(0), c.up)
        out[p] = rise_to_meet(h, w, end, c)
        forget(h, start, c.up)
        forget(h, end, c.down)


@kernel
def way(h: Hierarchy, w: Ints, times: Ints, source: Int, target: Int, c: Climb, out: Ints) -> Int:
    """Write the road arcs of a quickest way into `out` int32[n]; count them, `NO_WAY` where there is none.

    No node is passed twice: a round of no time is cut out where it closes.
    """
    start, end = np.int64(h.rank[source]), np.int64(h.rank[target])
    climb(h, w, start, np.int64(0), c.up, c.up_arc)
    climb(h, w, end, np.int64(1), c.down, c.down_arc)
    top = meet(h, start, c)[1]
    forget(h, start, c.up)
    forget(h, end, c.down)
    if top == NO_PARENT:
        return NO_WAY
    size = np.int64(0)
    x = top
    while c.down_arc[x] != NO_ARC:
        c.stack[size] = 2 * c.down_arc[x] + 1
        size += 1
        x = np.int64(h.tail[c.down_arc[x]])
    for p in range(size // 2):  # what is driven first lies on top
        c.stack[p], c.stack[size - 1 - p] = c.stack[size - 1 - p], c.stack[p]
    x = top
    while c.up_arc[x] != NO_ARC:
        c.stack[size] = 2 * c.up_arc[x]
        size += 1
        x = np.int64(h.tail[c.up_arc[x]])
    return unpack(h, w, times, start, size, c, out)


@kernel
def unpack(h: Hierarchy, w: Ints, times: Ints, start: Int, size: Int, c: Climb, out: Ints) -> Int:
    """Write the road arcs of the `size` slots on the stack into `out` and count them."""
    count = np.int64(0)
    c.spot[start] = 0
    while size > 0:
        size -= 1
        slot = np.int64(c.stack[size])
        arc = road_arc(h, w, times, slot)
        if arc == NO_ARC:
            first, second = halves(h, w, slot)
            c.stack[size], c.stack[size + 1] = second, first
            size += 2
            continue
        at = end_of(h, slot)
        if c.spot[at] >= 0:  # a round of no time
            for p in range(c.spot[at], count):
                c.spot[end_of(h, np.int64(h.road_slot[out[p]]))] = -1
            count = np.int64(c.spot[at])
            c.spot[at] = count
        else:
            out[count] = arc
            count += 1
            c.spot[at] = count
    for p in range(count):
        c.spot[end_of(h, np.int64(h.road_slot[out[p]]))] = -1
    c.spot[start] = -1
    return count


@kernel
def end_of(h: Hierarchy, slot: Int) -> Int:
    """Give the rank that a slot leads to."""
    return np.int64(h.head[slot // 2]) if slot % 2 == 0 else np.int64(h.tail[slot // 2])


@kernel
def road_arc(h: Hierarchy, w: Ints, times: Ints, slot: Int) -> Int:
    """Give the first road arc that alone takes the time of a slot, `NO_ARC` where none does."""
    p = first_place(h.slot, slot)
    while p < h.slot.size and h.slot[p] == slot:
        if times[h.slot_arc[p]] == w[slot]:
            return np.int64(h.slot_arc[p])
        p += 1
    return np.int64(NO_ARC)


@kernel
def halves(h: Hierarchy, w: Ints, slot: Int) -> tuple[Int, Int]:
    """Give the two slots, one after the other, of the lowest triangle that takes the time of a slot."""
    low, high = h.tail[slot // 2], h.head[slot // 2]
    p, q = h.down_first[low], h.down_first[high]
    while True:
        if h.down_tail[p] < h.down_tail[q]:
            p += 1
        elif h.down_tail[p] > h.down_tail[q]:
            q += 1
        else:
            i, j = 2 * np.int64(h.down_arc[p]), 2 * np.int64(h.down_arc[q])
            first, second = (i + 1, j) if slot % 2 == 0 else (j + 1, i)
            if np.int64(w[first]) + np.int64(w[second]) == w[slot]:
                return first, second
            p += 1
            q += 1
