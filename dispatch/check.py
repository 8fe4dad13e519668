"""Does this plan hold? Recomputed from the words of request and district; shares no code with the solver.

Of the problem's tables only the driving seconds are taken over; who may go, who counts, what is in stock, what it
weighs and what the objective comes to is worked out here again, one plain rule after another.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import zip_longest
from math import ceil

from dispatch.problem import Problem
from models.force import Team, TeamStatus
from models.incident import Incident, Stake
from models.plan import Assignment, CheckReport, EtaParts, Plan, Shipment
from models.supply import Depot, Tier, Truck
from models.units import NEVER

_TIER_STEPS = {Tier.VILLAGE: 0, Tier.TOWN: 1, Tier.DISTRICT: 2}
_BUSY = {TeamStatus.NOTIFIED, TeamStatus.ROLLING, TeamStatus.ON_SCENE, TeamStatus.RESTING}


def check(problem: Problem, plan: Plan) -> CheckReport:
    """Check a plan against the problem it answers.

    Returns
    -------
    CheckReport
        `ok` where nothing was found, else one sentence per fault.
    """
    facts = _Facts(problem)
    faults = [
        *_identity(problem, plan),
        *_teams(facts, plan),
        *_supplies(facts, plan),
        *_shortfalls(facts, plan),
    ]
    if not faults:
        faults.extend(_objective(facts, plan))
    return CheckReport(ok=not faults, faults=tuple(faults))


class _Facts:
    """Look-ups over the district and the request."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.request = problem.request
        self.doctrine = problem.district.doctrine
        self.teams: dict[str, Team] = {team.id: team for team in problem.district.teams}
        self.team_row = {team.id: t for t, team in enumerate(problem.district.teams)}
        self.incidents: dict[str, Incident] = {
            incident.id: incident for incident in problem.request.incidents
        }
        self.column = {incident.id: i for i, incident in enumerate(problem.request.incidents)}
        self.items = {item.id: item for item in problem.district.items}
        self.depots: dict[str, Depot] = {depot.id: depot for depot in problem.district.depots}
        self.trucks: dict[str, tuple[Depot, Truck]] = {
            truck.id: (depot, truck) for depot in problem.district.depots for truck in depot.trucks
        }
        self.truck_row = {truck.id: v for v, (_, truck) in enumerate(problem.supply.trucks)}

    def call_s(self, incident: Incident) -> int:
        """Seconds of call processing still ahead."""
        since = (self.request.now - incident.reported_at).total_seconds()
        return ceil(min(self.doctrine.call_processing_s, max(0.0, self.doctrine.call_processing_s - since)))


def _identity(problem: Problem, plan: Plan) -> Iterator[str]:
    if plan.inputs_digest != problem.inputs_digest:
        yield "the plan was made for other inputs"
    if plan.request != problem.request.id or plan.world != problem.district.id:
        yield "the plan names another request or world"
    if plan.doctrine != problem.district.doctrine.version:
        yield "the plan names another doctrine"


def _teams(facts: _Facts, plan: Plan) -> Iterator[str]:
    for team, times in Counter(each.team for each in plan.assignments).items():
        if times > 1:
            yield f"team {team} is sent to {times} places at once"
    goes = {each.team: each.incident for each in plan.assignments}
    for lock in facts.request.locks:
        if goes.get(lock.team) != lock.incident:
            yield f"team {lock.team} is locked to {lock.incident} but not sent there"
    for each in plan.assignments:
        if each.team not in facts.teams or each.incident not in facts.incidents:
            yield f"assignment of {each.team} to {each.incident} names what does not exist"
            continue
        yield from _may_go(facts, each)
        yield from _counts(facts, each)
        yield from _team_times(facts, each)


