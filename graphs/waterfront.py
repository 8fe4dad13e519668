"""Roads and water as a boat on a trailer meets them: from one to the other only where it can be launched.

On the map a road and a river may meet at a node anywhere: a ford, a slipway, a ferry stage. For a vehicle that both
drives and sails, each such node on the shore is split: the water arcs move to a copy of it, and only at a launch
point are the two joined, by an arc each way that takes as long as a launch. So a boat that passes on the water pays
nothing, and one that has to get in pays once, wherever the way leads. Copies stand right after their nodes in the
order of contraction, so that no order is worked out again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphs.arrays import offsets
from graphs.order import keep_order, order_of
from graphs.profiles import Profile, arc_times
from graphs.road import NO_LIMIT, Access, Ints, Offsets, RoadClass, RoadGraph
from graphs.snap import NOWHERE, Snapper
from models.crs import LngLat
from models.units import NEVER

LAUNCH_REACH_M: Final = 1000.0
"""A launch point farther than this from every node where road and water meet launches nothing."""

NO_ARC: Final = -1
_NO_WAY: Final = -1


@dataclass(frozen=True, slots=True)
class Waterfront:
    """The roads of a vehicle that drives and sails.

    Attributes
    ----------
    graph
        Its roads: the nodes of the map in their order, then the copies; without turn bans.
    arc
        int32[arcs of `graph`]: the arc of the map that each is; `NO_ARC` for a launch.
    launch_ds
        Deciseconds of a launch.
    """

    graph: RoadGraph
    arc: Ints
    launch_ds: int

    def times(self, of_map: NDArray[np.int32]) -> NDArray[np.int32]:
        """Give the time of each arc of `graph`, int32, where int32[m] are those of the map's arcs."""
        times = np.where(self.arc == NO_ARC, np.int32(self.launch_ds), of_map[self.arc])
        times.flags.writeable = False
        return times


def waterfront(graph: RoadGraph, rider: Profile, launches: Sequence[LngLat]) -> Waterfront | None:
    """Split the shore for a vehicle.

    Parameters
    ----------
    graph
        The map.
    rider
        The vehicle; `launch_s` says how long a launch takes, and coming ashore.
    launches
        Where it may be launched: the nearest node of the shore, if that is within `LAUNCH_REACH_M`. None at all:
        wherever road and water meet.

    Returns
    -------
    Waterfront or None
        None where the vehicle does not both drive and sail, or where road and water never meet.
    """
    usable = arc_times(graph, rider) < NEVER
    drives = (graph.access & np.uint8(int(rider.access) & ~int(Access.BOAT))) != 0
    afloat = usable & ~drives
    ends = np.stack((graph.tail, graph.head))
    touched = [np.zeros(graph.nodes, dtype=np.bool_) for _ in range(2)]
    touched[0][ends[:, usable & drives]] = True
    touched[1][ends[:, afloat]] = True
    shore = np.flatnonzero(touched[0] & touched[1]).astype(np.int32)
    if shore.size == 0:
        return None
    copy = np.arange(graph.nodes, dtype=np.int32)
    copy[shore] = graph.nodes + np.arange(shore.size, dtype=np.int32)
    tail, head = np.where(afloat, copy[ends], ends)
    open_at = shore
    if launches:
        node, _ = Snapper(graph, shore, limit_m=LAUNCH_REACH_M).snap(launches)
        open_at = np.unique(node[node != NOWHERE])
    tail = np.concatenate((tail, open_at, copy[open_at]))
    head = np.concatenate((head, copy[open_at], open_at))
    order = np.argsort(tail, kind="stable")
    arc = np.concatenate((np.arange(graph.arcs, dtype=np.int32), np.full(2 * open_at.size, NO_ARC, np.int32)))
    split = _split(graph, shore, tail[order], head[order], arc[order])
    return Waterfront(split, arc[order], rider.launch_s * 10)


def _split(graph: RoadGraph, shore: Ints, tail: Ints, head: Ints, arc: Ints) -> RoadGraph:
    """Put the graph together; a launch is an arc of no length to speak of."""
    nodes = graph.nodes + shore.size
    launch = arc == NO_ARC

    def of(values: NDArray[np.generic], otherwise: int) -> NDArray[np.generic]:
        return np.where(launch, np.asarray(otherwise, dtype=values.dtype), values[arc])

    first, point = _shapes(graph.shape_first, arc)
    changed: dict[str, NDArray[np.generic]] = {
        "lng": np.concatenate((graph.lng, graph.lng[shore])),
        "lat": np.concatenate((graph.lat, graph.lat[shore])),
        "ref": np.concatenate((graph.ref, graph.ref[shore])),
        "first_out": offsets(tail, nodes),
        "head": head.astype(np.int32),
        "length_dm": of(graph.length_dm, 1),
        "road_class": of(graph.road_class, RoadClass.SERVICE),
        "speed_kmh": of(graph.speed_kmh, 1),
        "access": of(graph.access, Access.BOAT),
        "marks": of(graph.marks, 0),
        "max_weight_kg": of(graph.max_weight_kg, NO_LIMIT),
        "max_height_cm": of(graph.max_height_cm, NO_LIMIT),
        "max_width_cm": of(graph.max_width_cm, NO_LIMIT),
        "name": of(graph.name, 0),
        "way": of(graph.way, _NO_WAY),
        "shape_first": first,
        "shape_lng": graph.shape_lng[point],
        "shape_lat": graph.shape_lat[point],
        "ban_first": np.zeros(1, dtype=np.int64),
        "ban_arcs": np.empty(0, dtype=np.int32),
        "ban_access": np.empty(0, dtype=np.uint8),
    }
    split: RoadGraph = replace(graph, **changed)  # type: ignore[arg-type]
    of_map = order_of(graph)
    of_map = of_map[of_map < graph.nodes]  # the copies that turn bans need are not here
    place = np.empty(graph.nodes, dtype=np.int64)
    place[of_map] = np.arange(graph.nodes)
    copies = np.arange(graph.nodes, nodes, dtype=np.int32)
    keep_order(split, np.insert(of_map, place[shore] + 1, copies))
    return split


def _shapes(shape_first: Offsets, arc: Ints) -> tuple[Offsets, NDArray[np.int64]]:
    """Give the new offsets of the points between the nodes of arcs, and which point of the map each is."""
    counts = np.where(arc == NO_ARC, 0, np.diff(shape_first)[arc])
    first = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    start = np.where(arc == NO_ARC, 0, shape_first[arc])
    return first, np.repeat(start - first[:-1], counts) + np.arange(first[-1])
