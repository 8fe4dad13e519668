"""Who carries and treats casualties, by which rules: triage tags, hospitals, ambulances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from models.errors import at_most, require
from models.place import STRICT, Name, Position
from models.units import LONGEST_S, MOST

TRIAGE_SCHEMA: Final = "rescue-dispatch/triage/1"


class Severity(StrEnum):
    """Colour of a triage tag (START): immediate, delayed, walking. The dead are not carried by ambulances."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hospital:
    """A hospital with its free beds by severity; a severity that is not named is not taken."""

    __pydantic_config__ = STRICT

    id: str
    name: Name
    position: Position
    beds: Mapping[Severity, int]
    basis: str = ""

    def __post_init__(self) -> None:
        require(bool(self.id), "a hospital needs an id")
        for severity, beds in self.beds.items():
            require(
                beds >= 0,
                "hospital {id}: beds of {severity} is {n}, it cannot be negative",
                id=self.id,
                severity=severity.value,
                n=beds,
            )
            at_most(beds, MOST, "beds", where=f"hospital {self.id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambulance:
    """A vehicle that carries casualties: `places` in all, of which at most `lying` for red and yellow.

    It sets out from its position `free_in_s` seconds after the question is asked (turnout, or what it is doing now).
    """

    __pydantic_config__ = STRICT

    id: str
    name: Name
    position: Position
    profile: str
    lying: int
    places: int
    free_in_s: int = 0
    basis: str = ""

    def __post_init__(self) -> None:
        require(bool(self.id), "an ambulance needs an id")
        require(
            0 <= self.lying <= self.places and self.places >= 1,
            "ambulance {id}: {lying} of {places} places are lying; write at least 1 place, no more lying than places",
            id=self.id,
            places=self.places,
            lying=self.lying,
        )
        require(
            self.free_in_s >= 0,
            "ambulance {id}: free_in_s is {n}, it cannot be negative",
            id=self.id,
            n=self.free_in_s,
        )
        at_most(self.free_in_s, LONGEST_S, "free_in_s", where=f"ambulance {self.id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency:
    """What a severity means: to be in hospital within `target_s`, and how much each second weighs."""

    __pydantic_config__ = STRICT

    target_s: int
    weight: int
    basis: str

    def __post_init__(self) -> None:
        require(self.target_s > 0, "target_s of a severity must be above 0, got {n}", n=self.target_s)
        require(self.weight >= 1, "weight of a severity must be at least 1, got {n}", n=self.weight)
        require(bool(self.basis.strip()), "basis names a source or says estimate")


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageRules:
    """What planners lay down for casualties: urgency by severity, and what loading and unloading take."""

    __pydantic_config__ = STRICT

    schema: str
    version: str
    name: Name
    load_s: int
    unload_s: int
    basis: str
    urgency: Mapping[Severity, Urgency]

    def __post_init__(self) -> None:
        require(
            self.schema == TRIAGE_SCHEMA,
            "schema {found!r} is not known; write {known}",
            found=self.schema,
            known=TRIAGE_SCHEMA,
        )
        for what in ("load_s", "unload_s"):
            require(getattr(self, what) >= 0, "{name} cannot be negative", name=what)
        for severity in Severity:
            require(severity in self.urgency, "urgency misses {severity}", severity=severity.value)
        weights = [self.urgency[severity].weight for severity in Severity]
        require(
            weights == sorted(weights, reverse=True),
            "urgency: red must weigh no less than yellow, yellow than green",
        )
