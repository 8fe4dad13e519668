"""What an hour does to one vehicle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from graphs.road import RoadClass
from graphs.traffic import FREE_FLOW, slot_of
from models.errors import InputError
from models.traffic import Days, Traffic, TrafficRow

RUSH = tuple(0.6 if hour in {7, 8, 17} else 1.2 if hour == 3 else 1.0 for hour in range(24))
TRAFFIC = Traffic(
    rows=(
        TrafficRow(classes=("primary",), days=(Days.WEEKDAY,), factors=RUSH, basis="estimate"),
        TrafficRow(classes=("trunk",), days=(Days.WEEKEND,), factors=(0.9,) * 24, basis="estimate"),
    )
)
MONDAY = datetime(2026, 7, 6, tzinfo=UTC)


def at(hour: float, days: int = 0) -> datetime:
    return MONDAY + timedelta(days=days, hours=hour)


def test_the_share_is_what_a_vehicle_feels_of_it() -> None:
    by_class = dict(zip(RoadClass, slot_of(TRAFFIC, at(7), 0.5), strict=True))
    assert by_class[RoadClass.PRIMARY] == 0.8
    assert {factor for each, factor in by_class.items() if each is not RoadClass.PRIMARY} == {1.0}
    assert slot_of(TRAFFIC, at(7), 1.0)[RoadClass.PRIMARY] == 0.6
    assert slot_of(TRAFFIC, at(3), 0.5)[RoadClass.PRIMARY] == 1.1


def test_hours_that_are_driven_equally_fast_are_one_slot() -> None:
    assert slot_of(TRAFFIC, at(7), 1.0) == slot_of(TRAFFIC, at(8.99), 1.0) == slot_of(TRAFFIC, at(17), 1.0)
    assert len({slot_of(TRAFFIC, at(hour), 1.0) for hour in range(24)}) == 3
    assert slot_of(TRAFFIC, at(1, 5), 1.0) == slot_of(TRAFFIC, at(23, 6), 1.0) != FREE_FLOW


@pytest.mark.parametrize(
    ("traffic", "moment", "share"),
    [(None, at(7), 1.0), (TRAFFIC, None, 1.0), (TRAFFIC, at(7), 0.0), (TRAFFIC, at(12), 1.0)],
)
def test_free_flow(traffic: Traffic | None, moment: datetime | None, share: float) -> None:
    assert slot_of(traffic, moment, share) == FREE_FLOW


def test_the_moment_is_read_on_its_own_clock() -> None:
    china = timezone(timedelta(hours=8))
    assert slot_of(TRAFFIC, at(23, -1).astimezone(china), 1.0)[RoadClass.PRIMARY] == 0.6
    assert slot_of(TRAFFIC, at(7).astimezone(china), 1.0) == FREE_FLOW


def test_a_moment_without_an_offset_is_refused() -> None:
    with pytest.raises(InputError, match="the moment of departure needs a UTC offset"):
        slot_of(TRAFFIC, at(7).replace(tzinfo=None), 1.0)
