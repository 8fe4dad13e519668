"""Bringing people to shelters: who has to leave, and the answer: where to, by when, what is full, what would help."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from models.errors import at_most, require
from models.place import STRICT, Name, Position
from models.plan import CheckReport, ObjectiveLevel
from models.relief import Stay
from models.units import LONGEST_S

SHELTER_PLAN_SCHEMA: Final = "rescue-dispatch/shelter-plan/1"

MOST_PEOPLE: Final = 10_000_000
"""The most people of one question: as many as the sums of an exact answer hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """People at one place that have to be in a shelter within `deadline_s`.

    `function` names the function area they need there, for example "medical"; "" for none.
    """

    __pydantic_config__ = STRICT

    id: str
    position: Position
    people: int
    deadline_s: int
    function: str = ""
    name: Name | None = None

    def __post_init__(self) -> None:
        require(bool(self.id), "a group of people needs an id")
        require(self.people >= 1, "group {id}: people must be at least 1, got {n}", id=self.id, n=self.people)
        at_most(self.people, MOST_PEOPLE, "people", where=f"group {self.id}")
        require(
            self.deadline_s > 0,
            "group {id}: deadline_s must be above 0, got {n}",
            id=self.id,
            n=self.deadline_s,
        )
        at_most(self.deadline_s, LONGEST_S, "deadline_s", where=f"group {self.id}")


class ShelterLimit(StrEnum):
    """What keeps people from a place in a shelter."""

    NO_WAY = "no_way"
    NO_FUNCTION = "no_function"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """Some people of a group sent to one shelter: a task.

    `travel_s` is rounded up; who leaves by `leave_by_s` is there in time; below 0 it is too late to be.
    """

    __pydantic_config__ = STRICT

    group: str
    shelter: str
    people: int
    travel_s: int
    leave_by_s: int
    why: Name

    @property
    def late(self) -> bool:
        """Whether they arrive after their deadline, even if they leave at once."""
        return self.leave_by_s < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """People of a group for whom there is no place, with the limit and what would help."""

    __pydantic_config__ = STRICT

    group: str
    people: int
    limit: ShelterLimit
    remedy: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelterUse:
    """A shelter in the plan: how many it could take, how many come, and what one more place would be worth.

    `opened`: it was not in use before. `one_more` is None where it is not full.
    """

    __pydantic_config__ = STRICT

    shelter: str
    free: int
    people: int
    opened: bool
    one_more: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelterPlan:
    """Who goes to which shelter, with the levels of the objective, each with its bound."""

    __pydantic_config__ = STRICT

    schema: str
    world: str
    stage: Stay
    m2_per_person: float
    profile: str
    step_s: int
    placings: tuple[Placing, ...]
    unplaced: tuple[Unplaced, ...]
    shelters: tuple[ShelterUse, ...]
    objective: tuple[ObjectiveLevel, ...]
    check: CheckReport | None = None
