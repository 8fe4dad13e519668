"""The Typer application: its commands, its version, its entry point."""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated, Final

import typer

from dispatch.cli.later import add_later, later

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
for _name, _source, _help in (
    ("demo", "plan:demo", "Plan for three incidents at once in the embedded Yongchuan world (demo data)."),
    ("plan", "plan:plan", "Plan teams and supplies for all incidents of a request together."),
    ("explain", "explain:explain", "Explain a plan: one team, one that is not sent, or the alternatives."),
    ("needs", "needs:needs", "Estimate what people in need have to be given: tents, quilts, water, food."),
    (
        "shelters",
        "shelters:shelters",
        "Assign people who have to leave to shelters: room, function areas, road time, deadlines.",
    ),
    ("relief", "relief:relief", "Plan which depot sends what to whom, on which truck, trip by trip."),
    (
        "casualties",
        "casualties:casualties",
        "Plan the trips of ambulances: casualties by severity to hospitals with beds, red first.",
    ),
    ("route", "route:route", "Find the quickest way between two places."),
    ("isochrone", "isochrone:isochrone", "Draw what can be reached from a place within some times."),
    ("table", "table:table", "Measure times from many places to many."),
    ("schema", "tools:schema", "Print the JSON Schema of a document."),
    (
        "warm-up",
        "tools:warm_up",
        "Compile all kernels now and keep them on disk, and prepare the embedded world.",
    ),
):
    add_later(app, _name, f"dispatch.cli.{_source}", _help)
for _name, _help in (
    ("world", "Worlds: list, show, check, build one's own, export."),
    ("supply", "Supplies at the scale of a district: quantities by depot and place."),
    ("stock", "Stock: what depots hold and what became of it, in a ledger that loses nothing."),
):
    app.add_typer(later(f"dispatch.cli.{_name}", _help), name=_name)


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
