"""A repeated question allocates nothing that grows with the map or the table."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numba import config
from numba.core.runtime import nrt

from graphs.cch import Metric, Query, Topology, Weights
from kernels.jit import maker

JIT_OFF = bool(config.DISABLE_JIT)  # type: ignore[attr-defined]
pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(JIT_OFF, reason="with the JIT off, kernels are Python and make objects"),
]
SIDE = 60
RUNTIME: Any = nrt
"""Numba's own runtime, which has no types."""
SMALL = 24 * 1024
"""Bytes a question may take from Python: sorted ends, a few views. The map has 4 * 3600 for each array."""


class Town:
    """A grid of streets, and questions with room for their answers."""

    def __init__(self) -> None:
        nodes = SIDE * SIDE
        here = np.arange(nodes, dtype=np.int32)
        east, south = here[here % SIDE != SIDE - 1], here[here < nodes - SIDE]
        tail = np.concatenate((east, east + 1, south, south + SIDE)).astype(np.int32)
        head = np.concatenate((east + 1, east, south + SIDE, south)).astype(np.int32)
        draw = np.random.default_rng(1)
        self.topology = Topology(nodes, tail, head)
        self.metric = Metric(self.topology, draw.integers(1, 90, tail.size).astype(np.int32))
        self.query = Query(self.topology)
        self.starts, self.ends = (draw.integers(0, nodes, k).astype(np.int32) for k in (300, 200))
        self.kept = self.topology.selection(self.starts)
        self.out = np.empty((300, 200), dtype=np.int32)
        self.back = np.empty((200, 300), dtype=np.int32)
        self.line, self.all = np.empty(200, dtype=np.int32), np.empty(nodes, dtype=np.int32)

    def questions(self, weights: Weights, ends: int) -> dict[str, Callable[[], object]]:
        """Give questions of growing size."""
        some, query = self.ends[:ends], self.query
        out = self.out.reshape(-1)[: 300 * ends].reshape(300, ends)
        back = self.back[:ends]
        return {
            "from": lambda: query.table_from(weights, self.kept, some, out),
            "to": lambda: query.table_to(weights, some, self.kept, back),
            "pairs": lambda: query.pairs(weights, some, some[::-1].copy(), self.line[:ends]),
            "all": lambda: query.distances(weights, 5, self.all),
        }


@pytest.fixture(scope="module")
def town() -> Town:
    return Town()


def both(town: Town) -> tuple[Weights, Weights]:
    return town.metric, town.metric.perfect()


def test_python_allocates_nothing_of_the_size_of_the_map_or_the_table(town: Town) -> None:
    for weights in both(town):
        for name, ask in town.questions(weights, 200).items():
            ask()
            tracemalloc.start()
            try:
                ask()
                peak = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
            assert peak < SMALL, (name, type(weights).__name__, peak)


def test_a_question_without_room_for_its_answer_is_noticed(town: Town) -> None:
    town.query.distances(town.metric, 5)
    tracemalloc.start()
    try:
        town.query.table_from(town.metric, town.kept, town.ends)
        assert tracemalloc.get_traced_memory()[1] > town.out.nbytes
    finally:
        tracemalloc.stop()


@maker
def wasteful(count: int) -> int:
    total = 0
    for size in range(count):
        total += np.empty(size, dtype=np.int32).size
    return total


def allocations(ask: Callable[[], object]) -> int:
    """Count what Numba's own runtime allocates: one for each array that is handed over, and any in kernels."""
    ask()
    RUNTIME._nrt.memsys_enable_stats()
    try:
        before = RUNTIME.rtsys.get_allocation_stats().alloc
        ask()
        return int(RUNTIME.rtsys.get_allocation_stats().alloc - before)
    finally:
        RUNTIME._nrt.memsys_disable_stats()


def test_kernels_allocate_as_often_for_one_source_as_for_many(town: Town) -> None:
    for weights in both(town):
        few, many = town.questions(weights, 4), town.questions(weights, 200)
        for name in few:
            assert allocations(few[name]) == allocations(many[name]), (name, type(weights).__name__)
            assert allocations(many[name]) < 120, name


def test_counting_notices_a_kernel_that_allocates() -> None:
    assert allocations(lambda: wasteful(100)) >= allocations(lambda: wasteful(1)) + 90


def test_an_update_and_a_way_allocate_as_often_however_much_they_look_at(town: Town) -> None:
    query, metric = town.query, town.metric.copy()
    arcs = np.arange(0, 4000, 50, dtype=np.int32)
    shut, few = np.full(arcs.size, 2**30 - 1, dtype=np.int32), arcs[:1]
    query.update(metric, few, shut[:1])

    def toggle(some: np.ndarray[tuple[int], np.dtype[np.int32]]) -> None:
        query.update(metric, some, shut[: some.size])
        query.update(metric, some, town.metric.times[some])

    assert allocations(lambda: toggle(few)) == allocations(lambda: toggle(arcs))
    near, far = query.way(town.metric, 0, 1), query.way(town.metric, 0, SIDE * SIDE - 1)
    assert near is not None
    assert far is not None
    assert near.size < far.size
    assert allocations(lambda: query.way(town.metric, 0, 1)) == allocations(
        lambda: query.way(town.metric, 0, SIDE * SIDE - 1)
    )
