"""The commands `routing` and `growth` of `python -m benchmarks`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks import engines, growth, networks, phases, plots, routing
from benchmarks.engines import OURS, PLAIN, ROUTINGKIT, STATIC
from benchmarks.floors import floors
from benchmarks.measure import Row
from benchmarks.report import finish

JsonFile = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Also write the rows as JSON.")]
HtmlFile = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Also draw them; opens offline.")
]
Runs = Annotated[int, typer.Option(min=1, help="Counted runs.")]
Seed = Annotated[int, typer.Option(help="Seed of the queries.")]
Pairs = Annotated[int, typer.Option(min=networks.SAMPLE, help="Random point-to-point queries.")]
Engines = Annotated[
    list[str] | None,
    typer.Option("--engine", metavar="|".join(engines.NAMES), help="Only this engine; may be repeated."),
]
Phases = Annotated[
    list[str] | None,
    typer.Option("--phase", metavar="|".join(phases.NAMES), help="Only this phase; may be repeated."),
]


def measure_routing(  # noqa: PLR0913, PLR0917 - Typer makes options of parameters
    graph: Annotated[
        str, typer.Option(metavar="|".join((*networks.NAMES, "grid:N")), help="Network.")
    ] = "yongchuan",
    engine: Engines = None,
    phase: Phases = None,
    pairs: Pairs = 1000,
    runs: Runs = 7,
    seed: Seed = 1,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Our hierarchy beside its peers and plain searches; every answer compared for equality."""
    choice = _choice(engine, phase, pairs=pairs, seed=seed, runs=runs)
    net = networks.network(graph)
    arcs = int(net.times.size)
    with _progress() as progress:
        rows = routing.run(net, choice, progress=progress)
    if html_file is not None:
        html_file.write_text(plots.routing_page(graph, net.nodes, arcs, rows), encoding="utf-8")
    bars = [asdict(bar) for bar in floors(graph, rows)]
    finish(rows, json_file, graph=graph, nodes=net.nodes, arcs=arcs, ratios=_ratios(rows), floors=bars)


def measure_growth(  # noqa: PLR0913, PLR0917 - Typer makes options of parameters
    size: Annotated[
        list[int] | None, typer.Option("--nodes", min=1000, help="Size of a network; may be repeated.")
    ] = None,
    engine: Engines = None,
    phase: Phases = None,
    pairs: Pairs = 1000,
    runs: Runs = 5,
    seed: Seed = 1,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """How times and memory grow on drawn networks, ten thousand to a million nodes; of our hierarchy, or others."""
    choice = _choice(engine, phase, pairs=pairs, seed=seed, runs=runs)
    with _progress() as progress:
        table = growth.measure(sorted(size or growth.SIZES), choice, progress=progress)
    if html_file is not None:
        html_file.write_text(plots.growth_page(table), encoding="utf-8")
    sizes = [asdict(each) for each in table.sizes]
    finish(table.rows, json_file, sizes=sizes, growth=[asdict(curve) for curve in table.curves])


def _ratios(rows: Sequence[Row]) -> dict[str, float | None]:
    """How many times as long as ours the peers take."""
    prebuilt = "table_420x50_prebuilt"
    return {
        "table_420x1000_vs_routingkit_cch": routing.ratio(rows, ROUTINGKIT, "table_420x1000"),
        "table_420x50_vs_routingkit_cch": routing.ratio(rows, ROUTINGKIT, prebuilt),
        "customise_vs_routingkit_cch": routing.ratio(rows, ROUTINGKIT, "customise"),
        "closure_to_table_vs_routingkit_cch": routing.ratio(rows, ROUTINGKIT, "closure_to_table"),
        "table_420x1000_vs_scipy": routing.ratio(rows, "scipy", "table_420x1000"),
        "table_420x1000_vs_routingkit_ch": routing.ratio(rows, STATIC, "table_420x1000"),
        "table_420x50_vs_routingkit_ch": routing.ratio(rows, STATIC, prebuilt),
        "table_420x1000_vs_pyroutingkit": routing.ratio(rows, "pyroutingkit", "table_420x1000"),
        "table_420x1000_vs_pandana": routing.ratio(rows, "pandana", "table_420x1000"),
        "one_to_all_vs_dijkstra": routing.ratio(rows, PLAIN, "one_to_all", mine=OURS),
    }


def _choice(
    engine: Sequence[str] | None, phase: Sequence[str] | None, *, pairs: int, seed: int, runs: int
) -> routing.Choice:
    choice = routing.Choice(
        engines=tuple(engine or ()), phases=tuple(phase or ()), pairs=pairs, seed=seed, runs=runs
    )
    strange = routing.unknown(choice)
    if strange:
        known = ", ".join((*engines.NAMES, *phases.NAMES))
        message = f"{', '.join(strange)}: no such engine or phase; there are {known}"
        raise typer.BadParameter(message)
    return choice


@contextmanager
def _progress() -> Iterator[routing.Progress]:
    """Show a bar on a terminal, nothing elsewhere."""
    columns = TextColumn("{task.description:<48}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def tell(what: str, share: float) -> None:
            bar.update(task, description=what, completed=share)
            bar.refresh()

        yield tell
