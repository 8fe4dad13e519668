"""Coordinate systems met in China, and the way from each to WGS-84.

GCJ-02 and BD-09 are offsets of WGS-84 and of GCJ-02. The forward formulas are the public ones (constants a = 6378245,
ee = 0.00669342162296594323; BD-09 with k = pi * 3000 / 180); the way back iterates until it is exact to 1e-9 degrees.
CGCS2000 differs from WGS-84 by centimetres to decimetres and is taken as equal for dispatch.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from math import atan2, cos, pi, sin, sqrt
from typing import Final, NamedTuple


class LngLat(NamedTuple):
    """A point inside the system: WGS-84 degrees, longitude first."""

    lng: float
    lat: float


class Crs(StrEnum):
    """Geographic coordinate system of a position from outside."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


_A: Final = 6378245.0
_EE: Final = 0.00669342162296594323
_K: Final = pi * 3000.0 / 180.0
_ROUNDS: Final = 10
_EXACT_DEG: Final = 1e-10


def is_offset_area(lng: float, lat: float) -> bool:
    """Whether GCJ-02 differs from WGS-84 here (the published rectangle around China)."""
    return 72.004 <= lng <= 137.8347 and 0.8293 <= lat <= 55.8271  # noqa: PLR2004


def wgs84_to_gcj02(lng: float, lat: float) -> LngLat:
    """Shift WGS-84 degrees to GCJ-02 degrees; identity outside the offset area."""
    if not is_offset_area(lng, lat):
        return LngLat(lng, lat)
    x, y = lng - 105.0, lat - 35.0
    common = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    root = sqrt(abs(x))
    t_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    t_lat += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    t_lat += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    t_lng = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    t_lng += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    t_lng += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    phi = lat / 180.0 * pi
    magic = 1.0 - _EE * sin(phi) ** 2
    d_lat = t_lat * 180.0 / (_A * (1.0 - _EE) / (magic * sqrt(magic)) * pi)
    d_lng = t_lng * 180.0 / (_A / sqrt(magic) * cos(phi) * pi)
    return LngLat(lng + d_lng, lat + d_lat)


def gcj02_to_wgs84(lng: float, lat: float) -> LngLat:
    """Undo `wgs84_to_gcj02` by fixed-point iteration, exact to 1e-9 degrees."""
    if not is_offset_area(lng, lat):
        return LngLat(lng, lat)
    return _undo(wgs84_to_gcj02, LngLat(lng, lat), LngLat(lng, lat))


def gcj02_to_bd09(lng: float, lat: float) -> LngLat:
    """Shift GCJ-02 degrees to BD-09 degrees."""
    z = sqrt(lng * lng + lat * lat) + 0.00002 * sin(lat * _K)
    theta = atan2(lat, lng) + 0.000003 * cos(lng * _K)
    return LngLat(z * cos(theta) + 0.0065, z * sin(theta) + 0.006)


def bd09_to_gcj02(lng: float, lat: float) -> LngLat:
    """Shift BD-09 degrees to GCJ-02 degrees by the published one-pass inverse, up to 2e-6 degrees off."""
    x, y = lng - 0.0065, lat - 0.006
    z = sqrt(x * x + y * y) - 0.00002 * sin(y * _K)
    theta = atan2(y, x) - 0.000003 * cos(x * _K)
    return LngLat(z * cos(theta), z * sin(theta))


def to_wgs84(lng: float, lat: float, crs: Crs) -> LngLat:
    """Convert degrees of a declared system to WGS-84 degrees, exact to 1e-9 degrees."""
    if crs is Crs.GCJ02:
        return gcj02_to_wgs84(lng, lat)
    if crs is Crs.BD09:
        gcj02 = _undo(gcj02_to_bd09, LngLat(lng, lat), bd09_to_gcj02(lng, lat))
        return gcj02_to_wgs84(*gcj02)
    return LngLat(lng, lat)


def _undo(shift: Callable[[float, float], LngLat], target: LngLat, guess: LngLat) -> LngLat:
    """Find by fixed-point iteration the point that `shift` takes to `target`, exact to 1e-9 degrees."""
    x, y = guess
    for _ in range(_ROUNDS):
        shifted = shift(x, y)
        dx, dy = shifted.lng - target.lng, shifted.lat - target.lat
        x, y = x - dx, y - dy
        if abs(dx) < _EXACT_DEG and abs(dy) < _EXACT_DEG:
            break
    return LngLat(x, y)


def from_wgs84(lng: float, lat: float, crs: Crs) -> LngLat:
    """Convert WGS-84 degrees to a system that data is exported in."""
    if crs is Crs.GCJ02:
        return wgs84_to_gcj02(lng, lat)
    if crs is Crs.BD09:
        return gcj02_to_bd09(*wgs84_to_gcj02(lng, lat))
    return LngLat(lng, lat)
