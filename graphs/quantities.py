"""Speeds, masses and lengths as people write them in OSM tags, in the units of this project.

Several values stand apart by ";": the least holds. What is not understood is None, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import inf
from types import MappingProxyType
from typing import Final

_NUMBER: Final = r"(\d+(?:[.,]\d+)?)"
_SPEED: Final = re.compile(_NUMBER + r"\s*(km/h|kmh|kph|mph|knots|kn)?", re.IGNORECASE)
_MASS: Final = re.compile(_NUMBER + r"\s*(t|tonnes?|kg|lbs?|st|lt|cwt)?", re.IGNORECASE)
_METRIC: Final = re.compile(_NUMBER + r"\s*(m|metres?|meters?|cm|ft|feet|in)?", re.IGNORECASE)
_FEET: Final = re.compile(r"(\d+)\s*(?:'|ft|feet)\s*(?:(\d+(?:\.\d+)?)\s*(?:\"|''|in)?)?", re.IGNORECASE)
_ZONE: Final = re.compile(r"([A-Z]{2}):(?:zone:?)?(\S+)")
_CLOCK: Final = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})")
_ISO: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")

_KMH: Final[Mapping[str, float]] = MappingProxyType({"mph": 1.609344, "knots": 1.852, "kn": 1.852})
_KG: Final[Mapping[str, float]] = MappingProxyType(
    {"kg": 1.0, "lb": 0.45359237, "lbs": 0.45359237, "st": 907.18474, "lt": 1016.0469088, "cwt": 50.80234544}
)
_CM: Final[Mapping[str, float]] = MappingProxyType({"cm": 1.0, "ft": 30.48, "feet": 30.48, "in": 2.54})
_WORDS: Final[Mapping[str, float]] = MappingProxyType({"walk": 5.0, "none": 130.0})
"""Walking pace; and the advisory speed of roads without a limit (Germany, 130 km/h)."""

_ZONES: Final[Mapping[str, float]] = MappingProxyType(
    {
        # China: Regulation on the Road Traffic Safety Law, art. 45, and the Law, art. 67
        "CN:urban": 50.0, "CN:rural": 70.0, "CN:motorway": 120.0,
        "LI:urban": 50.0, "LI:rural": 80.0,
        "CH:urban": 50.0, "CH:rural": 80.0, "CH:trunk": 100.0, "CH:motorway": 120.0,
        "AT:urban": 50.0, "AT:rural": 100.0, "AT:trunk": 100.0, "AT:motorway": 130.0,
        "DE:urban": 50.0, "DE:rural": 100.0, "DE:motorway": 130.0,
        "FR:urban": 50.0, "FR:rural": 80.0, "FR:motorway": 130.0,
        "PT:urban": 50.0, "PT:rural": 90.0, "PT:trunk": 100.0, "PT:motorway": 120.0,
        "GB:nsl_single": 60 * 1.609344, "GB:nsl_dual": 70 * 1.609344, "GB:motorway": 70 * 1.609344,
        "GB:urban": 30 * 1.609344,
    }
)  # fmt: skip
_ANY_COUNTRY: Final[Mapping[str, float]] = MappingProxyType(
    {"urban": 50.0, "living_street": 20.0, "walk": 5.0}
)
_FASTEST_KMH: Final = 300.0


def speed_kmh(text: str) -> float | None:
    """Speed limit in km/h: "50", "30 mph", "10 knots", "walk", "none", "CN:urban", "50; 40"."""
    return _least(text, _one_speed)


def mass_kg(text: str) -> float | None:
    """Mass limit in kilograms: "3.5" is tonnes; t, kg, lbs, st (short ton), lt and cwt as written."""
    return _least(text, _one_mass)


def length_cm(text: str) -> float | None:
    """Height or width in centimetres: "3.1" and "3.1 m" are metres; cm, ft, in and 12'6" as written."""
    return _least(text, _one_length)


def duration_s(text: str) -> float | None:
    """Duration in seconds: "20" minutes, "1:30" hours and minutes, "00:12:30", "PT1H30M"."""
    text = text.strip()
    if text.isdecimal():
        return float(text) * 60.0 or None
    if match := _CLOCK.fullmatch(text):
        first, middle, last = match.groups()
        parts = (first, middle, last) if first is not None else (middle, last, "0")
        return float(parts[0]) * 3600.0 + float(parts[1]) * 60.0 + float(parts[2]) or None
    if match := _ISO.fullmatch(text):
        days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
        return days * 86400.0 + hours * 3600.0 + minutes * 60.0 + seconds or None
    return None


def _least(text: str, read: Callable[[str], float | None]) -> float | None:
    found = [read(part.strip()) for part in text.split(";")]
    known = [value for value in found if value is not None and 0 < value < inf]
    return min(known) if known else None


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _one_speed(text: str) -> float | None:
    if text in _WORDS:
        return _WORDS[text]
    if match := _SPEED.fullmatch(text):
        value = _number(match[1]) * _KMH.get((match[2] or "").lower(), 1.0)
        return value if value <= _FASTEST_KMH else None
    if text in _ZONES:
        return _ZONES[text]
    if match := _ZONE.fullmatch(text):
        zone = match[2]
        return float(zone) if zone.isdecimal() else _ANY_COUNTRY.get(zone)
    return None


def _one_mass(text: str) -> float | None:
    match = _MASS.fullmatch(text)
    return _number(match[1]) * _KG.get((match[2] or "t").lower(), 1000.0) if match else None


def _one_length(text: str) -> float | None:
    if match := _METRIC.fullmatch(text):
        return _number(match[1]) * _CM.get((match[2] or "m").lower(), 100.0)
    if match := _FEET.fullmatch(text):
        return float(match[1]) * 30.48 + float(match[2] or 0) * 2.54
    return None
