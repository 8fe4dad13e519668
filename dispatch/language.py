"""Saying a thing in the operator's language: Chinese ("zh") or English ("en").

Code is written with English templates. `data/zh.toml` maps each of them to Chinese, `data/words.toml` gives
both forms of the words of the domain (echelons, tiers, limits and so on). What the catalogue does not know is
said in English, so that a message is never lost; a test keeps the catalogue complete.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from models.errors import DispatchError, require
from models.place import Name

LANGUAGES: Final = ("zh", "en")
"""The languages that everything a person sees can be said in."""

_DATA: Final = Path(__file__).parent / "data"
_WORD_PARAMETERS: Final = frozenset({"what", "complaint"})
"""Parameters whose text is a word of ours, not an id or a value: said in the language too."""

_PLACES: Final = (
    (re.compile(r"\bline (\d+)"), r"第 \1 行"),
    (re.compile(r"\bcolumn (\d+)"), r"第 \1 列"),
    (re.compile(r", columns (\w+) and (\w+)"), r"，\1 与 \2 列"),
    (re.compile(r", column (\w+)"), r"，\1 列"),
    (re.compile(r"\brow (\d+)"), r"第 \1 行"),
    (re.compile(r"\bfeature (\d+)"), r"第 \1 个要素"),
    (re.compile(r"^team (?=\S)"), "队伍 "),
    (re.compile(r"^depot (?=\S)"), "储备库 "),
    (re.compile(r"^item (?=\S)"), "物资 "),
    (re.compile(r"^incident (?=\S)"), "事件 "),
    (re.compile(r"^doctrine (?=\S)"), "预案 "),
    (re.compile(r"^town (?=\S)"), "镇街 "),
    (re.compile(r"^truck (?=\S)"), "车辆 "),
    (re.compile(r"^shelter (?=\S)"), "避难场所 "),
    (re.compile(r"^hospital (?=\S)"), "医院 "),
    (re.compile(r"^ambulance (?=\S)"), "救护车 "),
    (re.compile(r"^stock$"), "库存"),
    (re.compile(r", (?=第)"), "，"),
)
"""How the parts of an error's `where` read in Chinese."""


@runtime_checkable
class Spoken(Protocol):
    """A value that says itself: a `Name`, a `Duration`, a `Clock`."""

    def in_language(self, language: str) -> str:
        """Say it in "zh" or "en"."""
        ...


@dataclass(frozen=True, slots=True)
class Phrases:
    """Everything said in one language.

    Raises
    ------
    InputError
        A language other than "zh" and "en".
    """

    language: str

    def __post_init__(self) -> None:
        require(
            self.language in LANGUAGES,
            "language {language!r} is not known; there are {known}",
            language=self.language,
            known=", ".join(LANGUAGES),
        )

    def say(self, template: str, /, **params: object) -> str:
        """Say an English template in this language, its parameters filled in.

        A parameter that can say itself (`Spoken`) is said in this language.
        """
        said = catalogue().get(template, template) if self.language == "zh" else template
        if not params:
            return said
        return said.format(**{key: self._value(key, value) for key, value in params.items()})

    def of(self, spoken: Spoken) -> str:
        """Say a value that says itself."""
        return spoken.in_language(self.language)

    def word(self, member: StrEnum) -> str:
        """Say a member of one of the enumerations of `models`."""
        return word(member).in_language(self.language)

    def listing(self, parts: Iterable[str]) -> str:
        """Join some words to a list; where one holds a comma itself, semicolons part them."""
        words = list(parts)
        if self.language == "zh":
            return "、".join(words)
        return ("; " if any("," in each for each in words) else ", ").join(words)

    def _value(self, key: str, value: object) -> object:
        if isinstance(value, StrEnum) and type(value).__name__ in words():
            return self.word(value)
        if isinstance(value, Spoken):
            return value.in_language(self.language)
        if key in _WORD_PARAMETERS and isinstance(value, str) and self.language == "zh":
            return catalogue().get(value, value)
        return value


