"""Plans for all incidents together: a first one in order of arrival, one by best columns, and its improvement.

A plan is `at` int32[teams], the pair each team goes by, or -1. Plans are compared level by level in whole numbers.
Improvement takes apart the columns of a few incidents that want the same teams and gives each its best column again,
in a random order: replacing, swapping, dropping and chains of these are all steps of that one kind.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from kernels.choose_column import best_column
from kernels.choose_list import Pool
from kernels.choose_table import Flags, Ids, Int, Longs, Room, Table
from kernels.jit import kernel, maker

LEVELS: Final = 6
_NEAR: Final = 48
"""Pairs by arrival among which an incident looks for teams that others hold."""

_SELDOM: Final = 4
"""One step in so many begins at any incident, the others where needs are not met, while there are such."""

_TOGETHER: Final = 4
"""Most incidents taken apart at once."""


class Plan(NamedTuple):
    """A plan and what belongs to it, changed in place.

    `at` int32[teams]; `members` int32[incidents, most] and `crew` int32[incidents], the pairs of each incident;
    `value` int64[incidents, 6] by level; `shut` int8[teams], not 0 for a team that may not be added; `sent`
    int64[groups]; `total` int64[6].
    """

    at: Ids
    members: Ids
    crew: Ids
    value: Longs
    shut: Flags
    sent: Longs
    total: Longs


@kernel
def price_members(t: Table, i: Int, members: Ids, count: Int, value: Longs, fills: Ids) -> None:
    """Levels of one incident for the pairs that go there; the units ready first fill.

    Writes `value` int64[6] and `fills` int32[at least count, demands of the incident], units filled by member.
    """
    for level in range(LEVELS):
        value[level] = 0
    d0 = t.first_demand[i]
    step = t.step[0]
    for j in range(t.first_demand[i + 1] - d0):
        d = d0 + j
        left = t.need[d]
        for x in range(count):
            fills[x, j] = -1
        for _ in range(count):
            soonest = np.int64(2**62)
            mine: Int = np.int64(-1)
            for x in range(count):
                if fills[x, j] < 0 and t.ready[members[x], j] < soonest:
                    soonest, mine = np.int64(t.ready[members[x], j]), x
            units = min(left, np.int64(t.units[members[mine], j]))
            fills[mine, j] = units
            left -= units
            value[1] += t.weight[d] * units * max(np.int64(0), soonest - t.target[d])
            value[2] += t.weight[d] * units * ((soonest + step - 1) // step)
        value[0] += t.weight[d] * left
    first = np.int64(2**62)
    for x in range(count):
        k = members[x]
        first = min(first, np.int64(t.arrive[k]))
        value[2] += t.turn[k]
        value[3] += t.price[k]
        value[4] += t.cover[k]
        value[5] += t.travel[k]
    if count > 0:
        value[1] += t.first_weight[i] * max(np.int64(0), first - t.first_target[i])
        value[2] += t.first_weight[i] * ((first + step - 1) // step)


@kernel
def price_columns(t: Table, pool: Pool, value: Longs, fills: Ids) -> None:
    """Levels int64[columns, 6] of listed columns; `fills` as in `price_members`."""
    for c in range(pool.incident.size):
        members = pool.pair[pool.first[c] : pool.first[c + 1]]
        price_members(t, np.int64(pool.incident[c]), members, np.int64(members.size), value[c], fills)


@kernel
def _groups_allow(t: Table, plan: Plan, u: Int) -> bool:
    allow = True
    for g in range(t.group_start[u], t.group_start[u + 1]):
        allow = allow and bool(plan.sent[t.group[g]] < t.cap[t.group[g]])
    return allow


@kernel
def _refresh_shut(t: Table, plan: Plan) -> None:
    """Shut each team that is used or whose group is full."""
    for u in range(plan.at.size):
        plan.shut[u] = 1 if plan.at[u] >= 0 or not _groups_allow(t, plan, u) else 0


@kernel
def set_members(t: Table, plan: Plan, i: Int, pairs: Ids, length: Int, fills: Ids) -> None:
    """Give incident `i`, which has nobody, these pairs."""
    for x in range(length):
        k = pairs[x]
        u = t.team[k]
        plan.members[i, x] = k
        plan.at[u] = k
        plan.shut[u] = 1
        for g in range(t.group_start[u], t.group_start[u + 1]):
            plan.sent[t.group[g]] += 1
    plan.crew[i] = length
    for level in range(LEVELS):
        plan.total[level] -= plan.value[i, level]
    price_members(t, i, plan.members[i], np.int64(length), plan.value[i], fills)
    for level in range(LEVELS):
        plan.total[level] += plan.value[i, level]
    if t.cap.size > 0:
        _refresh_shut(t, plan)


@kernel
def clear_members(t: Table, plan: Plan, i: Int) -> None:
    """Take everybody from incident `i`; its value is that of the next column set."""
    for x in range(plan.crew[i]):
        u = t.team[plan.members[i, x]]
        plan.at[u] = -1
        plan.shut[u] = 0
        for g in range(t.group_start[u], t.group_start[u + 1]):
            plan.sent[t.group[g]] -= 1
    plan.crew[i] = 0
    if t.cap.size > 0:
        _refresh_shut(t, plan)


@kernel
def _too_many(t: Table, plan: Plan, pairs: Ids, length: Int) -> Int:
    """Place in a column of the last team that may stay at home and overfills a group; -1 when none does."""
    worst: Int = np.int64(-1)
    for x in range(length):
        u = t.team[pairs[x]]
        for g in range(t.group_start[u], t.group_start[u + 1]):
            plan.sent[t.group[g]] += 1
    for x in range(length):
        u = t.team[pairs[x]]
        for g in range(t.group_start[u], t.group_start[u + 1]):
            full = plan.sent[t.group[g]] > t.cap[t.group[g]]
            if full and t.must[pairs[x]] == 0 and (worst < 0 or pairs[x] > pairs[worst]):
                worst = x
    for x in range(length):
        u = t.team[pairs[x]]
        for g in range(t.group_start[u], t.group_start[u + 1]):
            plan.sent[t.group[g]] -= 1
    return worst


@maker
def fit_column(
    t: Table, i: Int, factor: Longs, toll: Longs, plan: Plan, room: Room, out: Ids, end: Longs
) -> Int:
    """Find the best column of an incident among teams not shut, within the groups' caps."""
    slack = np.zeros(2, dtype=np.int64)
    while True:
        length = best_column(t, i, factor, toll, plan.shut, slack, room, out, end, np.int64(-1))
        worst = _too_many(t, plan, out, length) if t.cap.size > 0 else np.int64(-1)
        if worst < 0:
            return length
        plan.shut[t.team[out[worst]]] = 1