def _may_go(facts: _Facts, each: Assignment) -> Iterator[str]:
    team, incident = facts.teams[each.team], facts.incidents[each.incident]
    locked = any(lock.team == team.id and lock.incident == incident.id for lock in facts.request.locks)
    town = facts.problem.towns[facts.column[incident.id]]
    if each.echelon != team.echelon:
        yield f"team {team.id} is of echelon {team.echelon}, the plan says {each.echelon}"
    if not locked and team.echelon not in facts.doctrine.levels[incident.response_level].echelons:
        yield f"team {team.id}: echelon {team.echelon} is not called at level {incident.response_level} ({incident.id})"
    if not locked and team.area and town not in team.area:
        yield f"team {team.id} is sent outside its response area ({incident.id})"
    if any(ban.team == team.id and ban.incident in {None, incident.id} for ban in facts.request.forbids):
        yield f"team {team.id} is forbidden for {incident.id}"
    if team.status is TeamStatus.OUT_OF_SERVICE or (team.status in _BUSY and team.free_from is None):
        yield f"team {team.id} is {team.status} and cannot be sent"
    free = facts.request.now if team.free_from is None else max(facts.request.now, team.free_from)
    if team.shifts and not any(shift.covers(facts.problem.district.local(free)) for shift in team.shifts):
        yield f"team {team.id} is off duty"
    if (each.approver is not None) != bool(team.approval):
        yield f"team {team.id}: approval is {'needed' if team.approval else 'not needed'}, the plan says otherwise"
    if each.locked != locked:
        yield f"team {team.id}: the plan is wrong about its lock"


def _counts(facts: _Facts, each: Assignment) -> Iterator[str]:
    team, incident = facts.teams[each.team], facts.incidents[each.incident]
    needs = {need.capability: need for need in facts.doctrine.force_needs(incident)}
    for capability, times in Counter(served.capability for served in each.serves).items():
        if times > 1:
            yield f"team {team.id} serves {capability} twice"
    for served in each.serves:
        need = needs.get(served.capability)
        if need is None:
            yield f"team {team.id} serves {served.capability}, which {incident.id} does not need"
        elif not 0 < served.strength <= team.strengths.get(served.capability, 0):
            yield f"team {team.id} has not {served.strength} units of {served.capability}"
        elif need.requires_item is not None and team.equipment.get(need.requires_item, 0) < 1:
            yield f"team {team.id} lacks {need.requires_item} and does not count for {served.capability}"


def _team_times(facts: _Facts, each: Assignment) -> Iterator[str]:
    team, incident = facts.teams[each.team], facts.incidents[each.incident]
    driving = int(facts.problem.force.travel_s[facts.team_row[team.id], facts.column[incident.id]])
    free = facts.request.now if team.free_from is None else max(facts.request.now, team.free_from)
    wait = ceil((free - facts.request.now).total_seconds())
    turnout = 0 if team.status is TeamStatus.RETURNING else team.turnout_s
    expected = EtaParts(
        wait_s=wait, call_processing_s=facts.call_s(incident), turnout_s=turnout, travel_s=driving
    )
    yield from _times(facts, f"team {team.id}", each, expected)


def _times(facts: _Facts, who: str, each: Assignment | Shipment, expected: EtaParts) -> Iterator[str]:
    if expected.travel_s >= NEVER:
        yield f"{who} has no way to {each.incident}"
        return
    if each.eta != expected:
        yield f"{who}: its times do not add up ({each.eta} instead of {expected})"
    if each.arrives_at != facts.request.now + timedelta(seconds=each.eta.total_s):
        yield f"{who}: arrival at {each.incident} is not now plus its parts"
    if each.departs_at != each.arrives_at - timedelta(seconds=each.eta.travel_s):
        yield f"{who}: departure is not arrival less driving"


def _supplies(facts: _Facts, plan: Plan) -> Iterator[str]:
    for truck, times in Counter(each.truck for each in plan.shipments).items():
        if times > 1:
            yield f"truck {truck} is sent to {times} places at once"
    for each in plan.shipments:
        if each.truck not in facts.truck_row or each.incident not in facts.incidents:
            yield f"shipment of {each.truck} to {each.incident} names what does not exist or cannot leave"
            continue
        yield from _truck(facts, each)
    yield from _stock(facts, plan)


