"""Needs that are tied by stock alone: a transportation problem, solved exactly on all levels at once."""

from __future__ import annotations

from typing import Final

import numpy as np

from dispatch.lexicographic import Level
from dispatch.supplying.board import LEVELS, SHARES, UNFAIR, UNMET, Board, Longs, Ways
from kernels.flow import Net, Tree, cheapest, plant

PIVOTS: Final = 10_000_000
"""Far more than any part needs (measured: 1,100 for 420 depots and 50 points)."""


def solve(board: Board, mine: Ways, needs: Longs, reach: Longs) -> tuple[Longs, tuple[Level, ...]]:
    """Meet some needs from their ways as well as can be.

    The worst share is found by Newton's method between two bounds: at a share that cannot be had, the prices say which
    needs stand against it and by how much it must come down at least.

    Parameters
    ----------
    board, mine, needs
        The tables; ways of these needs, int64[needs] places on the board, each one unit for one.
    reach
        What could reach each need at the most, int64[all needs].

    Returns
    -------
    units : int64[ways]
        Units met by each way.
    levels
        Value of each level, all proven: the prices of the last tree prove them.
    """
    low, high, share = 0, SHARES + 1, SHARES
    best: Longs | None = None
    while high - low > 1:
        floor = -(-share * reach[needs] // SHARES)
        units, broken, slope = _flow(board, mine, needs, floor)
        if broken == 0:
            low, best = share, units
            share = low + 1
            continue
        high = share
        share = min(high - 1, max(low + 1, high - int(np.ceil(broken * share / max(1, slope)))))
    if best is None:
        best, _, _ = _flow(board, mine, needs, np.zeros(needs.size, dtype=np.int64))
    met = np.bincount(mine.need, weights=best, minlength=board.need.size).astype(np.int64)[needs]
    values = best @ mine.cost
    values[UNMET] = board.worth[needs] @ (board.need[needs] - met)
    values[UNFAIR] = SHARES - low if reach[needs].any() else 0
    return best, tuple(Level(int(value), int(value)) for value in values)


def _flow(board: Board, mine: Ways, needs: Longs, floor: Longs) -> tuple[Longs, int, int]:
    """Units of each way, units that needs fall short of their floors, and reach of the needs that stand against it.

    Node 0 gives what is unmet and takes what is left over; then come sources, then needs.
    """
    sources, at = np.unique(mine.source, return_inverse=True)
    place = np.full(board.need.size, -1, dtype=np.int64)
    place[needs] = np.arange(needs.size)
    first = 1 + sources.size
    need, stock = board.need[needs], board.stock[sources]
    split = np.flatnonzero((floor > 0) & (floor < need))
    most = np.concatenate([stock, np.where(floor < need, need - floor, need), floor[split], mine.most])
    missing = np.zeros((needs.size + split.size, LEVELS), dtype=np.int64)
    missing[:, UNMET] = board.worth[needs][np.concatenate([np.arange(needs.size), split])]
    missing[: needs.size, UNFAIR] = floor >= need
    missing[needs.size :, UNFAIR] = 1
    zero = np.zeros(needs.size + split.size, dtype=np.int64)
    net = Net(
        np.concatenate([1 + np.arange(sources.size), zero, 1 + at]).astype(np.int32),
        np.concatenate(
            [np.zeros(sources.size, dtype=np.int64), first + np.arange(needs.size), first + split, first + place[mine.need]]
        ).astype(np.int32),
        most,
        np.concatenate([np.zeros((sources.size, LEVELS), dtype=np.int64), missing, mine.cost]),
    )
    tree = _planted(net, first + needs.size, mine.source.size)
    plant(net, tree)
    block = np.int64(max(16, round(net.tail.size**0.5)))
    cheapest(net, tree, block, np.int64(PIVOTS))
    extra = slice(sources.size, sources.size + zero.size)
    broken = int(tree.flow[extra] @ missing[:, UNFAIR])
    against = tree.price[first : first + needs.size, UNFAIR] > 0
    return tree.flow[net.tail.size - mine.source.size :], broken, int(floor[against].sum())


def _planted(net: Net, nodes: int, ways: int) -> Tree:
    """Give a tree's arrays, every arc but the ways full."""
    flow = net.most.copy()
    flow[net.tail.size - ways :] = 0
    return Tree(
        flow,
        np.zeros(net.tail.size, dtype=np.int8),
        *(np.zeros(nodes, dtype=np.int32) for _ in range(6)),
        np.zeros((nodes + 1, LEVELS), dtype=np.int64),
        np.zeros(nodes, dtype=np.int32),
    )
