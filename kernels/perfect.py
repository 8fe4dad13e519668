"""Perfect customisation: the true time between the ends of every arc, and the arcs that are worth keeping.

After Dibbelt, Strasser and Wagner (2016). An arc whose customised time is longer than the quickest way between
its ends is on no quickest way; nor need one be kept whose customised time two arcs by a head between its ends take
too: both rise and span less, so the rule ends. What is left keeps its customised time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels.contraction import Hierarchy
from kernels.jit import NEVER, kernel

Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]
Flags = NDArray[np.bool_]
Int = int | np.int64


@kernel
def perfect(h: Hierarchy, w: Ints, best: Ints, kept: Flags) -> None:
    """Fill `best` int32[2a] with true times and `kept` bool[2a] with which times of the customised `w` to keep.

    From the top down: the arc between two heads of a node is done when the node comes.
    """
    for s in range(w.size):
        best[s] = w[s]
        kept[s] = w[s] < NEVER
    for v in range(h.parent.size - 1, -1, -1):
        t = h.tri_first[v]
        last = h.up_first[v + 1]
        for i in range(h.up_first[v], last):
            low, low_back = np.int64(best[2 * i]), np.int64(best[2 * i + 1])
            for j in range(i + 1, last):
                k = np.int64(h.tri[t])
                t += 1
                over, under = np.int64(best[2 * k]), np.int64(best[2 * k + 1])
                high, high_back = np.int64(best[2 * j]), np.int64(best[2 * j + 1])
                if low + over < high:
                    high = low + over
                    kept[2 * j] = False
                elif low + over == high and adds_up(w, 2 * i, 2 * k, 2 * j):
                    kept[2 * j] = False
                if under + low_back < high_back:
                    high_back = under + low_back
                    kept[2 * j + 1] = False
                elif under + low_back == high_back and adds_up(w, 2 * i + 1, 2 * k + 1, 2 * j + 1):
                    kept[2 * j + 1] = False
                if high + under < low:
                    low = high + under
                    kept[2 * i] = False
                if over + high_back < low_back:
                    low_back = over + high_back
                    kept[2 * i + 1] = False
                best[2 * j], best[2 * j + 1] = high, high_back
            best[2 * i], best[2 * i + 1] = low, low_back


@kernel
def adds_up(w: Ints, one: Int, two: Int, whole: Int) -> bool:
    """Whether two customised times make a third."""
    return bool(np.int64(w[one]) + np.int64(w[two]) == np.int64(w[whole]))


@kernel
def keep(h: Hierarchy, w: Ints, kept: Flags, side: Int, first: Offsets, head: Ints, time: Ints) -> None:
    """Write the kept arcs of one side into `first` int64[n + 1] and `head`, `time` int32[k]."""
    end = np.int64(0)
    for v in range(h.parent.size):
        first[v] = end
        for arc in range(h.up_first[v], h.up_first[v + 1]):
            if kept[2 * arc + side]:
                head[end] = h.head[arc]
                time[end] = w[2 * arc + side]
                end += 1
    first[h.parent.size] = end
