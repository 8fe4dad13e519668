"""Cheapest schedules over windows of time against all ways through all parts."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from dispatch.sequencing.parts import JointProblem
from kernels.jit import NEVER
from kernels.sequence import may_serve
from kernels.sequence_price import OVERFLOW, labels
from kernels.sequence_windows import Reach, Windows, cheapest_windows, grow_windows, reach
from tests.dispatch.sequencing.brute import travel
from tests.dispatch.sequencing.joint_brute import random_joint

pytestmark = pytest.mark.kernel

SEEDS = range(60)


def ways_of(p: JointProblem) -> Reach:
    units, count = p.parts.units, p.parts.incidents
    ways = Reach(
        np.zeros((units, count + 1, count), dtype=np.int32), np.zeros((units, count, count), dtype=np.int32)
    )
    for unit in range(units):
        reach(p.parts.jobs(), np.int64(unit), ways.direct[unit], ways.second[unit])
    return ways


def windows_of(p: JointProblem, seed: int) -> Windows:
    r = np.random.default_rng(seed)
    count, most = p.parts.incidents, 3
    begin = np.sort(r.integers(0, 120, (count, most)), axis=1)
    begin[:, 1:] += np.arange(1, most)
    apart = r.integers(0, 30, (p.parts.units, count, 1)) * (np.arange(most) > 0)
    return Windows(
        windows=r.integers(1, most + 1, count),
        soonest=begin[:, 0].copy(),
        latest=begin[:, 0] + r.integers(0, 200, count),
        begin=begin + apart,
        rate=r.integers(0, 6, (count, most)),
        worth=r.integers(0, 500, (count, most)),
        lasts=np.where(p.parts.service < NEVER, p.parts.service + r.integers(0, 9), NEVER).astype(np.int64),
        group=p.incident.astype(np.int64) if seed % 2 else np.arange(count),
    )


def shortest(p: JointProblem, unit: int, before: int, after: int, least: int) -> int:
    """Shortest way through any others, at least so many, by trying all."""
    parts, jobs = p.parts, p.parts.jobs()
    able = [q for q in range(parts.incidents) if may_serve(jobs, np.int64(unit), np.int64(q))]
    best = NEVER
    if after not in able or (before < parts.incidents and before not in able):
        return best
    others = [q for q in able if q not in (before, after)]
    for size in range(least, len(others) + 1):
        for middle in permutations(others, size):
            total, last = 0, None if before == parts.incidents else before
            for stop in (*middle, after):
                tied = int(parts.locked[unit])
                way = travel(parts, unit, last, stop)
                total += NEVER if last is None and tied not in (-1, stop) else way
                total += int(parts.service[unit, stop]) if stop != after else 0
                last = stop
            best = min(best, total)
    return best


def least_cost(
    p: JointProblem, w: Windows, ways: Reach, unit: int, here: tuple[int, int], held: set[int]
) -> int:
    """Least cost of going on from here, trying every next part in every window."""
    best, (last, clock) = 0, here
    for part in range(p.parts.incidents):
        way = int(ways.direct[unit, last, part])
        if int(w.group[part]) in held or way >= NEVER:
            continue
        for at in range(int(w.windows[part])):
            start = max(clock + way, int(w.soonest[part]), int(w.begin[unit, part, at]))
            if at + 1 < w.windows[part] and start >= w.begin[unit, part, at + 1]:
                continue
            if start > w.latest[part]:
                continue
            cost = int(w.rate[part, at]) * (start + int(w.lasts[unit, part])) - int(w.worth[part, at])
            end = start + int(p.parts.service[unit, part])
            rest = least_cost(p, w, ways, unit, (part, end), held | {int(w.group[part])})
            best = min(best, cost + rest)
    return best


def test_reach_is_the_shortest_way_through_any_others() -> None:
    for seed in SEEDS:
        p = random_joint(seed)
        ways, count = ways_of(p), p.parts.incidents
        for unit in range(p.parts.units):
            for after in range(count):
                for before in [q for q in range(count + 1) if q != after]:
                    assert min(int(ways.direct[unit, before, after]), NEVER) == shortest(
                        p, unit, before, after, 0
                    )
                    if before < count:
                        assert ways.second[unit, before, after] <= shortest(p, unit, before, after, 1)


def test_cheapest_schedule_of_each_unit_is_that_of_all_ways() -> None:
    tried = 0
    for seed in SEEDS:
        p = random_joint(seed)
        w, ways, units, count = windows_of(p, seed), ways_of(p), p.parts.units, p.parts.incidents
        least, starts = np.zeros(units, dtype=np.int64), np.zeros((units * 3, count), dtype=np.int64)
        found, lengths = np.zeros((units * 3, count), dtype=np.int32), np.zeros(units * 3, dtype=np.int32)
        owners, room = np.zeros(units * 3, dtype=np.int32), labels(2_000, count)
        total = cheapest_windows(p.parts.jobs(), w, ways, room, least, found, starts, lengths, owners)
        for unit in range(units):
            assert least[unit] == least_cost(p, w, ways, unit, (count, int(p.parts.free[unit])), set())
        for at in range(total):
            unit, clock, last, cost = int(owners[at]), int(p.parts.free[owners[at]]), count, 0
            for part, start in zip(
                found[at, : lengths[at]].tolist(), starts[at, : lengths[at]].tolist(), strict=True
            ):
                cuts = w.begin[unit, part, : w.windows[part]]
                window = max(0, int(np.searchsorted(cuts, start, side="right")) - 1)
                assert start <= w.latest[part]
                assert start >= max(clock + int(ways.direct[unit, last, part]), int(w.soonest[part]))
                cost += int(w.rate[part, window]) * (start + int(w.lasts[unit, part]))
                cost -= int(w.worth[part, window])
                clock, last = start + int(p.parts.service[unit, part]), part
            assert least[unit] <= cost < 0
            tried += 1
    assert tried > 30


def test_too_little_room_is_said() -> None:
    said = 0
    for seed in SEEDS:
        p = random_joint(seed)
        w, ways, units, count = windows_of(p, seed), ways_of(p), p.parts.units, p.parts.incidents
        for unit in range(units):
            room = labels(1, count)
            made = grow_windows(p.parts.jobs(), w, np.int64(unit), ways.direct[unit], ways.second[unit], room)
            assert made in (OVERFLOW, 0, 1)
            said += made == OVERFLOW
        least, starts = np.zeros(units, dtype=np.int64), np.zeros((units, count), dtype=np.int64)
        found, lengths = np.zeros((units, count), dtype=np.int32), np.zeros(units, dtype=np.int32)
        owners = np.zeros(units, dtype=np.int32)
        cheapest_windows(p.parts.jobs(), w, ways, labels(1, count), least, found, starts, lengths, owners)
    assert said > 10
