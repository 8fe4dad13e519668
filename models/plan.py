"""The answer: who goes where, with what, when, and why; what stays unmet, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from models.errors import require
from models.force import Echelon
from models.place import STRICT, Name
from models.supply import Tier

PLAN_SCHEMA: Final = "rescue-dispatch/plan/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class EtaParts:
    """Seconds from the request's `now` to arrival, by part; `wait_s` is time until a team is free or a depot opens."""

    __pydantic_config__ = STRICT

    wait_s: int
    call_processing_s: int
    turnout_s: int
    travel_s: int

    @property
    def total_s(self) -> int:
        """Seconds from now to arrival."""
        return self.wait_s + self.call_processing_s + self.turnout_s + self.travel_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A way over the map: WGS-84 points (lng, lat) and road metres; `profile` says by what vehicle."""

    __pydantic_config__ = STRICT

    profile: str
    length_m: int
    points: tuple[tuple[float, float], ...]
    roads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Units of strength of one need that a team fills."""

    __pydantic_config__ = STRICT

    capability: str
    strength: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One team sent to one incident."""

    __pydantic_config__ = STRICT

    team: str
    name: Name
    echelon: Echelon
    incident: str
    serves: tuple[Served, ...]
    departs_at: datetime
    arrives_at: datetime
    eta: EtaParts
    route: Route
    approver: Name | None = None
    locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Some quantity of one lot on a truck. `need` is the item asked for where `item` stands in for it."""

    __pydantic_config__ = STRICT

    item: str
    lot: str
    batch: str
    expires: date | None
    quantity: int
    need: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """One truck of a depot going to one incident; `eta.turnout_s` is release and loading."""

    __pydantic_config__ = STRICT

    truck: str
    depot: str
    name: Name
    tier: Tier
    incident: str
    loads: tuple[Load, ...]
    kg: float
    m3: float
    departs_at: datetime
    arrives_at: datetime
    eta: EtaParts
    route: Route


class Limit(StrEnum):
    """What keeps a need from being met."""

    NOBODY_HAS_IT = "nobody_has_it"
    ALL_SENT = "all_sent"
    NOT_ALLOWED = "not_allowed"
    OUT_OF_AREA = "out_of_area"
    UNAVAILABLE = "unavailable"
    UNREACHABLE = "unreachable"
    NEEDED_ELSEWHERE = "needed_elsewhere"
    MISSING_ITEM = "missing_item"
    FORBIDDEN = "forbidden"
    OUT_OF_STOCK = "out_of_stock"
    RESERVE = "reserve"
    EXPIRED = "expired"
    DEPOT_CLOSED = "depot_closed"
    NO_TRUCK = "no_truck"
    TIME_LIMIT = "time_limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """A need, or part of one, that this plan does not meet."""

    __pydantic_config__ = STRICT

    incident: str
    capability: str | None = None
    item: str | None = None
    needed: int
    missing: int
    limit: Limit
    reason: Name
    remedy: Name

    def __post_init__(self) -> None:
        require((self.capability is None) != (self.item is None), "a shortfall names a capability or an item")
        require(0 < self.missing <= self.needed, "a shortfall misses from 1 to all that is needed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveLevel:
    """One level of the lexicographic objective: what was reached, what no plan can beat, and the gap between."""

    __pydantic_config__ = STRICT

    level: int
    name: Name
    unit: str
    value: int
    bound: int
    gap: float
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """The next-best team or depot for a choice, and what taking it instead would cost."""

    __pydantic_config__ = STRICT

    id: str
    name: Name
    eta_s: int
    costs: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a team or a shipment was chosen."""

    __pydantic_config__ = STRICT

    id: str
    incident: str
    why: Name
    next_best: Alternative | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What the independent check found; `ok` where it found nothing."""

    __pydantic_config__ = STRICT

    ok: bool
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A dispatch plan for all open incidents together."""

    __pydantic_config__ = STRICT

    schema: str
    request: str
    world: str
    label: Name
    made_for: datetime
    assignments: tuple[Assignment, ...]
    shipments: tuple[Shipment, ...]
    shortfalls: tuple[Shortfall, ...]
    objective: tuple[ObjectiveLevel, ...]
    inputs_digest: str
    doctrine: str
    solver: str
    seed: int
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Name, ...] = ()
    check: CheckReport | None = None

    def __post_init__(self) -> None:
        require(
            self.schema == PLAN_SCHEMA,
            "schema {found!r} is not known; write {known}",
            found=self.schema,
            known=PLAN_SCHEMA,
        )
        require(
            self.made_for.tzinfo is not None,
            "made_for needs a UTC offset, for example 2026-07-01T14:00:00+08:00",
        )
