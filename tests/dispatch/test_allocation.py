"""The allocation against every trip and load there is."""

from __future__ import annotations

import pytest

from dispatch.allocation import PRICE_GAP, allocate
from tests.dispatch.brute import best_supply_levels
from tests.dispatch.cases import random_supply_problem


@pytest.mark.parametrize("seed", range(40))
def test_every_level_equals_brute_force(seed: int) -> None:
    """Random cases with reserve floors, small trucks and cut roads: levels 1 to 3 equal, level 4 within its gap."""
    case = random_supply_problem(seed)
    levels = allocate(case, time_limit_s=30).levels
    best = best_supply_levels(case)
    assert tuple(level.value for level in levels[:3]) == best[:3]
    assert all(level.proven for level in levels[:3])
    assert levels[3].bound <= best[3] <= levels[3].value
    assert levels[3].value - levels[3].bound <= PRICE_GAP * levels[3].value
