"""What teams are worth where forces are short: against all columns, SciPy's whole-number program and brute force."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from dispatch.decomposition.board import Board, Group, make_table
from dispatch.decomposition.search import solve_board
from dispatch.decomposition.supply import Supply, weigh
from tests.dispatch.decomposition.boards import brute_values, plane_board, small_board, values_of


def short_board(seed: int, *, grouped: bool = False) -> Board:
    """Nine teams for six incidents that need about twice as much; `grouped`: five of the teams share two places."""
    board = plane_board(9, 6, seed, capabilities=4)
    allowed = np.random.default_rng(seed).random(board.allowed.shape) < 0.8
    groups = (Group(teams=(0, 2, 4, 6, 8), most=2),) if grouped else ()
    return replace(board, allowed=allowed, groups=groups)


def least_unmet(board: Board, *, whole: bool) -> float:
    """Level 1 of the best plan, or of its linear relaxation, over all pairs by SciPy."""
    teams, incidents = board.shape
    pairs, demands = teams * incidents, board.need.size
    rows, low, high = [], [], []

    def row(columns: list[int], values: list[float], lower: float, upper: float) -> None:
        rows.append(np.zeros(pairs + demands))
        rows[-1][columns] = values
        low.append(lower)
        high.append(upper)

    for u in range(teams):
        row([u * incidents + i for i in range(incidents)], [1.0] * incidents, 0.0, 1.0)
    for group in board.groups:
        mine = [u * incidents + i for u in group.teams for i in range(incidents)]
        row(mine, [1.0] * len(mine), 0.0, float(group.most))
    for d, i in enumerate(board.incident.tolist()):
        units = np.minimum(board.units[:, d], board.need[d]).tolist()
        row(
            [*(u * incidents + i for u in range(teams)), pairs + d],
            [*units, 1.0],
            float(board.need[d]),
            np.inf,
        )
    most = np.concatenate([board.allowed.ravel().astype(float), board.need.astype(float)])
    found = milp(
        np.concatenate([np.zeros(pairs), board.weight.astype(float)]),
        constraints=LinearConstraint(np.array(rows), np.array(low), np.array(high)),
        bounds=Bounds(0.0, most),
        integrality=np.full(pairs + demands, int(whole)),
    )
    assert found.success
    return float(found.fun)


def proved(board: Board, supply: Supply) -> float:
    """Bound on level 1 that prices prove, by trying every set of teams at every incident."""
    teams = board.shape[0]
    toll = supply.team.copy()
    for group, price in zip(board.groups, supply.group.tolist(), strict=True):
        toll[list(group.teams)] += price
    total = -float(supply.team.sum())
    total -= sum(g.most * p for g, p in zip(board.groups, supply.group.tolist(), strict=True))
    for i in range(board.shape[1]):
        mine = np.flatnonzero(board.incident == i)
        may = [u for u in range(teams) if board.allowed[u, i]]
        total += min(
            float(toll[list(some)].sum()) + unmet(board, mine, some)
            for size in range(len(may) + 1)
            for some in combinations(may, size)
        )
    return float(total)


def unmet(board: Board, demands: NDArray[np.int64], teams: tuple[int, ...]) -> float:
    left = np.maximum(
        0, board.need[demands] - board.units[np.ix_(np.array(teams, dtype=np.int64), demands)].sum(axis=0)
    )
    return float(np.dot(board.weight[demands], left))


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_prices_prove_at_least_what_the_relaxation_does_and_never_too_much(
    seed: int, *, grouped: bool
) -> None:
    board = short_board(seed, grouped=grouped)
    supply = weigh(make_table(board)[0], seconds=60.0)
    assert supply is not None
    bound = proved(board, supply)
    assert least_unmet(board, whole=False) - 1e-6 <= bound <= least_unmet(board, whole=True) + 1e-6


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("seed", range(12, 24))
def test_the_search_states_a_bound_between_the_relaxation_and_the_optimum(
    seed: int, *, grouped: bool
) -> None:
    """Stopped early, when only the first prices have been tried."""
    board = short_board(seed, grouped=grouped)
    level = solve_board(board, seed=1, work=3000).levels[0]
    best = least_unmet(board, whole=True)
    assert least_unmet(board, whole=False) - 1e-6 <= level.bound <= best + 1e-6
    assert level.value >= best - 1e-6


@pytest.mark.parametrize("block", range(4))
def test_bounds_hold_with_locks_groups_and_later_items(block: int) -> None:
    """Small boards of all kinds, stopped behind the first prices; a tenth of them or more are short of forces."""
    short = 0
    for seed in range(9000 + 50 * block, 9050 + 50 * block):
        board = small_board(seed)
        supply = weigh(make_table(board)[0], seconds=60.0)
        short += supply is not None
        if supply is not None:
            assert_possible(board, supply)
        outcome = solve_board(board, seed=1, work=1300 + seed % 50)
        for level, best in zip(outcome.levels, brute_values(board), strict=True):
            assert level.bound <= best, f"board {seed}"
            if level.value != best:
                break
    assert short >= 5


def assert_possible(board: Board, supply: Supply) -> None:
    """The plan near the solution sends nobody twice, keeps locks and groups, and is worth no more than the best."""
    table, _ = make_table(board)
    goes = [-1] * board.shape[0]
    for i, pairs in enumerate(supply.columns):
        for k in pairs.tolist():
            u = int(table.team[k])
            assert goes[u] == -1
            assert table.start[i] <= k < table.start[i + 1]
            goes[u] = i
    assert all(goes[u] == at for u, at in enumerate(board.locked.tolist()) if at >= 0)
    for group in board.groups:
        locked = sum(bool(board.locked[u] >= 0) for u in group.teams)
        assert sum(goes[u] >= 0 for u in group.teams) <= max(group.most, locked)
    assert values_of(board, tuple(goes)) >= brute_values(board)


def test_under_overload_the_plan_at_hand_only_gets_better() -> None:
    """Though the search wanders among plans of the same unmet strength; what is left is priced anew here."""
    board = plane_board(14, 8, 1)
    outcome = solve_board(board, seed=1, work=3_500)
    plans = [entry[1] for entry in outcome.curve]
    assert plans == sorted(plans, reverse=True)
    goes = [-1] * board.shape[0]
    for team, incident in zip(outcome.team.tolist(), outcome.incident.tolist(), strict=True):
        goes[team] = incident
    assert values_of(board, tuple(goes)) == plans[-1] == tuple(level.value for level in outcome.levels)
    assert 0 < least_unmet(board, whole=False) <= outcome.levels[0].bound + 1e-6
    assert outcome.levels[0].bound <= outcome.levels[0].value


def test_forces_that_suffice_are_worth_nothing() -> None:
    assert weigh(make_table(plane_board(60, 3, 1))[0], seconds=60.0) is None


def test_a_board_without_pairs_has_nothing_to_weigh() -> None:
    board = plane_board(5, 2, 1)
    assert weigh(make_table(replace(board, allowed=np.zeros_like(board.allowed)))[0], seconds=60.0) is None
