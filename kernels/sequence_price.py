"""The cheapest schedules of one unit, given what the completion of each incident is worth: label setting.

A label is a schedule up to its last stop: when it ends, what it costs (harm less the prices of what it serves), which
incidents it holds. A label that ends no later, costs no more and holds nothing more than another dominates it.

Two facts keep the labels few. Leaving a stop out hardly ever delays the later ones (`delays`), so no best schedule
serves an incident that adds more harm than its price: every price is a deadline. And what a label can still gain is at
most the sum of what each incident it may yet reach in time would gain if it came next.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from kernels.jit import NEVER, kernel
from kernels.sequence import NOBODY, Int, Ints, Jobs, Longs, completion, may_serve

WORD: Final = 62
"""Incidents in one word of a set; the sign stays out of it."""

_TABLE: Final = 1 << 16
"""Chains of labels for equal sets, when all schedules are listed."""

OVERFLOW: Final = -1
"""Count of labels when there was no room for all of them."""


class Labels(NamedTuple):
    """Room for the labels of one unit.

    Attributes
    ----------
    last, above, following : int32[room]
        Last stop; label this one was made from; next label in the same chain (-1 at its end).
    time, cost : int64[room]
    stops : int64[room, words]
        Incidents it holds.
    shut : int64[room, words]
        The same, and those it can no longer reach in time.
    alive : int32[room]
        0 once dominated.
    head : int32[chains]
        First label of each chain.
    deadline : int64[incidents]
        Latest completion time, scratch.
    """

    last: Ints
    above: Ints
    following: Ints
    time: Longs
    cost: Longs
    stops: Longs
    shut: Longs
    alive: Ints
    head: Ints
    deadline: Longs


def labels(room: int, incidents: int) -> Labels:
    """Make room for labels."""
    words = (incidents + WORD - 1) // WORD
    return Labels(
        last=np.zeros(room, dtype=np.int32),
        above=np.zeros(room, dtype=np.int32),
        following=np.zeros(room, dtype=np.int32),
        time=np.zeros(room, dtype=np.int64),
        cost=np.zeros(room, dtype=np.int64),
        stops=np.zeros((room, words), dtype=np.int64),
        shut=np.zeros((room, words), dtype=np.int64),
        alive=np.zeros(room, dtype=np.int32),
        head=np.zeros(max(_TABLE, incidents), dtype=np.int32),
        deadline=np.zeros(incidents, dtype=np.int64),
    )


@kernel
def delays(jobs: Jobs, unit: Int, delay: Longs) -> None:
    """Write how much later an incident's successor may be reached when the unit leaves it out; `NEVER`: not at all.

    0 nearly always: the way around takes longer than the way through, and the service is saved too.
    """
    incidents = jobs.weight.size
    table = jobs.profile[unit]
    for middle in range(incidents):
        delay[middle] = 0
        if not may_serve(jobs, unit, middle):
            continue
        service = np.int64(jobs.service[unit, middle])
        for after in range(incidents):
            onward = service + np.int64(jobs.between[table, middle, after])
            if after == middle or onward >= NEVER or not may_serve(jobs, unit, after):
                continue
            if jobs.locked[unit] == NOBODY and jobs.first[unit, middle] < NEVER:
                direct = np.int64(jobs.first[unit, after])
                delay[middle] = max(delay[middle], _later(direct, jobs.first[unit, middle] + onward))
            for before in range(incidents):
                if before in (middle, after) or jobs.between[table, before, middle] >= NEVER:
                    continue
                direct = np.int64(jobs.between[table, before, after])
                if may_serve(jobs, unit, before):
                    delay[middle] = max(
                        delay[middle], _later(direct, jobs.between[table, before, middle] + onward)
                    )


@kernel
def _later(direct: Int, through: Int) -> Int:
    return np.int64(NEVER) if direct >= NEVER else direct - through


@kernel
def _holds(sets: Longs, label: Int, job: Int) -> bool:
    """Whether an incident is in the set of a label; sets are int64[room, words], and a row of them is never cut out."""
    return bool((sets[label, job // WORD] >> (job % WORD)) & 1)


@kernel
def _within(few: Longs, one: Int, many: Longs, other: Int) -> bool:
    """Whether every incident of the set of one label is in that of the other."""
    outside = np.int64(0)
    for word in range(few.shape[1]):
        outside |= few[one, word] & ~many[other, word]
    return bool(outside == 0)


@kernel
def _equal(sets: Longs, one: Int, other: Int) -> bool:
    differ = np.int64(0)
    for word in range(sets.shape[1]):
        differ |= sets[one, word] ^ sets[other, word]
    return bool(differ == 0)


@kernel
def _look_ahead(jobs: Jobs, unit: Int, price: Longs, room: Labels, label: Int, short: Int) -> Int:
    """Shut what the label cannot reach in time; returns the most it can still gain.

    A way through other incidents may be up to `short` shorter than the direct one, the sum of their `delays`.
    """
    last, time = np.int64(room.last[label]), room.time[label]
    gain = np.int64(0)
    for job in range(price.size):
        if _holds(room.stops, label, job):
            continue
        done = np.int64(NEVER)
        if may_serve(jobs, unit, job):
            way = max(0, np.int64(jobs.between[jobs.profile[unit], last, job]) - short)
            done = max(time + way, np.int64(jobs.release[job])) + np.int64(jobs.service[unit, job])
        if done > room.deadline[job]:
            room.shut[label, job // WORD] |= np.int64(1) << (job % WORD)
        else:
            gain += max(0, price[job] - jobs.weight[job] * done)
    return gain


@kernel
def _settle(room: Labels, label: Int, chain: Int, equal: Int) -> bool:
    """Put a new label into its chain unless it is dominated; strike out those it dominates."""
    before, other = np.int64(-1), np.int64(room.head[chain])
    while other >= 0:
        onward = np.int64(room.following[other])
        if equal == 1:
            fit = fits = room.last[other] == room.last[label] and _equal(room.stops, other, label)
        else:
            fit = _within(room.stops, other, room.shut, label)
            fits = _within(room.stops, label, room.shut, other)
        if fit and room.time[other] <= room.time[label] and room.cost[other] <= room.cost[label]:
            return False
        if fits and room.time[label] <= room.time[other] and room.cost[label] <= room.cost[other]:
            room.alive[other] = 0
            if before < 0:
                room.head[chain] = onward
            else:
                room.following[before] = onward
        else:
            before = other
        other = onward
    room.following[label] = room.head[chain]
    room.head[chain] = label
    return True


@kernel
def _chain(room: Labels, label: Int, equal: Int) -> Int:
    """Chain of a label: its last stop, or where equal sets meet, a mixture of its set and that."""
    mixed = np.int64(room.last[label])
    if equal == 1:
        for word in range(room.stops.shape[1]):
            mixed = (mixed * 1000003 + room.stops[label, word] % 2147483629) % 2147483647
        mixed %= room.head.size
    return mixed


@kernel
def grow(
    jobs: Jobs, unit: Int, price: Longs, most: Int, margin: Int, delay: Longs, equal: Int, room: Labels
) -> Int:
    """Make all labels of one unit that can lead to a cost of at most `most`.

    Parameters
    ----------
    jobs
        What is to be served.
    unit
        Whose schedules.
    price : int64[incidents]
        What the completion of each is worth to this unit.
    most
        Schedules that cost more are of no interest.
    margin
        A stop may cost this much more than its price; 0 for the cheapest schedule alone.
    delay : int64[incidents]
        The unit's, from `delays`.
    equal
        1 to keep the best of each set and last stop, not only what may be the cheapest of all.
    room
        Where the labels go.

    Returns
    -------
    int64
        How many labels were made, or `OVERFLOW`. The schedules are the labels that are `alive` and cost at most `most`.
    """
    words = room.stops.shape[1]
    for chain in range(room.head.size):
        room.head[chain] = -1
    load, short = np.int64(0), np.int64(0)
    for job in range(price.size):
        load += jobs.weight[job] if may_serve(jobs, unit, job) else 0
        short = min(short + delay[job], np.int64(NEVER))
    for job in range(price.size):
        kept = delay[job] >= NEVER or jobs.locked[unit] == job
        room.deadline[job] = NEVER - 1
        if not kept:
            worth = price[job] + margin + delay[job] * (load - jobs.weight[job])
            room.deadline[job] = min(worth // jobs.weight[job], NEVER - 1)
    count, done = np.int64(0), np.int64(-1)
    while done < count:
        if done >= 0 and room.alive[done] == 0:
            done += 1
            continue
        last = np.int64(NOBODY) if done < 0 else np.int64(room.last[done])
        time = np.int64(jobs.free[unit]) if done < 0 else room.time[done]
        for job in range(price.size):
            if done < 0:
                if not may_serve(jobs, unit, job) or jobs.locked[unit] not in (NOBODY, job):
                    continue
            elif _holds(room.shut, done, job):
                continue
            end = completion(jobs, unit, last, time, np.int64(job))
            if end > room.deadline[job] or end >= NEVER:
                continue
            if count == room.last.size:
                return np.int64(OVERFLOW)
            cost = jobs.weight[job] * end - price[job]
            for word in range(words):
                room.stops[count, word] = 0 if done < 0 else room.stops[done, word]
            if done >= 0:
                cost += room.cost[done]
            room.stops[count, job // WORD] |= np.int64(1) << (job % WORD)
            room.last[count], room.above[count], room.alive[count] = job, done, 1
            room.time[count], room.cost[count] = end, cost
            for word in range(words):
                room.shut[count, word] = room.stops[count, word]
            gain = _look_ahead(jobs, unit, price, room, count, short)
            if cost - gain <= most and _settle(room, count, _chain(room, count, equal), equal):
                count += 1
        done += 1
    return count


@kernel
def cheapest(
    jobs: Jobs,
    price: Longs,
    delay: Longs,
    room: Labels,
    least: Longs,
    found: Ints,
    lengths: Ints,
    owners: Ints,
) -> Int:
    """Price every unit: its least cost, and some schedules of negative cost.

    Parameters
    ----------
    jobs, room
        As in `grow`.
    price : int64[units, incidents]
        What the completion of each incident by each unit is worth.
    delay : int64[units, incidents]
        From `delays`.
    least : int64[units]
        Filled with the cost of each unit's cheapest schedule; at most 0 where it may stay idle.
    found : int32[columns, incidents]
        Filled with stops of schedules; as many for each unit as there is room for, cheapest first.
    lengths, owners : int32[columns]
        Filled with their number of stops and their unit.

    Returns
    -------
    int64
        How many schedules were found; -1 - that where there was no room for all labels, and `least` means nothing.
    """
    units = jobs.free.size
    each = found.shape[0] // units
    total, whole = np.int64(0), True
    for unit in range(units):
        tied = jobs.locked[unit] != NOBODY
        most = np.int64(-1)
        if tied:
            first = np.int64(jobs.locked[unit])
            alone = completion(jobs, unit, np.int64(NOBODY), np.int64(jobs.free[unit]), first)
            most = jobs.weight[first] * alone - price[unit, first]
        count = grow(jobs, np.int64(unit), price[unit], most, np.int64(0), delay[unit], np.int64(0), room)
        if count < 0:  # what there was room for are schedules all the same
            count, whole = np.int64(room.last.size), False
        least[unit] = most if tied else 0
        for rank in range(each):
            best = np.int64(-1)
            for label in range(count):
                if room.alive[label] == 0 or room.cost[label] > most:
                    continue
                if best < 0 or room.cost[label] < room.cost[best]:
                    best = np.int64(label)
            if best < 0:
                break
            if rank == 0:
                least[unit] = room.cost[best]
            room.alive[best] = 0
            lengths[total] = trace(room, best, found[total])
            owners[total] = unit
            total += 1
    return total if whole else -1 - total


@kernel
def trace_all(room: Labels, chosen: Longs, stops: Ints, lengths: Ints) -> None:
    """Write the stops of some labels, int32[chosen, incidents], and how many each has."""
    for at in range(chosen.size):
        lengths[at] = trace(room, chosen[at], stops[at])


@kernel
def trace(room: Labels, label: Int, stops: Ints) -> Int:
    """Write the stops of a label in their order; returns how many."""
    length, at = np.int64(0), label
    while at >= 0:
        length += 1
        at = np.int64(room.above[at])
    at = label
    for place in range(length - 1, -1, -1):
        stops[place] = room.last[at]
        at = np.int64(room.above[at])
    return length
