"""Small road graphs for tests: drawn at random, or written down arc by arc."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np

from graphs.road import NO_LIMIT, Access, BuildReport, RoadClass, RoadGraph
from models.crs import LngLat
from models.place import distance_m

ROAD = Access.CAR | Access.EMERGENCY | Access.TRUCK | Access.MOTORCYCLE | Access.FOOT
CENTRE = LngLat(105.9, 29.35)
STEP_DEG = 0.005
"""About half a kilometre."""


@dataclass(frozen=True, kw_only=True)
class Road:
    """One arc to be, or two where `both` directions are open. `length_m` None: the line's length."""

    tail: int
    head: int
    name: str = ""
    road_class: RoadClass = RoadClass.PRIMARY
    speed_kmh: float = 60.0
    access: Access = ROAD
    length_m: float | None = None
    both: bool = True
    through: tuple[tuple[float, float], ...] = ()
    max_weight_kg: int = NO_LIMIT
    max_height_cm: int = NO_LIMIT
    max_width_cm: int = NO_LIMIT


def road_graph(points: Sequence[tuple[float, float]], roads: Sequence[Road]) -> RoadGraph:
    """Make the road graph of some points (lng, lat) and the roads between them."""
    directed = [(way, road, road.tail, road.head, road.through) for way, road in enumerate(roads)]
    directed += [
        (way, road, road.head, road.tail, road.through[::-1]) for way, road in enumerate(roads) if road.both
    ]
    directed.sort(key=lambda arc: arc[2])
    names = ("", *sorted({road.name for road in roads} - {""}))
    tails = np.array([arc[2] for arc in directed])
    shapes = [point for arc in directed for point in arc[4]]
    return RoadGraph(
        lng=np.array([p[0] for p in points]),
        lat=np.array([p[1] for p in points]),
        ref=np.arange(len(points), dtype=np.int64),
        first_out=np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=len(points)))]).astype(
            np.int64
        ),
        head=np.array([arc[3] for arc in directed], dtype=np.int32),
        length_dm=np.array([_length_dm(points, arc) for arc in directed], dtype=np.int32),
        road_class=np.array([arc[1].road_class for arc in directed], dtype=np.int8),
        speed_kmh=np.array([arc[1].speed_kmh for arc in directed], dtype=np.float32),
        access=np.array([int(arc[1].access) for arc in directed], dtype=np.uint8),
        marks=np.zeros(len(directed), dtype=np.uint8),
        max_weight_kg=np.array([arc[1].max_weight_kg for arc in directed], dtype=np.int32),
        max_height_cm=np.array([arc[1].max_height_cm for arc in directed], dtype=np.int32),
        max_width_cm=np.array([arc[1].max_width_cm for arc in directed], dtype=np.int32),
        name=np.array([names.index(arc[1].name) for arc in directed], dtype=np.int32),
        way=np.array([arc[0] for arc in directed], dtype=np.int64),
        shape_first=np.concatenate([[0], np.cumsum([len(arc[4]) for arc in directed])]).astype(np.int64),
        shape_lng=np.array([p[0] for p in shapes], dtype=np.float64),
        shape_lat=np.array([p[1] for p in shapes], dtype=np.float64),
        names=names,
        report=BuildReport(source="test"),
    )


def _length_dm(
    points: Sequence[tuple[float, float]],
    arc: tuple[int, Road, int, int, tuple[tuple[float, float], ...]],
) -> int:
    _, road, tail, head, through = arc
    if road.length_m is not None:
        return max(1, round(road.length_m * 10))
    line = [LngLat(*p) for p in (points[tail], *through, points[head])]
    return max(1, round(10 * sum(distance_m(a, b) for a, b in pairwise(line))))


def grid(side: int, *, step_deg: float = STEP_DEG, name: str = "") -> RoadGraph:
    """Make a square grid of two-way roads around `CENTRE`; node `row * side + column`, row 0 in the south."""
    points = [
        (CENTRE.lng + step_deg * (column - (side - 1) / 2), CENTRE.lat + step_deg * (row - (side - 1) / 2))
        for row in range(side)
        for column in range(side)
    ]
    places = [(row, column) for row in range(side) for column in range(side)]
    east = [Road(tail=r * side + c, head=r * side + c + 1, name=name) for r, c in places if c + 1 < side]
    north = [Road(tail=r * side + c, head=(r + 1) * side + c, name=name) for r, c in places if r + 1 < side]
    return road_graph(points, east + north)


def random_graph(seed: int, *, nodes: int = 40, extra: int = 60) -> RoadGraph:
    """Make a random town: a two-way tree that holds it together, one-ways, parallel roads, limits."""
    draw = Random(seed)
    points = [
        (CENTRE.lng + draw.uniform(-0.03, 0.03), CENTRE.lat + draw.uniform(-0.03, 0.03)) for _ in range(nodes)
    ]
    classes = [RoadClass.TRUNK, RoadClass.PRIMARY, RoadClass.TERTIARY, RoadClass.RESIDENTIAL, RoadClass.TRACK]
    roads = [
        Road(
            tail=draw.randrange(node),
            head=node,
            road_class=draw.choice(classes),
            speed_kmh=draw.choice([15.0, 30.0, 50.0, 70.0]),
            name=draw.choice(["", "永津公路", "G246"]),
        )
        for node in range(1, nodes)
    ]
    for _ in range(extra):
        tail, head = draw.sample(range(nodes), 2)
        roads.append(
            Road(
                tail=tail,
                head=head,
                road_class=draw.choice(classes),
                speed_kmh=draw.choice([15.0, 30.0, 50.0, 70.0]),
                both=draw.random() < 0.5,
                access=draw.choice([ROAD, ROAD, Access.FOOT, Access.EMERGENCY]),
                max_weight_kg=draw.choice([NO_LIMIT, NO_LIMIT, 10_000]),
            )
        )
    return road_graph(points, roads)
