"""One engine's way through one phase: what is timed, what is compared, how it is scaled."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.int64]

BUDGET_S: Final = 3.0
"""Seconds that the counted runs of one task may take together; slow calls are run less often, at least once."""
_SLOW_S: Final = 2.0
"""A first call as long as this is not thrown away as a warm-up: it is the one run."""


def _as_they_are(answer: Any) -> Times:
    return np.asarray(answer, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class Task:
    """How an engine answers one phase.

    Attributes
    ----------
    call
        What is timed; given the number of the round.
    proof
        From the answer to the int64 times that are compared, outside the clock.
    undo
        Takes back what a round did, outside the clock, after its proof; only where there are rounds.
    rounds
        So many different rounds, each compared; 0 where every run asks the same.
    part
        Which part of the whole answer this engine was asked for, as an index into it.
    scale
        By how much the time of the call is multiplied to give the time of the phase.
    tolerance
        Largest difference of a time that counts as equal; above 0 only where a peer computes in floats.
    note
        What a reader of the row should know.
    """

    call: Callable[[int], Any]
    proof: Callable[[Any], Times] | None = _as_they_are
    undo: Callable[[int], None] | None = None
    rounds: int = 0
    part: tuple[slice, ...] = ()
    scale: float = 1.0
    tolerance: int = 0
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Milliseconds of each counted run, scaled, and the times to compare; None where the task has none."""

    took_ms: list[float]
    answer: Times | None


def perform(task: Task, runs: int) -> Outcome:
    """Run a task once uncounted, then at most `runs` times within `BUDGET_S`; different rounds run once each."""
    if task.rounds:
        return _varied(task)
    answer, first = _timed(task, 0)
    took = [first]
    if first < _SLOW_S:
        took = []
        for _ in range(max(1, min(runs, int(BUDGET_S / max(first, 1e-9))))):
            answer, seconds = _timed(task, 0)
            took.append(seconds)
    return Outcome(
        took_ms=[each * 1000 * task.scale for each in took],
        answer=None if task.proof is None else task.proof(answer),
    )


def _varied(task: Task) -> Outcome:
    undo = task.undo or (lambda _: None)
    if task.rounds > 1:
        task.call(0)
        undo(0)
    took, proofs = [], []
    for n in range(task.rounds):
        answer, seconds = _timed(task, n)
        took.append(seconds * 1000 * task.scale)
        if task.proof is not None:
            proofs.append(task.proof(answer))
        undo(n)
    return Outcome(took_ms=took, answer=np.stack(proofs) if proofs else None)


def _timed(task: Task, n: int) -> tuple[Any, float]:
    start = time.perf_counter()
    answer = task.call(n)
    return answer, time.perf_counter() - start


def agrees(task: Task, answer: Times, truth: Times) -> bool:
    """Say whether an answer is the asked part of the truth, within the task's tolerance."""
    wanted = truth[task.part] if task.part else truth
    return answer.shape == wanted.shape and bool(np.all(np.abs(answer - wanted) <= task.tolerance))
