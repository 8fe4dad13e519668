"""Faults of shipments: the truck, its load, the lots it draws on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from math import ceil

from dispatch.check.facts import Facts
from dispatch.check.teams import arrival_faults
from models.plan import EtaParts, Plan, Shipment


def supply_faults(facts: Facts, plan: Plan) -> Iterator[str]:
    """Everything that is wrong with the shipments of a plan."""
    for truck, times in Counter(each.truck for each in plan.shipments).items():
        if times > 1:
            yield f"truck {truck} is sent to {times} places at once"
    for each in plan.shipments:
        if each.truck not in facts.truck_row or each.incident not in facts.incidents:
            yield f"shipment of {each.truck} to {each.incident} names what does not exist or cannot leave"
            continue
        yield from _truck(facts, each, plan)
    yield from _stock(facts, plan)


def _truck(facts: Facts, each: Shipment, plan: Plan) -> Iterator[str]:
    depot, truck = facts.trucks[each.truck]
    if depot.id != each.depot or depot.tier != each.tier:
        yield f"truck {truck.id} stands at depot {depot.id}, the plan says {each.depot}"
    if not truck.available or not depot.open_at(facts.problem.district.local(facts.request.now)):
        yield f"truck {truck.id} cannot leave now"
    needed = {need.item for need in facts.doctrine.supply_needs(facts.incidents[each.incident])}
    needed |= {item for incident, item in facts.waiting(plan) if incident == each.incident}
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
    yield from arrival_faults(facts, f"truck {truck.id}", each, expected)


def _stock(facts: Facts, plan: Plan) -> Iterator[str]:
    named = [facts.depots[d] for d in {each.depot for each in plan.shipments} if d in facts.depots]
    lots = {lot.id: (depot, lot) for depot in named for lot in depot.lots}
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
