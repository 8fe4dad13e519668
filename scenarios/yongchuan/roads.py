"""The road world of Yongchuan: skeleton, expressways, small roads, water, bridges, drawn from a seed."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np

from graphs.links import DRIVEN, Link, Links
from graphs.road import Access, RoadClass
from models.errors import require
from scenarios.areas import within
from scenarios.yongchuan import motorways, skeleton
from scenarios.yongchuan.bridges import WEAK, cut, weaken
from scenarios.yongchuan.corridors import CITED, MOTORWAYS, ORDINARY
from scenarios.yongchuan.fabric import curve, weave
from scenarios.yongchuan.frame import resample, to_degrees, to_km
from scenarios.yongchuan.ground import Ground, river_line, spread
from scenarios.yongchuan.places import OUTLINE
from scenarios.yongchuan.ranks import rank
from scenarios.yongchuan.sheet import Sheet, Stretch
from scenarios.yongchuan.water import LAUNCHES, TRIBUTARIES, YANGTZE

_SEEDS = 2**31
_STREET_BEND = 0.02
_LANE_BEND = 0.11
_WATER_STEP_KM = 0.45


def links(seed: int = 1) -> Links:
    """All roads and waterways of the district and its boundary roads.

    Parameters
    ----------
    seed
        From 0 to 2147483647; the same seed gives the same map. It moves small roads and the sway of named
        ones, not where named roads lead.

    Raises
    ------
    InputError
        A seed out of range.
    """
    collected = Links(source=f"Yongchuan demo roads, seed {seed} (演示数据)")
    for way, each in enumerate(stretches(seed), start=1):
        collected.links.append(
            Link(
                tail=each.tail,
                head=each.head,
                points=to_degrees(each.line),
                road_class=each.road_class,
                way=way,
                name=each.name,
                forward=each.forward,
                backward=each.backward,
                speed_kmh=each.speed_kmh,
                marks=each.marks,
                max_weight_kg=each.max_weight_kg,
                max_width_cm=each.max_width_cm,
            )
        )
    collected.notes += _notes()
    return collected


@lru_cache(maxsize=4)
def stretches(seed: int) -> tuple[Stretch, ...]:
    """Make the drawing behind `links`, in km."""
    require(0 <= seed < _SEEDS, "seed must be from 0 to 2147483647, got {n}", n=seed)
    random = np.random.default_rng([seed, 500_118])
    sheet = Sheet()
    plans = motorways.lay_out(MOTORWAYS)
    skeleton.draw(sheet, ORDINARY, [plan.centre for plan in plans], random)
    tolls = motorways.draw_access(sheet, plans)
    _draw_fabric(sheet, plans, random)
    motorways.draw(sheet, plans, tolls)
    cut(sheet, motorways.in_the_open(plans))
    weaken(sheet, random)
    _draw_water(sheet)
    for each in sheet.stretches:
        each.line.flags.writeable = False
    return tuple(sheet.stretches)


def _draw_fabric(sheet: Sheet, plans: list[motorways.Plan], random: np.random.Generator) -> None:
    """Weave, rank and draw the small roads inside the district."""
    xy = sheet.xy()
    centres = [plan.centre for plan in plans]
    home = np.flatnonzero(within(xy, to_km(OUTLINE.points)))
    place = np.full(len(xy), -1)
    place[home] = np.arange(len(home))
    fixed = place[[(each.tail, each.head) for each in sheet.stretches]]
    fixed = fixed[(fixed >= 0).all(axis=1)]
    ground = spread(xy[home], centres, motorways.clearings(plans), random)
    every = np.vstack([xy[home], ground.xy])
    barriers = [*motorways.in_the_open(plans), *(river_line(each) for each in TRIBUTARIES)]
    web = weave(every, fixed, barriers, [river_line(YANGTZE)], random)
    ranks = rank(every, web.ends, fixed, ground, len(home))
    bend = np.where(_is_street(web.ends, ground, len(home)), _STREET_BEND, _LANE_BEND)
    lines = curve(every[web.ends[:, 0]], every[web.ends[:, 1]], bend, random)
    for i, (a, b) in enumerate(web.ends.tolist()):
        sheet.stretches.append(
            Stretch(
                tail=sheet.node(every[a]),
                head=sheet.node(every[b]),
                line=lines[i],
                road_class=ranks.road_class[i],
                name=ranks.name[i],
                max_width_cm=ranks.max_width_cm[i],
            )
        )


def _is_street(ends: np.ndarray, ground: Ground, offset: int) -> np.ndarray:
    grid = np.concatenate([np.full(offset, -1), ground.grid])
    return np.asarray((grid[ends] >= 0).any(axis=1))


def _draw_water(sheet: Sheet) -> None:
    """Lay the Yangtze as arcs for boats, joined to the roads at the launches alone."""
    line = resample(river_line(YANGTZE), _WATER_STEP_KM)
    streams = [sheet.node(point) for point in line]
    ends = sorted({each.tail for each in sheet.stretches if each.ordinary})
    xy = sheet.xy()

    def lay(tail: int, head: int, road_class: RoadClass, name: str) -> None:
        path = np.array([sheet.points[tail], sheet.points[head]])
        who = Access.BOAT if road_class is RoadClass.WATER else DRIVEN
        sheet.stretches.append(
            Stretch(
                tail=tail, head=head, line=path, road_class=road_class, name=name, forward=who, backward=who
            )
        )

    for a, b in pairwise(streams):
        lay(a, b, RoadClass.WATER, YANGTZE.name.zh)
    for name, at in LAUNCHES:
        point = to_km([at])[0]
        bank = sheet.node(point)
        road = ends[int(np.argmin(np.hypot(*(xy[ends] - point).T)))]
        lay(road, bank, RoadClass.SERVICE, name)
        lay(bank, streams[int(np.argmin(np.hypot(*(line - point).T)))], RoadClass.WATER, YANGTZE.name.zh)


def _notes() -> list[str]:
    return [
        "demo data (演示数据): a generated network, not a survey; do not navigate by it",
        "names with a source: " + "、".join(CITED),
        "course of named roads schematic (示意); all other names, streets, lanes and bridges made up",
        f"{WEAK} weak bridges as counted by the district's plan [S:460]; which ones and their limits made up",
    ]
