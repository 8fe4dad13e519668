"""Cover left behind and proposed moves: hand-made cases, and every move priced from scratch."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import numpy as np
import pytest

from dispatch.moves import cover_and_moves, posts
from dispatch.problem import Problem
from dispatch.tables.cover import Covers, reach, with_cover
from dispatch.tables.roster import Roster
from models.doctrine import Cover, Reserve, Scope
from models.force import Echelon, Team, TeamStatus
from models.incident import ResponseLevel
from models.place import Colour, RiskCell
from models.plan import CoverReport, Move
from models.request import Engagement, Forbid, Forecast, Lock, TeamReport
from models.units import NEVER
from models.world import Site
from tests.dispatch import cases
from tests.dispatch.cases import (
    NOW,
    MatrixTravel,
    district,
    doctrine,
    incident,
    matrix,
    name,
    place,
    problem,
    request,
    team,
    town,
)

RULE: Final = cases.cover(
    echelons=(Echelon.VILLAGE, Echelon.TOWN),
    twice_s=1200,
    movers=(Echelon.TOWN,),
    most_moves=3,
    least_gain=0.01,
    move_within_s=1800,
)
FAR: Final = 5000


@dataclass(frozen=True)
class Case:
    """A problem with its cover, what it knows of posts, and the times it was made of."""

    problem: Problem
    travel: MatrixTravel

    def told(self, *gone: int) -> tuple[CoverReport | None, tuple[Move, ...]]:
        known = posts(Roster(self.problem.district), self.travel)
        return cover_and_moves(self.problem, gone, known, self.travel)


def case(
    seconds: Sequence[Sequence[int]],
    force: Sequence[Echelon],
    cells: Sequence[tuple[int, Colour, int]],
    towns: Sequence[int],
    *,
    rule: Cover | None = RULE,
    sites: Sequence[tuple[int, str]] = (),
    homes: Sequence[str] = (),
    reserves: tuple[Reserve, ...] = (),
    **orders: object,
) -> Case:
    """Teams stand at places 0, 1, ...; cells are (place, colour, people); towns and sites are places.

    `homes` are the towns of the teams, none where it is left out.
    """
    world = district(
        [
            team(t, echelon=echelon, turnout_s=60, town=homes[t] if homes else "")
            for t, echelon in enumerate(force)
        ],
        doctrine=doctrine(cover=rule, reserves=reserves),
        towns=tuple(replace(town(f"K{k}"), position=place(k)) for k in towns),
        risk=tuple(
            RiskCell(
                id=f"C{k}",
                town=f"K{towns[n % len(towns)]}" if towns else "none",
                position=place(k),
                colour=colour,
                hazards=(),
                population=people,
            )
            for n, (k, colour, people) in enumerate(cells)
        ),
        sites=tuple(Site(id=f"S{k}", kind=kind, name=name(kind), position=place(k)) for k, kind in sites),
    )
    asked = request([incident(0)], **orders)
    plain, travel, roster = problem(world, asked, seconds), matrix(seconds), Roster(world)
    return Case(with_cover(plain, Covers(roster, reach(roster, travel))), travel)


def apart(*near: tuple[int, int, int], places: int = 4) -> list[list[int]]:
    """Places `FAR` seconds apart but for those pairs that are given."""
    table = [[0 if a == b else FAR for b in range(places)] for a in range(places)]
    for a, b, seconds in near:
        table[a][b] = table[b][a] = seconds
    return table


TOWN = Echelon.TOWN


def test_cover_before_and_after() -> None:
    """Two teams cover 100 red people: 1 - 0.5^2; one of them goes: 1 - 0.5."""
    report, _ = case(apart((0, 2, 100), (1, 2, 100)), [TOWN, TOWN], [(2, Colour.RED, 100)], [3]).told(0)
    assert report is not None
    assert (report.before, report.after) == (0.75, 0.5)


def test_colours_weigh_and_turnout_counts() -> None:
    """The red cell is 540 s away and a minute of turnout, in time; the blue one is a second later."""
    made = case(apart((0, 1, 540), (0, 2, 541)), [TOWN], [(1, Colour.RED, 10), (2, Colour.BLUE, 10)], [3])
    report, _ = made.told()
    assert report is not None
    assert report.before == pytest.approx(8 / 9 * 0.5, abs=1e-6)


def test_a_team_is_moved_to_where_people_are() -> None:
    """Team 0 covers nobody where it stands; from the seat of town 2 it covers all 100 half."""
    made = case(apart((0, 2, 900), (2, 3, 60)), [TOWN], [(3, Colour.RED, 100)], [2])
    report, (move,) = made.told()
    assert report is not None
    assert (report.after, report.with_moves) == (0.0, 0.5)
    assert (move.team, move.to, move.travel_s, move.gain) == ("T0", "K2", 60 + 900, 0.5)
    assert move.why.en == "covers 50.0 % more of the people at risk from K2, there in 16 min"


@pytest.mark.parametrize(("kind", "count"), [("base", 1), ("station", 1), ("industry", 1), ("shelter", 0)])
def test_teams_wait_at_sites_made_for_it(kind: str, count: int) -> None:
    made = case(apart((0, 2, 900), (2, 3, 60)), [TOWN], [(3, Colour.RED, 100)], [1], sites=[(2, kind)])
    assert [move.to for move in made.told()[1]] == ["S2"] * count


def test_what_keeps_a_team_where_it_is() -> None:
    """It is no mover, the post too far, the gain too small; it is gone, forbidden, busy or under way."""
    good, cells = apart((0, 2, 900), (2, 3, 60)), [(3, Colour.RED, 100)]
    task = Engagement(team="T0", incident="I0", departs_at=NOW, arrives_at=NOW + timedelta(seconds=600))
    assert len(case(good, [TOWN], cells, [2]).told()[1]) == 1
    kept = (
        case(good, [Echelon.VILLAGE], cells, [2]).told(),
        case(good, [TOWN], cells, [2], rule=replace(RULE, move_within_s=959)).told(),
        case(good, [TOWN], cells, [2], rule=replace(RULE, least_gain=0.51)).told(),
        case(good, [TOWN], cells, [2], rule=replace(RULE, most_moves=0)).told(),
        case(good, [TOWN], cells, [2]).told(0),
        case(good, [TOWN], cells, [2], forbids=(Forbid(team="T0"),)).told(),
        case(good, [TOWN], cells, [2], reports=(TeamReport(team="T0", status=TeamStatus.RESTING),)).told(),
        case(good, [TOWN], cells, [2], engaged=(task,)).told(),
        case(good, [TOWN], cells, []).told(),
    )
    assert [moves for _, moves in kept] == [()] * len(kept)


def test_a_team_that_is_kept_from_one_incident_may_still_move() -> None:
    made = case(
        apart((0, 2, 900), (2, 3, 60)),
        [TOWN],
        [(3, Colour.RED, 100)],
        [2],
        forbids=(Forbid(team="T0", incident="I0"),),
    )
    assert len(made.told()[1]) == 1


KEEP_ONE: Final = Reserve(
    name=name("a town keeps its last team"),
    echelons=(TOWN,),
    scope=Scope.TOWN,
    keep=1,
    lifted_at=ResponseLevel.II,
)


@pytest.mark.parametrize(
    ("changes", "moved"),
    [
        ({}, ["T0"]),
        ({"reserves": (KEEP_ONE,)}, []),
        ({"reserves": (replace(KEEP_ONE, scope=Scope.DISTRICT),)}, ["T0"]),
        ({"reserves": (replace(KEEP_ONE, echelons=(Echelon.VILLAGE,)),)}, ["T0"]),
        ({"reserves": (KEEP_ONE,), "homes": ["K3", "K2"]}, ["T0"]),
        ({"reserves": (KEEP_ONE,), "homes": ["K2", "K2"]}, ["T0"]),
        ({"reserves": (KEEP_ONE,), "homes": ["K2", "K2"], "gone": (1,)}, []),
        ({"reserves": (KEEP_ONE,), "homes": ["K2", "K2"], "locks": (Lock(team="T1", incident="I0"),)}, []),
    ],
    ids=[
        "no rule",
        "last of its town",
        "of the district",
        "of others",
        "to its own town",
        "two",
        "other gone",
        "locked",
    ],
)
def test_a_town_keeps_its_last_team_from_moves(changes: dict[str, Any], moved: list[str]) -> None:
    """T0 is of town 2 and T1 of none unless said otherwise; from the seat of town 3, T0 would cover 100 people."""
    given = {"homes": ["K2", ""], **changes}
    gone: tuple[int, ...] = given.pop("gone", ())
    made = case(
        apart((0, 3, 900), (3, 4, 60), places=5), [TOWN, TOWN], [(4, Colour.RED, 100)], [2, 3], **given
    )
    assert [move.team for move in made.told(*gone)[1]] == moved


def test_a_forecast_in_force_draws_teams() -> None:
    """Team 0 covers 100 blue people at home; red for the others' town makes 100 there worth the move."""
    cells = [(1, Colour.BLUE, 100), (3, Colour.BLUE, 100)]
    seconds = apart((0, 1, 60), (0, 2, 900), (2, 3, 60))
    rain = Forecast(
        id="rain",
        colour=Colour.RED,
        towns=("K2",),
        begin=NOW - timedelta(hours=1),
        end=NOW + timedelta(hours=9),
    )
    over = replace(rain, end=NOW - timedelta(minutes=1))
    assert [move.to for move in case(seconds, [TOWN], cells, [1, 2], forecasts=(rain,)).told()[1]] == ["K2"]
    assert case(seconds, [TOWN], cells, [1, 2]).told()[1] == ()
    assert case(seconds, [TOWN], cells, [1, 2], forecasts=(over,)).told()[1] == ()


