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

from kernels.choose_ahead import cost_ahead, look_ahead, place_ahead
from kernels.choose_costs import FIRST, MUST, STATE, UNITS, left_over
from kernels.choose_table import (
    FILL,
    INFINITE,
    LAID,
    LEFT,
    LOOK,
    LOOSE,
    MASK,
    NEED,
    NOBODY,
    SHIFT,
    TALLY,
    Flags,
    Ids,
    Int,
    Longs,
    Room,
    Table,
    less,
)
from kernels.jit import kernel

_GOLDEN: Final = 0x9E3779B1
_THIRTY: Final = 2**30 - 1
_TURNS: Final = 8
_WIDE: Final = 4096.0
"""Combinations of needs above which a search that keeps few labels goes before the exact one."""

_NARROW: Final = 16
_RESHARE: Final = 6

_LEAST: Final = 2
_NEXT: Final = 4
"""Columns of `room.cost` where the least end and the cost when the present team goes begin."""

_SIZE: Final = 4
"""Column of `row[TALLY]`: places of the hash in use, fewer where labels are few, so that they stay near."""

_LEAST_PLACES: Final = 64
_SPARSE: Final = 16.0
"""Places for each label there can be, at the least, for the hash to be halved."""

_NODE: Final = 0
_NEXT_NODE: Final = 1
_STAMP: Final = 2
_ALIVE: Final = 3
"""Columns of `room.mark`."""

_LIVE: Final = 0
_TOUCHED: Final = 1
_USED: Final = 2
"""Rows of `room.places`; the last two are also where `row[TALLY]` counts them, one further on."""


@kernel
def _find(keys: Longs, size: Int, key: Int) -> Int:
    """Place of a key in the hash of `size` places, or the free place where it belongs."""
    mask = size - 1
    at = ((((key ^ (key >> 17) ^ (key >> 34)) & _THIRTY) * _GOLDEN) >> 16) & mask
    while keys[at] != -1 and keys[at] != key:
        at = (at + 1) & mask
    return at


@kernel
def _lower_floor(row: Longs, high: Int, low: Int) -> None:
    """Note the least end that a dropped label could have led to."""
    if less(high, low, row[TALLY, 0], row[TALLY, 1]):
        row[TALLY, 0] = high
        row[TALLY, 1] = low


@kernel
def _offer(room: Room, key: Int, high: Int, low: Int, parent: Int, stamp: Int) -> bool:
    """Note a label reached by the present team if it is the cheapest so; False when there is no place for it."""
    keys, cost, mark, places, row = room.key, room.cost, room.mark, room.places, room.row
    at = _find(keys, row[TALLY, _SIZE], key)
    if keys[at] == -1:
        used = row[TALLY, 2]
        if used >= row[TALLY, _SIZE] // 2:
            return False
        keys[at] = key
        mark[at, _ALIVE] = 0
        mark[at, _STAMP] = -1
        places[_USED, used] = at
        row[TALLY, 2] = used + 1
    if mark[at, _STAMP] != stamp:
        mark[at, _STAMP] = stamp
        places[_TOUCHED, row[TALLY, 3]] = at
        row[TALLY, 3] += 1
    elif not less(high, low, cost[at, _NEXT], cost[at, _NEXT + 1]):
        return True
    cost[at, _NEXT] = high
    cost[at, _NEXT + 1] = low
    mark[at, _NEXT_NODE] = parent
    return True


@kernel
def _thin(room: Room, n: Int, width: Int) -> Int:
    """Drop the labels whose least end is above the mean, again until `width` stay; returns how many do."""
    cost, mark, places = room.cost, room.mark, room.places
    kept = n
    for turn in range(_TURNS):
        if kept <= width:
            break
        mean_high, mean_low = 0.0, 0.0
        for x in range(kept):
            at = places[_LIVE, x]
            mean_high += cost[at, _LEAST] / kept
            mean_low += cost[at, _LEAST + 1] / kept
        count, kept = kept, np.int64(0)
        for x in range(count):
            at = places[_LIVE, x]
            h, low = cost[at, _LEAST], cost[at, _LEAST + 1]
            below = h < mean_high - 0.5 or (h <= mean_high + 0.5 and low <= mean_low)
            if below and (turn < _TURNS - 1 or kept < width):
                places[_LIVE, kept] = at
                kept += 1
            else:
                mark[at, _ALIVE] = 0
                _lower_floor(room.row, h, low)
    return kept


