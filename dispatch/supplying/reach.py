"""When goods of a depot can be at a point: on its own trucks, or fetched by those of another depot."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from dispatch.problem import Ints, Problem, TravelTable
from models.crs import LngLat
from models.units import DECISECONDS_PER_SECOND, NEVER

Longs = NDArray[np.int64]

OWN = -1


@dataclass(frozen=True, slots=True)
class Reach:
    """`arrive_s` int32[depots, incidents] from now; `via` int64[depots, incidents]: the depot whose truck fetches.

    `via` is `OWN` where a truck of the depot itself goes; `travel_s` is the driving with the goods.
    """

    arrive_s: Ints
    travel_s: Ints
    via: Longs


@dataclass(frozen=True, slots=True)
class _Fleet:
    """The largest truck of one profile of each depot that can leave now: depots and payloads, one row each."""

    profile: str
    depot: Longs
    payload_kg: NDArray[np.float64]


def reach(problem: Problem, travel: TravelTable) -> Reach:
    """Work out all arrivals of a question.

    A truck leaves its own depot when the goods are released and it is loaded. A depot without a truck waits for one of
    another depot; its goods are released meanwhile. A closed depot gives nothing, and its trucks stay.
    """
    depots, ends = problem.depots, [incident.position.wgs84 for incident in problem.incidents]
    arrive = np.full((len(depots), len(ends)), NEVER, dtype=np.int64)
    driving = arrive.copy()
    via = np.full(arrive.shape, OWN, dtype=np.int64)
    places = [depot.position.wgs84 for depot in depots]
    fleets = list(_fleets(problem))
    has_own = np.zeros(len(depots), dtype=bool)
    for fleet in fleets:
        has_own[fleet.depot] = True
    now = problem.district.local(problem.request.now)
    fetched = np.array(
        [d for d, depot in enumerate(depots) if not has_own[d] and depot.lots and depot.open_at(now)],
        dtype=np.int64,
    )
    for fleet in fleets:
        hubs = [places[d] for d in fleet.depot.tolist()]
        release, load = _handling(problem, fleet.depot, fleet.payload_kg)
        _better(
            (arrive, driving, via),
            fleet.depot,
            OWN,
            release + load,
            _seconds(travel, fleet.profile, hubs, ends),
        )
        if fetched.size:
            there = [places[d] for d in fetched.tolist()]
            to_depot = _seconds(travel, fleet.profile, hubs, there)
            release, load = _handling(problem, fetched, np.full(fetched.size, fleet.payload_kg.max()))
            hub = to_depot.argmin(axis=0)
            ready = np.maximum(release, to_depot[hub, np.arange(fetched.size)]) + load
            drive = _seconds(travel, fleet.profile, there, ends)
            _better((arrive, driving, via), fetched, fleet.depot[hub][:, None], ready, drive)
    arrive = np.where(arrive < NEVER, arrive + problem.call_s[None, :], NEVER)
    return Reach(np.minimum(arrive, NEVER).astype(np.int32), driving.astype(np.int32), via)


def _fleets(problem: Problem) -> list[_Fleet]:
    now = problem.district.local(problem.request.now)
    largest: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for d, depot in enumerate(problem.depots):
        for truck in depot.trucks if depot.open_at(now) else ():
            if truck.available:
                largest[truck.profile][d] = max(truck.payload_kg, largest[truck.profile].get(d, 0.0))
    return [
        _Fleet(profile, np.array(list(of), dtype=np.int64), np.array(list(of.values())))
        for profile, of in sorted(largest.items())
    ]


def _handling(problem: Problem, depot: Longs, payload_kg: NDArray[np.float64]) -> tuple[Longs, Longs]:
    """Seconds until goods are released, and those to load a full truck."""
    rows = [problem.depots[d] for d in depot.tolist()]
    release = np.array([each.release_s for each in rows], dtype=np.int64)
    load = [
        ceil(60 * kg / each.loading_kg_per_min) for kg, each in zip(payload_kg.tolist(), rows, strict=True)
    ]
    return release, np.array(load, dtype=np.int64)


def _better(
    into: tuple[Longs, Longs, Longs], depot: Longs, via: Longs | int, ready: Longs, drive: Longs
) -> None:
    """Take what arrives sooner than what is known."""
    arrive, driving, known = into
    at = np.where((drive < NEVER) & (ready[:, None] < NEVER), ready[:, None] + drive, NEVER)
    sooner = at < arrive[depot]
    arrive[depot] = np.where(sooner, at, arrive[depot])
    driving[depot] = np.where(sooner, drive, driving[depot])
    known[depot] = np.where(sooner, via, known[depot])


def _seconds(travel: TravelTable, profile: str, origins: list[LngLat], ends: list[LngLat]) -> Longs:
    """Whole seconds, rounded up; `NEVER` where there is no way."""
    table = travel.table(profile, origins, ends).astype(np.int64)
    return np.where(table < NEVER, -(-table // DECISECONDS_PER_SECOND), NEVER)
