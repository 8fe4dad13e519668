"""Times of what flies."""

from __future__ import annotations

from math import ceil

import numpy as np
import pytest

from graphs.flight import flight_points, flight_table, travel_ds
from graphs.profiles import profile
from models.crs import LngLat
from models.place import distance_m
from models.units import NEVER

HELICOPTER = profile("helicopter")
BASE, FIELD = LngLat(105.85, 29.45), LngLat(105.95, 29.30)
PLACES = [LngLat(105.90, 29.35), LngLat(105.70, 29.20), LngLat(106.00, 29.40)]


def test_metres_at_a_speed_give_whole_deciseconds_rounded_up() -> None:
    metres = np.array([0.0, 1000.0, 1000.1, np.inf])
    assert travel_ds(metres, 36.0).tolist() == [0, 1000, 1001, NEVER]


def test_without_landing_points_it_lands_at_the_place() -> None:
    table = flight_table(HELICOPTER, [BASE, FIELD], PLACES, [])

    assert table.dtype == np.int32
    expected = [[3000 + ceil(distance_m(o, p) * 36 / 200) for p in PLACES] for o in (BASE, FIELD)]
    np.testing.assert_allclose(table, expected, atol=1)
    assert flight_points(HELICOPTER, BASE, PLACES[0], []) == (BASE, PLACES[0])


def test_with_landing_points_the_quickest_of_them_is_taken_for_each_pair() -> None:
    landings = [FIELD, LngLat(105.71, 29.21), LngLat(105.99, 29.40)]

    table = flight_table(HELICOPTER, [BASE], PLACES, landings)[0]

    for place, found in zip(PLACES, table, strict=True):
        ways = {
            point: 3000 + ceil(distance_m(BASE, point) * 36 / 200) + ceil(distance_m(point, place) * 36 / 4)
            for point in landings
        }
        assert found == pytest.approx(min(ways.values()), abs=1)
        best = min(ways, key=lambda point: ways[point])
        assert flight_points(HELICOPTER, BASE, place, landings) == (BASE, best, place)
