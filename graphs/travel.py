"""How long it takes to get from a place to a place: the one face that the rest of the system asks.

A place is snapped to the nearest node that its vehicle can come from and go to (`graphs.snap`); the
straight distance between the two is driven slowly for `ROADSIDE_M` and walked from there on. Two places
with one node may also be joined by their straight line, if that is quicker. All times are whole
deciseconds; what cannot be reached is `NEVER`.

What is approximated in time: the whole way is driven at the speeds of the hour of departure, however long it takes,
and with the closures in force at departure, also those that will have ended on arrival; what flies leaves at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from graphs.closures import ArcLines, ClosureEffect, check_moment, effect_at, find_arcs
from graphs.flight import flight_points, flight_table
from graphs.ground import Ground, approach_ds
from graphs.profiles import Profile, arc_times, profile
from graphs.recent import Recent
from graphs.road import RoadGraph
from graphs.search import Metric, SearchGraph
from graphs.snap import NOWHERE, SNAP_LIMIT_M, Snapper
from graphs.sphere import pairwise_m
from graphs.traffic import FREE_FLOW, Slot, slot_of
from models.crs import LngLat
from models.errors import InputError, require
from models.request import Closure
from models.traffic import Days, Traffic, day_and_hour
from models.units import DECIMETRES_PER_METRE, NEVER

if TYPE_CHECKING:
    from graphs.isochrone import Isochrone

KEPT_SLOTS: Final = 64
"""Slots kept of a map: what an hour does to a vehicle, by its share of the slow-down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The quickest way between two places.

    Attributes
    ----------
    arcs
        int32[k]: arcs in the order they are driven; none for a flight.
    time_ds
        Deciseconds, the same as in the table; the launch of a boat is in it and is no arc.
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


class _Map:
    """What all states of a map share; each part is made on the first question for it."""

    def __init__(self, graph: RoadGraph, snap_limit_m: float) -> None:
        self.lines = ArcLines(graph)
        self.roads = SearchGraph(graph)
        self.grounds: dict[str, Ground] = {}
        self.slots: Recent[tuple[float, Days, int], Slot] = Recent(KEPT_SLOTS)
        self._limit_m = snap_limit_m

    @cached_property
    def open(self) -> ClosureEffect:
        """No closure, at whatever moment."""
        return effect_at(self.roads.graph, (), {}, None)

    @cached_property
    def everywhere(self) -> Snapper:
        """Finds the nearest node of any road."""
        graph = self.roads.graph
        return Snapper(graph, np.arange(graph.nodes, dtype=np.int32), limit_m=self._limit_m)


