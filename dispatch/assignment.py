"""Which team goes to which incident, all incidents together, proven level by level.

A team goes to at most one incident and there counts for every need it can serve. Levels: 1 unmet strength, 2 lateness
(of the first arrival and of every unit of strength), 3 response time (the same, in steps, and what it costs to turn
teams that are on their way), 4 price of the echelons called, 5 cover each team takes with it, 6 driving and changes.

Most pairs of team and incident no best plan needs, and most reserve rules bind nobody; without them two ways lead to a
choice. The decomposition is the quicker one where incidents are few or want different teams, and the only one for
boards of many pairs. The integer program takes any rule as a row; it starts from the plan and the bounds of the other.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment_rows import solve_rows
from dispatch.decomposition.board import Board, Group, widest
from dispatch.decomposition.needed import needed_pairs
from dispatch.decomposition.search import WORK, solve_board
from dispatch.lexicographic import Level
from dispatch.problem import Bar, Keep, Problem, first_weight
from kernels.choose_table import BITS

_MANY: Final = 8_000
"""Useful pairs beyond which the decomposition has the better plan after ten seconds (measured: as good at 5,000)."""

_GLANCE: Final = 20
"""Columns looked for, for each incident, before the integer program is asked: enough where incidents hardly want the
same teams."""

_SHARE: Final = 0.5
"""Share of the time that the first way may take where the second stands by."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One team sent to one incident, with the units of strength it fills by demand."""

    team: int
    incident: int
    fills: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Assigned:
    """The teams sent and the levels reached (1 to 6)."""

    sent: tuple[Sent, ...]
    levels: tuple[Level, ...]


def assign(problem: Problem, *, time_limit_s: float) -> Assigned:
    """Choose the teams for all incidents together.

    Parameters
    ----------
    problem
        The problem.
    time_limit_s
        Seconds; when they end, the best plan so far is returned with its bounds. Work is limited by a count before,
        so that the same question gives the same plan on any machine that is fast enough.
    """
    end = time.monotonic() + time_limit_s
    board = board_of(problem)
    if int(board.allowed.sum()) > _MANY:
        return _assign_many(problem, board, end)
    rules: tuple[Keep, ...] = ()
    while True:
        found = _ruled(problem, board, rules, end)
        broken = tuple(keep for keep in problem.force.keeps if not _keeps(problem, found.sent, keep))
        if not broken:
            return found
        rules += broken


def _left(end: float) -> float:
    return max(0.0, end - time.monotonic())


def _assign_many(problem: Problem, board: Board, end: float) -> Assigned:
    """Choose where there are so many pairs that the decomposition finds the better plan in time.

    It holds rules that bind every incident. Where its first plan breaks one of the others, all bind everywhere: that
    is more than is asked, so the bound is that of the first plan, and the other levels have none.
    """
    others = any(keep.incidents.size < board.shape[1] for keep in problem.force.keeps)
    first = _decomposed(problem, board, _left(end) * (_SHARE if others else 1.0), WORK)
    if _keeps_all(problem, first.sent):
        return first
    second = _decomposed(problem, replace(board, groups=_groups(problem.force.keeps)), _left(end), WORK)
    if not _keeps_all(problem, second.sent):
        return _by_rows(problem, _left(end), None)
    levels = [Level(level.value, 0) for level in second.levels]
    levels[0] = Level(levels[0].value, min(levels[0].value, first.levels[0].bound))
    return Assigned(second.sent, tuple(levels))


def _groups(keeps: Sequence[Keep]) -> tuple[Group, ...]:
    return tuple(Group(teams=tuple(keep.teams.tolist()), most=keep.most) for keep in keeps)


def _ruled(problem: Problem, board: Board, rules: tuple[Keep, ...], end: float) -> Assigned:
    """Choose among the few pairs a best plan needs, where no reserve rules but these bind.

    Rules rarely bind, so each is looked at once a choice breaks it. By columns where they come to a proof soon, else
    by rows from their plan.
    """
    tied = np.zeros(board.shape[0], dtype=np.bool_)
    tied[[team for keep in rules for team in keep.teams.tolist()]] = True
    lean = _lean(problem, needed_pairs(board, tied), rules)
    board, first = board_of(lean), None
    if widest(board) <= BITS:
        first = _decomposed(lean, board, _left(end) * _SHARE, _GLANCE * board.shape[1])
        if not _keeps_all(lean, first.sent):
            first = None
        elif all(level.proven for level in first.levels):
            return first
    second = _by_rows(lean, _left(end), first)
    return second if first is None else _better(first, second)


