"""Prices of teams and the bound they prove: no plan of all incidents costs less.

At given prices each incident takes its best column by itself; what they cost together, less the prices of all teams,
is below every plan (Lagrange). Prices of teams wanted twice go up and of teams not wanted go down (subgradient with
the step of Polyak). Prices are whole numbers, so the bound is exact arithmetic.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.choose_column import best_column
from kernels.choose_plan import (
    LEVELS,
    Plan,
    clear_members,
    copy_plan,
    fit_column,
    set_members,
    vector_less,
    worth,
)
from kernels.choose_table import Flags, Ids, Int, Longs, Room, Table, less
from kernels.jit import kernel, maker

_DEAREST: Final = 2**52
"""Most a price may be, so that the tolls of a column cannot overflow; any price gives a valid bound."""


_PATIENCE: Final = 3
"""Steps without a better bound after which the step is shortened."""

_SMALLEST: Final = 1e-4
_SHORT: Final = 0.6
_OVERSHORT: Final = 0.1
_LONGER: Final = 1.2
"""What a step is multiplied by where bounds do not rise, where it led far down, and where they do rise."""

_OVERSHOT: Final = 2.0
"""A loss so many times the bound means that a step led far down."""

_FIRST: Final = 0.03
"""Share of the bound by which the first step would raise it."""

_UNKNOWN: Final = 1e300

_REPAIR: Final = 4
"""A plan is made of the columns taken every so many steps."""


Reach = NDArray[np.float64]


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
def copy_rows(source: Longs, target: Longs) -> None:
    """Copy int64[2, any]."""
    for x in range(source.shape[1]):
        target[0, x] = source[0, x]
        target[1, x] = source[1, x]


@kernel
def add_tolls(t: Table, team: Longs, group: Longs, toll: Longs) -> None:
    """Write the toll of each team: its own price and those of its groups."""
    for half in range(2):
        for u in range(team.shape[1]):
            toll[half, u] = team[half, u]
            for g in range(t.group_start[u], t.group_start[u + 1]):
                toll[half, u] += group[half, t.group[g]]


@kernel
def _still_best(team: Ids, start: Int, p: Prices, i: Int, mine: Flags) -> bool:
    """Whether an incident's column stays the best: nothing in it dearer, nothing else in reach cheaper."""
    if p.crew[i] < 0 or p.end[i, 0] != p.end[i, 2] or p.end[i, 1] != p.end[i, 3]:
        return False
    best = True
    for x in range(p.crew[i]):
        u = team[p.members[i, x]]
        mine[u] = 1
        if less(p.old[0, u], p.old[1, u], p.toll[0, u], p.toll[1, u]):
            best = False
    if best:
        for k in range(start, p.end[i, 4]):
            u = team[k]
            if mine[u] == 0 and less(p.toll[0, u], p.toll[1, u], p.old[0, u], p.old[1, u]):
                best = False
                break
    for x in range(p.crew[i]):
        mine[team[p.members[i, x]]] = 0
    return best


@maker
def take_columns(t: Table, factor: Longs, p: Prices, shut: Flags, mine: Flags, room: Room, out: Ids) -> Int:
    """Let each incident take its best column at the present tolls; returns how many searches that took.

    `shut` and `mine` int8[teams] are all 0.
    """
    searches = np.int64(0)
    slack = np.zeros(2, dtype=np.int64)
    for i in range(p.crew.size):
        if _still_best(t.team, t.start[i], p, i, mine):
            for x in range(p.crew[i]):
                u = t.team[p.members[i, x]]
                for half in range(2):
                    change = p.toll[half, u] - p.old[half, u]
                    p.end[i, half] += change
                    p.end[i, 2 + half] += change
            continue
        searches += 1
        known = np.int64(p.crew[i])
        for x in range(known):  # the column of before, at what it costs now
            k = p.members[i, x]
            out[x] = k
            for half in range(2):
                p.end[i, half] += p.toll[half, t.team[k]] - p.old[half, t.team[k]]
        length = best_column(t, i, factor, p.toll, shut, slack, room, out, p.end[i], known)
        p.crew[i] = length
        for x in range(length):
            p.members[i, x] = out[x]
    copy_rows(p.toll, p.old)
    return searches


@kernel
def bound_at(t: Table, p: Prices) -> tuple[Int, Int]:
    """The bound (high, low): what the columns cost, less all prices."""
    high, low = np.int64(0), np.int64(0)
    for i in range(p.crew.size):
        high += p.end[i, 2]
        low += p.end[i, 3]
    for u in range(p.team.shape[1]):
        high -= p.team[0, u]
        low -= p.team[1, u]
    for g in range(t.cap.size):
        high -= p.group[0, g] * t.cap[g]
        low -= p.group[1, g] * t.cap[g]
    return high, low


@kernel
def keep_best(t: Table, p: Prices) -> bool:
    """Note the prices if they prove more than any before; False if they do not."""
    high, low = bound_at(t, p)
    if not less(p.bound[0], p.bound[1], high, low):
        return False
    p.bound[0], p.bound[1] = high, low
    copy_rows(p.team, p.best_team)
    copy_rows(p.group, p.best_group)
    return True


@kernel
def _direction(t: Table, p: Prices, use: Longs, group_use: Longs) -> float:
    """Count who wants each team and group; returns the square of the length of the step's direction.

    It is 0 when no team is wanted twice and every priced one is wanted.
    """
    for u in range(use.size):
        use[u] = 0
    for g in range(group_use.size):
        group_use[g] = 0
    for i in range(p.crew.size):
        for x in range(p.crew[i]):
            mine = np.int64(t.team[p.members[i, x]])
            use[mine] += 1
            for at in range(t.group_start[mine], t.group_start[mine + 1]):
                group_use[t.group[at]] += 1
    total = 0.0
    for u in range(use.size):
        if use[u] > 1 or (use[u] == 0 and p.team[0, u] + p.team[1, u] > 0):
            total += (use[u] - 1.0) * (use[u] - 1.0)
    for g in range(group_use.size):
        over = group_use[g] - t.cap[g]
        if over > 0 or (over < 0 and p.group[0, g] + p.group[1, g] > 0):
            total += float(over) * float(over)
    return total


