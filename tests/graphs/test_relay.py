"""Journeys of two legs: tables, ways, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from graphs.relay import relay, relay_table, relay_way
from graphs.road import Access, RoadClass
from graphs.travel import TravelTimes
from models.crs import LngLat
from models.errors import InputError
from models.request import Closure
from models.units import NEVER
from tests.factories import Road, road_graph

LAND = Access.CAR | Access.EMERGENCY | Access.TRUCK | Access.FOOT
STEP = 0.01
POINTS = [(105.90, 29.35), (105.91, 29.35), (105.92, 29.35), (105.91, 29.36), (105.92, 29.36)]
HOUSE, NEAR_PIER, FAR_PIER, ISLE, ROCK = (LngLat(*point) for point in POINTS)
BY = ("fire_engine", "boat")


def bank_and_river() -> TravelTimes:
    """A road along the bank with two piers; water from each pier to an isle, and from the isle to a rock."""
    water = {"road_class": RoadClass.WATER, "access": Access.BOAT, "speed_kmh": 20.0}
    return TravelTimes(
        road_graph(
            POINTS,
            [
                Road(tail=0, head=1, name="岸路", access=LAND),
                Road(tail=1, head=2, name="岸路", access=LAND),
                Road(tail=1, head=3, **water),  # type: ignore[arg-type]
                Road(tail=2, head=4, **water),  # type: ignore[arg-type]
                Road(tail=3, head=4, **water),  # type: ignore[arg-type]
            ],
        ),
        snap_limit_m=300.0,
    )


def test_the_isle_is_reached_by_boat_alone() -> None:
    """By road there is no way; over a pier there is, and the change is part of the time."""
    travel = bank_and_river()
    piers = [NEAR_PIER, FAR_PIER]
    assert travel.table(BY[0], [HOUSE], [ISLE]).tolist() == [[NEVER]]
    found = relay_table(travel, [HOUSE], piers, [ISLE, ROCK], by=BY, change_s=300)
    first, second = travel.table(BY[0], [HOUSE], piers), travel.table(BY[1], piers, [ISLE, ROCK])
    expected = (first.T.astype(np.int64) + 3000 + second).min(axis=0)
    assert found.times.tolist() == [expected.tolist()]
    assert found.via[0, 0] == 0


@pytest.mark.parametrize("end", [ISLE, ROCK])
def test_a_way_takes_as_long_as_the_table_says(end: LngLat) -> None:
    """Both legs meet at the place of change, and their times add up."""
    travel = bank_and_river()
    piers = [FAR_PIER, NEAR_PIER]
    table = relay_table(travel, [HOUSE], piers, [end], by=BY, change_s=120)
    way = relay_way(travel, HOUSE, piers, end, by=BY, change_s=120)
    assert way is not None
    assert way.time_ds == table.times[0, 0] == way.first.time_ds + 1200 + way.second.time_ds
    assert way.via == table.via[0, 0]
    assert way.first.points[-1] == way.second.points[0] == piers[way.via]
    assert way.length_m == pytest.approx(way.first.length_m + way.second.length_m)
    assert way.first.roads == ("岸路",)


def test_a_closure_sends_the_crew_nowhere() -> None:
    """With the road shut no pier is reached; with one pier's road shut the other is taken."""
    travel = bank_and_river()
    shut = travel.with_closures([Closure(id="flood", road="岸路")])
    assert relay_way(shut, HOUSE, [NEAR_PIER], ISLE, by=BY) is None
    assert relay_table(shut, [HOUSE], [NEAR_PIER], [ISLE], by=BY).via.tolist() == [[-1]]
    assert relay_way(travel, HOUSE, [FAR_PIER], ISLE, by=BY) is not None


def test_of_equal_places_the_first_is_taken() -> None:
    """The same pier twice: index 0."""
    found = relay_table(bank_and_river(), [HOUSE], [NEAR_PIER, NEAR_PIER], [ISLE], by=BY)
    assert found.via.tolist() == [[0]]


def test_a_pier_off_the_map_is_passed_over() -> None:
    """It brings nobody anywhere, and spoils nothing."""
    away = LngLat(107.0, 30.0)
    found = relay_table(bank_and_river(), [HOUSE], [away, NEAR_PIER], [ISLE], by=BY)
    assert found.via.tolist() == [[1]]


@pytest.mark.parametrize(
    ("launches", "change_s", "sentence"),
    [
        ([], 0, "a journey of two legs needs at least one place to change at"),
        ([NEAR_PIER], -1, "a change takes from 0 to 7776000 seconds, got -1"),
        ([NEAR_PIER], 10**9, "a change takes from 0 to 7776000 seconds, got 1000000000"),
    ],
)
def test_what_is_refused(launches: list[LngLat], change_s: int, sentence: str) -> None:
    """No place to change, or a change that takes no time that is meant."""
    with pytest.raises(InputError, match=sentence):
        relay_table(bank_and_river(), [HOUSE], launches, [ISLE], by=BY, change_s=change_s)


def test_an_unknown_vehicle_is_refused() -> None:
    """For either leg."""
    for by in (("raft", "boat"), ("boat", "raft")):
        with pytest.raises(InputError, match="no vehicle profile 'raft'"):
            relay_table(bank_and_river(), [HOUSE], [NEAR_PIER], [ISLE], by=by)


@pytest.mark.parametrize(
    ("first", "change", "second"),
    [((2, 3), (2,), (3, 1)), ((2, 3), (3,), (2, 1)), ((6,), (6,), (6, 1)), ((2, 3), (3,), (3,))],
)
def test_tables_that_do_not_fit_are_refused(
    first: tuple[int, ...], change: tuple[int, ...], second: tuple[int, ...]
) -> None:
    """A kernel would read beyond their end."""
    with pytest.raises(ValueError, match=r"cannot be joined|the second begins at"):
        relay(*(np.zeros(shape, dtype=np.int32) for shape in (first, change, second)))
