"""A district's own road layer: columns, coordinate systems, joining, CSV networks, and what is refused."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
from shapely import LineString, MultiLineString, Point, Polygon

from graphs.columns import ColumnMap, read_columns
from graphs.datum import check_datum, points_from_wgs84, points_to_wgs84
from graphs.layers import read_layer
from graphs.links import Link, Links, assemble
from graphs.road import NO_LIMIT, Access, Mark, RoadClass
from models.crs import Crs
from models.errors import InputError

A, B, C, D = (105.90, 29.30), (105.91, 29.30), (105.92, 29.30), (105.91, 29.31)


def write_layer(path: Path, lines: list[Any], crs: str | None = "EPSG:4326", **cells: Any) -> Path:
    """Write a layer; without a system where `crs` is None."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided", UserWarning)
        geopandas.GeoDataFrame(cells, geometry=lines, crs=crs).to_file(path)
    return path


def cross(path: Path, **cells: Any) -> Path:
    """Write two roads that meet at a vertex in the middle of the first."""
    return write_layer(path, [LineString([A, B, C]), LineString([B, D])], **cells)


def only(links: Links) -> Link:
    (link,) = links.links
    return link


@pytest.mark.parametrize("name", ["x.gpkg", "x.shp", "x.geojson"])
def test_every_kind_of_layer_gives_the_same_links(tmp_path: Path, name: str) -> None:
    path = cross(tmp_path / name, name=["泸州大道", ""], oneway=["yes", "no"])
    links = read_layer(path, crs="wgs84")
    assert [(link.name, link.points) for link in links.links] == [
        ("泸州大道", (A, B)),
        ("泸州大道", (B, C)),
        ("", (B, D)),
    ]
    assert [link.backward for link in links.links] == [Access.FOOT, Access.FOOT, links.links[2].forward]


def test_lines_join_where_vertices_meet_within_the_distance(tmp_path: Path) -> None:
    near = (105.910003, 29.300002)  # 0.37 m from B
    path = write_layer(tmp_path / "x.gpkg", [LineString([A, B, C]), LineString([near, D])])
    assert len(read_layer(path).links) == 3
    assert assemble(read_layer(path)).report.dropped_nodes == 0
    assert len(read_layer(path, ColumnMap(join_m=0.1)).links) == 2


def test_of_several_layers_the_first_of_lines_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    frame = geopandas.GeoDataFrame({"name": ["站"]}, geometry=[Point(A)], crs="EPSG:4326")
    frame.to_file(path, layer="stations")
    frame.set_geometry([LineString([A, B])]).to_file(path, layer="roads")
    assert only(read_layer(path)).points == (A, B)


def test_lines_of_several_parts_are_several_links(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "x.gpkg", [MultiLineString([[A, B], [C, D]])], id=[77])
    assert [(link.way, link.points) for link in read_layer(path).links] == [(77, (A, B)), (77, (C, D))]


def test_heights_of_points_are_left_out_and_rows_without_a_line_are_counted(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "x.gpkg", [LineString([(*A, 300.0), (*B, 310.0)]), None])
    links = read_layer(path)
    assert only(links).points == (A, B)
    assert links.notes == ["rows without a line: 1"]


CELLS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"class": "县道"}, {"road_class": RoadClass.SECONDARY}),
    ({"class": "四级公路"}, {"road_class": RoadClass.TERTIARY}),
    ({"class": "motorway"}, {"road_class": RoadClass.MOTORWAY, "forward": ~Access.FOOT & Access(31)}),
    ({"class": "path"}, {"road_class": RoadClass.PATH, "forward": Access.FOOT}),
    ({"class": "航道"}, {"road_class": RoadClass.WATER, "forward": Access.BOAT}),
    ({"class": "渡口"}, {"road_class": RoadClass.FERRY, "marks": Mark.FERRY | Mark.RIVER_CROSSING}),
    ({"class": "footway"}, {"road_class": RoadClass.PATH}),
    ({"class": None}, {"road_class": RoadClass.UNCLASSIFIED}),
    ({"speed_kmh": 42.5}, {"speed_kmh": 42.5}),
    ({"speed_kmh": "30 mph"}, {"speed_kmh": pytest.approx(48.28032)}),
    ({"speed_kmh": 0}, {"speed_kmh": None}),
    ({"speed_kmh": float("nan")}, {"speed_kmh": None}),
    ({"length_m": 1500.0}, {"length_m": 1500.0}),
    ({"oneway": -1}, {"forward": Access.FOOT, "backward": Access(31)}),
    ({"oneway": "双向"}, {"forward": Access(31), "backward": Access(31)}),
    ({"oneway": "strict"}, {"forward": Access(31), "backward": Access(0)}),
    ({"max_weight_t": 3.5}, {"max_weight_kg": 3500}),
    ({"max_height_m": 3.1}, {"max_height_cm": 310}),
    ({"max_width_m": "2.2"}, {"max_width_cm": 220}),
    ({"max_weight_t": None}, {"max_weight_kg": NO_LIMIT}),
    ({"bridge": "是"}, {"marks": Mark.BRIDGE}),
    ({"bridge": 1, "max_weight_t": 10}, {"marks": Mark.BRIDGE | Mark.WEAK_BRIDGE}),
    ({"tunnel": True}, {"marks": Mark.TUNNEL}),
    ({"access": "emergency,foot"}, {"forward": Access.EMERGENCY | Access.FOOT}),
    ({"id": 812}, {"way": 812}),
    ({"id": "G246-3"}, {"way": 1}),
]