@kernel
def _shrink(room: Room, n: Int, used: Int) -> None:
    """Forget dead labels: `n` of the `used` places stay."""
    keys, cost, mark, places = room.key, room.cost, room.mark, room.places
    for x in range(n):  # the next values are free between two teams: put the live labels aside there
        at = places[_LIVE, x]
        cost[x, _NEXT] = cost[at, 0]
        cost[x, _NEXT + 1] = cost[at, 1]
        mark[x, _NEXT_NODE] = mark[at, _NODE]
        cost[x, _LEAST] = keys[at]
    for x in range(used):
        keys[places[_USED, x]] = -1
    for x in range(n):
        key = cost[x, _LEAST]
        at = _find(keys, room.row[TALLY, _SIZE], key)
        keys[at] = key
        places[_LIVE, x] = at
        places[_USED, x] = at
    for x in range(n):
        at = places[_LIVE, x]
        cost[at, 0] = cost[x, _NEXT]
        cost[at, 1] = cost[x, _NEXT + 1]
        mark[at, _NODE] = mark[x, _NEXT_NODE]
        mark[at, _STAMP] = -1
        mark[at, _ALIVE] = 1
    room.row[TALLY, 2] = n


@kernel
def _go(room: Room, deep: Int, k: Int, at: Int, loose: Int) -> bool:
    """Send the team of pair `k` on top of the label at `at`; False if some label found no place."""
    row, pay = room.row, room.pay
    key, parent = room.key[at], np.int64(room.mark[at, _NODE])
    top = k * (deep + 1)
    fresh = key & NOBODY != 0
    start_h, start_l = room.cost[at, 0] + pay[top, 0], room.cost[at, 1] + pay[top, 1]
    if fresh:
        start_h += pay[top, FIRST]
        start_l += pay[top, FIRST + 1]
    always = pay[top, STATE] >= MUST or (fresh and loose != 0)
    placed = True
    if loose == 0:  # in order of arrival everybody fills all they can: one way to go
        to = key & ~np.int64(NOBODY)
        for j in range(deep):
            fill = min((key >> row[SHIFT, j]) & row[MASK, j], pay[top + 1 + j, UNITS])
            if fill > 0:
                to -= fill << row[SHIFT, j]
                start_h += fill * pay[top + 1 + j, 0]
                start_l += fill * pay[top + 1 + j, 1]
        if always or to != key & ~np.int64(NOBODY):
            return _offer(room, to, start_h, start_l, parent, k)
        return True
    for j in range(deep):
        row[LEFT, j] = (key >> row[SHIFT, j]) & row[MASK, j]
        row[FILL, j] = min(row[LEFT, j], pay[top + 1 + j, UNITS])
    while True:
        to = key & ~np.int64(NOBODY)
        helps = always
        h, low = start_h, start_l
        for j in range(deep):
            fill = row[FILL, j]
            if fill > 0:
                helps = True
                to -= fill << row[SHIFT, j]
                h += fill * pay[top + 1 + j, 0]
                low += fill * pay[top + 1 + j, 1]
        if helps and not _offer(room, to, h, low, parent, k):
            placed = False
        j = 0
        while j < deep:
            if row[LOOSE, j] != 0 and row[FILL, j] > 0:
                row[FILL, j] -= 1
                break
            row[FILL, j] = min(row[LEFT, j], pay[top + 1 + j, UNITS])
            j += 1
        if j == deep:
            return placed


