"""Tables of times as values, documents, CSV and GeoJSON: what `dispatch table` shows. Imported when one is asked for.

Origins set out by the vehicle asked for, else by their own. A team from outside the map sets out from each of its
border roads, some seconds after the call; the one that brings it soonest counts.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.cli.places import Place
from dispatch.cli.roads import Relay, State, check_given, coordinates, feature, line, seconds
from graphs.relay import relay_table, relay_way
from graphs.travel import TravelTimes
from models.units import DECISECONDS_PER_SECOND, NEVER

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Times from places to places.

    Attributes
    ----------
    profiles
        The vehicle of each origin.
    times
        int32[origins, destinations] deciseconds, `NEVER` where there is no way.
    start, via
        int32[origins, destinations]: which of its starts each origin takes, and which place of change (-1: none).
    """

    origins: tuple[Place, ...]
    destinations: tuple[Place, ...]
    profiles: tuple[str, ...]
    times: Ints
    start: Ints
    via: Ints
    relay: Relay | None

    def soonest(self, most: int) -> Ints:
        """Give the origins that are soonest at each destination, int32[k, destinations], the first of equals first."""
        return np.argsort(self.times, axis=0, kind="stable")[:most].astype(np.int32)

    def via_id(self, row: int, column: int) -> str | None:
        """Give the id of the place of change of a pair; None where there is none."""
        index = int(self.via[row, column])
        return None if self.relay is None or index < 0 else self.relay.places[index].id


def measure(
    state: State,
    origins: tuple[Place, ...],
    destinations: tuple[Place, ...],
    profile: str | None,
    relay: Relay | None,
) -> Matrix:
    """Measure the times between places.

    Raises
    ------
    InputError
        No such profile.
    """
    profiles = tuple(profile or place.profile for place in origins)
    riders = tuple(dict.fromkeys(profiles))
    for place, rider in zip(origins, profiles, strict=True):
        check_given(state, [place], [rider])
    check_given(state, destinations, riders if relay is None else [relay.profile])
    shape = (len(origins), len(destinations))
    times = np.full(shape, NEVER, dtype=np.int32)
    start, via = np.zeros(shape, dtype=np.int32), np.full(shape, -1, dtype=np.int32)
    for rider in riders:
        rows = [
            (row, number, each)
            for row, place in enumerate(origins)
            if profiles[row] == rider
            for number, each in enumerate(place.starts)
        ]
        points, ends = [each.point for _, _, each in rows], [place.point for place in destinations]
        if relay is None:
            found, over = state.travel.table(rider, points, ends), None
        else:
            by = (rider, relay.profile)
            found, over = relay_table(
                state.travel, points, relay.points, ends, by=by, change_s=relay.change_s
            )
        for k, (row, number, each) in enumerate(rows):
            late = np.minimum(found[k].astype(np.int64) + each.lead_s * DECISECONDS_PER_SECOND, NEVER).astype(
                np.int32
            )
            sooner = late < times[row]
            times[row, sooner], start[row, sooner] = late[sooner], number
            if over is not None:
                via[row, sooner] = over[k, sooner]
    return Matrix(
        origins=origins,
        destinations=destinations,
        profiles=profiles,
        times=times,
        start=start,
        via=via,
        relay=relay,
    )


def pairs(matrix: Matrix, nearest: int | None) -> Iterator[tuple[int, int, int]]:
    """Give rank, origin and destination of the pairs to show: all of them, or of each destination the nearest."""
    if nearest is None:
        yield from (
            (0, row, column)
            for row in range(len(matrix.origins))
            for column in range(len(matrix.destinations))
        )
        return
    soonest = matrix.soonest(nearest)
    for column in range(len(matrix.destinations)):
        for rank, row in enumerate(soonest[:, column].tolist(), 1):
            if matrix.times[row, column] < NEVER:
                yield rank, row, column


