"""Every column of an incident that a better plan could use: cost at given prices less than the gap above the best.

A table of what is at best still to pay, by pair and need, is filled from the last pair to the first; the listing
then goes down only where the cost so far and that rest stay below the limit.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from kernels.choose_costs import lay_demands, left_over, team_cost, time_cost
from kernels.choose_table import (
    DEEP,
    FILL,
    INFINITE,
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
def pair_costs(t: Table, i: Int, k: Int, factor: Longs, toll: Longs, row: Longs) -> None:
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
def most_fill(row: Longs, deep: Int, key: Int) -> None:
    """Write to `row` the most units of each demand that the pair at hand can fill."""
    for j in range(deep):
        row[FILL, j] = min((key >> row[SHIFT, j]) & row[MASK, j], row[PAIR_UNITS, j])


@kernel
def next_fill(row: Longs, deep: Int, key: Int) -> bool:
    """Step to the next way to fill: fewer units where teams are ready in another order."""
    for j in range(deep):
        if row[LOOSE, j] != 0:
            if row[FILL, j] > 0:
                row[FILL, j] -= 1
                return True
            row[FILL, j] = min((key >> row[SHIFT, j]) & row[MASK, j], row[PAIR_UNITS, j])
    return False


@kernel
def lead(row: Longs, deep: Int, key: Int, to: Longs) -> bool:
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
def _fill_row(row: Longs, deep: Int, codes: Longs, count: Int, size: Int, rest: Longs, here: Int) -> None:
    """Fill line `here` of `rest` from the one after it, where every demand is filled as teams arrive."""
    must = row[PAIR_HIGH, _MUST] != 0
    for x in range(count):
        code = codes[x]
        key = code & (size - 1)
        to, filled = key, np.int64(0)
        h, low = row[PAIR_HIGH, _TEAM], row[PAIR_LOW, _TEAM]
        for j in range(deep):
            fill = min((key >> row[SHIFT, j]) & row[MASK, j], row[PAIR_UNITS, j])
            filled += fill
            to -= fill << row[SHIFT, j]
            h += fill * row[PAIR_HIGH, j]
            low += fill * row[PAIR_LOW, j]
        if filled == 0 and not must:
            continue
        if code >= size:
            h += row[PAIR_HIGH, _FIRST]
            low += row[PAIR_LOW, _FIRST]
        h += rest[0, here + 1, to]
        low += rest[1, here + 1, to]
        if must or less(h, low, rest[0, here + 1, code], rest[1, here + 1, code]):
            rest[0, here, code] = h
            rest[1, here, code] = low


@kernel
def fill_rest(
    t: Table, i: Int, cut: Int, bits: Int, factor: Longs, toll: Longs, row: Longs, rest: Longs
) -> None:
    """Fill `rest` int64[2, cut - start + 1, 2 << bits] with the least cost from each pair and label to the end.

    The label of a table column is its low bits; the bit above them stands for `NOBODY`.
    """
    start = t.start[i]
    deep = t.first_demand[i + 1] - t.first_demand[i]
    size = np.int64(1) << bits
    root = size | lay_demands(t, i, factor, row)  # nobody was sent: everything is still needed
    to = np.zeros(3, dtype=np.int64)
    codes = np.zeros(size + 1, dtype=np.int64)
    count, loose = np.int64(0), np.int64(0)
    for j in range(deep):
        loose += row[LOOSE, j]
    for code in range(2 * size):
        ok = code < size or code == root
        for j in range(deep):
            ok = ok and ((code >> row[SHIFT, j]) & row[MASK, j]) <= row[NEED, j]
        rest[0, cut - start, code] = INFINITE
        rest[1, cut - start, code] = 0
        if ok:
            h, low = left_over(row, deep, code & (size - 1))
            rest[0, cut - start, code], rest[1, cut - start, code] = h, low
            codes[count] = code
            count += 1
    for k in range(cut - 1, start - 1, -1):
        pair_costs(t, i, k, factor, toll, row)
        here = k - start
        for code in range(2 * size):
            rest[0, here, code] = rest[0, here + 1, code]
            rest[1, here, code] = rest[1, here + 1, code]
        if loose == 0:
            _fill_row(row, deep, codes, count, size, rest, here)
            continue
        for x in range(count):
            code = codes[x]
            best_h, best_l = rest[0, here + 1, code], rest[1, here + 1, code]
            if t.must[k] != 0:
                best_h, best_l = np.int64(INFINITE), np.int64(0)
            key = (code & (size - 1)) | (np.int64(NOBODY) if code >= size else np.int64(0))
            most_fill(row, deep, key)
            more = True
            while more:
                if lead(row, deep, key, to):
                    h, low = to[1] + rest[0, here + 1, to[0]], to[2] + rest[1, here + 1, to[0]]
                    if less(h, low, best_h, best_l):
                        best_h, best_l = h, low
                more = next_fill(row, deep, key)
            rest[0, here, code], rest[1, here, code] = best_h, best_l


@kernel
def list_columns(
    t: Table,
    i: Int,
    cut: Int,
    bits: Int,
    factor: Longs,
    toll: Longs,
    gap: Longs,
    row: Longs,
    rest: Longs,
    stack: Longs,
    pool: Pool,
    at: Longs,
) -> bool:
    """List the columns of incident `i` that cost less than `gap` int64[2] above its best.

    Parameters
    ----------
    t, factor, toll
        The board, the costs and the prices.
    i, cut, bits
        The incident, the first pair that cannot belong to such a column, the bits of its needs.
    gap
        Only columns with less slack than this are listed.
    row
        Scratch, `room.row`.
    rest
        The table of `fill_rest`.
    stack : int64[5, depth]
        Scratch, deeper than twice the pairs.
    pool, at
        Receives the columns; `at` int64[2] are columns and pairs so far.

    Returns
    -------
    bool
        False when the pool is full.
    """
    start = t.start[i]
    size = np.int64(1) << bits
    deep = t.first_demand[i + 1] - t.first_demand[i]
    root = size | lay_demands(t, i, factor, row)
    best_h, best_l = rest[0, 0, root], rest[1, 0, root]
    limit_h, limit_l = best_h + gap[0], best_l + gap[1]
    to = np.zeros(3, dtype=np.int64)
    taken = np.zeros(cut - start + 1, dtype=np.int32)
    stack[0, 0], stack[1, 0], stack[2, 0], stack[3, 0], stack[4, 0] = start, root, 0, 0, 0
    top = 1
    while top > 0:
        top -= 1
        k, code, depth = stack[0, top], stack[1, top], stack[4, top]
        h, low = stack[2, top], stack[3, top]
        if depth < 0:  # a team was taken on the way here
            depth = -depth
            taken[depth - 1] = k - 1
        here = k - start
        if not less(h + rest[0, here, code], low + rest[1, here, code], limit_h, limit_l):
            continue
        if k == cut:
            if at[0] + 1 >= pool.incident.size or at[1] + depth > pool.pair.size:
                return False
            c = at[0]
            pool.incident[c] = i
            pool.slack[0, c] = h + rest[0, here, code] - best_h
            pool.slack[1, c] = low + rest[1, here, code] - best_l
            for x in range(depth):
                pool.pair[at[1] + x] = taken[x]
            at[0] += 1
            at[1] += depth
            pool.first[c + 1] = at[1]
            continue
        if t.must[k] == 0:
            stack[0, top], stack[1, top], stack[2, top], stack[3, top] = k + 1, code, h, low
            stack[4, top] = depth
            top += 1
        if code == 0 and t.must[k] == 0:
            continue  # nothing is needed any more
        pair_costs(t, i, k, factor, toll, row)
        key = (code & (size - 1)) | (np.int64(NOBODY) if code >= size else np.int64(0))
        most_fill(row, deep, key)
        more = True
        while more:
            if lead(row, deep, key, to):
                if top >= stack.shape[1]:
                    return False
                stack[0, top], stack[1, top] = k + 1, to[0]
                stack[2, top], stack[3, top], stack[4, top] = h + to[1], low + to[2], -(depth + 1)
                top += 1
            more = next_fill(row, deep, key)
    return True
