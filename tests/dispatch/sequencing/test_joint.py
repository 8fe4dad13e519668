"""Collaboration against brute force, and what its bounds and outcomes promise."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from benchmarks.sequencing_instances import joint_instance
from dispatch.sequencing.exact import MOST_ARCS, arcs, solve_exactly
from dispatch.sequencing.frame import Frame
from dispatch.sequencing.joint import joint_by_practice, schedule_joint
from dispatch.sequencing.parts import joint_problem
from dispatch.sequencing.problem import problem
from dispatch.sequencing.rounding import rounded
from dispatch.sequencing.schedule import Effort
from dispatch.sequencing.windows import Bounding, plan_value
from kernels.jit import NEVER
from kernels.sequence_joint import Plan
from models.errors import InputError
from tests.dispatch.sequencing.joint_brute import least_joint_harm, plan_harm, random_joint

AMPLE = Effort(rounds=300, seconds=600.0, nodes=2_000)


def plan_of(p: Any, outcome: Any) -> Plan:
    done = np.where(outcome.completion < 0, p.parts.late, outcome.completion)
    return Plan(outcome.order, outcome.unit, outcome.start, done)


def bounding_of(p: Any, plan: Plan, room: int = 20_000) -> Bounding:
    """The bound after all of its steps."""
    bounding = Bounding(p, plan, room=room)
    target = plan_value(p, plan)
    while bounding.value < target and bounding.step(target, time.monotonic() + 600):
        pass
    return bounding


def single_window(p: Any, plan: Plan) -> int:
    """The bound that looks at average times alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Frame, "finer", lambda _frame, points, _mixed: points)
        return bounding_of(p, plan).value


@pytest.mark.parametrize("part", range(3))
def test_schedule_is_proven_and_is_the_best_of_all_orders_and_choices(part: int) -> None:
    for seed in range(part * 25, part * 25 + 25):
        p = random_joint(seed)
        found = schedule_joint(p, effort=AMPLE)
        assert (found.value, found.proven) == (least_joint_harm(p), True)


def test_bound_is_never_above_the_least_harm() -> None:
    for seed in range(60):
        p = random_joint(seed)
        plan = plan_of(p, joint_by_practice(p))
        bound = bounding_of(p, plan, 2_000).value
        assert 0 < bound <= least_joint_harm(p)


def test_exact_model_finds_the_best_plan_from_a_poor_one() -> None:
    for seed in range(40):
        p = random_joint(seed)
        poor = joint_by_practice(p)
        found = solve_exactly(
            p.parts, p.blocks(), plan_of(p, poor), (0, poor.value), seconds=600.0, work=60.0
        )
        assert found.order is not None
        assert found.unit is not None
        assert found.bound == least_joint_harm(p)
        if (found.unit >= 0).all():
            assert plan_harm(p, tuple(found.order.tolist()), tuple(found.unit.tolist())) == found.bound


@pytest.mark.parametrize("together", [True, False])
def test_mixture_rounds_to_a_plan_that_serves_every_part(together: bool) -> None:
    p = joint_instance("far", 8, 6, 1, together=together)
    plan = plan_of(p, joint_by_practice(p))
    made = rounded(p, bounding_of(p, plan).mixed)
    assert sorted(made.order.tolist()) == list(range(made.order.size))
    assert (p.parts.service[made.unit, np.arange(p.parts.incidents)] < NEVER).all()


@pytest.mark.parametrize("together", [True, False])
def test_cuts_bring_the_bound_nearer(together: bool) -> None:
    p = joint_instance("roads", 6, 5, 1, together=together)
    plan = plan_of(p, joint_by_practice(p))
    bound = bounding_of(p, plan).value
    assert single_window(p, plan) < bound <= plan_value(p, plan)


def test_limits_leave_the_best_plan_in() -> None:
    tried = 0
    for seed in range(40):
        p = random_joint(seed)
        best = schedule_joint(p, effort=AMPLE)
        bounding = bounding_of(p, plan_of(p, joint_by_practice(p)))
        limits = bounding.narrowed(best.value + 1)
        if limits is None or not p.together or (best.unit < 0).any():
            continue
        assert limits.allowed[best.unit, np.arange(best.unit.size)].all()
        assert (limits.soonest[p.incident] <= best.start).all()
        assert (best.start <= limits.latest[p.incident]).all()
        tried += int((limits.allowed != (p.parts.service < NEVER)).any())
    assert tried > 0


def test_division_proves_what_the_bound_leaves_open() -> None:
    p = joint_instance("roads", 7, 7, 1)
    assert arcs(p.parts) > MOST_ARCS  # so the exact model is not asked
    found = schedule_joint(p, effort=AMPLE)
    assert found.proven
    assert bounding_of(p, plan_of(p, found)).value < found.value


@pytest.mark.parametrize("together", [True, False])
def test_large_problems_beat_practice_and_carry_a_bound(together: bool) -> None:
    p = joint_instance("roads", 16, 10, 1, together=together)
    assert arcs(p.parts) > MOST_ARCS
    found = schedule_joint(p, effort=Effort(rounds=300, seconds=30.0))
    assert 0 < found.bound <= found.value < joint_by_practice(p).value
    assert found.gap < 0.15


def test_parts_together_start_at_once_with_different_units() -> None:
    p = joint_instance("far", 6, 5, 1)
    found = schedule_joint(p, effort=AMPLE)
    for incident in range(6):
        parts = np.flatnonzero(p.incident == incident)
        assert len(set(found.start[parts].tolist())) == 1
        assert len(set(found.unit[parts].tolist())) == parts.size
        assert (
            found.completion[parts] == found.start[parts] + p.parts.service[found.unit[parts], parts]
        ).all()
    rows = found.stops(5)
    assert sorted(part for row in rows for part in row) == list(range(p.parts.incidents))
    assert all((np.diff(found.start[list(row)]) > 0).all() for row in rows)


def test_parts_apart_are_never_worse_than_together() -> None:
    for seed in range(3):
        apart, together = (
            schedule_joint(joint_instance("roads", 4, 4, seed, together=kind), effort=AMPLE)
            for kind in (False, True)
        )
        assert apart.bound <= together.value


def test_the_same_seed_gives_the_same_plan() -> None:
    p = joint_instance("wex", 5, 4, 2)
    one, other = (schedule_joint(p, effort=AMPLE) for _ in range(2))
    assert (one.value, one.unit.tolist(), one.start.tolist()) == (
        other.value,
        other.unit.tolist(),
        other.start.tolist(),
    )


@pytest.mark.parametrize(
    ("incident", "weight", "words"),
    [
        ([0, 0], [1], "3 parts"),
        ([0, 1, 0], [1, 1], "must ascend from 0 to 1"),
        ([0, 0, 2], [1, 1, 1], "leave none out"),
        ([0, 0, 1], [1, 0], "a weight is 0"),
    ],
)
def test_parts_that_do_not_fit_are_refused(incident: list[int], weight: list[int], words: str) -> None:
    parts = problem(weight=[1] * 3, service=[[1] * 3], first=[[1] * 3], between=np.zeros((3, 3)))
    with pytest.raises(InputError, match=words):
        joint_problem(parts, incident, weight)
