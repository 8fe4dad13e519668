"""Casualties, and the answer: who carries whom where, and when they are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from models.errors import at_most, require
from models.medical import Severity
from models.place import STRICT, Name, Position
from models.plan import CheckReport, ObjectiveLevel
from models.units import LONGEST_S

CASUALTY_PLAN_SCHEMA: Final = "rescue-dispatch/casualty-plan/1"

MOST_CASUALTIES: Final = 2000
"""The most casualties of one question: each is a person by name, and above this no district's ambulances help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasualtySite:
    """A place with casualties by severity, who can be loaded from `ready_in_s` seconds on."""

    __pydantic_config__ = STRICT

    id: str
    position: Position
    casualties: Mapping[Severity, int]
    ready_in_s: int = 0
    name: Name | None = None

    def __post_init__(self) -> None:
        require(bool(self.id), "a place with casualties needs an id")
        for severity, count in self.casualties.items():
            require(
                count >= 0,
                "place {id}: {severity} is {n}, it cannot be negative",
                id=self.id,
                severity=severity.value,
                n=count,
            )
        require(sum(self.casualties.values()) >= 1, "place {id}: no casualties; give at least 1", id=self.id)
        require(
            self.ready_in_s >= 0,
            "place {id}: ready_in_s is {n}, it cannot be negative",
            id=self.id,
            n=self.ready_in_s,
        )
        at_most(self.ready_in_s, LONGEST_S, "ready_in_s", where=f"place {self.id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CasualtyTrip:
    """One trip of an ambulance: from where it is to a place, and with casualties to a hospital. Seconds from now."""

    __pydantic_config__ = STRICT

    ambulance: str
    number: int
    site: str
    hospital: str
    casualties: Mapping[Severity, int]
    departs_s: int
    loads_s: int
    leaves_s: int
    arrives_s: int
    why: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCarried:
    """Casualties that no trip takes, with the reason and what would help."""

    __pydantic_config__ = STRICT

    site: str
    severity: Severity
    count: int
    reason: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class CasualtyPlan:
    """Who carries whom where, with the levels of the objective, each with its bound."""

    __pydantic_config__ = STRICT

    schema: str
    world: str
    rules: str
    trips: tuple[CasualtyTrip, ...]
    left: tuple[NotCarried, ...]
    objective: tuple[ObjectiveLevel, ...]
    seed: int = 0
    check: CheckReport | None = field(default=None)