@kernel
def nearest_first(t: Table, turn: Ids, plan: Plan, left: Longs, fills: Ids) -> None:
    """Build a plan as people do: incidents in `turn`, each takes the nearest free team that still fills something.

    Locked teams go first of all. `left` int64[demands] holds the needs and is used up; `plan` is empty before.
    """
    for locked in range(2):
        for x in range(turn.size):
            i: Int = np.int64(turn[x])
            d0 = t.first_demand[i]
            deep = t.first_demand[i + 1] - d0
            for k in range(t.start[i], t.start[i + 1]):
                u = np.int64(t.team[k])
                if plan.at[u] >= 0 or (t.must[k] != 0) != (locked == 0):
                    continue
                helps = locked == 0
                wanted = np.int64(0)
                for j in range(deep):
                    wanted += left[d0 + j]
                    helps = helps or (left[d0 + j] > 0 and t.units[k, j] > 0)
                if wanted == 0 and locked == 1:
                    break
                if not helps or (locked == 1 and not _groups_allow(t, plan, u)):
                    continue
                for j in range(deep):
                    left[d0 + j] -= min(left[d0 + j], np.int64(t.units[k, j]))
                plan.at[u] = k
                plan.members[i, plan.crew[i]] = k
                plan.crew[i] += 1
                for g in range(t.group_start[u], t.group_start[u + 1]):
                    plan.sent[t.group[g]] += 1
    for level in range(LEVELS):
        plan.total[level] = 0
    for i in range(plan.crew.size):
        price_members(t, i, plan.members[i], np.int64(plan.crew[i]), plan.value[i], fills)
        for level in range(LEVELS):
            plan.total[level] += plan.value[i, level]
    _refresh_shut(t, plan)