@pytest.mark.parametrize(("cells", "expected"), CELLS, ids=[str(cells) for cells, _ in CELLS])
def test_cells_are_read_as_they_are_meant(
    tmp_path: Path, cells: dict[str, Any], expected: dict[str, Any]
) -> None:
    columns: dict[str, Any] = {key: [value] for key, value in cells.items()}
    path = write_layer(tmp_path / "x.gpkg", [LineString([A, B])], **columns)
    link = only(read_layer(path))
    assert {key: getattr(link, key) for key in expected} == expected


def test_a_stated_length_is_shared_by_the_pieces_of_its_line(tmp_path: Path) -> None:
    path = cross(tmp_path / "x.gpkg", length_m=[2400.0, None])
    lengths = [link.length_m for link in read_layer(path).links]
    assert lengths == [pytest.approx(1200.0), pytest.approx(1200.0), None]


def test_what_is_filled_is_counted(tmp_path: Path) -> None:
    path = cross(tmp_path / "x.gpkg", **{"class": ["乡道", None], "speed_kmh": [30.0, None]})
    graph = assemble(read_layer(path, ColumnMap(default_class=RoadClass.TRACK)))
    assert graph.report.filled == {"class": 1, "speed": 1}
    assert set(graph.road_class.tolist()) == {RoadClass.TERTIARY, RoadClass.TRACK}


def test_columns_of_other_names_and_values_are_mapped(tmp_path: Path) -> None:
    toml = tmp_path / "columns.toml"
    toml.write_text(
        'crs = "wgs84"\n[link]\nclass = "等级"\nname = "路名"\noneway = "方向"\n'
        '[values.class]\n"1" = "motorway"\n[values.oneway]\n"2" = "backward"\n',
        encoding="utf-8",
    )
    path = write_layer(tmp_path / "x.gpkg", [LineString([A, B])], 等级=[1], 路名=["成渝环线"], 方向=[2])
    link = only(read_layer(path, read_columns(toml)))
    assert (link.road_class, link.name) == (RoadClass.MOTORWAY, "成渝环线")
    assert (link.forward, link.backward) == (Access(0), Access(15))


@pytest.mark.parametrize("crs", ["gcj02", "bd09", "EPSG:4544", "EPSG:4496", "cgcs2000"])
def test_every_system_comes_to_the_same_place(tmp_path: Path, crs: str) -> None:
    datum = check_datum(crs, "test")
    lng, lat = np.array([A, B, C]).T
    x, y = points_from_wgs84(lng, lat, datum, "test")
    line = LineString(list(zip(x.tolist(), y.tolist(), strict=True)))
    path = write_layer(tmp_path / "x.gpkg", [line], crs if crs.startswith("EPSG") else None)
    link = only(read_layer(path, crs=None if crs.startswith("EPSG") else crs))
    np.testing.assert_allclose(link.points, [A, B, C], atol=2e-9)


def test_the_caller_overrules_the_system_of_the_file(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "x.gpkg", [LineString([A, B])])
    told, said = only(read_layer(path, crs="gcj02")), only(read_layer(path))
    assert said.points == (A, B)
    assert told.points[0][0] - A[0] == pytest.approx(-0.0035, abs=3e-4)  # DOMAIN 4.3


def test_gcj02_points_of_the_district_are_those_published() -> None:
    lng, lat = points_to_wgs84(np.array([105.909859]), np.array([29.353387]), Crs.GCJ02, "test")
    assert (lng[0], lat[0]) == pytest.approx((105.906390, 29.356390), abs=1e-6)


def test_a_geojson_that_declares_its_system_needs_no_other_word(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "x.geojson", [LineString([A, B])])
    document = json.loads(path.read_text(encoding="utf-8"))
    document["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    path.write_text(json.dumps(document), encoding="utf-8")
    assert only(read_layer(path)).points == (A, B)
    del document["crs"]
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InputError, match="the coordinate system is not declared"):
        read_layer(path)


