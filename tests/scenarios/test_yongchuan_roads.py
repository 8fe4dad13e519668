"""The embedded road world of Yongchuan: cited facts hold, and it is a sound road network."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from graphs.links import assemble
from graphs.road import NO_LIMIT, Access, Mark, RoadClass, RoadGraph
from models.errors import InputError
from models.place import Colour
from scenarios.areas import within
from scenarios.yongchuan import hazards, roads
from scenarios.yongchuan.corridors import CITED, CITY, MOTORWAYS, YONGLU_LENGTH_KM
from scenarios.yongchuan.frame import length_km, to_degrees, to_km
from scenarios.yongchuan.places import NEIGHBOURS, OUTLINE, RIDGES, SITES, TOWNS
from scenarios.yongchuan.water import LAUNCHES, RIVERS, YANGTZE

GOLDEN_LINKS = "3ebb228927bd4bd3b00b8fc7823e480824acff2a4b31ffacbce7078cda69535f"
"""Digest of what this package draws: a change here is a change of the map."""
GOLDEN_DIGEST = "688c4d8fc492699aa3e3374f82db0586ae68567ee66af439654c2821c7a31aab"
"""Digest of the assembled graph: changes with the map, and with how `assemble` numbers and cuts."""
FIRE_ENGINE = Access.CAR | Access.EMERGENCY
CITED_ROAD_KM = {"三教镇": 16.0, "来苏镇": 18.0, "朱沱镇": 42.0}
TRUCK_KG, TRUCK_CM = 18_000, 255

Weights = NDArray[np.float64]


@pytest.fixture(scope="module")
def graph() -> RoadGraph:
    return assemble(roads.links(1))


@pytest.fixture(scope="module", params=[1, 7])
def any_graph(request: pytest.FixtureRequest) -> RoadGraph:
    return assemble(roads.links(request.param))


def matrix(graph: RoadGraph, cost: Weights, open_: NDArray[np.bool_]) -> csr_array:
    """Cheapest arc between each two nodes, over the arcs that are open."""
    order = np.flatnonzero(open_)[np.lexsort((cost[open_], graph.head[open_], graph.tail[open_]))]
    keys = graph.tail[order].astype(np.int64) * graph.nodes + graph.head[order]
    order = order[np.unique(keys, return_index=True)[1]]
    rows, columns = graph.tail[order], graph.head[order]
    return coo_array((cost[order], (rows, columns)), shape=(graph.nodes, graph.nodes)).tocsr()


def allows(graph: RoadGraph, access: Access) -> NDArray[np.bool_]:
    return np.asarray((graph.access & int(access)) != 0)


def nodes_of(graph: RoadGraph, points: list[tuple[float, float]], open_: NDArray[np.bool_]) -> list[int]:
    usable = np.unique(np.concatenate([graph.tail[open_], graph.head[open_]]))
    tree = cKDTree(to_km(np.column_stack([graph.lng[usable], graph.lat[usable]])))
    gap, index = tree.query(to_km(points))
    assert gap.max() < 1.0
    return [int(usable[i]) for i in index]


def town_nodes(graph: RoadGraph) -> list[int]:
    driven = allows(graph, FIRE_ENGINE) & (graph.road_class >= RoadClass.TRUNK)
    return nodes_of(graph, [town.position.wgs84 for town in TOWNS], driven)


def named(graph: RoadGraph, name: str) -> NDArray[np.bool_]:
    return np.asarray(graph.name == graph.names.index(name))


def in_district(graph: RoadGraph) -> NDArray[np.bool_]:
    """Whether the middle of an arc's chord lies in the district."""
    lng = (graph.lng[graph.tail] + graph.lng[graph.head]) / 2
    lat = (graph.lat[graph.tail] + graph.lat[graph.head]) / 2
    return within(to_km(np.column_stack([lng, lat])), to_km(OUTLINE.points))


def test_the_drawing_is_the_golden_one() -> None:
    assert sha256(repr(roads.links(1).links).encode()).hexdigest() == GOLDEN_LINKS


