"""Networks of two CSV files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graphs.columns import ColumnMap
from graphs.csv_network import read_csv_network
from graphs.links import assemble
from graphs.restrictions import BarredTurn
from graphs.road import Access, RoadClass
from models.errors import InputError

NODES = "id,x,y\na,105.90,29.30\nb,105.91,29.30\nc,105.91,29.31\n"
LINKS = "tail,head,class,shape\na,b,县道,105.905 29.301;105.907 29.301\nb,c,,\nc,a,县道,\n"


def network(folder: Path, nodes: str = NODES, links: str = LINKS, encoding: str = "utf-8") -> Path:
    (folder / "nodes.csv").write_text(nodes, encoding=encoding)
    (folder / "links.csv").write_text(links, encoding=encoding)
    return folder


def test_two_csv_files_are_a_network(tmp_path: Path) -> None:
    links = read_csv_network(network(tmp_path), crs="wgs84")
    first = links.links[0]
    assert first.points == ((105.90, 29.30), (105.905, 29.301), (105.907, 29.301), (105.91, 29.30))
    assert (first.tail, first.head, first.road_class) == (0, 1, RoadClass.SECONDARY)
    assert links.filled == {"class": 1}
    assert assemble(links, max_arc_m=9999.0).arcs == 6


def test_csv_files_of_any_name_encoding_and_columns_are_read(tmp_path: Path) -> None:
    nodes, roads = tmp_path / "点.csv", tmp_path / "线.csv"
    nodes.write_text("编号,经度,纬度\n10,105.9,29.3\n20,105.91,29.3\n", encoding="gbk")
    roads.write_text("起点,终点,路名\n10,20,汇龙大道\n", encoding="gbk")
    columns = ColumnMap(
        crs="gcj02",
        encoding="gbk",
        link={"tail": "起点", "head": "终点", "name": "路名"},
        node={"id": "编号", "x": "经度", "y": "纬度"},
    )
    (link,) = read_csv_network(nodes, roads, columns).links
    assert (link.tail, link.head, link.name) == (10, 20, "汇龙大道")


def test_a_third_file_bars_turns(tmp_path: Path) -> None:
    folder = network(tmp_path)
    (folder / "turns.csv").write_text("nodes,links,barred\na;b;c,,\nb;c;a,2;3,truck car\n", encoding="utf-8")
    links = read_csv_network(folder, crs="wgs84")
    assert links.restrictions.exact == [
        BarredTurn(nodes=(0, 1, 2), ways=(None, None)),
        BarredTurn(nodes=(1, 2, 0), ways=(2, 3), barred=Access.TRUCK | Access.CAR),
    ]
    graph = assemble(links, max_arc_m=9999.0)
    passed = [
        [graph.ref[graph.tail[turn[0]]], *graph.ref[graph.head[list(turn)]]] for turn in graph.ban_sequences
    ]
    assert sorted(passed) == [[0, 1, 2], [1, 2, 0]]
    other = tmp_path / "转弯.csv"
    (folder / "turns.csv").rename(other)
    assert not read_csv_network(folder, crs="wgs84").restrictions.exact
    given = read_csv_network(folder / "nodes.csv", folder / "links.csv", crs="wgs84", turns=other)
    assert given.restrictions == links.restrictions


BAD_TURNS = [
    ("nodes\na;b\n", "line 2, nodes: a barred turn passes three nodes or more, as in \"1;5;9\"; got 'a;b'"),
    ("nodes\na;b;z\n", "line 2, nodes: no node 'z' in the node file"),
    ("nodes,links\na;b;c,1\n", "line 2, links: there must be 2 whole numbers, one link for each step"),
    ("nodes,links\na;b;c,1;x\n", "line 2, links: there must be 2 whole numbers, one link for each step"),
    ("nodes,barred\na;b;c,tram\n", "line 2, barred: 'TRAM' is not one of BOAT, CAR"),
    ("turns\na;b;c\n", "turns.csv: no column for nodes; there are turns"),
]


@pytest.mark.parametrize(("text", "words"), BAD_TURNS, ids=[words for _, words in BAD_TURNS])
def test_a_barred_turn_that_makes_no_sense_is_refused(tmp_path: Path, text: str, words: str) -> None:
    folder = network(tmp_path)
    (folder / "turns.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_csv_network(folder, crs="wgs84")
    assert words in str(caught.value)


BAD_CSV: list[tuple[dict[str, Any], str]] = [
    ({"nodes": "id,x\na,1\n"}, "nodes.csv: no column for y; there are id, x"),
    ({"nodes": "id,x,y\na,1,2\na,1,3\n"}, "nodes.csv, line 3: node 'a' stands there twice"),
    ({"nodes": "id,x,y\na,east,2\n"}, "nodes.csv, line 2, x: 'east' is not a coordinate"),
    ({"nodes": "id,x,y\na,nan,2\n"}, "nodes.csv, line 2, x: 'nan' is not a coordinate"),
    ({"nodes": "id,x,y\n"}, "nodes.csv: no node in it"),
    ({"nodes": ""}, "nodes.csv: no column for id"),
    ({"links": "tail,head\na,z\n"}, "links.csv, line 2, head: no node 'z' in the node file"),
    ({"links": "tail,head\na,b,c\n"}, "links.csv, line 2: 3 cells, the header has 2"),
    ({"links": "tail,head\n"}, "links.csv: no link in it"),
    ({"links": "tail,head,shape\na,b,105.9\n"}, "links.csv, line 2, shape: '105.9' is not a point"),
    ({"links": 'tail,head,name\na,b,"open\n'}, "links.csv: not a whole CSV file"),
    (
        {"links": "tail,head,speed_kmh\na,b,fast\n"},
        "links.csv, line 2, speed_kmh: 'fast' is not an amount above 0",
    ),
    ({"nodes": "id,x,y,名\na,1,2,中\n", "encoding": "gbk"}, 'save it as UTF-8, or say encoding = "gbk"'),
]


@pytest.mark.parametrize(("files", "words"), BAD_CSV, ids=[words for _, words in BAD_CSV])
def test_a_csv_network_with_a_mistake_is_refused(tmp_path: Path, files: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_csv_network(network(tmp_path, **files), crs="wgs84")
    assert words in str(caught.value)


def test_a_csv_network_without_its_system_or_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the coordinate system is not declared"):
        read_csv_network(network(tmp_path))
    (tmp_path / "links.csv").unlink()
    with pytest.raises(InputError, match=r"links.csv: cannot be read: No such file"):
        read_csv_network(tmp_path, crs="wgs84")
