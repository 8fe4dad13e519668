"""Which pairs of team and incident a best plan needs: not those whose place others can always take, and better."""

from __future__ import annotations

import numpy as np

from kernels.choose_table import Flags, Ids, Int, Longs, Table
from kernels.jit import kernel


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
def sort_kinds(t: Table, kind: Ids, most: Longs, plain: Flags) -> None:
    """Put the pairs of each incident into kinds of equal strength, and say which count for all as they arrive.

    Parameters
    ----------
    t
        The board.
    kind : int32[pairs]
        Receives the first pair of the kind.
    most : int64[pairs]
        Receives, at the first pair of a kind, how many of it can be of use together.
    plain : int8[pairs]
        Receives whether the team may stay at home and counts for every demand as soon as it arrives.
    """
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
def _taken(
    t: Table, i: Int, s: Int, place: Ids, kind: Ids, most: Longs, plain: Flags, keep: Flags, used: Longs
) -> Int:
    """How many more incidents but i can have a use for the team of pair s; `used` counts it by kind."""
    more = np.int64(0)
    for other in range(t.first_weight.size):
        x = place[t.team[s], other]
        if other == i or x < 0 or keep[x] == 0:
            continue
        if plain[x] == 0:
            more += 1
        elif used[kind[x]] < most[kind[x]]:
            used[kind[x]] += 1
            more += 1
    return more


@kernel
def _wanted(t: Table, i: Int, s: Int, place: Ids, keep: Flags) -> bool:
    """Whether an incident but i may want the team of pair s."""
    for other in range(t.first_weight.size):
        x = place[t.team[s], other]
        if other != i and x >= 0 and keep[x] != 0:
            return True
    return False


@kernel
def _sooner(t: Table, s: Int, k: Int, step: Int) -> bool:
    """Whether pair s, not behind pair k, is sooner by so much that it is worth something."""
    return bool(step == 0 or (t.arrive[s] + step - 1) // step < (t.arrive[k] + step - 1) // step)


@kernel
def drop_needless(
    t: Table,
    i: Int,
    first: Int,
    step: Int,
    tied: Flags,
    place: Ids,
    kind: Ids,
    most: Longs,
    plain: Flags,
    keep: Flags,
    used: Longs,
) -> bool:
    """Drop the pairs of one kind at an incident that no best plan needs; whether there were any.

    Of the teams that are as strong and arrive sooner, so many are of use at the incident beside one more of the kind,
    and so many elsewhere. From the pair on before which there are more, one of them is idle whenever the pair is used,
    and does better in its stead.

    Parameters
    ----------
    t, i, first
        The board, the incident, the first pair of the kind.
    step
        Seconds of a step of response; a team stands in for those alone that arrive in a later one. 0: for all that
        come behind it.
    tied : int8[teams]
        Whether a rule binds the team, so that it may not stand in.
    place : int32[teams, incidents]
        Pair of team and incident, or -1.
    kind, most, plain
        What `sort_kinds` wrote.
    keep : int8[pairs]
        Pairs that are left.
    used : int64[pairs]
        Zeros; given back as zeros.
    """
    sooner, shared, wanted = np.int64(0), np.int64(0), np.int64(0)
    s, cut = t.start[i], t.start[i + 1]
    for k in range(t.start[i], t.start[i + 1]):
        if kind[k] != first or keep[k] == 0 or t.must[k] != 0:
            continue
        while s < k and _sooner(t, s, np.int64(k), step):
            if plain[s] != 0 and t.turn[s] == 0 and tied[t.team[s]] == 0 and _as_strong(t, i, s, first):
                sooner += 1
                shared += _taken(t, i, s, place, kind, most, plain, keep, used)
                wanted += _wanted(t, i, s, place, keep)
            s += 1
        if sooner >= most[first] + min(shared, wanted):
            cut = np.int64(k)
            break
    used[:] = 0
    for k in range(cut, t.start[i + 1]):
        if kind[k] == first and t.must[k] == 0:
            keep[k] = 0
    return bool(cut < t.start[i + 1])


@kernel
def keep_needed(
    t: Table,
    step: Int,
    tied: Flags,
    place: Ids,
    kind: Ids,
    most: Longs,
    plain: Flags,
    keep: Flags,
    used: Longs,
) -> None:
    """Drop pairs until none is left that no best plan needs; parameters as of `drop_needless`."""
    sort_kinds(t, kind, most, plain)
    again = True
    while again:
        again = False
        for i in range(t.first_weight.size):
            for k in range(t.start[i], t.start[i + 1]):
                if kind[k] == k and drop_needless(
                    t, np.int64(i), np.int64(k), step, tied, place, kind, most, plain, keep, used
                ):
                    again = True
