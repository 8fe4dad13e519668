"""Distances on the Earth for many points at once; `models.place.distance_m` is the same for two."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.crs import LngLat
from models.units import EARTH_RADIUS_M

Floats = NDArray[np.float64]


def on_sphere(lng: Floats, lat: Floats) -> Floats:
    """Put points on the unit sphere, float64[k, 3]: chords order as great-circle distances do."""
    theta, phi = np.radians(lng), np.radians(lat)
    return np.column_stack((np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)))


def arc_m(chord: Floats) -> Floats:
    """Turn straight distances on the unit sphere into great-circle metres."""
    metres: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(chord / 2, 1.0))
    return metres


def metres_per_degree(place: LngLat) -> Floats:
    """Give the metres of one degree of longitude and of latitude at a place, float64[2]: the scale of a plane there."""
    degree = np.radians(1.0) * EARTH_RADIUS_M
    return np.array([degree * np.cos(np.radians(place.lat)), degree])


def pairwise_m(starts: Sequence[LngLat] | Floats, ends: Sequence[LngLat] | Floats) -> Floats:
    """Measure great-circle metres from each start to the end of the same place, float64[k]."""
    a = np.asarray(starts, dtype=np.float64).reshape(-1, 2)
    b = np.asarray(ends, dtype=np.float64).reshape(-1, 2)
    return arc_m(np.linalg.norm(on_sphere(a[:, 0], a[:, 1]) - on_sphere(b[:, 0], b[:, 1]), axis=1))


def table_m(starts: Sequence[LngLat] | Floats, ends: Sequence[LngLat] | Floats) -> Floats:
    """Measure great-circle metres from every start to every end, float64[s, e]."""
    a = np.asarray(starts, dtype=np.float64).reshape(-1, 2)
    b = np.asarray(ends, dtype=np.float64).reshape(-1, 2)
    rows, columns = on_sphere(a[:, 0], a[:, 1]), on_sphere(b[:, 0], b[:, 1])
    return arc_m(np.linalg.norm(rows[:, None] - columns, axis=2))
