"""The pairs of team and incident that a best plan needs, which are few.

Where a team is sent and another, as strong and sooner there, stays at home, that one does as well. So a pair matters
only if all the teams that could stand in may be wanted: at the incident itself, where so many of a kind fill all that
they can fill, or at others that may want them. Villages near an incident are many more than that.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dispatch.decomposition.board import LEVELS, WEIGHTED, Board, make_table
from kernels.choose_needed import keep_needed


def needed_pairs(board: Board, tied: NDArray[np.bool_], levels: int = LEVELS) -> NDArray[np.bool_]:
    """Give the pairs that a best plan can do with, bool[teams, incidents], where rules bind none but the tied teams.

    Up to level 3, for any plan there is one of these pairs alone that is no worse on any of the levels. Beyond, where
    which team it is counts too, no plan that is best on levels 1 to 3 is better than the best of these pairs.

    Parameters
    ----------
    board
        Teams against incidents; its groups are not looked at.
    tied : bool[teams]
        Teams of which a rule says how many may be sent, so that they stand in for nobody.
    levels
        How many levels, the first ones, a plan is judged by.
    """
    table, _ = make_table(board)
    teams, incidents = board.shape
    owner = np.repeat(np.arange(incidents), np.diff(table.start))
    place = np.full((teams, incidents), -1, dtype=np.int32)
    place[table.team, owner] = np.arange(owner.size)
    kind = np.zeros(owner.size, dtype=np.int32)
    most, used = (np.zeros(owner.size, dtype=np.int64) for _ in range(2))
    plain, keep = (np.ones(owner.size, dtype=np.int8) for _ in range(2))
    if owner.size:
        step = 0 if levels <= WEIGHTED else board.response_step_s
        keep_needed(table, step, tied.astype(np.int8), place, kind, most, plain, keep, used)
    needed = np.zeros((teams, incidents), dtype=np.bool_)
    needed[table.team, owner] = keep != 0
    return needed
