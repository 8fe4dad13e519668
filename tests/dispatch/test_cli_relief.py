"""`dispatch relief`: a table, a document, a page; bad input is refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.dispatch.relief.conftest import EXAMPLE
from tests.dispatch.shell import documents, invoke

pytestmark = pytest.mark.usefixtures("worlds_cache")


def small(**changes: Any) -> str:
    """The example with few people, as JSON."""
    question = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    for place in question["places"]:
        place["people"] //= 20
    return json.dumps({**question, "rounds": 20, **changes})


def test_a_table_and_files(tmp_path: Path) -> None:
    done = invoke("relief", "-", "--out", tmp_path, "--trips", "3", text=small())
    assert done.exit_code == 0, done.output
    assert "Zhutuo Town, people placed" in done.output
    assert "independent check: nothing found" in done.output
    page = (tmp_path / "relief.html").read_text(encoding="utf-8")
    assert "Relief plan" in page
    assert 'id="map-data"' in page
    assert json.loads((tmp_path / "relief.json").read_text(encoding="utf-8"))["check"]["ok"]


def test_the_same_in_chinese() -> None:
    done = invoke("relief", "-", "--trips", "1", text=small(), lang="zh")
    assert done.exit_code == 0, done.output
    assert "独立校核：未发现问题" in done.output
    assert "朱沱镇安置点" in done.output


def test_a_document() -> None:
    plan = documents("relief", "-", text=small())
    assert plan["schema"] == "rescue-dispatch/relief-plan/1"
    assert plan["trips"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"days": 0}, "days must be from 1"),
        ({"places": []}, "needs at least one place"),
        ({"now": "2026-12-06T08:00:00"}, "now needs a UTC offset"),
        ({"cargo": 3}, "cargo"),
    ],
)
def test_bad_input_is_refused(changes: dict[str, Any], sentence: str) -> None:
    done = invoke("relief", "-", text=small(**changes))
    assert done.exit_code == 2
    assert sentence in done.output
