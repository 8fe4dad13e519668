"""The planner on the embedded world: the example, orders and closures, and the same plan every time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from dispatch.answer import answer
from dispatch.desk import inputs_digest
from dispatch.solve import solve
from dispatch.tables.build import reported_teams
from dispatch.tables.roster import Roster
from models.codec import write_json
from models.crs import Crs, LngLat
from models.errors import InputError
from models.force import ForceStructure, TeamStatus
from models.incident import ForceNeed, Incident
from models.place import Position, distance_m
from models.plan import Assignment, Plan
from models.request import Closure, Forbid, Lock, Request, TeamReport
from scenarios import library
from scenarios.catalogue import DATA
from scenarios.world import World
from tests.dispatch.conftest import EXAMPLE, PATIENCE_S
from tests.dispatch.shell import run

Change = Callable[[Request], Request]

LANDSLIDE = "landslide-hegeng"


def only(example: Request, incident: str = LANDSLIDE) -> Request:
    """The example with one of its incidents and no closure: a question that is answered quickly."""
    kept = tuple(each for each in example.incidents if each.id == incident)
    return replace(example, incidents=kept, closures=())


@pytest.fixture(scope="module")
def plain(yongchuan: World, example: Request) -> tuple[Request, Plan]:
    """The landslide alone with all roads open, and its plan."""
    question = only(example)
    return question, answer(yongchuan, question)


def sent(plan: Plan, team: str) -> Assignment | None:
    return next((each for each in plan.assignments if each.team == team), None)


def comes_near(points: tuple[tuple[float, float], ...], centre: LngLat, radius_m: float) -> bool:
    """Whether a line passes within a circle, looked at every few metres."""
    for (x0, y0), (x1, y1) in pairwise(points):
        steps = max(1, int(distance_m(LngLat(x0, y0), LngLat(x1, y1)) / 5))
        for k in range(steps + 1):
            share = k / steps
            here = LngLat(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)
            if distance_m(here, centre) <= radius_m:
                return True
    return False


def test_example_in_the_repository_is_the_one_of_the_demo() -> None:
    """What the README runs and what `dispatch demo` runs are one file."""
    assert EXAMPLE.read_bytes() == (DATA / "three_incidents.json").read_bytes()


def test_plan_for_the_example(example: Request, example_plan: Plan) -> None:
    """It passes its check, calls four echelons and two tiers or more, and serves every incident."""
    assert example_plan.check is not None
    assert example_plan.check.faults == ()
    assert len({each.echelon for each in example_plan.assignments}) >= 4
    assert len({each.tier for each in example_plan.shipments}) >= 2
    assert {each.incident for each in example_plan.assignments} == {each.id for each in example.incidents}
    assert len(example_plan.reasons) == len(example_plan.assignments) + len(example_plan.shipments)
    assert [level.proven for level in example_plan.objective if level.level <= 3] == [True] * 6


def test_no_route_of_the_example_goes_through_the_landslide(example: Request, example_plan: Plan) -> None:
    """Nobody who drives passes the closed circle; a helicopter may."""
    centre = example.closures[0].centre
    radius_m = example.closures[0].radius_m
    assert centre is not None
    assert radius_m is not None
    ways = [(each.incident, each.route) for each in example_plan.assignments]
    ways += [(each.incident, each.route) for each in example_plan.shipments]
    driven = [route for incident, route in ways if route.profile != "helicopter" and incident != LANDSLIDE]
    assert len(driven) > 20
    # the ends are joined to the road by straight lines, which are no road
    assert not [route for route in driven if comes_near(route.points[1:-1], centre.wgs84, radius_m - 5)]


def test_same_plan_twice_in_one_process(yongchuan: World, example: Request, example_plan: Plan) -> None:
    """To the byte."""
    assert write_json(answer(yongchuan, example)) == write_json(example_plan)


def test_a_moment_is_enough_for_a_plan_that_holds(
    yongchuan: World, example: Request, example_plan: Plan
) -> None:
    """Out of time at once: the plan is checked and no better than the one with time, its bounds no higher."""
    hasty = answer(yongchuan, replace(example, time_limit_s=0.001))
    assert hasty.check is not None
    assert hasty.check.faults == ()
    assert hasty.objective[0].value >= example_plan.objective[0].value >= hasty.objective[0].bound
    assert hasty.objective[1].value >= example_plan.objective[1].value >= hasty.objective[1].bound


@pytest.mark.slow
def test_same_plan_in_two_processes(worlds_cache: Path, example_plan: Plan) -> None:
    """Whatever the order in which each process puts its sets."""
    for seed in ("0", "424242"):
        done = run("plan", EXAMPLE, "--json", "--time-limit", str(PATIENCE_S), PYTHONHASHSEED=seed)
        assert done.returncode == 0, done.stderr
        assert done.stdout == write_json(example_plan) + "\n"


def test_a_closure_turns_routes_aside(yongchuan: World, plain: tuple[Request, Plan]) -> None:
    """A team that drove through the closed place arrives no earlier, by another way."""
    question, before = plain
    going = max(
        (each for each in before.assignments if each.route.profile != "helicopter"),
        key=lambda each: each.route.length_m,
    )
    middle = LngLat(*going.route.points[len(going.route.points) // 2])
    assert comes_near(going.route.points, middle, 50)
    shut = Closure(id="cut", centre=Position(lng=middle.lng, lat=middle.lat, crs=Crs.WGS84), radius_m=60.0)
    lock = Lock(team=going.team, incident=going.incident)
    after = answer(yongchuan, replace(question, closures=(shut,), locks=(lock,)))
    assert after.check is not None
    assert after.check.ok
    again = sent(after, going.team)
    assert again is not None
    assert not comes_near(again.route.points[1:-1], middle, 50)
    assert again.eta.travel_s >= going.eta.travel_s
    assert again.route.points != going.route.points


def test_closing_a_road_never_makes_driving_quicker(
    yongchuan: World, example: Request, example_plan: Plan
) -> None:
    """Every pair of team and incident takes as long as with the road open, or longer."""
    with_slide, _ = solve(yongchuan, example)
    without, _ = solve(yongchuan, replace(example, closures=()))
    assert (with_slide.force.travel_s >= without.force.travel_s).all()
    assert (with_slide.force.travel_s > without.force.travel_s).any()


def test_a_lock_is_obeyed(yongchuan: World, plain: tuple[Request, Plan]) -> None:
    """A far team that was not sent goes where it is ordered to, and says why."""
    question, before = plain
    far = next(
        team.id
        for team in yongchuan.district.teams
        if team.echelon == "village" and team.town == "500118113" and sent(before, team.id) is None
    )
    after = answer(yongchuan, replace(question, locks=(Lock(team=far, incident=LANDSLIDE),)))
    assert after.check is not None
    assert after.check.ok
    ordered = sent(after, far)
    assert ordered is not None
    assert ordered.locked
    reason = next(each for each in after.reasons if each.id == far)
    assert reason.why.en == "ordered by the operator"


def test_a_ban_is_obeyed(yongchuan: World, plain: tuple[Request, Plan]) -> None:
    """The team that came first stays at home, and level by level the plan is no better for it."""
    question, before = plain
    first = before.assignments[0].team
    after = answer(yongchuan, replace(question, forbids=(Forbid(team=first, incident=LANDSLIDE),)))
    assert after.check is not None
    assert after.check.ok
    assert sent(after, first) is None
    teams_before = [level.value for level in before.objective if level.unit.startswith("priority x")]
    teams_after = [level.value for level in after.objective if level.unit.startswith("priority x")]
    assert teams_after >= teams_before


def test_a_report_moves_a_team(yongchuan: World, plain: tuple[Request, Plan]) -> None:
    """Reported at the place itself, a team needs no driving; reported busy, it is not sent."""
    question, before = plain
    going = before.assignments[-1]
    there = question.incidents[0].position
    near = answer(yongchuan, replace(question, reports=(TeamReport(team=going.team, position=there),)))
    arrived = sent(near, going.team)
    assert arrived is not None
    assert arrived.eta.travel_s < going.eta.travel_s
    busy = answer(
        yongchuan,
        replace(question, reports=(TeamReport(team=going.team, status=TeamStatus.ON_SCENE),)),
    )
    assert sent(busy, going.team) is None
    for plan in (near, busy):
        assert plan.check is not None
        assert plan.check.ok


def test_reports_lie_over_the_roster(yongchuan: World, example: Request) -> None:
    """Only what is reported changes, and nothing where nothing is."""
    roster = Roster(yongchuan.district)
    assert reported_teams(roster, example) == yongchuan.district.teams
    team = yongchuan.district.teams[3]
    report = TeamReport(team=team.id, status=TeamStatus.RESTING, free_from=example.now)
    after = reported_teams(roster, replace(example, reports=(report,)))
    assert after[3] == replace(team, status=TeamStatus.RESTING, free_from=example.now)
    assert after[:3] == yongchuan.district.teams[:3]


def test_a_report_on_an_unknown_team_is_refused(yongchuan: World, example: Request) -> None:
    """With its place in the request."""
    with pytest.raises(InputError, match=r"reports\[0\]\.team: no team 'nobody' in this world"):
        solve(yongchuan, replace(example, reports=(TeamReport(team="nobody"),)))


CHANGES: dict[str, Change] = {
    "seed": lambda request: replace(request, seed=1),
    "moment": lambda request: replace(request, now=request.now.replace(minute=6)),
    "time limit": lambda request: replace(request, time_limit_s=request.time_limit_s + 1),
    "closures": lambda request: replace(request, closures=()),
    "lock": lambda request: replace(request, locks=(Lock(team="boat-1", incident="flood-zhutuo"),)),
    "an incident's people": lambda request: replace(
        request,
        incidents=(replace(request.incidents[0], people_affected=1201), *request.incidents[1:]),
    ),
}


@pytest.mark.parametrize("key", CHANGES)
def test_digest_of_inputs_changes_with_the_request(yongchuan: World, example: Request, key: str) -> None:
    """Whatever the plan may depend on is in it."""
    assert inputs_digest(yongchuan, CHANGES[key](example)) != inputs_digest(yongchuan, example)


def test_digest_of_inputs_changes_with_the_world(
    yongchuan: World, example: Request, example_plan: Plan
) -> None:
    """One team's crew is enough; the same inputs give the same digest, and the plan carries it."""
    team = yongchuan.district.teams[0]
    teams = (replace(team, crew=team.crew + 1), *yongchuan.district.teams[1:])
    other = World(replace(yongchuan.district, teams=teams), yongchuan.roads)
    assert inputs_digest(other, example) != inputs_digest(yongchuan, example)
    assert inputs_digest(yongchuan, example) == example_plan.inputs_digest


