"""Coordinate systems: published vectors, and the laws of the offsets.

Sources: [C1] googollee/eviltransform, tests (MIT); [C2] wandergis/coordtransform, README and tests (MIT);
[C3] hujiulong/gcoord, tests (MIT). The BD-09 vectors of [C1] are left out on purpose: its routine omits the
factor 3000/180 of the standard formula and is about 10 m off.
"""

from __future__ import annotations

from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import crs
from models.crs import Crs, LngLat
from models.place import distance_m

Point = tuple[float, float]

EXACT = 1e-12  # degrees; the published digits are all given again
ROUND_TRIP = 1e-9

inside = st.tuples(st.floats(72.1, 137.7), st.floats(0.93, 55.7))
anywhere = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def near(found: LngLat, expected: Point, within: float) -> bool:
    return abs(found.lng - expected[0]) <= within and abs(found.lat - expected[1]) <= within


@pytest.mark.parametrize(
    ("wgs84", "gcj02", "within"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597), 1e-6),  # [C1]
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766), 1e-6),  # [C1]
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069), 1e-6),  # [C1]
        ((116.404, 39.915), (116.41024449916938, 39.91640428150164), EXACT),  # [C2]
        ((106.5478343, 29.565849), (106.5515641, 29.563013), 1e-4),  # [C3] Yuzhong, from a map service
    ],
)
def test_wgs84_to_gcj02_gives_the_published_vectors(wgs84: Point, gcj02: Point, within: float) -> None:
    assert near(crs.wgs84_to_gcj02(*wgs84), gcj02, within)


@pytest.mark.parametrize(
    ("gcj02", "wgs84", "within"),
    [
        ((123.0, 45.0), (122.99395597, 44.99804071), 1e-6),  # [C3]
        ((121.531541859215, 31.17530398364597), (121.5272106, 31.1774276), 1e-6),  # [C1], backwards
    ],
)
def test_gcj02_to_wgs84_gives_the_published_vectors(gcj02: Point, wgs84: Point, within: float) -> None:
    assert near(crs.gcj02_to_wgs84(*gcj02), wgs84, within)


def test_gcj02_to_wgs84_is_within_two_metres_of_the_published_one_pass_inverse() -> None:
    """[C2] gives a one-pass inverse, whose own error is 1 to 2 m."""
    exact = crs.gcj02_to_wgs84(116.404, 39.915)
    assert distance_m(exact, LngLat(116.39775550083061, 39.91359571849836)) < 2.0


def test_gcj02_to_bd09_gives_the_published_vector() -> None:
    assert near(crs.gcj02_to_bd09(116.404, 39.915), (116.41036949371029, 39.92133699351021), EXACT)  # [C2]


def test_bd09_to_gcj02_gives_the_published_vector() -> None:
    assert near(crs.bd09_to_gcj02(116.404, 39.915), (116.39762729119315, 39.90865673957631), EXACT)  # [C2]


def test_wgs84_to_bd09_gives_the_published_vectors() -> None:
    exact = crs.from_wgs84(116.403988, 39.914266, Crs.BD09)
    assert near(exact, (116.41661560068297, 39.92196580126834), EXACT)  # [C3]
    served = crs.from_wgs84(106.5478343, 29.565849, Crs.BD09)
    assert near(served, (106.5579989, 29.5693061), 1e-4)  # [C3] Yuzhong, from a map service


@pytest.mark.parametrize(
    ("wgs84", "gcj02", "bd09"),
    [
        ((105.906390, 29.356390), (105.909859, 29.353387), (105.916423, 29.359107)),  # Yongchuan, centre
        ((105.892090, 29.057620), (105.895541, 29.054403), (105.902139, 29.060097)),  # Songgai
        ((105.867650, 29.488010), (105.871143, 29.485098), (105.877629, 29.491074)),  # Sanjiao
    ],
)
def test_points_of_the_district_in_all_three_systems(wgs84: Point, gcj02: Point, bd09: Point) -> None:
    """Derived with an implementation that was held against the published vectors; six decimals."""
    half_digit = 5.1e-7
    assert near(crs.from_wgs84(*wgs84, Crs.GCJ02), gcj02, half_digit)
    assert near(crs.from_wgs84(*wgs84, Crs.BD09), bd09, half_digit)
    assert near(crs.to_wgs84(*gcj02, Crs.GCJ02), wgs84, 2 * half_digit)
    assert near(crs.to_wgs84(*bd09, Crs.BD09), wgs84, 4 * half_digit)


@given(inside)
def test_wgs84_comes_back_from_gcj02(point: Point) -> None:
    assert near(crs.gcj02_to_wgs84(*crs.wgs84_to_gcj02(*point)), point, ROUND_TRIP)


@given(inside)
def test_wgs84_comes_back_from_bd09(point: Point) -> None:
    there = crs.from_wgs84(*point, Crs.BD09)
    assert near(crs.to_wgs84(*there, Crs.BD09), point, ROUND_TRIP)


@given(inside)
def test_gcj02_is_less_than_a_kilometre_and_a_half_from_wgs84(point: Point) -> None:
    shifted = crs.wgs84_to_gcj02(*point)
    assert hypot(shifted.lng - point[0], shifted.lat - point[1]) < 0.02


@given(anywhere.filter(lambda point: not crs.is_offset_area(*point)))
def test_gcj02_is_wgs84_outside_the_offset_area(point: Point) -> None:
    assert crs.wgs84_to_gcj02(*point) == point
    assert crs.gcj02_to_wgs84(*point) == point


def test_denver_is_the_same_in_gcj02() -> None:
    assert crs.wgs84_to_gcj02(-104.9903, 39.7392) == (-104.9903, 39.7392)  # [C1]


@given(anywhere)
def test_cgcs2000_is_taken_as_wgs84(point: Point) -> None:
    assert crs.to_wgs84(*point, Crs.CGCS2000) == crs.from_wgs84(*point, Crs.CGCS2000) == point


def test_the_shift_in_the_district_goes_south_east_by_459_to_502_metres() -> None:
    for point in (LngLat(105.90639, 29.35639), LngLat(105.89209, 29.05762), LngLat(105.86765, 29.48801)):
        shifted = crs.wgs84_to_gcj02(*point)
        assert shifted.lng > point.lng
        assert shifted.lat < point.lat
        assert 459 <= distance_m(point, shifted) <= 502
