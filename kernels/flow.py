"""Cheapest flows under several costs at once, compared one after another: the network simplex on tuples of costs.

A flow that is best in the first cost, among those in the second, and so on, comes out of one run: the price of a node
is a tuple, and tuples are compared by their first numbers that differ. In whole numbers this is exact, with no large
number to hold the levels apart, and the prices at the end prove every level. The tree is kept strongly feasible
(Cunningham 1976): whatever a node's arc to its parent carries, more could flow up; so no run goes round in circles.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.jit import kernel

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Marks = NDArray[np.int8]
Int = int | np.int64

AT_LOWER: Final = 0
IN_TREE: Final = 1
AT_UPPER: Final = 2
NONE: Final = -1

ROOT: Final = 0


class Net(NamedTuple):
    """Arcs from `tail` to `head` int32[arcs], at most `most` int64[arcs] each, at `cost` int64[arcs, levels].

    Arc k, for k below the number of nodes less one, ties node k + 1 to node 0, one way or the other.
    """

    tail: Ints
    head: Ints
    most: Longs
    cost: Longs


class Tree(NamedTuple):
    """The state: `flow` int64[arcs] and `mark` int8[arcs] of arcs; for nodes, int32 each, the tree and its prices.

    `price` int64[nodes + 1, levels], of which the last row is scratch as `line` int32[nodes] is.
    """

    flow: Longs
    mark: Marks
    parent: Ints
    by: Ints
    depth: Ints
    child: Ints
    after: Ints
    before: Ints
    price: Longs
    line: Ints


@kernel
def _hang(t: Tree, node: Int, parent: Int, arc: Int) -> None:
    """Make `node` the first child of `parent`."""
    t.parent[node], t.by[node] = parent, arc
    first = t.child[parent]
    t.before[node], t.after[node] = NONE, first
    if first != NONE:
        t.before[first] = node
    t.child[parent] = node


@kernel
def _take_off(t: Tree, node: Int) -> None:
    """Take `node` with all beneath it off its parent."""
    before, after = t.before[node], t.after[node]
    if before == NONE:
        t.child[t.parent[node]] = after
    else:
        t.after[before] = after
    if after != NONE:
        t.before[after] = before


@kernel
def plant(n: Net, t: Tree) -> None:
    """Begin with every node tied to node 0.

    `flow` is given: the arcs of the tree carry more than nothing, every other arc nothing or all it can.
    """
    t.child[:] = NONE
    t.after[:] = NONE
    t.before[:] = NONE
    for arc in range(t.mark.size):
        t.mark[arc] = AT_LOWER if t.flow[arc] == 0 else AT_UPPER
    t.parent[ROOT], t.by[ROOT], t.depth[ROOT] = NONE, NONE, 0
    t.price[ROOT] = 0
    for node in range(t.parent.size - 1, 0, -1):
        arc = node - 1
        _hang(t, node, ROOT, arc)
        t.mark[arc] = IN_TREE
        t.depth[node] = 1
        for k in range(n.cost.shape[1]):
            t.price[node, k] = n.cost[arc, k] if n.head[arc] == node else -n.cost[arc, k]


@kernel
def _enter(n: Net, t: Tree, arcs: Int, start: Int, block: Int) -> Int:
    """Arc that gains most of the first block that has one that gains, searched from `start` round; -1: none."""
    levels = n.cost.shape[1]
    best: Int = NONE
    for step in range(arcs):
        a: Int = start + step
        if a >= arcs:
            a -= arcs
        mark = t.mark[a]
        if mark != IN_TREE and n.most[a] > 0:
            sign = 1 if mark == AT_LOWER else -1
            u, v = n.tail[a], n.head[a]
            if best == NONE:
                for k in range(levels):
                    gain = sign * (n.cost[a, k] + t.price[u, k] - t.price[v, k])
                    if gain < 0:
                        best = a
                    if gain != 0:
                        break
            else:
                other = 1 if t.mark[best] == AT_LOWER else -1
                x, y = n.tail[best], n.head[best]
                for k in range(levels):
                    gain = sign * (n.cost[a, k] + t.price[u, k] - t.price[v, k])
                    known = other * (n.cost[best, k] + t.price[x, k] - t.price[y, k])
                    if gain < known:
                        best = a
                    if gain != known:
                        break
        if best != NONE and (step + 1) % block == 0:
            break
    return best


@kernel
def _room_up(n: Net, t: Tree, node: Int) -> Int:
    """How much more can flow from a node to its parent."""
    arc = t.by[node]
    return np.int64(n.most[arc] - t.flow[arc] if n.tail[arc] == node else t.flow[arc])


@kernel
def _room_down(n: Net, t: Tree, node: Int) -> Int:
    """How much more can flow to a node from its parent."""
    arc = t.by[node]
    return np.int64(n.most[arc] - t.flow[arc] if n.head[arc] == node else t.flow[arc])


@kernel
def _send(n: Net, t: Tree, node: Int, top: Int, up: Int) -> None:
    """Send so much up from a node to `top` above it (down where negative)."""
    while node != top:
        arc = t.by[node]
        t.flow[arc] += up if n.tail[arc] == node else -up
        node = t.parent[node]


@kernel
def _meet(t: Tree, u: Int, v: Int) -> Int:
    """The lowest node above both."""
    while u != v:
        if t.depth[u] >= t.depth[v]:
            u = t.parent[u]
        else:
            v = t.parent[v]
    return u


@kernel
def _pivot(n: Net, t: Tree, arc: Int) -> None:
    """Send what an arc can take round its circle, and put it in the tree for the one that stops it."""
    forward = t.mark[arc] == AT_LOWER
    u = n.tail[arc] if forward else n.head[arc]
    v = n.head[arc] if forward else n.tail[arc]
    top = _meet(t, u, v)
    most = n.most[arc] - t.flow[arc] if forward else t.flow[arc]
    out, inner = NONE, NONE
    node = u
    while node != top:
        room = _room_down(n, t, node)
        if room < most:
            most, out, inner = room, node, u
        node = t.parent[node]
    node = v
    while node != top:
        room = _room_up(n, t, node)
        if room <= most:
            most, out, inner = room, node, v
        node = t.parent[node]
    if most > 0:
        t.flow[arc] += most if forward else -most
        _send(n, t, u, top, -most)
        _send(n, t, v, top, most)
    if out == NONE:
        t.mark[arc] = AT_UPPER if forward else AT_LOWER
        return
    left = t.by[out]
    t.mark[left] = AT_LOWER if t.flow[left] == 0 else AT_UPPER
    t.mark[arc] = IN_TREE
    _rehang(t, inner, out, v if inner == u else u, arc)
    _reprice(n, t, inner, arc)


@kernel
def _rehang(t: Tree, inner: Int, out: Int, outer: Int, arc: Int) -> None:
    """Tie the part of the tree beneath `out` to `outer` by an arc from its node `inner`."""
    node, parent, by = inner, outer, arc
    while True:
        upper, old = t.parent[node], t.by[node]
        last = node == out
        _take_off(t, node)
        _hang(t, node, parent, by)
        if last:
            return
        parent, by, node = node, old, upper


@kernel
def _reprice(n: Net, t: Tree, inner: Int, arc: Int) -> None:
    """Set prices and depths of all beneath the node that has just been tied by an arc."""
    levels = n.cost.shape[1]
    sign = 1 if n.head[arc] == inner else -1
    u, v = n.tail[arc], n.head[arc]
    # the reduced cost goes into the prices of the whole part; kept in the last row
    spare = t.price.shape[0] - 1
    for k in range(levels):
        t.price[spare, k] = sign * (n.cost[arc, k] + t.price[u, k] - t.price[v, k])
    t.line[0] = inner
    size = 1
    while size > 0:
        size -= 1
        node = t.line[size]
        t.depth[node] = t.depth[t.parent[node]] + 1
        for k in range(levels):
            t.price[node, k] += t.price[spare, k]
        child = t.child[node]
        while child != NONE:
            t.line[size] = child
            size += 1
            child = t.after[child]


@kernel
def cheapest(n: Net, t: Tree, among: Int, block: Int, pivots: Int) -> Int:
    """Improve a flow until no arc gains: the number of pivots, or -1 where more than `pivots` would be needed.

    Parameters
    ----------
    n
        Arcs and their costs, int64[arcs, levels].
    t
        What `plant` has begun; at the end, the best flow, and prices that prove it.
    among
        Arcs looked at, the first ones: with likely arcs in front, a first run over them saves the long way.
    block
        Arcs looked at for one that enters.
    pivots
        The most there may be.
    """
    start: Int = 0
    for done in range(pivots):
        arc = _enter(n, t, among, start, block)
        if arc == NONE:
            return done
        start = arc
        _pivot(n, t, arc)
    return -1
