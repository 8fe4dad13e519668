"""`dispatch route`: the way from a place to a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.common import (
    Json,
    Lang,
    WorldOption,
    language_of,
    out_console,
    print_json,
    progress,
    refusals,
)
from dispatch.language import Distance, Duration, Phrases
from models.crs import Crs
from models.errors import InputError, require
from models.place import Position

if TYPE_CHECKING:
    from graphs.travel import Path as Way
    from models.request import Closure

_PAIR = 2


def route(
    origin: Annotated[str, typer.Option("--from", metavar="LNG,LAT", help="Where from, longitude first.")],
    destination: Annotated[str, typer.Option("--to", metavar="LNG,LAT", help="Where to.")],
    world: WorldOption = "yongchuan",
    profile: Annotated[
        str, typer.Option("--profile", "-p", help="Vehicle profile, for example fire_engine.")
    ] = "fire_engine",
    crs: Annotated[Crs, typer.Option(help="Coordinate system of --from and --to.")] = Crs.WGS84,
    close: Annotated[
        list[str] | None,
        typer.Option(
            "--close",
            metavar="ROAD|LNG,LAT,METRES",
            help="Shut a road by name, or all roads around a point; may be repeated.",
        ),
    ] = None,
    geojson: Annotated[bool, typer.Option("--geojson", help="Print the way as a GeoJSON feature.")] = False,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Find the quickest way between two places."""
    from graphs.travel import TravelTimes
    from scenarios.library import load

    with refusals(lang, as_json=as_json or geojson):
        start, end = position(origin, crs, "--from"), position(destination, crs, "--to")
        with progress(lang) as say:
            loaded = load(world, progress=say)
            travel = TravelTimes(
                loaded.roads,
                closures=[closure(text, crs, number) for number, text in enumerate(close or [])],
                landings=[site.position.wgs84 for site in loaded.landings],
            )
            for where, point in (("--from", start), ("--to", end)):
                problem = travel.snap_problem(point.wgs84, profile)
                if problem is not None:
                    raise problem.at(where)
            way = travel.path(profile, start.wgs84, end.wgs84)
        if geojson:
            print_json(_feature(profile, way))
        elif as_json:
            print_json(_document(profile, way))
        else:
            out_console().print(_sentence(way, Phrases(language_of(lang))), markup=False)


def position(text: str, crs: Crs, where: str) -> Position:
    """Read "lng,lat"."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    require(
        len(numbers) == _PAIR,
        "{text!r} is not a place; write LNG,LAT, for example 105.9,29.35",
        where=where,
        text=text,
    )
    try:
        return Position(lng=numbers[0], lat=numbers[1], crs=crs)
    except InputError as error:
        raise error.at(where) from None


def closure(text: str, crs: Crs, number: int) -> Closure:
    """Read a road's name, or "lng,lat,metres"."""
    from models.request import Closure

    name, parts = f"--close {number + 1}", text.split(",")
    try:
        lng, lat, metres = (float(part) for part in parts)
    except ValueError:
        return Closure(id=name, road=text)
    try:
        return Closure(id=name, centre=Position(lng=lng, lat=lat, crs=crs), radius_m=metres)
    except InputError as error:
        raise error.at(name) from None


def _document(profile: str, way: Way | None) -> dict[str, object]:
    if way is None:
        return {"profile": profile, "seconds": None, "length_m": None, "roads": [], "points": []}
    return {
        "profile": profile,
        "seconds": way.time_ds / 10,
        "length_m": round(way.length_m, 1),
        "roads": list(way.roads),
        "points": [[round(point.lng, 6), round(point.lat, 6)] for point in way.points],
    }


def _feature(profile: str, way: Way | None) -> dict[str, object]:
    document = _document(profile, way)
    points = document.pop("points")
    geometry = {"type": "LineString", "coordinates": points} if way is not None else None
    return {"type": "Feature", "geometry": geometry, "properties": document}


def _sentence(way: Way | None, phrases: Phrases) -> str:
    if way is None:
        return phrases.say("there is no way for this vehicle")
    head = phrases.say(
        "{time}, {distance}", time=Duration(-(-way.time_ds // 10)), distance=Distance(round(way.length_m))
    )
    return head + "\n" + " → ".join(way.roads)
