"""`dispatch shelters`: who goes to which shelter."""

from __future__ import annotations

from dataclasses import dataclass
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
from dispatch.cli.options import PROFILES, Ask, Form
from models.season import Season

_From = Annotated[
    list[str] | None,
    typer.Option(
        "--from",
        metavar="PLACE=PEOPLE[@MINUTES][+FUNCTION]",
        help="People who have to leave a place (LNG,LAT or town:CODE and so on), if wished within so many minutes and "
        "with a function area they need: town:500118107=1200@90, 105.9,29.35=40@60+medical. May be repeated.",
        show_default=False,
    ),
]
_Groups = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.csv",
        help="The same as a table: id, lng, lat, people; if wished crs, minutes, function, name.",
        show_default=False,
    ),
]
_Minutes = Annotated[
    float, typer.Option(metavar="MINUTES", help="To be in the shelter within, where a group says nothing.")
]
_Profile = Annotated[
    str,
    typer.Option("--profile", "-p", metavar="ID", help=f"How people travel: {PROFILES}. Buses: relief_van."),
]
_Days = Annotated[
    int,
    typer.Option(metavar="N", help="How long they stay: the longer, the more room each needs, and supplies."),
]
_Step = Annotated[
    int,
    typer.Option(
        metavar="SECONDS", help="Travel within the same step counts as equal, so that fewer shelters open."
    ),
]
_Type = Annotated[
    str | None,
    typer.Option(
        metavar="TYPE",
        help="Type of incident, flood for example: show what the people need at each shelter. Needs --season or --at.",
        show_default=False,
    ),
]
_Season = Annotated[
    Season | None, typer.Option(help="Season for the needs. (default: that of --at)", show_default=False)
]
_Rates = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Your own rates and room per person, TOML.", show_default=False),
]
_Request = Annotated[
    Path | None,
    typer.Option(
        "--request",
        metavar="REQUEST.json",
        help="Write a request in which each shelter needs its supplies, ready for `dispatch plan`. Needs --type, --at.",
        show_default=False,
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who has to leave, by when, how."""

    origins: _From = None
    groups: _Groups = None
    minutes: _Minutes = 120.0
    profile: _Profile = "relief_van"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """How long they stay, and what they need there."""

    days: _Days = 3
    step: _Step = 60
    type: _Type = None
    season: _Season = None
    rates: _Rates = None


@grouped
def shelters(
    *,
    people: People,
    stay: Stay,
    world: WorldOption = "yongchuan",
    ask: Ask,
    request: _Request = None,
    form: Form,
) -> None:
    """Assign people who have to leave to shelters: room, function areas, road time, deadlines.

    Example: dispatch shelters --from town:500118107=1200@90 --from town:500118118=3000
    """
    with refusals(form.lang, as_json=form.as_json):
        with progress(form.lang) as say:
            from dispatch.cli.roads import geojson_text, open_roads
            from dispatch.cli.shelters_answer import answer, document, lines, request_text

            state = open_roads(world, ask, say)
            found = answer(state, people, stay, ask)
            files = {} if form.out is None else {form.out: geojson_text(lines(found, state))}
            if request is not None:
                files[request] = request_text(found, state, stay)
            write_files(files)
        if form.as_json:
            print_json(document(found))
        else:
            from dispatch.render.shelters import shelters_text

            out_console().print(shelters_text(found.shown, state.world.district, language_of(form.lang)))
        if found.shown.plan.check is not None and not found.shown.plan.check.ok:
            raise typer.Exit(EXIT_FAULT)
