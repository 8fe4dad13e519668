"""Needs that are tied by stock alone: a transportation problem, solved exactly on all levels at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.lexicographic import Level
from dispatch.supplying.board import LEVELS, PRICE, SHARES, TIME, UNFAIR, UNMET, Board, Longs, Ways
from kernels.flow import Net, Tree, cheapest, plant

PIVOTS: Final = 10_000_000
"""Far more than any part needs (measured: 1,100 for 420 depots and 50 points)."""

_ANY: Final = 2**40
"""Units that no way ever carries: stock and need limit it, and a limit of its own would only make more steps."""

_LIKELY: Final = 2.5
"""Ways in front: the soonest that together have so many times what a need takes (measured: 1.2 to 2.5 are alike)."""


@dataclass(frozen=True, slots=True)
class _Flow:
    """Units of each way; units that needs fall short of their floors; floors of the needs that stand against it.

    `tight` bool[ways]: ways that some flow may use which leaves as few points unmet.
    """

    units: Longs
    broken: int
    against: int
    tight: NDArray[np.bool_]


def solve(board: Board, mine: Ways, needs: Longs, reach: Longs) -> tuple[Longs, tuple[Level, ...]]:
    """Meet some needs from their ways as well as can be.

    The worst share is found between two bounds. At the first share that cannot be had, the prices say which needs stand
    against it and by how much it must come down at least (a step of Newton's method); halving does the rest.

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
    order, likely = _likely_first(board, mine)
    mine = mine.of(order)
    found = _flow(board, mine, needs, np.zeros(needs.size, dtype=np.int64), likely)
    low = _worst(mine, found.units, needs, reach) if board.fair else SHARES
    units = found.units
    if low < SHARES:  # what no plan can use that leaves as little unmet is left out of all that follows
        kept = np.flatnonzero(found.tight)
        low, fair = _fairer(board, mine.of(kept), (needs, reach), low, int(np.count_nonzero(kept < likely)))
        if fair is not None:
            units = np.zeros_like(units)
            units[kept] = fair
    met = np.bincount(mine.need, weights=units, minlength=board.need.size).astype(np.int64)[needs]
    values = units @ mine.cost
    values[UNMET] = board.worth[needs] @ (board.need[needs] - met)
    values[UNFAIR] = SHARES - low
    back = np.empty_like(units)
    back[order] = units
    return back, tuple(Level(int(value), int(value)) for value in values)


def _worst(mine: Ways, units: Longs, needs: Longs, reach: Longs) -> int:
    """Thousandths that the worst need has of what could reach it; all of them where nothing reaches any."""
    met = np.bincount(mine.need, weights=units, minlength=reach.size).astype(np.int64)[needs]
    able = reach[needs] > 0
    return int((SHARES * met[able] // reach[needs][able]).min(initial=SHARES))


def _fairer(
    board: Board, mine: Ways, of: tuple[Longs, Longs], low: int, likely: int
) -> tuple[int, Longs | None]:
    """Raise the worst share above `low` as far as can be; the flow, where it can."""
    needs, reach = of
    high, share = SHARES + 1, low + 1  # often nothing more is possible: that is asked first
    best: Longs | None = None
    while high - low > 1:
        found = _flow(board, mine, needs, -(-share * reach[needs] // SHARES), likely)
        if found.broken == 0:
            low, best = _worst(mine, found.units, needs, reach), found.units
            share = SHARES if high > SHARES else (low + high) // 2
        elif high > SHARES:
            high, share = share, share - int(np.ceil(found.broken * share / max(1, found.against)))
        else:
            high, share = share, (low + share) // 2
        share = max(low + 1, min(high - 1, share))
    return low, best


def _likely_first(board: Board, mine: Ways) -> tuple[Longs, int]:
    """Give an order of ways with those in front that a need would take were it alone, and more; how many they are."""
    order = np.lexsort((mine.cost[:, PRICE], mine.cost[:, TIME], mine.need))
    most, need = mine.most[order], mine.need[order]
    before = np.cumsum(most) - most
    before -= before[np.searchsorted(need, need)]
    far = before > _LIKELY * board.need[need]
    return np.concatenate([order[~far], order[far]]), int(np.count_nonzero(~far))


def _flow(board: Board, mine: Ways, needs: Longs, floor: Longs, likely: int) -> _Flow:
    """Find the best flow that falls short of the floors as little as can be where that leaves no more points unmet.

    Node 0 gives what is unmet and takes what is left over; then come sources, then needs.
    """
    sources, at = np.unique(mine.source, return_inverse=True)
    place = np.full(board.need.size, -1, dtype=np.int64)
    place[needs] = np.arange(needs.size)
    first, need = 1 + sources.size, board.need[needs]
    split = np.flatnonzero((floor > 0) & (floor < need))
    some = np.concatenate([np.arange(needs.size), split])
    missing = np.zeros((some.size, LEVELS), dtype=np.int64)
    missing[:, UNMET] = board.worth[needs][some]
    missing[: needs.size, UNFAIR] = floor >= need
    missing[needs.size :, UNFAIR] = 1
    nothing = np.zeros(sources.size, dtype=np.int64)
    net = Net(
        np.concatenate([1 + np.arange(sources.size), np.zeros(some.size, dtype=np.int64), 1 + at]).astype(
            np.int32
        ),
        np.concatenate([nothing, first + some, first + place[mine.need]]).astype(np.int32),
        np.concatenate(
            [
                board.stock[sources],
                np.where(floor < need, need - floor, need),
                floor[split],
                np.full(at.size, _ANY),
            ]
        ),
        np.concatenate([np.zeros((sources.size, LEVELS), dtype=np.int64), missing, mine.cost]),
    )
    ways = slice(net.tail.size - at.size, net.tail.size)
    tree = _planted(net, first + needs.size, ways)
    plant(net, tree)
    for among in (ways.start + likely, ways.stop):
        cheapest(net, tree, np.int64(among), np.int64(max(16, round(0.5 * among**0.5))), np.int64(PIVOTS))
    extra = slice(sources.size, ways.start)
    gain = tree.price[net.tail[ways], UNMET] - tree.price[net.head[ways], UNMET]
    against = tree.price[first : first + needs.size, UNFAIR] > 0
    return _Flow(
        tree.flow[ways], int(tree.flow[extra] @ missing[:, UNFAIR]), int(floor[against].sum()), gain == 0
    )


def _planted(net: Net, nodes: int, ways: slice) -> Tree:
    """Give a tree's arrays, every arc but the ways full."""
    flow = net.most.copy()
    flow[ways] = 0
    parent, by, depth, child, after, before, line = (np.zeros(nodes, dtype=np.int32) for _ in range(7))
    price = np.zeros((nodes + 1, LEVELS), dtype=np.int64)
    mark = np.zeros(net.tail.size, dtype=np.int8)
    return Tree(flow, mark, parent, by, depth, child, after, before, price, line)
