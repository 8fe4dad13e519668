"""What has happened, and what it needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.errors import at_most, require
from models.place import STRICT, Colour, Name, Position
from models.units import LONGEST_S, MOST


class Grade(StrEnum):
    """Grade of an event, from extraordinarily serious to ordinary. Not a warning colour, not a response level."""

    I = "I"  # noqa: E741
    II = "II"
    III = "III"
    IV = "IV"


class ResponseLevel(StrEnum):
    """Level of the response that was ordered. Not the event's grade, not a warning colour."""

    I = "I"  # noqa: E741
    II = "II"
    III = "III"
    IV = "IV"


class Stake(StrEnum):
    """What an unmet need costs; life comes before property, property before environment."""

    LIFE = "life"
    PROPERTY = "property"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceNeed:
    """Some strength of one capability on scene within `target_s` of the request's `now`.

    Where `requires_item` is set, only teams that carry that item count.
    """

    __pydantic_config__ = STRICT

    capability: str
    strength: int
    target_s: int
    stake: Stake = Stake.LIFE
    requires_item: str | None = None

    def __post_init__(self) -> None:
        at_most(self.strength, MOST, "strength", where=self.capability)
        at_most(self.target_s, LONGEST_S, "target_s", where=self.capability)
        require(
            self.strength >= 1,
            "strength of {capability} must be at least 1, got {n}",
            capability=self.capability,
            n=self.strength,
        )
        require(
            self.target_s > 0,
            "target_s of {capability} must be above 0, got {n}",
            capability=self.capability,
            n=self.target_s,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyNeed:
    """Some quantity of one item on scene within `deadline_s` of the request's `now`."""

    __pydantic_config__ = STRICT

    item: str
    quantity: int
    deadline_s: int
    stake: Stake = Stake.LIFE

    def __post_init__(self) -> None:
        at_most(self.quantity, MOST, "quantity", where=self.item)
        at_most(self.deadline_s, LONGEST_S, "deadline_s", where=self.item)
        require(
            self.quantity >= 1,
            "quantity of {item} must be at least 1, got {n}",
            item=self.item,
            n=self.quantity,
        )
        require(
            self.deadline_s > 0,
            "deadline_s of {item} must be above 0, got {n}",
            item=self.item,
            n=self.deadline_s,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What an incident brings with it: roads shut around it (a landslide), a risk raised around it (a flood)."""

    __pydantic_config__ = STRICT

    closes_within_m: float | None = None
    raises: Colour | None = None
    raises_within_m: float | None = None

    def __post_init__(self) -> None:
        require(
            self.closes_within_m is not None or self.raises is not None,
            "a consequence gives closes_within_m, or raises with raises_within_m",
        )
        require(
            (self.raises is None) == (self.raises_within_m is None),
            "raises and raises_within_m of a consequence go together",
        )
        for name in ("closes_within_m", "raises_within_m"):
            value = getattr(self, name)
            require(value is None or value > 0, "{name} must be above 0, got {n}", name=name, n=value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One event. `force_needs` and `supply_needs` replace what the doctrine gives where they are stated."""

    __pydantic_config__ = STRICT

    id: str
    type: str
    grade: Grade
    response_level: ResponseLevel
    position: Position
    reported_at: datetime
    name: Name | None = None
    warning: Colour | None = None
    people_affected: int = 0
    force_needs: tuple[ForceNeed, ...] | None = None
    supply_needs: tuple[SupplyNeed, ...] | None = None
    consequence: Consequence | None = None

    def __post_init__(self) -> None:
        require(bool(self.id), "an incident needs an id")
        at_most(self.people_affected, MOST, "people_affected", where=f"incident {self.id}")
        require(
            self.reported_at.tzinfo is not None,
            "incident {id}: reported_at needs a UTC offset, for example 2026-07-01T14:00:00+08:00",
            id=self.id,
        )
        require(
            self.people_affected >= 0,
            "incident {id}: people_affected is {n}, it cannot be negative",
            id=self.id,
            n=self.people_affected,
        )
        for needs, what in ((self.force_needs, "capability"), (self.supply_needs, "item")):
            named = [getattr(need, what) for need in needs or ()]
            twice = sorted({name for name in named if named.count(name) > 1})
            require(
                not twice,
                "incident {id}: {names} is needed twice; write one need with the sum",
                id=self.id,
                names=", ".join(twice),
            )
