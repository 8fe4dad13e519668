"""Whole plans that put something else first, side by side with the plan as the doctrine has it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from dispatch.desk import Desk
from dispatch.explain import explain
from dispatch.language import phrase
from dispatch.problem import Problem
from dispatch.solve import solve
from models.doctrine import Doctrine
from models.force import Echelon, TeamStatus
from models.inquiry import Variant
from models.place import Name
from models.plan import Plan
from models.request import Forbid, Lock, Request

_ECHELONS: Final = 4
_COVER: Final = 5
"""Levels of the teams' objective: price of the echelons, cover taken away."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One variant to be planned."""

    key: str
    name: Name
    desk: Desk
    request: Request


def variants(desk: Desk, request: Request) -> tuple[Variant, ...]:
    """Give whole plans side by side: as the doctrine says, fastest, least disturbance, the district team at home.

    * fastest: no reserve is kept, and of equally fast teams the one that drives least goes, whatever its echelon;
    * least disturbance (with a plan in force): who is on the way stays on the way;
    * the district team at home.

    All are valued by the doctrine in force, whatever they were chosen by.
    """
    asked = [
        _Asked("doctrine", phrase("as the doctrine says"), desk, request),
        _Asked("fastest", phrase("fastest"), desk.under(_fast(desk.world.district.doctrine)), request),
    ]
    rolling = _rolling(request)
    if rolling:
        steady = replace(request, locks=(*request.locks, *rolling))
        asked.append(_Asked("steady", phrase("least disturbance"), desk, steady))
    home = _district_teams(desk, request)
    if home:
        kept = replace(request, forbids=(*request.forbids, *home))
        asked.append(_Asked("district_home", phrase("the district team stays at home"), desk, kept))
    problem = desk.problem(request, desk.travel(request))
    return tuple(_variant(problem, each) for each in asked)


def _fast(doctrine: Doctrine) -> Doctrine:
    weights = replace(doctrine.weights, echelon_step=0, approval=0, unreliability=0)
    return replace(doctrine, reserves=(), cover=None, weights=weights)


def _rolling(request: Request) -> tuple[Lock, ...]:
    """Give orders that keep everyone on the way on the way, but who was ordered otherwise or has broken down."""
    ordered = {order.team for order in request.locks}
    down = {each.team for each in request.reports if each.status is TeamStatus.OUT_OF_SERVICE}
    banned = {(ban.team, ban.incident) for ban in request.forbids}
    return tuple(
        Lock(team=each.team, incident=each.incident)
        for each in request.engaged
        if each.team not in ordered | down and not {(each.team, None), (each.team, each.incident)} & banned
    )


def _district_teams(desk: Desk, request: Request) -> tuple[Forbid, ...]:
    """Give orders that keep the district's team at home, but where it is under way or under orders already."""
    bound = {order.team for order in request.locks} | {each.team for each in request.engaged}
    return tuple(
        Forbid(team=team.id)
        for team in desk.world.district.teams
        if team.echelon is Echelon.DISTRICT and team.id not in bound
    )


def _variant(problem: Problem, asked: _Asked) -> Variant:
    """Plan one variant and value it by `problem`, the doctrine's own."""
    own, plan = solve(asked.desk, asked.request)
    return Variant(key=asked.key, name=asked.name, plan=explain(own, plan), values=_values(problem, plan))


def _values(problem: Problem, plan: Plan) -> tuple[int, ...]:
    """Give the plan's levels by the doctrine of `problem`.

    No variant weighs any level differently but the price of the echelons and the cover, which are added up anew.
    """
    rows = {team.id: t for t, team in enumerate(problem.teams)}
    columns = {incident.id: i for i, incident in enumerate(problem.incidents)}
    pairs = [(rows[each.team], columns[each.incident]) for each in plan.assignments]
    price = sum(int(problem.force.price[pair]) for pair in pairs)
    cover = sum(int(problem.force.cover_loss[t]) for t, _ in pairs)
    echelons = next(k for k, entry in enumerate(plan.objective) if entry.level == _ECHELONS)
    return tuple(
        price if k == echelons else cover if entry.level == _COVER else entry.value
        for k, entry in enumerate(plan.objective)
    )
