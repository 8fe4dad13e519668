"""Why London's first pump came from another station than our first choice: each fire in one category, and counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from benchmarks.london_data import Fire

NEAR_M: Final = 250.0
"""Stations whose straight lines differ by less than this are as good as equally near: blocks decide, not stations."""

_HOURS: Final = 3
_DAY_S: Final = 86_400
_HOUR_S: Final = 3600
_GAPS_M: Final = (0, 250, 500, 1000, 2000, 10**9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Our decision for one fire beside London's.

    `first` and `second` are our stations, soonest first; `other` is the second one where no station may send both
    pumps; `nearest` is the nearest station, whether a pump is at home there or not. `farther_m` says how much farther
    London's first station is than ours, `gap_m` how much farther the second nearest station is than the nearest, both
    in a straight line. `london_at_home` says whether we held a pump of London's first station to be at home.
    """

    fire: Fire
    first: str
    second: str
    other: str
    nearest: str
    farther_m: float
    gap_m: float
    london_at_home: bool

    @property
    def agrees(self) -> bool:
        """Whether London's first pump came from our first station."""
        return self.first == self.fire.first


@dataclass(frozen=True, slots=True)
class Category:
    """One reason for a difference: what it says, and the fires it holds for that no earlier reason explains."""

    meaning: str
    holds: Callable[[Choice], bool]


CATEGORIES: Final[Mapping[str, Category]] = MappingProxyType(
    {
        "held_busy": Category(
            "London sent a pump of a station whose pumps we held to be out: the hour we assume was too long, or the "
            "station had more pumps than we infer",
            lambda each: not each.london_at_home,
        ),
        "overtaken": Category(
            "London sent a pump of our first station too; it arrived second",
            lambda each: each.fire.second == each.first,
        ),
        "near_tie": Category(
            f"London's station is less than {NEAR_M:g} m farther in a straight line than ours",
            lambda each: each.farther_m < NEAR_M,
        ),
        "other_ground": Category(
            "the fire lies on the ground of London's station, so that by London's map of driving times it was the "
            "nearest, though ours is nearer in a straight line",
            lambda each: each.fire.ground == each.fire.first,
        ),
        "away": Category(
            "the fire lies on the ground of our station, but neither of the first two pumps came from there: they "
            "were out on a call that is no dwelling fire, on the road, or out of service",
            lambda each: each.fire.ground == each.first,
        ),
        "third_ground": Category(
            "the fire lies on the ground of a third station, which sent no pump that arrived first either",
            lambda _: True,
        ),
    }
)
"""In this order; a difference counts for the first that holds."""


def category(choice: Choice) -> str:
    """Name the category of a difference; "" where there is none."""
    if choice.agrees:
        return ""
    return next(name for name, each in CATEGORIES.items() if each.holds(choice))


def explained(choices: Sequence[Choice]) -> list[dict[str, object]]:
    """Count the differences by category."""
    names = [category(each) for each in choices]
    return [
        {
            "category": name,
            "fires": names.count(name),
            "per_cent": round(100 * names.count(name) / max(1, len(choices)), 2),
            "meaning": each.meaning,
        }
        for name, each in CATEGORIES.items()
    ]


def nearest_out(choices: Sequence[Choice]) -> dict[str, int]:
    """Count the fires whose nearest station had no pump at home as we held it, and what London did then."""
    mine = [each for each in choices if each.first != each.nearest]
    return {
        "fires": len(mine),
        "london_sent_our_choice": sum(each.agrees for each in mine),
        "london_sent_the_nearest": sum(each.fire.first == each.nearest for each in mine),
    }


def by_hour(choices: Sequence[Choice]) -> list[dict[str, object]]:
    """Agreement by the time of the call."""
    return [
        _band(
            f"{h:02d}:00-{h + _HOURS:02d}:00",
            [each for each in choices if _hour(each) // _HOURS * _HOURS == h],
        )
        for h in range(0, 24, _HOURS)
    ]


def by_gap(choices: Sequence[Choice]) -> list[dict[str, object]]:
    """Agreement by how much farther the second nearest station is than the nearest, in metres."""
    return [
        _band(
            f"{low}-{high}" if high < _GAPS_M[-1] else f"{low} and more",
            [each for each in choices if low <= each.gap_m < high],
        )
        for low, high in pairwise(_GAPS_M)
    ]


def _hour(choice: Choice) -> int:
    return choice.fire.at_s % _DAY_S // _HOUR_S


def _band(name: str, mine: Sequence[Choice]) -> dict[str, object]:
    agreed = sum(each.agrees for each in mine)
    away = sum(category(each) == "away" for each in mine)
    return {
        "band": name,
        "fires": len(mine),
        "first": round(100 * agreed / max(1, len(mine)), 2),
        "away": round(100 * away / max(1, len(mine)), 2),
    }
