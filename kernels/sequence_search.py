"""Large-neighbourhood search over orders: take some incidents out, put them back where they do least harm.

Work is counted in rounds and randomness is a counter of our own, so that the same seed gives the same order on every
machine, compiled or not.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from kernels.jit import kernel
from kernels.sequence import (
    HOPELESS,
    NOBODY,
    Int,
    Ints,
    Jobs,
    Longs,
    Order,
    empty_order,
    harm,
    insert,
    insertion,
    may_serve,
    retime,
)

_MODULUS: Final = 2**31 - 1
_FACTOR: Final = 48271
"""Park and Miller's generator (1988, revised 1993): every product fits into int64."""

_MOST_OUT: Final = 12
"""Incidents taken out in one round, at most."""

_BLINK: Final = 20
"""One place in this many is overlooked when an incident is put back (Christiaens and Vanden Berghe 2020)."""


class Desk(NamedTuple):
    """Scratch of one search.

    Attributes
    ----------
    saved : Order
        Rows as they were before this round, where `touched`.
    touched : int32[units]
        Rows changed in this round.
    marked : int32[units]
        1 where a row is among them.
    out : int32[incidents]
        Incidents that wait to be put back.
    key : int64[incidents]
        What they are sorted by.
    seed : int64[1]
        State of the generator.
    """

    saved: Order
    touched: Ints
    marked: Ints
    out: Ints
    key: Longs
    seed: Longs


def desk(units: int, incidents: int, seed: int) -> Desk:
    """Make scratch for orders of this size."""
    return Desk(
        saved=empty_order(units, incidents),
        touched=np.zeros(units, dtype=np.int32),
        marked=np.zeros(units, dtype=np.int32),
        out=np.zeros(incidents, dtype=np.int32),
        key=np.zeros(incidents, dtype=np.int64),
        seed=np.array([seed % (_MODULUS - 1) + 1], dtype=np.int64),
    )


@kernel
def draw(seed: Longs, below: Int) -> Int:
    """Draw a whole number from 0 up to `below`, exclusive."""
    seed[0] = (seed[0] * _FACTOR) % _MODULUS
    drawn: Int = (seed[0] >> 3) % below
    return drawn


@kernel
def copy_row(source: Order, target: Order, unit: Int) -> None:
    """Copy one row with its times."""
    length = source.length[unit]
    target.length[unit] = length
    target.cost[unit] = source.cost[unit]
    for at in range(length):
        target.stops[unit, at] = source.stops[unit, at]
        target.done[unit, at] = source.done[unit, at]


@kernel
def copy_order(source: Order, target: Order) -> None:
    """Copy all rows."""
    for unit in range(source.length.size):
        copy_row(source, target, unit)
    for job in range(source.unit.size):
        target.unit[job] = source.unit[job]


@kernel
def _touch(order: Order, desk: Desk, unit: Int, count: Int) -> Int:
    """Keep a row as it is before its first change in this round; returns how many rows are kept."""
    if desk.marked[unit] == 1:
        return count
    desk.marked[unit] = 1
    desk.touched[count] = unit
    copy_row(order, desk.saved, unit)
    return count + 1


@kernel
def _take(jobs: Jobs, order: Order, job: Int) -> None:
    """Take a served incident out of its row."""
    unit = np.int64(order.unit[job])
    length = order.length[unit]
    found = False
    for at in range(length - 1):
        found = found or order.stops[unit, at] == job
        if found:
            order.stops[unit, at] = order.stops[unit, at + 1]
    order.length[unit] = length - 1
    order.unit[job] = NOBODY
    retime(jobs, order, unit)


@kernel
def _choose(jobs: Jobs, order: Order, desk: Desk, count: Int) -> Int:
    """Write into `out` up to `count` incidents to take out; returns how many.

    By turns: any; those near one of them on its unit's roads; those of a few whole rows. An incident that nobody
    serves, but somebody could, is always among them; a unit's locked first stop never.
    """
    incidents = order.unit.size
    way = draw(desk.seed, np.int64(3))
    pivot = draw(desk.seed, incidents)
    driver = order.unit[pivot]
    profile = np.int64(jobs.profile[max(driver, 0)])
    row = np.int64(driver)
    for job in range(incidents):
        key: Int
        if jobs.owner[job] != NOBODY:
            key = np.int64(HOPELESS)
        elif order.unit[job] == NOBODY:
            key = np.int64(-1)
        elif way == 0:
            key = draw(desk.seed, np.int64(1 << 20))
        elif way == 1:
            near = np.int64(jobs.between[profile, pivot, job])
            key = 0 if job == pivot else near * (64 + draw(desk.seed, np.int64(64)))
        else:
            mixed = (np.int64(order.unit[job]) + 1) * 7919 + pivot * 104729
            key = (
                draw(desk.seed, np.int64(8))
                if order.unit[job] == row
                else 16 + (mixed % 1009) * 8 + draw(desk.seed, np.int64(8))
            )
        desk.key[job] = key
    chosen = np.int64(0)
    while chosen < count:
        best = np.int64(NOBODY)
        for job in range(incidents):
            if desk.key[job] < HOPELESS and (best == NOBODY or desk.key[job] < desk.key[best]):
                best = np.int64(job)
        if best == NOBODY:
            break
        desk.out[chosen] = best
        desk.key[best] = HOPELESS
        chosen += 1
    return chosen


