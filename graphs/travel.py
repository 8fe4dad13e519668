"""How long it takes to get from a place to a place: the one face that the rest of the system asks.

A place is snapped to the nearest node that its vehicle can come from and go to (`graphs.snap`); the
straight distance between the two is driven slowly for `ROADSIDE_M` and walked from there on. Two places
with one node may also be joined by their straight line, if that is quicker. All times are whole
deciseconds; what cannot be reached is `NEVER`.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from graphs.closures import ClosureEffect, apply_closures
from graphs.flight import flight_points, flight_table, travel_ds
from graphs.profiles import ROADSIDE_M, Profile, arc_times, profile
from graphs.road import RoadGraph
from graphs.search import Metric, SearchGraph
from graphs.snap import NOWHERE, SNAP_LIMIT_M, Snapper, usable_nodes
from graphs.sphere import Floats, pairwise_m
from models.crs import LngLat
from models.errors import InputError
from models.request import Closure
from models.units import DECIMETRES_PER_METRE, NEVER

if TYPE_CHECKING:
    from graphs.isochrone import Isochrone


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The quickest way between two places.

    Attributes
    ----------
    arcs
        int32[k]: arcs in the order they are driven; none for a flight.
    time_ds
        Deciseconds, the same as in the table.
    length_m
        Metres, with the straight lines at both ends.
    points
        The line to draw, from origin to destination.
    roads
        Names of the roads in order, each once.
    """

    arcs: NDArray[np.int32]
    time_ds: int
    length_m: float
    points: tuple[LngLat, ...]
    roads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Snapped:
    """Places on the roads: node int32[k], distance_m float64[k], approach int64[k] deciseconds."""

    node: NDArray[np.int32]
    distance_m: Floats
    approach: NDArray[np.int64]


