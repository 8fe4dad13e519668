"""The whole question: part by part, each by what solves it best."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from dispatch.lexicographic import Level
from dispatch.supplying import network, tied
from dispatch.supplying.board import LEVELS, Board, Longs, Ways, parts, reachable, ways


@dataclass(frozen=True, slots=True)
class Allocation:
    """What goes where.

    `ways` are those used, `met` int64[ways] units of the need they meet, `issued` int64[ways] units that leave the
    depot; `reach` int64[needs] what could reach each need were it alone; `levels` as of `Board`: unmet points,
    thousandths that the worst needs of all parts fall short, lateness, time, price.
    """

    ways: Ways
    met: Longs
    issued: Longs
    reach: Longs
    levels: tuple[Level, ...]

    def missing(self, board: Board) -> Longs:
        """Units of each need that nobody brings, int64[needs]."""
        came = np.bincount(self.ways.need, weights=self.met, minlength=board.need.size)
        return board.need - came.astype(np.int64)


def allocate(board: Board, *, seed: int = 0, seconds: float = 60.0) -> Allocation:
    """Meet all needs as well as the stock allows.

    Parameters
    ----------
    board
        The tables.
    seed, seconds
        For the parts that are tied: seed and clock of their search.
    """
    deadline = time.monotonic() + seconds
    every = ways(board)
    reach = reachable(board, every)
    units = np.zeros(every.source.size, dtype=np.int64)
    values, bounds = [0] * LEVELS, [0] * LEVELS
    for needs, rows, hard in parts(board, every):
        mine = every.of(rows)
        if hard:
            left = deadline - time.monotonic()
            units[rows], levels = tied.solve(board, mine, needs, reach, seed=seed, seconds=left)
        else:
            units[rows], levels = network.solve(board, mine, needs, reach)
        values = [a + level.value for a, level in zip(values, levels, strict=True)]
        bounds = [a + level.bound for a, level in zip(bounds, levels, strict=True)]
    used = np.flatnonzero(units)
    levels = tuple(Level(value, bound) for value, bound in zip(values, bounds, strict=True))
    mine = every.of(used)
    return Allocation(mine, units[used], tied.issued_units(units[used], mine.ratio), reach, levels)
