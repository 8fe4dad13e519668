"""The map as one vehicle meets it, with everything about it that outlives a question.

Snapping, the shore (`graphs.waterfront`), the metrics of hours and closures asked lately, and the places asked for
again and again, such as all stations, with their part of the hierarchy.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphs.closures import ClosureEffect
from graphs.flight import travel_ds
from graphs.profiles import ROADSIDE_M, Profile, arc_times
from graphs.recent import Recent
from graphs.road import RoadGraph
from graphs.search import Metric, SearchGraph
from graphs.snap import NOWHERE, Snapper, usable_nodes
from graphs.sphere import Floats
from graphs.traffic import FREE_FLOW, Slot
from graphs.waterfront import NO_ARC, waterfront
from kernels.rphast import Selection
from models.crs import LngLat

KEPT_METRICS: Final = 4
"""States of the roads (hours, closures) kept for each profile; on a map of 264,000 nodes each is some 15 MB."""
KEPT_PLACES: Final = 64
"""Lists of places of tables kept for each profile; the list of all stations is asked with every one of incidents."""


class Places:
    """Places on the roads of a vehicle.

    Parameters
    ----------
    roads
        What they are on.
    node
        int32[k]; `NOWHERE` off the map.
    distance_m
        float64[k]: from each place to its node.
    approach
        int64[k]: deciseconds for that.
    """

    def __init__(
        self, roads: SearchGraph, node: NDArray[np.int32], distance_m: Floats, approach: NDArray[np.int64]
    ) -> None:
        self.node = node
        self.distance_m = distance_m
        self.approach = approach
        self.on_map = np.flatnonzero(node != NOWHERE)
        self.nodes = node[self.on_map]
        self._roads = roads

    @cached_property
    def leaving(self) -> Selection:
        """The part of the hierarchy for tables from `nodes`."""
        return self._roads.topology.selection(self.nodes)

    @cached_property
    def arriving(self) -> Selection:
        """The part of the hierarchy for tables to `nodes`."""
        return self._roads.topology.selection(self._roads.turns.leave[self.nodes])


class Ground:
    """The roads of one profile.

    Parameters
    ----------
    graph
        The map.
    roads
        The map for searches, shared by all profiles that use it as it is.
    rider
        The profile; it does not fly.
    launches
        Where a boat may be put into the water; none: anywhere.
    everywhere
        Finds the nearest node of any road of the map; what is beyond its limit for the vehicle's own is nowhere.
    """

    def __init__(
        self,
        graph: RoadGraph,
        roads: SearchGraph,
        rider: Profile,
        launches: Sequence[LngLat],
        everywhere: Snapper,
    ) -> None:
        self.rider = rider
        self._map = graph
        self._front = waterfront(graph, rider, launches)
        self.graph = graph if self._front is None else self._front.graph
        self.roads = roads if self._front is None else SearchGraph(self._front.graph)
        self._everywhere = everywhere
        self._metrics: Recent[tuple[Slot, bytes], Metric] = Recent(KEPT_METRICS)
        self._places: Recent[tuple[LngLat, ...], Places] = Recent(KEPT_PLACES)
        self._open: Recent[Slot, NDArray[np.int32]] = Recent(KEPT_METRICS)
        self._latest: Metric | None = None

    @cached_property
    def snapper(self) -> Snapper:
        """Finds nodes that the vehicle can come from and go to."""
        nodes = usable_nodes(self.graph, self._times(None, FREE_FLOW))
        limit_m = self._everywhere.limit_m
        return Snapper(self.graph, nodes, limit_m=limit_m, everywhere=self._everywhere)

    def places(self, points: Sequence[LngLat]) -> Places:
        """Snap places that may well be asked again, as of a table."""
        return self._places.get(tuple(points), lambda: self.snapped(points))

    def snapped(self, points: Sequence[LngLat]) -> Places:
        """Snap places that will hardly be asked again."""
        node, distance_m = self.snapper.snap(points)
        return Places(self.roads, node, distance_m, approach_ds(self.rider, distance_m))

    def metric(self, slot: Slot, effect: ClosureEffect, key: bytes) -> Metric:
        """Give the metric of an hour and of closures; `key` is that of the effect."""
        return self._metrics.get((slot, key), lambda: self._made(slot, effect if key else None))

    def table(self, metric: Metric, starts: Places, ends: Places) -> NDArray[np.int32]:
        """Give the times between the nodes of places on the map, int32[starts.nodes, ends.nodes]."""
        query = self.roads.query
        if starts.nodes.size <= ends.nodes.size:
            return query.table_to(metric.customised, starts.nodes, ends.arriving)
        return query.table_from(metric.customised, starts.leaving, self.roads.turns.leave[ends.nodes])

    def arcs_of_map(self, arcs: NDArray[np.int32]) -> NDArray[np.int32]:
        """Give the arcs of the map that some arcs of `graph` are; a launch is none."""
        if self._front is None:
            return arcs
        of_map = self._front.arc[arcs]
        found: NDArray[np.int32] = of_map[of_map != NO_ARC]
        return found

    def _made(self, slot: Slot, effect: ClosureEffect | None) -> Metric:
        times, latest = self._times(effect, slot), self._latest
        made = Metric(self.roads, times, self.rider.turn_bits) if latest is None else latest.changed(times)
        self._latest = made
        return made

    def _times(self, effect: ClosureEffect | None, slot: Slot) -> NDArray[np.int32]:
        times = self._open.get(slot, lambda: arc_times(self._map, self.rider, None, slot))
        if effect is not None:
            touched = effect.touched
            changed = times.copy()
            changed[touched] = arc_times(self._map, self.rider, effect, slot, only=touched)
            changed.flags.writeable = False
            times = changed
        return times if self._front is None else self._front.times(times)


def approach_ds(rider: Profile, distance_m: Floats) -> NDArray[np.int64]:
    """Give the time between places and their nodes, int64[k] deciseconds: roadside first, then on foot."""
    time = travel_ds(np.minimum(distance_m, ROADSIDE_M), rider.roadside_kmh)
    far = distance_m > ROADSIDE_M
    if far.any():
        far &= np.isfinite(distance_m)
        time[far] += travel_ds(distance_m[far] - ROADSIDE_M, rider.approach_kmh)
    return time
