"""The last step to a proof: list all columns that a better plan could use, and search them part by part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.decomposition.board import Ids, Longs
from kernels.choose_ahead import look_ahead
from kernels.choose_bound import Prices, add_tolls
from kernels.choose_column import best_column
from kernels.choose_list import Pool, list_columns
from kernels.choose_search import PROVEN, search_pool
from kernels.choose_table import Room, Table

_LABELS: Final = 40
"""Most labels looked at in listing the columns of one incident, for each column there may be."""

_RESHARE: Final = 8
_TRIES: Final = 8
"""How often the gap of an incident with too many columns is cut to an eighth."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the search of all columns within the gap said.

    `proven`: nothing that costs less than the plan at hand was overlooked. `columns`: pairs by incident of the best
    plan below it, None where the plan at hand stays.
    """

    proven: bool
    columns: tuple[Ids, ...] | None


def list_all(t: Table, factor: Longs, prices: Prices, gap: Longs, room: Room, most: int) -> tuple[Pool, bool]:
    """List the columns of each incident with less slack than `gap`, sorted.

    Where there are more than `most`, or the incident is too large to list, only the best are: those within a smaller
    gap, at least one. Then False stands beside the pool.
    """
    incidents, teams = t.first_weight.size, prices.team.shape[1]
    toll = np.zeros((2, teams), dtype=np.int64)
    add_tolls(t, prices.best_team, prices.best_group, toll)
    lister = _Lister(t, factor, toll, room, prices.members.shape[1])
    pools = [lister.columns(i, gap, most, _TRIES) for i in range(incidents)]
    return _joined([pool for pool, _ in pools]), all(complete for _, complete in pools)


def list_whole(t: Table, factor: Longs, prices: Prices, gap: Longs, room: Room, most: int) -> Pool | None:
    """List the columns of each incident with less slack than `gap`, all of them; None where there are too many."""
    incidents, teams = t.first_weight.size, prices.team.shape[1]
    toll = np.zeros((2, teams), dtype=np.int64)
    add_tolls(t, prices.best_team, prices.best_group, toll)
    lister = _Lister(t, factor, toll, room, prices.members.shape[1])
    pools = []
    for i in range(incidents):
        pool, complete = lister.columns(i, gap, most, 1)
        if not complete:
            return None
        pools.append(pool)
    return _joined(pools)


def _joined(pools: list[Pool]) -> Pool:
    """Put the columns of all incidents into one pool, each incident's in order of slack."""
    sizes = np.concatenate([np.diff(pool.first) for pool in pools])
    return _sorted(
        Pool(
            np.concatenate([pool.slack for pool in pools], axis=1),
            np.concatenate([pool.incident for pool in pools]),
            np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            np.concatenate([pool.pair for pool in pools]),
        )
    )


