"""A tour problem → a timed plan: what the rest of the program calls."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import Final

import numpy as np

from dispatch.tours.allot import allot
from dispatch.tours.bound import bounds
from dispatch.tours.fleet import plain, search_fleet
from dispatch.tours.problem import Aim, Longs, TourProblem
from dispatch.tours.reasons import reason
from dispatch.tours.schedule import timed
from dispatch.tours.search import Effort, search
from dispatch.tours.split import points, split
from dispatch.tours.trips import Load, Reason, Trip, Unserved

_LEAST_S: Final = 0.05
"""Seconds a search gets, however long it took to cut the loads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tours:
    """A plan of tours.

    Attributes
    ----------
    trips
        All trips, in the order in which they are loaded.
    unserved
        What drops do not get, and why.
    loads
        What was to be carried, as it was cut.
    values, bounds
        Points unserved, points x seconds late, points x seconds until arrival, cost; what no plan can be below.
        A bound of arrival and cost holds among plans that deliver as much.
    """

    trips: tuple[Trip, ...]
    unserved: tuple[Unserved, ...]
    loads: tuple[Load, ...]
    values: tuple[int, int, int, int]
    bounds: tuple[int, int, int, int]


def plan_tours(problem: TourProblem, effort: Effort | None = None) -> Tours:
    """Plan trips that carry what the drops need.

    Parameters
    ----------
    problem
        Depots, vehicles, drops; what each depot sends is decided here where it is not given.
    effort
        How long to search; the same rounds and seed give the same plan.

    Returns
    -------
    Tours
        What cannot be delivered is in it with a reason; nothing is raised for it.
    """
    effort, start = effort or Effort(), perf_counter()
    allotted = allot(problem) if problem.allotted is None else problem.allotted
    loads, left = split(problem, allotted)
    effort = replace(effort, seconds=max(_LEAST_S, effort.seconds - (perf_counter() - start)))
    quick = problem.aim is Aim.COST and plain(problem)
    rows = search_fleet(problem, loads, effort) if quick else search(problem, loads, effort)
    trips = timed(problem, loads, rows)
    carried = {stop.load for trip in trips for stop in trip.stops}
    unserved = (
        *_missing(problem, allotted),
        *left,
        *(
            Unserved(load.depot, load.drop, load.units, reason(problem, load))
            for n, load in enumerate(loads)
            if n not in carried
        ),
    )
    return Tours(
        trips=trips,
        unserved=unserved,
        loads=loads,
        values=values(problem, trips, unserved),
        bounds=bounds(problem, loads, allotted, carried),
    )


def values(
    problem: TourProblem, trips: tuple[Trip, ...], unserved: tuple[Unserved, ...]
) -> tuple[int, int, int, int]:
    """Work out what a plan comes to: points unserved, points x seconds late and until arrival, cost."""
    late = arrival = cost = 0
    for trip in trips:
        own = problem.vehicles[trip.vehicle]
        cost += own.driving_cost * trip.driving_s + own.duty_cost * (trip.back_s - trip.load_s)
        for stop in trip.stops:
            worth = points(problem, stop.drop, stop.units)
            late += worth * max(0, stop.begin_s - problem.drops[stop.drop].due_s)
            arrival += worth * stop.begin_s
    cost += sum(problem.vehicles[v].fixed_cost for v in {trip.vehicle for trip in trips})
    missing = sum(points(problem, each.drop, each.units) for each in unserved)
    return missing, late, arrival, cost


def _missing(problem: TourProblem, allotted: Longs) -> tuple[Unserved, ...]:
    """What no depot is to send."""
    short = problem.needs - allotted.sum(axis=0)
    return tuple(
        Unserved(-1, j, tuple(short[j].tolist()), Reason.STOCK)
        for j in np.flatnonzero(short.any(axis=1)).tolist()
    )
