"""The objective, worked out again from the words of the plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from math import ceil

import numpy as np

from dispatch.check.facts import Facts
from dispatch.check.shortfalls import served
from models.force import Echelon, Team
from models.incident import Incident, Stake, SupplyNeed
from models.place import distance_m
from models.plan import Plan
from models.supply import Tier
from models.units import NEVER

_TIER_STEPS = {Tier.VILLAGE: 0, Tier.TOWN: 1, Tier.DISTRICT: 2}


def objective_faults(facts: Facts, plan: Plan) -> Iterator[str]:
    """Levels whose value, bound or gap is not what the plan says."""
    values = [*_zip_levels(_force_values(facts, plan), _supply_values(facts, plan))]
    if len(plan.objective) != len(values):
        yield f"the objective has {len(plan.objective)} entries, {len(values)} are needed"
        return
    for stated, (level, value) in zip(plan.objective, values, strict=True):
        if stated.level != level or stated.value != value:
            yield f"objective level {level} ({stated.name.en}) is {value}, the plan says {stated.value}"
        if not 0 <= stated.bound <= stated.value or stated.proven != (stated.bound == stated.value):
            yield f"objective level {level} ({stated.name.en}): bound {stated.bound} does not fit"
        gap = 0.0 if value == 0 else (value - stated.bound) / value
        if abs(gap - stated.gap) > 1e-5:  # noqa: PLR2004 - the plan's rounding
            yield f"objective level {level} ({stated.name.en}): gap is {gap:.6f}, the plan says {stated.gap}"


def _zip_levels(force: list[int], supply: list[int]) -> Iterator[tuple[int, int]]:
    for level, ours, theirs in zip_longest((1, 2, 3, 4, 5, 6), force, supply):
        yield level, ours
        if theirs is not None:
            yield level, theirs


def _force_values(facts: Facts, plan: Plan) -> list[int]:
    strength, _ = served(plan)
    unmet = late = response = 0
    step = facts.doctrine.weights.response_step_s
    for incident in facts.incidents.values():
        here = [each for each in plan.assignments if each.incident == incident.id]
        needs = {need.capability: need for need in facts.doctrine.force_needs(incident)}
        for need in needs.values():
            missing = need.strength - strength[incident.id, need.capability]
            unmet += facts.priority(incident, need.stake) * missing
        if here:
            soonest = min(each.eta.total_s for each in here)
            kind = facts.doctrine.incidents[incident.type]
            target = kind.responses[incident.response_level].first_arrival_s
            late += facts.priority(incident, Stake.LIFE) * max(0, soonest - target)
            response += facts.priority(incident, Stake.LIFE) * ceil(soonest / step)
        for each in here:
            for one in each.serves:
                need = needs[one.capability]
                counts_s = each.eta.total_s
                if one.counts_at is not None:
                    counts_s = ceil((one.counts_at - facts.request.now).total_seconds())
                priority = facts.priority(incident, need.stake) * one.strength
                late += priority * max(0, counts_s - need.target_s)
                response += priority * ceil(counts_s / step)
    return [unmet, late, response + _diversions(facts, plan), *_last_levels(facts, plan)]


def _diversions(facts: Facts, plan: Plan) -> int:
    """Price of turning teams that were on their way."""
    weights = facts.doctrine.weights
    return sum(
        weights.diversion_steps
        * facts.priority(facts.incidents[facts.engaged[each.team].incident], Stake.LIFE)
        for each in plan.assignments
        if each.team in facts.engaged and not facts.stays(each)
    )


def _last_levels(facts: Facts, plan: Plan) -> list[int]:
    """Echelons called, cover taken away, driving and changes."""
    weights, loss = facts.doctrine.weights, _cover_losses(facts)
    price = cover = driving = 0
    for each in plan.assignments:
        team, incident = facts.teams[each.team], facts.incidents[each.incident]
        if not facts.stays(each):
            price += weights.echelon_step * _steps(facts, team, incident)
            price += weights.approval if team.approval else 0
            price += round(weights.unreliability * (1 - team.availability))
        cover += loss.get(team.id, 0)
        driving += each.eta.travel_s
        if team.id in facts.engaged and not facts.stays(each):
            driving += weights.change
    return [price, cover, driving]


def _steps(facts: Facts, team: Team, incident: Incident) -> int:
    near = facts.doctrine.weights.enterprise_near_m
    if team.echelon is Echelon.ENTERPRISE and near:
        apart = distance_m(team.home.wgs84, incident.position.wgs84)
        if apart <= near:
            return 0
    order = facts.doctrine.levels[incident.response_level].echelons
    return order.index(team.echelon) if team.echelon in order else len(order)


def _cover_losses(facts: Facts) -> dict[str, int]:
    """Expected cover lost when one team alone leaves; the seconds to the cells are taken over."""
    cover, side = facts.doctrine.cover, facts.problem.cover
    if cover is None or side is None:
        return {}
    free = [
        team
        for team in facts.teams.values()
        if team.id not in facts.engaged and facts.free_from(team) == facts.request.now
    ]
    rows = [facts.team_row[team.id] for team in free]
    near = np.asarray(side.reach_s)[rows] <= min(cover.within_s, NEVER - 1)
    colours = facts.colours()
    share = [
        cell.population * cover.weights[colour] * (1 - cover.busy)
        for cell, colour in zip(facts.district.risk, colours, strict=True)
    ]
    lost = near @ (np.array(share) * cover.busy ** np.maximum(near.sum(axis=0) - 1, 0))
    return {team.id: round(float(value)) for team, value in zip(free, lost, strict=True)}


def _supply_values(facts: Facts, plan: Plan) -> list[int]:
    weights = facts.doctrine.weights
    _, units = served(plan)
    unmet = late = delivery = price = 0
    for incident in facts.incidents.values():
        points = {}
        deadlines = {}
        for need, priority in _supply_needs(facts, incident, plan):
            points[need.item] = max(1, round(1000 * priority / need.quantity))
            deadlines[need.item] = need.deadline_s
            unmet += points[need.item] * (need.quantity - units[incident.id, need.item])
        for each in plan.shipments:
            if each.incident != incident.id:
                continue
            for load in each.loads:
                overdue = max(0, each.eta.total_s - deadlines[load.need])
                late += points[load.need] * load.quantity * ceil(overdue / weights.delivery_step_s)
                delivery += (
                    points[load.need] * load.quantity * ceil(each.eta.total_s / weights.delivery_step_s)
                )
            price += weights.trip + weights.tier_step * _TIER_STEPS[each.tier]
            price += ceil(weights.driving_hour * each.eta.travel_s / 3600)
    return [unmet, late, delivery, price]


def _supply_needs(facts: Facts, incident: Incident, plan: Plan) -> Iterator[tuple[SupplyNeed, int]]:
    """Needs of an incident with their priorities, those of waiting teams put to them."""
    waiting = {item: teams for (where, item), teams in facts.waiting(plan).items() if where == incident.id}
    force = {need.requires_item: need for need in reversed(facts.doctrine.force_needs(incident))}
    for need in facts.doctrine.supply_needs(incident):
        priority = facts.priority(incident, need.stake)
        if need.item not in waiting:
            yield need, priority
            continue
        wants = force[need.item]
        deadline_s = min(need.deadline_s, wants.target_s)
        more = replace(need, quantity=need.quantity + waiting.pop(need.item), deadline_s=deadline_s)
        yield more, max(priority, facts.priority(incident, wants.stake))
    for item, teams in waiting.items():
        wants = force[item]
        extra = SupplyNeed(item=item, quantity=teams, deadline_s=wants.target_s, stake=wants.stake)
        yield extra, facts.priority(incident, wants.stake)
