"""The custody machine: the state of a ledger, and the state after an entry, or the sentence that refuses it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from models.custody import (
    CUSTODY,
    IN_DEPOT,
    USES,
    Account,
    Entry,
    Holdings,
    LotCard,
    Movement,
    MovementKind,
    Stage,
)
from models.errors import InputError, require
from models.supply import Condition, Depot, Item, Lot, floor_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The state of the machine: the catalogue, the depots, the lots, and what each account holds.

    It may be a part of the whole ledger, as long as it has every lot of the items and depots that an entry touches.
    """

    items: Mapping[str, Item]
    depots: Mapping[str, Depot]
    cards: Mapping[str, LotCard]
    holdings: Holdings

    def after(self, entry: Entry) -> Book:
        """Give the state after an entry.

        Raises
        ------
        InputError
            The entry would take more than there is, use what is expired, leave less than the floor without
            authority, or name what is not known. The sentence names lot or depot, and what there is.
        """
        cards = {**self.cards, **self._new_cards(entry)}
        holdings = dict(self.holdings)
        for each in entry.movements:
            if each.lot not in cards:
                raise InputError("there is no lot {lot} in the ledger", lot=each.lot)
            self._check_places(each)
            if each.kind in USES:
                _check_use(cards[each.lot], each, entry.day)
            _take(holdings, each)
        done = replace(self, cards=cards, holdings=holdings)
        _check_unpacked(done, entry)
        _check_floors(done, entry)
        return done

    def check_known(self, *, depots: Iterable[str] = (), items: Iterable[str] = ()) -> None:
        """Refuse a depot or an item that the ledger does not know."""
        for depot in depots:
            require(depot in self.depots, "there is no depot {depot} in the ledger", depot=depot)
        for item in items:
            require(item in self.items, "there is no item {item} in the ledger", item=item)

    def usable(self, depot: str, item: str, day: date) -> int:
        """Units of an item in storage of a depot that may be issued on a day, the floor among them."""
        return sum(self.shelf(depot, item, day).values())

    def shelf(self, depot: str, item: str, day: date) -> dict[str, int]:
        """Units in storage that may be issued on a day, by lot, first expiry first."""
        found = {
            lot: quantity
            for (lot, account), quantity in self.holdings.items()
            if quantity > 0
            and (account.stage, account.place, account.condition) == (Stage.STORAGE, depot, Condition.GOOD)
            and self.cards[lot].item == item
            and not self.cards[lot].expired_on(day)
        }
        return dict(sorted(found.items(), key=lambda one: (self.cards[one[0]].expires or date.max, one[0])))

    def pick(self, depot: str, item: str, quantity: int, day: date) -> dict[str, int]:
        """Choose lots for an issue, first expiry first: units by the label of the lot.

        Raises
        ------
        InputError
            There is less than that, or depot or item are not known.
        """
        self.check_known(depots=(depot,), items=(item,))
        require(quantity >= 1, "a quantity must be at least 1, got {n}", n=quantity)
        picked: dict[str, int] = {}
        left = quantity
        for lot, there in self.shelf(depot, item, day).items():
            if left > 0:
                picked[self.cards[lot].label(depot, Condition.GOOD)] = min(left, there)
                left -= there
        require(
            left <= 0,
            "depot {depot} has {have} of {item} that may be issued on {day}, {n} were asked for",
            depot=depot,
            have=quantity - left,
            item=item,
            day=day,
            n=quantity,
        )
        return picked

    def lots(self) -> dict[str, tuple[Lot, ...]]:
        """Give what the depots have in storage as lots of a district, by depot, in the order the lots were opened."""
        order = {lot: number for number, lot in enumerate(self.cards)}
        grade = {condition: number for number, condition in enumerate(Condition)}
        found: dict[str, list[tuple[tuple[int, int], Lot]]] = defaultdict(list)
        for (lot, account), quantity in self.holdings.items():
            if account.stage is Stage.STORAGE:
                card = self.cards[lot]
                part = Lot(
                    id=card.label(account.place, account.condition),
                    item=card.item,
                    quantity=quantity,
                    batch=card.batch,
                    expires=card.expires,
                    condition=account.condition,
                )
                found[account.place].append(((order[lot], grade[account.condition]), part))
        return {
            depot: tuple(part for _, part in sorted(parts, key=lambda one: one[0]))
            for depot, parts in found.items()
        }

    def _new_cards(self, entry: Entry) -> dict[str, LotCard]:
        """Lots that the entry brings; one that is known already must be the same."""
        for card in entry.cards:
            self.check_known(items=(card.item,))
            known = self.cards.get(card.id)
            require(
                known is None or known == replace(card, home=known.home, condition=known.condition),
                "lot {lot} is known with another item, batch or expiry; give this one an id of its own",
                lot=card.id,
            )
        return {card.id: card for card in entry.cards if card.id not in self.cards}

    def _check_places(self, movement: Movement) -> None:
        for account in (movement.source, movement.target):
            if account.stage in IN_DEPOT:
                self.check_known(depots=(account.place,))
        require(
            movement.kind is not MovementKind.DELIVER or movement.target.place not in self.depots,
            "{depot} is a depot: goods arrive there, they are not handed out",
            depot=movement.target.place,
        )