@kernel
def _prune(room: Room, deep: Int, k: Int, n: Int, limit_h: Int, limit_l: Int) -> Int:
    """Drop the labels that even at the least cost of all that is left end no better than the limit."""
    cost, places, row = room.cost, room.places, room.row
    place = place_ahead(row, k)
    first_h, first_l = room.pay[k * (deep + 1), FIRST], room.pay[k * (deep + 1), FIRST + 1]
    kept = np.int64(0)
    for x in range(n):
        at = places[_LIVE, x]
        key = room.key[at]
        h, low = cost_ahead(row, room.ahead, deep, place, key)
        h += cost[at, 0]
        low += cost[at, 1]
        if key & NOBODY != 0:
            h += first_h
            low += first_l
        if less(h, low, limit_h, limit_l):
            cost[at, _LEAST] = h
            cost[at, _LEAST + 1] = low
            places[_LIVE, kept] = at
            kept += 1
        else:
            room.mark[at, _ALIVE] = 0
    return kept


@kernel
def _settle(room: Room, n: Int, k: Int, nodes: Int) -> tuple[Int, Int]:
    """Make the labels that the team of pair `k` led to the present ones; returns how many live and steps there are."""
    cost, mark, places, step = room.cost, room.mark, room.places, room.step
    for x in range(room.row[TALLY, 3]):
        at = places[_TOUCHED, x]
        h, low = cost[at, _NEXT], cost[at, _NEXT + 1]
        if mark[at, _ALIVE] != 0 and not less(h, low, cost[at, 0], cost[at, 1]):
            continue
        if nodes >= step.shape[0]:
            _lower_floor(room.row, h, low)
            continue
        if mark[at, _ALIVE] == 0:
            mark[at, _ALIVE] = 1
            places[_LIVE, n] = at
            n += 1
        cost[at, 0] = h
        cost[at, 1] = low
        mark[at, _NODE] = nodes
        step[nodes, 0] = k
        step[nodes, 1] = mark[at, _NEXT_NODE]
        nodes += 1
    return n, nodes


@kernel
def _start(room: Room, key: Int) -> None:
    """Begin with one label."""
    at = _find(room.key, room.row[TALLY, _SIZE], key)
    room.key[at] = key
    room.cost[at, 0] = 0
    room.cost[at, 1] = 0
    room.mark[at, _NODE] = -1
    room.mark[at, _STAMP] = -1
    room.mark[at, _ALIVE] = 1
    room.places[_LIVE, 0] = at
    room.places[_USED, 0] = at
    room.row[TALLY, 0] = INFINITE
    room.row[TALLY, 1] = 0
    room.row[TALLY, 2] = 1


