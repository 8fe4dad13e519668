"""Whole plans side by side, on a small world with real roads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from dispatch.desk import Desk
from dispatch.variants import variants
from models.crs import Crs
from models.doctrine import Doctrine, Reserve, Scope
from models.force import Echelon, TeamStatus
from models.incident import ForceNeed, Grade, ResponseLevel
from models.inquiry import Variant
from models.place import Colour, Position, RiskCell
from models.plan import ChangeKind
from models.request import Engagement, Forbid, Lock, Request, TeamReport
from scenarios.world import World
from tests.dispatch.cases import NOW, cover, district, doctrine, incident, name, request, team, town
from tests.factories import CENTRE, STEP_DEG, grid

SIDE: Final = 9
ROADS: Final = grid(SIDE)


def node(row: int, column: int) -> Position:
    half = (SIDE - 1) / 2
    return Position(
        lng=CENTRE.lng + STEP_DEG * (column - half), lat=CENTRE.lat + STEP_DEG * (row - half), crs=Crs.WGS84
    )


def rules() -> Doctrine:
    """A town keeps its last team; cover counts; an echelon up costs more than ten steps."""
    return replace(
        doctrine(),
        reserves=(
            Reserve(
                name=name("keep one"),
                echelons=(Echelon.TOWN,),
                scope=Scope.TOWN,
                keep=1,
                lifted_at=ResponseLevel.I,
            ),
        ),
        cover=cover(echelons=(Echelon.VILLAGE, Echelon.TOWN), within_s=300, twice_s=600),
    )


def small_world() -> World:
    """T0 (town) and T1 (district) at the incident in the south-west, T2 to T4 farther away; people all over."""
    places = [(0, 1), (1, 0), (4, 4), (6, 6), (8, 8)]
    echelons = [Echelon.TOWN, Echelon.DISTRICT, Echelon.VILLAGE, Echelon.VILLAGE, Echelon.TOWN]
    towns = ["A", "", "B", "B", "B"]
    return World(
        district(
            [
                team(t, {"flood": 1}, home=node(*at), echelon=echelon, town=code)
                for t, (at, echelon, code) in enumerate(zip(places, echelons, towns, strict=True))
            ],
            doctrine=rules(),
            towns=(replace(town("A"), position=node(0, 1)), replace(town("B"), position=node(6, 6))),
            risk=tuple(
                RiskCell(
                    id=f"C{k}",
                    town="A",
                    position=node(k, k),
                    colour=Colour.ORANGE,
                    hazards=(),
                    population=100,
                )
                for k in range(SIDE)
            ),
            roads_digest=ROADS.digest,
        ),
        ROADS,
    )


WORLD: Final = small_world()


def question(*engaged: Engagement, **changes: object) -> Request:
    """Two incidents: one beside T0 and T1 that belongs to the other town, and one in the middle."""
    need = ForceNeed(capability="flood", strength=1, target_s=300)
    events = [
        incident(i, position=node(*at), grade=grade, response_level=ResponseLevel.III, force_needs=(need,))
        for i, (at, grade) in enumerate((((5, 5), Grade.II), ((7, 7), Grade.IV)))
    ]
    return request(events, engaged=engaged, time_limit_s=60.0, **changes)


def told(asked: Request, world: World = WORLD) -> dict[str, Variant]:
    return {each.key: each for each in variants(Desk(world), asked)}


def goes(variant: Variant) -> dict[str, str]:
    return {each.team: each.incident for each in variant.plan.assignments}


def levels(variant: Variant) -> dict[int, int]:
    """Values of the teams' levels by the doctrine in force: the first entry of each level."""
    found: dict[int, int] = {}
    for entry, value in zip(variant.plan.objective, variant.values, strict=True):
        found.setdefault(entry.level, value)
    return found


def under_way(number: int, incident_: str, minutes: float = 5) -> Engagement:
    return Engagement(
        team=f"T{number}",
        incident=incident_,
        departs_at=NOW - timedelta(minutes=1),
        arrives_at=NOW + timedelta(minutes=minutes),
    )


def test_every_variant_is_a_checked_plan_with_reasons() -> None:
    found = told(question())
    assert list(found) == ["doctrine", "fastest", "district_home"]
    for each in found.values():
        assert each.plan.check is not None
        assert each.plan.check.ok, each.plan.check.faults
        assert len(each.plan.reasons) == len(each.plan.assignments)
        assert len(each.values) == len(each.plan.objective)


