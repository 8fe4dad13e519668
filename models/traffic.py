"""How traffic slows the roads by the hour: a word of the district, not of the map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from models.errors import require
from models.place import STRICT

HOURS: Final = 24
MOST_FACTOR: Final = 1.5
_SATURDAY: Final = 6

TRAFFIC_CLASSES: Final = (
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
    "tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service", "track",
)  # fmt: skip
"""Classes of road that traffic can slow: those of `graphs.road.RoadClass` but paths, ferries and water."""


class Days(StrEnum):
    """The days a row holds for. Public holidays are not known: they count as the day of the week they fall on."""

    WEEKDAY = "weekday"
    """Monday to Friday."""
    WEEKEND = "weekend"
    """Saturday and Sunday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficRow:
    """Speeds of some classes of road on some days.

    `factors` holds one number for each hour of the day, from midnight on: the free speed is multiplied by it from
    the start of that hour to its end. `basis` says where the numbers come from, or "estimate".
    """

    __pydantic_config__ = STRICT

    classes: tuple[str, ...]
    days: tuple[Days, ...]
    factors: tuple[float, ...]
    basis: str

    def __post_init__(self) -> None:
        require(
            bool(self.classes) and bool(self.days), "a row of traffic needs at least one class and one day"
        )
        for each in self.classes:
            require(
                each in TRAFFIC_CLASSES,
                "traffic: no road class {name!r}; there are {known}",
                name=each,
                known=", ".join(TRAFFIC_CLASSES),
            )
        what = self.classes[0]
        require(
            len(self.factors) == HOURS,
            "traffic of {what}: there must be 24 factors, one for each hour from midnight on, got {n}",
            what=what,
            n=len(self.factors),
        )
        for hour, factor in enumerate(self.factors):
            require(
                0 < factor <= MOST_FACTOR,
                "traffic of {what}: the factor of hour {hour} must be above 0 and at most {most}, got {n}",
                what=what,
                hour=hour,
                most=MOST_FACTOR,
                n=factor,
            )
        require(
            bool(self.basis.strip()),
            "traffic of {what} has no basis; say where the numbers come from, or write estimate",
            what=what,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Speed by class of road, hour and kind of day. What no row names is driven at its free speed."""

    __pydantic_config__ = STRICT

    rows: tuple[TrafficRow, ...]
    basis: str = ""

    def __post_init__(self) -> None:
        seen: set[tuple[str, Days]] = set()
        for row in self.rows:
            for pair in ((each, days) for each in row.classes for days in row.days):
                require(
                    pair not in seen,
                    "traffic: {what} on a {days} stands in two rows",
                    what=pair[0],
                    days=pair[1].value,
                )
                seen.add(pair)

    def factors(self, moment: datetime) -> dict[str, float]:
        """Factor of each class that is not driven at its free speed, on the clock that `moment` carries."""
        days, hour = day_and_hour(moment)
        found = {each: row.factors[hour] for row in self.rows if days in row.days for each in row.classes}
        return {each: factor for each, factor in found.items() if factor != 1}


def day_and_hour(moment: datetime) -> tuple[Days, int]:
    """Kind of day and hour on the clock that a moment carries: all that factors depend on."""
    return Days.WEEKEND if moment.isoweekday() >= _SATURDAY else Days.WEEKDAY, moment.hour