def _truck(facts: _Facts, each: Shipment) -> Iterator[str]:
    depot, truck = facts.trucks[each.truck]
    if depot.id != each.depot or depot.tier != each.tier:
        yield f"truck {truck.id} stands at depot {depot.id}, the plan says {each.depot}"
    if not truck.available or not depot.open_at(facts.problem.district.local(facts.request.now)):
        yield f"truck {truck.id} cannot leave now"
    needed = {need.item for need in facts.doctrine.supply_needs(facts.incidents[each.incident])}
    for load in each.loads:
        if load.need not in needed or load.item != load.need:
            yield f"truck {truck.id} carries {load.item}, which {each.incident} does not need"
    kg = sum(facts.items[load.item].kg * load.quantity for load in each.loads if load.item in facts.items)
    m3 = sum(facts.items[load.item].m3 * load.quantity for load in each.loads if load.item in facts.items)
    if kg > truck.payload_kg + 1e-6 or m3 > truck.volume_m3 + 1e-6:
        yield f"truck {truck.id} is overloaded: {kg:.1f} kg of {truck.payload_kg}, {m3:.3f} m3 of {truck.volume_m3}"
    if abs(kg - each.kg) > 0.06 or abs(m3 - each.m3) > 0.0006:  # noqa: PLR2004 - the plan's rounding
        yield f"truck {truck.id}: the plan is wrong about its load"
    if not each.loads:
        yield f"truck {truck.id} is sent empty"
    driving = int(facts.problem.supply.travel_s[facts.truck_row[truck.id], facts.column[each.incident]])
    prepare = depot.release_s + ceil(60 * truck.payload_kg / depot.loading_kg_per_min)
    expected = EtaParts(
        wait_s=0,
        call_processing_s=facts.call_s(facts.incidents[each.incident]),
        turnout_s=prepare,
        travel_s=driving,
    )
    yield from _times(facts, f"truck {truck.id}", each, expected)


def _stock(facts: _Facts, plan: Plan) -> Iterator[str]:
    lots = {lot.id: (depot, lot) for depot in facts.problem.district.depots for lot in depot.lots}
    issued: Counter[str] = Counter()
    for each in plan.shipments:
        for load in each.loads:
            if (
                load.lot not in lots
                or lots[load.lot][0].id != each.depot
                or lots[load.lot][1].item != load.item
            ):
                yield f"lot {load.lot} is not {load.item} at depot {each.depot}"
                continue
            if load.quantity < 1:
                yield f"lot {load.lot}: quantity {load.quantity} is not a load"
            issued[load.lot] += load.quantity
            lot = lots[load.lot][1]
            if not lot.usable_on(each.arrives_at.date()):
                yield f"lot {load.lot} is {lot.condition} and expires {lot.expires}; it may not be issued"
            if (load.batch, load.expires) != (lot.batch, lot.expires):
                yield f"lot {load.lot}: the plan is wrong about batch or expiry"
    gone: dict[tuple[str, str], int] = defaultdict(int)
    for lot_id, quantity in issued.items():
        depot, lot = lots[lot_id]
        gone[depot.id, lot.item] += quantity
        if quantity > lot.quantity:
            yield f"lot {lot_id} is over-issued: {quantity} of {lot.quantity}"
    for (depot_id, item), quantity in gone.items():
        depot = facts.depots[depot_id]
        usable = sum(
            lot.quantity for lot in depot.lots if lot.item == item and lot.usable_on(facts.request.now.date())
        )
        if usable - quantity < depot.reserve.get(item, 0):
            yield f"depot {depot_id}: {item} falls below its reserve floor"


