"""The allocation of a whole district against every way there is, and against one large model."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from dispatch.supplying.allocate import Allocation, allocate
from dispatch.supplying.board import Board
from tests.dispatch.supplying.boards import best_values, random_board

SEEDS = 300


def assert_holds(board: Board, found: Allocation) -> None:
    """No stock below nothing, no need met twice, no floor touched that is closed, no way that is no way."""
    gone = np.bincount(found.ways.source, weights=found.issued, minlength=board.stock.size)
    assert (gone <= board.stock).all()
    assert (found.missing(board) >= 0).all()
    assert (found.met > 0).all()
    assert (board.opened[found.ways.source] <= board.calls[found.ways.need]).all()
    assert (found.issued >= found.met * found.ways.ratio - 1e-9).all()


@pytest.mark.parametrize("first", range(0, SEEDS, 50))
def test_every_level_equals_brute_force(first: int) -> None:
    """Small boards with closed roads, opened floors, substitutes of any ratio and throughput: all five levels equal."""
    seen: Counter[str] = Counter()
    for seed in range(first, first + 50):
        board = random_board(seed)
        found = allocate(board)
        assert_holds(board, found)
        best = best_values(board)
        assert tuple(level.value for level in found.levels) == best, seed
        assert all(level.proven for level in found.levels), seed
        seen["short"] += best[0] > 0
        seen["unfair"] += best[1] > 0
        seen["late"] += best[2] > 0
        seen["replaced"] += bool((board.stocked[found.ways.source] != board.item[found.ways.need]).any())
        seen["floor"] += bool((board.opened[found.ways.source] > 0).any())
        seen["limited"] += bool(np.isfinite(board.issue_kg).any())
    assert min(seen[key] for key in ("short", "unfair", "late", "replaced", "floor", "limited")) > 0, seen
