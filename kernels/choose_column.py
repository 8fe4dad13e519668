"""The best set of teams for one incident at given prices: a label search over what is still needed.

Teams are looked at in order of arrival. A label is what the incident still needs, packed into bits, with the least
cost of getting there. Costs are pairs (high, low) of whole numbers compared one after the other, so that six levels
fit without rounding. A label dies when even arrivals at the present time could not make it better than the best end.
Where labels grow beyond the room, the worst are dropped and the least they could have led to is kept as the bound.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from kernels.choose_table import DEEP, INFINITE, NOBODY, Flags, Ids, Int, Longs, Room, Table, less
from kernels.jit import kernel

_GOLDEN: Final = 0x9E3779B1
_THIRTY: Final = 2**30 - 1


@kernel
def unit_costs(t: Table, i: Int, k: Int, factor: Longs, row: Longs) -> None:
    """Write what a unit of each demand costs when pair `k` fills it, and the least any later pair could ask.

    Rows 0 and 1 of `row`: cost (high, low) at the pair's ready time; rows 2 and 3: at its arrival, or unmet if less.
    """
    d0 = t.first_demand[i]
    step = t.step[0]
    for j in range(t.first_demand[i + 1] - d0):
        w = t.weight[d0 + j]
        for which in range(2):
            when = np.int64(t.ready[k, j]) if which == 0 else np.int64(t.arrive[k])
            late = max(np.int64(0), when - t.target[d0 + j])
            steps = (when + step - 1) // step
            row[2 * which, j] = w * (factor[0, 1] * late + factor[0, 2] * steps)
            row[2 * which + 1, j] = w * (factor[1, 1] * late + factor[1, 2] * steps)
        if less(w * factor[0, 0], w * factor[1, 0], row[2, j], row[3, j]):
            row[2, j] = w * factor[0, 0]
            row[3, j] = w * factor[1, 0]


@kernel
def first_cost(t: Table, i: Int, when: Int, factor: Longs, half: Int) -> Int:
    """Cost of the first arrival at `when`, one half of the pair."""
    late = max(np.int64(0), when - t.first_target[i])
    steps = (when + t.step[0] - 1) // t.step[0]
    return np.int64(t.first_weight[i] * (factor[half, 1] * late + factor[half, 2] * steps))


@kernel
def left_over(t: Table, i: Int, key: Int, factor: Longs, half: Int) -> Int:
    """Cost of leaving unmet what a label still needs, one half of the pair."""
    total = np.int64(0)
    for d in range(t.first_demand[i], t.first_demand[i + 1]):
        total += ((key >> t.shift[d]) & t.mask[d]) * t.weight[d] * factor[half, 0]
    return total


@kernel
def team_cost(t: Table, k: Int, factor: Longs, toll: Longs, half: Int) -> Int:
    """Cost of sending the team of a pair, whatever it fills, one half of the pair."""
    cost = factor[half, 2] * t.turn[k] + factor[half, 3] * t.price[k] + factor[half, 4] * t.cover[k]
    return np.int64(cost + factor[half, 5] * t.travel[k] + toll[half, t.team[k]])


@kernel
def _find(room: Room, key: Int) -> Int:
    """Place of a key in the hash, or the free place where it belongs."""
    mask = room.key.size - 1
    at = ((((key ^ (key >> 17) ^ (key >> 34)) & _THIRTY) * _GOLDEN) >> 16) & mask
    while room.key[at] != -1 and room.key[at] != key:
        at = (at + 1) & mask
    return at


@kernel
def _offer(room: Room, key: Int, cost: Longs, parent: Int, stamp: Int, count: Longs) -> bool:
    """Note a label reached by the present team if it is the cheapest so; False when there is no place for it.

    `count` int64[2]: places used, labels touched; `cost` int64[2].
    """
    at = _find(room, key)
    if room.key[at] == -1:
        if count[0] >= room.key.size // 2:
            return False
        room.key[at] = key
        room.alive[at] = 0
        room.stamp[at] = -1
        room.used[count[0]] = at
        count[0] += 1
    if room.stamp[at] != stamp:
        room.stamp[at] = stamp
        room.touched[count[1]] = at
        count[1] += 1
    elif not less(cost[0], cost[1], room.next_high[at], room.next_low[at]):
        return True
    room.next_high[at] = cost[0]
    room.next_low[at] = cost[1]
    room.next_node[at] = parent
    return True


@kernel
def _thin(room: Room, n: Int, floor: Longs) -> Int:
    """Drop the labels whose least end is above the mean; returns how many stay, `floor` keeps the least dropped."""
    mean_high, mean_low = 0.0, 0.0
    for x in range(n):
        mean_high += room.least_high[room.live[x]] / n
        mean_low += room.least_low[room.live[x]] / n
    kept = 0
    for x in range(n):
        at = room.live[x]
        h, low = room.least_high[at], room.least_low[at]
        if h < mean_high - 0.5 or (h <= mean_high + 0.5 and low <= mean_low):
            room.live[kept] = at
            kept += 1
        else:
            room.alive[at] = 0
            if less(h, low, floor[0], floor[1]):
                floor[0] = h
                floor[1] = low
    return kept


@kernel
def _shrink(room: Room, n: Int, used: Int) -> Int:
    """Forget dead labels; returns how many places are used then."""
    for x in range(n):  # the next values are free between two teams: put the live labels aside there
        at = room.live[x]
        room.next_high[x] = room.high[at]
        room.next_low[x] = room.low[at]
        room.next_node[x] = room.node[at]
        room.least_high[x] = room.key[at]
    for x in range(used):
        room.key[room.used[x]] = -1
    for x in range(n):
        at = _find(room, room.least_high[x])
        room.key[at] = room.least_high[x]
        room.live[x] = at
        room.used[x] = at
    for x in range(n):
        at = room.live[x]
        room.high[at] = room.next_high[x]
        room.low[at] = room.next_low[x]
        room.node[at] = room.next_node[x]
        room.stamp[at] = -1
        room.alive[at] = 1
    return n


@kernel
def _go(t: Table, i: Int, k: Int, at: Int, team: Longs, loose: Int, room: Room, count: Longs) -> bool:
    """Send the team of pair `k` on top of the label at `at`; False if some label found no place.

    `row[4]` holds what the label still needs, `team` int64[4] what sending costs, and being the first.
    """
    d0 = t.first_demand[i]
    deep = t.first_demand[i + 1] - d0
    row = room.row
    key = room.key[at]
    fresh = key & NOBODY != 0
    must = t.must[k] != 0
    cost = team[4:6]
    placed = True
    for j in range(deep):
        row[5, j] = min(row[4, j], np.int64(t.units[k, j]))
    while True:
        to = key & ~np.int64(NOBODY)
        helps = must or (fresh and loose != 0)
        cost[0] = room.high[at] + team[0]
        cost[1] = room.low[at] + team[1]
        if fresh:
            cost[0] += team[2]
            cost[1] += team[3]
        for j in range(deep):
            if row[5, j] > 0:
                helps = True
                to -= row[5, j] << t.shift[d0 + j]
                cost[0] += row[5, j] * row[0, j]
                cost[1] += row[5, j] * row[1, j]
        if helps and not _offer(room, to, cost, room.node[at], k, count):
            placed = False
        if loose == 0:
            return placed
        j = 0
        while j < deep:
            if t.loose[d0 + j] != 0 and row[5, j] > 0:
                row[5, j] -= 1
                break
            row[5, j] = min(row[4, j], np.int64(t.units[k, j]))
            j += 1
        if j == deep:
            return placed


@kernel
def best_column(
    t: Table, i: Int, factor: Longs, toll: Longs, shut: Flags, slack: Longs, room: Room, out: Ids, end: Longs
) -> Int:
    """Find the cheapest set of teams for incident `i`.

    Parameters
    ----------
    t
        The board.
    i
        The incident.
    factor : int64[2, 6]
        What one unit of each level counts in the high and low half of a cost.
    toll : int64[2, teams]
        Price of using a team, at least (0, 0).
    shut : int8[teams]
        Not 0: the team may not be used, unless it is locked here.
    slack : int64[2]
        Labels are kept while they may end below the best plus this; (0, 0) for the best alone.
    room
        Scratch; left clean.
    out : int32[most]
        Receives the pairs of the best column; must hold one per locked team and unit of need.
    end : int64[5]
        Receives the column's cost (high, low), a bound (high, low) that no column can beat (the same unless the
        room was too small), and the first pair that belongs to no column within `slack`.

    Returns
    -------
    int
        Length of the column.
    """
    d0 = t.first_demand[i]
    deep = t.first_demand[i + 1] - d0
    last = t.start[i + 1]
    must_end = t.start[i]
    loose: Int = 0
    key = np.int64(NOBODY)
    for d in range(d0, t.first_demand[i + 1]):
        key |= t.need[d] << t.shift[d]
        loose += np.int64(t.loose[d])
    for k in range(t.start[i], last):
        if t.must[k] != 0:
            must_end = k + 1
    best_high: Int = np.int64(INFINITE)
    best_low: Int = np.int64(0)
    best_node = -1
    if must_end == t.start[i]:
        best_high, best_low = left_over(t, i, key, factor, 0), left_over(t, i, key, factor, 1)
    floor = room.row[4, DEEP : DEEP + 2]
    floor[0] = INFINITE
    floor[1] = 0
    count = room.row[5, DEEP : DEEP + 2]
    team = room.row[0, DEEP : DEEP + 6]
    row = room.row
    at = _find(room, key)
    room.key[at] = key
    room.high[at] = 0
    room.low[at] = 0
    room.node[at] = -1
    room.stamp[at] = -1
    room.alive[at] = 1
    room.live[0] = at
    room.used[0] = at
    n: Int = 1
    nodes = 0
    count[0] = 1
    k = t.start[i]
    while k < last and n > 0:
        u = t.team[k]
        must = t.must[k] != 0
        if shut[u] != 0 and not must:
            k += 1
            continue
        unit_costs(t, i, k, factor, row)
        for half in range(2):
            team[half] = team_cost(t, k, factor, toll, half)
            team[2 + half] = first_cost(t, i, np.int64(t.arrive[k]), factor, half)
        count[1] = 0
        kept = 0
        for x in range(n):
            at = room.live[x]
            key = room.key[at]
            h, low = room.high[at], room.low[at]
            for j in range(deep):
                left = (key >> t.shift[d0 + j]) & t.mask[d0 + j]
                row[4, j] = left
                h += left * row[2, j]
                low += left * row[3, j]
            if not less(h, low, best_high + slack[0], best_low + slack[1]):
                room.alive[at] = 0
                continue
            room.least_high[at] = h
            room.least_low[at] = low
            if not _go(t, i, k, at, team, loose, room, count) and less(h, low, floor[0], floor[1]):
                floor[0] = h
                floor[1] = low
            if must:
                room.alive[at] = 0
            else:
                room.live[kept] = at
                kept += 1
        n = kept
        for x in range(count[1]):
            at = room.touched[x]
            h, low = room.next_high[at], room.next_low[at]
            if room.alive[at] != 0 and not less(h, low, room.high[at], room.low[at]):
                continue
            if nodes >= room.pair.size:
                if less(h, low, floor[0], floor[1]):
                    floor[0] = h
                    floor[1] = low
                continue
            if room.alive[at] == 0:
                room.alive[at] = 1
                room.live[n] = at
                n += 1
                room.least_high[at] = h
                room.least_low[at] = low
            room.high[at] = h
            room.low[at] = low
            room.node[at] = nodes
            room.pair[nodes] = k
            room.back[nodes] = room.next_node[at]
            nodes += 1
        k += 1
        if k >= must_end:
            for x in range(n):
                at = room.live[x]
                if room.stamp[at] == k - 1 or k == must_end:
                    h = room.high[at] + left_over(t, i, room.key[at], factor, 0)
                    low = room.low[at] + left_over(t, i, room.key[at], factor, 1)
                    if less(h, low, best_high, best_low):
                        best_high, best_low, best_node = h, low, room.node[at]
        if n > room.key.size // 8:
            n = _thin(room, n, floor)
        if count[0] > room.key.size // 4:
            count[0] = _shrink(room, n, count[0])
    for x in range(count[0]):
        room.key[room.used[x]] = -1
        room.alive[room.used[x]] = 0
    end[0], end[1] = best_high, best_low
    end[2], end[3] = best_high, best_low
    if less(floor[0], floor[1], best_high, best_low):
        end[2], end[3] = floor[0], floor[1]
    end[4] = k
    length = 0
    at = best_node
    while at >= 0:
        out[length] = room.pair[at]
        length += 1
        at = room.back[at]
    return length
