"""The order of contraction, and the graph it is worked out on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from graphs.order import checked, keep_order, nested_dissection, order_of, undirected
from models.errors import InputError
from tests.factories import random_graph
from tests.kernels.cases import Case, cases


def test_the_order_is_the_same_in_every_run() -> None:
    graph = random_graph(5)
    first = nested_dissection(*undirected(graph.nodes, graph.tail, graph.head))

    assert first.tolist() == nested_dissection(*undirected(graph.nodes, graph.tail, graph.head)).tolist()
    assert sorted(first.tolist()) == list(range(graph.nodes))


def test_the_order_of_another_map_is_refused() -> None:
    graph = random_graph(6)
    order = order_of(graph)

    with pytest.raises(InputError, match=f"not one of the {order.size} nodes of this map; build it again"):
        keep_order(graph, order[1:])


@pytest.mark.parametrize("order", [[0, 0, 1], [0, 1], [1, 2, 3]])
def test_an_order_that_is_none_is_refused(order: list[int]) -> None:
    with pytest.raises(InputError, match="not one of the 3 nodes"):
        checked(np.array(order, dtype=np.int32), 3)


@pytest.mark.parametrize("nodes", [0, 1, 2, 3])
def test_a_map_with_nothing_to_cut_has_an_order(nodes: int) -> None:
    empty = np.empty(0, dtype=np.int32)

    assert nested_dissection(*undirected(nodes, empty, empty)).tolist() == list(range(nodes))


@pytest.mark.kernel
@given(case=cases())
def test_the_undirected_graph_has_each_neighbour_once_in_rising_order(case: Case) -> None:
    first, neighbour = undirected(case.nodes, case.tail, case.head)

    ends = [(a, b) for a, b, _ in case.arcs if a != b]
    twin = [
        sorted({b for a, b in ends if a == v} | {a for a, b in ends if b == v}) for v in range(case.nodes)
    ]
    assert [neighbour[first[v] : first[v + 1]].tolist() for v in range(case.nodes)] == twin
    assert first.size == case.nodes + 1
    assert neighbour.size == first[-1]
