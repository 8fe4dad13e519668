"""What is new against the plan in force."""

from __future__ import annotations

from datetime import timedelta

from models.force import Echelon, TeamStatus
from models.incident import ForceNeed, Grade, ResponseLevel
from models.plan import Change, ChangeKind, Plan
from models.request import Engagement, Forbid, Lock, TeamReport
from tests.dispatch.cases import NOW, district, incident, problem, request, solved, team


def engaged(number: int, incident_: str, arrives_s: int = 900) -> Engagement:
    """A team that left a minute ago."""
    return Engagement(
        team=f"T{number}",
        incident=incident_,
        departs_at=NOW - timedelta(seconds=60),
        arrives_at=NOW + timedelta(seconds=arrives_s),
    )


def plan(
    seconds: list[list[int]],
    *engagements: Engagement,
    needs: tuple[int, ...] = (1,),
    grades: tuple[Grade, ...] = (Grade.III, Grade.III),
    **orders: object,
) -> Plan:
    events = [
        incident(
            i,
            grade=grade,
            response_level=ResponseLevel.III,
            force_needs=(ForceNeed(capability="flood", strength=strength, target_s=600),),
        )
        for i, (strength, grade) in enumerate(zip(needs, grades, strict=False))
    ]
    teams = [team(t, echelon=Echelon.TOWN) for t in range(len(seconds))]
    question = request(events, engaged=engagements, **orders)
    return solved(problem(district(teams), question, seconds))


def told(change: Change) -> tuple[ChangeKind, str, str | None, str | None, str]:
    return change.kind, change.team, change.was, change.now, change.why.en


def test_without_a_plan_in_force_nothing_is_a_change() -> None:
    assert plan([[100]]).changes == ()


def test_who_stays_is_no_change() -> None:
    assert plan([[100]], engaged(0, "I0")).changes == ()


def test_who_joins_is_added() -> None:
    """The need has grown; the second team is 600 s away, and a minute each for call and turnout."""
    (found,) = plan([[100], [600]], engaged(0, "I0"), needs=(2,)).changes
    assert told(found) == (ChangeKind.ADDED, "T1", None, "I0", "joins at I0 in 12 min")


def test_who_is_needed_more_elsewhere_is_diverted() -> None:
    """One team for two incidents, and the new one is the graver."""
    (found,) = plan([[900, 100]], engaged(0, "I0"), needs=(1, 1), grades=(Grade.IV, Grade.I)).changes
    assert told(found) == (ChangeKind.DIVERTED, "T0", "I0", "I1", "needed more at I1, there in 2 min 40 s")


def test_who_is_sent_elsewhere_by_order_is_not_said_to_be_needed_more() -> None:
    lock = Lock(team="T0", incident="I1")
    (found,) = plan([[900, 100]], engaged(0, "I0"), needs=(1, 1), locks=(lock,)).changes
    assert told(found) == (ChangeKind.DIVERTED, "T0", "I0", "I1", "ordered by the operator")


def test_who_is_not_needed_any_more_is_recalled() -> None:
    """The need has shrunk to one unit, and the other team is there first."""
    found = plan([[100], [100]], engaged(0, "I0", 100), engaged(1, "I0", 900)).changes
    assert [told(each) for each in found] == [
        (ChangeKind.RECALLED, "T1", "I0", None, "others serve I0 as well")
    ]


def test_who_is_forbidden_is_recalled_by_order() -> None:
    found = plan([[100], [100]], engaged(0, "I0"), forbids=(Forbid(team="T0"),)).changes
    assert [told(each) for each in found] == [
        (ChangeKind.ADDED, "T1", None, "I0", "joins at I0 in 3 min 40 s"),
        (ChangeKind.RECALLED, "T0", "I0", None, "forbidden by order"),
    ]


def test_who_has_broken_down_will_not_arrive() -> None:
    report = TeamReport(team="T0", status=TeamStatus.OUT_OF_SERVICE)
    found = plan([[100], [100]], engaged(0, "I0"), reports=(report,)).changes
    assert told(found[1]) == (
        ChangeKind.RECALLED,
        "T0",
        "I0",
        None,
        "out of service: it will not arrive at I0",
    )
