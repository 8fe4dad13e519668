"""Whatever the words allow goes to JSON and comes back equal."""

from __future__ import annotations

import json
import math
from dataclasses import MISSING, fields, replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from models.codec import read_json, write_json
from models.crs import Crs
from models.errors import InputError
from models.incident import Consequence, ForceNeed, Grade, Incident, ResponseLevel, Stake, SupplyNeed
from models.place import Colour, Name, Outline, Position
from models.plan import Assignment, EtaParts, Route, Served
from models.request import Closure, Engagement, Forecast, Lock, Request
from models.schemas import json_schema
from tests.models import words

text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
spoken = text.filter(lambda said: bool(said.strip()))
names = st.builds(Name, zh=spoken, en=spoken)
zones = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001 - bounds are naive
degrees = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
positions = st.builds(Position, lng=st.floats(-180, 180), lat=st.floats(-90, 90), crs=st.sampled_from(Crs))
seconds = st.integers(1, 10**6)
outlines = st.builds(
    Outline,
    points=st.lists(degrees, min_size=3, max_size=6, unique_by=lambda point: point[0]).map(tuple),
    crs=st.sampled_from(Crs),
)
force_needs = st.builds(
    ForceNeed, capability=text, strength=seconds, target_s=seconds, stake=st.sampled_from(Stake)
)
supply_needs = st.builds(SupplyNeed, item=text, quantity=seconds, deadline_s=seconds)
incidents = st.builds(
    Incident,
    id=text,
    type=text,
    grade=st.sampled_from(Grade),
    response_level=st.sampled_from(ResponseLevel),
    position=positions,
    reported_at=moments,
    name=st.none() | names,
    warning=st.none() | st.sampled_from(Colour),
    people_affected=st.integers(0, 10**6),
    force_needs=st.none()
    | st.lists(force_needs, max_size=3, unique_by=lambda need: need.capability).map(tuple),
    supply_needs=st.none() | st.lists(supply_needs, max_size=3, unique_by=lambda need: need.item).map(tuple),
    consequence=st.none()
    | st.builds(Consequence, closes_within_m=st.floats(1, 1e6))
    | st.builds(Consequence, raises=st.sampled_from(Colour), raises_within_m=st.floats(1, 1e6)),
)
forecasts = st.builds(
    Forecast,
    id=text,
    colour=st.sampled_from(Colour),
    towns=st.lists(text, max_size=2).map(tuple),
    begin=moments,
    end=moments.map(lambda moment: moment.replace(year=2100)),
)
closures = st.builds(
    Closure,
    id=text,
    reason=text,
    outline=outlines,
    speed_factor=st.floats(0, 1, exclude_max=True),
    begin=moments,
)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    named = draw(st.lists(incidents, min_size=1, max_size=3, unique_by=lambda incident: incident.id))
    locked = draw(st.lists(text, max_size=2, unique=True))
    departs = draw(moments)
    return Request(
        schema="rescue-dispatch/request/1",
        id=draw(text),
        now=draw(moments),
        incidents=tuple(named),
        closures=tuple(draw(st.lists(closures, max_size=2, unique_by=lambda closure: closure.id))),
        locks=tuple(Lock(team=team, incident=named[0].id) for team in locked),
        engaged=tuple(
            Engagement(
                team=team,
                incident=named[-1].id,
                departs_at=departs,
                arrives_at=departs + timedelta(seconds=draw(seconds)),
            )
            for team in draw(st.lists(text, max_size=2, unique=True))
        ),
        forecasts=tuple(draw(st.lists(forecasts, max_size=2, unique_by=lambda each: each.id))),
        seed=draw(st.integers(0, 2**31 - 1)),
        time_limit_s=draw(st.floats(0, 1e6, exclude_min=True)),
    )


eta_parts = st.builds(
    EtaParts, wait_s=seconds, call_processing_s=seconds, turnout_s=seconds, travel_s=seconds
)
assignments = st.builds(
    Assignment,
    name=names,
    serves=st.lists(st.builds(Served, capability=text, strength=seconds), max_size=3).map(tuple),
    departs_at=moments,
    arrives_at=moments,
    eta=eta_parts,
    route=st.builds(
        Route,
        profile=text,
        length_m=seconds,
        points=st.lists(degrees, max_size=5).map(tuple),
        roads=st.lists(text, max_size=3).map(tuple),
    ),
    approver=st.none() | names,
)


SCHEMA_OF_REQUEST = Draft202012Validator(json_schema("request"))


@given(requests())
def test_any_request_comes_back_equal_and_fits_its_schema(request: Request) -> None:
    written = write_json(request)
    assert read_json(Request, written, "f.json") == request
    assert SCHEMA_OF_REQUEST.is_valid(json.loads(written))


@given(assignments)
def test_any_assignment_comes_back_equal(assignment: Assignment) -> None:
    assert read_json(Assignment, write_json(assignment), "f.json") == assignment


@given(st.floats())
def test_a_number_is_read_back_to_the_last_bit_or_refused(number: float) -> None:
    text = write_json(words.request()).replace(
        '"time_limit_s": 10.0', f'"time_limit_s": {json.dumps(number)}'
    )
    if math.isfinite(number) and number > 0:
        assert read_json(Request, text, "f.json").time_limit_s == number
    else:
        with pytest.raises(InputError, match=r"^f\.json: "):
            read_json(Request, text, "f.json")


NEW_KEYS: list[tuple[Any, tuple[str, ...]]] = [
    (words.request(), ("engaged", "forecasts")),
    (words.incident(), ("consequence",)),
    (words.team(), ("entries",)),
    (words.response(), ("on_scene",)),
    (words.weights(), ("enterprise_near_m", "diversion_steps", "change")),
    (words.doctrine(), ("reserves", "volunteers", "cover")),
    (words.plan().assignments[0], ("stays",)),
    (words.plan().assignments[0].serves[1], ("waits_for", "counts_at")),
    (words.plan(), ("changes", "certainty", "command", "cover", "moves", "follow_ups", "asked")),
]


@pytest.mark.parametrize(
    ("word", "keys"), [pytest.param(w, k, id=f"{type(w).__name__}-{k[0]}") for w, k in NEW_KEYS]
)
def test_a_document_of_before_reads_as_if_it_asked_for_nothing_new(word: Any, keys: tuple[str, ...]) -> None:
    """Without the keys that came later the values are their defaults, and all else is the same."""
    tree = json.loads(write_json(word))
    for key in keys:
        del tree[key]
    old = read_json(type(word), json.dumps(tree), "old.json")
    defaults = {
        field.name: field.default if field.default_factory is MISSING else field.default_factory()
        for field in fields(word)
        if field.name in keys
    }
    assert old == replace(word, **defaults)
