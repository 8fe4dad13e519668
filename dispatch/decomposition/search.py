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
    WEIGHTED,
    Board,
    Ids,
    Longs,
    Outcome,
    Reached,
    Scale,
    granules,
    make_table,
    scale_for,
    widest,
)
from dispatch.decomposition.columns import Extra, Goal, Rated, rate
from dispatch.decomposition.plans import empty_plan, empty_prices, sent
from dispatch.decomposition.prices import DEAREST, Repriced, reprice
from dispatch.decomposition.program import Solver, choose, state
from dispatch.decomposition.proof import list_all, list_whole, search
from kernels.choose_auction import auction
from kernels.choose_bound import climb
from kernels.choose_list import Pool
from kernels.choose_plan import (
    clear_members,
    improve,
    nearest_first,
    set_members,
    worth,
)
from kernels.choose_table import Room, make_room

WORK: Final = 2_000_000
"""Columns looked for when nothing else is said: the limit that does not depend on the machine."""

_NODES: Final = 50_000
"""Branches looked at in one part before better prices are sought."""

_REPRICINGS: Final = 100
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


_SMALL: Final = 15
"""Bits of needs up to which every step keeps all labels of an incident."""

_QUICK: Final = 1 << 12
"""Places for labels in the steps of a board of larger needs: bounds are a little lower then, and had much sooner."""


_STIFFEST: Final = 4
"""How often prices of what is held are raised before factors take their place."""

_FAILURES: Final = 24
"""Linear programs in a row that may raise no bound."""

_MANY: Final = 150
"""Incidents above which steps raise the bound sooner than linear programs do."""

_STEPS: Final = 20
"""Columns of each incident that are looked for in such steps."""

_STUCK: Final = 1
"""Rounds in a row without gain after which levels behind the first three, which mind no time, stay open."""

