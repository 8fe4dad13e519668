"""Dispatch as Resgrid and JEMSS do it: incident by incident, the nearest free unit that helps."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from benchmarks.dispatching_price import GREEDY, Answer, priced
from dispatch.decomposition.board import Board
from kernels.jit import NEVER


def nearest_first(board: Board) -> NDArray[np.int32]:
    """Send teams nearest first: the most important incident first, until its needs are met or nobody helps.

    Returns
    -------
    int32[teams]
        Incident each team goes to, or -1.
    """
    goes = board.locked.copy()
    left = board.need.copy()
    for u in np.flatnonzero(goes >= 0).tolist():
        mine = np.flatnonzero(board.incident == goes[u])
        left[mine] = np.maximum(0, left[mine] - board.units[u, mine])
    for i in np.argsort(-board.first_weight, kind="stable").tolist():
        mine = np.flatnonzero(board.incident == i)
        free = (goes < 0) & board.allowed[:, i] & (board.arrive_s[:, i] < NEVER)
        near = np.flatnonzero(free & (board.units[:, mine] > 0).any(axis=1))
        for u in near[np.argsort(board.arrive_s[near, i], kind="stable")].tolist():
            if not left[mine].any():
                break
            helps = np.minimum(left[mine], board.units[u, mine])
            if helps.any():
                goes[u] = i
                left[mine] -= helps
    return goes


def greedy(board: Board) -> Answer:
    """Dispatch nearest first, and time it."""
    start = time.perf_counter()
    goes = nearest_first(board)
    took = (time.perf_counter() - start) * 1000
    values = priced(board, goes)
    return Answer(engine=GREEDY, goes=goes, stated=values, bounds=(), curve=((took, values),), proof_ms=None)
