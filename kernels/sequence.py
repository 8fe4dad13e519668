"""Units that serve incidents one after another: times, harm, and what a control room would do.

An order is a row of incidents for each unit. A unit leaves when it is free, travels, waits for the release of the
incident if it is early, serves without interruption, and travels on. Harm is the sum of weight x completion time.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.jit import NEVER, kernel

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Int = int | np.int64

NOBODY: Final = -1
"""Unit of an incident that nobody serves; also the incident a unit is locked to when it is locked to none."""

NOBODY_CAN: Final = -2
"""Owner of an incident that no unit can serve."""

HOPELESS: Final = 2**62
"""Harm of an order that cannot be driven."""


class Jobs(NamedTuple):
    """What is to be served, by whom, and how long everything takes; one unit of time for all.

    Attributes
    ----------
    weight : int64[incidents]
        Harm of one unit of time until completion, at least 1.
    service : int32[units, incidents]
        Time on scene; `NEVER` where the unit lacks the capability or may not go.
    first : int32[units, incidents]
        Travel from where the unit stands; `NEVER` where there is no way.
    between : int32[profiles, incidents, incidents]
        Travel from one incident to the next.
    profile : int32[units]
        Which of these tables a unit drives by.
    free : int32[units]
        When the unit can leave.
    release : int32[incidents]
        Service starts no earlier.
    locked : int32[units]
        Incident that the unit serves first, or `NOBODY`.
    owner : int32[incidents]
        Unit that is locked to the incident, `NOBODY`, or `NOBODY_CAN`.
    late : int64[1]
        Completion time counted for an incident that nobody serves; later than any possible one.
    """

    weight: Longs
    service: Ints
    first: Ints
    between: Ints
    profile: Ints
    free: Ints
    release: Ints
    locked: Ints
    owner: Ints
    late: Longs


class Order(NamedTuple):
    """Who serves what in which order, and what follows from it.

    Attributes
    ----------
    stops : int32[units, incidents]
        The first `length[unit]` of each row count.
    length : int32[units]
    done : int64[units, incidents]
        Completion time of each stop.
    cost : int64[units]
        Harm of each row.
    unit : int32[incidents]
        Who serves the incident, or `NOBODY`.
    """

    stops: Ints
    length: Ints
    done: Longs
    cost: Longs
    unit: Ints


def empty_order(units: int, incidents: int) -> Order:
    """Make an order in which nobody serves anything."""
    return Order(
        stops=np.zeros((units, incidents), dtype=np.int32),
        length=np.zeros(units, dtype=np.int32),
        done=np.zeros((units, incidents), dtype=np.int64),
        cost=np.zeros(units, dtype=np.int64),
        unit=np.full(incidents, NOBODY, dtype=np.int32),
    )


@kernel
def may_serve(jobs: Jobs, unit: Int, job: Int) -> bool:
    """Whether the unit has the capability and the incident is not another unit's first stop."""
    owner = jobs.owner[job]
    return bool(jobs.service[unit, job] < NEVER and owner in (NOBODY, unit))


@kernel
def completion(jobs: Jobs, unit: Int, last: Int, time: Int, job: Int) -> Int:
    """When the unit completes `job` if it leaves `last` (`NOBODY`: where it stands) at `time`; `NEVER` if it cannot."""
    travel = np.int64(jobs.first[unit, job])
    if last != NOBODY:
        travel = np.int64(jobs.between[jobs.profile[unit], last, job])
    if travel >= NEVER:
        return np.int64(NEVER)
    return max(time + travel, np.int64(jobs.release[job])) + np.int64(jobs.service[unit, job])


@kernel
def retime(jobs: Jobs, order: Order, unit: Int) -> None:
    """Set the times and the harm of one row from its stops."""
    time: Int = np.int64(jobs.free[unit])
    last, cost = np.int64(NOBODY), np.int64(0)
    for at in range(order.length[unit]):
        job = np.int64(order.stops[unit, at])
        time = completion(jobs, unit, last, time, job)
        order.done[unit, at] = time
        order.unit[job] = unit
        cost += jobs.weight[job] * time
        last = job
    order.cost[unit] = cost


@kernel
def harm(jobs: Jobs, order: Order) -> Int:
    """Sum of weight x completion time; an incident that nobody serves counts as completed at `late`."""
    total = np.int64(0)
    for unit in range(order.length.size):
        total += order.cost[unit]
    for job in range(order.unit.size):
        if order.unit[job] == NOBODY:
            total += jobs.weight[job] * jobs.late[0]
    return total


@kernel
def insertion(jobs: Jobs, order: Order, unit: Int, at: Int, job: Int, most: Int) -> Int:
    """Harm added by serving `job` as stop `at` of the unit; `HOPELESS` if it cannot be, or from `most` on."""
    time: Int = np.int64(jobs.free[unit])
    last: Int = np.int64(NOBODY)
    if at > 0:
        time, last = order.done[unit, at - 1], np.int64(order.stops[unit, at - 1])
    time = completion(jobs, unit, last, time, job)
    if time >= NEVER:
        return np.int64(HOPELESS)
    added: Int = jobs.weight[job] * time
    last = job
    for later in range(at, order.length[unit]):
        if added >= most:
            return np.int64(HOPELESS)
        stop = np.int64(order.stops[unit, later])
        time = completion(jobs, unit, last, time, stop)
        if time >= NEVER:
            return np.int64(HOPELESS)
        if time == order.done[unit, later]:
            break
        added += jobs.weight[stop] * (time - order.done[unit, later])
        last = stop
    return added


