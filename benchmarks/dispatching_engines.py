"""The engines of one run: ours beside the peers, each a board and a time limit in, an answer out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.dispatching_greedy import greedy
from benchmarks.dispatching_peers import CPSAT, HIGHS, cpsat_naive, highs
from benchmarks.dispatching_price import COMPARED, GREEDY, OURS, Answer
from dispatch.decomposition.board import Board, Outcome
from dispatch.decomposition.search import solve_board

Engine = Callable[[Board, float], Answer]

RUNS: Final = 5
"""Runs of a quick engine, of which the one of median length counts; with `QUICK_S` for all of them together."""

QUICK_S: Final = 3.0

OURS_S: Final = 10.0
"""What ours may take at most; the peers have the time limit of the run."""

_NO_WORK_LIMIT: Final = 10**12


def ours(board: Board, seconds: float) -> Answer:
    """Ask the product's search, stopped by time alone.

    Parameters
    ----------
    board
        Teams against incidents.
    seconds
        Time limit; never more than `OURS_S` are taken.
    """
    outcome = solve_board(board, seconds=min(seconds, OURS_S), work=_NO_WORK_LIMIT)
    return Answer(
        engine=OURS,
        goes=_goes(board, outcome),
        stated=tuple(level.value for level in outcome.levels),
        bounds=tuple(level.bound for level in outcome.levels),
        curve=tuple((seconds * 1000, values) for seconds, values, _ in outcome.curve),
        proof_ms=_proved(outcome),
    )


def _goes(board: Board, outcome: Outcome) -> NDArray[np.int32]:
    """Incident of each team; a team that is sent twice goes nowhere, which the price then shows."""
    goes = np.full(board.shape[0], -1, dtype=np.int32)
    goes[outcome.team] = outcome.incident
    twice = np.bincount(outcome.team, minlength=board.shape[0]) > 1
    goes[twice] = -1
    return goes


def _proved(outcome: Outcome) -> float | None:
    """Milliseconds until levels 1 to 3 were proven; None if they were not."""
    final = tuple(level.value for level in outcome.levels)[:COMPARED]
    for seconds, values, bounds in outcome.curve:
        if values[:COMPARED] == final == bounds[:COMPARED]:
            return seconds * 1000
    return None


ENGINES: Final[Mapping[str, Engine]] = MappingProxyType(
    {OURS: ours, GREEDY: lambda board, _: greedy(board), CPSAT: cpsat_naive, HIGHS: highs}
)
"""Every engine by its name in the rows."""