@kernel
def draw(state: Longs, below: Int) -> Int:
    """Draw a number from 0 to below - 1; `state` int64[1] is the generator (a 31-bit multiplicative one)."""
    state[0] = (state[0] * 48271) % 2147483647
    return np.int64(state[0] % below)


@kernel
def vector_less(a: Longs, b: Longs, levels: Int) -> Int:
    """Compare the first levels one by one: -1 when a is better, 0 when equal, 1 when b is."""
    for level in range(levels):
        if a[level] != b[level]:
            return -1 if a[level] < b[level] else 1
    return 0


@kernel
def worth(factor: Longs, value: Longs, half: Int) -> Int:
    """One half of the cost of a value by level."""
    total = np.int64(0)
    for level in range(LEVELS):
        total += factor[half, level] * value[level]
    return total


@kernel
def copy_plan(source: Plan, target: Plan) -> None:
    """Make `target` the same plan as `source`."""
    for u in range(source.at.size):
        target.at[u] = source.at[u]
        target.shut[u] = source.shut[u]
    for i in range(source.crew.size):
        target.crew[i] = source.crew[i]
        for x in range(source.members.shape[1]):
            target.members[i, x] = source.members[i, x]
        for level in range(LEVELS):
            target.value[i, level] = source.value[i, level]
    for g in range(source.sent.size):
        target.sent[g] = source.sent[g]
    for level in range(LEVELS):
        target.total[level] = source.total[level]


@kernel
def _choose_neighbours(t: Table, a: Int, plan: Plan, holder: Ids, state: Longs, picked: Ids) -> Int:
    """Draw incidents that hold teams near incident `a`; writes `picked`, returns how many with `a`.

    `holder` int32[teams] receives the incident of the teams looked at.
    """
    picked[0] = a
    wanted = 2 + draw(state, np.int64(_TOGETHER - 1))
    seen, count = np.int64(0), np.int64(1)
    reach = _NEAR if draw(state, np.int64(4)) > 0 else t.team.size
    for k in range(t.start[a], t.start[a + 1]):
        if seen >= reach:
            break
        seen += 1
        u = t.team[k]
        if plan.at[u] < 0:
            continue
        b = holder[u]
        known = False
        for x in range(count):
            known = known or picked[x] == b
        if known:
            continue
        if count < wanted:
            picked[count] = b
            count += 1
        elif draw(state, seen) < wanted - 1:
            picked[1 + draw(state, wanted - 1)] = b
    return count


@kernel
def _list_wishes(factor: Longs, plan: Plan, solo: Longs, wishing: Ids) -> tuple[Int, Int]:
    """List the incidents that have not their best column, first those whose needs are not met.

    Returns how many these are, and how many in all.
    """
    lacking: Int = np.int64(0)
    wishes: Int = np.int64(0)
    for turn in range(2):
        for i in range(plan.crew.size):
            if (plan.value[i, 0] == 0) != (turn == 1):
                continue
            if (
                worth(factor, plan.value[i], np.int64(0)) != solo[0, i]
                or worth(factor, plan.value[i], np.int64(1)) != solo[1, i]
            ):
                wishing[wishes] = i
                wishes += 1
        if turn == 0:
            lacking = wishes
    return lacking, wishes


