"""Where small roads begin: points of hamlets, town streets and the city grid, spread by a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from scenarios.areas import within
from scenarios.yongchuan.corridors import CITY
from scenarios.yongchuan.frame import Xy, distance_to_lines, to_km
from scenarios.yongchuan.places import OUTLINE, RIDGES, TOWNS
from scenarios.yongchuan.water import TRIBUTARIES, YANGTZE, River

_TRIES = 26_000
_RURAL_KM = 0.83
_FOREST_KM = 1.05
_NEAR_TOWN_KM = 0.4
_FRINGE_KM = 2.0
_CITY_STEP_KM = 0.245
_TOWN_STEP_KM = 0.15
_CITY_TURN = 0.42  # radians the city grid is turned by
_KEEP = {"motorway": 0.13, "interchange": 0.5, "stream": 0.07, "yangtze": 0.52}
_CITY_TOWNS = ("500118001", "500118002", "500118003")


@dataclass(frozen=True, slots=True)
class Ground:
    """Points of small roads.

    `xy` float64[n, 2] km; `grid` int64[n] numbers the street grid a point is of, 0 the city's, -1 for
    hamlets; `row`, `column` int64[n] are its place in that grid; `town` int64[n] indexes `places.TOWNS`
    (the nearest).
    """

    xy: Xy
    grid: NDArray[np.int64]
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    town: NDArray[np.int64]


def river_line(river: River) -> Xy:
    """Give a river's course in km."""
    return to_km(river.line)


def town_points() -> Xy:
    """Give the towns' points in km, in the order of `places.TOWNS`."""
    return to_km([town.position.wgs84 for town in TOWNS])


def spread(stations: Xy, motorways: Sequence[Xy], clearings: Xy, random: np.random.Generator) -> Ground:
    """Spread points over the district, clear of roads already drawn, of motorways and of rivers."""
    parts = [_city(random)]
    parts += [_town(i, random) for i in range(len(TOWNS)) if TOWNS[i].code not in _CITY_TOWNS]
    xy = np.vstack([part[0] for part in parts])
    grid = np.concatenate([np.full(len(part[0]), i) for i, part in enumerate(parts)])
    cells = np.vstack([part[1] for part in parts])
    room = np.where(grid == 0, 0.5 * _CITY_STEP_KM, 0.6 * _TOWN_STEP_KM)
    free = _clear(xy, motorways, clearings) & (cKDTree(stations).query(xy)[0] > room)
    # Grids of neighbouring towns, and the city's with its fringe, may overlap: the first holds the ground.
    free &= ~_overlaid(xy, grid)
    xy, grid, cells = xy[free], grid[free], cells[free]
    hamlets = _hamlets(np.vstack([stations, xy]), motorways, clearings, random)
    none = np.full(len(hamlets), -1)
    every = np.vstack([xy, hamlets])
    return Ground(
        xy=every,
        grid=np.concatenate([grid, none]),
        row=np.concatenate([cells[:, 0], none]),
        column=np.concatenate([cells[:, 1], none]),
        town=np.asarray(cKDTree(town_points()).query(every)[1], dtype=np.int64),
    )


def in_ridge(xy: Xy, share: float = 1.0) -> NDArray[np.bool_]:
    """Whether points lie on a ridge, within `share` of its half width, bool[n]."""
    found = np.zeros(len(xy), dtype=bool)
    for ridge in RIDGES:
        found |= distance_to_lines(xy, [to_km(ridge.spine)]) < share * ridge.half_width_km
    return found


def _clear(xy: Xy, motorways: Sequence[Xy], clearings: Xy) -> NDArray[np.bool_]:
    return np.asarray(
        within(xy, to_km(OUTLINE.points))
        & (distance_to_lines(xy, motorways) > _KEEP["motorway"])
        & (cKDTree(clearings).query(xy)[0] > _KEEP["interchange"])
        & (distance_to_lines(xy, [river_line(each) for each in TRIBUTARIES]) > _KEEP["stream"])
        & (distance_to_lines(xy, [river_line(YANGTZE)]) > _KEEP["yangtze"])
    )


