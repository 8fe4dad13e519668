"""The rescue force: who can help, from where, with what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

from models.errors import InputError, at_most, require
from models.place import STRICT, Name, Position
from models.units import LONGEST_S, MOST


class Echelon(StrEnum):
    """Level of a team in the system "1+7+23+388+N"; the order here is from the nearest to the farthest help."""

    VILLAGE = "village"
    TOWN = "town"
    ENTERPRISE = "enterprise"
    VOLUNTEER = "volunteer"
    SPECIALIST = "specialist"
    DISTRICT = "district"
    AIR = "air"
    MUTUAL_AID = "mutual_aid"
    MUNICIPAL = "municipal"


class TeamStatus(StrEnum):
    """What a team is doing now."""

    AVAILABLE = "available"
    NOTIFIED = "notified"
    ROLLING = "rolling"
    ON_SCENE = "on_scene"
    RETURNING = "returning"
    RESTING = "resting"
    OUT_OF_SERVICE = "out_of_service"


FREE_STATUSES = frozenset({TeamStatus.AVAILABLE, TeamStatus.RETURNING})
"""Statuses in which a team can be given a new task at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A daily duty period in local time; an end before its start runs past midnight."""

    __pydantic_config__ = STRICT

    start: time
    end: time
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)

    def __post_init__(self) -> None:
        require(
            self.start.tzinfo is None and self.end.tzinfo is None,
            "a shift is written on the local clock, without a UTC offset",
        )
        require(
            self.start != self.end,
            "a shift from {t} to {t} is empty; leave shifts out for round the clock",
            t=self.start,
        )
        require(
            bool(self.weekdays) and all(0 <= d <= 6 for d in self.weekdays),  # noqa: PLR2004
            "weekdays are 0 (Monday) to 6 (Sunday), got {days}",
            days=list(self.weekdays),
        )

    def covers(self, moment: datetime) -> bool:
        """Whether `moment` (local clock of its own offset) lies in this shift; the day is that of the shift's start."""
        clock = moment.time().replace(tzinfo=None)
        if self.start < self.end:
            return moment.weekday() in self.weekdays and self.start <= clock < self.end
        if clock >= self.start:
            return moment.weekday() in self.weekdays
        return clock < self.end and (moment.weekday() - 1) % 7 in self.weekdays


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A border road by which a team from outside enters the map, `lead_s` seconds after it was called."""

    __pydantic_config__ = STRICT

    name: Name
    position: Position
    lead_s: int

    def __post_init__(self) -> None:
        require(self.lead_s >= 0, "lead_s of a border road is {n}, it cannot be negative", n=self.lead_s)
        at_most(self.lead_s, LONGEST_S, "lead_s", where=self.name.en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """One unit that is dispatched as a whole.

    `strengths` gives whole units of strength by capability; all of them count at the incident the team goes to.
    `area` lists the town codes the team may be sent to (empty: anywhere). `availability` is the probability that
    the team turns out when called (below 1 for volunteers). `approval` names the lowest authority whose word is needed.
    A team from outside the map has `entries`: it comes by the one that brings it soonest.
    """

    __pydantic_config__ = STRICT

    id: str
    name: Name
    echelon: Echelon
    home: Position
    crew: int
    strengths: Mapping[str, int]
    profile: str
    turnout_s: int
    town: str = ""
    position: Position | None = None
    status: TeamStatus = TeamStatus.AVAILABLE
    free_from: datetime | None = None
    equipment: Mapping[str, int] = field(default_factory=dict)
    availability: float = 1.0
    shifts: tuple[Shift, ...] = ()
    area: tuple[str, ...] = ()
    approval: str = ""
    entries: tuple[Entry, ...] = ()
    basis: str = ""

    def __post_init__(self) -> None:
        require(bool(self.id), "a team needs an id")
        for count in (self.crew, self.turnout_s, *self.strengths.values()):
            at_most(count, MOST, "a number", where=f"team {self.id}")
        require(self.crew >= 1, "team {id}: crew must be at least 1, got {n}", id=self.id, n=self.crew)
        require(
            bool(self.strengths), "team {id}: it has no capability; give at least one strength", id=self.id
        )
        for capability, strength in self.strengths.items():
            require(
                strength >= 1,
                "team {id}: strength of {capability} must be at least 1, got {n}",
                id=self.id,
                capability=capability,
                n=strength,
            )
        for item, quantity in self.equipment.items():
            require(
                quantity >= 0,
                "team {id}: quantity of {item} is {n}, it cannot be negative",
                id=self.id,
                item=item,
                n=quantity,
            )
        require(
            self.turnout_s >= 0,
            "team {id}: turnout_s is {n}, it cannot be negative",
            id=self.id,
            n=self.turnout_s,
        )
        require(
            0 < self.availability <= 1,
            "team {id}: availability is a probability above 0 and up to 1, got {n}",
            id=self.id,
            n=self.availability,
        )
        require(
            self.free_from is None or self.free_from.tzinfo is not None,
            "team {id}: free_from needs a UTC offset, for example 2026-07-01T14:00:00+08:00",
            id=self.id,
        )

    @property
    def stands_at(self) -> Position:
        """Where the team is now: its reported position, else its home."""
        return self.position or self.home

    def on_duty(self, moment: datetime) -> bool:
        """Whether a shift covers `moment` (always, where no shifts are given)."""
        return not self.shifts or any(shift.covers(moment) for shift in self.shifts)


@dataclass(frozen=True, slots=True)
class ForceStructure:
    """Counts of the force "1+7+23+388+N": district, specialist, town, village, and all others."""

    district: int
    specialist: int
    town: int
    village: int
    others: int

    @classmethod
    def parse(cls, text: str) -> ForceStructure:
        """Read "1+7+23+388+40"."""
        found = re.fullmatch(r"\s*(\d+)\+(\d+)\+(\d+)\+(\d+)\+(\d+)\s*", text)
        if found is None:
            raise InputError(
                "force {text!r} is not understood; write five whole numbers joined by +, for example 1+7+23+388+40",
                text=text,
            )
        structure = cls(*(int(part) for part in found.groups()))
        require(structure.total > 0, "force {text} has no team at all", text=text)
        return structure

    @property
    def total(self) -> int:
        """Number of teams."""
        return self.district + self.specialist + self.town + self.village + self.others

    def __str__(self) -> str:
        return f"{self.district}+{self.specialist}+{self.town}+{self.village}+{self.others}"
