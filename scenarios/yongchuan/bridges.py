"""Cut bridges out of the roads that cross rivers and motorways, and choose the weak ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graphs.road import Mark, RoadClass
from scenarios.areas import within
from scenarios.yongchuan.corridors import BRIDGES, CITY
from scenarios.yongchuan.frame import Xy, crossings, to_km
from scenarios.yongchuan.ground import river_line, town_points
from scenarios.yongchuan.sheet import Sheet, Stretch
from scenarios.yongchuan.water import TRIBUTARIES, YANGTZE

_SHORT_KM = 0.03
_OVERPASS_KM = 0.03
_SLANT = 0.25
WEAK: int = 25
"""Weak bridges to strengthen, as the district's plan counts them [S:460]."""

_WEAK_LIMITS_KG = (8_000, 10_000, 10_000, 13_000, 15_000, 18_000, 20_000)
_MAY_BE_WEAK = (RoadClass.SECONDARY, RoadClass.TERTIARY, RoadClass.UNCLASSIFIED, RoadClass.RESIDENTIAL)


@dataclass(frozen=True, slots=True)
class _Barrier:
    line: Xy
    half_km: float
    marks: Mark
    names: tuple[tuple[str, str], ...] = ()


def cut(sheet: Sheet, motorways: Sequence[Xy]) -> None:
    """Cut every stretch that crosses a river or a motorway into what is before, on and after a bridge."""
    rivers = Mark.BRIDGE | Mark.RIVER_CROSSING
    barriers = [_Barrier(river_line(YANGTZE), YANGTZE.half_width_m / 1000 + 0.1, rivers, BRIDGES)]
    barriers += [
        _Barrier(river_line(each), each.half_width_m / 1000 + _SHORT_KM, rivers) for each in TRIBUTARIES
    ]
    barriers += [_Barrier(line, _OVERPASS_KM, Mark.BRIDGE) for line in motorways]
    found = _spans(sheet.stretches, barriers)
    drawn: list[Stretch] = []
    for i, stretch in enumerate(sheet.stretches):
        drawn += _pieces(sheet, stretch, found[i]) if i in found else [stretch]
    sheet.stretches[:] = drawn


_Span = tuple[float, float, _Barrier]


def _spans(stretches: Sequence[Stretch], barriers: Sequence[_Barrier]) -> dict[int, list[_Span]]:
    """By stretch: from where to where along it, in km, it runs over which barrier."""
    owner = np.concatenate([np.full(len(each.line) - 1, i) for i, each in enumerate(stretches)])
    a = np.vstack([each.line[:-1] for each in stretches])
    b = np.vstack([each.line[1:] for each in stretches])
    steps = np.hypot(*(b - a).T)
    total = np.concatenate(([0.0], np.cumsum(steps)))
    start = total[np.searchsorted(owner, owner)]
    which = np.concatenate([np.full(len(each.line) - 1, i) for i, each in enumerate(barriers)])
    c = np.vstack([each.line[:-1] for each in barriers])
    d = np.vstack([each.line[1:] for each in barriers])
    found: dict[int, list[_Span]] = {}
    for first, second, t in zip(*crossings(a, b, c, d), strict=True):
        i, barrier = int(owner[first]), barriers[which[second]]
        over_road = not barrier.marks & Mark.RIVER_CROSSING
        if over_road and stretches[i].road_class is RoadClass.MOTORWAY:
            continue
        # A slanting road is longer over the barrier; below about 14 degrees the barrier is only grazed.
        half = barrier.half_km / max(_SLANT, _sine(b[first] - a[first], d[second] - c[second]))
        at = float(total[first] - start[first] + t * steps[first])
        found.setdefault(i, []).append((at - half, at + half, barrier))
    return found


