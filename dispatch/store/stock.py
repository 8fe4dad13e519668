"""Between a world's roster and the ledger: the ledger is opened with what the roster lists, and gives depots back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from dispatch.store import tables as t
from dispatch.store.ledger import append, book, history
from models.book import Book
from models.codec import write_json
from models.custody import IN_DEPOT, Entry, LotCard, Movement
from models.errors import InputError, require
from models.handling import receive
from models.supply import Depot, Item, floor_of
from models.world import District

OPENING: Final = "opening {world}"
"""Reference of the entry that takes in what the roster of a world lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What opening a ledger did: lots taken in (0 where the world was opened before), and what is registered."""

    world: str
    lots: int
    items: int
    depots: int


def open_ledger(connection: Connection, district: District, *, at: datetime, by: str) -> Opened:
    """Register items and depots of a district, and take in the lots of its roster the first time.

    Opened again, the register is brought up to date (items, depots, floors, hours, trucks); nothing is booked.

    Raises
    ------
    InputError
        The ledger is that of another world, or holds stock of an item or depot that the district has no longer.
    """
    known = settings(connection)
    require(
        known.get("world", district.id) == district.id,
        "the ledger is that of world {known!r}, not of {world!r}; name another store",
        known=known.get("world"),
        world=district.id,
    )
    _register(connection, district)
    _check_still_known(book(connection))
    opening = OPENING.format(world=district.id)
    taken = 0
    if not history(connection, reference=opening):
        entry = _opening(district, opening, at, by)
        taken = len(entry.cards)
        append(connection, entry)
    return Opened(world=district.id, lots=taken, items=len(district.items), depots=len(district.depots))


def settings(connection: Connection) -> Mapping[str, str]:
    """World and time zone of the ledger."""
    return {row.key: row.value for row in connection.execute(select(t.settings))}


def depots(state: Book) -> tuple[Depot, ...]:
    """Give all depots with the lots that the ledger has in storage, and the floors of their tier as their own."""
    lots = state.lots()
    return tuple(
        replace(
            depot,
            lots=lots.get(depot.id, ()),
            reserve={item.id: floor for item in state.items.values() if (floor := floor_of(depot, item))},
        )
        for depot in state.depots.values()
    )


def with_stock(connection: Connection, district: District) -> District:
    """Give a district with the depots as the ledger has them, so that a plan is made on what is really there.

    Raises
    ------
    InputError
        The ledger is that of another world.
    """
    known = settings(connection).get("world", "")
    require(
        known == district.id,
        "the ledger is that of world {known!r}, not of {world!r}; name another store",
        known=known,
        world=district.id,
    )
    return replace(district, depots=depots(book(connection)))


def _register(connection: Connection, district: District) -> None:
    connection.execute(delete(t.settings))
    connection.execute(
        insert(t.settings),
        [
            {"key": "world", "value": district.id},
            {"key": "time_zone", "value": district.time_zone},
        ],
    )
    connection.execute(delete(t.register))
    documents: list[tuple[str, str, Item | Depot]] = [
        *(("item", item.id, item) for item in district.items),
        *(("depot", depot.id, replace(depot, lots=())) for depot in district.depots),
    ]
    rows = [
        {"kind": kind, "id": ident, "position": position, "document": write_json(each, indent=None)}
        for position, (kind, ident, each) in enumerate(documents)
    ]
    if rows:
        connection.execute(insert(t.register), rows)


def _check_still_known(state: Book) -> None:
    """Refuse a district that has dropped what the ledger holds goods of."""
    for lot, account in state.holdings:
        item = state.cards[lot].item
        if item not in state.items:
            raise InputError("the ledger holds {item}, which the world no longer lists", item=item)
        if account.stage in IN_DEPOT and account.place not in state.depots:
            raise InputError(
                "the ledger holds goods at depot {depot}, which the world no longer lists",
                depot=account.place,
            )


def _opening(district: District, reference: str, at: datetime, by: str) -> Entry:
    movements: list[Movement] = []
    cards = []
    for depot in district.depots:
        for lot in depot.lots:
            if lot.quantity:
                card = LotCard(
                    id=lot.id,
                    item=lot.item,
                    batch=lot.batch,
                    home=depot.id,
                    expires=lot.expires,
                    condition=lot.condition,
                )
                cards.append(card)
                movements.extend(receive(card, depot.id, lot.quantity))
    return Entry(
        reference=reference,
        at=at,
        by=by,
        movements=tuple(movements),
        cards=tuple(cards),
        reason="roster of the world",
    )
