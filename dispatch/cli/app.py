"""The Typer application: its commands, its version, its entry point."""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated, Final

import typer

from dispatch.cli import (
    casualties,
    explain,
    isochrone,
    needs,
    plan,
    relief,
    route,
    shelters,
    table,
    tools,
    world,
)
from dispatch.cli.later import later

_OBJECTS: Final = 100_000
"""New objects before Python looks for unreachable rings: a start makes a hundred thousand that stay, and no ring."""

app = typer.Typer(
    name="dispatch",
    help="Emergency-dispatch optimiser: the best teams and supplies for all open incidents together, "
    "with a reason for every choice.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_show_locals=False,
)
app.command("demo")(plan.demo)
app.command("plan")(plan.plan)
app.command("explain")(explain.explain)
app.command("needs")(needs.needs)
app.command("shelters")(shelters.shelters)
app.command("relief")(relief.relief)
app.command("casualties")(casualties.casualties)
app.add_typer(world.app, name="world")
app.add_typer(
    later("dispatch.cli.supply", "Supplies at the scale of a district: quantities by depot and place."),
    name="supply",
)
app.add_typer(
    later(
        "dispatch.cli.stock", "Stock: what depots hold and what became of it, in a ledger that loses nothing."
    ),
    name="stock",
)
app.command("route")(route.route)
app.command("isochrone")(isochrone.isochrone)
app.command("table")(table.table)
app.command("schema")(tools.schema)
app.command("warm-up")(tools.warm_up)


def _show_version(asked: bool) -> None:  # noqa: FBT001 - Typer calls it so
    if asked:
        from importlib.metadata import version  # costs a tenth of the time of a help

        typer.echo(f"rescue-dispatch {version('rescue-dispatch')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and stop."),
    ] = False,
) -> None:
    """Emergency-dispatch optimiser for district command centres."""


def main() -> None:
    """Run the command line."""
    gc.set_threshold(_OBJECTS)
    # we have none, and looking for them reads the metadata of every package that is installed
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Chinese text must not fail in a C locale
            stream.reconfigure(encoding="utf-8", errors="replace")
    app(prog_name="dispatch")
