"""`dispatch explain` and `dispatch plan --in-force`: text and JSON, both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from models.codec import read_json, write_json
from models.inquiry import Explanation, Why
from models.plan import Plan
from models.schemas import json_schema
from scenarios.world import World
from tests.dispatch.shell import REQUEST, documents, invoke, said, small_request

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def small_plan(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan for the small request, written by the program."""
    folder = tmp_path_factory.mktemp("plan")
    (folder / "request.json").write_text(json.dumps(REQUEST), encoding="utf-8")
    made = invoke("plan", folder / "request.json", "--world", small_world, "--out", folder)
    assert made.exit_code == 0, made.output
    return folder / "plan.json"


@pytest.fixture(scope="module")
def demo_plan(yongchuan: World, example_plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan for the example in the embedded world, in a file."""
    file = tmp_path_factory.mktemp("demo") / "plan.json"
    file.write_text(write_json(example_plan), encoding="utf-8")
    return file


def asked(*arguments: str | Path) -> Explanation:
    """What `explain --json` says: one document that its schema takes."""
    document = documents("explain", *arguments)
    jsonschema.validate(document, json_schema("explanation"))
    return read_json(Explanation, json.dumps(document), "stdout")


# --- a team that is sent -------------------------------------------------------------------------------------


def test_why_a_team_of_the_demo(demo_plan: Path, example_plan: Plan) -> None:
    """The reason, the parts of its time and the next best are those of the plan; without it something is worse."""
    sent = example_plan.assignments[0]
    found = asked(demo_plan, "--team", sent.team)
    assert found.team is not None
    assert (found.why_not, found.variants) == ((), ())
    assert (found.team.incident, found.team.eta) == (sent.incident, sent.eta)
    assert found.team.why == next(each.why for each in example_plan.reasons if each.id == sent.team)
    worse = [each for each in found.team.price_without if each.then != each.now]
    assert worse
    assert worse[0].then > worse[0].now


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_why_a_team_as_text(small_plan: Path, small_world: Path, lang: str) -> None:
    words = {
        "en": (
            "Flood control team (specialist-flood) → flood: ",
            "turnout",
            "without it: unmet strength 0 →",
        ),
        "zh": ("抗洪抢险专业队 (specialist-flood) → flood: ", "出动", "若没有它： 未满足的力量 0 →"),
    }
    text = said("explain", small_plan, "--world", small_world, "--team", "specialist-flood", lang=lang)
    for each in words[lang]:
        assert each in " ".join(text.split()), text
    assert bool(CHINESE.search(text)) is (lang == "zh")


# --- a team that is not ---------------------------------------------------------------------------------------


def test_why_not_a_team_of_the_demo(demo_plan: Path, example_plan: Plan) -> None:
    """Every incident is answered; where it could be forced, no level before the first that differs is better."""
    sent = {each.team for each in example_plan.assignments}
    assert example_plan.asked is not None
    found = asked(demo_plan, "--why-not", "specialist-forest_fire")
    assert [each.incident for each in found.why_not] == [each.id for each in example_plan.asked.incidents]
    for each in found.why_not:
        assert each.reason != "sent" or each.team in sent
        changed = [price for price in each.price if price.then != price.now]
        assert not changed or changed[0].then > changed[0].now


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_why_not_as_text(small_plan: Path, small_world: Path, lang: str) -> None:
    """A team that has nothing that is needed: one line that says so."""
    (answer,) = asked(small_plan, "--world", small_world, "--why-not", "village-500118100-01").why_not
    assert answer.reason is Why.NO_USE
    text = said(
        "explain", small_plan, "--world", small_world, "--why-not", "village-500118100-01", "--incident", "flood",
        lang=lang,
    )  # fmt: skip
    assert (answer.why.zh if lang == "zh" else answer.why.en) in " ".join(text.split())
    assert f"({answer.team}) → flood: " in text


# --- alternatives -----------------------------------------------------------------------------------------------


def test_alternatives(small_plan: Path, small_world: Path) -> None:
    """Whole plans, the first of them the one asked about."""
    found = asked(small_plan, "--world", small_world, "--alternatives")
    assert [each.key for each in found.variants][:2] == ["doctrine", "fastest"]
    made = read_json(Plan, small_plan.read_bytes(), "plan.json")
    assert write_json(found.variants[0].plan) == write_json(made)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_alternatives_as_a_table(small_plan: Path, small_world: Path, lang: str) -> None:
    """A column for each, a row for each level, and how many go."""
    text = said("explain", small_plan, "--world", small_world, "--alternatives", lang=lang)
    words = {
        "en": (
            "as the doctrine says",
            "fastest",
            "1 unmet strength",
            "6 driving and changes",
            "last team on scene",
        ),
        "zh": ("按预案", "最快", "1 未满足的力量", "6 行车与改派", "最后一支队伍到场"),
    }
    for each in words[lang]:
        assert each in text, text


# --- the plan in force -----------------------------------------------------------------------------------------


def later(folder: Path, request: dict[str, Any]) -> Path:
    file = folder / "later.json"
    file.write_text(json.dumps(request), encoding="utf-8")
    return file


def test_nothing_changes_three_minutes_later(small_plan: Path, small_world: Path, tmp_path: Path) -> None:
    """The same teams, on their way, no change; what is asked holds where they are."""
    question = later(tmp_path, small_request(now="2026-07-01T14:03:00+08:00"))
    before = json.loads(small_plan.read_text(encoding="utf-8"))
    plan = documents("plan", question, "--world", small_world, "--in-force", small_plan)
    assert plan["changes"] == []
    assert plan["check"] == {"ok": True, "faults": []}
    assert [(each["team"], each["stays"]) for each in plan["assignments"]] == [("specialist-flood", True)]
    assert plan["assignments"][0]["arrives_at"] == before["assignments"][0]["arrives_at"]
    assert [each["team"] for each in plan["asked"]["engaged"]] == ["specialist-flood"]


def test_an_order_to_join_is_a_change(small_plan: Path, small_world: Path, tmp_path: Path) -> None:
    """The text names the change in both languages."""
    order = {"team": "village-500118100-01", "incident": "flood"}
    grown = small_request(now="2026-07-01T14:03:00+08:00", locks=[order])
    arguments = ("plan", later(tmp_path, grown), "--world", small_world, "--in-force", small_plan)
    plan = documents(*arguments)
    assert [(each["kind"], each["team"]) for each in plan["changes"]] == [("added", "village-500118100-01")]
    assert {each["team"]: each["stays"] for each in plan["assignments"]} == {
        "specialist-flood": True,
        "village-500118100-01": False,
    }
    assert "Changes against the plan in force" in said(*arguments)
    assert "增派" in said(*arguments, lang="zh")


def test_a_plan_made_on_a_plan_can_be_asked_about(
    small_plan: Path, small_world: Path, tmp_path: Path
) -> None:
    """It holds its own request, with who is under way."""
    question = later(tmp_path, small_request(now="2026-07-01T14:03:00+08:00"))
    made = invoke(
        "plan", question, "--world", small_world, "--in-force", small_plan, "--out", tmp_path / "second"
    )
    assert made.exit_code == 0, made.output
    second = tmp_path / "second" / "plan.json"
    found = asked(second, "--world", small_world, "--team", "specialist-flood")
    assert found.team is not None
    assert found.team.price_without[0].then > found.team.price_without[0].now
    variants = asked(second, "--world", small_world, "--alternatives").variants
    assert "steady" in [each.key for each in variants]


# --- nothing has happened yet -----------------------------------------------------------------------------------


def test_a_warning_alone_is_planned_for(yongchuan: World, tmp_path: Path) -> None:
    """No incident: the risk is raised, moves are proposed, all three files are written."""
    towns = sorted({cell.town for cell in yongchuan.district.risk})[:2]
    rain = {
        "id": "rain",
        "colour": "red",
        "towns": towns,
        "begin": "2026-07-01T12:00:00+08:00",
        "end": "2026-07-02T12:00:00+08:00",
    }
    question = later(tmp_path, small_request(incidents=[], forecasts=[rain]))
    made = invoke("plan", question, "--out", tmp_path / "out", "--json")
    assert made.exit_code == 0, made.output
    plan = json.loads(made.stdout)
    assert (plan["assignments"], plan["shortfalls"], plan["check"]["ok"]) == ([], [], True)
    assert plan["cover"]["before"] == plan["cover"]["after"]
    gains = [each["gain"] for each in plan["moves"]]
    assert plan["cover"]["with_moves"] == pytest.approx(plan["cover"]["after"] + sum(gains), abs=1e-5)
    calm = documents(
        "plan", later(tmp_path, small_request(incidents=[], forecasts=[{**rain, "colour": "blue"}]))
    )
    assert plan["cover"]["before"] != calm["cover"]["before"]
    drawn = json.loads((tmp_path / "out" / "plan.geojson").read_text(encoding="utf-8"))
    assert [each["id"] for each in drawn["features"]] == [f"move/{each['team']}" for each in plan["moves"]]
    assert "Colour warnings" in (tmp_path / "out" / "plan.html").read_text(encoding="utf-8")
