"""Strongly connected parts: Tarjan's algorithm without recursion (Tarjan, SIAM J. Comput. 1(2), 1972)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kernels.jit import NEVER, kernel

Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]


@kernel
def strong_parts(first_out: Offsets, head: Ints, times: Ints, part: Ints, scratch: Offsets) -> int:
    """Number the strongly connected parts of the arcs that are open (`times` below `NEVER`).

    Parameters
    ----------
    first_out : int64[n + 1]
        First arc of each node.
    head : int32[m]
        Node each arc leads to.
    times : int32[m]
        Deciseconds; `NEVER` shuts an arc.
    part : int32[n]
        Out: number of each node's part, from 0, in the order the parts are completed.
    scratch : int64[5, n]
        Overwritten.

    Returns
    -------
    int
        How many parts there are.
    """
    nodes = part.size
    found, least, arc, open_nodes, path = scratch[0], scratch[1], scratch[2], scratch[3], scratch[4]
    for node in range(nodes):
        found[node] = 0
        part[node] = -1
    time, parts, opened = 0, 0, 0
    for root in range(nodes):
        if found[root] > 0:
            continue
        depth = 0
        path[0] = root
        time += 1
        found[root] = least[root] = time
        arc[root] = first_out[root]
        open_nodes[opened] = root
        opened += 1
        while depth >= 0:
            node = path[depth]
            if arc[node] < first_out[node + 1]:
                to = head[arc[node]]
                shut = times[arc[node]] >= NEVER
                arc[node] += 1
                if shut:
                    continue
                if found[to] == 0:
                    time += 1
                    found[to] = least[to] = time
                    arc[to] = first_out[to]
                    open_nodes[opened] = to
                    opened += 1
                    depth += 1
                    path[depth] = to
                elif part[to] < 0 and found[to] < least[node]:
                    least[node] = found[to]
                continue
            if least[node] == found[node]:
                while True:
                    opened -= 1
                    member = open_nodes[opened]
                    part[member] = parts
                    if member == node:
                        break
                parts += 1
            depth -= 1
            if depth >= 0 and least[node] < least[path[depth]]:
                least[path[depth]] = least[node]
    return parts
