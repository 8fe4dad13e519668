"""Times of what flies."""

from __future__ import annotations

from datetime import datetime, timedelta
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


def test_by_night_it_does_not_fly_and_at_dusk_only_as_far_as_it_gets_before_sunset() -> None:
    # sunset at BASE on 1 July 2026 is about 20:00, sunrise about 06:00 (China time)
    noon = datetime.fromisoformat("2026-07-01T12:00:00+08:00")
    far = LngLat(106.9, 29.45)  # half an hour's flight
    free = flight_table(HELICOPTER, [BASE], [FIELD, far], [])

    def at(clock: str) -> list[int]:
        moment = datetime.fromisoformat(f"2026-07-01T{clock}:00+08:00")
        found: list[int] = flight_table(HELICOPTER, [BASE], [FIELD, far], [], moment)[0].tolist()
        return found

    assert at("12:00") == at("06:10") == free[0].tolist()
    assert at("05:45") == at("21:00") == [NEVER, NEVER]
    assert at("19:40") == [free[0, 0], NEVER]
    assert flight_table(HELICOPTER, [BASE], [FIELD], [], noon + timedelta(hours=12))[0, 0] == NEVER


def test_the_crew_may_walk_in_the_dark_but_not_land_in_it() -> None:
    dusk = datetime.fromisoformat("2026-07-01T19:45:00+08:00")
    near, far = LngLat(105.86, 29.45), LngLat(106.9, 29.45)
    place = LngLat(105.88, 29.45)

    table = flight_table(HELICOPTER, [BASE], [place, far], [far, near], dusk)[0]

    assert table[0] == flight_table(HELICOPTER, [BASE], [place], [near])[0, 0]
    assert table[0] > 15 * 600  # on foot long after sunset
    assert table[1] > flight_table(HELICOPTER, [BASE], [far], [far])[0, 0]
    assert flight_points(HELICOPTER, BASE, far, [far, near], dusk) == (BASE, near, far)
    assert flight_points(HELICOPTER, BASE, far, [far, near]) == (BASE, far, far)
