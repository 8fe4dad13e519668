"""The check of a running operation: teams at work, reserves, volunteers, border roads, items from depots, cover."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.check import check
from models.doctrine import Cover, Doctrine, LevelRule, Reserve, Scope, Volunteers, VolunteerStrength
from models.force import Echelon, Entry, Team, TeamStatus
from models.incident import ForceNeed, Incident, ResponseLevel
from models.place import Colour, RiskCell
from models.plan import Assignment, Plan, Served
from models.request import Engagement, Forbid, TeamReport
from tests.dispatch.cases import (
    NOW,
    depot,
    district,
    doctrine,
    incident,
    name,
    place,
    request,
    settled,
    team,
    town,
)
from tests.dispatch.faults import Change, drop_team, hide_shortfall, level, send, shipment_change, team_change
from tests.dispatch.force_cases import ForceCase, random_force_case

BORDER, DEPOT, ROWS = 20, 40, 41
CELL = 2


def plan_of_response() -> Doctrine:
    """A town keeps its last team, half of a doubtful team counts, turning costs two steps, cover counts town teams."""
    called = (Echelon.VILLAGE, Echelon.TOWN, Echelon.ENTERPRISE, Echelon.VOLUNTEER, Echelon.MUTUAL_AID)
    plain = doctrine()
    keep = Reserve(
        name=name("last team of a town"),
        echelons=(Echelon.TOWN,),
        scope=Scope.TOWN,
        keep=1,
        lifted_at=ResponseLevel.II,
    )
    return replace(
        plain,
        levels={each: LevelRule(echelons=called, approver=name("chief")) for each in ResponseLevel},
        weights=replace(plain.weights, diversion_steps=2, change=30, enterprise_near_m=2000),
        reserves=(keep,),
        volunteers=Volunteers(count=VolunteerStrength.EXPECTED),
        cover=Cover(
            echelons=(Echelon.TOWN,), within_s=600, twice_s=900, busy=0.3, weights=dict.fromkeys(Colour, 2)
        ),
    )


def force() -> list[Team]:
    borders = tuple(
        Entry(name=name(f"border {k}"), position=place(BORDER + k), lead_s=lead)
        for k, lead in enumerate((300, 0))
    )
    return [
        team(0, {"flood": 1}),
        team(1, {"fire": 1}, echelon=Echelon.TOWN, town="A"),
        team(2, {"fire": 1}, echelon=Echelon.TOWN, town="A"),
        team(3, {"fire": 1}, equipment={"boat": 1}),
        team(4, {"fire": 4}, echelon=Echelon.VOLUNTEER, availability=0.5),
        team(5, {"fire": 1}, echelon=Echelon.MUTUAL_AID, entries=borders),
        team(6, {"rescue": 2}),
        team(7, {"flood": 1}),
        team(8, {"flood": 1}, echelon=Echelon.ENTERPRISE),
    ]


def events() -> tuple[Incident, Incident]:
    return (
        incident(
            0,
            force_needs=(
                ForceNeed(capability="flood", strength=1, target_s=600),
                ForceNeed(capability="rescue", strength=2, target_s=600, requires_item="boat"),
            ),
        ),
        incident(
            1,
            force_needs=(
                ForceNeed(capability="fire", strength=6, target_s=600),
                ForceNeed(capability="flood", strength=2, target_s=600),
            ),
        ),
    )


def running() -> ForceCase:
    """T0 is on scene at I0; T3 rolls to I0 and is needed at I1, T7 rolls to I1; T6 waits for a boat of the depot."""
    seconds = [[900] * 3 for _ in range(ROWS)]
    seconds[1], seconds[2] = [400, 400, 100], [410, 410, 100]
    seconds[BORDER + 1] = [5000, 5000, 5000]
    seconds[DEPOT] = [800, 800, 800]

    def task(team_id: str, goal: str, left_s: int) -> Engagement:
        gone = NOW - timedelta(seconds=1000)
        return Engagement(
            team=team_id, incident=goal, departs_at=gone, arrives_at=NOW + timedelta(seconds=left_s)
        )

    cell = RiskCell(
        id="C", town="A", position=place(CELL), colour=Colour.RED, hazards=("flood",), population=50
    )
    world = district(
        force(),
        [depot(DEPOT, {"boat": 2})],
        doctrine=plan_of_response(),
        towns=(town("A"), town("B")),
        risk=(cell,),
    )
    question = request(events(), engaged=(task("T0", "I0", -5), task("T3", "I0", 250), task("T7", "I1", 90)))
    return ForceCase(world, question, ("A", "B"), tuple(tuple(row) for row in seconds))


CASE, GOOD = settled(running().problem())


def of(team_id: str) -> Assignment:
    return next(each for each in GOOD.assignments if each.team == team_id)


def test_the_plan_of_the_running_operation_holds() -> None:
    """Who is there stays, one of the two town teams goes, the boat is shipped, the volunteers count for half."""
    assert check(CASE, GOOD).faults == ()
    goes = {each.team: each.incident for each in GOOD.assignments}
    assert goes == {
        "T0": "I0",
        "T1": "I1",
        "T3": "I1",
        "T4": "I1",
        "T5": "I1",
        "T6": "I0",
        "T7": "I1",
        "T8": "I1",
    }
    assert {each.team for each in GOOD.assignments if each.stays} == {"T0", "T7"}
    assert of("T4").serves == (Served(capability="fire", strength=2),)
    assert of("T5").eta.wait_s == 300
    assert [short.missing for short in GOOD.shortfalls] == [1]
    boat = GOOD.shipments[0].arrives_at
    assert of("T6").serves == (Served(capability="rescue", strength=2, waits_for="boat", counts_at=boat),)


def test_levels_of_the_running_operation() -> None:
    """Cover lost by T1 alone, driving and one change, worked out by hand."""
    values = {each.name.en: each.value for each in GOOD.objective}
    assert values["unmet strength"] == 2 * 100
    assert values["cover taken away"] == round(50 * 2 * 0.7 * 0.3)
    driving = 0 + 400 + 900 + 900 + 900 + 900 + 90 + 900
    assert values["driving and changes"] == driving + 30


def serves(team_id: str, **changes: object) -> Change:
    only = replace(of(team_id).serves[0], **changes)  # type: ignore[arg-type]
    return team_change(team_id, serves=(only,))


def quicker(team_id: str, part: str, seconds: int) -> Change:
    """A team whose arrival is stated earlier by leaving out seconds of one part."""
    each = of(team_id)
    eta = replace(each.eta, **{part: getattr(each.eta, part) - seconds})
    return team_change(team_id, eta=eta, arrives_at=each.arrives_at - timedelta(seconds=seconds))


def cheaper(number: int, value: int) -> Change:
    """An entry of the objective that leaves out a part, proven as it seems."""
    less = GOOD.objective[number].value - value
    return level(number, value=less, bound=less, gap=0.0, proven=True)


SOON = NOW + timedelta(seconds=61)

FAULTS: list[tuple[str, Change, str]] = [
    ("reserve broken", send("T2", "T1"), "last team of a town: 2 of the 2 free teams of A are sent away"),
    ("on scene, taken away", drop_team("T0"), "team T0 is on scene at I0 but taken away"),
    (
        "on scene, sent elsewhere",
        team_change("T0", incident="I1"),
        "team T0 is on scene at I0 but taken away",
    ),
    (
        "staying not said",
        team_change("T7", stays=False),
        "team T7: the plan is wrong about what it was doing",
    ),
    ("staying made up", team_change("T1", stays=True), "team T1: the plan is wrong about what it was doing"),
    ("turning hidden", team_change("T3", stays=True), "team T3: the plan is wrong about what it was doing"),
    ("on its way, too soon", quicker("T7", "travel_s", 30), "team T7: its times do not add up"),
    (
        "turned without call processing",
        quicker("T3", "call_processing_s", 60),
        "team T3: its times do not add up",
    ),
    ("border crossed at once", quicker("T5", "wait_s", 300), "team T5: its times do not add up"),
    ("lead of no border road", quicker("T5", "wait_s", 100), "team T5: its times do not add up"),
    ("price of a diversion left out", cheaper(4, 2 * 200), "objective level 3 (response time)"),
    ("price of a change left out", cheaper(9, 30), "objective level 6 (driving and changes)"),
    ("cover not counted", cheaper(8, 1), "objective level 5 (cover taken away)"),
    ("enterprise near, still priced", cheaper(6, -20), "objective level 4 (echelons called)"),
    ("counts before its item", serves("T6", counts_at=SOON), "counts for rescue before boat is on scene"),
    ("counts without its item", serves("T6", waits_for=None, counts_at=None), "team T6 lacks boat"),
    ("waits for another item", serves("T6", waits_for="tent"), "team T6 lacks boat"),
    (
        "waits for what it has no use for",
        serves("T1", waits_for="boat", counts_at=SOON),
        "waits for boat, which it has or does not need",
    ),
    ("nobody ships", lambda plan: replace(plan, shipments=()), "waits for boat, which no truck brings to I0"),
    ("shipped to another", shipment_change(incident="I1"), "waits for boat, which no truck brings to I0"),
    ("more than is to be expected", serves("T4", strength=3), "team T4 has not 3 units of fire that count"),
    ("the reserve's shortfall hidden", hide_shortfall, "owns up to 0 missing"),
]


@pytest.mark.parametrize(("change", "sentence"), [pytest.param(c, s, id=i) for i, c, s in FAULTS])
def test_a_planted_fault_is_found(change: Change, sentence: str) -> None:
    """Each way of spoiling the good plan is named."""
    report = check(CASE, change(GOOD))
    assert not report.ok
    assert any(sentence in fault for fault in report.faults), report.faults


def test_one_piece_does_not_do_for_two_teams() -> None:
    """Two teams wait for a boat each; a truck with one boat is not enough for them to count."""
    plain = running()
    rescue = ForceNeed(capability="rescue", strength=4, target_s=600, requires_item="boat")
    first = replace(plain.question.incidents[0], force_needs=(rescue,))
    force_of_two = (*plain.world.teams, team(9, {"rescue": 2}))
    case = replace(
        plain,
        world=replace(plain.world, teams=force_of_two),
        question=replace(plain.question, incidents=(first, plain.question.incidents[1])),
    )
    together, plan = settled(case.problem())
    assert check(together, plan).faults == ()
    assert plan.shipments[0].loads[0].quantity == 2
    load = replace(plan.shipments[0].loads[0], quantity=1)
    spoiled = replace(plan, shipments=(replace(plan.shipments[0], loads=(load,), kg=10.0, m3=0.1),))
    assert any("which no truck brings" in fault for fault in check(together, spoiled).faults)


def asked(**changes: object) -> ForceCase:
    plain = running()
    return replace(plain, question=replace(plain.question, **changes))  # type: ignore[arg-type]


def keeps_rolling(plan: Plan) -> Plan:
    """T7 goes on to I1 although it may not."""
    return replace(plan, assignments=(*plan.assignments, of("T7")))


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        (asked(forbids=(Forbid(team="T7", incident="I1"),)), "team T7 is forbidden for I1"),
        (
            asked(reports=(TeamReport(team="T7", status=TeamStatus.OUT_OF_SERVICE),)),
            "team T7: the plan is wrong about what it was doing",
        ),
    ],
    ids=["forbidden", "broken down"],
)
def test_a_team_on_its_way_that_may_or_can_no_longer_come(case: ForceCase, sentence: str) -> None:
    """The plan leaves it out, and the check finds it where it is left in."""
    together, plan = settled(case.problem())
    assert check(together, plan).faults == ()
    assert "T7" not in {each.team for each in plan.assignments}
    assert sentence in check(together, keeps_rolling(plan)).faults


@pytest.mark.parametrize("chunk", range(6))
def test_plans_of_random_cases_hold_end_to_end(chunk: int) -> None:
    """Teams, items, the loop between them and the plan in words: the check finds nothing, with every rule on."""
    seen: Counter[str] = Counter()
    for seed in range(chunk * 25, chunk * 25 + 25):
        together, plan = settled(random_force_case(seed).problem())
        assert check(together, plan).faults == (), seed
        seen["waiting"] += any(one.waits_for for each in plan.assignments for one in each.serves)
        seen["staying"] += any(each.stays for each in plan.assignments)
        turned = {each.team for each in together.request.engaged} & {
            each.team for each in plan.assignments if not each.stays
        }
        seen["turned"] += bool(turned)
    assert min(seen[each] for each in ("waiting", "staying", "turned")) >= 1, seen