def test_red_cells_that_nobody_reaches_any_more() -> None:
    """Red and orange within the second standard before, nobody after.

    Not named: what is blue, what nobody reached before, what the team that stays still reaches.
    """
    cells = [
        (2, Colour.ORANGE, 5),
        (3, Colour.BLUE, 5),
        (4, Colour.RED, 5),
        (5, Colour.RED, 5),
    ]
    near = apart((0, 2, 1140), (0, 3, 60), (0, 5, 60), (1, 5, 1140), places=6)
    report, _ = case(near, [TOWN, TOWN], cells, [1]).told(0)
    assert report is not None
    assert report.broken == ("C2",)


def test_the_worst_town_is_the_one_that_is_worst_now() -> None:
    cells = [(2, Colour.RED, 10), (3, Colour.RED, 10)]
    report, _ = case(apart((0, 2, 60), (1, 3, 60)), [TOWN, TOWN], cells, [2, 3]).told(0)
    assert report is not None
    assert report.worst is not None
    assert (report.worst.town, report.worst.before, report.worst.after) == ("K2", 0.5, 0.0)
    assert [(each.town, each.after) for each in report.towns] == [("K2", 0.0), ("K3", 0.5)]


def test_people_in_no_town_are_covered_too() -> None:
    """Without towns there is no worst one."""
    report, moves = case(apart((0, 2, 60)), [TOWN], [(2, Colour.RED, 10)], []).told()
    assert report is not None
    assert (report.before, report.worst, report.towns, moves) == (0.5, None, (), ())


