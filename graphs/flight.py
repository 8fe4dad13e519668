"""Times of what flies.

A helicopter flies in a straight line at its cruise speed, spends `landing_overhead_s` once, and lands at
the place itself. Where landing points are given it lands on one of them, and the crew walks the rest in a
straight line at `approach_kmh`; of all landing points the one that gets the crew there soonest is taken,
however far the walk. What flies by day alone leaves and touches down while the sun is up, or does not fly:
by night it does not wait for the morning.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from graphs.daylight import sun_is_up
from graphs.profiles import Profile
from graphs.sphere import Floats, table_m
from models.crs import LngLat
from models.units import DECISECONDS_PER_SECOND, NEVER


def travel_ds(metres: Floats, kmh: float) -> NDArray[np.int64]:
    """Give whole deciseconds, rounded up, for some metres at some speed."""
    exact = np.round(metres * 3.6 * DECISECONDS_PER_SECOND / kmh, 6)
    return np.ceil(np.minimum(exact, NEVER)).astype(np.int64)


def flight_table(
    rider: Profile,
    origins: Sequence[LngLat],
    destinations: Sequence[LngLat],
    landings: Sequence[LngLat],
    moment: datetime | None = None,
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
    moment
        When it leaves, with a UTC offset; None: by day.

    Returns
    -------
    int32[origins, destinations]
        Deciseconds; `NEVER` where a profile with `daylight_only` would leave or land in the dark.
    """
    if not landings:
        return np.minimum(_flown(rider, origins, destinations, moment), NEVER).astype(np.int32)
    points = np.asarray(landings, dtype=np.float64)
    flights = _flown(rider, origins, points, moment)
    walks = travel_ds(table_m(points, destinations), rider.approach_kmh)
    total = np.empty((len(origins), len(destinations)), dtype=np.int64)
    for row, flight in enumerate(flights):
        total[row] = (flight[:, None] + walks).min(axis=0)
    return np.minimum(total, NEVER).astype(np.int32)


def flight_points(
    rider: Profile,
    origin: LngLat,
    destination: LngLat,
    landings: Sequence[LngLat],
    moment: datetime | None = None,
) -> tuple[LngLat, ...]:
    """Give the corners of one flight: origin, the landing point chosen (the first of equals), destination."""
    if not landings:
        return (origin, destination)
    flights = _flown(rider, [origin], landings, moment)[0]
    walks = travel_ds(table_m(landings, [destination]), rider.approach_kmh)[:, 0]
    return (origin, landings[int(np.argmin(flights + walks))], destination)


def _flown(
    rider: Profile, origins: Sequence[LngLat], ends: Sequence[LngLat] | Floats, moment: datetime | None
) -> NDArray[np.int64]:
    """Give the deciseconds until it stands at each end, `NEVER` where it is too dark."""
    leave, land = (np.asarray(places, dtype=np.float64).reshape(-1, 2) for places in (origins, ends))
    total = travel_ds(table_m(leave, land), rider.cruise_kmh)
    total += rider.landing_overhead_s * DECISECONDS_PER_SECOND
    if moment is None or not rider.daylight_only or total.size == 0:
        return total
    # departures in the first column, landings in the others
    lng, lat, when = np.empty((3, len(leave), 1 + len(land)))
    lng[:, 0], lat[:, 0] = leave.T
    lng[:, 1:], lat[:, 1:] = land.T
    when[:, 0] = moment.timestamp()
    when[:, 1:] = moment.timestamp() + total / DECISECONDS_PER_SECOND
    lit = sun_is_up(lng, lat, when)
    return np.where(lit[:, :1] & lit[:, 1:], total, np.int64(NEVER))
