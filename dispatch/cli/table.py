"""`dispatch table`: how long from many places to many, or which are the nearest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
    write_files,
)
from dispatch.cli.options import (
    PLACE_HELP,
    At,
    Change,
    Close,
    Closures,
    CrsOption,
    OutFile,
    OwnProfile,
    Then,
    Via,
)
from dispatch.language import Phrases
from models.crs import Crs
from models.errors import require

_From = Annotated[
    list[str],
    typer.Option(
        "--from",
        metavar="PLACES",
        help=f"Where from: {PLACE_HELP}; a set: teams, depots, towns, shelters, landings or launches; a file: "
        "CSV with lng, lat and if wished id, name, crs, or GeoJSON points. May be repeated.",
    ),
]
_To = Annotated[list[str], typer.Option("--to", metavar="PLACES", help="Where to, likewise.")]
_Nearest = Annotated[
    int | None,
    typer.Option(
        metavar="K", help="Only the K origins that are soonest at each destination.", show_default=False
    ),
]
_Csv = Annotated[
    Path | None,
    typer.Option(
        "--csv",
        metavar="FILE",
        help="Write origin, destination, profile and seconds of each pair into this file too.",
        show_default=False,
    ),
]
_Lines = Annotated[bool, typer.Option("--geojson", help="Print the ways of the nearest as GeoJSON lines.")]


def table(
    origins: _From,
    destinations: _To,
    nearest: _Nearest = None,
    world: WorldOption = "yongchuan",
    profile: OwnProfile = None,
    crs: CrsOption = Crs.WGS84,
    close: Close = None,
    closures: Closures = None,
    at: At = None,
    then: Then = None,
    via: Via = None,
    change: Change = 0,
    csv: _Csv = None,
    geojson: _Lines = False,
    out: OutFile = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Measure times from many places to many."""
    with refusals(lang, as_json=as_json or geojson):
        require(
            nearest is None or nearest >= 1,
            "--nearest is a number of origins from 1 on, got {n}",
            n=nearest,
        )
        with progress(lang) as say:
            from dispatch.cli.matrix import csv_text, document, lines, measure
            from dispatch.cli.places import many_places
            from dispatch.cli.roads import Ask, geojson_text, open_roads, read_relay

            state = open_roads(world, Ask(crs=crs, close=close, closures=closures, at=at), say)
            starts = many_places(origins, state.world, crs, "--from")
            ends = many_places(destinations, state.world, crs, "--to")
            relay = read_relay(state, crs, then, via, change)
            matrix = measure(state, starts, ends, profile, relay)
            drawn = lines(matrix, state, nearest or 1) if geojson or out is not None else {}
            files = {} if out is None else {out: geojson_text(drawn)}
            write_files(files if csv is None else {**files, csv: csv_text(matrix, nearest)})
        if geojson:
            print_json(drawn, indent=None)
        elif as_json:
            print_json(document(matrix, state, nearest), indent=None)  # a matrix is no text to read
        else:
            from dispatch.cli.matrix_text import matrix_text

            out_console().print(matrix_text(matrix, nearest, Phrases(language_of(lang))))
