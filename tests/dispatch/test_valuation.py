"""What a choice comes to: the same as the solvers say of their own, and bounds that claim no more than they may."""

from __future__ import annotations

import pytest

from dispatch.allocation import allocate
from dispatch.assignment import assign
from dispatch.lexicographic import Level
from dispatch.valuation import bounded, team_values, truck_values
from tests.dispatch.cases import random_supply_problem
from tests.dispatch.force_cases import random_force_case


@pytest.mark.parametrize("seed", range(80))
def test_teams_come_to_what_their_solver_says(seed: int) -> None:
    asked = random_force_case(seed).problem()
    found = assign(asked, time_limit_s=30)
    assert team_values(asked, found.sent) == tuple(level.value for level in found.levels)


@pytest.mark.parametrize("seed", range(60))
def test_trucks_come_to_what_their_solver_says(seed: int) -> None:
    asked = random_supply_problem(seed)
    found = allocate(asked, time_limit_s=30)
    assert truck_values(asked, found.trips) == tuple(level.value for level in found.levels)


@pytest.mark.parametrize(
    ("values", "bounds"),
    [
        ((5, 7, 9), (4, 6, 8)),
        ((3, 7, 9), (3, 6, 8)),
        ((3, 8, 9), (3, 6, 0)),
        ((6, 7, 9), (4, 0, 0)),
        ((5, 5, 9), (4, 5, 8)),
    ],
    ids=["same", "better at once", "better, then worse", "worse at once", "better later"],
)
def test_a_bound_holds_while_all_before_is_no_worse(values: tuple[int, ...], bounds: tuple[int, ...]) -> None:
    hoped = [Level(5, 4), Level(7, 6), Level(9, 8)]
    assert [level.bound for level in bounded(values, hoped)] == list(bounds)
