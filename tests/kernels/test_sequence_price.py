"""Cheapest schedules of one unit against all permutations of all subsets."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest

from dispatch.sequencing.problem import Problem, problem
from kernels.jit import NEVER
from kernels.sequence import NOBODY, may_serve
from kernels.sequence_price import OVERFLOW, cheapest, delays, grow, labels, trace, trace_all
from tests.dispatch.sequencing.brute import random_problem, row_harm

pytestmark = pytest.mark.kernel

SEEDS = range(30)


def random_prices(p: Problem, seed: int) -> np.ndarray:
    r = np.random.default_rng(seed)
    return (p.weight * r.integers(0, 160, p.incidents)).astype(np.int64)


def all_costs(p: Problem, unit: int, price: np.ndarray) -> dict[frozenset[int], int]:
    """Least reduced cost of each set of incidents that the unit can serve, alone."""
    jobs, tied = p.jobs(), int(p.locked[unit])
    able = [j for j in range(p.incidents) if may_serve(jobs, np.int64(unit), np.int64(j))]
    found: dict[frozenset[int], int] = {}
    for size in range(1, len(able) + 1):
        for group in combinations(able, size):
            rows = [row for row in permutations(group) if tied in (NOBODY, row[0])]
            harms = [harm for row in rows if (harm := row_harm(p, unit, row)) is not None]
            if harms:
                found[frozenset(group)] = min(harms) - int(price[list(group)].sum())
    return found


def all_delays(p: Problem) -> np.ndarray:
    table = np.zeros((p.units, p.incidents), dtype=np.int64)
    for unit in range(p.units):
        delays(p.jobs(), np.int64(unit), table[unit])
    return table


def test_cheapest_schedule_of_each_unit_is_that_of_all_permutations() -> None:
    tried = 0
    for seed in SEEDS:
        p = random_problem(seed)
        price = random_prices(p, seed)
        least = np.zeros(p.units, dtype=np.int64)
        found = np.zeros((p.units * 3, p.incidents), dtype=np.int32)
        lengths, owners = np.zeros(p.units * 3, dtype=np.int32), np.zeros(p.units * 3, dtype=np.int32)
        worth = np.repeat(price[None], p.units, axis=0)
        room = labels(2_000, p.incidents)
        count = cheapest(p.jobs(), worth, all_delays(p), room, least, found, lengths, owners)
        for unit in range(p.units):
            costs = list(all_costs(p, unit, price).values()) + ([0] if p.locked[unit] == NOBODY else [])
            assert least[unit] == min(costs)
        for at in range(count):
            row = tuple(found[at, : lengths[at]].tolist())
            harm = row_harm(p, int(owners[at]), row)
            assert harm is not None
            assert harm - price[list(row)].sum() >= least[owners[at]]
            tried += 1
    assert tried > 30


def test_listing_within_a_margin_leaves_no_set_out() -> None:
    listed = 0
    for seed in SEEDS:
        p = random_problem(seed)
        price, delay = random_prices(p, seed), all_delays(p)
        for unit in range(p.units):
            costs = all_costs(p, unit, price)
            idle = [0] if p.locked[unit] == NOBODY else []
            if not costs:
                continue
            least, width = min([*costs.values(), *idle]), 150
            room = labels(4_000, p.incidents)
            count = grow(
                p.jobs(),
                np.int64(unit),
                price,
                np.int64(least + width),
                np.int64(width),
                delay[unit],
                np.int64(1),
                room,
            )
            best: dict[frozenset[int], int] = {}
            stops = np.zeros(p.incidents, dtype=np.int32)
            for label in range(count):
                if room.alive[label] == 1 and room.cost[label] <= least + width:
                    length = trace(room, np.int64(label), stops)
                    group, cost = frozenset(stops[:length].tolist()), int(room.cost[label])
                    best[group] = min(cost, best.get(group, cost))
            assert best == {group: cost for group, cost in costs.items() if cost <= least + width}
            listed += len(best)
    assert listed > 60


def test_delay_of_leaving_out_is_the_most_that_any_neighbours_lose() -> None:
    p = problem(
        weight=[1, 1, 1],
        service=[[5, 1, 5]],
        first=[[0, 0, 30]],
        between=[[0, 2, 40], [2, 0, 3], [40, 3, 0]],
    )
    found = all_delays(p)[0]
    # leaving 1 out of 0-1-2: 40 instead of 2 + 1 + 3; of stand-1-2: 30 instead of 0 + 1 + 3
    assert found.tolist() == [0, 34, 0]


def test_no_way_around_means_never() -> None:
    p = problem(weight=[1, 1], service=[[5, 5]], first=[[0, NEVER]], between=[[0, 2], [2, 0]])
    assert all_delays(p)[0].tolist() == [NEVER, 0]


def test_without_room_for_all_labels_it_says_so_and_still_gives_schedules() -> None:
    p = random_problem(12, most_jobs=5, most_units=1)
    price = p.weight * 1_000
    assert p.incidents >= 3
    room = labels(4, p.incidents)
    args = (np.int64(0), price, np.int64(-1), np.int64(0), all_delays(p)[0], np.int64(0), room)
    assert grow(p.jobs(), *args) == OVERFLOW
    least, found = np.zeros(1, dtype=np.int64), np.zeros((3, p.incidents), dtype=np.int32)
    lengths, owners = np.zeros(3, dtype=np.int32), np.zeros(3, dtype=np.int32)
    count = cheapest(p.jobs(), price[None].copy(), all_delays(p), room, least, found, lengths, owners)
    assert count < -1
    for at in range(-1 - count):
        row = tuple(found[at, : lengths[at]].tolist())
        harm = row_harm(p, 0, row)
        assert harm is not None
        assert harm < price[list(row)].sum()


def test_many_incidents_need_more_than_one_word() -> None:
    count = 70
    p = problem(
        weight=np.ones(count),
        service=np.full((1, count), 10),
        first=np.arange(count)[None],
        between=np.full((count, count), 500),
    )
    price = np.where(np.isin(np.arange(count), (3, 65, 69)), 700, 0).astype(np.int64)
    room = labels(500, count)
    made = grow(p.jobs(), np.int64(0), price, np.int64(-1), np.int64(0), all_delays(p)[0], np.int64(0), room)
    best = min((label for label in range(made) if room.alive[label] == 1), key=lambda at: room.cost[at])
    stops, lengths = np.zeros((1, count), dtype=np.int32), np.zeros(1, dtype=np.int32)
    trace_all(room, np.array([best]), stops, lengths)
    assert stops[0, : lengths[0]].tolist() in ([3, 65], [3, 69])
    assert room.cost[best] == 13 + 523 - 1400
