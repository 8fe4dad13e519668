"""Weave small roads between the points of the ground and the stations of the skeleton.

Neighbours come from the Delaunay triangulation without the longest side of each triangle, which leaves a
thin, road-like, connected net. Sides across motorways and rivers mostly go; where the net would fall apart,
the shortest spanning tree puts the cheapest back, and they become bridges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay

from scenarios.yongchuan.frame import Xy, crossings

_SLACK = 1.12  # a side must be this much longer than the next to go
_LONGEST_KM = 1.7
_ACROSS = 9.0  # a side over a barrier counts this many times its length
_LANES_ACROSS = 0.2  # share of sides over a barrier that stay: lanes, and the short streets of towns
_STREETS_ACROSS = 0.55
_STREET_KM = 0.36
_NEVER = 1e6


@dataclass(frozen=True, slots=True)
class Web:
    """Small roads: `ends` int64[m, 2] index the points given to `weave`."""

    ends: NDArray[np.int64]


def weave(
    xy: Xy,
    fixed: NDArray[np.int64],
    barriers: Sequence[Xy],
    shut: Sequence[Xy],
    random: np.random.Generator,
) -> Web:
    """Choose the small roads.

    Parameters
    ----------
    xy : float64[n, 2]
        Points in km; those of the skeleton and of the ground.
    fixed : int64[k, 2]
        Roads of the skeleton between the points: never crossed.
    barriers
        Lines that a road crosses only by a bridge.
    shut
        Lines that no road crosses.
    random
        Chooses which crossings stay.
    """
    sides, longest = _sides(xy)
    keys = _keys(sides, len(xy))
    fixed_keys = _keys(np.sort(fixed, axis=1), len(xy))
    on_skeleton = np.zeros(len(xy), dtype=bool)
    on_skeleton[fixed.ravel()] = True
    free = ~np.isin(keys, fixed_keys) & ~(on_skeleton[sides[:, 0]] & on_skeleton[sides[:, 1]])
    sides, longest = sides[free], longest[free]
    a, b = xy[sides[:, 0]], xy[sides[:, 1]]
    length = np.hypot(*(b - a).T)
    across = _hit(a, b, barriers)
    barred = _hit(a, b, [xy[fixed[:, 0]], *shut], [xy[fixed[:, 1]]]) | (length > 2 * _LONGEST_KM)
    kept = random.random(len(a)) < np.where(length < _STREET_KM, _STREETS_ACROSS, _LANES_ACROSS)
    stay = ~longest & ~barred & (length < _LONGEST_KM) & (~across | kept)
    price = np.where(barred, _NEVER, length * np.where(across, _ACROSS, 1.0))
    stay |= _tree(sides, price, fixed, len(xy)) & ~barred
    return Web(ends=sides[stay])


def curve(a: Xy, b: Xy, bend: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    """Bend lines from `a` to `b`, float64[m, 5, 2]; `bend` is the largest offset as a share of the length."""
    part = np.linspace(0.0, 1.0, 5)
    bow = random.uniform(-1, 1, (len(a), 1)) * np.sin(np.pi * part)
    wave = random.uniform(-0.6, 0.6, (len(a), 1)) * np.sin(2 * np.pi * part)
    way = b - a
    side = np.column_stack([-way[:, 1], way[:, 0]]) * bend[:, None]
    lines = a[:, None] + part[None, :, None] * way[:, None] + (bow + wave)[:, :, None] * side[:, None]
    lines[:, 0], lines[:, -1] = a, b
    return np.asarray(lines)


def _sides(xy: Xy) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Sides of the triangulation, each once, and whether one is clearly the longest of a triangle."""
    corners = Delaunay(xy).simplices.astype(np.int64)
    every = np.stack([corners[:, [1, 2]], corners[:, [2, 0]], corners[:, [0, 1]]], axis=1)
    length = np.hypot(*(xy[every[:, :, 0]] - xy[every[:, :, 1]]).transpose(2, 0, 1))
    order = np.sort(length, axis=1)
    worst = (length == order[:, 2:]) & (order[:, 2:] > _SLACK * order[:, 1:2])
    flat = np.sort(every.reshape(-1, 2), axis=1)
    keys, index = np.unique(_keys(flat, len(xy)), return_inverse=True)
    longest = np.zeros(len(keys), dtype=bool)
    np.logical_or.at(longest, index, worst.ravel())
    return np.column_stack([keys // len(xy), keys % len(xy)]), longest


def _keys(pairs: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    return pairs[:, 0] * count + pairs[:, 1]


def _hit(a: Xy, b: Xy, lines: Sequence[Xy], ends: Sequence[Xy] = ()) -> NDArray[np.bool_]:
    """Whether each segment a-b crosses a line; the first lines may be loose segments with their `ends`."""
    found = np.zeros(len(a), dtype=bool)
    for i, line in enumerate(lines):
        c, d = (line, ends[i]) if i < len(ends) else (line[:-1], line[1:])
        short = np.hypot(*(d - c).T) < 2 * _LONGEST_KM
        found[crossings(a, b, c[short], d[short])[0]] = True
    return found


def _tree(
    sides: NDArray[np.int64], price: NDArray[np.float64], fixed: NDArray[np.int64], count: int
) -> NDArray[np.bool_]:
    """Which sides the cheapest spanning tree needs beside the skeleton."""
    ends = np.vstack([sides, np.sort(fixed, axis=1)])
    cost = np.concatenate([price, np.full(len(fixed), 1e-6)])
    _, first = np.unique(_keys(ends, count), return_index=True)
    tree = minimum_spanning_tree(
        coo_array((cost[first], (ends[first, 0], ends[first, 1])), shape=(count, count)).tocsr()
    ).tocoo()
    wanted = _keys(np.sort(np.column_stack(tree.coords).astype(np.int64), axis=1), count)
    return np.isin(_keys(sides, count), wanted)
