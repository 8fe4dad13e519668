"""Customisation of a contraction hierarchy, in full and of changed arcs alone.

`w` int32[2a] holds two times for each arc of the hierarchy: from its tail to its head, and back. After
customisation every lower triangle holds: no way by a lower node is shorter than the arc (Dibbelt, Strasser
and Wagner 2016, basic customisation).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kernels.contraction import Hierarchy
from kernels.heap import TAKEN, sift_up, take_least
from kernels.jit import NEVER, kernel
from kernels.lanes import relax

Ints = NDArray[np.int32]
Int = int | np.int64

TOO_MANY: Final = -1


@kernel
def customise(h: Hierarchy, times: Ints, w: Ints) -> None:
    """Fill `w` from the `times` int32[m] of the road arcs."""
    for s in range(w.size):
        w[s] = NEVER
    for p in range(h.slot.size):
        w[h.slot[p]] = min(w[h.slot[p]], times[h.slot_arc[p]])
    t = np.int64(0)
    for v in range(h.parent.size):
        last = h.up_first[v + 1]
        for i in range(h.up_first[v], last):
            count = last - i - 1
            if w[2 * i] < NEVER or w[2 * i + 1] < NEVER:
                relax(w, h.tri, t, i, count)
            t += count


@kernel
def first_place(h: Hierarchy, wanted: Int) -> Int:
    """Give the place in the sorted `h.slot` of the first road arc of a slot, or of what stands behind it."""
    p = h.slot_first[h.tail[wanted // 2]]
    while p < h.slot.size and h.slot[p] < wanted:
        p += 1
    return np.int64(p)


@kernel
def input_times(h: Hierarchy, times: Ints, arc: Int) -> tuple[Int, Int]:
    """Give the least times of the road arcs of an arc, there and back; `NEVER` where there is none."""
    there, back = np.int64(NEVER), np.int64(NEVER)
    p = first_place(h, 2 * arc)
    while p < h.slot.size and h.slot[p] <= 2 * arc + 1:
        if h.slot[p] == 2 * arc:
            there = min(there, np.int64(times[h.slot_arc[p]]))
        else:
            back = min(back, np.int64(times[h.slot_arc[p]]))
        p += 1
    return there, back


@kernel
def common_from(h: Hierarchy, low: Int, high: Int) -> Int:
    """Give where, among the arcs that lead up to `high`, those from nodes below `low` can begin.

    The nodes below both are descendants of `low`, which stand side by side; what stands before them is passed over.
    """
    left, right = h.down_first[high], h.down_first[high + 1]
    if h.down_first[low] == h.down_first[low + 1]:
        return np.int64(right)
    wanted = h.down_tail[h.down_first[low]]
    while left < right:
        middle = (left + right) // 2
        if h.down_tail[middle] < wanted:
            left = middle + 1
        else:
            right = middle
    return np.int64(left)


@kernel
def both_times(h: Hierarchy, times: Ints, w: Ints, arc: Int) -> tuple[Int, Int]:
    """Give what the two times of an arc must be, from its road arcs and its lower triangles."""
    there, back = input_times(h, times, arc)
    low, high = np.int64(h.tail[arc]), np.int64(h.head[arc])
    p, p_end = h.down_first[low], h.down_first[low + 1]
    q, q_end = common_from(h, low, high), h.down_first[high + 1]
    while p < p_end and q < q_end:
        if h.down_tail[p] < h.down_tail[q]:
            p += 1
        elif h.down_tail[p] > h.down_tail[q]:
            q += 1
        else:
            i, j = np.int64(h.down_arc[p]), np.int64(h.down_arc[q])
            there = min(there, np.int64(w[2 * i + 1]) + np.int64(w[2 * j]))
            back = min(back, np.int64(w[2 * j + 1]) + np.int64(w[2 * i]))
            p += 1
            q += 1
    return there, back


@kernel
def update(h: Hierarchy, times: Ints, changed: Ints, w: Ints, heap: NDArray[np.int64], place: Ints) -> int:
    """Bring `w` up to date after the times of the road arcs `changed` int32[k] were changed.

    Arcs are taken in rising order, so each is settled once; one that stays as it was ends there, and another is
    looked at only where the old way by this arc was its best or the new one is better. `place` int32[a] is
    `TAKEN` all over, before and after. Returns how many arcs were recomputed, `TOO_MANY` where the heap is full
    and `w` must be customised in full.
    """
    size = np.int64(0)
    for c in range(changed.size):
        slot = np.int64(h.road_slot[changed[c]])
        if slot >= 0 and place[slot // 2] == TAKEN:
            if size == heap.size:
                return clear(heap, place, size)
            sift_up(heap, place, size, np.int64(slot // 2))
            size += 1
    seen = 0
    while size > 0:
        k = take_least(heap, place, size)
        size -= 1
        seen += 1
        there, back = both_times(h, times, w, k)
        old_there, old_back = np.int64(w[2 * k]), np.int64(w[2 * k + 1])
        if there == old_there and back == old_back:
            continue
        w[2 * k], w[2 * k + 1] = there, back
        v = np.int64(h.tail[k])
        first, last = h.up_first[v], h.up_first[v + 1]
        degree, mine = last - first, k - first
        for j in range(first, last):
            if j == k:
                continue
            low, high = min(mine, j - first), max(mine, j - first)
            at = h.tri_first[v] + low * degree - low * (low + 1) // 2 + high - low - 1
            target = np.int64(h.tri[at])
            onto, off = (2 * target, 2 * target + 1) if mine < j - first else (2 * target + 1, 2 * target)
            # from this head down by k and up by j, and the other way round; what lies far apart is looked at last
            if (
                matters(back, old_back, np.int64(w[2 * j]), w, onto)
                or matters(there, old_there, np.int64(w[2 * j + 1]), w, off)
            ) and place[target] == TAKEN:
                if size == heap.size:
                    return clear(heap, place, size)
                sift_up(heap, place, size, target)
                size += 1
    return seen


@kernel
def matters(new: Int, old: Int, other: Int, w: Ints, slot: Int) -> bool:
    """Whether a change of one side of a triangle may change the third, the time of `slot`."""
    if new == old or other >= NEVER:
        return False
    best = np.int64(w[slot])
    return bool(new + other < best or old + other == best)


@kernel
def clear(heap: NDArray[np.int64], place: Ints, size: Int) -> int:
    """Empty the heap and say that it was too small."""
    for p in range(size):
        place[heap[p]] = TAKEN
    return TOO_MANY
