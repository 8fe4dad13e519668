"""What a search holds (the plan at hand, the prices, what is proven and what was spent) and its single steps."""

from __future__ import annotations

import threading
import time
from functools import cached_property
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
    granules,
    make_table,
    scale_for,
    widest,
)
from dispatch.decomposition.columns import Extra, Goal
from dispatch.decomposition.plans import empty_plan, empty_prices, sent
from dispatch.decomposition.prices import DEAREST
from dispatch.decomposition.program import Solver
from dispatch.decomposition.supply import Supply, weigh
from kernels.choose_auction import auction
from kernels.choose_bound import climb
from kernels.choose_plan import clear_members, improve, nearest_first, set_members, worth
from kernels.choose_table import make_room

MANY: Final = 150
"""Incidents above which steps raise the bound sooner than linear programs do."""

_SMALL: Final = 15
"""Bits of needs up to which every step keeps all labels of an incident."""

_QUICK: Final = 1 << 12
"""Places for labels in the steps of a board of larger needs: bounds are a little lower then, and had much sooner."""

_WEIGHING_S: Final = 60.0
"""Seconds that the linear program of needs against units may take on a slow machine."""

_FIRST_STEPS: Final = 20
"""Columns for each incident that are looked for to round off the plan of that program."""

_OPENING: Final = 40
"""Columns of each incident looked for by the auction that makes the first prices."""

_STIFFEST: Final = 4
"""How often prices of what is held are raised before factors take their place."""


class _Mine(threading.local):
    """Scratch of this thread: to make it takes longer than many a search."""

    def __init__(self) -> None:
        self.room, self.quick = make_room(), make_room(_QUICK)


_MINE: Final = _Mine()


class State:
    """One search: the plan at hand, the prices and what was spent. Not to be shared by threads."""

    def __init__(
        self,
        board: Board,
        *,
        seed: int,
        seconds: float,
        work: int,
    ) -> None:
        self.began = time.monotonic()
        self.table, self.order = make_table(board)
        self.deadline = self.began + seconds
        self.work_left = work
        self.work = 0
        self.teams, self.incidents = board.shape
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
        self.extra, self.solver = Extra(t), Solver()
        self.prices = empty_prices(self.table, self.teams, self.most)
        self.supply: Supply | None = None
        self.weighed = False
        self.proven = False
        self.solo = np.zeros((2, self.incidents), dtype=np.int64)
        self._note()
        self.room = _MINE.room
        self.quick = self.room if widest(board) <= _SMALL else _MINE.quick

    @cached_property
    def granules(self) -> Longs:
        """What every value of a level is a multiple of; not needed for a first plan."""
        return granules(self.table)

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
        self._price_supply()
        if not levels.size and self.incidents <= MANY and not self._closed():
            most = min(_OPENING * self.incidents, self.work_left)
            self._spend(int(auction(self.table, scale.factor, self.prices, most, self.quick)))
            self._climb(1)

    def _weigh(self) -> None:
        """Where forces are short, find what teams are worth; prices and a plan start from there."""
        self.weighed = True
        seconds = min(_WEIGHING_S, max(0.1, self.deadline - time.monotonic()))
        self.supply = weigh(self.table, seconds=seconds)
        self._spend(self.incidents)
        if self.supply is None:
            return
        self._price_supply()
        old, value = self._columns(), tuple(self.plan.total)
        self._take(self.supply.columns)
        self._walk(_FIRST_STEPS * self.incidents)  # rough as it is, more can be made of it than of any other
        if tuple(self.plan.total) > value:
            self._take(old)
        self._note()

    def _price_supply(self) -> None:
        """Try the prices of a supply that is short, while it is not proven how short."""
        if self.supply is None or self.held > 0 or self._closed():
            return
        unit = float(self.goal.factor[0, 0])
        for price, saved in (
            (self.prices.team, self.supply.team),
            (self.prices.group, self.supply.group),
        ):
            price[0] = np.minimum(np.rint(unit * saved), DEAREST).astype(np.int64)
            price[1] = 0  # a low half below 0 is a price only beside a high one
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
        self._walk(work)
        self._note()

    def _walk(self, work: int, levels: int = LEVELS) -> None:
        """Improve the plan at hand on its first levels, without a note of it."""
        scratch = np.zeros((8, max(self.most, self.teams, self.incidents)), dtype=np.int32)
        done = improve(
            self.table,
            self.goal.factor,
            self.prices.best_team,
            self.plan,
            self.solo,
            self.state,
            levels,
            work,
            self.quick,
            scratch,
        )
        self._spend(int(done))

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

    def outcome(self) -> Outcome:
        """The plan at hand in the board's own numbers."""
        team, incident, fills = sent(self.table, self.order, self.plan, self.fill_room)
        return Outcome(team, incident, fills, self.levels(), tuple(self.curve), self.work)
