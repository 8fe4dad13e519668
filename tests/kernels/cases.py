"""Random graphs for kernels: one-ways, parallel arcs, islands, zero times, shut arcs, sums near `NEVER`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from kernels.jit import NEVER
from tests.naive import Arc

TIMES = st.one_of(
    st.integers(0, 20),
    st.just(0),
    st.just(NEVER),
    st.integers(NEVER - 3, NEVER),
    st.integers(NEVER // 2 - 2, NEVER // 2 + 2),
)


@dataclass(frozen=True)
class Case:
    """A graph both as a list of arcs in CSR order and as the arrays a kernel takes."""

    nodes: int
    arcs: tuple[Arc, ...]

    @property
    def first_out(self) -> NDArray[np.int64]:
        tails = [tail for tail, _, _ in self.arcs]
        array = np.array(
            [sum(tail < node for tail in tails) for node in range(self.nodes + 1)], dtype=np.int64
        )
        array.flags.writeable = False
        return array

    @property
    def tail(self) -> NDArray[np.int32]:
        return sealed([tail for tail, _, _ in self.arcs])

    @property
    def head(self) -> NDArray[np.int32]:
        return sealed([head for _, head, _ in self.arcs])

    @property
    def time(self) -> NDArray[np.int32]:
        return sealed([time for _, _, time in self.arcs])


def sealed(values: Sequence[int]) -> NDArray[np.int32]:
    """Make a read-only array, the only kind that kernels are given for input."""
    array = np.array(values, dtype=np.int32)
    array.flags.writeable = False
    return array


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a graph of up to twelve nodes, some of which may be on an island."""
    nodes = draw(st.integers(1, 12))
    node = st.integers(0, nodes - 1)
    arcs = draw(st.lists(st.tuples(node, node, TIMES), max_size=40))
    return Case(nodes, tuple(sorted(arcs, key=lambda arc: arc[0])))
