"""Lines and points as Plotly takes them, in plain values."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from math import cos, pi, radians, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.render.background import RoadLines
from models.crs import LngLat
from models.units import EARTH_RADIUS_M

Figure = dict[str, Any]


def circle(centre: LngLat, radius_m: float, corners: int = 36) -> list[tuple[float, float]]:
    """Give a closed ring of `corners` points (lng, lat) round a centre."""
    up = radius_m / (radians(1) * EARTH_RADIUS_M)
    across = up / cos(radians(centre.lat))
    turns = [2 * pi * i / corners for i in range(corners + 1)]
    return [(centre.lng + across * cos(turn), centre.lat + up * sin(turn)) for turn in turns]


def joined(lines: Sequence[Sequence[tuple[float, float]]]) -> RoadLines:
    """Put lines one after another, a NaN between two."""
    points: list[tuple[float, float]] = []
    for line in lines:
        points += [*((lng, lat) for lng, lat in line), (np.nan, np.nan)]
    table = np.array(points[:-1], dtype=np.float32).reshape(-1, 2)
    return RoadLines("", np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1]))


def packed(values: NDArray[np.float32]) -> dict[str, str]:
    """Write an array as plotly.js reads it: four bytes a value; float32 degrees are good to a metre."""
    return {"dtype": "f4", "bdata": base64.b64encode(values.astype("<f4").tobytes()).decode("ascii")}


def line_trace(lines: RoadLines, **more: object) -> Figure:
    """Give a trace of lines."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": packed(lines.lng),
        "y": packed(lines.lat),
        "connectgaps": False,
        **more,
    }


def point_trace(places: Sequence[LngLat], **more: object) -> Figure:
    """Give a trace of points, to about a metre."""
    return {
        "type": "scatter",
        "x": [round(place.lng, 5) for place in places],
        "y": [round(place.lat, 5) for place in places],
        **more,
    }
