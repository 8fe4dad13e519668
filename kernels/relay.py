"""Two tables joined at places of change: a min-plus product that keeps the place chosen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels.jit import NEVER, kernel

Ints = NDArray[np.int32]


@kernel
def join(first: Ints, change: Ints, second: Ints, out: Ints, via: Ints) -> None:
    """Find for every pair the place of change that brings one there soonest.

    Parameters
    ----------
    first : int32[s, v]
        Deciseconds from each origin to each place of change, `NEVER` where there is no way.
    change : int32[v]
        Deciseconds that changing takes at each, `NEVER` where it cannot be done.
    second : int32[v, t]
        Deciseconds from each place of change to each destination.
    out : int32[s, t]
        Out: the least sum, `NEVER` where there is none below it.
    via : int32[s, t]
        Out: the place of change, the first of equals; -1 where there is no way.
    """
    places, ends = second.shape
    for i in range(first.shape[0]):
        for j in range(ends):
            out[i, j] = NEVER
            via[i, j] = -1
        for k in range(places):
            if first[i, k] >= NEVER or change[k] >= NEVER:
                continue
            lead = first[i, k] + change[k]
            if lead >= NEVER:
                continue
            for j in range(ends):
                # below 2 * NEVER, so it fits; narrowed, because Numba adds in 64 bits, which halves the lanes
                total = np.int32(lead + second[k, j])
                if total < out[i, j]:
                    out[i, j] = total
                    via[i, j] = k
