"""Allocation of supplies: ours beside one large model, and Madagascar's disasters beside their linear programs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Final

import typer

from benchmarks import supplies_esups, supplies_peer
from benchmarks.commands import JsonFile, Runs, Seed
from benchmarks.measure import Row, missing, row, timed
from benchmarks.report import finish
from benchmarks.subjects import shared
from benchmarks.supplies_cases import CASES, Case, draw
from benchmarks.tours import fleet_rows, mean_gaps
from benchmarks.tours_instances import names
from dispatch.supplying.allocate import Allocation, allocate
from models.errors import InputError

ESUPS: Final = "esups madagascar"
_NAMES: Final = ("unmet", "unfair", "late", "time", "price")
_CLOSE: Final = 1e-6
_ROUNDED: Final = 1e-5
"""What hours may differ by, relatively, our tables holding whole seconds: half a second of 24 hours is 6e-6."""


def measure_supplies(
    runs: Runs = 5,
    seed: Seed = 1,
    peer_seconds: Annotated[
        float, typer.Option(min=0.0, help="Seconds for HiGHS on one large model of each size.")
    ] = 120.0,
    tour_seconds: Annotated[
        float, typer.Option(min=0.0, help="Seconds for each published fleet of the tours; 0: none.")
    ] = 10.0,
    json_file: JsonFile = None,
) -> None:
    """Supplies: whole districts against one large model; recorded disasters against their optimum; tours of fleets."""
    rows: list[Row] = []
    levels: dict[str, object] = {}
    ratios: dict[str, float | None] = {}
    gaps: dict[str, float] = {}
    for case in CASES:
        found, more = _district(case, runs, seed, peer_seconds)
        rows += found
        levels[case.name], gaps[case.name], (finished, ratio) = more
        # a peer that ran out of time has answered less than we have
        ratios[f"{case.name} vs one large model" + ("" if finished else ", at least")] = ratio
    try:
        recorded, madagascar = _madagascar(runs)
        rows += recorded
    except InputError as error:
        rows.append(missing(ESUPS, "ours", str(error)))
        madagascar = {}
    if tour_seconds:
        gaps |= _tours(tour_seconds)
    finish(rows, json_file, ratios=ratios, gaps=gaps, levels=levels, esups=madagascar)


def _tours(seconds: float) -> dict[str, float]:
    """Mean gap of our tours to the best known of all published fleets at hand, as a share; more of it is `tours`."""
    found = mean_gaps(fleet_rows(names(), ["ours"], seconds=seconds))
    return {f"tours at {seconds:g} s, mean": gap / 100 for gap in found.values()}


def _district(
    case: Case, runs: int, seed: int, peer_seconds: float
) -> tuple[list[Row], tuple[dict[str, object], float, tuple[bool, float | None]]]:
    board = draw(case, seed)
    mine, times = timed(lambda: allocate(board), runs=runs)
    start = time.perf_counter()
    peer = supplies_peer.solve(board, seconds=peer_seconds) if peer_seconds else []
    spent = (time.perf_counter() - start) * 1000
    agrees = _agrees(mine, peer)
    told = ", ".join(f"{name} {level.value}" for name, level in zip(_NAMES, mine.levels, strict=True))
    gap = max((level.value - level.bound) / max(1, level.value) for level in mine.levels)
    rows = [row(case.name, "ours", "allocate", times, agrees=agrees, note=f"{told}; gap {gap:.4f}")]
    if peer:
        done = f"{len(peer)} of {len(_NAMES)} levels: " + ", ".join(
            f"{name} {level.value:.0f} ({level.bound:.0f})" for name, level in zip(_NAMES, peer, strict=False)
        )
        rows.append(row(case.name, "HiGHS, one model", "allocate", [spent], agrees=agrees, note=done))
    shown: dict[str, object] = {
        "ours": [asdict(level) for level in mine.levels],
        "peer": [asdict(level) for level in peer],
    }
    finished = len(peer) == len(_NAMES)
    return rows, (shown, gap, (finished, spent / float(rows[0].median_ms or 1) if peer else None))


def _agrees(mine: Allocation, peer: Sequence[supplies_peer.Level]) -> bool:
    """Whether ours is no worse than the peer's on every level it reached, and no better than its bound.

    The first level on which the peer is not at its optimum is the last that can be compared.
    """
    for ours, theirs in zip(mine.levels, peer, strict=False):
        tolerance = _CLOSE * max(1.0, theirs.value)
        if not theirs.bound - tolerance <= ours.value <= theirs.value + tolerance:
            return False
        if ours.value < theirs.value - tolerance:
            return True
    return True


def _madagascar(runs: int) -> tuple[list[Row], dict[str, object]]:
    """Every recorded disaster: people served and hours, with the stock as it is and as it were best placed."""
    case = supplies_esups.read(shared() / "data" / "esups")
    start = time.perf_counter()
    best, bound = supplies_esups.best_placement(case)
    placing = (time.perf_counter() - start) * 1000
    rows, told = [], {}
    for name, each in (("actual stock", case), ("best placement", best)):
        mine, times = timed(
            lambda each=each: [supplies_esups.ours(each, disaster) for disaster in each.disasters],  # type: ignore[misc]
            runs=runs,
        )
        start = time.perf_counter()
        programs = [supplies_esups.by_program(each, disaster) for disaster in each.disasters]
        spent = (time.perf_counter() - start) * 1000
        same = sum(_same(a, b) for a, b in zip(mine, programs, strict=True))
        people, hours = sum(a.people for a in mine), sum(a.hours for a in mine)
        note = f"{same} of {len(mine)} disasters equal; {people:,.1f} item-persons in {hours:,.1f} hours"
        rows += [
            row(ESUPS, "ours", name, times, agrees=same == len(mine), note=note),
            row(ESUPS, "SciPy's linear programs", name, [spent]),
        ]
        told[name] = {
            "people": people,
            "hours": hours,
            "hours each": hours / people,
            "equal": same,
            "of": len(mine),
        }
    rows.append(
        row(ESUPS, "SciPy's linear programs", "two stages", [placing], note=f"bound {bound:,.1f} hours")
    )
    return rows, {**told, "bound of any placement": bound}


def _same(a: supplies_esups.Answer, b: supplies_esups.Answer) -> bool:
    return all(abs(x - y) <= _ROUNDED * max(1.0, y) for x, y in ((a.people, b.people), (a.hours, b.hours)))