def _pieces(sheet: Sheet, stretch: Stretch, spans: list[_Span]) -> list[Stretch]:
    """Cut one stretch; spans that touch become one bridge."""
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(stretch.line, axis=0).T))))
    end = float(along[-1])
    pieces: list[Stretch] = []
    tail, done = stretch.tail, 0.0
    for low, high, marks, name in [*_merged(stretch, spans), (end, end, Mark(0), "")]:
        start, finish = _clip(low, done, end), _clip(high, done, end)
        bridge = replace(stretch, marks=stretch.marks | marks, name=name)
        for upto, kind in ((start, stretch), (finish, bridge)):
            if upto <= done:
                continue
            line = _slice(stretch.line, along, done, upto)
            head = stretch.head if upto == end else sheet.node(line[-1])
            pieces.append(replace(kind, tail=tail, head=head, line=line))
            tail, done = head, upto
    return pieces


def _sine(one: Xy, two: Xy) -> float:
    """Sine of the angle between two directions."""
    return float(abs(one[0] * two[1] - one[1] * two[0]) / (np.hypot(*one) * np.hypot(*two)))


def _merged(stretch: Stretch, spans: list[_Span]) -> list[tuple[float, float, Mark, str]]:
    """List the bridges of a stretch in order: from, to, marks and name."""
    found: list[tuple[float, float, Mark, str]] = []
    for low, high, barrier in sorted(spans, key=lambda span: span[:2]):
        name = dict(barrier.names).get(stretch.name, stretch.name)
        if found and low <= found[-1][1]:
            start, _, marks, first = found.pop()
            found.append((start, high, marks | barrier.marks, first))
        else:
            found.append((low, high, barrier.marks, name))
    return found


def _clip(at: float, low: float, high: float, least: float = 0.004) -> float:
    """Hold `at` within the stretch; a rest shorter than `least` km is not worth a piece of its own."""
    at = min(max(at, low), high)
    if at - low < least:
        return low
    return high if high - at < least else at


def _slice(line: Xy, along: NDArray[np.float64], start: float, end: float) -> Xy:
    inner = line[(along > start + 1e-9) & (along < end - 1e-9)]
    ends = [[np.interp(at, along, line[:, axis]) for axis in (0, 1)] for at in (start, end)]
    return np.vstack([ends[0], inner, ends[1]])


def weaken(sheet: Sheet, random: np.random.Generator, count: int = WEAK) -> None:
    """Post weight limits on `count` bridges, never so that a town is cut off for trucks."""
    over = [
        i
        for i, each in enumerate(sheet.stretches)
        if each.marks & Mark.RIVER_CROSSING and each.road_class in _MAY_BE_WEAK
    ]
    # The district's weak bridges are those of country roads.
    urban = within(np.array([sheet.stretches[i].line[0] for i in over]), to_km(CITY)).tolist()
    able = [i for i, in_city in zip(over, urban, strict=True) if not in_city]
    xy = sheet.xy()
    towns = [int(np.hypot(*(xy - point).T).argmin()) for point in town_points()]
    ends = np.array([(each.tail, each.head) for each in sheet.stretches])
    usable = np.array([each.ordinary and each.road_class < RoadClass.TRACK for each in sheet.stretches])
    weak: list[int] = []
    for i in random.permutation(able).tolist():
        if len(weak) == count:
            break
        spot = sheet.stretches[i].line[0]
        apart = all(np.hypot(*(sheet.stretches[j].line[0] - spot)) > 1.0 for j in weak)
        usable[i] = False
        if apart and _joined(ends[usable], len(xy), towns):
            weak.append(i)
        else:
            usable[i] = True
    for i, limit in zip(weak, random.choice(_WEAK_LIMITS_KG, len(weak)).tolist(), strict=True):
        each = sheet.stretches[i]
        sheet.stretches[i] = replace(each, marks=each.marks | Mark.WEAK_BRIDGE, max_weight_kg=int(limit))


def _joined(ends: NDArray[np.int64], count: int, towns: Sequence[int]) -> bool:
    """Whether all towns hang together by the roads `ends` between `count` nodes."""
    web = coo_array((np.ones(len(ends), dtype=np.int8), (ends[:, 0], ends[:, 1])), shape=(count, count))
    part = connected_components(web.tocsr(), directed=False)[1]
    return len(set(part[list(towns)].tolist())) == 1
