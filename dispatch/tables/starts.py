"""Places that tables of travel times start from, sorted by vehicle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dispatch.problem import Index
from models.crs import LngLat


@dataclass(frozen=True, slots=True)
class Starts:
    """Places that one kind of vehicle starts from, and the rows they belong to, int64[k]."""

    profile: str
    rows: Index
    places: tuple[LngLat, ...]


def group(rows: Sequence[tuple[int, str, LngLat]]) -> tuple[Starts, ...]:
    """Sort (row, profile, place) by profile."""
    return tuple(
        Starts(
            profile,
            np.array([row for row, each, _ in rows if each == profile], dtype=np.int64),
            tuple(place for _, each, place in rows if each == profile),
        )
        for profile in sorted({each for _, each, _ in rows})
    )
