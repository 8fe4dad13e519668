"""The ground a district is made up on: which town owns which road node, where ridges and rivers run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, radians
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from graphs.profiles import arc_times, profile
from graphs.road import RoadClass, RoadGraph
from graphs.snap import usable_nodes
from models.crs import Crs, LngLat
from models.place import HazardPoint, Name, Outline, Position, Town
from models.units import EARTH_RADIUS_M
from models.world import Site
from scenarios.areas import TownAreas, within

FAR_M: Final = 1e9
"""Distance to the nearest ridge or river where there is none."""

URBAN_PER_KM2: Final = 1200.0
"""People per square kilometre from which a town counts as city (estimate; the district's mean is 728)."""

_CLOSED: Final = (
    RoadClass.MOTORWAY,
    RoadClass.MOTORWAY_LINK,
    RoadClass.FERRY,
    RoadClass.WATER,
    RoadClass.PATH,
)
_TABLE: Final = 1_000_000
_VISITORS: Final = ("fire_engine", "relief_van")
_LINE_STEP_M: Final = 100.0
_DEGREE_M: Final = radians(1.0) * EARTH_RADIUS_M


Line = tuple[tuple[float, float], ...]
"""WGS-84 points, longitude first."""

Levels = Callable[[Sequence[tuple[float, float]]], Mapping[str, NDArray[np.int8]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a district before anything is made up; what is left out is made up too.

    Where the `outline` of the district is known, nothing is made up outside it.
    `levels` gives, for WGS-84 points, the hazard level of each (0 none to 4 highest) under the keys
    "forest_fire", "flood" and "geological"; where None, the distance to ridges, rivers and hazard points
    stands in for it.
    """

    id: str = "synthetic"
    name: Name = Name(zh="演示区", en="Demo district")  # noqa: RUF009 - a frozen value
    towns: tuple[Town, ...] = ()
    outline: Outline | None = None
    sites: tuple[Site, ...] = ()
    hazards: tuple[HazardPoint, ...] = ()
    ridges: tuple[Line, ...] = ()
    rivers: tuple[Line, ...] = ()
    levels: Levels | None = None
    regional_depot: Name = Name(zh="区域救灾物资库", en="Regional relief depot")  # noqa: RUF009
    park: Name = Name(zh="城市级避难场所", en="City-level shelter")  # noqa: RUF009
    park_site: str = ""
    basis: str = ""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Road nodes with the town each belongs to.

    Attributes
    ----------
    roads
        The road graph.
    known
        What is known of the district, its towns filled in.
    owner : int32[nodes]
        Index into `known.towns` of every road node.
    seed
        Seed of everything that is made up.
    """

    roads: RoadGraph
    known: Known
    owner: NDArray[np.int32]
    seed: int

    @classmethod
    def of(cls, roads: RoadGraph, known: Known, seed: int) -> Ground:
        """Give every road node to its town."""
        areas = TownAreas(known.towns)
        places = np.column_stack((roads.lng, roads.lat))
        # A table of nodes by towns is held at a time: in slices, it stays small on a map of a million nodes.
        step = max(1, _TABLE // len(known.towns))
        parts = [areas.indices_of(places[k : k + step]) for k in range(0, len(places), step)]
        return cls(roads=roads, known=known, owner=np.concatenate(parts).astype(np.int32), seed=seed)

    @property
    def towns(self) -> tuple[Town, ...]:
        """The towns, in the order `owner` counts them."""
        return self.known.towns

    def dice(self, label: str) -> np.random.Generator:
        """Random numbers for one purpose; no purpose disturbs another."""
        return np.random.default_rng([self.seed, crc32(label.encode())])

    @cached_property
    def plane(self) -> NDArray[np.float64]:
        """Nodes in metres on a local plane, float64[nodes, 2]."""
        return self.to_plane(self.roads.lng, self.roads.lat)

    def to_plane(self, lng: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Metres on the local plane, float64[k, 2]; good to a few parts in a thousand over a district."""
        origin_lng, origin_lat = float(self.roads.lng[0]), float(self.roads.lat[0])
        middle = float(self.roads.lat.mean())
        x = (lng - origin_lng) * _DEGREE_M * cos(radians(middle))
        return np.column_stack((x, (lat - origin_lat) * _DEGREE_M))

    def point(self, where: LngLat) -> NDArray[np.float64]:
        """One place on the local plane, float64[2]."""
        return np.asarray(self.to_plane(np.array([where.lng]), np.array([where.lat]))[0])

    @cached_property
    def open_nodes(self) -> NDArray[np.int64]:
        """Nodes where something can stand: on ordinary roads by which fire engines and vans come and go."""
        closed = np.isin(self.roads.road_class, [int(c) for c in _CLOSED])
        ordinary = np.zeros(self.roads.nodes, dtype=np.bool_)
        ordinary[self.roads.tail[~closed]] = True
        conditions = [ordinary]
        if self.known.outline is not None:
            places = np.column_stack((self.roads.lng, self.roads.lat))
            conditions.append(within(places, np.array(self.known.outline.wgs84)))
        for name in _VISITORS:
            usable = np.zeros(self.roads.nodes, dtype=np.bool_)
            usable[usable_nodes(self.roads, arc_times(self.roads, profile(name)))] = True
            conditions.append(usable)
        kept = np.ones(self.roads.nodes, dtype=np.bool_)
        for condition in conditions:
            # On an odd map (footpaths alone, say) a condition that leaves nothing is dropped.
            kept = kept & condition if (kept & condition).any() else kept
        return np.flatnonzero(kept).astype(np.int64)

    @cached_property
    def nodes_of(self) -> tuple[NDArray[np.int64], ...]:
        """Open nodes of each town; a town without any borrows the nearest."""
        groups = [self.open_nodes[self.owner[self.open_nodes] == t] for t in range(len(self.towns))]
        return tuple(
            group if group.size else np.array([self.nearest_node(town.position.wgs84)])
            for group, town in zip(groups, self.towns, strict=True)
        )

    @cached_property
    def neighbours(self) -> tuple[tuple[int, ...], ...]:
        """Towns that a road joins to each town."""
        a, b = self.owner[self.roads.tail], self.owner[self.roads.head]
        crossing = a != b
        pairs = {(int(s), int(t)) for s, t in zip(a[crossing], b[crossing], strict=True)}
        pairs |= {(t, s) for s, t in pairs}
        return tuple(tuple(sorted(t for s, t in pairs if s == k)) for k in range(len(self.towns)))

    def area(self, town: int) -> tuple[str, ...]:
        """Codes of a town and its neighbours."""
        return tuple(self.towns[t].code for t in (town, *self.neighbours[town]))

    def is_urban(self, town: int) -> bool:
        """Whether a town counts as city."""
        return self.towns[town].population / self.towns[town].area_km2 >= URBAN_PER_KM2

    def nearest_node(self, where: LngLat) -> int:
        """Open node nearest to a place."""
        gaps = self.plane[self.open_nodes] - self.point(where)
        return int(self.open_nodes[np.argmin(np.einsum("ij,ij->i", gaps, gaps))])

    def position(self, node: int) -> Position:
        """Where a node is."""
        return Position(
            lng=round(float(self.roads.lng[node]), 6),
            lat=round(float(self.roads.lat[node]), 6),
            crs=Crs.WGS84,
        )

    def town_at(self, where: LngLat) -> int:
        """Town that owns the road nearest to a place."""
        return int(self.owner[self.nearest_node(where)])

    def sites(self, *kinds: str) -> tuple[Site, ...]:
        """Known sites of some kinds."""
        return tuple(site for site in self.known.sites if site.kind in kinds)

    @cached_property
    def ridge_m(self) -> NDArray[np.float64]:
        """Metres from every node to the nearest ridge."""
        return self.gap_to_lines(self.plane, self.known.ridges)

    @cached_property
    def river_m(self) -> NDArray[np.float64]:
        """Metres from every node to the nearest river."""
        return self.gap_to_lines(self.plane, self.known.rivers)

    def gap_to_lines(self, points: NDArray[np.float64], lines: Iterable[Line]) -> NDArray[np.float64]:
        """Metres from points of the plane to the nearest of some lines, float64[k]; `FAR_M` without lines."""
        drawn = [_dense(self.to_plane(*np.array(line, dtype=np.float64).T)) for line in lines]
        if not drawn:
            return np.full(points.shape[0], FAR_M)
        return np.asarray(cKDTree(np.vstack(drawn)).query(points)[0], dtype=np.float64)

    def spread(self, nodes: NDArray[np.int64], count: int, start: int, label: str) -> list[int]:
        """`count` nodes far from each other, by farthest-point sampling with some dice.

        The first is `start`. Each next one is the node with the greatest distance to those chosen times a
        factor between 0.6 and 1, so that a town's stations are spread, not lined up along its border. Nodes
        are used again only when there are fewer than `count`.
        """
        chance = self.dice(f"spread {label}").uniform(0.6, 1.0, nodes.size)
        places = self.plane[nodes]
        chosen = [start]
        gap = np.linalg.norm(places - self.plane[start], axis=1)
        while len(chosen) < count:
            best = int(np.argmax(gap * chance))
            if gap[best] <= 0.0:
                chosen.append(chosen[len(chosen) % max(1, len(set(chosen)))])
                continue
            chosen.append(int(nodes[best]))
            gap = np.minimum(gap, np.linalg.norm(places - places[best], axis=1))
        return chosen[:count]


def _dense(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points every 100 m or less along a line of the plane."""
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
    wanted = np.linspace(0.0, along[-1], int(along[-1] // _LINE_STEP_M) + 2)
    return np.column_stack([np.interp(wanted, along, line[:, axis]) for axis in (0, 1)])


def share_out(total: int, weights: Sequence[float]) -> list[int]:
    """Split `total` in proportion to weights (largest remainders), at least 1 each where it goes round."""
    base = 1 if total >= len(weights) else 0
    rest = total - base * len(weights)
    exact = np.asarray(weights, dtype=np.float64) / float(sum(weights)) * rest
    whole = np.floor(exact).astype(int)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: rest - int(whole.sum())]] += 1
    return [base + int(w) for w in whole]
