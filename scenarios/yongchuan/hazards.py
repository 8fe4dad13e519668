"""What threatens where: hazard areas along rivers and ridges, and hazard points on the roads.

The counts are the district's plan's (25 weak bridges, 400 hazard points on roads [S:460]); every place,
kind and colour is made up from the seed, so that points lie where their kind is likely.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from graphs.road import Mark, RoadClass
from models.crs import Crs
from models.place import Colour, HazardPoint, Name, Position
from scenarios.yongchuan.frame import Xy, distance_to_lines, to_degrees, to_km
from scenarios.yongchuan.ground import town_points
from scenarios.yongchuan.places import DEMO, RIDGES, TOWNS
from scenarios.yongchuan.roads import stretches
from scenarios.yongchuan.sheet import Stretch
from scenarios.yongchuan.water import RIVERS, YANGTZE

SLOPES: Final = (Colour.BLUE, Colour.YELLOW, Colour.ORANGE, Colour.RED)
"""The four colours, lowest first: level 1 to 4."""

ROAD_HAZARDS: Final = {"slope": 220, "rockfall": 80, "flood": 70, "subsidence": 30}
"""How many of the 400 points are of which kind: the split is demo."""

_SHARES = (0.45, 0.35, 0.15, 0.05)
_APART_KM = 0.3
_SEED_TAG = 460


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardArea:
    """Ground along a line where a hazard is likely.

    `bands_km` are the distances from `line` (WGS-84) up to which the level is 4, 3, 2 and 1; nearer than
    `from_km` there is none (the crest of a ridge does not slide, its flank does).
    """

    kind: str
    name: Name
    line: tuple[tuple[float, float], ...]
    bands_km: tuple[float, float, float, float]
    from_km: float = 0.0
    basis: str = DEMO

    def level(self, points: Sequence[tuple[float, float]]) -> NDArray[np.int8]:
        """Level at WGS-84 points, int8[n]: 0 none, 1 blue, 2 yellow, 3 orange, 4 red."""
        return self.level_at(to_km(points))

    def level_at(self, xy: Xy) -> NDArray[np.int8]:
        """Level at points of the km frame, int8[n]."""
        gap = distance_to_lines(xy, [to_km(self.line)])
        level = np.sum(gap[:, None] <= np.array(self.bands_km), axis=1)
        return np.where(gap < self.from_km, 0, level).astype(np.int8)


def areas() -> tuple[HazardArea, ...]:
    """Hazard areas: floods along the rivers, forest fire on the ridges, landslides on their flanks."""
    found = []
    for river in RIVERS:
        bands = (0.55, 0.8, 1.1, 1.5) if river is YANGTZE else (0.06, 0.12, 0.22, 0.4)
        found.append(HazardArea(kind="flood", name=river.name, line=river.line, bands_km=bands))
    for ridge in RIDGES:
        half = ridge.half_width_km
        found.append(
            HazardArea(
                kind="forest_fire",
                name=ridge.name,
                line=ridge.spine,
                bands_km=(0.35 * half, 0.6 * half, 0.85 * half, 1.1 * half),
            )
        )
        found.append(
            HazardArea(
                kind="geological",
                name=ridge.name,
                line=ridge.spine,
                bands_km=(0.6 * half, 0.75 * half, 1.0 * half, 1.35 * half),
                from_km=0.5 * half,
            )
        )
    return tuple(found)


def levels(points: Sequence[tuple[float, float]]) -> dict[str, NDArray[np.int8]]:
    """Highest level of each kind of hazard at WGS-84 points: int8[n] by kind."""
    return _levels(to_km(points))


def points(seed: int = 1) -> tuple[HazardPoint, ...]:
    """List the 25 weak bridges and 400 hazard points, each on a road of `roads.links(seed)`.

    Raises
    ------
    InputError
        A seed out of range.
    """
    roads = [each for each in stretches(seed) if each.ordinary]
    middles = np.array([each.line[len(each.line) // 2] for each in roads])
    towns = cKDTree(town_points()).query(middles)[1].tolist()
    random = np.random.default_rng([seed, _SEED_TAG])
    weak = [i for i, each in enumerate(roads) if each.marks & Mark.WEAK_BRIDGE]
    found = [_weak_bridge(n, roads[i], middles[i], towns[i]) for n, i in enumerate(weak, start=1)]
    number = 0
    for kind, chosen in _choose(roads, middles, random).items():
        colours = random.choice(len(SLOPES), len(chosen), p=_SHARES).tolist()
        for i, colour in zip(chosen, colours, strict=True):
            number += 1
            found.append(
                HazardPoint(
                    id=f"hazard-{number:03d}",
                    kind=kind,
                    position=_position(middles[i]),
                    colour=SLOPES[colour],
                    road=_road_name(roads[i], towns[i]),
                    basis=f"one of 400 road hazard points [S:460]; place, kind and colour {DEMO}",
                )
            )
    return tuple(found)


def _levels(xy: Xy) -> dict[str, NDArray[np.int8]]:
    found: dict[str, NDArray[np.int8]] = {}
    for area in areas():
        level = area.level_at(xy)
        found[area.kind] = np.maximum(found[area.kind], level) if area.kind in found else level
    return found


def _choose(roads: Sequence[Stretch], middles: Xy, random: np.random.Generator) -> dict[str, list[int]]:
    """By kind, roads to put its points on: first where the kind is likely, never two points side by side."""
    level = _levels(middles)
    bridge = np.array([bool(each.marks & Mark.BRIDGE) for each in roads])
    street = np.array([each.road_class in (RoadClass.RESIDENTIAL, RoadClass.LIVING_STREET) for each in roads])
    geological, flood = level["geological"], level["flood"]
    likely = {"slope": geological, "rockfall": geological, "flood": flood, "subsidence": level["forest_fire"]}
    taken = np.empty((0, 2))
    chosen: dict[str, list[int]] = {}
    for kind, count in ROAD_HAZARDS.items():
        # A random order in which likely places come early, so that some points lie elsewhere too.
        rank = random.random(len(roads)) / (0.15 + likely[kind]) + 1e3 * (bridge | street)
        chosen[kind] = []
        for i in np.argsort(rank, kind="stable").tolist():
            if len(chosen[kind]) == count:
                break
            if not len(taken) or np.hypot(*(taken - middles[i]).T).min() > _APART_KM:
                chosen[kind].append(i)
                taken = np.vstack([taken, middles[i]])
    return chosen


def _weak_bridge(number: int, road: Stretch, at: Xy, town: int) -> HazardPoint:
    limit = road.max_weight_kg
    return HazardPoint(
        id=f"weak-bridge-{number:02d}",
        kind="weak_bridge",
        position=_position(at),
        # The lower the limit, the higher the colour: 8 t bars every fire engine, 20 t none.
        colour=SLOPES[sum(limit <= bound for bound in (8_000, 13_000, 18_000))],
        max_weight_kg=limit,
        road=_road_name(road, town),
        basis=f"one of 25 weak bridges [S:460]; place and limit {DEMO}",
    )


def _position(at: Xy) -> Position:
    ((lng, lat),) = to_degrees(at[None, :])
    return Position(lng=lng, lat=lat, crs=Crs.WGS84)


def _road_name(road: Stretch, town: int) -> str:
    return road.name or f"{TOWNS[town].name.zh}村组道路"
