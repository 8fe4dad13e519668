"""What is shut or slow."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from graphs.closures import apply_closures
from graphs.road import NO_LIMIT, Access, Mark, RoadClass, RoadGraph
from models.crs import Crs, LngLat
from models.errors import InputError
from models.place import Outline, Position, distance_m
from models.request import Closure
from tests.factories import Road, random_graph, road_graph

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def street() -> RoadGraph:
    """Make four two-way roads in a row, 970 m each, and a ferry; the last road bends north."""
    points = [(105.9 + 0.01 * i, 29.3) for i in range(6)]
    return road_graph(
        points,
        [
            Road(tail=0, head=1, name="永津公路"),
            Road(tail=1, head=2, name="永津公路;G246"),
            Road(tail=2, head=3, name="五朱路 / g246"),
            Road(tail=3, head=4, name="X101", through=((105.935, 29.32),)),
            Road(
                tail=4, head=5, name="松溉渡口", road_class=RoadClass.FERRY, access=Access.CAR | Access.BOAT
            ),
        ],
    )


def ways(graph: RoadGraph, closure: Closure) -> list[int]:
    """Give the roads (by number) that a closure touches in both directions."""
    arcs = apply_closures(graph, [closure]).arcs_by_closure[closure.id]
    found = graph.way[arcs].tolist()
    assert sorted(found) == sorted(2 * list(set(found)))
    return sorted(set(found))


def circle(lng: float, lat: float, radius_m: float) -> Closure:
    return Closure(id="c", centre=Position(lng=lng, lat=lat, crs=Crs.WGS84), radius_m=radius_m)


def outline(*points: tuple[float, float]) -> Closure:
    return Closure(id="o", outline=Outline(points=points, crs=Crs.WGS84))


def bridged() -> RoadGraph:
    """The same street; roads 1 and 3 stand on bridges."""
    graph = street()
    marks = np.where(np.isin(graph.way, [1, 3]), Mark.BRIDGE | Mark.RIVER_CROSSING, 0).astype(np.uint8)
    return replace(graph, marks=marks)


@pytest.mark.parametrize(("bridge", "expected"), [("永津公路", [1]), ("g246", [1]), (" X101", [3])])
def test_a_bridge_is_that_part_of_a_road_that_stands_on_one(bridge: str, expected: list[int]) -> None:
    assert ways(bridged(), Closure(id="b", bridge=bridge)) == expected


@pytest.mark.parametrize(
    ("bridge", "sentence"),
    [
        ("五朱路", "closure b: no bridge belongs to a road called '五朱路'; give a name or number as it"),
        ("X1O1", "closure b: no bridge belongs to a road called 'X1O1'; did you mean X101?"),
        ("永津路", "closure b: no bridge belongs to a road called '永津路'; did you mean 永津公路"),
    ],
)
def test_a_road_without_a_bridge_is_refused_with_near_ones_that_have_one(bridge: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        apply_closures(bridged(), [Closure(id="b", bridge=bridge)])
    assert str(caught.value).startswith(sentence)


def test_ways_are_found_by_the_numbers_of_the_source_in_both_directions() -> None:
    assert ways(street(), Closure(id="w", ways=(3, 0, 3))) == [0, 3]
    with pytest.raises(InputError, match="closure w: this map has no way 17; give ids as the source"):
        apply_closures(street(), [Closure(id="w", ways=(3, 17))])


def test_the_least_weight_limit_holds_and_factors_multiply_beside_it() -> None:
    graph = street()
    closures = [
        Closure(id="a", road="永津公路", max_weight_kg=10_000),
        Closure(id="b", road="G246", max_weight_kg=3_000, speed_factor=0.5),
        Closure(id="c", ways=(1,), speed_factor=0.5),
    ]
    effect = apply_closures(graph, closures)

    one = [int(np.flatnonzero(graph.way == way)[0]) for way in range(5)]
    assert effect.max_weight_kg[one].tolist() == [10_000, 3_000, 3_000, NO_LIMIT, NO_LIMIT]
    assert effect.factor[one].tolist() == [1.0, 0.25, 0.5, 1.0, 1.0]
    assert effect.max_weight_kg.dtype == np.int32


def test_effects_that_do_the_same_have_one_key_and_open_roads_have_none() -> None:
    graph = street()
    by_name = apply_closures(graph, [Closure(id="a", road="X101")])
    by_way = apply_closures(graph, [Closure(id="b", ways=(3,))])
    limited = apply_closures(graph, [Closure(id="c", ways=(3,), max_weight_kg=9_000)])
    over = apply_closures(graph, [Closure(id="a", road="X101", end=NOON)], NOON)

    assert by_name.key() == by_way.key()
    assert len({by_name.key(), limited.key(), b""}) == 3
    assert over.key() == apply_closures(graph, []).key() == b""


@pytest.mark.parametrize(
    ("road", "expected"),
    [
        ("永津公路", [0, 1]),
        ("G246", [1, 2]),
        ("g246", [1, 2]),
        (" x101 ", [3]),
        ("永津公路;G246", [1]),
        ("松溉渡口", [4]),
    ],
)
def test_a_road_is_found_by_name_or_number_also_among_several(road: str, expected: list[int]) -> None:
    assert ways(street(), Closure(id="r", road=road)) == expected


def test_an_unknown_road_is_refused_with_names_that_are_near() -> None:
    with pytest.raises(InputError, match=r"closure r: no road is called 'G264'; did you mean [Gg]246"):
        apply_closures(street(), [Closure(id="r", road="G264")])


def test_an_unknown_road_that_is_like_no_other_is_refused_too() -> None:
    with pytest.raises(InputError, match="closure r: no road is called 'Broadway'; give a name or number"):
        apply_closures(street(), [Closure(id="r", road="Broadway")])


def test_a_circle_takes_the_roads_whose_line_comes_within_its_radius() -> None:
    # 500 m north of the middle of the second road; 0.005 degrees of longitude are 485 m
    middle = (105.915, 29.3 + 500 / 111_195)
    assert ways(street(), circle(*middle, 501)) == [1]
    assert ways(street(), circle(*middle, 700)) == [0, 1, 2]


def test_a_circle_measures_true_metres() -> None:
    graph = random_graph(11, nodes=12, extra=10)
    centre = LngLat(105.9, 29.35)
    arcs = apply_closures(graph, [circle(*centre, 1500.0)]).arcs_by_closure["c"].tolist()

    for arc in range(graph.arcs):
        tail, head = int(graph.tail[arc]), int(graph.head[arc])
        share = np.linspace(0, 1, 2001)
        line = [
            LngLat(
                float(graph.lng[tail] + s * (graph.lng[head] - graph.lng[tail])),
                float(graph.lat[tail] + s * (graph.lat[head] - graph.lat[tail])),
            )
            for s in share
        ]
        nearest = min(distance_m(centre, point) for point in line)
        if abs(nearest - 1500) > 5:
            assert (arc in arcs) == (nearest < 1500)


def test_a_circle_that_reaches_no_road_is_refused_with_the_distance() -> None:
    with pytest.raises(
        InputError, match=r"closure c: no road within 100.0 m of its centre; the nearest is 500 m"
    ):
        apply_closures(street(), [circle(105.915, 29.3 + 500 / 111_195, 100.0)])


def test_an_outline_takes_the_roads_that_cross_it_by_their_true_line() -> None:
    around_the_bend = outline((105.934, 29.318), (105.936, 29.318), (105.936, 29.322), (105.934, 29.322))
    below_the_bend = outline((105.934, 29.299), (105.936, 29.299), (105.936, 29.305), (105.934, 29.305))

    assert ways(street(), around_the_bend) == [3]
    with pytest.raises(InputError, match="closure o: its outline touches no road"):
        apply_closures(street(), [below_the_bend])


def test_an_outline_far_from_any_road_is_refused() -> None:
    with pytest.raises(InputError, match="closure o: its outline touches no road; check the order longitude"):
        apply_closures(street(), [outline((29.3, 89.0), (29.4, 89.0), (29.4, 89.5))])


def test_a_circle_on_a_map_of_water_alone_is_refused() -> None:
    water = Road(tail=0, head=1, road_class=RoadClass.WATER, access=Access.BOAT)
    graph = road_graph([(105.9, 29.3), (105.91, 29.3)], [water])

    with pytest.raises(InputError, match="closure c: this map has no road on land"):
        apply_closures(graph, [circle(105.9, 29.3, 100.0)])


def test_an_outline_whose_last_point_repeats_the_first_is_the_same_outline() -> None:
    ring = ((105.912, 29.29), (105.918, 29.29), (105.918, 29.31), (105.912, 29.31))
    assert ways(street(), outline(*ring, ring[0])) == ways(street(), outline(*ring)) == [1]


def test_an_outline_that_crosses_itself_is_refused() -> None:
    with pytest.raises(InputError, match="closure o: its outline crosses itself"):
        apply_closures(street(), [outline((105.9, 29.29), (105.92, 29.31), (105.92, 29.29), (105.9, 29.31))])


def test_ferries_and_boats_keep_going_in_an_area_unless_they_are_named() -> None:
    around = ((105.90, 29.28), (105.96, 29.28), (105.96, 29.33), (105.90, 29.33))
    assert ways(street(), outline(*around)) == [0, 1, 2, 3]
    assert ways(street(), circle(105.945, 29.3, 700.0)) == [3]
    assert ways(street(), Closure(id="r", road="松溉渡口")) == [4]


def test_factors_multiply_where_closures_overlap_and_shut_stays_shut() -> None:
    graph = street()
    closures = [
        Closure(id="a", road="永津公路", speed_factor=0.5),
        Closure(id="b", road="G246", speed_factor=0.5),
        Closure(id="c", road="五朱路"),
    ]

    effect = apply_closures(graph, closures)

    factor = {int(w): float(effect.factor[graph.way == w][0]) for w in range(5)}
    assert factor == {0: 0.5, 1: 0.25, 2: 0.0, 3: 1.0, 4: 1.0}
    assert effect.factor.dtype == np.float32
    assert list(effect.arcs_by_closure) == ["a", "b", "c"]


def test_a_closure_that_is_not_in_force_does_nothing_but_is_still_checked() -> None:
    begin, end = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    effect = apply_closures(street(), [Closure(id="a", road="X101", begin=begin, end=end)], NOON)

    assert effect.factor.min() == 1.0
    assert effect.in_force == ()
    assert effect.arcs_by_closure["a"].size == 2
    with pytest.raises(InputError, match="no road is called"):
        apply_closures(street(), [Closure(id="a", road="Broadway", begin=begin, end=end)], NOON)


def test_a_closure_in_force_at_the_moment_counts_and_without_a_moment_all_do() -> None:
    closure = Closure(id="a", road="X101", begin=NOON, end=NOON + timedelta(hours=2))

    assert apply_closures(street(), [closure], NOON).in_force == ("a",)
    assert apply_closures(street(), [closure], NOON + timedelta(hours=2)).in_force == ()
    assert apply_closures(street(), [closure]).in_force == ("a",)


def test_a_moment_without_an_offset_is_refused() -> None:
    with pytest.raises(InputError, match="needs a UTC offset"):
        apply_closures(street(), [], NOON.replace(tzinfo=None))
