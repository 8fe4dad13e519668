"""The check accepts what the solver makes and finds every planted fault."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dispatch.check import check
from dispatch.problem import Problem
from models.force import Echelon, TeamStatus
from models.incident import ForceNeed, SupplyNeed
from models.plan import Served
from models.request import Forbid, Lock
from models.supply import Condition, Lot
from tests.dispatch.cases import (
    NOW,
    depot,
    district,
    incident,
    problem,
    random_force_problem,
    random_supply_problem,
    request,
    solved,
    team,
)
from tests.dispatch.faults import (
    Change,
    double_book,
    drop_team,
    hide_shortfall,
    invent_shortfall,
    later,
    level,
    load_change,
    send,
    shipment_change,
    team_change,
)


def small_case() -> Problem:
    """Two incidents, four teams of which one is locked, one forbidden, one volunteer; a depot with two trucks."""
    force = [
        team(0, {"flood": 2}, equipment={"boat": 1}),
        team(1, {"flood": 1, "fire": 1}, echelon=Echelon.TOWN),
        team(2, {"fire": 2}, echelon=Echelon.DISTRICT, approval="chief"),
        team(3, {"flood": 3}, echelon=Echelon.VOLUNTEER, availability=0.8),
        team(4, {"rescue": 1}, status=TeamStatus.OUT_OF_SERVICE),
    ]
    events = [
        incident(
            0,
            force_needs=(ForceNeed(capability="flood", strength=3, target_s=600, requires_item="boat"),),
            supply_needs=(SupplyNeed(item="tent", quantity=5, deadline_s=1800),),
        ),
        incident(
            1,
            force_needs=(
                ForceNeed(capability="fire", strength=3, target_s=300),
                ForceNeed(capability="rescue", strength=1, target_s=300),
            ),
            supply_needs=(SupplyNeed(item="boat", quantity=2, deadline_s=600),),
        ),
    ]
    lots = (
        Lot(id="old", item="tent", quantity=9, batch="b0", expires=date(2026, 1, 1)),
        Lot(id="soon", item="tent", quantity=3, batch="b1", expires=date(2027, 1, 1)),
        Lot(id="late", item="tent", quantity=9, batch="b2"),
        Lot(id="wet", item="boat", quantity=9, batch="b3", condition=Condition.DAMAGED),
        Lot(id="boats", item="boat", quantity=2, batch="b4"),
    )
    store = replace(depot(0, {}, trucks=2), lots=lots, reserve={"tent": 6, "boat": 1})
    question = request(
        events, locks=(Lock(team="T1", incident="I1"),), forbids=(Forbid(team="T2", incident="I0"),)
    )
    seconds = [[100, 900], [200, 300], [400, 500], [50, 60], [10, 10]]
    return problem(district(force, [store]), question, seconds)


CASE = small_case()
GOOD = solved(CASE)


def test_a_plan_of_the_solver_holds() -> None:
    """The plan of the small case passes, and sends and ships what is expected."""
    assert check(CASE, GOOD).faults == ()
    assert {each.team: each.incident for each in GOOD.assignments} == {"T0": "I0", "T1": "I1", "T2": "I1"}
    assert [load.lot for each in GOOD.shipments for load in each.loads if load.item == "tent"] == [
        "soon",
        "late",
    ]


@pytest.mark.parametrize("seed", range(20))
def test_plans_of_random_cases_hold(seed: int) -> None:
    """Plans of random force and supply cases pass."""
    for case in (random_force_problem(seed), random_supply_problem(seed)):
        assert check(case, solved(case)).faults == ()


FAULTS: list[tuple[str, Change, str]] = [
    ("double-booked team", double_book, "is sent to 2 places at once"),
    ("lock ignored", drop_team("T1"), "is locked to I1 but not sent there"),
    ("forbidden team", team_change("T2", incident="I0"), "is forbidden for I0"),
    ("echelon not called", send("T3", "T0"), "is not called at level"),
    ("out of service", send("T4", "T0"), "cannot be sent"),
    ("unknown team", team_change("T0", team="T9"), "names what does not exist"),
    ("unknown incident", team_change("T0", incident="I9"), "names what does not exist"),
    ("wrong echelon", team_change("T0", echelon=Echelon.TOWN), "is of echelon village"),
    (
        "more strength than it has",
        team_change("T0", serves=(Served(capability="flood", strength=3),)),
        "has not 3 units",
    ),
    (
        "serves what is not needed",
        team_change("T0", serves=(Served(capability="fire", strength=1),)),
        "does not need",
    ),
    (
        "lacks the required item",
        team_change("T1", incident="I0", serves=(Served(capability="flood", strength=1),)),
        "lacks boat",
    ),
    ("approval hidden", team_change("T2", approver=None), "approval is needed"),
    ("lock hidden", team_change("T1", locked=False), "wrong about its lock"),
    ("arrival moved", later, "arrival at I0 is not now plus its parts"),
    (
        "faster than the road",
        team_change("T0", eta=replace(GOOD.assignments[0].eta, travel_s=1)),
        "do not add up",
    ),
    ("departure moved", team_change("T0", departs_at=NOW), "departure is not arrival less driving"),
    ("lot over-issued", load_change(quantity=4), "lot soon is over-issued"),
    ("expired lot", load_change(lot="old", batch="b0", expires=date(2026, 1, 1)), "may not be issued"),
    (
        "below the reserve floor",
        load_change(lot="late", batch="b2", expires=None, quantity=5),
        "below its reserve floor",
    ),
    ("lot of another item", load_change(lot="boats"), "is not tent at depot"),
    ("batch misquoted", load_change(batch="zz"), "wrong about batch"),
    ("overloaded truck", load_change(quantity=40), "is overloaded"),
    ("weight misquoted", shipment_change(kg=1.0), "wrong about its load"),
    ("truck of another depot", shipment_change(depot="D9"), "stands at depot D0"),
    (
        "truck used twice",
        lambda plan: replace(plan, shipments=(*plan.shipments, plan.shipments[0])),
        "is sent to 2 places",
    ),
    ("not needed goods", load_change(need="boat"), "does not need"),
    ("shortfall hidden", hide_shortfall, "owns up to 0 missing"),
    ("shortfall invented", invent_shortfall, "which does not need it"),
    (
        "value beautified",
        level(0, value=0, bound=0, gap=0.0, proven=True),
        "objective level 1 (unmet strength) is",
    ),
    ("bound above value", level(2, bound=10**9), "does not fit"),
    ("proof claimed", level(4, bound=0, gap=0.0), "does not fit"),
    ("level left out", lambda plan: replace(plan, objective=plan.objective[1:]), "entries"),
    ("other inputs", lambda plan: replace(plan, inputs_digest="x"), "made for other inputs"),
    ("other doctrine", lambda plan: replace(plan, doctrine="x"), "another doctrine"),
]


@pytest.mark.parametrize(("change", "sentence"), [pytest.param(c, s, id=i) for i, c, s in FAULTS])
def test_a_planted_fault_is_found(change: Change, sentence: str) -> None:
    """Each way of spoiling the good plan is named."""
    report = check(CASE, change(GOOD))
    assert not report.ok
    assert any(sentence in fault for fault in report.faults), report.faults
