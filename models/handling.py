"""What people do with goods, as movements: each of these functions looks at the book and names the movements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from models.book import Book
from models.custody import Account, LotCard, Movement, MovementKind, Stage
from models.errors import require
from models.supply import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """A part of an order: of one lot where it is named, of all lots else; all of it where no quantity is given."""

    lot: str = ""
    quantity: int | None = None

    def __post_init__(self) -> None:
        require(
            self.quantity is None or bool(self.lot),
            "a quantity of an order needs the lot it is of; name it by --lot",
        )
        require(
            self.quantity is None or self.quantity >= 1,
            "a quantity must be at least 1, got {n}",
            n=self.quantity,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Units of a lot (by id or label) of a depot for an order, bound for a place."""

    depot: str
    label: str
    quantity: int
    order: str
    destination: str


WHOLE: Final = Portion()
_Held = tuple[str, Account, int]


def receive(card: LotCard, depot: str, quantity: int, *, shelve: bool = True) -> tuple[Movement, ...]:
    """Take goods in from outside, onto the dock and, where `shelve`, on to the shelf."""
    dock = Account(stage=Stage.RECEIPT, place=depot, condition=card.condition)
    supplier = Account(stage=Stage.SUPPLIER, place=depot)
    taken = Movement(kind=MovementKind.RECEIVE, lot=card.id, quantity=quantity, source=supplier, target=dock)
    return (taken, _shelved(card.id, quantity, dock)) if shelve else (taken,)


def put_away(book: Book, depot: str, portion: Portion = WHOLE) -> tuple[Movement, ...]:
    """Put what lies at the dock of a depot on the shelf."""
    here = [one for one in _holdings(book, portion) if (one[1].stage, one[1].place) == (Stage.RECEIPT, depot)]
    require(bool(here), "nothing of that lies at the dock of depot {depot}", depot=depot)
    return tuple(_shelved(lot, quantity, dock) for lot, dock, quantity in _cut(here, portion.quantity))


def issue(book: Book, depot: str, wanted: Mapping[str, int], order: str) -> tuple[Movement, ...]:
    """Pick units of lots (by id or label) for an order."""
    moves = []
    for label, quantity in wanted.items():
        lot, shelf = find(book, depot, label)
        target = Account(stage=Stage.ISSUE, place=depot, order=order, condition=shelf.condition)
        moves.append(
            Movement(kind=MovementKind.ISSUE, lot=lot, quantity=quantity, source=shelf, target=target)
        )
    return tuple(moves)


def load(book: Book, order: str, destination: str, portion: Portion = WHOLE) -> tuple[Movement, ...]:
    """Put what was issued for an order on the road."""
    return tuple(
        _loaded(lot, quantity, source, destination)
        for lot, source, quantity in _of_order(book, order, {Stage.ISSUE}, portion)
    )


def ship(book: Book, loads: Iterable[Load]) -> tuple[Movement, ...]:
    """Issue loads and put them on the road, each to its destination under its order."""
    moves = []
    for each in loads:
        for picked in issue(book, each.depot, {each.label: each.quantity}, each.order):
            moves += [
                picked,
                _loaded(picked.lot, picked.quantity, picked.target, each.destination),
            ]
    return tuple(moves)


def transfer(
    book: Book, depot: str, destination: str, wanted: Mapping[str, int], order: str
) -> tuple[Movement, ...]:
    """Send units of lots (by id or label) from depot to depot: issued and on the road; `arrive` is the other leg."""
    require(depot != destination, "a transfer needs two depots, {depot} is both", depot=depot)
    return ship(
        book,
        (
            Load(depot=depot, label=label, quantity=quantity, order=order, destination=destination)
            for label, quantity in wanted.items()
        ),
    )


def arrive(book: Book, order: str, portion: Portion = WHOLE) -> tuple[Movement, ...]:
    """Take in at the depot it was bound for what is on the road for an order, and put it on the shelf."""
    moves = []
    for lot, source, quantity in _of_order(book, order, {Stage.TRANSPORT}, portion):
        dock = Account(stage=Stage.RECEIPT, place=source.place, condition=source.condition)
        moves.append(
            Movement(kind=MovementKind.ARRIVE, lot=lot, quantity=quantity, source=source, target=dock)
        )
        moves.append(_shelved(lot, quantity, dock))
    return tuple(moves)


