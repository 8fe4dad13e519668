"""From the plan in force to the next question, and the plan for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.answer import answer
from dispatch.rolling import after
from models.crs import Crs, LngLat
from models.errors import InputError
from models.force import Echelon, TeamStatus
from models.incident import ForceNeed, ResponseLevel
from models.place import Colour, Position, distance_m
from models.plan import Plan, Route
from models.request import Engagement, Forecast, Lock, Request, TeamReport
from scenarios.world import World
from tests.dispatch.cases import NOW, district, incident, problem, request, solved, team

MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def one() -> Plan:
    """T0 leaves after two minutes and drives ten: three legs of a bent way, of 1, 2 and 1 parts."""
    asked = request([incident(0)])
    plan = solved(problem(district([team(0)]), asked, [[600]]))
    bent = Route(
        profile="light_rescue", length_m=4000, points=((0.0, 0.0), (0.01, 0.0), (0.01, 0.02), (0.02, 0.02))
    )
    return replace(plan, assignments=(replace(plan.assignments[0], route=bent),))


def later(minutes: float, **changes: object) -> Request:
    return request([incident(0)], now=NOW + minutes * MINUTE, **changes)


def place_of(found: Request) -> LngLat | None:
    (report,) = found.reports
    return None if report.position is None else report.position.wgs84


def test_who_was_sent_is_engaged(one: Plan) -> None:
    found = after(one, later(1))
    assert found.engaged == (
        Engagement(team="T0", incident="I0", departs_at=NOW + 2 * MINUTE, arrives_at=NOW + 12 * MINUTE),
    )


def test_before_it_leaves_a_team_is_at_home(one: Plan) -> None:
    assert after(one, later(1.9)).reports == ()


@pytest.mark.parametrize(
    ("minutes", "place"),
    [
        (2, (0.0, 0.0)),
        (2 + 10 / 8, (0.005, 0.0)),
        (2 + 10 / 4, (0.01, 0.0)),
        (2 + 10 / 2, (0.01, 0.01)),
        (2 + 10 * 7 / 8, (0.015, 0.02)),
        (12, (0.02, 0.02)),
        (90, (0.02, 0.02)),
    ],
)
def test_a_team_is_as_far_as_its_time_is_spent(one: Plan, minutes: float, place: tuple[float, float]) -> None:
    found = place_of(after(one, later(minutes)))
    assert found is not None
    assert distance_m(found, LngLat(*place)) < 0.5


def test_a_reported_place_stands(one: Plan) -> None:
    """And what else the report says."""
    seen = TeamReport(
        team="T0", status=TeamStatus.ROLLING, position=Position(lng=0.004, lat=0.001, crs=Crs.WGS84)
    )
    assert after(one, later(5, reports=(seen,))).reports == (seen,)


def test_a_report_without_a_place_gets_one(one: Plan) -> None:
    said = TeamReport(team="T0", status=TeamStatus.ROLLING)
    (found,) = after(one, later(4.5, reports=(said,))).reports
    assert (found.status, found.position is not None) == (TeamStatus.ROLLING, True)


def test_what_the_request_states_stands(one: Plan) -> None:
    """The operator knows better when it arrives."""
    stated = Engagement(team="T0", incident="I0", departs_at=NOW, arrives_at=NOW + 50 * MINUTE)
    found = after(one, later(5, engaged=(stated,)))
    assert (found.engaged, found.reports) == ((stated,), ())


@pytest.mark.parametrize("status", [TeamStatus.AVAILABLE, TeamStatus.RETURNING, TeamStatus.RESTING])
def test_a_team_that_is_reported_free_is_not_engaged(one: Plan, status: TeamStatus) -> None:
    said = TeamReport(team="T0", status=status)
    found = after(one, later(60, reports=(said,)))
    assert (found.engaged, found.reports) == ((), (said,))


def test_a_team_that_broke_down_stays_engaged(one: Plan) -> None:
    """So that the next plan tells that it will not arrive."""
    said = TeamReport(team="T0", status=TeamStatus.OUT_OF_SERVICE)
    assert [each.team for each in after(one, later(5, reports=(said,))).engaged] == ["T0"]


def test_teams_of_an_incident_that_is_over_return_from_where_they_are(one: Plan) -> None:
    over = replace(later(7), incidents=(incident(1),))
    found = after(one, over)
    assert found.engaged == ()
    (report,) = found.reports
    assert (report.team, report.status) == ("T0", TeamStatus.RETURNING)
    assert report.position == Position(lng=0.01, lat=0.01, crs=Crs.WGS84)


def test_teams_that_had_not_left_yet_are_free_at_home(one: Plan) -> None:
    over = replace(later(1), incidents=(incident(1),))
    found = after(one, over)
    assert (found.engaged, found.reports) == ((), ())


def test_a_warning_outlives_the_incidents(one: Plan) -> None:
    """All incidents are over and a forecast is left: the plan in force is still taken."""
    rain = Forecast(id="rain", colour=Colour.RED, begin=NOW, end=NOW + 600 * MINUTE)
    found = after(one, replace(later(7), incidents=(), forecasts=(rain,)))
    assert (found.engaged, len(found.reports)) == ((), 1)


def test_a_plan_of_the_future_is_refused(one: Plan) -> None:
    with pytest.raises(
        InputError, match=r"in force was made for 2026-07-01T06:00:00.*, after the request's now"
    ):
        after(one, later(-1))


# --- the plan for the next question --------------------------------------------------------------------------


def test_nothing_changes_where_nothing_is_new(yongchuan: World, example: Request, example_plan: Plan) -> None:
    """Three minutes later, with the plan in force, the same teams go to the same incidents, none later."""
    question = replace(example, now=example.now + 3 * MINUTE)
    again = answer(yongchuan, after(example_plan, question))
    assert again.check is not None
    assert again.check.ok, again.check.faults
    assert again.changes == ()
    before = {each.team: each for each in example_plan.assignments}
    assert {each.team: each.incident for each in again.assignments} == {
        each.team: each.incident for each in example_plan.assignments
    }
    assert all(each.arrives_at <= before[each.team].arrives_at for each in again.assignments)
    assert all(each.stays for each in again.assignments)


def test_at_the_same_moment_it_is_the_same_plan(
    yongchuan: World, example: Request, example_plan: Plan
) -> None:
    again = answer(yongchuan, after(example_plan, example))
    assert [(each.team, each.incident, each.arrives_at) for each in again.assignments] == [
        (each.team, each.incident, each.arrives_at) for each in example_plan.assignments
    ]
    assert again.changes == ()


def rolling_plan(level: ResponseLevel, strength: int, **changes: object) -> Plan:
    """Plan for one incident at 0 with three teams of the village, the town and the district, nearest first."""
    force = [
        team(0),
        team(1, echelon=Echelon.TOWN),
        team(2, {"flood": 4}, echelon=Echelon.DISTRICT),
    ]
    need = ForceNeed(capability="flood", strength=strength, target_s=900)
    event = incident(0, response_level=level, force_needs=(need,))
    return solved(problem(district(force), request([event], **changes), [[60], [300], [600]]))


def test_an_escalation_adds_and_takes_nobody_away() -> None:
    """From IV to I the need grows; who is there or on the way stays, and the district's team joins."""
    first = rolling_plan(ResponseLevel.IV, 2)
    assert [each.team for each in first.assignments] == ["T0", "T1"]
    question = request([incident(0)], now=NOW + 5 * MINUTE)
    rolled = after(first, question)
    grown = rolling_plan(ResponseLevel.I, 6, now=question.now, engaged=rolled.engaged)
    assert [(each.team, each.stays) for each in grown.assignments] == [
        ("T0", True),
        ("T1", True),
        ("T2", False),
    ]
    assert [(each.kind.value, each.team) for each in grown.changes] == [("added", "T2")]


def test_who_is_on_scene_stays_where_nothing_is_needed_any_more() -> None:
    """A team that has arrived is not called back by the planner, even if a nearer one could do it."""
    there = Engagement(team="T2", incident="I0", departs_at=NOW - 9 * MINUTE, arrives_at=NOW - MINUTE)
    found = rolling_plan(ResponseLevel.III, 1, engaged=(there,))
    assert [(each.team, each.eta.total_s) for each in found.assignments] == [("T2", 0)]


def test_who_is_on_scene_can_be_sent_on_once_it_is_reported_free(one: Plan) -> None:
    """Without the report the order is refused; with it the team goes from where it stands."""
    order = Lock(team="T0", incident="I1")
    asked = replace(later(30), incidents=(incident(0), incident(1)), locks=(order,))
    world = district([team(0)])
    with pytest.raises(InputError, match="T0 is on scene at incident I0; give it free to send it elsewhere"):
        problem(world, replace(asked, engaged=after(one, asked).engaged), [[600, 300]])
    free = replace(asked, reports=(TeamReport(team="T0", status=TeamStatus.AVAILABLE),))
    plan = solved(problem(world, after(one, free), [[600, 300]]))
    assert [(each.team, each.incident) for each in plan.assignments] == [("T0", "I1")]
