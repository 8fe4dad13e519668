"""What a pair and its fills cost one incident at given prices, in pairs (high, low) of whole numbers.

A search asks for these again and again, so it lays them out once: the facts of the demands in `room.row`, and in
`room.pay` for each pair a line of what the team costs and one line per demand.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from kernels.choose_table import (
    LOOSE,
    MASK,
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

EARLY: Final = 2
"""Column of `pay` in the line of a demand: what a unit costs at the least, by this pair or any later one."""

FIRST: Final = 2
"""Column of `pay` in the line of a pair: what being the first to arrive costs."""

UNITS: Final = 4
STATE: Final = 4
"""Last columns of `pay`: units of the demand the pair can fill; whether the pair may (`OPEN`) or must (`MUST`) go."""

OPEN: Final = 1
MUST: Final = 2


@kernel
def time_cost(weight: Int, target: Int, when: Int, step: Int, factor: Longs) -> tuple[Int, Int]:
    """Cost of being there at `when`, of so much weight."""
    late = max(np.int64(0), when - target)
    steps = (when + step - 1) // step
    return (
        weight * (factor[0, 1] * late + factor[0, 2] * steps),
        weight * (factor[1, 1] * late + factor[1, 2] * steps),
    )


@kernel
def team_cost(t: Table, k: Int, factor: Longs, toll: Longs) -> tuple[Int, Int]:
    """Cost of sending the team of a pair, whatever it fills."""
    u = t.team[k]
    turn, price, cover, travel = t.turn[k], t.price[k], t.cover[k], t.travel[k]
    high = factor[0, 2] * turn + factor[0, 3] * price + factor[0, 4] * cover + factor[0, 5] * travel
    low = factor[1, 2] * turn + factor[1, 3] * price + factor[1, 4] * cover + factor[1, 5] * travel
    return high + toll[0, u], low + toll[1, u]


@kernel
def lay_demands(t: Table, i: Int, factor: Longs, row: Longs) -> Int:
    """Write the facts of the demands of incident `i` into `row`; returns the label of all it needs."""
    d0 = t.first_demand[i]
    key = np.int64(0)
    for j in range(t.first_demand[i + 1] - d0):
        d = d0 + j
        row[SHIFT, j] = t.shift[d]
        row[MASK, j] = t.mask[d]
        row[NEED, j] = t.need[d]
        row[LOOSE, j] = t.loose[d]
        row[UNMET_HIGH, j] = t.weight[d] * factor[0, 0]
        row[UNMET_LOW, j] = t.weight[d] * factor[1, 0]
        key |= t.need[d] << t.shift[d]
    return key


@kernel
def left_over(row: Longs, deep: Int, key: Int) -> tuple[Int, Int]:
    """Cost of leaving unmet what a label still needs."""
    high, low = np.int64(0), np.int64(0)
    for j in range(deep):
        units = (key >> row[SHIFT, j]) & row[MASK, j]
        high += units * row[UNMET_HIGH, j]
        low += units * row[UNMET_LOW, j]
    return high, low


@kernel
def lay_out(t: Table, i: Int, most: Int, factor: Longs, toll: Longs, shut: Flags, room: Room) -> Int:
    """Write what a search for incident `i` reads of the first `most` pairs that may go into `room.pay`.

    Parameters are those of `kernels.choose_column.best_column`; `room.row` holds the demands. A pair's line of `pay`:
    cost of sending (high, low), cost of being first, state. A demand's line: cost of a unit at the pair's ready time,
    the least that it or a later pair could ask (at its arrival, or unmet if that is less, where teams are ready in
    another order), units. `room.which` names the pairs, and after them the first that was not looked at.

    Returns
    -------
    int
        Pairs laid out.
    """
    row, pay, which = room.row, room.pay, room.which
    d0, step = t.first_demand[i], t.step[0]
    deep = t.first_demand[i + 1] - d0
    at, count = np.int64(0), np.int64(0)
    k: Int = t.start[i]
    while k < t.start[i + 1] and count < most:
        state = (OPEN if shut[t.team[k]] == 0 else 0) + (MUST if t.must[k] != 0 else 0)
        if state == 0:
            k += 1
            continue
        when = np.int64(t.arrive[k])
        pay[at, 0], pay[at, 1] = team_cost(t, k, factor, toll)
        pay[at, 2], pay[at, 3] = time_cost(t.first_weight[i], t.first_target[i], when, step, factor)
        pay[at, STATE] = state
        for j in range(deep):
            at += 1
            w, target = t.weight[d0 + j], t.target[d0 + j]
            pay[at, UNITS] = t.units[k, j]
            h, low = time_cost(w, target, np.int64(t.ready[k, j]), step, factor)
            pay[at, 0], pay[at, 1] = h, low
            if row[LOOSE, j] != 0:
                h, low = time_cost(w, target, when, step, factor)
                if less(row[UNMET_HIGH, j], row[UNMET_LOW, j], h, low):
                    h, low = row[UNMET_HIGH, j], row[UNMET_LOW, j]
            pay[at, 2], pay[at, 3] = h, low
        at += 1
        which[count] = k
        count += 1
        k += 1
    which[count] = k
    return count