def test_the_map_is_the_golden_one(graph: RoadGraph) -> None:
    assert graph.digest == GOLDEN_DIGEST


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_another_process_with_another_hash_seed_draws_the_same_map(graph: RoadGraph, hash_seed: str) -> None:
    code = (
        "from graphs.links import assemble; from scenarios.yongchuan import roads;"
        "print(assemble(roads.links(1)).digest)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == graph.digest


def test_another_seed_draws_another_map_of_about_the_same_size(graph: RoadGraph) -> None:
    other = assemble(roads.links(2))
    assert other.digest != graph.digest
    assert 0.9 < other.nodes / graph.nodes < 1.1


def test_a_seed_out_of_range_is_refused() -> None:
    with pytest.raises(InputError, match="seed must be from 0 to 2147483647, got -1"):
        roads.links(-1)


def test_it_has_the_size_of_a_district(any_graph: RoadGraph) -> None:
    assert 9_000 <= any_graph.nodes <= 13_000
    assert any_graph.arcs > 2 * any_graph.nodes


def test_nothing_is_dropped_for_want_of_a_way_back(any_graph: RoadGraph) -> None:
    assert any_graph.report.dropped_nodes == 0
    assert any_graph.report.dropped_arcs == 0


def test_driven_roads_alone_are_strongly_connected(any_graph: RoadGraph) -> None:
    driven = allows(any_graph, FIRE_ENGINE)
    ends = np.union1d(any_graph.tail[driven], any_graph.head[driven])
    web = matrix(any_graph, any_graph.length_dm.astype(np.float64), driven)
    _, part = connected_components(web, connection="strong")
    assert len(set(part[ends].tolist())) == 1


def test_every_road_has_a_sensible_class_speed_and_mostly_a_short_arc(graph: RoadGraph) -> None:
    assert set(graph.road_class.tolist()) >= {
        RoadClass.MOTORWAY, RoadClass.MOTORWAY_LINK, RoadClass.TRUNK, RoadClass.PRIMARY, RoadClass.SECONDARY,
        RoadClass.TERTIARY, RoadClass.UNCLASSIFIED, RoadClass.RESIDENTIAL, RoadClass.TRACK, RoadClass.WATER,
    }  # fmt: skip
    assert graph.length_dm.max() <= 5_000
    assert np.median(graph.length_dm) > 1_000


def test_rank_grows_rarer_upwards(graph: RoadGraph) -> None:
    km = {
        each: graph.length_dm[(graph.road_class == each) & in_district(graph)].sum() / 2e4
        for each in RoadClass
    }
    between = km[RoadClass.PRIMARY] + km[RoadClass.SECONDARY]
    assert km[RoadClass.UNCLASSIFIED] > km[RoadClass.TERTIARY] > km[RoadClass.SECONDARY] > km[RoadClass.TRUNK]
    assert km[RoadClass.UNCLASSIFIED] > between > km[RoadClass.TRUNK]


def test_cited_road_distances_hold_within_a_tenth(any_graph: RoadGraph) -> None:
    """三教 16 km [G11], 来苏 18 km [G10] and 朱沱 42 km [G12] from 中山路, shortest and fastest way alike."""
    driven = allows(any_graph, FIRE_ENGINE)
    km = any_graph.length_dm / 1e4
    at = town_nodes(any_graph)
    shortest = dijkstra(matrix(any_graph, km, driven), indices=at[0])
    fast = matrix(any_graph, km / any_graph.speed_kmh, driven)
    _, before = dijkstra(fast, indices=at[0], return_predecessors=True)
    lengths = matrix(any_graph, km, driven)
    for town, node in zip(TOWNS, at, strict=True):
        cited = CITED_ROAD_KM.get(town.name.zh)
        if cited is None:
            continue
        driven_km, here = 0.0, node
        while before[here] >= 0:
            driven_km += lengths[before[here], here]
            here = int(before[here])
        assert shortest[node] == pytest.approx(cited, rel=0.10), town.name.zh
        assert driven_km == pytest.approx(cited, rel=0.10), town.name.zh


def test_detours_to_all_towns_are_those_of_a_hilly_district(any_graph: RoadGraph) -> None:
    driven = allows(any_graph, FIRE_ENGINE)
    at = town_nodes(any_graph)
    road = dijkstra(matrix(any_graph, any_graph.length_dm / 1e4, driven), indices=at[0])[at[1:]]
    towns = to_km([town.position.wgs84 for town in TOWNS])
    detour = road / np.hypot(*(towns[1:] - towns[0]).T)
    assert detour.min() >= 1.045  # 1.05 to two digits
    assert detour.max() <= 1.6


def test_every_cited_road_is_on_the_map(graph: RoadGraph) -> None:
    assert set(CITED) <= set(graph.names)


def test_motorways_meet_ordinary_roads_by_ramps_alone(any_graph: RoadGraph) -> None:
    motorway = any_graph.road_class == RoadClass.MOTORWAY
    ends = np.union1d(any_graph.tail[motorway], any_graph.head[motorway])
    touching = np.isin(any_graph.tail, ends) | np.isin(any_graph.head, ends)
    assert set(any_graph.road_class[touching].tolist()) == {RoadClass.MOTORWAY, RoadClass.MOTORWAY_LINK}


def test_motorways_are_one_way(graph: RoadGraph) -> None:
    motorway = graph.road_class <= RoadClass.MOTORWAY_LINK
    pairs = set(zip(graph.tail[motorway].tolist(), graph.head[motorway].tolist(), strict=True))
    on_motorway = graph.road_class == RoadClass.MOTORWAY
    back = zip(graph.head[on_motorway].tolist(), graph.tail[on_motorway].tolist(), strict=True)
    assert not pairs & set(back)
    assert motorway.sum() > 1_000
    assert not np.any(graph.access[motorway] & int(Access.FOOT | Access.MOTORCYCLE))


def test_every_interchange_lets_traffic_on_and_off_both_ways(graph: RoadGraph) -> None:
    """At each toll gate two ramps come in and two go out."""
    for motorway in MOTORWAYS:
        for name, _ in motorway.interchanges:
            road = named(graph, f"{name}互通连接线")
            ends = np.union1d(graph.tail[road], graph.head[road])
            ramp = graph.road_class == RoadClass.MOTORWAY_LINK
            assert int((ramp & np.isin(graph.head, ends)).sum()) == 2, name
            assert int((ramp & np.isin(graph.tail, ends)).sum()) == 2, name


def test_the_yonglu_expressway_has_its_cited_length_in_the_district(graph: RoadGraph) -> None:
    mine = named(graph, "永泸高速") & in_district(graph)
    assert graph.length_dm[mine].sum() / 2e4 == pytest.approx(YONGLU_LENGTH_KM, rel=0.02)
    assert set(graph.speed_kmh[mine].tolist()) == {100.0}
    assert np.all(graph.marks[mine] & int(Mark.SPEED_POSTED))


def test_the_g93_is_posted_at_80(graph: RoadGraph) -> None:
    assert set(graph.speed_kmh[named(graph, "成渝环线高速 G93")].tolist()) == {80.0}


def test_the_yangtze_is_crossed_by_two_motorway_bridges_alone(any_graph: RoadGraph) -> None:
    for name in ("永川长江大桥", "朱沱长江大桥（示意）"):
        bridge = named(any_graph, name)
        assert any_graph.length_dm[bridge].sum() / 2e4 > 0.8
        assert np.all(any_graph.marks[bridge] & int(Mark.RIVER_CROSSING))
        assert np.all(any_graph.marks[bridge] & int(Mark.BRIDGE))
    tail = to_km(np.column_stack([any_graph.lng, any_graph.lat]))
    ordinary = (any_graph.road_class >= RoadClass.TRUNK) & (any_graph.road_class < RoadClass.FERRY)
    middle = (tail[any_graph.tail] + tail[any_graph.head])[ordinary] / 2
    stream = cKDTree(to_km(YANGTZE.line)).query(middle)[0]
    assert stream.min() > 0.2


def test_the_yangtze_runs_about_its_cited_length_through_the_district() -> None:
    """17.6 km [G26], from the south-western corner of the outline to the eastern one."""
    line = to_km(YANGTZE.line)
    corners = to_km([(105.8030, 28.9386), (105.9155, 29.0575)])
    first, last = (int(np.hypot(*(line - corner).T).argmin()) for corner in corners)
    assert length_km(line[first : last + 1]) == pytest.approx(17.6, rel=0.05)


def test_boats_reach_the_roads_at_the_launches_alone(graph: RoadGraph) -> None:
    water = graph.road_class == RoadClass.WATER
    assert set(graph.access[water].tolist()) == {int(Access.BOAT)}
    wet = np.union1d(graph.tail[water], graph.head[water])
    dry = np.union1d(graph.tail[~water], graph.head[~water])
    shared = np.intersect1d(wet, dry)
    places = {(round(graph.lng[v], 6), round(graph.lat[v], 6)) for v in shared.tolist()}
    assert places == {(round(lng, 6), round(lat, 6)) for _, (lng, lat) in LAUNCHES}


def lines_of(graph: RoadGraph, arcs: NDArray[np.intp]) -> list[shapely.LineString]:
    """Arcs as drawn, in km."""
    lines = []
    for e in arcs.tolist():
        own = slice(graph.shape_first[e], graph.shape_first[e + 1])
        lng = [graph.lng[graph.tail[e]], *graph.shape_lng[own], graph.lng[graph.head[e]]]
        lat = [graph.lat[graph.tail[e]], *graph.shape_lat[own], graph.lat[graph.head[e]]]
        lines.append(shapely.LineString(to_km(list(zip(lng, lat, strict=True)))))
    return lines


def marked(graph: RoadGraph, mark: Mark) -> NDArray[np.bool_]:
    return np.asarray((graph.marks & int(mark)) != 0)


def test_whatever_road_crosses_a_river_is_marked_as_a_river_bridge(any_graph: RoadGraph) -> None:
    dry = np.flatnonzero(any_graph.road_class < RoadClass.FERRY)
    tree = shapely.STRtree(lines_of(any_graph, dry))
    rivers = [shapely.LineString(to_km(river.line)) for river in RIVERS]
    crossing = dry[tree.query(rivers, predicate="crosses")[1]]
    assert len(crossing) > 100
    assert np.all(marked(any_graph, Mark.BRIDGE)[crossing])
    assert np.all(marked(any_graph, Mark.RIVER_CROSSING)[crossing])


def test_ordinary_roads_cross_motorways_in_the_open_by_bridges(any_graph: RoadGraph) -> None:
    ordinary = np.flatnonzero(
        (any_graph.road_class >= RoadClass.TRUNK) & (any_graph.road_class < RoadClass.FERRY)
    )
    open_air = (any_graph.road_class == RoadClass.MOTORWAY) & ~marked(any_graph, Mark.TUNNEL)
    tree = shapely.STRtree(lines_of(any_graph, ordinary))
    crossing = ordinary[tree.query(lines_of(any_graph, np.flatnonzero(open_air)), predicate="crosses")[1]]
    assert len(crossing) > 100
    assert np.all(marked(any_graph, Mark.BRIDGE)[crossing])


def test_twenty_five_weak_bridges_bar_some_trucks(any_graph: RoadGraph) -> None:
    weak = (any_graph.marks & int(Mark.WEAK_BRIDGE)) != 0
    assert len(np.unique(any_graph.way[weak])) == 25
    assert np.all(any_graph.marks[weak] & int(Mark.BRIDGE))
    assert any_graph.max_weight_kg[weak].min() >= 8_000
    assert any_graph.max_weight_kg[weak].max() <= 20_000
    assert np.any(any_graph.max_weight_kg[weak] < 15_000)
    assert np.all(any_graph.max_weight_kg[~weak] == NO_LIMIT)


def test_no_town_is_cut_off_for_heavy_trucks(any_graph: RoadGraph) -> None:
    wide = any_graph.max_width_cm >= TRUCK_CM
    open_ = allows(any_graph, Access.TRUCK) & (any_graph.max_weight_kg >= TRUCK_KG) & wide
    km = dijkstra(matrix(any_graph, any_graph.length_dm / 1e4, open_), indices=town_nodes(any_graph))
    assert np.isfinite(km[:, town_nodes(any_graph)]).all()


def test_neighbours_seats_are_reached_through_their_gates(graph: RoadGraph) -> None:
    """Mutual aid drives in over the boundary by ordinary roads too, not by motorways alone."""
    plain = allows(graph, Access.TRUCK) & (graph.road_class > RoadClass.MOTORWAY_LINK)
    web = matrix(graph, graph.length_dm / 1e4, plain)
    seats = nodes_of(graph, [each.seat for each in NEIGHBOURS], plain)
    gates = nodes_of(graph, [each.gate for each in NEIGHBOURS], plain)
    far = dijkstra(web, indices=town_nodes(graph)[0])
    by_gate = dijkstra(web, indices=gates)
    for i, each in enumerate(NEIGHBOURS):
        at = to_km([(graph.lng[gates[i]], graph.lat[gates[i]])])[0]
        assert np.hypot(*(at - to_km([each.gate])[0])) < 0.001
        assert np.isfinite(far[seats[i]])
        assert far[seats[i]] > far[gates[i]]
        assert by_gate[i, seats[i]] > 0


def test_gates_stand_on_the_outline() -> None:
    ring = np.array([*OUTLINE.points, OUTLINE.points[0]])
    edge = np.vstack([ring[:-1] + (ring[1:] - ring[:-1]) * t for t in np.linspace(0, 1, 200)])
    gap = cKDTree(to_km(edge)).query(to_km([each.gate for each in NEIGHBOURS]))[0]
    assert gap.max() < 0.3


def test_forest_roads_are_narrow_tracks_on_the_ridges(graph: RoadGraph) -> None:
    narrow = graph.max_width_cm != NO_LIMIT
    assert np.all(graph.road_class[narrow] == RoadClass.TRACK)
    spines = cKDTree(np.vstack([np.linspace(a, b, 50) for ridge in RIDGES for a, b in _steps(ridge.spine)]))
    gap = spines.query(to_km(np.column_stack([graph.lng, graph.lat]))[graph.tail[narrow]])[0]
    assert np.quantile(gap, 0.95) < 2.5
    assert {"箕山林道", "黄瓜山林道", "云雾山林道", "巴岳山林道"} <= set(graph.names)


def _steps(spine: tuple[tuple[float, float], ...]) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    line = to_km(spine)
    return list(pairwise(line))


def test_the_city_has_a_street_grid_over_its_cited_area(graph: RoadGraph) -> None:
    ring = to_km(CITY)
    x, y = ring.T
    area_km2 = abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
    assert area_km2 == pytest.approx(68.0, rel=0.05)
    held = within(to_km(np.column_stack([graph.lng, graph.lat])), ring)
    assert held.sum() > 1_000


def test_towns_carry_cited_totals_and_a_basis() -> None:
    assert len({town.code for town in TOWNS}) == 23
    assert sum(town.population for town in TOWNS) == 1_148_896
    assert all(town.basis for town in TOWNS)
    assert {town.code[:6] for town in TOWNS} == {"500118"}


def test_towns_equal_the_table_they_were_taken_from(shared: Path) -> None:
    rows = (shared / "yongchuan" / "towns.csv").read_text(encoding="utf-8").splitlines()[1:]
    lines = {row.split(",")[0]: row for row in rows}
    for town in TOWNS:
        row = lines[town.code].replace(
            '"Songji Town (溉 is read jì locally; GeoNames ""Songgai"")"', "Songji Town"
        )
        cells = row.split(",")
        assert cells[1] == town.name.zh
        assert float(cells[3]) == town.position.lng
        assert float(cells[4]) == town.position.lat
        assert str(town.population) in cells


def test_every_site_has_its_own_id_a_known_kind_a_basis_and_a_road_near(graph: RoadGraph) -> None:
    kinds = {
        "landing",
        "launch",
        "base",
        "industry",
        "hospital",
        "station",
        "forest",
        "reservoir",
        "gate",
        "seat",
    }
    assert len({site.id for site in SITES}) == len(SITES)
    assert {site.kind for site in SITES} == kinds
    assert all(site.basis for site in SITES)
    points = [site.position.wgs84 for site in SITES]
    assert len(nodes_of(graph, list(points), allows(graph, FIRE_ENGINE))) == len(SITES)


def test_hazard_points_lie_on_roads_of_the_map(graph: RoadGraph) -> None:
    points = hazards.points(1)
    assert len(points) == 425
    assert len({point.id for point in points}) == 425
    assert sum(point.kind == "weak_bridge" for point in points) == 25
    assert {point.colour for point in points} == set(Colour)
    drawn = np.concatenate(
        [np.column_stack([graph.lng, graph.lat]), np.column_stack([graph.shape_lng, graph.shape_lat])]
    )
    gap = cKDTree(to_km(drawn)).query(to_km([point.position.wgs84 for point in points]))[0]
    assert gap.max() < 0.001
    assert all(point.road and point.basis for point in points)


def test_weak_bridge_points_carry_the_limit_of_their_arc(graph: RoadGraph) -> None:
    weak = np.flatnonzero(graph.marks & int(Mark.WEAK_BRIDGE))
    xy = to_km(np.column_stack([graph.lng, graph.lat]))
    middle = (xy[graph.tail[weak]] + xy[graph.head[weak]]) / 2
    for point in hazards.points(1):
        if point.kind == "weak_bridge":
            at = to_km([point.position.wgs84])[0]
            gap = np.hypot(*(middle - at).T)
            assert gap.min() < 0.2
            assert point.max_weight_kg == graph.max_weight_kg[weak[gap.argmin()]]


def test_hazards_are_highest_where_they_come_from() -> None:
    jishan = RIDGES[0].spine[2]
    on_ridge = hazards.levels([jishan])
    by_river = hazards.levels([YANGTZE.line[len(YANGTZE.line) // 2]])
    assert (on_ridge["forest_fire"][0], on_ridge["geological"][0], on_ridge["flood"][0]) == (4, 0, 0)
    assert (by_river["flood"][0], by_river["forest_fire"][0]) == (4, 0)
    slope = to_degrees(np.add(to_km([jishan]), [1.0, -1.0]))
    assert hazards.levels(slope)["geological"][0] >= 3
