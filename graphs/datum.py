"""Which coordinate system road data is in, and arrays of points from it to WGS-84 and back.

A system is named `wgs84`, `cgcs2000`, `gcj02`, `bd09`, or by an EPSG code such as `EPSG:4544` (x is then the
easting, y the northing, whatever order the authority states). It is never guessed: GCJ-02 taken for WGS-84
puts every road of Yongchuan half a kilometre off, and still looks like a map.
"""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np

from graphs.road import Floats
from models.crs import Crs, from_wgs84, to_wgs84
from models.errors import InputError

HOW_TO_DECLARE: Final = "wgs84, cgcs2000, gcj02, bd09 or an EPSG code such as EPSG:4544"

_EPSG: Final = re.compile(r"(?:EPSG:)?(\d{4,6})", re.IGNORECASE)
_NEAR_DEG: Final = 3.0
"""How far outside its area of use a projection still serves."""

_CODES: Final = {4326: Crs.WGS84, 4490: Crs.CGCS2000}


def check_datum(name: str, where: str) -> Crs | int:
    """Read the name of a coordinate system: one of `Crs`, or an EPSG code.

    Raises
    ------
    InputError
        No such system.
    """
    plain = name.strip().lower().replace("-", "")
    if plain in {crs.value for crs in Crs}:
        return Crs(plain)
    match = _EPSG.fullmatch(name.strip())
    if match is None:
        raise InputError(
            "coordinate system {name!r} is not known; write {known}",
            where=where,
            name=name,
            known=HOW_TO_DECLARE,
        )
    code = int(match[1])
    if code not in _CODES:
        _transformer(code, where)
    return _CODES.get(code, code)


def undeclared(where: str) -> InputError:
    """Make the error for data whose system nobody declared."""
    return InputError(
        'the coordinate system is not declared; say crs = "gcj02" in the column map or as argument: {known}',
        where=where,
        known=HOW_TO_DECLARE,
    )


def points_to_wgs84(x: Floats, y: Floats, datum: Crs | int, where: str) -> tuple[Floats, Floats]:
    """Convert points to WGS-84 degrees.

    Parameters
    ----------
    x, y : float64[k]
        Degrees (longitude first) or metres (easting first), as the system has it.
    datum
        What `check_datum` gave.
    where
        What to call the data in a message.

    Returns
    -------
    lng, lat : float64[k]

    Raises
    ------
    InputError
        A point that is no degrees, or that the projection cannot undo.
    """
    if isinstance(datum, int):
        lng, lat = _transformer(datum, where).transform(x, y)
        _demand_zone(lng, lat, datum, where)
    else:
        _demand_degrees(x, y, where)
        lng, lat = _shifted(x, y, datum, inward=True)
    return lng, lat


def points_from_wgs84(lng: Floats, lat: Floats, datum: Crs | int, where: str) -> tuple[Floats, Floats]:
    """Convert WGS-84 degrees to another system, float64[k] each."""
    if isinstance(datum, int):
        x, y = _transformer(datum, where, inward=False).transform(lng, lat)
        return x, y
    return _shifted(lng, lat, datum, inward=False)


def _shifted(x: Floats, y: Floats, crs: Crs, *, inward: bool) -> tuple[Floats, Floats]:
    if crs in {Crs.WGS84, Crs.CGCS2000}:
        return x, y
    convert = to_wgs84 if inward else from_wgs84
    # lines share their end points, so that each point is worked out once
    points, inverse = np.unique(np.column_stack((x, y)).view(np.complex128), return_inverse=True)
    inverse = inverse.ravel()
    pairs = zip(points.real.tolist(), points.imag.tolist(), strict=True)
    moved = np.array([convert(a, b, crs) for a, b in pairs], dtype=np.float64).reshape(-1, 2)
    return moved[inverse, 0], moved[inverse, 1]


def _demand_degrees(x: Floats, y: Floats, where: str) -> None:
    bad = np.flatnonzero(~((np.abs(x) <= 180.0) & (np.abs(y) <= 90.0)))  # noqa: PLR2004
    if bad.size:
        raise InputError(
            "point ({x}, {y}) is not in degrees; declare its projection, for example EPSG:4544",
            where=where,
            x=float(x[bad[0]]),
            y=float(y[bad[0]]),
        )


def _demand_zone(lng: Floats, lat: Floats, code: int, where: str) -> None:
    """Refuse points that come to lie far from where a projection is used: they are of another zone."""
    # comes with `_transformer`, which has loaded it already
    from pyproj import CRS  # noqa: PLC0415

    if not (np.isfinite(lng).all() and np.isfinite(lat).all()):
        raise InputError("coordinates do not fit EPSG:{code}; is it another zone?", where=where, code=code)
    area = CRS.from_epsg(code).area_of_use
    if area is None or not lng.size or area.west > area.east:
        return
    x, y = float(np.median(lng)), float(np.median(lat))
    inside = area.west - _NEAR_DEG <= x <= area.east + _NEAR_DEG
    if not (inside and area.south - _NEAR_DEG <= y <= area.north + _NEAR_DEG):
        raise InputError(
            "by EPSG:{code} the points lie at ({lng}, {lat}), outside {area}; is it another zone?",
            where=where,
            code=code,
            lng=round(x, 3),
            lat=round(y, 3),
            area=area.name.rstrip("."),
        )


def _transformer(code: int, where: str, *, inward: bool = True) -> Any:
    # pyproj costs 0.2 s, and only projected data needs it
    from pyproj import Transformer  # noqa: PLC0415
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    try:
        ends = (code, 4326) if inward else (4326, code)
        return Transformer.from_crs(*ends, always_xy=True)
    except CRSError:
        raise InputError(
            "EPSG:{code} is not a coordinate system; write {known}",
            where=where,
            code=code,
            known=HOW_TO_DECLARE,
        ) from None
