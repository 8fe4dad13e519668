"""Why: a reason for every assignment and shipment, the next best and what it would cost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from dispatch.explain import explain
from dispatch.problem import Problem
from models.force import Echelon, Team
from models.incident import ForceNeed, Grade, Incident, SupplyNeed
from models.place import Name
from models.plan import Plan, Reason
from models.request import Lock
from models.supply import Tier
from tests.dispatch.cases import (
    depot,
    district,
    incident,
    item,
    name,
    problem,
    random_force_problem,
    random_supply_problem,
    request,
    solved,
    team,
)

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NEED = ForceNeed(capability="flood", strength=1, target_s=600)
ONE = (incident(0, force_needs=(NEED,)),)
TWO = (
    incident(0, grade=Grade.I, force_needs=(NEED,)),
    incident(1, grade=Grade.IV, force_needs=(NEED,)),
)


def reasons(
    force: Sequence[Team], events: Sequence[Incident], seconds: list[list[int]], **orders: object
) -> dict[str, Reason]:
    case = problem(district(force), request(events, **orders), seconds)
    return {reason.id: reason for reason in explain(case, solved(case)).reasons}


def both(words: Name, english: str) -> None:
    assert words.en == english
    assert CHINESE.search(words.zh)


def test_fastest() -> None:
    """The first to arrive, with its time; the next best is the team that stays at home."""
    why = reasons([team(0), team(1, name=name("second"))], ONE, [[100], [400]])
    assert list(why) == ["T0"]
    both(why["T0"].why, "fastest with flood, in 3 min 40 s")
    best = why["T0"].next_best
    assert best is not None
    assert (best.id, best.name.en, best.eta_s) == ("T1", "second", 520)
    both(best.costs, "arrives 5 min later")


def test_next_fastest_after_those_sent_here() -> None:
    """Two are needed: the second says that the faster one is sent here too, and nobody is left over."""
    events = (incident(0, force_needs=(replace(NEED, strength=2),)),)
    why = reasons([team(0), team(1)], events, [[100], [400]])
    both(why["T1"].why, "next fastest with flood, in 8 min 40 s; faster ones sent here too: 1")
    assert why["T0"].next_best is None
    assert why["T1"].next_best is None


def test_fastest_left_where_the_faster_serve_other_incidents() -> None:
    """The nearest team is worth more elsewhere; taking it would leave that incident."""
    why = reasons([team(0), team(1)], TWO, [[500, 100], [5000, 400]])
    assert (why["T0"].incident, why["T1"].incident) == ("I0", "I1")
    both(why["T1"].why, "fastest left with flood, in 8 min 40 s; faster ones at other incidents: 1")
    best = why["T1"].next_best
    assert best is not None
    assert (best.id, best.eta_s) == ("T0", 220)
    both(best.costs, "leaves incident I0; arrives 5 min sooner")


def test_next_best_that_would_leave_another_incident_and_come_later() -> None:
    """The only other team serves the other incident and is farther away."""
    why = reasons([team(0), team(1)], TWO, [[100, 5000], [700, 100]])
    best = why["T0"].next_best
    assert best is not None
    both(best.costs, "leaves incident I1; arrives 10 min later")


def test_serves_as_well_at_a_lower_echelon() -> None:
    """A district team would arrive within the same minute; the village station goes."""
    force = [team(0, echelon=Echelon.DISTRICT), team(1)]
    why = reasons(force, ONE, [[100], [110]])
    both(
        why["T1"].why,
        "serves as well as any with flood, in 3 min 50 s, at the lowest echelon and driving time",
    )
    best = why["T1"].next_best
    assert best is not None
    both(best.costs, "arrives 10 s sooner, but costs more on an earlier level or a higher echelon")


def test_some_of_the_faster_are_sent_here_and_some_elsewhere() -> None:
    """The last of those sent here comes after one that is here too and one that serves another incident."""
    events = (
        incident(0, grade=Grade.I, force_needs=(NEED,)),
        incident(1, grade=Grade.IV, force_needs=(replace(NEED, strength=2),)),
    )
    why = reasons([team(0), team(1), team(2)], events, [[200, 100], [5000, 300], [5000, 400]])
    assert [why[key].incident for key in ("T0", "T1", "T2")] == ["I0", "I1", "I1"]
    both(why["T2"].why, "fastest left with flood, in 8 min 40 s; faster ones at other incidents: 1")


def test_some_of_the_faster_stay_at_home() -> None:
    """One faster is sent elsewhere, one would be as good at a higher echelon: neither alone explains the choice."""
    force = [team(0), team(1, echelon=Echelon.DISTRICT), team(2)]
    why = reasons(force, TWO, [[100, 90], [5000, 100], [5000, 110]])
    assert [each.incident for each in (why["T0"], why["T2"])] == ["I0", "I1"]
    both(
        why["T2"].why,
        "serves as well as any with flood, in 3 min 50 s, at the lowest echelon and driving time",
    )


def test_a_faster_team_here_and_another_at_home() -> None:
    """Two are needed; the faster that stays at home is of a higher echelon."""
    force = [team(0), team(1, echelon=Echelon.DISTRICT), team(2)]
    events = (incident(0, force_needs=(replace(NEED, strength=2),)),)
    why = reasons(force, events, [[90], [100], [110]])
    assert set(why) == {"T0", "T2"}
    both(
        why["T2"].why,
        "serves as well as any with flood, in 3 min 50 s, at the lowest echelon and driving time",
    )


def test_ordered_by_the_operator() -> None:
    """A lock is its own reason, even for a team that serves nothing there."""
    force = [team(0), team(1, {"fire": 1})]
    why = reasons(force, ONE, [[100], [100]], locks=(Lock(team="T1", incident="I0"),))
    both(why["T1"].why, "ordered by the operator")
    assert why["T1"].next_best is None
    both(why["T0"].why, "fastest with flood, in 3 min 40 s")


def test_first_on_scene_without_a_need_served() -> None:
    """A team that fills nothing was sent to be first."""
    case = problem(district([team(0), team(1)]), request(ONE), [[100], [400]])
    plan = solved(case)
    first = replace(plan.assignments[0], serves=())
    (reason,) = explain(case, replace(plan, assignments=(first,))).reasons
    both(reason.why, "first on scene, in 3 min 40 s")
    assert reason.next_best is None


TENTS = SupplyNeed(item="tent", quantity=4, deadline_s=3600)


def delivery(*seconds: int, trucks: int = 1) -> dict[str, Reason]:
    """Reasons of shipments from depots so many seconds away, each with four tents."""
    stores = [
        depot(d, {"tent": 4}, trucks=trucks, tier=tier, name=name(f"store {d}"))
        for d, tier in zip(range(len(seconds)), (Tier.TOWN, Tier.DISTRICT), strict=False)
    ]
    world = district([team(0)], stores, items=(item("tent"), item("boat")))
    events = (incident(0, supply_needs=(TENTS,)),)
    case = problem(world, request(events), [[each] for each in seconds])
    plan = explain(case, solved(case))
    return {reason.id: reason for reason in plan.reasons if reason.id.startswith("D")}


def test_shipment_says_what_comes_from_where_and_when() -> None:
    """Release 120, loading 120, call 60, driving 100; no other depot could."""
    (reason,) = delivery(100, trucks=2).values()
    both(reason.why, "delivers tent from the town depot in 6 min 40 s")
    assert "镇街储备库" in reason.why.zh
    assert reason.next_best is None


def test_next_best_truck_is_of_another_depot() -> None:
    """The district depot is ten minutes farther."""
    (reason,) = delivery(100, 700).values()
    assert reason.id == "D0-K0"
    best = reason.next_best
    assert best is not None
    assert (best.id, best.name.en, best.eta_s) == ("D1-K0", "store 1", 1000)
    both(best.costs, "arrives 10 min later")


def test_next_best_truck_that_is_sooner_says_what_it_costs() -> None:
    """Within the same step the nearer tier is cheaper, though it is slower by ten seconds."""
    (reason,) = delivery(110, 100).values()
    assert reason.id == "D0-K0"
    best = reason.next_best
    assert best is not None
    both(best.costs, "arrives 10 s sooner, but carries less or costs more trips")


def explained(case: Problem) -> Plan:
    return explain(case, solved(case))


@pytest.mark.parametrize("seed", range(25))
def test_every_choice_of_a_random_case_has_a_reason(seed: int) -> None:
    """One reason for each assignment and shipment, in order, in both languages, with times that hold."""
    for case in (random_force_problem(seed), random_supply_problem(seed)):
        plan = explained(case)
        chosen = [(each.team, each.incident) for each in plan.assignments]
        chosen += [(each.truck, each.incident) for each in plan.shipments]
        assert [(reason.id, reason.incident) for reason in plan.reasons] == chosen
        here = set(chosen)
        for reason in plan.reasons:
            assert CHINESE.search(reason.why.zh)
            assert reason.why.en
            if reason.next_best is not None:
                assert (reason.next_best.id, reason.incident) not in here
                assert CHINESE.search(reason.next_best.costs.zh)
