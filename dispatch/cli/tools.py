"""`dispatch schema` and `dispatch warm-up`."""

from __future__ import annotations

from typing import Annotated

import typer

from dispatch.cli.common import Json, Lang, language_of, out_console, print_json, progress, refusals
from dispatch.language import Phrases


def schema(
    document: Annotated[
        str,
        typer.Argument(
            metavar="request|plan|explanation|world|doctrine|relief|needs|shelter-plan|triage|casualty-plan|"
            "relief-request|relief-plan|supply-plan",
            help="Which document.",
        ),
    ],
    lang: Lang = None,
) -> None:
    """Print the JSON Schema of a document."""
    from models.schemas import json_schema

    with refusals(lang):
        print_json(json_schema(document))


def warm_up(lang: Lang = None, as_json: Json = False) -> None:
    """Compile all kernels now and keep them on disk, and prepare the embedded world."""
    from dispatch.warmup import warm_up as plan_once
    from graphs.warmup import warm_up as compile_kernels
    from kernels.jit import cache_dir, prune_old_caches
    from scenarios.library import load

    with refusals(lang, as_json=as_json):
        with progress(lang) as say:
            say("Compiling the kernels.")
            removed = prune_old_caches()
            seconds = compile_kernels()
            world = load("yongchuan", progress=say)
            say("Planning.")
            seconds += plan_once(world)
        if as_json:
            print_json({"seconds": round(seconds, 3), "cache": str(cache_dir()), "removed_caches": removed})
        else:
            sentence = Phrases(language_of(lang)).say(
                "kernels ready in {seconds} s, kept in {folder}", seconds=f"{seconds:.1f}", folder=cache_dir()
            )
            out_console().print(sentence, markup=False)
