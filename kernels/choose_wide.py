"""Every column of an incident that a better plan could use, where needs are too large for a table of all labels.

The same descent as in `kernels.choose_list`; what is at best still to pay comes from `kernels.choose_ahead`.
"""

from __future__ import annotations

import numpy as np

from kernels.choose_ahead import cost_ahead, place_ahead, unit_costs
from kernels.choose_column import first_cost, left_over
from kernels.choose_list import Pool, lead, most_fill, next_fill
from kernels.choose_table import NOBODY, Int, Longs, Room, Table, less
from kernels.jit import kernel


@kernel
def _least_end(t: Table, i: Int, k: Int, key: Int, factor: Longs, room: Room, end: Longs) -> None:
    """Add to `end` int64[2] the least that a label can still cost from pair `k` on, or what stays unmet after all."""
    if k == t.start[i + 1]:
        end[0] += left_over(t, i, key, factor, np.int64(0))
        end[1] += left_over(t, i, key, factor, np.int64(1))
        return
    left, d0 = room.row[4], t.first_demand[i]
    for d in range(d0, t.first_demand[i + 1]):
        left[d - d0] = (key >> t.shift[d]) & t.mask[d]
    at = place_ahead(t, i, k, room)
    high, low = cost_ahead(t, i, at, left, room, np.int64(0)), cost_ahead(t, i, at, left, room, np.int64(1))
    if key & NOBODY != 0:
        high += first_cost(t, i, np.int64(t.arrive[k]), factor, np.int64(0))
        low += first_cost(t, i, np.int64(t.arrive[k]), factor, np.int64(1))
        none_h, none_l = left_over(t, i, key, factor, np.int64(0)), left_over(t, i, key, factor, np.int64(1))
        if less(none_h, none_l, high, low):  # nobody goes at all
            high, low = none_h, none_l
    end[0] += high
    end[1] += low


@kernel
def list_wide(
    t: Table,
    i: Int,
    factor: Longs,
    toll: Longs,
    best: Longs,
    gap: Longs,
    room: Room,
    stack: Longs,
    pool: Pool,
    at: Longs,
) -> bool:
    """List the columns of incident `i` that cost less than `best` plus `gap`, both int64[2].

    Parameters
    ----------
    t, i, factor, toll
        The board, the incident, the costs and the prices.
    best, gap
        The cost of the incident's best column, and the slack that columns may have.
    room
        Scratch, with `room.ahead` filled by `look_ahead` for the same prices.
    stack : int64[5, depth]
        Scratch, deeper than twice the pairs.
    pool, at
        Receives the columns; `at` int64[3] are columns and pairs so far, and how many labels may be looked at.

    Returns
    -------
    bool
        False when the pool is full or the labels are used up.
    """
    start, last = t.start[i], t.start[i + 1]
    limit_h, limit_l = best[0] + gap[0], best[1] + gap[1]
    root = np.int64(NOBODY)
    for d in range(t.first_demand[i], t.first_demand[i + 1]):
        root |= t.need[d] << t.shift[d]
    to = np.zeros(3, dtype=np.int64)
    end = np.zeros(2, dtype=np.int64)
    taken = np.zeros(last - start + 1, dtype=np.int32)
    row = room.row
    stack[0, 0], stack[1, 0], stack[2, 0], stack[3, 0], stack[4, 0] = start, root, 0, 0, 0
    top = 1
    while top > 0:
        top -= 1
        k, key, depth = stack[0, top], stack[1, top], stack[4, top]
        h, low = stack[2, top], stack[3, top]
        if depth < 0:  # a team was taken on the way here
            depth = -depth
            taken[depth - 1] = k - 1
        end[0], end[1] = h, low
        _least_end(t, i, k, key, factor, room, end)
        at[2] -= 1
        if not less(end[0], end[1], limit_h, limit_l):
            continue
        if k == last:
            if at[0] + 1 >= pool.incident.size or at[1] + depth > pool.pair.size:
                return False
            c = at[0]
            pool.incident[c] = i
            pool.slack[0, c] = end[0] - best[0]
            pool.slack[1, c] = end[1] - best[1]
            for x in range(depth):
                pool.pair[at[1] + x] = taken[x]
            at[0] += 1
            at[1] += depth
            pool.first[c + 1] = at[1]
            continue
        if t.must[k] == 0:
            stack[0, top], stack[1, top], stack[2, top], stack[3, top] = k + 1, key, h, low
            stack[4, top] = depth
            top += 1
        if at[2] <= 0:
            return False
        if key == 0 and t.must[k] == 0:
            continue  # nothing is needed any more
        unit_costs(t, i, k, factor, row)
        most_fill(t, i, k, key, row)
        more = True
        while more:
            if lead(t, i, k, key, factor, toll, row, to):
                if top >= stack.shape[1]:
                    return False
                stack[0, top], stack[1, top] = k + 1, to[0]
                stack[2, top], stack[3, top], stack[4, top] = h + to[1], low + to[2], -(depth + 1)
                top += 1
            more = next_fill(t, i, k, key, row)
    return True
