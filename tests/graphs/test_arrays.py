"""Arrays as kernels take them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from graphs.arrays import offsets, sealed


def test_sealing_copies_nothing_and_leaves_the_original_writable() -> None:
    values: NDArray[np.int32] = np.arange(4, dtype=np.int32)

    view = sealed(values)

    assert np.shares_memory(view, values)
    assert not view.flags.writeable
    assert values.flags.writeable
    assert sealed(view) is view


@pytest.mark.parametrize("values", [np.arange(6)[::2], np.arange(3, dtype=np.int64) * 2])
def test_other_kinds_of_array_become_the_one_kind(values: NDArray[np.int64]) -> None:
    made = sealed(values)

    assert (made.dtype.name, made.flags.c_contiguous, made.flags.writeable) == ("int32", True, False)
    assert made.tolist() == [0, 2, 4]


def test_offsets_say_where_the_rows_of_each_begin() -> None:
    owner = np.array([3, 1, 1, 3, 3, 0], dtype=np.int32)

    first = offsets(owner, 5)

    assert first.tolist() == [0, 1, 3, 3, 6, 6]
    assert (first.dtype.name, first.flags.writeable) == ("int64", False)
    assert np.split(np.sort(owner), first[1:-1])[3].tolist() == [3, 3, 3]


def test_nobody_owns_nothing() -> None:
    assert offsets(np.empty(0, dtype=np.int32), 2).tolist() == [0, 0, 0]
