"""How sure a strength is: hand-made cases, and every outcome of turning out enumerated."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from dispatch.assignment import Sent
from dispatch.certainty import certainties
from dispatch.problem import Problem
from models.doctrine import Volunteers
from models.incident import ForceNeed
from models.plan import Certainty
from models.request import Engagement
from tests.dispatch.cases import NOW, district, doctrine, incident, problem, request, team

FLOOD = ForceNeed(capability="flood", strength=4, target_s=600)
FIRE = ForceNeed(capability="fire", strength=2, target_s=600)


def case(
    force: list[tuple[dict[str, int], float]], needs: tuple[ForceNeed, ...] = (FLOOD,), **changes: object
) -> Problem:
    """Team `t` is `100 t` seconds away from the one incident."""
    teams = [team(t, has, availability=chance) for t, (has, chance) in enumerate(force)]
    world = district(teams, doctrine=doctrine(volunteers=Volunteers(confidence=0.9)))
    seconds = [[100 * t] for t in range(len(teams))]
    return problem(world, request([incident(0, force_needs=needs)], **changes), seconds)


def all_to_the_first(problem_: Problem, units: int = 1) -> list[Sent]:
    return [Sent(t, 0, ((0, units),)) for t in range(len(problem_.teams))]


def enumerated(problem_: Problem, teams: list[int], need: ForceNeed) -> tuple[float, float | None]:
    """Chance that all is there in the end, and seconds by which it is there with confidence, over all outcomes."""
    arrive = {t: int(problem_.force.arrive_s[t, 0]) for t in teams}
    met: dict[float, float] = {}
    for outcome in product((False, True), repeat=len(teams)):
        chance = 1.0
        for t, comes in zip(teams, outcome, strict=True):
            chance *= problem_.teams[t].availability if comes else 1 - problem_.teams[t].availability
        strength = 0
        when: float | None = None
        for t in sorted(
            (t for t, comes in zip(teams, outcome, strict=True) if comes), key=arrive.__getitem__
        ):
            strength += problem_.teams[t].strengths.get(need.capability, 0)
            if strength >= need.strength:
                when = arrive[t]
                break
        if when is not None:
            met[when] = met.get(when, 0.0) + chance
    total = 0.0
    by: float | None = None
    for moment in sorted(met):
        total += met[moment]
        if by is None and total >= problem_.doctrine.volunteers.confidence - 1e-12:
            by = moment
    return total, by


def test_who_is_sure_to_come_needs_no_certainty() -> None:
    asked = case([({"flood": 4}, 1.0), ({"flood": 4}, 1.0)])
    assert list(certainties(asked, all_to_the_first(asked))) == []


def test_two_of_three_must_come() -> None:
    """Three teams of 2 for a need of 4, each at 0.8: 0.8^3 + 3 * 0.8^2 * 0.2 = 0.896, never 0.9."""
    asked = case([({"flood": 2}, 0.8)] * 3)
    (found,) = certainties(asked, all_to_the_first(asked))
    assert found == Certainty(incident="I0", capability="flood", probability=0.896, confidence=0.9, by=None)


def test_the_time_is_that_of_the_team_that_makes_it_sure() -> None:
    """4 at 0.6, then 4 at 0.5, then 4 at 0.5: 0.6, 0.8, 0.9."""
    asked = case([({"flood": 4}, 0.6), ({"flood": 4}, 0.5), ({"flood": 4}, 0.5)])
    (found,) = certainties(asked, all_to_the_first(asked))
    assert found.probability == pytest.approx(0.9)
    assert found.by == NOW + timedelta(seconds=60 + 60 + 200)


def test_a_team_of_another_need_helps_where_volunteers_stay_away() -> None:
    """The engine is sent for the fire; with its 4 of flood the strength is there whoever stays away."""
    asked = case([({"flood": 4}, 0.5), ({"flood": 4, "fire": 2}, 1.0)], (FLOOD, FIRE))
    (found,) = certainties(asked, [Sent(0, 0, ((0, 4),)), Sent(1, 0, ((1, 2),))])
    assert (found.capability, found.probability) == ("flood", 1.0)
    assert found.by == NOW + timedelta(seconds=60 + 60 + 100)


def test_who_has_left_already_is_sure_to_come() -> None:
    """A volunteer on the way or on scene has turned out; one that is only notified has not."""
    for departs, count in ((-60, 0), (60, 1)):
        task = Engagement(
            team="T0",
            incident="I0",
            departs_at=NOW + timedelta(seconds=departs),
            arrives_at=NOW + timedelta(seconds=300),
        )
        asked = case([({"flood": 4}, 0.5)], engaged=(task,))
        assert len(list(certainties(asked, all_to_the_first(asked)))) == count


def test_nothing_is_said_of_a_need_that_nobody_serves() -> None:
    asked = case([({"flood": 4}, 0.5)], (FLOOD, FIRE))
    assert [each.capability for each in certainties(asked, all_to_the_first(asked))] == ["flood"]


@pytest.mark.parametrize("seed", range(40))
def test_it_agrees_with_every_outcome(seed: int) -> None:
    """Up to seven teams of different strengths and chances; some need not matter at all."""
    draw = random.Random(seed)
    force = [
        ({"flood": draw.randint(1, 4)}, draw.choice([0.3, 0.5, 0.7, 0.9, 0.95, 1.0]))
        for _ in range(draw.randint(1, 7))
    ]
    need = replace(FLOOD, strength=draw.randint(1, 8))
    asked = case([*force, ({"flood": 1}, 0.5)], (need,))
    teams = list(range(len(asked.teams)))
    probability, by = enumerated(asked, teams, need)
    (found,) = certainties(asked, all_to_the_first(asked))
    assert found.probability == pytest.approx(probability, abs=1e-6)
    assert found.by == (None if by is None else NOW + timedelta(seconds=by))