@kernel
def _sort_out(jobs: Jobs, desk: Desk, count: Int) -> None:
    """Put the incidents that wait into a random order, or one near the order of their weights."""
    heavy = draw(desk.seed, np.int64(2))
    for at in range(count):
        luck = draw(desk.seed, np.int64(1000))
        desk.key[at] = luck if heavy == 0 else -jobs.weight[desk.out[at]] * (500 + luck)
    for at in range(1, count):
        key, job, hole = desk.key[at], desk.out[at], at
        while hole > 0 and desk.key[hole - 1] > key:
            desk.key[hole], desk.out[hole] = desk.key[hole - 1], desk.out[hole - 1]
            hole -= 1
        desk.key[hole], desk.out[hole] = key, job


@kernel
def best_place(jobs: Jobs, order: Order, job: Int, seed: Longs, blink: Int) -> tuple[Int, Int, Int]:
    """Find unit, stop and added harm of the cheapest place for `job`; one place in `blink` is overlooked (0: none)."""
    best: Int = np.int64(HOPELESS)
    best_unit, best_at = np.int64(NOBODY), np.int64(0)
    for unit in range(order.length.size):
        if not may_serve(jobs, unit, job):
            continue
        begin = np.int64(0) if jobs.locked[unit] == NOBODY else np.int64(1)
        for at in range(begin, np.int64(order.length[unit]) + 1):
            if blink > 0 and draw(seed, blink) == 0:
                continue
            added = insertion(jobs, order, unit, at, job, best)
            if added < best:
                best, best_unit, best_at = added, np.int64(unit), np.int64(at)
    return best_unit, best_at, best


@kernel
def improve(jobs: Jobs, order: Order, best: Order, desk: Desk, rounds: Int, slack: Int) -> Int:
    """Search from `order` for a number of rounds; returns the harm of `best`.

    Parameters
    ----------
    jobs
        What is to be served.
    order
        Where the search stands; changed.
    best
        The best order so far; changed where a better one is found.
    desk
        Scratch, and the state of the random numbers.
    rounds
        How often incidents are taken out and put back.
    slack
        Harm above the best at which a worse order is accepted in the first round; falls to 0 in the last.

    Returns
    -------
    int64
        Harm of `best`.
    """
    now, least = harm(jobs, order), harm(jobs, best)
    incidents = order.unit.size
    for done in range(rounds):
        most = min(incidents, _MOST_OUT)
        count = _choose(jobs, order, desk, 1 + draw(desk.seed, most))
        rows: Int = np.int64(0)
        for at in range(count):
            job = np.int64(desk.out[at])
            if order.unit[job] != NOBODY:
                rows = _touch(order, desk, np.int64(order.unit[job]), rows)
                _take(jobs, order, job)
        _sort_out(jobs, desk, count)
        for at in range(count):
            job = np.int64(desk.out[at])
            unit, place, added = best_place(jobs, order, job, desk.seed, np.int64(_BLINK))
            if unit != NOBODY and added <= jobs.weight[job] * jobs.late[0]:
                rows = _touch(order, desk, unit, rows)
                insert(jobs, order, unit, place, job)
        reached = harm(jobs, order)
        if reached <= least + slack * (rounds - done - 1) // rounds or reached <= now:
            now = reached
            if now < least:
                least = now
                copy_order(order, best)
        else:
            _restore(order, desk, rows, count)
        for row in range(rows):
            desk.marked[desk.touched[row]] = 0
    return least


@kernel
def _restore(order: Order, desk: Desk, rows: Int, count: Int) -> None:
    """Put the kept rows back, and with them the incidents of this round."""
    for at in range(count):
        order.unit[desk.out[at]] = NOBODY
    for row in range(rows):
        unit = np.int64(desk.touched[row])
        copy_row(desk.saved, order, unit)
        for at in range(order.length[unit]):
            order.unit[order.stops[unit, at]] = unit
