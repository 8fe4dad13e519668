"""Which pairs a best plan needs, against every plan of small boards with many teams alike."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from dispatch.decomposition.board import Board, Group
from dispatch.decomposition.needed import needed_pairs
from tests.dispatch.decomposition.boards import Values, brute_values

pytestmark = pytest.mark.kernel

BOARDS = 60
TEAMS = 7


def crowd(seed: int) -> Board:
    """Seven teams of two kinds and up to two incidents of small needs, so that many teams could stand in for others."""
    draw = random.Random(f"crowd {seed}")
    incidents = draw.randint(1, 2)
    of = sorted([*range(incidents), *(draw.randrange(incidents) for _ in range(draw.randint(0, 2)))])
    kinds = [[draw.randint(0, 2) for _ in of] for _ in range(draw.randint(1, 2))]
    spread = draw.choice([60, 400])
    arrive = np.array(
        [[draw.randint(1, spread) for _ in range(incidents)] for _ in range(TEAMS)], dtype=np.int32
    )
    later = np.array([[draw.choice([0, 0, 0, spread]) for _ in of] for _ in range(TEAMS)])
    turned = np.array([[draw.choice([0, 0, 0, 9]) for _ in range(incidents)] for _ in range(TEAMS)])
    return Board(
        arrive_s=arrive,
        travel_s=arrive // 2,
        price=np.array(
            [[draw.choice([0, 10]) for _ in range(incidents)] for _ in range(TEAMS)], dtype=np.int32
        ),
        allowed=np.array([[draw.random() < 0.9 for _ in range(incidents)] for _ in range(TEAMS)]),
        units=np.array([draw.choice(kinds) for _ in range(TEAMS)], dtype=np.int32),
        ready_s=(arrive[:, of] + later).astype(np.int32) if draw.random() < 0.3 else None,
        incident=np.array(of, dtype=np.int32),
        need=np.array([draw.randint(1, 3) for _ in of], dtype=np.int64),
        weight=np.array([draw.choice([10, 40]) for _ in of], dtype=np.int64),
        target_s=np.array([draw.randint(0, spread) for _ in of], dtype=np.int64),
        first_weight=np.array([draw.choice([0, 40]) for _ in range(incidents)], dtype=np.int64),
        first_target_s=np.array([draw.randint(0, spread) for _ in range(incidents)], dtype=np.int64),
        locked=np.array([0 if draw.random() < 0.05 else -1 for _ in range(TEAMS)], dtype=np.int32),
        response_step_s=draw.choice([7, 60]),
        turn=turned.astype(np.int32) if draw.random() < 0.3 else None,
        cover=np.array([draw.randint(0, 5) for _ in range(TEAMS)], dtype=np.int32),
    )


def best_of(board: Board, tied: tuple[int, ...] = ()) -> tuple[Values, int]:
    """Best levels with the needed pairs alone, and how many pairs that may go are not among them."""
    held = np.zeros(TEAMS, dtype=np.bool_)
    held[list(tied)] = True
    needed = needed_pairs(board, held)
    useful = needed_pairs(board, np.ones(TEAMS, dtype=np.bool_))  # nobody stands in: nothing is dropped
    assert not (needed & ~useful).any()
    return brute_values(replace(board, allowed=needed)), int((useful & ~needed).sum())


def test_the_best_plan_is_among_the_pairs_that_are_needed() -> None:
    dropped = 0
    for seed in range(BOARDS):
        board = crowd(seed)
        best, fewer = best_of(board)
        assert best == brute_values(board), seed
        dropped += fewer
    assert dropped > BOARDS  # more than one in each board, or this shows nothing


def test_teams_of_a_rule_stand_in_for_nobody() -> None:
    dropped = 0
    for seed in range(BOARDS // 2):
        board = replace(crowd(seed), groups=(Group(teams=(0, 1, 2), most=1),))
        best, fewer = best_of(board, tied=(0, 1, 2))
        assert best == brute_values(board), seed
        dropped += fewer
    assert dropped > 0


def test_a_crowd_of_villages_leaves_as_many_as_are_of_use() -> None:
    """Twenty teams alike, two incidents side by side that need three each: the six nearest are enough."""
    minutes = np.arange(1, 21, dtype=np.int32)[:, None] * 60
    flat = np.zeros((20, 2), dtype=np.int32)
    board = Board(
        arrive_s=np.repeat(minutes, 2, axis=1),
        travel_s=flat,
        price=flat,
        allowed=np.ones((20, 2), dtype=np.bool_),
        units=np.ones((20, 2), dtype=np.int32),
        incident=np.array([0, 1], dtype=np.int32),
        need=np.array([3, 3], dtype=np.int64),
        weight=np.array([10, 10], dtype=np.int64),
        target_s=np.array([600, 600], dtype=np.int64),
        first_weight=np.array([10, 10], dtype=np.int64),
        first_target_s=np.array([600, 600], dtype=np.int64),
        locked=np.full(20, -1, dtype=np.int32),
        response_step_s=60,
    )
    needed = needed_pairs(board, np.zeros(20, dtype=np.bool_))
    assert needed.sum(axis=0).tolist() == [6, 6]
    assert needed[:6].all()
