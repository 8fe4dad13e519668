"""Questions about a plan and their answers: why this team, why not that one, what else could be done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from models.errors import require
from models.place import STRICT, Name
from models.plan import Alternative, EtaParts, Plan

EXPLANATION_SCHEMA: Final = "rescue-dispatch/explanation/1"


class Why(StrEnum):
    """What keeps a team from being sent to an incident; `SENT` where nothing does."""

    SENT = "sent"
    UNAVAILABLE = "unavailable"
    BOUND = "bound"
    NOT_ALLOWED = "not_allowed"
    OUT_OF_AREA = "out_of_area"
    FORBIDDEN = "forbidden"
    UNREACHABLE = "unreachable"
    NO_USE = "no_use"
    RESERVE = "reserve"
    NEEDED_ELSEWHERE = "needed_elsewhere"
    TOO_LATE = "too_late"
    COSTS_MORE = "costs_more"
    COVER = "cover"
    NO_WORSE = "no_worse"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelPrice:
    """What a level of the objective is now, and what it would be; units as of `ObjectiveLevel`.

    Prices of a plan are listed for the six levels of the teams, then for the four of the supplies.
    """

    __pydantic_config__ = STRICT

    level: int
    name: Name
    now: int
    then: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamAnswer:
    """Why a team goes where it goes, with its time by part and the next-best."""

    __pydantic_config__ = STRICT

    team: str
    name: Name
    incident: str
    why: Name
    eta: EtaParts
    next_best: Alternative | None
    price_without: tuple[LevelPrice, ...]
    """What the plan would cost if the team were not to be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Why a team is not sent to an incident, and what sending it there would cost.

    `eta_s` is seconds from now to its arrival, None where it cannot come; `price` is empty where it may not go.
    """

    __pydantic_config__ = STRICT

    team: str
    name: Name
    incident: str
    reason: Why
    why: Name
    eta_s: int | None
    price: tuple[LevelPrice, ...]
    moved: tuple[str, ...]
    """Teams that would then do something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A whole plan that puts something else first."""

    __pydantic_config__ = STRICT

    key: str
    name: Name
    plan: Plan
    values: tuple[int, ...]
    """What each level of `plan.objective` comes to by the doctrine in force, whatever the variant puts first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The answer to one question about a plan; of the three parts the one that was asked for is filled."""

    __pydantic_config__ = STRICT

    schema: str
    request: str
    team: TeamAnswer | None = None
    why_not: tuple[WhyNot, ...] = ()
    variants: tuple[Variant, ...] = ()

    def __post_init__(self) -> None:
        require(
            self.schema == EXPLANATION_SCHEMA,
            "schema {found!r} is not known; write {known}",
            found=self.schema,
            known=EXPLANATION_SCHEMA,
        )
