"""Draw the expressways: two one-way carriageways each, with ramps at interchanges and hubs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from graphs.road import Access, Mark, RoadClass
from scenarios.yongchuan.corridors import JUNCTIONS, Corridor, Motorway
from scenarios.yongchuan.frame import (
    KM_PER_DEG_LNG,
    ORIGIN,
    Xy,
    crossings,
    distance_to_lines,
    normals,
    resample,
    smooth,
    to_km,
)
from scenarios.yongchuan.ground import in_ridge, river_line
from scenarios.yongchuan.sheet import Sheet, Stretch
from scenarios.yongchuan.skeleton import lay
from scenarios.yongchuan.water import YANGTZE

MOTOR = Access.CAR | Access.EMERGENCY | Access.TRUCK
"""Access of a motorway: no motorcycles, nobody on foot."""

_STEP_KM = 0.1
_HALF_GAP_KM = 0.014
_RAMP_STEPS = 4
_HUB_STEPS = 6
_STATION_STEPS = 5
_SPAN_STEPS = 6
_TOLL_KM = 0.35
_TUNNEL_SHARE = 0.45  # a motorway runs in tunnel where it is this far inside a ridge
_JOIN = (RoadClass.TRUNK, RoadClass.PRIMARY, RoadClass.SECONDARY, RoadClass.TERTIARY)


@dataclass(frozen=True, slots=True)
class Plan:
    """A motorway laid out: its centre line, where its interchanges, hubs, Yangtze bridge and tunnels are."""

    motorway: Motorway
    centre: Xy
    interchanges: tuple[tuple[str, int], ...]
    hubs: tuple[int, ...]
    yangtze: tuple[int, ...]
    tunnel: NDArray[np.bool_]


def lay_out(motorways: Sequence[Motorway]) -> list[Plan]:
    """Find the centre lines and where they meet."""
    lines = [smooth(to_km(each.via), _STEP_KM)[0] for each in motorways]
    plans = []
    for motorway, line in zip(motorways, lines, strict=True):
        places = tuple(
            (name, int(np.argmin(np.hypot(*(line - to_km([at])[0]).T)))) for name, at in motorway.interchanges
        )
        hubs = _hubs(line, [other for other in lines if other is not line])
        plans.append(
            Plan(
                motorway,
                line,
                places,
                hubs,
                _hubs(line, [river_line(YANGTZE)]),
                in_ridge(line, _TUNNEL_SHARE),
            )
        )
    return plans


def clearings(plans: Sequence[Plan]) -> Xy:
    """Centres of the grounds kept free of small roads: interchanges and hubs, float64[n, 2] km."""
    return np.vstack([plan.centre[[at for _, at in plan.interchanges] + list(plan.hubs)] for plan in plans])


def in_the_open(plans: Sequence[Plan]) -> list[Xy]:
    """Give the parts of all carriageways that are not in tunnel: what other roads must bridge."""
    parts = []
    for plan in plans:
        edges = [0, *_portals(plan.tunnel), len(plan.centre) - 1]
        for a, b in pairwise(edges):
            if b > a and not plan.tunnel[a + 1]:
                # A step into the tunnel at both ends: a road over the portal is on a bridge too.
                parts += [line[max(0, a - 1) : b + 2] for line in _carriageways(plan.centre)]
    return parts


def draw_access(sheet: Sheet, plans: Sequence[Plan]) -> list[list[int]]:
    """Draw the road from each interchange to the nearest ordinary road; give the toll nodes by motorway."""
    ends = sorted(
        {end for each in sheet.stretches if each.road_class in _JOIN for end in (each.tail, each.head)}
    )
    xy = sheet.xy()
    centres = [plan.centre for plan in plans]
    free = [end for end, gap in zip(ends, distance_to_lines(xy[ends], centres), strict=True) if gap > 0.12]  # noqa: PLR2004
    tolls: list[list[int]] = []
    for plan in plans:
        tolls.append([])
        for name, at in plan.interchanges:
            here = plan.centre[at]
            target = free[int(np.argmin(np.hypot(*(xy[free] - here).T)))]
            way = xy[target] - here
            gap = float(np.hypot(*way))
            toll = here + way * min(_TOLL_KM, gap / 2) / gap
            tolls[-1].append(sheet.node(toll))
            road = Corridor(name=f"{name}互通连接线", road_class=RoadClass.SECONDARY, via=())
            line = resample(np.vstack([toll, xy[target]]), 0.08)
            lay(sheet, road, line, [0, len(line) - 1], centres)
    return tolls


def draw(sheet: Sheet, plans: Sequence[Plan], tolls: Sequence[Sequence[int]]) -> None:
    """Draw carriageways, interchange ramps, hub ramps and the ends at the neighbours' seats."""
    ways = [_Carriageways(sheet, plan) for plan in plans]
    for way, gates in zip(ways, tolls, strict=True):
        way.draw()
        for (_, at), toll in zip(way.plan.interchanges, gates, strict=True):
            for side in (0, 1):
                way.ramp(side, at, toll)
    for i, one in enumerate(ways):
        for two in ways[i + 1 :]:
            for at, other in _meetings(one.plan.centre, two.plan.centre):
                _hub(sheet, one, at, two, other)


