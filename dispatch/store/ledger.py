"""The ledger in the database: an entry is appended whole, after the custody machine has let it pass."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from hashlib import sha256
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Table, insert, select

from dispatch.language import phrase
from dispatch.store import tables as t
from models.book import Book, unbalanced
from models.codec import read_json, write_json
from models.custody import Account, Entry, LotCard, Movement, MovementKind, Stage
from models.errors import require
from models.place import Name
from models.supply import Condition, Depot, Item

T = TypeVar("T")

_BATCH: Final = 500
"""Names handed to one query at a time: SQLite takes no more than a few thousand."""

_read: Final[Callable[[Any, str], Any]] = lru_cache(maxsize=10_000)(partial(read_json, source="register"))
"""Reads a document of the register once: it is frozen, and the next booking meets the same text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """An entry as it stands in the ledger: its number, and its digest over all before it."""

    number: int
    entry: Entry
    digest: str


def append(connection: Connection, entry: Entry) -> Book:
    """Append an entry, or refuse it in a sentence; give the part of the book it touched, as it is afterwards.

    Parameters
    ----------
    connection
        That of `Store.write`.
    entry
        What happened.

    Raises
    ------
    InputError
        The reference is booked already, or the machine refuses the entry (`models.book.Book.after`).
    """
    booked = connection.execute(
        select(t.entries.c.at, t.entries.c.booked_by).where(t.entries.c.reference == entry.reference)
    ).first()
    require(
        booked is None,
        "reference {reference} was booked already, by {by} at {at}; nothing is booked twice",
        reference=entry.reference,
        by=booked and booked.booked_by,
        at=booked and booked.at,
    )
    touched = {each.lot for each in entry.movements}
    items = _items_of(connection, touched) | {card.item for card in entry.cards}
    before = book(connection, items)
    after = before.after(entry)
    last = connection.execute(select(t.entries.c.digest).order_by(t.entries.c.id.desc()).limit(1)).scalar()
    new = tuple(card for card in entry.cards if card.id not in before.cards)
    number = connection.execute(
        insert(t.entries)
        .values(
            reference=entry.reference,
            at=entry.at.isoformat(),
            booked_by=entry.by,
            authority=entry.authority,
            reason=entry.reason,
            digest=_digest(last or "", entry, new),
        )
        .returning(t.entries.c.id)
    ).scalar_one()
    if new:
        connection.execute(insert(t.lots), [{"entry_id": number, **_card_row(card)} for card in new])
    if entry.movements:
        connection.execute(
            insert(t.movements), [{"entry_id": number, **_movement_row(each)} for each in entry.movements]
        )
    return after


def book(connection: Connection, items: Collection[str] | None = None) -> Book:
    """Give the state of the ledger, of some items or of all.

    Parameters
    ----------
    connection
        That of `Store.read` or `Store.write`.
    items
        Ids; the lots of these items alone. The catalogue and the depots are whole in any case.
    """
    numbered = sorted(_rows(connection, select(t.lots), t.lots.c.item, items), key=lambda row: row.number)
    held = select(t.balances).where(t.balances.c.quantity != 0)
    if items is not None:
        held = held.join(t.lots, t.lots.c.id == t.balances.c.lot)
    rows = _rows(connection, held, t.lots.c.item, items)
    return Book(
        items=registered(connection, Item, "item"),
        depots=registered(connection, Depot, "depot"),
        cards={row.id: _card(row) for row in numbered},
        holdings={(row.lot, _account(row, "")): row.quantity for row in rows},
    )


def items_at(
    connection: Connection, *, lots: Collection[str] = (), order: str = "", depot: str = ""
) -> set[str]:
    """Items of some lots (by id or label), of all lots of an order, or of all lots in a depot: what `book` needs."""
    ids = {part for lot in lots for part in (lot, lot.partition("@")[0], lot.partition("#")[0])}
    found = _items_of(connection, ids)
    if order or depot:
        wanted = select(t.lots.c.item).join(t.balances, t.balances.c.lot == t.lots.c.id).distinct()
        where = t.balances.c.order == order if order else t.balances.c.place == depot
        found |= set(connection.scalars(wanted.where(where)))
    return found


def registered(connection: Connection, kind: type[T], name: str) -> dict[str, T]:
    """Items or depots of the register by id, in the order of the district."""
    rows = connection.execute(
        select(t.register.c.id, t.register.c.document)
        .where(t.register.c.kind == name)
        .order_by(t.register.c.position)
    )
    return {row.id: _read(kind, row.document) for row in rows}


def history(
    connection: Connection,
    *,
    reference: str | None = None,
    lot: str | None = None,
    latest: int | None = None,
) -> tuple[Booked, ...]:
    """Entries of the ledger, oldest first: all, one, those that touch a lot, or the latest few."""
    wanted = select(t.entries).order_by(t.entries.c.id.desc())
    if reference is not None:
        wanted = wanted.where(t.entries.c.reference == reference)
    if lot is not None:
        wanted = wanted.where(
            t.entries.c.id.in_(select(t.movements.c.entry_id).where(t.movements.c.lot == lot))
        )
    if latest is not None:
        wanted = wanted.limit(latest)
    found = connection.execute(wanted).all()
    moves = _by_entry(connection, t.movements, t.movements.c.id, found)
    cards = _by_entry(connection, t.lots, t.lots.c.number, found)
    return tuple(_booked(row, moves.get(row.id, ()), cards.get(row.id, ())) for row in reversed(found))


