"""The one face that the rest of the system asks for times."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from math import ceil
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.closures import apply_closures
from graphs.profiles import arc_times, profile
from graphs.road import Access, RoadGraph
from graphs.snap import usable_nodes
from graphs.travel import Path, TravelTimes
from models.crs import LngLat
from models.errors import InputError
from models.place import distance_m
from models.request import Closure
from models.units import NEVER
from tests import naive
from tests.conftest import ROOT
from tests.factories import CENTRE, Road, grid, random_graph, road_graph

DRIVEN = ["fire_engine", "relief_truck", "motorcycle", "foot"]


def node_of(graph: RoadGraph, node: int) -> LngLat:
    """Give the place of a node."""
    return LngLat(float(graph.lng[node]), float(graph.lat[node]))


def some_places(seed: int, count: int, spread_deg: float = 0.04) -> list[LngLat]:
    """Draw places around the centre."""
    draw = Random(seed)
    spread = spread_deg
    return [
        LngLat(CENTRE.lng + draw.uniform(-spread, spread), CENTRE.lat + draw.uniform(-spread, spread))
        for _ in range(count)
    ]


def walk_ds(rider_id: str, metres: float) -> int:
    """Time between a place and its node, told once more: 250 m by the roadside, the rest on foot."""
    rider = profile(rider_id)
    near, far = min(metres, 250.0), max(metres - 250.0, 0.0)
    return ceil(near * 36 / rider.roadside_kmh - 1e-6) + ceil(far * 36 / rider.approach_kmh - 1e-6)


def twin_table(
    graph: RoadGraph,
    rider_id: str,
    origins: list[LngLat],
    destinations: list[LngLat],
    closures: list[Closure],
) -> list[list[int]]:
    """Give the table the slow way: all nodes tried for each place, one plain search per origin."""
    rider = profile(rider_id)
    nodes = usable_nodes(graph, arc_times(graph, rider)).tolist()
    times = arc_times(graph, rider, apply_closures(graph, closures)).tolist()
    arcs = list(zip(graph.tail.tolist(), graph.head.tolist(), times, strict=True))

    def snap(place: LngLat) -> tuple[int, float]:
        return min((distance_m(place, node_of(graph, v)), v) for v in nodes)[::-1]

    table = []
    for origin in origins:
        start, start_m = snap(origin)
        found = naive.dijkstra(arcs, start).time
        row = []
        for destination in destinations:
            end, end_m = snap(destination)
            if max(start_m, end_m) > 2000 or end not in found:
                row.append(NEVER)
                continue
            total = walk_ds(rider_id, start_m) + found[end] + walk_ds(rider_id, end_m)
            straight = walk_ds(rider_id, distance_m(origin, destination))
            row.append(min(total, straight) if start == end else total)
        table.append(row)
    return table


@pytest.mark.parametrize("rider_id", DRIVEN)
@pytest.mark.parametrize(("rows", "columns"), [(2, 7), (7, 2)])
def test_a_table_is_that_of_the_twin_searched_from_either_side(
    rider_id: str, rows: int, columns: int
) -> None:
    graph = random_graph(rows + len(rider_id))
    closures = [Closure(id="a", road="G246", speed_factor=0.5), Closure(id="b", road="永津公路")]
    origins, destinations = some_places(1, rows), some_places(2, columns)

    table = TravelTimes(graph, closures=closures).table(rider_id, origins, destinations)

    assert table.dtype == np.int32
    np.testing.assert_allclose(table, twin_table(graph, rider_id, origins, destinations, closures), atol=1)


@given(seed=st.integers(0, 200), rider_id=st.sampled_from([*DRIVEN, "helicopter"]), closed=st.booleans())
@settings(deadline=None, max_examples=25)
def test_a_path_takes_exactly_the_time_of_the_table(seed: int, rider_id: str, closed: bool) -> None:
    graph = random_graph(seed, nodes=20, extra=15)
    travel = TravelTimes(graph, closures=[Closure(id="a", road="永津公路")] if closed else [])
    origins, destinations = some_places(seed, 3), some_places(seed + 1, 3)
    table = travel.table(rider_id, origins, destinations)

    for i, origin in enumerate(origins):
        for j, destination in enumerate(destinations):
            path = travel.path(rider_id, origin, destination)
            assert (NEVER if path is None else path.time_ds) == table[i, j]
            if path is not None:
                assert (path.points[0], path.points[-1]) == (origin, destination)
                assert_is_one_line(graph, path)


def assert_is_one_line(graph: RoadGraph, path: Path) -> None:
    """Check that each arc starts where the last one ended, and that the length holds arcs and both ends."""
    for one, two in zip(path.arcs[:-1], path.arcs[1:], strict=True):
        assert graph.head[one] == graph.tail[two]
    if path.arcs.size:
        ends = distance_m(path.points[0], node_of(graph, int(graph.tail[path.arcs[0]]))) + distance_m(
            path.points[-1], node_of(graph, int(graph.head[path.arcs[-1]]))
        )
        assert path.length_m == pytest.approx(graph.length_dm[path.arcs].sum() / 10 + ends, abs=0.1)


def bent() -> RoadGraph:
    """Make three roads in a row: a bend, a nameless piece, and the first road's name again."""
    points = [(105.90, 29.30), (105.91, 29.30), (105.92, 29.30), (105.93, 29.30)]
    return road_graph(
        points,
        [
            Road(tail=0, head=1, name="G246", through=((105.905, 29.301), (105.906, 29.302)), length_m=1100),
            Road(tail=1, head=2, length_m=1000),
            Road(tail=3, head=2, name="五朱路", length_m=1000),
        ],
    )


