"""`dispatch needs`: figures, languages, accounts, and a request that `dispatch plan` takes at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.codec import read_file, read_json
from models.relief import Needs
from models.request import Request
from scenarios.catalogue import DATA
from tests.conftest import ROOT
from tests.dispatch.shell import documents, invoke, said, small_request

ASKED = ("needs", "--people", "12000", "--type", "flood", "--season", "winter", "--days", "3")


@pytest.fixture
def question(tmp_path: Path) -> Path:
    path = tmp_path / "request.json"
    path.write_text(json.dumps(small_request()), encoding="utf-8")
    return path


def test_the_document_is_the_estimate_and_what_it_was_held_against(small_world: Path) -> None:
    found = documents(*ASKED, "--world", small_world)
    needs = read_json(Needs, json.dumps(found["needs"]), "needs")
    total = {line.item: line.total for line in needs.lines}
    assert (total["tent_12"].likely, total["water"].likely) == (150, 27_000)
    for line in needs.lines:
        short = max(0, line.total.likely - found["stock"][line.item])
        assert found["short"][line.item]["likely"] == short
    assert any(found["stock"].values())
    assert found["check"] == {"ok": True, "faults": []}


def test_both_languages_name_items_groups_and_sources(small_world: Path) -> None:
    english = said(*ASKED, "--world", small_world)
    chinese = said(*ASKED, "--world", small_world, lang="zh")
    for text, words in (
        (english, ("12000 people affected, winter, 3 days", "27000", "relocated", "[P28]", "estimate")),
        (chinese, ("受灾 12000 人，冬季，3 天", "27000", "转移安置人员", "缺口", "[P28]")),
    ):
        assert all(word in text for word in words), text


def test_a_share_that_is_known_goes_before_that_of_the_rates(small_world: Path) -> None:
    found = documents(*ASKED, "--world", small_world, "--relocated", "0.1,0.2,0.3")
    assert found["needs"]["groups"]["relocated"] == {"low": 1200, "likely": 2400, "high": 3600}
    found = documents(*ASKED, "--world", small_world, "--relocated", "0.5")
    assert found["needs"]["groups"]["relocated"] == {"low": 6000, "likely": 6000, "high": 6000}


def test_deliveries_and_a_service_level(small_world: Path, tmp_path: Path) -> None:
    coming = tmp_path / "coming.csv"
    coming.write_text("item,hour,quantity\nwater,10,9000\nwater,30,18000\n", encoding="utf-8")
    asked = (*ASKED, "--world", small_world, "--deliveries", coming, "--service", "0.95")
    found = documents(*asked)
    assert found["without"]["water"]["person_hours"] == 3000 * 10 + 3000 * 6
    assert found["without"]["water"]["longest_h"] == 10
    assert found["without"]["quilt"]["longest_h"] == 72
    assert found["order_up_to"]["water"] > 18_000
    assert "people without" in said(*asked)


def test_the_example_of_deliveries(small_world: Path) -> None:
    found = documents(*ASKED, "--world", small_world, "--deliveries", ROOT / "examples/deliveries.csv")
    assert found["without"]["tent_12"]["longest_h"] == 30
    assert [day["people_without"] for day in found["without"]["tent_12"]["days"]] == [240, 0, 0]


def test_a_request_with_the_needs_is_planned_at_once(
    question: Path, small_world: Path, tmp_path: Path
) -> None:
    """People, type and season come from the incident; what the doctrine or incident needs besides is kept."""
    out = tmp_path / "out.json"
    found = documents("needs", "--incident-file", question, "--world", small_world, "--out", out)
    assert (found["needs"]["people"], found["needs"]["season"]) == (100, "summer")
    written = read_file(Request, out)
    needed = {need.item: need.quantity for need in written.incidents[0].supply_needs or ()}
    assert needed["water"] == 225
    assert needed["quilt"] == 25  # 20 in the request gave way
    plan = documents("plan", out, "--world", small_world)
    sent = {load["item"] for trip in plan["shipments"] for load in trip["loads"]}
    missing = {short["item"] for short in plan["shortfalls"]}
    assert {"water", "quilt"} <= sent | missing
    assert plan["check"]["ok"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--people", "10"), "give --people, --type and --season, or --incident-file with a request"),
        (("--people", "10", "--type", "plague", "--season", "summer"), "--type: type 'plague' is not in the"),
        (("--people", "0", "--type", "flood", "--season", "summer"), "people must be at least 1, got 0"),
        ((*ASKED[1:], "--relocated", "1.5"), "--relocated: '1.5' is no share; write a number from 0 to 1"),
        ((*ASKED[1:], "--relocated", "0.5,0.2,0.7"), "--relocated: low, likely and high must rise"),
        ((*ASKED[1:], "--service", "1"), "a service level is a probability between 0 and 1, got 1.0"),
        ((*ASKED[1:], "--service", "0.9", "--window", "0"), "the window of an order must be at least 1 day, got 0"),
        ((*ASKED[1:], "--days", "400"), "days must be from 1 to 90, got 400"),
        ((*ASKED[1:], "--incident", "x"), "--incident names one of --incident-file; give both"),
        ((*ASKED[1:], "--out", "{here}/o.json"), "--out writes the request of --incident-file; give that too"),
        ((*ASKED[1:], "--rates", "{here}/none.toml"), "none.toml: cannot be read: No such file"),
        ((*ASKED[1:], "--rates", "{here}/boats.toml"), "boats.toml: rates[0].item: no item 'ark' in this world"),
        ((*ASKED[1:], "--deliveries", "{here}/boats.csv"), "boats.csv, line 2, column item: there is no item 'ark'"),
        ((*ASKED[1:], "--deliveries", "{here}/early.csv"), "early.csv, line 2: must be at least 0, got -1"),
        (("--incident-file", "{here}/two.json"), "has several incidents; name one by --incident: flood, other"),
        (("--incident-file", "{here}/two.json", "--incident", "x"), "no incident 'x' in this request; it has flood"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_one_sentence(
    small_world: Path, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    rates = (DATA / "relief.toml").read_text(encoding="utf-8")
    (tmp_path / "boats.toml").write_text(rates.replace('"tent_12"', '"ark"'), encoding="utf-8")
    (tmp_path / "boats.csv").write_text("item,hour,quantity\nark,1,1\n", encoding="utf-8")
    (tmp_path / "early.csv").write_text("item,hour,quantity\nwater,-1,1\n", encoding="utf-8")
    one = small_request()["incidents"][0]
    two = small_request(incidents=[one, {**one, "id": "other"}])
    (tmp_path / "two.json").write_text(json.dumps(two), encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    given = [each.format(here=tmp_path) for each in arguments]
    for lang in ("en", "zh"):
        result = invoke("needs", *given, "--world", small_world, "--lang", lang)
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        (line,) = result.stderr.splitlines()
        if lang == "en":
            assert sentence in line
        else:
            assert any("\u4e00" <= each <= "\u9fff" for each in line), line
    assert sorted(tmp_path.iterdir()) == before
