from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import shapely
from shapely.geometry import shape

from dispatch.render.geojson import plan_geojson
from models.plan import Plan
from tests.dispatch.sample import FLOOD_AT, sample_district, sample_request
from tests.dispatch.sample_plan import sample_plan


def collection(plan: Plan | None = None) -> dict[str, Any]:
    return plan_geojson(plan or sample_plan(), sample_request(), sample_district())


def features(kind: str, plan: Plan | None = None) -> list[dict[str, Any]]:
    return [each for each in collection(plan)["features"] if each["properties"]["kind"] == kind]


def feature(key: str) -> dict[str, Any]:
    return next(each for each in collection()["features"] if each["id"] == key)


def test_members_are_those_that_rfc_7946_allows() -> None:
    found = collection()
    assert found["type"] == "FeatureCollection"
    assert not {"crs", "properties", "geometry", "coordinates"} & set(found)
    for each in found["features"]:
        assert set(each) == {"type", "id", "geometry", "properties"}


def test_every_part_of_the_plan_is_there_once() -> None:
    kinds = [each["properties"]["kind"] for each in collection()["features"]]
    counted = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    assert counted == {"incident": 2, "team": 7, "depot": 3, "route": 10, "closure": 3}
    ids = [each["id"] for each in collection()["features"]]
    assert len(set(ids)) == len(ids)


def test_every_geometry_is_valid() -> None:
    for each in collection()["features"]:
        if each["geometry"] is not None:
            assert shape(each["geometry"]).is_valid


def test_box_holds_everything_and_no_more() -> None:
    drawn = [shape(each["geometry"]) for each in collection()["features"] if each["geometry"]]
    assert collection()["bbox"] == pytest.approx(shapely.union_all(drawn).bounds)


def test_incident_stands_at_its_place_with_its_shortfalls() -> None:
    flood = feature("incident/INC-1")
    assert flood["geometry"] == {"type": "Point", "coordinates": list(FLOOD_AT)}
    assert [
        (short["capability"], short["item"], short["missing"]) for short in flood["properties"]["shortfalls"]
    ] == [
        ("drainage", None, 1),
        (None, "blanket", 20),
    ]
    assert flood["properties"]["warning"] == "orange"


def test_team_sets_out_where_it_was_reported() -> None:
    assert feature("team/T-007")["geometry"]["coordinates"] == [105.912, 29.265]


def test_gcj02_closure_comes_out_in_wgs84() -> None:
    closure = feature("closure/CL-1")
    assert closure["geometry"]["coordinates"] == pytest.approx([105.94, 29.29], abs=1e-6)
    assert closure["properties"]["radius_m"] == 400.0


def test_outline_is_closed_and_counter_clockwise() -> None:
    """The outline of CL-2 is given clockwise and open."""
    ring = feature("closure/CL-2")["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert shapely.LinearRing(ring).is_ccw


def test_closure_of_a_named_road_has_no_geometry() -> None:
    closure = feature("closure/CL-3")
    assert closure["geometry"] is None
    assert closure["properties"]["road"] == "S205"


def test_route_carries_its_times_by_part() -> None:
    route = feature("route/team/S-FLOOD/INC-1")["properties"]
    assert sum(route["eta_parts_s"].values()) == route["eta_s"] == 2045
    assert route["arrives_at"] == "2026-07-01T14:34:05+08:00"
    assert route["serves"] == {"flood": 6, "drainage": 2}
    assert route["locked"] is True


def test_route_of_one_point_is_still_a_line() -> None:
    """A team that stands at the incident has a way of one point; a LineString needs two."""
    first, *others = sample_plan().assignments
    still = replace(first, route=replace(first.route, points=first.route.points[:1]))
    line = features("route", replace(sample_plan(), assignments=(still, *others)))[0]["geometry"]
    assert len(line["coordinates"]) == 2


def test_same_plan_gives_the_same_text() -> None:
    once, again = (json.dumps(collection(), ensure_ascii=False, allow_nan=False) for _ in range(2))
    assert once == again


def test_json_comes_back_as_it_went() -> None:
    assert json.loads(json.dumps(collection(), allow_nan=False)) == collection()
