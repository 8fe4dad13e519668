"""Faults of assignments: may this team go, does it count, do its times add up, is enough left at home."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from math import ceil

from dispatch.check.facts import Facts
from models.doctrine import Reserve, Scope
from models.force import Team, TeamStatus
from models.plan import Assignment, EtaParts, Plan, Served, Shipment
from models.units import NEVER


def team_faults(facts: Facts, plan: Plan) -> Iterator[str]:
    """Everything that is wrong with the assignments of a plan."""
    for team, times in Counter(each.team for each in plan.assignments).items():
        if times > 1:
            yield f"team {team} is sent to {times} places at once"
    goes = {each.team: each.incident for each in plan.assignments}
    for lock in facts.request.locks:
        if goes.get(lock.team) != lock.incident:
            yield f"team {lock.team} is locked to {lock.incident} but not sent there"
    locked = {lock.team for lock in facts.request.locks}
    for team, task in facts.engaged.items():
        if facts.on_scene(facts.teams[team]) and team not in locked and goes.get(team) != task.incident:
            yield f"team {team} is on scene at {task.incident} but taken away"
    for each in plan.assignments:
        if each.team not in facts.teams or each.incident not in facts.incidents:
            yield f"assignment of {each.team} to {each.incident} names what does not exist"
            continue
        yield from _may_go(facts, each)
        yield from _counts(facts, each, plan)
        yield from _team_times(facts, each)
    yield from _reserves(facts, plan)


def _may_go(facts: Facts, each: Assignment) -> Iterator[str]:
    team, incident = facts.teams[each.team], facts.incidents[each.incident]
    locked, stays = facts.locked(team.id, incident.id), facts.stays(each)
    if each.echelon != team.echelon:
        yield f"team {team.id} is of echelon {team.echelon}, the plan says {each.echelon}"
    if (each.approver is not None) != bool(team.approval):
        yield f"team {team.id}: approval is {'needed' if team.approval else 'not needed'}, the plan says otherwise"
    if each.locked != locked:
        yield f"team {team.id}: the plan is wrong about its lock"
    if each.stays != stays:
        yield f"team {team.id}: the plan is wrong about what it was doing"
    bound = locked or facts.on_scene(team)
    if not (stays and bound) and any(
        ban.team == team.id and ban.incident in {None, incident.id} for ban in facts.request.forbids
    ):
        yield f"team {team.id} is forbidden for {incident.id}"
    if stays:
        return
    if not bound and team.echelon not in facts.doctrine.levels[incident.response_level].echelons:
        yield f"team {team.id}: echelon {team.echelon} is not called at level {incident.response_level} ({incident.id})"
    if not bound and team.area and facts.town(incident) not in team.area:
        yield f"team {team.id} is sent outside its response area ({incident.id})"
    if facts.free_from(team) is None:
        yield f"team {team.id} is {team.status}, busy or off duty and cannot be sent"


def _counts(facts: Facts, each: Assignment, plan: Plan) -> Iterator[str]:
    team, incident = facts.teams[each.team], facts.incidents[each.incident]
    needs = {need.capability: need for need in facts.doctrine.force_needs(incident)}
    for capability, times in Counter(served.capability for served in each.serves).items():
        if times > 1:
            yield f"team {team.id} serves {capability} twice"
    for served in each.serves:
        need = needs.get(served.capability)
        if need is None:
            yield f"team {team.id} serves {served.capability}, which {incident.id} does not need"
            continue
        if not 0 < served.strength <= facts.strength(team, served.capability):
            yield f"team {team.id} has not {served.strength} units of {served.capability} that count"
        if facts.lacks(team, need.requires_item):
            yield from _waits(facts, each, served, need.requires_item or "", plan)
        elif served.waits_for is not None:
            yield f"team {team.id} waits for {served.waits_for}, which it has or does not need"


def _waits(facts: Facts, each: Assignment, served: Served, item: str, plan: Plan) -> Iterator[str]:
    """Check that a team without its item waits until a depot's truck has brought one for everyone who waits."""
    if served.waits_for != item or served.counts_at is None:
        yield f"team {each.team} lacks {item} and does not count for {served.capability}"
        return
    left = facts.waiting(plan)[each.incident, item]
    ready = None
    for shipment in sorted(plan.shipments, key=lambda one: one.arrives_at):
        if shipment.incident == each.incident:
            left -= sum(load.quantity for load in shipment.loads if load.item == item)
        if left <= 0 and ready is None:
            ready = shipment.arrives_at
    if ready is None:
        yield f"team {each.team} waits for {item}, which no truck brings to {each.incident}"
    elif served.counts_at < max(ready, each.arrives_at):
        yield f"team {each.team} counts for {served.capability} before {item} is on scene"


