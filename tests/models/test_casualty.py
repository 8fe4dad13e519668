"""Casualties, hospitals, ambulances, rules: what they refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.codec import read_toml
from models.errors import InputError
from models.medical import Severity, TriageRules, Urgency
from scenarios.catalogue import DATA, sample_triage
from tests.models import relief_words, words

SITE = relief_words.casualty_site()
LIGHT = Urgency(target_s=60, weight=99, basis="estimate")


@pytest.mark.parametrize(
    ("word", "changes", "sentence"),
    [
        (words.hospital(), {"id": ""}, "a hospital needs an id"),
        (words.hospital(), {"beds": {Severity.RED: -1}}, "hospital h1: beds of red is -1, it cannot be negative"),
        (words.ambulance(), {"id": ""}, "an ambulance needs an id"),
        (words.ambulance(), {"lying": 4},
         "ambulance a1: 4 of 3 places are lying; write at least 1 place, no more lying than places"),
        (words.ambulance(), {"lying": 0, "places": 0},
         "ambulance a1: 0 of 0 places are lying; write at least 1 place, no more lying than places"),
        (words.ambulance(), {"free_in_s": -1}, "ambulance a1: free_in_s is -1, it cannot be negative"),
        (SITE, {"id": ""}, "a place with casualties needs an id"),
        (SITE, {"casualties": {Severity.RED: -1}}, "place c1: red is -1, it cannot be negative"),
        (SITE, {"casualties": {}}, "place c1: no casualties; give at least 1"),
        (SITE, {"ready_in_s": -1}, "place c1: ready_in_s is -1, it cannot be negative"),
        (LIGHT, {"target_s": 0}, "target_s of a severity must be above 0, got 0"),
        (LIGHT, {"weight": 0}, "weight of a severity must be at least 1, got 0"),
        (LIGHT, {"basis": ""}, "basis names a source or says estimate"),
        (relief_words.triage(), {"schema": "x"}, "schema 'x' is not known; write rescue-dispatch/triage/1"),
        (relief_words.triage(), {"load_s": -1}, "load_s cannot be negative"),
        (relief_words.triage(), {"urgency": {}}, "urgency misses red"),
        (relief_words.triage(), {"urgency": {**relief_words.triage().urgency, Severity.GREEN: LIGHT}},
         "urgency: red must weigh no less than yellow, yellow than green"),
    ],
)  # fmt: skip
def test_nonsense_is_refused(word: Any, changes: dict[str, Any], sentence: str) -> None:
    words.refused(word, changes, sentence)


def test_the_sample_names_every_basis() -> None:
    rules = sample_triage()
    assert rules.urgency[Severity.RED].target_s == 3600
    assert all("[START]" in each.basis and "estimate" in each.basis for each in rules.urgency.values())
    assert "estimate" in rules.basis


def test_a_fault_of_the_file_is_told_with_its_field(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text(
        (DATA / "triage.toml").read_text(encoding="utf-8").replace("weight = 3", "wait = 3"), encoding="utf-8"
    )
    with pytest.raises(InputError) as caught:
        read_toml(TriageRules, path)
    assert str(caught.value).startswith(f"{path}: urgency.yellow.wait: unknown key")
