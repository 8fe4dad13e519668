"""Teams against incidents: engaged teams, border roads, reserves, expected strength, enterprises near their site."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from dispatch.problem import Bar, Problem
from dispatch.tables.force import near_m, with_items
from models.crs import LngLat
from models.doctrine import LevelRule, Reserve, Scope, Volunteers, VolunteerStrength
from models.errors import InputError
from models.force import Echelon, Entry, TeamStatus
from models.incident import ForceNeed, ResponseLevel
from models.place import distance_m
from models.request import Engagement, Forbid, Lock, TeamReport
from models.units import NEVER
from tests.dispatch.cases import (
    NOW,
    depot,
    district,
    doctrine,
    incident,
    name,
    place,
    problem,
    request,
    team,
    town,
)

ON_SCENE_S, ROLLING_S = -30, 200


def engaged(left_s: int, departs_s: int = -600, goal: str = "I0", **changes: Any) -> Problem:
    """One team engaged at an incident, two incidents 100 and 400 s away."""
    task = Engagement(
        team="T0",
        incident=goal,
        departs_at=NOW + timedelta(seconds=min(departs_s, left_s)),
        arrives_at=NOW + timedelta(seconds=left_s),
    )
    orders = {key: changes.pop(key) for key in ("locks", "forbids", "reports") if key in changes}
    question = request([incident(0), incident(1)], engaged=(task,), **orders)
    return problem(district([team(0, turnout_s=90, **changes)]), question, [[100, 400]])


def test_who_is_on_scene_is_bound_there_and_counts_at_once() -> None:
    """No driving, no wait; nobody says when it is free, so it can go nowhere else."""
    side = engaged(ON_SCENE_S).force
    assert side.locked.tolist() == [0]
    assert side.arrive_s.tolist() == [[0, NEVER]]
    assert side.ready_s.tolist() == [[0, NEVER]]
    assert side.bar.tolist() == [[Bar.NONE, Bar.UNAVAILABLE]]


def test_the_report_on_scene_beats_the_plan() -> None:
    """The plan in force has it there in 200 s, the team says it is there."""
    side = engaged(ROLLING_S, reports=(TeamReport(team="T0", status=TeamStatus.ON_SCENE),)).force
    assert side.locked.tolist() == [0]
    assert side.arrive_s[0, 0] == 0


def test_who_is_on_the_way_arrives_as_planned_or_turns_from_where_it_stands() -> None:
    """To its own incident what is left of the way; to another call processing and driving, no turnout."""
    side = engaged(ROLLING_S).force
    assert side.locked.tolist() == [-1]
    assert side.engaged.tolist() == [0]
    assert side.arrive_s.tolist() == [[200, 60 + 0 + 400]]


@pytest.mark.parametrize(("departs_s", "turnout_s"), [(-5, 0), (40, 40), (400, 90)])
def test_who_has_not_yet_departed_turns_out_for_what_is_left(departs_s: int, turnout_s: int) -> None:
    """At most the turnout of the team, nothing once it rolls."""
    assert engaged(900, departs_s).force.turnout_s.tolist() == [turnout_s]


def test_a_ban_turns_a_team_on_its_way_but_not_one_on_scene() -> None:
    """It may not go on to the forbidden incident; who is there stays."""
    ban = (Forbid(team="T0", incident="I0"),)
    assert engaged(ROLLING_S, forbids=ban).force.bar.tolist() == [[Bar.FORBIDDEN, Bar.NONE]]
    assert engaged(ROLLING_S, forbids=ban).force.arrive_s[0, 0] == NEVER
    assert engaged(ON_SCENE_S, forbids=ban).force.bar[0, 0] == Bar.NONE


@pytest.mark.parametrize("left_s", [ON_SCENE_S, ROLLING_S])
def test_who_breaks_down_is_engaged_no_more(left_s: int) -> None:
    """Out of service: it neither arrives nor stays."""
    side = engaged(left_s, reports=(TeamReport(team="T0", status=TeamStatus.OUT_OF_SERVICE),)).force
    assert side.engaged.tolist() == [-1]
    assert side.bar.tolist() == [[Bar.UNAVAILABLE, Bar.UNAVAILABLE]]


def test_a_lock_elsewhere_turns_a_team_on_its_way() -> None:
    """The operator's order binds it to the other incident."""
    assert engaged(ROLLING_S, locks=(Lock(team="T0", incident="I1"),)).force.locked.tolist() == [1]


