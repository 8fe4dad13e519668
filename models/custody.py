"""Custody of supplies: five stages, the movements between them, and what each movement may do.

Kept as double entries: a movement takes a quantity of one lot from one account and puts it into another. Goods come
from the account of the supplier and end on the accounts of what was handed out, written off, missed at a count or
unpacked, so that the accounts of a lot add up to nothing at all times: nothing appears, nothing vanishes.

    supplied = receipt + storage + issue + transport + distribution + written off + counted + unpacked
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from models.errors import at_most, require
from models.supply import Condition
from models.units import MOST


class Stage(StrEnum):
    """Where goods are: five stages of custody, then the four books outside of it."""

    RECEIPT = "receipt"
    """入库: at the dock of a depot, not yet on the shelf."""
    STORAGE = "storage"
    """存储: on the shelf; the only stage that is issued from."""
    ISSUE = "issue"
    """出库: picked for an order, still in the depot."""
    TRANSPORT = "transport"
    """运输: on the road; the place is where it is bound for."""
    DISTRIBUTION = "distribution"
    """分发: handed out at an incident, a shelter, a village."""
    SUPPLIER = "supplier"
    WRITTEN_OFF = "written_off"
    COUNTED = "counted"
    UNPACKED = "unpacked"


CUSTODY: Final = frozenset({Stage.RECEIPT, Stage.STORAGE, Stage.ISSUE, Stage.TRANSPORT, Stage.DISTRIBUTION})
"""The stages that hold goods: never below nothing."""
ORDERED: Final = frozenset({Stage.ISSUE, Stage.TRANSPORT, Stage.DISTRIBUTION})
"""The stages in which goods belong to an order."""
IN_DEPOT: Final = frozenset({Stage.RECEIPT, Stage.STORAGE, Stage.ISSUE})


class MovementKind(StrEnum):
    """What happens to goods."""

    RECEIVE = "receive"
    STORE = "store"
    ISSUE = "issue"
    LOAD = "load"
    DELIVER = "deliver"
    ARRIVE = "arrive"
    RETURN = "return"
    COUNT = "count"
    REGRADE = "regrade"
    WRITE_OFF = "write_off"
    UNPACK = "unpack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The ways a kind of movement may take, and the fields of the account that it leaves as they are."""

    ways: frozenset[tuple[Stage, Stage]]
    keeps: tuple[str, ...] = ("place",)
    reasoned: bool = False


def _ways(sources: Collection[Stage], *targets: Stage) -> frozenset[tuple[Stage, Stage]]:
    return frozenset((source, target) for source in sources for target in targets)


RULES: Final[Mapping[MovementKind, Rule]] = {
    MovementKind.RECEIVE: Rule(ways=_ways({Stage.SUPPLIER}, Stage.RECEIPT)),
    MovementKind.STORE: Rule(ways=_ways({Stage.RECEIPT}, Stage.STORAGE), keeps=("place", "condition")),
    MovementKind.ISSUE: Rule(ways=_ways({Stage.STORAGE}, Stage.ISSUE), keeps=("place", "condition")),
    MovementKind.LOAD: Rule(ways=_ways({Stage.ISSUE}, Stage.TRANSPORT), keeps=("order", "condition")),
    # a truck may be sent elsewhere on its way, so that the place of delivery is free
    MovementKind.DELIVER: Rule(
        ways=_ways({Stage.TRANSPORT}, Stage.DISTRIBUTION), keeps=("order", "condition")
    ),
    MovementKind.ARRIVE: Rule(ways=_ways({Stage.TRANSPORT}, Stage.RECEIPT), keeps=("place", "condition")),
    MovementKind.RETURN: Rule(ways=_ways(ORDERED, Stage.STORAGE), keeps=()),
    MovementKind.COUNT: Rule(
        ways=frozenset({(Stage.STORAGE, Stage.COUNTED), (Stage.COUNTED, Stage.STORAGE)}), reasoned=True
    ),
    MovementKind.REGRADE: Rule(ways=_ways({Stage.STORAGE}, Stage.STORAGE), reasoned=True),
    MovementKind.WRITE_OFF: Rule(
        ways=_ways(CUSTODY - {Stage.DISTRIBUTION}, Stage.WRITTEN_OFF), reasoned=True
    ),
    MovementKind.UNPACK: Rule(
        ways=frozenset({(Stage.STORAGE, Stage.UNPACKED), (Stage.UNPACKED, Stage.STORAGE)})
    ),
}
"""The machine: what may happen to goods, from where to where."""

