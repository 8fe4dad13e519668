"""Towns on a map that names none: road nodes clustered by k-means."""

from __future__ import annotations

from math import cos, radians
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from graphs.road import RoadGraph
from models.crs import Crs
from models.place import Name, Position, Town

PEOPLE_PER_KM2: Final = 728.0
"""Census 2020 mean of Yongchuan, taken for a made-up district."""

_SAMPLE: Final = 20_000
_ROUNDS: Final = 25
_DEGREE_KM: Final = 111.195


def cluster_towns(roads: RoadGraph, count: int, *, seed: int) -> tuple[Town, ...]:
    """Make up `count` towns where the roads are.

    Parameters
    ----------
    roads
        The road graph.
    count
        Number of towns; fewer come back where the map has fewer nodes.
    seed
        Seed of the starting centres (k-means++).

    Returns
    -------
    tuple of Town
        West to east within bands, named 镇01 / Town 01 and so on; each at a road node. Area is a share of
        the map's rectangle, population 728 per square kilometre: demo data.
    """
    rng = np.random.default_rng([seed, count])
    scale = np.array([cos(radians(float(roads.lat.mean()))), 1.0]) * _DEGREE_KM
    points = np.column_stack((roads.lng, roads.lat)) * scale
    sample = points if len(points) <= _SAMPLE else points[rng.choice(len(points), _SAMPLE, replace=False)]
    centres = _k_means(sample, min(count, len(np.unique(sample, axis=0))), rng)
    order = np.lexsort((centres[:, 0], -np.round(centres[:, 1] / max(1e-9, np.ptp(points[:, 1])) * 5)))
    centres = centres[order]
    owner = _nearest(points, centres)
    box_km2 = max(1.0, float(np.prod(np.ptp(points, axis=0))))
    towns = []
    for k, centre in enumerate(centres):
        members = np.flatnonzero(owner == k)
        gaps = points[members] - centre
        node = int(members[np.argmin(np.einsum("ij,ij->i", gaps, gaps))])
        area = round(max(0.1, box_km2 * members.size / len(points)), 2)
        towns.append(
            Town(
                code=f"T{k + 1:02d}",
                name=Name(zh=f"镇{k + 1:02d}", en=f"Town {k + 1:02d}"),
                position=Position(
                    lng=round(float(roads.lng[node]), 6), lat=round(float(roads.lat[node]), 6), crs=Crs.WGS84
                ),
                population=round(area * PEOPLE_PER_KM2),
                area_km2=area,
                basis="demo data: cluster of road nodes, 728 people per km2 (2020 census mean)",
            )
        )
    return tuple(towns)


def _k_means(points: NDArray[np.float64], count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Centres of `count` clusters, float64[count, 2]; none is empty."""
    centres = points[[int(rng.integers(len(points)))]]
    gaps = ((points - centres[0]) ** 2).sum(axis=1)
    while len(centres) < count:
        centres = np.vstack((centres, points[int(rng.choice(len(points), p=gaps / gaps.sum()))]))
        gaps = np.minimum(gaps, ((points - centres[-1]) ** 2).sum(axis=1))
    for _ in range(_ROUNDS):
        owner = _nearest(points, centres)
        filled = np.bincount(owner, minlength=count)
        sums = np.column_stack(
            [np.bincount(owner, weights=points[:, axis], minlength=count) for axis in (0, 1)]
        )
        moved: NDArray[np.float64] = np.where(
            filled[:, None] > 0, sums / np.maximum(filled, 1)[:, None], centres
        )
        if np.allclose(moved, centres):
            break
        centres = moved
    return centres


def _nearest(points: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.asarray(cKDTree(centres).query(points)[1], dtype=np.int64)
