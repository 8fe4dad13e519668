"""Routes from one depot by a fleet of several kinds, as arrays: who drives them, what they cost, which were met.

A route takes at any time the kind of vehicle that serves it most cheaply. The search is in `kernels.fleet_search`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.jit import kernel
from kernels.sequence import Int
from kernels.sequence_search import draw

Longs = NDArray[np.int64]

NOBODY: Final = -1
FAR: Final = 2**62
"""More than any cost."""

FINE: Final = 2**27


class Fleet(NamedTuple):
    """What is to be served and by what. Customers are 1 … n, the depot is 0.

    Attributes
    ----------
    table : int64[n + 1, n + 1]
        Length of the way.
    demand : int64[n + 1]
        What a customer takes, 0 for the depot.
    near : int64[n + 1, n]
        Customers by their distance from each customer, itself first.
    capacity, fixed, unit, available : int64[kinds]
        Load, cost of a vehicle, cost of a unit of length, how many there are.
    lost
        Cost of a customer that nobody serves, above all that serving costs.
    """

    table: Longs
    demand: Longs
    near: Longs
    capacity: Longs
    fixed: Longs
    unit: Longs
    available: Longs
    lost: int


class Routes(NamedTuple):
    """Routes as linked lists; 0 ends them at either side.

    Attributes
    ----------
    after, before, route : int64[n + 1]
        Next and last stop of a customer, and its route; `NOBODY` where nobody serves it.
    first, load, length, kind, size : int64[routes]
        First customer, load, length, kind of vehicle and customers of a route.
    used : int64[kinds]
        Vehicles in use.
    """

    after: Longs
    before: Longs
    route: Longs
    first: Longs
    load: Longs
    length: Longs
    kind: Longs
    size: Longs
    used: Longs


class Pool(NamedTuple):
    """Routes met on the way: an open table of sets of customers.

    Attributes
    ----------
    sign : int64[n + 1]
        Random sign of each customer; those of a set are joined by exclusive or.
    key, start, size, length : int64[slots]
        Joint sign, place in `stops`, customers and length of the shortest route met; size 0 where the slot is free.
    stops : int16[...]
        Customers of all routes.
    full : int64[2]
        Slots and stops in use.
    """

    sign: Longs
    key: Longs
    start: Longs
    size: Longs
    length: Longs
    stops: NDArray[np.int16]
    full: Longs


class Search(NamedTuple):
    """Everything a search works on.

    Attributes
    ----------
    now, saved, best : Routes
        As it is, as it was before this round, as it was best.
    pool : Pool
        Routes met.
    out, key, ruined : int64[n]
        Customers that wait, what they are sorted by, routes that strings were taken out of.
    state : int64[2]
        Cost now, cost of the best.
    seed : int64[1]
        State of the generator.
    blink : int64[1]
        Places until the next one that is overlooked.
    """

    now: Routes
    saved: Routes
    best: Routes
    pool: Pool
    out: Longs
    key: Longs
    ruined: Longs
    state: Longs
    seed: Longs
    blink: Longs


@kernel
def share(seed: Longs) -> float:
    """Draw a number above 0 and up to 1."""
    return (float(draw(seed, np.int64(FINE))) + 1.0) / FINE


@kernel
def copy_routes(source: Routes, target: Routes) -> None:
    """Copy everything."""
    for c in range(source.after.size):
        target.after[c] = source.after[c]
        target.before[c] = source.before[c]
        target.route[c] = source.route[c]
    for r in range(source.first.size):
        target.first[r] = source.first[r]
        target.load[r] = source.load[r]
        target.length[r] = source.length[r]
        target.kind[r] = source.kind[r]
        target.size[r] = source.size[r]
    for k in range(source.used.size):
        target.used[k] = source.used[k]


@kernel
def cheapest(fleet: Fleet, used: Longs, load: Int, length: Int, own: Int, credit: float) -> tuple[Int, Int]:
    """Choose the kind that serves a route most cheaply, free capacity counted at `credit`: kind and cost."""
    kind, least = NOBODY, FAR
    for k in range(fleet.capacity.size):
        if fleet.capacity[k] >= load and (used[k] < fleet.available[k] or k == own):
            cost = fleet.fixed[k] + fleet.unit[k] * length - int(credit * (fleet.capacity[k] - load))
            if cost < least:
                kind, least = k, cost
    return kind, least


@kernel
def take(fleet: Fleet, now: Routes, c: Int) -> None:
    """Take a customer out of its route; a route that is empty then gives its vehicle back."""
    r, p, x = now.route[c], now.before[c], now.after[c]
    now.length[r] += fleet.table[p, x] - fleet.table[p, c] - fleet.table[c, x]
    now.load[r] -= fleet.demand[c]
    now.size[r] -= 1
    if p == 0:
        now.first[r] = x
    else:
        now.after[p] = x
    if x != 0:
        now.before[x] = p
    now.route[c] = NOBODY
    if now.size[r] == 0:
        now.used[now.kind[r]] -= 1
        now.kind[r] = NOBODY
        now.length[r] = 0


@kernel
def put(fleet: Fleet, now: Routes, c: Int, r: Int, p: Int, kind: Int) -> None:
    """Put a customer behind stop p of a route (0: first), which a vehicle of this kind drives from now on."""
    if now.size[r] == 0:
        now.first[r] = 0
        now.load[r] = 0
        now.length[r] = 0
        now.used[kind] += 1
    elif kind != now.kind[r]:
        now.used[now.kind[r]] -= 1
        now.used[kind] += 1
    now.kind[r] = kind
    x = now.first[r] if p == 0 else now.after[p]
    now.length[r] += fleet.table[p, c] + fleet.table[c, x] - fleet.table[p, x]
    now.load[r] += fleet.demand[c]
    now.size[r] += 1
    if p == 0:
        now.first[r] = c
    else:
        now.after[p] = c
    if x != 0:
        now.before[x] = c
    now.before[c] = p
    now.after[c] = x
    now.route[c] = r


@kernel
def fit(fleet: Fleet, now: Routes, r: Int) -> Int:
    """Give a route the kind that serves it most cheaply; its cost, 0 for an empty one."""
    if now.size[r] == 0:
        return 0
    kind, cost = cheapest(fleet, now.used, now.load[r], now.length[r], now.kind[r], 0.0)
    if kind != now.kind[r]:
        now.used[now.kind[r]] -= 1
        now.used[kind] += 1
        now.kind[r] = kind
    return cost


@kernel
def remember(now: Routes, pool: Pool) -> None:
    """Keep every route among those met; where its customers were met before, the shorter way of the two."""
    slots = pool.key.size
    for r in range(now.first.size):
        if now.size[r] == 0:
            continue
        key, c = 0, now.first[r]
        while c != 0:
            key ^= pool.sign[c]
            c = now.after[c]
        slot = key % slots
        while pool.size[slot] > 0 and pool.key[slot] != key:
            slot = (slot + 1) % slots
        if pool.size[slot] == 0:
            if 2 * pool.full[0] >= slots or pool.full[1] + now.size[r] > pool.stops.size:
                continue
            pool.key[slot], pool.start[slot], pool.size[slot] = key, pool.full[1], now.size[r]
            pool.full[0] += 1
            pool.full[1] += now.size[r]
        elif pool.length[slot] <= now.length[r]:
            continue
        pool.length[slot] = now.length[r]
        c = now.first[r]
        for at in range(pool.start[slot], pool.start[slot] + pool.size[slot]):
            pool.stops[at] = c
            c = now.after[c]
