"""Every column of an incident that a better plan could use: cost at given prices less than the gap above the best.

A table of what is at best still to pay, by pair and need, is filled from the last pair to the first; the listing
then goes down only where the cost so far and that rest stay below the limit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kernels.choose_ahead import team_cost, unit_costs
from kernels.choose_column import first_cost, left_over
from kernels.choose_table import INFINITE, NOBODY, Ids, Int, Longs, Table, less
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
def most_fill(t: Table, i: Int, k: Int, key: Int, row: Longs) -> None:
    """Write to `row[5]` the most units of each demand that pair `k` can fill."""
    d0 = t.first_demand[i]
    for j in range(t.first_demand[i + 1] - d0):
        row[5, j] = min((key >> t.shift[d0 + j]) & t.mask[d0 + j], np.int64(t.units[k, j]))


@kernel
def next_fill(t: Table, i: Int, k: Int, key: Int, row: Longs) -> bool:
    """Step `row[5]` to the next way to fill: fewer units where teams are ready in another order."""
    d0 = t.first_demand[i]
    for j in range(t.first_demand[i + 1] - d0):
        if t.loose[d0 + j] != 0:
            if row[5, j] > 0:
                row[5, j] -= 1
                return True
            row[5, j] = min((key >> t.shift[d0 + j]) & t.mask[d0 + j], np.int64(t.units[k, j]))
    return False


@kernel
def lead(t: Table, i: Int, k: Int, key: Int, factor: Longs, toll: Longs, row: Longs, to: Longs) -> bool:
    """Work out where pair `k` with the fills of `row[5]` leads from `key`; False if it serves nothing.

    Writes `to` int64[3]: the label and the cost (high, low).
    """
    d0 = t.first_demand[i]
    helps = t.must[k] != 0
    to[0] = key & ~np.int64(NOBODY)
    to[1] = team_cost(t, k, factor, toll, 0)
    to[2] = team_cost(t, k, factor, toll, 1)
    if key & NOBODY != 0:
        to[1] += first_cost(t, i, np.int64(t.arrive[k]), factor, 0)
        to[2] += first_cost(t, i, np.int64(t.arrive[k]), factor, 1)
    for j in range(t.first_demand[i + 1] - d0):
        fill = row[5, j]
        helps = helps or (t.loose[d0 + j] != 0 and key & NOBODY != 0)
        if fill > 0:
            helps = True
            to[0] -= fill << t.shift[d0 + j]
            to[1] += fill * row[0, j]
            to[2] += fill * row[1, j]
    return bool(helps)


@kernel
def _valid(t: Table, i: Int, key: Int) -> bool:
    valid = True
    for d in range(t.first_demand[i], t.first_demand[i + 1]):
        valid = valid and bool(((key >> t.shift[d]) & t.mask[d]) <= t.need[d])
    return valid


@kernel
def _fill_row(
    t: Table, i: Int, k: Int, codes: Longs, size: Int, factor: Longs, toll: Longs, row: Longs, rest: Longs
) -> None:
    """Fill the row of pair `k` from the row after it, where every demand is filled as teams arrive.

    `rest` int64[2, 2, ...]: both halves of the pair's row, which holds a copy of the next one, and of the next one.
    """
    d0 = t.first_demand[i]
    deep = t.first_demand[i + 1] - d0
    team_h, team_l = team_cost(t, k, factor, toll, 0), team_cost(t, k, factor, toll, 1)
    first_h = first_cost(t, i, np.int64(t.arrive[k]), factor, 0)
    first_l = first_cost(t, i, np.int64(t.arrive[k]), factor, 1)
    must = t.must[k] != 0
    for x in range(codes.size):
        code = codes[x]
        key = code & (size - 1)
        to, h, low, filled = key, team_h, team_l, np.int64(0)
        for j in range(deep):
            fill = min((key >> t.shift[d0 + j]) & t.mask[d0 + j], np.int64(t.units[k, j]))
            filled += fill
            to -= fill << t.shift[d0 + j]
            h += fill * row[0, j]
            low += fill * row[1, j]
        if filled == 0 and not must:
            continue
        if code >= size:
            h += first_h
            low += first_l
        h += rest[0, 1, to]
        low += rest[1, 1, to]
        if must or less(h, low, rest[0, 1, code], rest[1, 1, code]):
            rest[0, 0, code] = h
            rest[1, 0, code] = low


@kernel
def fill_rest(
    t: Table, i: Int, cut: Int, bits: Int, factor: Longs, toll: Longs, row: Longs, rest: Longs
) -> None:
    """Fill `rest` int64[2, cut - start + 1, 2 << bits] with the least cost from each pair and label to the end.

    The label of a table column is its low bits; the bit above them stands for `NOBODY`.
    """
    start = t.start[i]
    size = np.int64(1) << bits
    root = size  # nobody was sent: everything is still needed
    for d in range(t.first_demand[i], t.first_demand[i + 1]):
        root |= t.need[d] << t.shift[d]
    to = np.zeros(3, dtype=np.int64)
    codes = np.zeros(size + 1, dtype=np.int64)
    count = 0
    loose: Int = 0
    code: Int = 0
    for d in range(t.first_demand[i], t.first_demand[i + 1]):
        loose += np.int64(t.loose[d])
    for code in range(2 * size):
        key = code & (size - 1)
        ok = (code < size or code == root) and _valid(t, i, key)
        rest[0, cut - start, code] = left_over(t, i, key, factor, 0) if ok else INFINITE
        rest[1, cut - start, code] = left_over(t, i, key, factor, 1) if ok else 0
        if ok:
            codes[count] = code
            count += 1
    for k in range(cut - 1, start - 1, -1):
        unit_costs(t, i, k, factor, row)
        here = k - start
        rest[:, here] = rest[:, here + 1]
        if loose == 0:
            _fill_row(t, i, k, codes[:count], size, factor, toll, row, rest[:, here : here + 2])
            continue
        for x in range(count):
            code = codes[x]
            best_h, best_l = rest[0, here + 1, code], rest[1, here + 1, code]
            if t.must[k] != 0:
                best_h, best_l = np.int64(INFINITE), np.int64(0)
            key = (code & (size - 1)) | (np.int64(NOBODY) if code >= size else np.int64(0))
            most_fill(t, i, k, key, row)
            more = True
            while more:
                if lead(t, i, k, key, factor, toll, row, to):
                    h, low = to[1] + rest[0, here + 1, to[0]], to[2] + rest[1, here + 1, to[0]]
                    if less(h, low, best_h, best_l):
                        best_h, best_l = h, low
                more = next_fill(t, i, k, key, row)
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
    row : int64[6, ...]
        Scratch.
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
    root = np.int64(0)
    for d in range(t.first_demand[i], t.first_demand[i + 1]):
        root |= t.need[d] << t.shift[d]
    root |= size
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
        unit_costs(t, i, k, factor, row)
        key = (code & (size - 1)) | (np.int64(NOBODY) if code >= size else np.int64(0))
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
