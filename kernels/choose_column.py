"""The best set of teams for one incident at given prices: a label search over what is still needed.

Teams are looked at in order of arrival. A label is what the incident still needs, packed into bits, with the least
cost of getting there. Costs are pairs (high, low) of whole numbers compared one after the other, so that six levels
fit without rounding. A label dies when even the least that the rest could cost (`kernels.choose_ahead`) could not
make it better than the best end.
Where labels grow beyond the room, the worst are dropped and the least they could have led to is kept as the bound.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from kernels.choose_ahead import cost_ahead, look_ahead, place_ahead, team_cost, unit_costs
from kernels.choose_table import DEEP, INFINITE, NOBODY, Flags, Ids, Int, Longs, Room, Table, less
from kernels.jit import kernel

_GOLDEN: Final = 0x9E3779B1
_THIRTY: Final = 2**30 - 1
_TURNS: Final = 8
_WIDE: Final = 4096.0
"""Combinations of needs above which a search that keeps few labels goes before the exact one."""

_NARROW: Final = 16
_RESHARE: Final = 6


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
def _thin(room: Room, n: Int, width: Int, floor: Longs) -> Int:
    """Drop the labels whose least end is above the mean, again until `width` stay; returns how many do.

    `floor` keeps the least end that a dropped label could have led to.
    """
    kept = n
    for turn in range(_TURNS):
        if kept <= width:
            break
        mean_high, mean_low = 0.0, 0.0
        for x in range(kept):
            mean_high += room.least_high[room.live[x]] / kept
            mean_low += room.least_low[room.live[x]] / kept
        count, kept = kept, 0
        for x in range(count):
            at = room.live[x]
            h, low = room.least_high[at], room.least_low[at]
            below = h < mean_high - 0.5 or (h <= mean_high + 0.5 and low <= mean_low)
            if below and (turn < _TURNS - 1 or kept < width):
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
def _prune(t: Table, i: Int, k: Int, n: Int, factor: Longs, slack: Longs, end: Longs, room: Room) -> Int:
    """Drop the labels that even at the least cost of all that is left end no better than `end` plus `slack`."""
    d0 = t.first_demand[i]
    deep = t.first_demand[i + 1] - d0
    left = room.row[4]
    place = place_ahead(t, i, k, room)
    first_h = first_cost(t, i, np.int64(t.arrive[k]), factor, 0)
    first_l = first_cost(t, i, np.int64(t.arrive[k]), factor, 1)
    kept = 0
    for x in range(n):
        at = room.live[x]
        key = room.key[at]
        for j in range(deep):
            left[j] = (key >> t.shift[d0 + j]) & t.mask[d0 + j]
        h = room.high[at] + cost_ahead(t, i, place, left, room, 0)
        low = room.low[at] + cost_ahead(t, i, place, left, room, 1)
        if key & NOBODY != 0:
            h += first_h
            low += first_l
        if less(h, low, end[0] + slack[0], end[1] + slack[1]):
            room.least_high[at] = h
            room.least_low[at] = low
            room.live[kept] = at
            kept += 1
        else:
            room.alive[at] = 0
    return kept


@kernel
def _settle(room: Room, n: Int, k: Int, nodes: Int, touched: Int, floor: Longs) -> tuple[Int, Int]:
    """Make the labels that the team of pair `k` led to the present ones; returns how many live and steps there are."""
    for x in range(touched):
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
        room.high[at] = h
        room.low[at] = low
        room.node[at] = nodes
        room.pair[nodes] = k
        room.back[nodes] = room.next_node[at]
        nodes += 1
    return n, nodes


@kernel
def _start(room: Room, key: Int) -> None:
    """Begin with one label."""
    at = _find(room, key)
    room.key[at] = key
    room.high[at] = 0
    room.low[at] = 0
    room.node[at] = -1
    room.stamp[at] = -1
    room.alive[at] = 1
    room.live[0] = at
    room.used[0] = at


@kernel
def _search(
    t: Table,
    i: Int,
    factor: Longs,
    toll: Longs,
    shut: Flags,
    slack: Longs,
    width: Int,
    room: Room,
    out: Ids,
    end: Longs,
) -> Int:
    """Search once, keeping about `width` labels; returns the length of a column better than `end`, -1 if there is none.

    `end` int64[5] as in `best_column`: comes with the least end known.
    """
    d0 = t.first_demand[i]
    deep = t.first_demand[i + 1] - d0
    start, last = t.start[i], t.start[i + 1]
    must_end = start
    loose: Int = 0
    key = np.int64(NOBODY)
    for d in range(d0, t.first_demand[i + 1]):
        key |= t.need[d] << t.shift[d]
        loose += np.int64(t.loose[d])
    for k in range(start, last):
        if t.must[k] != 0:
            must_end = k + 1
    row = room.row
    floor = row[4, DEEP : DEEP + 2]
    floor[0] = INFINITE
    floor[1] = 0
    count = row[5, DEEP : DEEP + 2]
    team = row[0, DEEP : DEEP + 6]
    _start(room, key)
    best_node = -1
    n: Int = 1
    nodes: Int = 0
    count[0] = 1
    k = start
    while k < last:
        must = t.must[k] != 0
        if shut[t.team[k]] != 0 and not must:
            k += 1
            continue
        n = _prune(t, i, k, n, factor, slack, end, room)
        if n == 0:
            break
        if n > width:
            n = _thin(room, n, width, floor)
        unit_costs(t, i, k, factor, row)
        for half in range(2):
            team[half] = team_cost(t, k, factor, toll, half)
            team[2 + half] = first_cost(t, i, np.int64(t.arrive[k]), factor, half)
        count[1] = 0
        for x in range(n):
            at = room.live[x]
            for j in range(deep):
                row[4, j] = (room.key[at] >> t.shift[d0 + j]) & t.mask[d0 + j]
            h, low = room.least_high[at], room.least_low[at]
            if not _go(t, i, k, at, team, loose, room, count) and less(h, low, floor[0], floor[1]):
                floor[0] = h
                floor[1] = low
            if must:
                room.alive[at] = 0
        n, nodes = _settle(room, 0 if must else n, k, nodes, count[1], floor)
        k += 1
        if k >= must_end:
            for x in range(n):
                at = room.live[x]
                if room.stamp[at] == k - 1 or k == must_end:
                    h = room.high[at] + left_over(t, i, room.key[at], factor, 0)
                    low = room.low[at] + left_over(t, i, room.key[at], factor, 1)
                    if less(h, low, end[0], end[1]):
                        end[0], end[1], best_node = h, low, room.node[at]
        if count[0] > room.key.size // 4:
            count[0] = _shrink(room, n, count[0])
    for x in range(count[0]):
        room.key[room.used[x]] = -1
        room.alive[room.used[x]] = 0
    end[2], end[3] = end[0], end[1]
    if less(floor[0], floor[1], end[0], end[1]):
        end[2], end[3] = floor[0], floor[1]
    end[4] = k
    if best_node < 0:
        return -1
    length = 0
    at = best_node
    while at >= 0:
        out[length] = room.pair[at]
        length += 1
        at = room.back[at]
    return length


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
        room was too small), and the first pair that belongs to no column within `slack`, whatever the tolls from
        there on.

    Returns
    -------
    int
        Length of the column.
    """
    key: Int = np.int64(0)
    states = 1.0
    for d in range(t.first_demand[i], t.first_demand[i + 1]):
        key |= t.need[d] << t.shift[d]
        states *= t.need[d] + 1.0
    end[0], end[1] = left_over(t, i, key, factor, 0), left_over(t, i, key, factor, 1)
    for k in range(t.start[i], t.start[i + 1]):
        if t.must[k] != 0:
            end[0], end[1] = INFINITE, 0
    free = look_ahead(t, i, _RESHARE if states > _WIDE else 0, factor, toll, shut, room)
    length: Int = 0
    for turn in range(
        0 if states > _WIDE else 1, 2
    ):  # a narrow search first says what a wide one must stay below
        width = room.key.size // 8 if turn == 1 else _NARROW
        found = _search(t, i, factor, toll, shut, slack, width, room, out, end)
        length = length if found < 0 else found
    end[4] = max(end[4], free)
    return length
