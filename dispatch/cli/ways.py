"""Ways as values, documents and GeoJSON: what `dispatch route` shows. Imported when a way is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.cli.places import Place
from dispatch.cli.roads import Relay, State, coordinates, feature, line, seconds
from graphs.profiles import Profile, profile
from graphs.relay import RelayWay, relay_way
from graphs.road import RoadClass, RoadGraph
from graphs.travel import Path, TravelTimes
from models.crs import LngLat
from models.units import DECIMETRES_PER_METRE


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The quickest way, of one leg or of two.

    Attributes
    ----------
    way
        None where there is none.
    free_ds
        Deciseconds it would take with no road closed; None where there is no way then either.
    delayed_by
        Ids of the closures that slow or shut a road of the way that would be taken with no road closed.
    via
        Where one changes to the second leg.
    """

    riders: tuple[Profile, ...]
    way: Path | RelayWay | None
    free_ds: int | None
    delayed_by: tuple[str, ...]
    via: Place | None = None

    @property
    def time_ds(self) -> int:
        """Deciseconds of the way; -1 where there is none."""
        return -1 if self.way is None else self.way.time_ds

    @property
    def change_ds(self) -> int:
        """Deciseconds that the change takes."""
        return self.way.change_ds if isinstance(self.way, RelayWay) else 0

    @property
    def legs(self) -> tuple[tuple[Profile, Path], ...]:
        """Each leg with its vehicle."""
        return tuple(zip(self.riders, _legs(self.way), strict=False))


def find(state: State, profile_id: str, relay: Relay | None, start: LngLat, end: LngLat) -> Found:
    """Find the quickest way, and what it would be with no road closed.

    Raises
    ------
    InputError
        No such profile.
    """
    riders = (profile(profile_id),) if relay is None else (profile(profile_id), profile(relay.profile))
    way = _quickest(state.travel, profile_id, relay, start, end)
    free = way if not state.in_force else _quickest(state.free, profile_id, relay, start, end)
    held = _held(state, riders, free)
    effect = state.travel.effect
    return Found(
        riders=riders,
        way=way,
        free_ds=None if free is None else free.time_ds,
        delayed_by=tuple(
            each for each in effect.in_force if np.isin(held, effect.arcs_by_closure[each]).any()
        ),
        via=relay.places[way.via] if relay is not None and isinstance(way, RelayWay) else None,
    )


def _held(state: State, riders: tuple[Profile, ...], free: Path | RelayWay | None) -> NDArray[np.int32]:
    """Arcs of the way that would be taken with no road closed, as far as closures slow or shut them, int32[k]."""
    held = [np.empty(0, dtype=np.int32)]
    if state.in_force:
        for rider, leg in zip(riders, _legs(free), strict=False):
            now, before = state.travel.arc_times(rider.id), state.free.arc_times(rider.id)
            held.append(leg.arcs[now[leg.arcs] > before[leg.arcs]])
    return np.concatenate(held)


def _quickest(
    travel: TravelTimes, profile_id: str, relay: Relay | None, start: LngLat, end: LngLat
) -> Path | RelayWay | None:
    if relay is None:
        return travel.path(profile_id, start, end)
    by = (profile_id, relay.profile)
    return relay_way(travel, start, relay.points, end, by=by, change_s=relay.change_s)


def _legs(way: Path | RelayWay | None) -> tuple[Path, ...]:
    if way is None:
        return ()
    return (way.first, way.second) if isinstance(way, RelayWay) else (way,)


def found_document(found: Found, state: State) -> dict[str, Any]:
    """Give a way as plain values.

    `seconds` and `length_m` are null where there is no way; `free_seconds` is the time with no road closed, and
    `delayed_by` names the closures that slow or shut a road of that way. A journey of two legs has `legs`, `via`
    and `change_seconds`.
    """
    legs = [_leg(rider, leg) for rider, leg in found.legs]
    document: dict[str, Any] = {
        "profile": found.riders[0].id,
        "seconds": None if found.way is None else seconds(found.way.time_ds),
        "free_seconds": None if found.free_ds is None else seconds(found.free_ds),
        "length_m": None if found.way is None else round(found.way.length_m, 1),
        "roads": list(dict.fromkeys(name for leg in legs for name in leg["roads"])),
        "points": [point for leg in legs for point in leg["points"]],
        "closures": list(state.in_force),
        "delayed_by": list(found.delayed_by),
    }
    if len(found.riders) > 1:
        document["legs"] = legs
        document["via"] = None if found.via is None else found.via.id
        document["change_seconds"] = seconds(found.change_ds) if found.way is not None else None
    return document


def _leg(rider: Profile, leg: Path) -> dict[str, Any]:
    return {
        "profile": rider.id,
        "seconds": seconds(leg.time_ds),
        "length_m": round(leg.length_m, 1),
        "roads": list(leg.roads),
        "points": [coordinates(point) for point in leg.points],
    }


def found_geojson(found: Found, state: State) -> dict[str, Any]:
    """Give a way as a feature with its arcs in order; a journey of two legs as a collection of both."""
    if len(found.riders) == 1:
        document = found_document(found, state)
        points = document.pop("points")
        if found.way is None:
            return feature(None, {**document, "arcs": []})
        (leg,) = _legs(found.way)
        return feature(line(points), {**document, "arcs": arcs(state.travel, found.riders[0], leg)})
    features = []
    for rider, leg in found.legs:
        values = _leg(rider, leg)
        points = values.pop("points")
        features.append(feature(line(points), {**values, "arcs": arcs(state.travel, rider, leg)}))
    return {"type": "FeatureCollection", "features": features}


def arcs(travel: TravelTimes, rider: Profile, leg: Path) -> list[dict[str, Any]]:
    """Give each arc of a way: its way and name on the map, its class, metres and seconds."""
    if leg.arcs.size == 0:
        return []
    times, graph = travel.arc_times(rider.id), travel.graph
    return [_arc(graph, int(arc), int(times[arc])) for arc in leg.arcs]


def _arc(graph: RoadGraph, arc: int, time_ds: int) -> dict[str, Any]:
    return {
        "way": int(graph.way[arc]),
        "road": graph.names[graph.name[arc]],
        "class": RoadClass(int(graph.road_class[arc])).name.lower(),
        "length_m": int(graph.length_dm[arc]) / DECIMETRES_PER_METRE,
        "seconds": seconds(time_ds),
    }