def faults(connection: Connection) -> Iterator[Name]:
    """Everything that is wrong with the ledger: sums, conservation, and the chain of digests.

    The movements are added up anew; no sum of the database is believed.
    """
    holdings: dict[tuple[str, Account], int] = {}
    before = ""
    for booked in history(connection):
        for each in booked.entry.movements:
            for account, change in ((each.source, -each.quantity), (each.target, each.quantity)):
                holdings[each.lot, account] = holdings.get((each.lot, account), 0) + change
        if booked.digest != _digest(before, booked.entry, booked.entry.cards):
            yield phrase("entry {reference} is not as it was booked", reference=booked.entry.reference)
        before = booked.digest
    summed = {key: quantity for key, quantity in holdings.items() if quantity}
    kept = book(connection).holdings
    for lot, account in sorted(summed.keys() | kept.keys(), key=str):
        one, other = summed.get((lot, account), 0), kept.get((lot, account), 0)
        if one != other:
            yield phrase(
                "lot {lot}, {stage} at {place}: the balance is {balance}, the movements give {sum}",
                lot=lot,
                stage=account.stage,
                place=account.place,
                balance=other,
                sum=one,
            )
    for lot in dict.fromkeys(unbalanced(summed)):
        yield phrase("lot {lot}: something appeared or vanished", lot=lot)


def _rows(
    connection: Connection, wanted: Select[Any], column: ColumnElement[Any], among: Collection[Any] | None
) -> Iterator[Any]:
    """Rows of a query, of those alone whose column is among some names."""
    if among is None:
        yield from connection.execute(wanted)
        return
    names = sorted(among)
    for start in range(0, len(names), _BATCH):
        yield from connection.execute(wanted.where(column.in_(names[start : start + _BATCH])))


def _items_of(connection: Connection, lots: Collection[str]) -> set[str]:
    return {row.item for row in _rows(connection, select(t.lots.c.item), t.lots.c.id, lots)}


def _by_entry(
    connection: Connection, table: Table, order: ColumnElement[int], entries: Sequence[Any]
) -> dict[int, list[Any]]:
    """Rows of a table that belong to some entries, by entry, in their order."""
    found: dict[int, list[Any]] = {}
    for row in _rows(
        connection, select(table).order_by(order), table.c.entry_id, {each.id for each in entries}
    ):
        found.setdefault(row.entry_id, []).append(row)
    return found


def _booked(row: Any, moves: Sequence[Any], cards: Sequence[Any]) -> Booked:
    entry = Entry(
        reference=row.reference,
        at=datetime.fromisoformat(row.at),
        by=row.booked_by,
        movements=tuple(
            Movement(
                kind=MovementKind(each.kind),
                lot=each.lot,
                quantity=each.quantity,
                source=_account(each, "source_"),
                target=_account(each, "target_"),
            )
            for each in moves
        ),
        cards=tuple(map(_card, cards)),
        authority=row.authority,
        reason=row.reason,
    )
    return Booked(number=row.id, entry=entry, digest=row.digest)


def _digest(before: str, entry: Entry, cards: Sequence[LotCard]) -> str:
    """Digest of an entry and of the digest before it: who changes one must change all after it."""
    state = sha256(before.encode())
    for part in (entry.reference, entry.at.isoformat(), entry.by, entry.authority, entry.reason):
        state.update(b"\0" + part.encode())
    for each in (*cards, *entry.movements):
        state.update(b"\1" + write_json(each, indent=None).encode())
    return state.hexdigest()


def _card(row: Any) -> LotCard:
    return LotCard(
        id=row.id,
        item=row.item,
        batch=row.batch,
        home=row.home,
        expires=None if row.expires is None else date.fromisoformat(row.expires),
        condition=Condition(row.condition),
    )


def _card_row(card: LotCard) -> dict[str, str | None]:
    return {
        "id": card.id,
        "item": card.item,
        "batch": card.batch,
        "home": card.home,
        "expires": None if card.expires is None else card.expires.isoformat(),
        "condition": card.condition.value,
    }


def _account(row: Any, side: str) -> Account:
    stage, place, order, condition = (getattr(row, side + field) for field in t.ACCOUNT)
    return _made(stage, place, order, condition)


@lru_cache(maxsize=100_000)
def _made(stage: str, place: str, order: str, condition: str) -> Account:
    """Make an account once: a depot has hundreds of lots on the same few."""
    return Account(stage=Stage(stage), place=place, order=order, condition=Condition(condition))


def _movement_row(movement: Movement) -> dict[str, str | int]:
    sides = (("source", movement.source), ("target", movement.target))
    accounts = {f"{side}_{field}": getattr(account, field) for side, account in sides for field in t.ACCOUNT}
    plain = {name: getattr(value, "value", value) for name, value in accounts.items()}
    return {"kind": movement.kind.value, "lot": movement.lot, "quantity": movement.quantity, **plain}
