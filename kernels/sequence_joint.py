"""Incidents that need several units at once: who comes, in which order, and who waits for whom.

An incident has parts, one for each kind of unit it needs. Parts in one block start together: whoever is there first
waits for the last. A plan is an order of the blocks and a unit for each part; serving the blocks in that order never
locks up, and every schedule without a lock-up is such a plan.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from kernels.jit import NEVER, kernel
from kernels.sequence import HOPELESS, NOBODY, Int, Ints, Jobs, Longs, may_serve
from kernels.sequence_search import draw

BY_ARRIVAL: Final = 0
BY_ARRIVAL_AND_TRAVEL: Final = 1
BY_COMPLETION: Final = 2
BY_TRAVEL: Final = 3
BY_LUCK: Final = 4
"""What a unit for a part is chosen by; luck is completion, up to as late again as travel and service take."""

BLINK: Final = 4
"""One unit in this many is overlooked when units are chosen."""


class Blocks(NamedTuple):
    """How the parts belong together.

    Attributes
    ----------
    begin : int64[blocks + 1]
        Parts `begin[b]` to `begin[b + 1] - 1` start together, each by a unit of its own.
    incident : int32[parts]
        Incident of each part; it is completed with its last part.
    weight : int64[incidents]
        Harm of one unit of time until then.
    """

    begin: Longs
    incident: Ints
    weight: Longs


class Plan(NamedTuple):
    """An order of blocks and a unit for each part, and what follows.

    Attributes
    ----------
    order : int32[blocks]
    unit : int32[parts]
        `NOBODY` where nobody comes.
    start, done : int64[parts]
        -1 and `late` where nobody comes.
    """

    order: Ints
    unit: Ints
    start: Longs
    done: Longs


class Field(NamedTuple):
    """Where the units are, and scratch.

    Attributes
    ----------
    last : int32[2, units]
        Part each unit served last: before the block looked at, and after it.
    time : int64[2, units]
        When it is free, likewise.
    touched : int32[units]
        1 where a unit is elsewhere, or then, in the plan that is tried.
    trial : int64[parts]
        When each part is done in it.
    chosen : int32[parts]
        Units of the best place so far.
    out : int32[blocks]
        Blocks that wait to be put back.
    latest : int64[incidents]
        Completion of each incident.
    order, unit : int32[blocks], int32[parts]
        The plan before this round.
    """

    last: Ints
    time: Longs
    touched: Ints
    trial: Longs
    chosen: Ints
    out: Ints
    latest: Longs
    order: Ints
    unit: Ints


def empty_plan(blocks: int, parts: int) -> Plan:
    """Make a plan in which nobody comes."""
    return Plan(
        order=np.arange(blocks, dtype=np.int32),
        unit=np.full(parts, NOBODY, dtype=np.int32),
        start=np.full(parts, -1, dtype=np.int64),
        done=np.zeros(parts, dtype=np.int64),
    )


def field(units: int, blocks: int, parts: int, incidents: int) -> Field:
    """Make scratch for problems of this size."""
    return Field(
        last=np.zeros((2, units), dtype=np.int32),
        time=np.zeros((2, units), dtype=np.int64),
        touched=np.zeros(units, dtype=np.int32),
        trial=np.zeros(parts, dtype=np.int64),
        chosen=np.zeros(parts, dtype=np.int32),
        out=np.zeros(blocks, dtype=np.int32),
        latest=np.zeros(incidents, dtype=np.int64),
        order=np.zeros(blocks, dtype=np.int32),
        unit=np.zeros(parts, dtype=np.int32),
    )


@kernel
def reset(jobs: Jobs, place: Field) -> None:
    """Put all units where they stand at first."""
    for unit in range(jobs.free.size):
        place.last[0, unit] = NOBODY
        place.time[0, unit] = jobs.free[unit]


@kernel
def _way(jobs: Jobs, last: Int, unit: Int, part: Int) -> Int:
    """Travel of the unit to the part; `NEVER` also where its settled first stop is another."""
    if last != NOBODY:
        return np.int64(jobs.between[jobs.profile[unit], last, part])
    if jobs.locked[unit] not in (NOBODY, part):
        return np.int64(NEVER)
    return np.int64(jobs.first[unit, part])


@kernel
def serve(jobs: Jobs, blocks: Blocks, plan: Plan, place: Field, at: Int, to: Int) -> None:
    """Let the units of the blocks from `at` to before `to` in the order come, wait for each other and serve.

    Nobody moves if one of a block's units cannot come.
    """
    last, time = place.last[0], place.time[0]
    for now in range(at, to):
        first, end = blocks.begin[plan.order[now]], blocks.begin[plan.order[now] + 1]
        begin, fits = np.int64(0), True
        for part in range(first, end):
            unit = np.int64(plan.unit[part])
            travel: Int = np.int64(NEVER)
            if unit != NOBODY:
                travel = _way(jobs, np.int64(last[unit]), unit, np.int64(part))
                begin = max(begin, time[unit] + travel, np.int64(jobs.release[part]))
            fits = fits and bool(travel < NEVER)
        for part in range(first, end):
            unit = np.int64(plan.unit[part])
            plan.start[part], plan.done[part] = -1, jobs.late[0]
            if fits:
                plan.start[part], plan.done[part] = begin, begin + np.int64(jobs.service[unit, part])
                last[unit], time[unit] = part, plan.done[part]


@kernel
def _sum(blocks: Blocks, plan: Plan, place: Field) -> Int:
    """Sum of weight x completion of the last part; a part whose `done` is 0 does not count."""
    for incident in range(place.latest.size):
        place.latest[incident] = 0
    for part in range(plan.done.size):
        incident = blocks.incident[part]
        place.latest[incident] = max(place.latest[incident], plan.done[part])
    total = np.int64(0)
    for incident in range(blocks.weight.size):
        total += blocks.weight[incident] * place.latest[incident]
    return total


@kernel
def evaluate(jobs: Jobs, blocks: Blocks, plan: Plan, place: Field) -> Int:
    """Set the times of a plan; returns its harm."""
    reset(jobs, place)
    serve(jobs, blocks, plan, place, np.int64(0), plan.order.size)
    return _sum(blocks, plan, place)


@kernel
def pick(
    jobs: Jobs, blocks: Blocks, plan: Plan, place: Field, block: Int, rule: Int, salt: Int, seed: Longs
) -> None:
    """Choose a unit for each part of a block from where the units are; with a `salt` from 0 some are overlooked."""
    begin = blocks.begin[block]
    for part in range(begin, blocks.begin[block + 1]):
        best: Int = np.int64(HOPELESS)
        best_unit = np.int64(NOBODY)
        for unit in range(jobs.free.size):
            if not may_serve(jobs, unit, part) or (salt >= 0 and (5 * unit + salt) % BLINK == 0):
                continue
            travel = _way(jobs, np.int64(place.last[0, unit]), np.int64(unit), np.int64(part))
            taken = False
            for other in range(begin, part):
                taken = taken or plan.unit[other] == unit
            if taken or travel >= NEVER:
                continue
            arrival = max(place.time[0, unit] + travel, np.int64(jobs.release[part]))
            key = travel
            if rule == BY_ARRIVAL:
                key = arrival
            elif rule == BY_ARRIVAL_AND_TRAVEL:
                key = arrival + travel
            elif rule == BY_COMPLETION:
                key = arrival + np.int64(jobs.service[unit, part])
            elif rule == BY_LUCK:
                own = np.int64(jobs.service[unit, part])
                key = arrival + own + draw(seed, travel + own)
            if key < best:
                best, best_unit = key, np.int64(unit)
        plan.unit[part] = best_unit


@kernel
def append_all(jobs: Jobs, blocks: Blocks, plan: Plan, place: Field, rule: Int) -> Int:
    """Choose units block by block in the plan's order; returns the harm."""
    reset(jobs, place)
    for at in range(plan.order.size):
        block = np.int64(plan.order[at])
        pick(jobs, blocks, plan, place, block, rule, np.int64(-1), place.trial)  # no luck: any seed will do
        serve(jobs, blocks, plan, place, np.int64(at), np.int64(at + 1))
    return _sum(blocks, plan, place)


