"""The tables of one question: stock of depots against needs of points, and every way from one to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.errors import require
from models.units import NEVER

Longs = NDArray[np.int64]
Ints = NDArray[np.int32]
Vector = NDArray[np.float64]

LEVELS: Final = 5
"""Unmet, unfair, late, time, price."""

UNMET: Final = 0
UNFAIR: Final = 1
LATE: Final = 2
TIME: Final = 3
PRICE: Final = 4

SHARES: Final = 1000
"""The worst served need is measured in thousandths of what could reach it at the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """So many units of item `other` replace one unit of `item` (places in `Board.items`)."""

    item: int
    other: int
    ratio: float

    def __post_init__(self) -> None:
        require(self.ratio > 0, "ratio of a substitute must be above 0, got {n}", n=self.ratio)
        require(self.item != self.other, "an item cannot replace itself")


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Stock against needs.

    Attributes
    ----------
    items
        Ids of items; all places of items refer to it.
    kg, m3 : float64[items]
        Mass and volume of one unit.
    depot, stocked, stock, opened : int64[sources]
        A source is what one depot may issue of one item: place of depot and item, units, and how far a need must call
        (`calls`) to have it: 0 for ordinary stock, more for layers of its reserve floor.
    point, item, need, worth, deadline_s, calls : int64[needs]
        Where what is needed, units, points of one missing unit, seconds from now, and how far it may reach into floors.
    arrive_s : int32[depots, points]
        Seconds from now until goods of a depot are at a point; `NEVER` where there is no way.
    price : int64[depots, points]
        Price of one point's worth of goods from there: order of the tiers, and driving.
    step_s
        Deliveries within the same step count as equally fast.
    substitutes
        What may replace what, one step: a substitute of a substitute is not taken.
    issue_kg, issue_m3 : float64[depots]
        What a depot can issue at all within the time that is planned for; infinity where nothing limits it.
    fair
        Whether the worst served need comes before lateness and time; else the second level is left out and 0.
    """

    items: tuple[str, ...]
    kg: Vector
    m3: Vector
    depot: Longs
    stocked: Longs
    stock: Longs
    opened: Longs
    point: Longs
    item: Longs
    need: Longs
    worth: Longs
    deadline_s: Longs
    calls: Longs
    arrive_s: Ints
    price: Longs
    step_s: int
    substitutes: tuple[Substitute, ...] = ()
    issue_kg: Vector
    issue_m3: Vector
    fair: bool = True

    def __post_init__(self) -> None:
        require(self.step_s >= 1, "step_s must be at least 1, got {n}", n=self.step_s)
        require(self.arrive_s.shape == self.price.shape, "arrive_s and price must have the same shape")
        require(bool((self.stock >= 0).all()), "stock of a source cannot be negative")
        require(bool((self.need >= 1).all()), "a need must be at least 1 unit")
        require(bool((self.worth >= 1).all()), "a missing unit must be worth at least 1 point")

    @property
    def depots(self) -> int:
        """Number of depots."""
        return int(self.arrive_s.shape[0])


@dataclass(frozen=True, slots=True)
class Ways:
    """Every way a unit of a need can be met.

    `source`, `need`: int64[ways]; `ratio` float64[ways]: units issued for one unit met; `most` int64[ways]: units met
    at the most; `cost` int64[ways, LEVELS]: what one unit met costs on each level.
    """

    source: Longs
    need: Longs
    ratio: Vector
    most: Longs
    cost: Longs

    def of(self, keep: NDArray[np.bool_] | Longs) -> Ways:
        """Give some of the ways."""
        return Ways(self.source[keep], self.need[keep], self.ratio[keep], self.most[keep], self.cost[keep])


def ways(board: Board) -> Ways:
    """List every way: of the item itself or a substitute, from stock the need may have, along a road there is."""
    same = [(item, item, 1.0) for item in np.unique(board.item).tolist()]
    found = [
        _between(board, item, other, ratio)
        for item, other, ratio in [
            *same,
            *((each.item, each.other, each.ratio) for each in board.substitutes),
        ]
    ]
    source, need, ratio = (np.concatenate(part) for part in zip(*found, strict=True)) if found else _NO_WAYS
    most = np.minimum(board.need[need], np.floor(board.stock[source] / ratio + 1e-9).astype(np.int64))
    at = board.arrive_s[board.depot[source], board.point[need]].astype(np.int64)
    late = np.maximum(0, at - board.deadline_s[need])
    replaced = board.stocked[source] != board.item[need]
    price = board.price[board.depot[source], board.point[need]] + (board.opened[source] > 0) + replaced
    cost = np.zeros((source.size, LEVELS), dtype=np.int64)
    worth = board.worth[need]
    cost[:, LATE] = worth * -(-late // board.step_s)
    cost[:, TIME] = worth * -(-at // board.step_s)
    cost[:, PRICE] = worth * price
    every = Ways(source, need, ratio, most, cost)
    return every if (most > 0).all() else every.of(most > 0)


_NO_WAYS: Final = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))


def _between(board: Board, item: int, other: int, ratio: float) -> tuple[Longs, Longs, Vector]:
    """Ways from stock of one item to needs of another, or the same."""
    sources = np.flatnonzero((board.stocked == other) & (board.stock > 0))
    needs = np.flatnonzero(board.item == item)
    road = board.arrive_s[board.depot[sources]][:, board.point[needs]] < NEVER
    source, need = np.nonzero(road & (board.opened[sources][:, None] <= board.calls[needs][None, :]))
    return sources[source], needs[need], np.full(source.size, ratio)


def reachable(board: Board, all_ways: Ways) -> Longs:
    """Units of each need that could be met if it were the only one, int64[needs]; throughput is left out."""
    total = np.bincount(all_ways.need, weights=all_ways.most, minlength=board.need.size)
    return np.minimum(board.need, total.astype(np.int64))


def parts(board: Board, all_ways: Ways) -> list[tuple[Longs, Longs, bool]]:
    """Needs that share stock: places of needs and of their ways, int64 both, and whether they are tied.

    They are by a ratio other than 1 or by throughput; what is not is a transportation problem.
    """
    limited = bool(np.isfinite(board.issue_kg).any() or np.isfinite(board.issue_m3).any())
    group = np.zeros(len(board.items), dtype=np.int64) if limited else np.arange(len(board.items))
    met, used = board.item[all_ways.need], board.stocked[all_ways.source]
    for pair in np.unique(met * len(board.items) + used).tolist():
        low, high = sorted(group[list(divmod(pair, len(board.items)))])
        group[group == high] = low
    of_need = group[board.item]
    of_way = of_need[all_ways.need]
    odd = np.unique(of_way[all_ways.ratio != 1])
    order = np.argsort(of_way, kind="stable")
    names = np.unique(of_need)
    ends = np.searchsorted(of_way[order], np.append(names, len(board.items)))
    return [
        (np.flatnonzero(of_need == name), order[ends[k] : ends[k + 1]], limited or name in odd)
        for k, name in enumerate(names.tolist())
    ]
