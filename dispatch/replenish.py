"""What depots must have to stand at their targets again, and where it comes from.

An (s, S) rule: a depot whose usable stock of an item, with what is on its way there, is below its floor is filled up to
its target. Other depots give what they have above their own targets, least distance first over all depots of an item
together (a minimum-cost flow); the rest is bought. Goods go down the tiers or sideways, never up: what a village holds
is meant for the village.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Final

import numpy as np
from ortools.graph.python import min_cost_flow

from graphs.sphere import table_m
from models.book import Book
from models.custody import Stage
from models.errors import require
from models.supply import Condition, Depot, floor_of

TARGET_FACTOR: Final = 1.5
"""Target over floor (estimate; no source: the floor and half of it again until the next round of buying)."""
WITHIN_DAYS: Final = 30
"""Stock that expires within these days is counted as gone (estimate: what a purchase takes)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """When stock is filled up, and how far.

    `day` is today; what expires before `within_days` are over does not count. With `top_up` depots between floor and
    target are filled up too.
    """

    day: date
    factor: float = TARGET_FACTOR
    within_days: int = WITHIN_DAYS
    top_up: bool = False

    def __post_init__(self) -> None:
        require(self.factor >= 1, "the target factor must be at least 1, got {n}", n=self.factor)
        require(
            0 <= self.within_days <= 3660,  # noqa: PLR2004 - ten years
            "within must be 0 to 3660 days, got {n}",
            n=self.within_days,
        )

    @property
    def use_by(self) -> date:
        """Last day that a lot must see to count."""
        return self.day + timedelta(days=self.within_days)

    def target(self, floor: int) -> int:
        """Units to fill up to."""
        return ceil(self.factor * floor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """An item that a depot is short of: usable units, units on their way there, floor, target."""

    depot: str
    item: str
    usable: int
    coming: int
    floor: int
    target: int

    @property
    def missing(self) -> int:
        """Units up to the target."""
        return self.target - self.usable - self.coming


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """Units for a depot: from another depot, or bought where `source` is "". Metres as the crow flies."""

    depot: str
    item: str
    quantity: int
    source: str = ""
    distance_m: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Shortages, in the order of the depots, and what makes up for them."""

    shortages: tuple[Shortage, ...]
    supplies: tuple[Supply, ...]


def replenish(book: Book, policy: Policy, items: Iterable[str] | None = None) -> Proposal:
    """Propose what is moved and what is bought.

    Parameters
    ----------
    book
        The ledger's state.
    policy
        When and how far.
    items
        Ids; all items where None.
    """
    usable, coming = _levels(book, policy.use_by)
    shortages: list[Shortage] = []
    supplies: list[Supply] = []
    for item in book.items if items is None else items:
        found = [
            each
            for depot in book.depots.values()
            if (each := _shortage(book, depot, item, usable, coming, policy)) is not None
        ]
        shortages += found
        spare = {
            depot.id: left
            for depot in book.depots.values()
            if (left := usable.get((depot.id, item), 0) - policy.target(floor_of(depot, book.items[item])))
            > 0
        }
        supplies += _sources(book.depots, found, spare)
    return Proposal(shortages=tuple(shortages), supplies=tuple(supplies))


def _levels(book: Book, use_by: date) -> tuple[Mapping[tuple[str, str], int], Mapping[tuple[str, str], int]]:
    """Units in storage, and units at the dock or bound for a depot, that may still be used, by depot and item."""
    usable: dict[tuple[str, str], int] = {}
    coming: dict[tuple[str, str], int] = {}
    for (lot, account), quantity in book.holdings.items():
        card = book.cards[lot]
        if account.condition is not Condition.GOOD or card.expired_on(use_by):
            continue
        key = (account.place, card.item)
        if account.stage is Stage.STORAGE:
            usable[key] = usable.get(key, 0) + quantity
        elif account.stage in {Stage.RECEIPT, Stage.TRANSPORT}:
            coming[key] = coming.get(key, 0) + quantity
    return usable, coming


def _shortage(
    book: Book,
    depot: Depot,
    item: str,
    usable: Mapping[tuple[str, str], int],
    coming: Mapping[tuple[str, str], int],
    policy: Policy,
) -> Shortage | None:
    floor = floor_of(depot, book.items[item])
    found = Shortage(
        depot=depot.id,
        item=item,
        usable=usable.get((depot.id, item), 0),
        coming=coming.get((depot.id, item), 0),
        floor=floor,
        target=policy.target(floor),
    )
    limit = found.target if policy.top_up else floor
    return found if found.usable + found.coming < limit else None


def _sources(
    depots: Mapping[str, Depot], short: list[Shortage], spare: Mapping[str, int]
) -> Iterator[Supply]:
    """Cover shortages of one item: as much as can be from spare stock, over the least distance; the rest is bought."""
    got: dict[str, int] = {}
    for giver, taker, units, metres in _flow(depots, short, spare):
        got[taker.depot] = got.get(taker.depot, 0) + units
        yield Supply(depot=taker.depot, item=taker.item, quantity=units, source=giver, distance_m=metres)
    for each in short:
        rest = each.missing - got.get(each.depot, 0)
        if rest > 0:
            yield Supply(depot=each.depot, item=each.item, quantity=rest)


def _flow(
    depots: Mapping[str, Depot], short: list[Shortage], spare: Mapping[str, int]
) -> Iterator[tuple[str, Shortage, int, int]]:
    """Units from giver to taker with their metres."""
    if not short or not spare:
        return
    givers = list(spare)
    metres = np.rint(
        table_m(
            [depots[giver].position.wgs84 for giver in givers],
            [depots[each.depot].position.wgs84 for each in short],
        )
    ).astype(np.int64)
    rank = np.array([depots[giver].tier.rank for giver in givers])
    wanted = np.array([depots[each.depot].tier.rank for each in short])
    rows, columns = np.nonzero(rank[:, None] >= wanted)
    # source -> givers -> takers -> sink; what spare stock cannot cover is not shipped
    source, sink = len(givers) + len(short), len(givers) + len(short) + 1
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(
        np.full(len(givers), source),
        np.arange(len(givers)),
        np.array(list(spare.values())),
        np.zeros(len(givers), dtype=np.int64),
    )
    roads = flow.add_arcs_with_capacity_and_unit_cost(
        rows, len(givers) + columns, np.full(rows.size, sum(spare.values())), metres[rows, columns]
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        len(givers) + np.arange(len(short)),
        np.full(len(short), sink),
        np.array([each.missing for each in short]),
        np.zeros(len(short), dtype=np.int64),
    )
    total = sum(each.missing for each in short)
    flow.set_nodes_supplies(np.array([source, sink]), np.array([total, -total]))
    flow.solve_max_flow_with_min_cost()
    units = flow.flows(roads)
    for k in np.flatnonzero(units).tolist():
        row, column = int(rows[k]), int(columns[k])
        yield givers[row], short[column], int(units[k]), int(metres[row, column])
