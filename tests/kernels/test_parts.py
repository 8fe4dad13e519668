"""Strongly connected parts against mutual reach, worked out pair by pair."""

from __future__ import annotations

import random

import numpy as np
import pytest

from kernels.jit import NEVER
from kernels.parts import strong_parts

pytestmark = pytest.mark.kernel


def frozen(values: list[int], dtype: type[np.signedinteger]) -> np.ndarray:
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array


def reached(node: int, ways: dict[int, list[int]]) -> set[int]:
    """Every node one can come to."""
    seen, todo = {node}, [node]
    while todo:
        for to in ways[todo.pop()]:
            if to not in seen:
                seen.add(to)
                todo.append(to)
    return seen


@pytest.mark.parametrize("seed", range(60))
def test_parts_are_the_nodes_that_reach_each_other(seed: int) -> None:
    """Random one-ways, parallel arcs, loops, islands and shut arcs."""
    draw = random.Random(seed)
    nodes = draw.randint(1, 14)
    arcs = sorted((draw.randrange(nodes), draw.randrange(nodes)) for _ in range(draw.randint(0, 30)))
    times = [draw.choice([0, 5, NEVER, 7]) for _ in arcs]
    first_out = [sum(tail < node for tail, _ in arcs) for node in range(nodes + 1)]
    part = np.empty(nodes, dtype=np.int32)
    count = strong_parts(
        frozen(first_out, np.int64),
        frozen([head for _, head in arcs], np.int32),
        frozen(times, np.int32),
        part,
        np.empty((5, nodes), dtype=np.int64),
    )
    ways: dict[int, list[int]] = {node: [] for node in range(nodes)}
    for (tail, head), time in zip(arcs, times, strict=True):
        if time < NEVER:
            ways[tail].append(head)
    reach = [reached(node, ways) for node in range(nodes)]
    for a in range(nodes):
        for b in range(nodes):
            assert (part[a] == part[b]) == (b in reach[a] and a in reach[b])
    assert sorted(set(part.tolist())) == list(range(count))


def test_a_long_chain_needs_no_recursion() -> None:
    """A road of many nodes, there and back, is one part; cut in the middle, two."""
    nodes = 3000
    arcs = sorted([(k, k + 1) for k in range(nodes - 1)] + [(k + 1, k) for k in range(nodes - 1)])
    first_out = np.searchsorted([tail for tail, _ in arcs], np.arange(nodes + 1)).tolist()
    head = frozen([to for _, to in arcs], np.int32)
    cut = [NEVER if {tail, to} == {1499, 1500} else 1 for tail, to in arcs]
    for times, parts in (([1] * len(arcs), 1), (cut, 2)):
        part = np.empty(nodes, dtype=np.int32)
        scratch = np.empty((5, nodes), dtype=np.int64)
        assert (
            strong_parts(frozen(first_out, np.int64), head, frozen(times, np.int32), part, scratch) == parts
        )
