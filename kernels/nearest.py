"""The soonest few of many: for every end of a batch, the best members of a selection, without a table."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kernels.jit import NEVER, kernel
from kernels.lanes import LANES
from kernels.rphast import Arcs, Lanes, Selection, sweep

Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]
Int = int | np.int64

NOBODY: Final = -1


@kernel
def nearest(
    parent: Ints,
    rising: Arcs,
    falling: Arcs,
    ranks: Ints,
    order: Offsets,
    s: Selection,
    lanes: Lanes,
    index: Ints,
    time: Ints,
) -> None:
    """Write the soonest members of a selection into `index` and their times into `time`, int32[ends, k].

    `ranks` int32[ends] are sorted, `order` int64[ends] are their rows. Soonest first, of equals the lower index;
    `NOBODY` and `NEVER` where fewer can be reached.
    """
    for e in range(index.shape[0]):
        for x in range(index.shape[1]):
            index[e, x] = NOBODY
            time[e, x] = NEVER
    for begin in range(0, ranks.size, LANES):
        end = min(begin + LANES, ranks.size)
        sweep(parent, rising, falling, ranks, begin, end, s, lanes)
        for t in range(s.goal.size):
            for p in range(begin, end):
                insert(index, time, order[p], t, np.int64(lanes.down[s.goal[t], p - begin]))


@kernel
def insert(index: Ints, time: Ints, row: Int, member: Int, came: Int) -> None:
    """Put a member into its place in a row, behind equals; the last falls out."""
    at = index.shape[1]
    while at > 0 and time[row, at - 1] > came:
        if at < index.shape[1]:
            time[row, at], index[row, at] = time[row, at - 1], index[row, at - 1]
        at -= 1
    if at < index.shape[1]:
        time[row, at], index[row, at] = came, member
