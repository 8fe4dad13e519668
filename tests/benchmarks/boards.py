"""Boards made by hand and from a seed, small enough to try every plan."""

from __future__ import annotations

import random
from itertools import product

import numpy as np

from benchmarks.dispatching_price import Values, priced
from dispatch.decomposition.board import Board


def line_board() -> Board:
    """Three teams at 60, 120 and 600 s from incident 0 and the other way round from 1; each needs two of one thing."""
    arrive = np.array([[60, 600], [120, 120], [600, 60]], dtype=np.int32)
    return Board(
        arrive_s=arrive,
        travel_s=arrive - 30,
        price=np.array([[1, 1], [2, 2], [3, 3]], dtype=np.int32),
        allowed=np.array([[True, True], [True, True], [True, False]]),
        units=np.array([[1, 1], [2, 2], [1, 1]], dtype=np.int32),
        incident=np.array([0, 1], dtype=np.int32),
        need=np.array([2, 2], dtype=np.int64),
        weight=np.array([10, 1], dtype=np.int64),
        target_s=np.array([90, 90], dtype=np.int64),
        first_weight=np.array([100, 10], dtype=np.int64),
        first_target_s=np.array([30, 30], dtype=np.int64),
        locked=np.full(3, -1, dtype=np.int32),
        response_step_s=60,
    )


def drawn_board(seed: int) -> Board:
    """Up to five teams and three incidents, each with one or two needs."""
    draw = random.Random(seed)
    teams, incidents = draw.randint(1, 5), draw.randint(1, 3)
    of = sorted([*range(incidents), *(draw.randrange(incidents) for _ in range(draw.randint(0, 2)))])
    arrive = np.array(
        [[draw.randint(30, 2000) for _ in range(incidents)] for _ in range(teams)], dtype=np.int32
    )
    return Board(
        arrive_s=arrive,
        travel_s=arrive - 30,
        price=np.array([[draw.randint(0, 3)] * incidents for _ in range(teams)], dtype=np.int32),
        allowed=np.array([[draw.random() < 0.9 for _ in range(incidents)] for _ in range(teams)]),
        units=np.array([[draw.choice([0, 1, 2, 3]) for _ in of] for _ in range(teams)], dtype=np.int32),
        incident=np.array(of, dtype=np.int32),
        need=np.array([draw.randint(1, 4) for _ in of], dtype=np.int64),
        weight=np.array([draw.choice([10, 40, 100]) for _ in of], dtype=np.int64),
        target_s=np.array([draw.randint(60, 1500) for _ in of], dtype=np.int64),
        first_weight=np.array([draw.choice([100, 200]) for _ in range(incidents)], dtype=np.int64),
        first_target_s=np.array([draw.randint(60, 1500) for _ in range(incidents)], dtype=np.int64),
        locked=np.full(teams, -1, dtype=np.int32),
        response_step_s=60,
    )


def best_of_all(board: Board) -> Values:
    """Price every plan in which each team that goes helps somewhere, and take the best."""
    teams, incidents = board.shape
    useful = [
        [-1]
        + [i for i in range(incidents) if board.allowed[u, i] and board.units[u, board.incident == i].any()]
        for u in range(teams)
    ]
    return min(priced(board, np.array(goes, dtype=np.int32)) for goes in product(*useful))
