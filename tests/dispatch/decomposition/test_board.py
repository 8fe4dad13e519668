"""The table the kernels read, and the scale that puts six levels into two numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.decomposition.board import make_table, scale_for
from kernels.jit import NEVER
from models.errors import InputError
from tests.dispatch.decomposition.boards import all_plans, plane_board, small_board, values_of


def test_pairs_stand_by_incident_and_arrival_and_only_useful_ones() -> None:
    board = plane_board(50, 6, 2)
    table, order = make_table(board)
    for i in range(6):
        mine = slice(int(table.start[i]), int(table.start[i + 1]))
        assert (np.diff(table.arrive[mine]) >= 0).all()
        of = np.flatnonzero(board.incident == i)
        useful = np.flatnonzero((board.units[:, of] > 0).any(axis=1))
        assert sorted(table.team[mine].tolist()) == useful.tolist()
        assert (order[int(table.first_demand[i]) : int(table.first_demand[i + 1])] == of).all()


def test_what_never_arrives_or_is_barred_is_no_pair_but_a_lock_is() -> None:
    board = plane_board(4, 1, 1, capabilities=3)
    arrive = board.arrive_s.copy()
    arrive[0] = NEVER
    allowed = board.allowed.copy()
    allowed[1:3] = False
    locked = np.array([-1, 0, -1, -1], dtype=np.int32)
    table, _ = make_table(replace(board, arrive_s=arrive, allowed=allowed, locked=locked))
    assert 1 in table.team.tolist()
    assert 0 not in table.team.tolist()
    assert 2 not in table.team.tolist()
    assert table.must[table.team.tolist().index(1)] == 1


def test_tables_are_read_only() -> None:
    table, _ = make_table(plane_board(10, 2, 1))
    assert not any(array.flags.writeable for array in table)


@pytest.mark.parametrize("seed", range(60))
def test_a_plan_costs_less_exactly_when_it_is_better(seed: int) -> None:
    """Every plan without idle teams against one of them, on the levels the scale holds."""
    board = small_board(seed)
    if board.shape[0] > 4:
        board = small_board(seed + 10_000)
    table, _ = make_table(board)
    plans = sorted(
        {values_of(board, goes) for goes in all_plans(board) if len(goes) <= int(table.need.sum()) + 1}
    )
    for at_hand in plans[:: max(1, len(plans) // 5)]:
        scale = scale_for(table, np.array(at_hand, dtype=np.int64))
        levels = (*scale.high, *scale.low)
        assert bool(levels) == any(at_hand), "only a plan of zeros leaves nothing to better"
        if not levels:
            continue
        least = scale.factor @ np.array(at_hand)
        end = levels[-1] + 1
        for plan in plans:
            cost = scale.factor @ np.array(plan)
            assert (tuple(cost) < tuple(least)) == (plan[:end] < at_hand[:end])


def test_needs_too_large_to_hold_are_refused() -> None:
    board = plane_board(10, 1, 1)
    many = 12
    wide = replace(
        board,
        incident=np.zeros(many, dtype=np.int32),
        units=np.ones((10, many), dtype=np.int32),
        need=np.full(many, 40, dtype=np.int64),
        weight=np.ones(many, dtype=np.int64),
        target_s=np.zeros(many, dtype=np.int64),
    )
    with pytest.raises(InputError, match="too large for the search: 72 bits of at most 60"):
        make_table(wide)
    many = 17
    deep = replace(
        wide,
        incident=np.zeros(many, dtype=np.int32),
        units=np.ones((10, many), dtype=np.int32),
        need=np.ones(many, dtype=np.int64),
        weight=np.ones(many, dtype=np.int64),
        target_s=np.zeros(many, dtype=np.int64),
    )
    with pytest.raises(InputError, match="at most 16 force needs, not 17"):
        make_table(deep)
