"""Tables and one-to-all on a customised hierarchy.

RPHAST (Delling, Goldberg and Werneck 2011) on an elimination tree: a selection holds the targets and all their
ancestors, top first; many sources climb together, one lane each, and come down the selection together. A
selection depends on no weights: after a closure it is used as it is.

`side` 0: from the sources to the targets of the selection; 1: from the targets to the sources.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.contraction import NO_PARENT, Hierarchy
from kernels.jit import NEVER, kernel
from kernels.lanes import LANES, Rows, aligned_rows, pull, pull_one, push

Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]
Int = int | np.int64

NO_ROW: Final = -1
_NEVER_ROW: Final = 0


class Arcs(NamedTuple):
    """Arcs by tail with one time each, of a hierarchy or of a selection: where to find them, whole or thinned out.

    Arcs of `x` are `first[x]` up to `first[x + 1]`, an int64 array; arc number `k` of `x` ends at
    `head[first[x] + k]` and takes `time[step * (at[x] + k) + side]`; `head`, `time` int32, `at` int64.
    """

    first: Offsets
    head: Ints
    time: Ints
    at: Offsets
    step: Int
    side: Int


class Selection(NamedTuple):
    """Targets and their ancestors. `rank` int32[q] from the top down; `row` int32[n]: place in it, -1 elsewhere.

    `first` int64[q + 1], `head` int32[p]: places of the heads of each rank's arcs; `at` int64[q]: their first arc in
    the hierarchy. `goal` int32[t]: place of each target.
    """

    rank: Ints
    row: Ints
    first: Offsets
    head: Ints
    at: Offsets
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
    q = s.rank.size
    for p in range(ranks.size):
        stop = np.int64(ranks[p + 1]) if p + 1 < ranks.size else np.int64(h.parent.size)
        x = np.int64(ranks[p])
        while x != NO_PARENT and x < stop:
            q -= 1
            s.rank[q] = x
            s.row[x] = q
            x = np.int64(h.parent[x])
    for p in range(ranks.size):
        s.goal[order[p]] = s.row[ranks[p]]
    end = np.int64(0)
    for q in range(s.rank.size):
        s.first[q] = end
        s.at[q] = h.up_first[s.rank[q]]
        for k in range(h.up_first[s.rank[q]], h.up_first[s.rank[q] + 1]):
            s.head[end] = s.row[h.head[k]]
            end += 1
    s.first[s.rank.size] = end


@kernel
def restrict(s: Selection, arcs: Arcs, first: Offsets, head: Ints, time: Ints) -> None:
    """Gather those of thinned out arcs that come down a selection: `first` int64[q + 1], `head`, `time` int32[p]."""
    end = np.int64(0)
    for q in range(s.rank.size):
        first[q] = end
        for k in range(arcs.first[s.rank[q]], arcs.first[s.rank[q] + 1]):
            head[end] = s.row[arcs.head[k]]
            time[end] = arcs.time[k]
            end += 1
    first[s.rank.size] = end


@kernel
def climb_together(parent: Ints, rising: Arcs, ranks: Ints, begin: Int, end: Int, lanes: Lanes) -> None:
    """Fill rows of `up` for all ancestors of the sorted ranks from `begin` to `end`, one lane each."""
    count = np.int64(0)
    for p in range(begin, end):
        stop = np.int64(ranks[p + 1]) if p + 1 < end else np.int64(parent.size)
        x = np.int64(ranks[p])
        while x != NO_PARENT and x < stop:
            count += 1
            lanes.local[x] = count
            for lane in range(LANES):
                lanes.up[count, lane] = NEVER
            x = np.int64(parent[x])
    for p in range(begin, end):
        lanes.up[lanes.local[ranks[p]], p - begin] = 0
    for p in range(begin, end):
        stop = np.int64(ranks[p + 1]) if p + 1 < end else np.int64(parent.size)
        x = np.int64(ranks[p])
        while x != NO_PARENT and x < stop:
            first = rising.first[x]
            push(
                lanes.up, np.int64(lanes.local[x]), lanes.local, rising.head,
                first, rising.first[x + 1] - first,
                rising.time, rising.step * rising.at[x] + rising.side, rising.step,
            )  # fmt: skip
            x = np.int64(parent[x])


@kernel
def mark_starts(parent: Ints, ranks: Ints, begin: Int, end: Int, s: Selection, lanes: Lanes, on: Int) -> None:
    """Say which rows of the selection start from a row of `up` (`on` 1), or from `NEVER` again (0)."""
    for p in range(begin, end):
        stop = np.int64(ranks[p + 1]) if p + 1 < end else np.int64(parent.size)
        x = np.int64(ranks[p])
        while x != NO_PARENT and x < stop:
            if s.row[x] != NO_ROW:
                lanes.start[s.row[x]] = lanes.local[x] * on
            x = np.int64(parent[x])


@kernel
def sweep(
    parent: Ints, rising: Arcs, falling: Arcs, ranks: Ints, begin: Int, end: Int, s: Selection, lanes: Lanes
) -> None:
    """Fill the rows of a selection for the sources from `begin` to `end`, no more than `LANES`."""
    climb_together(parent, rising, ranks, begin, end, lanes)
    mark_starts(parent, ranks, begin, end, s, lanes, np.int64(1))
    for q in range(s.rank.size):
        first = falling.first[q]
        pull(
            lanes.down, q, lanes.up, np.int64(lanes.start[q]), falling.head,
            first, falling.first[q + 1] - first,
            falling.time, falling.step * falling.at[q] + falling.side, falling.step,
        )  # fmt: skip
    mark_starts(parent, ranks, begin, end, s, lanes, np.int64(0))


@kernel
def table(
    parent: Ints,
    rising: Arcs,
    falling: Arcs,
    ranks: Ints,
    order: Offsets,
    s: Selection,
    lanes: Lanes,
    turned: bool,  # noqa: FBT001 - kernels take no keywords
    out: Ints,
) -> None:
    """Write the times between sources and the targets of a selection into `out` int32[sources, targets].

    `ranks` int32[k] are the sources, sorted; `order` int64[k] their rows in `out`, or columns where it is `turned`.
    """
    for begin in range(0, ranks.size, LANES):
        end = min(begin + LANES, ranks.size)
        sweep(parent, rising, falling, ranks, begin, end, s, lanes)
        for t in range(s.goal.size):
            for p in range(begin, end):
                if turned:
                    out[t, order[p]] = lanes.down[s.goal[t], p - begin]
                else:
                    out[order[p], t] = lanes.down[s.goal[t], p - begin]


@kernel
def one_to_many(
    up: Ints,
    falling: Arcs,
    s: Selection,
    down: Ints,
    row: Int,
    turned: bool,  # noqa: FBT001 - kernels take no keywords
    out: Ints,
) -> None:
    """Come down a selection from one climb `up` int32[n]; write times to its targets into a row of `out`.

    Into column `row` where `out` is `turned`.
    """
    for q in range(s.rank.size):
        first = falling.first[q]
        down[q] = pull_one(
            down, np.int64(up[s.rank[q]]), falling.head, first, falling.first[q + 1] - first,
            falling.time, falling.step * falling.at[q] + falling.side, falling.step,
        )  # fmt: skip
    for t in range(s.goal.size):
        if turned:
            out[t, row] = down[s.goal[t]]
        else:
            out[row, t] = down[s.goal[t]]


@kernel
def one_to_all(up: Ints, falling: Arcs, node: Ints, down: Ints, out: Ints) -> None:
    """Come down the whole hierarchy from one climb `up` int32[n]; write times by node into `out` int32[n]."""
    for v in range(down.size - 1, -1, -1):
        first = falling.first[v]
        best: Int = np.int64(up[v])
        best = pull_one(
            down, best, falling.head, first, falling.first[v + 1] - first,
            falling.time, falling.step * falling.at[v] + falling.side, falling.step,
        )  # fmt: skip
        down[v] = best
        out[node[v]] = best
