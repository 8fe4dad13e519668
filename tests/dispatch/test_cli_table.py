"""`dispatch table`: sets, files, the nearest, JSON, CSV, GeoJSON, two legs."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from models.units import NEVER
from tests.dispatch.shell import documents, said

FROM, TO = "105.852,29.352", "105.9,29.36"


@pytest.fixture
def where(small_world: Path) -> tuple[str | Path, ...]:
    """From all teams to all shelters and a point."""
    return ("table", "--from", "teams", "--to", "towns", "--to", TO, "--world", small_world)


def seconds(document: dict[str, Any], origin: str, destination: str) -> float | None:
    row = [each["id"] for each in document["origins"]].index(origin)
    column = [each["id"] for each in document["destinations"]].index(destination)
    found: float | None = document["seconds"][row][column]
    return found


def test_table_as_json(where: tuple[str | Path, ...]) -> None:
    """A matrix of seconds by the ids of both sides; each team drives its own vehicle."""
    document = documents(*where)
    assert len(document["seconds"]) == len(document["origins"]) == 3
    assert {len(row) for row in document["seconds"]} == {len(document["destinations"])} == {3}
    assert document["destinations"][-1] == {"id": TO, "lng": 105.9, "lat": 29.36}
    assert len({each["profile"] for each in document["origins"]}) > 1
    one = documents(*where, "--profile", "foot")
    assert {each["profile"] for each in one["origins"]} == {"foot"}
    assert seconds(one, "specialist-flood", TO) > seconds(document, "specialist-flood", TO)  # type: ignore[operator]


def test_table_and_route_tell_the_same_time(where: tuple[str | Path, ...], small_world: Path) -> None:
    """Of every pair, with a closure too."""
    for closed in ((), ("--close", "横5路"), ("--close", "105.86,29.35,900@0.3", "--at", "2026-07-01T08:00")):
        document = documents(*where, *closed)
        for origin in document["origins"]:
            way = documents(
                *("route", "--from", f"team:{origin['id']}", "--to", TO, "--world", small_world),
                *("-p", origin["profile"], *closed),
            )
            assert way["seconds"] == seconds(document, origin["id"], TO)


def test_table_as_text(where: tuple[str | Path, ...]) -> None:
    """Minutes and seconds, rounded up, by name, in both languages."""
    document = documents(*where)
    time = seconds(document, "specialist-flood", TO)
    assert time is not None
    whole = -(-round(time * 10) // 10)
    text = said(*where)
    row = next(line for line in text.splitlines() if "Flood control team" in line)
    assert row.split()[-1] == f"{whole // 60}:{whole % 60:02d}"
    assert "origins: 3; destinations: 3; pairs without a way: 0 of 9" in text
    assert "抗洪抢险专业队" in said(*where, lang="zh")


def test_what_cannot_be_reached_is_null(where: tuple[str | Path, ...], tmp_path: Path) -> None:
    """Never a large number: null in JSON, nothing in CSV, a dash in the text, no line in GeoJSON."""
    file = tmp_path / "times.csv"
    shut = (*where, "--close", f"{TO},1500", "--csv", file)
    document = documents(*shut)
    assert [row[-1] for row in document["seconds"]] == [None] * 3
    assert str(NEVER) not in json.dumps(document)
    with file.open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    assert {row["seconds"] for row in rows if row["destination"] == TO} == {""}
    text = said(*shut)
    lost = sum(row.count(None) for row in document["seconds"])
    assert text.count("–") == lost
    assert f"pairs without a way: {lost} of 9" in text
    lines = json.loads(said(*shut, "--geojson"))["features"]
    (lost,) = [each for each in lines if each["properties"]["destination"] == TO]
    assert (lost["geometry"], lost["properties"]["seconds"]) == (None, None)
    assert documents(*shut, "--nearest", "1")["nearest"][-1] == {"destination": TO, "origins": []}


def test_csv_holds_every_pair(where: tuple[str | Path, ...], tmp_path: Path) -> None:
    """One line each, the same seconds as in the document."""
    file = tmp_path / "out" / "times.csv"
    document = documents(*where, "--csv", file)
    with file.open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == 9
    for row in rows:
        assert float(row["seconds"]) == seconds(document, row["origin"], row["destination"])


def test_the_nearest_are_the_smallest_of_the_matrix(where: tuple[str | Path, ...], tmp_path: Path) -> None:
    """Sorted, as many as asked; all of them where there are fewer; CSV and text keep the same."""
    document = documents(*where)
    for most in (1, 2, 9):
        found = documents(*where, "--nearest", str(most), "--csv", tmp_path / "n.csv")
        assert "seconds" not in found
        for column, each in enumerate(found["nearest"]):
            times = [origin["seconds"] for origin in each["origins"]]
            assert times == sorted(row[column] for row in document["seconds"])[:most]
        with (tmp_path / "n.csv").open(encoding="utf-8") as table:
            assert len(list(csv.DictReader(table))) == 3 * min(most, 3)
    assert "destination" in said(*where, "--nearest", "2")


def test_lines_of_the_nearest(where: tuple[str | Path, ...], tmp_path: Path) -> None:
    """A line per destination and rank, from the origin to the destination."""
    found = documents(*where, "--nearest", "2", "--out", tmp_path / "ways.geojson")
    places = {each["id"]: [each["lng"], each["lat"]] for each in (*found["origins"], *found["destinations"])}
    features = json.loads((tmp_path / "ways.geojson").read_text(encoding="utf-8"))["features"]
    assert [each["properties"]["rank"] for each in features] == [1, 2] * 3
    for each in features:
        assert each["geometry"]["type"] == "LineString"
        ends = [each["geometry"]["coordinates"][index] for index in (0, -1)]
        assert ends == [places[each["properties"][key]] for key in ("origin", "destination")]


FILES: dict[str, str] = {
    "points.csv": "id,lng,lat\nfirst,105.85,29.35\nsecond,105.9,29.36\n",
    "shifted.csv": "lng,lat,crs,name\n105.85,29.35,wgs84,一号\n105.9,29.36,gcj02,\n",
    "points.geojson": json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "id": 7,
                    "geometry": {"type": "Point", "coordinates": [105.85, 29.35]},
                    "properties": {"kind": "house"},
                },
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": [105.9, 29.36, 300.0]},
                    "properties": None,
                },
            ],
        }
    ),
}


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("points.csv", ["first", "second"]),
        ("shifted.csv", ["shifted-1", "shifted-2"]),
        ("points.geojson", ["7", "points-2"]),
    ],
)
def test_places_of_a_file(small_world: Path, tmp_path: Path, name: str, ids: list[str]) -> None:
    """Ids as written, else the file's name and a number; a row may have a coordinate system of its own."""
    (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    found = documents("table", "--from", FROM, "--to", tmp_path / name, "--world", small_world)
    assert [each["id"] for each in found["destinations"]] == ids
    assert (found["destinations"][0]["lng"], found["destinations"][0]["lat"]) == (105.85, 29.35)
    assert (found["destinations"][1]["lng"] == 105.9) is (name != "shifted.csv")
    assert found["origins"][0]["profile"] == "fire_engine"


def test_depots_send_trucks(small_world: Path) -> None:
    """Unless told otherwise."""
    found = documents("table", "--from", "depots", "--to", TO, "--world", small_world)
    assert {each["profile"] for each in found["origins"]} == {"relief_truck"}


def test_a_table_of_two_legs(small_world: Path, tmp_path: Path) -> None:
    """Times, places of change and ways agree with those of the route of each pair."""
    legs = ("--then", "foot", "--via", "105.88,29.34", "--via", "105.83,29.33", "--change", "60")
    where = ("table", "--from", "teams", "--to", TO, "--to", FROM, "--world", small_world, *legs)
    found = documents(*where, "-p", "light_rescue", "--csv", tmp_path / "legs.csv")
    assert (found["then"], found["change_seconds"]) == ("foot", 60)
    for row, origin in enumerate(found["origins"]):
        for column, place in enumerate((TO, FROM)):
            way = documents(
                *("route", "--from", f"team:{origin['id']}", "--to", place, "--world", small_world),
                *("-p", "light_rescue", *legs),
            )
            assert way["seconds"] == found["seconds"][row][column]
            assert way["via"] == found["via"][row][column]
    with (tmp_path / "legs.csv").open(encoding="utf-8") as table:
        assert {row["via"] for row in csv.DictReader(table)} <= {"105.88,29.34", "105.83,29.33"}
    nearest = documents(*where, "--nearest", "1")["nearest"][0]["origins"][0]
    line = json.loads(said(*where, "--nearest", "1", "--geojson"))["features"][0]
    assert line["properties"]["via"] == nearest["via"]
    assert [float(part) for part in nearest["via"].split(",")] in line["geometry"]["coordinates"]
    assert "change at" in said(*where, "--nearest", "1")


def test_all_teams_of_the_district(worlds_cache: Path) -> None:
    """459 teams: a summary instead of a table that nobody reads; those from outside come by their border roads."""
    where = ("table", "--from", "teams", "--to", "shelters")
    found = documents(*where)
    assert (len(found["origins"]), len(found["destinations"])) == (459, 52)
    times = [row[0] for row in found["seconds"]]
    assert all(time is None or time < 10**6 for time in times)
    text = said(*where)
    assert "the nearest origin is there within" in text
    assert "--json or --csv FILE" in text
    assert len(text.splitlines()) < 6
