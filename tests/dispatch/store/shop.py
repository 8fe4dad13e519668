"""A district of two depots that a ledger is opened with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from models.supply import Condition, Lot
from models.world import District
from tests.models import words
from tests.models.warehouse import BIG, KIT, QUILT, TOWN, WATER


def lot(id: str, item: str, quantity: int, **changes: object) -> Lot:  # noqa: A002 - the word's own field
    return replace(Lot(id=id, item=item, quantity=quantity, batch="202507"), **changes)  # type: ignore[arg-type]


LOTS = {
    "big": (
        lot("Q1", "quilt", 40),
        lot("W1", "water", 100, expires=date(2026, 8, 1)),
        lot("W2", "water", 50, expires=date(2027, 8, 1)),
        lot("W0", "water", 7, expires=date(2026, 6, 1)),
        lot("K1", "kit", 6, expires=date(2026, 12, 1)),
    ),
    "town": (
        lot("Q2", "quilt", 6),
        lot("Q3", "quilt", 3, condition=Condition.DAMAGED),
    ),
}


def shop() -> District:
    """Give the district; its depots have no trucks in common."""
    depots = tuple(
        replace(depot, lots=LOTS[depot.id], trucks=(replace(words.truck(), id=f"{depot.id}.truck"),))
        for depot in (BIG, TOWN)
    )
    return replace(words.district(), items=(words.item(), QUILT, WATER, KIT), depots=depots)
