"""Give each small road its class and name: streets, village roads, lanes to hamlets, forest tracks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from graphs.road import NO_LIMIT, RoadClass
from scenarios.yongchuan.frame import Xy
from scenarios.yongchuan.ground import Ground, in_ridge, thin, town_points
from scenarios.yongchuan.places import TOWNS

_VILLAGE_KM = 2.1
_MAIN_EVERY = 4
_STREET_KM = 0.45
_FOREST_WIDTH_CM = 300
_BUSY = 5  # hamlets behind a lane that make it a surveyed village lane, not a track


@dataclass(frozen=True, slots=True)
class Ranks:
    """Class, name and width limit of each small road."""

    road_class: list[RoadClass]
    name: list[str]
    max_width_cm: list[int]


def rank(xy: Xy, ends: NDArray[np.int64], fixed: NDArray[np.int64], ground: Ground, offset: int) -> Ranks:
    """Rank small roads.

    Parameters
    ----------
    xy : float64[n, 2]
        All points in km; the ground's start at `offset`.
    ends : int64[m, 2]
        The small roads.
    fixed : int64[k, 2]
        The skeleton.
    ground
        What kind of place each point of the ground is.
    offset
        Number of points before the ground's.
    """
    up, gap = _ways_to_town(xy, ends, fixed, _nearest_stations(xy[:offset]))
    facts = _Facts(
        ground=ground,
        offset=offset,
        village=_village_roads(up, ground, offset),
        behind=_flow(up, gap),
        ridge=in_ridge(xy, 0.85),
    )
    length = np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T)
    ranks = Ranks([], [], [])
    for (a, b), km in zip(ends.tolist(), length.tolist(), strict=True):
        child = b if up[b] == a else a if up[a] == b else -1
        road_class, name = facts.rank(a, b, child, km)
        ranks.road_class.append(road_class)
        ranks.name.append(name)
        forest = road_class is RoadClass.TRACK and facts.ridge[a] and facts.ridge[b]
        ranks.max_width_cm.append(_FOREST_WIDTH_CM if forest else NO_LIMIT)
    return ranks


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the rank of a small road depends on, by point."""

    ground: Ground
    offset: int
    village: dict[int, str]
    behind: NDArray[np.int64]
    ridge: NDArray[np.bool_]

    def rank(self, a: int, b: int, child: int, km: float) -> tuple[RoadClass, str]:
        """Class and name of the road `a`-`b`; `child` is the end that goes to town by it, -1 neither."""
        grid = self.ground.grid
        i, j = a - self.offset, b - self.offset
        if i >= 0 and j >= 0 and grid[i] == grid[j] >= 0:
            return _street(i, j, self.ground)
        if child in self.village:
            return RoadClass.TERTIARY, self.village[child]
        if self.ridge[a] and self.ridge[b]:
            return RoadClass.TRACK, ""
        if km < _STREET_KM and any(each >= 0 and grid[each] >= 0 for each in (i, j)):
            return RoadClass.RESIDENTIAL, ""
        busy = child >= 0 and self.behind[child] >= _BUSY
        # One lane in five between hamlets is a farm track: told by the pair itself, whatever the order.
        if not busy and (a * 7919 + b * 104_729) % 5 == 0:
            return RoadClass.TRACK, ""
        return RoadClass.UNCLASSIFIED, ""


def _street(i: int, j: int, ground: Ground) -> tuple[RoadClass, str]:
    """Rank a street of a grid: every fourth line of the city is a main one."""
    along_row = ground.row[i] == ground.row[j]
    line = int(ground.row[i] if along_row else ground.column[i])
    straight = along_row or ground.column[i] == ground.column[j]
    if ground.grid[i] == 0:
        if not straight:
            return RoadClass.RESIDENTIAL, ""
        sort = ("纬", "经")[int(along_row)]
        if line % (2 * _MAIN_EVERY) == 0:
            return RoadClass.SECONDARY, f"{sort}{line + 31}大道"
        if line % _MAIN_EVERY == 0:
            return RoadClass.TERTIARY, f"{sort}{line + 31}路"
        return RoadClass.RESIDENTIAL, f"{sort}{line + 31}街"
    if not straight:
        return RoadClass.LIVING_STREET, ""
    town = TOWNS[ground.town[i]].name.zh
    return RoadClass.RESIDENTIAL, f"{town}{'横纵'[int(along_row)]}{line + 7}街"


def _nearest_stations(stations: Xy) -> NDArray[np.int64]:
    points = np.array([np.hypot(*(stations - point).T).argmin() for point in town_points()], dtype=np.int64)
    return np.unique(points)


def _ways_to_town(
    xy: Xy, ends: NDArray[np.int64], fixed: NDArray[np.int64], roots: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find from each point the next one on its way to town, and how far that is (named roads count half)."""
    both = np.vstack([ends, fixed])
    length = np.hypot(*(xy[both[:, 0]] - xy[both[:, 1]]).T) + 1e-6
    length[len(ends) :] *= 0.5
    rows, columns = np.concatenate([both[:, 0], both[:, 1]]), np.concatenate([both[:, 1], both[:, 0]])
    first = np.unique(rows * len(xy) + columns, return_index=True)[1]
    web = coo_array(
        (np.concatenate([length, length])[first], (rows[first], columns[first])), shape=(len(xy), len(xy))
    ).tocsr()
    gap, up, _ = dijkstra(web, indices=roots, min_only=True, return_predecessors=True)
    return up.astype(np.int64), gap


def _flow(up: NDArray[np.int64], gap: NDArray[np.float64]) -> NDArray[np.int64]:
    """How many points lie behind each point on the ways to town."""
    behind = np.ones(len(up), dtype=np.int64)
    for v in np.argsort(-gap, kind="stable").tolist():
        if up[v] >= 0 and np.isfinite(gap[v]):
            behind[up[v]] += behind[v]
    return behind


def _village_roads(up: NDArray[np.int64], ground: Ground, offset: int) -> dict[int, str]:
    """Points whose way up is a village road, with the road's name."""
    hamlets = np.flatnonzero(ground.grid < 0)
    chosen = thin(ground.xy[hamlets], np.full(len(hamlets), _VILLAGE_KM))
    counts: dict[int, int] = {}
    named: dict[int, str] = {}
    for point in chosen:
        i = int(hamlets[np.argmin(np.hypot(*(ground.xy[hamlets] - point).T))])
        town = int(ground.town[i])
        counts[town] = counts.get(town, 0) + 1
        name = f"{TOWNS[town].name.zh}{counts[town]}号村道"
        v = i + offset
        while v >= offset and v not in named and up[v] >= 0:
            named[v] = name
            v = int(up[v])
    return named