def unbalanced(holdings: Holdings) -> Iterator[str]:
    """Give what breaks the law of conservation: lots whose accounts do not add up to nothing, and debts in custody."""
    sums: Counter[str] = Counter()
    for (lot, account), quantity in holdings.items():
        sums[lot] += quantity
        if quantity < 0 and account.stage in CUSTODY:
            yield lot
    yield from (lot for lot, total in sums.items() if total)


def _check_use(card: LotCard, movement: Movement, day: date) -> None:
    """Refuse to put to use what is not good or past its expiry; the parts of a kit were looked at as the kit."""
    if movement.source.stage not in CUSTODY:
        return
    require(
        movement.source.condition is Condition.GOOD,
        "lot {lot} is {condition}; only what is good is issued",
        lot=card.id,
        condition=movement.source.condition,
    )
    require(
        not card.expired_on(day),
        "lot {lot} expired on {expires}; it may not be used on {day}",
        lot=card.id,
        expires=card.expires,
        day=day,
    )


def _take(holdings: dict[tuple[str, Account], int], movement: Movement) -> None:
    """Move the quantity; what is not there cannot be moved."""
    source, target = (movement.lot, movement.source), (movement.lot, movement.target)
    have = holdings.get(source, 0)
    require(
        movement.source.stage not in CUSTODY or have >= movement.quantity,
        "lot {lot}: {n} asked for, {have} in {stage} at {place}",
        lot=movement.lot,
        n=movement.quantity,
        have=have,
        stage=movement.source.stage,
        place=movement.source.place,
    )
    for key, change in ((source, -movement.quantity), (target, movement.quantity)):
        total = holdings.get(key, 0) + change
        if total:
            holdings[key] = total
        else:
            holdings.pop(key, None)


def _check_floors(book: Book, entry: Entry) -> None:
    """Refuse an issue that leaves less than the floor, unless somebody answers for it."""
    if entry.authority:
        return
    touched = {
        (each.source.place, book.cards[each.lot].item)
        for each in entry.movements
        if each.kind in {MovementKind.ISSUE, MovementKind.UNPACK} and each.source.stage is Stage.STORAGE
    }
    for depot, item in sorted(touched):
        floor = floor_of(book.depots[depot], book.items[item])
        left = book.usable(depot, item, entry.day)
        require(
            left >= floor,
            "depot {depot} would keep {left} of {item}, below its floor of {floor}; "
            "name who allows that by --authority",
            depot=depot,
            left=left,
            item=item,
            floor=floor,
        )


def _check_unpacked(book: Book, entry: Entry) -> None:
    """Kits that are unpacked must give just their parts, in the same depot."""
    due: dict[str, Counter[str]] = defaultdict(Counter)
    for each in entry.movements:
        if each.kind is not MovementKind.UNPACK:
            continue
        item = book.items[book.cards[each.lot].item]
        if each.target.stage is Stage.STORAGE:
            due[each.target.place][item.id] -= each.quantity
            continue
        require(bool(item.kit), "item {item} is no kit: there is nothing to unpack", item=item.id)
        for part, count in item.kit.items():
            due[each.source.place][part] += count * each.quantity
    for depot, parts in due.items():
        wrong = sorted(part for part, count in parts.items() if count)
        require(
            not wrong,
            "entry {reference}: the parts unpacked at {depot} are not those of the kits: {parts}",
            reference=entry.reference,
            depot=depot,
            parts=", ".join(wrong),
        )