def _lattice(
    reach: int, step: float, turn: float, random: np.random.Generator
) -> tuple[Xy, NDArray[np.int64]]:
    """Make a turned, slightly shaken square lattice round zero, with the row and column of each point."""
    row, column = (each.ravel() for each in np.mgrid[-reach : reach + 1, -reach : reach + 1])
    flat = np.column_stack([row, column]) * step + random.uniform(-0.1, 0.1, (len(row), 2)) * step
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return flat @ spin.T, np.column_stack([row, column]).astype(np.int64)


def _city(random: np.random.Generator) -> tuple[Xy, NDArray[np.int64]]:
    ring = to_km(CITY)
    xy, cells = _lattice(30, _CITY_STEP_KM, _CITY_TURN, random)
    # Streets follow the valley: bend the lattice a little.
    xy = xy + np.column_stack([0.25 * np.sin(xy[:, 1] / 1.9), 0.25 * np.sin(xy[:, 0] / 2.3)])
    xy = xy + ring.mean(axis=0)
    held = within(xy, ring)
    return xy[held], cells[held]


def _town(i: int, random: np.random.Generator) -> tuple[Xy, NDArray[np.int64]]:
    """Streets of a town: a round patch whose size goes with the root of its people."""
    reach = min(5.5, max(2.4, sqrt(TOWNS[i].population) / 36))
    xy, cells = _lattice(6, _TOWN_STEP_KM, float(random.uniform(0, np.pi / 2)), random)
    held = np.hypot(*xy.T) < reach * _TOWN_STEP_KM * random.uniform(0.85, 1.1, len(xy))
    return xy[held] + town_points()[i], cells[held]


def _overlaid(xy: Xy, grid: NDArray[np.int64]) -> NDArray[np.bool_]:
    pairs = cKDTree(xy).query_pairs(0.7 * _TOWN_STEP_KM, output_type="ndarray")
    foreign = pairs[grid[pairs[:, 0]] != grid[pairs[:, 1]]]
    found = np.zeros(len(xy), dtype=bool)
    found[foreign.max(axis=1)] = True
    return found


def _hamlets(taken: Xy, motorways: Sequence[Xy], clearings: Xy, random: np.random.Generator) -> Xy:
    """Points no closer than their room, which is wide on ridges and narrow near towns."""
    ring = to_km(OUTLINE.points)
    low, high = ring.min(axis=0), ring.max(axis=0)
    xy = low + random.random((_TRIES, 2)) * (high - low)
    xy = xy[within(xy, ring) & ~within(xy, to_km(CITY))]
    xy = xy[_clear(xy, motorways, clearings)]
    near = cKDTree(town_points()).query(xy)[0]
    room = np.where(in_ridge(xy, 0.8), _FOREST_KM, _RURAL_KM)
    room = np.where(near < _FRINGE_KM, _NEAR_TOWN_KM, room)
    free = cKDTree(taken).query(xy)[0] > 0.55 * room
    return thin(xy[free], room[free])


def thin(xy: Xy, room: NDArray[np.float64]) -> Xy:
    """Choose points such that two chosen are further apart than the mean of their rooms.

    Points come in random order and an earlier one wins over a later one: rounds of "earliest among its
    neighbours" until none is open.
    """
    pairs = cKDTree(xy).query_pairs(float(room.max()), output_type="ndarray")
    gaps = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    pairs = np.sort(pairs[gaps < (room[pairs[:, 0]] + room[pairs[:, 1]]) / 2], axis=1)
    open_, chosen = np.ones(len(xy), dtype=bool), np.zeros(len(xy), dtype=bool)
    while open_.any():
        live = pairs[open_[pairs[:, 0]] & open_[pairs[:, 1]]]
        beaten = np.zeros(len(xy), dtype=bool)
        beaten[live[:, 1]] = True
        winners = open_ & ~beaten
        chosen |= winners
        open_ &= ~winners
        open_[live[winners[live[:, 0]], 1]] = False
    return xy[chosen]
