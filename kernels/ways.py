"""From point to point on a customised hierarchy: the time, and the way in road arcs.

Elimination-tree query of Dibbelt, Strasser and Wagner (2016): every node that a search upwards can reach is an
ancestor in the tree, so there is no queue.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.cch import common_from, first_place
from kernels.contraction import NO_ARC, NO_PARENT, Hierarchy, arc_to
from kernels.jit import NEVER, kernel
from kernels.lanes import push_one
from kernels.rphast import Arcs

Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]
Flags = NDArray[np.bool_]
Int = int | np.int64

NO_WAY: Final = -1


class Climb(NamedTuple):
    """Working memory of one thread. `up`, `down` int32[n] are `NEVER`, `spot` int32[n] -1 between calls.

    `branch` int32[height + 1]: ancestors of a node. `stack` int32[4 * height + 8]: slots to unpack.
    """

    up: Ints
    down: Ints
    spot: Ints
    branch: Ints
    stack: Ints


def make_climb(nodes: int, height: int) -> Climb:
    """Working memory for a hierarchy of `nodes` nodes, of which no more than `height` are on one branch."""
    return Climb(
        up=np.full(nodes, NEVER, dtype=np.int32),
        down=np.full(nodes, NEVER, dtype=np.int32),
        spot=np.full(nodes, -1, dtype=np.int32),
        branch=np.empty(height + 1, dtype=np.int32),
        stack=np.empty(4 * height + 8, dtype=np.int32),
    )


@kernel
def rise(parent: Ints, arcs: Arcs, start: Int, time: Ints) -> None:
    """Reach the ancestors of rank `start`; `time` int32[n] is `NEVER` before."""
    time[start] = 0
    x = np.int64(start)
    while x != NO_PARENT:
        here = np.int64(time[x])
        if here < NEVER:
            first = arcs.first[x]
            push_one(
                time, here, arcs.head, first, arcs.first[x + 1] - first,
                arcs.time, arcs.step * arcs.at[x] + arcs.side, arcs.step,
            )  # fmt: skip
        x = np.int64(parent[x])


@kernel
def rise_to_meet(parent: Ints, arcs: Arcs, start: Int, c: Climb) -> tuple[Int, Int]:
    """Rise into `down` where it can still matter; give the least time by an ancestor in `up` too, and that ancestor."""
    best, top = np.int64(NEVER), np.int64(NO_PARENT)
    c.down[start] = 0
    x = np.int64(start)
    while x != NO_PARENT:
        here = np.int64(c.down[x])
        if here < best:
            whole = here + np.int64(c.up[x])
            if whole < best:
                best, top = whole, x
            first = arcs.first[x]
            push_one(
                c.down, here, arcs.head, first, arcs.first[x + 1] - first,
                arcs.time, arcs.step * arcs.at[x] + arcs.side, arcs.step,
            )  # fmt: skip
        x = np.int64(parent[x])
    return best, top


@kernel
def forget(parent: Ints, start: Int, time: Ints) -> None:
    """Make the times of the ancestors of `start` `NEVER` again."""
    x = np.int64(start)
    while x != NO_PARENT:
        time[x] = NEVER
        x = np.int64(parent[x])


@kernel
def pairs(
    parent: Ints, rank: Ints, rising: Arcs, falling: Arcs, sources: Ints, targets: Ints, c: Climb, out: Ints
) -> None:
    """Write the times from each source to its target, int32[k] nodes, into `out` int32[k]."""
    for p in range(sources.size):
        start, end = np.int64(rank[sources[p]]), np.int64(rank[targets[p]])
        rise(parent, rising, start, c.up)
        out[p] = rise_to_meet(parent, falling, end, c)[0]
        forget(parent, start, c.up)
        forget(parent, end, c.down)


@kernel
def ways(
    h: Hierarchy,
    w: Ints,
    times: Ints,
    sources: Ints,
    targets: Ints,
    begin: Int,
    c: Climb,
    one: Ints,
    first: Offsets,
    out: Ints,
    reached: Flags,
) -> int:
    """Write the ways of the pairs from `begin` on, one after the other, into `out`; give the first that did not fit.

    The way of pair `p` is `out[first[p] : first[p + 1]]`; `first[begin]` is set before. `one` int32[n] holds one way.
    """
    for p in range(begin, sources.size):
        count = way(h, w, times, np.int64(sources[p]), np.int64(targets[p]), c, one)
        reached[p] = count != NO_WAY
        count = max(count, np.int64(0))
        if first[p] + count > out.size:
            return p
        for x in range(count):
            out[first[p] + x] = one[x]
        first[p + 1] = first[p] + count
    return int(sources.size)


@kernel
def way(h: Hierarchy, w: Ints, times: Ints, source: Int, target: Int, c: Climb, out: Ints) -> Int:
    """Write the road arcs of a quickest way into `out` int32[n]; count them, `NO_WAY` where there is none.

    No node is passed twice: a round of no time is cut out where it closes.
    """
    start, end = np.int64(h.rank[source]), np.int64(h.rank[target])
    rising = Arcs(h.up_first, h.head, w, h.up_first, np.int64(2), np.int64(0))
    falling = Arcs(h.up_first, h.head, w, h.up_first, np.int64(2), np.int64(1))
    rise(h.parent, rising, start, c.up)
    top = rise_to_meet(h.parent, falling, end, c)[1]
    size: Int = np.int64(0)
    if top != NO_PARENT:
        size = retrace(h, w, end, top, np.int64(1), c.down, c, size)
        for p in range(size // 2):  # what is driven first lies on top
            c.stack[p], c.stack[size - 1 - p] = c.stack[size - 1 - p], c.stack[p]
        size = retrace(h, w, start, top, np.int64(0), c.up, c, size)
    forget(h.parent, start, c.up)
    forget(h.parent, end, c.down)
    if top == NO_PARENT:
        return NO_WAY
    return unpack(h, w, times, start, size, c, out)


@kernel
def retrace(h: Hierarchy, w: Ints, start: Int, top: Int, side: Int, time: Ints, c: Climb, size: Int) -> Int:
    """Add the slots by which `top` was reached from `start` to the stack, from the top down, and give its size.

    The climb noted no arcs, for it is quicker without; on the branch below a node, whoever gave it its time is
    found again by that time.
    """
    count = np.int64(0)
    x = np.int64(start)
    while x != top:
        c.branch[count] = x
        count += 1
        x = np.int64(h.parent[x])
    for p in range(count - 1, -1, -1):
        below = np.int64(c.branch[p])
        if time[below] <= time[x]:
            arc = arc_to(h.up_first, h.head, below, x)
            if arc != NO_ARC and np.int64(time[below]) + np.int64(w[2 * arc + side]) == np.int64(time[x]):
                c.stack[size] = 2 * arc + side
                size += 1
                x = below
    return size


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
    p = first_place(h, slot)
    while p < h.slot.size and h.slot[p] == slot:
        if times[h.slot_arc[p]] == w[slot]:
            return np.int64(h.slot_arc[p])
        p += 1
    return np.int64(NO_ARC)


@kernel
def halves(h: Hierarchy, w: Ints, slot: Int) -> tuple[Int, Int]:
    """Give the two slots, one after the other, of the lowest triangle that takes the time of a slot."""
    low, high = np.int64(h.tail[slot // 2]), np.int64(h.head[slot // 2])
    p, q = h.down_first[low], common_from(h, low, high)
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
