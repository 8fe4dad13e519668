"""`dispatch isochrone`: what can be reached from a place within some minutes."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from dispatch.cli.common import WorldOption, language_of, out_console, print_json, progress, refusals
from dispatch.cli.groups import grouped
from dispatch.cli.options import PLACE_HELP, Ask, Form, GeoJson, Profile
from dispatch.language import Duration, Phrases
from models.crs import LngLat
from models.errors import require

if TYPE_CHECKING:
    from rich.table import Table

    from dispatch.cli.roads import State
    from graphs.isochrone import Isochrone

_S_PER_MIN: Final = 60
_LONGEST_MIN: Final = 24 * 60


@grouped
def isochrone(
    *,
    origin: Annotated[str, typer.Option("--from", metavar="PLACE", help=f"Where from: {PLACE_HELP}.")],
    minutes: Annotated[str, typer.Option(metavar="5,10,20", help="Times in minutes.")] = "5,10,20",
    world: WorldOption = "yongchuan",
    profile: Profile = "fire_engine",
    ask: Ask,
    geojson: GeoJson = False,
    form: Form,
) -> None:
    """Draw what can be reached from a place within some times."""
    with refusals(form.lang, as_json=form.as_json or geojson):
        limits = read_minutes(minutes)
        with progress(form.lang) as say:
            from dispatch.cli.places import one_place
            from dispatch.cli.roads import check_on_map, open_roads, write_geojson

            state = open_roads(world, ask, say)
            start = one_place(origin, state.world, ask.crs, "--from").point
            check_on_map(state, start, profile, "--from")
            areas = state.travel.isochrone(profile, start, limits)
            drawn = _collection(profile, start, areas, state)
            write_geojson(drawn, form.out)
        if geojson:
            print_json(drawn)
        elif form.as_json:
            print_json(_document(profile, start, areas, state))
        else:
            out_console().print(_table(areas, Phrases(language_of(form.lang))))


def read_minutes(text: str) -> list[int]:
    """Read "5,10,20" as seconds, in the order given.

    Raises
    ------
    InputError
        Not numbers, none, above a day, or not above 0.
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    require(
        bool(numbers) and all(isfinite(each) and 0 < each <= _LONGEST_MIN for each in numbers),
        "{text!r} are no minutes; write numbers above 0 and up to {most}, for example 5,10,20",
        where="--minutes",
        text=text,
        most=_LONGEST_MIN,
    )
    return [max(1, round(each * _S_PER_MIN)) for each in numbers]


def _values(profile: str, area: Isochrone) -> dict[str, Any]:
    return {
        "profile": profile,
        "limit": area.limit_s / _S_PER_MIN,
        "limit_s": area.limit_s,
        "area_km2": round(area.area_km2, 3),
        "nodes": area.nodes,
    }


def _document(profile: str, start: LngLat, areas: tuple[Isochrone, ...], state: State) -> dict[str, Any]:
    from dispatch.cli.roads import coordinates

    return {
        "profile": profile,
        "from": coordinates(start),
        "closures": list(state.in_force),
        "areas": [_values(profile, area) for area in areas],
    }


def _collection(profile: str, start: LngLat, areas: tuple[Isochrone, ...], state: State) -> dict[str, Any]:
    """One feature per limit, the largest first, so that a map draws the smaller ones above it."""
    from dispatch.cli.roads import coordinates, feature

    common = {"from": coordinates(start), "closures": list(state.in_force)}
    return {
        "type": "FeatureCollection",
        "features": [
            feature(area.geometry, {**_values(profile, area), **common})
            for area in sorted(areas, key=lambda area: -area.limit_s)
        ],
    }


def _table(areas: tuple[Isochrone, ...], phrases: Phrases) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column(phrases.say("within"))
    table.add_column(phrases.say("area"), justify="right")
    table.add_column(phrases.say("road nodes"), justify="right")
    for area in areas:
        table.add_row(
            phrases.of(Duration(area.limit_s)),
            phrases.say("{n} km²", n=f"{area.area_km2:.1f}"),
            str(area.nodes),
        )
    return table
