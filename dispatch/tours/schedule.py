"""Rows of trips → timed trips: queues at the docks, departures, arrivals, unloading, rests, the way home."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from dispatch.tours.problem import TourProblem
from dispatch.tours.split import points
from dispatch.tours.trips import Load, Rows, Stop, Trip
from models.errors import InputError
from models.units import NEVER


@dataclass(slots=True)
class _Crew:
    """Where a vehicle is in its row."""

    trips: list[tuple[int, ...]]
    ready: int
    shift: int | None = None
    driven: int = 0
    rested: int = 0
    done: list[Trip] = field(default_factory=list)


def timed(problem: TourProblem, loads: tuple[Load, ...], rows: Rows) -> tuple[Trip, ...]:
    """Time the trips of all vehicles.

    Of the vehicles that wait for a dock, the one goes first whose trip is worth most for each second it is loaded.

    Parameters
    ----------
    problem, loads
        What is carried.
    rows
        Trips of each vehicle.

    Returns
    -------
    tuple of Trip
        In the order in which they are loaded.

    Raises
    ------
    InputError
        A row cannot be driven: no way, a place or depot closed, the crew's hours.
    """
    rows_of: dict[int, list[int]] = {}
    for v, trips in enumerate(rows):
        if trips:
            rows_of.setdefault(problem.vehicles[v].depot, []).append(v)
    every = [trip for mine in rows_of.values() for trip in _yard(problem, loads, rows, mine)]
    return tuple(sorted(every, key=lambda trip: (trip.load_s, trip.depart_s, trip.vehicle)))


def _yard(problem: TourProblem, loads: tuple[Load, ...], rows: Rows, vehicles: list[int]) -> Iterator[Trip]:
    """Time the trips of the vehicles of one depot: they share its docks, and nothing else ties vehicles together."""
    crews = {v: _Crew(list(rows[v]), problem.vehicles[v].free_s) for v in vehicles}
    depot = problem.depots[problem.vehicles[vehicles[0]].depot]
    berths = [0] * depot.docks
    while (chosen := _first(problem, loads, crews, min(berths))) is not None:
        crew, own = crews[chosen], problem.vehicles[chosen]
        dock = berths.index(min(berths))
        begin = max(crew.ready, depot.opens_s, berths[dock])
        trip = _drive(problem, loads, chosen, crew.trips[0], begin)
        start = begin if crew.shift is None else crew.shift
        if trip.back_s - start > own.duty_most_s or crew.driven + trip.driving_s > own.driving_most_s:
            if crew.shift is None:
                raise InputError("vehicle {id}: a trip takes longer than its crew may work", id=own.id)
            crew.ready, crew.shift, crew.driven, crew.rested = crew.ready + own.rest_s, None, 0, own.rest_s
            continue
        yield replace(trip, dock=dock, ready_s=crew.ready, rested_s=crew.rested)
        berths[dock] = trip.depart_s
        crew.trips.pop(0)
        crew.ready, crew.shift, crew.rested = trip.back_s, start, 0
        crew.driven += trip.driving_s


def _first(
    problem: TourProblem, loads: tuple[Load, ...], crews: dict[int, _Crew], berth_s: int
) -> int | None:
    """Who loads next: the soonest; of those at the same time the trip worth most for its loading."""
    waiting = []
    for v, crew in crews.items():
        if crew.trips:
            depot = problem.depots[problem.vehicles[v].depot]
            begin = max(crew.ready, depot.opens_s, berth_s)
            worth = sum(points(problem, loads[n].drop, loads[n].units) for n in crew.trips[0])
            takes = depot.prepare_s + sum(
                _seconds(problem, loads[n], depot.grams_per_s) for n in crew.trips[0]
            )
            waiting.append((begin, v, worth, takes + 1))
    if not waiting:
        return None
    soonest = min(each[0] for each in waiting)
    chosen = None
    for begin, v, worth, takes in waiting:
        if begin == soonest and (chosen is None or worth * chosen[2] > chosen[1] * takes):
            chosen = (v, worth, takes)
    return None if chosen is None else chosen[0]


def _drive(
    problem: TourProblem, loads: tuple[Load, ...], vehicle: int, trip: tuple[int, ...], begin: int
) -> Trip:
    own = problem.vehicles[vehicle]
    depot, table = problem.depots[own.depot], problem.tables[own.table]
    leave = begin + depot.prepare_s + sum(_seconds(problem, loads[n], depot.grams_per_s) for n in trip)
    here, now, driven, stops = depot.place, leave, 0, []
    for k, n in enumerate(trip):
        load, drop = loads[n], problem.drops[loads[n].drop]
        way = int(table[here, drop.place])
        arrive = now + way
        start = max(arrive, drop.opens_s)
        if way >= NEVER or start > drop.closes_s:
            raise InputError("vehicle {id}: it cannot be at drop {drop} in time", id=own.id, drop=drop.id)
        pause = drop.stop_s if k == 0 or here != drop.place else 0
        now = start + pause + _seconds(problem, load, drop.grams_per_s)
        stops.append(
            Stop(load=n, drop=load.drop, units=load.units, arrive_s=arrive, begin_s=start, leave_s=now)
        )
        here, driven = drop.place, driven + way
    home = int(table[here, depot.place])
    if home >= NEVER or leave > depot.closes_s:
        raise InputError("vehicle {id}: a trip cannot leave its depot or come back to it", id=own.id)
    total = np.sum([loads[n].units for n in trip], axis=0) @ problem.masses
    return Trip(
        vehicle=vehicle,
        depot=own.depot,
        dock=0,
        rested_s=0,
        ready_s=begin,
        load_s=begin,
        depart_s=leave,
        stops=tuple(stops),
        back_s=now + home,
        driving_s=driven + home,
        grams=int(total[0]),
        cm3=int(total[1]),
    )


def _seconds(problem: TourProblem, load: Load, grams_per_s: int) -> int:
    grams = sum(n * item.grams for n, item in zip(load.units, problem.items, strict=True))
    return -(-grams // grams_per_s)
