"""The order in which nodes are contracted: nested dissection, unimportant nodes first.

METIS (Karypis and Kumar 1998) finds small separators on the graph alone, without coordinates; it is asked with
a fixed seed, so that one map always has one order. It tries each separator several times: the order is worked out
once per map and stored with it, and fewer triangles are worth it ever after.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from graphs.arrays import sealed
from graphs.road import Ints, Offsets, RoadGraph
from graphs.turns import expanded
from kernels import adjacency
from models.errors import require

_KEPT: Final = "_order"

_SEED: Final = 20161
_TRIES: Final = 5
"""Separators tried at each level: against one, 9 % fewer triangles on Porto in four times the time (0.3 to 1.4 s)."""
_SMALL: Final = 2
"""METIS wants something to cut."""


def order_of(graph: RoadGraph) -> Ints:
    """Give the order of contraction of a map; worked out on the first question and kept with the map.

    Parameters
    ----------
    graph
        The roads.

    Returns
    -------
    int32[n']
        Nodes of the map with its barred turns built in (`graphs.turns`), the one contracted first in front.
    """
    kept = vars(graph)  # as a cached property would, but the roads need not know of orders
    if _KEPT not in kept:
        roads = expanded(graph)
        kept[_KEPT] = nested_dissection(*undirected(roads.nodes, roads.tail, roads.head))
    order: Ints = kept[_KEPT]
    return order


def keep_order(graph: RoadGraph, order: Ints) -> None:
    """Keep an order that was stored with a map, so that it is not worked out again.

    Raises
    ------
    InputError
        It is not an order of the nodes of this map.
    """
    vars(graph)[_KEPT] = checked(order, expanded(graph).nodes)


def checked(order: Ints, nodes: int) -> Ints:
    """Give an order of all nodes back.

    Raises
    ------
    InputError
        A node is missing, or there are others.
    """
    require(
        order.size == nodes and bool(np.array_equal(np.sort(order), np.arange(nodes))),
        "the order of contraction is not one of the {n} nodes of this map; build it again",
        n=nodes,
    )
    return order.astype(np.int32)


def undirected(nodes: int, tail: Ints, head: Ints) -> tuple[Offsets, Ints]:
    """Give the simple undirected graph under some arcs: no direction, no loop, no parallel arc.

    Parameters
    ----------
    nodes
        Number of nodes, `n`.
    tail, head
        int32[m] node ids of each arc.

    Returns
    -------
    first : int64[n + 1]
        Neighbours of node `v` are `first[v]` up to `first[v + 1]`.
    neighbour : int32[k]
        In rising order for each node.
    """
    first = np.empty(nodes + 1, dtype=np.int64)
    neighbour = np.empty(2 * tail.size, dtype=np.int32)
    count = adjacency.undirected(sealed(tail), sealed(head), first, neighbour)
    return first, neighbour[:count].copy()


def nested_dissection(first: Offsets, neighbour: Ints) -> Ints:
    """Order the nodes of a simple undirected graph by METIS; the same order in every run.

    Parameters
    ----------
    first, neighbour
        As `undirected` gives them.

    Returns
    -------
    int32[n]
        Nodes, the one contracted first in front.
    """
    nodes = first.size - 1
    if nodes <= _SMALL or neighbour.size == 0:
        return np.arange(nodes, dtype=np.int32)
    # a start that reads a stored order does not need it
    import pymetis  # noqa: PLC0415

    options = pymetis.Options(seed=_SEED, ccorder=1, nseps=_TRIES)
    graph = pymetis.CSRAdjacency(first.astype(np.int32), neighbour)
    order, _ = pymetis.nested_dissection(graph, options=options)
    return np.asarray(order, dtype=np.int32)
