"""What can be reached within some times, as areas to draw.

A road counts as far as it can be driven within the time; everything within `BESIDE_M` of such a road is
inside. Gaps between roads narrower than twice `GAP_M` are closed. An area always holds those of smaller
limits. The one module of `graphs` that imports shapely on import; `graphs.travel` imports it when an area
is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from graphs.closures import ArcLines
from graphs.daylight import daylight_left_s
from graphs.profiles import Profile
from graphs.road import RoadGraph
from graphs.sphere import Floats, metres_per_degree
from models.crs import LngLat
from models.errors import require
from models.units import DECISECONDS_PER_SECOND, NEVER

BESIDE_M: Final = 150.0
GAP_M: Final = 150.0
_SMOOTH_M: Final = 15.0
_ROUND_DIGITS: Final = 6
"""A tenth of a metre."""
_QUARTER_CORNERS: Final = 2
_CIRCLE_CORNERS: Final = 16
_KM2: Final = 1e6
_NOT_REACHED: Final = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Isochrone:
    """An area that is reached within a time.

    Attributes
    ----------
    limit_s
        The time, in seconds.
    geometry
        GeoJSON MultiPolygon in WGS-84, outer rings counter-clockwise.
    area_km2
        Its area.
    nodes
        How many road nodes are reached in time; 0 for a flight.
    """

    limit_s: int
    geometry: dict[str, Any]
    area_km2: float
    nodes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What a search found: `reached` int32[n] counts from `node`, `approach` deciseconds come before."""

    graph: RoadGraph
    times: NDArray[np.int32]
    reached: NDArray[np.int32]
    node: int
    origin: LngLat
    approach: int


@dataclass(frozen=True, slots=True)
class _Plane:
    """A plane in metres round a place, true near it."""

    centre: LngLat

    @property
    def scale(self) -> Floats:
        return metres_per_degree(self.centre)

    def metres(self, degrees: Floats) -> Floats:
        flat: Floats = (degrees - np.asarray(self.centre)) * self.scale
        return flat

    def degrees(self, metres: Floats) -> Floats:
        around: Floats = metres / self.scale + np.asarray(self.centre)
        return around


def isochrones(reach: Reach, limits_s: Sequence[int]) -> tuple[Isochrone, ...]:
    """Draw the areas that are reached by road.

    Parameters
    ----------
    reach
        What the search found.
    limits_s
        Times in seconds, in any order.

    Returns
    -------
    tuple of Isochrone
        In the order of `limits_s`.

    Raises
    ------
    InputError
        No limit, or one that is not above 0.
    """
    _check(limits_s)
    plane = _Plane(reach.origin)
    lines = ArcLines(reach.graph)
    points, first = plane.metres(lines.points), lines.first
    total = np.where(reach.reached < NEVER, reach.reached.astype(np.int64) + reach.approach, _NOT_REACHED)
    drawn: dict[int, Isochrone] = {}
    within = shapely.Polygon()
    for limit_s in sorted(set(limits_s)):
        limit = limit_s * DECISECONDS_PER_SECOND
        strips = shapely.buffer(
            shapely.simplify(_roads(reach, total, limit, points, first), _SMOOTH_M),
            BESIDE_M,
            quad_segs=_QUARTER_CORNERS,
        )
        grown = shapely.buffer(shapely.union_all([within, *strips]), GAP_M, quad_segs=_QUARTER_CORNERS)
        within = shapely.union(
            within, shapely.simplify(shapely.buffer(grown, -GAP_M, quad_segs=_QUARTER_CORNERS), _SMOOTH_M)
        )
        drawn[limit_s] = _isochrone(limit_s, within, plane, int((total <= limit).sum()))
    return tuple(drawn[limit_s] for limit_s in limits_s)


def flown(
    rider: Profile, origin: LngLat, limits_s: Sequence[int], moment: datetime | None = None
) -> tuple[Isochrone, ...]:
    """Draw the circles that are reached by air, landing anywhere; empty where landing alone takes longer.

    What flies by day alone flies until the sun sets at the origin; at night nothing is reached.

    Raises
    ------
    InputError
        No limit, or one that is not above 0.
    """
    _check(limits_s)
    plane = _Plane(origin)
    longest = NEVER if moment is None or not rider.daylight_only else daylight_left_s(origin, moment)
    circles = [
        shapely.buffer(
            shapely.Point(0.0, 0.0),
            max(0.0, (min(limit_s, longest) - rider.landing_overhead_s) * rider.cruise_kmh / 3.6),
            quad_segs=_CIRCLE_CORNERS,
        )
        for limit_s in limits_s
    ]
    return tuple(
        _isochrone(limit_s, circle, plane, 0) for limit_s, circle in zip(limits_s, circles, strict=True)
    )


def _check(limits_s: Sequence[int]) -> None:
    require(len(limits_s) > 0, "an isochrone needs at least one limit in seconds")
    for limit_s in limits_s:
        require(limit_s > 0, "the limit of an isochrone must be above 0 seconds, got {n}", n=limit_s)


def _roads(
    reach: Reach, total: NDArray[np.int64], limit: int, points: Floats, first: NDArray[np.int64]
) -> list[Any]:
    """Give the lines driven within `limit`: whole arcs, parts of others, the way to the first node."""
    start = total[reach.graph.tail]
    times = reach.times.astype(np.int64)
    whole = np.flatnonzero((times < NEVER) & (start + times <= limit))
    part = np.flatnonzero((times < NEVER) & (start < limit) & (start + times > limit))
    # both directions of a street have one line
    ends = np.sort(np.stack((reach.graph.tail[whole], reach.graph.head[whole])), axis=0)
    _, once = np.unique(np.vstack((ends, reach.graph.way[whole])), axis=1, return_index=True)
    lines = [points[first[a] : first[a + 1]] for a in whole[once]]
    lines += [
        _cut(points[first[a] : first[a + 1]], float((limit - start[a]) / times[a])) for a in part.tolist()
    ]
    node = (reach.graph.lng[reach.node], reach.graph.lat[reach.node])
    home = _Plane(reach.origin).metres(np.array([reach.origin, node]))
    lines.append(_cut(home, min(1.0, limit / reach.approach) if reach.approach else 1.0))
    counts = [len(line) for line in lines]
    return list(shapely.linestrings(np.vstack(lines), indices=np.repeat(np.arange(len(lines)), counts)))


def _cut(line: Floats, share: float) -> Floats:
    """Keep the first `share` (0 to 1) of a line."""
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
    stop = share * along[-1]
    end = [np.interp(stop, along, line[:, 0]), np.interp(stop, along, line[:, 1])]
    return np.vstack((line[: max(1, int(np.searchsorted(along, stop)))], end))


def _isochrone(limit_s: int, area: Any, plane: _Plane, nodes: int) -> Isochrone:
    polygons = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon" and not part.is_empty]
    rings = [
        [
            _ring(polygon.exterior, plane, counter_clockwise=True),
            *(_ring(hole, plane, counter_clockwise=False) for hole in polygon.interiors),
        ]
        for polygon in polygons
    ]
    return Isochrone(
        limit_s=limit_s,
        geometry={"type": "MultiPolygon", "coordinates": rings},
        area_km2=float(shapely.area(area)) / _KM2,
        nodes=nodes,
    )


def _ring(ring: Any, plane: _Plane, *, counter_clockwise: bool) -> list[list[float]]:
    corners = plane.degrees(shapely.get_coordinates(ring))
    if shapely.is_ccw(ring) != counter_clockwise:
        corners = corners[::-1]
    rounded: list[list[float]] = np.round(corners, _ROUND_DIGITS).tolist()
    return rounded
