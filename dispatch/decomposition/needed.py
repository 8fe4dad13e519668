"""The pairs of team and incident that a best plan needs, which are few.

Where a team is sent and another, as strong and sooner there, stays at home, that one does as well. So a pair matters
only if all the teams that could stand in may be wanted: at the incident itself, where so many of a kind fill all that
they can fill, or at others that may want them. Villages near an incident are many more than that.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dispatch.decomposition.board import Board, make_table
from kernels.choose_needed import Crowd, keep_needed


def needed_pairs(board: Board, tied: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Give the pairs that a best plan can do with, bool[teams, incidents], where rules bind none but the tied teams.

    A team stands in for those alone that arrive in a later step. Where it is idle and such a team is sent, the plan is
    not best on levels 1 to 3, whatever the two differ by on the levels behind them.

    Parameters
    ----------
    board
        Teams against incidents; its groups are not looked at.
    tied : bool[teams]
        Teams of which a rule says how many may be sent, so that they stand in for nobody.
    """
    table, _ = make_table(board)
    teams, incidents = board.shape
    owner = np.repeat(np.arange(incidents), np.diff(table.start))
    place = np.full((teams, incidents), -1, dtype=np.int32)
    place[table.team, owner] = np.arange(owner.size)
    keep = np.ones(owner.size, dtype=np.int8)
    crowd = Crowd(
        tied=tied.astype(np.int8),
        place=place,
        kind=np.zeros(owner.size, dtype=np.int32),
        most=np.zeros(owner.size, dtype=np.int64),
        plain=np.zeros(owner.size, dtype=np.int8),
        keep=keep,
        used=np.zeros(owner.size, dtype=np.int64),
    )
    keep_needed(table, crowd)
    needed = np.zeros((teams, incidents), dtype=np.bool_)
    needed[table.team, owner] = keep != 0
    return needed
