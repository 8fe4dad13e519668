"""Teams, shifts, and the structure "1+7+23+388+N"."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from math import nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InputError
from models.force import ForceStructure, Shift
from tests.models import words

MONDAY_NIGHT = Shift(start=time(20), end=time(6), weekdays=(0,))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the week that begins on Monday 29 June 2026, China time."""
    return (
        datetime(2026, 6, 29 + day, hour, minute, tzinfo=words.CHINA)
        if day < 2
        else datetime(2026, 7, day - 1, hour, minute, tzinfo=words.CHINA)
    )


@pytest.mark.parametrize(
    ("moment", "covered"),
    [
        (at(0, 19, 59), False),
        (at(0, 20), True),
        (at(0, 23, 59), True),
        (at(1, 0), True),
        (at(1, 5, 59), True),
        (at(1, 6), False),
        (at(0, 5), False),  # the small hours of Monday belong to Sunday's shift
        (at(1, 21), False),
    ],
)
def test_a_night_shift_belongs_to_the_day_it_starts(moment: datetime, covered: bool) -> None:
    assert MONDAY_NIGHT.covers(moment) is covered


def test_sundays_night_shift_runs_into_monday() -> None:
    sunday = replace(MONDAY_NIGHT, weekdays=(6,))
    assert sunday.covers(at(0, 3))
    assert sunday.covers(at(6, 22))


def test_a_day_shift_holds_from_its_start_up_to_its_end() -> None:
    day = words.shift()
    assert not day.covers(at(2, 7, 59))
    assert day.covers(at(2, 8))
    assert day.covers(at(2, 19, 59))
    assert not day.covers(at(2, 20))


def test_a_shift_goes_by_the_local_clock_of_the_moment() -> None:
    assert words.shift().covers(datetime(2026, 7, 1, 9, tzinfo=words.CHINA))
    assert not words.shift().covers(datetime(2026, 7, 1, 1, tzinfo=UTC))


@given(st.times(), st.times(), st.datetimes(timezones=st.just(words.CHINA)))
def test_a_shift_and_its_complement_share_the_day(start: time, end: time, moment: datetime) -> None:
    if start != end:
        there, back = Shift(start=start, end=end), Shift(start=end, end=start)
        assert there.covers(moment) != back.covers(moment)


def test_a_shift_refuses_to_be_empty() -> None:
    words.refused(
        words.shift(),
        {"end": time(8)},
        "a shift from 08:00:00 to 08:00:00 is empty; leave shifts out for round the clock",
    )


@pytest.mark.parametrize("days", [(), (7,), (-1, 2)])
def test_a_shift_refuses_a_day_that_is_not_of_the_week(days: tuple[int, ...]) -> None:
    words.refused(
        words.shift(), {"weekdays": days}, f"weekdays are 0 (Monday) to 6 (Sunday), got {list(days)}"
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": ""}, "a team needs an id"),
        ({"crew": 0}, "team t1: crew must be at least 1, got 0"),
        ({"strengths": {}}, "team t1: it has no capability; give at least one strength"),
        ({"strengths": {"flood": 0}}, "team t1: strength of flood must be at least 1, got 0"),
        ({"equipment": {"pump": -1}}, "team t1: quantity of pump is -1, it cannot be negative"),
        ({"turnout_s": -1}, "team t1: turnout_s is -1, it cannot be negative"),
        ({"availability": 0.0}, "team t1: availability is a probability above 0 and up to 1, got 0.0"),
        ({"availability": 1.5}, "team t1: availability is a probability above 0 and up to 1, got 1.5"),
        ({"availability": nan}, "team t1: availability is a probability above 0 and up to 1, got nan"),
        (
            {"free_from": words.NAIVE},
            "team t1: free_from needs a UTC offset, for example 2026-07-01T14:00:00+08:00",
        ),
    ],
)
def test_a_team_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.team(), changes, sentence)


def test_a_team_stands_where_it_was_reported_else_at_home() -> None:
    reported = words.team()
    assert reported.stands_at == reported.position
    assert replace(reported, position=None).stands_at == reported.home


def test_a_team_without_shifts_is_always_on_duty() -> None:
    night = at(0, 3)
    assert not words.team().on_duty(night)
    assert replace(words.team(), shifts=()).on_duty(night)


@pytest.mark.parametrize("text", ["1+7+23+388+40", "1+6+23+338+0", " 0+0+0+0+1 "])
def test_a_structure_is_written_as_it_was_read(text: str) -> None:
    structure = ForceStructure.parse(text)
    assert str(structure) == text.strip()
    assert structure.total == sum(int(part) for part in text.split("+"))


def test_the_digits_of_a_structure_are_district_specialist_town_village_others() -> None:
    assert ForceStructure.parse("1+7+23+388+40") == ForceStructure(
        district=1, specialist=7, town=23, village=388, others=40
    )


@pytest.mark.parametrize(
    "text", ["", "1+7+23+388", "1+7+23+388+N", "1+7+23+388+-4", "1,7,23,388,40", "1+7+23+388+4+5"]
)
def test_a_structure_that_is_not_five_numbers_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        ForceStructure.parse(text)
    assert str(caught.value) == (
        f"force {text!r} is not understood; write five whole numbers joined by +, for example 1+7+23+388+40"
    )


def test_a_structure_without_any_team_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        ForceStructure.parse("0+0+0+0+0")
    assert str(caught.value) == "force 0+0+0+0+0 has no team at all"


@pytest.mark.parametrize("field", ["start", "end"])
def test_a_shift_refuses_a_utc_offset(field: str) -> None:
    words.refused(
        words.shift(),
        {field: time(7, tzinfo=UTC)},
        "a shift is written on the local clock, without a UTC offset",
    )


def test_a_border_road_refuses_to_be_crossed_before_the_call() -> None:
    words.refused(words.entry(), {"lead_s": -1}, "lead_s of a border road is -1, it cannot be negative")
