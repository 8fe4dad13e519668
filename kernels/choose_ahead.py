"""What the rest of an incident's needs can cost at the least, demand by demand, from any pair on.

Each demand is filled on its own by the cheapest of the teams still to come, a team at its whole strength or not at
all; what a team costs beside its fills is shared out among the demands it fills. Apart, the demands cannot cost more
than together, so their sum is a bound for every label, and near the truth: what binds demands together is only that
one team may fill several.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from kernels.choose_table import Flags, Ids, Int, Longs, Room, Table, less
from kernels.jit import kernel

FAR: Final = 255
"""Units of a demand that are looked ahead; more cost at least as much."""

_BASE: Final = 6
_LOOK: Final = 7
"""Rows of `room.row`: where each demand begins in a row of the table, and the table's width and stride of pairs."""

_WHOLE: Final = 1024
_EXACT: Final = 2**50
_MOVED: Final = 3
_PLENTY: Final = 2
"""How many times the need teams must be able to fill before tolls of later ones are left out of account."""


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
def team_cost(t: Table, k: Int, factor: Longs, toll: Longs, half: Int) -> Int:
    """Cost of sending the team of a pair, whatever it fills, one half of the pair."""
    cost = factor[half, 2] * t.turn[k] + factor[half, 3] * t.price[k] + factor[half, 4] * t.cover[k]
    return np.int64(cost + factor[half, 5] * t.travel[k] + toll[half, t.team[k]])


