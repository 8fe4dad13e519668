"""Faults of a casualty plan, worked out again from the words: seconds, places, beds, nobody lost, levels as told."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dispatch.check.levels import level_faults
from models.casualty import CasualtyPlan, CasualtySite, CasualtyTrip
from models.medical import Ambulance, Hospital, Severity, TriageRules

Driven = Callable[[str, str, str], int | None]
"""Deciseconds of an ambulance from a place to another, by ids ("" for where it stands first); None: no way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescue:
    """What a casualty plan is held against."""

    sites: Sequence[CasualtySite]
    hospitals: Sequence[Hospital]
    ambulances: Sequence[Ambulance]
    rules: TriageRules
    driven: Driven


def casualty_faults(rescue: Rescue, plan: CasualtyPlan) -> Iterator[str]:
    """Give everything that is wrong with a casualty plan, one sentence each."""
    known = (
        {each.id for each in rescue.ambulances},
        {each.id for each in rescue.sites},
        {each.id for each in rescue.hospitals},
    )
    for trip in plan.trips:
        if trip.ambulance not in known[0] or trip.site not in known[1] or trip.hospital not in known[2]:
            yield f"trip {trip.number} of {trip.ambulance}: no such ambulance, place or hospital"
            return
    for ambulance in rescue.ambulances:
        yield from _rounds(rescue, ambulance, [trip for trip in plan.trips if trip.ambulance == ambulance.id])
    yield from _people(rescue, plan)
    yield from _beds(rescue, plan)
    yield from _levels(rescue, plan)


def _rounds(rescue: Rescue, ambulance: Ambulance, trips: Sequence[CasualtyTrip]) -> Iterator[str]:
    """Drive the trips of one ambulance again, one after another."""
    at, free = "", ambulance.free_in_s
    sites = {site.id: site for site in rescue.sites}
    for number, trip in enumerate(sorted(trips, key=lambda each: each.number), 1):
        where = f"trip {number} of {ambulance.id}"
        if trip.number != number:
            yield f"{where} has number {trip.number}"
        there, on = (
            rescue.driven(ambulance.id, at, trip.site),
            rescue.driven(ambulance.id, trip.site, trip.hospital),
        )
        if there is None or on is None:
            yield f"{where}: there is no way"
            return
        loads = max(free + _up(there), sites[trip.site].ready_in_s)
        leaves = loads + rescue.rules.load_s
        right = (free, loads, leaves, leaves + _up(on))
        told = (trip.departs_s, trip.loads_s, trip.leaves_s, trip.arrives_s)
        if told != right:
            yield f"{where}: its times are {right}, the plan says {told}"
        lying = sum(n for severity, n in trip.casualties.items() if severity is not Severity.GREEN)
        if lying > ambulance.lying or sum(trip.casualties.values()) > ambulance.places:
            yield f"{where}: {dict(trip.casualties)} do not fit"
        if sum(trip.casualties.values()) < 1 or min(trip.casualties.values()) < 0:
            yield f"{where} carries nobody"
        at, free = trip.hospital, leaves + _up(on) + rescue.rules.unload_s


def _people(rescue: Rescue, plan: CasualtyPlan) -> Iterator[str]:
    found: Counter[tuple[str, Severity]] = Counter()
    for trip in plan.trips:
        for severity, count in trip.casualties.items():
            found[trip.site, severity] += count
    for left in plan.left:
        found[left.site, left.severity] += left.count
    for site in rescue.sites:
        for severity in Severity:
            there = site.casualties.get(severity, 0)
            if found[site.id, severity] != there:
                yield f"{site.id}: {there} are {severity}, the plan knows {found[site.id, severity]}"


def _beds(rescue: Rescue, plan: CasualtyPlan) -> Iterator[str]:
    brought: dict[str, Counter[Severity]] = defaultdict(Counter)
    for trip in plan.trips:
        brought[trip.hospital].update(trip.casualties)
    for hospital in rescue.hospitals:
        for severity, count in brought[hospital.id].items():
            if count > hospital.beds.get(severity, 0):
                yield f"{hospital.id}: {count} {severity} for {hospital.beds.get(severity, 0)} beds"


def _levels(rescue: Rescue, plan: CasualtyPlan) -> Iterator[str]:
    urgency: Mapping[Severity, int] = {
        severity: rescue.rules.urgency[severity].weight for severity in Severity
    }
    red = rescue.rules.urgency[Severity.RED].target_s
    late = weighed = 0
    for trip in plan.trips:
        for severity, count in trip.casualties.items():
            weighed += count * urgency[severity] * trip.arrives_s
            if severity is Severity.RED and trip.arrives_s > red:
                late += count * (trip.arrives_s - red)
    right = [sum(urgency[each.severity] * each.count for each in plan.left), late, weighed]
    yield from level_faults(plan.objective, right)


def _up(deciseconds: int) -> int:
    return (deciseconds + 9) // 10
