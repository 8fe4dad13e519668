"""Does a supply plan hold: worked out again from its words and the district, with no code of what made it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta

from dispatch.problem import Problem
from models.incident import ResponseLevel
from models.supply_plan import SupplyPlan

_STRICTEST_FIRST = (ResponseLevel.IV, ResponseLevel.III, ResponseLevel.II, ResponseLevel.I)


def faults(problem: Problem, plan: SupplyPlan) -> tuple[str, ...]:
    """Everything that is wrong with a plan, one sentence each; stock, floors, expiry, ratios, needs, times."""
    return (*_lots(problem, plan), *_floors(problem, plan), *_needs(problem, plan), *_times(problem, plan))


def _lots(problem: Problem, plan: SupplyPlan) -> Iterator[str]:
    depots = {depot.id: depot for depot in problem.depots}
    drawn: Counter[tuple[str, str]] = Counter()
    for each in plan.deliveries:
        if each.depot not in depots:
            yield f"no depot {each.depot} in this world"
            continue
        if sum(draw.quantity for draw in each.lots) != each.issued:
            yield f"{each.depot} to {each.incident}: the lots of {each.item} do not add up to {each.issued}"
        lots = {lot.id: lot for lot in depots[each.depot].lots}
        for draw in each.lots:
            lot = lots.get(draw.lot)
            if lot is None or lot.item != each.item:
                yield f"lot {draw.lot} is not {each.item} at depot {each.depot}"
                continue
            drawn[each.depot, draw.lot] += draw.quantity
            if not lot.usable_on(max(plan.use_by, each.arrives_at.date())):
                yield f"lot {draw.lot} cannot be used when it arrives"
            sooner = [
                other.id
                for other in lots.values()
                if other.item == each.item
                and other.expires is not None
                and (lot.expires is None or other.expires < lot.expires)
                and other.usable_on(plan.use_by)
                and sum(
                    d.quantity
                    for e in plan.deliveries
                    if e.depot == each.depot
                    for d in e.lots
                    if d.lot == other.id
                )
                < other.quantity
            ]
            if sooner:
                yield f"lot {draw.lot} goes out before lot {sooner[0]}, which expires first"
    for (depot, lot_id), units in drawn.items():
        held = next(lot.quantity for lot in depots[depot].lots if lot.id == lot_id)
        if units > held:
            yield f"lot {lot_id} is over-issued: {units} of {held}"


def _floors(problem: Problem, plan: SupplyPlan) -> Iterator[str]:
    """What incidents up to a response level took may go no deeper into a floor than that level opens."""
    level = {incident.id: incident.response_level for incident in problem.incidents}
    floors = problem.doctrine.floors
    day = problem.request.now.date()
    taken: defaultdict[tuple[str, str], Counter[ResponseLevel]] = defaultdict(Counter)
    for each in plan.deliveries:
        taken[each.depot, each.item][level[each.incident]] += each.issued
    for depot in problem.depots:
        for item in {lot.item for lot in depot.lots}:
            held = sum(lot.quantity for lot in depot.lots if lot.item == item and lot.usable_on(day))
            total, floor = 0, depot.reserve.get(item, 0)
            for rank in _STRICTEST_FIRST:
                total += taken[depot.id, item][rank]
                share = 0.0 if floors is None else floors.share(rank)
                if taken[depot.id, item][rank] and held - total < floor - int(floor * share + 1e-9):
                    yield f"depot {depot.id}: {item} falls below the floor that level {rank.value} leaves"


def _needs(problem: Problem, plan: SupplyPlan) -> Iterator[str]:
    items = {item.id: item for item in problem.district.items}
    needed: Counter[tuple[str, str]] = Counter()
    for demand in problem.supply.demands:
        needed[problem.incidents[demand.incident].id, demand.need.item] += demand.need.quantity
    met: Counter[tuple[str, str]] = Counter()
    for each in plan.deliveries:
        met[each.incident, each.need] += each.meets
        ratio = 1.0 if each.item == each.need else items[each.need].substitutes.get(each.item)
        if ratio is None:
            yield f"{each.item} is no substitute of {each.need}"
        elif each.issued < each.meets * ratio - 1e-6 * each.meets:
            yield f"{each.issued} {each.item} do not replace {each.meets} {each.need}"
    missing = {(gap.incident, gap.item): gap.missing for gap in plan.gaps}
    for key, units in needed.items():
        if met[key] + missing.get(key, 0) != units:
            yield f"{key[0]}: {met[key]} of {units} {key[1]} and a gap of {missing.get(key, 0)} do not fit"
    for key in set(met) - set(needed):
        yield f"{key[0]} does not need {key[1]}"


def _times(problem: Problem, plan: SupplyPlan) -> Iterator[str]:
    deadline = {
        (problem.incidents[demand.incident].id, demand.need.item): demand.need.deadline_s
        for demand in problem.supply.demands
    }
    now = problem.request.now
    for each in plan.deliveries:
        if (each.incident, each.need) not in deadline:
            continue
        late = max(0, round((each.arrives_at - now).total_seconds()) - deadline[each.incident, each.need])
        if late != each.late_s:
            yield f"{each.depot} to {each.incident}: {each.need} is {late} s late, the plan says {each.late_s}"
        depot = next((depot for depot in problem.depots if depot.id == each.depot), None)
        if depot is not None and each.arrives_at < now + timedelta(seconds=depot.release_s):
            yield f"{each.depot} to {each.incident}: arrives before its goods are released"
