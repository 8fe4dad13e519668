"""Requests, closures and orders."""

from __future__ import annotations

from datetime import timedelta
from math import nan
from typing import Any

import pytest

from models.request import Closure, Forbid, Lock, TeamReport
from tests.models import words

HERE = Closure(id="c1", centre=words.position(), radius_m=500.0)
ONE_WAY = "closure c1: give exactly one of road, outline, or centre with radius_m"


@pytest.mark.parametrize(
    ("closure", "changes", "sentence"),
    [
        (HERE, {"id": ""}, "a closure needs an id"),
        (HERE, {"road": "G85"}, ONE_WAY),
        (HERE, {"outline": words.outline()}, ONE_WAY),
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


def test_a_report_refuses_a_time_without_offset() -> None:
    words.refused(
        TeamReport(team="t1"), {"free_from": words.NAIVE}, "report on team t1: free_from needs a UTC offset"
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"schema": "rescue-dispatch/request/9"},
            "schema 'rescue-dispatch/request/9' is not known; write rescue-dispatch/request/1",
        ),
        ({"id": ""}, "a request needs an id"),
        ({"now": words.NAIVE}, "now needs a UTC offset, for example 2026-07-01T14:00:00+08:00"),
        ({"incidents": ()}, "a request needs at least one incident"),
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
