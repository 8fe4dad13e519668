"""Tables and one-to-all on a customised hierarchy.

RPHAST (Delling, Goldberg and Werneck 2011) on an elimination tree: a selection holds the targets and all their
ancestors, top first; many sources climb together, one lane each, and come down the selection together. A
selection depends on no weights: after a closure it is used as it is.

`side` 0: from the sources to the targets of the selection; 1: from the targets to the sources.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.contraction import NO_PARENT, Hierarchy
from kernels.jit import NEVER, kernel
from kernels.lanes import LANES, Rows, aligned_rows, pull, pull_one, push

Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]
Int = int | np.int64

_NO_ROW = -1
_NEVER_ROW = 0


class Selection(NamedTuple):
    """Targets and their ancestors. `rank` int32[q] from the top down; `row` int32[n]: place in it, -1 elsewhere.

    `first` int64[q + 1], `head` int32[p]: places of the heads of each rank's arcs. `goal` int32[t]: place of each
    target.
    """

    rank: Ints
    row: Ints
    first: Offsets
    head: Ints
    goal: Ints


class Lanes(NamedTuple):
    """Working memory of one thread for tables.

    `up` int32[u, LANES]: row 0 is `NEVER`, the others belong to ancestors of sources. `down` int32[d, LANES]: rows
    of a selection. `local` int32[n]: row of `up` of an ancestor. `start` int32[d]: row of `up` from which a row of
    `down` starts; 0 between calls.
    """

    up: Rows
    down: Rows
    local: Ints
    start: Ints


def make_lanes(nodes: int, height: int, rows: int) -> Lanes:
    """Working memory for `nodes` nodes, branches of `height` and selections of `rows`."""
    up = aligned_rows(min(nodes, LANES * height) + 1)
    up[_NEVER_ROW] = NEVER
    return Lanes(up, aligned_rows(rows), np.empty(nodes, dtype=np.int32), np.zeros(rows, dtype=np.int32))


@kernel
def count_ancestors(h: Hierarchy, ranks: Ints) -> tuple[Int, Int]:
    """Count the different ancestors of the sorted `ranks`, themselves included, and the arcs of these."""
    count, arcs = np.int64(0), np.int64(0)
    for p in range(ranks.size):
        stop = np.int64(ranks[p + 1]) if p + 1 < ranks.size else np.int64(h.parent.size)
        x = np.int64(ranks[p])
        while x != NO_PARENT and x < stop:
            count += 1
            arcs += h.up_first[x + 1] - h.up_first[x]
            x = np.int64(h.parent[x])
    return count, arcs


@kernel
def select(h: Hierarchy, ranks: Ints, order: Offsets, s: Selection) -> None:
    """Fill a selection of the right size for the sorted `ranks`, which are the targets `order` of the caller.

    Ranks are a postorder: ancestors of one target below the next are no ancestors of the next, and those above
    are. So walking up from each as far as the next meets every ancestor once, in rising order.
    """
    at = s.rank.size
    for p in range(ranks.size):
        stop = np.int64(ranks[p + 1]) if p + 1 < ranks.size else np.int64(h.parent.size)
        x = np.int64(ranks[p])
        while x != NO_PARENT and x < stop:
            at -= 1
            s.rank[at] = x
            s.row[x] = at
            x = np.int64(h.parent[x])
    for p in range(ranks.size):
        s.goal[order[p]] = s.row[ranks[p]]
    end = np.int64(0)
    for q in range(s.rank.size):
        s.first[q] = end
        for k in range(h.up_first[s.rank[q]], h.up_first[s.rank[q] + 1]):
            s.head[end] = s.row[h.head[k]]
            end += 1
    s.first[s.rank.size] = end


@kernel
def climb_together(h: Hierarchy, w: Ints, ranks: Ints, begin: Int, end: Int, side: Int, lanes: Lanes) -> None:
    """Fill rows of `up` for all ancestors of the sorted ranks from `begin` to `end`, one lane each."""
    count = np.int64(0)
    for p in range(begin, end):
        stop = np.int64(ranks[p + 1]) if p + 1 < end else np.int64(h.parent.size)
        x = np.int64(ranks[p])
        while x != NO_PARENT and x < stop:
            count += 1
            lanes.local[x] = count
            for lane in range(LANES):
                lanes.up[count, lane] = NEVER
            x = np.int64(h.parent[x])
    for p in range(begin, end):
        lanes.up[lanes.local[ranks[p]], p - begin] = 0
    for p in range(begin, end):
        stop = np.int64(ranks[p + 1]) if p + 1 < end else np.int64(h.parent.size)
        x = np.int64(ranks[p])
        while x != NO_PARENT and x < stop:
            first = h.up_first[x]
            push(
                lanes.up, np.int64(lanes.local[x]), lanes.local, h.head,
                first, h.up_first[x + 1] - first, w, 2 * first + side,
            )  # fmt: skip
            x = np.int64(h.parent[x])


@kernel
def mark_starts(h: Hierarchy, ranks: Ints, begin: Int, end: Int, s: Selection, lanes: Lanes, on: Int) -> None:
    """Say which rows of the selection start from a row of `up` (`on` 1), or from `NEVER` again (0)."""
    for p in range(begin, end):
        stop = np.int64(ranks[p + 1]) if p + 1 < end else np.int64(h.parent.size)
        x = np.int64(ranks[p])
        while x != NO_PARENT and x < stop:
            if s.row[x] != _NO_ROW:
                lanes.start[s.row[x]] = lanes.local[x] * on
            x = np.int64(h.parent[x])


@kernel
def table(
    h: Hierarchy, w: Ints, ranks: Ints, order: Offsets, s: Selection, side: Int, lanes: Lanes, out: Ints
) -> None:
    """Write the times between sources and the targets of a selection into `out` int32[sources, targets].

    `ranks` int32[k] are the sources, sorted; `order` int64[k] their rows in `out`.
    """
    for begin in range(0, ranks.size, LANES):
        end = min(begin + LANES, ranks.size)
        climb_together(h, w, ranks, begin, end, side, lanes)
        mark_starts(h, ranks, begin, end, s, lanes, np.int64(1))
        for q in range(s.rank.size):
            first = s.first[q]
            pull(
                lanes.down, q, lanes.up, np.int64(lanes.start[q]), s.head,
                first, s.first[q + 1] - first, w, 2 * h.up_first[s.rank[q]] + 1 - side,
            )  # fmt: skip
        mark_starts(h, ranks, begin, end, s, lanes, np.int64(0))
        for t in range(s.goal.size):
            for p in range(begin, end):
                out[order[p], t] = lanes.down[s.goal[t], p - begin]


@kernel
def one_to_many(h: Hierarchy, w: Ints, up: Ints, s: Selection, side: Int, down: Ints, out: Ints) -> None:
    """Come down a selection from one climb `up` int32[n]; write times to its targets into `out` int32[t]."""
    for q in range(s.rank.size):
        first = s.first[q]
        slot = 2 * h.up_first[s.rank[q]] + 1 - side
        down[q] = pull_one(down, np.int64(up[s.rank[q]]), s.head, first, s.first[q + 1] - first, w, slot)
    for t in range(s.goal.size):
        out[t] = down[s.goal[t]]


@kernel
def one_to_all(h: Hierarchy, w: Ints, up: Ints, side: Int, down: Ints, out: Ints) -> None:
    """Come down the whole hierarchy from one climb `up` int32[n]; write times by node into `out` int32[n]."""
    for v in range(down.size - 1, -1, -1):
        first = h.up_first[v]
        best: Int = np.int64(up[v])
        best = pull_one(down, best, h.head, first, h.up_first[v + 1] - first, w, 2 * first + 1 - side)
        down[v] = best
        out[h.node[v]] = best
