"""Every column of an incident that a better plan could use: cost at given prices less than the gap above the best.

The listing goes down from the first pair to the last, and only where the cost so far and what is at best still to pay
(`kernels.choose_ahead`) stay below the limit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kernels.choose_ahead import cost_ahead, place_ahead
from kernels.choose_costs import FIRST, MUST, STATE, UNITS, left_over
from kernels.choose_table import (
    FILL,
    LAID,
    LEAD,
    LOOK,
    LOOSE,
    MASK,
    NEED,
    NOBODY,
    SHIFT,
    Ids,
    Int,
    Longs,
    Room,
    Table,
    less,
)
from kernels.jit import kernel


class Pool(NamedTuple):
    """Columns of incidents.

    `slack` int64[2, columns] above their incident's best, `incident` int32[columns], and `pair` int32[...] the pairs
    of column c from `first[c]` to `first[c + 1]`.
    """

    slack: Longs
    incident: Ids
    first: Longs
    pair: Ids


@kernel
def _most_fill(row: Longs, pay: Longs, top: Int, deep: Int, key: Int) -> None:
    """Write to `row[FILL]` the most units of each demand that the pair at hand can fill."""
    for j in range(deep):
        row[FILL, j] = min((key >> row[SHIFT, j]) & row[MASK, j], pay[top + 1 + j, UNITS])


@kernel
def _next_fill(row: Longs, pay: Longs, top: Int, deep: Int, key: Int) -> bool:
    """Step to the next way to fill: fewer units where teams are ready in another order."""
    for j in range(deep):
        if row[LOOSE, j] != 0:
            if row[FILL, j] > 0:
                row[FILL, j] -= 1
                return True
            row[FILL, j] = min((key >> row[SHIFT, j]) & row[MASK, j], pay[top + 1 + j, UNITS])
    return False


@kernel
def _lead(row: Longs, pay: Longs, top: Int, deep: Int, key: Int) -> bool:
    """Work out where the pair at hand with the fills at hand leads from `key`; False if it serves nothing.

    Writes the label and the cost (high, low) to `row[LEAD]`.
    """
    fresh = key & NOBODY != 0
    helps = pay[top, STATE] >= MUST
    code = key & ~np.int64(NOBODY)
    high, low = pay[top, 0], pay[top, 1]
    if fresh:
        high += pay[top, FIRST]
        low += pay[top, FIRST + 1]
    for j in range(deep):
        fill = row[FILL, j]
        helps = helps or fill > 0 or (fresh and row[LOOSE, j] != 0)
        code -= fill << row[SHIFT, j]
        high += fill * pay[top + 1 + j, 0]
        low += fill * pay[top + 1 + j, 1]
    row[LEAD, 0], row[LEAD, 1], row[LEAD, 2] = code, high, low
    return bool(helps)


@kernel
def _least_end(room: Room, pairs: Int, deep: Int, k: Int, key: Int) -> tuple[Int, Int]:
    """Least that a label can still cost from pair `k` of the incident on, or what stays unmet after all."""
    row = room.row
    none_h, none_l = left_over(row, deep, key)
    if k == pairs:
        return none_h, none_l
    high, low = cost_ahead(row, room.ahead, deep, place_ahead(row, k), key)
    if key & NOBODY != 0:
        high += room.pay[k * (deep + 1), FIRST]
        low += room.pay[k * (deep + 1), FIRST + 1]
        if less(none_h, none_l, high, low):  # nobody goes at all
            high, low = none_h, none_l
    return high, low


@kernel
def list_columns(
    t: Table,
    i: Int,
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
    t, i
        The board and the incident.
    best, gap
        The cost of the incident's best column, and the slack that columns may have.
    room
        Scratch, with the pairs that may belong to such a column laid out by `look_ahead`, nobody shut.
    stack : int64[6, depth]
        Scratch, deeper than twice the pairs; the last row holds the pairs taken.
    pool, at
        Receives the columns; `at` int64[3] are columns and pairs so far, and how many labels may be looked at.

    Returns
    -------
    bool
        False when the pool is full or the labels are used up.
    """
    start, last = t.start[i], np.int64(room.which[room.row[LOOK, LAID]])
    limit_h, limit_l = best[0] + gap[0], best[1] + gap[1]
    deep = t.first_demand[i + 1] - t.first_demand[i]
    row, pay = room.row, room.pay
    root = np.int64(NOBODY)
    for j in range(deep):
        root |= row[NEED, j] << row[SHIFT, j]
    stack[0, 0], stack[1, 0], stack[2, 0], stack[3, 0], stack[4, 0] = start, root, 0, 0, 0
    top = 1
    while top > 0:
        top -= 1
        k, key, depth = stack[0, top], stack[1, top], stack[4, top]
        h, low = stack[2, top], stack[3, top]
        if depth < 0:  # a team was taken on the way here
            depth = -depth
            stack[5, depth - 1] = k - 1
        end_h, end_l = _least_end(room, last - start, deep, k - start, key)
        end_h += h
        end_l += low
        at[2] -= 1
        if not less(end_h, end_l, limit_h, limit_l):
            continue
        if k == last:
            if at[0] + 1 >= pool.incident.size or at[1] + depth > pool.pair.size:
                return False
            c = at[0]
            pool.incident[c] = i
            pool.slack[0, c] = end_h - best[0]
            pool.slack[1, c] = end_l - best[1]
            for x in range(depth):
                pool.pair[at[1] + x] = stack[5, x]
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
        line = (k - start) * (deep + 1)
        _most_fill(row, pay, line, deep, key)
        more = True
        while more:
            if _lead(row, pay, line, deep, key):
                if top >= stack.shape[1]:
                    return False
                stack[0, top], stack[1, top] = k + 1, row[LEAD, 0]
                stack[2, top], stack[3, top] = h + row[LEAD, 1], low + row[LEAD, 2]
                stack[4, top] = -(depth + 1)
                top += 1
            more = _next_fill(row, pay, line, deep, key)
    return True