USES: Final = frozenset({MovementKind.ISSUE, MovementKind.DELIVER, MovementKind.UNPACK})
"""Movements by which goods are put to use: not past their expiry, and good alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A place where goods can be: stage, place, order they belong to, condition they are in.

    `place` is a depot while they are in one, else where they are bound for or were handed out; `order` is the reference
    of the entry that issued them. The books outside of custody know neither order nor condition.
    """

    stage: Stage
    place: str
    order: str = ""
    condition: Condition = Condition.GOOD

    def __post_init__(self) -> None:
        require(bool(self.place), "an account of stage {stage} needs a place", stage=self.stage)
        require(
            bool(self.order) == (self.stage in ORDERED),
            "goods belong to an order in issue, transport and distribution, and nowhere else",
        )
        require(
            self.stage in CUSTODY or self.condition is Condition.GOOD,
            "an account outside of custody knows no condition",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A quantity of one lot goes from one account to another."""

    kind: MovementKind
    lot: str
    quantity: int
    source: Account
    target: Account

    def __post_init__(self) -> None:
        rule = RULES[self.kind]
        at_most(self.quantity, MOST, "quantity", where=f"lot {self.lot}")
        require(
            self.quantity >= 1,
            "lot {lot}: quantity of a movement must be at least 1, got {n}",
            lot=self.lot,
            n=self.quantity,
        )
        require(
            (self.source.stage, self.target.stage) in rule.ways and self.source != self.target,
            "lot {lot}: {kind} does not lead from {source} to {target}",
            lot=self.lot,
            kind=self.kind,
            source=self.source.stage,
            target=self.target.stage,
        )
        require(
            all(getattr(self.source, field) == getattr(self.target, field) for field in rule.keeps),
            "lot {lot}: {kind} leaves {fields} as it is",
            lot=self.lot,
            kind=self.kind,
            fields=" and ".join(rule.keeps),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LotCard:
    """What never changes about a lot: item, batch, expiry, and the depot and condition it was received in."""

    id: str
    item: str
    batch: str
    home: str
    expires: date | None = None
    condition: Condition = Condition.GOOD

    def __post_init__(self) -> None:
        require(bool(self.id), "a lot needs an id")
        require(
            not {"@", "#"} & set(self.id),
            "lot {id}: an id of the ledger has no @ and no #, they mark parts of a lot",
            id=self.id,
        )

    def label(self, place: str, condition: Condition) -> str:
        """Name the part of the lot that lies elsewhere or in another condition than it came in."""
        away = "" if place == self.home else f"@{place}"
        return self.id + away + ("" if condition is self.condition else f"#{condition.value}")

    def expired_on(self, day: date) -> bool:
        """Whether `day` is past the last good day."""
        return self.expires is not None and day > self.expires


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is booked in one go, under one voucher: all of it or nothing.

    Parameters
    ----------
    reference
        Number of the voucher; the same one is never booked twice.
    at
        When it happened, with its UTC offset; its day decides on expiry.
    by
        Who booked it.
    movements
        In their order; none where a count agreed.
    cards
        Lots that are new with this entry.
    authority
        Who allowed stock to go below its floor; "" where nobody had to.
    reason
        Why; needed by counts, changes of condition and write-offs.
    """

    reference: str
    at: datetime
    by: str
    movements: tuple[Movement, ...]
    cards: tuple[LotCard, ...] = ()
    authority: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        require(bool(self.reference), "an entry needs a reference: the number of its voucher")
        require(bool(self.by), "entry {reference}: say who books it", reference=self.reference)
        require(
            self.at.tzinfo is not None,
            "entry {reference}: the time needs a UTC offset, for example +08:00",
            reference=self.reference,
        )
        require(
            bool(self.movements) or bool(self.reason),
            "entry {reference}: it moves nothing and says no reason",
            reference=self.reference,
        )
        require(
            bool(self.reason) or not any(RULES[each.kind].reasoned for each in self.movements),
            "entry {reference}: a count that differs, a change of condition and a write-off need a reason",
            reference=self.reference,
        )

    @property
    def day(self) -> date:
        """Day of the entry on the clock of its own offset."""
        return self.at.date()


Holdings = Mapping[tuple[str, Account], int]
"""Units by lot and account; below 0 on the books outside of custody for what came from them."""
