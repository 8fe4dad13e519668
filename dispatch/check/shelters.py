"""Faults of a shelter plan, worked out again from the words: nobody lost, nobody too many, times and levels as told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from dispatch.check.levels import level_faults
from models.place import Shelter, ShelterStatus
from models.sheltering import Leaving, Placing, ShelterPlan

Driven = Callable[[str, str], int | None]
"""Deciseconds from a group to a shelter, by their ids; None where there is no way."""


def shelter_faults(
    groups: Sequence[Leaving], shelters: Sequence[Shelter], driven: Driven, plan: ShelterPlan
) -> Iterator[str]:
    """Give everything that is wrong with a shelter plan, one sentence each."""
    by_id, places = {group.id: group for group in groups}, {shelter.id: shelter for shelter in shelters}
    for placing in plan.placings:
        if placing.group not in by_id or placing.shelter not in places:
            yield f"{placing.group} to {placing.shelter}: no such group or shelter"
            return
    for (group, shelter_id), times in Counter((p.group, p.shelter) for p in plan.placings).items():
        if times > 1:
            yield f"{group} is sent to {shelter_id} in {times} parts"
    yield from _people(groups, plan)
    for placing in plan.placings:
        yield from _task(by_id[placing.group], places[placing.shelter], driven, placing)
    for each in shelters:
        yield from _room(each, by_id, plan)
    yield from _levels(places, by_id, plan)


def _people(groups: Sequence[Leaving], plan: ShelterPlan) -> Iterator[str]:
    sent: Counter[str] = Counter()
    parts = [(each.group, each.people) for each in plan.placings]
    parts += [(each.group, each.people) for each in plan.unplaced]
    for group_id, people in parts:
        sent[group_id] += people
        if people < 1:
            yield f"{group_id}: a part of {people} people"
    for group in groups:
        if sent[group.id] != group.people:
            yield f"{group.id}: {group.people} people have to leave, the plan knows {sent[group.id]}"


def _task(group: Leaving, shelter: Shelter, driven: Driven, placing: Placing) -> Iterator[str]:
    time = driven(group.id, shelter.id)
    if time is None:
        yield f"{group.id} cannot reach {shelter.id}"
        return
    whole = time // 10 + (1 if time % 10 else 0)
    if placing.travel_s != whole:
        yield f"{group.id} to {shelter.id} takes {whole} s, the plan says {placing.travel_s}"
    if placing.leave_by_s != group.deadline_s - whole:
        yield f"{group.id} to {shelter.id}: leave_by_s should be {group.deadline_s - whole}"
    if group.function and group.function not in shelter.functions:
        yield f"{shelter.id} has no function area {group.function} for {group.id}"


def _room(shelter: Shelter, groups: dict[str, Leaving], plan: ShelterPlan) -> Iterator[str]:
    here = [placing for placing in plan.placings if placing.shelter == shelter.id]
    people = sum(placing.people for placing in here)
    if not people:
        return
    if shelter.status is ShelterStatus.CLOSED:
        yield f"{shelter.id} is closed and takes {people} people"
    if people + shelter.placed > shelter.capacity:
        yield f"{shelter.id}: {people + shelter.placed} people, its capacity is {shelter.capacity}"
    needed = (people + shelter.placed) * plan.m2_per_person
    if shelter.area_m2 is not None and needed > shelter.area_m2 * (1 + 1e-9):
        yield f"{shelter.id}: {needed} m2 are needed, it has {shelter.area_m2}"
    for function, most in shelter.places.items():
        served = sum(placing.people for placing in here if groups[placing.group].function == function)
        if served > most:
            yield f"{shelter.id}: {served} people need {function}, it has {most} places"
    uses = [use for use in plan.shelters if use.shelter == shelter.id]
    if [use.people for use in uses] != [people]:
        yield f"{shelter.id}: its line should say {people} people"


def _levels(places: dict[str, Shelter], groups: dict[str, Leaving], plan: ShelterPlan) -> Iterator[str]:
    late = travel = 0
    used = set()
    for placing in plan.placings:
        if placing.travel_s > groups[placing.group].deadline_s:
            late += placing.people
        steps, rest = divmod(placing.travel_s, plan.step_s)
        travel += placing.people * (steps + (1 if rest else 0))
        shelter = places[placing.shelter]
        if shelter.status is not ShelterStatus.IN_USE and shelter.placed == 0:
            used.add(shelter.id)
    right = [sum(each.people for each in plan.unplaced), late, travel, len(used)]
    yield from level_faults(plan.objective, right)
