"""The simple undirected graph under some arcs, by counting: no comparison sort, one pass for each end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels.jit import maker

Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]


@maker
def undirected(tail: Ints, head: Ints, first: Offsets, neighbour: Ints) -> int:
    """Fill `first` int64[n + 1] and `neighbour` int32[2m]; give how many neighbours there are.

    Each list is in rising order without repeats; loops are left out.
    """
    n = first.size - 1
    begin = np.zeros(n + 1, dtype=np.int64)
    for arc in range(tail.size):
        if tail[arc] != head[arc]:
            begin[tail[arc] + 1] += 1
            begin[head[arc] + 1] += 1
    for v in range(n):
        begin[v + 1] += begin[v]
    loose = np.empty(begin[n], dtype=np.int32)
    free = begin[:n].copy()
    for arc in range(tail.size):
        a, b = tail[arc], head[arc]
        if a != b:
            loose[free[a]] = b
            free[a] += 1
            loose[free[b]] = a
            free[b] += 1
    for v in range(n):
        free[v] = begin[v]
    for v in range(n):  # turned round, in rising order of v: repeats stand side by side
        for p in range(begin[v], begin[v + 1]):
            u = loose[p]
            if free[u] == begin[u] or neighbour[free[u] - 1] != v:
                neighbour[free[u]] = v
                free[u] += 1
    end = np.int64(0)
    for v in range(n):
        first[v] = end
        for p in range(begin[v], free[v]):
            neighbour[end] = neighbour[p]
            end += 1
    first[n] = end
    return int(end)
