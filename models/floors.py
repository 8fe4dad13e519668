"""Reserve floors of depots, and which response level may go below them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.errors import require
from models.incident import ResponseLevel
from models.place import STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Floors:
    """How much of the depots' reserve floors an incident may have, by its response level: a share from 0 to 1.

    A level that is not named opens nothing; a higher level opens at least what a lower one does.
    """

    __pydantic_config__ = STRICT

    open: Mapping[ResponseLevel, float]
    basis: str = ""

    def __post_init__(self) -> None:
        shares = [self.share(level) for level in ResponseLevel]
        for level, share in zip(ResponseLevel, shares, strict=True):
            require(
                0 <= share <= 1,
                "floors.open.{level} is a share between 0 and 1, got {n}",
                level=level.value,
                n=share,
            )
        require(
            shares == sorted(shares, reverse=True),
            "floors.open: a higher response level must open at least as much as a lower one, got {n}",
            n=", ".join(str(share) for share in shares),
        )

    def share(self, level: ResponseLevel) -> float:
        """Share of a floor that is open at this level."""
        return self.open.get(level, 0.0)
