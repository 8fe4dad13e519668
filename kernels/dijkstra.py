"""Dijkstra's search on a road graph in compressed sparse row form.

Times are int32, added in 64 bits; a sum of `NEVER` or more is out of reach, and an arc of `NEVER` is shut.
Scratch is made once and handed in; stamps make clearing it unnecessary. Searches return how many nodes they
settled and how many open arcs they looked at. Scalars are handed on as int64: each kernel is compiled once.

Array types: `first_out` int64[n + 1], `head`, `time`, `tail` int32[m], `sources`, `targets` int32[k].
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.heap import NODE_BITS, NODE_MASK, TAKEN, sift_up, take_least
from kernels.jit import NEVER, kernel

Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]
Int = int | np.int64

NO_ARC: Final = -1
LAST_ROUND: Final = 2**31 - 1
_SEARCH: Final = 0
_GOALS: Final = 1


class Scratch(NamedTuple):
    """Working memory of searches, for one thread at a time.

    `dist`, `parent` (arc by which a node was reached) and `place` of a node hold only where `stamp` is the
    round of the search; a node is a goal where `goal` is the round of the goals. `rounds` counts both.
    """

    dist: Ints
    parent: Ints
    place: Ints
    stamp: Ints
    goal: Ints
    heap: NDArray[np.int64]
    rounds: Ints


def make_scratch(nodes: int) -> Scratch:
    """Working memory for graphs of up to `nodes` nodes."""
    return Scratch(
        dist=np.empty(nodes, dtype=np.int32),
        parent=np.empty(nodes, dtype=np.int32),
        place=np.empty(nodes, dtype=np.int32),
        stamp=np.zeros(nodes, dtype=np.int32),
        goal=np.zeros(nodes, dtype=np.int32),
        heap=np.empty(nodes, dtype=np.int64),
        rounds=np.zeros(2, dtype=np.int32),
    )


@kernel
def mark_goals(targets: Ints, s: Scratch) -> int:
    """Make `targets` the goals of the next searches and count the different ones."""
    if s.rounds[_GOALS] == LAST_ROUND:
        s.goal[:] = 0
        s.rounds[_GOALS] = 0
    s.rounds[_GOALS] += 1
    marked = 0
    for i in range(targets.size):
        if s.goal[targets[i]] != s.rounds[_GOALS]:
            s.goal[targets[i]] = s.rounds[_GOALS]
            marked += 1
    return marked


@kernel
def search(
    first_out: Offsets, head: Ints, time: Ints, source: Int, limit: Int, wanted: Int, s: Scratch
) -> tuple[int, int]:
    """Settle nodes from `source` outwards, up to time `limit` or until `wanted` goals are settled (0: all).

    Of several ways of equal time the one by the smaller arc wins, among arcs from nodes settled before.
    """
    if s.rounds[_SEARCH] == LAST_ROUND:
        s.stamp[:] = 0
        s.rounds[_SEARCH] = 0
    s.rounds[_SEARCH] += 1
    now = s.rounds[_SEARCH]
    goals = s.rounds[_GOALS]
    settled, relaxed, met = 0, 0, 0
    s.stamp[source] = now
    s.dist[source] = 0
    s.parent[source] = NO_ARC
    sift_up(s.heap, s.place, np.int64(0), np.int64(source))
    size = np.int64(1)
    while size > 0 and (s.heap[0] >> NODE_BITS) <= limit:
        key = take_least(s.heap, s.place, size)
        size -= 1
        settled += 1
        u = key & NODE_MASK
        if wanted > 0 and s.goal[u] == goals:
            met += 1
            if met == wanted:
                break
        for a in range(first_out[u], first_out[u + 1]):
            if time[a] >= NEVER:
                continue
            relaxed += 1
            v = np.int64(head[a])
            reached = (key >> NODE_BITS) + np.int64(time[a])
            if reached >= NEVER:
                continue
            if s.stamp[v] != now:
                s.stamp[v] = now
                s.dist[v] = reached
                s.parent[v] = a
                sift_up(s.heap, s.place, size, (reached << NODE_BITS) | v)
                size += 1
            elif reached < s.dist[v]:
                s.dist[v] = reached
                s.parent[v] = a
                sift_up(s.heap, s.place, np.int64(s.place[v]), (reached << NODE_BITS) | v)
            elif reached == s.dist[v] and s.place[v] != TAKEN and a < s.parent[v]:
                s.parent[v] = a
    return settled, relaxed


@kernel
def settled_time(node: Int, s: Scratch) -> Int:
    """Time of a node after `search`, `NEVER` where it was not settled."""
    if s.stamp[node] == s.rounds[_SEARCH] and s.place[node] == TAKEN:
        return np.int64(s.dist[node])
    return np.int64(NEVER)


@kernel
def one_to_all(
    first_out: Offsets, head: Ints, time: Ints, source: Int, limit: Int, s: Scratch, out: Ints
) -> tuple[int, int]:
    """Write times from `source` to every node into `out` int32[n]; `NEVER` beyond reach or `limit`."""
    counts = search(first_out, head, time, source, limit, np.int64(0), s)
    for v in range(out.size):
        out[v] = settled_time(np.int64(v), s)
    return counts


@kernel
def table(
    first_out: Offsets,
    head: Ints,
    time: Ints,
    sources: Ints,
    targets: Ints,
    s: Scratch,
    out: NDArray[np.int32],
) -> tuple[int, int]:
    """Write times from every source to every target into `out` int32[s, t]; one search per source."""
    settled, relaxed = 0, 0
    wanted = mark_goals(targets, s)
    if wanted == 0:
        return settled, relaxed
    for i in range(sources.size):
        counts = search(first_out, head, time, np.int64(sources[i]), np.int64(NEVER), np.int64(wanted), s)
        settled += counts[0]
        relaxed += counts[1]
        for j in range(targets.size):
            out[i, j] = settled_time(np.int64(targets[j]), s)
    return settled, relaxed


@kernel
def trace(tail: Ints, target: Int, s: Scratch, out: Ints) -> int:
    """Write the arcs of the way to a settled `target`, last one first, into `out` int32[n]; count them."""
    count = 0
    arc = s.parent[target]
    while arc != NO_ARC:
        out[count] = arc
        count += 1
        arc = s.parent[tail[arc]]
    return count
