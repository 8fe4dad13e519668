"""A drawn road network of any size: towns of streets in a country of ever faster and rarer main roads.

A grid is bent, its lines are ranked (street, main road, trunk road, motorway by how often each comes). Streets exist
in towns alone, in quarters with few ways out to the main roads around them; some are missing, some are one-way.
Between towns most main roads are missing. So separators are small, as in real road networks and unlike in a plain
grid: the hierarchy of a million nodes has about 15 triangles and 3.5 arcs for each (Florida, 1.07 million nodes, under
the same order: 12.5 and 3.3; New York: 36 and 5), and 2.4 road arcs (Florida 2.5, Porto 2.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphs.pieces import morton
from graphs.search import sealed
from kernels.parts import strong_parts
from models.errors import require
from models.units import EARTH_RADIUS_M

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FEWEST: Final = 1_000
MOST: Final = 4_000_000
SPEEDS_KMH: Final = (30.0, 50.0, 70.0, 110.0)
"""Street, main road, trunk road, motorway."""

_EVERY: Final = (8, 32, 128)
"""One grid line in so many is a main road, a trunk road, a motorway."""
_CELL_M: Final = 150.0
_BENT: Final = 0.3
"""How far a node stands off its grid point, in cells."""
_MISSING: Final = 0.25
"""Share of the streets of a town that are not there."""
_RARE: Final = 0.6
"""Share of the stretches of main road between two crossings that are not there outside towns."""
_GATES: Final = 0.2
"""Share of the streets that meet a main road which do so: quarters have few ways in."""
_ONE_WAY: Final = 0.15
_TOWNS: Final = 0.45
"""Share of the country that towns cover, about."""
_TOWN_CELLS: Final = 12.0
"""Radius of the smallest towns; larger ones are rarer, as a power law."""
_METRES_PER_DEGREE: Final = EARTH_RADIUS_M * np.pi / 180
_CITY_CELLS: Final = 100.0
"""Radius of the largest."""
_ORIGIN: Final = (105.9, 29.35)
_FIRST_SHARE: Final = 0.55
"""Share of grid points that become nodes, to start from."""
_NEAR: Final = 0.02
"""The number of nodes wanted is met within this."""
_ATTEMPTS: Final = 6


@dataclass(frozen=True, kw_only=True)
class RoadLike:
    """Arcs and places: `tail`, `head`, `times` (deciseconds) int32[m]; `lng`, `lat` float64[n]."""

    nodes: int
    tail: Ints
    head: Ints
    times: Ints
    lng: Floats
    lat: Floats


def road_like(nodes: int, seed: int = 1) -> RoadLike:
    """Draw a network, strongly connected; the same for the same arguments.

    Parameters
    ----------
    nodes
        How many nodes are wanted, 1,000 to 4,000,000; met within some percent from 10,000 on.
    seed
        Seed of all draws.

    Raises
    ------
    InputError
        Too few or too many nodes.
    """
    require(
        FEWEST <= nodes <= MOST,
        "a drawn network has {least} to {most} nodes, got {found}",
        least=FEWEST,
        most=MOST,
        found=nodes,
    )
    side = round((nodes / _FIRST_SHARE) ** 0.5)
    best = drawn = _draw(side, seed)
    for _ in range(_ATTEMPTS):
        if abs(best.nodes - nodes) <= _NEAR * nodes:
            break
        side = max(2, round(side * (nodes / drawn.nodes) ** 0.5))
        drawn = _draw(side, seed)
        best = min(best, drawn, key=lambda each: abs(each.nodes - nodes))
    return best


def _draw(side: int, seed: int) -> RoadLike:
    draw = np.random.default_rng((seed, side))
    x, y = np.divmod(np.arange(side * side), side)
    bend = draw.uniform(-_BENT, _BENT, (2, side * side))
    town = _towns(side, draw)
    low, high, rank = _edges(side, town, draw)
    metres = _CELL_M * np.hypot(
        (x + bend[0])[low] - (x + bend[0])[high], (y + bend[1])[low] - (y + bend[1])[high]
    )
    speed = np.array(SPEEDS_KMH)[rank] * draw.uniform(0.8, 1.2, low.size)
    times = np.maximum(1, np.rint(metres * 36 / speed)).astype(np.int32)
    one_way = (rank == 0) & (draw.random(low.size) < _ONE_WAY)
    turned = one_way & draw.integers(0, 2, low.size, dtype=np.bool_)
    tail = np.concatenate((np.where(turned, high, low), high[~one_way]))
    head = np.concatenate((np.where(turned, low, high), low[~one_way]))
    both = np.concatenate((times, times[~one_way]))
    metres_lng = _METRES_PER_DEGREE * np.cos(np.radians(_ORIGIN[1]))
    lng = _ORIGIN[0] + (x + bend[0]) * _CELL_M / metres_lng
    lat = _ORIGIN[1] + (y + bend[1]) * _CELL_M / _METRES_PER_DEGREE
    return _largest(tail.astype(np.int32), head.astype(np.int32), both, lng, lat)


def _towns(side: int, draw: np.random.Generator) -> Flags:
    """Say which grid points lie in a town; round towns whose sizes follow a power law."""
    inside = np.zeros((side, side), dtype=np.bool_)
    covered, goal = 0.0, _TOWNS * side * side
    while covered < goal:
        radius = min(_TOWN_CELLS * (draw.pareto(1.5) + 0.5), _CITY_CELLS, side / 4)
        cx, cy = draw.uniform(0, side, 2)
        west, east = max(0, int(cx - radius)), min(side, int(cx + radius) + 1)
        south, north = max(0, int(cy - radius)), min(side, int(cy + radius) + 1)
        xs, ys = np.ogrid[west:east, south:north]
        inside[west:east, south:north] |= (xs - cx) ** 2 + (ys - cy) ** 2 <= radius**2
        covered += np.pi * radius**2
    return inside.ravel()


def _edges(
    side: int, town: Flags, draw: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Give the two ends of each road and its rank: streets of towns, some missing, and all main roads."""
    points = np.arange(side * side).reshape(side, side)
    line = np.zeros(side, dtype=np.int64)
    for every in _EVERY:
        line += np.arange(side) % every == 0
    low = np.concatenate((points[:-1].ravel(), points[:, :-1].ravel()))
    high = np.concatenate((points[1:].ravel(), points[:, 1:].ravel()))
    along = np.broadcast_to(line, (side - 1, side)).ravel()
    across = np.broadcast_to(line[:, None], (side, side - 1)).ravel()
    rank = np.concatenate((along, across))
    main = (line[:, None] + line > 0).ravel()
    share = np.where(main[low] | main[high], _GATES, 1 - _MISSING)
    street = town[low] & town[high] & (draw.random(low.size) < share)
    stretch = np.arange(side) // _EVERY[0]
    built = draw.random((2, side, side // _EVERY[0] + 1)) >= _RARE
    along_there = built[0][:, stretch].T[:-1].ravel()
    across_there = built[1][:, stretch][:, :-1].ravel()
    there = (rank > 1) | (town[low] & town[high]) | np.concatenate((along_there, across_there))
    kept = (rank > 0) & there | street
    return low[kept], high[kept], rank[kept]


def _largest(tail: Ints, head: Ints, times: Ints, lng: Floats, lat: Floats) -> RoadLike:
    """Keep the largest strongly connected part, its nodes along a Z-curve as in `graphs.links.assemble`."""
    nodes = lng.size
    order = np.argsort(tail, kind="stable")
    first_out = np.zeros(nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(tail, minlength=nodes), out=first_out[1:])
    part = np.empty(nodes, dtype=np.int32)
    scratch = np.empty((5, nodes), dtype=np.int64)
    first_out.flags.writeable = False
    strong_parts(first_out, sealed(head[order]), sealed(times[order]), part, scratch)
    kept = np.flatnonzero(part == np.bincount(part).argmax())
    kept = kept[np.argsort(morton(lng[kept], lat[kept]), kind="stable")]
    new = np.full(nodes, -1, dtype=np.int32)
    new[kept] = np.arange(kept.size, dtype=np.int32)
    inside = (new[tail] >= 0) & (new[head] >= 0)
    tail, head, times = new[tail[inside]], new[head[inside]], times[inside]
    order = np.lexsort((head, tail))
    return RoadLike(
        nodes=kept.size, tail=tail[order], head=head[order], times=times[order], lng=lng[kept], lat=lat[kept]
    )