@kernel
def _search(
    room: Room, rest: Int, deep: Int, key: Int, slack: Longs, width: Int, end: Longs
) -> tuple[Int, bool]:
    """Search once, keeping about `width` labels, over the pairs laid out; `rest` others are not.

    `key` is the label of all needs; `end` int64[5] as in `best_column`, but for the last place, which counts pairs laid
    out: comes with the least end known. Returns the last step to a column better than `end`, -1 if none is, and
    whether pairs that are not laid out may belong to one.
    """
    row, pay, places, mark = room.row, room.pay, room.places, room.mark
    pairs = row[LOOK, LAID]
    must_end: Int = np.int64(0)
    loose = np.int64(0)
    k: Int = np.int64(0)
    for j in range(deep):
        loose += row[LOOSE, j]
    for k in range(pairs):
        if pay[k * (deep + 1), STATE] >= MUST:
            must_end = k + 1
    _start(room, key | NOBODY)
    best_node = np.int64(-1)
    n: Int = np.int64(1)
    nodes: Int = np.int64(0)
    k = np.int64(0)
    more = False
    while True:
        if k < pairs or rest > 0:
            n = _prune(room, deep, k, n, end[0] + slack[0], end[1] + slack[1])
        if n == 0 or k == pairs:
            more = bool(n > 0 and rest > 0)
            break
        state = pay[k * (deep + 1), STATE]
        if n > width:
            n = _thin(room, n, width)
        row[TALLY, 3] = 0
        for x in range(n):
            at = np.int64(places[_LIVE, x])
            if not _go(room, deep, k, at, loose):
                _lower_floor(row, room.cost[at, _LEAST], room.cost[at, _LEAST + 1])
            if state >= MUST:
                mark[at, _ALIVE] = 0
        n, nodes = _settle(room, np.int64(0) if state >= MUST else n, k, nodes)
        k += 1
        if k >= must_end:
            for x in range(n):
                at = np.int64(places[_LIVE, x])
                if mark[at, _STAMP] == k - 1 or k == must_end:
                    h, low = left_over(row, deep, room.key[at])
                    h += room.cost[at, 0]
                    low += room.cost[at, 1]
                    if less(h, low, end[0], end[1]):
                        end[0], end[1], best_node = h, low, np.int64(mark[at, _NODE])
        if row[TALLY, 2] > row[TALLY, _SIZE] // 4:
            _shrink(room, n, row[TALLY, 2])
    for x in range(n if more else 0):
        at = np.int64(places[_LIVE, x])
        _lower_floor(row, room.cost[at, _LEAST], room.cost[at, _LEAST + 1])
    for x in range(row[TALLY, 2]):
        room.key[places[_USED, x]] = -1
        mark[places[_USED, x], _ALIVE] = 0
    end[2], end[3] = end[0], end[1]
    if less(row[TALLY, 0], row[TALLY, 1], end[0], end[1]):
        end[2], end[3] = row[TALLY, 0], row[TALLY, 1]
    end[4] = k
    return best_node, more


@kernel
def best_column(
    t: Table,
    i: Int,
    factor: Longs,
    toll: Longs,
    shut: Flags,
    slack: Longs,
    room: Room,
    out: Ids,
    end: Longs,
    known: Int,
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
    known
        Length of a column that comes in `out`, its cost in `end`: what is dearer is not looked at. -1: none.

    Returns
    -------
    int
        Length of the column.
    """
    row, which = room.row, room.which
    deep = t.first_demand[i + 1] - t.first_demand[i]
    states = 1.0
    for d in range(t.first_demand[i], t.first_demand[i + 1]):
        states *= t.need[d] + 1.0
    wide = states > _WIDE
    row[TALLY, _SIZE] = room.key.size
    while row[TALLY, _SIZE] > _LEAST_PLACES and row[TALLY, _SIZE] > _SPARSE * states:
        row[TALLY, _SIZE] //= 2
    length, most = max(known, np.int64(0)), np.int64(0)
    while True:
        free = look_ahead(t, i, most, np.int64(_RESHARE if wide else 0), factor, toll, shut, room)
        pairs = row[LOOK, LAID]
        rest = t.start[i + 1] - which[pairs]
        key = np.int64(0)
        for j in range(deep):
            key |= row[NEED, j] << row[SHIFT, j]
        if most == 0:
            none_h, none_l = left_over(row, deep, key)
            for k in range(pairs):
                if room.pay[k * (deep + 1), STATE] >= MUST:
                    none_h, none_l = np.int64(INFINITE), np.int64(0)
            if known < 0 or less(none_h, none_l, end[0], end[1]):
                end[0], end[1], length = none_h, none_l, np.int64(0)
        more = False
        for turn in range(0 if wide else 1, 2):  # a narrow search first says what a wide one must stay below
            width = row[TALLY, _SIZE] // 8 if turn == 1 else _NARROW
            node, more = _search(room, rest, deep, key, slack, np.int64(width), end)
            if node >= 0:
                length = np.int64(0)
            while node >= 0:
                out[length] = which[room.step[node, 0]]
                length += 1
                node = np.int64(room.step[node, 1])
        end[4] = which[max(end[4], free)]
        if not more or pairs <= most // 2:  # or there is no room for more
            return length
        most = 2 * pairs
