"""Positions, names, outlines, towns, shelters, hazards."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan, pi
from typing import Any

import pytest

from models.crs import Crs, LngLat, gcj02_to_wgs84
from models.place import Colour, HazardPoint, Outline, Position, Shelter, ShelterStatus, distance_m
from models.units import EARTH_RADIUS_M
from tests.models import words


@pytest.mark.parametrize("field", ["zh", "en"])
@pytest.mark.parametrize("empty", ["", "  ", "\u3000"])
def test_a_name_refuses_an_empty_form(field: str, empty: str) -> None:
    words.refused(words.name(), {field: empty}, "a name needs a Chinese and an English form, neither empty")


def test_a_name_is_said_in_the_language_asked_for() -> None:
    assert words.name("永川").in_language("zh") == "永川"
    assert words.name("永川").in_language("en") == "demo"


@pytest.mark.parametrize("lng", [180.01, -181.0, nan, inf])
def test_a_position_refuses_a_longitude_off_the_globe(lng: float) -> None:
    words.refused(words.position(), {"lng": lng}, f"longitude {lng} is outside -180..180 degrees")


@pytest.mark.parametrize("lat", [90.01, -91.0, nan, -inf])
def test_a_position_refuses_a_latitude_off_the_globe(lat: float) -> None:
    words.refused(
        words.position(),
        {"lat": lat},
        f"latitude {lat} is outside -90..90 degrees (positions are written longitude first)",
    )


def test_a_position_written_latitude_first_is_refused() -> None:
    """The commonest slip in Chongqing: latitude 105.9 does not exist."""
    words.refused(
        words.position(),
        {"lng": 29.35, "lat": 105.9},
        "latitude 105.9 is outside -90..90 degrees (positions are written longitude first)",
    )


def test_a_position_keeps_what_was_declared_and_gives_wgs84() -> None:
    declared = Position(lng=105.909859, lat=29.353387, crs=Crs.GCJ02)
    assert declared.wgs84 == gcj02_to_wgs84(105.909859, 29.353387)
    assert (declared.lng, declared.lat) == (105.909859, 29.353387)


def test_an_outline_needs_three_different_points() -> None:
    words.refused(
        words.outline(),
        {"points": ((1.0, 1.0), (2.0, 2.0), (1.0, 1.0))},
        "an outline needs at least three different points",
    )


def test_an_outline_refuses_a_point_off_the_globe() -> None:
    words.refused(
        words.outline(),
        {"points": ((1.0, 1.0), (2.0, 2.0), (200.0, 1.0))},
        "longitude 200.0 is outside -180..180 degrees",
    )


def test_an_outline_is_converted_point_by_point() -> None:
    ring = Outline(points=((105.9, 29.3), (105.95, 29.3), (105.95, 29.35)), crs=Crs.GCJ02)
    assert ring.wgs84 == tuple(gcj02_to_wgs84(*point) for point in ring.points)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"population": -1}, "town 500118001: population is -1, it cannot be negative"),
        ({"area_km2": 0.0}, "town 500118001: area must be above 0 km2, got 0.0"),
        ({"area_km2": nan}, "town 500118001: area must be above 0 km2, got nan"),
    ],
)
def test_a_town_refuses(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.town(), changes, sentence)


def test_a_town_may_be_empty() -> None:
    assert replace(words.town(), population=0).population == 0


def test_a_shelter_refuses_a_negative_capacity() -> None:
    shelter = Shelter(id="s1", name=words.name(), position=words.position(), capacity=0)
    words.refused(shelter, {"capacity": -5}, "shelter s1: capacity is -5, it cannot be negative")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"area_m2": 0}, "shelter s1: area_m2 must be above 0, got 0"),
        ({"placed": -1}, "shelter s1: placed is -1, it cannot be negative"),
        ({"places": {"beds": 5}}, "shelter s1: places names beds, which is not among its functions"),
        ({"places": {"medical": -1}}, "shelter s1: places of medical is -1, it cannot be negative"),
    ],
)
def test_a_shelter_refuses_areas_and_people_that_cannot_be(changes: dict[str, Any], sentence: str) -> None:
    words.refused(words.shelter(), changes, sentence)


@pytest.mark.parametrize(
    ("changes", "m2", "free"),
    [
        ({}, 0.5, 288),  # 901 by area, 300 by capacity, 12 are there
        ({}, 4.5, 88),  # 100.1 by area
        ({"area_m2": None}, 4.5, 288),
        ({"status": ShelterStatus.CLOSED}, 0.5, 0),
        ({"placed": 400}, 0.5, 0),
        ({"area_m2": 0.3}, 0.1, 0),
        ({"area_m2": 0.3, "placed": 0}, 0.1, 3),
    ],
)
def test_how_many_people_a_shelter_can_still_take(changes: dict[str, Any], m2: float, free: int) -> None:
    assert replace(words.shelter(), **changes).free(m2) == free


def test_a_hazard_refuses_a_weight_limit_of_nothing() -> None:
    hazard = HazardPoint(id="h1", kind="weak_bridge", position=words.position(), colour=Colour.RED)
    words.refused(hazard, {"max_weight_kg": 0}, "hazard h1: max_weight_kg must be above 0, got 0")


def test_distance_along_a_meridian_and_to_the_antipode() -> None:
    quarter = EARTH_RADIUS_M * pi / 2
    assert distance_m(LngLat(10.0, 0.0), LngLat(10.0, 90.0)) == pytest.approx(quarter, rel=1e-12)
    assert distance_m(LngLat(0.0, 0.0), LngLat(180.0, 0.0)) == pytest.approx(2 * quarter, rel=1e-12)
    assert distance_m(LngLat(105.9, 29.3), LngLat(105.9, 29.3)) == 0.0


def test_distance_is_the_same_both_ways_over_the_date_line() -> None:
    west, east = LngLat(179.5, 10.0), LngLat(-179.5, 10.0)
    assert distance_m(west, east) == distance_m(east, west) < 120_000


def test_a_risk_cell_refuses_a_negative_population() -> None:
    cell = words.district().risk[0]
    words.refused(cell, {"population": -1}, "risk cell x1: population is -1, it cannot be negative")
