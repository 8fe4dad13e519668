"""What a command centre asks: these incidents, these closures, these orders, now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.errors import InputError, require
from models.force import TeamStatus
from models.incident import Incident
from models.place import STRICT, Colour, Outline, Position

REQUEST_SCHEMA: Final = "rescue-dispatch/request/1"

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2999


def refuse_duplicates(ids: Iterable[str], what: str) -> None:
    """Refuse an id that stands twice."""
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            raise InputError("{what} id {id!r} stands twice; ids must be unique", what=what, id=each)
        seen.add(each)


def check_question(found: str, known: str, named: str, now: datetime) -> None:
    """Refuse a question of another schema, without an id, or of a moment that is none or taken for a mistake."""
    require(found == known, "schema {found!r} is not known; write {known}", found=found, known=known)
    require(bool(named), "a request needs an id")
    require(now.tzinfo is not None, "now needs a UTC offset, for example 2026-07-01T14:00:00+08:00")
    require(
        FIRST_YEAR <= now.year <= LAST_YEAR,
        "now is in the year {year}; it must be from {first} to {last}",
        year=now.year,
        first=FIRST_YEAR,
        last=LAST_YEAR,
    )


def check_search(seed: int, time_limit_s: float) -> None:
    """Refuse limits of a search that are none."""
    require(time_limit_s > 0, "time_limit_s must be above 0, got {n}", n=time_limit_s)
    require(0 <= seed < 2**31, "seed must be from 0 to 2147483647, got {n}", n=seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Roads that are shut (`speed_factor` 0), slow (between 0 and 1) or barred to what is heavier than a limit.

    Exactly one of these says where: `road` (its name or reference), `bridge` (the same, but of that road only its
    bridges), `ways` (ids of links or ways as the source of the map numbers them), `outline`, or `centre` with
    `radius_m`. A `speed_factor` that is left out is filled in: 0, or where `max_weight_kg` is given 1, so that the
    roads stay open at their speed to all that is not heavier. With both given, both hold.
    """

    __pydantic_config__ = STRICT

    id: str
    reason: str = ""
    road: str | None = None
    bridge: str | None = None
    ways: tuple[int, ...] = ()
    outline: Outline | None = None
    centre: Position | None = None
    radius_m: float | None = None
    speed_factor: float | None = None
    max_weight_kg: int | None = None
    begin: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        require(bool(self.id), "a closure needs an id")
        self._check_where()
        limited = self.max_weight_kg is not None
        if self.speed_factor is None:
            object.__setattr__(self, "speed_factor", 1.0 if limited else 0.0)
        require(
            0 <= self.factor < 1 or (limited and self.factor == 1),
            "closure {id}: speed_factor is 0 (shut) up to below 1 (slow), got {n}",
            id=self.id,
            n=self.speed_factor,
        )
        require(
            self.max_weight_kg is None or self.max_weight_kg > 0,
            "closure {id}: max_weight_kg must be above 0, got {n}",
            id=self.id,
            n=self.max_weight_kg,
        )
        for moment in (self.begin, self.end):
            require(
                moment is None or moment.tzinfo is not None,
                "closure {id}: begin and end need a UTC offset",
                id=self.id,
            )
        if self.begin is not None and self.end is not None:
            require(self.begin < self.end, "closure {id}: its end is not after its begin", id=self.id)

    def _check_where(self) -> None:
        places = (self.road, self.bridge, self.ways or None, self.outline, self.centre)
        require(
            sum(place is not None for place in places) == 1,
            "closure {id}: give exactly one of road, bridge, ways, outline, or centre with radius_m",
            id=self.id,
        )
        require(
            (self.centre is None) == (self.radius_m is None),
            "closure {id}: centre and radius_m go together",
            id=self.id,
        )
        require(
            self.radius_m is None or self.radius_m > 0,
            "closure {id}: radius_m must be above 0, got {n}",
            id=self.id,
            n=self.radius_m,
        )

    @property
    def factor(self) -> float:
        """What speeds are multiplied by: `speed_factor`, once more for readers of types."""
        return 0.0 if self.speed_factor is None else self.speed_factor

    def in_force(self, moment: datetime) -> bool:
        """Whether the closure holds at `moment`."""
        return (self.begin is None or self.begin <= moment) and (self.end is None or moment < self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """The operator's order that a team goes to an incident."""

    __pydantic_config__ = STRICT

    team: str
    incident: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbid:
    """The operator's order that a team does not go to an incident (to none, where `incident` is left out)."""

    __pydantic_config__ = STRICT

    team: str
    incident: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamReport:
    """What is known of a team now, over what the roster says."""

    __pydantic_config__ = STRICT

    team: str
    status: TeamStatus | None = None
    position: Position | None = None
    free_from: datetime | None = None

    def __post_init__(self) -> None:
        require(
            self.free_from is None or self.free_from.tzinfo is not None,
            "report on team {id}: free_from needs a UTC offset",
            id=self.team,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """A team at work in the plan in force: sent to an incident, there at `arrives_at` if nothing changes.

    Who has arrived stays. Who is on the way may be turned to another incident, from where it is reported to be, if
    that saves more than the doctrine's price of a diversion.
    """

    __pydantic_config__ = STRICT

    team: str
    incident: str
    departs_at: datetime
    arrives_at: datetime

    def __post_init__(self) -> None:
        for moment in (self.departs_at, self.arrives_at):
            require(
                moment.tzinfo is not None,
                "engagement of team {id}: departs_at and arrives_at need a UTC offset",
                id=self.team,
            )
        require(
            self.departs_at <= self.arrives_at,
            "engagement of team {id}: it arrives before it departs",
            id=self.team,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A colour warning before anything has happened: where (town codes; none: everywhere), and from when to when."""

    __pydantic_config__ = STRICT

    id: str
    colour: Colour
    towns: tuple[str, ...] = ()
    begin: datetime
    end: datetime

    def __post_init__(self) -> None:
        require(bool(self.id), "a forecast needs an id")
        for moment in (self.begin, self.end):
            require(
                moment.tzinfo is not None,
                "forecast {id}: begin and end need a UTC offset",
                id=self.id,
            )
        require(self.begin < self.end, "forecast {id}: its end is not after its begin", id=self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question to the planner. Everything the answer depends on, besides the world, stands here."""

    __pydantic_config__ = STRICT

    schema: str
    id: str
    now: datetime
    incidents: tuple[Incident, ...]
    closures: tuple[Closure, ...] = ()
    locks: tuple[Lock, ...] = ()
    forbids: tuple[Forbid, ...] = ()
    reports: tuple[TeamReport, ...] = ()
    engaged: tuple[Engagement, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    seed: int = 0
    time_limit_s: float = 10.0

    def __post_init__(self) -> None:
        check_question(self.schema, REQUEST_SCHEMA, self.id, self.now)
        require(
            bool(self.incidents) or bool(self.forecasts), "a request needs at least one incident or forecast"
        )
        check_search(self.seed, self.time_limit_s)
        refuse_duplicates((incident.id for incident in self.incidents), "incident")
        refuse_duplicates((closure.id for closure in self.closures), "closure")
        refuse_duplicates((report.team for report in self.reports), "report on team")
        known = {incident.id for incident in self.incidents}
        for i, order in enumerate(self.locks):
            require(
                order.incident in known,
                "no incident {id!r} in this request",
                where=f"locks[{i}].incident",
                id=order.incident,
            )
        for i, ban in enumerate(self.forbids):
            require(
                ban.incident is None or ban.incident in known,
                "no incident {id!r} in this request",
                where=f"forbids[{i}].incident",
                id=ban.incident,
            )
        refuse_duplicates((order.team for order in self.locks), "locked team")
        refuse_duplicates((each.team for each in self.engaged), "engaged team")
        refuse_duplicates((each.id for each in self.forecasts), "forecast")
        for i, each in enumerate(self.engaged):
            require(
                each.incident in known,
                "no incident {id!r} in this request; leave out the engagements of incidents that are over",
                where=f"engaged[{i}].incident",
                id=each.incident,
            )
        banned = {(ban.team, ban.incident) for ban in self.forbids}
        for order in self.locks:
            require(
                (order.team, order.incident) not in banned and (order.team, None) not in banned,
                "team {team} is both locked to and forbidden for incident {incident}",
                team=order.team,
                incident=order.incident,
            )
