"""The order in which nodes are contracted: nested dissection, unimportant nodes first.

METIS (Karypis and Kumar 1998) finds small separators on the graph alone, without coordinates; it is asked with
a fixed seed, so that one map always has one order.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from graphs.road import Ints, Offsets, RoadGraph
from models.errors import require

_KEPT: Final = "_order"

_SEED: Final = 20161
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
    int32[n]
        Nodes, the one contracted first in front.
    """
    kept = vars(graph)  # as a cached property would, but the roads need not know of orders
    if _KEPT not in kept:
        kept[_KEPT] = nested_dissection(*undirected(graph.nodes, graph.tail, graph.head))
    order: Ints = kept[_KEPT]
    return order


def keep_order(graph: RoadGraph, order: Ints) -> None:
    """Keep an order that was stored with a map, so that it is not worked out again.

    Raises
    ------
    InputError
        It is not an order of the nodes of this map.
    """
    vars(graph)[_KEPT] = checked(order, graph.nodes)


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
    low, high = np.minimum(tail, head).astype(np.int64), np.maximum(tail, head)
    pairs = np.unique((low * nodes + high)[tail != head])
    low, high = pairs // nodes, pairs % nodes
    both = np.sort(np.concatenate((pairs, high * nodes + low)))
    first = np.zeros(nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(both // nodes, minlength=nodes), out=first[1:])
    return first, (both % nodes).astype(np.int32)


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

    options = pymetis.Options(seed=_SEED, ccorder=1)
    graph = pymetis.CSRAdjacency(first.astype(np.int32), neighbour)
    order, _ = pymetis.nested_dissection(graph, options=options)
    return np.asarray(order, dtype=np.int32)
