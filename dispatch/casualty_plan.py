"""A casualty plan in words: trips with their reasons, who is left and why, levels with bounds, and the check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.casualties.problem import FAR, SEVERITIES, CasualtyProblem, Load, Trip, Value
from dispatch.casualties.solve import solve
from dispatch.check.casualties import Rescue, casualty_faults
from dispatch.language import Duration, phrase
from models.casualty import (
    CASUALTY_PLAN_SCHEMA,
    MOST_CASUALTIES,
    CasualtyPlan,
    CasualtySite,
    CasualtyTrip,
    NotCarried,
)
from models.errors import require
from models.medical import Ambulance, Hospital, Severity, TriageRules
from models.place import Name
from models.plan import CheckReport, ObjectiveLevel
from models.units import DECISECONDS_PER_SECOND, NEVER

Times = NDArray[np.int32]
_COLOURS: Final = tuple(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class CasualtyQuestion:
    """Who is hurt where, and who could carry them where to.

    Attributes
    ----------
    first
        int32[ambulances, sites] deciseconds, `NEVER` where there is no way.
    out, back
        By profile: int32[sites, hospitals] and int32[hospitals, sites].
    """

    world: str
    sites: tuple[CasualtySite, ...]
    hospitals: tuple[Hospital, ...]
    ambulances: tuple[Ambulance, ...]
    rules: TriageRules
    first: Times
    out: dict[str, Times]
    back: dict[str, Times]
    seed: int = 0


def plan_casualties(question: CasualtyQuestion) -> CasualtyPlan:
    """Answer a question, and check the answer.

    Raises
    ------
    InputError
        More casualties than one question holds.
    """
    people = sum(sum(site.casualties.values()) for site in question.sites)
    require(
        people <= MOST_CASUALTIES,
        "{n} casualties; one question holds up to {most}, ask for parts",
        n=people,
        most=MOST_CASUALTIES,
    )
    problem = casualty_problem(question)
    trips, reached, bound = solve(problem, seed=question.seed)
    turns: dict[int, int] = {}
    made = []
    for trip in trips:
        turns[trip.unit] = turns.get(trip.unit, 0) + 1
        made.append(_trip(question, problem, trips, trip, turns[trip.unit]))
    plan = CasualtyPlan(
        schema=CASUALTY_PLAN_SCHEMA,
        world=question.world,
        rules=question.rules.version,
        trips=tuple(made),
        left=_left(question, problem, trips),
        objective=_objective(reached, bound),
        seed=question.seed,
    )
    rescue = Rescue(
        sites=question.sites,
        hospitals=question.hospitals,
        ambulances=question.ambulances,
        rules=question.rules,
        driven=_Driven(question),
    )
    faults = tuple(casualty_faults(rescue, plan))
    return replace(plan, check=CheckReport(ok=not faults, faults=faults))


def casualty_problem(question: CasualtyQuestion) -> CasualtyProblem:
    """Turn words into numbers, times rounded up to whole seconds."""

    def seconds(times: Times) -> tuple[tuple[int, ...], ...]:
        whole = np.where(times >= NEVER, FAR, -(-times.astype(np.int64) // DECISECONDS_PER_SECOND))
        return tuple(tuple(int(each) for each in row) for row in whole)

    def load(table: dict[Severity, int]) -> Load:
        return table.get(Severity.RED, 0), table.get(Severity.YELLOW, 0), table.get(Severity.GREEN, 0)

    urgency = question.rules.urgency
    out = {profile: seconds(times) for profile, times in question.out.items()}
    back = {profile: seconds(times) for profile, times in question.back.items()}
    return CasualtyProblem(
        counts=tuple(load(dict(site.casualties)) for site in question.sites),
        ready=tuple(site.ready_in_s for site in question.sites),
        beds=tuple(load(dict(hospital.beds)) for hospital in question.hospitals),
        lying=tuple(each.lying for each in question.ambulances),
        places=tuple(each.places for each in question.ambulances),
        free=tuple(each.free_in_s for each in question.ambulances),
        first=seconds(question.first),
        out=tuple(out[each.profile] for each in question.ambulances),
        back=tuple(back[each.profile] for each in question.ambulances),
        load=question.rules.load_s,
        unload=question.rules.unload_s,
        target=load({severity: urgency[severity].target_s for severity in Severity}),
        weight=load({severity: urgency[severity].weight for severity in Severity}),
    )


class _Driven:
    """Deciseconds by ids, for the check."""

    def __init__(self, question: CasualtyQuestion) -> None:
        self._question = question
        self._unit = {each.id: k for k, each in enumerate(question.ambulances)}
        self._site = {each.id: k for k, each in enumerate(question.sites)}
        self._hospital = {each.id: k for k, each in enumerate(question.hospitals)}

    def __call__(self, ambulance: str, origin: str, destination: str) -> int | None:
        unit = self._unit[ambulance]
        profile = self._question.ambulances[unit].profile
        if not origin:
            time = self._question.first[unit, self._site[destination]]
        elif origin in self._hospital:
            time = self._question.back[profile][self._hospital[origin], self._site[destination]]
        else:
            time = self._question.out[profile][self._site[origin], self._hospital[destination]]
        return None if time >= NEVER else int(time)


def _trip(
    question: CasualtyQuestion, problem: CasualtyProblem, trips: Sequence[Trip], trip: Trip, number: int
) -> CasualtyTrip:
    leaves = trip.arrives - problem.out[trip.unit][trip.site][trip.hospital]
    return CasualtyTrip(
        ambulance=question.ambulances[trip.unit].id,
        number=number,
        site=question.sites[trip.site].id,
        hospital=question.hospitals[trip.hospital].id,
        casualties={severity: n for severity, n in zip(_COLOURS, trip.load, strict=True) if n},
        departs_s=trip.departs,
        loads_s=leaves - problem.load,
        leaves_s=leaves,
        arrives_s=trip.arrives,
        why=_why(question, problem, trips, trip),
    )


def _why(question: CasualtyQuestion, problem: CasualtyProblem, trips: Sequence[Trip], trip: Trip) -> Name:
    """Say why this hospital: the nearest with a bed for them, or which nearer ones are full in this plan."""
    carried = [v for v in range(SEVERITIES) if trip.load[v]]
    out = problem.out[trip.unit][trip.site]
    fit = [h for h in problem.hospitals if all(problem.beds[h][v] >= trip.load[v] for v in carried)]
    nearer = [h for h in fit if out[h] < out[trip.hospital]]
    if not nearer:
        return phrase("the nearest hospital with beds for them")
    taken = {h: [sum(t.load[v] for t in trips if t.hospital == h) for v in range(SEVERITIES)] for h in nearer}
    roomy = [h for h in nearer if all(problem.beds[h][v] - taken[h][v] >= trip.load[v] for v in carried)]
    if not roomy:
        first = min(nearer, key=lambda h: out[h])
        return phrase(
            "{hospital} is nearer, but its beds go to others in this plan",
            hospital=question.hospitals[first].name,
        )
    first = min(roomy, key=lambda h: out[h])
    return phrase(
        "{hospital} is {time} nearer and has beds; this one serves the trips after it",
        hospital=question.hospitals[first].name,
        time=Duration(out[trip.hospital] - out[first]),
    )


def _left(
    question: CasualtyQuestion, problem: CasualtyProblem, trips: Sequence[Trip]
) -> tuple[NotCarried, ...]:
    found = []
    for v, severity in enumerate(_COLOURS):
        total = sum(row[v] for row in problem.counts)
        beds = sum(row[v] for row in problem.beds)
        for s, site in enumerate(question.sites):
            count = problem.counts[s][v] - sum(trip.load[v] for trip in trips if trip.site == s)
            if not count:
                continue
            if beds < total:
                reason = phrase(
                    "{total} are {severity}, with {beds} beds for them in all; free {more} more, or ask the neighbours",
                    total=total,
                    severity=severity,
                    beds=beds,
                    more=total - beds,
                )
            else:
                reason = phrase(
                    "no ambulance with a place for {severity} gets there and on to a bed; clear a road or send others",
                    severity=severity,
                )
            found.append(NotCarried(site=site.id, severity=severity, count=count, reason=reason))
    return tuple(found)


def _objective(reached: Value, bound: Value) -> tuple[ObjectiveLevel, ...]:
    names = (
        (phrase("casualties not carried"), "people x weight"),
        (phrase("red casualties beyond their target"), "seconds"),
        (phrase("time to hospital"), "seconds x weight"),
    )
    return tuple(
        ObjectiveLevel(
            level=number,
            name=name,
            unit=unit,
            value=value,
            bound=least,
            gap=0.0 if value == 0 else round((value - least) / value, 6),
            proven=least == value,
        )
        for number, ((name, unit), value, least) in enumerate(zip(names, reached, bound, strict=True), 1)
    )
