"""First prices: a team wanted by several incidents costs what the second of them would lose without it.

Each step changes the price of one team and never lowers the bound: it goes to where all but one incident are content
with another column. This comes near the best prices in few steps; those of `kernels.choose_bound` go on from there.
"""

from __future__ import annotations

import numpy as np

from kernels.choose_bound import Prices, add_tolls, keep_best, take_columns
from kernels.choose_column import best_column
from kernels.choose_table import Flags, Ids, Int, Longs, Room, Table, less
from kernels.jit import kernel, maker


@kernel
def _wanting(t: Table, p: Prices, u: Int, wanting: Ids) -> Int:
    """List the incidents whose column uses team `u`."""
    count = np.int64(0)
    for i in range(p.crew.size):
        for x in range(p.crew[i]):
            if t.team[p.members[i, x]] == u:
                wanting[count] = i
                count += 1
                break
    return count


@maker
def _raise_price(
    t: Table, factor: Longs, p: Prices, u: Int, wanting: Ids, count: Int, shut: Flags, room: Room, out: Ids
) -> bool:
    """Raise the price of team `u` to the second largest loss among those who want it; False if that is nothing."""
    slack = np.zeros(2, dtype=np.int64)
    end = np.zeros(5, dtype=np.int64)
    most_h, most_l, next_h, next_l = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    shut[u] = 1
    for turn in range(2):  # without the team, then at its new price
        for x in range(count):
            i = np.int64(wanting[x])
            length = best_column(t, i, factor, p.toll, shut, slack, room, out, end, np.int64(-1))
            if turn == 1:
                p.crew[i] = length
                for y in range(length):
                    p.members[i, y] = out[y]
                for y in range(end.size):
                    p.end[i, y] = end[y]
                continue
            h, low = end[2] - p.end[i, 0], end[3] - p.end[i, 1]
            if less(most_h, most_l, h, low):
                next_h, next_l = most_h, most_l
                most_h, most_l = h, low
            elif less(next_h, next_l, h, low):
                next_h, next_l = h, low
        if turn == 0:
            shut[u] = 0
            if next_h < 0 or (next_h == 0 and next_l <= 0):
                return False
            p.team[0, u] += next_h
            p.team[1, u] += next_l
            p.toll[0, u] += next_h
            p.toll[1, u] += next_l
            p.old[0, u], p.old[1, u] = p.toll[0, u], p.toll[1, u]
    return True


@maker
def auction(t: Table, factor: Longs, p: Prices, work: Int, room: Room) -> Int:
    """Raise prices team by team until no team is wanted twice, nothing moves or `work` columns were sought.

    Starts from the present prices of `p` and keeps the best bound met in it. Returns the columns sought.
    """
    teams = p.team.shape[1]
    shut, mine = np.zeros(teams, dtype=np.int8), np.zeros(teams, dtype=np.int8)
    out = np.zeros(p.members.shape[1], dtype=np.int32)
    wanting = np.zeros(p.crew.size, dtype=np.int32)
    use = np.zeros(teams, dtype=np.int64)
    add_tolls(t, p.team, p.group, p.toll)
    done = take_columns(t, factor, p, shut, mine, room, out)
    moved = True
    while moved and done < work:
        moved = False
        for u in range(teams):
            use[u] = 0
        for i in range(p.crew.size):
            for x in range(p.crew[i]):
                use[t.team[p.members[i, x]]] += 1
        for u in range(teams):
            if use[u] <= 1 or done >= work:
                continue
            count = _wanting(t, p, u, wanting)
            if count <= 1:
                continue
            done += 2 * count
            moved = _raise_price(t, factor, p, u, wanting, count, shut, room, out) or moved
    keep_best(t, p)
    return done