def test_no_rule_no_people_no_report() -> None:
    seconds = apart((0, 2, 60))
    assert case(seconds, [TOWN], [(2, Colour.RED, 10)], [2], rule=None).told() == (None, ())
    assert case(seconds, [TOWN], [(2, Colour.RED, 0)], [2]).told() == (None, ())
    assert case(seconds, [TOWN], [], [2]).told() == (None, ())


# --- against every move tried from scratch -------------------------------------------------------------------


def random_case(seed: int) -> Case:
    draw = random.Random(seed)
    teams, towns, cells = draw.randint(2, 5), draw.randint(1, 3), draw.randint(2, 8)
    places = teams + towns + cells + 1
    seconds = [
        [NEVER if draw.random() < 0.05 else draw.randint(10, 1500) for _ in range(places)]
        for _ in range(places)
    ]
    away = [TeamReport(team=f"T{t}", position=place(places - 1)) for t in range(teams) if draw.random() < 0.2]
    return case(
        seconds,
        [draw.choice([TOWN, TOWN, Echelon.VILLAGE]) for _ in range(teams)],
        [(teams + towns + k, draw.choice(list(Colour)), draw.randint(0, 300)) for k in range(cells)],
        list(range(teams, teams + towns)),
        rule=replace(
            RULE, busy=draw.choice([0.2, 0.5]), move_within_s=draw.choice([700, 1400]), least_gain=0.001
        ),
        reports=tuple(away),
        homes=[draw.choice(["", *(f"K{k}" for k in range(teams, teams + towns))]) for _ in range(teams)],
        reserves=(replace(KEEP_ONE, keep=draw.choice([1, 1, 2])),) if draw.random() < 0.6 else (),
    )


def cover(made: Case, stands: dict[str, int | None]) -> float:
    """Share of the weighted people that is expected to be covered by teams that stand at places; None: nowhere."""
    rule, world = made.problem.doctrine.cover, made.problem.district
    assert rule is not None
    total = got = 0.0
    for cell in world.risk:
        weight = cell.population * rule.weights[cell.colour]
        column = round(cell.position.lng * 1000)
        count = Counter(
            at is not None and 60 + made.travel.seconds[at, column] <= rule.within_s for at in stands.values()
        )[True]
        total += weight
        got += weight * (1 - rule.busy**count)
    return got / total


