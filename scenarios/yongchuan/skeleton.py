"""Draw the named ordinary roads: curves through their waypoints, joined wherever two of them cross."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from scenarios.areas import within
from scenarios.yongchuan.corridors import CITY, Corridor, joints
from scenarios.yongchuan.frame import Xy, crossings, distance_to_lines, normals, smooth, to_km
from scenarios.yongchuan.sheet import Sheet, Stretch

_STEP_KM = 0.08
_STATION_KM = 0.4
"""A station, where other roads may join, this often."""
_CITY_STATION_KM = 0.24
_CLEAR_KM = 0.08


def draw(
    sheet: Sheet, corridors: Sequence[Corridor], shun: Sequence[Xy], random: np.random.Generator
) -> None:
    """Add stretches of about 400 m along each corridor; no station stands on the lines to shun."""
    lines, fixed = zip(*(_curve(each, random) for each in corridors), strict=True)
    _join(lines, fixed)
    for corridor, line, stands in zip(corridors, lines, fixed, strict=True):
        lay(sheet, corridor, line, sorted(stands), shun)


def lay(sheet: Sheet, corridor: Corridor, line: Xy, stands: Sequence[int], shun: Sequence[Xy]) -> None:
    """Cut a line at its stands and at even steps between them, and add the pieces."""
    room = np.where(within(line, to_km(CITY)), _CITY_STATION_KM, _STATION_KM)
    due = np.concatenate(([0.0], np.cumsum(_STEP_KM / room[1:])))
    clear = distance_to_lines(line, shun) > _CLEAR_KM
    for start, end in pairwise(stands):
        count = max(1, round(due[end] - due[start]))
        wanted = np.linspace(due[start], due[end], count + 1)[1:-1]
        inner = [at for at in np.searchsorted(due, wanted).tolist() if clear[at]]
        cuts = np.unique([start, *inner, end]).tolist()
        for a, b in pairwise(cuts):
            tail, head = sheet.node(line[a]), sheet.node(line[b])
            if tail != head:
                sheet.stretches.append(
                    Stretch(
                        tail=tail,
                        head=head,
                        line=line[a : b + 1],
                        road_class=corridor.road_class,
                        name=corridor.name,
                        max_width_cm=corridor.max_width_cm,
                    )
                )


def _curve(corridor: Corridor, random: np.random.Generator) -> tuple[Xy, set[int]]:
    """Draw a swaying curve through the waypoints, and tell where it is held fast."""
    line, stands = smooth(to_km(joints(corridor)), _STEP_KM)
    sway = np.zeros(len(line))
    for start, end in pairwise(stands):
        part = np.linspace(0.0, 1.0, end - start + 1)
        length = (end - start) * _STEP_KM
        calm = np.minimum(1.0, length / 2.0) * np.sqrt(np.abs(np.sin(np.pi * part)))
        for wave_km, share in ((2.6, 0.7), (1.1, 0.3)):
            turns = max(1.0, length / wave_km) * random.uniform(0.85, 1.15)
            sway[start : end + 1] += share * calm * np.sin(2 * np.pi * (turns * part + random.random()))
    return line + normals(line) * (corridor.sway_km * sway)[:, None], set(stands)


def _join(lines: Sequence[Xy], fixed: Sequence[set[int]]) -> None:
    """Where two corridors cross, bend the nearest vertex of both onto one point and hold it fast."""
    owner = np.concatenate([np.full(len(line) - 1, i) for i, line in enumerate(lines)])
    index = np.concatenate([np.arange(len(line) - 1) for line in lines])
    a = np.vstack([line[:-1] for line in lines])
    b = np.vstack([line[1:] for line in lines])
    for first, second, t in zip(*crossings(a, b, a, b), strict=True):
        one, two = int(owner[first]), int(owner[second])
        if one >= two:
            continue
        point = a[first] + t * (b[first] - a[first])
        i = _nearest(lines[one], int(index[first]), point)
        j = _nearest(lines[two], int(index[second]), point)
        if i in fixed[one] and j in fixed[two]:
            continue
        if i in fixed[one]:
            point = lines[one][i]
        elif j in fixed[two]:
            point = lines[two][j]
        lines[one][i] = lines[two][j] = point
        fixed[one].add(i)
        fixed[two].add(j)


def _nearest(line: Xy, i: int, point: Xy) -> int:
    gaps = np.hypot(*(line[i : i + 2] - point).T)
    return i if gaps[0] <= gaps[1] else i + 1