def test_a_lock_elsewhere_is_refused_for_a_team_on_scene() -> None:
    """It says where the team is, and what to do."""
    with pytest.raises(InputError) as caught:
        engaged(ON_SCENE_S, locks=(Lock(team="T0", incident="I1"),))
    assert str(caught.value) == (
        "locks[0].team: team T0 is on scene at incident I0; give it free to send it elsewhere"
    )


def test_an_engaged_team_that_does_not_exist_is_refused() -> None:
    """With its place in the request."""
    task = Engagement(team="T9", incident="I0", departs_at=NOW, arrives_at=NOW)
    with pytest.raises(InputError) as caught:
        problem(district([team(0)]), request([incident(0)], engaged=(task,)), [[100]])
    assert str(caught.value) == "engaged[0].team: no team 'T9' in this world"


def test_price_of_a_diversion_is_that_of_the_incident_left() -> None:
    """Diversion steps times the priority of life at the incident the team was on its way to."""
    plain = doctrine()
    world = district(
        [team(0), team(1)], doctrine=replace(plain, weights=replace(plain.weights, diversion_steps=3))
    )
    task = Engagement(team="T0", incident="I0", departs_at=NOW, arrives_at=NOW + timedelta(seconds=100))
    case = problem(world, request([incident(0)], engaged=(task,)), [[100], [100]])
    assert case.force.diversion.tolist() == [3 * 2 * 100, 0]


def border(leads: tuple[int, ...], seconds: list[list[int]], **orders: Any) -> Problem:
    """A team with border roads whose places are rows 1 and 2 of the table."""
    entries = tuple(
        Entry(name=name(f"border {k}"), position=place(1 + k), lead_s=lead) for k, lead in enumerate(leads)
    )
    events = [incident(i) for i in range(len(seconds[0]))]
    return problem(district([team(0, entries=entries)]), request(events, **orders), seconds)


@pytest.mark.parametrize(
    ("leads", "wait_s", "travel_s"),
    [((300, 600), 300, 500), ((900, 0), 0, 800)],
    ids=["the first is soonest", "the second is soonest"],
)
def test_a_team_comes_by_the_border_road_that_is_soonest(
    leads: tuple[int, ...], wait_s: int, travel_s: int
) -> None:
    """Lead and driving together decide; the place at home does not."""
    side = border(leads, [[1], [500], [800]]).force
    assert (side.wait_s.tolist(), side.travel_s.tolist()) == ([wait_s], [[travel_s]])
    assert side.arrive_s.tolist() == [[wait_s + 60 + 60 + travel_s]]


def test_a_border_road_with_no_way_is_left_alone() -> None:
    """It comes by the other, however long that takes."""
    side = border((0, 600), [[1], [NEVER], [800]]).force
    assert side.travel_s.tolist() == [[800]]
    assert side.starts[0] == place(2).wgs84


def test_a_reported_position_on_the_map_is_where_it_comes_from() -> None:
    """It has crossed the border: no lead."""
    report = TeamReport(team="T0", position=place(3))
    side = border((300, 600), [[1], [500], [800], [70]], reports=(report,)).force
    assert (side.wait_s.tolist(), side.travel_s.tolist()) == ([0], [[70]])


def kept(level: ResponseLevel = ResponseLevel.III, scope: Scope = Scope.TOWN, **orders: Any) -> Problem:
    """Three town teams of A, one of B, one village team of A; an incident in A and one in B."""
    rule = Reserve(
        name=name("reserve"), echelons=(Echelon.TOWN,), scope=scope, keep=1, lifted_at=ResponseLevel.II
    )
    force = [team(t, echelon=Echelon.TOWN, town="A" if t < 3 else "B") for t in range(4)]
    force.append(team(4, town="A"))
    world = district(force, doctrine=doctrine(reserves=(rule,)), towns=(town("A"), town("B")))
    events = [incident(0, response_level=level), incident(1, response_level=level)]
    return problem(world, request(events, **orders), [[100, 100]] * 5, towns=["A", "B"])