def test_a_shapefile_in_gbk_keeps_its_names(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame({"name": ["永川大道"]}, geometry=[LineString([A, B])], crs="EPSG:4490")
    frame.to_file(tmp_path / "x.shp", encoding="gbk")
    (tmp_path / "x.cpg").unlink()
    assert only(read_layer(tmp_path / "x.shp", ColumnMap(encoding="gbk"))).name == "永川大道"


def no_file(folder: Path) -> Path:
    return folder / "gone.gpkg"


def no_layer(folder: Path) -> Path:
    path = folder / "x.gpkg"
    path.write_bytes(b"this is no database")
    return path


def no_json(folder: Path) -> Path:
    path = folder / "x.geojson"
    path.write_text("{", encoding="utf-8")
    return path


def no_crs(folder: Path) -> Path:
    return write_layer(folder / "x.shp", [LineString([A, B])], None)


def layer(**cells: Any) -> Callable[[Path], Path]:
    line = cells.pop("line", LineString([A, B]))
    crs = cells.pop("crs", "EPSG:4326")
    return lambda folder: write_layer(
        folder / "x.gpkg", [line], crs, **{key: [value] for key, value in cells.items()}
    )


BAD_LAYERS: list[tuple[Callable[[Path], Path], str]] = [
    (no_file, "no such file"),
    (no_layer, "not a layer that can be read"),
    (no_json, "not valid JSON"),
    (no_crs, "the coordinate system is not declared; say crs"),
    (layer(line=Point(A)), "row 1 is a Point; roads must be lines"),
    (layer(line=Polygon([A, B, D])), "row 1 is a Polygon; roads must be lines"),
    (layer(line=None), "no line in it"),
    (
        layer(line=LineString([(588014.0, 3249112.0), (588100.0, 3249112.0)])),
        "is not in degrees; declare its projection",
    ),
    (
        layer(**{"class": "丝绸之路"}),
        "row 1, class: road class '丝绸之路' is not known; map it under [values.class]",
    ),
    (layer(oneway="左"), "row 1, oneway: '左' is not known; map it under [values.oneway]"),
    (layer(speed_kmh="schnell"), "row 1, speed_kmh: 'schnell' is not an amount above 0"),
    (layer(speed_kmh=-30.0), "row 1, speed_kmh: '-30' is not an amount above 0"),
    (layer(length_m=-5.0), "row 1, length_m: '-5' is not an amount above 0"),
    (layer(max_weight_t="heavy"), "row 1, max_weight_t: 'heavy' is not an amount above 0"),
    (layer(bridge="perhaps"), "row 1, bridge: 'perhaps' is neither yes nor no"),
    (layer(access="tank"), "row 1, access: 'TANK' is not one of"),
    (layer(marks="holy"), "row 1, marks: 'HOLY' is not one of"),
]


@pytest.mark.parametrize(("make", "words"), BAD_LAYERS, ids=[words for _, words in BAD_LAYERS])
def test_a_layer_that_cannot_be_right_is_refused(
    tmp_path: Path, make: Callable[[Path], Path], words: str
) -> None:
    path = make(tmp_path)
    with pytest.raises(InputError) as caught:
        read_layer(path)
    assert str(caught.value).startswith(str(path))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("crs", "easting"),
    [
        ("EPSG:4496", 588_014.0),
        ("EPSG:4544", 18_588_014.0),
        ("EPSG:4544", 3_249_112.0),
    ],
)
def test_an_easting_with_another_zone_number_is_refused(tmp_path: Path, crs: str, easting: float) -> None:
    line = LineString([(easting, 3_249_112.0), (easting + 90.0, 3_249_112.0)])
    path = write_layer(tmp_path / "x.shp", [line], None)
    with pytest.raises(InputError, match="is it another zone"):
        read_layer(path, crs=crs)


def test_a_column_that_is_named_but_not_there_is_refused_with_those_there_are(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "x.gpkg", [LineString([A, B])], 等级=["县道"])
    with pytest.raises(InputError, match="no column '级别' \\(named as class\\); there are 等级"):
        read_layer(path, ColumnMap(link={"class": "级别"}))


@pytest.mark.parametrize("crs", ["mars", "EPSG:1", "wgs-85", ""])
def test_a_system_nobody_knows_is_refused(crs: str) -> None:
    with pytest.raises(InputError, match=r"wgs84, cgcs2000, gcj02, bd09 or an EPSG code such as EPSG:4544"):
        check_datum(crs, "x")
