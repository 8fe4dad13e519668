"""Questions about a plan, answered by planning again under another order: why this team, why not that.

The whole plan is made again, teams and supplies together, and prices are those of the whole plan. Supplies are chosen
anew only where teams would wait for other items than before, so that most answers cost one choice of teams.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final

from dispatch.allocation import Allocated
from dispatch.assignment import Assigned
from dispatch.compose import force_levels, supply_levels
from dispatch.desk import Desk
from dispatch.language import Duration, phrase
from dispatch.problem import Bar, Problem
from dispatch.shortfall import reserve_of
from dispatch.solve import Waiting, settle
from models.errors import InputError, require
from models.inquiry import LevelPrice, TeamAnswer, Why, WhyNot
from models.place import Name
from models.plan import Plan
from models.request import Forbid, Lock, Request
from models.units import NEVER

_RESPONSE: Final = 3
_COVER: Final = 5
_TEAM_LEVELS: Final = 6
"""Levels of the teams' objective: response time, cover taken away; and how many there are."""

_WHY_OF_BAR: Final = {
    Bar.UNAVAILABLE: (Why.UNAVAILABLE, "busy, off duty or out of service"),
    Bar.ECHELON: (Why.NOT_ALLOWED, "its echelon is not called at this response level"),
    Bar.AREA: (Why.OUT_OF_AREA, "the incident lies outside its response area"),
    Bar.FORBIDDEN: (Why.FORBIDDEN, "forbidden by order"),
    Bar.UNREACHABLE: (Why.UNREACHABLE, "no way from where it stands to the incident"),
}


@dataclass(frozen=True, slots=True)
class _Case:
    """A request on a desk, and what was chosen for it."""

    request: Request
    problem: Problem
    assigned: Assigned
    allocated: Allocated


