"""Real roads end to end: build by the command line, plan, and times that networkx finds too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

from dispatch.answer import answer
from graphs.export import to_networkx
from graphs.files import read_graph
from graphs.profiles import arc_times, profile
from graphs.road import RoadGraph
from graphs.search import Metric, SearchGraph
from graphs.travel import TravelTimes
from models.codec import read_json
from models.request import Closure, Request
from models.units import NEVER
from scenarios.files import read_world
from scenarios.world import World
from tests.dispatch.shell import invoke, one_incident

SEED = 20260701
RIDERS = ("fire_engine", "motorcycle", "relief_truck", "foot")


def built(folder: Path, extract: Path, force: str) -> Path:
    """Build a world of an OSM extract with a made-up force."""
    out = folder / "world"
    result = invoke("world", "build", "--out", out, "--osm", extract, "--synthetic-force", force)
    assert result.exit_code == 0, result.output
    return out


@pytest.fixture(scope="module")
def liechtenstein(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    extract = shared / "osm" / "liechtenstein.osm.pbf"
    return built(tmp_path_factory.mktemp("liechtenstein"), extract, "1+3+7+20+5")


@pytest.fixture(scope="module")
def porto(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    extract = shared / "osm" / "porto.osm.pbf"
    return built(tmp_path_factory.mktemp("porto"), extract, "1+7+12+60+10")


@pytest.fixture(scope="module")
def porto_roads(porto: Path) -> RoadGraph:
    return read_graph(porto / "roads.npz")


def question(world: World) -> dict[str, Any]:
    """A fire and a flood at the first two towns of a world, with what the doctrine wants for them."""
    request = one_incident()
    events = []
    for number, (kind, town) in enumerate(zip(("flood", "forest_fire"), world.district.towns, strict=False)):
        place = town.position
        events.append(
            {
                **request["incidents"][0],
                "id": f"event-{number}",
                "type": kind,
                "position": {"lng": place.lng, "lat": place.lat, "crs": place.crs.value},
                "force_needs": None,
                "supply_needs": None,
            }
        )
    return {**request, "incidents": events, "time_limit_s": 60.0}


def planned(folder: Path) -> None:
    """A plan by the command line: checked, with ways that follow the roads."""
    world = read_world(folder)
    result = invoke("plan", "-", "--world", folder, "--json", text=json.dumps(question(world)))
    assert result.exit_code == 0, result.output
    plan = json.loads(result.stdout)
    assert plan["check"] == {"ok": True, "faults": []}
    assert {each["incident"] for each in plan["assignments"]} == {"event-0", "event-1"}
    assert plan["shipments"]
    driven = [each["route"] for each in plan["assignments"] if each["route"]["profile"] == "light_rescue"]
    assert any(len(route["points"]) > 10 and route["roads"] for route in driven)


def test_a_plan_in_liechtenstein(liechtenstein: Path) -> None:
    """A country of 6,850 nodes."""
    planned(liechtenstein)


@pytest.mark.slow
def test_a_plan_in_porto(porto: Path) -> None:
    """A city of 74,000 nodes."""
    planned(porto)


def test_the_same_plan_after_a_closure_is_lifted(liechtenstein: Path) -> None:
    """A closure that has ended leaves the plan as it was; one in force touches it."""
    world = read_world(liechtenstein)
    request = read_json(Request, json.dumps(question(world)), "test")
    plain = answer(world, request)
    road = next(name for each in plain.assignments for name in each.route.roads)
    documents = json.loads(json.dumps(question(world)))
    ended = {**documents, "closures": [{"id": "over", "road": road, "end": "2026-07-01T13:00:00+08:00"}]}
    after = answer(world, read_json(Request, json.dumps(ended), "test"))
    assert after.assignments == plain.assignments
    shut = {**documents, "closures": [{"id": "now", "road": road}]}
    cut = answer(world, read_json(Request, json.dumps(shut), "test"))
    assert not [each for each in cut.assignments if road in each.route.roads]
    assert cut.check is not None
    assert cut.check.ok


def compare(graph: RoadGraph, rider: str, *, sources: int, targets: int) -> int:
    """Compare random node-to-node times with networkx's Dijkstra; gives how many pairs have a way."""
    draw = np.random.default_rng(SEED)
    froms = draw.choice(graph.nodes, sources, replace=False).astype(np.int32)
    tos = draw.choice(graph.nodes, targets, replace=False).astype(np.int32)
    ours = Metric(SearchGraph(graph), arc_times(graph, profile(rider))).table(froms, tos)
    exported = to_networkx(graph, rider)
    for row, start in enumerate(froms.tolist()):
        theirs = nx.single_source_dijkstra_path_length(exported, start, weight="time_ds")
        assert ours[row].tolist() == [theirs.get(goal, NEVER) for goal in tos.tolist()]
    return int((ours < NEVER).sum())


