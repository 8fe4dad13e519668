"""An indexed four-way heap of nodes on two arrays.

A key is `time << 32 | node`: one comparison orders by time and then by node, which makes ties the same on
every machine. `heap[0:size]` holds the keys, `place[node]` where a node's key stands; -1 once it was taken.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kernels.jit import kernel

NODE_BITS: Final = 32
NODE_MASK: Final = 2**32 - 1
TAKEN: Final = -1
_WAYS: Final = 4

Keys = NDArray[np.int64]
Places = NDArray[np.int32]
Int = int | np.int64


@kernel
def sift_up(heap: Keys, place: Places, at: Int, key: Int) -> None:
    """Put `key` at position `at` or above it, wherever it belongs."""
    while at > 0:
        above = (at - 1) // _WAYS
        if heap[above] <= key:
            break
        heap[at] = heap[above]
        place[heap[at] & NODE_MASK] = at
        at = above
    heap[at] = key
    place[key & NODE_MASK] = at


@kernel
def take_least(heap: Keys, place: Places, size: Int) -> Int:
    """Take the least of `size` (at least 1) keys out of the heap; the heap then holds one key fewer."""
    least: Int = heap[0]
    place[least & NODE_MASK] = TAKEN
    size -= 1
    if size == 0:
        return least
    key = heap[size]
    at = 0
    while True:
        child = at * _WAYS + 1
        if child >= size:
            break
        best = child
        for other in range(child + 1, min(child + _WAYS, size)):
            if heap[other] < heap[best]:
                best = other
        if heap[best] >= key:
            break
        heap[at] = heap[best]
        place[heap[at] & NODE_MASK] = at
        at = best
    heap[at] = key
    place[key & NODE_MASK] = at
    return least
