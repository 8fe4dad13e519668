"""Sunrise and sunset, against published ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from graphs.daylight import DAY_S, daylight_left_s, sun_is_up
from models.crs import LngLat

CHONGQING, BEIJING = LngLat(106.55, 29.56), LngLat(116.41, 39.90)
SHANGHAI, KUNMING, CHENGDU = LngLat(121.47, 31.23), LngLat(102.72, 25.04), LngLat(104.07, 30.67)
LONDON, SYDNEY = LngLat(-0.12, 51.51), LngLat(151.21, -33.87)
CHINA, UK, NSW = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/London"), ZoneInfo("Australia/Sydney")


def moment(day: str, clock: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=zone)


def up(place: LngLat, when: datetime) -> bool:
    return bool(sun_is_up(np.array(place.lng), np.array(place.lat), np.array(when.timestamp())))


@pytest.mark.parametrize(
    ("place", "zone", "day", "rise", "set_"),
    [
        # timeanddate.com, Chongqing, February 2026
        (CHONGQING, CHINA, "2026-02-01", "07:43", "18:31"),
        (CHONGQING, CHINA, "2026-02-11", "07:36", "18:39"),
        # a Chinese table of 27 December 2022
        (BEIJING, CHINA, "2022-12-27", "07:34", "16:55"),
        (SHANGHAI, CHINA, "2022-12-27", "06:51", "16:58"),
        (KUNMING, CHINA, "2022-12-27", "07:52", "18:27"),
        (CHENGDU, CHINA, "2022-12-27", "07:59", "18:09"),
        # almanacs: the longest and the shortest day, summer time, the southern half
        (BEIJING, CHINA, "2024-06-21", "04:46", "19:46"),
        (LONDON, UK, "2023-12-21", "08:04", "15:53"),
        (LONDON, UK, "2009-04-22", "05:50", "20:09"),
        (SYDNEY, NSW, "2024-01-01", "05:48", "20:09"),
    ],
)
def test_the_sun_rises_and_sets_within_three_minutes_of_what_is_published(
    place: LngLat, zone: ZoneInfo, day: str, rise: str, set_: str
) -> None:
    slack = timedelta(minutes=3)
    for clock, before, after in ((rise, False, True), (set_, True, False)):
        published = moment(day, clock, zone)
        assert (up(place, published - slack), up(place, published + slack)) == (before, after)


def test_what_is_left_of_the_day_counts_down_to_sunset() -> None:
    noon = moment("2026-02-01", "12:00", CHINA)
    left = daylight_left_s(CHONGQING, noon)

    assert abs(left - (6 * 3600 + 31 * 60)) < 180
    assert daylight_left_s(CHONGQING, noon + timedelta(hours=1)) == left - 3600
    assert daylight_left_s(CHONGQING, noon + timedelta(seconds=left)) == 0
    assert daylight_left_s(CHONGQING, moment("2026-02-01", "03:00", CHINA)) == 0


def test_the_polar_day_has_no_sunset_and_the_polar_night_no_day() -> None:
    tromso = LngLat(18.96, 69.65)
    assert daylight_left_s(tromso, datetime(2026, 6, 21, 22, tzinfo=UTC)) == DAY_S
    assert daylight_left_s(tromso, datetime(2026, 12, 21, 11, tzinfo=UTC)) == 0


def test_many_places_and_times_are_asked_at_once() -> None:
    noon = np.array([[datetime(2026, 6, 21, 4, tzinfo=UTC).timestamp()], [0.0]])
    found = sun_is_up(np.array([106.5, -73.5]), np.array([29.6, 40.0]), noon)
    assert found.shape == (2, 2)
    assert found[0].tolist() == [True, False]
