"""`dispatch route` and `dispatch isochrone`: forms, closures, moments, two legs, help."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import shapely

from dispatch.cli.options import PROFILES
from graphs.profiles import profiles
from tests.dispatch.shell import documents, invoke, said

FROM, TO = "105.852,29.352", "105.9,29.36"


@pytest.fixture
def where(small_world: Path) -> tuple[str | Path, ...]:
    """The question most tests ask."""
    return ("route", "--from", FROM, "--to", TO, "--world", small_world)


def shut(folder: Path, **closure: Any) -> Path:
    """A file with one closure."""
    file = folder / "closures.json"
    file.write_text(json.dumps([{"id": "flooded", **closure}]), encoding="utf-8")
    return file


# --- route --------------------------------------------------------------------------------------------------


def test_route_in_three_forms(where: tuple[str | Path, ...]) -> None:
    """The same way as a sentence, a document and a GeoJSON feature."""
    document = documents(*where)
    assert document["profile"] == "fire_engine"
    assert document["seconds"] == document["free_seconds"] > 60
    assert document["length_m"] > 5000
    assert document["delayed_by"] == document["closures"] == []
    assert " → ".join(document["roads"]) in said(*where)
    feature = json.loads(said(*where, "--geojson"))
    assert feature["geometry"]["type"] == "LineString"
    assert feature["geometry"]["coordinates"] == document["points"]
    assert feature["properties"]["seconds"] == document["seconds"]


def test_a_feature_holds_its_arcs_in_order(where: tuple[str | Path, ...]) -> None:
    """Their names are the roads of the way; their metres and seconds are its own, but for both ends."""
    properties = json.loads(said(*where, "--geojson"))["properties"]
    arcs = properties["arcs"]
    assert list(dict.fromkeys(arc["road"] for arc in arcs)) == properties["roads"]
    assert {arc["class"] for arc in arcs} == {"tertiary"}
    assert 0 < properties["length_m"] - sum(arc["length_m"] for arc in arcs) < 2000
    assert 0 < properties["seconds"] - sum(arc["seconds"] for arc in arcs) < 1000


def test_route_round_a_closure(where: tuple[str | Path, ...]) -> None:
    """A road shut by name is not driven; a closed circle is driven round."""
    free = documents(*where)
    middle = free["roads"][1]
    closed = documents(*where, "--close", middle)
    assert middle not in closed["roads"]
    assert closed["seconds"] >= free["seconds"]
    lng, lat = free["points"][len(free["points"]) // 2]
    round_it = documents(*where, "--close", f"{lng},{lat},400")
    assert round_it["seconds"] >= free["seconds"]
    assert [lng, lat] not in round_it["points"]


def test_what_a_closure_costs_is_said(where: tuple[str | Path, ...]) -> None:
    """The delay is the difference to the free way, and the closure in the way is named, no other."""
    free = documents(*where)
    middle, far = free["roads"][0], "横12路"
    slow = f"{middle}@0.1"
    asked = (*where, "--close", slow, "--close", far)
    document = documents(*asked)
    assert document["free_seconds"] == free["seconds"]
    assert document["seconds"] > free["seconds"]
    assert document["closures"] == [slow, far]
    assert document["delayed_by"] == [slow]
    assert re.search(rf"longer than with all roads open, because of {slow}\n", said(*asked))
    assert "longer" not in said(*where, "--close", far)


def test_a_weight_limit_holds_for_what_is_heavier(where: tuple[str | Path, ...]) -> None:
    """A fire engine of 16 t drives round a limit of 10 t; a motorcycle does not notice it."""
    road = documents(*where)["roads"][1]
    for profile, held in (("fire_engine", True), ("motorcycle", False)):
        document = documents(*where, "-p", profile, "--close", f"{road}@10t")
        assert (road not in document["roads"]) is held
        assert (document["seconds"] > document["free_seconds"]) is held
        assert bool(document["delayed_by"]) is held


def test_a_way_of_the_map_is_shut_by_its_number(where: tuple[str | Path, ...]) -> None:
    """As the GeoJSON of the free way numbers it."""
    arcs = json.loads(said(*where, "--geojson"))["properties"]["arcs"]
    way = arcs[len(arcs) // 2]["way"]
    round_it = json.loads(said(*where, "--geojson", "--close", f"way:{way}"))["properties"]
    assert way not in {arc["way"] for arc in round_it["arcs"]}
    assert round_it["delayed_by"] == [f"way:{way}"]


def test_an_area_is_shut(where: tuple[str | Path, ...]) -> None:
    """No point of the way lies inside the outline."""
    area = [(105.868, 29.30), (105.872, 29.30), (105.872, 29.395), (105.868, 29.395)]
    text = "area:" + ";".join(f"{lng},{lat}" for lng, lat in area)
    document = documents(*where, "--close", text)
    assert document["seconds"] > document["free_seconds"]
    assert not shapely.LineString(document["points"]).intersects(shapely.Polygon(area))


def test_a_closure_holds_from_begin_to_end(where: tuple[str | Path, ...]) -> None:
    """Before, in force, after; without a moment it is in force; the clock is that of the world."""
    text = "105.9,29.36,1500@2026-07-01T08:00..2026-07-01T12:00"
    for moment, held in (
        ("2026-07-01T07:59", False),
        ("2026-07-01T08:00", True),
        ("2026-07-01T00:30+00:00", True),
        ("2026-07-01 12:00", False),
    ):
        asked = (*where, "--close", text, "--at", moment)
        assert (documents(*asked)["seconds"] is None) is held, moment
        assert ("not in force at this moment: 105.9" in said(*asked)) is not held
    assert documents(*where, "--close", text)["seconds"] is None
    assert (
        documents(*where, "--close", "105.9,29.36,1500@..2026-07-01T12:00", "--at", "2001-01-01T00:00")[
            "seconds"
        ]
        is None
    )


def test_closures_of_a_file(where: tuple[str | Path, ...], tmp_path: Path) -> None:
    """A JSON list and GeoJSON say the same as --close."""
    by_name = documents(*where, "--close", "横5路")
    as_json = documents(*where, "--closures", shut(tmp_path, road="横5路"))
    assert as_json["closures"] == ["flooded"]
    assert as_json["points"] == by_name["points"]
    drawn = tmp_path / "closures.geojson"
    point = {"type": "Point", "coordinates": [105.9, 29.36]}
    drawn.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {"type": "Feature", "geometry": point, "properties": {"id": "c", "radius_m": 1500}}
                ],
            }
        ),
        encoding="utf-8",
    )
    assert documents(*where, "--closures", drawn)["seconds"] is None
    both = documents(*where, "--closures", drawn, "--closures", tmp_path / "closures.json")
    assert both["closures"] == ["c", "flooded"]


def test_route_to_where_no_way_leads(where: tuple[str | Path, ...]) -> None:
    """It is an answer, not an error: nothing in the document, a sentence in the text, what it would take else."""
    asked = (*where, "--close", f"{TO},1500")
    document = documents(*asked)
    assert (document["seconds"], document["length_m"], document["points"]) == (None, None, [])
    assert document["free_seconds"] == documents(*where)["seconds"]
    text = said(*asked)
    assert "there is no way for this vehicle" in text
    assert "with all roads open it would take" in text
    assert json.loads(said(*asked, "--geojson"))["geometry"] is None


def test_route_in_another_coordinate_system(where: tuple[str | Path, ...]) -> None:
    """Places given in GCJ-02 are not where the same degrees are in WGS-84."""
    assert documents(*where, "--crs", "gcj02")["points"][0] != documents(*where)["points"][0]


def test_route_from_a_team_to_a_town(small_world: Path) -> None:
    """Members of the world are places too."""
    asked = ("route", "--from", "team:specialist-flood", "--to", "shelter:shelter-1", "--world", small_world)
    shelters = documents(
        "table", "--from", "team:specialist-flood", "--to", "shelters", "--world", small_world
    )
    place = shelters["destinations"][0]
    document = documents(*asked[:4], f"shelter:{place['id']}", *asked[5:])
    assert document["points"][-1] == [place["lng"], place["lat"]]
    assert document["points"][0] == [shelters["origins"][0][key] for key in ("lng", "lat")]


def test_route_into_a_file(where: tuple[str | Path, ...], tmp_path: Path) -> None:
    """--out writes what --geojson prints, beside the text."""
    out = tmp_path / "made" / "way.geojson"
    text = said(*where, "--out", out)
    assert json.loads(out.read_text(encoding="utf-8")) == json.loads(said(*where, "--geojson"))
    assert "km" in text


# --- two legs -----------------------------------------------------------------------------------------------


def test_route_of_two_legs(where: tuple[str | Path, ...]) -> None:
    """Drive to the place of change, then walk: the legs meet there, and times add up."""
    change = "105.88,29.34"
    asked = (*where, "--then", "foot", "--via", change, "--change", "90")
    document = documents(*asked)
    drive, walk = document["legs"]
    assert (drive["profile"], walk["profile"], document["via"]) == ("fire_engine", "foot", change)
    assert drive["points"][-1] == walk["points"][0] == [105.88, 29.34]
    assert document["seconds"] == pytest.approx(drive["seconds"] + 90 + walk["seconds"])
    text = said(*asked)
    assert f"change at {change}: 1 min 30 s" in text
    assert "on foot: " in text
    collection = json.loads(said(*asked, "--geojson"))
    assert [each["properties"]["profile"] for each in collection["features"]] == ["fire_engine", "foot"]
    assert all(each["geometry"]["type"] == "LineString" for each in collection["features"])


def test_two_legs_change_at_the_best_place(where: tuple[str | Path, ...]) -> None:
    """Of two places the one on the way; with the road to it shut there is no way."""
    near, far = "105.899,29.359", "105.81,29.42"
    asked = (*where, "--then", "foot", "--via", far, "--via", near)
    assert documents(*asked)["via"] == near
    shut_off = documents(*asked, "--close", f"{FROM},1500")
    assert (shut_off["seconds"], shut_off["via"], shut_off["legs"]) == (None, None, [])
    assert json.loads(said(*asked, "--close", f"{FROM},1500", "--geojson"))["features"] == []


def test_boats_start_from_the_wharves_of_the_world(worlds_cache: Path) -> None:
    """Without --via one changes at the launches of the world."""
    question = ("route", "--from", "105.9054,29.3562", "--to", "105.86,29.02", "-p", "light_rescue")
    document = documents(*question, "--then", "boat", "--change", "600")
    assert document["via"] in {"launch-zhutuo", "launch-songji"}
    assert [leg["profile"] for leg in document["legs"]] == ["light_rescue", "boat"]


# --- isochrone ----------------------------------------------------------------------------------------------


def areas(*arguments: str | Path) -> list[Any]:
    """Features of an isochrone as shapes."""
    features = json.loads(said("isochrone", *arguments, "--geojson"))["features"]
    return [shapely.geometry.shape(each["geometry"]) for each in features]


def test_isochrone_in_three_forms(small_world: Path, tmp_path: Path) -> None:
    """Areas as a table, a document and GeoJSON polygons that are valid and hold one another."""
    asked = ("--from", FROM, "--minutes", "3,10", "--world", small_world)
    document = documents("isochrone", *asked)
    assert [(each["limit"], each["limit_s"]) for each in document["areas"]] == [(3.0, 180), (10.0, 600)]
    assert 0 < document["areas"][0]["area_km2"] < document["areas"][1]["area_km2"]
    large, small = areas(*asked, "--out", tmp_path / "reach.geojson")
    assert large.is_valid
    assert small.is_valid
    assert large.buffer(1e-5).covers(small)  # corners are rounded to a tenth of a metre
    assert small.covers(shapely.Point(105.852, 29.352))
    text = said("isochrone", *asked)
    assert f"{document['areas'][1]['area_km2']:.1f} km²" in text
    written = json.loads((tmp_path / "reach.geojson").read_text(encoding="utf-8"))
    assert [each["properties"]["limit"] for each in written["features"]] == [10.0, 3.0]
    assert {each["properties"]["profile"] for each in written["features"]} == {"fire_engine"}


def test_an_isochrone_with_a_closure_is_smaller(small_world: Path) -> None:
    """A shut road is not driven to get somewhere, a slow one less far."""
    asked = ("--from", FROM, "--minutes", "10", "--world", small_world)
    (free,) = areas(*asked)
    (slow,) = areas(*asked, "--close", "105.852,29.352,9000@0.5")
    (closed,) = areas(*asked, "--close", "横4路", "--close", "纵5路")
    assert slow.area < 0.6 * free.area
    assert closed.area < free.area


def test_an_isochrone_of_each_profile(small_world: Path) -> None:
    """A walker comes less far than a fire engine; a helicopter flies a circle."""
    asked = ("--from", FROM, "--minutes", "10", "--world", small_world)
    sizes = [areas(*asked, "-p", each)[0].area for each in ("foot", "fire_engine", "helicopter")]
    assert sizes == sorted(sizes)


# --- help ---------------------------------------------------------------------------------------------------


def test_the_help_names_every_profile() -> None:
    """The list in the help is written down; it must be the one of the profiles' file."""
    assert re.findall(r"\w+", PROFILES.replace(" or ", ", ")) == list(profiles())
    for command in ("route", "isochrone", "table"):
        shown = " ".join(re.sub(r"[│\n]", " ", invoke(command, "--help").stdout).split())
        assert all(each in shown for each in profiles()), shown
        for option in ("--close", "--closures", "--at", "--crs", "--geojson", "bridge:NAME", "@10t"):
            assert option in shown
