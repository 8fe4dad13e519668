"""The four-colour risk surface: what hills, rivers, hazard points and people add up to in 2 km cells.

The scores and the shares of the colours are an estimate: demo data until the district's own 红橙黄蓝 map is
loaded.
"""

from __future__ import annotations

from math import floor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.crs import LngLat
from models.place import Colour, HazardPoint, RiskCell
from scenarios.synthetic.ground import Ground

CELL_M: Final = 2000.0
_REACH_M: Final = 2500.0
_TOP_LEVEL: Final = 4.0
_COLOURS: Final = ((0.05, Colour.RED), (0.20, Colour.ORANGE), (0.55, Colour.YELLOW), (1.01, Colour.BLUE))
_BASIS: Final = "demo data: score of ridges, rivers, hazard points and people; shares 5/15/35/45 % (estimate)"
_KINDS: Final = ("slope", "flood", "weak_bridge")


def made_up_hazards(ground: Ground) -> tuple[HazardPoint, ...]:
    """Two hazard points per town, for a map on which none is known."""
    found = []
    for index, town in enumerate(ground.towns):
        dice = ground.dice(f"hazards {town.code}")
        for number, node in enumerate(dice.choice(ground.nodes_of[index], size=2), start=1):
            kind = _KINDS[int(dice.integers(len(_KINDS)))]
            found.append(
                HazardPoint(
                    id=f"hazard-{town.code}-{number}",
                    kind=kind,
                    position=ground.position(int(node)),
                    colour=list(Colour)[int(dice.integers(4))],
                    max_weight_kg=10_000 if kind == "weak_bridge" else None,
                    basis="demo data: drawn by lot",
                )
            )
    return tuple(found)


def made_up_lines(ground: Ground, label: str) -> tuple[tuple[LngLat, ...], ...]:
    """Two straight lines across the map, standing for ridges or rivers that are not known."""
    dice = ground.dice(f"lines {label}")
    lng, lat = ground.roads.lng, ground.roads.lat
    lines = []
    for _ in range(2):
        ends = [
            LngLat(float(lng[int(dice.integers(lng.size))]), float(lat[int(dice.integers(lat.size))]))
            for _ in range(2)
        ]
        if ends[0] != ends[1]:
            lines.append(tuple(ends))
    return tuple(lines)


def risk_cells(ground: Ground, hazards: tuple[HazardPoint, ...]) -> tuple[RiskCell, ...]:
    """One cell per 2 km square that has a road, at the road node nearest to its middle.

    A town's people are shared among its cells by road nodes. Colours by rank of score: 5 % red, 15 %
    orange, 35 % yellow, the rest blue.
    """
    nodes = ground.open_nodes
    places = ground.plane[nodes]
    squares = np.floor(places / CELL_M).astype(np.int64)
    unique, inverse = np.unique(squares, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    middles = (unique + 0.5) * CELL_M
    gaps = ((places - middles[inverse]) ** 2).sum(axis=1)
    order = np.lexsort((gaps, inverse))
    first = np.concatenate(([True], np.diff(inverse[order]) > 0))
    centres = nodes[order[first]]
    owner = ground.owner[centres]
    people = _people(ground, inverse, owner)
    forest, flood, geo = _exposure(ground, centres, hazards)
    crowd = np.log1p(people) / np.log1p(max(1.0, float(people.max())))
    score = (
        0.3 * forest
        + 0.3 * flood
        + 0.25 * geo
        + 0.35 * crowd
        + ground.dice("risk").uniform(0, 0.05, len(centres))
    )
    rank = np.empty(len(centres))
    rank[np.argsort(-score, kind="stable")] = np.arange(len(centres)) / len(centres)
    return tuple(
        RiskCell(
            id=f"cell-{k + 1:04d}",
            town=ground.towns[int(owner[k])].code,
            position=ground.position(int(node)),
            colour=next(colour for share, colour in _COLOURS if rank[k] < share),
            hazards=_named(float(forest[k]), float(flood[k]), float(geo[k])),
            population=floor(people[k]),
            basis=_BASIS,
        )
        for k, node in enumerate(centres)
    )


def _people(ground: Ground, inverse: NDArray[np.int64], owner: NDArray[np.int32]) -> NDArray[np.float64]:
    """People in each cell, float64[cells]: a town's population by the road nodes of its cells."""
    weight = np.bincount(inverse).astype(np.float64)
    total = np.bincount(owner, weights=weight, minlength=len(ground.towns))
    population = np.array([town.population for town in ground.towns], dtype=np.float64)
    return np.asarray(population[owner] * weight / total[owner])


def _exposure(
    ground: Ground, centres: NDArray[np.int64], hazards: tuple[HazardPoint, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """How exposed each cell is to forest fire, flood and slides, each from 0 to 1."""
    if ground.known.levels is not None:
        places = list(
            zip(ground.roads.lng[centres].tolist(), ground.roads.lat[centres].tolist(), strict=True)
        )
        levels = ground.known.levels(places)
        forest, flood, geo = (levels[kind] / _TOP_LEVEL for kind in ("forest_fire", "flood", "geological"))
        return forest, flood, geo
    forest = np.clip(1.0 - ground.ridge_m[centres] / (2 * _REACH_M), 0.0, 1.0)
    flood = np.clip(1.0 - ground.river_m[centres] / _REACH_M, 0.0, 1.0)
    geo = np.zeros(len(centres))
    for hazard in hazards:
        gap = np.linalg.norm(ground.plane[centres] - ground.point(hazard.position.wgs84), axis=1)
        geo += np.clip(1.0 - gap / _REACH_M, 0.0, 1.0)
    return forest, flood, np.clip(geo, 0.0, 1.0)


def _named(forest: float, flood: float, geo: float) -> tuple[str, ...]:
    """Give the incident types a cell is exposed to."""
    named = []
    if forest > 0.25:  # noqa: PLR2004
        named.append("forest_fire")
    if flood > 0.3:  # noqa: PLR2004
        named.append("flood")
    if geo > 0.3:  # noqa: PLR2004
        named.append("landslide")
    return tuple(named)