def document(matrix: Matrix, state: State, nearest: int | None) -> dict[str, Any]:
    """Give a table as plain values: origins, destinations, and `seconds` with null where there is no way.

    With `nearest`, instead of `seconds` a list by destination with its soonest origins. Where one changes, `via`
    likewise.
    """
    made: dict[str, Any] = {
        "origins": [
            {**_place(place), "profile": rider}
            for place, rider in zip(matrix.origins, matrix.profiles, strict=True)
        ],
        "destinations": [_place(place) for place in matrix.destinations],
        "closures": list(state.in_force),
    }
    if matrix.relay is not None:
        made["then"] = matrix.relay.profile
        made["change_seconds"] = matrix.relay.change_s
    if nearest is None:
        made["seconds"] = [[_seconds(time) for time in row] for row in matrix.times.tolist()]
        if matrix.relay is not None:
            made["via"] = [
                [matrix.via_id(row, column) for column in range(len(matrix.destinations))]
                for row in range(len(matrix.origins))
            ]
        return made
    found: list[list[dict[str, Any]]] = [[] for _ in matrix.destinations]
    for _, row, column in pairs(matrix, nearest):
        found[column].append(_pair(matrix, row, column))
    made["nearest"] = [
        {"destination": place.id, "origins": each}
        for place, each in zip(matrix.destinations, found, strict=True)
    ]
    return made


def _pair(matrix: Matrix, row: int, column: int) -> dict[str, Any]:
    via = {} if matrix.relay is None else {"via": matrix.via_id(row, column)}
    return {
        "origin": matrix.origins[row].id,
        "profile": matrix.profiles[row],
        "seconds": _seconds(int(matrix.times[row, column])),
        **via,
    }


def _place(place: Place) -> dict[str, Any]:
    lng, lat = coordinates(place.point)
    return {"id": place.id, "lng": lng, "lat": lat}


def _seconds(time_ds: int) -> float | None:
    return None if time_ds >= NEVER else seconds(time_ds)


def csv_text(matrix: Matrix, nearest: int | None) -> str:
    """Write one line per pair: origin, destination, profile, seconds (empty: no way), and where one changes."""
    file = io.StringIO()
    writer = csv.writer(file)
    changes = matrix.relay is not None
    writer.writerow(["origin", "destination", "profile", "seconds", *(["via"] if changes else [])])
    for _, row, column in pairs(matrix, nearest):
        time = _seconds(int(matrix.times[row, column]))
        writer.writerow(
            [
                matrix.origins[row].id,
                matrix.destinations[column].id,
                matrix.profiles[row],
                "" if time is None else time,
                *([matrix.via_id(row, column) or ""] if changes else []),
            ]
        )
    return file.getvalue()


def lines(matrix: Matrix, state: State, nearest: int) -> dict[str, Any]:
    """Draw the ways of the soonest origins of each destination; a destination that none reaches has no geometry."""
    features = []
    reached = set()
    for rank, row, column in pairs(matrix, nearest):
        reached.add(column)
        values = {"destination": matrix.destinations[column].id, "rank": rank, **_pair(matrix, row, column)}
        points = _way(matrix, state.travel, row, column)
        features.append(feature(line(points), values))
    for column, place in enumerate(matrix.destinations):
        if column not in reached:
            values = {"destination": place.id, "rank": None, "origin": None, "profile": None, "seconds": None}
            features.append(feature(None, values))
    return {"type": "FeatureCollection", "features": features}


def _way(matrix: Matrix, travel: TravelTimes, row: int, column: int) -> list[list[float]]:
    rider, end = matrix.profiles[row], matrix.destinations[column].point
    start = matrix.origins[row].starts[int(matrix.start[row, column])].point
    if matrix.relay is None:
        way = travel.path(rider, start, end)
        return [] if way is None else [coordinates(point) for point in way.points]
    launch = matrix.relay.points[int(matrix.via[row, column])]
    by = (rider, matrix.relay.profile)
    both = relay_way(travel, start, [launch], end, by=by, change_s=matrix.relay.change_s)
    return [] if both is None else [coordinates(p) for leg in (both.first, both.second) for p in leg.points]
