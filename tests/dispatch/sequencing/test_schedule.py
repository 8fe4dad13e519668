"""Scheduling against brute force, and what its outcome promises."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.sequencing_instances import instance
from dispatch.sequencing.bound import lower_bound, simple_bound
from dispatch.sequencing.problem import Problem, problem
from dispatch.sequencing.proof import prove
from dispatch.sequencing.schedule import Effort, by_list, by_practice, replay, schedule
from kernels.jit import NEVER
from tests.dispatch.sequencing.brute import least_harm, random_problem, row_harm

AMPLE = Effort(rounds=200, seconds=600.0)


def far_away() -> float:
    return time.monotonic() + 600


@pytest.mark.parametrize("part", range(4))
def test_schedule_is_proven_and_is_the_best_of_all_assignments_and_orders(part: int) -> None:
    for seed in range(part * 60, part * 60 + 60):
        p = random_problem(seed)
        found = schedule(p, effort=AMPLE)
        assert (found.value, found.bound, found.proven) == (least_harm(p), least_harm(p), True)


def test_bound_started_from_nothing_is_never_above_the_least_harm() -> None:
    exact = 0
    for seed in range(120):
        p = random_problem(seed)
        nothing = np.zeros(p.incidents, dtype=np.int64)
        bound = lower_bound(p, (), nothing, room=2_000, deadline=far_away())
        assert max(simple_bound(p).value, bound.value) <= least_harm(p)
        assert bound.value == bound.prices.sum() + bound.least.sum()
        exact += bound.exact
    assert exact == 120


def test_bound_with_hardly_any_room_still_holds() -> None:
    for seed in range(60):
        p = random_problem(seed)
        bound = lower_bound(p, (), p.weight * 40, room=3, deadline=far_away())
        assert bound.value <= least_harm(p)


def test_proof_finds_the_best_order_when_the_known_one_is_poor() -> None:
    better = 0
    for seed in range(100):
        p = random_problem(seed)
        poor = by_practice(p, blind=True).value
        nothing = np.zeros(p.incidents, dtype=np.int64)
        bound = lower_bound(p, (), nothing, room=2_000, deadline=far_away())
        if not bound.exact or bound.value >= poor:
            continue
        proof = prove(p, bound, poor, room=50_000, nodes=10_000, deadline=far_away())
        least = least_harm(p)
        assert proof.value == least
        assert (proof.schedules is not None) == (least < poor)
        if proof.schedules is not None:
            harms = [row_harm(p, unit, row) for unit, row in proof.schedules]
            served = sorted(job for _, row in proof.schedules for job in row)
            lost = sum(int(p.weight[j]) * p.late for j in range(p.incidents) if j not in served)
            assert len(served) == len(set(served))
            assert sum(harm or 0 for harm in harms) + lost == least
            better += 1
    assert better > 20


def test_proof_without_room_for_all_schedules_claims_no_more_than_it_saw() -> None:
    p = instance("far", 12, 3, 1)
    poor = by_practice(p).value
    bound = lower_bound(p, (), np.zeros(12, dtype=np.int64), room=50_000, deadline=far_away())
    least = schedule(p, effort=AMPLE).value
    proof = prove(p, bound, poor, room=300, nodes=10_000, deadline=far_away())
    assert bound.value <= proof.value <= least < poor


@pytest.mark.parametrize(("incidents", "units"), [(10, 10), (20, 10), (20, 20), (40, 10), (40, 40)])
@pytest.mark.parametrize("family", ["wex", "far", "roads"])
def test_instances_as_in_the_literature_are_proven_and_beat_practice(
    family: str, incidents: int, units: int
) -> None:
    p = instance(family, incidents, units, 7)
    found = schedule(p, effort=Effort(seconds=600.0, rounds=3_000))
    assert found.proven
    assert found.value <= min(by_practice(p).value, by_practice(p, blind=True).value, by_list(p).value)
    assert found.unserved == ()
    assert replay(p, found.stops).value == found.value


def test_times_of_an_outcome_follow_from_its_stops() -> None:
    for seed in range(30):
        p = random_problem(seed)
        found = schedule(p, effort=AMPLE)
        for unit, row in enumerate(found.stops):
            assert all(found.unit[job] == unit for job in row)
            ends = found.completion[list(row)]
            assert (np.diff(ends) >= 0).all()
            assert (found.start[list(row)] == ends - p.service[unit, list(row)]).all()
            assert (found.start[list(row)] >= p.release[list(row)]).all()
        left = list(found.unserved)
        assert (found.start[left] == -1).all()
        assert (found.completion[left] == -1).all()
        harm = int((p.weight * np.where(found.completion < 0, p.late, found.completion)).sum())
        assert harm == found.value


def test_the_same_seed_gives_the_same_order() -> None:
    p = instance("far", 20, 6, 3)
    one, other = (schedule(p, effort=Effort(seed=4, seconds=600.0, rounds=500)) for _ in range(2))
    assert (one.stops, one.value, one.bound) == (other.stops, other.value, other.bound)


def test_without_time_there_is_an_order_all_the_same() -> None:
    p = instance("roads", 20, 10, 1)
    found = schedule(p, effort=Effort(seconds=0.0))
    assert found.unserved == ()
    assert 0 <= found.bound < found.value <= by_practice(p).value


def test_a_unit_on_its_way_keeps_its_first_stop() -> None:
    p = instance("roads", 10, 4, 2)
    free = schedule(p, effort=AMPLE)
    unit, job = next(
        (u, j) for u in range(4) for j in range(10) if p.service[u, j] < NEVER and free.unit[j] != u
    )
    locked = np.full(4, -1, dtype=np.int32)
    locked[unit] = job
    locked.flags.writeable = False
    tied = schedule(replace(p, locked=locked), effort=AMPLE)
    assert tied.stops[unit][0] == job
    assert tied.proven
    assert tied.value >= free.value


def test_what_nobody_can_serve_is_left_and_said() -> None:
    p = problem(
        weight=[2, 5],
        service=[[10, NEVER]],
        first=[[3, 3]],
        between=[[0, 1], [1, 0]],
    )
    found = schedule(p, effort=AMPLE)
    assert found.unserved == (1,)
    assert found.stops == ((0,),)
    assert found.proven
    assert found.value == 2 * 13 + 5 * p.late


def test_nothing_to_do_is_done() -> None:
    p = problem(weight=[], service=np.zeros((2, 0)), first=np.zeros((2, 0)), between=np.zeros((1, 0, 0)))
    found = schedule(p, effort=AMPLE)
    assert (found.value, found.bound, found.stops) == (0, 0, ((), ()))


def test_practice_never_looks_better_than_it_is() -> None:
    p: Problem = instance("wex", 15, 5, 1)
    for outcome in (by_practice(p), by_practice(p, blind=True), by_list(p)):
        assert outcome.value == replay(p, outcome.stops).value
        assert outcome.bound == 0
        assert not outcome.proven
