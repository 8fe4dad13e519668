"""Colours of the HTML report.

Red, orange, yellow and blue belong to the four-colour scale of warnings; nothing else is drawn in them, but
closures, which stand in hatched red as on the road. All others keep a contrast of 3:1 on
white and on the dark ground.
"""

from __future__ import annotations

from typing import Final

from models.force import Echelon
from models.place import Colour
from models.supply import Tier

WARNING: Final[dict[str, str]] = {
    Colour.RED.value: "#d3222a",
    Colour.ORANGE.value: "#ef7d00",
    Colour.YELLOW.value: "#f2c500",
    Colour.BLUE.value: "#1f6fd0",
    "": "#565d66",
}
"""By the warning in force; "" is none."""

ECHELON: Final[dict[Echelon, str]] = {
    Echelon.VILLAGE: "#7d8f2e",
    Echelon.TOWN: "#2e9160",
    Echelon.ENTERPRISE: "#94724a",
    Echelon.VOLUNTEER: "#b0659f",
    Echelon.SPECIALIST: "#7a5cc0",
    Echelon.DISTRICT: "#14857f",
    Echelon.AIR: "#6f8794",
    Echelon.MUTUAL_AID: "#a3586b",
    Echelon.MUNICIPAL: "#6b6b9e",
}

DEPOT: Final = "#8b6b4f"
TIER_SIZE: Final[dict[Tier, int]] = {Tier.VILLAGE: 9, Tier.TOWN: 11, Tier.DISTRICT: 14}

ALERT: Final = "#cf3d92"
"""Late, missing, faulty."""
CLOSED: Final = "#d3222a"
QUIET: Final = "#7b838d"

ROAD: Final[dict[str, tuple[str, float]]] = {
    "water": ("rgba(120,150,165,0.55)", 2.2),
    "minor": ("rgba(128,134,142,0.28)", 0.7),
    "local": ("rgba(128,134,142,0.42)", 0.9),
    "main": ("rgba(128,134,142,0.65)", 1.4),
    "fast": ("rgba(118,124,132,0.85)", 2.2),
}
"""Colour and width of a group of roads."""

PART: Final[dict[str, str]] = {
    "wait": "#b9bfc6",
    "call": "#98a1aa",
    "turnout": "#6d7985",
    "travel": "#2b8f88",
}
"""By part of the time to arrival."""

SYMBOLS: Final = ("circle", "triangle-up", "diamond", "pentagon", "hexagon", "star-square", "hourglass")
"""Markers of incident types, in the order of the types in the request."""
