"""`dispatch needs`: what people in need have to be given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from dispatch.cli.common import (
    EXIT_FAULT,
    Json,
    Lang,
    WorldOption,
    error_console,
    language_of,
    load_world,
    out_console,
    print_json,
    progress,
    refusals,
    write_files,
)
from dispatch.cli.groups import grouped
from models.season import Likelihood, Season

_People = Annotated[int | None, typer.Option(metavar="N", help="People affected.", show_default=False)]
_Type = Annotated[
    str | None,
    typer.Option(metavar="TYPE", help="Type of incident, as the doctrine names it: flood, earthquake …"),
]
_Season = Annotated[
    Season | None,
    typer.Option(help="Season. (default: that of `now` of --incident-file)", show_default=False),
]
_Days = Annotated[int, typer.Option(metavar="N", help="For how many days.")]
_Relocated = Annotated[
    str | None,
    typer.Option(
        metavar="SHARE",
        help="Share of the people that has to leave, from 0 to 1, or three of them: low,likely,high. "
        "(default: that of the rates)",
        show_default=False,
    ),
]
_Rates = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Your own rates, TOML like scenarios/data/relief.toml.", show_default=False
    ),
]
_File = Annotated[
    Path | None,
    typer.Option(
        metavar="REQUEST.json",
        help="A request: people, type and season are those of one of its incidents, where not given.",
        show_default=False,
    ),
]
_Incident = Annotated[
    str | None,
    typer.Option(metavar="ID", help="Which incident of --incident-file.", show_default=False),
]
_Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar="REQUEST.json",
        help="Write the request of --incident-file with these supply needs in place of the incident's, "
        "ready for `dispatch plan`.",
        show_default=False,
    ),
]
_Likelihood = Annotated[
    Likelihood, typer.Option(help="Which of the three figures --out, --deliveries and shortfalls take.")
]
_Deliveries = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.csv",
        help="Deliveries: item, hour (from the first day's beginning), quantity. Shows who goes without for how long.",
        show_default=False,
    ),
]
_Service = Annotated[
    float | None,
    typer.Option(
        metavar="P",
        help="Show the level to order up to each item so that it lasts with this probability, for example 0.95.",
        show_default=False,
    ),
]
_Window = Annotated[
    int,
    typer.Option("--window", metavar="DAYS", help="For --service: lead time plus days between two orders."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """Who is in need, of what, when."""

    people: _People = None
    type: _Type = None
    season: _Season = None
    days: _Days = 3
    relocated: _Relocated = None
    incident_file: _File = None
    incident: _Incident = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """By which rates, and against what."""

    rates: _Rates = None
    likelihood: _Likelihood = Likelihood.LIKELY
    deliveries: _Deliveries = None
    service: _Service = None
    window: _Window = 2


@grouped
def needs(
    *,
    whom: Whom,
    measure: Measure,
    world: WorldOption = "yongchuan",
    out: _Out = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Estimate what people in need have to be given: tents, quilts, water, food.

    Example: dispatch needs --people 12000 --type flood --season winter --days 3
    """
    with refusals(lang, as_json=as_json):
        with progress(lang) as say:
            from dispatch.cli.needs_answer import answer, document, request_with

            loaded = load_world(world, None, say)
            found = answer(loaded, whom, measure)
            if out is not None:
                write_files({out: request_with(found, loaded, measure.likelihood)})
        if as_json:
            print_json(document(found))
        else:
            from dispatch.render.needs import needs_text

            out_console().print(needs_text(found.shown, loaded.district, language_of(lang)))
        if not found.check.ok:
            error_console().print(*found.check.faults, sep="\n", style="red", markup=False)
            raise typer.Exit(EXIT_FAULT)
