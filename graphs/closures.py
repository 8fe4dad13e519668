"""From what is reported shut, slow or limited to a factor and a weight per arc.

A closure names a road, the bridges of a road or some ways, draws an outline, or gives a centre and a radius. An
outline or a circle stands for trouble on land: it does not stop ferries and boats (arcs of class FERRY and WATER),
which keep going unless a closure names them.
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

from graphs.road import NO_LIMIT, Mark, RoadClass, RoadGraph
from graphs.sphere import metres_per_degree
from models.crs import LngLat
from models.errors import InputError, require
from models.place import Outline
from models.request import Closure

_SEPARATORS: Final = re.compile(r"\s*[;；]\s*|\s+/\s+")
_AFLOAT: Final = (RoadClass.FERRY, RoadClass.WATER)
_NEAR_NAMES: Final = 3
_RING: Final = 3


@dataclass(frozen=True, kw_only=True)
class ClosureEffect:
    """What closures do to the roads.

    Attributes
    ----------
    factor
        float32[m]: the speed of each arc is multiplied by it; 0 is shut. Factors of closures that overlap are
        multiplied.
    max_weight_kg
        int32[m]: what is heavier may not use the arc; `NO_LIMIT` where no closure limits it. Of closures that overlap
        the least limit holds. Limits posted on the map are not in it: they go on holding beside it.
    arcs_by_closure
        The arcs each closure touches, int32[k] in rising order, also of closures that are not in force.
    in_force
        Ids of the closures that `factor` and `max_weight_kg` hold.
    """

    factor: NDArray[np.float32]
    max_weight_kg: NDArray[np.int32]
    arcs_by_closure: Mapping[str, NDArray[np.int32]]
    in_force: tuple[str, ...]

    @cached_property
    def touched(self) -> NDArray[np.int32]:
        """Arcs that something in force holds for, int32[k] in rising order."""
        if not self.in_force:
            return np.empty(0, dtype=np.int32)
        return np.flatnonzero((self.factor != 1) | (self.max_weight_kg != NO_LIMIT)).astype(np.int32)

    def key(self) -> bytes:
        """What tells two effects on one map apart: the same key, the same arc times. Empty where all is open."""
        arcs = self.touched
        return arcs.tobytes() + self.factor[arcs].tobytes() + self.max_weight_kg[arcs].tobytes()


def apply_closures(
    graph: RoadGraph, closures: Sequence[Closure], moment: datetime | None = None
) -> ClosureEffect:
    """Find the arcs of closures, and what they do at a moment.

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
    return effect_at(graph, closures, find_arcs(ArcLines(graph), closures), moment)


def find_arcs(lines: ArcLines, closures: Sequence[Closure]) -> dict[str, NDArray[np.int32]]:
    """Find the arcs of each closure, int32[k] in rising order, by its id; see `apply_closures`."""
    return {closure.id: _touched(lines, closure) for closure in closures}


def effect_at(
    graph: RoadGraph,
    closures: Sequence[Closure],
    arcs_by_closure: Mapping[str, NDArray[np.int32]],
    moment: datetime | None,
) -> ClosureEffect:
    """Put together what closures, whose arcs are known, do at a moment; see `apply_closures`."""
    check_moment(moment)
    factor = np.ones(graph.arcs, dtype=np.float32)
    max_weight_kg = np.full(graph.arcs, NO_LIMIT, dtype=np.int32)
    in_force: list[str] = []
    for closure in closures:
        if moment is not None and not closure.in_force(moment):
            continue
        arcs = arcs_by_closure[closure.id]
        in_force.append(closure.id)
        factor[arcs] *= np.float32(closure.factor)
        if closure.max_weight_kg is not None:
            limit = min(closure.max_weight_kg, NO_LIMIT)
            max_weight_kg[arcs] = np.minimum(max_weight_kg[arcs], limit)
    factor.flags.writeable = False
    max_weight_kg.flags.writeable = False
    return ClosureEffect(
        factor=factor,
        max_weight_kg=max_weight_kg,
        arcs_by_closure=arcs_by_closure,
        in_force=tuple(in_force),
    )


