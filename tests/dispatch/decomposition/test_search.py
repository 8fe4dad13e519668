"""The exact search against every plan there is, and what it promises about bounds and repeatability."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.decomposition.board import Group, Outcome
from dispatch.decomposition.search import solve_board
from tests.dispatch.decomposition.boards import brute_values, plane_board, small_board, values_of, wide_board


def goes_of(outcome: Outcome, teams: int) -> tuple[int, ...]:
    goes = [-1] * teams
    for team, incident in zip(outcome.team.tolist(), outcome.incident.tolist(), strict=True):
        assert goes[team] == -1, "a team goes to one incident"
        goes[team] = incident
    return tuple(goes)


def values(outcome: Outcome) -> tuple[int, ...]:
    return tuple(level.value for level in outcome.levels)


@pytest.mark.parametrize("block", range(8))
def test_every_level_agrees_with_brute_force_and_is_proven(block: int) -> None:
    """Locks, barred pairs, groups, items that come later, first arrivals: 400 random small boards."""
    for seed in range(50 * block, 50 * block + 50):
        board = small_board(seed)
        outcome = solve_board(board, seed=1, work=4000)
        assert values(outcome) == brute_values(board), f"board {seed}"
        assert all(level.proven for level in outcome.levels), f"board {seed}"


@pytest.mark.parametrize("block", range(4))
def test_large_needs_agree_with_brute_force_where_they_are_proven(block: int) -> None:
    """No bound is above the best where all levels before are the best; nine of ten boards are proven in few steps."""
    proven = 0
    for seed in range(10 * block, 10 * block + 10):
        board = wide_board(seed, items=False)
        outcome = solve_board(board, seed=1, work=400)
        best = brute_values(board)
        assert values(outcome) >= best, f"board {seed}"
        for level, (reached, least) in enumerate(zip(outcome.levels, best, strict=True)):
            if values(outcome)[:level] == best[:level]:
                assert reached.bound <= least, f"board {seed}, level {level + 1}"
        if all(level.proven for level in outcome.levels):
            proven += 1
            assert values(outcome) == best, f"board {seed}"
    assert proven >= 9


@pytest.mark.parametrize("block", range(4))
def test_what_is_reported_is_what_the_plan_is_worth(block: int) -> None:
    """Values priced again by the rules in words; locks and groups hold; fills add up to what is met."""
    for seed in range(1000 + 25 * block, 1025 + 25 * block):
        board = small_board(seed)
        outcome = solve_board(board, seed=2, work=30)
        goes = goes_of(outcome, board.shape[0])
        assert values(outcome) == values_of(board, goes)
        assert all(goes[u] == at for u, at in enumerate(board.locked.tolist()) if at >= 0)
        for group in board.groups:
            locked = sum(bool(board.locked[u] >= 0) for u in group.teams)
            assert sum(goes[u] >= 0 for u in group.teams) <= max(group.most, locked)
        filled = np.zeros(board.need.size, dtype=np.int64)
        for fills in outcome.fills:
            for demand, units in fills:
                filled[demand] += units
        assert int((board.weight * (board.need - filled)).sum()) == outcome.levels[0].value


@pytest.mark.parametrize("block", range(10))
def test_bounds_are_never_above_the_optimum(block: int) -> None:
    """Stopped after next to no work, on 1,000 boards, many of them short of forces."""
    for seed in range(5000 + 100 * block, 5100 + 100 * block):
        board = small_board(seed)
        outcome = solve_board(board, seed=1, work=1 + seed % 7)
        for level, best in zip(outcome.levels, brute_values(board), strict=True):
            assert level.bound <= best, f"board {seed}"
            if level.value != best:
                break


def test_the_same_seed_and_work_give_the_same_plan() -> None:
    board = plane_board(60, 12, 3)
    first, second = (solve_board(board, seed=5, work=3000) for _ in range(2))
    third = solve_board(board, seed=5, work=3000)
    for other in (second, third):
        assert np.array_equal(first.team, other.team)
        assert np.array_equal(first.incident, other.incident)
        assert first.fills == other.fills
        assert first.levels == other.levels


def test_a_search_without_time_still_has_a_plan_with_a_bound() -> None:
    outcome = solve_board(plane_board(60, 12, 3), seconds=0.0)
    assert outcome.team.size > 0
    assert all(0 <= level.bound <= level.value for level in outcome.levels)


def test_the_curve_only_gets_better() -> None:
    outcome = solve_board(plane_board(80, 20, 1), seed=1, work=2_000)
    seconds = [entry[0] for entry in outcome.curve]
    plans = [entry[1] for entry in outcome.curve]
    assert seconds == sorted(seconds)
    assert plans == sorted(plans, reverse=True)
    assert plans[-1] == values(outcome)
    assert plans[-1] < plans[0], "the search betters the first plan here"


def test_one_incident_is_proven_on_all_levels() -> None:
    for seed in range(1, 11):
        outcome = solve_board(plane_board(120, 1, seed))
        assert all(level.proven for level in outcome.levels)


def test_a_locked_team_takes_its_groups_place() -> None:
    """One team of the group is locked to the far incident, so none of it is left for the near one."""
    board = replace(plane_board(40, 2, 1), locked=np.array([1] + [-1] * 39, dtype=np.int32))
    tied = replace(board, groups=(Group(teams=tuple(range(20)), most=1),))
    outcome = solve_board(tied, work=5000)
    assert [u for u in outcome.team.tolist() if u < 20] == [0]


def test_nothing_to_choose_is_an_empty_plan() -> None:
    board = plane_board(5, 2, 1)
    outcome = solve_board(replace(board, allowed=np.zeros_like(board.allowed)))
    assert outcome.team.size == 0
    assert outcome.levels[0].value == int((board.weight * board.need).sum())
    assert all(level.proven for level in outcome.levels)
