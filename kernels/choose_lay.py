"""From whole tables of teams against incidents to the useful pairs, by incident and in order of arrival.

The tables are read row by row, as they lie in memory. For some incidents at a time, what belongs to a useful pair is
put on a slip, and the slips of one incident behind one another; so the cache holds them while they are sorted. Loops
over all pairs take their decisions as numbers (`count += useful`): half of the pairs are useful, in no order that a
processor could guess.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.choose_table import Flags, Ids, Int, Longs
from kernels.jit import NEVER, kernel

FACTS: Final = 5
"""Numbers on a slip before the units of each demand and, where teams may be ready later, the time of each."""

_TEAM: Final = 0
_ARRIVE: Final = 1
_TRAVEL: Final = 2
_PRICE: Final = 3
_TURN: Final = 4

_WHEN: Final = 32
_SLIP: Final = (1 << _WHEN) - 1
"""Bits of a key below the time, which number the slip."""

_DIGIT: Final = 8
DIGITS: Final = 1 << _DIGIT
"""Bits of a time that one round of sorting looks at, and how many values they take."""


class Sheet(NamedTuple):
    """Teams against incidents and against demands, which lie by incident; read-only.

    `arrive`, `travel`, `price`, `turn` int32[teams, incidents], `allowed` bool[teams, incidents], `cover` and `locked`
    int32[teams], `units` and `ready` int32[teams, demands]; `turn`, `cover` and `ready` may be empty. `incident`
    int32[demands] has each demand, and `first_demand` int64[incidents + 1] where each incident's begin.
    """

    arrive: Ids
    travel: Ids
    price: Ids
    turn: Ids
    allowed: NDArray[np.bool_]
    cover: Ids
    locked: Ids
    units: Ids
    ready: Ids
    incident: Ids
    first_demand: Longs


class Pairs(NamedTuple):
    """The useful pairs, to be written: per pair as in `kernels.choose_table.Table`, `loose` per demand, `start`.

    `turn` and `cover` are all 0 before, and stay so where the sheet has none.
    """

    start: Longs
    team: Ids
    arrive: Ids
    turn: Ids
    price: Ids
    cover: Ids
    travel: Ids
    must: Flags
    units: Ids
    ready: Ids
    loose: Flags


@kernel
def mark(sheet: Sheet, helps: Flags, useful: Flags, start: Longs) -> None:
    """Find the useful pairs: who may go and counts for something, or must go.

    Parameters
    ----------
    sheet
        The tables.
    helps : int8[incidents]
        Scratch.
    useful : int8[teams, incidents]
        Receives 1 for each of these pairs, else 0.
    start : int64[incidents + 1]
        Receives where the pairs of each incident begin.
    """
    start[:] = 0
    later = sheet.ready.size > 0
    for u in range(sheet.arrive.shape[0]):
        helps[:] = 0
        units, mine, bound = sheet.units[u], useful[u], sheet.locked[u]
        for d in range(units.size):
            counts = units[d] > 0 and (not later or sheet.ready[u, d] < NEVER)
            helps[sheet.incident[d]] |= np.int8(counts)
        allowed, arrive = sheet.allowed[u], sheet.arrive[u]
        for i in range(helps.size):
            mine[i] = (helps[i] != 0) & allowed[i] & (arrive[i] < NEVER) & (bound < 0)
        if bound >= 0:
            mine[bound] = 1
        for i in range(helps.size):
            start[i + 1] += mine[i]
    for i in range(helps.size):
        start[i + 1] += start[i]


@kernel
def _gather(sheet: Sheet, useful: Flags, begin: Int, goes: Longs, slips: Ids) -> None:
    """Write a slip for each useful pair of the incidents from `begin` on, as many as `slips` has room for.

    Parameters
    ----------
    sheet, useful
        The tables and what `mark` made of them.
    begin
        The first incident.
    goes : int64[2, more than the incidents there is room for]
        Scratch.
    slips : int32[incidents, teams, facts]
        Receives the pairs of each incident by team: the facts, then units and times by demand.
    """
    later = sheet.ready.size > 0
    deepest = (slips.shape[2] - FACTS) // (2 if later else 1)
    end = min(begin + slips.shape[0], sheet.arrive.shape[1])
    there, used = goes[0], goes[1]
    used[:] = 0
    for u in range(sheet.arrive.shape[0]):
        mine, units = useful[u], sheet.units[u]
        count = np.int64(0)
        for i in range(begin, end):
            there[count] = i
            count += mine[i]
        arrive, travel, price = sheet.arrive[u], sheet.travel[u], sheet.price[u]
        for x in range(count):
            i = there[x]
            slip = slips[i - begin, used[i - begin]]
            used[i - begin] += 1
            when = min(arrive[i], np.int32(NEVER))
            slip[_TEAM], slip[_ARRIVE], slip[_TRAVEL], slip[_PRICE] = u, when, travel[i], price[i]
            slip[_TURN] = 0 if sheet.turn.size == 0 else sheet.turn[u, i]
            d0 = sheet.first_demand[i]
            deep = sheet.first_demand[i + 1] - d0
            for j in range(deep):
                slip[FACTS + j] = units[d0 + j]
            for j in range(deep, deepest):
                slip[FACTS + j] = 0
            if later:
                for j in range(deepest):
                    counts = slip[FACTS + j] > 0 and sheet.ready[u, d0 + j] < NEVER
                    slip[FACTS + deepest + j] = max(when, sheet.ready[u, d0 + j]) if counts else when
                    slip[FACTS + j] = slip[FACTS + j] if counts else 0


@kernel
def _sort(slips: Ids, count: Int, keys: Longs, tally: Longs) -> Int:
    """Sort slips int32[teams, facts] of one incident by arrival, equal ones by team, digit by digit of the time.

    Returns which row of `keys` int64[2, teams] names the slips in order, in its lower bits.
    """
    latest = np.int64(0)
    for x in range(count):
        when = np.int64(slips[x, _ARRIVE])
        keys[0, x] = (when << _WHEN) | x
        latest = max(latest, when)
    side, shift = np.int64(0), np.int64(_WHEN)
    while latest > 0:
        source, target = keys[side], keys[1 - side]
        tally[:] = 0
        for x in range(count):
            tally[((source[x] >> shift) & (DIGITS - 1)) + 1] += 1
        for digit in range(DIGITS):
            tally[digit + 1] += tally[digit]
        for x in range(count):
            digit = (source[x] >> shift) & (DIGITS - 1)
            target[tally[digit]] = source[x]
            tally[digit] += 1
        side = 1 - side
        shift += _DIGIT
        latest >>= _DIGIT
    return side


@kernel
def _write(sheet: Sheet, i: Int, slips: Ids, keys: Longs, out: Pairs) -> None:
    """Write the pairs of incident `i` from its slips int32[teams, facts], in the order of `keys` int64[teams]."""
    first, deepest, later = out.start[i], out.units.shape[1], sheet.ready.size > 0
    for k in range(first, out.start[i + 1]):
        slip = slips[keys[k - first] & _SLIP]
        u, when = slip[_TEAM], slip[_ARRIVE]
        out.team[k], out.arrive[k], out.travel[k], out.price[k] = u, when, slip[_TRAVEL], slip[_PRICE]
        out.must[k] = sheet.locked[u] == i
        for j in range(deepest):
            out.units[k, j] = slip[FACTS + j]
            out.ready[k, j] = slip[FACTS + deepest + j] if later else when
        if sheet.turn.size > 0:
            out.turn[k] = slip[_TURN]
        if sheet.cover.size > 0:
            out.cover[k] = sheet.cover[u]


@kernel
def _loosen(i: Int, first_demand: Longs, out: Pairs) -> None:
    """Find the demands of an incident whose teams are ready in another order than they arrive."""
    d0 = first_demand[i]
    for j in range(first_demand[i + 1] - d0):
        latest = np.int32(0)
        for k in range(out.start[i], out.start[i + 1]):
            if out.units[k, j] > 0:
                if out.ready[k, j] < latest:
                    out.loose[d0 + j] = 1
                latest = max(latest, out.ready[k, j])


@kernel
def lay_pairs(
    sheet: Sheet, useful: Flags, goes: Longs, slips: Ids, keys: Longs, tally: Longs, out: Pairs
) -> None:
    """Write the pairs of all incidents in order of arrival, equal ones by team.

    Parameters
    ----------
    sheet, useful
        The tables and what `mark` made of them.
    goes : int64[2, more than the incidents of `slips`]
        Scratch.
    slips : int32[incidents at a time, teams, FACTS + most demands of an incident, twice that where `ready` is given]
        Scratch.
    keys : int64[2, teams]
        Scratch.
    tally : int64[DIGITS + 1]
        Scratch.
    out
        Receives the pairs; its `start` is that of `mark`.
    """
    out.loose[:] = 0
    incidents = sheet.arrive.shape[1]
    for begin in range(0, incidents, slips.shape[0]):
        _gather(sheet, useful, np.int64(begin), goes, slips)
        for i in range(begin, min(begin + slips.shape[0], incidents)):
            mine = slips[i - begin]
            side = _sort(mine, out.start[i + 1] - out.start[i], keys, tally)
            _write(sheet, np.int64(i), mine, keys[side], out)
            if sheet.ready.size > 0:
                _loosen(np.int64(i), sheet.first_demand, out)
