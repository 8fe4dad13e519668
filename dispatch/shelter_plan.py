"""A shelter plan in words: tasks with their reasons, who is left without a place and what would help, and the check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.check.shelters import shelter_faults
from dispatch.language import Duration, phrase
from dispatch.lexicographic import Level
from dispatch.sheltering import Ints, ShelterTable, one_more_place, place, shelter_table
from models.place import Name, Shelter
from models.plan import CheckReport, ObjectiveLevel
from models.relief import Stay
from models.sheltering import (
    SHELTER_PLAN_SCHEMA,
    Leaving,
    Placing,
    ShelterLimit,
    ShelterPlan,
    ShelterUse,
    Unplaced,
)
from models.units import NEVER

_NAMED: Final = 3
"""Full shelters that a reason names; of more it gives the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelterQuestion:
    """Who has to leave and where they may go.

    Attributes
    ----------
    times_ds
        int32[groups, shelters]: deciseconds by `profile`, `NEVER` where there is no way.
    m2_per_person
        Room each person needs at this stage.
    step_s
        Travel within the same step counts as equally long, so that fewer shelters need be opened.
    """

    world: str
    groups: tuple[Leaving, ...]
    shelters: tuple[Shelter, ...]
    times_ds: NDArray[np.int32]
    profile: str
    stage: Stay
    m2_per_person: float
    step_s: int = 60
    seed: int = 0
    time_limit_s: float = 10.0


def plan_shelters(question: ShelterQuestion) -> ShelterPlan:
    """Answer a question, and check the answer.

    Raises
    ------
    InputError
        More people than an exact answer holds, or a step below 1.
    """
    table = shelter_table(
        question.groups,
        question.shelters,
        question.times_ds,
        m2_per_person=question.m2_per_person,
        step_s=question.step_s,
    )
    placed, levels = place(table, seed=question.seed, seconds=question.time_limit_s)
    plan = ShelterPlan(
        schema=SHELTER_PLAN_SCHEMA,
        world=question.world,
        stage=question.stage,
        m2_per_person=question.m2_per_person,
        profile=question.profile,
        step_s=question.step_s,
        placings=tuple(_placing(question, table, placed, int(g), int(s)) for g, s in np.argwhere(placed)),
        unplaced=tuple(
            _unplaced(question, table, g, int(people))
            for g, people in enumerate(table.people - placed.sum(axis=1))
            if people
        ),
        shelters=tuple(_use(question, table, placed, int(s)) for s in np.flatnonzero(placed.sum(axis=0))),
        objective=_objective(levels),
    )
    rows = {group.id: row for row, group in enumerate(question.groups)}
    columns = {shelter.id: column for column, shelter in enumerate(question.shelters)}

    def driven(group: str, shelter: str) -> int | None:
        time = int(question.times_ds[rows[group], columns[shelter]])
        return None if time >= NEVER else time

    faults = tuple(shelter_faults(question.groups, question.shelters, driven, plan))
    return replace(plan, check=CheckReport(ok=not faults, faults=faults))


def _placing(question: ShelterQuestion, table: ShelterTable, placed: Ints, g: int, s: int) -> Placing:
    travel_s = int(table.seconds[g, s])
    return Placing(
        group=question.groups[g].id,
        shelter=question.shelters[s].id,
        people=int(placed[g, s]),
        travel_s=travel_s,
        leave_by_s=question.groups[g].deadline_s - travel_s,
        why=_why(question.shelters, table, g, s),
    )


def _why(shelters: Sequence[Shelter], table: ShelterTable, g: int, s: int) -> Name:
    """Say why there: what is nearer is full, or else the flow would not be the cheapest."""
    nearer = np.flatnonzero(table.allowed[g] & (table.steps[g] < table.steps[g, s]))
    if nearer.size == 0:
        return phrase("the nearest shelter that can take them")
    soonest = nearer[np.argsort(table.steps[g, nearer], kind="stable")]
    names = [shelters[each].name for each in soonest[:_NAMED]]
    named = Name(zh="、".join(name.zh for name in names), en="; ".join(name.en for name in names))
    if table.function[g]:
        return phrase(
            "the nearer ones have no place left for {function} in this plan: {named}",
            function=table.function[g],
            named=named,
        )
    if nearer.size > _NAMED:
        return phrase(
            "{n} nearer ones are full in this plan, the nearest of them {named}", n=nearer.size, named=named
        )
    return phrase("the nearer ones are full in this plan: {named}", named=named)


def _unplaced(question: ShelterQuestion, table: ShelterTable, g: int, people: int) -> Unplaced:
    group = question.groups[g]
    open_ones = [shelter.free(question.m2_per_person) > 0 for shelter in question.shelters]
    has = [not group.function or group.function in shelter.functions for shelter in question.shelters]
    if not any(a and b for a, b in zip(open_ones, has, strict=True)) and group.function:
        limit = ShelterLimit.NO_FUNCTION
        remedy = phrase(
            "no shelter with room has the function area {function}; set one up, or bring them to a hospital",
            function=group.function,
        )
    elif not table.allowed[g].any():
        limit = ShelterLimit.NO_WAY
        remedy = phrase(
            "no shelter with room can be reached by {profile}; clear a road or send another vehicle",
            profile=question.profile,
        )
    else:
        limit = ShelterLimit.FULL
        nearest = int(np.where(table.allowed[g], table.seconds[g], NEVER).argmin())
        remedy = phrase(
            "{people} more places are needed; the nearest shelter is {shelter}, {time} away",
            people=people,
            shelter=question.shelters[nearest].name,
            time=Duration(int(table.seconds[g, nearest])),
        )
    return Unplaced(group=group.id, people=people, limit=limit, remedy=remedy)


def _use(question: ShelterQuestion, table: ShelterTable, placed: Ints, s: int) -> ShelterUse:
    people, free = int(placed[:, s].sum()), int(table.free[s])
    return ShelterUse(
        shelter=question.shelters[s].id,
        free=free,
        people=people,
        opened=not bool(table.in_use[s]),
        one_more=None if people < free else _worth(question, one_more_place(table, placed, s)),
    )


def _worth(question: ShelterQuestion, saved: tuple[int, int, int]) -> Name:
    """Say what one more place is worth, by the first level that it betters."""
    unplaced, late, steps = saved
    if unplaced > 0:
        return phrase("one more place would take one more person")
    if late > 0:
        return phrase("one more place would bring {n} more people there in time", n=late)
    if steps > 0:
        return phrase(
            "one more place would save {time} of travel in all", time=Duration(steps * question.step_s)
        )
    return phrase("one more place would save nothing")


def _objective(levels: Sequence[Level]) -> tuple[ObjectiveLevel, ...]:
    names = (
        (phrase("people without a place"), "people"),
        (phrase("people who come too late"), "people"),
        (phrase("travel of all people"), "people x steps"),
        (phrase("shelters opened"), "shelters"),
    )
    return tuple(
        ObjectiveLevel(
            level=number,
            name=name,
            unit=unit,
            value=level.value,
            bound=level.bound,
            gap=0.0 if level.value == 0 else round((level.value - level.bound) / level.value, 6),
            proven=level.proven,
        )
        for number, ((name, unit), level) in enumerate(zip(names, levels, strict=True), 1)
    )
