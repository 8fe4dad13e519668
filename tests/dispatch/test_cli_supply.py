"""`dispatch supply plan`: text in both languages, JSON, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.codec import read_json
from models.supply_plan import SupplyPlan
from tests.dispatch.shell import documents, invoke, one_incident, said, small_request


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    file = tmp_path / "request.json"
    file.write_text(json.dumps(small_request()), encoding="utf-8")
    return file


def test_json_is_a_plan_of_ours(asked: Path, small_world: Path) -> None:
    """It reads back, is checked, and meets the twenty quilts of the small request."""
    document = documents("supply", "plan", asked, "--world", small_world)
    plan = read_json(SupplyPlan, json.dumps(document), "plan")
    assert plan.faults == ()
    assert sum(each.meets for each in plan.deliveries if each.need == "quilt") == 20
    assert plan.gaps == ()


def test_text_says_depots_and_gaps_in_both_languages(tmp_path: Path, small_world: Path) -> None:
    """More quilts than there are: what is short and why."""
    question = one_incident(supply_needs=[{"item": "quilt", "quantity": 1_000_000, "deadline_s": 36000}])
    file = tmp_path / "many.json"
    file.write_text(json.dumps(question), encoding="utf-8")
    english = said("supply", "plan", file, "--world", small_world)
    assert "unmet supplies" in english
    assert "missing" in english
    chinese = said("supply", "plan", file, "--world", small_world, lang="zh")
    assert "缺口" in chinese
    assert "事后补充采购" in chinese
    assert "missing" not in chinese


def test_a_request_that_is_none_is_refused_in_one_sentence(tmp_path: Path, small_world: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text(json.dumps(small_request(colour="red")), encoding="utf-8")
    result = invoke("supply", "plan", file, "--world", small_world)
    assert result.exit_code == 2
    assert "unknown key" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_help_has_an_example() -> None:
    shown = " ".join(invoke("supply", "plan", "--help").stdout.split())
    assert "dispatch supply plan examples/three_incidents.json" in shown
