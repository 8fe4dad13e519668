"""Traffic by class of road, day and hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import nan
from typing import Any

import pytest

from graphs.road import RoadClass
from models.codec import read_json, write_json
from models.traffic import TRAFFIC_CLASSES, Days, Traffic, TrafficRow
from tests.models import words

DAY = tuple(0.5 + hour / 100 for hour in range(24))
ROW = TrafficRow(classes=("primary", "trunk"), days=(Days.WEEKDAY,), factors=DAY, basis="estimate")
FRIDAY = datetime(2026, 7, 3, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"classes": ()}, "a row of traffic needs at least one class and one day"),
        ({"days": ()}, "a row of traffic needs at least one class and one day"),
        (
            {"classes": ("primary", "highway")},
            f"traffic: no road class 'highway'; there are {', '.join(TRAFFIC_CLASSES)}",
        ),
        (
            {"factors": DAY[:23]},
            "traffic of primary: there must be 24 factors, one for each hour from midnight on, got 23",
        ),
        (
            {"factors": (*DAY[:23], 0.0)},
            "traffic of primary: the factor of hour 23 must be above 0 and at most 1.5, got 0.0",
        ),
        (
            {"factors": (1.6, *DAY[1:])},
            "traffic of primary: the factor of hour 0 must be above 0 and at most 1.5, got 1.6",
        ),
        (
            {"factors": (nan, *DAY[1:])},
            "traffic of primary: the factor of hour 0 must be above 0 and at most 1.5, got nan",
        ),
        (
            {"basis": " "},
            "traffic of primary has no basis; say where the numbers come from, or write estimate",
        ),
    ],
)
def test_a_row_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(ROW, changes, sentence)


def test_a_class_stands_in_one_row_of_a_day() -> None:
    other = replace(ROW, classes=("trunk",))
    words.refused(
        Traffic(rows=(ROW,)), {"rows": (ROW, other)}, "traffic: trunk on a weekday stands in two rows"
    )
    assert Traffic(rows=(ROW, replace(other, days=(Days.WEEKEND,)))).factors(FRIDAY)["trunk"] == DAY[8]


def test_the_hour_and_the_day_are_those_of_the_moments_own_clock() -> None:
    traffic = Traffic(rows=(ROW,))
    assert traffic.factors(FRIDAY) == {"primary": DAY[8], "trunk": DAY[8]}
    assert traffic.factors(FRIDAY + timedelta(minutes=30)) == {"primary": DAY[9], "trunk": DAY[9]}
    assert traffic.factors(FRIDAY + timedelta(days=1)) == {}
    assert traffic.factors(FRIDAY + timedelta(days=2)) == {}
    assert traffic.factors(FRIDAY + timedelta(days=3))["trunk"] == DAY[8]


def test_an_hour_at_free_speed_names_no_class() -> None:
    assert Traffic(rows=(replace(ROW, factors=(1.0,) * 24),)).factors(FRIDAY) == {}


def test_the_classes_are_those_of_the_map_that_traffic_can_slow() -> None:
    dry = [each.name.lower() for each in RoadClass if each.name not in {"PATH", "FERRY", "WATER"}]
    assert list(TRAFFIC_CLASSES) == dry


def test_traffic_travels_with_a_district() -> None:
    district = replace(words.district(), traffic=Traffic(rows=(ROW,), basis="counted"))
    assert read_json(type(district), write_json(district), "w.json") == district
