"""Whether the sun is up: for what flies by day alone.

The low-accuracy formulas of Meeus, "Astronomical Algorithms" (2nd edition, chapters 25 and 28), in the form of NOAA's
solar calculation sheet (gml.noaa.gov/grad/solcalc). The sun is up while its centre stands less than 90.833 degrees
from the zenith: half its disc and a mean refraction at the horizon, as sunrise and sunset are published. Good to a
minute or two below 70 degrees of latitude; hills do not count.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphs.sphere import Floats
from models.crs import LngLat

HORIZON_DEG: Final = 90.833
DAY_S: Final = 86_400
_J2000_S: Final = 946_728_000.0
"""Unix time of 2000-01-01 12:00 UTC (the minute of dynamical time is below what counts here)."""
_CENTURY_S: Final = 36_525.0 * DAY_S


def sun_is_up(lng: Floats, lat: Floats, unix_s: Floats) -> NDArray[np.bool_]:
    """Tell whether the sun is up.

    Parameters
    ----------
    lng, lat
        float64: WGS-84 degrees.
    unix_s
        float64: seconds since 1970-01-01 UTC. The three are broadcast.

    Returns
    -------
    bool
        In the broadcast shape.
    """
    declination, equation_min = _sun((unix_s - _J2000_S) / _CENTURY_S)
    solar_min = (unix_s % DAY_S) / 60.0 + equation_min + 4.0 * lng
    hour_angle = np.radians(solar_min / 4.0 - 180.0)
    height = np.sin(np.radians(lat)) * np.sin(declination)
    height = height + np.cos(np.radians(lat)) * np.cos(declination) * np.cos(hour_angle)
    up: NDArray[np.bool_] = np.asarray(height > np.cos(np.radians(HORIZON_DEG)))
    return up


def daylight_left_s(place: LngLat, moment: datetime) -> int:
    """Give the whole seconds until the sun sets, from a moment with UTC offset; 0 at night, at most a day."""
    ahead = np.arange(DAY_S, dtype=np.float64)
    up = sun_is_up(np.array(place.lng), np.array(place.lat), moment.timestamp() + ahead)
    return DAY_S if bool(up.all()) else int(np.argmin(up))


def _sun(century: Floats) -> tuple[Floats, Floats]:
    """Give the sun's declination in radians and the equation of time in minutes, by Julian centuries since 2000."""
    t = century
    longitude = np.radians((280.46646 + t * (36_000.76983 + t * 0.0003032)) % 360.0)
    anomaly = np.radians(357.52911 + t * (35_999.05029 - 0.0001537 * t))
    eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t)
    centre = (
        np.sin(anomaly) * (1.914602 - t * (0.004817 + 0.000014 * t))
        + np.sin(2 * anomaly) * (0.019993 - 0.000101 * t)
        + np.sin(3 * anomaly) * 0.000289
    )
    node = np.radians(125.04 - 1934.136 * t)
    apparent = longitude + np.radians(centre - 0.00569 - 0.00478 * np.sin(node))
    tilt = 23.0 + (26.0 + (21.448 - t * (46.815 + t * (0.00059 - t * 0.001813))) / 60.0) / 60.0
    tilt = np.radians(tilt + 0.00256 * np.cos(node))
    declination = np.arcsin(np.sin(tilt) * np.sin(apparent))
    y = np.tan(tilt / 2) ** 2
    equation = (
        y * np.sin(2 * longitude)
        - 2 * eccentricity * np.sin(anomaly)
        + 4 * eccentricity * y * np.sin(anomaly) * np.cos(2 * longitude)
        - 0.5 * y * y * np.sin(4 * longitude)
        - 1.25 * eccentricity * eccentricity * np.sin(2 * anomaly)
    )
    return declination, 4.0 * np.degrees(equation)
