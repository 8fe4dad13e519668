"""Which pairs of team and incident a best plan needs: not those whose place others can always take, and better."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kernels.choose_table import Flags, Ids, Int, Longs, Table
from kernels.jit import kernel


class Crowd(NamedTuple):
    """Who might stand in for whom: tables and scratch of the rounds that drop pairs.

    `tied` int8[teams]: whether a rule binds the team, so that it may not stand in. `place` int32[teams, incidents]: the
    pair of team and incident, or -1. Per pair: `kind` int32, the first pair of equal strength at the incident; `most`
    int64, at the first pair of a kind how many of it can be of use together; `plain` int8, whether the team may stay at
    home and counts for every demand as soon as it arrives; `keep` int8, whether the pair is left; `used` int64, zeros
    between two calls. `keep_needed` writes `kind`, `most`, `plain` and `keep`.
    """

    tied: Flags
    place: Ids
    kind: Ids
    most: Longs
    plain: Flags
    keep: Flags
    used: Longs


@kernel
def _as_strong(t: Table, i: Int, s: Int, k: Int) -> bool:
    """Whether pair s of an incident fills at least what pair k does, of what is needed there."""
    d0 = t.first_demand[i]
    for j in range(t.first_demand[i + 1] - d0):
        if min(t.units[s, j], t.need[d0 + j]) < min(t.units[k, j], t.need[d0 + j]):
            return False
    return True


@kernel
def _most_of(t: Table, i: Int, k: Int) -> Int:
    """How many teams as strong as that of pair k fill all that it could fill."""
    d0, most = t.first_demand[i], np.int64(0)
    for j in range(t.first_demand[i + 1] - d0):
        if t.units[k, j] > 0:
            most = max(most, (t.need[d0 + j] + t.units[k, j] - 1) // t.units[k, j])
    return most


@kernel
def _sort_kinds(t: Table, crowd: Crowd) -> None:
    """Put the pairs of each incident into kinds of equal strength, and say which count for all as they arrive."""
    kind, most, plain = crowd.kind, crowd.most, crowd.plain
    for i in range(t.first_weight.size):
        for k in range(t.start[i], t.start[i + 1]):
            kind[k] = k
            for x in range(t.start[i], k):
                if kind[x] == x and _as_strong(t, i, x, k) and _as_strong(t, i, k, x):
                    kind[k] = x
                    break
            if kind[k] == k:
                most[k] = _most_of(t, i, k)
            plain[k] = 1 - t.must[k]
            for j in range(t.units.shape[1]):
                if t.ready[k, j] != t.arrive[k]:
                    plain[k] = 0


@kernel
def _wanted(t: Table, crowd: Crowd, i: Int, s: Int) -> tuple[Int, Int]:
    """How many more incidents but i can have a use for the team of pair s, by what is used, and whether any may."""
    more, any_other = np.int64(0), np.int64(0)
    for other in range(t.first_weight.size):
        x = crowd.place[t.team[s], other]
        if other == i or x < 0 or crowd.keep[x] == 0:
            continue
        any_other = np.int64(1)
        if crowd.plain[x] == 0:
            more += 1
        elif crowd.used[crowd.kind[x]] < crowd.most[crowd.kind[x]]:
            crowd.used[crowd.kind[x]] += 1
            more += 1
    return more, any_other


@kernel
def _sooner(t: Table, s: Int, k: Int) -> bool:
    """Whether pair s arrives in a sooner step of response than pair k."""
    step = t.step[0]
    return bool((t.arrive[s] + step - 1) // step < (t.arrive[k] + step - 1) // step)


@kernel
def _drop_needless(t: Table, crowd: Crowd, i: Int, first: Int) -> bool:
    """Drop the pairs of the kind of pair `first` at an incident that no best plan needs; whether there were any.

    Of the teams that are as strong and arrive a step sooner, so many are of use at the incident beside one more of the
    kind, and so many elsewhere. From the pair on before which there are more, one of them is idle whenever the pair is
    used, and does better in its stead.
    """
    sooner, shared, elsewhere = np.int64(0), np.int64(0), np.int64(0)
    s, cut = t.start[i], t.start[i + 1]
    for k in range(t.start[i], t.start[i + 1]):
        if crowd.kind[k] != first or crowd.keep[k] == 0 or t.must[k] != 0:
            continue
        while s < k and _sooner(t, s, np.int64(k)):
            free = crowd.plain[s] != 0 and t.turn[s] == 0 and crowd.tied[t.team[s]] == 0
            if free and _as_strong(t, i, s, first):
                more, any_other = _wanted(t, crowd, i, s)
                sooner, shared, elsewhere = sooner + 1, shared + more, elsewhere + any_other
            s += 1
        if sooner >= crowd.most[first] + min(shared, elsewhere):
            cut = np.int64(k)
            break
    crowd.used[:] = 0
    for k in range(cut, t.start[i + 1]):
        if crowd.kind[k] == first and t.must[k] == 0:
            crowd.keep[k] = 0
    return bool(cut < t.start[i + 1])


@kernel
def keep_needed(t: Table, crowd: Crowd) -> None:
    """Drop pairs until none is left that no best plan needs.

    Parameters
    ----------
    t
        The board.
    crowd
        `tied` and `place` as given, `keep` ones, `used` zeros.
    """
    _sort_kinds(t, crowd)
    again = True
    while again:
        again = False
        for i in range(t.first_weight.size):
            for k in range(t.start[i], t.start[i + 1]):
                if crowd.kind[k] == k and _drop_needless(t, crowd, np.int64(i), np.int64(k)):
                    again = True
