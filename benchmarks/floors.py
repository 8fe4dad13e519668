"""How near the hierarchy comes to the bars set by RoutingKit's C++.

Where RoutingKit's own C++ was measured in the same run (`benchmarks.static`), its figure is used. Where it was not,
the figure of its Python package is multiplied by how the two stood to each other when both were measured, on
another machine of the same kind (November 2026), and the row says "derived".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.engines import OURS, ROUTINGKIT, ROUTINGKIT_CPP, STATIC
from benchmarks.measure import Row
from benchmarks.routing import median

_CUSTOMISE: Final[Mapping[str, tuple[float, float]]] = {"porto": (10.1, 10.9), "NY": (52.8, 56.9)}
_TABLE: Final[Mapping[str, tuple[float, float]]] = {"porto": (21.0, 153.0), "NY": (41.3, 416.0)}
"""Milliseconds recorded elsewhere: of RoutingKit's C++ and, in the same place, of `routingkit-cch`."""


@dataclass(frozen=True, kw_only=True)
class Floor:
    """One bar: our milliseconds, those of RoutingKit's C++, how many times faster we are and should be.

    `source` is "measured" or "derived".
    """

    phase: str
    ours_ms: float
    ours: str
    peer: str
    peer_ms: float
    times_faster: float
    wanted: float
    source: str


def floors(subject: str, rows: Sequence[Row]) -> list[Floor]:
    """Hold the rows of a run against the bars: customise 4 times faster, 420x1000 twice as fast as the static one.

    Parameters
    ----------
    subject
        The network.
    rows
        What was measured on it.

    Returns
    -------
    list of Floor
        Without bars for which neither a measured nor a derived figure is there.
    """
    bars = (
        _floor(subject, rows, "customise", (ROUTINGKIT_CPP, 4.0), _CUSTOMISE),
        _floor(subject, rows, "table_420x1000", (STATIC, 2.0), _TABLE),
    )
    return [bar for bar in bars if bar is not None]


def _floor(
    subject: str,
    rows: Sequence[Row],
    phase: str,
    bar: tuple[str, float],
    recorded: Mapping[str, tuple[float, float]],
) -> Floor | None:
    peer, wanted = bar
    mine, theirs, source = median(rows, OURS, phase), median(rows, peer, phase), "measured"
    if theirs is None:
        package = median(rows, ROUTINGKIT, phase)
        if package is None or subject not in recorded:
            return None
        native, wrapped = recorded[subject]
        theirs, source = round(package * native / wrapped, 3), "derived"
    if mine is None or not mine:
        return None
    return Floor(
        phase=phase,
        ours=OURS,
        ours_ms=mine,
        peer=peer,
        peer_ms=theirs,
        times_faster=round(theirs / mine, 2),
        wanted=wanted,
        source=source,
    )
