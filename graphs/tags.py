"""What the tags of an OSM way say about a road: class, who may use it, speeds, limits, marks.

Access follows OSM's hierarchy: the most specific key that is set decides (hgv before motor_vehicle before
vehicle before access), and `key:forward` before `key`. Emergency vehicles may use what is private, kept for
buses or closed to the public by a sign; nobody uses what is being built, planned or given up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import floor
from types import MappingProxyType
from typing import Final

from graphs.quantities import duration_s, length_cm, mass_kg, speed_kmh
from graphs.road import NO_LIMIT, Access, Mark, RoadClass

WAY_KEYS: Final = ("highway", "route", "waterway")
"""A way without one of these is never a road."""

USED_TAGS: Final = (
    *WAY_KEYS, "name", "ref", "oneway", "oneway:foot", "junction", "bridge", "tunnel", "area", "service",
    "tracktype", "motorroad", "duration", "abandoned", "disused",
    *(
        key + side
        for key in ("access", "vehicle", "motor_vehicle", "motorcar", "hgv", "motorcycle", "foot", "psv",
        "bus",
                    "emergency", "boat", "motorboat", "maxspeed")
        for side in ("", ":forward", ":backward")
    ),
    "maxweight", "maxweightrating", "maxheight", "maxheight:physical", "maxwidth", "maxwidth:physical",
)  # fmt: skip
"""Every tag that `read_road` looks at: what a download must keep."""

_DECISIVE: Final = frozenset(USED_TAGS) - {"name", "ref"}

_MOTOR: Final = Access.CAR | Access.EMERGENCY | Access.TRUCK | Access.MOTORCYCLE
_ALL: Final = _MOTOR | Access.FOOT

_HIGHWAYS: Final[Mapping[str, tuple[RoadClass, Access]]] = MappingProxyType(
    {
        "motorway": (RoadClass.MOTORWAY, _MOTOR),
        "motorway_link": (RoadClass.MOTORWAY_LINK, _MOTOR),
        "trunk": (RoadClass.TRUNK, _ALL),
        "trunk_link": (RoadClass.TRUNK_LINK, _ALL),
        "primary": (RoadClass.PRIMARY, _ALL),
        "primary_link": (RoadClass.PRIMARY_LINK, _ALL),
        "secondary": (RoadClass.SECONDARY, _ALL),
        "secondary_link": (RoadClass.SECONDARY_LINK, _ALL),
        "tertiary": (RoadClass.TERTIARY, _ALL),
        "tertiary_link": (RoadClass.TERTIARY_LINK, _ALL),
        "unclassified": (RoadClass.UNCLASSIFIED, _ALL),
        "road": (RoadClass.UNCLASSIFIED, _ALL),
        "residential": (RoadClass.RESIDENTIAL, _ALL),
        "living_street": (RoadClass.LIVING_STREET, _ALL),
        "service": (RoadClass.SERVICE, _ALL),
        "busway": (RoadClass.SERVICE, Access.EMERGENCY),
        "pedestrian": (RoadClass.LIVING_STREET, Access.EMERGENCY | Access.FOOT),
        "track": (RoadClass.TRACK, Access.EMERGENCY | Access.MOTORCYCLE | Access.FOOT),
        "path": (RoadClass.PATH, Access.FOOT),
        "footway": (RoadClass.PATH, Access.FOOT),
        "bridleway": (RoadClass.PATH, Access.FOOT),
        "cycleway": (RoadClass.PATH, Access.FOOT),
        "steps": (RoadClass.PATH, Access.FOOT),
    }
)
_WATERWAYS: Final = frozenset({"river", "canal", "fairway"})
RIVERS: Final = frozenset({"river", "canal"})
"""Waterways that a bridge over them makes a river crossing."""

_SURFACED_TRACK: Final = "grade1"

_LAND: Final = ("motor_vehicle", "vehicle")
_HIERARCHY: Final[Mapping[Access, tuple[str, ...]]] = MappingProxyType(
    {
        Access.CAR: ("motorcar", *_LAND, "access"),
        Access.TRUCK: ("hgv", *_LAND, "access"),
        Access.MOTORCYCLE: ("motorcycle", *_LAND, "access"),
        Access.FOOT: ("foot", "access"),
        Access.BOAT: ("motorboat", "boat", "access"),
    }
)
"""Keys by mode, the most specific first."""

_OPEN: Final = frozenset(
    {
        "yes",
        "permissive",
        "designated",
        "destination",
        "customers",
        "delivery",
        "public",
        "official",
        "unknown",
    }
)
_LET_IN: Final = frozenset({"yes", "designated", "official", "permissive", "destination"})
_FORWARD: Final = frozenset({"yes", "true", "1"})
_BACKWARD: Final = frozenset({"-1", "reverse"})
_BOTH: Final = frozenset({"no", "false", "0", "alternating"})
_ROUNDABOUTS: Final = frozenset({"roundabout", "circular"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """What holds along a whole way; `forward` is the direction of its points."""

    road_class: RoadClass
    forward: Access
    backward: Access
    name: str = ""
    speed_forward: float | None = None
    speed_backward: float | None = None
    duration_s: float | None = None
    """Time from end to end, where posted (ferries)."""
    marks: Mark
    max_weight_kg: int = NO_LIMIT
    max_height_cm: int = NO_LIMIT
    max_width_cm: int = NO_LIMIT
    odd: str = ""
    """A tag value that was not understood, as key=value."""


def highway_class(text: str) -> RoadClass | None:
    """Class of a value of OSM's `highway`, as layers made from OSM have it; None for another text."""
    found = _HIGHWAYS.get(text)
    return None if found is None else found[0]


