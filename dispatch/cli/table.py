"""`dispatch table`: how long from many places to many, or which are the nearest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dispatch.cli.common import (
    WorldOption,
    language_of,
    out_console,
    print_json,
    progress,
    refusals,
    write_files,
)
from dispatch.cli.groups import grouped
from dispatch.cli.options import PLACE_HELP, Ask, Form, OwnProfile, SecondLeg
from dispatch.language import Phrases
from models.errors import require

_From = Annotated[
    list[str],
    typer.Option(
        "--from",
        metavar="PLACES",
        help=f"Where from: {PLACE_HELP}; a set: teams, depots, towns, shelters, hospitals, landings or launches; a "
        "file: CSV with lng, lat and if wished id, name, crs, or GeoJSON points. May be repeated.",
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


@grouped
def table(
    *,
    origins: _From,
    destinations: _To,
    nearest: _Nearest = None,
    world: WorldOption = "yongchuan",
    profile: OwnProfile = None,
    ask: Ask,
    leg: SecondLeg,
    csv: _Csv = None,
    geojson: _Lines = False,
    form: Form,
) -> None:
    """Measure times from many places to many."""
    with refusals(form.lang, as_json=form.as_json or geojson):
        require(
            nearest is None or nearest >= 1,
            "--nearest is a number of origins from 1 on, got {n}",
            n=nearest,
        )
        with progress(form.lang) as say:
            from dispatch.cli.matrix import csv_text, document, lines, measure
            from dispatch.cli.places import many_places
            from dispatch.cli.roads import geojson_text, open_roads, read_relay

            state = open_roads(world, ask, say)
            starts = many_places(origins, state.world, ask.crs, "--from")
            ends = many_places(destinations, state.world, ask.crs, "--to")
            matrix = measure(state, starts, ends, profile, read_relay(state, ask, leg))
            drawn = lines(matrix, state, nearest or 1) if geojson or form.out is not None else {}
            files = {} if form.out is None else {form.out: geojson_text(drawn)}
            write_files(files if csv is None else {**files, csv: csv_text(matrix, nearest)})
        if geojson:
            print_json(drawn, indent=None)
        elif form.as_json:
            print_json(document(matrix, state, nearest), indent=None)  # a matrix is no text to read
        else:
            from dispatch.cli.matrix_text import matrix_text

            out_console().print(matrix_text(matrix, nearest, Phrases(language_of(form.lang))))
