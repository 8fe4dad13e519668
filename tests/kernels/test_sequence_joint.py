"""Parts that start together against a slow and obvious twin."""

from __future__ import annotations

import random

import numpy as np
import pytest

from dispatch.sequencing.parts import JointProblem
from kernels.sequence_joint import (
    BY_ARRIVAL,
    BY_ARRIVAL_AND_TRAVEL,
    BY_COMPLETION,
    BY_TRAVEL,
    Field,
    Plan,
    append_all,
    empty_plan,
    evaluate,
    field,
)
from kernels.sequence_joint_search import improve_joint
from tests.dispatch.sequencing.joint_brute import plan_harm, random_joint

pytestmark = pytest.mark.kernel

SEEDS = range(40)


def made(p: JointProblem, seed: int) -> tuple[Plan, Field]:
    """A random plan, with scratch; many of its blocks cannot be served."""
    blocks, r = p.blocks(), random.Random(seed)
    plan = empty_plan(blocks.begin.size - 1, p.parts.incidents)
    plan.order[:] = r.sample(range(plan.order.size), plan.order.size)
    plan.unit[:] = [r.randrange(p.parts.units) for _ in range(p.parts.incidents)]
    return plan, field(p.parts.units, plan.order.size, p.parts.incidents, p.weight.size)


def valid(p: JointProblem, plan: Plan) -> bool:
    """Whether no unit serves two parts of a block, none is unable, and no settled part has another unit."""
    blocks = p.blocks().begin
    units = [plan.unit[blocks[b] : blocks[b + 1]].tolist() for b in range(blocks.size - 1)]
    owner = p.parts.jobs().owner
    fits = all(p.parts.service[u, q] < 2**30 - 1 and owner[q] in (-1, u) for q, u in enumerate(plan.unit))
    return fits and all(len(set(row)) == len(row) for row in units)


def test_harm_of_a_plan_is_what_a_clock_says() -> None:
    compared = 0
    for seed in range(400):
        p = random_joint(seed)
        plan, place = made(p, seed)
        if valid(p, plan):
            found = evaluate(p.parts.jobs(), p.blocks(), plan, place)
            assert found == plan_harm(p, tuple(plan.order.tolist()), tuple(plan.unit.tolist()))
            compared += 1
    assert compared > 60


@pytest.mark.parametrize("rule", [BY_ARRIVAL, BY_ARRIVAL_AND_TRAVEL, BY_COMPLETION, BY_TRAVEL])
def test_appending_makes_plans_whose_harm_is_true(rule: int) -> None:
    for seed in SEEDS:
        p = random_joint(seed)
        plan, place = made(p, seed)
        found = append_all(p.parts.jobs(), p.blocks(), plan, place, np.int64(rule))
        assert found == evaluate(p.parts.jobs(), p.blocks(), plan, place)
        if (plan.unit >= 0).all():
            assert found == plan_harm(p, tuple(plan.order.tolist()), tuple(plan.unit.tolist()))


def test_parts_of_a_block_start_at_once() -> None:
    seen = 0
    for seed in range(100):
        p = random_joint(seed)
        plan, place = made(p, seed)
        append_all(p.parts.jobs(), p.blocks(), plan, place, np.int64(BY_TRAVEL))
        begin = p.blocks().begin
        for block in range(begin.size - 1):
            starts = plan.start[begin[block] : begin[block + 1]]
            assert len(set(starts.tolist())) == 1
            seen += starts.size > 1 and starts[0] >= 0
    assert seen > 10


def test_search_is_never_worse_than_its_start_and_repeats_itself() -> None:
    for seed in SEEDS:
        p = random_joint(seed)
        jobs, blocks = p.parts.jobs(), p.blocks()
        found = []
        for _ in range(2):
            plan, place = made(p, seed)
            append_all(jobs, blocks, plan, place, np.int64(BY_TRAVEL))
            best = Plan(plan.order.copy(), plan.unit.copy(), plan.start.copy(), plan.done.copy())
            start = evaluate(jobs, blocks, plan, place)
            state = np.full(1, seed + 1, dtype=np.int64)
            least = improve_joint(jobs, blocks, plan, best, place, state, np.int64(15), np.int64(10))
            assert sorted(best.order.tolist()) == list(range(best.order.size))
            assert least == evaluate(jobs, blocks, best, place) <= start
            found.append((best.order.tolist(), best.unit.tolist()))
        assert found[0] == found[1]
