"""Timing: medians and percentiles of repeated calls, peak memory of the process."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement: who did what on what, how long it took, and whether the results agree with ours."""

    subject: str
    engine: str
    phase: str
    runs: int
    median_ms: float | None
    p90_ms: float | None
    agrees: bool | None = None
    note: str = ""


def timed(call: Callable[[], T], *, runs: int, warm: int = 1) -> tuple[T, list[float]]:
    """Call `warm` times uncounted, then `runs` times; returns the last result and the milliseconds of each run."""
    for _ in range(warm):
        call()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        result = call()
        times.append((time.perf_counter() - start) * 1000)
    return result, times


def row(
    subject: str, engine: str, phase: str, times: list[float], *, agrees: bool | None = None, note: str = ""
) -> Row:
    """Sum up some runs."""
    return Row(
        subject=subject,
        engine=engine,
        phase=phase,
        runs=len(times),
        median_ms=round(float(np.median(times)), 3),
        p90_ms=round(float(np.percentile(times, 90)), 3),
        agrees=agrees,
        note=note,
    )


def missing(subject: str, engine: str, note: str) -> Row:
    """Say that an engine could not be measured."""
    return Row(subject=subject, engine=engine, phase="all", runs=0, median_ms=None, p90_ms=None, note=note)


def peak_mb() -> float:
    """Peak resident memory of this process so far, in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
