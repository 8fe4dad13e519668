"""`dispatch relief`: relief for displaced people, from their needs to trips."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

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
    progress,
    read_document,
    refusals,
    write_files,
)
from dispatch.language import Phrases

FILES: Final = ("relief.json", "relief.html")
"""What `--out` writes into its folder."""


def relief(
    request: Annotated[
        Path,
        typer.Argument(metavar="REQUEST.json", help="Places and people, closures; - reads standard input."),
    ],
    world: WorldOption = "yongchuan",
    rates: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Your own rates of need, TOML like scenarios/data/relief.toml.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR", help="Write relief.json and relief.html into this folder."
        ),
    ] = None,
    rounds: Annotated[int | None, typer.Option(help="Rounds of the search, over the request's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the search, over the request's.")] = None,
    trips: Annotated[int, typer.Option(metavar="N", help="How many trips to print.")] = 20,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Plan which depot sends what to whom, on which truck, trip by trip.

    Example: dispatch relief examples/relief.json --out build/relief
    """
    from dispatch.relief.plan import plan_relief
    from models.codec import read_toml, write_json
    from models.relief import ReliefRates
    from models.relief_plan import ReliefRequest
    from scenarios.catalogue import sample_relief

    with refusals(lang, as_json=as_json):
        asked = read_document(ReliefRequest, request)
        asked = replace(asked, rounds=rounds or asked.rounds, seed=asked.seed if seed is None else seed)
        started = time.monotonic()
        with progress(lang) as say:
            given = sample_relief() if rates is None else read_toml(ReliefRates, rates)
            loaded = load_world(world, None, say)
            say("Planning.")
            made = plan_relief(loaded, asked, given)
            planned = time.monotonic()
            if out is not None:
                from dispatch.render.relief_page import relief_html

                say("Writing the plan.")
                page = relief_html(made, loaded.district, loaded.roads, language_of(lang))
                write_files({out / FILES[0]: write_json(made) + "\n", out / FILES[1]: page})
        if as_json:
            sys.stdout.write(write_json(made) + "\n")
        else:
            from dispatch.render.relief import relief_text

            out_console().print(relief_text(made, loaded.district, language_of(lang), trips))
        phrases = Phrases(language_of(lang))
        note = phrases.say("plan in {plan_s} s", plan_s=f"{planned - started:.2f}")
        if out is not None:
            note += "; " + phrases.say("files: {files}", files=", ".join(str(out / name) for name in FILES))
        error_console().print(note, style="dim", markup=False)
    if made.check is not None and not made.check.ok:
        raise typer.Exit(EXIT_FAULT)
