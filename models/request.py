"""What a command centre asks: these incidents, these closures, these orders, now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.errors import InputError, require
from models.force import TeamStatus
from models.incident import Incident
from models.place import STRICT, Outline, Position

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Roads that are shut (`speed_factor` 0) or slow (between 0 and 1) for every vehicle that drives.

    Exactly one of `road` (its name or reference), `outline`, or `centre` with `radius_m` says where.
    """

    __pydantic_config__ = STRICT

    id: str
    reason: str = ""
    road: str | None = None
    outline: Outline | None = None
    centre: Position | None = None
    radius_m: float | None = None
    speed_factor: float = 0.0
    begin: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        require(bool(self.id), "a closure needs an id")
        ways = sum(way is not None for way in (self.road, self.outline, self.centre))
        require(
            ways == 1, "closure {id}: give exactly one of road, outline, or centre with radius_m", id=self.id
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
        require(
            0 <= self.speed_factor < 1,
            "closure {id}: speed_factor is 0 (shut) up to below 1 (slow), got {n}",
            id=self.id,
            n=self.speed_factor,
        )
        for moment in (self.begin, self.end):
            require(
                moment is None or moment.tzinfo is not None,
                "closure {id}: begin and end need a UTC offset",
                id=self.id,
            )
        if self.begin is not None and self.end is not None:
            require(self.begin < self.end, "closure {id}: its end is not after its begin", id=self.id)

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
    seed: int = 0
    time_limit_s: float = 10.0

    def __post_init__(self) -> None:
        require(
            self.schema == REQUEST_SCHEMA,
            "schema {found!r} is not known; write {known}",
            found=self.schema,
            known=REQUEST_SCHEMA,
        )
        require(bool(self.id), "a request needs an id")
        require(self.now.tzinfo is not None, "now needs a UTC offset, for example 2026-07-01T14:00:00+08:00")
        require(
            FIRST_YEAR <= self.now.year <= LAST_YEAR,
            "now is in the year {year}; it must be from {first} to {last}",
            year=self.now.year,
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )
        require(bool(self.incidents), "a request needs at least one incident")
        require(self.time_limit_s > 0, "time_limit_s must be above 0, got {n}", n=self.time_limit_s)
        require(0 <= self.seed < 2**31, "seed must be from 0 to 2147483647, got {n}", n=self.seed)
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
        banned = {(ban.team, ban.incident) for ban in self.forbids}
        for order in self.locks:
            require(
                (order.team, order.incident) not in banned and (order.team, None) not in banned,
                "team {team} is both locked to and forbidden for incident {incident}",
                team=order.team,
                incident=order.incident,
            )
