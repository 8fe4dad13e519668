"""Search for incidents that need several units at once: blocks are taken out of the order and put back elsewhere."""

from __future__ import annotations

from typing import Final

import numpy as np

from kernels.jit import kernel
from kernels.sequence import HOPELESS, Int, Ints, Jobs, Longs
from kernels.sequence_joint import (
    BLINK,
    BY_ARRIVAL,
    BY_ARRIVAL_AND_TRAVEL,
    BY_COMPLETION,
    BY_LUCK,
    Blocks,
    Field,
    Plan,
    added,
    evaluate,
    pick,
    reset,
    serve,
)
from kernels.sequence_search import draw

_PICKS: Final = (BY_ARRIVAL, BY_ARRIVAL_AND_TRAVEL, BY_COMPLETION, BY_LUCK, BY_LUCK)
"""Rules, drawn anew for each place; luck twice, for the others choose much alike."""

_MOST_OUT: Final = 6
"""Blocks taken out in one round, at most."""

_NEIGHBOURS: Final = 0
_SAME_UNIT: Final = 2
_WAYS: Final = 3
"""What is taken out together: blocks that follow one another, any, or those of one unit."""


@kernel
def _put(jobs: Jobs, blocks: Blocks, plan: Plan, place: Field, count: Int, block: Int, seed: Longs) -> None:
    """Put a block back among the first `count` of the order, where the harm of those placed so far is least."""
    begin, end = blocks.begin[block], blocks.begin[block + 1]
    salt = draw(seed, np.int64(BLINK))
    reset(jobs, place)
    serve(jobs, blocks, plan, place, np.int64(0), count)
    reset(jobs, place)
    best: Int = np.int64(HOPELESS)
    best_at = count
    for at in range(count + 1):
        rule = draw(seed, np.int64(len(_PICKS)))
        pick(jobs, blocks, plan, place, block, _PICKS[rule], salt + at, seed)
        total = added(jobs, blocks, plan, place, np.int64(at), count, block, best)
        if total < best:
            best, best_at = total, np.int64(at)
            for part in range(begin, end):
                place.chosen[part] = plan.unit[part]
        if at < count:
            for part in range(blocks.begin[plan.order[at]], blocks.begin[plan.order[at] + 1]):
                if plan.start[part] >= 0:
                    place.last[0, plan.unit[part]], place.time[0, plan.unit[part]] = part, plan.done[part]
    for later in range(count, best_at, -1):
        plan.order[later] = plan.order[later - 1]
    plan.order[best_at] = block
    for part in range(begin, end):
        plan.unit[part] = place.chosen[part]


@kernel
def _following(blocks: Blocks, plan: Plan, unit: Int, at: Int, count: Int) -> Int:
    """Place of the next block that a unit serves, from a place on and around; that place if there is none."""
    for step in range(count):
        other = (at + step) % count
        block = plan.order[other]
        for part in range(blocks.begin[block], blocks.begin[block + 1]):
            if plan.unit[part] == unit:
                return np.int64(other)
    return at


@kernel
def _drop(blocks: Blocks, plan: Plan, place: Field, count: Int, seed: Longs) -> None:
    """Take `count` blocks out of the order: neighbours, any, or those of one unit before others; the rest moves up."""
    size = plan.order.size
    way = draw(seed, np.int64(_WAYS))
    start = draw(seed, size - count + 1)
    unit = plan.unit[draw(seed, plan.unit.size)]
    for number in range(count):
        at = start
        if way != _NEIGHBOURS:
            at = draw(seed, size - number)
        if way == _SAME_UNIT:
            at = _following(blocks, plan, unit, at, size - number)
        block = np.int64(plan.order[at])
        for later in range(at, size - number - 1):
            plan.order[later] = plan.order[later + 1]
        place.out[number] = block
        for part in range(blocks.begin[block], blocks.begin[block + 1]):
            plan.done[part] = 0
    for number in range(count - 1, 0, -1):
        other = draw(seed, number + 1)
        place.out[number], place.out[other] = place.out[other], place.out[number]


@kernel
def _copy(order: Ints, unit: Ints, to_order: Ints, to_unit: Ints) -> None:
    """Copy an order and its units; loops, for a slice set from another compiles the sentence of its error too."""
    for at in range(order.size):
        to_order[at] = order[at]
    for part in range(unit.size):
        to_unit[part] = unit[part]


@kernel
def improve_joint(
    jobs: Jobs, blocks: Blocks, plan: Plan, best: Plan, place: Field, seed: Longs, rounds: Int, slack: Int
) -> Int:
    """Search from `plan` for a number of rounds; returns the harm of `best`.

    Parameters
    ----------
    jobs, blocks
        What is to be served; one row of `jobs` for each part.
    plan, best
        Where the search stands, and the best plan so far; both changed.
    place
        Scratch.
    seed : int64[1]
        State of the random numbers.
    rounds
        How often blocks are taken out and put back.
    slack
        Harm above the best at which a worse plan is accepted in the first round; falls to 0 in the last.

    Returns
    -------
    int64
        Harm of `best`.
    """
    now = evaluate(jobs, blocks, plan, place)
    least = evaluate(jobs, blocks, best, place)
    size = plan.order.size
    for done in range(rounds):
        _copy(plan.order, plan.unit, place.order, place.unit)
        count = 1 + draw(seed, min(size, _MOST_OUT))
        _drop(blocks, plan, place, count, seed)
        for number in range(count):
            _put(jobs, blocks, plan, place, size - count + number, np.int64(place.out[number]), seed)
        reached = evaluate(jobs, blocks, plan, place)
        if reached <= now or reached <= least + slack * (rounds - done - 1) // rounds:
            now = reached
            if now < least:
                least = now
                _copy(plan.order, plan.unit, best.order, best.unit)
        else:
            _copy(place.order, place.unit, plan.order, plan.unit)
    evaluate(jobs, blocks, best, place)
    return least
