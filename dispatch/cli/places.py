"""Places named on the command line: a point, a set of the world, one of its members, or a file of points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from models.crs import Crs, LngLat
from models.errors import InputError, require
from models.place import Name, Position
from models.request import refuse_duplicates

if TYPE_CHECKING:
    from scenarios.world import World

SETS: Final = {
    "teams": "team",
    "depots": "depot",
    "towns": "town",
    "shelters": "shelter",
    "hospitals": "hospital",
    "landings": "landing",
    "launches": "launch",
}
"""Words for sets of a world, and for one of each."""

_PAIR: Final = 2
_CAR: Final = "fire_engine"
_TRUCK: Final = "relief_truck"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A point one may set out from, `lead_s` seconds after the call."""

    point: LngLat
    lead_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place by its id.

    Attributes
    ----------
    starts
        Where one sets out from it: the place itself, or for a team from outside the map its border roads.
    profile
        The vehicle that stands there; a fire engine where none is known.
    where
        Where it was written down, for a message; "" for a place of the world, which may well be off the map.
    """

    id: str
    point: LngLat
    starts: tuple[Start, ...]
    name: Name | None = None
    profile: str = _CAR
    where: str = ""

    def said(self, language: str) -> str:
        """Give its name, else its id."""
        return self.id if self.name is None else self.name.in_language(language)


def position(text: str, crs: Crs, where: str) -> Position:
    """Read "lng,lat".

    Raises
    ------
    InputError
        Not two numbers, or no degrees.
    """
    numbers = _numbers(text)
    if numbers is None or len(numbers) != _PAIR:
        raise InputError(
            "{text!r} is not a place; write LNG,LAT, for example 105.9,29.35", where=where, text=text
        )
    lng, lat = numbers
    return _position(lng, lat, crs, where)


def one_place(text: str, world: World, crs: Crs, where: str) -> Place:
    """Read one place: "lng,lat", or a member of a set such as "team:ID".

    Raises
    ------
    InputError
        Neither of them, or no such member.
    """
    kind, colon, ident = text.partition(":")
    if not colon or kind not in SETS.values():
        return _point(text, position(text, crs, where), where=where)
    word = next(each for each, one in SETS.items() if one == kind)
    found = next((place for place in _members(world, word) if place.id == ident), None)
    if found is None:
        raise InputError("no {what} {id!r} in this world", where=where, what=kind, id=ident)
    return found


def many_places(texts: Sequence[str], world: World, crs: Crs, where: str) -> tuple[Place, ...]:
    """Read places, each text one of them, a set of the world, or a file.

    Parameters
    ----------
    texts
        "lng,lat", "team:ID", a word of `SETS`, or a file: CSV with the columns lng, lat, and if wished id, name and
        crs; or GeoJSON points (always WGS-84).
    world
        Whose sets they are.
    crs
        Coordinate system of what does not declare its own.
    where
        The option, for a message.

    Raises
    ------
    InputError
        A set that is empty in this world, a file that holds no place, an id that stands twice, or no place at all.
    """
    found: list[Place] = []
    for text in texts:
        if text in SETS:
            members = _members(world, text)
            require(
                bool(members),
                "this world has no {what}; give LNG,LAT or a file of places",
                where=where,
                what=text,
            )
            found += members
        elif Path(text).suffix.lower() in {".csv", ".json", ".geojson"}:
            found += _file(Path(text), crs)
        elif _numbers(text) is None and text.partition(":")[0] not in SETS.values():
            raise InputError(
                "{text!r} is no place; write LNG,LAT, a file (.csv, .geojson), or one of {known}",
                where=where,
                text=text,
                known=", ".join(SETS),
            )
        else:
            found.append(one_place(text, world, crs, where))
    try:
        refuse_duplicates((place.id for place in found), "place")
    except InputError as error:
        raise error.at(where) from None
    return tuple(found)


def _numbers(text: str) -> list[float] | None:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        return None


def _position(lng: float, lat: float, crs: Crs, where: str) -> Position:
    try:
        return Position(lng=lng, lat=lat, crs=crs)
    except InputError as error:
        raise error.at(where) from None


def _point(ident: str, at: Position, name: Name | None = None, profile: str = _CAR, where: str = "") -> Place:
    point = at.wgs84
    return Place(id=ident, point=point, starts=(Start(point=point),), name=name, profile=profile, where=where)


def _members(world: World, word: str) -> list[Place]:
    district = world.district
    if word == "teams":
        return [
            Place(
                id=team.id,
                point=team.stands_at.wgs84,
                starts=tuple(Start(point=entry.position.wgs84, lead_s=entry.lead_s) for entry in team.entries)
                or (Start(point=team.stands_at.wgs84),),
                name=team.name,
                profile=team.profile,
            )
            for team in district.teams
        ]
    if word == "depots":
        return [_point(depot.id, depot.position, depot.name, _TRUCK) for depot in district.depots]
    if word == "towns":
        return [_point(town.code, town.position, town.name) for town in district.towns]
    if word == "shelters":
        return [_point(shelter.id, shelter.position, shelter.name) for shelter in district.shelters]
    if word == "hospitals":
        return [_point(hospital.id, hospital.position, hospital.name) for hospital in district.hospitals]
    sites = world.landings if word == "landings" else world.launches
    return [_point(site.id, site.position, site.name) for site in sites]


def _file(path: Path, crs: Crs) -> list[Place]:
    found = _table(path, crs) if path.suffix.lower() == ".csv" else _features(path)
    require(bool(found), "it lists no place", where=str(path))
    return found


def _table(path: Path, crs: Crs) -> list[Place]:
    from scenarios.tables import Column, maybe, number, one_of, read_table, text

    columns = (
        Column("lng", number),
        Column("lat", number),
        Column("id", text, ""),
        Column("name", text, ""),
        Column("crs", maybe(one_of(Crs)), ""),
    )
    return [
        _point(
            row["id"] or f"{path.stem}-{n}",
            _position(row["lng"], row["lat"], row["crs"] or crs, row.place),
            Name(zh=row["name"], en=row["name"]) if row["name"].strip() else None,
            where=row.place,
        )
        for n, row in enumerate(read_table(path, columns), 1)
    ]


def _features(path: Path) -> list[Place]:
    from models.codec import read_file

    document = read_file(object, path)
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise InputError("it is no GeoJSON FeatureCollection of points", where=str(path))
    return [_feature(each, f"{path.stem}-{n}", f"{path}: feature {n}") for n, each in enumerate(features, 1)]


def _feature(feature: Any, otherwise: str, where: str) -> Place:
    table = feature if isinstance(feature, dict) else {}
    geometry, properties = table.get("geometry"), table.get("properties")
    point = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not (
        isinstance(geometry, dict)
        and geometry.get("type") == "Point"
        and isinstance(point, list)
        and len(point) >= _PAIR
        and all(isinstance(each, int | float) and not isinstance(each, bool) for each in point[:_PAIR])
    ):
        raise InputError("a place is a Point with [longitude, latitude] in degrees", where=where)
    ident = table.get("id", properties.get("id") if isinstance(properties, dict) else None)
    at = _position(float(point[0]), float(point[1]), Crs.WGS84, where)
    return _point(otherwise if ident is None else str(ident), at, where=where)
