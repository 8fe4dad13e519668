"""Trips of vehicles that load at a depot, unload at places and come back: what a plan comes to, and a better one.

A plan is a row of loads for each vehicle; some of them open a new trip. Vehicles queue for the docks of their depot:
of those who wait, the one whose trip is worth most for each second of loading goes first (Smith's rule). The search
takes some loads out and puts them back where they cost least, then lets the queues decide whether the plan is kept.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.jit import NEVER, kernel
from kernels.sequence_search import draw

Bytes = NDArray[np.int8]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

NOBODY: Final = -1
WORST: Final = 1e300
_FINE: Final = 2**27
_MOST_OUT: Final = 10
"""Loads taken out in one round, at most."""
_MILLION: Final = 1_000_000
_ROW, _ANY, _SOME, _RUINS = 0, 1, 2, 4
"""Ways to ruin: a part of a row, any, some of those near, all of those near."""
_WORTH, _DUE, _HEAVY, _POINTS, _ORDERS = 1, 2, 3, 4, 5
"""Orders of those who wait; 0 is chance."""
_LEVELS: Final = 4
_FIRST_FREE: Final = 2
"""The level from which on cost and arrival may change places."""
_BLINK: Final = 50
"""One place in this many is overlooked when a load is put back (after Christiaens and Vanden Berghe 2020)."""

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
def trip_end(plan: Plan, v: int, first: int) -> int:
    """Give the place in the row of a vehicle where the trip that starts at `first` ends, exclusive."""
    at = first + 1
    while at < plan.size[v] and plan.opens[plan.stops[v, at]] == 0:
        at += 1
    return at


@kernel
def burden(freight: Freight, plan: Plan, v: int, first: int, end: int) -> tuple[bool, int, int]:
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
    freight: Freight, plan: Plan, v: int, span: tuple[int, int], leave: int
) -> tuple[int, int, int, int]:
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
def row_value(freight: Freight, plan: Plan, v: int) -> tuple[bool, int, int, int]:
    """Work out the row of one vehicle that never waits for a dock: possible, late, arrival, cost."""
    own, depot = freight.vehicle[v], freight.depot[freight.vehicle[v, 0]]
    now, shift, driven, trips, first = own[4], -1, 0, 0, 0
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
def _next(freight: Freight, plan: Plan, yard: Yard) -> tuple[int, int, int]:
    """Choose who loads next: vehicle (-1: nobody is left), dock and when."""
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


@kernel
def _remove(plan: Plan, n: int) -> None:
    v = plan.by[n]
    place = 0
    while plan.stops[v, place] != n:
        place += 1
    last = plan.size[v] - 1
    if plan.opens[n] == 1 and place < last:
        plan.opens[plan.stops[v, place + 1]] = 1
    for k in range(place, last):
        plan.stops[v, k] = plan.stops[v, k + 1]
    plan.size[v] = last
    plan.by[n] = NOBODY
    plan.opens[n] = 0


@kernel
def _add(plan: Plan, v: int, place: int, n: int, how: int) -> None:
    for k in range(plan.size[v], place, -1):
        plan.stops[v, k] = plan.stops[v, k - 1]
    plan.stops[v, place] = n
    plan.size[v] += 1
    plan.by[n] = v
    plan.opens[n] = 0 if how == JOIN else 1
    if how == HEAD:
        plan.opens[plan.stops[v, place + 1]] = 0


@kernel
def _undo(plan: Plan, v: int, place: int, n: int, how: int) -> None:
    if how == HEAD:
        plan.opens[plan.stops[v, place + 1]] = 1
    plan.opens[n] = 0
    for k in range(place, plan.size[v] - 1):
        plan.stops[v, k] = plan.stops[v, k + 1]
    plan.size[v] -= 1
    plan.by[n] = NOBODY


@kernel
def _possible(plan: Plan, v: int, place: int, how: int) -> bool:
    """Say whether a load can be put at a place of a row in this way without cutting a trip in two."""
    opens = place == plan.size[v] or plan.opens[plan.stops[v, place]] == 1
    if how == JOIN:
        return place > 0
    return opens and (how == ALONE or place < plan.size[v])


@kernel
def _insert(freight: Freight, yard: Yard, n: int) -> bool:
    """Put a load where its row gets worse by least; False: nowhere."""
    plan, worth = yard.now, freight.worth
    least, row, at, way = WORST, NOBODY, 0, 0
    for v in range(plan.size.size):
        if freight.may[v, n] == 0:
            continue
        _, late, arrival, cost = row_value(freight, plan, v)
        before = worth[1] * late + worth[2] * arrival + worth[3] * cost
        for place in range(plan.size[v] + 1):
            for how in range(3):
                if not _possible(plan, v, place, how) or draw(yard.seed, _BLINK) == 0:
                    continue
                _add(plan, v, place, n, how)
                can, late, arrival, cost = row_value(freight, plan, v)
                _undo(plan, v, place, n, how)
                more = worth[1] * late + worth[2] * arrival + worth[3] * cost - before
                if can and more < least:
                    least, row, at, way = more, v, place, how
    if row == NOBODY:
        return False
    _add(plan, row, at, n, way)
    return True


@kernel
def _ruin(freight: Freight, yard: Yard) -> int:
    """Take out those near a drawn load, a part of its row, or some at random; how many wait in `out`."""
    plan, seed = yard.now, yard.seed
    loads, out = plan.by.size, 0
    for n in range(loads):
        if plan.by[n] == NOBODY:
            yard.out[out] = n
            out += 1
    centre, most = draw(seed, loads), 1 + draw(seed, min(_MOST_OUT, loads))
    rule, taken = draw(seed, _RUINS), 0
    v = plan.by[centre]
    if rule == _ROW and v != NOBODY:
        first = draw(seed, plan.size[v])
        while taken < most and first < plan.size[v]:
            yard.out[out] = plan.stops[v, first]
            _remove(plan, yard.out[out])
            out += 1
            taken += 1
        return out
    for k in range(loads):
        n = int(draw(seed, loads) if rule == _ANY else freight.near[centre, k])
        if taken < most and plan.by[n] != NOBODY and (rule != _SOME or draw(seed, 2) == 0):
            yard.out[out] = n
            _remove(plan, n)
            out += 1
            taken += 1
    return out


@kernel
def _sort(freight: Freight, yard: Yard, out: int) -> None:
    """Put those who wait in a drawn order: by chance, worth for its mass, due, far or heavy first."""
    rule = draw(yard.seed, _ORDERS)
    for k in range(out):
        n = yard.out[k]
        load = freight.load[n]
        key = int(draw(yard.seed, _FINE))
        if rule == _WORTH:
            key = -int(load[3] * _MILLION) // int(load[1] + 1)
        elif rule == _DUE:
            key = int(load[5])
        elif rule == _HEAVY:
            key = -int(load[1])
        elif rule == _POINTS:
            key = -int(load[3])
        at = k
        while at > 0 and yard.key[at - 1] > key:
            yard.out[at] = yard.out[at - 1]
            yard.key[at] = yard.key[at - 1]
            at -= 1
        yard.out[at] = n
        yard.key[at] = key


@kernel
def _better(freight: Freight, found: Longs, best: Longs) -> bool:
    """Compare level by level: unserved, late, then arrival before cost, or cost before arrival where it counts more."""
    swap = freight.worth[3] > freight.worth[2]
    for level in range(_LEVELS):
        k = level if not swap or level < _FIRST_FREE else _LEVELS + 1 - level
        if found[k] != best[k]:
            return bool(found[k] < best[k])
    return False


@kernel
def improve(freight: Freight, yard: Yard, rounds: int, heat: float, found: Longs) -> None:
    """Search for some rounds at one temperature (in units of the score); `found` int64[4] is scratch."""
    now, worth = yard.now, freight.worth
    for _ in range(rounds):
        copy_plan(now, yard.saved)
        out = _ruin(freight, yard)
        _sort(freight, yard, out)
        for k in range(out):
            _insert(freight, yard, yard.out[k])
        can = value(freight, now, yard, found)
        score = worth[0] * found[0] + worth[1] * found[1] + worth[2] * found[2] + worth[3] * found[3]
        drawn = (float(draw(yard.seed, _FINE)) + 1.0) / _FINE
        if not can or score > yard.score[0] - heat * np.log(drawn):
            copy_plan(yard.saved, now)
            continue
        yard.score[0] = score
        if _better(freight, found, yard.value):
            for k in range(found.size):
                yard.value[k] = found[k]
            copy_plan(now, yard.best)


@kernel
def build(freight: Freight, yard: Yard, order: Ints, found: Longs) -> None:
    """Put loads one by one where they cost least; one that the queues make impossible stays out."""
    plan = yard.now
    for n in order:
        if _insert(freight, yard, n) and not value(freight, plan, yard, found):
            _remove(plan, n)
    value(freight, plan, yard, found)
    yard.score[0] = 0.0
    for k in range(found.size):
        yard.value[k] = found[k]
        yard.score[0] += freight.worth[k] * found[k]
    copy_plan(plan, yard.best)
