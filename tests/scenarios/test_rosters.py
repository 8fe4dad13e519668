"""Rosters: a district's own tables, read strictly."""
# ruff: noqa: E501 - the table of faults reads best with one fault per line

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest

from graphs.road import RoadGraph
from models.crs import Crs
from models.errors import InputError
from models.force import Echelon, Entry, Shift, TeamStatus
from models.place import Name, Position
from models.supply import Tier
from models.world import District
from scenarios import rosters
from scenarios.catalogue import sample_doctrine, sample_items
from scenarios.world import World


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Rosters as `init` writes them."""
    rosters.init(tmp_path / "r")
    return tmp_path / "r"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


def _change(path: Path, old: str, new: str) -> None:
    text = _text(path)
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


def test_the_templates_read_as_they_are(folder: Path, roads: RoadGraph) -> None:
    found = rosters.read(folder, roads)
    assert (found.id, found.demo) == ("my-district", True)
    assert [town.code for town in found.towns] == ["500118001", "500118100"]
    assert found.towns[1].position.crs is Crs.GCJ02
    assert found.items == sample_items()
    assert found.doctrine == sample_doctrine()
    assert found.roads_digest == roads.digest
    assert World(found, roads).district is found


def test_every_kind_of_value_of_a_team_is_understood(folder: Path, roads: RoadGraph) -> None:
    team = rosters.read(folder, roads).teams[2]
    assert team.echelon is Echelon.VOLUNTEER
    assert team.strengths == {"water_rescue": 2}
    assert team.equipment == {"assault_boat": 1}
    assert team.availability == 0.7
    assert team.shifts == (
        Shift(start=time(18, 0), end=time(23, 0), weekdays=(0, 1, 2, 3, 4)),
        Shift(start=time(7, 0), end=time(23, 0), weekdays=(5, 6)),
    )


def test_every_column_is_explained_in_the_readme(folder: Path) -> None:
    readme = (folder / "README.md").read_text(encoding="utf-8")
    for table in folder.glob("*.csv"):
        for column in _text(table).splitlines()[0].split(","):
            assert re.search(rf"\b{column}\b", readme), (table.name, column)
        assert f"## {table.name}" in readme or f"{table.name}" in readme


def test_templates_carry_the_mark_by_which_excel_knows_utf_8(folder: Path) -> None:
    assert all(table.read_bytes().startswith(codecs.BOM_UTF8) for table in folder.glob("*.csv"))


def test_init_does_not_write_into_a_folder_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("1", encoding="utf-8")
    with pytest.raises(InputError, match="the folder is not empty; name a new one, nothing is overwritten"):
        rosters.init(tmp_path)
    with pytest.raises(InputError, match="it is a file, not a folder"):
        rosters.init(tmp_path / "mine.csv")


def test_a_district_written_reads_back_the_same(district: District, roads: RoadGraph, tmp_path: Path) -> None:
    rosters.write(district, tmp_path / "r")
    assert rosters.read(tmp_path / "r", roads) == district


def test_docks_unloading_and_floors_read_back_the_same(
    district: District, roads: RoadGraph, tmp_path: Path
) -> None:
    depot, *others = district.depots
    item, *items = district.items
    changed = replace(
        district,
        depots=(replace(depot, docks=3, unloading_kg_per_min=250.5), *others),
        items=(replace(item, floors={Tier.TOWN: 10, Tier.DISTRICT: 0}), *items),
    )
    rosters.write(changed, tmp_path / "r")
    assert rosters.read(tmp_path / "r", roads) == changed


def test_yongchuan_written_reads_back_the_same(yongchuan: World, tmp_path: Path) -> None:
    rosters.write(yongchuan.district, tmp_path / "r")
    assert World(rosters.read(tmp_path / "r", yongchuan.roads), yongchuan.roads) == yongchuan


def test_a_team_on_the_move_and_another_doctrine_read_back_the_same(
    district: District, roads: RoadGraph, tmp_path: Path
) -> None:
    first, *rest = district.teams
    moved = replace(
        first,
        position=Position(lng=106.05, lat=29.05, crs=Crs.BD09),
        status=TeamStatus.ROLLING,
        free_from=datetime.fromisoformat("2026-07-01T14:00:00+08:00"),
        basis='quoted "text", with a comma and\na line break',
    )
    doctrine = replace(district.doctrine, version="own \u007f 1", call_processing_s=30)
    changed = replace(district, teams=(moved, *rest), doctrine=doctrine, demo=False)
    rosters.write(changed, tmp_path / "r")
    assert rosters.read(tmp_path / "r", roads) == changed


def test_border_roads_read_back_the_same(district: District, roads: RoadGraph, tmp_path: Path) -> None:
    """Also in another coordinate system than the home; without one of its own a cell has that of the home."""
    first, second, *rest = district.teams
    gates = tuple(
        Entry(
            name=Name(zh=f"口{k}", en=f"gate no {k}"),
            position=Position(lng=106.0 + k / 10, lat=29.25, crs=Crs.GCJ02),
            lead_s=900 * k,
        )
        for k in range(2)
    )
    changed = replace(district, teams=(replace(first, entries=gates), second, *rest))
    rosters.write(changed, tmp_path / "r")
    assert rosters.read(tmp_path / "r", roads) == changed
    _change(tmp_path / "r" / "teams.csv", ",gcj02,", ",,")
    (own, *_) = rosters.read(tmp_path / "r", roads).teams
    assert {each.position.crs for each in own.entries} == {first.home.crs}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": Name(zh="东|西", en="east")}, "the border road '东|西' cannot stand in a list"),
        ({"name": Name(zh="东", en="east / west")}, "the border road 'east / west' cannot stand in a list"),
        (
            {"position": Position(lng=106.0, lat=29.25, crs=Crs.BD09)},
            "its border roads are given in wgs84 and bd09; a row has one borders_crs",
        ),
    ],
)
def test_border_roads_that_cannot_stand_in_a_cell_are_refused_when_written(
    district: District, tmp_path: Path, change: dict[str, Any], sentence: str
) -> None:
    first, *rest = district.teams
    gate = Entry(
        name=Name(zh="口", en="gate"), position=Position(lng=106.0, lat=29.25, crs=Crs.WGS84), lead_s=0
    )
    odd = replace(first, entries=(gate, replace(gate, **change)))
    with pytest.raises(InputError, match=re.escape(f"team {first.id}: {sentence}")):
        rosters.write(replace(district, teams=(odd, *rest)), tmp_path / "r")


def test_an_id_that_cannot_stand_in_a_list_is_refused_when_written(
    district: District, tmp_path: Path
) -> None:
    first, *rest = district.teams
    odd = replace(first, area=("T 01",))
    towns = (*district.towns, replace(district.towns[0], code="T 01"))
    with pytest.raises(InputError, match="'T 01' cannot stand in a list"):
        rosters.write(replace(district, towns=towns, teams=(odd, *rest)), tmp_path / "r")


def test_optional_tables_may_be_left_out(folder: Path, roads: RoadGraph) -> None:
    for name in ("shelters.csv", "hazards.csv", "risk.csv", "sites.csv", "hospitals.csv", "ambulances.csv"):
        (folder / name).unlink()
    found = rosters.read(folder, roads)
    assert (found.shelters, found.hazards, found.risk, found.sites) == ((), (), (), ())
    assert (found.hospitals, found.ambulances) == ((), ())


def test_columns_may_stand_in_any_order_and_optional_ones_be_left_out(folder: Path, roads: RoadGraph) -> None:
    (folder / "trucks.csv").write_text(
        "volume_m3,payload_kg,profile,id,depot\n50,5000,relief_truck,t1,depot-district\n", encoding="utf-8"
    )
    truck = rosters.read(folder, roads).depots[0].trucks[0]
    assert (truck.volume_m3, truck.payload_kg, truck.available) == (50.0, 5000.0, True)


def test_lists_may_use_chinese_or_ascii_semicolons(folder: Path, roads: RoadGraph) -> None:
    _change(folder / "teams.csv", "flood=6 water_rescue=4", "flood=6；water_rescue=4;")
    assert rosters.read(folder, roads).teams[1].strengths == {"flood": 6, "water_rescue": 4}


def test_blank_lines_are_skipped_but_counted(folder: Path, roads: RoadGraph) -> None:
    (folder / "trucks.csv").write_text(
        "depot,id,profile,payload_kg,volume_m3\n\n,,,,\ndepot-district,t1,relief_truck,x,50\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        rosters.read(folder, roads)
    assert str(caught.value) == "trucks.csv, line 4, column payload_kg: 'x' is not a number"


# file, what stands there, what is put instead, the sentence
WRONG = (
    ("teams.csv", ",6,first_response", ",six,first_response", "teams.csv, line 2, column crew: 'six' is not a whole number"),
    ("teams.csv", ",6,first_response", ",0,first_response", "teams.csv, line 2, column crew: must be at least 1, got 0"),
    ("teams.csv", ",6,first_response", ",,first_response", "teams.csv, line 2, column crew: a value is needed, the cell is empty"),
    ("teams.csv", "flood=6 ", "floood=6 ", "teams.csv, line 3, column strengths: there is no capability 'floood'; there are "),
    ("teams.csv", "flood=6 ", "flood:6 ", "teams.csv, line 3, column strengths: 'flood:6' is not name=amount, for example pump=2"),
    ("teams.csv", "flood=6 ", "flood=0 ", "teams.csv, line 3, column strengths: must be at least 1, got 0"),
    ("teams.csv", "flood=6 water_rescue=4", "flood=6 flood=4", "teams.csv, line 3, column strengths: 'flood' stands twice"),
    ("teams.csv", "pump=6", "pmup=6", "teams.csv, line 3, column equipment: there is no item 'pmup'; there are "),
    ("teams.csv", ",500118100 500118001,", ",500118100 500118999,", "teams.csv, line 2, column area: there is no town '500118999'; there are 500118001, 500118100"),
    ("teams.csv", "village,500118100,", "village,Qingfeng,", "teams.csv, line 2, column town: there is no town 'Qingfeng'; there are 500118001, 500118100"),
    ("teams.csv", "specialist-flood,", "village-500118100-01,", "teams.csv, line 3, column id: 'village-500118100-01' stands twice, first in line 2; it must be unique"),
    ("teams.csv", ",specialist,", ",elite,", "teams.csv, line 3, column echelon: 'elite' is not one of village, town, "),
    ("teams.csv", "29.3394,wgs84", "29.3394,gps", "teams.csv, line 2, column crs: 'gps' is not one of wgs84, cgcs2000, gcj02, bd09"),
    ("teams.csv", "29.3394,wgs84", "29.3394,", "teams.csv, line 2, column crs: a value is needed, the cell is empty"),
    ("teams.csv", "105.8268,29.3394", "29.3394,105.8268", "teams.csv, line 2, columns lng and lat: latitude 105.8268 is outside -90..90 degrees"),
    ("teams.csv", ",0.7,", ",1.7,", "teams.csv, line 4: team volunteer-01: availability is a probability above 0 and up to 1, got 1.7"),
    ("teams.csv", "18:00-23:00/01234", "6pm-11pm", "teams.csv, line 4, column shifts: '6pm-11pm' is not a period"),
    ("teams.csv", "18:00-23:00/01234", "18:00-25:00", "teams.csv, line 4, column shifts: '18:00-25:00' is not a time of day"),
    ("teams.csv", "available,,,,,示例", "available,105.1,,,,示例", "teams.csv, line 2: now_lng, now_lat and now_crs go together"),
    ("teams.csv", "available,,,,,示例", "available,,,,noon,示例", "teams.csv, line 2, column free_from: 'noon' is not a time; write it like 2026-07-01T14:00:00+08:00"),
    ("teams.csv", "available,,,,,示例", "available,,,,2026-07-01T14:00:00,示例", "teams.csv, line 2: team village-500118100-01: free_from needs a UTC offset"),
    ("teams.csv", "500118100 500118001,,,", "500118100 500118001,105.8 29.4 900,,", "teams.csv, line 2, column borders: '105.8 29.4 900' is not a border road; write longitude, latitude, seconds from the call to the border, name / English name"),
    ("teams.csv", "500118100 500118001,,,", "500118100 500118001,105.8 29.4 15m 口 / gate,,", "teams.csv, line 2, column borders: '15m' is not a whole number"),
    ("teams.csv", "500118100 500118001,,,", "500118100 500118001,29.4 105.8 900 口 / gate,,", "teams.csv, line 2, column borders: latitude 105.8 is outside -90..90 degrees"),
    ("teams.csv", ",turnout_s,", ",turnout,", "teams.csv, line 1: column 'turnout' is unknown; there are id, name_zh, "),
    ("teams.csv", ",crew,", ",profile,", "teams.csv, line 1: column 'profile' stands twice"),
    ("stock.csv", ",3000,", ",-3,", "stock.csv, line 2, column quantity: must be at least 0, got -3"),
    ("stock.csv", ",3000,", ",3e3,", "stock.csv, line 2, column quantity: '3e3' is not a whole number"),
    ("stock.csv", ",quilt,", ",quilts,", "stock.csv, line 2, column item: there is no item 'quilts'; there are "),
    ("stock.csv", "2028-03-01", "01.03.2028", "stock.csv, line 3, column expires: '01.03.2028' is not a date; write it like 2027-06-30"),
    ("stock.csv", ",damaged", ",broken", "stock.csv, line 4, column condition: 'broken' is not one of good, damaged, quarantined"),
    ("stock.csv", "L-0002", "L-0001", "stock.csv, line 3, column lot: 'L-0001' stands twice, first in line 2; it must be unique"),
    ("stock.csv", "depot-500118100,L", "depot-x,L", "stock.csv, line 4, column depot: there is no depot 'depot-x'; there are depot-500118100, depot-district"),
    ("stock.csv", "depot,lot,item", "depot,lot,thing", "stock.csv, line 1: column 'thing' is unknown"),
    ("stock.csv", ",quantity,batch,expires,condition", ",quantity,batch,expires", "stock.csv, line 2: it has 7 cells, the header names 6 columns"),
    ("trucks.csv", ",5000,", ",0,", "trucks.csv, line 2, column payload_kg: must be above 0, got 0.0"),
    ("trucks.csv", ",yes", ",maybe", "trucks.csv, line 2, column available: 'maybe' is neither yes nor no"),
    ("depots.csv", ",600,3600,", ",6e999,3600,", "depots.csv, line 2, column loading_kg_per_min: '6e999' is not a finite number"),
    ("depots.csv", "quilt=300", "quilt=-300", "depots.csv, line 2, column reserve: must be at least 0, got -300"),
    ("towns.csv", ",61.57,", ',"61,57",', "towns.csv, line 2, column area_km2: '61,57' has a decimal comma; write a decimal point"),
    ("towns.csv", "105.80 29.32 |", "105.80 |", "towns.csv, line 3, column outline: '105.80' is not a point; write longitude, a space, latitude"),
    ("towns.csv", "105.80 29.32 | 105.85 29.32 | 105.85 29.36 | 105.80 29.36", "105.80 29.32 | 105.85 29.32", "towns.csv, line 3, column outline: an outline needs at least three different points"),
    ("items.csv", "1050101", "9050101", "items.csv, line 2: item tent_12: '9050101' is not a GB/T 38565 code; seven digits, the first 1 to 3"),
    ("items.csv", "tent_36=0.34", "tent_99=0.34", "items.csv, line 2, column substitutes: there is no item 'tent_99'; there are "),
    ("hazards.csv", "orange", "purple", "hazards.csv, line 2, column colour: 'purple' is not one of red, orange, yellow, blue"),
    ("risk.csv", "cell-0001,500118001", "cell-0001,nowhere", "risk.csv, line 2, column town: there is no town 'nowhere'"),
    ("hospitals.csv", "red=6", "black=6", "hospitals.csv, line 2, column beds: 'black' is not one of red, yellow, green"),
    ("hospitals.csv", "red=6", "red=-6", "hospitals.csv, line 2, column beds: must be at least 0, got -6"),
    ("ambulances.csv", ",1,3,", ",4,3,", "ambulances.csv, line 2: ambulance ambulance-01: 4 of 3 places are lying"),
    ("ambulances.csv", "light_rescue", "balloon", "ambulances.csv, line 2: "),
    ("ambulances.csv", "ambulance-02", "ambulance-01", "ambulances.csv, line 3, column id: 'ambulance-01' stands"),
    ("shelters.csv", ",5000,", ",5000.5,", "shelters.csv, line 2, column capacity: '5000.5' is not a whole number"),
    ("district.toml", "demo = true", "demo = 1", "district.toml: key 'demo' has a value of the wrong kind; see README.md"),
    ("district.toml", "demo = true", "", "district.toml: key 'demo' is missing"),
    ("district.toml", "demo = true", "demo = true\ncolour = 1", "district.toml: key 'colour' is unknown; there are schema, id, name, demo, basis"),
    ("district.toml", "rosters/1", "rosters/9", "district.toml: schema 'rescue-dispatch/rosters/9' is not known; write rescue-dispatch/rosters/1"),
    ("district.toml", 'zh = "示例区", ', "", "district.toml: name must be written "),
    ("district.toml", "demo = true", "demo = yes", "district.toml: not valid TOML: "),
    ("doctrine.toml", 'capability = "evacuation"', 'capability = "evac"', "capability 'evac' is not in the doctrine"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"), WRONG, ids=[f"{w[0]}:{w[3][-40:]}" for w in WRONG]
)
def test_what_is_wrong_is_said_with_file_line_and_column(
    folder: Path, roads: RoadGraph, name: str, old: str, new: str, sentence: str
) -> None:
    _change(folder / name, old, new)
    with pytest.raises(InputError) as caught:
        rosters.read(folder, roads)
    said = str(caught.value)
    assert sentence in said
    assert said.startswith((name, str(folder)))
    assert "\n" not in said


def _as_gbk(text: str) -> bytes:
    return text.encode("gbk")


def _as_utf16(text: str) -> bytes:
    return text.encode("utf-16")


def _with_semicolons(text: str) -> bytes:
    return text.replace(",", ";").encode()


def _with_tabs(text: str) -> bytes:
    return text.replace(",", "\t").encode()


def _as_workbook(_: str) -> bytes:
    return b"PK\x03\x04\x14\x00\x06\x00"


def _empty(_: str) -> bytes:
    return b""


def _noise(_: str) -> bytes:
    return b"id,name_zh\n\xff\xfe\xfa\n"


def _torn(text: str) -> bytes:
    return (text + '"open quote').encode()


@pytest.mark.parametrize(
    ("encode", "sentence"),
    [
        (_as_gbk, "towns.csv, line 2: it looks like GBK text; save it as 'CSV UTF-8 (comma delimited)'"),
        (_as_utf16, "towns.csv: it is UTF-16 text; save it as 'CSV UTF-8 (comma delimited)'"),
        (_with_semicolons, "towns.csv, line 1: columns are separated by semicolons; save it as"),
        (_with_tabs, "towns.csv, line 1: columns are separated by tabs; save it as"),
        (_as_workbook, "towns.csv: it is an Excel workbook; save the sheet as 'CSV UTF-8 (comma delimited)'"),
        (_empty, "towns.csv: it is empty; the first line must name the columns"),
        (_noise, "towns.csv, line 2: not UTF-8 text; save the file as UTF-8"),
        (_torn, "towns.csv, line 4: not valid CSV: unexpected end of data"),
    ],
)
def test_a_file_that_excel_saved_otherwise_is_explained(
    folder: Path, roads: RoadGraph, encode: Callable[[str], bytes], sentence: str
) -> None:
    path = folder / "towns.csv"
    path.write_bytes(encode(_text(path)))
    with pytest.raises(InputError) as caught:
        rosters.read(folder, roads)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("name", ["district.toml", "doctrine.toml", "towns.csv", "teams.csv", "depots.csv", "stock.csv", "trucks.csv", "items.csv"])  # fmt: skip
def test_a_missing_table_is_named(folder: Path, roads: RoadGraph, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(InputError, match=f"{name}: the file is missing from"):
        rosters.read(folder, roads)


def test_a_missing_folder_and_an_empty_force_are_named(folder: Path, roads: RoadGraph) -> None:
    with pytest.raises(InputError, match="there is no such folder"):
        rosters.read(folder / "x", roads)
    header = _text(folder / "teams.csv").splitlines()[0]
    (folder / "teams.csv").write_text(header + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"teams\.csv: it lists no team; a district needs at least one"):
        rosters.read(folder, roads)


def test_a_circle_of_substitutes_is_refused_with_its_members(folder: Path, roads: RoadGraph) -> None:
    path = folder / "items.csv"
    rows = list(csv.DictReader(_text(path).splitlines()))
    for row in rows:
        row["substitutes"] = {"tent_12": "tent_36=1", "tent_36": "tent_12=1"}.get(row["id"], "")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(InputError, match=r"substitutes run in a circle: tent_\d\d -> tent_\d\d -> tent_\d\d"):
        rosters.read(folder, roads)


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(district: District, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written: Not a directory"):
        rosters.init(tmp_path / "file" / "r")
    with pytest.raises(InputError, match="cannot be written: Not a directory"):
        rosters.write(district, tmp_path / "file" / "r")


def test_an_item_that_the_doctrine_needs_must_be_in_the_table(folder: Path, roads: RoadGraph) -> None:
    lines = _text(folder / "items.csv").splitlines()
    (folder / "items.csv").write_text(
        "\n".join(line for line in lines if not line.startswith("foam,")), encoding="utf-8"
    )
    with pytest.raises(
        InputError, match=r"doctrine incidents\.\w+\.responses\.\w+: no item 'foam' in this world"
    ):
        rosters.read(folder, roads)
