"""Prices of teams and the bound they prove: no plan of all incidents costs less.

At given prices each incident takes its best column by itself; what they cost together, less the prices of all teams,
is below every plan (Lagrange). Prices of teams wanted twice go up and of teams not wanted go down (subgradient with
the step of Polyak). Prices are whole numbers, so the bound is exact arithmetic.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from kernels.choose_column import best_column
from kernels.choose_plan import (
    Plan,
    clear_members,
    copy_plan,
    fit_column,
    set_members,
    vector_less,
    worth,
)
from kernels.choose_table import Flags, Ids, Int, Longs, Room, Table, less
from kernels.jit import kernel

_DEAREST: Final = 2**52
"""Most a price may be, so that the tolls of a column cannot overflow; any price gives a valid bound."""


_PATIENCE: Final = 6
"""Steps without a better bound after which the step is shortened."""

_SMALLEST: Final = 1e-3
_REPAIR: Final = 4
"""A plan is made of the columns taken every so many steps."""


class Prices(NamedTuple):
    """Prices and what each incident would take at them, changed in place.

    `team` int64[2, teams], `group` int64[2, groups], `toll` int64[2, teams] both together; `old` the toll at which
    `members` int32[incidents, most], `crew` int32[incidents] and `end` int64[incidents, 5] were found (crew -1:
    never). `best_team`, `best_group`: the prices of the best bound `bound` int64[2].
    """

    team: Longs
    group: Longs
    toll: Longs
    old: Longs
    members: Ids
    crew: Ids
    end: Longs
    best_team: Longs
    best_group: Longs
    bound: Longs


@kernel
def add_tolls(t: Table, team: Longs, group: Longs, toll: Longs) -> None:
    """Write the toll of each team: its own price and those of its groups."""
    for half in range(2):
        for u in range(team.shape[1]):
            toll[half, u] = team[half, u]
            for g in range(t.group_start[u], t.group_start[u + 1]):
                toll[half, u] += group[half, t.group[g]]


@kernel
def _still_best(t: Table, i: Int, p: Prices, mine: Flags) -> bool:
    """Whether an incident's column stays the best: nothing in it dearer, nothing else in reach cheaper."""
    if p.crew[i] < 0 or p.end[i, 0] != p.end[i, 2] or p.end[i, 1] != p.end[i, 3]:
        return False
    best = True
    for x in range(p.crew[i]):
        u = t.team[p.members[i, x]]
        mine[u] = 1
        if less(p.old[0, u], p.old[1, u], p.toll[0, u], p.toll[1, u]):
            best = False
    if best:
        for k in range(t.start[i], p.end[i, 4]):
            u = t.team[k]
            if mine[u] == 0 and less(p.toll[0, u], p.toll[1, u], p.old[0, u], p.old[1, u]):
                best = False
                break
    for x in range(p.crew[i]):
        mine[t.team[p.members[i, x]]] = 0
    return best


@kernel
def take_columns(t: Table, factor: Longs, p: Prices, shut: Flags, mine: Flags, room: Room, out: Ids) -> Int:
    """Let each incident take its best column at the present tolls; returns how many searches that took.

    `shut` and `mine` int8[teams] are all 0.
    """
    searches = 0
    slack = np.zeros(2, dtype=np.int64)
    for i in range(p.crew.size):
        if _still_best(t, i, p, mine):
            for x in range(p.crew[i]):
                u = t.team[p.members[i, x]]
                for half in range(2):
                    change = p.toll[half, u] - p.old[half, u]
                    p.end[i, half] += change
                    p.end[i, 2 + half] += change
            continue
        searches += 1
        length = best_column(t, i, factor, p.toll, shut, slack, room, out, p.end[i])
        p.crew[i] = length
        for x in range(length):
            p.members[i, x] = out[x]
    p.old[:] = p.toll
    return searches


@kernel
def bound_at(t: Table, p: Prices, half: Int) -> Int:
    """One half of the bound: what the columns cost, less all prices."""
    total = np.int64(0)
    for i in range(p.crew.size):
        total += p.end[i, 2 + half]
    for u in range(p.team.shape[1]):
        total -= p.team[half, u]
    for g in range(t.cap.size):
        total -= p.group[half, g] * t.cap[g]
    return total


@kernel
def _count_use(t: Table, p: Prices, use: Longs, group_use: Longs) -> None:
    use[:] = 0
    group_use[:] = 0
    for i in range(p.crew.size):
        for x in range(p.crew[i]):
            u = t.team[p.members[i, x]]
            use[u] += 1
            for g in range(t.group_start[u], t.group_start[u + 1]):
                group_use[t.group[g]] += 1


@kernel
def _norm(t: Table, p: Prices, use: Longs, group_use: Longs) -> float:
    """Length of the step's direction; 0 when no team is wanted twice and every priced one is wanted."""
    total = 0.0
    for u in range(use.size):
        if use[u] > 1 or (use[u] == 0 and p.team[0, u] + p.team[1, u] > 0):
            total += (use[u] - 1.0) ** 2
    for g in range(group_use.size):
        over = group_use[g] - t.cap[g]
        if over > 0 or (over < 0 and p.group[0, g] + p.group[1, g] > 0):
            total += float(over) ** 2
    return total


