"""Every column of an incident that a better plan could use: cost at given prices less than the gap above the best.

The listing goes down from the first pair to the last, and only where the cost so far and what is at best still to pay
(`kernels.choose_ahead`) stay below the limit.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from kernels.choose_ahead import cost_ahead, place_ahead
from kernels.choose_costs import FIRST, left_over, team_cost, time_cost
from kernels.choose_table import (
    DEEP,
    FILL,
    LEFT,
    LOOSE,
    MASK,
    NEED,
    NOBODY,
    PAIR_HIGH,
    PAIR_LOW,
    PAIR_UNITS,
    SHIFT,
    Ids,
    Int,
    Longs,
    Room,
    Table,
    less,
)
from kernels.jit import kernel

_TEAM: Final = DEEP
_FIRST: Final = DEEP + 1
_MUST: Final = DEEP + 2
"""Places beyond the demands: cost of sending the team, cost of being first, and, once, whether the pair must go."""


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
def _pair_costs(t: Table, i: Int, k: Int, factor: Longs, toll: Longs, row: Longs) -> None:
    """Write to `row` what pair `k` costs, how many units of each demand it could fill, and whether it must go."""
    d0, step = t.first_demand[i], t.step[0]
    high, low = team_cost(t, k, factor, toll)
    row[PAIR_HIGH, _TEAM], row[PAIR_LOW, _TEAM] = high, low
    high, low = time_cost(t.first_weight[i], t.first_target[i], np.int64(t.arrive[k]), step, factor)
    row[PAIR_HIGH, _FIRST], row[PAIR_LOW, _FIRST] = high, low
    row[PAIR_HIGH, _MUST] = t.must[k]
    for j in range(t.first_demand[i + 1] - d0):
        high, low = time_cost(t.weight[d0 + j], t.target[d0 + j], np.int64(t.ready[k, j]), step, factor)
        row[PAIR_HIGH, j], row[PAIR_LOW, j] = high, low
        row[PAIR_UNITS, j] = t.units[k, j]


@kernel
def _most_fill(row: Longs, deep: Int, key: Int) -> None:
    """Write to `row` the most units of each demand that the pair at hand can fill."""
    for j in range(deep):
        row[FILL, j] = min((key >> row[SHIFT, j]) & row[MASK, j], row[PAIR_UNITS, j])


@kernel
def _next_fill(row: Longs, deep: Int, key: Int) -> bool:
    """Step to the next way to fill: fewer units where teams are ready in another order."""
    for j in range(deep):
        if row[LOOSE, j] != 0:
            if row[FILL, j] > 0:
                row[FILL, j] -= 1
                return True
            row[FILL, j] = min((key >> row[SHIFT, j]) & row[MASK, j], row[PAIR_UNITS, j])
    return False


@kernel
def _lead(row: Longs, deep: Int, key: Int, to: Longs) -> bool:
    """Work out where the pair at hand with the fills at hand leads from `key`; False if it serves nothing.

    Writes `to` int64[3]: the label and the cost (high, low).
    """
    fresh = key & NOBODY != 0
    helps = row[PAIR_HIGH, _MUST] != 0
    code = key & ~np.int64(NOBODY)
    high, low = row[PAIR_HIGH, _TEAM], row[PAIR_LOW, _TEAM]
    if fresh:
        high += row[PAIR_HIGH, _FIRST]
        low += row[PAIR_LOW, _FIRST]
    for j in range(deep):
        fill = row[FILL, j]
        helps = helps or fill > 0 or (fresh and row[LOOSE, j] != 0)
        code -= fill << row[SHIFT, j]
        high += fill * row[PAIR_HIGH, j]
        low += fill * row[PAIR_LOW, j]
    to[0], to[1], to[2] = code, high, low
    return bool(helps)


@kernel
def _least_end(room: Room, pairs: Int, deep: Int, k: Int, key: Int) -> tuple[Int, Int]:
    """Least that a label can still cost from pair `k` of the incident on, or what stays unmet after all."""
    row = room.row
    none_h, none_l = left_over(row, deep, key)
    if k == pairs:
        return none_h, none_l
    for j in range(deep):
        row[LEFT, j] = (key >> row[SHIFT, j]) & row[MASK, j]
    high, low = cost_ahead(row, room.ahead, deep, place_ahead(row, k))
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
    deep = t.first_demand[i + 1] - t.first_demand[i]
    row = room.row
    root = np.int64(NOBODY)
    for j in range(deep):
        root |= row[NEED, j] << row[SHIFT, j]
    to = np.zeros(3, dtype=np.int64)
    taken = np.zeros(last - start + 1, dtype=np.int32)
    stack[0, 0], stack[1, 0], stack[2, 0], stack[3, 0], stack[4, 0] = start, root, 0, 0, 0
    top = 1
    while top > 0:
        top -= 1
        k, key, depth = stack[0, top], stack[1, top], stack[4, top]
        h, low = stack[2, top], stack[3, top]
        if depth < 0:  # a team was taken on the way here
            depth = -depth
            taken[depth - 1] = k - 1
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
        _pair_costs(t, i, k, factor, toll, row)
        _most_fill(row, deep, key)
        more = True
        while more:
            if _lead(row, deep, key, to):
                if top >= stack.shape[1]:
                    return False
                stack[0, top], stack[1, top] = k + 1, to[0]
                stack[2, top], stack[3, top], stack[4, top] = h + to[1], low + to[2], -(depth + 1)
                top += 1
            more = _next_fill(row, deep, key)
    return True
