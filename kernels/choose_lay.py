"""From whole tables of teams against incidents to the useful pairs, by incident and in order of arrival."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.choose_table import Flags, Ids, Int, Longs
from kernels.jit import NEVER, kernel

_WHEN: Final = 30
"""Bits of a time: `NEVER` fits."""


class Sheet(NamedTuple):
    """Incidents and demands against teams, so that what one incident reads lies close together; read-only.

    `arrive`, `travel`, `price`, `turn` int32[incidents, teams], `allowed` bool[incidents, teams], `cover` and `locked`
    int32[teams], `units` and `ready` int32[demands, teams]; `turn`, `cover` and `ready` may be empty. `order`
    int64[demands] lists the demands by incident, `first_demand` int64[incidents + 1] where each incident's begin.
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
    order: Longs
    first_demand: Longs


class Pairs(NamedTuple):
    """The useful pairs, to be written: per pair as in `kernels.choose_table.Table`, `loose` per demand, `start`."""

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
def _counts(sheet: Sheet, u: Int, d: Int) -> bool:
    """Whether a team counts for a demand."""
    return bool(sheet.units[d, u] > 0 and (sheet.ready.size == 0 or sheet.ready[d, u] < NEVER))


@kernel
def lay_keys(sheet: Sheet, bits: Int, keys: Longs) -> Int:
    """Write a key for each useful pair: who may go and counts for something, or must go; returns how many.

    Parameters
    ----------
    sheet
        The tables.
    bits
        Bits that the number of a team takes.
    keys : int64[incidents * teams]
        Receives incident, arrival and team of each pair, packed so that their order is that of the pairs.
    """
    count = np.int64(0)
    for i in range(sheet.arrive.shape[0]):
        for u in range(sheet.arrive.shape[1]):
            bound = np.int64(sheet.locked[u])
            useful = bound == i
            if bound < 0 and sheet.allowed[i, u] and sheet.arrive[i, u] < NEVER:
                for x in range(sheet.first_demand[i], sheet.first_demand[i + 1]):
                    if _counts(sheet, np.int64(u), sheet.order[x]):
                        useful = True
                        break
            if useful:
                when = min(np.int64(sheet.arrive[i, u]), np.int64(NEVER))
                keys[count] = (((np.int64(i) << _WHEN) | when) << bits) | u
                count += 1
    return count


@kernel
def lay_pairs(sheet: Sheet, bits: Int, keys: Longs, out: Pairs) -> None:
    """Write the pairs of sorted keys.

    A demand is loose when its teams are ready in another order than they arrive.
    """
    k = np.int64(0)
    for i in range(sheet.arrive.shape[0]):
        d0 = sheet.first_demand[i]
        out.start[i] = k
        first = k
        while k < keys.size and keys[k] >> (bits + _WHEN) == i:
            u = keys[k] & ((np.int64(1) << bits) - 1)
            when = np.int32((keys[k] >> bits) & NEVER)
            out.team[k], out.arrive[k] = u, when
            out.price[k], out.travel[k] = sheet.price[i, u], sheet.travel[i, u]
            out.turn[k] = 0 if sheet.turn.size == 0 else sheet.turn[i, u]
            out.cover[k] = 0 if sheet.cover.size == 0 else sheet.cover[u]
            out.must[k] = 1 if sheet.locked[u] == i else 0
            for j in range(out.units.shape[1]):
                out.units[k, j], out.ready[k, j] = 0, when
            for j in range(sheet.first_demand[i + 1] - d0):
                d = sheet.order[d0 + j]
                if _counts(sheet, u, d):
                    out.units[k, j] = sheet.units[d, u]
                    if sheet.ready.size > 0:
                        out.ready[k, j] = max(when, sheet.ready[d, u])
            k += 1
        for j in range(sheet.first_demand[i + 1] - d0):
            out.loose[d0 + j] = 0
            latest = np.int32(0)
            for x in range(first, k):
                if out.units[x, j] > 0:
                    if out.ready[x, j] < latest:
                        out.loose[d0 + j] = 1
                    latest = max(latest, out.ready[x, j])
    out.start[sheet.arrive.shape[0]] = k
