"""The seasons, and the three figures of an estimate: options of commands, so this module imports nothing else."""

from __future__ import annotations

from enum import StrEnum


class Season(StrEnum):
    """Season of the year, by whole months: spring from March, summer from June, autumn from September."""

    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"
    WINTER = "winter"

    @classmethod
    def of_month(cls, month: int) -> Season:
        """Give the season of a month from 1 to 12 (the meteorological convention)."""
        return tuple(cls)[(month - 3) % 12 // 3]


class Likelihood(StrEnum):
    """Which of the three figures of an estimate."""

    LOW = "low"
    LIKELY = "likely"
    HIGH = "high"
