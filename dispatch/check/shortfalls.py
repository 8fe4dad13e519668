"""Faults of what is stated to be missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from dispatch.check.facts import Facts
from models.incident import Incident
from models.plan import Plan


def wanted_items(facts: Facts, incident: Incident, plan: Plan) -> Iterator[tuple[str, int]]:
    """Items and quantities an incident needs: its people's, and one piece for each team that waits for it."""
    waiting = {item: teams for (where, item), teams in facts.waiting(plan).items() if where == incident.id}
    for need in facts.doctrine.supply_needs(incident):
        yield need.item, need.quantity + waiting.pop(need.item, 0)
    yield from waiting.items()


def served(plan: Plan) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """Strength by incident and capability, and units by incident and item, that a plan brings."""
    strength: Counter[tuple[str, str]] = Counter()
    units: Counter[tuple[str, str]] = Counter()
    for each in plan.assignments:
        for one in each.serves:
            strength[each.incident, one.capability] += one.strength
    for shipment in plan.shipments:
        for load in shipment.loads:
            units[shipment.incident, load.need] += load.quantity
    return strength, units


def shortfall_faults(facts: Facts, plan: Plan) -> Iterator[str]:
    """What is brought too much, or missing without the plan owning up to it."""
    strength, units = served(plan)
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
                (item, quantity, units[incident.id, item])
                for item, quantity in wanted_items(facts, incident, plan)
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
