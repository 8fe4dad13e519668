"""The exact search for teams: plans by best columns, bounds by prices, proof by listing what is left.

A plan is at hand at once (nearest first) and gets better until the work or the seconds end. Each incident by itself
is a small problem that `kernels.choose_column` solves exactly; prices on teams wanted twice join them to a bound that
no plan can beat (`kernels.choose_bound`). When the bound and the plan at hand are close, all columns that could still
matter are listed, fall apart into groups of incidents that share no team, and are searched to the end.
"""

from __future__ import annotations

import time
from typing import Final

import numpy as np

from dispatch.decomposition.board import (
    LEVELS,
    Board,
    Ids,
    Longs,
    Outcome,
    Reached,
    Scale,
    make_table,
    scale_for,
)
from dispatch.decomposition.prices import Extra, choose, reprice
from dispatch.decomposition.proof import list_all, list_whole, search
from kernels.choose_auction import auction
from kernels.choose_bound import Prices, climb
from kernels.choose_list import Pool
from kernels.choose_plan import (
    Plan,
    clear_members,
    improve,
    nearest_first,
    price_members,
    set_members,
    worth,
)
from kernels.choose_table import Room, make_room

WORK: Final = 400_000
"""Columns looked for when nothing else is said: the limit that does not depend on the machine."""

_NODES: Final = 50_000
"""Branches looked at in one part before better prices are sought."""

_REPRICINGS: Final = 40
"""Linear programs in a row."""

_NEAR_ENOUGH: Final = 0.02
"""Share of the gap that linear programs over more columns could still close at most when they stop."""

_LISTABLE: Final = 0.03
"""Gap, as a share of the bound, from which on it is worth listing all columns."""

_CHOOSE_S: Final = 2.0
"""Seconds that such a program may take on a slow machine."""

_OVERLOADED: Final = 40
"""Rounds of improvement in a row while they lower the unmet strength."""

_LINEAR_S: Final = 60.0
"""Seconds that a linear program may take on a slow machine."""

_FEW: Final = 256
"""Pairs of a board that is listed whatever the gap."""

_SHORT: Final = 200
_LONG: Final = 3000
"""Columns of one incident listed for prices, and for a proof."""


