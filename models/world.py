"""A district without its roads: towns, force, depots, items, shelters, hazards, hospitals, doctrine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from models.doctrine import Doctrine
from models.errors import InputError, require
from models.force import Team
from models.medical import Ambulance, Hospital
from models.place import STRICT, HazardPoint, Name, Position, RiskCell, Shelter, Town
from models.request import refuse_duplicates
from models.supply import Depot, Item, check_substitutes, floor_of
from models.traffic import Traffic

WORLD_SCHEMA: Final = "rescue-dispatch/world/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A named place of use to planning: landing point, boat launch, rescue base, industrial park."""

    __pydantic_config__ = STRICT

    id: str
    kind: str
    name: Name
    position: Position
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """Everything of a world but its roads.

    `demo` marks data that is made up in whole or part; shifts, opening hours and the hours of `traffic` are on the
    clock of `time_zone`. Without `traffic` every hour is driven at free speed.
    """

    __pydantic_config__ = STRICT

    schema: str
    id: str
    name: Name
    demo: bool
    towns: tuple[Town, ...]
    teams: tuple[Team, ...]
    items: tuple[Item, ...]
    depots: tuple[Depot, ...]
    doctrine: Doctrine
    shelters: tuple[Shelter, ...] = ()
    hazards: tuple[HazardPoint, ...] = ()
    risk: tuple[RiskCell, ...] = ()
    sites: tuple[Site, ...] = ()
    hospitals: tuple[Hospital, ...] = ()
    ambulances: tuple[Ambulance, ...] = ()
    traffic: Traffic | None = None
    time_zone: str = "Asia/Shanghai"
    roads_digest: str = ""
    basis: str = ""

    def __post_init__(self) -> None:
        require(
            self.schema == WORLD_SCHEMA,
            "schema {found!r} is not known; write {known}",
            found=self.schema,
            known=WORLD_SCHEMA,
        )
        require(bool(self.teams), "the force is empty; a world needs at least one team")
        refuse_duplicates((town.code for town in self.towns), "town")
        refuse_duplicates((team.id for team in self.teams), "team")
        refuse_duplicates((item.id for item in self.items), "item")
        refuse_duplicates((depot.id for depot in self.depots), "depot")
        refuse_duplicates((lot.id for depot in self.depots for lot in depot.lots), "lot")
        refuse_duplicates((truck.id for depot in self.depots for truck in depot.trucks), "truck")
        refuse_duplicates((shelter.id for shelter in self.shelters), "shelter")
        refuse_duplicates((hazard.id for hazard in self.hazards), "hazard")
        refuse_duplicates((hospital.id for hospital in self.hospitals), "hospital")
        refuse_duplicates((ambulance.id for ambulance in self.ambulances), "ambulance")
        check_substitutes(self.items)
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise InputError(
                "time_zone {name!r} is not known; write a name of the IANA list, for example Asia/Shanghai",
                name=self.time_zone,
            ) from None
        self._check_references()

    def local(self, moment: datetime) -> datetime:
        """The same moment on the district's clock."""
        return moment.astimezone(ZoneInfo(self.time_zone))

    def _check_references(self) -> None:
        towns = {town.code for town in self.towns}
        items = {item.id for item in self.items}
        for team in self.teams:
            for capability in team.strengths:
                self.doctrine.check_capability(capability, f"team {team.id}")
            _known(team.equipment, items, "item", f"team {team.id}: equipment")
            _known(team.area, towns, "town", f"team {team.id}: area")
            _known((team.town,) if team.town else (), towns, "town", f"team {team.id}: town")
        for item in self.items:
            _known((*item.substitutes, *item.kit), items, "item", f"item {item.id}")
        for depot in self.depots:
            _known([lot.item for lot in depot.lots], items, "item", f"depot {depot.id}: lots")
            _known(depot.reserve, items, "item", f"depot {depot.id}: reserve")
            _known((depot.town,) if depot.town else (), towns, "town", f"depot {depot.id}: town")
        depots = {depot.id for depot in self.depots}
        for shelter in self.shelters:
            _known((shelter.depot,) if shelter.depot else (), depots, "depot", f"shelter {shelter.id}: depot")
        for key, kind in self.doctrine.incidents.items():
            for level, response in kind.responses.items():
                where = f"doctrine incidents.{key}.responses.{level.value}"
                _known([rule.item for rule in response.supplies], items, "item", where)
                _known(
                    [need.requires_item for need in response.force if need.requires_item],
                    items,
                    "item",
                    where,
                )


def _known(named: Iterable[str], known: set[str], what: str, where: str) -> None:
    for each in named:
        if each not in known:
            raise InputError("no {what} {id!r} in this world", where=where, what=what, id=each)


def with_floors(district: District) -> District:
    """Give the district with the floors that its items set by tier among the reserves of its depots."""
    floored = [item for item in district.items if item.floors]
    if not floored:
        return district
    depots = tuple(
        replace(
            depot,
            reserve={
                **depot.reserve,
                **{item.id: floor for item in floored if (floor := floor_of(depot, item))},
            },
        )
        for depot in district.depots
    )
    return replace(district, depots=depots)
