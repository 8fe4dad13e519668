"""Routing: our engines beside their peers, on the same network, times and questions, in one run; answers compared.

Every phase is measured for all engines in turn before the next, so that a busy machine spoils no ratio.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from benchmarks.engines import OURS, REGISTRY, Engine, Entry
from benchmarks.measure import Row, memory, missing, resident_mb, row
from benchmarks.networks import Network, questions
from benchmarks.phases import NAMES, PHASES, Phase
from benchmarks.tasks import Task, Times, agrees, perform
from graphs.warmup import warm_up

PREPARING: Final = frozenset({"order", "topology", "customise", "perfect_customise"})
"""Phases in which an engine fills the memory that it goes on to use."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is measured.

    Attributes
    ----------
    engines, phases
        Names; all where empty.
    pairs
        Point-to-point questions.
    seed
        Seed of the questions.
    runs
        Counted runs of each quick phase.
    """

    engines: Collection[str] = ()
    phases: Collection[str] = ()
    pairs: int = 1000
    seed: int = 1
    runs: int = 7


Progress = Callable[[str, float], None]
"""Told what is going on and which share of the work is done."""


def run(
    net: Network,
    choice: Choice,
    *,
    registry: Sequence[Entry] = REGISTRY,
    progress: Progress = lambda _what, _share: None,
) -> list[Row]:
    """Measure all chosen phases on all chosen engines.

    Parameters
    ----------
    net
        The network.
    choice
        What is measured.
    registry
        The engines there are; the first that answers a question is what the others are compared with.
    progress
        Told how far it is.

    Returns
    -------
    list of Row
        By phase, then by engine. A missing engine has one row that says so; a wrong answer a row with `agrees` False.
    """
    warm_up()  # compiling is measured elsewhere
    gc.collect()
    gc.freeze()  # what is there already is not looked through again before each measurement
    try:
        return _run(net, choice, registry, progress)
    finally:
        gc.unfreeze()


def _run(net: Network, choice: Choice, registry: Sequence[Entry], progress: Progress) -> list[Row]:
    bench = _Bench(net, choice)
    chosen = [entry for entry in registry if not choice.engines or entry.name in choice.engines]
    for entry in chosen:
        progress(f"{entry.name}: setting up", 0.0)
        bench.enter(entry)
    phases = [
        phase
        for phase in PHASES
        if phase.needs <= net.places.size and (not choice.phases or phase.name in choice.phases)
    ]
    steps = max(1, len(phases) * len(bench.engines))
    done = 0
    for phase in phases:
        for name, engine in bench.engines.items():
            progress(f"{phase.name}: {name}", done / steps)
            bench.measure(name, engine, phase)
            done += 1
    bench.memory()
    progress("done", 1.0)
    return bench.judged()


class _Bench:
    """One network, the engines on it, the truth so far, and the rows measured so far."""

    def __init__(self, net: Network, choice: Choice) -> None:
        self.net, self.choice = net, choice
        self.asked = questions(net, choice.pairs, choice.seed)
        self.engines: dict[str, Engine] = {}
        self.grown: dict[str, float] = {}
        self.rows: list[Row] = []
        self.truth: dict[str, tuple[str, Times]] = {}
        self.compared: set[str] = set()
        self.failed: set[str] = set()

    def enter(self, entry: Entry) -> None:
        """Set an engine up, or say in a row that it is missing."""
        try:
            packages = entry.load()
            before = resident_mb()
            self.engines[entry.name] = entry.make(*packages, self.net, self.asked)
        except ImportError as error:
            self.rows.append(missing(self.net.name, entry.name, str(error)))
            return
        self.grown[entry.name] = resident_mb() - before

    def measure(self, name: str, engine: Engine, phase: Phase) -> None:
        """Measure one phase on one engine, if it answers it."""
        make = engine.tasks().get(phase.name)
        if make is None:
            return
        gc.collect()
        before = resident_mb()
        task = make()
        outcome = perform(task, self.choice.runs)
        if phase.name in PREPARING:
            self.grown[name] += resident_mb() - before
        right = None if outcome.answer is None else self._compare(name, phase, task, outcome.answer)
        self.rows.append(
            row(self.net.name, name, phase.name, outcome.took_ms, agrees=right, note=_note(task))
        )

    def _compare(self, name: str, phase: Phase, task: Task, answer: Times) -> bool | None:
        """Compare with the first whole answer to the same question; None if this is it."""
        if not phase.question:
            return None
        if phase.question not in self.truth:
            if not task.part:
                self.truth[phase.question] = (name, answer)
            return None
        giver, truth = self.truth[phase.question]
        right = agrees(task, answer, truth)
        if not right:
            self.failed.add(phase.question)
        elif name != giver:
            self.compared.add(phase.question)
        return right

    def judged(self) -> list[Row]:
        """Give the rows; one that other engines were compared with agrees if all of them do."""
        question = {phase.name: phase.question for phase in PHASES}
        sure = self.compared - self.failed
        return [
            replace(each, agrees=True)
            if each.agrees is None and question.get(each.phase) in sure and self._gave(each)
            else each
            for each in self.rows
        ]

    def _gave(self, each: Row) -> bool:
        question = next(phase.question for phase in PHASES if phase.name == each.phase)
        return self.truth[question][0] == each.engine

    def memory(self) -> None:
        """Say what each engine takes: its own count of bytes, and how the process grew while it was prepared."""
        for name, engine in self.engines.items():
            for what, size in engine.memory().items():
                self.rows.append(memory(self.net.name, name, what, size, note="bytes of the arrays"))
            if self.choice.phases and not PREPARING & set(self.choice.phases):
                continue
            note = "growth of the process by it and its preparation"
            grown = max(0.0, self.grown[name]) * 1e6
            self.rows.append(memory(self.net.name, name, "memory_resident", grown, note=note))


def _note(task: Task) -> str:
    notes = [task.note]
    if task.tolerance:
        notes.append(f"floats: equal within {task.tolerance}")
    return "; ".join(filter(None, notes))


def median(rows: Sequence[Row], engine: str, phase: str) -> float | None:
    """Give the median of a row, None where it was not measured."""
    found = [each.median_ms for each in rows if (each.engine, each.phase) == (engine, phase)]
    return found[0] if found else None


def ratio(rows: Sequence[Row], peer: str, phase: str, *, mine: str = OURS) -> float | None:
    """Give how many times as long as ours a peer takes, None where one of them was not measured."""
    other, own = median(rows, peer, phase), median(rows, mine, phase)
    return round(other / own, 2) if other and own else None


def unknown(choice: Choice, registry: Sequence[Entry] = REGISTRY) -> list[str]:
    """Give the names in a choice that are no engine and no phase."""
    engines = {entry.name for entry in registry}
    return sorted((set(choice.engines) - engines) | (set(choice.phases) - set(NAMES)))