def _served(plan: Plan) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    strength: Counter[tuple[str, str]] = Counter()
    units: Counter[tuple[str, str]] = Counter()
    for each in plan.assignments:
        for served in each.serves:
            strength[each.incident, served.capability] += served.strength
    for shipment in plan.shipments:
        for load in shipment.loads:
            units[shipment.incident, load.need] += load.quantity
    return strength, units


def _shortfalls(facts: _Facts, plan: Plan) -> Iterator[str]:
    strength, units = _served(plan)
    stated = {(short.incident, short.capability or short.item): short for short in plan.shortfalls}
    if len(stated) < len(plan.shortfalls):
        yield "a shortfall is listed twice"
    for incident in facts.incidents.values():
        wanted: Iterable[tuple[str, int, int]] = (
            *(
                (need.capability, need.strength, strength[incident.id, need.capability])
                for need in facts.doctrine.force_needs(incident)
            ),
            *(
                (need.item, need.quantity, units[incident.id, need.item])
                for need in facts.doctrine.supply_needs(incident)
            ),
        )
        for what, needed, got in wanted:
            short = stated.pop((incident.id, what), None)
            missing = 0 if short is None else short.missing
            if got > needed:
                yield f"{incident.id} is given {got} of {what}, {needed} are needed"
            elif got + missing != needed or (short is not None and short.needed != needed):
                yield (
                    f"{incident.id} needs {needed} of {what}, is given {got}, "
                    f"and the plan owns up to {missing} missing"
                )
    for incident_id, extra in stated:
        yield f"a shortfall of {extra} is stated for {incident_id}, which does not need it"


def _objective(facts: _Facts, plan: Plan) -> Iterator[str]:
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
    for level, ours, theirs in zip_longest((1, 2, 3, 4, 6), force, supply):
        yield level, ours
        if theirs is not None:
            yield level, theirs


def _priority(facts: _Facts, incident: Incident, stake: Stake) -> int:
    return facts.doctrine.weights.grade[incident.grade] * facts.doctrine.weights.stake[stake]


def _force_values(facts: _Facts, plan: Plan) -> list[int]:
    weights = facts.doctrine.weights
    strength, _ = _served(plan)
    unmet = late = response = price = driving = 0
    for incident in facts.incidents.values():
        here = [each for each in plan.assignments if each.incident == incident.id]
        needs = {need.capability: need for need in facts.doctrine.force_needs(incident)}
        for need in needs.values():
            unmet += _priority(facts, incident, need.stake) * (
                need.strength - strength[incident.id, need.capability]
            )
        if here:
            soonest = min(each.eta.total_s for each in here)
            target = (
                facts.doctrine.incidents[incident.type].responses[incident.response_level].first_arrival_s
            )
            late += _priority(facts, incident, Stake.LIFE) * max(0, soonest - target)
            response += _priority(facts, incident, Stake.LIFE) * ceil(soonest / weights.response_step_s)
        order = facts.doctrine.levels[incident.response_level].echelons
        for each in here:
            team = facts.teams[each.team]
            for served in each.serves:
                need = needs[served.capability]
                priority = _priority(facts, incident, need.stake) * served.strength
                late += priority * max(0, each.eta.total_s - need.target_s)
                response += priority * ceil(each.eta.total_s / weights.response_step_s)
            rank = order.index(team.echelon) if team.echelon in order else len(order)
            price += weights.echelon_step * rank + (weights.approval if team.approval else 0)
            price += round(weights.unreliability * (1 - team.availability))
            driving += each.eta.travel_s
    return [unmet, late, response, price, driving]


def _supply_values(facts: _Facts, plan: Plan) -> list[int]:
    weights = facts.doctrine.weights
    _, units = _served(plan)
    unmet = late = delivery = price = 0
    for incident in facts.incidents.values():
        points = {}
        deadlines = {}
        for need in facts.doctrine.supply_needs(incident):
            points[need.item] = max(1, round(1000 * _priority(facts, incident, need.stake) / need.quantity))
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
