"""Why this team, why not that one: each reason in a case made for it, and prices against a brute force."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from dispatch.desk import Desk
from dispatch.explain import explain
from dispatch.inquiry import Inquiry
from dispatch.problem import Problem, TravelTable
from models.doctrine import Doctrine, Reserve, Scope
from models.errors import InputError
from models.force import Echelon, Team, TeamStatus
from models.incident import ForceNeed, Grade, Incident, ResponseLevel
from models.inquiry import Why, WhyNot
from models.place import Colour, RiskCell
from models.plan import Plan
from models.request import Engagement, Forbid, Forecast, Lock, Request, TeamReport
from models.units import NEVER
from tests.dispatch.cases import (
    NOW,
    MatrixTravel,
    cover,
    district,
    doctrine,
    incident,
    matrix,
    name,
    place,
    request,
    solved,
    team,
    town,
)
from tests.dispatch.force_cases import ForceCase, random_force_case


class TableDesk(Desk):
    """A desk whose roads are a table of seconds."""

    def __init__(self, case: ForceCase) -> None:
        self.case = case

    def travel(self, request: Request) -> MatrixTravel:  # type: ignore[override]
        return matrix(self.case.seconds)

    def problem(self, request: Request, travel: TravelTable) -> Problem:
        return replace(self.case, question=request).problem()


def asked(case: ForceCase) -> Inquiry:
    return Inquiry(TableDesk(case), case.question)


def event(number: int, strength: int = 1, **changes: object) -> Incident:
    need = ForceNeed(capability="flood", strength=strength, target_s=600)
    return incident(number, force_needs=(need,), **changes)


def made(
    force: Sequence[Team],
    events: Sequence[Incident],
    seconds: Sequence[Sequence[int]],
    *,
    rule: Doctrine | None = None,
    towns: Sequence[str] = (),
    risk: tuple[RiskCell, ...] = (),
    **orders: object,
) -> ForceCase:
    world = district(
        force,
        doctrine=rule or doctrine(),
        towns=tuple(town(code) for code in ("A", "B")),
        risk=risk,
    )
    return ForceCase(
        world,
        request(events, **orders),
        tuple(towns) or ("",) * len(events),
        tuple(tuple(row) for row in seconds),
    )


KEEP_ONE: Final = Reserve(
    name=name("a town keeps its last team"),
    echelons=(Echelon.VILLAGE,),
    scope=Scope.TOWN,
    keep=1,
    lifted_at=ResponseLevel.II,
)
COVER: Final = cover()
AT_RISK: Final = RiskCell(id="C", town="A", position=place(1), colour=Colour.RED, hazards=(), population=100)
THERE: Final = Engagement(
    team="T0", incident="I1", departs_at=NOW - timedelta(hours=1), arrives_at=NOW - timedelta(seconds=60)
)

CASES: Final[dict[Why, Callable[[], ForceCase]]] = {
    Why.SENT: lambda: made([team(0)], [event(0)], [[100]]),
    Why.UNAVAILABLE: lambda: made(
        [team(0)], [event(0)], [[100]], reports=(TeamReport(team="T0", status=TeamStatus.RESTING),)
    ),
    Why.BOUND: lambda: made(
        [team(0)], [event(0), event(1)], [[100, 100]], locks=(Lock(team="T0", incident="I1"),)
    ),
    Why.NOT_ALLOWED: lambda: made([team(0, echelon=Echelon.MUNICIPAL)], [event(0)], [[100]]),
    Why.OUT_OF_AREA: lambda: made([team(0, area=("A",))], [event(0)], [[100]], towns=["B"]),
    Why.FORBIDDEN: lambda: made([team(0)], [event(0)], [[100]], forbids=(Forbid(team="T0", incident="I0"),)),
    Why.UNREACHABLE: lambda: made([team(0)], [event(0)], [[NEVER]]),
    Why.NO_USE: lambda: made([team(0, {"fire": 3})], [event(0)], [[100]]),
    Why.RESERVE: lambda: made(
        [team(0, town="A"), team(1, echelon=Echelon.TOWN)],
        [event(0)],
        [[100], [500]],
        rule=replace(doctrine(), reserves=(KEEP_ONE,)),
        towns=["B"],
    ),
    Why.NEEDED_ELSEWHERE: lambda: made(
        [team(0)], [event(0, grade=Grade.IV), event(1, grade=Grade.I)], [[100, 100]]
    ),
    Why.TOO_LATE: lambda: made([team(0), team(1)], [event(0)], [[900], [100]]),
    Why.COSTS_MORE: lambda: made([team(0, echelon=Echelon.DISTRICT), team(1)], [event(0)], [[100], [100]]),
    Why.COVER: lambda: made(
        [team(0), team(1)],
        [event(0)],
        [[100, 60], [100, 5000]],
        rule=replace(doctrine(), cover=COVER),
        risk=(AT_RISK,),
    ),
    Why.NO_WORSE: lambda: made([team(0), team(1)], [event(0)], [[100], [100]]),
}
"""For each reason a case in which it keeps team T0 from incident I0; of two equals, either."""


def told(case: ForceCase) -> WhyNot:
    (found,) = asked(case).why_not("T0", "I0")
    return found


def reasoned(why: Why) -> WhyNot:
    case = CASES[why]()
    if why is not Why.NO_WORSE:
        return told(case)
    return next(each for t in ("T0", "T1") for each in asked(case).why_not(t) if each.reason is not Why.SENT)


@pytest.mark.parametrize("why", Why)
def test_every_reason_is_given_where_it_holds(why: Why) -> None:
    found = reasoned(why)
    assert (found.reason, found.incident) == (why, "I0")
    assert found.why.zh != found.why.en


WORDS: Final[dict[Why, str]] = {
    Why.RESERVE: "kept at home: a town keeps its last team",
    Why.NEEDED_ELSEWHERE: "needed more at I1",
    Why.TOO_LATE: "others are there sooner; it would arrive in 17 min",
    Why.COSTS_MORE: "echelons called would be worse: 0 now, 20 then",
    Why.BOUND: "bound to I1 by order",
}


@pytest.mark.parametrize("why", WORDS)
def test_reasons_name_what_they_are_about(why: Why) -> None:
    assert told(CASES[why]()).why.en == WORDS[why]


BARRED: Final = {
    Why.SENT, Why.UNAVAILABLE, Why.BOUND, Why.NOT_ALLOWED, Why.OUT_OF_AREA, Why.FORBIDDEN, Why.UNREACHABLE,
    Why.NO_USE,
}  # fmt: skip


@pytest.mark.parametrize("why", Why)
def test_what_may_be_forced_has_a_price(why: Why) -> None:
    """Of the whole plan, teams before supplies; nothing where no order could send it, or it goes anyway."""
    levels = [] if why in BARRED else [1, 2, 3, 4, 5, 6, 1, 2, 3, 4]
    assert [each.level for each in reasoned(why).price] == levels


def test_a_team_that_cannot_come_has_no_arrival() -> None:
    assert told(CASES[Why.UNREACHABLE]()).eta_s is None
    assert told(CASES[Why.TOO_LATE]()).eta_s == 900 + 120


def test_who_would_change_is_named() -> None:
    """T1 goes now and would stay at home were T0 sent; who is too late comes besides, and nobody changes."""
    assert told(CASES[Why.COSTS_MORE]()).moved == ("T1",)
    assert told(CASES[Why.TOO_LATE]()).moved == ()


def test_a_team_on_scene_elsewhere_is_busy() -> None:
    """With and without word of when it will be free; it is no order that binds it."""
    case = made([team(0)], [event(0), event(1)], [[100, 100]], engaged=(THERE,))
    free = replace(
        case,
        world=replace(
            case.world, teams=(replace(case.world.teams[0], free_from=NOW + timedelta(minutes=5)),)
        ),
    )
    assert [told(each).reason for each in (case, free)] == [Why.UNAVAILABLE, Why.UNAVAILABLE]
    assert told(free).why.en == "at work at I1"


def test_a_reserve_is_no_reason_where_it_changes_nothing() -> None:
    """The rule holds T0 too, but it would not be sent without the rule either: T1 does it sooner."""
    case = made(
        [team(0, town="A"), team(1, echelon=Echelon.TOWN)],
        [event(0)],
        [[900], [100]],
        rule=replace(doctrine(), reserves=(KEEP_ONE,)),
        towns=["B"],
    )
    assert told(case).reason is Why.TOO_LATE


def test_without_a_name_all_incidents_are_answered() -> None:
    found = asked(CASES[Why.NEEDED_ELSEWHERE]()).why_not("T0")
    assert [(each.incident, each.reason) for each in found] == [
        ("I0", Why.NEEDED_ELSEWHERE),
        ("I1", Why.SENT),
    ]


# --- why a team is sent -----------------------------------------------------------------------------------


def test_a_team_that_is_sent_says_what_the_plan_would_cost_without_it() -> None:
    """T0 is there in 220 s, T1 in 1020 s: 420 s late, and 18 steps of a minute in place of 4, twice at 200."""
    case = made([team(0), team(1)], [event(0)], [[100], [900]])
    plan = explain(case.problem(), solved(case.problem()))
    answer = asked(case).team(plan, "T0")
    assert (answer.incident, answer.eta.total_s) == ("I0", 220)
    assert answer.next_best is not None
    assert answer.next_best.id == "T1"
    now = {each.level: each.now for each in answer.price_without[:6]}
    then = {each.level: each.then for each in answer.price_without[:6]}
    assert (now[2], then[2]) == (0, 200 * (420 + 720))
    assert (now[3], then[3]) == (2 * 200 * 4, 2 * 200 * 17)


@pytest.mark.parametrize("what", ["locked", "on scene"])
def test_without_it_means_without_its_orders_too(what: str) -> None:
    """Neither a lock nor having arrived keeps a team in the plan that is asked for without it."""
    locks = (Lock(team="T0", incident="I0"),) if what == "locked" else ()
    engaged = (replace(THERE, incident="I0"),) if what == "on scene" else ()
    case = made([team(0)], [event(0)], [[100]], locks=locks, engaged=engaged)
    plan = explain(case.problem(), solved(case.problem()))
    price = asked(case).team(plan, "T0").price_without[0]
    assert (price.now, price.then) == (0, 200)


def test_questions_that_have_no_answer() -> None:
    case = made([team(0), team(1)], [event(0)], [[100], [900]])
    bare = solved(case.problem())
    desk = asked(case)
    for ask, sentence in (
        (lambda: desk.team(bare, "T9"), "no team 'T9' in this world"),
        (lambda: desk.team(bare, "T1"), "team T1 is not sent by this plan; ask --why-not T1"),
        (lambda: desk.team(bare, "T0"), "the plan gives no reason for team T0; plan again"),
        (lambda: desk.why_not("T9"), "no team 'T9' in this world"),
        (lambda: desk.why_not("T0", "I9"), "no incident 'I9' in this request"),
    ):
        with pytest.raises(InputError) as caught:
            ask()
        assert str(caught.value) == sentence


def test_without_an_incident_there_is_nothing_to_be_sent_to() -> None:
    rain = Forecast(id="rain", colour=Colour.RED, begin=NOW, end=NOW + timedelta(hours=9))
    case = made([team(0)], [], [[0]], forecasts=(rain,))
    with pytest.raises(InputError, match="no incident that a team could be sent to"):
        asked(case).why_not("T0")


def test_a_plan_of_other_inputs_is_refused() -> None:
    case = made([team(0)], [event(0)], [[100]])
    plan = solved(case.problem())
    asked(case).refuse_stale(plan, "plan.json")
    with pytest.raises(InputError, match=r"plan\.json: the world or the request has changed"):
        asked(case).refuse_stale(replace(plan, inputs_digest="0" * 64), "plan.json")


# --- against the best of all plans ---------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(25))
def test_the_price_of_forcing_is_that_of_the_best_plan_with_the_order(seed: int) -> None:
    """Levels now and then are the best there are, by a brute force that knows nothing of the solver.

    Teams that wait for items are left out: their true times depend on the trucks.
    """
    case = random_force_case(seed, teams=5, incidents=2)
    needs = [
        tuple(replace(need, requires_item=None) for need in each.force_needs or ())
        for each in case.question.incidents
    ]
    events = tuple(
        replace(each, force_needs=has) for each, has in zip(case.question.incidents, needs, strict=True)
    )
    case = replace(case, question=replace(case.question, incidents=events))
    now = tuple(case.best())
    desk = asked(case)
    for each in case.world.teams:
        for answer in desk.why_not(each.id):
            if not answer.price:
                continue
            order = Lock(team=answer.team, incident=answer.incident)
            forced = replace(case, question=replace(case.question, locks=(*case.question.locks, order)))
            assert tuple(price.now for price in answer.price[:6]) == now
            assert tuple(price.then for price in answer.price[:6]) == tuple(forced.best())


@pytest.mark.parametrize("seed", range(40))
def test_prices_are_those_of_whole_plans(seed: int) -> None:
    """With teams that wait for items: what the plan with the order says of itself, supplies and all."""
    case = random_force_case(seed, teams=5, incidents=2)
    desk = asked(case)
    now = by_half(solved(case.problem()))
    for each in case.world.teams[:3]:
        for answer in desk.why_not(each.id):
            if answer.price:
                order = Lock(team=answer.team, incident=answer.incident)
                locks = (*case.question.locks, order)
                forced = replace(case, question=replace(case.question, locks=locks))
                assert [price.now for price in answer.price] == now
                assert [price.then for price in answer.price] == by_half(solved(forced.problem()))


def by_half(plan: Plan) -> list[int]:
    """Values of the teams' levels, then of the supplies'."""
    supplies = [plan.objective[k].value for k in (1, 3, 5, 7)]
    return [plan.objective[k].value for k in (0, 2, 4, 6, 8, 9)] + supplies
