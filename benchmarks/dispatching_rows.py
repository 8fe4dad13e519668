"""From answers to rows: when a plan was there, when a good one, when the proof, and how far it is from a bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from benchmarks.dispatching_cases import Case
from benchmarks.dispatching_engines import QUICK_S, RUNS, Engine
from benchmarks.dispatching_peers import CPSAT, HIGHS
from benchmarks.dispatching_price import (
    COMPARED,
    GREEDY,
    OURS,
    Answer,
    Values,
    faults,
    priced,
    relative_gap,
    within,
)

MEASURED: Final = (419, 50)
"""The size whose ratios are reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchRow:
    """One engine on one instance.

    Attributes
    ----------
    teams, incidents, engine
        Who on what.
    first_ms, to_1pct_ms, proof_ms
        Milliseconds to the first plan; to one whose levels 1 to 3 are within 1 % of the best that any engine found;
        to the proof of levels 1 to 3. None where it did not come to that.
    levels
        Levels 1 to 3 of the plan, all six of ours; priced by `dispatching_price`. Empty without a plan.
    gap
        Relative gap on the first of levels 1 to 3 that is not proven, 0 where all are: to the engine's own bound;
        of greedy, which has none, to ours; of naive CP-SAT, of its weighted sum. None without a plan.
    """

    teams: int
    incidents: int
    engine: str
    first_ms: float | None
    to_1pct_ms: float | None
    proof_ms: float | None
    levels: tuple[int, ...]
    gap: float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """All engines on one instance: rows, bounds by engine, and what is wrong with the answers."""

    rows: tuple[DispatchRow, ...]
    bounds: Mapping[str, Values]
    faults: tuple[str, ...]


def compare(
    case: Case, engines: Mapping[str, Engine], seconds: float, tell: Callable[[str], None]
) -> Compared:
    """Ask every engine about one instance.

    Parameters
    ----------
    case
        The instance.
    engines
        By name.
    seconds
        Time limit of each.
    tell
        Told the name of the engine that is asked next.
    """
    answers = []
    for name, engine in engines.items():
        tell(name)
        answers.append(_median(engine, case, seconds))
    worth = {each.engine: priced(case.board, each.goes) for each in answers if each.goes is not None}
    best = min((values[:COMPARED] for values in worth.values()), default=())
    ours = {each.engine: each for each in answers}.get(OURS)
    rows = tuple(_row(case, each, worth.get(each.engine, ()), best, ours) for each in answers)
    return Compared(
        rows,
        {each.engine: each.bounds for each in answers if each.bounds},
        tuple(f"{case.size}: {fault}" for fault in faults(case.board, answers)),
    )


def _median(engine: Engine, case: Case, seconds: float) -> Answer:
    """Ask up to `RUNS` times while that is quick; the answer of median length is taken."""
    answers = [engine(case.board, seconds)]
    first = _length(answers[0])
    while len(answers) < RUNS and first * (len(answers) + 1) <= QUICK_S * 1000:
        answers.append(engine(case.board, seconds))
    return sorted(answers, key=_length)[len(answers) // 2]


def _length(answer: Answer) -> float:
    if answer.proof_ms is not None:
        return answer.proof_ms
    if answer.engine == GREEDY and answer.curve:
        return answer.curve[-1][0]
    return float("inf")


def _row(case: Case, answer: Answer, worth: Values, best: Values, ours: Answer | None) -> DispatchRow:
    good = [ms for ms, values in answer.curve if within(values, best)]
    bounds = answer.bounds
    if answer.engine == GREEDY and ours is not None:
        bounds = ours.bounds
    return DispatchRow(
        teams=case.teams,
        incidents=case.incidents,
        engine=answer.engine,
        first_ms=_ms(answer.curve[0][0] if answer.curve else None),
        to_1pct_ms=_ms(good[0] if good else None),
        proof_ms=_ms(answer.proof_ms),
        levels=worth if answer.engine == OURS else worth[:COMPARED],
        gap=relative_gap(answer, worth, bounds) if worth else None,
    )


def _ms(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def ratios(rows: Sequence[DispatchRow], seconds: float) -> dict[str, float | None]:
    """How many times as long as ours the peers take to a proof; a time limit counts as its time.

    None where the size was not measured or ours has no proof.
    """
    found = {row.engine: row.proof_ms for row in rows if (row.teams, row.incidents) == MEASURED}
    mine = found.get(OURS)

    def ratio(peer: str) -> float | None:
        if mine is None or peer not in found:
            return None
        theirs = found[peer]
        return round((seconds * 1000 if theirs is None else theirs) / mine, 2)

    return {
        "proof_vs_cpsat_naive_419x50": ratio(CPSAT),
        "proof_vs_highs_all_pairs_419x50": ratio(HIGHS),
    }


def as_document(rows: Sequence[DispatchRow], more: Mapping[str, object]) -> dict[str, object]:
    """Give what the JSON file holds."""
    return {"rows": [asdict(row) for row in rows], **more}
