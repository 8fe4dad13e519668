"""Incidents and their needs."""

from __future__ import annotations

from math import nan
from typing import Any

import pytest

from models.incident import ForceNeed, Grade, ResponseLevel, SupplyNeed
from models.place import Colour
from tests.models import words

FORCE = ForceNeed(capability="flood", strength=2, target_s=600)
SUPPLY = SupplyNeed(item="pump", quantity=2, deadline_s=600)


@pytest.mark.parametrize(
    ("need", "changes", "sentence"),
    [
        (FORCE, {"strength": 0}, "strength of flood must be at least 1, got 0"),
        (FORCE, {"target_s": 0}, "target_s of flood must be above 0, got 0"),
        (SUPPLY, {"quantity": -3}, "quantity of pump must be at least 1, got -3"),
        (SUPPLY, {"deadline_s": 0}, "deadline_s of pump must be above 0, got 0"),
    ],
)
def test_a_need_refuses(need: Any, changes: dict[str, Any], sentence: str) -> None:
    words.refused(need, changes, sentence)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": ""}, "an incident needs an id"),
        (
            {"reported_at": words.NAIVE},
            "incident i1: reported_at needs a UTC offset, for example 2026-07-01T14:00:00+08:00",
        ),
        ({"people_affected": -1}, "incident i1: people_affected is -1, it cannot be negative"),
        (
            {"force_needs": (FORCE, FORCE)},
            "incident i1: flood is needed twice; write one need with the sum",
        ),
        (
            {"supply_needs": (SUPPLY, SUPPLY)},
            "incident i1: pump is needed twice; write one need with the sum",
        ),
    ],
)
def test_an_incident_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.incident(), changes, sentence)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"closes_within_m": None, "raises": None, "raises_within_m": None},
            "a consequence gives closes_within_m, or raises with raises_within_m",
        ),
        ({"raises": None}, "raises and raises_within_m of a consequence go together"),
        ({"raises_within_m": None}, "raises and raises_within_m of a consequence go together"),
        ({"closes_within_m": 0.0}, "closes_within_m must be above 0, got 0.0"),
        ({"raises_within_m": -1.0}, "raises_within_m must be above 0, got -1.0"),
        ({"closes_within_m": nan}, "closes_within_m must be above 0, got nan"),
    ],
)
def test_a_consequence_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.consequence(), changes, sentence)


def test_grade_response_level_and_warning_are_three_scales() -> None:
    """Grade I and level I read alike on paper, yet they are different types; the warning is a colour."""
    kinds: set[type] = {Grade, ResponseLevel, Colour}
    assert len(kinds) == 3
    incident = words.incident()
    assert {type(incident.grade), type(incident.response_level), type(incident.warning)} == kinds
