"""What is where: levels by depot and item, and lots that will soon be past their expiry."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from models.book import Book
from models.custody import Stage
from models.errors import require
from models.supply import Category, Condition, Lot, Tier, floor_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which depots and items are looked at: all, where nothing is named."""

    depot: str | None = None
    item: str | None = None
    category: Category | None = None
    tier: Tier | None = None

    def depots(self, book: Book) -> tuple[str, ...]:
        """Ids of the depots meant."""
        book.check_known(depots=() if self.depot is None else (self.depot,))
        return tuple(
            depot.id
            for depot in book.depots.values()
            if self.depot in {None, depot.id} and self.tier in {None, depot.tier}
        )

    def items(self, book: Book) -> tuple[str, ...]:
        """Ids of the items meant."""
        book.check_known(items=() if self.item is None else (self.item,))
        return tuple(
            item.id
            for item in book.items.values()
            if self.item in {None, item.id} and self.category in {None, item.category}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Units of one item in one depot ("": in all): on the shelf by what may be done with them, at the dock, picked.

    `floor` is what the depot keeps; `short` is what `usable` is below it, summed over the depots.
    """

    depot: str
    item: str
    usable: int = 0
    expired: int = 0
    unfit: int = 0
    receipt: int = 0
    issued: int = 0
    floor: int = 0
    short: int = 0


def levels(book: Book, wanted: Wanted, day: date) -> tuple[Level, ...]:
    """Give the levels of a day, by depot, then by item, without those that hold nothing and keep nothing."""
    places = dict.fromkeys(wanted.depots(book))
    items = dict.fromkeys(wanted.items(book))
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for (lot, account), quantity in book.holdings.items():
        card = book.cards[lot]
        if account.place not in places or card.item not in items:
            continue
        if account.stage is Stage.STORAGE:
            fit = account.condition is Condition.GOOD
            field = "unfit" if not fit else "expired" if card.expired_on(day) else "usable"
        elif account.stage in {Stage.RECEIPT, Stage.ISSUE}:
            field = "receipt" if account.stage is Stage.RECEIPT else "issued"
        else:
            continue
        cell = sums.setdefault((account.place, card.item), {})
        cell[field] = cell.get(field, 0) + quantity
    found = []
    for depot in places:
        for item in items:
            cell = sums.get((depot, item), {})
            floor = floor_of(book.depots[depot], book.items[item])
            if cell or floor:
                short = max(0, floor - cell.get("usable", 0))
                found.append(Level(depot=depot, item=item, floor=floor, short=short, **cell))
    return tuple(found)


def by_item(found: Iterable[Level]) -> tuple[Level, ...]:
    """Add up levels over the depots, by item."""
    sums: dict[str, Level] = {}
    for each in found:
        so_far = sums.get(each.item, Level(depot="", item=each.item))
        sums[each.item] = Level(
            depot="",
            item=each.item,
            usable=so_far.usable + each.usable,
            expired=so_far.expired + each.expired,
            unfit=so_far.unfit + each.unfit,
            receipt=so_far.receipt + each.receipt,
            issued=so_far.issued + each.issued,
            floor=so_far.floor + each.floor,
            short=so_far.short + each.short,
        )
    return tuple(sums.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A part of a lot: stage, place, order, and the lot as it is there, under its label."""

    stage: Stage
    place: str
    order: str
    lot: Lot


def held(book: Book, wanted: Wanted, stages: Collection[Stage]) -> tuple[Held, ...]:
    """Give the lots in some stages, by place, order, and the order they were opened in.

    Depots are told by their place: what has left a depot is shown for all of them.
    """
    places, items = set(wanted.depots(book)), set(wanted.items(book))
    narrowed = wanted.depot is not None or wanted.tier is not None
    number = {lot: n for n, lot in enumerate(book.cards)}
    found = []
    for (lot, account), quantity in book.holdings.items():
        card = book.cards[lot]
        if account.stage not in stages or card.item not in items:
            continue
        if narrowed and account.place not in places:
            continue
        part = Lot(
            id=card.label(account.place, account.condition) if not account.order else lot,
            item=card.item,
            quantity=quantity,
            batch=card.batch,
            expires=card.expires,
            condition=account.condition,
        )
        key = (account.place, account.order, number[lot])
        found.append((key, Held(stage=account.stage, place=account.place, order=account.order, lot=part)))
    return tuple(one for _, one in sorted(found, key=lambda pair: pair[0]))


def expiring(book: Book, wanted: Wanted, day: date, within_days: int) -> tuple[Held, ...]:
    """Give the lots in storage that are past their expiry or will be within some days, the first to go first."""
    require(
        0 <= within_days <= 3660,  # noqa: PLR2004 - ten years
        "within must be 0 to 3660 days, got {n}",
        n=within_days,
    )
    soon = [
        each
        for each in held(book, wanted, {Stage.STORAGE})
        if each.lot.expires is not None and (each.lot.expires - day).days <= within_days
    ]
    return tuple(sorted(soon, key=lambda each: (each.lot.expires or date.max, each.place, each.lot.id)))
