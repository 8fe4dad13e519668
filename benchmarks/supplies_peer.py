"""The same question as one large model in whole numbers for HiGHS: every depot, item and point in it at once."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array

from dispatch.highs import quiet
from dispatch.supplying.board import LATE, LEVELS, PRICE, SHARES, TIME, Board

Vector = NDArray[np.float64]

_HALF: Final = 0.5
"""Half of the smallest step of a level."""


@dataclass(frozen=True, slots=True)
class Level:
    """What HiGHS reached on a level, and its bound."""

    value: float
    bound: float


def solve(board: Board, *, seconds: float) -> list[Level]:
    """Minimise level after level, each kept by a row; levels that are not reached in time are left out."""
    deadline = time.monotonic() + seconds
    highs, costs = _model(board)
    columns = np.arange(costs.shape[1], dtype=np.int32)
    found: list[Level] = []
    for cost in costs:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        highs.changeColsCost(columns.size, columns, cost)
        highs.setOptionValue("time_limit", highs.getRunTime() + left)
        highs.run()
        info = highs.getInfo()
        if info.primal_solution_status != highspy.kSolutionStatusFeasible:
            break
        found.append(Level(float(info.objective_function_value), float(info.mip_dual_bound)))
        used = np.flatnonzero(cost).astype(np.int32)
        highs.addRow(-highspy.kHighsInf, round(found[-1].value) + _HALF, used.size, used, cost[used])
    return found


def _model(board: Board) -> tuple[Any, Vector]:
    """One column for each source and need of an item, for what is unmet of each need, and for the worst share."""
    source, need = np.nonzero(board.stocked[:, None] == board.item[None, :])
    flows, needs = source.size, board.need.size
    size = flows + needs + needs  # unmet; and what each part's worst need lacks, one column per item
    flow, unmet = np.arange(flows), flows + np.arange(needs)
    worst = flows + needs + board.item
    stock = np.bincount(board.stocked, weights=board.stock, minlength=len(board.items))[board.item]
    reach = np.minimum(board.need, stock)
    one = np.ones
    entries = [
        (need, flow, one(flows)),
        (np.arange(needs), unmet, one(needs)),
        (needs + need, flow, one(flows) * SHARES),
        (needs + np.arange(needs), worst, reach),
        (2 * needs + source, flow, one(flows)),
    ]
    row, column, value = (np.concatenate(part) for part in zip(*entries, strict=True))
    rows = 2 * needs + board.stock.size
    matrix = csc_array(coo_array((value.astype(np.float64), (row, column)), shape=(rows, size)))
    inf = np.full(rows, highspy.kHighsInf)
    lower = np.concatenate([board.need, SHARES * reach, -inf[: board.stock.size]]).astype(np.float64)
    upper = np.concatenate([board.need, inf[:needs], board.stock]).astype(np.float64)
    most = np.concatenate(
        [np.minimum(board.stock[source], board.need[need]), board.need, np.full(needs, SHARES)]
    )
    highs = quiet()
    highs.passModel(
        size, rows, matrix.nnz, int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize), 0.0,
        np.zeros(size), np.zeros(size), most.astype(np.float64), lower, upper,
        matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
        np.ones(size, dtype=np.int32),
    )  # fmt: skip
    return highs, _costs(board, source, need, size)


def _costs(board: Board, source: NDArray[np.int64], need: NDArray[np.int64], size: int) -> Vector:
    costs = np.zeros((LEVELS, size))
    flows, needs = source.size, board.need.size
    at = board.arrive_s[board.depot[source], board.point[need]].astype(np.float64)
    worth = board.worth[need]
    costs[0, flows : flows + needs] = board.worth
    costs[1, flows + needs : flows + needs + len(board.items)] = 1
    costs[LATE, :flows] = worth * np.ceil(np.maximum(0, at - board.deadline_s[need]) / board.step_s)
    costs[TIME, :flows] = worth * np.ceil(at / board.step_s)
    costs[PRICE, :flows] = worth * board.price[board.depot[source], board.point[need]]
    return costs
