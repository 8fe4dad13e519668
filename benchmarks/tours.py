"""Tours: published instances of mixed fleets against the best known, and relief of the embedded district.

`fleet_rows` and `relief_rows` measure; `python -m benchmarks tours` shows them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.tours_engines import ENGINES
from benchmarks.tours_instances import names, read
from dispatch.tables.tours import Want, tour_problem
from dispatch.tours.check import check_tours
from dispatch.tours.plan import plan_tours
from dispatch.tours.problem import Aim, TourProblem
from dispatch.tours.search import Effort
from dispatch.tours.split import points
from graphs.travel import TravelTimes
from scenarios.catalogue import YONGCHUAN
from scenarios.library import load

_ERRORS: Final = Console(stderr=True)
_DAY: Final = date(2026, 7, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetRow:
    """One instance, engine and seed: cost and its gap to the best known, in percent; seconds it really took."""

    instance: str
    engine: str
    seed: int
    cost: float | None
    best_known: float
    gap_percent: float | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefRow:
    """One relief plan: what it comes to, its bounds, and whether the check finds fault.

    `mean_arrival_min` is weighted by points of what is delivered; its bound holds for the same loads.
    """

    case: str
    aim: str
    rounds: int
    drops: int
    loads: int
    trips: int
    vehicles: int
    unserved_points: int
    late_point_h: float
    mean_arrival_min: float
    bound_arrival_min: float
    gap_percent: float
    driving_h: float
    faults: int
    seconds: float


def fleet_rows(
    instances: Sequence[str], engines: Sequence[str], *, seconds: float = 10.0, seeds: Sequence[int] = (1,)
) -> list[FleetRow]:
    """Run engines on published instances, one after another."""
    cases = [(name, engine, seed) for name in instances for engine in engines for seed in seeds]
    rows = []
    if "ours" in engines and cases:
        ENGINES["ours"](read(cases[0][0]), 0.1, 1)  # compiles
    for name, engine, seed in track(cases, "fleets", console=_ERRORS):
        instance = read(name)
        begin = time.perf_counter()
        routes = ENGINES[engine](instance, seconds, seed)
        took = time.perf_counter() - begin
        cost = instance.cost(routes) if routes else None
        rows.append(
            FleetRow(
                instance=name,
                engine=engine,
                seed=seed,
                cost=cost,
                best_known=instance.best_known,
                gap_percent=None if cost is None else round(100 * (cost / instance.best_known - 1), 3),
                seconds=round(took, 2),
            )
        )
    return rows


def mean_gaps(rows: Sequence[FleetRow]) -> dict[str, float]:
    """Mean gap of each engine over its rows, in percent; an engine that found nothing has none."""
    found: dict[str, list[float]] = {}
    for row in rows:
        if row.gap_percent is not None:
            found.setdefault(row.engine, []).append(row.gap_percent)
    return {engine: round(float(np.mean(gaps)), 3) for engine, gaps in found.items()}


def relief_cases() -> dict[str, TourProblem]:
    """Relief of Yongchuan: some towns, all towns, all towns by the two district depots with many trips each."""
    world = load(YONGCHUAN)
    towns, travel = world.district.towns, TravelTimes(world.roads, traffic=world.district.traffic)
    wants = [
        Want(
            id=town.code,
            place=town.position.wgs84,
            units={
                "quilt": town.population // 100,
                "water": town.population // 50,
                "tent_12": town.population // 2000,
            },
            weight=10 if k % 5 == 0 else 3,
            due_s=6 * 3600,
        )
        for k, town in enumerate(towns)
    ]
    few = replace(world.district, depots=world.district.depots[:2], shelters=())
    return {
        "8 towns": tour_problem(world.district, travel, wants[8:16], use_by=_DAY),
        "23 towns": tour_problem(world.district, travel, wants, use_by=_DAY),
        "23 towns, 2 depots": tour_problem(few, travel, wants, use_by=_DAY),
    }


def relief_rows(cases: dict[str, TourProblem], rounds: Sequence[int] = (1, 20_000)) -> list[ReliefRow]:
    """Plan relief for early arrivals, by putting loads in one by one and by searching; and for least driving."""
    plans = [(name, aim, n) for name in cases for aim in Aim for n in rounds if aim is Aim.ARRIVAL or n > 1]
    return [
        _relief(name, replace(cases[name], aim=aim), n)
        for name, aim, n in track(plans, "relief", console=_ERRORS)
    ]


def _relief(name: str, problem: TourProblem, rounds: int) -> ReliefRow:
    begin = time.perf_counter()
    plan = plan_tours(problem, Effort(rounds=rounds))
    took = time.perf_counter() - begin
    unserved, late, arrival, _ = plan.values
    low = plan.bounds[2]
    worth = sum(points(problem, stop.drop, stop.units) for trip in plan.trips for stop in trip.stops) or 1
    return ReliefRow(
        case=name,
        aim=problem.aim.value,
        rounds=rounds,
        drops=len(problem.drops),
        loads=len(plan.loads),
        trips=len(plan.trips),
        vehicles=len({trip.vehicle for trip in plan.trips}),
        unserved_points=unserved,
        late_point_h=round(late / 3600, 1),
        mean_arrival_min=round(arrival / worth / 60, 1),
        bound_arrival_min=round(low / worth / 60, 1),
        gap_percent=round(100 * (arrival / max(1, low) - 1), 1),
        driving_h=round(sum(trip.driving_s for trip in plan.trips) / 3600, 1),
        faults=len(check_tours(problem, plan.trips, plan.unserved)),
        seconds=round(took, 2),
    )


def measure_tours(
    instance: Annotated[
        list[str] | None, typer.Option(help="Instance; may be repeated. All at hand.")
    ] = None,
    engine: Annotated[
        list[str] | None, typer.Option(metavar="|".join(ENGINES), help="Engine; may be repeated.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="Seconds for each run.")] = 10.0,
    seed: Annotated[list[int] | None, typer.Option(help="Seed; may be repeated.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Also write JSON.")] = None,
) -> None:
    """Tours of mixed fleets against the best known, beside PyVRP and OR-Tools; relief of the embedded district."""
    engines = engine or list(ENGINES)
    for each in engines:
        if each not in ENGINES:
            message = f"{each!r} is not an engine; there are {', '.join(ENGINES)}"
            raise typer.BadParameter(message, param_hint="--engine")
    fleets = fleet_rows(instance or names(), engines, seconds=seconds, seeds=seed or [1])
    relief = relief_rows(relief_cases()) if "ours" in engines and not instance else []
    console = Console(width=150)
    for rows in (fleets, relief):
        if rows:
            table = Table(*asdict(rows[0]))
            for row in rows:
                table.add_row(*(str(value) for value in asdict(row).values()))
            console.print(table)
    gaps = mean_gaps(fleets)
    console.print_json(json.dumps({"mean_gap_percent": gaps}))
    if json_file is not None:
        text = {
            "fleets": [asdict(r) for r in fleets],
            "mean_gap_percent": gaps,
            "relief": [asdict(r) for r in relief],
        }
        json_file.write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")