def read_road(tags: Mapping[str, str]) -> Road | None:
    """Read the tags of one way; None where nobody can travel on it."""
    road = _nameless_road(tuple(sorted((key, tags[key]) for key in _DECISIVE & tags.keys())))
    name = _name(tags)
    return replace(road, name=name) if road is not None and name else road


@lru_cache(maxsize=16_384)
def _nameless_road(pairs: tuple[tuple[str, str], ...]) -> Road | None:
    """Read all but the name: a city has some thousand different ways to tag a road, and 10^5 roads."""
    tags = dict(pairs)
    found = _class_and_users(tags)
    if found is None or "yes" in (tags.get("area"), tags.get("abandoned"), tags.get("disused")):
        return None
    road_class, usual = found
    forward, backward = (_users(tags, road_class, usual, side) for side in (":forward", ":backward"))
    forward, backward = _one_way(tags, road_class, forward, backward)
    if not forward | backward:
        return None
    limits = _limits(tags)
    marks = _marks(tags, road_class, weak=limits[0] != NO_LIMIT)
    return Road(
        road_class=road_class,
        forward=forward,
        backward=backward,
        speed_forward=_speed(tags, ":forward"),
        speed_backward=_speed(tags, ":backward"),
        duration_s=duration_s(tags.get("duration", "")) if road_class is RoadClass.FERRY else None,
        marks=marks,
        max_weight_kg=limits[0],
        max_height_cm=limits[1],
        max_width_cm=limits[2],
        odd=_odd(tags),
    )


def _class_and_users(tags: Mapping[str, str]) -> tuple[RoadClass, Access] | None:
    if "ferry" in tags.get("route", "").split(";"):
        return RoadClass.FERRY, _ferry_users(tags)
    for value in tags.get("highway", "").split(";"):
        if value.strip() in _HIGHWAYS:
            road_class, usual = _HIGHWAYS[value.strip()]
            if road_class is RoadClass.TRACK and tags.get("tracktype") == _SURFACED_TRACK:
                return road_class, _ALL
            if tags.get("service") == "emergency_access":
                return road_class, Access.EMERGENCY | Access.FOOT
            if tags.get("motorroad") == "yes":
                usual &= ~Access.FOOT
            return road_class, usual
    if tags.get("waterway") in _WATERWAYS and tags.get("tunnel") != "culvert":
        return RoadClass.WATER, Access.BOAT
    return None


def _ferry_users(tags: Mapping[str, str]) -> Access:
    """Everybody, unless the ferry says whom it takes and motor vehicles are not among them."""
    motor = any(key in tags for key in ("vehicle", "motor_vehicle", "motorcar", "hgv"))
    return _ALL if motor or not ("foot" in tags or "bicycle" in tags) else Access.FOOT


def _users(tags: Mapping[str, str], road_class: RoadClass, usual: Access, side: str) -> Access:
    """Who may use the way in one direction, one-way rules aside."""
    users = Access(0)
    for mode, keys in _HIERARCHY.items():
        if mode is Access.BOAT and road_class is not RoadClass.WATER:
            continue
        if mode is not Access.BOAT and road_class is RoadClass.WATER:
            continue
        said = _said(tags, keys, side)
        if (mode in usual) if said is None else _opens(said, mode, usual, keys, tags, side):
            users |= mode
    if road_class is not RoadClass.WATER and _emergency(tags, usual, users, side):
        users |= Access.EMERGENCY
    return users


