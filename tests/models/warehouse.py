"""A small catalogue and two depots for tests of custody: kits, a reserve, floors by tier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from models.book import Book
from models.custody import Account, Entry, LotCard, Movement, Stage
from models.handling import receive
from models.supply import Condition, Depot, Item, Tier
from tests.models import words

NOW = datetime.fromisoformat("2026-07-01T08:00:00+08:00")
TODAY = NOW.date()

QUILT = words.item("quilt", code="1040101", floors={Tier.TOWN: 4})
WATER = words.item("water", code="1010101")
KIT = words.item("kit", code="1990101", kit={"quilt": 2, "water": 3})
ITEMS = {item.id: item for item in (QUILT, WATER, KIT)}
BIG: Depot = replace(words.depot(), id="big", tier=Tier.DISTRICT, lots=(), reserve={"quilt": 10, "kit": 1})
TOWN: Depot = replace(words.depot(), id="town", tier=Tier.TOWN, lots=(), reserve={})
DEPOTS = {depot.id: depot for depot in (BIG, TOWN)}


def card(
    lot: str,
    item: str = "quilt",
    *,
    home: str = "big",
    expires: date | None = None,
    condition: Condition = Condition.GOOD,
) -> LotCard:
    return LotCard(id=lot, item=item, batch="2025", home=home, expires=expires, condition=condition)


def empty(items: dict[str, Item] | None = None) -> Book:
    return Book(items=items or ITEMS, depots=DEPOTS, cards={}, holdings={})


def entry(
    movements: Sequence[Movement],
    reference: str = "V-1",
    *,
    cards: Sequence[LotCard] = (),
    at: datetime = NOW,
    authority: str = "",
    reason: str = "because",
) -> Entry:
    return Entry(
        reference=reference,
        at=at,
        by="tester",
        movements=tuple(movements),
        cards=tuple(cards),
        authority=authority,
        reason=reason,
    )


def received(one: LotCard, quantity: int, reference: str = "") -> Entry:
    return entry(receive(one, one.home, quantity), reference or f"RK-{one.id}", cards=(one,))


def stocked(*lots: tuple[LotCard, int]) -> Book:
    """A book that has taken in some lots."""
    book = empty()
    for one, quantity in lots:
        book = book.after(received(one, quantity))
    return book


def shelf(depot: str, condition: Condition = Condition.GOOD) -> Account:
    return Account(stage=Stage.STORAGE, place=depot, condition=condition)