@pytest.mark.parametrize("rider", RIDERS)
def test_times_in_liechtenstein_equal_networkx(liechtenstein: Path, rider: str) -> None:
    """200 random pairs for each vehicle, to the decisecond."""
    graph = read_graph(liechtenstein / "roads.npz")
    assert compare(graph, rider, sources=10, targets=20) > 50  # trucks may not use every lane


@pytest.mark.slow
def test_times_in_porto_equal_networkx(porto_roads: RoadGraph) -> None:
    """200 random pairs, to the decisecond."""
    assert compare(porto_roads, "fire_engine", sources=8, targets=25) > 100


def test_a_way_takes_as_long_as_the_table_says(liechtenstein: Path) -> None:
    """Place to place: the table, the path, and the sum of the path's arcs agree, with closures too."""
    graph = read_graph(liechtenstein / "roads.npz")
    world = read_world(liechtenstein)
    places = [town.position.wgs84 for town in world.district.towns]
    closures = (
        Closure(id="slow", centre=world.district.towns[0].position, radius_m=500.0, speed_factor=0.5),
    )
    for travel in (TravelTimes(graph), TravelTimes(graph, closures=closures)):
        table = travel.table("fire_engine", places, places)
        times = travel.arc_times("fire_engine")
        for i, start in enumerate(places):
            for j, goal in enumerate(places):
                way = travel.path("fire_engine", start, goal)
                assert way is not None
                assert way.time_ds == table[i, j]
                approach = way.time_ds - int(times[way.arcs].sum())
                assert 0 <= approach < 600
    assert (table >= TravelTimes(graph).table("fire_engine", places, places)).all()


def all_times(graph: RoadGraph) -> list[tuple[int, ...]]:
    """Ends, way, length and the times of every vehicle, arc by arc, in an order of their own."""
    times = [arc_times(graph, profile(rider)).tolist() for rider in RIDERS]
    ends = (graph.ref[graph.tail].tolist(), graph.ref[graph.head].tolist())
    rows = zip(*ends, graph.way.tolist(), graph.length_dm.tolist(), *times, strict=True)
    return sorted(rows)


@pytest.mark.slow
@pytest.mark.parametrize("crs", ["gcj02"])
def test_porto_out_and_in_again_keeps_every_time(
    porto: Path, porto_roads: RoadGraph, tmp_path: Path, crs: str
) -> None:
    """The exported node and link tables make the same arcs, as long for every vehicle."""
    out = invoke("world", "export", porto, "--out", tmp_path / "tables", "--crs", crs)
    assert out.exit_code == 0, out.output
    again = invoke(
        *("world", "build", "--out", tmp_path / "again", "--roads", tmp_path / "tables" / "roads"),
        *("--rosters", tmp_path / "tables" / "rosters"),
    )
    assert again.exit_code == 0, again.output
    assert all_times(read_graph(tmp_path / "again" / "roads.npz")) == all_times(porto_roads)


def test_liechtenstein_out_and_in_again_keeps_the_plan(liechtenstein: Path, tmp_path: Path) -> None:
    """Tables in BD-09 make a world whose plan is the same, but for the digest of its inputs."""
    out = invoke("world", "export", liechtenstein, "--out", tmp_path / "tables", "--crs", "bd09")
    assert out.exit_code == 0, out.output
    invoke(
        *("world", "build", "--out", tmp_path / "again", "--roads", tmp_path / "tables" / "roads"),
        *("--rosters", tmp_path / "tables" / "rosters"),
    )
    request = read_json(Request, json.dumps(question(read_world(liechtenstein))), "test")
    before = answer(read_world(liechtenstein), request)
    after = answer(read_world(tmp_path / "again"), request)
    assert [(each.team, each.eta, each.serves) for each in after.assignments] == [
        (each.team, each.eta, each.serves) for each in before.assignments
    ]
    assert after.objective == before.objective
    assert after.inputs_digest != before.inputs_digest
