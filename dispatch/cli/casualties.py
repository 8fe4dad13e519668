"""`dispatch casualties`: which ambulance carries whom to which hospital."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dispatch.cli.common import (
    EXIT_FAULT,
    WorldOption,
    language_of,
    out_console,
    print_json,
    progress,
    refusals,
    write_files,
)
from dispatch.cli.groups import grouped
from dispatch.cli.options import Ask, Form

_Site = Annotated[
    list[str] | None,
    typer.Option(
        "--site",
        metavar="PLACE=RED,YELLOW,GREEN[@MINUTES]",
        help="Casualties at a place (LNG,LAT or town:CODE and so on) by triage tag, if wished ready to be loaded only "
        "in so many minutes: 105.9,29.35=3,5,10@20. May be repeated.",
        show_default=False,
    ),
]
_Sites = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.csv",
        help="The same as a table: id, lng, lat; if wished red, yellow, green, ready_minutes, crs, name.",
        show_default=False,
    ),
]
_Rules = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Your own rules, TOML like scenarios/data/triage.toml.", show_default=False
    ),
]


@grouped
def casualties(
    *,
    site: _Site = None,
    sites: _Sites = None,
    rules: _Rules = None,
    seed: Annotated[int, typer.Option(help="Seed of the search.")] = 0,
    world: WorldOption = "yongchuan",
    ask: Ask,
    form: Form,
) -> None:
    """Plan the trips of ambulances: casualties by severity to hospitals with beds, red first.

    Example: dispatch casualties --site 105.9,29.35=3,5,10 --site town:500118107=1,4,6@20
    """
    with refusals(form.lang, as_json=form.as_json):
        with progress(form.lang) as say:
            from dispatch.cli.casualties_answer import answer, document, lines
            from dispatch.cli.roads import geojson_text, open_roads

            state = open_roads(world, ask, say)
            found = answer(state, (site or [], sites, ask.crs), rules, seed)
            if form.out is not None:
                write_files({form.out: geojson_text(lines(found, state))})
        if form.as_json:
            print_json(document(found))
        else:
            from dispatch.render.casualties import casualties_text

            out_console().print(
                casualties_text(found.plan, found.names, state.world.district, language_of(form.lang))
            )
        if found.plan.check is not None and not found.plan.check.ok:
            raise typer.Exit(EXIT_FAULT)
