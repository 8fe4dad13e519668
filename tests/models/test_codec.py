"""JSON and TOML: what is refused, how it is said, what comes back, and that the published schema agrees."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from models.codec import (
    read_doctrine,
    read_file,
    read_json,
    read_value,
    write_json,
)
from models.errors import InputError
from models.incident import ForceNeed, SupplyNeed
from models.request import Request, TeamReport
from models.schemas import DOCUMENTS, json_schema
from tests.models import relief_words, words
from tests.models.plan_words import explanation, full_plan

SAMPLES: dict[str, Any] = {
    "request": words.request(),
    "plan": full_plan(),
    "explanation": explanation(),
    "world": words.district(),
    "doctrine": words.doctrine(),
    "relief": relief_words.relief(),
    "needs": relief_words.needs(),
    "shelter-plan": relief_words.shelter_plan(),
    "triage": relief_words.triage(),
    "casualty-plan": relief_words.casualty_plan(),
    "relief-request": relief_words.relief_request(),
    "relief-plan": relief_words.relief_plan(),
    "supply-plan": relief_words.supply_plan(),
}
Steps = tuple[str | int, ...]
Edit = Callable[[dict[str, Any]], None]


def put(value: object, *path: str | int) -> Edit:
    """Set what stands at `path`."""

    def edit(tree: Any) -> None:
        for step in path[:-1]:
            tree = tree[step]
        tree[path[-1]] = value

    return edit


def drop(*path: str | int) -> Edit:
    """Take away what stands at `path`."""

    def edit(tree: Any) -> None:
        for step in path[:-1]:
            tree = tree[step]
        del tree[path[-1]]

    return edit


@cache
def sample_text(document: str) -> str:
    return write_json(SAMPLES[document])


@cache
def published(document: str) -> dict[str, Any]:
    """Schema of a document, made once."""
    return json_schema(document)


def edited(document: str, edit: Edit) -> dict[str, Any]:
    tree: dict[str, Any] = json.loads(sample_text(document))
    edit(tree)
    return tree


def complaint(kind: type[Any], text: str | bytes) -> str:
    with pytest.raises(InputError) as caught:
        read_json(kind, text, "f.json")
    return str(caught.value)


UNKNOWN = "unknown key; see `dispatch schema` for the keys there are"
MISSING = "this key is missing"
NEEDS_OFFSET = "needs a UTC offset, for example 2026-07-01T14:00:00+08:00"
ONE_TO_FOUR = "is not one of 'I', 'II', 'III' or 'IV'"

SHAPE_FAULTS: list[tuple[str, Edit, str]] = [
    ("request", put(1, "sed"), f"f.json: sed: {UNKNOWN}"),
    ("request", put(1, "incidents", 0, "position", "lon"), f"f.json: incidents[0].position.lon: {UNKNOWN}"),
    ("plan", put(1, "assignments", 0, "eta", "rest_s"), f"f.json: assignments[0].eta.rest_s: {UNKNOWN}"),
    ("world", put(1, "depots", 0, "lots", 0, "age"), f"f.json: depots[0].lots[0].age: {UNKNOWN}"),
    ("doctrine", put(1, "weights", "luck"), f"f.json: weights.luck: {UNKNOWN}"),
    ("request", drop("schema"), f"f.json: schema: {MISSING}"),
    ("request", drop("incidents", 1, "force_needs", 0, "target_s"),
     f"f.json: incidents[1].force_needs[0].target_s: {MISSING}"),
    ("request", drop("incidents", 0, "position", "crs"), f"f.json: incidents[0].position.crs: {MISSING}"),
    ("world", drop("teams", 0, "home", "lng"), f"f.json: teams[0].home.lng: {MISSING}"),
    ("request", put("V", "incidents", 1, "grade"), f"f.json: incidents[1].grade: 'V' {ONE_TO_FOUR}"),
    ("request", put("utm", "incidents", 0, "position", "crs"),
     "f.json: incidents[0].position.crs: 'utm' is not one of 'wgs84', 'cgcs2000', 'gcj02' or 'bd09'"),
    ("request", put("4", "seed"), "f.json: seed: Input should be a valid integer, got '4'"),
    ("request", put(4.5, "seed"), "f.json: seed: Input should be a valid integer, got 4.5"),
    ("request", put(True, "seed"), "f.json: seed: Input should be a valid integer, got True"),
    ("request", put("5", "time_limit_s"), "f.json: time_limit_s: Input should be a valid number, got '5'"),
    ("request", put(1782000000, "now"), "f.json: now: Input should be a valid datetime, got 1782000000"),
    ("request", put({}, "incidents"), "f.json: incidents: Input should be a valid array, got {}"),
    ("world", put(8, "teams", 0, "shifts", 0, "start"),
     "f.json: teams[0].shifts[0].start: Input should be a valid time, got 8"),
    ("request", put("rescue-dispatch/request/2", "schema"),
     "f.json: schema 'rescue-dispatch/request/2' is not known; write rescue-dispatch/request/1"),
    ("plan", put("rescue-dispatch/request/1", "schema"),
     "f.json: schema 'rescue-dispatch/request/1' is not known; write rescue-dispatch/plan/1"),
]  # fmt: skip
"""Faults of shape: the codec and the published schema both refuse them."""

SENSE_FAULTS: list[tuple[str, Edit, str]] = [
    ("request", put("2026-07-01T14:00:00", "now"),
     f"f.json: now {NEEDS_OFFSET}"),
    ("request", put("2026-07-01T14:00:00", "incidents", 0, "reported_at"),
     f"f.json: incidents[0]: incident i1: reported_at {NEEDS_OFFSET}"),
    ("request", put(1000, "incidents", 0, "position", "lng"),
     "f.json: incidents[0].position: longitude 1000.0 is outside -180..180 degrees"),
    ("request", lambda tree: tree.update(incidents=[], forecasts=[]),
     "f.json: a request needs at least one incident or forecast"),
    ("request", put("i9", "locks", 0, "incident"),
     "f.json: locks[0].incident: no incident 'i9' in this request"),
    ("world", put("07:00:00+08:00", "teams", 0, "shifts", 0, "start"),
     "f.json: teams[0].shifts[0]: a shift is written on the local clock, without a UTC offset"),
    ("doctrine", put({}, "levels", "V"), f"f.json: levels.V: 'V' {ONE_TO_FOUR}"),
]  # fmt: skip
"""Faults that only the words know: a schema cannot say them."""


@pytest.mark.parametrize(("document", "edit", "sentence"), SHAPE_FAULTS + SENSE_FAULTS)
def test_a_fault_is_told_in_one_sentence_with_its_place(document: str, edit: Edit, sentence: str) -> None:
    assert complaint(DOCUMENTS[document], json.dumps(edited(document, edit))) == sentence


@pytest.mark.parametrize(("document", "edit", "sentence"), SHAPE_FAULTS)
def test_the_schema_refuses_what_the_codec_refuses(document: str, edit: Edit, sentence: str) -> None:
    assert not Draft202012Validator(published(document)).is_valid(edited(document, edit)), sentence


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_schema_is_a_valid_schema_and_takes_the_sample(document: str) -> None:
    schema = published(document)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator(schema).validate(json.loads(sample_text(document)))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_object_of_the_schema_is_closed(document: str) -> None:
    """Either its keys are listed and no others allowed, or it is a table whose values have a type."""
    schema = published(document)
    objects = [schema, *(part for part in schema["$defs"].values() if part.get("type") == "object")]
    assert len(objects) >= 3
    assert [part["title"] for part in objects if part.get("additionalProperties") is not False] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_key_added_or_taken_away_anywhere_is_refused_by_both(document: str) -> None:
    """Walk the whole sample: schema and codec agree on every added key and on every key left out."""
    sample, validator = json.loads(sample_text(document)), Draft202012Validator(published(document))
    seen = 0
    for path in words_in(published(document), sample):
        seen += 1
        assert both_refuse(document, validator, put(0, *path, "surplus"))
        for key in at(sample, path):
            assert agree(document, validator, drop(*path, key)), (path, key)
    assert seen >= 5


def words_in(schema: dict[str, Any], sample: Any) -> list[Steps]:
    """Paths of all objects in the sample that are words (their keys are listed), not tables."""
    listed = {
        frozenset(part["properties"]) for part in (schema, *schema["$defs"].values()) if "properties" in part
    }
    found: list[Steps] = []

    def walk(node: Any, path: Steps) -> None:
        if isinstance(node, dict):
            if frozenset(node) in listed:
                found.append(path)
            for key, value in node.items():
                walk(value, (*path, key))
        elif isinstance(node, list):
            for index, value in enumerate(node):
                walk(value, (*path, index))

    walk(sample, ())
    return found


def at(tree: Any, path: Steps) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def codec_takes(document: str, tree: dict[str, Any]) -> bool:
    try:
        read_json(DOCUMENTS[document], json.dumps(tree), "f.json")
    except InputError as error:
        return UNKNOWN not in str(error) and MISSING not in str(error)
    return True


def agree(document: str, validator: Draft202012Validator, edit: Edit) -> bool:
    tree = edited(document, edit)
    valid: bool = validator.is_valid(tree)
    return codec_takes(document, tree) == valid


def both_refuse(document: str, validator: Draft202012Validator, edit: Edit) -> bool:
    tree = edited(document, edit)
    valid: bool = validator.is_valid(tree)
    return not valid and not codec_takes(document, tree)


def test_there_is_no_schema_of_an_unknown_document() -> None:
    with pytest.raises(InputError) as caught:
        json_schema("map")
    assert str(caught.value) == "no schema 'map'; there are " + ", ".join(DOCUMENTS)


REQUEST_TEXT = write_json(words.request())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "f.json, line 1, column 1: not valid JSON: Expecting value"),
        ('{\n  "a": 1,,\n}',
         "f.json, line 2, column 10: not valid JSON: Expecting property name enclosed in double quotes"),
        ('{"a": 1, "a": 2}', "f.json: key 'a' stands twice in one object"),
        ('{"x": [{"a": 1, "b": 2, "a": 1}]}', "f.json: key 'a' stands twice in one object"),
        ('{"a": NaN}', "f.json: NaN is not a JSON number"),
        ('{"a": -Infinity}', "f.json: -Infinity is not a JSON number"),
        (REQUEST_TEXT.replace("10.0", "1e999"),
         "f.json: time_limit_s: Input should be a finite number, got inf"),
        (REQUEST_TEXT.replace('"seed": 0', '"seed": ' + "9" * 5000),
         "f.json: a number has thousands of digits"),
        (REQUEST_TEXT.replace('"r1"', '"\\ud800"'),
         "f.json: not valid JSON: unexpected end of hex escape at line 3 column 16"),
        (REQUEST_TEXT.encode("utf-16"), "f.json: not UTF-8 text; save the file as UTF-8"),
        ("永川".encode("gb18030"), "f.json: not UTF-8 text; save the file as UTF-8"),
        ("[" * 100_000, "f.json: nested too deep to be a document of this kind"),
        ("[]", "f.json: Input should be an object, got []"),
        ("null", "f.json: Input should be an object, got None"),
    ],
)  # fmt: skip
def test_text_that_is_no_request_is_refused(text: str | bytes, sentence: str) -> None:
    assert complaint(Request, text) == sentence


def test_a_long_wrong_value_is_shortened_in_the_message() -> None:
    said = complaint(Request, json.dumps(edited("request", put("x" * 5000, "seed"))))
    assert said.startswith("f.json: seed: Input should be a valid integer, got ")
    assert len(said) < 200


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_comes_back_equal_and_its_text_is_stable(document: str) -> None:
    text = write_json(SAMPLES[document])
    again = read_json(DOCUMENTS[document], text, "f.json")
    assert again == SAMPLES[document]
    assert write_json(again) == text
    assert read_json(DOCUMENTS[document], write_json(again, indent=None), "f.json") == again


def test_chinese_is_written_as_it_is_read_by_people() -> None:
    assert "抗洪抢险" in write_json(words.doctrine())


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_json(Request, b"\xef\xbb\xbf" + REQUEST_TEXT.encode(), "f.json") == words.request()
    assert read_json(Request, "\ufeff" + REQUEST_TEXT, "f.json") == words.request()


def test_a_value_from_a_table_may_hold_times_and_enumerations() -> None:
    value = {"team": "t1", "status": "resting", "free_from": words.NOON}
    assert read_value(TeamReport, value, "row 3").free_from == words.NOON


def test_a_file_is_read_and_a_missing_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text(REQUEST_TEXT, encoding="utf-8")
    assert read_file(Request, path) == words.request()
    with pytest.raises(InputError) as caught:
        read_file(Request, tmp_path / "no.json")
    assert str(caught.value) == f"{tmp_path / 'no.json'}: cannot be read: No such file or directory"


def as_toml(value: Any) -> str:
    """Write plain values as TOML, tables inline."""
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f'"{key}" = {as_toml(each)}' for key, each in value.items() if each is not None)
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(as_toml(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)


DOCTRINE_TOML = "\n".join(
    f"{key} = {as_toml(value)}"
    for key, value in json.loads(write_json(words.doctrine())).items()
    if value is not None
)


def test_a_doctrine_is_read_from_toml(tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    path.write_text(DOCTRINE_TOML, encoding="utf-8")
    assert read_doctrine(path) == words.doctrine()
    path.write_text("\ufeff" + DOCTRINE_TOML, encoding="utf-8")
    assert read_doctrine(path) == words.doctrine()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"a = [", "not valid TOML: Invalid value (at end of document)"),
        (b"a = 1\na = 2\nb = 3", "not valid TOML: Cannot overwrite a value (at line 2, column 6)"),
        (b"\xff", "not UTF-8 text; save the file as UTF-8"),
        (b"a = nan", "NaN is not a JSON number"),
        (DOCTRINE_TOML.encode() + b"\nluck = 7", f"luck: {UNKNOWN}"),
        (DOCTRINE_TOML.replace("call_processing_s = 60", "").encode(), f"call_processing_s: {MISSING}"),
        (DOCTRINE_TOML.replace("doctrine/1", "doctrine/7").encode(),
         "schema 'rescue-dispatch/doctrine/7' is not known; write rescue-dispatch/doctrine/1"),
    ],
)  # fmt: skip
def test_a_faulty_doctrine_is_refused(tmp_path: Path, text: bytes, sentence: str) -> None:
    path = tmp_path / "d.toml"
    path.write_bytes(text)
    with pytest.raises(InputError) as caught:
        read_doctrine(path)
    assert str(caught.value) == f"{path}: {sentence}"


def test_a_missing_doctrine_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file or directory"):
        read_doctrine(tmp_path / "no.toml")


def test_the_samples_are_not_changed_by_reading_and_writing() -> None:
    before = copy.deepcopy(SAMPLES)
    for document, sample in SAMPLES.items():
        read_json(DOCUMENTS[document], write_json(sample), "f.json")
    assert before == SAMPLES
    kinds = {type(sample) for sample in SAMPLES.values()}
    assert kinds == set(DOCUMENTS.values())


def test_a_misspelt_key_is_named_as_it_stands_in_the_file() -> None:
    """It is both unknown and missing; the reader can find the unknown one."""
    text = write_json(SAMPLES["request"]).replace('"incidents"', '"incident"')
    with pytest.raises(InputError, match=r"f\.json: incident: unknown key"):
        read_json(Request, text, "f.json")


def test_a_number_beyond_all_measure_is_refused() -> None:
    text = write_json(replace(SAMPLES["request"], seed=0)).replace('"seed": 0', '"seed": 10000000000000000')
    assert "10000000000000000" in text
    with pytest.raises(InputError, match="larger than any number meant here"):
        read_json(Request, text, "f.json")


def test_counts_and_times_too_large_to_be_meant_are_refused() -> None:
    with pytest.raises(
        InputError, match="tent: deadline_s is 7776001; more than 7776000 is not taken for meant"
    ):
        SupplyNeed(item="tent", quantity=1, deadline_s=7_776_001)
    with pytest.raises(InputError, match="flood: strength is 1000000001"):
        ForceNeed(capability="flood", strength=1_000_000_001, target_s=60)


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(InputError, match="time_zone 'Asia/Yongchuan' is not known"):
        replace(SAMPLES["world"], time_zone="Asia/Yongchuan")
