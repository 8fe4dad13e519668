"""Town areas: nearest point or the user's outline."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from models.crs import Crs
from models.errors import InputError
from models.place import Outline, Position
from scenarios.areas import TownAreas
from scenarios.yongchuan.places import OUTLINE, TOWNS


@pytest.fixture(scope="module")
def areas() -> TownAreas:
    return TownAreas(TOWNS, OUTLINE)


def box(west: float, south: float, east: float, north: float) -> Outline:
    return Outline(points=((west, south), (east, south), (east, north), (west, north)), crs=Crs.WGS84)


def test_every_town_lies_in_its_own_area(areas: TownAreas) -> None:
    points = [town.position.wgs84 for town in TOWNS]
    assert areas.towns_of(points) == [town.code for town in TOWNS]
    assert all(
        shapely.Polygon(areas.outline(town.code)).contains(shapely.Point(p))
        for town, p in zip(TOWNS, points, strict=True)
    )


def test_outlines_share_the_district_without_gap_or_overlap(areas: TownAreas) -> None:
    rings = [shapely.Polygon(areas.outline(town.code)) for town in TOWNS]
    district = shapely.Polygon(OUTLINE.points)
    assert sum(ring.area for ring in rings) == pytest.approx(district.area, rel=0.01)
    assert shapely.union_all(rings).area == pytest.approx(sum(ring.area for ring in rings), rel=1e-9)


def test_outline_and_town_of_say_the_same(areas: TownAreas) -> None:
    random = np.random.default_rng(3)
    points = np.array([105.65, 28.95]) + random.random((2_000, 2)) * [0.42, 0.60]
    codes = areas.towns_of(points)
    rings = {town.code: shapely.Polygon(areas.outline(town.code)) for town in TOWNS}
    for point, code in zip(points, codes, strict=True):
        at = shapely.Point(point)
        holders = [key for key, ring in rings.items() if ring.contains(at)]
        assert holders in ([], [code])


def test_a_point_outside_belongs_to_the_nearest_town(areas: TownAreas) -> None:
    assert areas.town_of((105.0, 29.34)) == "500118115"


def test_the_area_knows_nothing_of_people() -> None:
    crowded = tuple(replace(town, population=town.population * 100) for town in TOWNS[:1]) + TOWNS[1:]
    assert TownAreas(crowded, OUTLINE).outline(TOWNS[0].code) == TownAreas(TOWNS, OUTLINE).outline(
        TOWNS[0].code
    )


def test_a_users_outline_wins_over_the_nearest_point() -> None:
    """A ring round the point of 胜利路 given to 中山路 takes the place from 胜利路."""
    ring = box(105.870, 29.345, 105.910, 29.360)
    areas = TownAreas((replace(TOWNS[0], outline=ring), *TOWNS[1:]), OUTLINE)
    assert areas.town_of((105.8775, 29.35048)) == "500118001"
    assert areas.outline("500118001") == ring.wgs84
    assert areas.town_of((105.8775, 29.3440)) == "500118002"
    left = shapely.Polygon(areas.outline("500118002"))
    assert left.intersection(shapely.Polygon(ring.points)).area == pytest.approx(0.0, abs=1e-12)


def test_where_all_towns_have_outlines_a_gap_falls_to_the_nearest_town() -> None:
    west = replace(
        TOWNS[0],
        position=Position(lng=105.0, lat=29.0, crs=Crs.WGS84),
        outline=box(104.9, 28.9, 105.05, 29.1),
    )
    east = replace(
        TOWNS[1], position=Position(lng=105.3, lat=29.0, crs=Crs.WGS84), outline=box(105.2, 28.9, 105.4, 29.1)
    )
    areas = TownAreas((west, east))
    assert areas.town_of((105.10, 29.0)) == west.code
    assert areas.town_of((105.18, 29.0)) == east.code


def test_an_unknown_code_is_refused(areas: TownAreas) -> None:
    with pytest.raises(InputError, match="no town '500118999' in this world"):
        areas.outline("500118999")


def test_no_town_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="no town given"):
        TownAreas(())


def test_two_towns_at_one_point_are_refused() -> None:
    twin = replace(TOWNS[1], position=TOWNS[0].position)
    with pytest.raises(InputError, match="towns 500118001 and 500118002 stand at the same point"):
        TownAreas((TOWNS[0], twin))


def test_a_town_swallowed_by_anothers_outline_has_no_area_left() -> None:
    whole = replace(TOWNS[0], outline=box(105.5, 28.8, 106.2, 29.7))
    with pytest.raises(InputError, match="town 500118002 has no area left"):
        TownAreas((whole, *TOWNS[1:]), OUTLINE).outline("500118002")


def test_finding_a_town_needs_no_shapely() -> None:
    code = (
        "import sys; from scenarios.areas import TownAreas; from scenarios.yongchuan.places import TOWNS;"
        "print(TownAreas(TOWNS).town_of((105.9, 29.35)), 'shapely' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["500118001", "False"]


def test_nearest_point_areas_resemble_the_published_ones(shared: Path, areas: TownAreas) -> None:
    """Against public polygons of the towns: most ground goes to its town, most areas are near."""
    text = (shared / "yongchuan" / "yongchuan_23_towns_wgs84.geojson").read_text(encoding="utf-8")
    rings = {
        each["properties"]["name"]: shapely.geometry.shape(each["geometry"]).buffer(0)
        for each in json.loads(text)["features"]
    }
    real = rings["全区"]
    mine = shapely.Polygon(OUTLINE.points)
    assert mine.intersection(real).area / mine.union(real).area > 0.9
    assert np.array(mine.bounds) == pytest.approx(np.array(real.bounds), abs=0.001)
    agreed = near = 0
    same = 0.0
    for town in TOWNS:
        own, published = shapely.Polygon(areas.outline(town.code)), rings[town.name.zh]
        same += own.intersection(published).area
        agreed += (
            areas.town_of((published.representative_point().x, published.representative_point().y))
            == town.code
        )
        near += 0.5 < own.area / published.area < 2.0
    assert same / real.area > 0.6
    assert agreed >= 17
    assert near >= 18
