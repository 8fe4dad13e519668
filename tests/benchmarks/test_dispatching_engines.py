from __future__ import annotations

import numpy as np
import pytest

from benchmarks.dispatching_engines import ours
from benchmarks.dispatching_greedy import greedy
from benchmarks.dispatching_peers import CPSAT, HIGHS, cpsat_naive, highs
from benchmarks.dispatching_price import COMPARED, OURS, faults
from dispatch.decomposition.board import Board
from tests.benchmarks.boards import best_of_all, drawn_board, line_board

SEEDS = range(24)
SECONDS = 20.0


@pytest.mark.parametrize("seed", SEEDS)
def test_engines_that_prove_agree_with_all_plans_tried(seed: int) -> None:
    board = drawn_board(seed)
    best = best_of_all(board)
    answers = [ours(board, SECONDS), greedy(board), cpsat_naive(board, SECONDS), highs(board, SECONDS)]
    found = {each.engine: each for each in answers}
    assert found[OURS].stated == best
    assert found[HIGHS].stated == best[:COMPARED]
    assert found[CPSAT].stated[0] == best[0]
    assert all(found[name].proof_ms is not None for name in (OURS, HIGHS, CPSAT))
    assert faults(board, answers) == []


def test_nearest_first_is_dominated() -> None:
    """Never better, and on some of the cases worse."""
    worse = 0
    for seed in SEEDS:
        board = drawn_board(seed)
        near, best = greedy(board).stated[:COMPARED], best_of_all(board)[:COMPARED]
        assert best <= near
        worse += best < near
    assert worse >= 3


@pytest.mark.parametrize("engine", [ours, cpsat_naive, highs])
def test_a_curve_ends_at_the_answer(engine: object) -> None:
    assert callable(engine)
    answer = engine(line_board(), SECONDS)
    milliseconds = [each for each, _ in answer.curve]
    assert milliseconds == sorted(milliseconds)
    assert answer.curve[-1][1][:COMPARED] == answer.stated[:COMPARED]


def test_highs_without_time_has_no_plan_and_no_proof() -> None:
    answer = highs(line_board(), 1e-9)
    assert (answer.goes, answer.proof_ms) == (None, None)


def test_naive_cpsat_without_a_plan_says_so() -> None:
    """A board that is too large for the time there is."""
    board = _wide()
    answer = cpsat_naive(board, 1e-9)
    assert (answer.goes, answer.stated, answer.curve, answer.proof_ms) == (None, (), (), None)


def _wide() -> Board:
    """Sixty copies of the teams of the line."""
    board, times = line_board(), 60
    return Board(
        arrive_s=np.tile(board.arrive_s, (times, 1)),
        travel_s=np.tile(board.travel_s, (times, 1)),
        price=np.tile(board.price, (times, 1)),
        allowed=np.tile(board.allowed, (times, 1)),
        units=np.tile(board.units, (times, 1)),
        incident=board.incident,
        need=board.need,
        weight=board.weight,
        target_s=board.target_s,
        first_weight=board.first_weight,
        first_target_s=board.first_target_s,
        locked=np.tile(board.locked, times),
        response_step_s=60,
    )