def check_moment(moment: datetime | None) -> None:
    """Refuse a moment without UTC offset."""
    require(moment is None or moment.tzinfo is not None, "the moment of closures needs a UTC offset")


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

    @cached_property
    def boxes(self) -> NDArray[np.float64]:
        """The box round each arc, float64[4, m]: west, south, east, north."""
        low = np.minimum.reduceat(self.points, self.first[:-1])
        high = np.maximum.reduceat(self.points, self.first[:-1])
        return np.ascontiguousarray(np.concatenate((low.T, high.T)))

    @cached_property
    def on_land(self) -> NDArray[np.bool_]:
        """Whether each arc is neither ferry nor water, bool[m]."""
        return ~np.isin(self.graph.road_class, _AFLOAT)

    def in_box(self, west: float, south: float, east: float, north: float) -> NDArray[np.int64]:
        """Find the arcs whose box meets another, int64[k] in rising order."""
        boxes = self.boxes
        meets = (boxes[0] <= east) & (boxes[2] >= west) & (boxes[1] <= north) & (boxes[3] >= south)
        return np.flatnonzero(meets)

    def metres_from(self, centre: LngLat, arcs: NDArray[np.int64]) -> NDArray[np.float64]:
        """Measure how near some arcs come to a point, float64[k] (a plane round the point; exact near it)."""
        rows, first = self._rows(arcs)
        points = (self.points[rows] - np.asarray(centre)) * metres_per_degree(centre)
        start, step = points[:-1], np.diff(points, axis=0)
        square = np.maximum((step * step).sum(axis=1), np.finfo(np.float64).tiny)
        along = np.clip(-(start * step).sum(axis=1) / square, 0.0, 1.0)
        near = np.hypot(*(start + along[:, None] * step).T)
        # the step from the last point of an arc to the first of the next is no road
        near[first[1:-1] - 1] = np.inf
        return np.minimum.reduceat(near, first[:-1])

    def near(self, centre: LngLat, radius_m: float) -> NDArray[np.int64]:
        """Find the arcs whose box comes within a radius of a point: all that do themselves, and some more."""
        lng, lat = (radius_m / metres_per_degree(centre)).tolist()
        return self.in_box(centre.lng - lng, centre.lat - lat, centre.lng + lng, centre.lat + lat)

    def _rows(self, arcs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give the rows of `points` of some arcs, and where those of each start, int64[k + 1]."""
        counts = np.diff(self.first)[arcs]
        first = np.concatenate(([0], np.cumsum(counts)))
        return np.repeat(self.first[arcs] - first[:-1], counts) + np.arange(first[-1]), first

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
        found = np.zeros(self.graph.arcs, dtype=np.bool_)
        near = self.in_box(*area.bounds)
        if near.size:
            rows, first = self._rows(near)
            lines = shapely.linestrings(
                self.points[rows], indices=np.repeat(np.arange(near.size), np.diff(first))
            )
            shapely.prepare(area)
            found[near] = shapely.intersects(area, lines)
        return found


def _touched(lines: ArcLines, closure: Closure) -> NDArray[np.int32]:
    graph = lines.graph
    if closure.road is not None:
        return _named(graph, closure.id, closure.road)
    if closure.bridge is not None:
        return _bridges(graph, closure.id, closure.bridge)
    if closure.ways:
        return _ways(graph, closure.id, closure.ways)
    if closure.outline is not None:
        found = np.flatnonzero(lines.inside(_ring(closure.outline), closure.id) & lines.on_land)
        require(
            found.size > 0,
            "closure {id}: its outline touches no road; check the order longitude, latitude and the crs",
            id=closure.id,
        )
        return found.astype(np.int32)
    if closure.centre is None or closure.radius_m is None:
        raise InputError("closure {id}: it says nothing of where it is", id=closure.id)
    return _circle(lines, closure.id, closure.centre.wgs84, closure.radius_m)


def _circle(lines: ArcLines, closure_id: str, centre: LngLat, radius_m: float) -> NDArray[np.int32]:
    on_land = lines.on_land
    require(bool(on_land.any()), "closure {id}: this map has no road on land", id=closure_id)
    near = lines.near(centre, radius_m)
    near = near[on_land[near]]
    found = near[lines.metres_from(centre, near) <= radius_m] if near.size else near
    if found.size == 0:
        nearest_m = float(lines.metres_from(centre, np.flatnonzero(on_land)).min())
        raise InputError(
            "closure {id}: no road within {radius_m} m of its centre; the nearest is {nearest_m} m away",
            id=closure_id,
            radius_m=radius_m,
            nearest_m=round(nearest_m),
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
    """Arcs of the road of a name, int32[k] in rising order."""
    found, near = _search_names(graph, road, np.ones(graph.arcs, dtype=np.bool_))
    if found.size:
        return found
    if near:
        raise InputError(
            "closure {id}: no road is called {road!r}; did you mean {near}?",
            id=closure_id,
            road=road,
            near=near,
        )
    raise InputError(
        "closure {id}: no road is called {road!r}; give a name or number as it stands on the map",
        id=closure_id,
        road=road,
    )


def _bridges(graph: RoadGraph, closure_id: str, road: str) -> NDArray[np.int32]:
    """Of the road of a name, the arcs that are bridges, int32[k] in rising order."""
    found, near = _search_names(graph, road, (graph.marks & int(Mark.BRIDGE)) != 0)
    if found.size:
        return found
    if near:
        raise InputError(
            "closure {id}: no bridge belongs to a road called {road!r}; did you mean {near}?",
            id=closure_id,
            road=road,
            near=near,
        )
    raise InputError(
        "closure {id}: no bridge belongs to a road called {road!r}; give a name or number as it stands on the map",
        id=closure_id,
        road=road,
    )


def _search_names(graph: RoadGraph, wanted: str, among: NDArray[np.bool_]) -> tuple[NDArray[np.int32], str]:
    """Give those of some arcs, bool[m], that have a name, int32[k]; where none has, near names to show, else ""."""
    here = set(np.unique(graph.name[among]).tolist())
    index = {name: numbers & here for name, numbers in road_names(graph).items() if numbers & here}
    key = wanted.strip().casefold()
    found = np.flatnonzero(np.isin(graph.name, sorted(index.get(key, ()))) & among).astype(np.int32)
    near = () if found.size else get_close_matches(key, index, n=_NEAR_NAMES)
    return found, ", ".join(sorted({_as_written(graph, index, name) for name in near}))


def _ways(graph: RoadGraph, closure_id: str, ways: Sequence[int]) -> NDArray[np.int32]:
    """Arcs of some ways, by the ids of the map's source."""
    known = np.isin(ways, graph.way)
    require(
        bool(known.all()),
        "closure {id}: this map has no way {way}; give ids as the source of the map numbers them",
        id=closure_id,
        way=next((way for way, found in zip(ways, known.tolist(), strict=True) if not found), 0),
    )
    return np.flatnonzero(np.isin(graph.way, ways)).astype(np.int32)


def _as_written(graph: RoadGraph, index: Mapping[str, set[int]], name: str) -> str:
    """Give a name found in lower case the way the map writes it."""
    text = graph.names[min(index[name])]
    return next((part for part in (text, *_SEPARATORS.split(text)) if part.strip().casefold() == name), text)
