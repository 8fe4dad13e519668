"""Does a plan of tours hold? Recomputed from the problem and the timed trips alone; shares no code with the search.

Every fault is one sentence with the vehicle, drop or depot it is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from dispatch.language import phrase
from dispatch.tours.problem import Longs, TourProblem
from dispatch.tours.trips import Trip, Unserved
from models.place import Name
from models.units import NEVER


def check_tours(
    problem: TourProblem,
    trips: tuple[Trip, ...],
    unserved: tuple[Unserved, ...],
    *,
    allotted: Longs | None = None,
) -> tuple[Name, ...]:
    """Check trips against a problem.

    Parameters
    ----------
    problem
        The problem.
    trips, unserved
        What is planned, and what is said not to be delivered.
    allotted : int64[depots, drops, items], optional
        What each depot was to send to each drop; without it that of the problem, where it has one.

    Returns
    -------
    tuple of Name
        Faults, in Chinese and English; none where the plan holds.
    """
    allotted = problem.allotted if allotted is None else allotted
    faults = [
        *_amounts(problem, trips, unserved),
        *_stock(problem, trips),
        *_docks(problem, trips),
    ]
    if allotted is not None:
        faults += _orders(problem, trips, allotted)
    by: dict[int, list[Trip]] = defaultdict(list)
    for trip in trips:
        by[trip.vehicle].append(trip)
        faults += _trip(problem, trip)
    for mine in by.values():
        faults += _crew(problem, sorted(mine, key=lambda trip: trip.load_s))
    return tuple(faults)


def _amounts(problem: TourProblem, trips: tuple[Trip, ...], unserved: tuple[Unserved, ...]) -> Iterator[Name]:
    """Delivered and not delivered together are what is needed; no load goes twice."""
    given: dict[tuple[int, int], int] = defaultdict(int)
    seen: set[int] = set()
    for trip in trips:
        for stop in trip.stops:
            if stop.load in seen:
                yield phrase("load {n} is delivered twice", n=stop.load)
            seen.add(stop.load)
    amounts = [(stop.drop, stop.units) for trip in trips for stop in trip.stops]
    for j, units in amounts + [(each.drop, each.units) for each in unserved]:
        for i, n in enumerate(units):
            given[j, i] += n
    for j, drop in enumerate(problem.drops):
        for i, item in enumerate(problem.items):
            if given[j, i] != drop.units[i]:
                yield phrase(
                    "drop {drop}: {n} of {item} are delivered or given up; {need} are needed",
                    drop=drop.id,
                    n=given[j, i],
                    item=item.id,
                    need=drop.units[i],
                )


def _stock(problem: TourProblem, trips: tuple[Trip, ...]) -> Iterator[Name]:
    """No depot issues what it has to keep."""
    issued: dict[tuple[int, int], int] = defaultdict(int)
    for trip in trips:
        for stop in trip.stops:
            for i, n in enumerate(stop.units):
                issued[trip.depot, i] += n
    for (d, i), n in issued.items():
        if n > int(problem.stock[d, i]):
            yield phrase(
                "depot {depot}: {n} of {item} leave it; {most} may be issued above the reserve",
                depot=problem.depots[d].id,
                n=n,
                item=problem.items[i].id,
                most=int(problem.stock[d, i]),
            )


def _orders(problem: TourProblem, trips: tuple[Trip, ...], allotted: Longs) -> Iterator[Name]:
    """No depot sends a drop more than was decided."""
    sent: dict[tuple[int, int, int], int] = defaultdict(int)
    for trip in trips:
        for stop in trip.stops:
            for i, n in enumerate(stop.units):
                sent[trip.depot, stop.drop, i] += n
    for (d, j, i), n in sent.items():
        if n > int(allotted[d, j, i]):
            yield phrase(
                "depot {depot} sends drop {drop} {n} of {item}; {most} are allotted",
                depot=problem.depots[d].id,
                drop=problem.drops[j].id,
                n=n,
                item=problem.items[i].id,
                most=int(allotted[d, j, i]),
            )


def _docks(problem: TourProblem, trips: tuple[Trip, ...]) -> Iterator[Name]:
    """No dock loads two vehicles at once, and there are no more docks than there are."""
    at: dict[tuple[int, int], list[Trip]] = defaultdict(list)
    for trip in trips:
        at[trip.depot, trip.dock].append(trip)
        if not 0 <= trip.dock < problem.depots[trip.depot].docks:
            yield phrase("depot {depot} has no dock {n}", depot=problem.depots[trip.depot].id, n=trip.dock)
    for (d, dock), mine in at.items():
        for first, second in pairwise(sorted(mine, key=lambda trip: trip.load_s)):
            if second.load_s < first.depart_s:
                yield phrase(
                    "depot {depot}: dock {n} loads two vehicles at once", depot=problem.depots[d].id, n=dock
                )


def _trip(problem: TourProblem, trip: Trip) -> Iterator[Name]:
    """One trip: its vehicle's depot, room, loading, every arrival, window and departure, the way home."""
    own, depot = problem.vehicles[trip.vehicle], problem.depots[trip.depot]
    who = own.id
    if own.depot != trip.depot:
        yield phrase("vehicle {id} loads at a depot that is not its own", id=who)
    if not trip.stops:
        yield phrase("vehicle {id} drives empty", id=who)
    grams = [sum(n * item.grams for n, item in zip(s.units, problem.items, strict=True)) for s in trip.stops]
    cm3 = sum(n * item.cm3 for s in trip.stops for n, item in zip(s.units, problem.items, strict=True))
    if (sum(grams), cm3) != (trip.grams, trip.cm3):
        yield phrase("vehicle {id}: mass or volume on board is not that of what it carries", id=who)
    if sum(grams) > own.grams or cm3 > own.cm3:
        yield phrase("vehicle {id} is overloaded", id=who)
    loading = depot.prepare_s + sum((each + depot.grams_per_s - 1) // depot.grams_per_s for each in grams)
    if trip.depart_s != trip.load_s + loading:
        yield phrase("vehicle {id}: loading takes {n} s", id=who, n=loading)
    if trip.load_s < depot.opens_s or trip.depart_s > depot.closes_s:
        yield phrase("vehicle {id} loads while depot {depot} is closed", id=who, depot=depot.id)
    yield from _road(problem, trip, grams)


def _road(problem: TourProblem, trip: Trip, grams: list[int]) -> Iterator[Name]:
    own = problem.vehicles[trip.vehicle]
    home = problem.depots[trip.depot].place
    table = problem.tables[own.table]
    place, clock, driven = home, trip.depart_s, 0
    for k, stop in enumerate(trip.stops):
        drop = problem.drops[stop.drop]
        way = int(table[place, drop.place])
        if way >= NEVER:
            yield phrase("vehicle {id} has no way to drop {drop}", id=own.id, drop=drop.id)
            return
        if stop.arrive_s != clock + way:
            yield phrase("vehicle {id}: the arrival at drop {drop} is wrong", id=own.id, drop=drop.id)
        if stop.begin_s != max(stop.arrive_s, drop.opens_s) or stop.begin_s > drop.closes_s:
            yield phrase("vehicle {id} unloads while drop {drop} is closed", id=own.id, drop=drop.id)
        pause = drop.stop_s if k == 0 or place != drop.place else 0
        if stop.leave_s != stop.begin_s + pause + (grams[k] + drop.grams_per_s - 1) // drop.grams_per_s:
            yield phrase("vehicle {id}: the time at drop {drop} is wrong", id=own.id, drop=drop.id)
        place, clock, driven = drop.place, stop.leave_s, driven + way
    way = int(table[place, home])
    if way >= NEVER or trip.back_s != clock + way or trip.driving_s != driven + way:
        yield phrase("vehicle {id}: the way home or the time driven is wrong", id=own.id)


def _crew(problem: TourProblem, trips: list[Trip]) -> Iterator[Name]:
    """One vehicle: trips one after another, and the hours of its crew."""
    own = problem.vehicles[trips[0].vehicle]
    if len(trips) > own.trips_most:
        yield phrase(
            "vehicle {id} makes {n} trips; {most} are allowed", id=own.id, n=len(trips), most=own.trips_most
        )
    back, start, driven = own.free_s, trips[0].load_s, 0
    for k, trip in enumerate(trips):
        if trip.load_s < back:
            yield phrase("vehicle {id} loads before it is free or back", id=own.id)
        if trip.rested_s > 0:
            if k and trip.load_s < back + own.rest_s:
                yield phrase("vehicle {id}: the crew rests too little", id=own.id)
            start, driven = trip.load_s, 0
        driven += trip.driving_s
        if driven > own.driving_most_s:
            yield phrase("vehicle {id}: the crew drives longer than it may", id=own.id)
        if trip.back_s - start > own.duty_most_s:
            yield phrase("vehicle {id}: the crew is on duty longer than it may", id=own.id)
        back = trip.back_s
