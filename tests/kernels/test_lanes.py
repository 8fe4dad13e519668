"""Vector steps against their scalar twins."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kernels import lanes
from kernels.jit import NEVER, kernel
from kernels.lanes import LANES, aligned_rows

pytestmark = pytest.mark.kernel
calm = settings(deadline=None, max_examples=60)


Ints = NDArray[np.int32]


@kernel
def pull(rows: Ints, start: Ints, head: Ints, count: int, w: Ints) -> None:
    lanes.pull(rows, np.int64(5), start, np.int64(1), head, np.int64(2), count, w, np.int64(3), np.int64(2))


@kernel
def push(rows: Ints, local: Ints, head: Ints, count: int, w: Ints) -> None:
    lanes.push(rows, np.int64(6), local, head, np.int64(2), count, w, np.int64(4), np.int64(1))


@kernel
def pull_one(time: Ints, best: int, head: Ints, count: int, w: Ints) -> int:
    found: int = lanes.pull_one(time, best, head, np.int64(2), count, w, np.int64(5), np.int64(2))  # type: ignore[assignment]
    return found


@kernel
def push_one(time: Ints, here: int, head: Ints, count: int, w: Ints) -> None:
    lanes.push_one(time, here, head, np.int64(2), count, w, np.int64(5), np.int64(1))


@kernel
def relax(w: Ints, tri: Ints, count: int) -> None:
    lanes.relax(w, tri, np.int64(2), np.int64(1), count)


def drawn(draw: np.random.Generator, *shape: int) -> Ints:
    """Times with a good share of `NEVER` and of sums just below and above it."""
    kinds = [
        draw.integers(0, 50, shape),
        np.full(shape, NEVER),
        draw.integers(NEVER // 2 - 2, NEVER // 2 + 3, shape),
    ]
    return np.choose(draw.integers(0, 3, shape), kinds).astype(np.int32)


@given(seed=st.integers(0, 2**16), count=st.integers(0, 9))
@calm
def test_pulling_down_is_that_of_the_twin(seed: int, count: int) -> None:
    draw = np.random.default_rng(seed)
    rows, start = aligned_rows(6), aligned_rows(2)
    rows[:], start[:] = drawn(draw, 6, LANES), drawn(draw, 2, LANES)
    head, w = draw.integers(0, 5, 12).astype(np.int32), drawn(draw, 24)
    twin = rows.copy()

    pull(rows, start, head, count, w)
    lanes.pull_scalar(twin, 5, start, 1, head, 2, count, w, 3, 2)

    assert rows.tolist() == twin.tolist()
    assert (rows <= NEVER).all()


@given(seed=st.integers(0, 2**16), count=st.integers(0, 9))
@calm
def test_pushing_up_is_that_of_the_twin(seed: int, count: int) -> None:
    draw = np.random.default_rng(seed)
    rows = aligned_rows(7)
    rows[:] = drawn(draw, 7, LANES)
    local, head = draw.integers(0, 6, 9).astype(np.int32), draw.integers(0, 9, 12).astype(np.int32)
    w = drawn(draw, 24)
    twin = rows.copy()

    push(rows, local, head, count, w)
    lanes.push_scalar(twin, 6, local, head, 2, count, w, 4, 1)

    assert rows.tolist() == twin.tolist()


@given(seed=st.integers(0, 2**16), count=st.integers(0, 20))
@calm
def test_one_source_alone_is_that_of_the_twins(seed: int, count: int) -> None:
    draw = np.random.default_rng(seed)
    time, w = drawn(draw, 30), drawn(draw, 50)
    head = draw.integers(0, 30, 22).astype(np.int32)
    twin = time.copy()
    best = int(drawn(draw, 1)[0])

    assert pull_one(time, best, head, count, w) == lanes.pull_one_scalar(time, best, head, 2, count, w, 5, 2)
    push_one(time, best, head, count, w)
    lanes.push_one_scalar(twin, best, head, 2, count, w, 5, 1)

    assert time.tolist() == twin.tolist()


@given(seed=st.integers(0, 2**16), count=st.integers(0, 30), dense=st.booleans())
@calm
def test_relaxing_triangles_is_that_of_the_twin(seed: int, count: int, *, dense: bool) -> None:
    draw = np.random.default_rng(seed)
    w = drawn(draw, 2 * 120)
    targets = np.arange(count) if dense else np.sort(draw.choice(80, count, replace=False))
    tri = np.concatenate(([0, 0], 35 + targets)).astype(np.int32)
    twin = w.copy()

    relax(w, tri, count)
    lanes.relax_scalar(twin, tri, 2, 1, count)

    assert w.tolist() == twin.tolist()
    assert (w <= NEVER).all()


def test_rows_stand_on_cache_lines() -> None:
    rows = aligned_rows(3)

    assert rows.shape == (3, LANES)
    assert rows.ctypes.data % 64 == 0
    assert rows.flags.c_contiguous
