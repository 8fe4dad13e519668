"""Why each team and each truck: its time by part, and what the next-best choice would cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from dispatch.language import Duration, phrase
from dispatch.problem import Bar, Problem
from models.place import Name
from models.plan import Alternative, Assignment, Plan, Reason, Shipment
from models.units import NEVER


def explain(problem: Problem, plan: Plan) -> Plan:
    """The plan with a reason for every assignment and every shipment."""
    return replace(plan, reasons=(*_team_reasons(problem, plan), *_shipment_reasons(problem, plan)))


def _team_reasons(problem: Problem, plan: Plan) -> Iterator[Reason]:
    rows = {team.id: t for t, team in enumerate(problem.teams)}
    columns = {incident.id: i for i, incident in enumerate(problem.incidents)}
    goes = {rows[each.team]: each for each in plan.assignments}
    for each in plan.assignments:
        t, i = rows[each.team], columns[each.incident]
        yield Reason(
            id=each.team,
            incident=each.incident,
            why=_why_team(problem, each, t, i, goes),
            next_best=_next_best_team(problem, each, i, goes),
        )


def _why_team(problem: Problem, each: Assignment, t: int, i: int, goes: dict[int, Assignment]) -> Name:
    if each.locked:
        return phrase("ordered by the operator")
    if not each.serves:
        return phrase("first on scene, in {eta}", eta=Duration(each.eta.total_s))
    capability = each.serves[0].capability
    n = _demand(problem, i, capability)
    faster = [
        other
        for other in _candidates(problem, i, n)
        if problem.force.arrive_s[other, i] < problem.force.arrive_s[t, i]
    ]
    name = problem.doctrine.capabilities[capability]
    if not faster:
        return phrase("fastest with {capability}, in {eta}", capability=name, eta=Duration(each.eta.total_s))
    here = sum(1 for other in faster if other in goes and goes[other].incident == each.incident)
    if here == len(faster):
        return phrase(
            "next fastest with {capability}, in {eta}; faster ones sent here too: {count}",
            capability=name,
            eta=Duration(each.eta.total_s),
            count=here,
        )
    away = sum(1 for other in faster if other in goes) - here
    if here + away == len(faster):
        return phrase(
            "fastest left with {capability}, in {eta}; faster ones at other incidents: {count}",
            capability=name,
            eta=Duration(each.eta.total_s),
            count=away,
        )
    return phrase(
        "serves as well as any with {capability}, in {eta}, at the lowest echelon and driving time",
        capability=name,
        eta=Duration(each.eta.total_s),
    )


def _demand(problem: Problem, i: int, capability: str) -> int:
    return next(
        n
        for n, demand in enumerate(problem.force.demands)
        if demand.incident == i and demand.need.capability == capability
    )


def _candidates(problem: Problem, i: int, n: int) -> list[int]:
    """Teams that could serve the demand, soonest first."""
    side = problem.force
    may = np.flatnonzero((side.bar[:, i] == Bar.NONE) & (side.counts[:, n] > 0))
    return [int(t) for t in may[np.lexsort((may, side.arrive_s[may, i]))]]


def _next_best_team(
    problem: Problem, each: Assignment, i: int, goes: dict[int, Assignment]
) -> Alternative | None:
    """The soonest team not sent here that could stand in for the first need served."""
    if not each.serves:
        return None
    n = _demand(problem, i, each.serves[0].capability)
    for other in _candidates(problem, i, n):
        task = goes.get(other)
        if task is not None and task.incident == each.incident:
            continue
        team = problem.teams[other]
        eta = int(problem.force.arrive_s[other, i])
        later = eta - each.eta.total_s
        if task is not None:
            costs = (
                phrase(
                    "leaves incident {incident}; arrives {delay} later",
                    incident=task.incident,
                    delay=Duration(later),
                )
                if later >= 0
                else phrase(
                    "leaves incident {incident}; arrives {gain} sooner",
                    incident=task.incident,
                    gain=Duration(-later),
                )
            )
        elif later >= 0:
            costs = phrase("arrives {delay} later", delay=Duration(later))
        else:
            costs = phrase(
                "arrives {gain} sooner, but costs more on an earlier level or a higher echelon",
                gain=Duration(-later),
            )
        return Alternative(id=team.id, name=team.name, eta_s=eta, costs=costs)
    return None


def _shipment_reasons(problem: Problem, plan: Plan) -> Iterator[Reason]:
    columns = {incident.id: i for i, incident in enumerate(problem.incidents)}
    used = {each.truck for each in plan.shipments}
    items = {item.id: item for item in problem.district.items}
    for each in plan.shipments:
        i = columns[each.incident]
        why = phrase(
            "delivers {item} from the {tier} depot in {eta}",
            item=items[each.loads[0].item].name,
            tier=each.tier,
            eta=Duration(each.eta.total_s),
        )
        yield Reason(
            id=each.truck, incident=each.incident, why=why, next_best=_next_best_truck(problem, each, i, used)
        )


def _next_best_truck(problem: Problem, each: Shipment, i: int, used: set[str]) -> Alternative | None:
    """The soonest unused truck of another depot that holds the first item of the load."""
    side = problem.supply
    n = next(
        n
        for n, demand in enumerate(side.demands)
        if demand.incident == i and demand.need.item == each.loads[0].need
    )
    best: tuple[int, int] | None = None
    for v, (d, truck) in enumerate(side.trucks):
        arrive = int(side.arrive_s[v, i])
        other = problem.depots[d].id != each.depot and truck.id not in used and side.issuable[d, n] > 0
        if other and arrive < NEVER and (best is None or arrive < best[0]):
            best = (arrive, v)
    if best is None:
        return None
    arrive, v = best
    later = arrive - each.eta.total_s
    costs = (
        phrase("arrives {delay} later", delay=Duration(later))
        if later >= 0
        else phrase("arrives {gain} sooner, but carries less or costs more trips", gain=Duration(-later))
    )
    depot = problem.depots[side.trucks[v][0]]
    return Alternative(id=side.trucks[v][1].id, name=depot.name, eta_s=arrive, costs=costs)