@dataclass(frozen=True, slots=True)
class _Lister:
    """Lists columns of one incident after the other at the same prices; no column has more than `longest` teams."""

    table: Table
    factor: Longs
    toll: Longs
    room: Room
    longest: int

    def columns(self, i: int, gap: Longs, most: int, tries: int) -> tuple[Pool, bool]:
        """List the columns of one incident within `gap`, or within as large a part of it as there is room for."""
        shut = np.zeros(self.toll.shape[1], dtype=np.int8)
        out, end = np.zeros(self.longest, dtype=np.int32), np.zeros(5, dtype=np.int64)
        share, length = gap.copy(), 0
        for number in range(tries):
            length = int(
                best_column(self.table, i, self.factor, self.toll, shut, share, self.room, out, end, -1)
            )
            if end[0] == end[2] and end[1] == end[3]:
                pool = self._within(i, end, share, most)
                if pool is not None:
                    return pool, number == 0
            share = np.array([share[0] // 8, share[1] if share[0] else share[1] // 8], dtype=np.int64)
        alone = Pool(
            np.zeros((2, 1), dtype=np.int64),
            np.array([i], dtype=np.int32),
            np.array([0, length], dtype=np.int64),
            out[:length].copy(),
        )
        return alone, False

    def _within(self, i: int, end: Longs, share: Longs, most: int) -> Pool | None:
        """List all columns with less slack than `share`; None where there are more than `most` or no room.

        `end` int64[5] is what the search for the best column said.
        """
        t, room, teams = self.table, self.room, self.toll.shape[1]
        stack = np.empty((6, 4 * (int(t.start[i + 1]) - int(t.start[i]) + 17)), dtype=np.int64)
        at = np.array([0, 0, _LABELS * most], dtype=np.int64)
        pool = Pool(
            np.empty((2, most + 1), dtype=np.int64),
            np.empty(most + 1, dtype=np.int32),
            np.zeros(most + 2, dtype=np.int64),
            np.empty((most + 1) * self.longest, dtype=np.int32),
        )
        most = int(end[4]) - int(t.start[i])
        look_ahead(t, i, max(1, most), _RESHARE, self.factor, self.toll, np.zeros(teams, dtype=np.int8), room)
        whole = list_columns(t, i, end[:2], share, room, stack, pool, at)
        if not whole:
            return None
        count, used = int(at[0]), int(at[1])
        return Pool(pool.slack[:, :count], pool.incident[:count], pool.first[: count + 1], pool.pair[:used])


def _sorted(pool: Pool) -> Pool:
    """Put each incident's columns in order of slack."""
    order = np.lexsort((pool.slack[1], pool.slack[0], pool.incident))
    first, size = pool.first[:-1], np.diff(pool.first)
    new_first = np.concatenate([[0], np.cumsum(size[order])]).astype(np.int64)
    shift = np.repeat(first[order] - new_first[:-1], size[order])
    pair = pool.pair[np.arange(new_first[-1]) + shift]
    return Pool(np.ascontiguousarray(pool.slack[:, order]), pool.incident[order], new_first, pair)


def parts_of(t: Table, pool: Pool, incidents: int) -> list[Ids]:
    """Parts of the incidents that share no team in any listed column; one part where groups tie teams together."""
    if t.cap.size:
        return [np.arange(incidents, dtype=np.int32)]
    of = np.repeat(pool.incident, np.diff(pool.first)).astype(np.int64)
    links = np.unique(of * (int(t.team.max(initial=0)) + 1) + t.team[pool.pair])
    incident, team = np.divmod(links, int(t.team.max(initial=0)) + 1)
    root = list(range(incidents))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    seen: dict[int, int] = {}
    for i, u in zip(incident.tolist(), team.tolist(), strict=True):
        if u in seen:
            root[find(i)] = find(seen[u])
        else:
            seen[u] = i
    members: dict[int, list[int]] = {}
    for i in range(incidents):
        members.setdefault(find(i), []).append(i)
    return [
        np.array(part, dtype=np.int32)
        for part in sorted(members.values(), key=lambda part: (len(part), part))
    ]


def search(t: Table, pool: Pool, prices: Prices, gap: Longs, nodes: int) -> Verdict:
    """Find the best plan of listed columns that costs less than bound + `gap`, or show that there is none.

    Parameters
    ----------
    t
        The board.
    pool
        All columns with less slack than `gap`, or some of them: then the verdict is about those alone.
    prices
        The prices of the bound.
    gap : int64[2]
        What the plan at hand costs above the bound.
    nodes
        Branches to look at in each part.
    """
    incidents, teams = t.first_weight.size, prices.team.shape[1]
    span = np.searchsorted(pool.incident, np.arange(incidents + 1)).astype(np.int64)
    if (np.diff(span) == 0).any():
        return Verdict(proven=True, columns=None)
    best = np.full(incidents, -1, dtype=np.int32)
    used = np.zeros(1, dtype=np.int64)
    parts = parts_of(t, pool, incidents)
    owner = np.full(teams, -1, dtype=np.int64)
    number = np.zeros(incidents, dtype=np.int64)
    for n, part in enumerate(parts):
        number[part] = n
    owner[t.team[pool.pair]] = number[np.repeat(pool.incident, np.diff(pool.first))]
    idle = prices.best_team[:, owner < 0].sum(axis=1)
    spent = (int(idle[0]), int(idle[1]))
    proven = True
    for n, part in enumerate(parts):
        price = np.where(owner == n, prices.best_team, 0)
        rest = np.array([int(gap[0]) - spent[0], int(gap[1]) - spent[1]], dtype=np.int64)
        before = rest.copy()
        code = search_pool(t, pool, span, part, price, prices.best_group, rest, nodes, best, used)
        proven = proven and code == PROVEN
        if (before == rest).all():
            return Verdict(proven=proven, columns=None)
        spent = (spent[0] + int(rest[0]), spent[1] + int(rest[1]))
    return Verdict(proven=proven, columns=tuple(_column(pool, int(c)) for c in best))


def _column(pool: Pool, c: int) -> NDArray[np.int32]:
    return pool.pair[pool.first[c] : pool.first[c + 1]].astype(np.int32)