def test_the_first_is_the_plan_as_it_is() -> None:
    """Its values are its own objective."""
    plain = told(question())["doctrine"]
    assert plain.values == tuple(entry.value for entry in plain.plan.objective)


LOCAL: Final = {"locks": (), "forbids": (Forbid(team="T2"), Forbid(team="T3"))}


@pytest.mark.parametrize("orders", [{}, LOCAL])
def test_the_fastest_is_never_worse_on_the_first_three_levels(orders: dict[str, object]) -> None:
    found = told(question(**orders))
    plain, fast = levels(found["doctrine"]), levels(found["fastest"])
    assert [fast[k] for k in (1, 2, 3)] <= [plain[k] for k in (1, 2, 3)]


def test_the_fastest_takes_who_is_kept_in_reserve() -> None:
    """T4 is the last of its town; it is nearest to the incident of the other town when B's other teams are out."""
    world = World(
        replace(
            WORLD.district,
            towns=(replace(town("A"), position=node(5, 5)), replace(town("B"), position=node(0, 8))),
        ),
        ROADS,
    )
    asked = question(forbids=(Forbid(team="T2"), Forbid(team="T3")))
    found = told(asked, world)
    assert "T4" not in goes(found["doctrine"])
    assert "T4" in goes(found["fastest"])
    plain, fast = levels(found["doctrine"]), levels(found["fastest"])
    assert [fast[k] for k in (1, 2, 3)] < [plain[k] for k in (1, 2, 3)]


def test_the_fastest_is_valued_by_the_doctrine_in_force() -> None:
    """Its own weights put no price on echelons and cover; side by side both stand as the doctrine has them."""
    asked = question()
    fast = told(asked)["fastest"]
    problem = Desk(WORLD).problem(asked, Desk(WORLD).travel(asked))
    rows = {each.id: t for t, each in enumerate(problem.teams)}
    columns = {each.id: i for i, each in enumerate(problem.incidents)}
    price = [int(problem.force.price[rows[t], columns[i]]) for t, i in goes(fast).items()]
    lost = [int(problem.force.cover_loss[rows[t]]) for t in goes(fast)]
    assert (levels(fast)[4], levels(fast)[5]) == (sum(price), sum(lost))
    assert sum(lost) > 0
    stated = {entry.level: entry.value for entry in reversed(fast.plan.objective)}
    assert (stated[4], stated[5]) == (0, 0)


def test_the_district_team_stays_at_home() -> None:
    """Where it is the only one near, another goes in its place; an order or being under way goes before."""
    near = question(forbids=tuple(Forbid(team=f"T{t}") for t in (0, 2, 3)))
    found = told(near)
    assert "T1" in goes(found["doctrine"])
    assert "T1" not in goes(found["district_home"])
    assert "district_home" not in told(question(locks=(Lock(team="T1", incident="I0"),)))
    assert "district_home" not in told(question(under_way(1, "I0")))


def test_least_disturbance_keeps_all_who_roll() -> None:
    """T4 is on its way to the lesser incident and could be turned to the graver; steady, it is not."""
    asked = question(under_way(2, "I1", 25), under_way(4, "I0", 25), forbids=(Forbid(team="T3"),))
    found = told(asked)
    assert goes(found["steady"])["T2"] == "I1"
    assert goes(found["steady"])["T4"] == "I0"
    assert {change.kind for change in found["steady"].plan.changes} <= {ChangeKind.ADDED}
    assert found["doctrine"].plan.changes != found["steady"].plan.changes


def test_without_a_plan_in_force_nothing_is_steadier() -> None:
    assert "steady" not in told(question())


@pytest.mark.parametrize("what", ["ordered elsewhere", "forbidden", "broken down"])
def test_who_cannot_stay_on_the_way_is_not_held_to_it(what: str) -> None:
    """The only rolling team is otherwise bound, so there is no steadier plan; and no refusal either."""
    orders: dict[str, dict[str, object]] = {
        "ordered elsewhere": {"locks": (Lock(team="T2", incident="I0"),)},
        "forbidden": {"forbids": (Forbid(team="T2"),)},
        "broken down": {"reports": (TeamReport(team="T2", status=TeamStatus.OUT_OF_SERVICE),)},
    }
    assert "steady" not in told(question(under_way(2, "I1"), **orders[what]))
