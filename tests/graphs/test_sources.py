"""One door for every kind of road data."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas
import pytest
from shapely import LineString

from graphs.sources import read_roads
from models.errors import InputError


def test_the_ending_chooses_the_reader(tmp_path: Path, shared: Path) -> None:
    frame = geopandas.GeoDataFrame(geometry=[LineString([(105.9, 29.3), (105.91, 29.3)])], crs="EPSG:4326")
    frame.to_file(tmp_path / "x.gpkg")
    (tmp_path / "nodes.csv").write_text("id,x,y\n1,105.9,29.3\n2,105.91,29.3\n", encoding="utf-8")
    (tmp_path / "links.csv").write_text("tail,head\n1,2\n", encoding="utf-8")
    for path in (tmp_path, tmp_path / "links.csv", tmp_path / "x.gpkg"):
        (link,) = read_roads(path, crs="wgs84").links
        assert link.points == ((105.9, 29.3), (105.91, 29.3))
    assert len(read_roads(shared / "osm" / "liechtenstein.osm.pbf").links) > 5_000


def test_an_unknown_ending_is_refused_with_those_that_are_read(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_roads(tmp_path / "roads.dwg")
    for ending in (".osm.pbf", ".osm.xml", ".graphml", ".gpkg", ".shp", ".geojson", "links.csv"):
        assert ending in str(caught.value)


def test_openstreetmap_is_wgs84_and_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape("OpenStreetMap is WGS-84; it cannot be read as gcj02")):
        read_roads(tmp_path / "x.osm.pbf", crs="gcj02")
