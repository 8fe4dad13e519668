"""Routes of a fleet against all routes there are; the bookkeeping of a search recounted."""

from __future__ import annotations

from itertools import combinations, permutations
from random import Random

import numpy as np
import pytest

from dispatch.tours.fleet import _search, read
from kernels.fleet import Fleet
from kernels.fleet_search import anneal

pytestmark = pytest.mark.kernel

HOT = 300.0


def fleet_case(seed: int, customers: int) -> Fleet:
    """Draw a fleet that can carry everything, with one-way detours."""
    rng = Random(seed)
    spots = [(rng.randrange(100), rng.randrange(100)) for _ in range(customers + 1)]
    table = np.array(
        [
            [abs(a - c) + abs(b - d) + (rng.randrange(3) if (a, b) != (c, d) else 0) for c, d in spots]
            for a, b in spots
        ],
        dtype=np.int64,
    )
    np.fill_diagonal(table, 0)
    demand = np.array([0, *(rng.randrange(1, 6) for _ in range(customers))], dtype=np.int64)
    apart = table.copy()
    np.fill_diagonal(apart, -1)
    return Fleet(
        table=table,
        demand=demand,
        near=np.argsort(apart[:, 1:], axis=1, kind="stable") + 1,
        capacity=np.array([6, 12], dtype=np.int64),
        fixed=np.array([rng.randrange(0, 100), rng.randrange(50, 200)], dtype=np.int64),
        unit=np.array([1, 2], dtype=np.int64),
        available=np.array([2, rng.choice((1, customers))], dtype=np.int64),
        lost=100_000,
    )


def least_cost(fleet: Fleet) -> int:
    """Cost of the best routes by a table over sets of customers and vehicles used; unserved ones cost `lost`."""
    n = fleet.demand.size - 1
    one: dict[frozenset[int], int] = {}
    for size in range(1, n + 1):
        for some in combinations(range(1, n + 1), size):
            one[frozenset(some)] = min(
                sum(int(fleet.table[a, b]) for a, b in zip((0, *way), (*way, 0), strict=True))
                for way in permutations(some)
            )
    known: dict[tuple[frozenset[int], tuple[int, ...]], int] = {}

    def rest(left: frozenset[int], used: tuple[int, ...]) -> int:
        if not left:
            return 0
        if (left, used) not in known:
            first = min(left)
            best = fleet.lost + rest(left - {first}, used)
            for some, length in one.items():
                if first in some and some <= left:
                    load = sum(int(fleet.demand[c]) for c in some)
                    for k in range(2):
                        if load <= fleet.capacity[k] and used[k] < fleet.available[k]:
                            more = tuple(u + (j == k) for j, u in enumerate(used))
                            cost = int(fleet.fixed[k] + fleet.unit[k] * length)
                            best = min(best, cost + rest(left - some, more))
            known[left, used] = best
        return known[left, used]

    return rest(frozenset(range(1, n + 1)), (0, 0))


def test_a_search_finds_the_cheapest_routes_of_small_cases() -> None:
    found = 0
    for seed in range(12):
        fleet = fleet_case(seed, 6)
        search, least = _search(fleet, seed), least_cost(fleet)
        for heat in (HOT, 30.0, 1.0):
            anneal(fleet, search, 100, heat, 10.0, 1.1)
        assert search.state[1] >= least
        found += search.state[1] == least
    assert found >= 11


def test_a_search_counts_right() -> None:
    """Loads, lengths, kinds, vehicles in use and cost of what it holds, recounted."""
    for seed in range(12):
        fleet = fleet_case(seed, 14)
        search = _search(fleet, seed)
        anneal(fleet, search, 150, HOT, 20.0, 1.2)
        for routes, cost in ((search.now, search.state[0]), (search.best, search.state[1])):
            seen: list[int] = []
            used, total = [0, 0], 0
            for kind, stops in read(routes):
                seen += stops
                used[kind] += 1
                length = sum(int(fleet.table[a, b]) for a, b in zip([0, *stops], [*stops, 0], strict=True))
                assert fleet.demand[stops].sum() <= fleet.capacity[kind]
                total += int(fleet.fixed[kind] + fleet.unit[kind] * length)
            assert len(seen) == len(set(seen))
            assert used == routes.used.tolist()
            assert all(u <= m for u, m in zip(used, fleet.available.tolist(), strict=True))
            assert cost == total + fleet.lost * (14 - len(seen))


def test_routes_met_are_remembered_with_their_shortest_way() -> None:
    fleet = fleet_case(3, 10)
    search = _search(fleet, 3)
    anneal(fleet, search, 300, HOT, 20.0, 2.0)
    pool = search.pool
    slots = np.flatnonzero(pool.size).tolist()
    assert len(slots) == pool.full[0] > 20
    sets = set()
    for slot in slots:
        stops = pool.stops[pool.start[slot] : pool.start[slot] + pool.size[slot]].tolist()
        way = sum(int(fleet.table[a, b]) for a, b in zip([0, *stops], [*stops, 0], strict=True))
        assert way == pool.length[slot]
        sets.add(frozenset(stops))
    assert len(sets) == len(slots)
    best = [frozenset(stops) for _, stops in read(search.best)]
    assert all(each in sets for each in best)