class Inquiry:
    """One plan, asked about.

    Parameters
    ----------
    desk
        The world.
    request
        What the plan answers.
    """

    def __init__(self, desk: Desk, request: Request) -> None:
        self.desk = desk
        self._travel = desk.travel(request)
        self._supplies: dict[Waiting, Allocated] = {}
        self.case = self._plan(request)
        self._rows = {team.id: t for t, team in enumerate(self.case.problem.teams)}

    def refuse_stale(self, plan: Plan, where: str) -> None:
        """Refuse a plan that was made for other inputs than these; `where` names it.

        Raises
        ------
        InputError
            The world or the request in the plan is not what the plan was made for.
        """
        require(
            plan.inputs_digest == self.case.problem.inputs_digest,
            "the world or the request has changed since the plan was made; plan again",
            where=where,
        )

    def _plan(self, request: Request) -> _Case:
        return self._settled(request, self.desk.problem(request, self._travel))

    def _settled(self, request: Request, problem: Problem) -> _Case:
        """Choose for a problem of the same incidents, depots and moment as all others that are asked about here."""
        deadline = time.monotonic() + request.time_limit_s
        _, assigned, allocated = settle(problem, deadline=deadline, known=self._supplies)
        return _Case(request, problem, assigned, allocated)

    def team(self, plan: Plan, team: str) -> TeamAnswer:
        """Say why a team goes where it goes.

        Raises
        ------
        InputError
            There is no such team, or the plan does not send it.
        """
        self._row(team)
        each = next((each for each in plan.assignments if each.team == team), None)
        if each is None:
            raise InputError("team {id} is not sent by this plan; ask --why-not {id}", id=team)
        reason = next((reason for reason in plan.reasons if reason.id == team), None)
        if reason is None:
            raise InputError("the plan gives no reason for team {id}; plan again", id=team)
        without = self._plan(_without(self.case.request, team))
        return TeamAnswer(
            team=team,
            name=each.name,
            incident=each.incident,
            why=reason.why,
            eta=each.eta,
            next_best=reason.next_best,
            price_without=self._prices(without),
        )

    def why_not(self, team: str, incident: str | None = None) -> tuple[WhyNot, ...]:
        """Say why a team is not sent to an incident (to each, where none is named), and what forcing it would cost.

        Raises
        ------
        InputError
            There is no such team or incident, or no incident at all.
        """
        row = self._row(team)
        known = [each.id for each in self.case.request.incidents]
        require(bool(known), "the request has no incident that a team could be sent to")
        if incident is not None and incident not in known:
            raise InputError("no incident {id!r} in this request", id=incident)
        return tuple(self._why_not(row, i) for i, each in enumerate(known) if incident in {None, each})

    def _why_not(self, t: int, i: int) -> WhyNot:
        side = self.case.problem.force
        goes = {each.team: each.incident for each in self.case.assigned.sent}
        bar = Bar(int(side.bar[t, i]))
        if bar is not Bar.NONE:
            reason, words = _WHY_OF_BAR[bar]
            return self._answer(t, i, reason, phrase(words))
        if goes.get(t) == i:
            return self._answer(t, i, Why.SENT, phrase("it is sent there"))
        if not self._useful(t, i):
            return self._answer(t, i, Why.NO_USE, phrase("it has nothing that is needed there"))
        bound = int(side.locked[t])
        if bound >= 0:
            return self._bound(t, i, self.case.problem.incidents[bound].id)
        forced = self._plan(self._sending(t, i))
        prices = self._prices(forced)
        surplus = t not in goes and not any(each.team == t and each.fills for each in forced.assigned.sent)
        reason, why = self._held(t, i) or (
            self._late(t, i) if surplus else self._weighed(t, i, goes.get(t), prices)
        )
        return self._answer(t, i, reason, why, prices, self._moved(forced, t))

    def _useful(self, t: int, i: int) -> bool:
        side = self.case.problem.force
        return any(demand.incident == i and side.counts[t, n] > 0 for n, demand in enumerate(side.demands))

    def _bound(self, t: int, i: int, other: str) -> WhyNot:
        """Answer for a team that an order, or its being there, binds to another incident."""
        if any(order.team == self.case.problem.teams[t].id for order in self.case.request.locks):
            return self._answer(t, i, Why.BOUND, phrase("bound to {incident} by order", incident=other))
        return self._answer(t, i, Why.UNAVAILABLE, phrase("at work at {incident}", incident=other))

    def _sending(self, t: int, i: int) -> Request:
        """Give the request with an order that sends the team to the incident."""
        request = self.case.request
        order = Lock(team=self.case.problem.teams[t].id, incident=request.incidents[i].id)
        return replace(request, locks=(*request.locks, order))

    def _held(self, t: int, i: int) -> tuple[Why, Name] | None:
        """Name the reserve rule but for which the team would be sent to the incident."""
        problem, sent = self.case.problem, self.case.assigned.sent
        others = {each.team: each.incident for each in sent if each.team != t}
        keep = reserve_of(problem, t, i, others)
        if keep is None:
            return None
        loose = replace(problem, force=replace(problem.force, keeps=()))
        freed = self._settled(self.case.request, loose).assigned.sent
        if not any((each.team, each.incident) == (t, i) for each in freed):
            return None
        return Why.RESERVE, phrase("kept at home: {rule}", rule=keep.name)

    def _late(self, t: int, i: int) -> tuple[Why, Name]:
        eta = Duration(int(self.case.problem.force.arrive_s[t, i]))
        return Why.TOO_LATE, phrase("others are there sooner; it would arrive in {eta}", eta=eta)

    def _weighed(self, t: int, i: int, other: int | None, prices: tuple[LevelPrice, ...]) -> tuple[Why, Name]:
        """Name the reason by the first level that would be worse; `other` is the incident it is sent to instead."""
        first = next((price for price in prices if price.then != price.now), None)
        if first is None:
            return Why.NO_WORSE, phrase("it would do as well; the plan chose another of equals")
        if first.then < first.now:
            return Why.NO_WORSE, phrase("sending it would be better; give the planner more time")
        of_teams = first in prices[:_TEAM_LEVELS]
        if of_teams and other is not None and first.level <= _RESPONSE:
            incident = self.case.problem.incidents[other].id
            return Why.NEEDED_ELSEWHERE, phrase("needed more at {incident}", incident=incident)
        if of_teams and 1 < first.level <= _RESPONSE:
            return self._late(t, i)
        if of_teams and first.level == _COVER:
            return Why.COVER, phrase("it covers people at risk where it stands")
        return Why.COSTS_MORE, phrase(
            "{level} would be worse: {now} now, {then} then", level=first.name, now=first.now, then=first.then
        )

    def _answer(
        self,
        t: int,
        i: int,
        reason: Why,
        why: Name,
        price: tuple[LevelPrice, ...] = (),
        moved: tuple[str, ...] = (),
    ) -> WhyNot:
        problem = self.case.problem
        arrive = int(problem.force.arrive_s[t, i])
        return WhyNot(
            team=problem.teams[t].id,
            name=problem.teams[t].name,
            incident=problem.incidents[i].id,
            reason=reason,
            why=why,
            eta_s=None if arrive >= NEVER else arrive,
            price=price,
            moved=moved,
        )

    def _prices(self, other: _Case) -> tuple[LevelPrice, ...]:
        now, then = (
            (*force_levels(each.assigned.levels), *supply_levels(each.allocated.levels))
            for each in (self.case, other)
        )
        return tuple(
            LevelPrice(level=a.level, name=a.name, now=a.value, then=b.value)
            for a, b in zip(now, then, strict=True)
        )

    def _moved(self, other: _Case, but: int) -> tuple[str, ...]:
        before = {each.team: each.incident for each in self.case.assigned.sent}
        after = {each.team: each.incident for each in other.assigned.sent}
        changed = [t for t in before.keys() | after.keys() if before.get(t) != after.get(t) and t != but]
        return tuple(self.case.problem.teams[t].id for t in sorted(changed))

    def _row(self, team: str) -> int:
        if team not in self._rows:
            raise InputError("no team {id!r} in this world", id=team)
        return self._rows[team]


def _without(request: Request, team: str) -> Request:
    """Give the request with an order that the team goes nowhere, in place of what sends or has sent it."""
    return replace(
        request,
        locks=tuple(order for order in request.locks if order.team != team),
        engaged=tuple(each for each in request.engaged if each.team != team),
        forbids=(*request.forbids, Forbid(team=team)),
    )
