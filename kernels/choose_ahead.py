"""What the rest of an incident's needs can cost at the least, demand by demand, from any pair on.

Each demand is filled on its own by the cheapest of the teams still to come, a team at its whole strength or not at
all; what a team costs beside its fills is shared out among the demands it fills. Apart, the demands cannot cost more
than together, so their sum is a bound for every label, and near the truth: what binds demands together is only that
one team may fill several.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from kernels.choose_costs import EARLY, MUST, STATE, UNITS, lay_demands, lay_out, time_cost
from kernels.choose_table import (
    BASE,
    FILL,
    LAID,
    LEFT,
    LOOK,
    MASK,
    MOST_LAID,
    NEED,
    SHIFT,
    UNMET_HIGH,
    UNMET_LOW,
    Flags,
    Int,
    Longs,
    Room,
    Table,
    less,
)
from kernels.jit import kernel

FAR: Final = 255
"""Units of a demand that are looked ahead; more cost at least as much."""

_WHOLE: Final = 1024
_EXACT: Final = 2**50
_MOVED: Final = 3
_PLENTY: Final = 2
"""How many times the need teams must be able to fill before tolls of later ones are left out of account."""

_MORE: Final = 8
"""Pairs that are laid out beyond those."""


@kernel
def place_ahead(row: Longs, k: Int) -> Int:
    """Where the row of pair `k` of an incident begins in `room.ahead`.

    Or that of a pair shortly before, whose costs are no higher.
    """
    return np.int64((1 + k // row[LOOK, 1]) * row[LOOK, 0])


@kernel
def _share(cost: Int, part: Int) -> Int:
    """Give a part, in `_WHOLE`, of a cost, rounded down."""
    if -_EXACT < cost < _EXACT:
        return (cost * part) // _WHOLE
    return cost // _WHOLE * part


@kernel
def _take(room: Room, deep: Int, k: Int) -> None:
    """Let pair `k` fill what it can in the row at hand, the first of the table."""
    row, pay, ahead, part = room.row, room.pay, room.ahead, room.part
    top = k * (deep + 1)
    for j in range(deep):
        mine = top + 1 + j
        units = pay[mine, UNITS]
        base = row[BASE, j]
        share = np.int64(part[k * deep + j])
        share_h, share_l = _share(pay[top, 0], share), _share(pay[top, 1], share)
        unit_h, unit_l = pay[mine, EARLY], pay[mine, EARLY + 1]
        for r in range(min(row[NEED, j], FAR) if units > 0 else 0, 0, -1):
            fill = min(units, r)
            h = ahead[0, base + r - fill] + fill * unit_h + share_h
            low = ahead[1, base + r - fill] + fill * unit_l + share_l
            if less(h, low, ahead[0, base + r], ahead[1, base + r]):
                ahead[0, base + r] = h
                ahead[1, base + r] = low


@kernel
def _share_equally(room: Room, pairs: Int, deep: Int, free: Int) -> None:
    """Share the cost of each team before `free` equally among the demands it fills; later ones and locked ones: none.

    Who must go costs the same in every column.
    """
    pay, part = room.pay, room.part
    for k in range(pairs):
        top = k * (deep + 1)
        fills = np.int64(0)
        for j in range(deep):
            fills += 1 if pay[top + 1 + j, UNITS] > 0 else 0
        whole = _WHOLE if k < free and pay[top, STATE] < MUST else 0
        for j in range(deep):
            part[k * deep + j] = whole // fills if pay[top + 1 + j, UNITS] > 0 else 0


@kernel
def _fill(t: Table, i: Int, factor: Longs, room: Room, pairs: Int, deep: Int) -> None:
    """Fill the table from the last pair laid out to the first.

    Whoever is not laid out comes no sooner than the first of them, and costs nothing beside.
    """
    row, ahead = room.row, room.ahead
    width, stride = row[LOOK, 0], row[LOOK, 1]
    d0, beyond = t.first_demand[i], room.which[pairs]
    for j in range(deep):
        h, low = row[UNMET_HIGH, j], row[UNMET_LOW, j]
        if beyond < t.start[i + 1]:
            when = np.int64(t.arrive[beyond])
            time_h, time_l = time_cost(t.weight[d0 + j], t.target[d0 + j], when, t.step[0], factor)
            if less(time_h, time_l, h, low):
                h, low = time_h, time_l
        for r in range(min(row[NEED, j], FAR) + 1):
            ahead[0, row[BASE, j] + r] = r * h
            ahead[1, row[BASE, j] + r] = r * low
    for k in range(pairs, -1, -1):
        if k < pairs:
            _take(room, deep, k)
        if k % stride == 0:
            at = place_ahead(row, k)
            for x in range(width):
                ahead[0, at + x] = ahead[0, x]
                ahead[1, at + x] = ahead[1, x]


@kernel
def _reshare(room: Room, pairs: Int, deep: Int) -> bool:
    """Move the cost of teams to the demands whose cheapest way takes them; False when all demands are of one mind."""
    row, pay, ahead, part = room.row, room.pay, room.ahead, room.part
    moved = False
    for j in range(deep):
        row[LEFT, j] = min(row[NEED, j], FAR)
    for k in range(pairs):
        here, after = place_ahead(row, k), place_ahead(row, k + 1)
        mine = k * deep
        takers, loose = np.int64(0), np.int64(0)
        for j in range(deep):
            x = row[BASE, j] + row[LEFT, j]
            row[FILL, j] = 0
            if ahead[0, here + x] != ahead[0, after + x] or ahead[1, here + x] != ahead[1, after + x]:
                row[FILL, j] = 1
                takers += 1
                row[LEFT, j] = max(np.int64(0), row[LEFT, j] - pay[k + mine + 1 + j, UNITS])
        if takers == 0:
            continue
        for j in range(deep):
            if row[FILL, j] == 0:
                change = (_MOVED * part[mine + j] + 3) // 4
                part[mine + j] -= change
                loose += change
        if loose > 0:
            moved = True
            for j in range(deep):
                if row[FILL, j] != 0:
                    part[mine + j] += loose // takers
    return moved


@kernel
def plenty(t: Table, i: Int, shut: Flags, row: Longs) -> Int:
    """Count the first pairs that may go which can fill each demand `_PLENTY` times; all where that is too few."""
    open_demands = np.int64(0)
    deep = t.first_demand[i + 1] - t.first_demand[i]
    for j in range(deep):
        row[LEFT, j] = _PLENTY * row[NEED, j]
        open_demands += 1 if row[LEFT, j] > 0 else 0
    count = np.int64(0)
    for k in range(t.start[i], t.start[i + 1]):
        if open_demands == 0:
            break
        if shut[t.team[k]] != 0 and t.must[k] == 0:
            continue
        count += 1
        for j in range(deep):
            if row[LEFT, j] > 0:
                row[LEFT, j] -= t.units[k, j]
                open_demands -= 1 if row[LEFT, j] <= 0 else 0
    return count


@kernel
def look_ahead(
    t: Table, i: Int, most: Int, turns: Int, factor: Longs, toll: Longs, shut: Flags, room: Room
) -> Int:
    """Lay out incident `i` and fill `room.ahead`: by pair and demand, the least that so many units cost from there on.

    Parameters
    ----------
    t, i, factor, toll, shut, room
        As for `kernels.choose_column.best_column`.
    most
        How many pairs to lay out; 0: about as many as a column at small tolls may use.
    turns
        How often costs of teams are shared out anew, which raises the sum over the demands.

    Returns
    -------
    int
        The first pair laid out whose toll, and those of all after it, have no part in the table.
    """
    row = room.row
    lay_demands(t, i, factor, row)
    deep = t.first_demand[i + 1] - t.first_demand[i]
    free = plenty(t, i, shut, row)
    if most == 0:
        most = free + _MORE
        for k in range(t.start[i], t.start[i + 1]):
            if t.must[k] != 0:  # who must go is part of every column
                most = np.int64(t.team.size)
                break
    pairs = lay_out(t, i, min(most, MOST_LAID // max(deep, np.int64(1))), factor, toll, shut, room)
    row[LOOK, LAID] = pairs
    width = np.int64(0)
    for j in range(deep):
        row[BASE, j] = width
        width += min(row[NEED, j], FAR) + 1
    stride = 1 + (pairs + 1) // (room.ahead.shape[1] // max(width, np.int64(1)) - 1)
    row[LOOK, 0], row[LOOK, 1] = width, stride
    free = min(free, pairs)
    _share_equally(room, pairs, deep, free)
    for turn in range((turns if stride == 1 else 0) + 1):
        if turn > 0 and not _reshare(room, pairs, deep):
            break
        _fill(t, i, factor, room, pairs, deep)
    return free


@kernel
def cost_ahead(row: Longs, ahead: Longs, deep: Int, at: Int, key: Int) -> tuple[Int, Int]:
    """Least cost of filling what a label still needs, from the pair on whose row begins at `at`."""
    high, low = np.int64(0), np.int64(0)
    for j in range(deep):
        x = at + row[BASE, j] + min((key >> row[SHIFT, j]) & row[MASK, j], FAR)
        high += ahead[0, x]
        low += ahead[1, x]
    return high, low
