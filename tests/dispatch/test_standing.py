"""The plan in force taken over: it keeps every rule, and no plan that was cut short is worse."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

import numpy as np
import pytest

from dispatch.assignment_rows import kept
from dispatch.check import check
from dispatch.compose import compose
from dispatch.problem import Bar, Problem
from dispatch.solve import settle
from dispatch.standing import standing
from dispatch.valuation import team_values
from models.incident import ForceNeed
from models.request import Engagement, Forbid
from tests.dispatch.cases import NOW, district, incident, matrix, problem, request, team
from tests.dispatch.force_cases import random_force_case

SEEDS: Final = range(120)


def at_once(asked: Problem) -> tuple[Problem, tuple[int, ...], Sequence[str]]:
    """What is answered when no time is left: the problem, its values, the faults the check finds."""
    together, assigned, allocated = settle(asked, deadline=time.monotonic())
    plan = compose(together, assigned, allocated, matrix([[0]]))
    return together, tuple(level.value for level in assigned.levels), check(together, plan).faults


@pytest.mark.parametrize("seed", SEEDS)
def test_out_of_time_every_plan_holds(seed: int) -> None:
    assert at_once(random_force_case(seed, teams=9, incidents=3).problem())[2] == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_stands_keeps_every_rule(seed: int) -> None:
    """Orders, bars, reserves; nobody twice, nobody for nothing."""
    asked = random_force_case(seed).problem()
    side, sent = asked.force, standing(asked)
    goes = {each.team: each.incident for each in sent}
    assert len(goes) == len(sent)
    assert all(side.bar[pair] == Bar.NONE for pair in goes.items())
    assert all(goes.get(t) == side.locked[t] for t in np.flatnonzero(side.locked >= 0).tolist())
    teams = np.array(list(goes), dtype=np.int64)
    incidents = np.array(list(goes.values()), dtype=np.int64)
    assert all(kept(asked, teams, incidents, keep).size <= keep.most for keep in side.keeps)
    for n, demand in enumerate(side.demands):
        filled = [units for each in sent for row, units in each.fills if row == n]
        assert sum(filled) <= demand.need.strength
    assert all(units <= side.counts[each.team, n] for each in sent for n, units in each.fills)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_cut_short_is_no_worse_than_what_stands(seed: int) -> None:
    """Where nobody waits for an item, so that both are worth what they promise."""
    case = random_force_case(seed)
    asked = replace(case, world=replace(case.world, depots=())).problem()
    if (asked.force.engaged < 0).all():
        return
    together, values, _ = at_once(asked)
    assert values <= team_values(together, standing(together))


def crossed() -> Problem:
    """T0 is on its way to I1 and T1 to I0; from the nearest, T0 would be turned to I0 and T1 come to I1 late."""
    need = (ForceNeed(capability="flood", strength=1, target_s=200),)
    events = [incident(i, force_needs=need, reported_at=NOW - timedelta(minutes=9)) for i in range(2)]
    tasks = tuple(
        Engagement(
            team=f"T{t}",
            incident=f"I{1 - t}",
            departs_at=NOW - timedelta(seconds=60),
            arrives_at=NOW + timedelta(seconds=110),
        )
        for t in range(2)
    )
    return problem(district([team(0), team(1)]), request(events, engaged=tasks), [[10, 110], [110, 3000]])


def test_the_plan_in_force_goes_on_where_no_time_is_left_for_a_better_one() -> None:
    together, assigned, _ = settle(crossed(), deadline=time.monotonic())
    assert [(each.team, each.incident) for each in assigned.sent] == [(0, 1), (1, 0)]
    assert together.force.engaged.tolist() == [1, 0]


def test_free_teams_join_what_stands() -> None:
    """T0 goes on to I0; T1 fills what is open at I1."""
    task = Engagement(team="T0", incident="I0", departs_at=NOW, arrives_at=NOW + timedelta(seconds=500))
    asked = problem(
        district([team(0), team(1)]),
        request([incident(0), incident(1)], engaged=(task,)),
        [[500, 10], [10, 900]],
    )
    assert [(each.team, each.incident) for each in standing(asked)] == [(0, 0), (1, 1)]


def test_who_may_not_go_on_does_not() -> None:
    """Forbidden since: it goes nowhere; the other one is sent."""
    task = Engagement(team="T0", incident="I0", departs_at=NOW, arrives_at=NOW + timedelta(seconds=500))
    asked = problem(
        district([team(0), team(1)]),
        request([incident(0)], engaged=(task,), forbids=(Forbid(team="T0"),)),
        [[500], [900]],
    )
    assert [(each.team, each.incident) for each in standing(asked)] == [(1, 0)]
