"""`dispatch plan` and `dispatch demo`: the main job."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from dispatch.cli.common import (
    EXIT_FAULT,
    Force,
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
    refuse_other_world,
    write_files,
)
from dispatch.language import Phrases

if TYPE_CHECKING:
    from models.plan import Plan
    from models.request import Request
    from scenarios.world import World

FILES: Final = ("plan.json", "plan.geojson", "plan.html")
"""What `--out` writes into its folder."""

Out = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", metavar="DIR", help="Write plan.json, plan.geojson and plan.html into this folder."
    ),
]


def plan(
    request: Annotated[
        Path, typer.Argument(metavar="REQUEST.json", help="The request; - reads standard input.")
    ],
    world: WorldOption = "yongchuan",
    force: Force = None,
    in_force: Annotated[
        Path | None,
        typer.Option(
            metavar="PLAN.json",
            help="The plan in force: who is on scene stays, who is on the way may be diverted at a price.",
        ),
    ] = None,
    out: Out = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the search, over the request's.")] = None,
    time_limit: Annotated[
        float | None, typer.Option(help="Seconds for the search, over the request's.")
    ] = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Plan teams and supplies for all incidents of a request together."""
    from dispatch.rolling import after
    from models.codec import read_file
    from models.plan import Plan
    from models.request import Request

    with refusals(lang, as_json=as_json):
        question = read_document(Request, request)
        question = replace(
            question,
            seed=question.seed if seed is None else seed,
            time_limit_s=question.time_limit_s if time_limit is None else time_limit,
        )
        before = None if in_force is None else (read_file(Plan, in_force), str(in_force))
        if before is not None:
            question = after(before[0], question)
        _answer(question, (world, force), out, lang, as_json=as_json, before=before)


def demo(
    force: Force = None,
    out: Out = Path("build/demo"),
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Plan for three incidents at once in the embedded Yongchuan world (demo data)."""
    from models.codec import read_file
    from models.request import Request
    from scenarios.catalogue import DATA

    with refusals(lang, as_json=as_json):
        _answer(
            read_file(Request, DATA / "three_incidents.json"),
            ("yongchuan", force),
            out,
            lang,
            as_json=as_json,
        )


def _answer(
    request: Request,
    named: tuple[str, str | None],
    out: Path | None,
    lang: str | None,
    *,
    as_json: bool,
    before: tuple[Plan, str] | None = None,
) -> None:
    """Load the world, make the plan, show it, write it; `before` is the plan in force and its file."""
    from dispatch.answer import answer
    from models.codec import write_json

    started = time.monotonic()
    with progress(lang) as say:
        world = load_world(*named, say)
        if before is not None:
            refuse_other_world(before[0], world, before[1])
        loaded = time.monotonic()
        say("Planning.")
        made = answer(world, request)
        planned = time.monotonic()
        if out is not None:
            say("Writing the plan.")
            _write(made, request, world, out, language_of(lang))
    if as_json:
        sys.stdout.write(write_json(made) + "\n")
    else:
        from dispatch.render.text import plan_text

        out_console().print(plan_text(made, request, world.district, language_of(lang)))
    phrases = Phrases(language_of(lang))
    note = phrases.say(
        "world in {world_s} s, plan in {plan_s} s",
        world_s=f"{loaded - started:.2f}",
        plan_s=f"{planned - loaded:.2f}",
    )
    if out is not None:
        note += "; " + phrases.say("files: {files}", files=", ".join(str(out / name) for name in FILES))
    error_console().print(note, style="dim", markup=False)
    if made.check is not None and not made.check.ok:
        raise typer.Exit(EXIT_FAULT)


def _write(made: Plan, request: Request, world: World, out: Path, lang: str) -> None:
    from dispatch.render.geojson import plan_geojson
    from dispatch.render.html import plan_html
    from models.codec import write_json

    collection = plan_geojson(made, request, world.district)
    write_files(
        {
            out / "plan.json": write_json(made) + "\n",
            out / "plan.geojson": json.dumps(collection, ensure_ascii=False, indent=1) + "\n",
            out / "plan.html": plan_html(made, request, world.district, world.roads, lang),
        }
    )