class _Carriageways:
    """The two one-way roads of a motorway; side 0 runs along the centre line, side 1 against it."""

    def __init__(self, sheet: Sheet, plan: Plan) -> None:
        self.sheet, self.plan, self.last = sheet, plan, len(plan.centre) - 1
        self.lines = _carriageways(plan.centre)

    def at(self, side: int, index: int) -> int:
        return self.sheet.node(self.lines[side][int(np.clip(index, 1, self.last - 1))])

    def draw(self) -> None:
        held = {0, self.last}
        for _, at in self.plan.interchanges:
            held |= {at - _RAMP_STEPS, at + _RAMP_STEPS}
        for at in self.plan.hubs:
            held |= {at - _HUB_STEPS, at + _HUB_STEPS}
        held |= {int(np.argmin(np.abs(self.plan.centre[:, 0] - x))) for x in self._changes()}
        held |= set(_portals(self.plan.tunnel))
        # A bridge over the Yangtze is one piece.
        spans = {(at - _SPAN_STEPS, at + _SPAN_STEPS) for at in self.plan.yangtze}
        held |= {end for span in spans for end in span}
        stands = sorted({int(np.clip(each, 0, self.last)) for each in held})
        for start, end in pairwise(stands):
            count = 1 if (start, end) in spans else max(1, round((end - start) / _STATION_STEPS))
            cuts = np.linspace(start, end, count + 1).round().astype(int).tolist()
            for a, b in pairwise(cuts):
                self._piece(a, b)
        for index, seat in ((0, self.plan.motorway.ends[0]), (self.last, self.plan.motorway.ends[1])):
            self._arrive(index, seat)

    def ramp(self, side: int, at: int, toll: int) -> None:
        """Draw the exit before the interchange and the entry after it."""
        step = _RAMP_STEPS if side == 0 else -_RAMP_STEPS
        centre = self.plan.centre
        across = centre[min(at + 1, self.last)] - centre[at]
        to_toll = np.array(self.sheet.points[toll]) - centre[at]
        left = across[0] * to_toll[1] - across[1] * to_toll[0] > 0
        marks = Mark.BRIDGE if left == (side == 0) else Mark(0)
        connect(self.sheet, self.at(side, at - step), toll, marks)
        connect(self.sheet, toll, self.at(side, at + step), marks)

    def _changes(self) -> list[float]:
        return [(west - ORIGIN[0]) * KM_PER_DEG_LNG for _, _, west in self.plan.motorway.sections if west > 0]

    def _piece(self, a: int, b: int) -> None:
        middle = self.plan.centre[(a + b) // 2]
        name, speed = self._section(float(middle[0]))
        marks = Mark.TUNNEL if self.plan.tunnel[a + 1] else Mark(0)
        for side, line in enumerate(self.lines):
            piece = line[a : b + 1] if side == 0 else line[a : b + 1][::-1]
            self.sheet.stretches.append(
                Stretch(
                    tail=self.sheet.node(piece[0]), head=self.sheet.node(piece[-1]), line=piece,
                    road_class=RoadClass.MOTORWAY, name=name, forward=MOTOR, backward=Access(0),
                    speed_kmh=speed, marks=marks,
                )
            )  # fmt: skip

    def _section(self, x: float) -> tuple[str, float]:
        found = self.plan.motorway.sections[0][:2]
        for name, speed, west in self.plan.motorway.sections:
            if x >= (west - ORIGIN[0]) * KM_PER_DEG_LNG:
                found = (name, speed)
        return found

    def _arrive(self, index: int, seat: str) -> None:
        end, town = self.sheet.node(self.plan.centre[index]), self.sheet.node(to_km([JUNCTIONS[seat]])[0])
        connect(self.sheet, end, town, Mark(0))
        connect(self.sheet, town, end, Mark(0))


def connect(sheet: Sheet, tail: int, head: int, marks: Mark) -> None:
    """Draw a one-way ramp, gently bent to the right."""
    a, b = np.array(sheet.points[tail]), np.array(sheet.points[head])
    part = np.linspace(0.0, 1.0, 5)[:, None]
    bend = np.array([b[1] - a[1], a[0] - b[0]]) * 0.08
    line = a + part * (b - a) + bend * np.sin(np.pi * part)
    line[0], line[-1] = a, b
    sheet.stretches.append(
        Stretch(
            tail=tail, head=head, line=line, road_class=RoadClass.MOTORWAY_LINK,
            forward=MOTOR, backward=Access(0), marks=marks,
        )
    )  # fmt: skip


def _hub(sheet: Sheet, one: _Carriageways, at: int, two: _Carriageways, other: int) -> None:
    """Draw eight ramps: from each carriageway before the hub to each of the other's after it."""
    for a in (0, 1):
        for b in (0, 1):
            before_one, after_one = (at - _HUB_STEPS, at + _HUB_STEPS)[:: 1 if a == 0 else -1]
            before_two, after_two = (other - _HUB_STEPS, other + _HUB_STEPS)[:: 1 if b == 0 else -1]
            connect(sheet, one.at(a, before_one), two.at(b, after_two), Mark.BRIDGE)
            connect(sheet, two.at(b, before_two), one.at(a, after_one), Mark.BRIDGE)


def _meetings(one: Xy, two: Xy) -> list[tuple[int, int]]:
    first, second, _ = crossings(one[:-1], one[1:], two[:-1], two[1:])
    return [(int(i), int(j)) for i, j in zip(first, second, strict=True)]


def _carriageways(centre: Xy) -> tuple[Xy, Xy]:
    """Draw both carriageways along a centre line; traffic keeps right, so the first lies to its right."""
    side = normals(centre) * _HALF_GAP_KM
    side[0] = side[-1] = 0.0
    return centre - side, centre + side


def _portals(tunnel: NDArray[np.bool_]) -> list[int]:
    """Where a tunnel begins or ends."""
    return np.flatnonzero(tunnel[1:] != tunnel[:-1]).tolist()


def _hubs(line: Xy, others: Sequence[Xy]) -> tuple[int, ...]:
    return tuple(i for other in others for i, _ in _meetings(line, other))
