"""How a command of `dispatch stock` books something: look, name the movements, append, show."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from dispatch.cli.common import language_of, out_console, print_json
from dispatch.cli.stock_options import Voucher
from dispatch.language import Phrases
from models.errors import InputError, require

if TYPE_CHECKING:
    from models.book import Book
    from models.custody import Entry, LotCard, Movement


E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """What a booking looks at: items, lots, an order, all in a depot. The part of the ledger that is read."""

    items: Collection[str] = ()
    lots: Collection[str] = ()
    order: str = ""
    depot: str = ""


def touching(item: str, lot: str | None) -> Touch:
    """Give what is looked at for an item, or for a lot that is said to be of it."""
    return Touch(items={item}, lots=() if lot is None else {lot})


Made = tuple[tuple["Movement", ...], tuple["LotCard", ...]]
"""Movements, and the lots that are new with them."""
Make = Callable[["Book", datetime], Made]


def moment_of(named: str | None, zone: str) -> datetime:
    """Read a moment, or take the present, on the clock of a world."""
    from dispatch.cli.closing import read_moment

    return datetime.now(ZoneInfo(zone)) if named is None else read_moment(named, zone, "--at")


def login_name() -> str:
    """Name of the user who runs the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        raise InputError("your login has no name; say who books it by --by") from None


def picked(book: Book, depot: str, item: str, quantity: int, lot: str | None, day: date) -> Mapping[str, int]:
    """Choose lots, first expiry first, or take the one that was named."""
    from models import handling

    if lot is None:
        return book.pick(depot, item, quantity, day)
    book.check_known(depots=(depot,), items=(item,))
    known, _ = handling.find(book, depot, lot)
    require(
        book.cards[known].item == item,
        "lot {lot} is {found}, not {item}",
        lot=lot,
        found=book.cards[known].item,
        item=item,
    )
    return {lot: quantity}


def book_it(voucher: Voucher, touch: Touch, make: Make) -> None:
    """Look at the ledger, name the movements, book them and show them: one transaction."""
    from dispatch.cli.stock_text import entry_json, entry_text
    from dispatch.store import ledger
    from dispatch.store.connect import open_store
    from dispatch.store.stock import settings
    from models.custody import Entry

    def work(connection: Any) -> tuple[Entry, Book]:
        at = moment_of(voucher.at, settings(connection).get("time_zone", "UTC"))
        items = set(touch.items) | ledger.items_at(
            connection, lots=touch.lots, order=touch.order, depot=touch.depot
        )
        moves, cards = make(ledger.book(connection, items), at)
        entry = Entry(
            reference=voucher.ref,
            at=at,
            by=voucher.by or login_name(),
            movements=moves,
            cards=cards,
            authority=voucher.authority,
            reason=voucher.reason,
        )
        return entry, ledger.append(connection, entry)

    require(bool(voucher.ref), "a booking needs --ref: the number of its voucher")
    with open_store(voucher.store) as opened:
        entry, after = opened.write(work)
    if voucher.as_json:
        print_json(entry_json(entry, after))
    else:
        out_console().print(entry_text(entry, after, Phrases(language_of(voucher.lang))))


def date_of(text: str, where: str) -> date:
    """Read a day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("{text!r} is not a date; write it like 2027-06-30", where=where, text=text) from None


def one_of(kind: type[E], text: str, where: str) -> E:
    """Read a member of an enumeration."""
    try:
        return kind(text)
    except ValueError:
        raise InputError(
            "{text!r} is not one of {known}",
            where=where,
            text=text,
            known=", ".join(each.value for each in kind),
        ) from None
