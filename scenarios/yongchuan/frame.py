"""A flat kilometre frame round the district, and the plane geometry the generator needs.

Plate carrée on the mean Earth radius, true at 29.26 degrees north: over the 70 km of the district lengths
are off by less than 0.3 %, far below what a schematic road is.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, radians
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from models.units import EARTH_RADIUS_M

Xy = NDArray[np.float64]
"""Points in km, float64[n, 2]."""

ORIGIN: Final = (105.90435, 29.35695)
"""WGS-84 point of 中山路街道: the zero of the frame."""

KM_PER_DEG_LAT: Final = pi * EARTH_RADIUS_M / 180_000.0
KM_PER_DEG_LNG: Final = KM_PER_DEG_LAT * cos(radians(29.26))
_DEGREE_DIGITS: Final = 6


def to_km(points: Sequence[tuple[float, float]] | Xy) -> Xy:
    """WGS-84 degrees, longitude first, to km east and north of `ORIGIN`."""
    degrees = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    return (degrees - ORIGIN) * (KM_PER_DEG_LNG, KM_PER_DEG_LAT)


def to_degrees(line: Xy) -> tuple[tuple[float, float], ...]:
    """Km back to WGS-84 degrees, rounded to 1e-6 (0.1 m) so that the map does not hang on a last bit."""
    degrees = np.round(line / (KM_PER_DEG_LNG, KM_PER_DEG_LAT) + ORIGIN, _DEGREE_DIGITS)
    return tuple((float(lng), float(lat)) for lng, lat in degrees)


def length_km(line: Xy) -> float:
    """Length of a line."""
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def resample(line: Xy, step_km: float) -> Xy:
    """Put points about `step_km` apart on a line, ends kept."""
    gaps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate(([0.0], np.cumsum(gaps)))
    count = max(2, round(along[-1] / step_km) + 1)
    wanted = np.linspace(0.0, along[-1], count)
    return np.column_stack([np.interp(wanted, along, line[:, axis]) for axis in (0, 1)])


def smooth(waypoints: Xy, step_km: float) -> tuple[Xy, list[int]]:
    """Draw a centripetal Catmull-Rom curve through waypoints, and tell where in it each one stands."""
    if len(waypoints) == 2:  # noqa: PLR2004 - a straight line has nothing to round
        line = resample(waypoints, step_km)
        return line, [0, len(line) - 1]
    padded = np.vstack([2 * waypoints[0] - waypoints[1], waypoints, 2 * waypoints[-1] - waypoints[-2]])
    pieces: list[Xy] = []
    stands = [0]
    for i in range(len(waypoints) - 1):
        dense = _catmull_rom(padded[i : i + 4])
        piece = resample(dense, step_km)
        pieces.append(piece if i == 0 else piece[1:])
        stands.append(stands[-1] + len(piece) - 1)
    return np.vstack(pieces), stands


def _catmull_rom(four: Xy, samples: int = 48) -> Xy:
    """Draw the middle piece of the centripetal Catmull-Rom spline of four points."""
    knots = np.concatenate(([0.0], np.cumsum(np.sqrt(np.hypot(*np.diff(four, axis=0).T)))))
    t = np.linspace(knots[1], knots[2], samples)[:, None]

    def blend(a: Xy, b: Xy, i: int, j: int) -> Xy:
        return np.asarray(
            (knots[j] - t) / (knots[j] - knots[i]) * a + (t - knots[i]) / (knots[j] - knots[i]) * b
        )

    a1, a2, a3 = (blend(four[i], four[i + 1], i, i + 1) for i in range(3))
    b1, b2 = blend(a1, a2, 0, 2), blend(a2, a3, 1, 3)
    return blend(b1, b2, 1, 2)


def normals(line: Xy) -> Xy:
    """Point to the left of a line at each of its points: unit vectors."""
    along = np.gradient(line, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-12)[:, None]
    return np.column_stack([-along[:, 1], along[:, 0]])


def distance_to_lines(points: Xy, lines: Sequence[Xy]) -> NDArray[np.float64]:
    """Distance in km of each point to the nearest point of some densely drawn lines, float64[n]."""
    tree = cKDTree(np.vstack([resample(line, 0.1) for line in lines]))
    return np.asarray(tree.query(points)[0], dtype=np.float64)


def crossings(a: Xy, b: Xy, c: Xy, d: Xy) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Where segments a-b properly cross segments c-d.

    Parameters
    ----------
    a, b : float64[n, 2]
        Ends of the first segments.
    c, d : float64[k, 2]
        Ends of the second, best all of about one length.

    Returns
    -------
    tuple
        Index of the first segment, of the second, and the fraction of a-b at which they cross, sorted by
        the first index, then the fraction.
    """
    none = np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp), np.empty(0)
    if not len(a) or not len(c):
        return none
    half_ab = np.hypot(*(b - a).T) / 2
    half_cd = float(np.hypot(*(d - c).T).max()) / 2
    near = cKDTree((c + d) / 2).query_ball_point((a + b) / 2, half_ab + half_cd + 1e-9)
    first = np.repeat(np.arange(len(a)), [len(each) for each in near])
    if not len(first):
        return none
    second = np.concatenate([np.asarray(each, dtype=np.intp) for each in near])
    r, s, gap = (b - a)[first], (d - c)[second], c[second] - a[first]
    cross = r[:, 0] * s[:, 1] - r[:, 1] * s[:, 0]
    safe = np.where(np.abs(cross) < 1e-12, 1.0, cross)  # noqa: PLR2004 - parallel: no proper crossing
    t = (gap[:, 0] * s[:, 1] - gap[:, 1] * s[:, 0]) / safe
    u = (gap[:, 0] * r[:, 1] - gap[:, 1] * r[:, 0]) / safe
    margin = 1e-6
    hit = (np.abs(cross) >= 1e-12) & (t > margin) & (t < 1 - margin) & (u >= 0) & (u < 1)  # noqa: PLR2004
    order = np.lexsort((t[hit], first[hit]))
    return first[hit][order], second[hit][order], t[hit][order]
