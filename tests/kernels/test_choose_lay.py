"""The pairs of a board against what its words say, pair by pair."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch.decomposition import board as boarding
from dispatch.decomposition.board import Board, make_table
from kernels.jit import NEVER
from tests.dispatch.decomposition.boards import small_board, wide_board

pytestmark = pytest.mark.kernel


def ready(board: Board, u: int, d: int) -> int | None:
    """When a team counts for a demand; None: never."""
    if board.units[u, d] == 0:
        return None
    at = 0 if board.ready_s is None else int(board.ready_s[u, d])
    arrive = int(board.arrive_s[u, int(board.incident[d])])
    return None if at >= NEVER else max(at, arrive)


def useful(board: Board, u: int, i: int) -> bool:
    if board.locked[u] >= 0:
        return bool(board.locked[u] == i)
    may = bool(board.allowed[u, i]) and board.arrive_s[u, i] < NEVER
    return may and any(ready(board, u, d) is not None for d in np.flatnonzero(board.incident == i).tolist())


def boards() -> list[Board]:
    return [small_board(seed) for seed in range(40)] + [wide_board(seed) for seed in range(20)]


@pytest.mark.parametrize("numbers", [1, 100, 2**21])
@pytest.mark.parametrize("board", boards())
def test_pairs_are_those_that_can_be_of_use_in_order_of_arrival(
    board: Board, numbers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many incidents are sorted at a time."""
    monkeypatch.setattr(boarding, "_SLIPS", numbers)
    table, order = make_table(board)
    teams, incidents = board.shape
    for i in range(incidents):
        mine = range(int(table.start[i]), int(table.start[i + 1]))
        wanted = [u for u in range(teams) if useful(board, u, i)]
        assert [int(table.team[k]) for k in mine] == sorted(
            wanted, key=lambda u: (min(int(board.arrive_s[u, i]), NEVER), u)
        )
        demands = order[int(table.first_demand[i]) : int(table.first_demand[i + 1])].tolist()
        for k in mine:
            u = int(table.team[k])
            assert table.must[k] == (board.locked[u] == i)
            assert (table.price[k], table.travel[k]) == (board.price[u, i], board.travel_s[u, i])
            assert table.turn[k] == (0 if board.turn is None else board.turn[u, i])
            assert table.cover[k] == (0 if board.cover is None else board.cover[u])
            for j, d in enumerate(demands):
                when = ready(board, u, d)
                assert table.units[k, j] == (0 if when is None else board.units[u, d])
                assert table.ready[k, j] == (table.arrive[k] if when is None else when)
        for j, d in enumerate(demands):
            times = [int(table.ready[k, j]) for k in mine if ready(board, int(table.team[k]), d) is not None]
            assert table.loose[int(table.first_demand[i]) + j] == (times != sorted(times))
