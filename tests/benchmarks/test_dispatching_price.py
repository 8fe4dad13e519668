from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.dispatching_greedy import greedy, nearest_first
from benchmarks.dispatching_price import (
    GREEDY,
    OURS,
    Answer,
    beaten,
    faults,
    priced,
    relative_gap,
    within,
)
from kernels.jit import NEVER
from tests.benchmarks.boards import drawn_board, line_board


def goes(*incident: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array(incident, dtype=np.int32)


def answer(engine: str, plan: tuple[int, ...], **changes: Any) -> Answer:
    """What an honest engine says of a plan, but for the changes."""
    board = line_board()
    worth = priced(board, goes(*plan))
    honest = Answer(
        engine=engine, goes=goes(*plan), stated=worth, bounds=(), curve=((1.0, worth),), proof_ms=None
    )
    return replace(honest, **changes)


def test_the_price_of_a_plan_by_hand() -> None:
    """Team 0 and 1 to incident 0: units at 60 and 120 s, target 90, first target 30; incident 1 gets nobody."""
    unmet, late, response, price, cover, driving = priced(line_board(), goes(0, 0, -1))
    assert unmet == 1 * 2
    assert late == 10 * 30 + 100 * 30
    assert response == 10 * (1 + 2) + 100 * 1
    assert (price, cover, driving) == (3, 0, 120)


def test_units_beyond_the_need_count_for_nothing() -> None:
    alone, more = priced(line_board(), goes(-1, 0, -1)), priced(line_board(), goes(-1, 0, 0))
    assert alone[:3] == more[:3]


def test_turning_a_team_its_cover_and_late_items_are_priced() -> None:
    board = line_board()
    plain = priced(board, goes(0, -1, -1))
    full = replace(
        board,
        turn=np.full((3, 2), 7, dtype=np.int32),
        cover=np.array([5, 6, 8], dtype=np.int32),
        ready_s=np.array([[300, 600], [NEVER, 120], [600, 60]], dtype=np.int32),
    )
    waiting = priced(full, goes(0, 0, -1))
    assert waiting[0] == plain[0]  # team 1 never gets its item: only team 0 fills
    assert waiting[1] == 10 * (300 - 90) + 100 * 30
    assert waiting[2] == 10 * 5 + 100 * 1 + 2 * 7
    assert waiting[4] == 5 + 6


def test_honest_answers_have_no_fault() -> None:
    board = line_board()
    best = answer(OURS, (0, 0, -1))
    proven = replace(best, bounds=best.stated)
    assert faults(board, [proven, greedy(board)]) == []


def test_an_engine_that_flatters_itself_is_caught() -> None:
    worth = answer("highs", (0, 0, -1)).stated
    liar = answer("highs", (0, 0, -1), stated=(worth[0] - 1, *worth[1:]))
    assert any("highs: says" in fault for fault in faults(line_board(), [liar]))


def test_ours_may_not_say_less_of_itself_either() -> None:
    worth = answer(OURS, (0, 0, -1)).stated
    modest = {"stated": (*worth[:5], worth[5] + 1)}
    assert any("ours: says" in fault for fault in faults(line_board(), [answer(OURS, (0, 0, -1), **modest)]))
    assert faults(line_board(), [answer("highs", (0, 0, -1), **modest)]) == []


def test_a_bound_that_a_plan_beats_is_caught() -> None:
    worse = answer("highs", (-1, 0, -1))
    wrong = replace(worse, bounds=worse.stated)
    better = answer(OURS, (0, 0, -1))
    assert better.stated[:3] < worse.stated[:3]
    assert any("the bound of highs" in fault for fault in faults(line_board(), [wrong, better]))


def test_a_bound_holds_only_among_plans_that_keep_the_earlier_levels() -> None:
    claim = answer("highs", (0, 0, -1), stated=(2, 50), bounds=(1, 50))
    assert beaten(claim, (2, 49, 0, 0, 0, 0)) == 1
    assert beaten(claim, (1, 49, 0, 0, 0, 0)) is None
    assert beaten(claim, (3, 0, 0, 0, 0, 0)) is None
    assert beaten(claim, (0, 99, 0, 0, 0, 0)) == 0


def test_nearest_first_above_ours_is_caught() -> None:
    nothing, near = answer(OURS, (-1, -1, -1)), answer(GREEDY, (0, 0, -1))
    assert any("worse than nearest-first" in fault for fault in faults(line_board(), [nothing, near]))


@pytest.mark.parametrize(
    ("plan", "changes", "said"),
    [
        ((-1, -1, 1), {}, "team 2 cannot go to incident 1"),
        ((-1, -1, -1), {"locked": goes(-1, 0, -1)}, "team 1 must go to incident 0"),
    ],
)
def test_an_impossible_plan_is_caught(plan: tuple[int, ...], changes: dict[str, Any], said: str) -> None:
    board = replace(line_board(), **changes)
    assert faults(board, [answer(OURS, plan)]) == [f"ours: {said}"]


def test_the_gap_is_that_of_the_first_level_that_is_open() -> None:
    given = answer(OURS, (0, 0, -1), bounds=(2, 3000, 0, 0, 0, 0))
    assert relative_gap(given, (2, 4000, 500), (2, 3000, 0)) == 0.25
    assert relative_gap(given, (2, 4000, 500), (2, 4000, 500)) == 0.0
    assert relative_gap(given, (2, 4000, 500), ()) is None
    assert relative_gap(replace(given, gap=0.125), (2, 4000, 500), ()) == 0.125


@pytest.mark.parametrize(
    ("values", "near"),
    [((0, 1000, 10), True), ((0, 1010, 10), True), ((0, 1011, 1), False), ((1, 900, 1), False)],
)
def test_within_one_per_cent(values: tuple[int, ...], *, near: bool) -> None:
    assert within(values, (0, 1000, 10)) is near


def test_a_plan_below_the_best_on_an_earlier_level_is_near_whatever_follows() -> None:
    assert within((4, 9999, 9999), (5, 10, 10))


def test_nearest_first_serves_the_most_important_incident_first() -> None:
    assert nearest_first(line_board()).tolist() == [0, 0, -1]


def test_nearest_first_counts_who_is_bound_already() -> None:
    board = replace(line_board(), locked=goes(-1, 0, -1))
    assert nearest_first(board).tolist() == [1, 0, -1]


def test_nearest_first_sends_nobody_who_does_not_help() -> None:
    for seed in range(50):
        board = drawn_board(seed)
        plan = nearest_first(board)
        for u in np.flatnonzero(plan >= 0).tolist():
            assert board.units[u, board.incident == plan[u]].any()
