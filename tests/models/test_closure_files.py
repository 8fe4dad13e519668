"""Closures read from files."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from models.closure_files import read_closures
from models.codec import write_json
from models.crs import Crs
from models.errors import InputError
from models.place import Outline, Position
from models.request import Closure
from tests.models import words

POINT = {"type": "Point", "coordinates": [105.9, 29.3, 312.5]}
RING = [[105.9, 29.3], [105.91, 29.3], [105.91, 29.31], [105.9, 29.3]]
POLYGON = {"type": "Polygon", "coordinates": [RING]}


def written(folder: Path, document: object) -> Path:
    file = folder / "c.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def feature(geometry: object, **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": {"id": "a", **properties}}


def collection(*features: object, **more: object) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **more}


def test_a_list_in_the_words_of_a_request_is_read_back(tmp_path: Path) -> None:
    closures = words.request().closures
    (tmp_path / "c.json").write_text(write_json(closures), encoding="utf-8")

    assert len(closures) == 5
    assert read_closures(tmp_path / "c.json") == closures


def test_geojson_draws_outlines_and_circles(tmp_path: Path) -> None:
    drawn = collection(
        feature(POLYGON, reason="flooded", speed_factor=0.5, max_weight_kg=3500),
        {**feature(POINT, radius_m=80, begin="2026-07-01T14:00:00+08:00"), "id": 7},
        crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
    )
    del drawn["features"][1]["properties"]["id"]

    assert read_closures(written(tmp_path, drawn)) == (
        Closure(
            id="a",
            reason="flooded",
            outline=Outline(points=((105.9, 29.3), (105.91, 29.3), (105.91, 29.31)), crs=Crs.WGS84),
            speed_factor=0.5,
            max_weight_kg=3500,
        ),
        Closure(
            id="7",
            centre=Position(lng=105.9, lat=29.3, crs=Crs.WGS84),
            radius_m=80.0,
            begin=datetime.fromisoformat("2026-07-01T14:00:00+08:00"),
        ),
    )


KEYS = "begin, end, id, max_weight_kg, radius_m, reason, speed_factor"


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"id": "a", "road": "G85"}, "it is neither a JSON list of closures nor a GeoJSON FeatureCollection"),
        (
            [{"id": "a", "road": "G85"}, {"id": "b", "road": "G85", "speed_factor": -1}],
            "[1]: closure b: speed_factor is 0 (shut) up to below 1 (slow), got -1.0",
        ),
        (
            [{"id": "a", "road": "G85"}] * 2,
            "closure id 'a' stands twice; ids must be unique",
        ),
        ([{"id": "a", "street": "G85"}], "[0].street: unknown key; see `dispatch schema` for the keys there are"),
        (
            collection(
                crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
            ),
            "closures in GeoJSON must be in WGS-84; the file declares 'urn:ogc:def:crs:EPSG::3857'",
        ),
        (
            collection(crs="gcj02"),
            "closures in GeoJSON must be in WGS-84; the file declares ''",
        ),
        (collection(layers=[]), "unknown key layers; there are bbox, crs, features, name, type"),
        ({"type": "FeatureCollection"}, "features must be a list"),
        (collection(POINT), "feature 1: it is not a GeoJSON Feature"),
        (
            collection(feature(POINT, radius_m=5), feature(POINT, radius=5)),
            f"feature 2: unknown key radius; there are {KEYS}",
        ),
        (collection(feature(POINT)), "feature 1: closure a: centre and radius_m go together"),
        (
            collection(feature({"type": "LineString", "coordinates": RING})),
            "feature 1: a closure is drawn as a Polygon, or as a Point with radius_m; got LineString",
        ),
        (
            collection(feature(None)),
            "feature 1: a closure is drawn as a Polygon, or as a Point with radius_m; got None",
        ),
        (
            collection(feature({"type": "Polygon", "coordinates": [RING, RING]})),
            "feature 1: the Polygon of a closure must have one ring and no holes; draw several closures instead",
        ),
        (
            collection(feature({"type": "Polygon", "coordinates": [[["105", "29"]]]})),
            "feature 1: a point of GeoJSON is [longitude, latitude] in degrees, got ['105', '29']",
        ),
        (
            collection(feature({"type": "Point", "coordinates": [29.3, 105.9]}, radius_m=5)),
            "feature 1: centre: latitude 105.9 is outside -90..90 degrees (positions are written longitude first)",
        ),
        (
            collection(feature(POINT, radius_m=5, begin="2026-07-01T14:00:00")),
            "feature 1: closure a: begin and end need a UTC offset",
        ),
        (
            collection(feature(POINT, radius_m=5), feature(POINT, radius_m=6)),
            "closure id 'a' stands twice; ids must be unique",
        ),
    ],
)  # fmt: skip
def test_a_file_is_refused_with_its_name_and_the_number_of_the_closure(
    document: object, sentence: str, tmp_path: Path
) -> None:
    file = written(tmp_path, document)
    with pytest.raises(InputError) as caught:
        read_closures(file)
    assert str(caught.value) == f"{file}: {sentence}"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.json: cannot be read"):
        read_closures(tmp_path / "none.json")
