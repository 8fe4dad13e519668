"""`python -m benchmarks PHASE --on SUBJECT`: measure, compare, write JSON."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks import networks, planning, routing, subjects
from benchmarks.measure import Row, peak_mb, row, timed
from graphs.links import assemble
from models.errors import InputError

app = typer.Typer(
    help="Measurements: us and the peers in one run. Measure alone: other work on the machine spoils it."
)
On = Annotated[
    list[str] | None, typer.Option("--on", metavar="|".join(subjects.NAMES), help="Subject; may be repeated.")
]
JsonFile = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Also write the rows as JSON.")]
Runs = Annotated[int, typer.Option(min=1, help="Counted runs.")]
Seed = Annotated[int, typer.Option(help="Seed of the queries.")]


@app.command("routing")
def measure_routing(
    graph: Annotated[str, typer.Option(metavar="|".join(networks.NAMES), help="Network.")] = "yongchuan",
    pairs: Annotated[int, typer.Option(min=1, help="Random point-to-point queries.")] = 1000,
    runs: Runs = 7,
    seed: Seed = 1,
    json_file: JsonFile = None,
) -> None:
    """Our hierarchy beside RoutingKit, SciPy, NetworkX and our own Dijkstra; every answer compared for equality."""
    if graph not in networks.NAMES:
        message = f"{graph!r} is not a network; there are {', '.join(networks.NAMES)}"
        raise typer.BadParameter(message, param_hint="--graph")
    net = networks.network(graph)
    rows, ratios = routing.run(net, pairs=pairs, seed=seed, runs=runs)
    _report(rows, json_file, graph=graph, nodes=net.nodes, arcs=int(net.times.size), ratios=ratios)


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
    _report(rows, json_file)


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
    _report(rows, json_file, levels=levels)


def _known(on: Sequence[str] | None) -> list[str]:
    names = list(on or ["yongchuan"])
    for name in names:
        if name not in subjects.NAMES:
            message = f"{name!r} is not a subject; there are {', '.join(subjects.NAMES)}"
            raise typer.BadParameter(message, param_hint="--on")
    return names


def _report(rows: list[Row], json_file: Path | None, **more: object) -> None:
    table = Table("subject", "engine", "phase", "runs", "median ms", "p90 ms", "agrees", "note")
    for each in rows:
        agrees = "" if each.agrees is None else "yes" if each.agrees else "NO"
        cells = (
            each.subject,
            each.engine,
            each.phase,
            str(each.runs),
            _shown(each.median_ms),
            _shown(each.p90_ms),
        )
        table.add_row(*cells, agrees, each.note)
    console = Console(width=140)
    console.print(table)
    for name, value in more.items():
        console.print_json(json.dumps({name: value}, ensure_ascii=False))
    console.print(f"peak memory {peak_mb()} MB, Python {platform.python_version()}")
    if json_file is not None:
        document = {"rows": [asdict(each) for each in rows], "peak_mb": peak_mb(), **more}
        json_file.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if any(each.agrees is False for each in rows):
        raise typer.Exit(1)


def _shown(ms: float | None) -> str:
    return "-" if ms is None else f"{ms:,.3f}"


if __name__ == "__main__":
    try:
        app()
    except InputError as error:
        raise SystemExit(str(error)) from None
