from __future__ import annotations

import ast
import re
from datetime import datetime, timedelta

import pytest

from dispatch.language import (
    Clock,
    Distance,
    Duration,
    Phrases,
    in_language,
    minutes,
    phrase,
    word,
    words,
)
from models import custody, force, incident, inquiry, medical, place, plan, relief, season, sheltering, supply
from models.errors import InputError
from models.force import Echelon
from models.incident import Incident
from models.place import Name
from models.supply import Tier
from tests.dispatch import catalogue
from tests.dispatch.sample import NOW, sample_request

SPOKEN_ENUMERATIONS = (
    force.Echelon,
    force.TeamStatus,
    incident.Grade,
    incident.ResponseLevel,
    incident.Stake,
    place.Colour,
    plan.ChangeKind,
    plan.Limit,
    supply.Category,
    supply.Condition,
    supply.Tier,
    inquiry.Why,
    season.Season,
    relief.Group,
    relief.Stay,
    place.ShelterStatus,
    sheltering.ShelterLimit,
    medical.Severity,
    custody.Stage,
    custody.MovementKind,
)


def test_every_sentence_of_the_product_has_its_chinese() -> None:
    missing = [f"{place}: {template}" for template, place in catalogue.missing().items()]
    assert not missing, "\n".join(["dispatch/data/zh.toml misses:", *missing])


def test_both_sides_of_the_catalogue_have_the_same_placeholders() -> None:
    wrong = [
        english
        for english, chinese in catalogue.chinese().items()
        if catalogue.placeholders(english) != catalogue.placeholders(chinese)
    ]
    assert not wrong, "\n".join(["placeholders differ in dispatch/data/zh.toml:", *wrong])


def test_no_chinese_is_empty_or_english() -> None:
    """A line that was copied and not translated would be found here."""
    bare = {}
    for english, chinese in catalogue.chinese().items():
        own = re.sub(r"\{[^}]*\}", "", chinese)
        if re.search("[A-Za-z]", own) and not re.search("[\u4e00-\u9fff]", own):
            bare[english] = chinese
    assert not bare
    assert all(chinese for chinese in catalogue.chinese().values())


def test_every_word_of_the_domain_is_on_file() -> None:
    missing = [
        (kind.__name__, member.value)
        for kind in SPOKEN_ENUMERATIONS
        for member in kind
        if member.value not in words().get(kind.__name__, {})
    ]
    assert not missing, f"dispatch/data/words.toml misses {missing}"


def test_no_word_is_on_file_that_no_enumeration_has() -> None:
    known = {kind.__name__: {member.value for member in kind} for kind in SPOKEN_ENUMERATIONS}
    assert {kind: set(table) - known[kind] for kind, table in words().items()} == {
        kind: set() for kind in words()
    }


def test_scan_finds_templates_in_calls_in_conditions_and_in_tables() -> None:
    """The guard of the catalogue sees each way in which the product says something."""
    source = """
def f(a, words):
    require(a, "one {n}", n=1)
    raise InputError("two" if a else "three", what="four")
def g(limit):
    table = {1: ("five {x}", "six")}
    reason, remedy = table[limit]
    return phrase(reason, x=1)
levels = ((1, phrase("seven"), "eight"),)
"""
    found = {said.template for said in catalogue.said_in(ast.parse(source), "f.py")}
    assert found == {"one {n}", "two", "three", "four", "five {x}", "six", "seven", "eight"}


def test_phrase_says_both_languages_with_values_in_each() -> None:
    name = Name(zh="临江河", en="Linjiang River")
    said = phrase("{name}, {eta}: {costs}", name=name, eta=Duration(200), costs=word(Echelon.TOWN))
    assert said == Name(zh="临江河，3 分 20 秒：镇街队", en="Linjiang River, 3 min 20 s: town team")


def test_members_of_enumerations_are_said_as_words() -> None:
    said = phrase(
        "delivers {item} from the {tier} depot in {eta}", item="x", tier=Tier.DISTRICT, eta=Duration(60)
    )
    assert said == Name(zh="由区级储备库运送x，用时 1 分", en="delivers x from the district depot in 1 min")


def test_what_is_not_in_the_catalogue_is_said_in_english() -> None:
    assert Phrases("zh").say("no such template {n}", n=3) == "no such template 3"


def test_text_with_braces_as_a_value_stays_as_it_is() -> None:
    assert Phrases("zh").say("cannot be read: {what}", what="{x}") == "无法读取：{x}"


def test_error_is_said_in_chinese_with_its_place() -> None:
    error = InputError("this key is missing", where="a.json, line 3, column 7")
    assert in_language(error, "zh") == "a.json，第 3 行，第 7 列：缺少此键"
    assert in_language(error, "en") == str(error) == "a.json, line 3, column 7: this key is missing"


def test_word_inside_an_error_is_translated_and_an_id_is_not() -> None:
    error = InputError("no {what} {id!r} in this world", where="team D-1: equipment", what="item", id="item")
    assert in_language(error, "zh") == "队伍 D-1: equipment：数据中没有物资“item”"


def test_real_refusal_reads_in_chinese() -> None:
    """The error comes from a model, not from the test."""
    first = sample_request().incidents[0]
    with pytest.raises(InputError) as caught:
        Incident(
            id="INC-9",
            type=first.type,
            grade=first.grade,
            response_level=first.response_level,
            position=first.position,
            reported_at=first.reported_at,
            people_affected=-4,
        )
    assert in_language(caught.value, "zh") == "事件 INC-9：people_affected 为 -4，不能为负"


def test_unknown_language_is_refused() -> None:
    with pytest.raises(InputError, match="there are zh, en"):
        Phrases("fr")


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (200, "3 分 20 秒", "3 min 20 s"),
        (0, "0 秒", "0 s"),
        (59, "59 秒", "59 s"),
        (60, "1 分", "1 min"),
        (3600, "1 小时", "1 h"),
        (7265, "2 小时 1 分 5 秒", "2 h 1 min 5 s"),
        (-75, "−1 分 15 秒", "−1 min 15 s"),
    ],
)
def test_duration(seconds: int, zh: str, en: str) -> None:
    assert (Duration(seconds).in_language("zh"), Duration(seconds).in_language("en")) == (zh, en)


def test_distance_has_one_decimal() -> None:
    assert Distance(12_345).in_language("en") == "12.3 km"
    assert Distance(940).in_language("zh") == "0.9 公里"


@pytest.mark.parametrize(("seconds", "shown"), [(0, "–"), (5, "0:05"), (725, "12:05"), (4000, "66:40")])
def test_minutes_of_a_table(seconds: int, shown: str) -> None:
    assert minutes(seconds) == shown


def test_clock_names_another_day() -> None:
    late: datetime = NOW + timedelta(hours=11)
    assert Clock(NOW, NOW).in_language("zh") == "14:00"
    assert Clock(late, NOW).in_language("en") == "07-02 01:00"
    assert Clock(late, NOW).in_language("zh") == "07月02日 01:00"


def test_listing_joins_as_each_language_does() -> None:
    assert (Phrases("zh").listing(("甲", "B")), Phrases("en").listing(("A", "B"))) == ("甲、B", "A, B")
    assert Phrases("en").listing(("tent, 12 m2 5", "quilt 3")) == "tent, 12 m2 5; quilt 3"