@kernel
def _latest(incidents: Ints, done: Longs, part: Int) -> Int:
    """When the last part of the incident of a part is done; parts of an incident are neighbours."""
    incident, at = incidents[part], part
    while at > 0 and incidents[at - 1] == incident:
        at -= 1
    latest: Int = np.int64(0)
    while at < done.size and incidents[at] == incident:
        latest = max(latest, done[at])
        at += 1
    return latest


@kernel
def added(
    jobs: Jobs, blocks: Blocks, plan: Plan, place: Field, at: Int, count: Int, block: Int, most: Int
) -> Int:
    """Harm added by serving a block before place `at` of the order; `most` or more where that is all that matters."""
    last, time, touched, trial = place.last[1], place.time[1], place.touched, place.trial
    for each in range(touched.size):
        last[each], time[each], touched[each] = place.last[0, each], place.time[0, each], 0
    for part in range(trial.size):
        trial[part] = plan.done[part]
    total, later = np.int64(0), np.int64(at - 1)
    while later < count and total < most:
        now: Int = block if later < at else np.int64(plan.order[later])
        first, end = blocks.begin[now], blocks.begin[now + 1]
        moved = bool(later < at)
        for part in range(first, end):
            moved = moved or bool(plan.unit[part] != NOBODY and touched[plan.unit[part]] == 1)
        later += 1
        begin, fits = np.int64(0), True
        for part in range(first, end):
            unit = np.int64(plan.unit[part])
            if not moved:
                if plan.start[part] >= 0:
                    last[unit], time[unit] = part, plan.done[part]
                continue
            travel: Int = np.int64(NEVER)
            if unit != NOBODY:
                travel = _way(jobs, np.int64(last[unit]), unit, np.int64(part))
                begin = max(begin, time[unit] + travel, np.int64(jobs.release[part]))
            fits = fits and bool(travel < NEVER)
        if not moved:
            continue
        before = _latest(blocks.incident, trial, np.int64(first))
        for part in range(first, end):
            unit = np.int64(plan.unit[part])
            trial[part] = jobs.late[0]
            if fits:
                trial[part] = begin + np.int64(jobs.service[unit, part])
                last[unit], time[unit] = part, trial[part]
            if unit != NOBODY and (fits or plan.start[part] >= 0):
                touched[unit] = trial[part] != plan.done[part]
        total += blocks.weight[blocks.incident[first]] * (
            _latest(blocks.incident, trial, np.int64(first)) - before
        )
    return total
