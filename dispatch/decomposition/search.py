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

from dispatch.decomposition.board import LEVELS, WEIGHTED, Board, Longs, Outcome
from dispatch.decomposition.columns import Rated, rate
from dispatch.decomposition.prices import Repriced, reprice
from dispatch.decomposition.program import choose, state
from dispatch.decomposition.proof import list_all, list_whole, search
from dispatch.decomposition.state import MANY, State
from kernels.choose_list import Pool

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

_CHOOSE_S: Final = 20.0
"""Seconds that such a program may take on a slow machine."""

_OVERLOADED: Final = 40
"""Rounds of improvement in a row while they lower the unmet strength."""

_AMPLE: Final = 400
"""Columns left to look for, for each incident, without which it is not asked what teams are worth under overload."""

_PATIENCE: Final = 8
"""Rounds of improvement without gain that end it where the first prices are near the best already."""

_LINEAR_S: Final = 60.0
"""Seconds that a linear program may take on a slow machine."""

_FEW: Final = 256
"""Pairs of a board that is listed whatever the gap."""

_SHORT: Final = 200
_LONG: Final = 3000
"""Columns of one incident listed for prices, and for a proof."""


_FAILURES: Final = 24
"""Linear programs in a row that may raise no bound."""

_STEPS: Final = 20
"""Columns of each incident that are looked for in such steps."""

_BRIEF: Final = 16
"""Linear programs for each of the levels behind the first three, which mind no time and may stay open."""

_IDLE: Final = 2
"""Rounds on a small board that prove nothing more of the levels behind the first three, after which they stay open."""

_CHOOSING: Final = 8
"""A plan is made of the columns met every so many linear programs."""


class _Search(State):
    """The order of steps."""

    def _settle(self) -> None:
        """Price by linear programs, choose a plan of the columns met, then list what is left and search it."""
        if self.table.team.size <= _FEW and self._search_whole():
            return
        if self.incidents > MANY:
            self._climb(_STEPS * self.incidents)
        else:
            self._price()
        if self._done() or self._search_whole():
            return
        for most in (_SHORT,) if self._last else (_SHORT, _LONG) if self._near() else ():
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
        share = _LISTABLE / max(1.0, self.incidents / MANY) ** 4
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

    def _price(self) -> None:
        """Raise the bound by linear programs over columns met, and make plans of them, until little is gained."""
        self.extra.add_met(self.prices)
        self.extra.add_plan(self.plan)
        thirds, failed = 3, 0
        for number in range(1, (_BRIEF if self._last else _REPRICINGS) + 1):
            columns, gap = self.extra.rated(self.goal.factor, self.prices), self.gap()
            seconds = max(0.1, min(_LINEAR_S, self.deadline - time.monotonic()))
            program = state(self.table, columns, self.prices, self.goal, gap, self.solver.contested)
            found = reprice(self.table, program, self.prices, self.goal, self.solver, seconds=seconds)
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

    def run(self) -> None:
        """Search until a proof, or until the work or the time is spent."""
        chunk, idle = 5 * self.incidents, 0
        if not self._next_stage():
            self._rescale()
        while not self.over and not (self._closed() and not self._next_stage()):
            held = self.held
            if not self._unpriced():
                self._improve_long(chunk)
                self._next_stage()
                self._rescale()
                chunk = min(2 * chunk, 20_000)
            if self._closed():
                continue
            self._settle()
            if not self._closed() and not self._next_stage() and self.incidents <= MANY:
                self.reach[:] = np.inf
                self._climb(5 * self.incidents)
            idle = idle + 1 if self.held == held else 0
            if self.held >= WEIGHTED and idle >= (1 if self._last else _IDLE):
                return

    @property
    def _last(self) -> bool:
        """Whether the levels that mind time are proven: the others get a round each, but on small boards."""
        return self.held >= WEIGHTED and self.table.team.size > _FEW

    def _unpriced(self) -> bool:
        """Whether levels are held that have no price yet: a column that minds only what follows them is no use."""
        return bool(self.goal.levels.size) and not self.goal.rates.any()

    def _improve_long(self, work: int) -> None:
        """Improve the plan; where forces are short, steps in the plan gain more than prices do, so go on with them."""
        self._improve(work)
        ample = self.work_left > _AMPLE * self.incidents and not self.over
        if ample and not self.weighed and self.plan.total[0] > 0 == self.held:
            self._weigh()
            self._meet(4 * work)
        idle, patience = 0, 1 if self.supply is None else _PATIENCE
        for _ in range(_OVERLOADED * patience):
            before = tuple(self.plan.total[: 1 if self.supply is None else LEVELS])
            if before[0] == 0 or self.held > 0 or self.over or idle == patience:
                return
            self._improve(4 * work)
            idle = idle + 1 if tuple(self.plan.total[: len(before)]) == before else 0

    def _meet(self, work: int) -> None:
        """Where forces are known to be short, meet more needs, whatever becomes of the other levels on the way."""
        best, value, idle = self._columns(), tuple(self.plan.total), 0
        while self.supply is not None and idle < _PATIENCE and not (self.over or self.levels()[0].proven):
            self._walk(work, 1)
            idle += 1
            if self.plan.total[0] < value[0]:
                best, value, idle = self._columns(), tuple(self.plan.total), 0
                self._note()
        if tuple(self.plan.total) > value:
            self._take(best)


def solve_board(
    board: Board,
    *,
    seed: int = 0,
    seconds: float = 1e6,
    work: int = WORK,
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
    """
    search = _Search(board, seed=seed, seconds=seconds, work=work)
    search.run()
    return search.outcome()
