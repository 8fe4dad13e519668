"""The allocation against every trip and load there is."""

from __future__ import annotations

import pytest

from dispatch import allocation
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


@pytest.mark.parametrize("seed", range(40))
def test_around_the_relaxation_no_proof_is_false(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds stay below the best there is, and what is called proven is the best."""
    case = random_supply_problem(seed)
    monkeypatch.setattr(allocation, "EXACT_COLUMNS", 0)
    monkeypatch.setattr(allocation, "PRICE_GAP", 0.0)
    for level, best in zip(allocate(case, time_limit_s=30).levels, best_supply_levels(case), strict=True):
        assert level.bound <= best <= level.value
        assert not level.proven or level.value == best
        if level.value != best:
            break  # later levels answer another question
