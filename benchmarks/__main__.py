"""`python -m benchmarks PHASE --on SUBJECT`: measure, compare, write JSON and plots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from benchmarks import choosing, dispatching, london, planning, sequencing, subjects, supplies, tours
from benchmarks.commands import JsonFile, Runs, Seed, measure_growth, measure_routing
from benchmarks.measure import Row, row, timed
from benchmarks.report import finish
from graphs.links import assemble
from models.errors import InputError

app = typer.Typer(
    help="Measurements: us and the peers in one run. Measure alone: other work on the machine spoils it."
)
On = Annotated[
    list[str] | None, typer.Option("--on", metavar="|".join(subjects.NAMES), help="Subject; may be repeated.")
]

app.command("routing")(measure_routing)
app.command("growth")(measure_growth)
app.command("choosing")(choosing.measure_choosing)
app.command("dispatch")(dispatching.measure_dispatch)
app.command("sequencing")(sequencing.measure_sequencing)
app.command("london")(london.measure_london)
app.command("tours")(tours.measure_tours)
app.command("supplies")(supplies.measure_supplies)


@app.command("build")
def measure_build(on: On = None, json_file: JsonFile = None) -> None:
    """Reading, assembling and populating a world."""
    rows: list[Row] = []
    for name in _known(on):
        links, reading = timed(lambda name=name: subjects.links(name), runs=1, warm=0)  # type: ignore[misc]
        graph, assembling = timed(lambda links=links: assemble(links), runs=1, warm=0)  # type: ignore[misc]
        _, making = timed(lambda name=name, graph=graph: subjects.world(name, graph), runs=1, warm=0)  # type: ignore[misc]
        size = f"{graph.nodes} nodes, {graph.arcs} arcs"
        rows += [
            row(name, "ours", "read", reading, note=f"{len(links.links)} links"),
            row(name, "ours", "assemble", assembling, note=size),
            row(name, "ours", "world", making),
        ]
    finish(rows, json_file)


@app.command("plan")
def measure_plan(on: On = None, runs: Runs = 5, seed: Seed = 1, json_file: JsonFile = None) -> None:
    """The whole answer for three incidents, beside a nearest-first dispatcher; and whole processes, cold and warm."""
    rows: list[Row] = []
    levels: dict[str, object] = {}
    for name in _known(on):
        found, levels[name] = planning.run(name, subjects.world(name), runs=runs, seed=seed)
        rows += found
    if "yongchuan" in _known(on):
        rows += planning.processes(runs)
    finish(rows, json_file, levels=levels)


def _known(on: Sequence[str] | None) -> list[str]:
    names = list(on or ["yongchuan"])
    for name in names:
        if name not in subjects.NAMES:
            message = f"{name!r} is not a subject; there are {', '.join(subjects.NAMES)}"
            raise typer.BadParameter(message, param_hint="--on")
    return names


if __name__ == "__main__":
    try:
        app()
    except InputError as error:
        raise SystemExit(str(error)) from None
