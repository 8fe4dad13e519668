"""The assignment against every plan there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from dispatch import assignment
from dispatch.assignment import assign
from dispatch.problem import Problem
from dispatch.valuation import team_values
from models.doctrine import Reserve, Scope
from models.force import Echelon
from models.incident import ForceNeed, ResponseLevel
from models.request import Engagement
from tests.dispatch.cases import (
    NOW,
    district,
    doctrine,
    incident,
    name,
    problem,
    random_force_problem,
    request,
    team,
    town,
)
from tests.dispatch.force_brute import NoPlanError
from tests.dispatch.force_cases import WITHOUT, ForceCase, random_force_case

CHUNKS, CHUNK = 20, 25
LOOKED_AT = 120
"""Cases that are also priced without each rule."""

LEAST = 3
"""Of those, how many each rule must change."""


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_level_equals_brute_force(chunk: int) -> None:
    """Five hundred random cases with every rule on: all levels proven and equal."""
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        case = random_force_case(seed)
        found = assign(case.problem(), time_limit_s=30)
        assert tuple(level.value for level in found.levels) == case.best(), seed
        assert all(level.proven for level in found.levels), seed


def rules_that_matter(case: ForceCase) -> Iterator[str]:
    """Rules without which the best levels are others, or no plan is left."""
    best = case.best()
    for rule, taken_out in WITHOUT.items():
        other = taken_out(case)
        try:
            if other != case and other.best() != best:
                yield rule
        except NoPlanError:
            yield rule


def test_every_rule_matters_in_the_random_cases() -> None:
    """No rule of the five hundred cases is there for show: taken out, it changes the best levels of some."""
    matters = Counter(
        rule for seed in range(LOOKED_AT) for rule in rules_that_matter(random_force_case(seed))
    )
    assert {rule: matters[rule] for rule in WITHOUT if matters[rule] < LEAST} == {}


@pytest.mark.parametrize("seed", range(25))
def test_what_is_sent_is_worth_what_the_levels_say(seed: int) -> None:
    """Strength filled and unmet add up to level 1, nobody goes where a bar stands, and orders are kept."""
    case = random_force_case(seed).problem()
    found, side = assign(case, time_limit_s=30), case.force
    filled: Counter[int] = Counter()
    for each in found.sent:
        assert side.bar[each.team, each.incident] == 0
        for n, units in each.fills:
            assert 0 < units <= side.counts[each.team, n]
            filled[n] += units
    unmet = sum(d.weight * (d.need.strength - filled[n]) for n, d in enumerate(side.demands))
    assert unmet == found.levels[0].value
    goes = {each.team: each.incident for each in found.sent}
    assert len(goes) == len(found.sent)
    assert {t: goes.get(t) for t in np.flatnonzero(side.locked >= 0).tolist()} == {
        t: int(side.locked[t]) for t in np.flatnonzero(side.locked >= 0).tolist()
    }


def test_same_problem_gives_same_teams() -> None:
    """Nothing of the answer depends on anything but the problem."""
    case = random_force_problem(7)
    assert assign(case, time_limit_s=30) == assign(case, time_limit_s=30)


@pytest.mark.parametrize("seed", range(11, 31))
def test_out_of_time_still_gives_a_feasible_answer_with_honest_bounds(seed: int) -> None:
    """With no time at all a plan comes back, its bounds below what is possible, itself not better than that."""
    case = random_force_case(seed)
    found = assign(case.problem(), time_limit_s=0)
    best = case.best()
    assert tuple(level.value for level in found.levels) >= best
    assert best[0] >= found.levels[0].bound


def test_lowest_echelon_goes_where_arrival_is_as_good() -> None:
    """Two teams within the same minute: the village station goes, not the district team."""
    force = [team(0, echelon=Echelon.DISTRICT), team(1, echelon=Echelon.VILLAGE)]
    case = problem(district(force), request([incident(0)]), [[100], [110]])
    assert [each.team for each in assign(case, time_limit_s=5).sent] == [1]


def on_the_way(seconds: int, diversion_steps: int) -> Problem:
    """Team 0 is on its way to I0, 300 s left; I1 is new, `seconds` away; team 1 could go to either in 500 s."""
    plain = doctrine()
    weights = replace(plain.weights, diversion_steps=diversion_steps)
    task = Engagement(
        team="T0",
        incident="I0",
        departs_at=NOW - timedelta(seconds=60),
        arrives_at=NOW + timedelta(seconds=300),
    )
    return problem(
        district([team(0), team(1)], doctrine=replace(plain, weights=weights)),
        request([incident(0), incident(1)], engaged=(task,)),
        [[250, seconds], [500, 500]],
    )


@pytest.mark.parametrize(
    ("seconds", "diversion_steps", "goes"),
    [(10, 0, {0: 1, 1: 0}), (10, 7, {0: 0, 1: 1}), (560, 0, {0: 0, 1: 1})],
    ids=["it saves time", "it saves too little", "it saves nothing"],
)
def test_a_team_on_its_way_is_turned_where_that_pays(
    seconds: int, diversion_steps: int, goes: dict[int, int]
) -> None:
    """Turning saves three steps more than it costs, for the first arrival and for the strength: six in all."""
    found = assign(on_the_way(seconds, diversion_steps), time_limit_s=5)
    assert {each.team: each.incident for each in found.sent} == goes


@pytest.mark.parametrize(
    ("level", "town_of_incident", "sent"),
    [
        (ResponseLevel.III, "B", 1),
        (ResponseLevel.III, "A", 2),
        (ResponseLevel.II, "B", 2),
    ],
    ids=["elsewhere", "at home", "lifted"],
)
def test_a_town_keeps_its_last_team(level: ResponseLevel, town_of_incident: str, sent: int) -> None:
    """Two teams of town A: elsewhere at level III only one may go; at home, or at level II, both."""
    rule = Reserve(
        name=name("last"),
        echelons=(Echelon.TOWN,),
        scope=Scope.TOWN,
        keep=1,
        lifted_at=ResponseLevel.II,
    )
    force = [team(t, echelon=Echelon.TOWN, town="A") for t in range(2)]
    world = district(force, doctrine=doctrine(reserves=(rule,)), towns=(town("A"), town("B")))
    event = incident(
        0,
        response_level=level,
        force_needs=(ForceNeed(capability="flood", strength=2, target_s=600),),
    )
    case = problem(world, request([event]), [[100], [200]], towns=[town_of_incident])
    assert len(assign(case, time_limit_s=5).sent) == sent


def test_boards_of_many_pairs_keep_all_rules_and_state_true_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way of large boards on small ones: rules that bind some incidents alone are kept, if by binding all."""
    monkeypatch.setattr(assignment, "_MANY", 0)
    equal = 0
    for seed in range(60):
        case = random_force_case(seed)
        asked, best = case.problem(), case.best()
        found = assign(asked, time_limit_s=30)
        values = tuple(level.value for level in found.levels)
        assert values == team_values(asked, found.sent), seed
        assert values >= best, seed
        assert found.levels[0].bound <= best[0], seed
        for keep in asked.force.keeps:
            sent = {(each.team, each.incident) for each in found.sent if asked.force.locked[each.team] < 0}
            held = [pair for pair in sent if pair[0] in keep.teams and pair[1] in keep.incidents]
            assert len(held) <= keep.most, seed
        equal += values == best
    assert equal > 30  # where no rule binds some incidents alone, nothing is lost
