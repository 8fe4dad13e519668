"""`dispatch casualties`: the plan as a document, in both languages, as lines; and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.casualty import CasualtyPlan
from models.codec import read_json
from scenarios.catalogue import DATA
from tests.conftest import ROOT
from tests.dispatch.shell import documents, invoke, said

HERE = "105.852,29.352"
ASKED = ("casualties", "--site", f"{HERE}=2,1,4@10")


def test_the_plan_is_a_document_that_is_checked(small_world: Path) -> None:
    found = documents(*ASKED, "--world", small_world)
    plan = read_json(CasualtyPlan, json.dumps(found), "plan")
    assert sum(sum(trip.casualties.values()) for trip in plan.trips) == 7
    assert all(trip.loads_s >= 600 for trip in plan.trips)
    assert {trip.ambulance for trip in plan.trips} == {"ambulance-01", "ambulance-02"}
    assert plan.check is not None
    assert plan.check.ok


def test_both_languages(small_world: Path) -> None:
    english, chinese = (said(*ASKED, "--world", small_world, lang=lang) for lang in ("en", "zh"))
    assert all(word in english for word in ("red 1", "cannot be less than", "seconds x weight"))
    assert all(word in chinese for word in ("红标 1", "不可能低于", "红标逾时"))


def test_a_table_a_file_of_rules_and_the_ways_as_lines(small_world: Path, tmp_path: Path) -> None:
    table, rules, out = tmp_path / "hurt.csv", tmp_path / "rules.toml", tmp_path / "ways.geojson"
    table.write_text(f"id,lng,lat,red,green,ready_minutes,name\nbus,{HERE},1,2,5,大巴\n", encoding="utf-8")
    text = (DATA / "triage.toml").read_text(encoding="utf-8")
    rules.write_text(text.replace("load_s = 420", "load_s = 60"), encoding="utf-8")
    asked = ("casualties", "--sites", table, "--rules", rules, "--out", out, "--world", small_world)
    (trip,) = documents(*asked)["trips"]
    assert trip["leaves_s"] - trip["loads_s"] == 60
    assert (trip["site"], trip["casualties"]) == ("bus", {"red": 1, "green": 2})
    (feature,) = json.loads(out.read_text(encoding="utf-8"))["features"]
    assert feature["geometry"]["type"] == "LineString"
    assert feature["properties"]["red"] == 1
    assert "大巴" in said(*asked)


def test_the_example_is_carried(small_world: Path) -> None:
    found = documents("casualties", "--sites", ROOT / "examples/casualties.csv", "--world", small_world)
    assert sum(sum(trip["casualties"].values()) for trip in found["trips"]) == 25
    assert found["left"] == []
    assert found["check"]["ok"]


def test_who_has_no_bed_is_told(small_world: Path) -> None:
    """The small world has six beds for red."""
    found = documents("casualties", "--site", f"{HERE}=8,0,0", "--world", small_world)
    assert [(left["severity"], left["count"]) for left in found["left"]] == [("red", 2)]
    assert "2 red are not carried; 8 are red, with 6 beds" in said(
        "casualties", "--site", f"{HERE}=8,0,0", "--world", small_world
    ).replace("\n", " ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "say where casualties are by --site or --sites"),
        (("--site", f"{HERE}=5"), "--site: '105.852,29.352=5' is no place with casualties; write"),
        (("--site", f"{HERE}=0,0,0"), "--site: place 105.852,29.352: no casualties; give at least 1"),
        (("--site", "town:9=1,1,1"), "--site: no town '9' in this world"),
        (("--site", "10,10=1,1,1"), "10,10: "),
        (("--site", f"{HERE}=9999,0,0"), "9999 casualties; one question holds up to 2000"),
        (("--site", f"{HERE}=1,0,0", "--site", f"{HERE}=1,0,0"), "place id '105.852,29.352' stands twice"),
        (("--sites", "{here}/bad.csv"), "bad.csv, line 2, column red: must be at least 0, got -1"),
        (("--sites", "{here}/none.csv"), "none.csv, line 2: place b: no casualties"),
        ((*ASKED[1:], "--rules", "{here}/x.toml"), "x.toml: cannot be read: No such file"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_one_sentence(
    small_world: Path, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    (tmp_path / "bad.csv").write_text(f"id,lng,lat,red\na,{HERE},-1\n", encoding="utf-8")
    (tmp_path / "none.csv").write_text(f"id,lng,lat\nb,{HERE}\n", encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    given = [each.format(here=tmp_path) for each in arguments]
    for lang in ("en", "zh"):
        result = invoke("casualties", *given, "--world", small_world, "--lang", lang)
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        (line,) = result.stderr.splitlines()
        if lang == "en":
            assert sentence in line
        else:
            assert any("\u4e00" <= each <= "\u9fff" for each in line), line
    assert sorted(tmp_path.iterdir()) == before
