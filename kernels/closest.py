"""The closest of some places to each of others, by looking at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels.jit import kernel

Floats = NDArray[np.float64]


@kernel
def closest(places: Floats, points: Floats, index: NDArray[np.int64]) -> None:
    """Write the column of `places` float64[3, k] that is closest to each row of `points` float64[p, 3] into `index`.

    Of equals the first; `k` is at least 1.
    """
    for p in range(points.shape[0]):
        best, found = np.inf, np.int64(0)
        for c in range(places.shape[1]):
            x, y, z = places[0, c] - points[p, 0], places[1, c] - points[p, 1], places[2, c] - points[p, 2]
            square = x * x + y * y + z * z
            if square < best:
                best, found = square, np.int64(c)
        index[p] = found
