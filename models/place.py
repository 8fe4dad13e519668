"""Where things are: declared positions, names, towns, shelters, hazards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import asin, cos, isfinite, radians, sin, sqrt

from models.crs import Crs, LngLat, to_wgs84
from models.errors import require
from models.units import EARTH_RADIUS_M

STRICT = {"extra": "forbid", "allow_inf_nan": False}
"""Read by `models.codec`: unknown keys are refused, and so are numbers that are not finite."""


def distance_m(a: LngLat, b: LngLat) -> float:
    """Great-circle distance in metres (haversine on the mean Earth radius)."""
    lat1, lat2 = radians(a.lat), radians(b.lat)
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin(radians(b.lng - a.lng) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(h)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name in Chinese and in English."""

    __pydantic_config__ = STRICT

    zh: str
    en: str

    def __post_init__(self) -> None:
        require(
            bool(self.zh.strip()) and bool(self.en.strip()),
            "a name needs a Chinese and an English form, neither empty",
        )

    def in_language(self, language: str) -> str:
        """The form for "zh" or "en"."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A point as it was declared: degrees and their system. Inside, only `wgs84` is used; the original is kept."""

    __pydantic_config__ = STRICT

    lng: float
    lat: float
    crs: Crs

    def __post_init__(self) -> None:
        require(
            isfinite(self.lng) and -180 <= self.lng <= 180,  # noqa: PLR2004
            "longitude {lng} is outside -180..180 degrees",
            lng=self.lng,
        )
        require(
            isfinite(self.lat) and -90 <= self.lat <= 90,  # noqa: PLR2004
            "latitude {lat} is outside -90..90 degrees (positions are written longitude first)",
            lat=self.lat,
        )

    @property
    def wgs84(self) -> LngLat:
        """The same point in WGS-84."""
        return to_wgs84(self.lng, self.lat, self.crs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A closed ring of declared points (the last joins the first)."""

    __pydantic_config__ = STRICT

    points: tuple[tuple[float, float], ...]
    crs: Crs

    def __post_init__(self) -> None:
        require(len(set(self.points)) >= 3, "an outline needs at least three different points")  # noqa: PLR2004
        for lng, lat in self.points:
            Position(lng=lng, lat=lat, crs=self.crs)

    @property
    def wgs84(self) -> tuple[LngLat, ...]:
        """The ring in WGS-84."""
        return tuple(to_wgs84(lng, lat, self.crs) for lng, lat in self.points)


class Colour(StrEnum):
    """Colour of a warning or of a risk zone; red is the highest."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A town or street: the unit that owns a town team, a depot and a response area."""

    __pydantic_config__ = STRICT

    code: str
    name: Name
    position: Position
    population: int
    area_km2: float
    outline: Outline | None = None
    basis: str = ""

    def __post_init__(self) -> None:
        require(
            self.population >= 0,
            "town {code}: population is {n}, it cannot be negative",
            code=self.code,
            n=self.population,
        )
        require(
            self.area_km2 > 0,
            "town {code}: area must be above 0 km2, got {n}",
            code=self.code,
            n=self.area_km2,
        )


class ShelterStatus(StrEnum):
    """Whether a shelter can take people: ready to be opened, in use, or closed."""

    READY = "ready"
    IN_USE = "in_use"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelter:
    """An emergency shelter.

    `capacity` is the most people it takes on any day; for a longer stay `area_m2`, the area people live on, may allow
    fewer. `functions` are its function areas, `places` how many people those of them serve that are limited, for
    example the beds of the medical one. `depot` supplies it.
    """

    __pydantic_config__ = STRICT

    id: str
    name: Name
    position: Position
    capacity: int
    functions: tuple[str, ...] = ()
    area_m2: float | None = None
    places: Mapping[str, int] = field(default_factory=dict)
    status: ShelterStatus = ShelterStatus.READY
    placed: int = 0
    depot: str = ""
    basis: str = ""

    def __post_init__(self) -> None:
        require(
            self.capacity >= 0,
            "shelter {id}: capacity is {n}, it cannot be negative",
            id=self.id,
            n=self.capacity,
        )
        require(
            self.area_m2 is None or self.area_m2 > 0,
            "shelter {id}: area_m2 must be above 0, got {n}",
            id=self.id,
            n=self.area_m2,
        )
        require(
            self.placed >= 0, "shelter {id}: placed is {n}, it cannot be negative", id=self.id, n=self.placed
        )
        for function, most in self.places.items():
            require(
                function in self.functions,
                "shelter {id}: places names {function}, which is not among its functions",
                id=self.id,
                function=function,
            )
            require(
                most >= 0,
                "shelter {id}: places of {function} is {n}, it cannot be negative",
                id=self.id,
                function=function,
                n=most,
            )

    def free(self, m2_per_person: float) -> int:
        """Give the people it can still take where each needs so much room; 0 where it is closed."""
        if self.status is ShelterStatus.CLOSED:
            return 0
        room = self.capacity if self.area_m2 is None else int(self.area_m2 / m2_per_person + 1e-9)
        return max(0, min(self.capacity, room) - self.placed)


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardPoint:
    """A known hazard beside a road: landslide slope, low water crossing, weak bridge."""

    __pydantic_config__ = STRICT

    id: str
    kind: str
    position: Position
    colour: Colour
    max_weight_kg: int | None = None
    road: str = ""
    basis: str = ""

    def __post_init__(self) -> None:
        require(
            self.max_weight_kg is None or self.max_weight_kg > 0,
            "hazard {id}: max_weight_kg must be above 0, got {n}",
            id=self.id,
            n=self.max_weight_kg,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCell:
    """One cell of the four-colour risk surface: what threatens, how much, how many people live there."""

    __pydantic_config__ = STRICT

    id: str
    town: str
    position: Position
    colour: Colour
    hazards: tuple[str, ...]
    population: int
    basis: str = ""

    def __post_init__(self) -> None:
        require(
            self.population >= 0,
            "risk cell {id}: population is {n}, it cannot be negative",
            id=self.id,
            n=self.population,
        )