@kernel
def _moved(high: Int, low: Int, half: Int, by: Int) -> tuple[Int, Int]:
    """Move one half of a price that as a pair stays at least (0, 0)."""
    if half == 0:
        high = min(max(np.int64(0), high + by), np.int64(_DEAREST))
    else:
        low += by
    if high == 0:
        low = max(np.int64(0), low)
    return high, low


@kernel
def _step(t: Table, p: Prices, half: Int, length: float, use: Longs, group_use: Longs) -> None:
    """Move the prices of one half along the direction; by at least 1 where there is anything to move."""
    for u in range(use.size):
        over = use[u] - 1
        if over != 0:
            by = np.int64(max(1.0, length * abs(over))) * (1 if over > 0 else -1)
            p.team[0, u], p.team[1, u] = _moved(p.team[0, u], p.team[1, u], half, by)
    for g in range(group_use.size):
        over = group_use[g] - t.cap[g]
        if over != 0:
            by = np.int64(max(1.0, length * abs(over))) * (1 if over > 0 else -1)
            p.group[0, g], p.group[1, g] = _moved(p.group[0, g], p.group[1, g], half, by)


@kernel
def repair(
    t: Table, factor: Longs, p: Prices, turn: Ids, plan: Plan, room: Room, out: Ids, fills: Ids
) -> None:
    """Make a plan of the columns taken: in `turn`, each incident gets its column if free, else the best that is."""
    end = np.zeros(5, dtype=np.int64)
    for i in range(plan.crew.size):
        clear_members(t, plan, i)
    late = 0
    order = np.zeros(turn.size, dtype=np.int32)
    for x in range(turn.size):
        i = turn[x]
        free = True
        for y in range(p.crew[i]):
            free = free and (plan.shut[t.team[p.members[i, y]]] == 0 or t.must[p.members[i, y]] != 0)
        if free and t.cap.size == 0:
            set_members(t, plan, i, p.members[i], p.crew[i], fills)
        else:
            order[late] = i
            late += 1
    for x in range(late):
        i = order[x]
        length = fit_column(t, i, factor, p.toll, plan, room, out, end)
        set_members(t, plan, i, out, length, fills)


@kernel
def climb(
    t: Table,
    factor: Longs,
    p: Prices,
    turn: Ids,
    best: Plan,
    trial: Plan,
    work: Int,
    theta: float,
    room: Room,
) -> tuple[Int, float]:
    """Raise the bound and better the plan until they meet or `work` columns were sought.

    Parameters
    ----------
    t, factor
        The board and the costs.
    p
        Prices to start from; ends at the prices of the best bound.
    turn : int32[incidents]
        Order in which incidents choose when a plan is made of what they took.
    best, trial
        The best plan so far, bettered in place, and a plan to try on.
    work
        Columns to look for.
    theta
        Share of Polyak's step to begin with.
    room
        Scratch.

    Returns
    -------
    work : int
        Columns sought.
    theta : float
        Share of the step at the end.
    """
    teams = p.team.shape[1]
    shut, mine = np.zeros(teams, dtype=np.int8), np.zeros(teams, dtype=np.int8)
    use, group_use = np.zeros(teams, dtype=np.int64), np.zeros(t.cap.size, dtype=np.int64)
    out = np.zeros(p.members.shape[1], dtype=np.int32)
    fills = np.zeros((p.members.shape[1], max(1, t.units.shape[1])), dtype=np.int32)
    done: Int = 0
    since = 0
    while done < work:
        add_tolls(t, p.team, p.group, p.toll)
        done += 1 + take_columns(t, factor, p, shut, mine, room, out)
        high, low = bound_at(t, p, 0), bound_at(t, p, 1)
        since += 1
        _count_use(t, p, use, group_use)
        norm = _norm(t, p, use, group_use)
        if less(p.bound[0], p.bound[1], high, low):
            p.bound[0], p.bound[1] = high, low
            p.best_team[:] = p.team
            p.best_group[:] = p.group
            since = 0
        if since == 0 or norm == 0 or since % _REPAIR == 1:
            repair(t, factor, p, turn, trial, room, out, fills)
            done += 1
            if vector_less(trial.total, best.total) < 0:
                copy_plan(trial, best)
        top_h, top_l = worth(factor, best.total, 0), worth(factor, best.total, 1)
        if not less(p.bound[0], p.bound[1], top_h, top_l) or norm == 0:
            break
        if since >= _PATIENCE:
            since = 0
            theta *= 0.6
            p.team[:] = p.best_team
            p.group[:] = p.best_group
            if theta < _SMALLEST:
                break
            continue
        if high < top_h:
            _step(t, p, 0, theta * float(top_h - high) / norm, use, group_use)
        else:
            _step(t, p, 1, theta * float(top_l - low) / norm, use, group_use)
    p.team[:] = p.best_team
    p.group[:] = p.best_group
    return done, theta