class _Search:
    """One search: the plan at hand, the prices and what was spent. Not to be shared by threads."""

    def __init__(self, board: Board, seed: int, seconds: float, work: int, room: Room | None) -> None:
        self.began = time.monotonic()
        self.table, self.order = make_table(board)
        self.deadline = self.began + seconds
        self.work_left = work
        self.work = 0
        self.teams, self.incidents = board.shape
        self.room = room or make_room()
        self.state = np.array([seed % 2147483646 + 1], dtype=np.int64)
        self.curve: list[tuple[float, tuple[int, ...], tuple[int, ...]]] = []
        t = self.table
        owner = np.repeat(np.arange(self.incidents), np.diff(t.first_demand))
        people = np.bincount(owner, weights=t.need, minlength=self.incidents)
        locked = np.bincount(board.locked[board.locked >= 0], minlength=self.incidents)
        self.most = int((people + locked).max(initial=0)) + 2
        self.plan, self.trial = self._empty(), self._empty()
        self.turn = np.argsort(-t.first_weight, kind="stable").astype(np.int32)
        self.fill_room = np.zeros((self.most, max(1, t.units.shape[1])), dtype=np.int32)
        nearest_first(t, self.turn, self.plan, t.need.copy(), self.fill_room)
        for i in range(self.incidents):
            self.trial.value[i] = 0
        self.scale = Scale(np.zeros((2, LEVELS), dtype=np.int64), (), ())
        self.prices = self._prices()
        self.proven = False
        self.solo = np.zeros((2, self.incidents), dtype=np.int64)
        self._note()

    def _empty(self) -> Plan:
        return Plan(
            np.full(self.teams, -1, dtype=np.int32),
            np.zeros((self.incidents, self.most), dtype=np.int32),
            np.zeros(self.incidents, dtype=np.int32),
            np.zeros((self.incidents, LEVELS), dtype=np.int64),
            np.zeros(self.teams, dtype=np.int8),
            np.zeros(self.table.cap.size, dtype=np.int64),
            np.zeros(LEVELS, dtype=np.int64),
        )

    def _prices(self) -> Prices:
        teams, groups = (2, self.teams), (2, self.table.cap.size)
        return Prices(
            np.zeros(teams, dtype=np.int64),
            np.zeros(groups, dtype=np.int64),
            np.zeros(teams, dtype=np.int64),
            np.zeros(teams, dtype=np.int64),
            np.zeros((self.incidents, self.most), dtype=np.int32),
            np.full(self.incidents, -1, dtype=np.int32),
            np.zeros((self.incidents, 5), dtype=np.int64),
            np.zeros(teams, dtype=np.int64),
            np.zeros(groups, dtype=np.int64),
            np.array([-(2**62), 0], dtype=np.int64),
        )

    def _note(self) -> None:
        values = tuple(int(v) for v in self.plan.total)
        entry = (time.monotonic() - self.began, values, tuple(level.bound for level in self.levels()))
        if not self.curve or self.curve[-1][1:] != entry[1:]:
            self.curve.append(entry)

    @property
    def over(self) -> bool:
        """Whether the work or the time is spent."""
        return self.work_left <= 0 or time.monotonic() >= self.deadline

    def gap(self) -> Longs:
        """What the plan costs above the bound, int64[2]."""
        factor = self.scale.factor
        return np.array(
            [worth(factor, self.plan.total, half) - int(self.prices.bound[half]) for half in range(2)],
            dtype=np.int64,
        )

    def levels(self) -> tuple[Reached, ...]:
        """Values and bounds of all levels."""
        value = [int(v) for v in self.plan.total]
        bound = [0] * LEVELS
        factor = self.scale.factor
        held = True
        for half, levels in enumerate((self.scale.high, self.scale.low)):
            left = int(self.prices.bound[half])
            for level in levels:
                if self.proven:
                    bound[level] = value[level]
                elif held:
                    bound[level] = min(value[level], max(0, left // int(factor[half, level])))
                    held = bound[level] == value[level]
                    left -= value[level] * int(factor[half, level])
        return tuple(Reached(v, b) for v, b in zip(value, bound, strict=True))

    def _spend(self, done: int) -> None:
        self.work += done
        self.work_left -= done

    def _rescale(self) -> None:
        """Choose the scale anew when the plan has become good enough for a finer one; prices start at 0 then."""
        scale = scale_for(self.table, self.plan.total)
        same = scale.high == self.scale.high and scale.low == self.scale.low
        if same and self.prices.bound[0] > -(2**61):
            return
        self.scale = scale
        self.prices = self._prices()
        self.theta = 1.0
        self._climb(1)
        self.solo[0], self.solo[1] = self.prices.end[:, 0], self.prices.end[:, 1]
        if not self._closed():
            self._spend(int(auction(self.table, scale.factor, self.prices, 40 * self.incidents, self.room)))
            self._climb(1)

    def _climb(self, work: int) -> None:
        done, self.theta = climb(
            self.table,
            self.scale.factor,
            self.prices,
            self.turn,
            self.plan,
            self.trial,
            work,
            self.theta,
            self.room,
        )
        self._spend(int(done))
        self._note()

    def _improve(self, work: int) -> None:
        scratch = np.zeros((8, max(self.most, self.teams, self.incidents)), dtype=np.int32)
        done = improve(
            self.table,
            self.scale.factor,
            self.prices.best_team,
            self.plan,
            self.solo,
            self.state,
            work,
            self.room,
            scratch,
        )
        self._spend(int(done))
        self._note()

    def _settle(self, extra: Extra) -> None:
        """Price by linear programs, choose a plan of the columns met, then list what is left and search it."""
        if self._search_whole():
            return
        self._price(extra)
        if self._closed() or self.over or self._search_whole():
            return
        self._choose(extra.pool(self.prices))
        for most in (_SHORT, _LONG) if self._near() else ():
            pool, complete = self._listed(self.gap(), most)
            if self._search(pool, complete=complete) or self._closed() or self.over:
                return
            if not complete:
                extra.add_pool(pool)
                self._price(extra)

    def _near(self) -> bool:
        """Whether the board or the gap is so small that listing all columns within it is worth a try."""
        return self.table.team.size <= _FEW or float(self.gap()[0]) <= _LISTABLE * max(
            1.0, float(self.prices.bound[0])
        )

    def _search_whole(self) -> bool:
        """List all columns a better plan could use, if they are few, and search them; True when that is a proof."""
        if not self._near():
            return False
        gap, factor = self.gap(), self.scale.factor
        pool = list_whole(self.table, factor, self.prices, gap, self.room, _SHORT)
        self._spend(self.incidents)
        return pool is not None and self._search(pool, complete=True)

    def _choose(self, pool: Pool) -> None:
        """Take the plan a whole-number program makes of some columns, where it is better."""
        seconds = min(_CHOOSE_S, max(0.0, self.deadline - time.monotonic()))
        found = choose(self.table, pool, self.prices, self.gap(), seed=int(self.state[0]), seconds=seconds)
        self._spend(self.incidents)
        if found is None:
            return
        old = self._columns()
        self._take(tuple(pool.pair[pool.first[c] : pool.first[c + 1]] for c in found.tolist()))
        if tuple(self.plan.total) > tuple(self.curve[-1][1]):
            self._take(old)
        self._note()

    def _columns(self) -> tuple[Ids, ...]:
        return tuple(self.plan.members[i, : self.plan.crew[i]].copy() for i in range(self.incidents))

    def _take(self, columns: tuple[Ids, ...]) -> None:
        """Make these columns the plan at hand."""
        for i in range(self.incidents):
            clear_members(self.table, self.plan, i)
        for i, pairs in enumerate(columns):
            set_members(self.table, self.plan, i, pairs.astype(np.int32), pairs.size, self.fill_room)

    def _price(self, extra: Extra) -> None:
        """Raise the bound by linear programs over columns met so far, until more of them would gain little."""
        extra.add_met(self.prices)
        extra.add_plan(self.plan)
        for number in range(_REPRICINGS):
            if self.over:
                return
            gap = self.gap()
            found = reprice(
                self.table,
                extra.pool(self.prices),
                self.prices,
                gap,
                seconds=max(0.1, min(_LINEAR_S, self.deadline - time.monotonic())),
            )
            if found is None:
                return
            team, group, least = found
            if least < _NEAR_ENOUGH * float(gap[0] if gap[0] > 0 else gap[1]):
                return
            share = min(3, 1 + number // 4)
            for now, best, new in (
                (self.prices.team, self.prices.best_team, team),
                (self.prices.group, self.prices.best_group, group),
            ):
                now[:] = best + (new - best) // 3 * share
            self._climb(1)
            extra.add_met(self.prices)
            extra.add_plan(self.plan)
            if self._closed():
                return

    def _listed(self, gap: Longs, most: int) -> tuple[Pool, bool]:
        """List the columns a better plan could use, `most` of each incident or fewer; and whether these are all."""
        self._spend(self.incidents)
        return list_all(self.table, self.scale.factor, self.prices, gap, self.room, most)

    def _search(self, pool: Pool, *, complete: bool) -> bool:
        """Search listed columns; True when that proves the plan that is at hand then."""
        verdict = search(self.table, pool, self.prices, self.gap(), _NODES if complete else _NODES // 10)
        if verdict.columns is not None:
            self._take(verdict.columns)
        self.proven = complete and verdict.proven
        self._note()
        return self.proven

    def run(self) -> None:
        """Search until a proof, or until the work or the time is spent."""
        chunk = 5 * self.incidents
        self._rescale()
        extra = Extra(self.table, self.scale.factor, self.most)
        while not self.over and not self._closed():
            scale = self.scale
            self._improve(chunk)
            for _ in range(_OVERLOADED):  # forces are short: steps in the plan gain more than prices do
                before = int(self.plan.total[0])
                if before == 0 or self.over:
                    break
                self._improve(4 * chunk)
                if int(self.plan.total[0]) == before:
                    break
            self._rescale()
            if scale is not self.scale:
                extra = Extra(self.table, self.scale.factor, self.most)
            if self._closed():
                break
            self._settle(extra)
            if not self._closed():
                self.theta = max(self.theta, 0.1)
                self._climb(5 * self.incidents)
            chunk = min(2 * chunk, 20_000)

    def _closed(self) -> bool:
        if not self.scale.high:
            return True
        high, low = (int(x) for x in self.gap())
        self.proven = self.proven or (high, low) <= (0, 0)
        return self.proven

    def outcome(self) -> Outcome:
        """The plan at hand in the board's own numbers."""
        t = self.table
        value = np.zeros(LEVELS, dtype=np.int64)
        team, incident, fills = [], [], []
        for i in range(self.incidents):
            count = int(self.plan.crew[i])
            members = np.sort(self.plan.members[i, :count])
            price_members(t, i, members, count, value, self.fill_room)
            for x, k in enumerate(members.tolist()):
                team.append(int(t.team[k]))
                incident.append(i)
                d0, d1 = int(t.first_demand[i]), int(t.first_demand[i + 1])
                mine = [(int(self.order[d]), int(self.fill_room[x, d - d0])) for d in range(d0, d1)]
                fills.append(tuple((d, units) for d, units in mine if units > 0))
        return Outcome(
            np.array(team, dtype=np.int32),
            np.array(incident, dtype=np.int32),
            tuple(fills),
            self.levels(),
            tuple(self.curve),
            self.work,
        )


def solve_board(
    board: Board, *, seed: int = 0, seconds: float = 1e6, work: int = WORK, room: Room | None = None
) -> Outcome:
    """Choose the teams for all incidents together.

    Parameters
    ----------
    board
        Teams against incidents.
    seed
        Seed of all random choices.
    seconds
        When they end, the best plan so far is returned with its bounds.
    work
        Columns to look for at most; with the seed it decides the plan on any machine that is fast enough.
    room
        Scratch to use again in the same thread; made when None.
    """
    search = _Search(board, seed, seconds, work, room)
    search.run()
    return search.outcome()