class TravelTimes:
    """Travel times on one map in one state of its roads. May be asked from several threads at once.

    Parameters
    ----------
    graph
        The roads.
    closures
        What is shut or slow.
    moment
        When, with a UTC offset: closures that are not in force then do nothing. None: all are in force.
    landings
        Where helicopters may land; none: anywhere.
    snap_limit_m
        A place farther than this from any road it could use is unreachable.

    Raises
    ------
    InputError
        A closure that is no use: see `graphs.closures.apply_closures`.
    """

    def __init__(
        self,
        graph: RoadGraph,
        *,
        closures: Sequence[Closure] = (),
        moment: datetime | None = None,
        landings: Sequence[LngLat] = (),
        snap_limit_m: float = SNAP_LIMIT_M,
    ) -> None:
        self.graph = graph
        self.landings = tuple(landings)
        self.snap_limit_m = snap_limit_m
        self.effect: ClosureEffect = apply_closures(graph, closures, moment)
        self._roads = SearchGraph(graph)
        # kept per profile on first use; two threads that come first together make the same value twice
        self._snappers: dict[str, Snapper] = {}
        self._metrics: dict[str, Metric] = {}
        # metrics of the same map with other closures, from which those of these closures are quickly had
        self._earlier: dict[str, Metric] = {}

    def with_closures(self, closures: Sequence[Closure], moment: datetime | None = None) -> TravelTimes:
        """Give the same map with other closures; what does not depend on them is shared."""
        other = copy(self)
        other.effect = apply_closures(self.graph, closures, moment)
        other._earlier, other._metrics = self._metrics, {}  # noqa: SLF001 - a copy of this very class
        return other

    def arc_times(self, profile_id: str) -> NDArray[np.int32]:
        """Give the time of each arc with closures, int32[m] deciseconds, `NEVER` where it is barred."""
        return self._metric(profile(profile_id)).times

    def table(
        self, profile_id: str, origins: Sequence[LngLat], destinations: Sequence[LngLat]
    ) -> NDArray[np.int32]:
        """Give the times from every origin to every destination.

        Parameters
        ----------
        profile_id
            How one travels; see `graphs.profiles`.
        origins, destinations
            Places in WGS-84.

        Returns
        -------
        int32[origins, destinations]
            Deciseconds with the approach at both ends; `NEVER` where there is no way or a place is off
            the map.

        Raises
        ------
        InputError
            No such profile.
        """
        rider = profile(profile_id)
        if rider.flies:
            return flight_table(rider, origins, destinations, self.landings)
        out = np.full((len(origins), len(destinations)), NEVER, dtype=np.int32)
        starts, ends = self._snap(rider, origins), self._snap(rider, destinations)
        rows, columns = np.flatnonzero(starts.node != NOWHERE), np.flatnonzero(ends.node != NOWHERE)
        if rows.size == 0 or columns.size == 0:
            return out
        road = self._metric(rider).table(starts.node[rows], ends.node[columns]).astype(np.int64)
        total = road + starts.approach[rows, None] + ends.approach[columns]
        same = np.nonzero(starts.node[rows, None] == ends.node[columns])
        if same[0].size:
            straight = pairwise_m(
                np.asarray(origins, dtype=np.float64)[rows[same[0]]],
                np.asarray(destinations, dtype=np.float64)[columns[same[1]]],
            )
            total[same] = np.minimum(total[same], approach_ds(rider, straight))
        out[np.ix_(rows, columns)] = np.minimum(total, NEVER)
        return out

    def path(self, profile_id: str, origin: LngLat, destination: LngLat) -> Path | None:
        """Find the quickest way; None where the table says `NEVER`.

        Raises
        ------
        InputError
            No such profile.
        """
        rider = profile(profile_id)
        if rider.flies:
            return self._flight(rider, origin, destination)
        ends = self._snap(rider, [origin, destination])
        if NOWHERE in ends.node:
            return None
        metric = self._metric(rider)
        arcs = metric.way(int(ends.node[0]), int(ends.node[1]))
        time_ds = int(ends.approach.sum()) + (
            0 if arcs is None else int(metric.times[arcs].sum(dtype=np.int64))
        )
        if arcs is None or time_ds >= NEVER:
            return None
        if ends.node[0] == ends.node[1]:
            straight_m = pairwise_m([origin], [destination])
            straight_ds = int(approach_ds(rider, straight_m)[0])
            if straight_ds <= time_ds:
                return _straight((origin, destination), straight_ds)
        return Path(
            arcs=arcs,
            time_ds=time_ds,
            length_m=float(self.graph.length_dm[arcs].sum(dtype=np.int64) / DECIMETRES_PER_METRE)
            + float(ends.distance_m.sum()),
            points=(origin, *self._line(int(ends.node[0]), arcs), destination),
            roads=tuple(
                dict.fromkeys(self.graph.names[i] for i in self.graph.name[arcs] if self.graph.names[i])
            ),
        )

    def isochrone(self, profile_id: str, origin: LngLat, limits_s: Sequence[int]) -> tuple[Isochrone, ...]:
        """Draw what can be reached within some times; see `graphs.isochrone.isochrones`.

        Raises
        ------
        InputError
            No such profile, a limit that is not above 0, or an origin off the map.
        """
        # drawing needs shapely, which costs 100 ms to import; a plan needs none of it
        from graphs.isochrone import Reach, flown, isochrones  # noqa: PLC0415

        rider = profile(profile_id)
        if rider.flies:
            return flown(rider, origin, limits_s)
        problem = self.snap_problem(origin, profile_id)
        if problem is not None:
            raise problem
        start = self._snap(rider, [origin])
        metric = self._metric(rider)
        reach = Reach(
            graph=self.graph,
            times=metric.times,
            reached=metric.distances(int(start.node[0])),
            node=int(start.node[0]),
            origin=origin,
            approach=int(start.approach[0]),
        )
        return isochrones(reach, limits_s)

    def snap_problem(self, point: LngLat, profile_id: str) -> InputError | None:
        """Say why a place is too far from every road of a profile; None where it is not, or is flown to."""
        rider = profile(profile_id)
        if rider.flies:
            return None
        node, distance_m = self._snapper(rider).snap([point])
        if node[0] != NOWHERE:
            return None
        if not np.isfinite(distance_m[0]):
            return InputError("no road of this map can be used by profile {profile}", profile=profile_id)
        return InputError(
            "the nearest road for profile {profile} is {distance_m} m away and the limit is {limit_m} m; "
            "give a place on the map, longitude first, with the crs it was measured in",
            profile=profile_id,
            distance_m=round(float(distance_m[0])),
            limit_m=round(self.snap_limit_m),
        )

    @cached_property
    def _everywhere(self) -> Snapper:
        return Snapper(self.graph, np.arange(self.graph.nodes, dtype=np.int32), limit_m=self.snap_limit_m)

    def road_distance_m(self, point: LngLat) -> float:
        """Metres from a place to the nearest node of any road."""
        return float(self._everywhere.snap([point])[1][0])

    def on_map(self, point: LngLat) -> bool:
        """Whether any road is within the snap limit of a place."""
        return self.road_distance_m(point) <= self.snap_limit_m

    def _metric(self, rider: Profile) -> Metric:
        if rider.id not in self._metrics:
            factor = self.effect.factor if self.effect.in_force else None
            times = arc_times(self.graph, rider, factor)
            earlier = self._earlier.get(rider.id)
            self._metrics[rider.id] = (
                Metric(self._roads, times) if earlier is None else earlier.changed(times)
            )
        return self._metrics[rider.id]

    def _snapper(self, rider: Profile) -> Snapper:
        if rider.id not in self._snappers:
            nodes = usable_nodes(self.graph, arc_times(self.graph, rider))
            self._snappers[rider.id] = Snapper(self.graph, nodes, limit_m=self.snap_limit_m)
        return self._snappers[rider.id]

    def _snap(self, rider: Profile, points: Sequence[LngLat]) -> _Snapped:
        node, distance_m = self._snapper(rider).snap(points)
        return _Snapped(node, distance_m, approach_ds(rider, distance_m))

    def _flight(self, rider: Profile, origin: LngLat, destination: LngLat) -> Path:
        time_ds = int(flight_table(rider, [origin], [destination], self.landings)[0, 0])
        return _straight(flight_points(rider, origin, destination, self.landings), time_ds)

    def _line(self, start: int, arcs: NDArray[np.int32]) -> list[LngLat]:
        """Points of some arcs one after the other, from the node they start at."""
        graph = self.graph
        points = [LngLat(float(graph.lng[start]), float(graph.lat[start]))]
        for arc in arcs:
            first, last = int(graph.shape_first[arc]), int(graph.shape_first[arc + 1])
            shape = zip(
                graph.shape_lng[first:last].tolist(), graph.shape_lat[first:last].tolist(), strict=True
            )
            points += [LngLat(*point) for point in shape]
            head = graph.head[arc]
            points.append(LngLat(float(graph.lng[head]), float(graph.lat[head])))
        return points


def approach_ds(rider: Profile, distance_m: Floats) -> NDArray[np.int64]:
    """Give the time between places and their nodes, int64[k] deciseconds: roadside first, then on foot."""
    roadside = np.minimum(distance_m, ROADSIDE_M)
    beyond = np.where(np.isfinite(distance_m), distance_m - roadside, 0.0)
    return travel_ds(roadside, rider.roadside_kmh) + travel_ds(beyond, rider.approach_kmh)


def _straight(points: tuple[LngLat, ...], time_ds: int) -> Path:
    length_m = float(pairwise_m(points[:-1], points[1:]).sum())
    return Path(arcs=np.empty(0, dtype=np.int32), time_ds=time_ds, length_m=length_m, points=points, roads=())
