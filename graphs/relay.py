"""Journeys of two legs with a change between them: drive to the launch point, then go by boat.

The two legs are tables of `graphs.travel`; joining them is a min-plus product over the places of change. Both
legs are travelled at the speeds of the moment the tables were made for: the second leg does not wait for the
hour at which it begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graphs.search import sealed
from graphs.travel import Path, TravelTimes
from kernels.relay import join
from models.crs import LngLat
from models.errors import require
from models.units import DECISECONDS_PER_SECOND, LONGEST_S

Ints = NDArray[np.int32]


class RelayTable(NamedTuple):
    """Times over the best place of change.

    Attributes
    ----------
    times
        int32[s, t] deciseconds, `NEVER` where there is no way.
    via
        int32[s, t]: index of the place of change, -1 where there is no way.
    """

    times: Ints
    via: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayWay:
    """The quickest journey of two legs between two places.

    Attributes
    ----------
    first, second
        Both legs.
    via
        Index of the place of change.
    change_ds
        Deciseconds the change takes.
    """

    first: Path
    second: Path
    via: int
    change_ds: int

    @property
    def time_ds(self) -> int:
        """Deciseconds of both legs and the change, the same as in the table."""
        return self.first.time_ds + self.change_ds + self.second.time_ds

    @property
    def length_m(self) -> float:
        """Metres of both legs."""
        return self.first.length_m + self.second.length_m


def relay(first: Ints, change: Ints, second: Ints) -> RelayTable:
    """Join two tables at places of change.

    Parameters
    ----------
    first
        int32[s, v] deciseconds from origins to places of change.
    change
        int32[v] deciseconds that changing takes; `NEVER` where it cannot be done.
    second
        int32[v, t] deciseconds from places of change to destinations.

    Returns
    -------
    RelayTable
        The least sum for every pair, over the first of equal places. `NEVER` in any part, or a sum that is not
        below it, is no way.

    Raises
    ------
    ValueError
        The shapes do not fit together.
    """
    if first.ndim != 2 or second.ndim != 2 or change.shape != (first.shape[1],):  # noqa: PLR2004 - tables
        raise ValueError(
            f"tables {first.shape} and {second.shape} cannot be joined by {change.shape} changes"
        )
    if second.shape[0] != first.shape[1]:
        raise ValueError(
            f"the first table ends at {first.shape[1]} places, the second begins at {second.shape[0]}"
        )
    times = np.empty((first.shape[0], second.shape[1]), dtype=np.int32)
    via = np.empty_like(times)
    join(sealed(first), sealed(change), sealed(second), times, via)
    return RelayTable(times, via)


def relay_table(
    travel: TravelTimes,
    origins: Sequence[LngLat],
    launches: Sequence[LngLat],
    destinations: Sequence[LngLat],
    *,
    by: tuple[str, str],
    change_s: int = 0,
) -> RelayTable:
    """Give the times from every origin over the best place of change to every destination.

    Parameters
    ----------
    travel
        Travel times of the map, with its closures.
    origins, launches, destinations
        Places in WGS-84; at `launches` one changes.
    by
        Profiles of the first and of the second leg.
    change_s
        Seconds that changing takes.

    Raises
    ------
    InputError
        No such profile, no place of change, or a change of less than 0 or more than 90 days.
    """
    _check(launches, change_s)
    change = np.full(len(launches), change_s * DECISECONDS_PER_SECOND, dtype=np.int32)
    first = travel.table(by[0], origins, launches)
    return relay(first, change, travel.table(by[1], launches, destinations))


def relay_way(
    travel: TravelTimes,
    origin: LngLat,
    launches: Sequence[LngLat],
    destination: LngLat,
    *,
    by: tuple[str, str],
    change_s: int = 0,
) -> RelayWay | None:
    """Find the quickest journey over one of some places of change; None where the table says `NEVER`.

    Raises
    ------
    InputError
        As `relay_table`.
    """
    table = relay_table(travel, [origin], launches, [destination], by=by, change_s=change_s)
    via = int(table.via[0, 0])
    if via < 0:
        return None
    first = travel.path(by[0], origin, launches[via])
    second = travel.path(by[1], launches[via], destination)
    if first is None or second is None:  # the table has a time for each, so each has a way
        return None
    return RelayWay(first=first, second=second, via=via, change_ds=change_s * DECISECONDS_PER_SECOND)


def _check(launches: Sequence[LngLat], change_s: int) -> None:
    require(len(launches) > 0, "a journey of two legs needs at least one place to change at")
    require(
        0 <= change_s <= LONGEST_S,
        "a change takes from 0 to {most} seconds, got {n}",
        most=LONGEST_S,
        n=change_s,
    )
