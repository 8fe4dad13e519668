"""The response plan: what it refuses, and what it answers."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import Any

import pytest

from models.doctrine import LevelRule, SupplyRule, Volunteers, VolunteerStrength
from models.errors import InputError
from models.force import Echelon
from models.incident import ForceNeed, Grade, ResponseLevel, Stake, SupplyNeed
from models.place import Colour
from tests.models import words

RULE = SupplyRule(item="quilt", deadline_s=3600, per_person=0.5, minimum=3)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"per_person": -0.1}, "supply quilt: per_person is -0.1, it cannot be negative"),
        ({"per_person": nan}, "supply quilt: per_person is nan, it cannot be negative"),
        ({"minimum": -1}, "supply quilt: minimum is -1, it cannot be negative"),
        ({"per_person": 0.0, "minimum": 0}, "supply quilt: give per_person or minimum above 0"),
        ({"deadline_s": 0}, "supply quilt: deadline_s must be above 0, got 0"),
    ],
)
def test_a_supply_rule_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(RULE, changes, sentence)


@pytest.mark.parametrize(("people", "quantity"), [(0, 3), (6, 3), (7, 4), (100, 50)])
def test_a_supply_rule_rounds_up_and_keeps_its_minimum(people: int, quantity: int) -> None:
    assert RULE.need(people) == SupplyNeed(item="quilt", quantity=quantity, deadline_s=3600)


def test_a_supply_rule_needs_nothing_for_nobody() -> None:
    assert replace(RULE, minimum=0).need(0) is None


def test_a_response_refuses_to_come_at_once_or_with_nobody() -> None:
    words.refused(words.response(), {"first_arrival_s": 0}, "first_arrival_s must be above 0, got 0")
    words.refused(words.response(), {"force": ()}, "a response needs at least one force need")


def test_an_incident_type_needs_all_four_levels() -> None:
    kind = words.doctrine().incidents["flood"]
    some = {ResponseLevel.I: words.response(), ResponseLevel.III: words.response()}
    words.refused(
        kind, {"responses": some}, "response level II, IV is missing; all of I, II, III and IV are needed"
    )


def test_a_level_needs_echelons_each_once() -> None:
    rule = LevelRule(echelons=(Echelon.TOWN,), approver=words.name())
    words.refused(rule, {"echelons": ()}, "a response level needs at least one echelon")
    words.refused(rule, {"echelons": (Echelon.TOWN, Echelon.TOWN)}, "an echelon stands twice in the order")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"grade": {Grade.I: 1, Grade.II: 1, Grade.III: 1}}, "weights.grade misses IV"),
        ({"grade": dict.fromkeys(Grade, 0)}, "weights.grade.I must be at least 1"),
        ({"stake": {Stake.LIFE: 1}}, "weights.stake misses property"),
        *(
            ({step: -1}, f"weights.{step} cannot be negative")
            for step in (
                "echelon_step",
                "approval",
                "unreliability",
                "tier_step",
                "trip",
                "enterprise_near_m",
                "diversion_steps",
                "change",
            )
        ),
        *(
            ({step: 0}, f"weights.{step} must be at least 1")
            for step in ("response_step_s", "delivery_step_s")
        ),
    ],
)
def test_weights_refuse(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.weights(), changes, sentence)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"schema": "rescue-dispatch/doctrine/2"},
            "schema 'rescue-dispatch/doctrine/2' is not known; write rescue-dispatch/doctrine/1",
        ),
        ({"call_processing_s": -1}, "call_processing_s is -1, it cannot be negative"),
        ({"levels": {}}, "levels misses I; all of I, II, III and IV are needed"),
        (
            {"capabilities": {"fire": words.name(), "air": words.name()}},
            "incidents.flood.responses.I: capability 'flood' is not in the doctrine; it lists air, fire",
        ),
    ],
)
def test_a_doctrine_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.doctrine(), changes, sentence)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"low_s": 0}, "on_scene needs 0 < low_s <= likely_s <= high_s, got 0, 3600, 10800"),
        ({"low_s": 4000}, "on_scene needs 0 < low_s <= likely_s <= high_s, got 4000, 3600, 10800"),
        ({"high_s": 3599}, "on_scene needs 0 < low_s <= likely_s <= high_s, got 1800, 3600, 3599"),
    ],
)
def test_time_on_scene_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.on_scene(), changes, sentence)


def test_a_reserve_rule_refuses() -> None:
    words.refused(words.reserve(), {"echelons": ()}, "a reserve rule needs at least one echelon")
    words.refused(words.reserve(), {"keep": 0}, "keep of a reserve rule must be at least 1, got 0")


def test_a_reserve_binds_below_the_level_that_lifts_it() -> None:
    assert [each for each in ResponseLevel if words.reserve().binds(each)] == [
        ResponseLevel.III,
        ResponseLevel.IV,
    ]


@pytest.mark.parametrize("confidence", [0.0, 1.0, nan])
def test_confidence_is_a_probability(confidence: float) -> None:
    words.refused(
        Volunteers(),
        {"confidence": confidence},
        f"volunteers.confidence is a probability between 0 and 1, got {confidence}",
    )


@pytest.mark.parametrize(
    ("strength", "availability", "counts"),
    [(4, 1.0, 4), (4, 0.5, 2), (3, 0.5, 1), (1, 0.1, 1), (0, 0.5, 0), (10, 0.7, 7)],
)
def test_expected_strength_is_rounded_down_and_at_least_one(
    strength: int, availability: float, counts: int
) -> None:
    expected = Volunteers(count=VolunteerStrength.EXPECTED)
    assert expected.strength(strength, availability) == counts
    assert Volunteers().strength(strength, availability) == strength


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"echelons": ()}, "cover needs at least one echelon"),
        (
            {"movers": (Echelon.AIR,)},
            "cover.movers lists air, which is not in cover.echelons; only teams that count as cover move",
        ),
        ({"within_s": 0}, "cover.within_s must be above 0 and at most twice_s, got 0 and 1200"),
        ({"within_s": 1201}, "cover.within_s must be above 0 and at most twice_s, got 1201 and 1200"),
        ({"busy": 0.0}, "cover.busy is a probability between 0 and 1, got 0.0"),
        ({"busy": 1.0}, "cover.busy is a probability between 0 and 1, got 1.0"),
        ({"weights": {Colour.RED: 1}}, "cover.weights misses orange"),
        ({"weights": dict.fromkeys(Colour, -1)}, "cover.weights.red cannot be negative"),
        ({"most_moves": -1}, "cover.most_moves is -1, it cannot be negative"),
        ({"least_gain": 1.5}, "cover.least_gain is a share between 0 and 1, got 1.5"),
        ({"move_within_s": 0}, "cover.move_within_s must be above 0, got 0"),
    ],
)
def test_cover_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.cover(), changes, sentence)


def test_an_incident_of_unknown_type_is_told_what_types_there_are() -> None:
    with pytest.raises(InputError) as caught:
        words.doctrine().response_to(replace(words.incident(), type="quake"))
    assert str(caught.value) == "incident i1: type 'quake' is not in the doctrine; it lists flood"


def test_the_response_is_that_of_the_response_level_not_of_the_grade() -> None:
    doctrine = words.doctrine()
    slow = replace(words.response(), first_arrival_s=7200)
    kind = doctrine.incidents["flood"]
    kind = replace(kind, responses={**kind.responses, ResponseLevel.IV: slow})
    doctrine = replace(doctrine, incidents={"flood": kind})
    incident = replace(words.incident(), grade=Grade.I, response_level=ResponseLevel.IV)
    assert doctrine.response_to(incident) == slow


def test_needs_of_an_incident_are_the_doctrines_unless_it_states_its_own() -> None:
    doctrine, plain = words.doctrine(), words.incident()
    assert doctrine.force_needs(plain) == words.response().force
    assert doctrine.supply_needs(plain) == (SupplyNeed(item="pump", quantity=3, deadline_s=3600),)
    own = replace(
        plain,
        force_needs=(ForceNeed(capability="flood", strength=1, target_s=60),),
        supply_needs=(),
    )
    assert doctrine.force_needs(own) == own.force_needs
    assert doctrine.supply_needs(own) == ()


def test_priority_is_weight_of_grade_times_weight_of_stake() -> None:
    weights = replace(words.weights(), grade={Grade.I: 8, Grade.II: 4, Grade.III: 2, Grade.IV: 1})
    doctrine = replace(words.doctrine(), weights=weights)
    assert doctrine.weight(words.incident(), Stake.LIFE) == 2 * 9
    assert doctrine.weight(words.incident(), Stake.ENVIRONMENT) == 2 * 1
