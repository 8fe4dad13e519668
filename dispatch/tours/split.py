"""What a depot sends to a drop, cut into loads that its vehicles can carry.

A load is never cut again: the tours put one or more of them on a vehicle. Its size is chosen so that the vehicles that
can get there are filled well by whole numbers of loads: that of a small vehicle, or a third of a large one, whichever
wastes least of the room of all of them. Every load has about the same mix, so that neither mass nor volume is wasted.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from dispatch.tours.problem import Longs, TourProblem
from dispatch.tours.trips import Load, Reason, Unserved
from models.units import NEVER

POINTS: Final = 1000
"""Points of all that a drop of weight 1 needs."""

MOST_LOADS: Final = 16
"""Loads from one depot to one drop, where vehicles are large enough for so few."""

_PARTS: Final = (1, 2, 3, 4)
"""A load is a whole vehicle, or one of so many equal parts of it."""


def split(problem: TourProblem, allotted: Longs) -> tuple[tuple[Load, ...], tuple[Unserved, ...]]:
    """Cut what is allotted into loads.

    Parameters
    ----------
    problem
        The problem.
    allotted : int64[depots, drops, items]
        What each depot sends to each drop.

    Returns
    -------
    tuple of Load, tuple of Unserved
        Together they are exactly what is allotted.
    """
    loads: list[Load] = []
    left: list[Unserved] = []
    for d, j in np.argwhere(allotted.any(axis=2)).tolist():
        rooms = _rooms(problem, d, j)
        units = allotted[d, j]
        if not rooms.size:
            left.append(Unserved(d, j, tuple(units.tolist()), Reason.NO_WAY))
            continue
        pieces = (units @ problem.masses)[None] if problem.drops[j].whole else problem.masses
        fits = np.any(np.all(pieces[:, None, :] <= rooms[None, :, :], axis=2), axis=1)
        fits = np.broadcast_to(fits, units.shape)
        if (units[~fits] > 0).any():
            left.append(Unserved(d, j, tuple(np.where(fits, 0, units).tolist()), Reason.TOO_LARGE))
        some = np.where(fits, units, 0)
        if some.any():
            cut = [some] if problem.drops[j].whole else _cut(some, problem.masses, rooms)
            loads += [Load(d, j, tuple(each.tolist())) for each in cut]
    return tuple(loads), tuple(left)


def points(problem: TourProblem, drop: int, units: tuple[int, ...]) -> int:
    """Points of some units for a drop: its weight times the share of its needs, each item counting the same."""
    needs = problem.drops[drop].units
    shares = [units[i] / needs[i] for i in range(len(needs)) if needs[i]]
    return max(1, round(POINTS * problem.drops[drop].weight * sum(shares) / max(1, len(shares))))


def _rooms(problem: TourProblem, depot: int, drop: int) -> Longs:
    """Grams and cm3 of each kind of vehicle of a depot that can get to a drop and back, int64[k, 2]."""
    rooms = [
        (problem.vehicles[v].grams, problem.vehicles[v].cm3)
        for v in problem.kinds
        if problem.vehicles[v].depot == depot and problem.ways[v, drop] < NEVER
    ]
    return np.array(rooms, dtype=np.int64).reshape(-1, 2)


def _cut(units: Longs, masses: Longs, rooms: Longs) -> list[Longs]:
    """Cut into loads of about the same mix; where single pieces are too large for that, fill one after another."""
    total = np.maximum(units @ masses, 1)
    shares = np.minimum(1.0, (rooms / total).min(axis=1))
    if shares.max() >= 1.0:
        few = [1.0]
    else:
        sizes = {float(share / part) for share in shares if share > 0 for part in _PARTS}
        few = [size for size in sizes if np.ceil(1 / size) <= MOST_LOADS] or [float(shares.max())]
    size = max(few, key=lambda size: (_filled(shares, size), size))
    largest = rooms[int(shares.argmax())]
    room = np.minimum(largest, np.ceil(size * total).astype(np.int64))
    count = int(np.ceil(1 / size - 1e-9))
    for more in range(count, count + len(units) + 1):
        cut = [units * (k + 1) // more - units * k // more for k in range(more)]
        if all(
            (each @ masses <= np.maximum(room, masses[each > 0].max(axis=0, initial=0))).all() for each in cut
        ):
            return [each for each in cut if each.any()]
    return _fill(units, masses, rooms)


def _filled(shares: Longs, size: float) -> float:
    """Share of the room of all vehicles that loads of this size fill."""
    return float((np.floor(shares / size + 1e-9) * size).sum() / shares.sum())


def _fill(units: Longs, masses: Longs, rooms: Longs) -> list[Longs]:
    """Fill the room of the vehicle that takes most, one load after another, large pieces first."""
    left, out = units.copy(), []
    order = np.argsort(-(masses / rooms.max(axis=0).clip(1)).max(axis=1), kind="stable")
    while left.any():
        first = next(i for i in order if left[i])
        fitting = rooms[(masses[first] <= rooms).all(axis=1)]
        room = fitting[int((fitting / rooms.max(axis=0).clip(1)).min(axis=1).argmax())].copy()
        load = np.zeros_like(left)
        for i in order:
            most = min([int(left[i]), *(int(room[k] // masses[i, k]) for k in range(2) if masses[i, k])])
            load[i] = most
            left[i] -= most
            room -= most * masses[i]
        out.append(load)
    return out