def _said(tags: Mapping[str, str], keys: tuple[str, ...], side: str) -> str | None:
    for key in keys:
        if key + side in tags:
            return tags[key + side]
        if key in tags:
            return tags[key]
    return None


def _opens(
    said: str, mode: Access, usual: Access, keys: tuple[str, ...], tags: Mapping[str, str], side: str
) -> bool:
    """Whether a value lets a mode in. `access=yes` on a path opens it to whom it is made for, not to cars."""
    if said not in _OPEN:
        return False
    return mode in usual or _said(tags, keys[:-1], side) is not None


def _emergency(tags: Mapping[str, str], usual: Access, users: Access, side: str) -> bool:
    own = _said(tags, ("emergency",), side)
    if own is not None and own in {"no", *_LET_IN}:
        return own != "no"
    if users & (Access.CAR | Access.TRUCK):
        return True
    if Access.EMERGENCY not in usual:
        return False
    # A sign may keep the public out (private, agricultural, no motor vehicles); access=no may be a wall.
    signed = _said(tags, _LAND, side) is not None or _said(tags, ("bus", "psv"), side) in _LET_IN
    return signed or tags.get("access") != "no"


def _one_way(
    tags: Mapping[str, str], road_class: RoadClass, forward: Access, backward: Access
) -> tuple[Access, Access]:
    """Close the direction that a one-way rule forbids. People on foot are bound only by `oneway:foot`."""
    value = tags.get("oneway", "")
    implied = road_class is RoadClass.MOTORWAY or tags.get("junction") in _ROUNDABOUTS
    bound = ~Access(0) if road_class is RoadClass.FERRY or tags.get("oneway:foot") == "yes" else ~Access.FOOT
    if road_class is RoadClass.WATER:
        return forward, backward
    if value in _BACKWARD:
        return forward & ~bound, backward
    if value == "reversible":
        return forward & ~bound, backward & ~bound
    if value in _FORWARD or (implied and value not in _BOTH):
        return forward, backward & ~bound
    return forward, backward


def _speed(tags: Mapping[str, str], side: str) -> float | None:
    own = speed_kmh(tags.get("maxspeed" + side, ""))
    return own if own is not None else speed_kmh(tags.get("maxspeed", ""))


def _limits(tags: Mapping[str, str]) -> tuple[int, int, int]:
    weights = [mass_kg(tags.get(key, "")) for key in ("maxweight", "maxweightrating")]
    heights = [length_cm(tags.get(key, "")) for key in ("maxheight", "maxheight:physical")]
    widths = [length_cm(tags.get(key, "")) for key in ("maxwidth", "maxwidth:physical")]
    weight, height, width = (_least(values) for values in (weights, heights, widths))
    return weight, height, width


def _least(values: list[float | None]) -> int:
    """Round the least limit down to whole units; the small addition undoes float noise (3.1 m = 310 cm)."""
    return min((max(1, min(floor(v + 1e-6), NO_LIMIT)) for v in values if v is not None), default=NO_LIMIT)


def _marks(tags: Mapping[str, str], road_class: RoadClass, *, weak: bool) -> Mark:
    marks = Mark(0)
    if tags.get("bridge", "no") != "no":
        marks |= Mark.BRIDGE | Mark.WEAK_BRIDGE if weak else Mark.BRIDGE
    if tags.get("tunnel", "no") != "no":
        marks |= Mark.TUNNEL
    if tags.get("junction") in _ROUNDABOUTS:
        marks |= Mark.ROUNDABOUT
    if road_class is RoadClass.FERRY:
        marks |= Mark.FERRY | Mark.RIVER_CROSSING
    return marks


def _name(tags: Mapping[str, str]) -> str:
    name, ref = tags.get("name", ""), tags.get("ref", "")
    if name and ref and ref not in name:
        return f"{name} ({ref})"
    return name or ref


def _odd(tags: Mapping[str, str]) -> str:
    """First speed or limit that is there but says nothing we understand."""
    for key, read, silent in _READ:
        value = tags.get(key)
        if value is not None and value not in silent and read(value) is None:
            return f"{key}={value}"
    return ""


_READ: Final = (
    ("maxspeed", speed_kmh, frozenset({"signals", "variable"})),
    ("maxweight", mass_kg, frozenset({"none", "unsigned", "default"})),
    ("maxheight", length_cm, frozenset({"none", "unsigned", "default", "below_default", "no_sign"})),
    ("maxwidth", length_cm, frozenset({"none", "unsigned", "default"})),
)