def _team_times(facts: Facts, each: Assignment) -> Iterator[str]:
    team, incident = facts.teams[each.team], facts.incidents[each.incident]
    now, task = facts.request.now, facts.engaged.get(team.id)
    if task is not None and facts.stays(each):
        remaining = 0 if facts.on_scene(team) else max(0, ceil((task.arrives_at - now).total_seconds()))
        leaves = min(remaining, max(0, ceil((task.departs_at - now).total_seconds())))
        expected = EtaParts(wait_s=0, call_processing_s=0, turnout_s=leaves, travel_s=remaining - leaves)
        yield from arrival_faults(facts, f"team {team.id}", each, expected)
        return
    driving = int(facts.problem.force.travel_s[facts.team_row[team.id], facts.column[incident.id]])
    free = now if team.free_from is None else max(now, team.free_from)
    wait = ceil((free - now).total_seconds())
    turnout = 0 if team.status is TeamStatus.RETURNING else team.turnout_s
    if task is not None and team.free_from is None:
        turnout = min(team.turnout_s, max(0, ceil((task.departs_at - now).total_seconds())))
    lead = 0
    if team.entries and team.position == facts.district.teams[facts.team_row[team.id]].position:
        came_by = facts.problem.force.starts[facts.team_row[team.id]]
        leads = [entry.lead_s for entry in team.entries if entry.position.wgs84 == came_by]
        lead = min(leads, default=0)
    expected = EtaParts(
        wait_s=wait + lead, call_processing_s=facts.call_s(incident), turnout_s=turnout, travel_s=driving
    )
    yield from arrival_faults(facts, f"team {team.id}", each, expected)


def arrival_faults(facts: Facts, who: str, each: Assignment | Shipment, expected: EtaParts) -> Iterator[str]:
    """Times that do not add up, of a team or of a truck."""
    if expected.travel_s >= NEVER:
        yield f"{who} has no way to {each.incident}"
        return
    if each.eta != expected:
        yield f"{who}: its times do not add up ({each.eta} instead of {expected})"
    if each.arrives_at != facts.request.now + timedelta(seconds=each.eta.total_s):
        yield f"{who}: arrival at {each.incident} is not now plus its parts"
    if each.departs_at != each.arrives_at - timedelta(seconds=each.eta.travel_s):
        yield f"{who}: departure is not arrival less driving"


def _reserves(facts: Facts, plan: Plan) -> Iterator[str]:
    for rule in facts.doctrine.reserves:
        by_home: dict[str | None, set[str]] = defaultdict(set)
        for team in facts.teams.values():
            home = None if rule.scope is Scope.DISTRICT else team.town
            if team.echelon in rule.echelons and home != "" and _at_hand(facts, team):
                by_home[home].add(team.id)
        for home, free in by_home.items():
            yield from _reserve(facts, plan, rule, home, free)


def _at_hand(facts: Facts, team: Team) -> bool:
    """Whether a team is free now and nobody has bound it."""
    bound = facts.on_scene(team) or any(lock.team == team.id for lock in facts.request.locks)
    return not bound and facts.free_from(team) == facts.request.now


def _reserve(facts: Facts, plan: Plan, rule: Reserve, home: str | None, free: set[str]) -> Iterator[str]:
    """Count who of a reserve is sent to incidents that must leave it alone."""
    sent = [
        each.team
        for each in plan.assignments
        if each.team in free
        and each.incident in facts.incidents
        and rule.binds(facts.incidents[each.incident].response_level)
        and (home is None or facts.town(facts.incidents[each.incident]) != home)
    ]
    if sent and len(free) - len(sent) < rule.keep:
        yield (
            f"{rule.name.en}: {len(sent)} of the {len(free)} free teams of {home or 'the district'} are sent away, "
            f"{rule.keep} must stay"
        )
