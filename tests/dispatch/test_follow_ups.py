"""Who goes on to what is unmet: hand-made cases, and random ones added up again by hand."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pytest

from dispatch.assignment import assign
from dispatch.follow_ups import follow_ups
from dispatch.problem import Problem
from models.doctrine import Doctrine, LevelRule, OnScene
from models.force import Echelon, Team
from models.incident import ForceNeed, Grade, Incident, ResponseLevel
from models.plan import FollowUp
from models.request import Engagement, Forbid
from models.units import NEVER
from tests.dispatch.cases import (
    NOW,
    MatrixTravel,
    district,
    doctrine,
    incident,
    matrix,
    name,
    problem,
    request,
    team,
    town,
)

TIMES: Final = {
    ResponseLevel.I: OnScene(low_s=3000, likely_s=6000, high_s=9000),
    ResponseLevel.II: OnScene(low_s=2000, likely_s=4000, high_s=8000),
    ResponseLevel.III: OnScene(low_s=1000, likely_s=2000, high_s=4000),
    ResponseLevel.IV: OnScene(low_s=500, likely_s=1000, high_s=1500),
}


def rules(**changes: object) -> Doctrine:
    return doctrine(on_scene=TIMES, **changes)


def event(number: int, strength: int, grade: Grade = Grade.III, **changes: object) -> Incident:
    need = ForceNeed(capability="flood", strength=strength, target_s=600)
    return incident(number, grade=grade, force_needs=(need,), **changes)


def told(
    force: Sequence[Team],
    events: Sequence[Incident],
    seconds: Sequence[Sequence[int]],
    *,
    rule: Doctrine | None = None,
    towns: Sequence[str] | None = None,
    **orders: object,
) -> tuple[Problem, tuple[FollowUp, ...]]:
    """Plan and go on; the table is over places, incidents at their numbers, teams too."""
    named = sorted({code for code in towns or () if code})
    world = district(force, doctrine=rules() if rule is None else rule, towns=tuple(map(town, named)))
    made = problem(world, request(events, **orders), seconds, towns=towns)
    sent = assign(made, time_limit_s=60).sent
    return made, follow_ups(made, sent, travel(seconds), seconds_left=60)


def travel(seconds: Sequence[Sequence[int]]) -> MatrixTravel:
    return matrix(seconds)


def at(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


BETWEEN: Final = [[0, 300, 700], [300, 0, 400], [700, 400, 0]]
"""Three places; team `t` stands at place `t`, incident `i` lies at place `i`."""


def test_one_team_and_two_incidents() -> None:
    """It is at I0 after two minutes, works 2000 s there (1000 to 4000), drives 300 s to I1."""
    _, found = told([team(0)], [event(0, 1, Grade.I), event(1, 1)], BETWEEN)
    assert found == (
        FollowUp(
            team="T0",
            name=name("team 0"),
            incident="I1",
            after="I0",
            capability="flood",
            strength=1,
            arrives_at=at(120 + 2000 + 300),
            earliest=at(120 + 1000 + 300),
            latest=at(120 + 4000 + 300),
        ),
    )


def test_a_third_incident_comes_after_the_second() -> None:
    """The graver of the two that wait is served first; times add up along the way, each with its own stay."""
    events = [
        event(0, 1, Grade.I),
        event(1, 1, Grade.IV),
        event(2, 1, Grade.II, response_level=ResponseLevel.II),
    ]
    _, found = told([team(0)], events, BETWEEN)
    assert [(each.after, each.incident) for each in found] == [("I0", "I2"), ("I2", "I1")]
    second = 120 + 2000 + 700
    assert [each.arrives_at for each in found] == [at(second), at(second + 4000 + 400)]
    assert found[1].earliest == at(120 + 1000 + 700 + 2000 + 400)
    assert found[1].latest == at(120 + 4000 + 700 + 8000 + 400)


def test_where_all_is_met_nobody_goes_on() -> None:
    assert told([team(0), team(1)], [event(0, 1), event(1, 1)], BETWEEN)[1] == ()


def test_where_nobody_is_at_work_nobody_goes_on() -> None:
    ban = Forbid(team="T0")
    assert told([team(0)], [event(0, 1), event(1, 1)], BETWEEN, forbids=(ban,))[1] == ()


def test_without_times_on_scene_nobody_goes_on() -> None:
    """Older doctrines have none."""
    assert told([team(0)], [event(0, 1, Grade.I), event(1, 1)], BETWEEN, rule=doctrine())[1] == ()


def test_more_units_of_one_kind_come_first() -> None:
    """Two jobs of equal priority by unit: 3 units before 1, though it is farther."""
    seconds = [[0, 500, 500], [500, 0, 500], [500, 500, 0]]
    events = [event(0, 3, Grade.I), event(1, 1), event(2, 3)]
    _, found = told([team(0, {"flood": 3})], events, seconds)
    assert [(each.incident, each.strength) for each in found] == [("I2", 3), ("I1", 1)]


def test_what_is_unmet_is_cut_into_what_teams_can_do() -> None:
    """5 units are unmet at I1: two teams of 2 bring 2 each, and one of them comes back for the last."""
    force = [team(0, {"flood": 2}), team(1, {"flood": 2})]
    _, found = told(force, [event(0, 4, Grade.I), event(1, 5)], BETWEEN)
    assert sorted(each.strength for each in found) == [1, 2, 2]
    assert {each.team for each in found} <= {"T0", "T1"}


def test_who_may_not_or_cannot_go_does_not_go() -> None:
    events = [event(0, 1, Grade.I), event(1, 1)]
    cut = [[0, NEVER, 700], [NEVER, 0, 400], [700, 400, 0]]
    ban = Forbid(team="T0", incident="I1")
    assert len(told([team(0)], events, BETWEEN)[1]) == 1
    assert told([team(0)], events, BETWEEN, forbids=(ban,))[1] == ()
    assert told([team(0)], events, cut)[1] == ()


def test_a_team_does_not_leave_its_area() -> None:
    force = [team(0, area=("A",))]
    events = [event(0, 1, Grade.I), event(1, 1)]
    assert told(force, events, BETWEEN, towns=["A", "B"])[1] == ()
    assert len(told(force, events, BETWEEN, towns=["A", "A"])[1]) == 1


@pytest.mark.parametrize("what", ["area", "echelon"])
def test_a_team_on_scene_goes_on_only_where_it_may_be_called(what: str) -> None:
    """Being busy now hides in the tables that it may not be called there later either."""
    there = Engagement(
        team="T0",
        incident="I0",
        departs_at=at(-900),
        arrives_at=at(-60),
    )
    levels = {
        level: LevelRule(
            echelons=(Echelon.VILLAGE,) if level is ResponseLevel.III else (Echelon.TOWN,),
            approver=name("chief"),
        )
        for level in ResponseLevel
    }
    other = ResponseLevel.III if what == "area" else ResponseLevel.IV
    events = [event(0, 1), event(1, 1, response_level=other)]
    force = [team(0, area=("A",) if what == "area" else ())]
    towns = ["A", "B"] if what == "area" else None
    rule = rules(levels=levels)
    assert told(force, events, BETWEEN, rule=rule, towns=towns, engaged=(there,))[1] == ()
    free = replace(events[1], response_level=ResponseLevel.III)
    _, found = told([team(0)], [events[0], free], BETWEEN, rule=rule, engaged=(there,))
    assert [each.arrives_at for each in found] == [at(2000 + 300)]


# --- random cases, added up again ----------------------------------------------------------------------------


def random_case(seed: int) -> tuple[Problem, tuple[FollowUp, ...], list[list[int]]]:
    draw = random.Random(seed)
    count, places = draw.randint(1, 4), draw.randint(2, 4)
    size = max(count, places)
    seconds = [[0 if a == b else draw.randint(60, 1500) for b in range(size)] for a in range(size)]
    force = [
        team(t, {"flood": draw.randint(1, 3)}, echelon=draw.choice([Echelon.VILLAGE, Echelon.TOWN]))
        for t in range(count)
    ]
    events = [
        event(
            i,
            draw.randint(1, 5),
            draw.choice(list(Grade)),
            response_level=draw.choice(list(ResponseLevel)),
        )
        for i in range(places)
    ]
    levels = {
        level: LevelRule(
            echelons=(Echelon.VILLAGE,) if level is ResponseLevel.IV else (Echelon.VILLAGE, Echelon.TOWN),
            approver=name("chief"),
        )
        for level in ResponseLevel
    }
    made, found = told(force, events, seconds, rule=rules(levels=levels))
    return made, found, seconds


def starts(case: Problem, chain: list[FollowUp], seconds: list[list[int]], part: str) -> list[int]:
    """Arrivals of one team at its further incidents, for `part` of every stay."""
    places = {each.id: i for i, each in enumerate(case.incidents)}
    stays = {each.id: getattr(TIMES[each.response_level], part) for each in case.incidents}
    sent = {each.team: each.incident for each in assign(case, time_limit_s=60).sent}
    t = next(t for t, each in enumerate(case.teams) if each.id == chain[0].team)
    clock, here = int(case.force.arrive_s[t, sent[t]]), case.incidents[sent[t]].id
    found = []
    for each in chain:
        assert each.after == here
        clock += stays[here] + seconds[places[here]][places[each.incident]]
        here = each.incident
        found.append(clock)
    return found


@pytest.mark.parametrize("seed", range(30))
def test_times_add_up_and_strengths_do_not_exceed_what_is_unmet(seed: int) -> None:
    case, found, seconds = random_case(seed)
    chains: dict[str, list[FollowUp]] = defaultdict(list)
    for each in found:
        chains[each.team].append(each)
    for chain in chains.values():
        times = {part: starts(case, chain, seconds, part) for part in ("low_s", "likely_s", "high_s")}
        assert [each.arrives_at for each in chain] == [at(s) for s in times["likely_s"]]
        assert [each.earliest for each in chain] == [at(s) for s in times["low_s"]]
        assert [each.latest for each in chain] == [at(s) for s in times["high_s"]]
    filled = dict.fromkeys(range(len(case.force.demands)), 0)
    for sent in assign(case, time_limit_s=60).sent:
        for n, units in sent.fills:
            filled[n] += units
    teams = {each.id: each for each in case.teams}
    for n, demand in enumerate(case.force.demands):
        goal = case.incidents[demand.incident]
        more = [each for each in found if each.incident == goal.id]
        assert sum(each.strength for each in more) <= demand.need.strength - filled[n]
        for each in more:
            assert each.strength <= teams[each.team].strengths["flood"]
            assert teams[each.team].echelon in case.doctrine.levels[goal.response_level].echelons
            assert each.earliest <= each.arrives_at <= each.latest
    assert [each.arrives_at for each in found] == sorted(each.arrives_at for each in found)


def test_the_random_cases_have_something_in_them() -> None:
    counts = [len(random_case(seed)[1]) for seed in range(30)]
    assert sum(count > 0 for count in counts) > 10
    assert max(counts) >= 3