class TravelTimes:
    """Travel times on one map in one state of its roads. May be asked from several threads at once.

    Parameters
    ----------
    graph
        The roads.
    closures
        What is shut, slow or limited.
    moment
        When one departs, with a UTC offset: closures that are not in force then do nothing, roads are as fast as
        `traffic` says for that hour on the clock that `moment` carries (give `District.local(now)`), and what flies
        by day alone does so. None: all closures are in force, in free flow, by day.
    traffic
        Speeds by class of road and hour; None: free flow at all hours.
    landings
        Where helicopters may land; none: anywhere.
    launches
        Where boats may be put into the water; none: wherever a road meets it.
    snap_limit_m
        A place farther than this from any road it could use is unreachable.

    Raises
    ------
    InputError
        A closure that is no use: see `graphs.closures.apply_closures`.
    """

    def __init__(  # noqa: PLR0913 - the state of the roads has that many sides
        self,
        graph: RoadGraph,
        *,
        closures: Sequence[Closure] = (),
        moment: datetime | None = None,
        traffic: Traffic | None = None,
        landings: Sequence[LngLat] = (),
        launches: Sequence[LngLat] = (),
        snap_limit_m: float = SNAP_LIMIT_M,
    ) -> None:
        self.graph = graph
        self.closures = tuple(closures)
        self.moment = moment
        self.traffic = traffic
        self.landings = tuple(landings)
        self.launches = tuple(launches)
        self.snap_limit_m = snap_limit_m
        self._map = _Map(graph, snap_limit_m)
        # of this state alone
        self.effect: ClosureEffect = effect_at(
            graph, self.closures, find_arcs(self._map.lines, self.closures), moment
        )
        self._metrics: dict[str, Metric] = {}

    def with_closures(self, closures: Sequence[Closure], moment: datetime | None = None) -> TravelTimes:
        """Give the same map with other closures, at another moment where one is given; the rest is shared."""
        moment = self.moment if moment is None else moment
        check_moment(moment)
        effect = self._map.open
        if closures:
            effect = effect_at(self.graph, closures, find_arcs(self._map.lines, closures), moment)
        return self._other(tuple(closures), moment, effect)

    def at(self, moment: datetime | None) -> TravelTimes:
        """Give the same map with the same closures at another moment; what does not depend on it is shared."""
        effect = effect_at(self.graph, self.closures, self.effect.arcs_by_closure, moment)
        return self._other(self.closures, moment, effect)

    def _other(
        self, closures: tuple[Closure, ...], moment: datetime | None, effect: ClosureEffect
    ) -> TravelTimes:
        other = copy(self)
        other.closures, other.moment, other.effect = closures, moment, effect
        other._metrics = {}  # noqa: SLF001 - a copy of this very class
        vars(other).pop("_key", None)
        return other

    def arc_times(self, profile_id: str) -> NDArray[np.int32]:
        """Give the time of each arc in this state, int32[m] deciseconds, `NEVER` where it is barred."""
        rider = profile(profile_id)
        return arc_times(self.graph, rider, self.effect, self._slot(rider))

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
            return flight_table(rider, origins, destinations, self.landings, self.moment)
        ground = self._ground(rider)
        starts, ends = ground.places(origins), ground.places(destinations)
        rows, columns = starts.on_map, ends.on_map
        if rows.size == 0 or columns.size == 0:
            return np.full((len(origins), len(destinations)), NEVER, dtype=np.int32)
        road = ground.table(self._metric(rider), starts, ends)
        total = road + starts.approach[rows, None] + ends.approach[columns]
        same = np.nonzero(starts.nodes[:, None] == ends.nodes)
        if same[0].size:
            straight = pairwise_m(
                np.asarray(origins, dtype=np.float64)[rows[same[0]]],
                np.asarray(destinations, dtype=np.float64)[columns[same[1]]],
            )
            total[same] = np.minimum(total[same], approach_ds(rider, straight))
        times: NDArray[np.int32] = np.minimum(total, NEVER).astype(np.int32)
        if times.shape == (len(origins), len(destinations)):
            return times
        out = np.full((len(origins), len(destinations)), NEVER, dtype=np.int32)
        out[np.ix_(rows, columns)] = times
        return out

    def nearest(
        self, profile_id: str, origins: Sequence[LngLat], destinations: Sequence[LngLat], k: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Find the origins, for example stations, that each destination is reached from soonest.

        Parameters
        ----------
        profile_id, origins, destinations
            As for `table`.
        k
            How many; all origins where there are fewer.

        Returns
        -------
        index : int32[destinations, min(k, origins)]
            Origins, soonest first, of equals the one that stands first; -1 where no other gets there.
        time_ds : int32[destinations, min(k, origins)]
            Deciseconds; `NEVER` beside -1.

        Raises
        ------
        InputError
            No such profile, or `k` below 1.
        """
        require(k >= 1, "the number of nearest places must be at least 1, got {n}", n=k)
        times = np.ascontiguousarray(self.table(profile_id, origins, destinations).T)
        index = np.argsort(times, axis=1, kind="stable")[:, :k].astype(np.int32)
        soonest = np.take_along_axis(times, index, axis=1)
        return np.where(soonest < NEVER, index, np.int32(NOWHERE)), soonest

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
        ground = self._ground(rider)
        ends = ground.snapped([origin, destination])
        if NOWHERE in ends.node:
            return None
        metric = self._metric(rider)
        way = metric.way(int(ends.node[0]), int(ends.node[1]))
        time_ds = int(ends.approach.sum()) + (
            0 if way is None else int(metric.times[way].sum(dtype=np.int64))
        )
        if way is None or time_ds >= NEVER:
            return None
        if ends.node[0] == ends.node[1]:
            straight_m = pairwise_m([origin], [destination])
            straight_ds = int(approach_ds(rider, straight_m)[0])
            if straight_ds <= time_ds:
                return _straight((origin, destination), straight_ds)
        arcs = ground.arcs_of_map(way)
        start = LngLat(float(ground.graph.lng[ends.node[0]]), float(ground.graph.lat[ends.node[0]]))
        return Path(
            arcs=arcs,
            time_ds=time_ds,
            length_m=float(self.graph.length_dm[arcs].sum(dtype=np.int64) / DECIMETRES_PER_METRE)
            + float(ends.distance_m.sum()),
            points=(origin, *self._line(start, arcs), destination),
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
            return flown(rider, origin, limits_s, self.moment)
        problem = self.snap_problem(origin, profile_id)
        if problem is not None:
            raise problem
        ground, metric = self._ground(rider), self._metric(rider)
        start = ground.snapped([origin])
        reach = Reach(
            graph=ground.graph,
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
        node, distance_m = self._ground(rider).snapper.snap([point])
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

    def road_distances_m(self, points: Sequence[LngLat]) -> NDArray[np.float64]:
        """Metres from each place to the nearest node of any road, float64[k]."""
        return self._map.everywhere.known(points)[1]

    @cached_property
    def _key(self) -> bytes:
        return self.effect.key()

    def _ground(self, rider: Profile) -> Ground:
        grounds = self._map.grounds
        if rider.id not in grounds:
            made = Ground(self.graph, self._map.roads, rider, self.launches, self._map.everywhere)
            grounds.setdefault(rider.id, made)  # two threads may come first together
        return grounds[rider.id]

    def _slot(self, rider: Profile) -> Slot:
        traffic, moment, share = self.traffic, self.moment, rider.traffic_share
        if traffic is None or moment is None:
            return FREE_FLOW
        return self._map.slots.get((share, *day_and_hour(moment)), lambda: slot_of(traffic, moment, share))

    def _metric(self, rider: Profile) -> Metric:
        if rider.id not in self._metrics:
            metric = self._ground(rider).metric(self._slot(rider), self.effect, self._key)
            self._metrics[rider.id] = metric
        return self._metrics[rider.id]

    def _flight(self, rider: Profile, origin: LngLat, destination: LngLat) -> Path | None:
        time_ds = int(flight_table(rider, [origin], [destination], self.landings, self.moment)[0, 0])
        if time_ds >= NEVER:
            return None
        return _straight(flight_points(rider, origin, destination, self.landings, self.moment), time_ds)

    def _line(self, start: LngLat, arcs: NDArray[np.int32]) -> list[LngLat]:
        """Points of some arcs one after the other, from where they start."""
        graph = self.graph
        first, count = graph.shape_first[arcs], np.diff(graph.shape_first)[arcs]
        ends = np.cumsum(count + 1) - 1
        between = np.ones(int(count.sum()) + arcs.size, dtype=bool)
        between[ends] = False
        shape = np.repeat(first - np.cumsum(count) + count, count) + np.arange(count.sum())
        line = np.empty((between.size, 2))
        line[ends] = np.stack((graph.lng[graph.head[arcs]], graph.lat[graph.head[arcs]]), axis=1)
        line[between] = np.stack((graph.shape_lng[shape], graph.shape_lat[shape]), axis=1)
        return [start, *map(LngLat._make, line.tolist())]


def _straight(points: tuple[LngLat, ...], time_ds: int) -> Path:
    length_m = float(pairwise_m(points[:-1], points[1:]).sum())
    return Path(arcs=np.empty(0, dtype=np.int32), time_ds=time_ds, length_m=length_m, points=points, roads=())