@pytest.mark.parametrize(
    ("lng", "lat"), [(106.9, 29.35), (29.35, 105.9 - 90), (105.9, 30.2)], ids=["east", "swapped", "north"]
)
def test_a_place_off_the_map_is_refused(yongchuan: World, example: Request, lng: float, lat: float) -> None:
    """With the distance to the nearest road and what to look at."""
    lost = replace(example.incidents[0], position=Position(lng=lng, lat=lat, crs=Crs.WGS84))
    with pytest.raises(InputError, match=r"incidents\[0\]\.position: outside the map: .* km away"):
        solve(yongchuan, replace(example, incidents=(lost,)))


def test_a_force_of_another_structure(worlds_cache: Path, example: Request) -> None:
    """1+6+23+338+20 gives a world of that many teams, and a plan that holds."""
    structure = ForceStructure.parse("1+6+23+338+20")
    world = library.load("yongchuan", force=structure)
    assert len(world.district.teams) == structure.total
    plan = answer(world, example)
    assert plan.check is not None
    assert plan.check.faults == ()
    assert {each.incident for each in plan.assignments} == {each.id for each in example.incidents}


def test_what_nobody_has_is_a_shortfall_in_a_plan_that_is_made(yongchuan: World, example: Request) -> None:
    """A capability of the catalogue that this force lacks is said with what would help."""
    teams = tuple(team for team in yongchuan.district.teams if "medical" not in team.strengths)
    world = World(replace(yongchuan.district, teams=teams), yongchuan.roads)
    event: Incident = replace(
        example.incidents[1],
        force_needs=(
            ForceNeed(capability="medical", strength=1, target_s=1800),
            ForceNeed(capability="first_response", strength=1, target_s=1800),
        ),
        supply_needs=(),
    )
    plan = answer(world, replace(example, incidents=(event,)))
    assert plan.check is not None
    assert plan.check.ok
    assert [(short.capability, short.limit) for short in plan.shortfalls] == [("medical", "nobody_has_it")]
    assert len(plan.assignments) == 1
