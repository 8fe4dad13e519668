"""The road network as a quiet background: few long lines instead of many short arcs, and few bytes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from graphs.closures import ArcLines, find_arcs
from graphs.road import RoadClass, RoadGraph
from models.errors import InputError
from models.request import Closure

MAX_ARCS: Final = 30_000
"""Arcs above which the lowest classes are left out of the background, one by one."""

_TOLERANCE_DEG: Final = 4e-5
"""Lines are simplified by up to this: four metres, less than a pixel at the scale of a district."""

GROUPS: Final[dict[str, tuple[RoadClass, ...]]] = {
    "water": (RoadClass.WATER, RoadClass.FERRY),
    "minor": (
        RoadClass.RESIDENTIAL,
        RoadClass.LIVING_STREET,
        RoadClass.SERVICE,
        RoadClass.TRACK,
        RoadClass.PATH,
    ),
    "local": (RoadClass.TERTIARY, RoadClass.TERTIARY_LINK, RoadClass.UNCLASSIFIED),
    "main": (RoadClass.PRIMARY, RoadClass.PRIMARY_LINK, RoadClass.SECONDARY, RoadClass.SECONDARY_LINK),
    "fast": (RoadClass.MOTORWAY, RoadClass.MOTORWAY_LINK, RoadClass.TRUNK, RoadClass.TRUNK_LINK),
}
"""Road classes that are drawn alike, in the order they are drawn."""

_DROP_ORDER: Final = (
    RoadClass.PATH,
    RoadClass.TRACK,
    RoadClass.SERVICE,
    RoadClass.LIVING_STREET,
    RoadClass.RESIDENTIAL,
    RoadClass.UNCLASSIFIED,
    RoadClass.TERTIARY_LINK,
    RoadClass.TERTIARY,
)


@dataclass(frozen=True, slots=True)
class RoadLines:
    """Lines of one group, float32[k] degrees each; a NaN parts one line from the next."""

    group: str
    lng: NDArray[np.float32]
    lat: NDArray[np.float32]


def road_lines(roads: RoadGraph, max_arcs: int = MAX_ARCS) -> tuple[RoadLines, ...]:
    """Draw each stretch of road once, joined to lines as long as they go.

    Parameters
    ----------
    roads
        The road graph.
    max_arcs
        The lowest classes are left out until no more arcs than this are drawn.

    Returns
    -------
    tuple of RoadLines
        One per group of `GROUPS` that has a road, lowest class first; the same graph gives the same lines.
    """
    shown = _shown_classes(roads, max_arcs)
    once = _one_direction(roads)
    lines = []
    for group, classes in GROUPS.items():
        members = np.isin(roads.road_class[once], [each.value for each in classes if each in shown])
        arcs = once[members]
        if arcs.size:
            lines.append(_lines(group, _trails(roads, arcs)))
    return tuple(lines)


def closed_lines(roads: RoadGraph, closure: Closure) -> RoadLines:
    """Draw the stretches of road that a closure names, by name, bridge or way; none where this map has no such road."""
    try:
        closed = find_arcs(ArcLines(roads), [closure])[closure.id]
    except InputError:  # the plan may be drawn on another map than it was made on
        closed = np.empty(0, dtype=np.int32)
    once = _one_direction(roads)
    return _lines(closure.id, _trails(roads, once[np.isin(once, closed)]))


def _shown_classes(roads: RoadGraph, max_arcs: int) -> set[RoadClass]:
    counts = np.bincount(roads.road_class, minlength=len(RoadClass))
    shown, left = set(RoadClass), roads.arcs
    for each in _DROP_ORDER:
        if left <= max_arcs:
            break
        shown.discard(each)
        left -= int(counts[each])
    return shown


def _one_direction(roads: RoadGraph) -> NDArray[np.int64]:
    """Arcs of which none runs back along another."""
    low, high = np.minimum(roads.tail, roads.head), np.maximum(roads.tail, roads.head)
    _, first = np.unique(np.stack([low, high, roads.way]), axis=1, return_index=True)
    return np.sort(first).astype(np.int64)


def _trails(roads: RoadGraph, arcs: NDArray[np.int64]) -> list[list[tuple[float, float]]]:
    """Cover the arcs with trails, begun where an odd number of them meet while there is such a node."""
    at: dict[int, list[int]] = defaultdict(list)
    for arc in arcs.tolist():
        at[int(roads.tail[arc])].append(arc)
        at[int(roads.head[arc])].append(arc)
    used: set[int] = set()
    trails = []
    for node in sorted(at, key=lambda node: (len(at[node]) % 2 == 0, node)):
        while (arc := _unused(at[node], used)) is not None:
            points = [(float(roads.lng[node]), float(roads.lat[node]))]
            here = node
            while arc is not None:
                used.add(arc)
                here = _follow(roads, arc, here, points)
                arc = _unused(at[here], used)
            trails.append(points)
    return trails


def _unused(arcs: list[int], used: set[int]) -> int | None:
    while arcs and arcs[-1] in used:
        arcs.pop()
    return arcs[-1] if arcs else None


def _follow(roads: RoadGraph, arc: int, here: int, points: list[tuple[float, float]]) -> int:
    """Append the points of the arc as seen from `here`; give the node at its other end."""
    inner = slice(int(roads.shape_first[arc]), int(roads.shape_first[arc + 1]))
    shape = list(zip(roads.shape_lng[inner].tolist(), roads.shape_lat[inner].tolist(), strict=True))
    forward = int(roads.tail[arc]) == here
    there = int(roads.head[arc] if forward else roads.tail[arc])
    points.extend(shape if forward else reversed(shape))
    points.append((float(roads.lng[there]), float(roads.lat[there])))
    return there


def _lines(group: str, trails: list[list[tuple[float, float]]]) -> RoadLines:
    gap = np.full((1, 2), np.nan, dtype=np.float32)
    parts = []
    for trail in trails:
        line = shapely.simplify(shapely.linestrings(trail), _TOLERANCE_DEG, preserve_topology=False)
        parts += [shapely.get_coordinates(line).astype(np.float32), gap]
    points = np.concatenate(parts[:-1]) if parts else np.empty((0, 2), dtype=np.float32)
    return RoadLines(group, np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1]))