def test_a_path_tells_arcs_line_length_and_roads() -> None:
    graph = bent()
    origin, destination = node_of(graph, 0), LngLat(105.93, 29.3009)

    path = TravelTimes(graph).path("fire_engine", origin, destination)

    assert path is not None
    assert graph.way[path.arcs].tolist() == [0, 1, 2]
    assert path.roads == ("G246", "五朱路")
    assert [tuple(point) for point in path.points] == [
        origin,
        (105.90, 29.30),
        (105.905, 29.301),
        (105.906, 29.302),
        (105.91, 29.30),
        (105.92, 29.30),
        (105.93, 29.30),
        destination,
    ]
    assert path.length_m == pytest.approx(3100 + 100.1, abs=0.1)
    assert path.time_ds == 880 + 800 + 800 + ceil(100.075 * 36 / 20)


def test_the_line_of_a_road_driven_backwards_is_turned_round() -> None:
    graph = bent()
    path = TravelTimes(graph).path("fire_engine", node_of(graph, 1), node_of(graph, 0))

    assert path is not None
    assert [p.lng for p in path.points] == [105.91, 105.91, 105.906, 105.905, 105.90, 105.90]


def test_two_places_at_one_node_are_joined_by_their_straight_line_if_that_is_quicker() -> None:
    graph = bent()
    here, there = LngLat(105.93, 29.3045), LngLat(105.9301, 29.3045)
    travel = TravelTimes(graph)

    table = travel.table("fire_engine", [here], [here, there])
    path = travel.path("fire_engine", here, there)

    assert table.tolist() == [[0, walk_ds("fire_engine", distance_m(here, there))]]
    assert path is not None
    assert (path.time_ds, path.points, path.arcs.size) == (table[0, 1], (here, there), 0)


def test_a_place_on_the_other_side_of_the_same_node_is_not_nearer_than_straight() -> None:
    graph = bent()
    west, east = LngLat(105.9297, 29.3), LngLat(105.9303, 29.3)

    assert TravelTimes(graph).table("foot", [west], [east])[0, 0] == pytest.approx(
        walk_ds("foot", distance_m(west, east)), abs=1
    )


def test_a_place_off_the_map_is_never_reached_and_the_problem_says_how_far_it_is() -> None:
    graph = bent()
    travel = TravelTimes(graph)
    home, away = node_of(graph, 0), LngLat(105.90, 29.40)

    assert travel.table("fire_engine", [home, away], [home, away]).tolist() == [[0, NEVER], [NEVER, NEVER]]
    assert travel.path("fire_engine", home, away) is None
    assert travel.snap_problem(home, "fire_engine") is None
    assert travel.road_distances_m([home, away]) == pytest.approx([0, 11_119.5], abs=1)
    problem = travel.snap_problem(away, "fire_engine")
    assert isinstance(problem, InputError)
    assert (problem.params["distance_m"], problem.params["limit_m"]) == (11_120, 2000)
    assert str(problem).startswith("the nearest road for profile fire_engine is 11120 m away")


def test_the_snap_limit_is_the_callers() -> None:
    graph = bent()
    home, away = node_of(graph, 0), LngLat(105.90, 29.40)
    assert TravelTimes(graph, snap_limit_m=12_000).table("fire_engine", [home], [away])[0, 0] < NEVER


def test_a_profile_without_any_road_has_a_problem_of_its_own() -> None:
    graph = road_graph([(105.9, 29.3), (105.91, 29.3)], [Road(tail=0, head=1, access=Access.FOOT)])
    travel = TravelTimes(graph)
    home = node_of(graph, 0)

    assert travel.table("relief_truck", [home], [home])[0, 0] == NEVER
    assert "no road of this map" in str(travel.snap_problem(home, "relief_truck"))
    assert travel.road_distances_m([home]) == pytest.approx([0], abs=1)


def test_a_closure_makes_a_place_unreachable_and_does_not_move_it() -> None:
    graph = bent()
    home, end = node_of(graph, 0), node_of(graph, 3)
    travel = TravelTimes(graph, closures=[Closure(id="a", road="五朱路")])

    assert travel.table("fire_engine", [home], [end, node_of(graph, 2)])[0].tolist() == [NEVER, 1680]
    assert travel.snap_problem(end, "fire_engine") is None
    assert travel.path("fire_engine", home, end) is None


