"""Items, lots, trucks, depots, and circles of substitutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from math import nan
from typing import Any

import pytest

from models.errors import InputError
from models.supply import Condition, Tier, check_substitutes, floor_of
from tests.models import words


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": ""}, "an item needs an id"),
        *(
            ({"code": code}, f"item pump: '{code}' is not a GB/T 38565 code; seven digits, the first 1 to 3")
            for code in (
                "101010",
                "4010101",
                "10101010",
                "1010101000000",
                "10101O1",
                "１０１０１０１",
                "1٠10101",
            )
        ),
        ({"kg": 0.0}, "item pump: kg must be above 0, got 0.0"),
        ({"m3": -0.1}, "item pump: m3 must be above 0, got -0.1"),
        ({"kg": nan}, "item pump: kg must be above 0, got nan"),
        ({"substitutes": {"hose": 0.0}}, "item pump: ratio of substitute hose must be above 0, got 0.0"),
        ({"kit": {"hose": 0}}, "item pump: a kit holds at least 1 of hose, got 0"),
        ({"floors": {Tier.TOWN: -1}}, "item pump: floor of tier town is -1, it cannot be negative"),
    ],
)
def test_an_item_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.item(), changes, sentence)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": ""}, "a lot needs an id"),
        ({"quantity": -1}, "lot l1: quantity is -1, stock cannot be negative"),
    ],
)
def test_a_lot_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.lot(), changes, sentence)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": ""}, "a truck needs an id"),
        ({"payload_kg": 0.0}, "truck k1: payload_kg must be above 0, got 0.0"),
        ({"volume_m3": nan}, "truck k1: volume_m3 must be above 0, got nan"),
    ],
)
def test_a_truck_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.truck(), changes, sentence)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": ""}, "a depot needs an id"),
        ({"loading_kg_per_min": 0.0}, "depot d1: loading_kg_per_min must be above 0, got 0.0"),
        ({"unloading_kg_per_min": 0.0}, "depot d1: unloading_kg_per_min must be above 0, got 0.0"),
        ({"unloading_kg_per_min": nan}, "depot d1: unloading_kg_per_min must be above 0, got nan"),
        ({"docks": 0}, "depot d1: docks must be at least 1, got 0"),
        ({"release_s": -1}, "depot d1: release_s is -1, it cannot be negative"),
        ({"reserve": {"pump": -1}}, "depot d1: reserve of pump is -1, it cannot be negative"),
    ],
)
def test_a_depot_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.depot(), changes, sentence)


def test_a_lot_is_usable_on_the_day_it_expires_and_not_after() -> None:
    lot = words.lot()
    assert lot.usable_on(date(2027, 1, 1))
    assert not lot.usable_on(date(2027, 1, 2))
    assert replace(lot, expires=None).usable_on(date(2099, 1, 1))


@pytest.mark.parametrize("condition", [Condition.DAMAGED, Condition.QUARANTINED])
def test_only_a_good_lot_is_usable(condition: Condition) -> None:
    assert not replace(words.lot(), condition=condition).usable_on(date(2026, 1, 1))


def test_a_depot_without_hours_is_open_round_the_clock() -> None:
    night = datetime(2026, 7, 1, 3, tzinfo=words.CHINA)
    assert not words.depot().open_at(night)
    assert words.depot().open_at(words.NOON)
    assert replace(words.depot(), hours=()).open_at(night)


def test_substitutes_without_a_circle_pass() -> None:
    check_substitutes(
        [
            words.item("a", substitutes={"b": 1.0, "c": 2.0}),
            words.item("b", substitutes={"c": 2.0}),
            words.item("c"),
        ]
    )


def test_a_circle_of_substitutes_is_refused_and_shown() -> None:
    """The circle may start at any of its items, but each is followed by one that it names."""
    items = [
        words.item("a", substitutes={"b": 1.0}),
        words.item("b", substitutes={"c": 1.0}),
        words.item("c", substitutes={"a": 1.0}),
    ]
    with pytest.raises(InputError) as caught:
        check_substitutes(items)
    circle = (
        str(caught.value).removeprefix("substitutes run in a circle: ").removesuffix("; drop one of them")
    )
    assert circle in {"a -> b -> c -> a", "b -> c -> a -> b", "c -> a -> b -> c"}


def test_an_item_that_stands_in_for_itself_is_a_circle() -> None:
    with pytest.raises(InputError) as caught:
        check_substitutes([words.item("a", substitutes={"a": 1.0})])
    assert str(caught.value) == "substitutes run in a circle: a -> a; drop one of them"


def test_a_depot_keeps_its_own_reserve_else_the_floor_of_its_tier() -> None:
    """An own reserve of 0 is a reserve too."""
    town = words.depot()
    pump, boat = (
        words.item(floors={Tier.TOWN: 7}),
        words.item("boat", floors={Tier.TOWN: 3, Tier.DISTRICT: 9}),
    )
    assert (floor_of(town, pump), floor_of(town, boat)) == (1, 3)
    assert floor_of(replace(town, reserve={"boat": 0}), boat) == 0
    assert floor_of(replace(town, tier=Tier.DISTRICT), boat) == 9
    assert floor_of(replace(town, tier=Tier.VILLAGE), boat) == 0