def rules(case: Problem) -> list[tuple[list[int], list[int], int]]:
    return [(each.teams.tolist(), each.incidents.tolist(), each.most) for each in case.force.keeps]


def test_a_town_keeps_its_last_team_from_other_towns() -> None:
    """Of A two may go to B, of B none may go to A; at home all may go."""
    assert rules(kept()) == [([0, 1, 2], [1], 2), ([3], [0], 0)]


def test_the_district_keeps_its_reserve_from_every_incident() -> None:
    """All town teams together, all incidents."""
    assert rules(kept(scope=Scope.DISTRICT)) == [([0, 1, 2, 3], [0, 1], 3)]


def test_a_high_level_lifts_the_reserve() -> None:
    """At level II no rule is at work."""
    assert rules(kept(ResponseLevel.II)) == []


def test_who_is_bound_or_away_is_no_reserve() -> None:
    """T0 is locked to B, T1 is resting: T2 alone is left, and must stay."""
    case = kept(
        locks=(Lock(team="T0", incident="I1"),),
        reports=(TeamReport(team="T1", status=TeamStatus.RESTING),),
    )
    assert rules(case)[0] == ([2], [1], 0)


@pytest.mark.parametrize(("count", "units"), [("full", [[3], [4]]), ("expected", [[3], [2]])])
def test_volunteers_count_as_the_doctrine_says(count: str, units: list[list[int]]) -> None:
    """Four units that turn out with 0.6 are two in expectation, rounded down; sure teams count in full."""
    force = [team(0, {"flood": 3}), team(1, {"flood": 4}, availability=0.6)]
    rule = Volunteers(count=VolunteerStrength(count))
    event = incident(0, force_needs=(ForceNeed(capability="flood", strength=9, target_s=600),))
    case = problem(district(force, doctrine=doctrine(volunteers=rule)), request([event]), [[1], [1]])
    assert case.force.counts.tolist() == units


@pytest.mark.parametrize(("near", "price"), [(0, 20), (222, 20), (223, 0)])
def test_an_enterprise_near_its_site_costs_no_steps(near: int, price: int) -> None:
    """The site is 222.4 m from the incident; beyond `enterprise_near_m` it stands third in the order."""
    plain = doctrine()
    order = (Echelon.VILLAGE, Echelon.TOWN, Echelon.ENTERPRISE)
    rule = LevelRule(echelons=order, approver=name("chief"))
    plan = replace(
        plain,
        weights=replace(plain.weights, enterprise_near_m=near),
        levels=dict.fromkeys(ResponseLevel, rule),
    )
    site = team(2, echelon=Echelon.ENTERPRISE)
    case = problem(district([site], doctrine=plan), request([incident(0)]), [[1]] * 3)
    assert case.force.price.tolist() == [[price]]


def test_metres_are_those_of_the_words() -> None:
    """The vector and the plain function agree."""
    points = [(105.9, 29.3), (106.1, 29.5), (105.9, 29.35)]
    here = LngLat(105.95, 29.35)
    expected = [distance_m(LngLat(*point), here) for point in points]
    assert near_m(np.array(points), here) == pytest.approx(expected, abs=1e-6)


def test_items_make_teams_count_from_when_they_come() -> None:
    """Who lacks the item waits for it, who has it does not; where none comes only the second counts."""
    need = ForceNeed(capability="flood", strength=2, target_s=600, requires_item="boat")
    force = [team(0), team(1, equipment={"boat": 1})]
    world = district(force, [depot(2, {"boat": 1})])
    case = problem(world, request([incident(0, force_needs=(need,))]), [[100], [100], [500]])
    assert case.force.lacks.tolist() == [[True], [False]]
    assert case.force.ready_s.tolist() == [[60 + 240 + 500], [220]]
    never = with_items(case.force, np.array([NEVER], dtype=np.int32))
    assert never.counts.tolist() == [[0], [1]]
