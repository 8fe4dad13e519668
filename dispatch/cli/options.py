"""Options that `route`, `isochrone` and `table` share, each written once; those of one kind in groups.

A further option of the three is one more field of `Ask`. Imported on every start, so it imports little.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from dispatch.cli.common import Json, Lang
from models.crs import Crs

PLACE_HELP: Final = (
    "LNG,LAT; or one of the world: team:ID, depot:ID, town:CODE, shelter:ID, hospital:ID, "
    "landing:ID, launch:ID"
)
"""What one place may be, for the help of an option."""

CLOSE_HELP: Final = (
    "Shut a road by its name; `bridge:NAME`, the bridges of a road; `way:ID,ID`, ways of the map; `LNG,LAT,METRES`, "
    "a circle; `area:LNG,LAT;LNG,LAT;…`, an outline. After it, if wished: `@0.5`, not shut but at half its "
    "speed; `@10t` or `@800kg`, shut to what is heavier; `@BEGIN..END`, from and to a moment. May be repeated."
)
"""The syntax of `--close`, for its help."""

PROFILES: Final = "fire_engine, light_rescue, motorcycle, relief_truck, relief_van, foot, boat or helicopter"
"""Ids of the profiles, for the help: reading their file takes longer than a help may (a test compares)."""

Profile = Annotated[str, typer.Option("--profile", "-p", metavar="ID", help=f"Vehicle: {PROFILES}.")]
OwnProfile = Annotated[
    str | None,
    typer.Option(
        "--profile",
        "-p",
        metavar="ID",
        help=f"Vehicle: {PROFILES}. (default: a team's own, relief_truck from depots, else fire_engine)",
        show_default=False,
    ),
]
_Crs = Annotated[Crs, typer.Option(help="Coordinate system of the places and of --close.")]
_Close = Annotated[list[str] | None, typer.Option("--close", metavar="WHAT[@HOW]", help=CLOSE_HELP)]
_Closures = Annotated[
    list[Path] | None,
    typer.Option(
        "--closures",
        metavar="FILE",
        help="Closures of a file: a JSON list as in a request, or GeoJSON polygons and points with radius_m; "
        "may be repeated.",
    ),
]
_At = Annotated[
    str | None,
    typer.Option(
        metavar="MOMENT",
        help="Leave at this moment, for example 2026-07-01T08:00, on the clock of the world where no offset is given: "
        "closures in force and speeds of that hour. (default: all closures, free speeds)",
        show_default=False,
    ),
]
_Then = Annotated[
    str | None,
    typer.Option(
        metavar="ID",
        help="Change at one of --via and go on by this vehicle: a journey of two legs.",
        show_default=False,
    ),
]
_Via = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PLACES",
        help="Where one may change for --then, as for a table; may be repeated. (default: launches)",
        show_default=False,
    ),
]
_Change = Annotated[int, typer.Option(metavar="SECONDS", help="What the change for --then takes.")]
GeoJson = Annotated[bool, typer.Option("--geojson", help="Print GeoJSON instead of text.")]
_OutFile = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", metavar="FILE", help="Write the GeoJSON into this file too.", show_default=False
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """How the roads are asked for: the coordinate system of what is written, closures, the moment."""

    crs: _Crs = Crs.WGS84
    close: _Close = None
    closures: _Closures = None
    at: _At = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLeg:
    """A change to another vehicle: which, where, and the seconds it takes."""

    then: _Then = None
    via: _Via = None
    change: _Change = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How the answer is given: where the GeoJSON goes, the language, JSON instead of text."""

    out: _OutFile = None
    lang: Lang = None
    as_json: Json = False
