"""Routes from one depot by a fleet of several kinds: ruin and recreate on what the routes cost.

Strings of near customers are taken out of near routes and put back one by one where they cost least (slack induction
by string removals, Christiaens and Vanden Berghe 2020). What is ours is the choice of vehicles: a route takes at any
time the kind that serves it most cheaply, and in each round capacity that stays free earns a drawn part of its price,
so that a route that could take more is not given up for a smaller vehicle too early (the "opportunity" of Golden et al.
1984, drawn anew in each round).

Work is counted in rounds and randomness is a counter of our own: the same seed gives the same routes everywhere.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from kernels.fleet import (
    FAR,
    FINE,
    NOBODY,
    Fleet,
    Search,
    cheapest,
    copy_routes,
    fit,
    put,
    remember,
    share,
    take,
)
from kernels.jit import kernel
from kernels.sequence import Int
from kernels.sequence_search import draw

_BLINK: Final = 0.01
"""Share of the places that are overlooked when a customer is put back (Christiaens and Vanden Berghe 2020)."""
_OUT: Final = 10.0
"""Customers taken out in a round, on average; also the longest string (the same)."""
_CHANCE, _DEMAND, _FAR_FIRST, _RULES = 4, 8, 10, 11
"""Of eleven rounds, four put customers back by chance, four by demand, two far first, one near first (the same)."""
_SPLIT: Final = 2
"""One string in this many keeps some customers in its middle (the same)."""


@kernel
def _take_string(fleet: Fleet, search: Search, c: Int, length: Int, out: Int) -> Int:
    """Take a string of customers around c out of its route, with or without some in its middle; how many are out."""
    now, seed = search.now, search.seed
    count = now.size[now.route[c]]
    kept = 0
    if 1 < length < count and draw(seed, np.int64(_SPLIT)) == 0:
        kept = 1
        while length + kept < count and draw(seed, np.int64(2)) == 0:
            kept += 1
    total = length + kept
    place, at = 0, c
    while now.before[at] != 0:
        at = now.before[at]
        place += 1
    least, most = max(0, place + total - count), min(total - 1, place)
    at = c
    for _ in range(least + draw(seed, most - least + 1)):
        at = now.before[at]
    skip = 1 + draw(seed, length - 1) if kept > 0 else total
    for k in range(total):
        x = now.after[at]
        if k < skip or k >= skip + kept:
            take(fleet, now, at)
            search.out[out] = at
            out += 1
        at = x
    return out


@kernel
def _ruin(fleet: Fleet, search: Search) -> Int:
    """Take strings out of routes near a drawn customer; how many customers wait in `out`."""
    now, seed = search.now, search.seed
    out: Int
    n, out, routes = fleet.demand.size - 1, np.int64(0), 0
    for c in range(1, n + 1):
        if now.route[c] == NOBODY:
            search.out[out] = c
            out += 1
    for r in range(now.first.size):
        routes += now.size[r] > 0
    longest = min(_OUT, n / max(1, routes))
    strings = int(share(seed) * (4.0 * _OUT / (1.0 + longest) - 1.0) + 1.0)
    centre, ruined = 1 + draw(seed, n), 0
    for place in range(n):
        if ruined >= strings:
            break
        c = fleet.near[centre, place]
        r = now.route[c]
        fresh = r != NOBODY
        for k in range(ruined):
            fresh = fresh and search.ruined[k] != r
        if fresh:
            search.ruined[ruined] = r
            ruined += 1
            length = int(share(seed) * min(float(now.size[r]), longest) + 1.0)
            out = _take_string(fleet, search, c, min(length, now.size[r]), out)
    for k in range(ruined):
        fit(fleet, now, search.ruined[k])
    return out


@kernel
def _sort(fleet: Fleet, search: Search, out: Int) -> None:
    """Put those who wait in a drawn order: by chance, by demand, far first, near first."""
    rule = draw(search.seed, np.int64(_RULES))
    for k in range(out):
        c = search.out[k]
        key = draw(search.seed, np.int64(FINE))
        if _CHANCE <= rule < _DEMAND:
            key = -fleet.demand[c]
        elif rule >= _FAR_FIRST:
            key = fleet.table[0, c]
        elif rule >= _DEMAND:
            key = -fleet.table[0, c]
        at = k
        while at > 0 and search.key[at - 1] > key:
            search.out[at] = search.out[at - 1]
            search.key[at] = search.key[at - 1]
            at -= 1
        search.out[at] = c
        search.key[at] = key


@kernel
def _place(fleet: Fleet, search: Search, r: Int, c: Int) -> tuple[Int, Int]:
    """Find where c lengthens a route least, overlooking some places: the stop before it (-1: none) and by how much."""
    now = search.now
    best, least = NOBODY, FAR
    p, x = 0, now.first[r]
    while True:
        search.blink[0] -= 1
        if search.blink[0] <= 0:
            search.blink[0] = 1 + int(np.log(share(search.seed)) / np.log(1.0 - _BLINK))
        else:
            more = fleet.table[p, c] + fleet.table[c, x] - fleet.table[p, x]
            if more < least:
                best, least = p, more
        if x == 0:
            return best, least
        p, x = x, now.after[x]


@kernel
def _insert(fleet: Fleet, search: Search, c: Int, credit: float) -> bool:
    """Put a customer where it costs least, the price of free capacity taken into account; False: nowhere."""
    now = search.now
    least: Int
    route: Int
    stop: Int
    kind: Int
    empty: Int
    least, route, stop, kind = np.int64(FAR), np.int64(NOBODY), np.int64(0), np.int64(NOBODY)
    empty = np.int64(NOBODY)
    demand = fleet.demand[c]
    for r in range(now.first.size):
        k = now.kind[r]
        if now.size[r] == 0:
            empty = r
        elif now.load[r] + demand <= fleet.capacity[k]:
            p, more = _place(fleet, search, r, c)
            cost = more * fleet.unit[k] + int(credit * demand)
            if p != NOBODY and cost < least:
                least, route, stop, kind = cost, r, p, k
    if empty != NOBODY:
        length = fleet.table[0, c] + fleet.table[c, 0]
        k, cost = cheapest(fleet, now.used, demand, length, np.int64(NOBODY), credit)
        if k != NOBODY and cost < least:
            least, route, stop, kind = cost, empty, np.int64(0), k
    for r in range(
        now.first.size
    ):  # a larger vehicle; looked at where it could pay even without a longer way
        k, load = now.kind[r], now.load[r] + demand
        if now.size[r] == 0 or load <= fleet.capacity[k]:
            continue
        before = (
            fleet.fixed[k] + fleet.unit[k] * now.length[r] - int(credit * (fleet.capacity[k] - now.load[r]))
        )
        k, cost = cheapest(fleet, now.used, load, now.length[r], np.int64(NOBODY), credit)
        if k == NOBODY or cost - before >= least:
            continue
        p, more = _place(fleet, search, r, c)
        if p == NOBODY:
            continue
        k, cost = cheapest(fleet, now.used, load, now.length[r] + more, np.int64(NOBODY), credit)
        if cost - before < least:
            least, route, stop, kind = cost - before, r, p, k
    if route == NOBODY:
        return False
    put(fleet, now, c, route, stop, kind)
    return True


@kernel
def anneal(fleet: Fleet, search: Search, rounds: Int, heat: float, price: float, near: float) -> None:
    """Search for some rounds at one temperature.

    Parameters
    ----------
    heat
        Temperature, in units of cost.
    price
        Of a unit of free capacity, at most; each round draws a part of it.
    near
        Routes are remembered while the cost is below this many times the best.
    """
    now, seed, state = search.now, search.seed, search.state
    for _ in range(rounds):
        copy_routes(now, search.saved)
        out = _ruin(fleet, search)
        _sort(fleet, search, out)
        credit = price * share(seed)
        cost: Int = 0
        for k in range(out):
            if not _insert(fleet, search, search.out[k], credit):
                cost += fleet.lost
        for r in range(now.first.size):
            cost += fit(fleet, now, r)
        if cost >= state[0] - heat * np.log(share(seed)):
            copy_routes(search.saved, now)
            continue
        state[0] = cost
        if cost < state[1] * near:
            remember(now, search.pool)
        if cost < state[1]:
            state[1] = cost
            copy_routes(now, search.best)
