"""Needs tied by ratios of substitutes or by what a depot can issue at all: a linear model in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from dispatch.lexicographic import Level, Limits, LinearModel, Objective, minimise
from dispatch.relaxation import Solution
from dispatch.supplying.board import LATE, PRICE, SHARES, TIME, Board, Longs, Ways

EXACT_COLUMNS: Final = 400
"""Larger models are searched around their relaxation, whose bound is reported."""

NODES: Final = 50
"""Nodes of the tree, for each level."""

_EVEN: Final = 1e-9
"""How far a ratio may be from a whole number to be one."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Columns of the model: units met, units issued where the ratio is no whole number, unmet, and the unfair share."""

    met: Longs
    issued: Longs
    odd: Longs
    unmet: Longs
    unfair: Longs


def solve(
    board: Board, mine: Ways, needs: Longs, reach: Longs, *, seed: int, seconds: float
) -> tuple[Longs, tuple[Level, ...]]:
    """Meet some needs from their ways, level by level.

    Parameters
    ----------
    board, mine, needs, reach
        As of `network.solve`; a way may issue more or fewer units than it meets.
    seed, seconds
        Seed of the search; when the seconds end, what is best so far is the answer, with its bounds.

    Returns
    -------
    units : int64[ways]
        Units met by each way; issued are `issued_units` of them.
    levels
        Value and bound of each level.
    """
    if mine.source.size == 0:
        missing = int(board.worth[needs] @ board.need[needs])
        return np.zeros(0, dtype=np.int64), tuple(Level(value, value) for value in (missing, 0, 0, 0, 0))
    model = LinearModel()
    odd = np.flatnonzero(np.abs(mine.ratio - np.rint(mine.ratio)) > _EVEN)
    columns = _Columns(
        model.add_columns(mine.most),
        model.add_columns(np.ceil(mine.most * mine.ratio)[odd]),
        odd,
        model.add_columns(board.need[needs]),
        model.add_columns([SHARES] if reach[needs].any() else [0]),
    )
    _add_rows(board, mine, needs, reach, (model, columns))
    start = np.zeros(model.columns, dtype=np.int64)
    start[columns.met] = _greedy(board, mine, needs)
    met = np.bincount(mine.need, weights=start[columns.met], minlength=board.need.size).astype(np.int64)[
        needs
    ]
    able = reach[needs] > 0
    start[columns.unmet] = board.need[needs] - met
    start[columns.unfair] = (SHARES - SHARES * met[able] // reach[needs][able]).max(initial=0)
    unmet, unfair, late, time, price = (np.zeros(model.columns) for _ in range(5))
    unmet[columns.unmet], unfair[columns.unfair] = board.worth[needs], int(board.fair)
    for level, which in ((late, LATE), (time, TIME), (price, PRICE)):
        level[columns.met] = mine.cost[:, which]
    start = _tidy(mine, columns, start)
    values, levels = minimise(
        model,
        [Objective(each) for each in (unmet, unfair, late, time, price)],
        start=start,
        tidy=lambda found: _tidy(mine, columns, found),
        limits=Limits(seed=seed, seconds=seconds, nodes=NODES, exact_columns=EXACT_COLUMNS, switches=False),
    )
    return values[columns.met], tuple(levels)


def _greedy(board: Board, mine: Ways, needs: Longs) -> Longs:
    """Begin with the needs that are worth most for their number, each from the soonest that is left."""
    stock, kg, m3 = board.stock.copy(), board.issue_kg.copy(), board.issue_m3.copy()
    left = np.zeros(board.need.size, dtype=np.int64)
    left[needs] = board.need[needs]
    units = np.zeros(mine.source.size, dtype=np.int64)
    worth = board.worth[mine.need]
    for way in np.lexsort((mine.cost[:, PRICE], mine.cost[:, TIME] // worth, mine.need, -worth)).tolist():
        source, need, ratio = int(mine.source[way]), int(mine.need[way]), float(mine.ratio[way])
        depot, item = int(board.depot[source]), int(board.stocked[source])
        most = min(float(stock[source]), kg[depot] / board.kg[item], m3[depot] / board.m3[item])
        taken = min(int(left[need]), int((np.floor(most + _EVEN)) / ratio + _EVEN))
        if taken:
            out = int(issued_units(np.array([taken]), np.array([ratio]))[0])
            units[way] = taken
            left[need] -= taken
            stock[source] -= out
            kg[depot] -= out * board.kg[item]
            m3[depot] -= out * board.m3[item]
    return units


def issued_units(units: Longs, ratio: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Longs:
    """Whole units that leave the depot for so many units met, int64[ways]."""
    return np.ceil(units * ratio - _EVEN * np.maximum(1, units)).astype(np.int64)


def _tidy(mine: Ways, columns: _Columns, found: Solution) -> Solution:
    """Issue no more than what is met takes."""
    found = found.copy()
    met = found[columns.met[columns.odd]]
    found[columns.issued] = issued_units(met, mine.ratio[columns.odd])
    return found


def _add_rows(
    board: Board, mine: Ways, needs: Longs, reach: Longs, into: tuple[LinearModel, _Columns]
) -> None:
    model, columns = into
    place = np.full(board.need.size, -1, dtype=np.int64)
    place[needs] = np.arange(needs.size)
    need = board.need[needs].astype(np.float64)
    every = np.arange(needs.size)
    at = place[mine.need]
    model.add_rows(need, need, needs.size, [(at, columns.met, 1.0), (every, columns.unmet, 1.0)])
    most = reach[needs].astype(np.float64)
    fair = np.full(needs.size, columns.unfair[0])
    model.add_rows(SHARES * most, np.inf, needs.size, [(at, columns.met, float(SHARES)), (every, fair, most)])
    odd, rows = columns.odd, np.arange(columns.odd.size)
    model.add_rows(
        0.0, np.inf, odd.size, [(rows, columns.issued, 1.0), (rows, columns.met[odd], -mine.ratio[odd])]
    )
    out = columns.met.copy()
    out[odd] = columns.issued
    each = np.rint(mine.ratio)
    each[odd] = 1.0
    sources, of = np.unique(mine.source, return_inverse=True)
    model.add_rows(-np.inf, board.stock[sources].astype(np.float64), sources.size, [(of, out, each)])
    for limit, unit in ((board.issue_kg, board.kg), (board.issue_m3, board.m3)):
        depot = board.depot[mine.source]
        bound = np.flatnonzero(np.isfinite(limit[depot]))
        if bound.size:
            rows_of, row = np.unique(depot[bound], return_inverse=True)
            weight = (unit[board.stocked[mine.source]] * each)[bound]
            model.add_rows(-np.inf, limit[rows_of], rows_of.size, [(row, out[bound], weight)])