def phrase(template: str, /, **params: object) -> Name:
    """Say an English template in both languages at once.

    Parameters
    ----------
    template
        English text with `{name}` placeholders.
    **params
        Values for the placeholders: plain values, members of the enumerations of `models`, or values that say
        themselves in each language (`models.place.Name`, `Duration`, `Distance`, `Clock`).

    Returns
    -------
    Name
        The Chinese and the English sentence.
    """
    return Name(zh=Phrases("zh").say(template, **params), en=Phrases("en").say(template, **params))


def in_language(error: DispatchError, language: str) -> str:
    """Say an error in a language: the place it is about, then the sentence."""
    sentence = Phrases(language).say(error.template, **error.params)
    if not error.where:
        return sentence
    if language != "zh":
        return f"{error.where}: {sentence}"
    return f"{place_in_language(error.where, language)}：{sentence}"


def place_in_language(where: str, language: str) -> str:
    """Say the place that an error or a finding is about: file, line, id, field."""
    if language != "zh":
        return where
    return ": ".join(_place_in_chinese(part) for part in where.split(": "))


def _place_in_chinese(place: str) -> str:
    for pattern, chinese in _PLACES:
        place = pattern.sub(chinese, place)
    return place


@cache
def catalogue() -> Mapping[str, str]:
    """English template to Chinese, from `data/zh.toml`."""
    return tomllib.loads((_DATA / "zh.toml").read_text(encoding="utf-8"))


@cache
def words() -> Mapping[str, Mapping[str, Name]]:
    """Both forms of the words of the domain, by enumeration and member value, from `data/words.toml`."""
    tables = tomllib.loads((_DATA / "words.toml").read_text(encoding="utf-8"))
    return {
        kind: {value: Name(zh=both["zh"], en=both["en"]) for value, both in table.items()}
        for kind, table in tables.items()
    }


def word(member: StrEnum) -> Name:
    """Both forms of a member of an enumeration of `models` (its value, where no words are on file)."""
    found = words().get(type(member).__name__, {}).get(member.value)
    return found or Name(zh=member.value, en=member.value)


@dataclass(frozen=True, slots=True)
class Duration:
    """A time span in whole seconds: "3 分 20 秒", "3 min 20 s"; parts that are zero are left out."""

    seconds: int

    def in_language(self, language: str) -> str:
        """Say it in "zh" or "en"."""
        units = ("小时", "分", "秒") if language == "zh" else ("h", "min", "s")
        minutes, seconds = divmod(abs(round(self.seconds)), 60)
        hours, minutes = divmod(minutes, 60)
        parts = [
            f"{count} {unit}" for count, unit in zip((hours, minutes, seconds), units, strict=True) if count
        ]
        sign = "−" if round(self.seconds) < 0 else ""
        return sign + (" ".join(parts) or f"0 {units[2]}")


@dataclass(frozen=True, slots=True)
class Distance:
    """A length in metres, said in kilometres with one decimal: "3.4 公里", "3.4 km"."""

    metres: float

    def in_language(self, language: str) -> str:
        """Say it in "zh" or "en"."""
        return f"{self.metres / 1000:.1f} {'公里' if language == 'zh' else 'km'}"


@dataclass(frozen=True, slots=True)
class Clock:
    """A moment as 24-hour HH:MM of its own offset; a day other than that of `since` is named."""

    moment: datetime
    since: datetime | None = None

    def in_language(self, language: str) -> str:
        """Say it in "zh" or "en"."""
        time = f"{self.moment:%H:%M}"
        if self.since is None or self.since.date() == self.moment.date():
            return time
        return f"{self.moment:%m-%d} {time}" if language == "en" else f"{self.moment:%m月%d日} {time}"


def minutes(seconds: int) -> str:
    """Write a time span for a table: "12:05" (minutes and seconds, minutes beyond 59 too), "–" for none."""
    return "–" if seconds == 0 else f"{seconds // 60}:{seconds % 60:02d}"
