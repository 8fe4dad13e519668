"""Timing: medians and percentiles of repeated calls, peak memory of the process."""

from __future__ import annotations

import ctypes
import resource
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement: who did what on what, how long it took, and whether the results agree.

    `mb` is set in rows of memory, where there are no times.
    """

    subject: str
    engine: str
    phase: str
    runs: int
    median_ms: float | None
    p90_ms: float | None
    agrees: bool | None = None
    note: str = ""
    min_ms: float | None = None
    max_ms: float | None = None
    mb: float | None = None


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
        min_ms=round(min(times), 3),
        max_ms=round(max(times), 3),
        agrees=agrees,
        note=note,
    )


def memory(subject: str, engine: str, phase: str, size: float, *, note: str = "") -> Row:
    """Say how many bytes something takes."""
    mb = round(size / 1e6, 3)
    return Row(
        subject=subject, engine=engine, phase=phase, runs=1, median_ms=None, p90_ms=None, note=note, mb=mb
    )


def missing(subject: str, engine: str, note: str) -> Row:
    """Say that an engine could not be measured."""
    return Row(subject=subject, engine=engine, phase="all", runs=0, median_ms=None, p90_ms=None, note=note)


def peak_mb() -> float:
    """Peak resident memory of this process so far, in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def resident_mb() -> float:
    """Resident memory of this process now, in MB, after freed memory was given back where the C library can."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6
