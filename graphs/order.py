"""The order in which nodes are contracted: nested dissection, unimportant nodes first.

METIS (Karypis and Kumar 1998) finds small separators on the graph alone, without coordinates; it is asked with
a fixed seed, so that one map always has one order.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]

_SEED: Final = 20161
_SMALL: Final = 2
"""METIS wants something to cut."""


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