@maker
def improve(
    t: Table,
    factor: Longs,
    toll: Longs,
    plan: Plan,
    solo: Longs,
    state: Longs,
    levels: Int,
    work: Int,
    room: Room,
    scratch: Ids,
) -> Int:
    """Take a few incidents apart and give each its best column again, until `work` columns were sought.

    Parameters
    ----------
    t, factor
        The board and the costs.
    toll : int64[2, teams]
        Prices of teams that guide every second try.
    plan
        Improved in place; never gets worse on the levels minded.
    solo : int64[2, incidents]
        Cost of the best column of each incident if all teams were free.
    state : int64[1]
        Generator of random numbers.
    levels
        How many levels, the first ones, are minded: fewer let a plan wander among equal ones.
    work
        Columns to look for.
    room
        Scratch.
    scratch : int32[8 + deepest, max(most, teams)]
        Scratch.

    Returns
    -------
    int
        Columns sought; fewer than `work` when every incident has its best column, which is a proof.
    """
    incidents = plan.crew.size
    out, holder, picked, old_count = scratch[0], scratch[1], scratch[2], scratch[3]
    saved = scratch[4:8]
    i: Int = np.int64(0)
    y: Int = np.int64(0)
    fills = np.zeros((plan.members.shape[1], max(1, t.units.shape[1])), dtype=np.int32)
    free = np.zeros(toll.shape, dtype=np.int64)
    end = np.zeros(5, dtype=np.int64)
    old, new = np.zeros(LEVELS, dtype=np.int64), np.zeros(LEVELS, dtype=np.int64)
    wishing = np.zeros(incidents, dtype=np.int32)
    for i in range(incidents):
        for x in range(plan.crew[i]):
            holder[t.team[plan.members[i, x]]] = i
    lacking: Int = np.int64(0)
    wishes: Int = np.int64(0)
    done = np.int64(0)
    stale = True
    while done < work:
        if stale:
            lacking, wishes = _list_wishes(factor, plan, solo, wishing)
            stale = False
        if wishes == 0:
            return done
        among = lacking if lacking > 0 and draw(state, np.int64(_SELDOM)) > 0 else wishes
        count = _choose_neighbours(t, np.int64(wishing[draw(state, among)]), plan, holder, state, picked)
        for level in range(LEVELS):
            old[level], new[level] = 0, 0
        for x in range(count):
            i = np.int64(picked[x])
            for level in range(LEVELS):
                old[level] += plan.value[i, level]
            old_count[x] = plan.crew[i]
            for y in range(plan.crew[i]):
                saved[x, y] = plan.members[i, y]
            clear_members(t, plan, i)
        keep_first = draw(state, np.int64(3))
        for x in range(count - 1):
            if x > 0 or keep_first == 0:
                y = x + draw(state, count - x)
                a, size = picked[x], old_count[x]
                picked[x], old_count[x] = picked[y], old_count[y]
                picked[y], old_count[y] = a, size
                for z in range(saved.shape[1]):
                    k = saved[x, z]
                    saved[x, z] = saved[y, z]
                    saved[y, z] = k
        guide = toll if draw(state, np.int64(2)) == 0 else free
        for x in range(count):
            i = np.int64(picked[x])
            length = fit_column(t, i, factor, guide, plan, room, out, end)
            if t.cap.size > 0:
                _refresh_shut(t, plan)
            set_members(t, plan, i, out, length, fills)
            for level in range(LEVELS):
                new[level] += plan.value[i, level]
            done += 1
        order = vector_less(new, old, levels)
        if order > 0:
            for x in range(count):
                clear_members(t, plan, np.int64(picked[x]))
            for x in range(count):
                set_members(t, plan, np.int64(picked[x]), saved[x], np.int64(old_count[x]), fills)
        elif order < 0:
            stale = True
        for x in range(count):
            i = np.int64(picked[x])
            for y in range(plan.crew[i]):
                holder[t.team[plan.members[i, y]]] = i
    return done
