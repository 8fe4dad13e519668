"""Arrays as kernels take them: contiguous, read-only, int32 values and int64 offsets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def sealed(values: NDArray[np.signedinteger]) -> NDArray[np.int32]:
    """Give whole numbers as int32, contiguous and read-only; copied only where they are not so already.

    The array of the caller stays writable: what is given back is then a read-only view of it.
    """
    array = np.ascontiguousarray(values, dtype=np.int32)
    if array.flags.writeable:
        array = array.view()
        array.flags.writeable = False
    return array


def offsets(owner: NDArray[np.signedinteger], owners: int) -> NDArray[np.int64]:
    """Give where the rows of each owner begin, once rows are sorted by their owner.

    Parameters
    ----------
    owner
        int[m]: whose each row is, from 0 up to `owners` - 1, in any order; for example the tails of arcs.
    owners
        How many there are, `n`.

    Returns
    -------
    int64[n + 1]
        Rows of owner `v` are `[v]` up to `[v + 1]`. Read-only.
    """
    first = np.zeros(owners + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner, minlength=owners), out=first[1:])
    first.flags.writeable = False
    return first
