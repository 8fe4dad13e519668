"""Plans."""

from __future__ import annotations

from typing import Any

import pytest

from models.plan import EtaParts, Served
from tests.models import words


def test_the_parts_of_an_arrival_add_up() -> None:
    assert EtaParts(wait_s=1, call_processing_s=20, turnout_s=300, travel_s=4000).total_s == 4321


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"item": "pump"}, "a shortfall names a capability or an item"),
        ({"capability": None}, "a shortfall names a capability or an item"),
        ({"missing": 0}, "a shortfall misses from 1 to all that is needed"),
        ({"missing": 9}, "a shortfall misses from 1 to all that is needed"),
    ],
)
def test_a_shortfall_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.shortfall(), changes, sentence)


@pytest.mark.parametrize("changes", [{"waits_for": None}, {"counts_at": None}])
def test_who_waits_for_an_item_says_when_it_counts(changes: dict[str, Any]) -> None:
    waiting = Served(capability="flood", strength=2, waits_for="pump", counts_at=words.NOON)
    words.refused(waiting, changes, "service of flood: waits_for and counts_at go together")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"schema": "rescue-dispatch/plan/2"},
            "schema 'rescue-dispatch/plan/2' is not known; write rescue-dispatch/plan/1",
        ),
        (
            {"made_for": words.NAIVE},
            "made_for needs a UTC offset, for example 2026-07-01T14:00:00+08:00",
        ),
    ],
)
def test_a_plan_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.plan(), changes, sentence)