def test_other_closures_on_the_same_map_leave_the_first_state_alone() -> None:
    graph = bent()
    home, end = node_of(graph, 0), node_of(graph, 3)
    open_roads = TravelTimes(graph)
    before = open_roads.table("fire_engine", [home], [end])[0, 0]
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    slow = Closure(id="a", road="五朱路", speed_factor=0.5, begin=noon, end=noon + timedelta(hours=1))

    now = open_roads.with_closures([slow], noon)
    later = open_roads.with_closures([slow], noon + timedelta(hours=1))

    assert now.table("fire_engine", [home], [end])[0, 0] == before + 800
    assert later.table("fire_engine", [home], [end])[0, 0] == before
    assert open_roads.table("fire_engine", [home], [end])[0, 0] == before
    assert now.arc_times("fire_engine").max() == 1600


def test_no_places_give_an_empty_table() -> None:
    travel = TravelTimes(bent())
    assert travel.table("fire_engine", [], [CENTRE]).shape == (0, 1)
    assert travel.table("helicopter", [CENTRE], []).shape == (1, 0)


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(InputError, match="no vehicle profile 'tank'"):
        TravelTimes(bent()).table("tank", [CENTRE], [CENTRE])


def test_a_helicopter_flies_straight_over_a_map_it_has_left() -> None:
    origin, far = LngLat(105.9, 29.3), LngLat(105.9, 29.8)
    travel = TravelTimes(bent())

    found = travel.table("helicopter", [origin], [far])[0, 0]

    assert found == 3000 + ceil(distance_m(origin, far) * 36 / 200)
    assert travel.snap_problem(far, "helicopter") is None


def test_a_helicopter_with_landing_points_takes_the_one_that_gets_the_crew_there_soonest() -> None:
    origin, place = LngLat(105.90, 29.30), LngLat(105.95, 29.35)
    near, beside = LngLat(105.952, 29.351), LngLat(105.94, 29.30)
    travel = TravelTimes(bent(), landings=[beside, near])

    path = travel.path("helicopter", origin, place)

    assert path is not None
    assert path.points == (origin, near, place)
    flight, walk = distance_m(origin, near), distance_m(near, place)
    assert path.time_ds == 3000 + ceil(flight * 36 / 200) + ceil(walk * 36 / 4)
    assert path.length_m == pytest.approx(flight + walk, abs=0.1)
    assert travel.table("helicopter", [origin], [place])[0, 0] == path.time_ds


def test_going_by_way_of_a_third_node_is_never_quicker_than_going_straight() -> None:
    graph = random_graph(5)
    nodes = [node_of(graph, v) for v in range(0, graph.nodes, 4)]
    table = TravelTimes(graph).table("motorcycle", nodes, nodes).astype(np.int64)

    assert (table[:, None, :] <= table[:, :, None] + table[None, :, :]).all()


@given(seed=st.integers(0, 100), k=st.integers(1, 9))
@settings(deadline=None, max_examples=20)
def test_the_nearest_are_the_first_of_all_sorted(seed: int, k: int) -> None:
    graph = random_graph(seed, nodes=20, extra=15)
    stations = [*some_places(seed, 5), LngLat(110.0, 29.0), some_places(seed, 1)[0]]
    incidents = [*some_places(seed + 1, 3), LngLat(110.0, 29.0)]
    travel = TravelTimes(graph)
    table = travel.table("fire_engine", stations, incidents).tolist()

    index, time_ds = travel.nearest("fire_engine", stations, incidents, k)

    assert index.shape == time_ds.shape == (4, min(k, 7))
    for j in range(4):
        ranked = sorted((table[i][j], i) for i in range(7))[:k]
        assert time_ds[j].tolist() == [time for time, _ in ranked]
        assert index[j].tolist() == [i if time < NEVER else -1 for time, i in ranked]


def test_no_nearest_place_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="the number of nearest places must be at least 1, got 0"):
        TravelTimes(bent()).nearest("foot", [CENTRE], [CENTRE], 0)


def test_several_threads_get_the_answers_of_one() -> None:
    graph = grid(12)
    origins, destinations = some_places(1, 12, 0.02), some_places(2, 9, 0.02)
    alone = TravelTimes(graph).table("fire_engine", origins, destinations)
    together = TravelTimes(graph)

    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda o: together.table("fire_engine", [o], destinations)[0], origins * 5))

    assert np.array_equal(np.array(rows), np.tile(alone, (5, 1)))


def test_importing_the_face_imports_nothing_heavy_that_a_help_text_does_not_need() -> None:
    code = "import sys, graphs.travel; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    heavy = {"shapely", "scipy.spatial", "scipy.sparse", "networkx", "osmnx", "pandas", "pydantic", "ortools"}
    assert "graphs.travel" in found.stdout.split()
    assert heavy.isdisjoint(found.stdout.split())