def deliver(
    book: Book, order: str, place: str | None = None, portion: Portion = WHOLE
) -> tuple[Movement, ...]:
    """Hand out what is on the road for an order, at `place` or where it was bound for."""
    moves = []
    for lot, source, quantity in _of_order(book, order, {Stage.TRANSPORT}, portion):
        target = Account(
            stage=Stage.DISTRIBUTION,
            place=place or source.place,
            order=order,
            condition=source.condition,
        )
        moves.append(
            Movement(kind=MovementKind.DELIVER, lot=lot, quantity=quantity, source=source, target=target)
        )
    return tuple(moves)


def bring_back(
    book: Book,
    order: str,
    depot: str,
    condition: Condition | None = None,
    *,
    handed_out: bool = False,
    portion: Portion = WHOLE,
) -> tuple[Movement, ...]:
    """Bring goods of an order back to a shelf, in `condition` or as they left; also what was handed out if asked."""
    stages = {Stage.DISTRIBUTION} if handed_out else {Stage.ISSUE, Stage.TRANSPORT}
    moves = []
    for lot, source, quantity in _of_order(book, order, stages, portion):
        shelf = Account(stage=Stage.STORAGE, place=depot, condition=condition or source.condition)
        moves.append(
            Movement(kind=MovementKind.RETURN, lot=lot, quantity=quantity, source=source, target=shelf)
        )
    return tuple(moves)


def count(book: Book, depot: str, label: str, found: int) -> tuple[Movement, ...]:
    """Book the difference between what a count found of a lot on the shelf and what the book says; none if none.

    A lot that the book has nothing of there may be found too, by its id: it is taken for good.
    """
    require(found >= 0, "a count finds 0 or more, got {n}", n=found)
    absent = not any(
        lot == label and (account.stage, account.place) == (Stage.STORAGE, depot)
        for lot, account in book.holdings
    )
    if absent and label in book.cards:
        lot, shelf = label, Account(stage=Stage.STORAGE, place=depot)
    else:
        lot, shelf = find(book, depot, label)
    over = found - book.holdings.get((lot, shelf), 0)
    counted = Account(stage=Stage.COUNTED, place=depot)
    if over == 0:
        return ()
    source, target = (counted, shelf) if over > 0 else (shelf, counted)
    return (Movement(kind=MovementKind.COUNT, lot=lot, quantity=abs(over), source=source, target=target),)


def regrade(
    book: Book, depot: str, label: str, condition: Condition, quantity: int | None = None
) -> tuple[Movement, ...]:
    """Change the condition of a lot on the shelf, or of a part of it."""
    lot, shelf = find(book, depot, label)
    target = Account(stage=Stage.STORAGE, place=depot, condition=condition)
    there = book.holdings.get((lot, shelf), 0)
    require(shelf != target, "lot {lot} is {condition} already", lot=label, condition=condition)
    return (
        Movement(
            kind=MovementKind.REGRADE,
            lot=lot,
            quantity=there if quantity is None else quantity,
            source=shelf,
            target=target,
        ),
    )


def write_off(book: Book, depot: str, label: str, quantity: int | None = None) -> tuple[Movement, ...]:
    """Write off a lot on the shelf, or a part of it."""
    lot, shelf = find(book, depot, label)
    there = book.holdings.get((lot, shelf), 0)
    return (_written_off(lot, there if quantity is None else quantity, shelf),)


def write_off_lost(book: Book, order: str, portion: Portion = WHOLE) -> tuple[Movement, ...]:
    """Write off what was lost on the road."""
    return tuple(
        _written_off(lot, quantity, source)
        for lot, source, quantity in _of_order(book, order, {Stage.TRANSPORT}, portion)
    )


def write_off_expired(book: Book, depot: str, day: date) -> tuple[Movement, ...]:
    """Write off all that lies on the shelf of a depot and is past its expiry on a day."""
    moves = tuple(
        _written_off(lot, quantity, account)
        for (lot, account), quantity in sorted(book.holdings.items(), key=_in_order)
        if (account.stage, account.place) == (Stage.STORAGE, depot) and book.cards[lot].expired_on(day)
    )
    require(bool(moves), "nothing in depot {depot} is past its expiry on {day}", depot=depot, day=day)
    return moves


