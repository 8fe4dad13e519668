"""What depots give to whom, at the scale of a district: quantities and times, no trucks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from models.errors import require
from models.place import STRICT, Name
from models.plan import Limit
from models.supply import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Units of one lot."""

    __pydantic_config__ = STRICT

    lot: str
    quantity: int
    expires: date | None = None

    def __post_init__(self) -> None:
        require(self.quantity >= 1, "lot {id}: a draw is at least 1, got {n}", id=self.lot, n=self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What one depot gives to one incident for one need.

    `issued` units of `item` meet `meets` units of `need`, another number where it is a substitute. `via` is the depot
    whose truck fetches it, "" where the depot has its own. `instead` is the soonest depot that could still give the
    same, and when it would arrive.
    """

    __pydantic_config__ = STRICT

    depot: str
    tier: Tier
    incident: str
    need: str
    item: str
    issued: int
    meets: int
    lots: tuple[Draw, ...]
    arrives_at: datetime
    late_s: int
    reason: Name
    via: str = ""
    instead: str = ""
    instead_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Units of a need that nobody brings, and what limits it; `reach`: what could come were it the only need."""

    __pydantic_config__ = STRICT

    incident: str
    item: str
    missing: int
    reach: int
    limit: Limit
    reason: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Units to bring from one depot to another after the event, so that it has its reserve floor again."""

    __pydantic_config__ = STRICT

    origin: str
    depot: str
    item: str
    quantity: int
    travel_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """Units that the district has less after the event."""

    __pydantic_config__ = STRICT

    item: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A level of the objective: its value and the bound nothing can be below."""

    __pydantic_config__ = STRICT

    name: Name
    value: int
    bound: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyPlan:
    """Which depot gives what to whom by when.

    Lots are usable up to and including `use_by`; `faults` is what the independent check found.
    """

    __pydantic_config__ = STRICT

    schema: str
    world: str
    request: str
    now: datetime
    use_by: date
    levels: tuple[Reached, ...]
    deliveries: tuple[Delivery, ...]
    gaps: tuple[Gap, ...]
    transfers: tuple[Transfer, ...]
    purchases: tuple[Purchase, ...]
    faults: tuple[str, ...] = ()
