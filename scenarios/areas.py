"""Town areas: which town a place belongs to, and the area of each town.

Areas are the outlines a user gives (`Town.outline`); towns without one share the rest by nearest point,
which knows nothing of people: a Voronoi diagram, cut to the district's outline for drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, radians

import numpy as np
from numpy.typing import NDArray

from models.crs import LngLat
from models.errors import InputError, require
from models.place import Outline, Town
from models.units import EARTH_RADIUS_M

_CLEARANCE = 4.0


@dataclass(frozen=True)
class TownAreas:
    """The areas of some towns.

    Parameters
    ----------
    towns
        The towns; their codes are the answers.
    district
        The district's outline, to cut areas to; None where they run as far as a box round all towns.

    Raises
    ------
    InputError
        No town at all, or two towns at one point and neither with an outline.
    """

    towns: tuple[Town, ...]
    district: Outline | None = None

    def __post_init__(self) -> None:
        require(bool(self.towns), "no town given; town areas need at least one")
        seen: dict[LngLat, str] = {}
        for town in self.towns:
            if town.outline is not None:
                continue
            other = seen.setdefault(town.position.wgs84, town.code)
            require(
                other == town.code,
                "towns {a} and {b} stand at the same point; move one or give outlines",
                a=other,
                b=town.code,
            )

    def town_of(self, point: tuple[float, float]) -> str:
        """Find the town of a WGS-84 point (longitude first), even outside the district: its code."""
        return self.towns_of([point])[0]

    def towns_of(self, points: Sequence[tuple[float, float]] | NDArray[np.float64]) -> list[str]:
        """Codes for many WGS-84 points (longitude first)."""
        return [self.towns[i].code for i in self.indices_of(points).tolist()]

    def indices_of(self, points: Sequence[tuple[float, float]] | NDArray[np.float64]) -> NDArray[np.int64]:
        """Index into `towns` for many points, int64[n].

        An outline that holds the point wins (the first of several); else the nearest town without an
        outline; else, where every town has one, the nearest town.
        """
        degrees = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        where = self._plane(degrees)
        free, sites = self._sites
        gaps = ((where[:, None, :] - sites[None, :, :]) ** 2).sum(axis=2)
        found = free[np.argmin(gaps, axis=1)]
        for i in range(len(self.towns) - 1, -1, -1):
            outline = self.towns[i].outline
            if outline is not None:
                found[within(degrees, np.array(outline.wgs84))] = i
        return np.asarray(found, dtype=np.int64)

    def outline(self, code: str) -> tuple[LngLat, ...]:
        """Give the ring of a town's area in WGS-84, not closed; the largest part where it falls apart.

        Raises
        ------
        InputError
            An unknown code, or an area of which nothing is left inside the district.
        """
        i = self._index(code)
        given = self.towns[i].outline
        if given is not None:
            return given.wgs84
        # Drawing alone needs shapely, and it costs more to import than all of this module's work.
        import shapely  # noqa: PLC0415

        free = [town for town in self.towns if town.outline is None]
        taken = [shapely.Polygon(town.outline.wgs84) for town in self.towns if town.outline is not None]
        area = shapely.Polygon(self._scale(self._cell(free, self.towns[i])))
        if self.district is not None:
            area = area.intersection(shapely.Polygon(self.district.wgs84).buffer(0))
        area = area.difference(shapely.union_all([ring.buffer(0) for ring in taken]))
        parts = [
            part for part in shapely.get_parts(area) if part.geom_type == "Polygon" and not part.is_empty
        ]
        require(bool(parts), "town {code} has no area left inside the district", code=code)
        ring = max(parts, key=lambda part: part.area).exterior.coords
        return tuple(LngLat(lng, lat) for lng, lat in list(ring)[:-1])

    def area_km2(self, code: str) -> float:
        """Area of `outline(code)` in km2."""
        x, y = self._plane(np.array(self.outline(code))).T
        return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)

    def _index(self, code: str) -> int:
        for i, town in enumerate(self.towns):
            if town.code == code:
                return i
        raise InputError("no town {id!r} in this world", id=code)

    @cached_property
    def _sites(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Towns without an outline (all, where every town has one), and where they stand in the plane."""
        free = [i for i, town in enumerate(self.towns) if town.outline is None] or list(
            range(len(self.towns))
        )
        sites = self._plane(np.array([self.towns[i].position.wgs84 for i in free]))
        return np.array(free, dtype=np.int64), sites

    @cached_property
    def _factor(self) -> NDArray[np.float64]:
        """Km per degree east and north, true at the towns' mean latitude."""
        north = np.pi * EARTH_RADIUS_M / 180_000.0
        middle = sum(town.position.wgs84.lat for town in self.towns) / len(self.towns)
        return np.array([north * cos(radians(middle)), north])

    def _plane(self, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        return degrees * self._factor

    def _scale(self, plane: NDArray[np.float64]) -> NDArray[np.float64]:
        return plane / self._factor

    def _cell(self, free: Sequence[Town], town: Town) -> NDArray[np.float64]:
        """Cut the Voronoi cell of a town out of a box round everything, one half plane per other town."""
        sites = self._plane(np.array([each.position.wgs84 for each in free]))
        rim = (
            sites if self.district is None else np.vstack([sites, self._plane(np.array(self.district.wgs84))])
        )
        (west, south), (east, north) = rim.min(axis=0) - _CLEARANCE, rim.max(axis=0) + _CLEARANCE
        ring = np.array([[west, south], [east, south], [east, north], [west, north]])
        own = self._plane(np.array([town.position.wgs84]))[0]
        for other in sites:
            if not np.array_equal(other, own):
                ring = _cut(ring, (own + other) / 2, other - own)
        return ring


def _cut(
    ring: NDArray[np.float64], through: NDArray[np.float64], normal: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Keep the part of a convex ring behind a line (Sutherland and Hodgman, one half plane)."""
    side = (ring - through) @ normal
    kept = []
    for i in range(len(ring)):
        j = (i + 1) % len(ring)
        if side[i] <= 0:
            kept.append(ring[i])
        if (side[i] < 0 < side[j]) or (side[j] < 0 < side[i]):
            kept.append(ring[i] + (ring[j] - ring[i]) * side[i] / (side[i] - side[j]))
    return np.array(kept).reshape(-1, 2)


def within(points: NDArray[np.float64], ring: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether points lie in a ring (even-odd rule), bool[n]."""
    x, y = points[:, 0:1], points[:, 1:2]
    x0, y0 = ring.T
    x1, y1 = np.roll(x0, -1), np.roll(y0, -1)
    spans = (y0 > y) != (y1 > y)
    rise = np.where(y1 == y0, 1.0, y1 - y0)
    return np.asarray((spans & (x < (x1 - x0) * (y - y0) / rise + x0)).sum(axis=1) % 2 == 1)