def unpack(
    book: Book, depot: str, wanted: Mapping[str, int]
) -> tuple[tuple[Movement, ...], tuple[LotCard, ...]]:
    """Unpack units of lots of kits into their parts, which keep batch and expiry of the kit: movements, new lots."""
    moves, cards = [], []
    opened = Account(stage=Stage.UNPACKED, place=depot)
    for label, quantity in wanted.items():
        lot, shelf = find(book, depot, label)
        kit = book.cards[lot]
        moves.append(
            Movement(kind=MovementKind.UNPACK, lot=lot, quantity=quantity, source=shelf, target=opened)
        )
        for part, pieces in book.items[kit.item].kit.items():
            card = LotCard(id=f"{lot}/{part}", item=part, batch=kit.batch, home=depot, expires=kit.expires)
            cards.append(card)
            moves.append(
                Movement(
                    kind=MovementKind.UNPACK,
                    lot=card.id,
                    quantity=quantity * pieces,
                    source=opened,
                    target=Account(stage=Stage.STORAGE, place=depot),
                )
            )
    return tuple(moves), tuple(cards)


def find(book: Book, depot: str, label: str) -> tuple[str, Account]:
    """Find a lot on the shelf of a depot by its id, or by the label that tells its place and condition.

    Raises
    ------
    InputError
        It is not there, or in several conditions; the sentence names them.
    """
    book.check_known(depots=(depot,))
    there = [
        (lot, account)
        for lot, account in book.holdings
        if (account.stage, account.place) == (Stage.STORAGE, depot)
    ]
    by_label = [one for one in there if book.cards[one[0]].label(depot, one[1].condition) == label]
    by_id = [one for one in there if one[0] == label]
    found = by_label or by_id
    require(bool(found), "lot {lot} is not in storage at depot {depot}", lot=label, depot=depot)
    require(
        len(found) == 1,
        "lot {lot} lies at depot {depot} in several conditions; name one of {known}",
        lot=label,
        depot=depot,
        known=", ".join(sorted(book.cards[lot].label(depot, account.condition) for lot, account in found)),
    )
    return found[0]


def _of_order(book: Book, order: str, stages: set[Stage], portion: Portion) -> tuple[_Held, ...]:
    found = [one for one in _holdings(book, portion) if one[1].order == order and one[1].stage in stages]
    require(
        bool(found),
        "nothing of that is in {stage} for order {order}",
        order=order,
        stage=min(stages),
    )
    return tuple(_cut(found, portion.quantity))


def _holdings(book: Book, portion: Portion) -> Iterator[_Held]:
    for (lot, account), quantity in sorted(book.holdings.items(), key=_in_order):
        if portion.lot in {"", lot}:
            yield lot, account, quantity


def _cut(found: Sequence[_Held], quantity: int | None) -> Iterator[_Held]:
    """Take a quantity of what was found; more than there is is asked of the last, so that the book refuses it."""
    if quantity is None:
        yield from found
        return
    left = quantity
    for lot, account, there in found[:-1]:
        if left > 0:
            yield lot, account, min(left, there)
            left -= there
    if left > 0:
        yield *found[-1][:2], left


def _in_order(holding: tuple[tuple[str, Account], int]) -> tuple[str, ...]:
    (lot, account), _ = holding
    return lot, account.stage, account.place, account.order, account.condition


def _shelved(lot: str, quantity: int, dock: Account) -> Movement:
    shelf = Account(stage=Stage.STORAGE, place=dock.place, condition=dock.condition)
    return Movement(kind=MovementKind.STORE, lot=lot, quantity=quantity, source=dock, target=shelf)


def _loaded(lot: str, quantity: int, source: Account, destination: str) -> Movement:
    road = Account(stage=Stage.TRANSPORT, place=destination, order=source.order, condition=source.condition)
    return Movement(kind=MovementKind.LOAD, lot=lot, quantity=quantity, source=source, target=road)


def _written_off(lot: str, quantity: int, source: Account) -> Movement:
    gone = Account(stage=Stage.WRITTEN_OFF, place=source.place)
    return Movement(kind=MovementKind.WRITE_OFF, lot=lot, quantity=quantity, source=source, target=gone)
