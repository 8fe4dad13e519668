"""`python -m benchmarks dispatch`: our search beside nearest-first, naive CP-SAT and HiGHS, on the same instances.

The instances are those of `benchmarks.dispatching_cases`, a published generator whose digests go into the report. All
engines see the same board and are judged by the same three levels (unmet strength, lateness, response time); every
plan is priced anew by `benchmarks.dispatching_price`, which fails the run if an engine claims what is not so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks import dispatching_desk
from benchmarks.dispatching_cases import Case, case
from benchmarks.dispatching_desk import Tell
from benchmarks.dispatching_engines import ENGINES, Engine
from benchmarks.dispatching_page import dispatch_page, listing
from benchmarks.dispatching_price import OURS, Values
from benchmarks.dispatching_rows import DispatchRow, as_document, compare, ratios
from benchmarks.measure import peak_mb
from dispatch.desk import Desk
from models.errors import require
from scenarios.library import load
from scenarios.world import World

SIZES: Final = ("459x1", "459x10", "419x50", "1000x50", "2000x200", "2000x500", "420x200", "1000x500")
"""Teams x incidents; the last two are saturated."""

MOST: Final = 20_000
"""Most teams, or incidents, of an instance."""

_WARM: Final = ((60, 1), (60, 12), (40, 30))
"""Instances that ours is asked first, so that nothing compiles while the clock runs; the last one is saturated."""

JsonFile = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Also write the rows as JSON.")]
HtmlFile = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Also draw them; opens offline.")
]


def measure_dispatch(  # noqa: PLR0913, PLR0917 - Typer makes options of parameters
    size: Annotated[
        list[str] | None,
        typer.Option("--sizes", metavar="TEAMSxINCIDENTS,...", help="Sizes; may be repeated."),
    ] = None,
    engine: Annotated[
        list[str] | None,
        typer.Option("--engine", metavar="|".join(ENGINES), help="Only this engine; may be repeated."),
    ] = None,
    seconds: Annotated[float, typer.Option(min=1.0, help="Time limit of each engine.")] = 60.0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the instances.")] = 1,
    instances: Annotated[
        int, typer.Option(min=0, help="Whole answers per size, and a quarter as many closures; 0: none.")
    ] = 40,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Our search beside nearest-first, naive CP-SAT and HiGHS over all pairs; and whole answers at a desk."""
    wanted = [parse_size(each) for text in size or SIZES for each in text.split(",")]
    engines = _engines(engine)
    world = load("yongchuan")
    with progress() as tell:
        _warm_up(world, engines, tell)
        run = _run([(*each, seed) for each in wanted], world, engines, seconds, tell)
        desk = _desk(world, instances, tell)
    found = ratios(run.rows, seconds)
    more = {"ratios": found, **desk, "instances": run.instances, "bounds": run.bounds, "peak_mb": peak_mb()}
    _show(run, more)
    if json_file is not None:
        document = as_document(run.rows, {**more, "faults": run.faults})
        json_file.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if html_file is not None:
        notes = [f"{name}: {json.dumps(value)}" for name, value in desk.items()]
        html_file.write_text(dispatch_page(run.rows, found, seconds, notes), encoding="utf-8")
    if run.faults:
        raise typer.Exit(1)


class _Found:
    """What a run has gathered so far."""

    def __init__(self) -> None:
        self.rows: list[DispatchRow] = []
        self.instances: list[dict[str, object]] = []
        self.bounds: dict[str, dict[str, Values]] = {}
        self.faults: list[str] = []


def _run(
    wanted: Sequence[tuple[int, int, int]],
    world: World,
    engines: dict[str, Engine],
    seconds: float,
    tell: Tell,
) -> _Found:
    found = _Found()
    for n, (teams, incidents, seed) in enumerate(wanted):
        tell(f"{teams} x {incidents}", n / len(wanted))
        made: Case = case(teams, incidents, seed, world)
        share = n / len(wanted)
        done = compare(
            made,
            engines,
            seconds,
            lambda who, made=made, share=share: tell(f"{made.size}: {who}", share),  # type: ignore[misc]
        )
        found.rows += done.rows
        found.faults += done.faults
        found.bounds[made.size] = dict(done.bounds)
        place = "roads of Yongchuan" if made.roads else "plane"
        found.instances.append({"size": made.size, "seed": seed, "on": place, "digest": made.digest})
    return found


def _warm_up(world: World, engines: dict[str, Engine], tell: Tell) -> None:
    if OURS in engines:
        for n, (teams, incidents) in enumerate(_WARM):
            tell("warming up", n / len(_WARM))
            engines[OURS](case(teams, incidents, 0, world).board, 2.0)


def _desk(world: World, instances: int, tell: Tell) -> dict[str, object]:
    """Whole answers and closures, as plain values."""
    if instances == 0:
        return {}
    desk = Desk(world)
    most, quarter, mixes = max(dispatching_desk.SIZES), -(-instances // 4), dispatching_desk.MIXES
    whole = [
        dispatching_desk.answers(desk, n, instances, mix=mix, tell=tell)
        for mix, n in product(mixes, dispatching_desk.SIZES)
    ]
    closed = [dispatching_desk.closures(desk, most, quarter, mix=mix, tell=tell) for mix in mixes]
    return {
        "answers": [asdict(each) for each in whole],
        "closures": [asdict(each) for each in closed],
    }


def parse_size(text: str) -> tuple[int, int]:
    """Read "419x50" as teams and incidents.

    Raises
    ------
    InputError
        It is not understood, or out of range.
    """
    found = re.fullmatch(r"\s*(\d{1,9})\s*x\s*(\d{1,9})\s*", text)
    require(
        found is not None,
        "size {text!r} is not understood; write teams and incidents joined by x, for example 419x50",
        where="--sizes",
        text=text,
    )
    teams, incidents = (int(part) for part in (found.groups() if found else ("0", "0")))
    require(
        1 <= teams <= MOST and 1 <= incidents <= MOST,
        "size {text!r} is out of range; teams and incidents are from 1 to {most}",
        where="--sizes",
        text=text,
        most=MOST,
    )
    return teams, incidents


def _engines(names: Sequence[str] | None) -> dict[str, Engine]:
    for name in names or ():
        require(
            name in ENGINES,
            "no engine {name!r}; there are {known}",
            where="--engine",
            name=name,
            known=", ".join(ENGINES),
        )
    return {name: engine for name, engine in ENGINES.items() if not names or name in names}


def _show(run: _Found, more: dict[str, object]) -> None:
    head, *body = listing(run.rows)
    table = Table(*head)
    for cells in body:
        table.add_row(*cells)
    console = Console(width=170)
    console.print(table)
    for name, value in more.items():
        console.print_json(json.dumps({name: value}, ensure_ascii=False))
    for fault in run.faults:
        console.print(f"WRONG: {fault}", markup=False, highlight=False)


@contextmanager
def progress() -> Iterator[Tell]:
    """Show a bar on a terminal, nothing elsewhere."""
    columns = TextColumn("{task.description:<48}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def tell(what: str, share: float) -> None:
            bar.update(task, description=what, completed=share)
            bar.refresh()

        yield tell
