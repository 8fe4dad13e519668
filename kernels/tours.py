"""Trips of vehicles that load at a depot, unload at places and come back: what a plan comes to.

A plan is a row of loads for each vehicle; some of them open a new trip. Vehicles queue for the docks of their depot:
of those who wait, the one whose trip is worth most for each second of loading goes first (Smith's rule).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.jit import NEVER, kernel
from kernels.sequence import Int

Bytes = NDArray[np.int8]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

NOBODY: Final = -1
JOIN, HEAD, ALONE = 0, 1, 2
"""A load is put into the trip before it, at the head of the one after it, or makes a trip of its own."""


class Freight(NamedTuple):
    """Loads, vehicles and depots as columns.

    Attributes
    ----------
    load : int64[loads, 9]
        Place, grams, cm3, points, opens, due, closes, seconds to unload, seconds to load.
    stop_s : int64[loads]
        Seconds of a stop at its place, whatever is unloaded.
    vehicle : int64[vehicles, 11]
        Depot, profile, grams, cm3, free, most driving, most duty, rest, most trips, fixed cost, place of the depot.
    rate : int64[vehicles, 2]
        Cost of a second of driving, and of duty.
    depot : int64[depots, 4]
        Opens, closes, docks, seconds before loading begins.
    may : int8[vehicles, loads]
        1 where the vehicle may carry the load.
    near : int32[loads, loads]
        Loads by nearness, itself first.
    table : int32[profiles, places, places]
        Seconds, `NEVER` where there is no way.
    worth : float64[4]
        What a point unserved, a point and second late, a point and second until arrival, a unit of cost count.
    """

    load: Longs
    stop_s: Longs
    vehicle: Longs
    rate: Longs
    depot: Longs
    may: Bytes
    near: Ints
    table: Ints
    worth: NDArray[np.float64]


class Plan(NamedTuple):
    """Rows of loads.

    Attributes
    ----------
    stops, size : int32[vehicles, loads], int32[vehicles]
        Loads of a vehicle in order, and how many.
    opens : int8[loads]
        1 where a load opens a trip.
    by : int32[loads]
        Its vehicle, `NOBODY` for none.
    """

    stops: Ints
    size: Ints
    opens: Bytes
    by: Ints


class Yard(NamedTuple):
    """Scratch: plans, the values of the best (points unserved, late, arrival, cost), and what a simulation holds."""

    now: Plan
    saved: Plan
    best: Plan
    value: Longs
    score: NDArray[np.float64]
    out: Ints
    key: Longs
    seed: Longs
    at: Longs
    ready: Longs
    shift: Longs
    driven: Longs
    trips: Longs
    dock: Longs


@kernel
def copy_plan(source: Plan, target: Plan) -> None:
    """Copy all rows."""
    for v in range(source.size.size):
        target.size[v] = source.size[v]
        for k in range(source.size[v]):
            target.stops[v, k] = source.stops[v, k]
    for n in range(source.by.size):
        target.opens[n] = source.opens[n]
        target.by[n] = source.by[n]


@kernel
def trip_end(plan: Plan, v: Int, first: Int) -> Int:
    """Give the place in the row of a vehicle where the trip that starts at `first` ends, exclusive."""
    at = first + 1
    while at < plan.size[v] and plan.opens[plan.stops[v, at]] == 0:
        at += 1
    return at


@kernel
def burden(freight: Freight, plan: Plan, v: Int, first: Int, end: Int) -> tuple[bool, Int, Int]:
    """Say whether a trip fits the vehicle, how many seconds it is loaded, and how many points it carries."""
    grams, cm3, points, seconds = 0, 0, 0, 0
    for k in range(first, end):
        load = freight.load[plan.stops[v, k]]
        grams += load[1]
        cm3 += load[2]
        points += load[3]
        seconds += load[8]
    return grams <= freight.vehicle[v, 2] and cm3 <= freight.vehicle[v, 3], seconds, points


@kernel
def drive(
    freight: Freight, plan: Plan, v: Int, span: tuple[Int, Int], leave: Int
) -> tuple[Int, Int, Int, Int]:
    """Drive a trip that leaves its depot at some time: back at, seconds driven, late and arrival in points x seconds.

    Back at `NEVER`: there is no way, or a place has closed.
    """
    table = freight.table[freight.vehicle[v, 1]]
    home = freight.vehicle[v, 10]
    here, now, driven, late, arrival = home, leave, 0, 0, 0
    for k in range(span[0], span[1]):
        n = plan.stops[v, k]
        load = freight.load[n]
        way = int(table[here, load[0]])
        if way >= NEVER:
            return NEVER, 0, 0, 0
        begin = max(now + way, load[4])
        if begin > load[6]:
            return NEVER, 0, 0, 0
        driven += way
        late += load[3] * max(0, begin - load[5])
        arrival += load[3] * begin
        now = begin + load[7]
        if here != load[0] or k == span[0]:
            now += freight.stop_s[n]
        here = load[0]
    way = int(table[here, home])
    if way >= NEVER:
        return NEVER, 0, 0, 0
    return now + way, driven + way, late, arrival


@kernel
def row_value(freight: Freight, plan: Plan, v: Int) -> tuple[bool, Int, Int, Int]:
    """Work out the row of one vehicle that never waits for a dock: possible, late, arrival, cost."""
    own, depot = freight.vehicle[v], freight.depot[freight.vehicle[v, 0]]
    shift: Int
    driven: Int
    first: Int
    late: Int
    arrival: Int
    cost: Int
    now, shift, driven, trips, first = own[4], -1, 0, 0, np.int64(0)
    late, arrival, cost = 0, 0, own[9] if plan.size[v] > 0 else 0
    while first < plan.size[v]:
        end = trip_end(plan, v, first)
        fits, seconds, _ = burden(freight, plan, v, first, end)
        begin = max(now, depot[0])
        leave = begin + depot[3] + seconds
        back, way, more_late, more_arrival = drive(freight, plan, v, (first, end), leave)
        if not fits or back >= NEVER or leave > depot[1] or trips == own[8]:
            return False, 0, 0, 0
        start = begin if shift < 0 else shift
        if back - start > own[6] or driven + way > own[5]:
            if shift < 0:
                return False, 0, 0, 0
            now, shift, driven = now + own[7], -1, 0
            continue
        now, shift, driven, first = back, start, driven + way, end
        late += more_late
        arrival += more_arrival
        cost += freight.rate[v, 0] * way + freight.rate[v, 1] * (back - begin)
        trips += 1
    return True, late, arrival, cost


@kernel
def _next(freight: Freight, plan: Plan, yard: Yard) -> tuple[Int, Int, Int]:
    """Choose who loads next: vehicle (-1: nobody is left), dock and when."""
    chosen: Int
    soonest: Int
    points: Int
    seconds: Int
    chosen, berth, soonest, points, seconds = NOBODY, 0, 0, 0, 1
    for v in range(plan.size.size):
        first = yard.at[v]
        if first >= plan.size[v]:
            continue
        d = freight.vehicle[v, 0]
        dock = 0
        for k in range(1, freight.depot[d, 2]):
            if yard.dock[d, k] < yard.dock[d, dock]:
                dock = k
        begin = max(yard.ready[v], freight.depot[d, 0], yard.dock[d, dock])
        if chosen != NOBODY and begin > soonest:
            continue
        _, takes, worth = burden(freight, plan, v, first, trip_end(plan, v, first))
        takes += freight.depot[d, 3] + 1
        if chosen == NOBODY or begin < soonest or worth * seconds > points * takes:
            chosen, berth, soonest, points, seconds = v, dock, begin, worth, takes
    return chosen, berth, soonest


@kernel
def value(freight: Freight, plan: Plan, yard: Yard, found: Longs) -> bool:
    """Work out a whole plan with its queues into `found`: points unserved, late, arrival, cost; False: impossible."""
    for k in range(found.size):
        found[k] = 0
    v: Int
    for d in range(yard.dock.shape[0]):
        for k in range(yard.dock.shape[1]):
            yard.dock[d, k] = 0
    for n in range(plan.by.size):
        if plan.by[n] == NOBODY:
            found[0] += freight.load[n, 3]
    for v in range(plan.size.size):
        yard.at[v], yard.ready[v], yard.shift[v], yard.driven[v] = 0, freight.vehicle[v, 4], -1, 0
        yard.trips[v] = 0
        if plan.size[v] > 0:
            found[3] += freight.vehicle[v, 9]
    while True:
        v, dock, begin = _next(freight, plan, yard)
        if v == NOBODY:
            return True
        own, depot = freight.vehicle[v], freight.depot[freight.vehicle[v, 0]]
        first = yard.at[v]
        end = trip_end(plan, v, first)
        fits, seconds, _ = burden(freight, plan, v, first, end)
        leave = begin + depot[3] + seconds
        back, way, late, arrival = drive(freight, plan, v, (first, end), leave)
        if not fits or back >= NEVER or leave > depot[1] or yard.trips[v] == own[8]:
            return False
        start = begin if yard.shift[v] < 0 else yard.shift[v]
        if back - start > own[6] or yard.driven[v] + way > own[5]:
            if yard.shift[v] < 0:
                return False
            yard.ready[v], yard.shift[v], yard.driven[v] = yard.ready[v] + own[7], -1, 0
            continue
        yard.dock[own[0], dock] = leave
        yard.at[v], yard.ready[v], yard.shift[v] = end, back, start
        yard.driven[v] += way
        yard.trips[v] += 1
        found[1] += late
        found[2] += arrival
        found[3] += freight.rate[v, 0] * way + freight.rate[v, 1] * (back - begin)