def spare(made: Case, leaving: Team, free: list[Team], found: list[tuple[str, str, float]]) -> bool:
    """Whether a team's town has one more at home than it must keep, after the moves found so far."""
    left = {who for who, to, _ in found if next(each.town for each in free if each.id == who) != to}
    return all(
        leaving.echelon not in rule.echelons
        or not leaving.town
        or sum(
            each.town == leaving.town and each.echelon in rule.echelons and each.id not in left
            for each in free
        )
        > rule.keep
        for rule in made.problem.doctrine.reserves
    )


def best_moves(made: Case, gone: set[str]) -> list[tuple[str, str, float]]:
    """Every move tried at every step, its worth counted anew; the first of equals."""
    asked, rule = made.problem.request, made.problem.doctrine.cover
    assert rule is not None
    at = {each.team: round(each.position.lng * 1000) for each in asked.reports if each.position}
    free = [each for each in made.problem.teams if each.id not in gone]
    stands: dict[str, int | None] = {
        each.id: None if each.id in at else round(each.home.lng * 1000) for each in free
    }
    found: list[tuple[str, str, float]] = []
    for _ in range(rule.most_moves):
        options = []
        for each in free:
            for post in made.problem.district.towns:
                goal = round(post.position.lng * 1000)
                leaves = at.get(each.id, round(each.home.lng * 1000))
                used = {to for _, to, _ in found} | {who for who, _, _ in found}
                drive = int(made.travel.seconds[leaves, goal])
                moves = each.echelon in rule.movers and not {each.id, post.code} & used
                moves = moves and (post.code == each.town or spare(made, each, free, found))
                if moves and drive < NEVER and 60 + drive <= rule.move_within_s:
                    gain = round(cover(made, {**stands, each.id: goal}) - cover(made, stands), 9)
                    options.append((gain, each.id, post.code, goal))
        best = max(options, default=(0.0, "", "", 0), key=lambda option: option[0])
        if best[0] < rule.least_gain:
            break
        stands[best[1]] = best[3]
        found.append((best[1], best[2], best[0]))
    return found


@pytest.mark.parametrize("seed", range(60))
def test_moves_are_the_best_of_all_one_after_another(seed: int) -> None:
    """Same teams, same posts, same gains; with all moves done the cover is what it is said to be."""
    made = random_case(seed)
    gone = {"T0"} if seed % 2 else set()
    report, moves = made.told(*(0 for _ in gone))
    if report is None:
        pytest.fail("people live at risk in every case")
    expected = best_moves(made, gone)
    assert [(move.team, move.to) for move in moves] == [(who, to) for who, to, _ in expected]
    assert [move.gain for move in moves] == pytest.approx([gain for _, _, gain in expected], abs=2e-6)
    assert report.with_moves == pytest.approx(report.after + sum(gain for *_, gain in expected), abs=5e-6)
    everyone = {each.id: round(each.home.lng * 1000) for each in made.problem.teams}
    away = {each.team for each in made.problem.request.reports}
    at_home: dict[str, int | None] = {k: None if k in away else v for k, v in everyone.items()}
    assert report.before == pytest.approx(cover(made, at_home), abs=1e-6)
    left: dict[str, int | None] = {k: v for k, v in at_home.items() if k not in gone}
    assert report.after == pytest.approx(cover(made, left), abs=1e-6)


def test_the_random_cases_have_moves_in_them() -> None:
    counts = [len(random_case(seed).told(*(0,) * (seed % 2))[1]) for seed in range(60)]
    assert np.mean(counts) > 0.5
    assert max(counts) >= 2


def test_the_random_cases_have_reserves_in_them_that_matter() -> None:
    assert sum(moved(seed, reserves=True) != moved(seed, reserves=False) for seed in range(60)) >= 3


def moved(seed: int, *, reserves: bool) -> list[tuple[str, str]]:
    """Who moves where, with the reserve rules or without."""
    made = random_case(seed)
    if not reserves:
        rules = replace(made.problem.doctrine, reserves=())
        world = replace(made.problem.district, doctrine=rules)
        made = replace(made, problem=replace(made.problem, district=world))
    return [(move.team, move.to) for move in made.told()[1]]
