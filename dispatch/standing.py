"""The plan in force as a choice of today: who is at work goes on, who was ordered goes, free teams fill what is left.

A search that is out of time may hold less than what stands already. Taken over under today's request, the plan in
force is a choice that may be answered with; `dispatch.solve` takes the better of the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from dispatch.assignment import Sent
from dispatch.problem import Bar, Index, Problem

Pair = tuple[int, int]
"""Team and incident."""


def standing(problem: Problem) -> tuple[Sent, ...]:
    """Take over the plan in force as far as it is still allowed, and fill what it leaves open, soonest first.

    Returns
    -------
    tuple of Sent
        A choice that keeps every order, every bar and every reserve rule.
    """
    board = _Board(problem)
    for pair in _bound(problem):
        board.send(pair)
    useful = _useful(problem)
    engaged = problem.force.engaged
    for pair in useful:
        if engaged[pair[0]] == pair[1]:
            board.join(pair)
    for pair in useful:
        if engaged[pair[0]] < 0:
            board.join(pair)
    sent = tuple(board.sent())
    idle = useless(problem, sent)
    return tuple(each for each in sent if each.team not in idle)


def _bound(problem: Problem) -> Iterable[Pair]:
    """Who is on scene or under orders."""
    locked = problem.force.locked
    return ((int(t), int(locked[t])) for t in np.flatnonzero(locked >= 0))


def _useful(problem: Problem) -> list[Pair]:
    """Who may go where it counts for something, soonest first."""
    side = problem.force
    at = np.array([demand.incident for demand in side.demands], dtype=np.int64)
    counts = np.zeros(side.bar.shape, dtype=bool)
    for n, i in enumerate(at.tolist()):
        counts[:, i] |= side.counts[:, n] > 0
    team, incident = np.nonzero((side.bar == Bar.NONE) & (side.locked[:, None] < 0) & counts)
    order = np.lexsort((team, incident, side.arrive_s[team, incident]))
    return list(zip(team[order].tolist(), incident[order].tolist(), strict=True))


class _Board:
    """A choice under construction."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.goes: dict[int, int] = {}
        self.left = [demand.need.strength for demand in problem.force.demands]
        self.taken = [0] * len(problem.force.keeps)
        self.demands: list[list[int]] = [[] for _ in problem.incidents]
        for n, demand in enumerate(problem.force.demands):
            self.demands[demand.incident].append(n)
        self.rules: dict[int, list[tuple[int, Index]]] = {}
        for r, keep in enumerate(problem.force.keeps):
            for t in keep.teams.tolist():
                self.rules.setdefault(t, []).append((r, keep.incidents))

    def send(self, pair: Pair) -> None:
        """Send a team and let it fill what it can."""
        team, incident = pair
        self.goes[team] = incident
        for n in self.demands[incident]:
            self.left[n] -= min(self.left[n], int(self.problem.force.counts[team, n]))

    def join(self, pair: Pair) -> None:
        """Send a team that is still to be had, where it fills something and leaves the reserves alone."""
        team, incident = pair
        counts = self.problem.force.counts
        if team in self.goes or not any(
            self.left[n] > 0 and counts[team, n] > 0 for n in self.demands[incident]
        ):
            return
        rules = [r for r, incidents in self.rules.get(team, []) if incident in incidents]
        if any(self.taken[r] >= self.problem.force.keeps[r].most for r in rules):
            return
        for r in rules:
            self.taken[r] += 1
        self.send(pair)

    def sent(self) -> Iterable[Sent]:
        """Give every team what it fills: of each demand, whoever is ready first, first."""
        side = self.problem.force
        here: list[list[int]] = [[] for _ in self.problem.incidents]
        for team, incident in sorted(self.goes.items()):
            here[incident].append(team)
        fills: dict[int, list[tuple[int, int]]] = {team: [] for team in self.goes}
        for n, demand in enumerate(side.demands):
            left = demand.need.strength
            for team in sorted(here[demand.incident], key=lambda t: (int(side.ready_s[t, n]), t)):
                units = min(left, int(side.counts[team, n]))
                if units > 0:
                    fills[team].append((n, units))
                    left -= units
        return (Sent(team, self.goes[team], tuple(fills[team])) for team in sorted(self.goes))


def useless(problem: Problem, sent: Sequence[Sent]) -> set[int]:
    """Teams that fill nothing, were not ordered and are not the first where others fill something."""
    side = problem.force
    first: dict[int, int] = {}
    for each in sorted(sent, key=lambda one: (int(side.arrive_s[one.team, one.incident]), one.team)):
        first.setdefault(each.incident, each.team)
    served = {each.incident for each in sent if each.fills}
    return {
        each.team
        for each in sent
        if not each.fills
        and side.locked[each.team] < 0
        and (first[each.incident] != each.team or each.incident not in served)
    }
