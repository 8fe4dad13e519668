"""From what is reported shut or slow to a factor per arc.

A closure names a road, draws an outline, or gives a centre and a radius. An outline or a circle stands for
trouble on land: it does not stop ferries and boats (arcs of class FERRY and WATER), which keep going unless a
closure names them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphs.road import RoadClass, RoadGraph
from models.crs import LngLat
from models.errors import InputError, require
from models.place import Outline
from models.request import Closure
from models.units import EARTH_RADIUS_M

_SEPARATORS: Final = re.compile(r"\s*[;；]\s*|\s+/\s+")
_AFLOAT: Final = (RoadClass.FERRY, RoadClass.WATER)
_NEAR_NAMES: Final = 3
_RING: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureEffect:
    """What closures do to the roads.

    Attributes
    ----------
    factor
        float32[m]: the speed of each arc is multiplied by it; 0 is shut. Factors of closures that overlap are
        multiplied.
    arcs_by_closure
        The arcs each closure touches, int32[k] in rising order, also of closures that are not in force.
    in_force
        Ids of the closures that `factor` holds.
    """

    factor: NDArray[np.float32]
    arcs_by_closure: Mapping[str, NDArray[np.int32]]
    in_force: tuple[str, ...]


def apply_closures(
    graph: RoadGraph, closures: Sequence[Closure], moment: datetime | None = None
) -> ClosureEffect:
    """Find the arcs of closures, and their factors at a moment.

    Parameters
    ----------
    graph
        The roads.
    closures
        What is reported. All are checked, those not in force too.
    moment
        When, with a UTC offset; None takes every closure as in force.

    Raises
    ------
    InputError
        A closure touches no road, its outline crosses itself, or `moment` has no UTC offset.
    """
    require(moment is None or moment.tzinfo is not None, "the moment of closures needs a UTC offset")
    lines = ArcLines(graph)
    factor = np.ones(graph.arcs, dtype=np.float32)
    touched: dict[str, NDArray[np.int32]] = {}
    in_force: list[str] = []
    for closure in closures:
        arcs = _touched(lines, closure)
        touched[closure.id] = arcs
        if moment is None or closure.in_force(moment):
            in_force.append(closure.id)
            factor[arcs] *= np.float32(closure.speed_factor)
    factor.flags.writeable = False
    return ClosureEffect(factor=factor, arcs_by_closure=touched, in_force=tuple(in_force))


class ArcLines:
    """The lines of all arcs, cut into straight segments; made when first asked for."""

    def __init__(self, graph: RoadGraph) -> None:
        self.graph = graph

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """Points of arc `a` are `first[a]` up to `first[a + 1]`, int64[m + 1]."""
        return self.graph.shape_first + 2 * np.arange(self.graph.arcs + 1)

    @cached_property
    def points(self) -> NDArray[np.float64]:
        """All points of all arcs, their nodes included, float64[p, 2]."""
        graph = self.graph
        points = np.empty((int(self.first[-1]), 2))
        between = np.ones(len(points), dtype=bool)
        starts, ends = self.first[:-1], self.first[1:] - 1
        between[starts] = between[ends] = False
        for column, (node, shape) in enumerate(((graph.lng, graph.shape_lng), (graph.lat, graph.shape_lat))):
            points[starts, column] = node[graph.tail]
            points[ends, column] = node[graph.head]
            points[between, column] = shape
        return points

    def metres_from(self, centre: LngLat) -> NDArray[np.float64]:
        """Measure how near each arc comes to a point, float64[m] (a plane round the point; exact near it)."""
        scale = np.radians(1.0) * EARTH_RADIUS_M * np.array([np.cos(np.radians(centre.lat)), 1.0])
        points = (self.points - np.asarray(centre)) * scale
        start, step = points[:-1], np.diff(points, axis=0)
        square = np.maximum((step * step).sum(axis=1), np.finfo(np.float64).tiny)
        along = np.clip(-(start * step).sum(axis=1) / square, 0.0, 1.0)
        near = np.hypot(*(start + along[:, None] * step).T)
        # the step from the last point of an arc to the first of the next is no road
        near[self.first[1:-1] - 1] = np.inf
        return np.minimum.reduceat(near, self.first[:-1])

    def inside(self, ring: Sequence[LngLat], closure_id: str) -> NDArray[np.bool_]:
        """Find the arcs whose line touches the area of a ring, bool[m].

        Raises
        ------
        InputError
            The ring crosses itself.
        """
        import shapely  # noqa: PLC0415 - costs 100 ms, and few requests draw an outline

        area = shapely.Polygon(ring)
        if not area.is_valid:
            raise InputError(
                "closure {id}: its outline crosses itself; give the corners in order round the area",
                id=closure_id,
            )
        low = np.minimum.reduceat(self.points, self.first[:-1])
        high = np.maximum.reduceat(self.points, self.first[:-1])
        box = np.asarray(area.bounds)
        found: NDArray[np.bool_] = np.all((low <= box[2:]) & (high >= box[:2]), axis=1)
        near = np.flatnonzero(found)
        if near.size:
            counts = np.diff(self.first)[near]
            rows = np.repeat(self.first[near] - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
            lines = shapely.linestrings(self.points[rows], indices=np.repeat(np.arange(near.size), counts))
            shapely.prepare(area)
            found[near] = shapely.intersects(area, lines)
        return found


def _touched(lines: ArcLines, closure: Closure) -> NDArray[np.int32]:
    graph = lines.graph
    if closure.road is not None:
        return _named(graph, closure.id, closure.road)
    on_land = ~np.isin(graph.road_class, _AFLOAT)
    if closure.outline is not None:
        found = np.flatnonzero(lines.inside(_ring(closure.outline), closure.id) & on_land)
        require(
            found.size > 0,
            "closure {id}: its outline touches no road; check the order longitude, latitude and the crs",
            id=closure.id,
        )
        return found.astype(np.int32)
    if closure.centre is None or closure.radius_m is None:
        raise InputError("closure {id}: it says nothing of where it is", id=closure.id)
    near = np.where(on_land, lines.metres_from(closure.centre.wgs84), np.inf)
    found = np.flatnonzero(near <= closure.radius_m)
    require(bool(on_land.any()), "closure {id}: this map has no road on land", id=closure.id)
    require(
        found.size > 0,
        "closure {id}: no road within {radius_m} m of its centre; the nearest is {nearest_m} m away",
        id=closure.id,
        radius_m=closure.radius_m,
        nearest_m=round(float(near.min())),
    )
    return found.astype(np.int32)


def _ring(outline: Outline) -> tuple[LngLat, ...]:
    """Corners without those that repeat the one before."""
    ring = outline.wgs84
    return tuple(point for i, point in enumerate(ring) if point != ring[i - 1])


def road_names(graph: RoadGraph) -> dict[str, set[int]]:
    """Index whole names, and each of several names in one, in lower case, to indices of `names`."""
    index: dict[str, set[int]] = {}
    for number, text in enumerate(graph.names):
        for name in {text.strip(), *_SEPARATORS.split(text.strip())}:
            if name:
                index.setdefault(name.casefold(), set()).add(number)
    return index


def _named(graph: RoadGraph, closure_id: str, road: str) -> NDArray[np.int32]:
    index = road_names(graph)
    wanted = road.strip().casefold()
    arcs = np.flatnonzero(np.isin(graph.name, sorted(index.get(wanted, ()))))
    if arcs.size:
        return arcs.astype(np.int32)
    near = get_close_matches(wanted, index, n=_NEAR_NAMES)
    shown = sorted({_as_written(graph, index, name) for name in near})
    if shown:
        raise InputError(
            "closure {id}: no road is called {road!r}; did you mean {near}?",
            id=closure_id,
            road=road,
            near=", ".join(shown),
        )
    raise InputError(
        "closure {id}: no road is called {road!r}; give a name or number as it stands on the map",
        id=closure_id,
        road=road,
    )


def _as_written(graph: RoadGraph, index: Mapping[str, set[int]], name: str) -> str:
    """Give a name found in lower case the way the map writes it."""
    text = graph.names[min(index[name])]
    return next((part for part in (text, *_SEPARATORS.split(text)) if part.strip().casefold() == name), text)
