"""Overload: the Rescue Unit Assignment and Scheduling Problem against practice, a list rule and a proven bound.

`measure` makes the table that `python -m benchmarks sequencing` shows. Instances are those of
`benchmarks.sequencing_instances`; each row names its instance by its digest. The published yardstick (Wex et al., EJOR
2014, on instances of this kind): best heuristics end 10.9 to 33.9 % above the optimum in less than a second and cut
harm by up to 81.8 % against practice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Final, TypeVar

from benchmarks.sequencing_instances import digest, instance, joint_instance
from dispatch.sequencing import Effort, Outcome, by_list, by_practice, schedule
from dispatch.sequencing_joint import JointOutcome, joint_by_practice, schedule_joint

T = TypeVar("T")

SIZES: Final = ((10, 10), (20, 10), (20, 20), (30, 10), (30, 30), (40, 10), (40, 20), (40, 40))
"""Incidents and units."""

JOINT_SIZES: Final = ((6, 6), (10, 10), (20, 20), (40, 40))

PROOF_S: Final = 60.0
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
    gap: float
    proof_s: float | None
    cut: float
    cut_blind: float | None


def measure(
    families: Sequence[str], sizes: Sequence[tuple[int, int]] = SIZES, seeds: Sequence[int] = (1, 2, 3)
) -> list[SequencingRow]:
    """Measure single units on every family, size and seed."""
    warm_up()
    return [_single(family, *size, seed) for family in families for size in sizes for seed in seeds]


def measure_joint(
    families: Sequence[str], sizes: Sequence[tuple[int, int]] = JOINT_SIZES, seeds: Sequence[int] = (1, 2)
) -> list[SequencingRow]:
    """Measure incidents that need several units, together and apart."""
    warm_up()
    return [
        _joint(family, *size, seed, together=together)
        for family in families
        for size in sizes
        for seed in seeds
        for together in (True, False)
    ]


def warm_up() -> None:
    """Compile what is measured."""
    problem = instance("wex", 6, 3, 0)
    by_practice(problem, blind=True)
    by_list(problem)
    schedule(problem, effort=Effort(rounds=20, seconds=PROOF_S))
    schedule_joint(joint_instance("wex", 4, 4, 0), effort=Effort(rounds=20, seconds=PROOF_S))


def summary(rows: Sequence[SequencingRow]) -> dict[str, dict[str, float | int]]:
    """Sum up rows by kind and size: the worst gap after a second, how many were proven, the range of the cut."""
    found: dict[str, dict[str, float | int]] = {}
    for key in dict.fromkeys((row.kind, row.incidents, row.units) for row in rows):
        mine = [row for row in rows if (row.kind, row.incidents, row.units) == key]
        proofs = [row.proof_s for row in mine if row.proof_s is not None]
        found["{} {}x{}".format(*key)] = {
            "instances": len(mine),
            "worst_gap_percent": round(100 * max(row.gap for row in mine), 3),
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
        gap=short.gap,
        proof_s=proof_s,
        cut=1 - short.value / practice,
        cut_blind=1 - short.value / blind,
    )


def _joint(family: str, incidents: int, units: int, seed: int, *, together: bool) -> SequencingRow:
    problem = joint_instance(family, incidents, units, seed, together=together)
    practice = joint_by_practice(problem).value
    short, short_s = _timed(lambda: schedule_joint(problem, effort=Effort(seconds=SHORT_S)))
    longer = Effort(seconds=PROOF_S / 6)
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
        gap=short.gap,
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