_CHOOSING: Final = 8
"""A plan is made of the columns met every so many linear programs."""


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
        self.quick = self.room if widest(board) <= _SMALL else make_room(_QUICK)
        self.state = np.array([seed % 2147483646 + 1], dtype=np.int64)
        self.curve: list[tuple[float, tuple[int, ...], tuple[int, ...]]] = []
        t = self.table
        owner = np.repeat(np.arange(self.incidents), np.diff(t.first_demand))
        people = np.bincount(owner, weights=t.need, minlength=self.incidents)
        locked = np.bincount(board.locked[board.locked >= 0], minlength=self.incidents)
        self.most = int((people + locked).max(initial=0)) + 2
        self.plan, self.trial = (empty_plan(t, self.teams, self.most) for _ in range(2))
        self.turn = np.argsort(-t.first_weight, kind="stable").astype(np.int32)
        self.fill_room = np.zeros((self.most, max(1, t.units.shape[1])), dtype=np.int32)
        nearest_first(t, self.turn, self.plan, t.need.copy(), self.fill_room)
        for i in range(self.incidents):
            self.trial.value[i] = 0
        self.scale = Scale(np.zeros((2, LEVELS), dtype=np.int64), (), ())
        self.goal = Goal(self.scale.factor, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
        self.held = 0
        self.stiff = 0
        self.granules = granules(t)
        self.extra, self.solver = Extra(t), Solver()
        self.prices = empty_prices(self.table, self.teams, self.most)
        self.proven = False
        self.solo = np.zeros((2, self.incidents), dtype=np.int64)
        self._note()

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
        factor = self.goal.factor
        return np.array(
            [worth(factor, self.plan.total, half) - int(self.prices.bound[half]) for half in range(2)],
            dtype=np.int64,
        )

    def levels(self) -> tuple[Reached, ...]:
        """Values and bounds of all levels."""
        value = [int(v) for v in self.plan.total]
        bound = [*value[: self.held], *[0] * (LEVELS - self.held)]
        factor = self.goal.factor
        before = int((self.goal.rates * self.goal.value).sum())
        held = True
        for half, levels in enumerate((self.scale.high, self.scale.low)):
            left = int(self.prices.bound[half]) - (before if half == 0 else 0)
            for level in levels:
                if self.proven:
                    bound[level] = value[level]
                elif held:
                    least, step = left // int(factor[half, level]), int(self.granules[level])
                    bound[level] = min(value[level], max(0, -(-least // step) * step))
                    held = least >= value[level]
                    left -= value[level] * int(factor[half, level])
        return tuple(Reached(v, b) for v, b in zip(value, bound, strict=True))

    def _opened(self) -> bool:
        """Whether a level is proven that is not held yet."""
        return self.held < LEVELS and self.levels()[self.held].proven

    def _spend(self, done: int) -> None:
        self.work += done
        self.work_left -= done

    def _rescale(self) -> None:
        """Choose the scale anew when the plan has become good enough for a finer one; prices start at 0 then."""
        held = self.held if self.stiff <= _STIFFEST else 0
        scale = scale_for(self.table, self.plan.total, held)
        same = scale.high == self.scale.high and scale.low == self.scale.low
        if same and self.prices.bound[0] > -(2**61):
            return
        self.scale = scale
        levels = np.flatnonzero(self.plan.total[:held] > 0)
        self.goal = Goal(scale.factor, levels, self.plan.total[levels].copy())
        self.prices = empty_prices(self.table, self.teams, self.most)
        self.extra.forget()
        self.solver.forget()
        self.reach = np.full(2, np.inf)
        self._climb(1)
        self.solo[0], self.solo[1] = self.prices.end[:, 0], self.prices.end[:, 1]
        if not levels.size and self.incidents <= _MANY and not self._closed():
            self._spend(int(auction(self.table, scale.factor, self.prices, 40 * self.incidents, self.quick)))
            self._climb(1)

    def _climb(self, work: int) -> None:
        done = climb(
            self.table,
            self.goal.factor,
            self.prices,
            self.turn,
            self.plan,
            self.trial,
            work,
            self.reach,
            self.quick,
        )
        self._spend(int(done))
        self._note()

    def _improve(self, work: int) -> None:
        scratch = np.zeros((8, max(self.most, self.teams, self.incidents)), dtype=np.int32)
        done = improve(
            self.table,
            self.goal.factor,
            self.prices.best_team,
            self.plan,
            self.solo,
            self.state,
            work,
            self.quick,
            scratch,
        )
        self._spend(int(done))
        self._note()

    def _settle(self) -> None:
        """Price by linear programs, choose a plan of the columns met, then list what is left and search it."""
        if self.table.team.size <= _FEW and self._search_whole():
            return
        if self.incidents > _MANY:
            self._climb(_STEPS * self.incidents)
        else:
            self._price()
        if self._done() or self._search_whole():
            return
        for most in (_SHORT, _LONG) if self._near() else ():
            pool, complete = self._listed(self.gap(), most)
            if self._search(pool, complete=complete) or self._done():
                return
            if not complete:
                self.extra.add_pool(pool)
                self._price()
                if self._done():
                    return

    def _done(self) -> bool:
        """Whether this stage need not go on: it is closed, a level more is proven, or work or time are spent."""
        return self._closed() or self._opened() or self.over

    def _near(self) -> bool:
        """Whether the board or the gap is so small that listing all columns within it is worth a try."""
        share = _LISTABLE / max(1.0, self.incidents / _MANY) ** 4
        return self.table.team.size <= _FEW or float(self.gap()[0]) <= share * max(
            1.0, float(self.prices.bound[0])
        )

    def _search_whole(self) -> bool:
        """List all columns a better plan could use, if they are few, and search them; True when that is a proof."""
        if not self._near():
            return False
        gap, factor = self.gap(), self.goal.factor
        pool = list_whole(self.table, factor, self.prices, gap, self.room, _SHORT)
        self._spend(self.incidents)
        return pool is not None and self._search(pool, complete=True)

    def _choose(self, columns: Rated) -> None:
        """Take the plan a whole-number program makes of some columns, where it is better."""
        seconds = min(_CHOOSE_S, max(0.0, self.deadline - time.monotonic()))
        program = state(self.table, columns, self.prices, self.goal, self.gap())
        found = choose(columns.pool, program, seed=int(self.state[0]), seconds=seconds)
        self._spend(self.incidents)
        if found is not None:
            pool = columns.pool
            self._try(tuple(pool.pair[pool.first[c] : pool.first[c + 1]] for c in found.tolist()))

    def _try(self, columns: tuple[Ids, ...]) -> bool:
        """Make these columns the plan at hand if that is no worse; whether it was."""
        old, value = self._columns(), tuple(self.plan.total)
        self._take(columns)
        if tuple(self.plan.total) <= value:
            self._note()
            return True
        self._take(old)
        return False

    def _columns(self) -> tuple[Ids, ...]:
        return tuple(self.plan.members[i, : self.plan.crew[i]].copy() for i in range(self.incidents))

    def _take(self, columns: tuple[Ids, ...]) -> None:
        """Make these columns the plan at hand."""
        for i in range(self.incidents):
            clear_members(self.table, self.plan, i)
        for i, pairs in enumerate(columns):
            set_members(self.table, self.plan, i, pairs.astype(np.int32), pairs.size, self.fill_room)

    def _price(self) -> None:
        """Raise the bound by linear programs over columns met, and make plans of them, until little is gained."""
        self.extra.add_met(self.prices)
        self.extra.add_plan(self.plan)
        thirds, failed = 3, 0
        for number in range(1, _REPRICINGS + 1):
            columns, gap = self.extra.rated(self.goal.factor, self.prices), self.gap()
            seconds = max(0.1, min(_LINEAR_S, self.deadline - time.monotonic()))
            found = reprice(self.table, columns, self.prices, self.goal, gap, self.solver, seconds=seconds)
            if found is None or found.least < _NEAR_ENOUGH * float(gap[0] if gap[0] > 0 else gap[1]):
                break
            raised = self._move(found, thirds)
            thirds, failed = (min(3, thirds + 1), 0) if raised else (max(1, thirds - 1), failed + 1)
            if self._done() or failed > _FAILURES:
                break
            if number % _CHOOSING == 0:
                self._choose(self.extra.rated(self.goal.factor, self.prices))
        if not self._done():
            self._choose(self.extra.rated(self.goal.factor, self.prices))

    def _move(self, to: Repriced, thirds: int) -> bool:
        """Go so many thirds of the way to other prices; False when the bound is no higher there."""
        for now, best, new in (
            (self.prices.team, self.prices.best_team, to.team),
            (self.prices.group, self.prices.best_group, to.group),
        ):
            now[:] = best + (new - best) // 3 * thirds
        goal, bound = self.goal, self.prices.bound
        rates = goal.rates + (to.rates - goal.rates) // 3 * thirds
        shift = int(((rates - goal.rates) * goal.value).sum())
        self.goal = goal.priced(rates)
        bound[0] += shift  # what keeps the gap the same at the new prices of levels
        before = tuple(bound)
        if goal.levels.size:
            self.prices.crew[:] = -1
        self._climb(1)
        self.extra.add_met(self.prices)
        self.extra.add_plan(self.plan)
        if tuple(bound) != before:
            return True
        self.goal = goal
        bound[0] -= shift
        if goal.levels.size:
            self.prices.crew[:] = -1
        return False

    def _listed(self, gap: Longs, most: int) -> tuple[Pool, bool]:
        """List the columns a better plan could use, `most` of each incident or fewer; and whether these are all."""
        self._spend(self.incidents)
        return list_all(self.table, self.goal.factor, self.prices, gap, self.room, most)

    def _search(self, pool: Pool, *, complete: bool) -> bool:
        """Search listed columns; True when that proves the plan that is at hand then."""
        verdict = search(self.table, pool, self.prices, self.gap(), _NODES if complete else _NODES // 10)
        taken = verdict.columns is None or self._try(verdict.columns)
        if not taken:  # it costs less by giving up what is held
            self._choose(rate(self.table, pool))
            if complete and not self._opened():
                self._stiffen()
        self.proven = complete and verdict.proven and taken
        self._note()
        return self.proven

    def _stiffen(self) -> None:
        """Make it dearer to give up what is held; in the end by factors, with which no price is needed."""
        self.stiff += 1
        if self.stiff > _STIFFEST:
            self._rescale()
            return
        rates = np.minimum(8 * np.maximum(1, self.goal.rates), DEAREST // self.goal.value)
        self.goal = self.goal.priced(rates)
        self.prices.bound[0] = -(2**62)
        self.prices.crew[:] = -1
        self._climb(10 * self.incidents)

    def run(self) -> None:
        """Search until a proof, or until the work or the time is spent."""
        chunk, stuck = 5 * self.incidents, 0
        self._rescale()
        while not self.over and not (self._closed() and not self._next_stage()):
            before = self._reached()
            if not self._unpriced():
                self._improve_long(chunk)
                self._next_stage()
                self._rescale()
                chunk = min(2 * chunk, 20_000)
            if self._closed():
                continue
            self._settle()
            if not self._closed() and not self._next_stage() and self.incidents <= _MANY:
                self.reach[:] = np.inf
                self._climb(5 * self.incidents)
            stuck = stuck + 1 if self._reached() == before else 0
            if self.held >= WEIGHTED and stuck > _STUCK:
                return

    def _reached(self) -> tuple[int, ...]:
        """How far the search is: what changes whenever the plan or the bound becomes better."""
        return (self.held, *self.plan.total.tolist(), *self.prices.bound.tolist())

    def _unpriced(self) -> bool:
        """Whether levels are held that have no price yet: a column that minds only what follows them is no use."""
        return bool(self.goal.levels.size) and not self.goal.rates.any()

    def _improve_long(self, work: int) -> None:
        """Improve the plan; where forces are short, steps in the plan gain more than prices do, so go on with them."""
        self._improve(work)
        for _ in range(_OVERLOADED):
            before = int(self.plan.total[0])
            if before == 0 or self.held > 0 or self.over:
                return
            self._improve(4 * work)
            if int(self.plan.total[0]) == before:
                return

    def _next_stage(self) -> bool:
        """Hold what is proven of the first levels and turn to the others; False when nothing more is, or all is."""
        before = self.held
        while self.held < LEVELS and self.levels()[self.held].proven:
            self.held += 1
        if self.held in {before, LEVELS}:
            return False
        self.proven = False
        self._rescale()
        return True

    def _closed(self) -> bool:
        """Whether nothing better than the plan at hand exists on the levels of the scale."""
        if self.scale.high and not self.proven:
            high, low = (int(x) for x in self.gap())
            self.proven = (high, low) <= (0, 0)
        return self.proven or not self.scale.high

    def outcome(self) -> Outcome:
        """The plan at hand in the board's own numbers."""
        team, incident, fills = sent(self.table, self.order, self.plan, self.fill_room)
        return Outcome(team, incident, fills, self.levels(), tuple(self.curve), self.work)


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
