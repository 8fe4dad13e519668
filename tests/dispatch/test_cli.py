"""The command line: every command as text and as JSON, in both languages, files, exit codes, light starts."""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dispatch.cli.common import language_of
from models.codec import read_json, write_json
from models.plan import Plan
from models.schemas import json_schema
from tests.dispatch.conftest import EXAMPLE, PATIENCE_S
from tests.dispatch.shell import (
    REQUEST,
    documents,
    invoke,
    one_incident,
    run,
    run_command,
    said,
    small_request,
)

CHINESE = re.compile(r"[\u4e00-\u9fff]")
DISPATCH = Path(sys.executable).parent / "dispatch"


@pytest.fixture(scope="module")
def question(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small request in a file."""
    file = tmp_path_factory.mktemp("question") / "request.json"
    file.write_text(json.dumps(REQUEST), encoding="utf-8")
    return file


# --- plan ---------------------------------------------------------------------------------------------------


def test_plan_as_json(question: Path, small_world: Path) -> None:
    """Assignments, shipments, shortfalls, objective with bounds, check, digest: one document that reads back."""
    plan = documents("plan", question, "--world", small_world)
    assert [each["team"] for each in plan["assignments"]] == ["specialist-flood"]
    assert [each["truck"] for each in plan["shipments"]] == ["truck-1"]
    assert plan["shortfalls"] == []
    assert {"value", "bound", "gap", "proven"} <= plan["objective"][0].keys()
    assert plan["check"] == {"ok": True, "faults": []}
    assert re.fullmatch(r"[0-9a-f]{64}", plan["inputs_digest"])
    assert read_json(Plan, json.dumps(plan), "stdout").request == "small"
    jsonschema.validate(plan, json_schema("plan"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_plan_as_text(question: Path, small_world: Path, lang: str) -> None:
    """The team, the depot and the incident are named in the language."""
    text = said("plan", question, "--world", small_world, lang=lang)
    expected = {
        "zh": ("示例区", "抗洪抢险专业队", "区救灾物资库", "抗洪抢险"),
        "en": ("Example District", "Flood control team", "District relief depot", "flood control"),
    }
    for words in expected[lang]:
        assert words in " ".join(text.split()), words


def test_plan_from_standard_input(question: Path, small_world: Path) -> None:
    """A hyphen reads the request from a pipe and gives the same document."""
    piped = documents("plan", "-", "--world", small_world, text=json.dumps(REQUEST))
    assert piped == documents("plan", question, "--world", small_world)


def test_plan_writes_three_files(question: Path, small_world: Path, tmp_path: Path) -> None:
    """plan.json is what --json prints; the map is GeoJSON; the page is a whole document without a network."""
    out = tmp_path / "made" / "here"
    result = invoke("plan", question, "--world", small_world, "--out", out, "--json")
    assert result.exit_code == 0, result.output
    assert sorted(file.name for file in out.iterdir()) == ["plan.geojson", "plan.html", "plan.json"]
    assert (out / "plan.json").read_text(encoding="utf-8") == result.stdout
    collection = json.loads((out / "plan.geojson").read_text(encoding="utf-8"))
    assert collection["type"] == "FeatureCollection"
    assert any(each["geometry"]["type"] == "LineString" for each in collection["features"])
    page = (out / "plan.html").read_text(encoding="utf-8")
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert "</html>" in page
    assert str(out / "plan.html") in result.stderr


def test_plan_over_older_files(question: Path, small_world: Path, tmp_path: Path) -> None:
    """Files of an earlier plan are replaced, others stay."""
    (tmp_path / "plan.json").write_text("old", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    assert invoke("plan", question, "--world", small_world, "--out", tmp_path).exit_code == 0
    assert json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["request"] == "small"
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert len(list(tmp_path.iterdir())) == 4


def test_seed_and_time_limit_overrule_the_request(question: Path, small_world: Path) -> None:
    """Both are part of the inputs, so the digest tells the plans apart."""
    plain = documents("plan", question, "--world", small_world)
    seeded = documents("plan", question, "--world", small_world, "--seed", "5")
    timed = documents("plan", question, "--world", small_world, "--time-limit", "3.5")
    assert (plain["seed"], seeded["seed"]) == (0, 5)
    assert len({each["inputs_digest"] for each in (plain, seeded, timed)}) == 3


SHORT: dict[str, tuple[dict[str, Any], str, str]] = {
    "every road to it is shut": (
        small_request(
            closures=[
                {
                    "id": "flooded",
                    "centre": {"lng": 105.852, "lat": 29.352, "crs": "wgs84"},
                    "radius_m": 1500,
                }
            ]
        ),
        "unreachable",
        "no way to the place",
    ),
    "a capability that nobody has": (
        one_incident(force_needs=[{"capability": "hazmat", "strength": 1, "target_s": 3600}]),
        "nobody_has_it",
        "no team of this force has hazardous materials",
    ),
    "more than there is": (
        one_incident(supply_needs=[{"item": "water", "quantity": 30000, "deadline_s": 36000}]),
        "no_truck",
        "trucks are full, away or missing",
    ),
    "lots that have expired": (
        {
            **one_incident(
                supply_needs=[{"item": "water", "quantity": 10, "deadline_s": 3600}],
                reported_at="2031-07-01T14:00:00+08:00",
            ),
            "now": "2031-07-01T14:00:00+08:00",
        },
        "expired",
        "are expired, damaged or held back",
    ),
    "nothing of it in stock": (
        one_incident(supply_needs=[{"item": "tent_12", "quantity": 1, "deadline_s": 36000}]),
        "out_of_stock",
        "no depot has more",
    ),
}


@pytest.mark.parametrize("key", SHORT)
def test_what_cannot_be_served_is_planned_with_a_reason(small_world: Path, key: str) -> None:
    """Exit code 0, a plan that passes its check, and a shortfall that says why."""
    request, limit, reason = SHORT[key]
    plan = documents("plan", "-", "--world", small_world, text=json.dumps(request))
    assert plan["check"]["ok"]
    found = {short["limit"]: short for short in plan["shortfalls"]}
    assert limit in found
    assert reason in found[limit]["reason"]["en"]
    assert CHINESE.search(found[limit]["remedy"]["zh"])
    text = invoke("plan", "-", "--world", small_world, text=json.dumps(request))
    assert text.exit_code == 0
    assert reason in " ".join(text.stdout.split())


CORNERS: dict[str, dict[str, Any]] = {
    "no need at all": one_incident(force_needs=[], supply_needs=[]),
    "no people affected": one_incident(force_needs=None, supply_needs=None, people_affected=0),
    "two at one place": small_request(
        incidents=[REQUEST["incidents"][0], {**REQUEST["incidents"][0], "id": "again"}]
    ),
    "at the team's own station": one_incident(position={"lng": 105.8987, "lat": 29.3412, "crs": "wgs84"}),
    "locked where nothing is needed": {
        **one_incident(force_needs=[], supply_needs=[]),
        "locks": [{"team": "specialist-flood", "incident": "flood"}],
    },
    "a team reported off the map": small_request(
        reports=[{"team": "specialist-flood", "position": {"lng": 0, "lat": 0, "crs": "wgs84"}}]
    ),
    "reported a while ahead": one_incident(reported_at="2026-07-01T15:00:00+08:00"),
    "a million people": one_incident(force_needs=None, supply_needs=None, people_affected=10**6),
    "a deadline in ninety days": one_incident(
        supply_needs=[{"item": "quilt", "quantity": 2, "deadline_s": 7_776_000}]
    ),
    "a team free in a hundred years": small_request(
        reports=[{"team": "specialist-flood", "status": "on_scene", "free_from": "2126-07-01T14:00:00+08:00"}]
    ),
    "ids that look like markup": one_incident(id="[red]x[/red]", name={"zh": "[b]", "en": "{x}"}),
}


@pytest.mark.parametrize("key", CORNERS)
def test_corner_cases_are_planned(small_world: Path, tmp_path: Path, key: str) -> None:
    """Exit code 0, a plan that passes its check, shown as text and written as files."""
    text = json.dumps(CORNERS[key])
    plan = documents("plan", "-", "--world", small_world, text=text)
    assert plan["check"] == {"ok": True, "faults": []}
    shown = invoke("plan", "-", "--world", small_world, "--out", tmp_path / "out", text=text)
    assert shown.exit_code == 0, shown.output
    assert len(list((tmp_path / "out").iterdir())) == 3


# --- demo ---------------------------------------------------------------------------------------------------


def test_demo(worlds_cache: Path, tmp_path: Path) -> None:
    """One command, no input: a checked plan for three incidents, in Chinese, and its files."""
    result = invoke("demo", "--out", tmp_path / "demo", "--lang", "zh")
    assert result.exit_code == 0, result.output
    assert "永川区" in result.stdout
    assert "朱沱镇沿江洪涝" in result.stdout
    plan = json.loads((tmp_path / "demo" / "plan.json").read_text(encoding="utf-8"))
    assert plan["check"]["ok"]
    assert "演示" in plan["label"]["zh"]


# --- schema and warm-up -------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", ["request", "plan", "explanation", "world", "doctrine"])
def test_schema(document: str) -> None:
    """Each is a JSON Schema, and versioned."""
    schema = json.loads(said("schema", document))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"rescue-dispatch/{document}/1"


def test_schema_takes_the_examples_and_refuses_others() -> None:
    """The example of the repository and the plan for it fit; a misspelt key does not."""
    schema = json.loads(said("schema", "request"))
    example = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    jsonschema.validate(example, schema)
    jsonschema.validate(REQUEST, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**example, "incident": []}, schema)


def test_schema_takes_the_plan_of_the_example(example_plan: Plan) -> None:
    """What is published is what is written."""
    schema = json.loads(said("schema", "plan"))
    jsonschema.validate(json.loads(write_json(example_plan)), schema)


def test_warm_up(worlds_cache: Path) -> None:
    """Kernels are compiled and kept; a second time there is nothing left to do but say so."""
    document = documents("warm-up")
    assert Path(document["cache"]).is_dir()
    assert document["seconds"] >= 0
    assert str(document["cache"]) in "".join(said("warm-up").split("\n"))


# --- language and errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "environment", "language"),
    [
        ("zh", {"DISPATCH_LANG": "en"}, "zh"),
        (None, {"DISPATCH_LANG": "zh", "LANG": "en_US.UTF-8"}, "zh"),
        (None, {"DISPATCH_LANG": "tlh"}, "en"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        (None, {"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        (None, {"LANG": "C"}, "en"),
        (None, {}, "en"),
    ],
)
def test_language(
    monkeypatch: pytest.MonkeyPatch, wanted: str | None, environment: dict[str, str], language: str
) -> None:
    """As asked, else as the environment says, else the locale's if Chinese, else English."""
    for name in ("DISPATCH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language_of(wanted) == language


def test_an_unknown_language_is_a_usage_error() -> None:
    """Exit code 2, and the ones there are."""
    result = invoke("world", "list", "--lang", "fr")
    assert result.exit_code == 2
    assert "zh, en" in result.stderr
    assert not result.stdout


def test_an_error_as_json() -> None:
    """With --json a refusal is a document on standard error."""
    result = invoke("world", "show", "nowhere", "--json")
    assert result.exit_code == 2
    assert not result.stdout
    assert "there is no world 'nowhere'" in json.loads(result.stderr)["error"]


# --- processes ----------------------------------------------------------------------------------------------


def test_a_plan_in_a_process_of_its_own(question: Path, small_world: Path) -> None:
    """`python -m dispatch` speaks UTF-8 even in a C locale, and notes its times beside the answer."""
    done = run("plan", question, "--world", small_world, "--lang", "zh", LC_ALL="C", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert "抗洪抢险专业队" in done.stdout
    assert CHINESE.search(done.stderr)


def test_standard_input_and_exit_codes_of_a_process(small_world: Path) -> None:
    """0 for a plan, 2 with one sentence for a request that is none."""
    good = run("plan", "-", "--world", small_world, "--json", text=json.dumps(REQUEST))
    assert good.returncode == 0, good.stderr
    assert json.loads(good.stdout)["check"]["ok"]
    bad = run("plan", "-", "--world", small_world, text="{}")
    assert bad.returncode == 2
    assert bad.stdout == ""
    assert bad.stderr.startswith("standard input: ")
    assert bad.stderr.count("\n") == 1


HEAVY = {"numpy", "numba", "ortools", "scipy", "networkx", "geopandas", "shapely", "jinja2", "osmium"}
PROBE = """
import sys
from dispatch.cli.app import app
try:
    app({arguments!r})
except SystemExit as stop:
    assert not stop.code, stop.code
print("LOADED", *sorted(set(sys.modules) & {heavy!r}))
"""


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        pytest.param(["--help"], HEAVY | {"pydantic"}, id="help"),
        pytest.param(["--version"], HEAVY | {"pydantic"}, id="version"),
        # the options of a command are read by Typer, which may use pydantic itself
        pytest.param(["plan", "--help"], HEAVY, id="help of plan"),
        pytest.param(["world", "--help"], HEAVY, id="help of world"),
        pytest.param(["route", "--help"], HEAVY, id="help of route"),
        pytest.param(["isochrone", "--help"], HEAVY, id="help of isochrone"),
        pytest.param(["table", "--help"], HEAVY, id="help of table"),
        pytest.param(["needs", "--help"], HEAVY, id="help of needs"),
        pytest.param(["shelters", "--help"], HEAVY, id="help of shelters"),
        pytest.param(["casualties", "--help"], HEAVY, id="help of casualties"),
        pytest.param(["supply", "plan", "--help"], HEAVY, id="help of supply plan"),
    ],
)
def test_help_and_version_load_nothing_heavy(arguments: list[str], heavy: set[str]) -> None:
    """Neither NumPy nor the solver is needed to say what there is."""
    done = run_command(sys.executable, "-c", PROBE.format(arguments=arguments, heavy=heavy))
    assert done.stdout.rstrip().endswith("LOADED")


def test_version() -> None:
    """Name and number."""
    assert re.fullmatch(r"rescue-dispatch \d+\.\d+\.\d+\n", run("--version").stdout)


@pytest.fixture
def console_command() -> Path:
    """The installed command."""
    if not DISPATCH.exists():
        pytest.skip(f"the package is not installed here: {DISPATCH} is missing")
    return DISPATCH


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(console_command: Path, shell: str) -> None:
    """The shell is given a script that asks the command."""
    script = run_command(console_command, _DISPATCH_COMPLETE=f"source_{shell}").stdout
    assert "_DISPATCH_COMPLETE" in script
    assert "dispatch" in script


def test_completion_knows_the_commands(console_command: Path) -> None:
    """After `dispatch world` come its commands; after `dispatch stock`, which is imported for that, its own."""
    for group, commands in (
        ("world", {"list", "show", "check", "init", "build", "export"}),
        ("stock", {"open", "list", "receive", "issue", "transfer", "count", "expiring", "replenish"}),
    ):
        done = run_command(
            console_command,
            _DISPATCH_COMPLETE="complete_bash",
            COMP_WORDS=f"dispatch {group} ",
            COMP_CWORD="2",
        )
        assert set(done.stdout.split()) >= commands


def test_every_command_has_help() -> None:
    """One sentence each, and its options."""
    for command in (
        "demo",
        "plan",
        "explain",
        "route",
        "isochrone",
        "table",
        "schema",
        "warm-up",
        "needs",
        "shelters",
        "casualties",
        "world build",
        "world export",
        "stock issue",
        "stock list",
        "supply plan",
    ):
        result = invoke(*command.split(), "--help")
        assert result.exit_code == 0
        assert len(result.stdout) > 200
    shown = invoke("--help").stdout
    assert all(
        command in shown
        for command in (
            "demo",
            "plan",
            "explain",
            "world",
            "route",
            "isochrone",
            "table",
            "schema",
            "warm-up",
            "supply",
        )
    )


def test_moments_of_a_plan_keep_the_offset_of_the_request(question: Path, small_world: Path) -> None:
    """What was asked in Beijing time is answered in Beijing time."""
    plan = documents("plan", question, "--world", small_world, "--time-limit", str(PATIENCE_S))
    moments = [plan["made_for"], *(each["arrives_at"] for each in plan["assignments"])]
    assert {datetime.fromisoformat(each).utcoffset() for each in moments} == {
        datetime.fromisoformat(REQUEST["now"]).utcoffset()
    }
