"""Requests, closures and orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import nan
from typing import Any

import pytest

from models.request import Closure, Forbid, Lock, TeamReport
from tests.models import words

HERE = Closure(id="c1", centre=words.position(), radius_m=500.0)
ONE_WAY = "closure c1: give exactly one of road, bridge, ways, outline, or centre with radius_m"


@pytest.mark.parametrize(
    ("closure", "changes", "sentence"),
    [
        (HERE, {"id": ""}, "a closure needs an id"),
        (HERE, {"road": "G85"}, ONE_WAY),
        (HERE, {"outline": words.outline()}, ONE_WAY),
        (HERE, {"bridge": "G85"}, ONE_WAY),
        (HERE, {"ways": (1, 2)}, ONE_WAY),
        (HERE, {"centre": None}, ONE_WAY),
        (HERE, {"radius_m": None}, "closure c1: centre and radius_m go together"),
        (words.closure(), {"radius_m": 5.0}, "closure c1: centre and radius_m go together"),
        (HERE, {"radius_m": 0.0}, "closure c1: radius_m must be above 0, got 0.0"),
        (HERE, {"radius_m": nan}, "closure c1: radius_m must be above 0, got nan"),
        (
            HERE,
            {"speed_factor": 1.0},
            "closure c1: speed_factor is 0 (shut) up to below 1 (slow), got 1.0",
        ),
        (
            HERE,
            {"speed_factor": -0.1},
            "closure c1: speed_factor is 0 (shut) up to below 1 (slow), got -0.1",
        ),
        (HERE, {"max_weight_kg": 0}, "closure c1: max_weight_kg must be above 0, got 0"),
        (
            HERE,
            {"max_weight_kg": 3000, "speed_factor": 1.1},
            "closure c1: speed_factor is 0 (shut) up to below 1 (slow), got 1.1",
        ),
        (HERE, {"begin": words.NAIVE}, "closure c1: begin and end need a UTC offset"),
        (HERE, {"end": words.NAIVE}, "closure c1: begin and end need a UTC offset"),
        (words.closure(), {"end": words.NOON}, "closure c1: its end is not after its begin"),
    ],
)
def test_a_closure_refuses(closure: Closure, changes: dict[str, Any], sentence: str) -> None:
    words.refused(closure, changes, sentence)


def test_a_closure_holds_from_its_begin_up_to_its_end() -> None:
    closure, second = words.closure(), timedelta(seconds=1)
    assert closure.begin is not None
    assert closure.end is not None
    assert not closure.in_force(closure.begin - second)
    assert closure.in_force(closure.begin)
    assert closure.in_force(closure.end - second)
    assert not closure.in_force(closure.end)


def test_a_closure_without_times_always_holds() -> None:
    assert HERE.in_force(words.NOON)


@pytest.mark.parametrize(
    ("given", "factor"),
    [
        ({}, 0.0),
        ({"speed_factor": 0.4}, 0.4),
        ({"max_weight_kg": 3000}, 1.0),
        ({"max_weight_kg": 3000, "speed_factor": 0.4}, 0.4),
        ({"max_weight_kg": 3000, "speed_factor": 0.0}, 0.0),
    ],
)
def test_a_closure_without_a_speed_factor_shuts_unless_it_limits_the_weight(
    given: dict[str, Any], factor: float
) -> None:
    closure = Closure(id="c1", ways=(7,), **given)
    assert (closure.factor, closure.speed_factor) == (factor, factor)


def test_a_report_refuses_a_time_without_offset() -> None:
    words.refused(
        TeamReport(team="t1"), {"free_from": words.NAIVE}, "report on team t1: free_from needs a UTC offset"
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        *(
            ({moment: words.NAIVE}, "engagement of team t3: departs_at and arrives_at need a UTC offset")
            for moment in ("departs_at", "arrives_at")
        ),
        (
            {"arrives_at": words.NOON - timedelta(hours=1)},
            "engagement of team t3: it arrives before it departs",
        ),
    ],
)
def test_an_engagement_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.engagement(), changes, sentence)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": ""}, "a forecast needs an id"),
        ({"begin": words.NAIVE}, "forecast rain: begin and end need a UTC offset"),
        ({"end": words.NAIVE}, "forecast rain: begin and end need a UTC offset"),
        ({"end": words.NOON}, "forecast rain: its end is not after its begin"),
    ],
)
def test_a_forecast_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.forecast(), changes, sentence)


def test_a_forecast_alone_is_a_request() -> None:
    alone = replace(words.request(), incidents=(), locks=(), forbids=(), engaged=())
    assert alone.forecasts == (words.forecast(),)
    words.refused(alone, {"forecasts": ()}, "a request needs at least one incident or forecast")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"schema": "rescue-dispatch/request/9"},
            "schema 'rescue-dispatch/request/9' is not known; write rescue-dispatch/request/1",
        ),
        ({"id": ""}, "a request needs an id"),
        ({"now": words.NAIVE}, "now needs a UTC offset, for example 2026-07-01T14:00:00+08:00"),
        (
            {"engaged": (replace(words.engagement(), incident="i9"),)},
            (
                "engaged[0].incident: "
                "no incident 'i9' in this request; leave out the engagements of incidents that are over"
            ),
        ),
        (
            {"engaged": (words.engagement(), replace(words.engagement(), incident="i1"))},
            "engaged team id 't3' stands twice; ids must be unique",
        ),
        (
            {"forecasts": (words.forecast(), words.forecast())},
            "forecast id 'rain' stands twice; ids must be unique",
        ),
        ({"time_limit_s": 0.0}, "time_limit_s must be above 0, got 0.0"),
        ({"time_limit_s": nan}, "time_limit_s must be above 0, got nan"),
        ({"seed": -1}, "seed must be from 0 to 2147483647, got -1"),
        ({"seed": 2**31}, "seed must be from 0 to 2147483647, got 2147483648"),
        (
            {"incidents": (words.incident(), words.incident())},
            "incident id 'i1' stands twice; ids must be unique",
        ),
        ({"closures": (HERE, HERE)}, "closure id 'c1' stands twice; ids must be unique"),
        (
            {"reports": (TeamReport(team="t1"), TeamReport(team="t1"))},
            "report on team id 't1' stands twice; ids must be unique",
        ),
        (
            {"locks": (Lock(team="t1", incident="i9"),)},
            "locks[0].incident: no incident 'i9' in this request",
        ),
        (
            {"forbids": (Forbid(team="t9"), Forbid(team="t1", incident="i9"))},
            "forbids[1].incident: no incident 'i9' in this request",
        ),
        (
            {"locks": (Lock(team="t1", incident="i1"), Lock(team="t1", incident="i2"))},
            "locked team id 't1' stands twice; ids must be unique",
        ),
        *(
            ({"forbids": (ban,)}, "team t1 is both locked to and forbidden for incident i1")
            for ban in (Forbid(team="t1"), Forbid(team="t1", incident="i1"))
        ),
    ],
)
def test_a_request_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.request(), changes, sentence)


def test_a_team_may_be_locked_to_one_incident_and_forbidden_for_another() -> None:
    request = words.request()
    assert request.locks[0] == Lock(team="t1", incident="i1")
    assert Forbid(team="t1", incident="i2") in request.forbids
