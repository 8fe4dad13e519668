"""Joining two tables against the naive twin."""

from __future__ import annotations

import numpy as np
import pytest
from numba import extending
from numpy.typing import NDArray

from graphs.relay import relay
from kernels import relay as kernels
from kernels.jit import NEVER
from tests import naive

pytestmark = pytest.mark.kernel


def drawn(draw: np.random.Generator, *shape: int) -> NDArray[np.int32]:
    """Times with ties, zeros, unreachable ones and ones so large that sums pass NEVER."""
    values = draw.integers(0, 12, shape)
    values = np.where(draw.random(shape) < 0.2, NEVER, values)
    return np.where(draw.random(shape) < 0.1, NEVER - draw.integers(1, 12, shape), values).astype(np.int32)


@pytest.mark.parametrize("seed", range(40))
def test_tables_are_joined_as_by_hand(seed: int) -> None:
    """Times and places of change, on tables of all shapes, empty ones too."""
    draw = np.random.default_rng(seed)
    starts, places, ends = (int(each) for each in draw.integers(0, 9, 3))
    first, change, second = drawn(draw, starts, places), drawn(draw, places), drawn(draw, places, ends)
    found = relay(first, change, second)
    times, via = naive.relay(first.tolist(), change.tolist(), second.tolist(), ends)
    assert found.times.tolist() == times
    assert found.via.tolist() == via


def test_never_and_never_stay_never() -> None:
    """The sums that would leave int32 are no way, not a small or a negative time."""
    late = np.full((2, 2), NEVER - 1, dtype=np.int32)
    never = np.full((2, 2), NEVER, dtype=np.int32)
    wait = np.full(2, NEVER - 1, dtype=np.int32)
    for first, change, second in ((late, wait, late), (never, wait, never), (late, wait * 0, late)):
        found = relay(first, change, second)
        assert (found.times == NEVER).all()
        assert (found.via == -1).all()


def test_a_sum_just_below_never_is_a_way() -> None:
    """NEVER - 1 is a time like any other."""
    first, second = np.array([[NEVER - 11]], dtype=np.int32), np.array([[4]], dtype=np.int32)
    assert relay(first, np.array([6], dtype=np.int32), second).times.tolist() == [[NEVER - 1]]
    assert relay(first, np.array([7], dtype=np.int32), second).times.tolist() == [[NEVER]]


def test_every_kind_of_array_is_one_compiled_version() -> None:
    """Writable, read-only, transposed and wider tables all reach the kernel as one type."""
    first = np.arange(6, dtype=np.int32).reshape(2, 3)
    change = np.zeros(3, dtype=np.int32)
    wide = np.arange(12, dtype=np.int32).reshape(4, 3)
    frozen = first.copy()
    frozen.flags.writeable = False
    expected = relay(first, change, np.ascontiguousarray(wide.T)).times.tolist()
    assert relay(frozen, change, wide.T).times.tolist() == expected
    if extending.is_jitted(kernels.join):
        assert len(kernels.join.signatures) <= 1
