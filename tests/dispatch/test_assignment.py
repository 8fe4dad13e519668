"""The assignment against every plan there is."""

from __future__ import annotations

import pytest

from dispatch.assignment import assign
from models.force import Echelon
from tests.dispatch.brute import best_force_levels
from tests.dispatch.cases import district, incident, problem, random_force_problem, request, team


@pytest.mark.parametrize("seed", range(60))
def test_every_level_equals_brute_force(seed: int) -> None:
    """Random cases with locks, bans, required items and cut roads: all levels proven and equal."""
    case = random_force_problem(seed, teams=5)
    found = assign(case, time_limit_s=30)
    assert tuple(level.value for level in found.levels) == best_force_levels(case)
    assert all(level.proven for level in found.levels)


def test_same_problem_gives_same_teams() -> None:
    """Nothing of the answer depends on anything but the problem."""
    case = random_force_problem(7)
    assert assign(case, time_limit_s=30) == assign(case, time_limit_s=30)


def test_out_of_time_still_gives_a_feasible_answer_with_honest_bounds() -> None:
    """With no time at all the greedy plan comes back, its bounds below its values."""
    case = random_force_problem(11)
    found = assign(case, time_limit_s=0)
    best = best_force_levels(case)
    assert found.sent
    assert found.levels[0].value >= best[0] >= found.levels[0].bound


def test_lowest_echelon_goes_where_arrival_is_as_good() -> None:
    """Two teams within the same minute: the village station goes, not the district team."""
    force = [team(0, echelon=Echelon.DISTRICT), team(1, echelon=Echelon.VILLAGE)]
    case = problem(district(force), request([incident(0)]), [[100], [110]])
    assert [each.team for each in assign(case, time_limit_s=5).sent] == [1]
