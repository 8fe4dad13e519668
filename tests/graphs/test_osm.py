"""OSM files into links: hand-written XML for the rules, the real extracts for the whole."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import networkx as nx
import numpy as np
import osmnx
import pytest

from graphs.links import Link, Links, assemble
from graphs.osm import read_graphml, read_osmnx_graph, read_pbf, read_xml
from graphs.road import Access, Mark, RoadClass
from graphs.tags import USED_TAGS
from models.errors import InputError
from tests.graphs.overpass_server import cut_piece, write_piece

Tags = dict[str, str]
Read = Callable[[Path], Links]

PLACES = {
    1: (105.90, 29.30),
    2: (105.90, 29.31),
    3: (105.91, 29.31),
    4: (105.91, 29.30),
    5: (105.905, 29.305),
    6: (105.905, 29.315),
    7: (105.915, 29.305),
}
RING: tuple[tuple[int, list[int], Tags], ...] = ((10, [1, 2, 3, 4, 1], {"highway": "residential"}),)


def write_osm(
    path: Path,
    *ways: tuple[int, list[int], Tags],
    places: dict[int, tuple[float, float]] = PLACES,
    relations: Sequence[tuple[Tags, list[tuple[str, str, int]]]] = (),
) -> Path:
    """Write a tiny OSM XML file."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="test">']
    for ref, (lng, lat) in places.items():
        lines.append(f'<node id="{ref}" version="1" lon="{lng}" lat="{lat}"/>')
    for number, refs, tags in ways:
        lines.append(f'<way id="{number}" version="1">')
        lines.extend(f'<nd ref="{ref}"/>' for ref in refs)
        lines.extend(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
        lines.append("</way>")
    for number, (tags, members) in enumerate(relations):
        lines.append(f'<relation id="{number + 1}" version="1">')
        lines.extend(f'<member type="{kind}" role="{role}" ref="{ref}"/>' for kind, role, ref in members)
        lines.extend(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
        lines.append("</relation>")
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def ends(links: Links) -> set[frozenset[int]]:
    return {frozenset((link.tail, link.head)) for link in links.links}


def of_way(links: Links, way: int) -> list[Link]:
    return [link for link in links.links if link.way == way]


def test_ways_are_split_where_they_meet_and_nowhere_else(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "x.osm",
        (10, [1, 5, 2, 3], {"highway": "tertiary"}),
        (11, [2, 6], {"highway": "tertiary"}),
        (12, [5, 7], {"building": "yes"}),
    )
    assert ends(read_pbf(path)) == {frozenset((1, 2)), frozenset((2, 3)), frozenset((2, 6))}


def test_a_closed_way_begins_at_its_junction_and_a_loop_is_split_in_its_middle(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "x.osm", *RING, (11, [3, 7], {"highway": "tertiary"}))
    links = read_pbf(path)
    assert [(link.tail, link.head) for link in of_way(links, 10)] == [(3, 1), (1, 3)]


def test_a_way_reversed_by_its_one_way_tag_drives_against_its_points(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "x.osm", *RING, (11, [1, 3], {"highway": "primary", "oneway": "-1"}))
    graph = assemble(read_pbf(path), max_arc_m=9999.0)
    driven = np.flatnonzero((graph.way == 11) & (graph.access & Access.CAR != 0))
    assert graph.ref[graph.tail[driven]].tolist() == [3]


def test_different_speeds_by_direction_become_two_links(tmp_path: Path) -> None:
    tags = {"highway": "primary", "maxspeed": "70", "maxspeed:backward": "50"}
    path = write_osm(tmp_path / "x.osm", *RING, (11, [1, 3], tags))
    graph = assemble(read_pbf(path), max_arc_m=9999.0)
    speeds = {
        int(graph.ref[graph.tail[arc]]): float(graph.speed_kmh[arc])
        for arc in np.flatnonzero(graph.way == 11)
    }
    assert speeds == {1: 70.0, 3: 50.0}


def test_the_duration_of_a_ferry_gives_its_speed(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "x.osm", *RING, (11, [1, 3], {"route": "ferry", "duration": "00:15"}))
    (ferry,) = of_way(read_pbf(path), 11)
    graph = assemble(read_pbf(path), max_arc_m=9999.0)
    metres = int(graph.length_dm[graph.way == 11][0]) / 10
    assert ferry.speed_kmh == pytest.approx(metres / 900 * 3.6, rel=1e-4)
    assert ferry.road_class is RoadClass.FERRY


def test_a_bridge_over_a_river_is_a_crossing_and_one_over_land_is_not(tmp_path: Path) -> None:
    bridge = {"highway": "primary", "bridge": "yes"}
    path = write_osm(
        tmp_path / "x.osm",
        (10, [1, 3], bridge),
        (11, [3, 7], bridge),
        (12, [2, 5, 4], {"waterway": "river", "boat": "no"}),
    )
    marks = {link.way: link.marks for link in read_pbf(path).links}
    assert marks == {10: Mark.BRIDGE | Mark.RIVER_CROSSING, 11: Mark.BRIDGE}


def test_a_way_with_missing_points_is_read_as_far_as_they_are_there(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "x.osm", (10, [1, 2, 99, 3, 4], {"highway": "tertiary"}))
    links = read_pbf(path)
    assert ends(links) == {frozenset((1, 2)), frozenset((3, 4))}
    assert links.notes == ["ways with points that are not in the file: 1"]


def test_values_not_understood_are_reported(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "x.osm", (10, [1, 2], {"highway": "tertiary", "maxspeed": "fast"}))
    links = read_pbf(path)
    assert links.notes == ["tag values not understood and left out: maxspeed=fast (1)"]
    assert links.links[0].speed_kmh is None


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[int] = []
    read_pbf(write_osm(tmp_path / "x.osm", *RING), told.append)
    assert told == [0]


TRICKY: tuple[tuple[int, list[int], Tags], ...] = (
    *RING,
    (
        11,
        [1, 5, 3],
        {"highway": "primary", "oneway": "-1", "maxspeed:forward": "30", "maxspeed": "60", "name": "主街"},
    ),
    (12, [2, 6, 3], {"highway": "tertiary", "oneway": "reverse", "junction": "roundabout"}),
    (13, [4, 7, 3, 5, 4], {"highway": "motorway", "maxheight": "3.5 m", "ref": "G85"}),
    (14, [2, 5, 6, 2], {"highway": "service", "access": "private"}),
    (15, [6, 7], {"route": "ferry", "duration": "00:10"}),
    (16, [5, 7], {"highway": "track", "motor_vehicle:backward": "yes"}),
    (17, [1, 6], {"highway": "construction"}),
)


def test_xml_through_osmnx_gives_the_graph_of_pyosmium(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "x.osm", *TRICKY)
    assert assemble(read_xml(path)).digest == assemble(read_pbf(path)).digest


def test_xml_of_a_real_piece_gives_the_graph_of_its_extract(shared: Path, tmp_path: Path) -> None:
    piece = cut_piece(shared / "osm" / "liechtenstein.osm.pbf", (9.50, 47.13, 9.53, 47.15))
    write_piece(piece, tmp_path / "x.osm.pbf")
    write_piece(piece, tmp_path / "x.osm")
    extract = assemble(read_pbf(tmp_path / "x.osm.pbf"))
    assert extract.nodes > 200
    assert assemble(read_xml(tmp_path / "x.osm")).digest == extract.digest


TURN = [("way", "from", 11), ("node", "via", 3), ("way", "to", 10)]
RELATIONS: list[tuple[Tags, list[tuple[str, str, int]]]] = [
    ({"type": "restriction", "restriction": "no_left_turn", "except": "hgv"}, TURN),
    ({"type": "restriction", "restriction:conditional": "no_left_turn @ (07:00-09:00)"}, TURN),
    ({"type": "restriction", "restriction": "no_u_turn"}, [*TURN[:2], ("way", "to", 99)]),
    ({"type": "restriction", "restriction": "no_u_turn"}, TURN[:2]),
    ({"type": "route", "restriction": "no_u_turn"}, TURN),
]


@pytest.mark.parametrize("read", [read_pbf, read_xml])
def test_turn_restrictions_are_read_and_what_is_left_out_is_told(tmp_path: Path, read: Read) -> None:
    ways = ((10, [1, 2, 3], {"highway": "residential"}), (11, [1, 5, 3], {"highway": "primary"}))
    path = write_osm(tmp_path / "x.osm", *ways, relations=RELATIONS)
    graph = assemble(read(path), max_arc_m=9999.0)
    (turn,) = graph.ban_sequences
    assert graph.way[list(turn)].tolist() == [11, 10]
    assert graph.ban_access.tolist() == [int(Access.CAR | Access.EMERGENCY | Access.MOTORCYCLE)]
    assert [note.rsplit(" ", 1)[1] for note in graph.report.notes] == ["1"] * 4
    assert graph.report.notes[0] == "turn restrictions in force: 1"


def test_packed_xml_gives_its_restrictions_too(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "x.osm", *RING, (11, [1, 5, 3], {"highway": "primary"}), relations=RELATIONS)
    packed = tmp_path / "x.osm.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert read_xml(packed).restrictions == read_xml(path).restrictions == read_pbf(path).restrictions
    assert read_xml(path).restrictions.met


def test_graphml_of_a_real_piece_gives_the_graph_of_its_extract(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece = cut_piece(shared / "osm" / "liechtenstein.osm.pbf", (9.50, 47.13, 9.53, 47.15))
    write_piece(piece, tmp_path / "x.osm.pbf")
    write_piece(piece, tmp_path / "x.osm")
    monkeypatch.setattr(osmnx.settings, "useful_tags_way", list(USED_TAGS))
    saved = osmnx.graph_from_xml(tmp_path / "x.osm", simplify=False, retain_all=True)
    osmnx.save_graphml(saved, tmp_path / "x.graphml")
    graph = assemble(read_graphml(tmp_path / "x.graphml"))
    assert any(note.startswith("turn restrictions are not known") for note in graph.report.notes)
    assert graph.digest == assemble(read_pbf(tmp_path / "x.osm.pbf")).digest


@pytest.fixture
def all_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    """OSMnx as a user sets it up to keep what a router needs."""
    kept = [
        "oneway",
        "name",
        "ref",
        "highway",
        "maxspeed",
        "maxheight",
        "access",
        "junction",
        "route",
        "duration",
    ]
    monkeypatch.setattr(osmnx.settings, "useful_tags_way", kept)


@pytest.mark.usefixtures("all_tags")
def test_graphml_as_osmnx_saves_it_gives_the_graph_of_the_same_tags(tmp_path: Path) -> None:
    plain = (
        *RING,
        (11, [1, 5, 3], {"highway": "primary", "oneway": "yes", "maxspeed": "60", "name": "主街"}),
        (12, [2, 6, 3], {"highway": "tertiary", "oneway": "reverse"}),
        (13, [4, 7, 3], {"highway": "secondary", "maxheight": "3.5 m"}),
        (14, [2, 5, 6], {"highway": "service", "access": "private"}),
    )
    path = write_osm(tmp_path / "x.osm", *plain)
    saved = osmnx.graph_from_xml(path, simplify=False, retain_all=True)
    osmnx.save_graphml(saved, tmp_path / "x.graphml")
    graph = assemble(read_graphml(tmp_path / "x.graphml"), max_arc_m=9999.0)
    assert graph.digest == assemble(read_pbf(path), max_arc_m=9999.0).digest


@pytest.mark.usefixtures("all_tags")
def test_a_simplified_graph_keeps_lengths_directions_and_bends(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "x.osm",
        (10, [1, 5, 3], {"highway": "primary"}),
        (11, [3, 4, 1], {"highway": "primary", "oneway": "yes"}),
        (12, [1, 2, 6, 3], {"highway": "tertiary", "maxspeed": "50"}),
    )
    saved = osmnx.graph_from_xml(path, simplify=True, retain_all=True)
    osmnx.save_graphml(saved, tmp_path / "x.graphml")
    graph, whole = assemble(read_graphml(tmp_path / "x.graphml")), assemble(read_pbf(path))
    assert (graph.arcs, graph.shape_lng.size) == (whole.arcs, whole.shape_lng.size)
    for way in (10, 11, 12):
        assert int(graph.length_dm[graph.way == way].sum()) == int(whole.length_dm[whole.way == way].sum())
    cars = graph.access & Access.CAR != 0
    assert int(cars.sum()) == int((whole.access & Access.CAR != 0).sum())


def test_a_graph_from_code_needs_whole_numbers_positions_and_degrees() -> None:
    graph = nx.MultiDiGraph(crs="epsg:4326")
    with pytest.raises(InputError, match="has no edge"):
        read_osmnx_graph(graph)
    graph.add_edge("a", "b", highway="primary", osmid=1)
    with pytest.raises(InputError, match="node ids of an OSMnx graph are whole numbers"):
        read_osmnx_graph(graph)
    graph = nx.MultiDiGraph(crs="epsg:4326")
    graph.add_edge(1, 2, highway="primary", osmid=1)
    with pytest.raises(InputError, match="node 1 has no position"):
        read_osmnx_graph(graph)
    graph.graph["crs"] = "epsg:32648"
    with pytest.raises(InputError, match="the graph is projected"):
        read_osmnx_graph(graph)


BAD_FILES = [
    ("gone.osm.pbf", None, read_pbf, "no such file"),
    ("empty.osm.pbf", b"", read_pbf, "the file is empty"),
    ("text.osm.pbf", b"this is no extract " * 50, read_pbf, "not a whole OSM file"),
    ("gone.osm", None, read_xml, "no such file"),
    (
        "cut.osm",
        b'<?xml version="1.0"?><osm version="0.6"><node id="1" lon="1" lat="2"/>',
        read_xml,
        "not a whole OSM XML",
    ),
    ("none.osm", b'<?xml version="1.0"?><osm version="0.6"></osm>', read_xml, "not a whole OSM XML file"),
    (
        "bomb.osm",
        b'<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a "aaaa">]><osm version="0.6">&a;</osm>',
        read_xml,
        "XML with a document type or entities is not read",
    ),
    (
        "other.graphml",
        b"<?xml version='1.0'?><graphml></graphml>",
        read_graphml,
        "not a GraphML file that OSMnx saved",
    ),
    (
        "cut.graphml",
        b"<?xml version='1.0'?><graphml><graph>",
        read_graphml,
        "not a GraphML file that OSMnx saved",
    ),
]


@pytest.mark.parametrize(("name", "data", "read", "words"), BAD_FILES, ids=[name for name, *_ in BAD_FILES])
def test_a_file_that_is_not_what_it_should_be_is_refused(
    tmp_path: Path, name: str, data: bytes | None, read: Read, words: str
) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: {words}")
    assert "\n" not in str(caught.value)


def test_a_truncated_extract_is_refused(shared: Path, tmp_path: Path) -> None:
    whole = (shared / "osm" / "liechtenstein.osm.pbf").read_bytes()
    (tmp_path / "cut.osm.pbf").write_bytes(whole[: len(whole) // 3])
    with pytest.raises(InputError, match=r"not a whole OSM file .*fetch the extract again"):
        read_pbf(tmp_path / "cut.osm.pbf")


@pytest.mark.parametrize("read", [read_pbf, read_xml])
def test_a_file_without_a_road_is_refused(tmp_path: Path, read: Read) -> None:
    path = write_osm(tmp_path / "x.osm", (10, [1, 2, 3], {"building": "yes"}))
    with pytest.raises(InputError, match="no road in it; a way is a road by its tag highway"):
        read(path)


def test_xml_with_missing_points_says_so(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "x.osm", (10, [1, 2, 99], {"highway": "primary"}))
    with pytest.raises(InputError, match="export it again, with the points of its ways"):
        read_xml(path)


def test_liechtenstein_is_one_country_of_roads(shared: Path) -> None:
    graph = assemble(read_pbf(shared / "osm" / "liechtenstein.osm.pbf"))
    cars = graph.access & Access.CAR != 0
    assert 6_000 < graph.nodes < 8_000
    # about 630 km of public roads, both directions, with service roads and paved tracks
    assert 700 < int(graph.length_dm[cars].sum()) / 10_000 < 1_000
    assert graph.report.dropped_nodes < graph.nodes // 20
    assert "Vaduz" not in graph.names
    assert any("Landstrasse" in name for name in graph.names)
    assert (
        "turn restrictions in force: 2" in graph.report.notes
    )  # the third is of a way that is not in the file


@pytest.mark.slow
def test_porto_agrees_with_the_car_graph_that_is_known_of_it(shared: Path) -> None:
    graph = assemble(read_pbf(shared / "osm" / "porto.osm.pbf"))
    cars = graph.access & Access.CAR != 0
    nodes = np.union1d(graph.tail[cars], graph.head[cars]).size
    # data/README.md: 66,041 nodes and 154,152 arcs in the largest part for cars; other rules for tracks and
    # cuts
    assert nodes == pytest.approx(66_041, rel=0.05)
    assert int(cars.sum()) == pytest.approx(154_152, rel=0.05)
    assert int(graph.length_dm.max()) <= 5_000
    # of its 357 relations
    assert "turn restrictions in force: 333" in graph.report.notes
