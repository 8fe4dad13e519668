"""Relief supplies: items, lots, trucks and depots on three tiers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter

from models.errors import InputError, at_most, require
from models.force import Shift
from models.place import STRICT, Name, Position
from models.units import MOST


class Category(StrEnum):
    """Use category of an item, the six of the district's plan."""

    WORK_SAFETY = "work_safety"
    FLOOD_DROUGHT = "flood_drought"
    FOREST_FIRE = "forest_fire"
    EARTHQUAKE_GEOLOGICAL = "earthquake_geological"
    DISASTER_RELIEF = "disaster_relief"
    FIRE_RESCUE = "fire_rescue"


class Tier(StrEnum):
    """Tier of a depot, nearest first."""

    VILLAGE = "village"
    TOWN = "town"
    DISTRICT = "district"

    @property
    def rank(self) -> int:
        """0 for the village, 1 for the town, 2 for the district."""
        return tuple(Tier).index(self)


class Condition(StrEnum):
    """Condition of a lot; only GOOD is issued."""

    GOOD = "good"
    DAMAGED = "damaged"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A kind of supply.

    `code` is the seven-digit GB/T 38565-2020 code; `substitutes` maps an item id to how many units of it replace one
    unit of this; `floors` is how many units a depot of a tier keeps where it names no reserve of its own.
    """

    __pydantic_config__ = STRICT

    id: str
    code: str
    category: Category
    name: Name
    unit: Name
    kg: float
    m3: float
    kit: Mapping[str, int] = field(default_factory=dict)
    substitutes: Mapping[str, float] = field(default_factory=dict)
    floors: Mapping[Tier, int] = field(default_factory=dict)
    basis: str = ""

    def __post_init__(self) -> None:
        require(bool(self.id), "an item needs an id")
        require(
            re.fullmatch(r"[1-3][0-9]{6}", self.code) is not None,
            "item {id}: {code!r} is not a GB/T 38565 code; seven digits, the first 1 to 3",
            id=self.id,
            code=self.code,
        )
        require(self.kg > 0, "item {id}: kg must be above 0, got {n}", id=self.id, n=self.kg)
        require(self.m3 > 0, "item {id}: m3 must be above 0, got {n}", id=self.id, n=self.m3)
        for other, ratio in self.substitutes.items():
            require(
                ratio > 0,
                "item {id}: ratio of substitute {other} must be above 0, got {n}",
                id=self.id,
                other=other,
                n=ratio,
            )
        for part, count in self.kit.items():
            require(
                count >= 1,
                "item {id}: a kit holds at least 1 of {part}, got {n}",
                id=self.id,
                part=part,
                n=count,
            )
        for tier, floor in self.floors.items():
            require(
                floor >= 0,
                "item {id}: floor of tier {tier} is {n}, it cannot be negative",
                id=self.id,
                tier=tier,
                n=floor,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Some quantity of one item in a depot: one batch, one expiry."""

    __pydantic_config__ = STRICT

    id: str
    item: str
    quantity: int
    batch: str
    expires: date | None = None
    condition: Condition = Condition.GOOD

    def __post_init__(self) -> None:
        require(bool(self.id), "a lot needs an id")
        at_most(self.quantity, MOST, "quantity", where=f"lot {self.id}")
        require(
            self.quantity >= 0,
            "lot {id}: quantity is {n}, stock cannot be negative",
            id=self.id,
            n=self.quantity,
        )

    def usable_on(self, day: date) -> bool:
        """Whether the lot is good and not past its expiry on `day`."""
        return self.condition is Condition.GOOD and (self.expires is None or day <= self.expires)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truck:
    """A vehicle of a depot."""

    __pydantic_config__ = STRICT

    id: str
    profile: str
    payload_kg: float
    volume_m3: float
    available: bool = True

    def __post_init__(self) -> None:
        require(bool(self.id), "a truck needs an id")
        require(
            self.payload_kg > 0,
            "truck {id}: payload_kg must be above 0, got {n}",
            id=self.id,
            n=self.payload_kg,
        )
        require(
            self.volume_m3 > 0, "truck {id}: volume_m3 must be above 0, got {n}", id=self.id, n=self.volume_m3
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Depot:
    """A store of supplies.

    `reserve` is the floor by item that dispatch leaves in place; `loading_kg_per_min` times the loading, and
    `unloading_kg_per_min` the unloading of what arrives (None: as fast as it loads). `docks` is how many trucks stand
    at the ramp at once (None: as many as there are).
    """

    __pydantic_config__ = STRICT

    id: str
    name: Name
    tier: Tier
    position: Position
    lots: tuple[Lot, ...]
    trucks: tuple[Truck, ...]
    loading_kg_per_min: float
    release_s: int
    town: str = ""
    reserve: Mapping[str, int] = field(default_factory=dict)
    hours: tuple[Shift, ...] = ()
    unloading_kg_per_min: float | None = None
    docks: int | None = None
    basis: str = ""

    def __post_init__(self) -> None:
        require(bool(self.id), "a depot needs an id")
        require(
            self.loading_kg_per_min > 0,
            "depot {id}: loading_kg_per_min must be above 0, got {n}",
            id=self.id,
            n=self.loading_kg_per_min,
        )
        require(
            self.release_s >= 0,
            "depot {id}: release_s is {n}, it cannot be negative",
            id=self.id,
            n=self.release_s,
        )
        require(
            self.unloading_kg_per_min is None or self.unloading_kg_per_min > 0,
            "depot {id}: unloading_kg_per_min must be above 0, got {n}",
            id=self.id,
            n=self.unloading_kg_per_min,
        )
        require(
            self.docks is None or self.docks >= 1,
            "depot {id}: docks must be at least 1, got {n}",
            id=self.id,
            n=self.docks,
        )
        for item, floor in self.reserve.items():
            require(
                floor >= 0,
                "depot {id}: reserve of {item} is {n}, it cannot be negative",
                id=self.id,
                item=item,
                n=floor,
            )

    def open_at(self, moment: datetime) -> bool:
        """Whether the depot can issue at `moment` (round the clock where no hours are given)."""
        return not self.hours or any(shift.covers(moment) for shift in self.hours)


def floor_of(depot: Depot, item: Item) -> int:
    """Units of an item that a depot keeps: its own reserve, else the floor of its tier, else none."""
    return depot.reserve.get(item.id, item.floors.get(depot.tier, 0))


def check_substitutes(items: Iterable[Item]) -> None:
    """Refuse a circle of substitutes: round a circle, stock could be counted as more than it is."""
    graph = {item.id: set(item.substitutes) for item in items}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise InputError(
            "substitutes run in a circle: {circle}; drop one of them",
            circle=" -> ".join(reversed(error.args[1])),
        ) from None