def _lean(problem: Problem, needed: NDArray[np.bool_], rules: tuple[Keep, ...]) -> Problem:
    """Give the problem of these pairs and reserve rules alone."""
    side = problem.force
    bar = np.where(needed | (side.bar != Bar.NONE), side.bar, Bar.NEEDLESS).astype(np.int8)
    return replace(problem, force=replace(side, bar=bar, keeps=rules))


def _by_rows(problem: Problem, seconds: float, start: Assigned | None) -> Assigned:
    chosen, reached = solve_rows(
        problem,
        time_limit_s=seconds,
        start=() if start is None else tuple((each.team, each.incident, each.fills) for each in start.sent),
        known=() if start is None else tuple(level.bound for level in start.levels),
    )
    return Assigned(tuple(Sent(*each) for each in chosen), tuple(reached))


def _decomposed(problem: Problem, board: Board, seconds: float, work: int) -> Assigned:
    outcome = solve_board(board, seed=problem.request.seed, seconds=seconds, work=work)
    sent = tuple(
        Sent(int(team), int(incident), fills)
        for team, incident, fills in zip(outcome.team, outcome.incident, outcome.fills, strict=True)
    )
    return Assigned(sent, tuple(Level(level.value, level.bound) for level in outcome.levels))


def _better(first: Assigned, second: Assigned) -> Assigned:
    """Take the better of two choices; a bound of either holds as long as all levels before are equal."""
    one, other = ([level.value for level in each.levels] for each in (first, second))
    best, rest = (first, second) if one <= other else (second, first)
    levels, same = [], True
    for mine, theirs in zip(best.levels, rest.levels, strict=True):
        levels.append(
            Level(mine.value, min(mine.value, max(mine.bound, theirs.bound)) if same else mine.bound)
        )
        same = same and mine.value == theirs.value
    return Assigned(best.sent, tuple(levels))


def board_of(problem: Problem) -> Board:
    """Give the tables of a problem to the decomposition, with the reserve rules that bind every incident."""
    side, doctrine = problem.force, problem.doctrine
    incidents = np.arange(len(problem.incidents))
    elsewhere = (side.engaged[:, None] >= 0) & (side.engaged[:, None] != incidents[None, :])
    return Board(
        arrive_s=side.arrive_s,
        travel_s=side.travel_s + np.where(elsewhere, doctrine.weights.change, 0).astype(np.int32),
        price=side.price,
        allowed=side.bar == Bar.NONE,
        units=side.counts,
        ready_s=side.ready_s if side.lacks.any() else None,
        incident=np.array([demand.incident for demand in side.demands], dtype=np.int32),
        need=np.array([demand.need.strength for demand in side.demands], dtype=np.int64),
        weight=np.array([demand.weight for demand in side.demands], dtype=np.int64),
        target_s=np.array([demand.need.target_s for demand in side.demands], dtype=np.int64),
        first_weight=np.array([first_weight(doctrine, each) for each in problem.incidents], dtype=np.int64),
        first_target_s=np.array(
            [doctrine.response_to(each).first_arrival_s for each in problem.incidents], dtype=np.int64
        ),
        locked=side.locked,
        response_step_s=doctrine.weights.response_step_s,
        groups=_groups([keep for keep in side.keeps if keep.incidents.size == incidents.size]),
        turn=np.where(elsewhere, side.diversion[:, None], 0).astype(np.int32) if elsewhere.any() else None,
        cover=side.cover_loss.astype(np.int32) if side.cover_loss.any() else None,
    )


def _keeps_all(problem: Problem, sent: Sequence[Sent]) -> bool:
    return all(_keeps(problem, sent, keep) for keep in problem.force.keeps)


def _keeps(problem: Problem, sent: Sequence[Sent], keep: Keep) -> bool:
    """Whether a reserve rule is kept; who is bound to its incident is not held back."""
    teams, incidents = set(keep.teams.tolist()), set(keep.incidents.tolist())
    held = (each for each in sent if each.team in teams and each.incident in incidents)
    return sum(int(problem.force.locked[each.team]) < 0 for each in held) <= keep.most
