"""The closest place against looking for it in plain words."""

from __future__ import annotations

import numpy as np
import pytest

from kernels.closest import closest

pytestmark = pytest.mark.kernel


def found(places: list[tuple[float, float, float]], points: list[tuple[float, float, float]]) -> list[int]:
    arrays = np.array(places, dtype=np.float64).T.copy(), np.array(points, dtype=np.float64).reshape(-1, 3)
    for array in arrays:
        array.flags.writeable = False
    index = np.empty(len(points), dtype=np.int64)
    closest(*arrays, index)
    listed: list[int] = index.tolist()
    return listed


@pytest.mark.parametrize("seed", range(20))
def test_the_closest_is_that_of_all_distances(seed: int) -> None:
    draw = np.random.default_rng(seed)
    places, points = draw.normal(size=(draw.integers(1, 40), 3)), draw.normal(size=(draw.integers(0, 9), 3))

    every = np.linalg.norm(points[:, None] - places[None, :], axis=2)

    assert found([tuple(each) for each in places], [tuple(each) for each in points]) == [
        int(np.argmin(row)) for row in every
    ]


def test_of_equally_close_the_first_is_taken() -> None:
    assert found([(5, 0, 0), (0, 1, 0), (0, 1, 0), (0, -1, 0)], [(0, 0, 0), (0, -0.1, 0)]) == [1, 3]
