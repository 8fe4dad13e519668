"""A better plan of tours: some loads are taken out and put back where they cost least.

A load is put where its row gets worse by least, as if the row had the docks for itself; then the queues of all rows
decide whether the new plan is kept (simulated annealing).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from kernels.jit import kernel
from kernels.sequence import Int
from kernels.sequence_search import draw
from kernels.tours import (
    ALONE,
    HEAD,
    JOIN,
    NOBODY,
    Freight,
    Ints,
    Longs,
    Plan,
    Yard,
    copy_plan,
    row_value,
    value,
)

WORST: Final = 1e300
_FINE: Final = 2**27
_MOST_OUT: Final = 10
"""Loads taken out in one round, at most."""
_MILLION: Final = 1_000_000
_ROW, _ANY, _SOME, _RUINS = 0, 1, 2, 4
"""Ways to ruin: a part of a row, any, some of those near, all of those near."""
_WORTH, _DUE, _HEAVY, _POINTS, _ORDERS = 1, 2, 3, 4, 5
"""Orders of those who wait; 0 is chance."""
_LEVELS: Final = 4
_FIRST_FREE: Final = 2
"""The level from which on cost and arrival may change places."""
_BLINK: Final = 50
"""One place in this many is overlooked when a load is put back (after Christiaens and Vanden Berghe 2020)."""


@kernel
def _remove(plan: Plan, n: Int) -> None:
    v = plan.by[n]
    place = 0
    while plan.stops[v, place] != n:
        place += 1
    last = plan.size[v] - 1
    if plan.opens[n] == 1 and place < last:
        plan.opens[plan.stops[v, place + 1]] = 1
    for k in range(place, last):
        plan.stops[v, k] = plan.stops[v, k + 1]
    plan.size[v] = last
    plan.by[n] = NOBODY
    plan.opens[n] = 0


@kernel
def _add(plan: Plan, v: Int, place: Int, n: Int, how: Int) -> None:
    for k in range(plan.size[v], place, -1):
        plan.stops[v, k] = plan.stops[v, k - 1]
    plan.stops[v, place] = n
    plan.size[v] += 1
    plan.by[n] = v
    plan.opens[n] = 0 if how == JOIN else 1
    if how == HEAD:
        plan.opens[plan.stops[v, place + 1]] = 0


@kernel
def _undo(plan: Plan, v: Int, place: Int, n: Int, how: Int) -> None:
    if how == HEAD:
        plan.opens[plan.stops[v, place + 1]] = 1
    plan.opens[n] = 0
    for k in range(place, plan.size[v] - 1):
        plan.stops[v, k] = plan.stops[v, k + 1]
    plan.size[v] -= 1
    plan.by[n] = NOBODY


@kernel
def _possible(plan: Plan, v: Int, place: Int, how: Int) -> bool:
    """Say whether a load can be put at a place of a row in this way without cutting a trip in two."""
    opens = place == plan.size[v] or plan.opens[plan.stops[v, place]] == 1
    if how == JOIN:
        return bool(place > 0)
    return bool(opens and (how == ALONE or place < plan.size[v]))


@kernel
def _insert(freight: Freight, yard: Yard, n: Int) -> bool:
    """Put a load where its row gets worse by least; False: nowhere."""
    plan, worth = yard.now, freight.worth
    row: Int
    at: Int
    way: Int
    least, row, at, way = WORST, np.int64(NOBODY), np.int64(0), np.int64(0)
    for v in range(plan.size.size):
        if freight.may[v, n] == 0:
            continue
        _, late, arrival, cost = row_value(freight, plan, v)
        before = worth[1] * late + worth[2] * arrival + worth[3] * cost
        for place in range(plan.size[v] + 1):
            for how in range(3):
                if (
                    not _possible(plan, v, np.int64(place), np.int64(how))
                    or draw(yard.seed, np.int64(_BLINK)) == 0
                ):
                    continue
                _add(plan, v, np.int64(place), n, np.int64(how))
                can, late, arrival, cost = row_value(freight, plan, v)
                _undo(plan, v, np.int64(place), n, np.int64(how))
                more = worth[1] * late + worth[2] * arrival + worth[3] * cost - before
                if can and more < least:
                    least, row, at, way = more, v, place, how
    if row == NOBODY:
        return False
    _add(plan, row, at, n, way)
    return True


@kernel
def _ruin(freight: Freight, yard: Yard) -> Int:
    """Take out those near a drawn load, a part of its row, or some at random; how many wait in `out`."""
    plan, seed = yard.now, yard.seed
    loads, out = plan.by.size, 0
    for n in range(loads):
        if plan.by[n] == NOBODY:
            yard.out[out] = n
            out += 1
    centre, most = draw(seed, loads), 1 + draw(seed, min(_MOST_OUT, loads))
    rule, taken = draw(seed, np.int64(_RUINS)), 0
    v = plan.by[centre]
    if rule == _ROW and v != NOBODY:
        first = draw(seed, np.int64(plan.size[v]))
        while taken < most and first < plan.size[v]:
            yard.out[out] = plan.stops[v, first]
            _remove(plan, np.int64(yard.out[out]))
            out += 1
            taken += 1
        return out
    for k in range(loads):
        n = int(draw(seed, loads) if rule == _ANY else freight.near[centre, k])
        if taken < most and plan.by[n] != NOBODY and (rule != _SOME or draw(seed, np.int64(2)) == 0):
            yard.out[out] = n
            _remove(plan, np.int64(n))
            out += 1
            taken += 1
    return out


@kernel
def _sort(freight: Freight, yard: Yard, out: Int) -> None:
    """Put those who wait in a drawn order: by chance, worth for its mass, due, far or heavy first."""
    rule = draw(yard.seed, np.int64(_ORDERS))
    for k in range(out):
        n = yard.out[k]
        load = freight.load[n]
        key = int(draw(yard.seed, np.int64(_FINE)))
        if rule == _WORTH:
            key = -int(load[3] * _MILLION) // int(load[1] + 1)
        elif rule == _DUE:
            key = int(load[5])
        elif rule == _HEAVY:
            key = -int(load[1])
        elif rule == _POINTS:
            key = -int(load[3])
        at = k
        while at > 0 and yard.key[at - 1] > key:
            yard.out[at] = yard.out[at - 1]
            yard.key[at] = yard.key[at - 1]
            at -= 1
        yard.out[at] = n
        yard.key[at] = key


@kernel
def _better(freight: Freight, found: Longs, best: Longs) -> bool:
    """Compare level by level: unserved, late, then arrival before cost, or cost before arrival where it counts more."""
    swap = freight.worth[3] > freight.worth[2]
    for level in range(_LEVELS):
        k = level if not swap or level < _FIRST_FREE else _LEVELS + 1 - level
        if found[k] != best[k]:
            return bool(found[k] < best[k])
    return False


@kernel
def improve(freight: Freight, yard: Yard, rounds: Int, heat: float, found: Longs) -> None:
    """Search for some rounds at one temperature (in units of the score); `found` int64[4] is scratch."""
    now, worth = yard.now, freight.worth
    for _ in range(rounds):
        copy_plan(now, yard.saved)
        out = _ruin(freight, yard)
        _sort(freight, yard, out)
        for k in range(out):
            _insert(freight, yard, np.int64(yard.out[k]))
        can = value(freight, now, yard, found)
        score = worth[0] * found[0] + worth[1] * found[1] + worth[2] * found[2] + worth[3] * found[3]
        drawn = (float(draw(yard.seed, np.int64(_FINE))) + 1.0) / _FINE
        if not can or score > yard.score[0] - heat * np.log(drawn):
            copy_plan(yard.saved, now)
            continue
        yard.score[0] = score
        if _better(freight, found, yard.value):
            for k in range(found.size):
                yard.value[k] = found[k]
            copy_plan(now, yard.best)


@kernel
def build(freight: Freight, yard: Yard, order: Ints, found: Longs) -> None:
    """Put loads one by one where they cost least; one that the queues make impossible stays out."""
    plan = yard.now
    for k in range(order.size):
        n = np.int64(order[k])
        if _insert(freight, yard, n) and not value(freight, plan, yard, found):
            _remove(plan, n)
    value(freight, plan, yard, found)
    yard.score[0] = 0.0
    for k in range(found.size):
        yard.value[k] = found[k]
        yard.score[0] += freight.worth[k] * found[k]
    copy_plan(plan, yard.best)
