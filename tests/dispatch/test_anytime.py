"""Wherever the clock stops the search, the plan holds: many incidents, little time."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from dispatch.solve import solve
from models.codec import read_file
from models.incident import Grade, Incident, ResponseLevel
from models.request import Request
from scenarios.catalogue import DATA
from scenarios.library import load
from scenarios.world import World


def scattered(world: World, count: int, seed: int) -> Request:
    """Incidents of random types and levels in random towns."""
    draw = random.Random(seed)
    model = read_file(Request, DATA / "three_incidents.json")
    incidents: list[Incident] = [
        replace(
            model.incidents[0],
            id=f"incident-{k}",
            type=draw.choice(list(world.district.doctrine.incidents)),
            grade=draw.choice(list(Grade)),
            response_level=draw.choice([ResponseLevel.II, ResponseLevel.III, ResponseLevel.IV]),
            position=draw.choice(world.district.towns).position,
            people_affected=draw.randint(0, 800),
        )
        for k in range(count)
    ]
    return replace(model, incidents=tuple(incidents), closures=())


@pytest.mark.slow
@pytest.mark.parametrize(("count", "seconds"), [(2, 0.001), (10, 0.3), (10, 1.5), (30, 1.0)])
def test_a_plan_cut_short_passes_the_check(count: int, seconds: float) -> None:
    """Greedy at once, better until the time is up, and consistent at any moment; bounds stay below values."""
    world = load("yongchuan")
    _, plan = solve(world, replace(scattered(world, count, seed=count), time_limit_s=seconds))
    assert plan.check is not None
    assert plan.check.faults == ()
    assert plan.assignments
    assert all(level.bound <= level.value for level in plan.objective)
