"""The ledger of stock as JSON of plain values, and as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dispatch.language import Phrases
from dispatch.stocktaking import Held, Level
from dispatch.store.ledger import Booked
from models.book import Book
from models.custody import Account, Entry, Stage

if TYPE_CHECKING:  # it brings the solver of flows
    from dispatch.replenish import Proposal

MOST_ROWS: Final = 60
"""Rows of a table on the terminal; more would be read by no one."""


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: int, *, whole: int = -1) -> Table:
    """Lay rows out: the last `numbers` columns to the right, column `whole` never cut, empty columns left out."""
    made = Table(box=None, pad_edge=False)
    shown = [place for place in range(len(heads)) if any(row[place] for row in rows)]
    for place in shown:
        side: Literal["left", "right"] = "right" if place >= len(heads) - numbers else "left"
        made.add_column(Text(heads[place]), justify=side, overflow="fold", no_wrap=place == whole)
    for row in rows[:MOST_ROWS]:
        made.add_row(*(Text(row[place]) for place in shown))
    return made


def with_rest(made: RenderableType, count: int, phrases: Phrases) -> RenderableType:
    """Say how many rows were left out."""
    if count <= MOST_ROWS:
        return made
    rest = phrases.say(
        "{n} more rows: name --depot, --item, --category or --tier, or take --json", n=count - MOST_ROWS
    )
    return Group(made, Text(rest, style="dim"))


def levels_text(found: Sequence[Level], book: Book, phrases: Phrases) -> RenderableType:
    """Lay levels out, one row each."""
    if not found:
        return Text(phrases.say("nothing of that is in stock"))
    one_depot = all(not each.depot for each in found)
    heads = [*([] if one_depot else [phrases.say("depot")]), phrases.say("item"), phrases.say("unit")]
    heads += [
        phrases.say("usable"),
        phrases.say("expired"),
        phrases.say("unfit"),
        phrases.say("at the dock"),
        phrases.say("picked"),
        phrases.say("floor"),
        phrases.say("short"),
    ]
    rows = [
        [
            *([] if one_depot else [depot_name(book, each.depot, phrases)]),
            item_name(book, each.item, phrases),
            phrases.of(book.items[each.item].unit),
            *(
                _count(n)
                for n in (
                    each.usable,
                    each.expired,
                    each.unfit,
                    each.receipt,
                    each.issued,
                    each.floor,
                    each.short,
                )
            ),
        ]
        for each in found
    ]
    return with_rest(table(heads, rows, 7), len(rows), phrases)


def held_text(found: Sequence[Held], book: Book, day: date, phrases: Phrases) -> RenderableType:
    """Lay lots out, one row each."""
    if not found:
        return Text(phrases.say("no lot of that kind"))
    heads = [
        phrases.say("lot"),
        phrases.say("item"),
        phrases.say("stage"),
        phrases.say("place"),
        phrases.say("order"),
        phrases.say("condition"),
        phrases.say("expires"),
        phrases.say("days left"),
        phrases.say("quantity"),
    ]
    rows = [
        [
            each.lot.id,
            item_name(book, each.lot.item, phrases),
            phrases.word(each.stage),
            depot_name(book, each.place, phrases),
            each.order,
            phrases.word(each.lot.condition),
            "" if each.lot.expires is None else each.lot.expires.isoformat(),
            "" if each.lot.expires is None else str((each.lot.expires - day).days),
            str(each.lot.quantity),
        ]
        for each in found
    ]
    return with_rest(table(heads, rows, 2, whole=0), len(rows), phrases)


def entry_text(entry: Entry, book: Book, phrases: Phrases) -> RenderableType:
    """Lay an entry out: its head, then its movements."""
    head = phrases.say(
        "{reference}: {at}, booked by {by}",
        reference=entry.reference,
        at=entry.at.isoformat(timespec="minutes"),
        by=entry.by,
    )
    notes = [
        phrases.say(said, text=text)
        for said, text in (
            ("on the authority of {text}", entry.authority),
            ("reason: {text}", entry.reason),
        )
        if text
    ]
    if not entry.movements:
        return Text("; ".join([head, *notes, phrases.say("nothing was moved")]))
    items = {card.id: card.item for card in entry.cards}
    rows = [
        [
            phrases.word(each.kind),
            each.lot,
            item_name(
                book, book.cards[each.lot].item if each.lot in book.cards else items[each.lot], phrases
            ),
            _account(each.source, book, phrases),
            _account(each.target, book, phrases),
            str(each.quantity),
        ]
        for each in entry.movements
    ]
    heads = [
        phrases.say("movement"),
        phrases.say("lot"),
        phrases.say("item"),
        phrases.say("from"),
        phrases.say("to"),
        phrases.say("quantity"),
    ]
    made = with_rest(table(heads, rows, 1, whole=1), len(rows), phrases)
    return Group(Text("; ".join([head, *notes])), made)


def proposal_text(made: Proposal, book: Book, phrases: Phrases) -> RenderableType:
    """Lay a proposal out: what comes from where."""
    if not made.shortages:
        return Text(phrases.say("no depot is short of anything"))
    levels = {(each.depot, each.item): each for each in made.shortages}
    heads = [
        phrases.say("depot"),
        phrases.say("item"),
        phrases.say("source"),
        phrases.say("usable"),
        phrases.say("coming"),
        phrases.say("floor"),
        phrases.say("target"),
        phrases.say("km, straight"),
        phrases.say("quantity"),
    ]
    rows = []
    for each in made.supplies:
        level = levels[each.depot, each.item]
        rows.append(
            [
                depot_name(book, each.depot, phrases),
                item_name(book, each.item, phrases),
                depot_name(book, each.source, phrases) if each.source else phrases.say("purchase"),
                *map(str, (level.usable, level.coming, level.floor, level.target)),
                f"{each.distance_m / 1000:.1f}" if each.source else "",
                str(each.quantity),
            ]
        )
    note = phrases.say("target over floor is an estimate unless you set --factor")
    return Group(with_rest(table(heads, rows, 6), len(rows), phrases), Text(note, style="dim"))


def levels_json(found: Iterable[Level]) -> list[dict[str, Any]]:
    """Levels as plain values."""
    return [asdict(each) for each in found]


def held_json(found: Iterable[Held]) -> list[dict[str, Any]]:
    """Lots as plain values."""
    return [
        {
            "lot": each.lot.id,
            "item": each.lot.item,
            "stage": each.stage.value,
            "place": each.place,
            "order": each.order,
            "condition": each.lot.condition.value,
            "batch": each.lot.batch,
            "expires": None if each.lot.expires is None else each.lot.expires.isoformat(),
            "quantity": each.lot.quantity,
        }
        for each in found
    ]


def entry_json(entry: Entry, book: Book) -> dict[str, Any]:
    """Give an entry as plain values."""
    items = {card.id: card.item for card in entry.cards}
    return {
        "reference": entry.reference,
        "at": entry.at.isoformat(),
        "by": entry.by,
        "authority": entry.authority,
        "reason": entry.reason,
        "movements": [
            {
                "kind": each.kind.value,
                "lot": each.lot,
                "item": book.cards[each.lot].item if each.lot in book.cards else items[each.lot],
                "quantity": each.quantity,
                "from": _account_json(each.source),
                "to": _account_json(each.target),
            }
            for each in entry.movements
        ],
    }


def booked_json(booked: Booked, book: Book) -> dict[str, Any]:
    """Give an entry of the ledger with its number and its digest."""
    return {"number": booked.number, **entry_json(booked.entry, book), "digest": booked.digest}


def proposal_json(made: Proposal) -> dict[str, Any]:
    """Give a proposal as plain values: shortages, transfers, purchases."""
    return {
        "shortages": [{**asdict(each), "missing": each.missing} for each in made.shortages],
        "transfers": [asdict(each) for each in made.supplies if each.source],
        "purchases": [
            {"depot": each.depot, "item": each.item, "quantity": each.quantity}
            for each in made.supplies
            if not each.source
        ],
    }


def depot_name(book: Book, place: str, phrases: Phrases) -> str:
    """Say a place: a depot by its name, another by its id."""
    depot = book.depots.get(place)
    return place if depot is None else phrases.of(depot.name)


def item_name(book: Book, item: str, phrases: Phrases) -> str:
    """Say an item by its name."""
    known = book.items.get(item)
    return item if known is None else phrases.of(known.name)


def _account(account: Account, book: Book, phrases: Phrases) -> str:
    said = phrases.word(account.stage)
    if account.stage is Stage.SUPPLIER:
        return said
    place = depot_name(book, account.place, phrases)
    return f"{said}, {place}" + (f" ({account.order})" if account.order else "")


def _account_json(account: Account) -> dict[str, str]:
    return {
        "stage": account.stage.value,
        "place": account.place,
        "order": account.order,
        "condition": account.condition.value,
    }


def _count(number: int) -> str:
    return str(number) if number else "–"
