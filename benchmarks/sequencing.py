"""Overload: the Rescue Unit Assignment and Scheduling Problem against practice, a list rule and a proven bound.

`measure` makes the table that `python -m benchmarks sequencing` shows. Instances are those of
`benchmarks.sequencing_instances`; each row names its instance by its digest. The published yardstick (Wex et al., EJOR
2014, on instances of this kind): best heuristics end 10.9 to 33.9 % above the optimum in less than a second and cut
harm by up to 81.8 % against practice.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from math import isinf
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.sequencing_instances import FAMILIES, digest, instance, joint_instance
from dispatch.sequencing.joint import JointOutcome, joint_by_practice, schedule_joint
from dispatch.sequencing.schedule import Effort, Outcome, by_list, by_practice, schedule

T = TypeVar("T")

SIZES: Final = ((10, 10), (20, 10), (20, 20), (30, 10), (30, 30), (40, 10), (40, 20), (40, 40))
"""Incidents and units."""

JOINT_SIZES: Final = ((6, 6), (10, 10), (20, 20), (40, 40))

_ERRORS: Final = Console(stderr=True)

PROOF_S: Final = 60.0
_TO_PROVE: Final = 20
"""Incidents up to which several units at once have that long for a proof; more have a sixth of it."""

QUICK_S: Final = 0.1
SHORT_S: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SequencingRow:
    """One instance: harm of each way to decide, in weight x deciseconds, and what is known of the least.

    `cut` is the share of harm saved against the most severe first to the nearest idle unit, `cut_blind` against the
    nearest unit whether idle or not. `proof_s` is None where a minute proved nothing.
    """

    family: str
    incidents: int
    units: int
    seed: int
    kind: str
    digest: str
    practice: int
    practice_blind: int | None
    list_rule: int | None
    ours_quick: int | None
    ours_short: int
    short_s: float
    bound: int
    gap: float | None
    proof_s: float | None
    cut: float
    cut_blind: float | None


def measure(
    families: Sequence[str], sizes: Sequence[tuple[int, int]] = SIZES, seeds: Sequence[int] = (1, 2, 3)
) -> list[SequencingRow]:
    """Measure single units on every family, size and seed."""
    warm_up()
    cases = list(product(families, sizes, seeds))
    return [
        _single(family, *size, seed) for family, size, seed in track(cases, "single units", console=_ERRORS)
    ]


def measure_joint(
    families: Sequence[str], sizes: Sequence[tuple[int, int]] = JOINT_SIZES, seeds: Sequence[int] = (1, 2)
) -> list[SequencingRow]:
    """Measure incidents that need several units, together and apart."""
    warm_up()
    cases = list(product(families, sizes, seeds, (True, False)))
    return [
        _joint(family, *size, seed, together=together)
        for family, size, seed, together in track(cases, "several units at once", console=_ERRORS)
    ]


def measure_sequencing(
    family: Annotated[
        list[str] | None, typer.Option(metavar="|".join(FAMILIES), help="Family; may be repeated.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Also write JSON.")] = None,
) -> None:
    """Overload: who serves which incident after which, beside practice and a list rule, with bounds and proofs."""
    families = family or list(FAMILIES)
    for each in families:
        if each not in FAMILIES:
            message = f"{each!r} is not a family; there are {', '.join(FAMILIES)}"
            raise typer.BadParameter(message, param_hint="--family")
    rows = measure(families) + measure_joint(families)
    table = Table("instances", "worst gap %", "proven", "slowest proof s", "cut in harm %")
    for name, line in summary(rows).items():
        cut = f"{line['least_cut_percent']} to {line['most_cut_percent']}"
        proven = f"{line['proven']} of {line['instances']}"
        gap = line["worst_gap_percent"]
        table.add_row(
            name, "no bound" if gap is None else str(gap), proven, str(line["slowest_proof_s"]), cut
        )
    Console(width=110).print(table)
    if json_file is not None:
        json_file.write_text(json.dumps(document(rows), indent=1) + "\n", encoding="utf-8")


def warm_up() -> None:
    """Compile what is measured."""
    problem = instance("wex", 6, 3, 0)
    by_practice(problem, blind=True)
    by_list(problem)
    schedule(problem, effort=Effort(rounds=20, seconds=PROOF_S))
    schedule_joint(joint_instance("wex", 4, 4, 0), effort=Effort(rounds=20, seconds=PROOF_S))


def summary(rows: Sequence[SequencingRow]) -> dict[str, dict[str, float | int | None]]:
    """Sum up rows by kind and size: the worst gap after a second, how many were proven, the range of the cut."""
    found: dict[str, dict[str, float | int | None]] = {}
    for key in dict.fromkeys((row.kind, row.incidents, row.units) for row in rows):
        mine = [row for row in rows if (row.kind, row.incidents, row.units) == key]
        gaps = [row.gap for row in mine if row.gap is not None]
        proofs = [row.proof_s for row in mine if row.proof_s is not None]
        found["{} {}x{}".format(*key)] = {
            "instances": len(mine),
            "worst_gap_percent": round(100 * max(gaps), 3) if len(gaps) == len(mine) else None,
            "proven": len(proofs),
            "slowest_proof_s": round(max(proofs), 3) if proofs else -1,
            "least_cut_percent": round(100 * min(row.cut for row in mine), 1),
            "most_cut_percent": round(100 * max(row.cut for row in mine), 1),
        }
    return found


def document(rows: Sequence[SequencingRow]) -> dict[str, object]:
    """Give rows and summary for JSON."""
    return {"rows": [asdict(row) for row in rows], "summary": summary(rows)}


def _single(family: str, incidents: int, units: int, seed: int) -> SequencingRow:
    problem = instance(family, incidents, units, seed)
    practice, blind = by_practice(problem).value, by_practice(problem, blind=True).value
    quick, _ = _timed(lambda: schedule(problem, effort=Effort(seconds=QUICK_S)))
    short, short_s = _timed(lambda: schedule(problem, effort=Effort(seconds=SHORT_S)))
    proof_s = _proof_time(short, short_s, lambda: schedule(problem, effort=Effort(seconds=PROOF_S)))
    return SequencingRow(
        family=family,
        incidents=incidents,
        units=units,
        seed=seed,
        kind="single",
        digest=digest(problem),
        practice=practice,
        practice_blind=blind,
        list_rule=by_list(problem).value,
        ours_quick=quick.value,
        ours_short=short.value,
        short_s=short_s,
        bound=short.bound,
        gap=None if isinf(short.gap) else short.gap,
        proof_s=proof_s,
        cut=1 - short.value / practice,
        cut_blind=1 - short.value / blind,
    )


def _joint(family: str, incidents: int, units: int, seed: int, *, together: bool) -> SequencingRow:
    problem = joint_instance(family, incidents, units, seed, together=together)
    practice = joint_by_practice(problem).value
    short, short_s = _timed(lambda: schedule_joint(problem, effort=Effort(seconds=SHORT_S)))
    longer = Effort(seconds=PROOF_S if incidents <= _TO_PROVE else PROOF_S / 6)
    return SequencingRow(
        family=family,
        incidents=incidents,
        units=units,
        seed=seed,
        kind="together" if together else "apart",
        digest=digest(problem.parts),
        practice=practice,
        practice_blind=None,
        list_rule=None,
        ours_quick=None,
        ours_short=short.value,
        short_s=short_s,
        bound=short.bound,
        gap=None if isinf(short.gap) else short.gap,
        proof_s=_proof_time(short, short_s, lambda: schedule_joint(problem, effort=longer)),
        cut=1 - short.value / practice,
        cut_blind=None,
    )


def _timed(call: Callable[[], T]) -> tuple[T, float]:
    begin = time.perf_counter()
    found = call()
    return found, round(time.perf_counter() - begin, 3)


def _proof_time(
    short: Outcome | JointOutcome, short_s: float, again: Callable[[], Outcome | JointOutcome]
) -> float | None:
    """Seconds to a proof: those of the short run if it had one, else those of a longer one; None without a proof."""
    if short.proven:
        return short_s
    longer, seconds = _timed(again)
    return seconds if longer.proven else None
