"""Ways to spoil a good plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from models.plan import Limit, Plan, Shortfall
from tests.dispatch.cases import name

Change = Callable[[Plan], Plan]


def team_change(team_id: str, **changes: object) -> Change:
    return lambda plan: replace(
        plan,
        assignments=tuple(
            replace(each, **changes) if each.team == team_id else each  # type: ignore[arg-type]
            for each in plan.assignments
        ),
    )


def shipment_change(**changes: object) -> Change:
    return lambda plan: replace(
        plan,
        shipments=(replace(plan.shipments[0], **changes), *plan.shipments[1:]),  # type: ignore[arg-type]
    )


def load_change(**changes: object) -> Change:
    def change(plan: Plan) -> Plan:
        first = plan.shipments[0]
        loads = (replace(first.loads[0], **changes), *first.loads[1:])  # type: ignore[arg-type]
        return replace(plan, shipments=(replace(first, loads=loads), *plan.shipments[1:]))

    return change


def double_book(plan: Plan) -> Plan:
    return replace(plan, assignments=(*plan.assignments, replace(plan.assignments[0], incident="I1")))


def drop_team(team_id: str) -> Change:
    return lambda plan: replace(plan, assignments=tuple(e for e in plan.assignments if e.team != team_id))


def send(team_id: str, like: str) -> Change:
    def change(plan: Plan) -> Plan:
        model = next(each for each in plan.assignments if each.team == like)
        return replace(plan, assignments=(*plan.assignments, replace(model, team=team_id, serves=())))

    return change


def later(plan: Plan) -> Plan:
    first = plan.assignments[0]
    moved = replace(first, arrives_at=first.arrives_at + timedelta(seconds=1))
    return replace(plan, assignments=(moved, *plan.assignments[1:]))


def hide_shortfall(plan: Plan) -> Plan:
    return replace(plan, shortfalls=plan.shortfalls[1:])


def invent_shortfall(plan: Plan) -> Plan:
    made_up = Shortfall(
        incident="I0",
        capability="fire",
        needed=1,
        missing=1,
        limit=Limit.NOBODY_HAS_IT,
        reason=name("x"),
        remedy=name("x"),
    )
    return replace(plan, shortfalls=(*plan.shortfalls, made_up))


def level(number: int, **changes: object) -> Change:
    def change(plan: Plan) -> Plan:
        levels = list(plan.objective)
        levels[number] = replace(levels[number], **changes)  # type: ignore[arg-type]
        return replace(plan, objective=tuple(levels))

    return change
