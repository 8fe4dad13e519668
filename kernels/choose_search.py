"""The best choice of one column per incident out of listed columns, no team twice: a depth-first search with proof.

A column's slack is what it costs above its incident's best at given prices; slacks are never negative, so a branch
ends when what was chosen and the least slack of everything still to choose reach the gap.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from kernels.choose_list import Pool
from kernels.choose_table import Flags, Ids, Int, Longs, Table, less
from kernels.jit import kernel, maker

PROVEN: Final = 0
STOPPED: Final = 1
_END: Final = -2
"""Every incident has its column."""


@kernel
def _fits(t: Table, pool: Pool, c: Int, taken: Flags, sent: Longs) -> bool:
    """Whether all teams of a column are free and its groups have room."""
    for x in range(pool.first[c], pool.first[c + 1]):
        k = pool.pair[x]
        u = t.team[k]
        if taken[u] != 0:
            return False
    if t.cap.size == 0:
        return True
    fits = True
    for x in range(pool.first[c], pool.first[c + 1]):
        u = t.team[pool.pair[x]]
        for g in range(t.group_start[u], t.group_start[u + 1]):
            sent[t.group[g]] += 1
            fits = fits and sent[t.group[g]] <= t.cap[t.group[g]]
    for x in range(pool.first[c], pool.first[c + 1]):
        u = t.team[pool.pair[x]]
        for g in range(t.group_start[u], t.group_start[u + 1]):
            sent[t.group[g]] -= 1
    return fits


@kernel
def _take(t: Table, pool: Pool, c: Int, by: Int, taken: Flags, sent: Longs) -> None:
    """Take (by 1) or give back (by -1) the teams of a column."""
    for x in range(pool.first[c], pool.first[c + 1]):
        u = t.team[pool.pair[x]]
        taken[u] += by
        for g in range(t.group_start[u], t.group_start[u + 1]):
            sent[t.group[g]] += by


@kernel
def _unused_price(t: Table, price: Longs, group_price: Longs, taken: Flags, sent: Longs) -> tuple[Int, Int]:
    """Prices of teams and of places in groups that a plan leaves unused: part of what it costs above the bound."""
    high, low = np.int64(0), np.int64(0)
    for u in range(taken.size):
        if taken[u] == 0:
            high += price[0, u]
            low += price[1, u]
    for g in range(t.cap.size):
        high += group_price[0, g] * (t.cap[g] - sent[g])
        low += group_price[1, g] * (t.cap[g] - sent[g])
    return high, low


@kernel
def _next_incident(
    t: Table,
    pool: Pool,
    span: Longs,
    mine: Ids,
    chosen: Ids,
    taken: Flags,
    sent: Longs,
    least_h: Int,
    least_l: Int,
    gap: Longs,
) -> Int:
    """Choose the incident with the fewest columns left below the gap; -1 when the branch is dead, -2 at its end.

    `least_h` and `least_l` are the slack of what was chosen, `gap` int64[2] what must not be reached.
    """
    for x in range(mine.size):
        i = mine[x]
        if chosen[i] >= 0:
            continue
        found = False
        for c in range(span[i], span[i + 1]):
            if not less(least_h + pool.slack[0, c], least_l + pool.slack[1, c], gap[0], gap[1]):
                break
            if _fits(t, pool, c, taken, sent):
                least_h += pool.slack[0, c]
                least_l += pool.slack[1, c]
                found = True
                break
        if not found:
            return np.int64(-1)
    best, fewest = np.int64(_END), np.int64(2**62)
    for x in range(mine.size):
        i = mine[x]
        if chosen[i] >= 0:
            continue
        count = np.int64(0)
        own_h, own_l = np.int64(0), np.int64(0)
        for c in range(span[i], span[i + 1]):
            if count > 0 and not less(
                least_h - own_h + pool.slack[0, c], least_l - own_l + pool.slack[1, c], gap[0], gap[1]
            ):
                break
            if _fits(t, pool, c, taken, sent):
                if count == 0:
                    own_h, own_l = pool.slack[0, c], pool.slack[1, c]
                count += 1
                if count >= fewest:
                    break
        if count < fewest:
            best, fewest = np.int64(i), count
            if count == 1:
                break
    return best


@maker
def search_pool(
    t: Table,
    pool: Pool,
    span: Longs,
    mine: Ids,
    price: Longs,
    group_price: Longs,
    gap: Longs,
    nodes: Int,
    best: Ids,
    used: Longs,
) -> Int:
    """Choose one column for each incident of a part so that what it costs above the bound is least.

    Parameters
    ----------
    t, pool
        The board and the columns, each incident's sorted by slack.
    span : int64[incidents + 1]
        Columns of each incident.
    mine : int32[part]
        The incidents of the part.
    price : int64[2, teams]
        Prices of the teams of this part, 0 for all others.
    group_price : int64[2, groups]
        Prices of the groups.
    gap : int64[2]
        Only choices below this count; lowered to what the best costs.
    nodes
        Branches to look at, at most.
    best : int32[incidents]
        Receives the columns of the best choice below the gap; untouched when there is none.
    used : int64[1]
        Receives the branches looked at.

    Returns
    -------
    int
        `PROVEN`, or `STOPPED` when the branches ran out.
    """
    taken = np.zeros(price.shape[1], dtype=np.int8)
    sent = np.zeros(t.cap.size, dtype=np.int64)
    chosen = np.full(span.size - 1, -1, dtype=np.int32)
    path = np.zeros(mine.size + 1, dtype=np.int32)
    spent = np.zeros((mine.size + 2, 2), dtype=np.int64)
    depth = 0
    used[0] = 0
    down = True
    while True:
        if down:
            used[0] += 1
            if used[0] > nodes:
                return STOPPED
            i = _next_incident(
                t, pool, span, mine, chosen, taken, sent, spent[depth, 0], spent[depth, 1], gap
            )
            if i == _END:
                h, low = _unused_price(t, price, group_price, taken, sent)
                h += spent[depth, 0]
                low += spent[depth, 1]
                if less(h, low, gap[0], gap[1]):
                    gap[0], gap[1] = h, low
                    for x in range(mine.size):
                        best[mine[x]] = chosen[mine[x]]
            if i < 0:
                down = False
                continue
            path[depth] = i
            c = span[i]
        else:
            depth -= 1
            if depth < 0:
                return PROVEN
            i = np.int64(path[depth])
            _take(t, pool, np.int64(chosen[i]), np.int64(-1), taken, sent)
            c = np.int64(chosen[i]) + 1
            chosen[i] = -1
        down = False
        while c < span[i + 1]:
            h, low = spent[depth, 0] + pool.slack[0, c], spent[depth, 1] + pool.slack[1, c]
            if not less(h, low, gap[0], gap[1]):
                break
            if _fits(t, pool, c, taken, sent):
                _take(t, pool, c, np.int64(1), taken, sent)
                chosen[i] = c
                depth += 1
                spent[depth, 0], spent[depth, 1] = h, low
                down = True
                break
            c += 1
        if not down:
            # nothing (more) fits here: go back as if this incident were not chosen
            continue