@kernel
def insert(jobs: Jobs, order: Order, unit: Int, at: Int, job: Int) -> None:
    """Serve `job` as stop `at` of the unit."""
    for later in range(order.length[unit], at, -1):
        order.stops[unit, later] = order.stops[unit, later - 1]
    order.stops[unit, at] = job
    order.length[unit] += 1
    retime(jobs, order, unit)


@kernel
def start_locked(jobs: Jobs, order: Order) -> None:
    """Give every locked unit its first stop."""
    for unit in range(order.length.size):
        job = np.int64(jobs.locked[unit])
        if job != NOBODY:
            insert(jobs, order, unit, np.int64(0), job)


@kernel
def _end(jobs: Jobs, order: Order, unit: Int) -> tuple[Int, Int]:
    """Where and when the unit is free after its last stop."""
    length = order.length[unit]
    if length == 0:
        return np.int64(NOBODY), np.int64(jobs.free[unit])
    return np.int64(order.stops[unit, length - 1]), order.done[unit, length - 1]


@kernel
def practice(jobs: Jobs, order: Order) -> None:
    """Do as control rooms do: whenever a unit is idle, the most severe open incident gets the nearest idle unit.

    `order` comes empty. Nearest is by travel time; equal severity goes by number.
    """
    start_locked(jobs, order)
    clock: Int = np.int64(0)
    while True:
        best_job, best_unit, best_travel = np.int64(NOBODY), np.int64(NOBODY), np.int64(NEVER)
        following: Int = np.int64(NEVER)
        for job in range(order.unit.size):
            if order.unit[job] != NOBODY:
                continue
            if jobs.release[job] > clock:
                following = min(following, np.int64(jobs.release[job]))
                continue
            severer = best_job == NOBODY or jobs.weight[job] > jobs.weight[best_job]
            for unit in range(order.length.size):
                if not may_serve(jobs, unit, job):
                    continue
                last, time = _end(jobs, order, unit)
                travel = np.int64(jobs.first[unit, job])
                if last != NOBODY:
                    travel = np.int64(jobs.between[jobs.profile[unit], last, job])
                if travel >= NEVER:
                    continue
                if time > clock:
                    following = min(following, time)
                elif severer or (best_job == job and travel < best_travel):
                    best_job, best_unit, best_travel = np.int64(job), np.int64(unit), travel
                    severer = False
        if best_job != NOBODY:
            insert(jobs, order, best_unit, np.int64(order.length[best_unit]), best_job)
        elif following < NEVER:
            clock = following
        else:
            return


@kernel
def practice_blind(jobs: Jobs, order: Order) -> None:
    """Do as a run card without a clock: most severe first, each to the unit with the shortest way, idle or not."""
    start_locked(jobs, order)
    while True:
        job = np.int64(NOBODY)
        for other in range(order.unit.size):
            if order.unit[other] == NOBODY and (job == NOBODY or jobs.weight[other] > jobs.weight[job]):
                job = np.int64(other)
        if job == NOBODY:
            break
        best_unit, best_travel = np.int64(NOBODY), np.int64(NEVER)
        for unit in range(order.length.size):
            if may_serve(jobs, unit, job):
                last, _ = _end(jobs, order, unit)
                travel = np.int64(jobs.first[unit, job])
                if last != NOBODY:
                    travel = np.int64(jobs.between[jobs.profile[unit], last, job])
                if travel < best_travel:
                    best_unit, best_travel = np.int64(unit), travel
        if best_unit == NOBODY:
            order.unit[job] = NOBODY_CAN  # looked at
        else:
            insert(jobs, order, best_unit, np.int64(order.length[best_unit]), job)
    for other in range(order.unit.size):
        if order.unit[other] == NOBODY_CAN:
            order.unit[other] = NOBODY


@kernel
def list_schedule(jobs: Jobs, order: Order) -> None:
    """Append, again and again, the pair of unit and incident with the least completion time over weight.

    The rule of Weng, Lu and Ren (2001, their seventh heuristic) that Wex et al. (2014) build on. `order` comes empty.
    """
    start_locked(jobs, order)
    while True:
        best_job, best_unit = np.int64(NOBODY), np.int64(NOBODY)
        best_time: Int = np.int64(NEVER)
        for unit in range(order.length.size):
            last, time = _end(jobs, order, unit)
            for job in range(order.unit.size):
                if order.unit[job] != NOBODY or not may_serve(jobs, unit, job):
                    continue
                done = completion(jobs, unit, last, time, np.int64(job))
                if done >= NEVER:
                    continue
                if best_job == NOBODY or done * jobs.weight[best_job] < best_time * jobs.weight[job]:
                    best_job, best_unit, best_time = np.int64(job), np.int64(unit), done
        if best_job == NOBODY:
            return
        insert(jobs, order, best_unit, np.int64(order.length[best_unit]), best_job)
