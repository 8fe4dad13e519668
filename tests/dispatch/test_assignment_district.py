"""The assignment on the whole district against the integer program over all pairs and rules, which drops nothing."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.dispatching_desk import request
from dispatch.assignment import assign
from dispatch.assignment_rows import solve_rows
from dispatch.desk import Desk
from dispatch.problem import Problem
from models.incident import ResponseLevel
from models.request import Request
from scenarios.world import World

CASES = 10
KEPT = 12
"""Teams of each town that stay: so many that the rule often binds."""

NEAR_M = 6000.0
SECONDS = 60.0


def crowded(desk: Desk, seed: int) -> Request:
    """Up to four incidents within a few kilometres, so that they want the same teams and leave their town few."""
    draw, roads = random.Random(f"crowded {seed}"), desk.world.roads
    drawn = request(desk, draw.randint(2, 4), seed, "alike")
    middle = draw.randrange(roads.nodes)
    off_m = np.hypot((roads.lng - roads.lng[middle]) * 96_000, (roads.lat - roads.lat[middle]) * 111_000)
    near = np.flatnonzero(off_m < NEAR_M).tolist()
    incidents = []
    for each in drawn.incidents:
        node = draw.choice(near)
        place = replace(each.position, lng=float(roads.lng[node]), lat=float(roads.lat[node]))
        level = draw.choice([ResponseLevel.III, ResponseLevel.IV])
        incidents.append(replace(each, position=place, response_level=level))
    return replace(drawn, incidents=tuple(incidents))


@pytest.fixture(scope="module")
def desk(yongchuan: World) -> Desk:
    doctrine = yongchuan.district.doctrine
    strict = replace(doctrine, reserves=tuple(replace(each, keep=KEPT) for each in doctrine.reserves))
    return Desk(replace(yongchuan, district=replace(yongchuan.district, doctrine=strict)))


def without_rules(problem: Problem) -> Problem:
    return replace(problem, force=replace(problem.force, keeps=()))


def test_what_is_left_out_changes_no_level(desk: Desk) -> None:
    """Pairs that are not needed and rules that do not bind; in some cases rules do."""
    bound = 0
    for seed in range(CASES):
        asked = crowded(desk, seed)
        problem = desk.problem(asked, desk.travel(asked))
        found = assign(problem, time_limit_s=SECONDS)
        _, levels = solve_rows(problem, time_limit_s=SECONDS)
        assert all(level.proven for level in (*found.levels, *levels)), seed
        assert [level.value for level in found.levels] == [level.value for level in levels], seed
        free = assign(without_rules(problem), time_limit_s=SECONDS)
        bound += [level.value for level in free.levels] != [level.value for level in levels]
    assert bound >= CASES // 4
