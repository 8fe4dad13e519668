"""Relief of displaced people: where they are, and the plan that brings them what they need, trip by trip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.errors import at_most, require
from models.incident import Stake, SupplyNeed
from models.place import STRICT, Name, Position
from models.plan import CheckReport, Load, ObjectiveLevel, Route
from models.relief import LONGEST_DAYS, Needs
from models.request import Closure, check_question, check_search, refuse_duplicates
from models.season import Likelihood, Season
from models.supply import Tier
from models.units import LONGEST_S, MOST

RELIEF_REQUEST_SCHEMA: Final = "rescue-dispatch/relief-request/1"
RELIEF_PLAN_SCHEMA: Final = "rescue-dispatch/relief-plan/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefPlace:
    """Where people are to be given something.

    What they need is estimated from how many they are; a need in `needs` stands in place of the estimate of its item.
    `priority` multiplies what one person counts against those at other places.
    """

    __pydantic_config__ = STRICT

    id: str
    name: Name
    position: Position
    people: int
    priority: int = 1
    needs: tuple[SupplyNeed, ...] = ()

    def __post_init__(self) -> None:
        require(bool(self.id), "a place needs an id")
        require(self.people >= 1, "place {id}: people must be at least 1, got {n}", id=self.id, n=self.people)
        at_most(self.people, MOST, "people", where=f"place {self.id}")
        require(
            1 <= self.priority <= _HIGHEST,
            "place {id}: priority must be from 1 to {most}, got {n}",
            id=self.id,
            n=self.priority,
            most=_HIGHEST,
        )
        refuse_duplicates((need.item for need in self.needs), f"place {self.id}: item")


_HIGHEST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Helicopter:
    """A helicopter that carries sling loads from a depot, `free_s` seconds from now on."""

    __pydantic_config__ = STRICT

    id: str
    depot: str
    payload_kg: float
    free_s: int = 0

    def __post_init__(self) -> None:
        require(bool(self.id), "a helicopter needs an id")
        require(
            self.payload_kg > 0,
            "helicopter {id}: payload_kg must be above 0, got {n}",
            id=self.id,
            n=self.payload_kg,
        )
        require(
            0 <= self.free_s <= LONGEST_S,
            "helicopter {id}: free_s must be from 0 to {most}, got {n}",
            id=self.id,
            n=self.free_s,
            most=LONGEST_S,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefRequest:
    """One question: these people, for so many days, with these roads shut.

    `type` is that of the incident. `season` left out: that of `now`. `likelihood` says which of the three figures of
    the estimate is brought. `rounds` with `seed` decides how far is searched; `time_limit_s` stops it earlier.
    """

    __pydantic_config__ = STRICT

    schema: str
    id: str
    now: datetime
    type: str
    days: int
    places: tuple[ReliefPlace, ...]
    season: Season | None = None
    likelihood: Likelihood = Likelihood.LIKELY
    closures: tuple[Closure, ...] = ()
    helicopters: tuple[Helicopter, ...] = ()
    seed: int = 0
    rounds: int = 300
    time_limit_s: float = 60.0

    def __post_init__(self) -> None:
        check_question(self.schema, RELIEF_REQUEST_SCHEMA, self.id, self.now)
        check_search(self.seed, self.time_limit_s)
        require(
            1 <= self.days <= LONGEST_DAYS,
            "days must be from 1 to {most}, got {n}",
            most=LONGEST_DAYS,
            n=self.days,
        )
        require(bool(self.places), "a request for relief needs at least one place")
        require(self.rounds >= 1, "rounds must be at least 1, got {n}", n=self.rounds)
        refuse_duplicates((place.id for place in self.places), "place")
        refuse_duplicates((closure.id for closure in self.closures), "closure")
        refuse_duplicates((each.id for each in self.helicopters), "helicopter")

    @property
    def in_season(self) -> Season:
        """The season that counts."""
        return self.season or Season.of_month(self.now.month)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceNeed:
    """What a place needs of an item, and what it gets: `delivered` counts what stands in for the item too.

    `complete_at` is when the last of it is unloaded, None where nothing comes; `late` units come after the deadline.
    """

    __pydantic_config__ = STRICT

    place: str
    item: str
    quantity: int
    deadline_s: int
    stake: Stake
    basis: str
    delivered: int
    late: int
    complete_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefStop:
    """One place on a trip: the way there, when unloading begins and ends, what is handed over."""

    __pydantic_config__ = STRICT

    place: str
    arrives_at: datetime
    begins_at: datetime
    leaves_at: datetime
    loads: tuple[Load, ...]
    route: Route


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefTrip:
    """One trip of a truck or helicopter, the `number`-th of it: from loading at its depot until it is back."""

    __pydantic_config__ = STRICT

    vehicle: str
    number: int
    depot: str
    name: Name
    tier: Tier
    profile: str
    dock: int
    loads_at: datetime
    departs_at: datetime
    stops: tuple[ReliefStop, ...]
    back_at: datetime
    kg: float
    m3: float
    why: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefShortfall:
    """What a place does not get, and why; `item` is what it asked for."""

    __pydantic_config__ = STRICT

    place: str
    item: str
    needed: int
    missing: int
    reason: Name

    def __post_init__(self) -> None:
        require(0 < self.missing <= self.needed, "a shortfall misses from 1 to all that is needed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefPlan:
    """Who brings what to whom, from which depot, on which trip.

    `estimates` are the needs as estimated for each place in order, `asked` is the request the plan answers.
    """

    __pydantic_config__ = STRICT

    schema: str
    request: str
    world: str
    label: Name
    made_for: datetime
    estimates: tuple[Needs, ...]
    needs: tuple[PlaceNeed, ...]
    trips: tuple[ReliefTrip, ...]
    shortfalls: tuple[ReliefShortfall, ...]
    objective: tuple[ObjectiveLevel, ...]
    asked: ReliefRequest
    check: CheckReport | None = None

    def __post_init__(self) -> None:
        require(
            self.schema == RELIEF_PLAN_SCHEMA,
            "schema {found!r} is not known; write {known}",
            found=self.schema,
            known=RELIEF_PLAN_SCHEMA,
        )
