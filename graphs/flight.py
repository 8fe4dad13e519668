"""Times of what flies.

A helicopter flies in a straight line at its cruise speed, spends `landing_overhead_s` once, and lands at
the place itself. Where landing points are given it lands on one of them, and the crew walks the rest in a
straight line at `approach_kmh`; of all landing points the one that gets the crew there soonest is taken,
however far the walk.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graphs.profiles import Profile
from graphs.sphere import Floats, table_m
from models.crs import LngLat
from models.units import DECISECONDS_PER_SECOND, NEVER


def travel_ds(metres: Floats, kmh: float) -> NDArray[np.int64]:
    """Give whole deciseconds, rounded up, for some metres at some speed."""
    exact = np.round(metres * 3.6 * DECISECONDS_PER_SECOND / kmh, 6)
    return np.ceil(np.minimum(exact, NEVER)).astype(np.int64)


def flight_table(
    rider: Profile, origins: Sequence[LngLat], destinations: Sequence[LngLat], landings: Sequence[LngLat]
) -> NDArray[np.int32]:
    """Give the times of flights.

    Parameters
    ----------
    rider
        A profile that flies.
    origins, destinations
        Places in WGS-84.
    landings
        Where it may land; none: anywhere.

    Returns
    -------
    int32[origins, destinations]
        Deciseconds.
    """
    overhead = rider.landing_overhead_s * DECISECONDS_PER_SECOND
    if not landings:
        total = travel_ds(table_m(origins, destinations), rider.cruise_kmh) + overhead
        return np.minimum(total, NEVER).astype(np.int32)
    total = np.full((len(origins), len(destinations)), NEVER, dtype=np.int64)
    for point in landings:
        np.minimum(total, _by(rider, origins, point, destinations) + overhead, out=total)
    return total.astype(np.int32)


def flight_points(
    rider: Profile, origin: LngLat, destination: LngLat, landings: Sequence[LngLat]
) -> tuple[LngLat, ...]:
    """Give the corners of one flight: origin, the landing point chosen (the first of equals), destination."""
    if not landings:
        return (origin, destination)
    best = min(landings, key=lambda point: int(_by(rider, [origin], point, [destination])[0, 0]))
    return (origin, best, destination)


def _by(
    rider: Profile, origins: Sequence[LngLat], point: LngLat, destinations: Sequence[LngLat]
) -> NDArray[np.int64]:
    flight = travel_ds(table_m(origins, [point]), rider.cruise_kmh)
    return flight + travel_ds(table_m([point], destinations), rider.approach_kmh)