@kernel
def place_ahead(t: Table, i: Int, k: Int, room: Room) -> Int:
    """Where the row of pair `k` begins in `room.ahead`, or that of one shortly before, whose costs are no higher."""
    return np.int64((1 + (k - t.start[i]) // room.row[_LOOK, 1]) * room.row[_LOOK, 0])


@kernel
def _share(cost: Int, part: Int) -> Int:
    """Give a part, in `_WHOLE`, of a cost, rounded down."""
    if -_EXACT < cost < _EXACT:
        return (cost * part) // _WHOLE
    return cost // _WHOLE * part


@kernel
def _take(t: Table, i: Int, k: Int, factor: Longs, toll: Longs, room: Room) -> None:
    """Let pair `k` fill what it can in the row at hand, the first of the table."""
    d0 = t.first_demand[i]
    deep = t.first_demand[i + 1] - d0
    row, ahead, part = room.row, room.ahead, room.part
    unit_costs(t, i, k, factor, row)
    team_h = team_cost(t, k, factor, toll, 0)
    team_l = team_cost(t, k, factor, toll, 1)
    for j in range(deep):
        units = np.int64(t.units[k, j])
        base = row[_BASE, j]
        at = 0 if t.loose[d0 + j] == 0 else 2
        mine = np.int64(part[(k - t.start[i]) * deep + j])
        share_h, share_l = _share(team_h, mine), _share(team_l, mine)
        for r in range(min(t.need[d0 + j], FAR) if units > 0 else 0, 0, -1):
            fill = min(units, r)
            h = ahead[0, base + r - fill] + fill * row[at, j] + share_h
            low = ahead[1, base + r - fill] + fill * row[at + 1, j] + share_l
            if less(h, low, ahead[0, base + r], ahead[1, base + r]):
                ahead[0, base + r] = h
                ahead[1, base + r] = low


@kernel
def _share_equally(t: Table, i: Int, free: Int, part: Ids) -> None:
    """Share the cost of each team before `free` equally among the demands it fills; later ones and locked ones: none.

    Who must go costs the same in every column.
    """
    deep = t.first_demand[i + 1] - t.first_demand[i]
    for k in range(t.start[i], t.start[i + 1]):
        fills: Int = 0
        for j in range(deep):
            fills += 1 if t.units[k, j] > 0 else 0
        whole = _WHOLE if k < free and t.must[k] == 0 else 0
        for j in range(deep):
            part[(k - t.start[i]) * deep + j] = whole // fills if t.units[k, j] > 0 else 0


@kernel
def _fill(t: Table, i: Int, factor: Longs, toll: Longs, shut: Flags, room: Room) -> None:
    """Fill the table from the last pair to the first."""
    d0 = t.first_demand[i]
    row, ahead = room.row, room.ahead
    start, last = t.start[i], t.start[i + 1]
    width, stride = row[_LOOK, 0], row[_LOOK, 1]
    for j in range(t.first_demand[i + 1] - d0):
        for r in range(min(t.need[d0 + j], FAR) + 1):
            ahead[0, row[_BASE, j] + r] = r * t.weight[d0 + j] * factor[0, 0]
            ahead[1, row[_BASE, j] + r] = r * t.weight[d0 + j] * factor[1, 0]
    for k in range(last, start - 1, -1):
        if k < last and (shut[t.team[k]] == 0 or t.must[k] != 0):
            _take(t, i, k, factor, toll, room)
        if (k - start) % stride == 0:
            at = place_ahead(t, i, k, room)
            for x in range(width):
                ahead[0, at + x] = ahead[0, x]
                ahead[1, at + x] = ahead[1, x]


@kernel
def _reshare(t: Table, i: Int, room: Room) -> bool:
    """Move the cost of teams to the demands whose cheapest way takes them; False when all demands are of one mind."""
    d0 = t.first_demand[i]
    deep = t.first_demand[i + 1] - d0
    row, ahead, part, left = room.row, room.ahead, room.part, room.row[4]
    moved = False
    for j in range(deep):
        left[j] = min(t.need[d0 + j], FAR)
    for k in range(t.start[i], t.start[i + 1]):
        here, after = place_ahead(t, i, k, room), place_ahead(t, i, k + 1, room)
        mine = (k - t.start[i]) * deep
        takers: Int = 0
        loose: Int = 0
        for j in range(deep):
            x = row[_BASE, j] + left[j]
            row[5, j] = 0
            if ahead[0, here + x] != ahead[0, after + x] or ahead[1, here + x] != ahead[1, after + x]:
                row[5, j] = 1
                takers += 1
                left[j] = max(0, left[j] - t.units[k, j])
        if takers == 0:
            continue
        for j in range(deep):
            if row[5, j] == 0:
                change = (_MOVED * part[mine + j] + 3) // 4
                part[mine + j] -= change
                loose += change
        if loose > 0:
            moved = True
            for j in range(deep):
                if row[5, j] != 0:
                    part[mine + j] += loose // takers
    return moved


@kernel
def _plenty(t: Table, i: Int, shut: Flags, left: Longs) -> Int:
    """Find the first pair before which teams can fill each demand `_PLENTY` times; `left` is scratch."""
    d0 = t.first_demand[i]
    deep = t.first_demand[i + 1] - d0
    open_demands: Int = 0
    for j in range(deep):
        left[j] = _PLENTY * t.need[d0 + j]
        open_demands += 1 if left[j] > 0 else 0
    k: Int = t.start[i]
    while k < t.start[i + 1] and open_demands > 0:
        for j in range(deep if shut[t.team[k]] == 0 else 0):
            if left[j] > 0:
                left[j] -= t.units[k, j]
                open_demands -= 1 if left[j] <= 0 else 0
        k += 1
    return k


@kernel
def look_ahead(t: Table, i: Int, turns: Int, factor: Longs, toll: Longs, shut: Flags, room: Room) -> Int:
    """Fill `room.ahead` for incident `i`: by pair and demand, the least that so many units can cost from there on.

    `turns` says how often costs of teams are shared out anew, which raises the sum over the demands. Returns the
    first pair whose toll, and those of all after it, have no part in the table.
    """
    deep = t.first_demand[i + 1] - t.first_demand[i]
    row = room.row
    width: Int = np.int64(0)
    for j in range(deep):
        row[_BASE, j] = width
        width += min(t.need[t.first_demand[i] + j], FAR) + 1
    pairs = t.start[i + 1] - t.start[i]
    stride = 1 + (pairs + 1) // (room.ahead.shape[1] // max(width, 1) - 1)
    row[_LOOK, 0], row[_LOOK, 1] = width, stride
    free = _plenty(t, i, shut, row[4])
    _share_equally(t, i, free, room.part)
    _fill(t, i, factor, toll, shut, room)
    for _ in range(turns if stride == 1 else 0):
        if not _reshare(t, i, room):
            break
        _fill(t, i, factor, toll, shut, room)
    return free


@kernel
def cost_ahead(t: Table, i: Int, at: Int, left: Longs, room: Room, half: Int) -> Int:
    """Least cost of filling `left` int64[demands] from the pair on whose row begins at `at`, one half of the pair."""
    total = np.int64(0)
    for j in range(t.first_demand[i + 1] - t.first_demand[i]):
        total += room.ahead[half, at + room.row[_BASE, j] + min(left[j], FAR)]
    return total