@kernel
def _move(price: Longs, x: Int, half: Int, over: Int, length: float) -> None:
    """Move one half of a price, by at least 1, that as a pair stays at least (0, 0)."""
    if over == 0:
        return
    far = over if over > 0 else -over
    by = np.int64(max(1.0, length * far)) * (1 if over > 0 else -1)
    if half == 0:
        price[0, x] = min(max(np.int64(0), price[0, x] + by), np.int64(_DEAREST))
    else:
        price[1, x] += by
    if price[0, x] == 0:
        price[1, x] = max(np.int64(0), price[1, x])


@maker
def repair(
    t: Table, factor: Longs, p: Prices, turn: Ids, plan: Plan, room: Room, out: Ids, fills: Ids
) -> Int:
    """Make a plan of the columns taken: in `turn`, each incident gets its column if free, else the best that is.

    Returns how many columns were sought.
    """
    end = np.zeros(5, dtype=np.int64)
    for i in range(plan.crew.size):
        clear_members(t, plan, i)
    late = np.int64(0)
    order = np.zeros(turn.size, dtype=np.int64)
    for x in range(turn.size):
        a = np.int64(turn[x])
        free = t.cap.size == 0
        for y in range(p.crew[a] if free else 0):
            free = free and (plan.shut[t.team[p.members[a, y]]] == 0 or t.must[p.members[a, y]] != 0)
        if free:
            set_members(t, plan, a, p.members[a], np.int64(p.crew[a]), fills)
        else:
            order[late] = a
            late += 1
    for x in range(late):
        i = order[x]
        length = fit_column(t, i, factor, p.toll, plan, room, out, end)
        set_members(t, plan, i, out, length, fills)
    return late


@kernel
def _shorten(p: Prices, reach: Reach, half: Int, gap: float, lost: float, since: Int) -> bool:
    """Go back to the best prices with a shorter step where the last ones led nowhere, or far down; False otherwise."""
    overshot = p.bound[half] != 0 and lost > _OVERSHOT * abs(float(p.bound[half]))
    if since < _PATIENCE and not overshot:
        return False
    reach[half] = min(reach[half], gap) * (_OVERSHORT if overshot else _SHORT)
    copy_rows(p.best_team, p.team)
    copy_rows(p.best_group, p.group)
    return True


@maker
def climb(
    t: Table,
    factor: Longs,
    p: Prices,
    turn: Ids,
    best: Plan,
    trial: Plan,
    work: Int,
    reach: Reach,
    room: Room,
) -> Int:
    """Raise the bound and better the plan until they meet or `work` columns were sought.

    A step goes as far as would raise the bound by `reach` if it were straight (Polyak). That grows while bounds
    rise and shrinks where they do not; at first it is a share of the bound, because the plan may be far above it.

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
        Columns to look for; a step counts as an eighth of the incidents at the least.
    reach : float64[2]
        By how much a step would raise the high and the low half of the bound; changed in place.
    room
        Scratch.

    Returns
    -------
    int
        Columns sought.
    """
    teams, incidents = p.team.shape[1], p.crew.size
    shut, mine = np.zeros(teams, dtype=np.int8), np.zeros(teams, dtype=np.int8)
    use, group_use = np.zeros(teams, dtype=np.int64), np.zeros(t.cap.size, dtype=np.int64)
    out = np.zeros(p.members.shape[1], dtype=np.int32)
    fills = np.zeros((p.members.shape[1], max(1, t.units.shape[1])), dtype=np.int32)
    done, since = np.int64(0), np.int64(0)
    while done < work:
        add_tolls(t, p.team, p.group, p.toll)
        done += incidents // 8 + 1 + take_columns(t, factor, p, shut, mine, room, out)
        high, low = bound_at(t, p)
        better = keep_best(t, p)
        since = np.int64(0) if better else since + 1
        norm = _direction(t, p, use, group_use)
        if better or norm == 0 or since % _REPAIR == 1:
            done += 1 + repair(t, factor, p, turn, trial, room, out, fills)
            if vector_less(trial.total, best.total, np.int64(LEVELS)) < 0:
                copy_plan(trial, best)
        top_h, top_l = worth(factor, best.total, np.int64(0)), worth(factor, best.total, np.int64(1))
        if not less(p.bound[0], p.bound[1], top_h, top_l) or norm == 0:
            break
        half = np.int64(0 if high < top_h else 1)
        gap = float(top_h - p.bound[0] if half == 0 else top_l - p.bound[1])
        lost = float(p.bound[0] - high if half == 0 else p.bound[1] - low)
        if reach[half] >= _UNKNOWN and p.bound[half] != 0:
            reach[half] = _FIRST * abs(float(p.bound[half]))
        if _shorten(p, reach, half, gap, lost, since):
            since = np.int64(0)
            if reach[half] < _SMALLEST * gap:
                break
            continue
        reach[half] = min(gap, reach[half] * (_LONGER if better else 1.0))
        length = (reach[half] + lost) / norm
        for u in range(teams):
            _move(p.team, u, half, use[u] - 1, length)
        for g in range(t.cap.size):
            _move(p.group, g, half, group_use[g] - t.cap[g], length)
    copy_rows(p.best_team, p.team)
    copy_rows(p.best_group, p.group)
    return done
