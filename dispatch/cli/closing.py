"""Closures and moments named on the command line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from models.crs import Crs
from models.errors import InputError, require
from models.place import Outline, Position
from models.request import FIRST_YEAR, LAST_YEAR, Closure, refuse_duplicates

_WEIGHT: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(t|kg)", re.IGNORECASE)
_WHOLE: Final = re.compile(r"\d+")
_KG_PER_T: Final = 1000
_PAIR: Final = 2
_CIRCLE: Final = 3


def read_moment(text: str, time_zone: str, where: str) -> datetime:
    """Read a moment: ISO 8601, on the clock of the world where it has no UTC offset.

    Raises
    ------
    InputError
        Not a moment, a day alone, or a year that is not meant.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        moment = None
    if moment is None or ":" not in text:
        raise InputError(
            "{text!r} is not a moment; write it like 2026-07-01T14:00, or with an offset, 2026-07-01T14:00+08:00",
            where=where,
            text=text,
        )
    require(
        FIRST_YEAR <= moment.year <= LAST_YEAR,
        "the year of {text!r} must be from {first} to {last}",
        where=where,
        text=text,
        first=FIRST_YEAR,
        last=LAST_YEAR,
    )
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(time_zone))


def gather(texts: Sequence[str], files: Sequence[Path], crs: Crs, time_zone: str) -> tuple[Closure, ...]:
    """Read all closures of a command: those of `--close`, then those of the files.

    Raises
    ------
    InputError
        One that is none, or an id that stands twice.
    """
    from models.closure_files import read_closures

    closures = [read_closure(text, crs, time_zone, f"--close {n}") for n, text in enumerate(texts, 1)]
    for file in files:
        closures += read_closures(file)
    refuse_duplicates((closure.id for closure in closures), "closure")
    return tuple(closures)


def read_closure(text: str, crs: Crs, time_zone: str, where: str) -> Closure:
    """Read one closure as `dispatch.cli.options.CLOSE_HELP` describes it; its id is the text itself.

    Raises
    ------
    InputError
        It says nothing of where, or its share of speed, its weight or its times are none.
    """
    what, *terms = (part.strip() for part in text.split("@"))
    words: dict[str, Any] = {}
    for term in terms:
        for key, value in _term(term, time_zone, where).items():
            require(key not in words, "{text!r} says two things of one kind", where=where, text=text)
            words[key] = value
    try:
        return Closure(id=text, **_what_it_shuts(what, crs, where), **words)
    except InputError as error:
        raise error if error.where else error.at(where) from None


def _what_it_shuts(what: str, crs: Crs, where: str) -> dict[str, Any]:
    kind, _, name = what.partition(":")
    if kind == "bridge":
        return {"bridge": name.strip()}
    if kind == "way":
        ids = [part.strip() for part in name.split(",")]
        require(
            all(_WHOLE.fullmatch(each) for each in ids),
            "{text!r} is no way; write way:ID or way:ID,ID with whole numbers",
            where=where,
            text=what,
        )
        return {"ways": tuple(int(each) for each in ids)}
    if kind == "area":
        return {"outline": Outline(points=_corners(name, what, where), crs=crs)}
    numbers = _floats(what)
    if len(numbers) != _CIRCLE:
        return {"road": what}
    lng, lat, metres = numbers
    return {"centre": Position(lng=lng, lat=lat, crs=crs), "radius_m": metres}


def _corners(text: str, what: str, where: str) -> tuple[tuple[float, float], ...]:
    corners = [_floats(corner) for corner in text.split(";") if corner.strip()]
    require(
        bool(corners) and all(len(corner) == _PAIR for corner in corners),
        "{text!r} is no outline; write area:LNG,LAT;LNG,LAT;LNG,LAT",
        where=where,
        text=what,
    )
    return tuple((lng, lat) for lng, lat in corners)


def _floats(text: str) -> list[float]:
    """Numbers parted by commas; none where any is none."""
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        return []


def _term(term: str, time_zone: str, where: str) -> dict[str, Any]:
    """Read what stands after an @."""
    begin, dots, end = term.partition("..")
    if dots:
        moments = {"begin": begin.strip(), "end": end.strip()}
        return {key: read_moment(text, time_zone, where) for key, text in moments.items() if text}
    weight = _WEIGHT.fullmatch(term)
    if weight is not None:
        return {"max_weight_kg": int(float(weight[1]) * (_KG_PER_T if weight[2].lower() == "t" else 1))}
    share = _floats(term)
    require(
        len(share) == 1 and 0 < share[0] < 1,
        "after @ write a share of speed above 0 and below 1, a weight like 10t or 800kg, or BEGIN..END; got {text!r}",
        where=where,
        text=term,
    )
    return {"speed_factor": share[0]}
