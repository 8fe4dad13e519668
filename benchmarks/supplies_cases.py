"""Seeded districts for the allocation of supplies: depots on three tiers, needs at points, travel times across country.

Quantities, tiers and times are drawn, not recorded: they are to be as many and as scarce as a district's could be.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Final

import numpy as np

from dispatch.supplying.board import Board

_SIDE_KM: Final = 60.0
"""About the length of Yongchuan District from end to end."""

_UPPER: Final = 25
"""Depots above the villages: 23 towns and two of the district."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A size, and how many times the middling stock is needed."""

    name: str
    depots: int
    items: int
    points: int
    scarce: float


CASES: Final = (
    Case(name="60x5x12 short", depots=60, items=5, points=12, scarce=0.5),
    Case(name="420x20x50 plenty", depots=420, items=20, points=50, scarce=0.3),
    Case(name="420x20x50 short", depots=420, items=20, points=50, scarce=1.0),
)


def draw(case: Case, seed: int) -> Board:
    """Draw a district of this size."""
    r = np.random.default_rng(seed)
    depots, items, points = case.depots, case.items, case.points
    here, there = r.uniform(0, _SIDE_KM, (depots, 2)), r.uniform(0, _SIDE_KM, (points, 2))
    km = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1))
    arrive = (km * r.uniform(70, 130, km.shape) + 900).astype(
        np.int32
    )  # 28 to 51 km/h, a quarter of an hour to load
    upper = min(_UPPER, depots // 3)
    tier = np.repeat([0, 1, 2], [depots - upper, upper - 2, 2])
    stock = r.integers(0, 60, (depots, items)) * np.array([1, 8, 60])[tier][:, None]
    need = np.maximum(1, r.integers(50, 1500, (points, items)) * case.scarce * r.uniform(0.3, 1.7, items))
    priority = r.choice([20, 200, 400], points)
    depot, stocked = (each.ravel() for each in np.indices((depots, items)))
    point, item = (each.ravel() for each in np.indices((points, items)))
    worth = np.maximum(1, np.rint(1000 * priority[:, None] / need.astype(np.int64)))
    return Board(
        items=tuple(f"item {k}" for k in range(items)),
        kg=np.ones(items),
        m3=np.full(items, 0.01),
        depot=depot,
        stocked=stocked,
        stock=stock.ravel().astype(np.int64),
        opened=np.zeros(depot.size, dtype=np.int64),
        point=point,
        item=item,
        need=need.astype(np.int64).ravel(),
        worth=worth.astype(np.int64).ravel(),
        deadline_s=r.choice([7200, 21600], point.size).astype(np.int64),
        calls=np.zeros(point.size, dtype=np.int64),
        arrive_s=arrive,
        price=(3 * tier[:, None] + np.ceil(6 * arrive / 3600)).astype(np.int64),
        step_s=3600,
        issue_kg=np.full(depots, inf),
        issue_m3=np.full(depots, inf),
    )
