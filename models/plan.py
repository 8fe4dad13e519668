"""The answer: who goes where, with what, when, and why; what stays unmet, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from models.errors import require
from models.force import Echelon
from models.place import STRICT, Name
from models.request import Request
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
    """Units of strength of one need that a team fills.

    Where the team must wait for an item from a depot, `waits_for` names it and `counts_at` is when it is there.
    """

    __pydantic_config__ = STRICT

    capability: str
    strength: int
    waits_for: str | None = None
    counts_at: datetime | None = None

    def __post_init__(self) -> None:
        require(
            (self.waits_for is None) == (self.counts_at is None),
            "service of {capability}: waits_for and counts_at go together",
            capability=self.capability,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One team sent to one incident; `stays` where the plan in force had it there or on its way there already."""

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
    stays: bool = False


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


class ChangeKind(StrEnum):
    """What is new against the plan in force."""

    ADDED = "added"
    DIVERTED = "diverted"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One order that differs from the plan in force; `was` and `now` are incidents."""

    __pydantic_config__ = STRICT

    kind: ChangeKind
    team: str
    name: Name
    was: str | None
    now: str | None
    why: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """How sure the strength for one need is, given that some teams may not turn out.

    `probability` that all of it comes; `by` is when it is there with the doctrine's confidence, None where it never is.
    """

    __pydantic_config__ = STRICT

    incident: str
    capability: str
    probability: float
    confidence: float
    by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Who leads at an incident from when on: each team hands over to the first of a higher echelon that arrives."""

    __pydantic_config__ = STRICT

    incident: str
    team: str
    echelon: Echelon
    begins_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A free team that should stand elsewhere, for the cover it gives there.

    `lng` and `lat` are the post in WGS-84, `travel_s` seconds from order to arrival, `gain` the share of the weighted
    people at risk that is newly expected to be covered.
    """

    __pydantic_config__ = STRICT

    team: str
    name: Name
    to: str
    place: Name
    lng: float
    lat: float
    travel_s: int
    gain: float
    why: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class TownCover:
    """Share (0 to 1) of a town's weighted people that free teams are expected to cover, before and with this plan."""

    __pydantic_config__ = STRICT

    town: str
    name: Name
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverReport:
    """Cover of the district: before, with this plan, and with the moves it proposes; the worst-served town beside it.

    All are shares from 0 to 1 of the weighted people at risk. `worst` is None where nobody at risk lives in a town.
    `broken` are red and orange cells that nobody free reaches within the second standard, though before somebody did.
    """

    __pydantic_config__ = STRICT

    before: float
    after: float
    with_moves: float
    worst: TownCover | None
    towns: tuple[TownCover, ...]
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A team that goes on to another incident when it is done: what is unmet now, and when it is met after all.

    `arrives_at` holds for the likely time on scene; `earliest` and `latest` for the shortest and the longest.
    """

    __pydantic_config__ = STRICT

    team: str
    name: Name
    incident: str
    after: str
    capability: str
    strength: int
    arrives_at: datetime
    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What the independent check found; `ok` where it found nothing."""

    __pydantic_config__ = STRICT

    ok: bool
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A dispatch plan for all open incidents together; `asked` is the request it answers."""

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
    changes: tuple[Change, ...] = ()
    certainty: tuple[Certainty, ...] = ()
    command: tuple[Command, ...] = ()
    cover: CoverReport | None = None
    moves: tuple[Move, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    notes: tuple[Name, ...] = ()
    asked: Request | None = None
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
