"""Who drives how fast where: default speeds by road class, Chinese road classes, vehicle profiles.

`CLASS_SPEEDS` and the Chinese classes are plain constants for the readers of road data; the profiles
themselves stand in `data/profiles.toml`, where every number has its basis, and are read on first use.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graphs.closures import ClosureEffect
from graphs.road import Access, RoadClass, RoadGraph
from graphs.traffic import FREE_FLOW, Slot
from models.errors import InputError, require
from models.place import Name
from models.units import NEVER

CLASS_SPEEDS: Final[Mapping[RoadClass, float]] = MappingProxyType(
    {
        RoadClass.MOTORWAY: 100.0,
        RoadClass.MOTORWAY_LINK: 40.0,
        RoadClass.TRUNK: 70.0,
        RoadClass.TRUNK_LINK: 40.0,
        RoadClass.PRIMARY: 60.0,
        RoadClass.PRIMARY_LINK: 35.0,
        RoadClass.SECONDARY: 40.0,
        RoadClass.SECONDARY_LINK: 30.0,
        RoadClass.TERTIARY: 30.0,
        RoadClass.TERTIARY_LINK: 25.0,
        RoadClass.UNCLASSIFIED: 20.0,
        RoadClass.RESIDENTIAL: 25.0,
        RoadClass.LIVING_STREET: 15.0,
        RoadClass.SERVICE: 15.0,
        RoadClass.TRACK: 12.0,
        RoadClass.PATH: 4.5,
        RoadClass.FERRY: 8.0,
        RoadClass.WATER: 25.0,
    }
)
"""Free speed in km/h by class where the source posts none (walkers on PATH, boats on WATER)."""

CLASS_SPEED_BASIS: Final[Mapping[RoadClass, str]] = MappingProxyType(
    {
        RoadClass.MOTORWAY: "as the Yongchuan-Luzhou expressway [G16]; 高速 80-120 km/h (JTG B01-2014)",
        RoadClass.TRUNK: "estimate inside 一级公路 60-100 km/h (JTG B01-2014, general knowledge)",
        RoadClass.PRIMARY: "middle of 二级公路 40-80 km/h (JTG B01-2014, general knowledge)",
        RoadClass.SECONDARY: "upper end of 三级公路 30-40 km/h (JTG B01-2014, general knowledge)",
        RoadClass.TERTIARY: "upper end of 四级公路 20-30 km/h (JTG B01-2014, general knowledge)",
        RoadClass.UNCLASSIFIED: "lower end of 四级公路 20-30 km/h (JTG B01-2014, general knowledge)",
    }
)
"""Where a default speed comes from; a class that is not listed is an "estimate"."""

CHINESE_CLASSES: Final[Mapping[str, RoadClass]] = MappingProxyType(
    {
        "高速公路": RoadClass.MOTORWAY,
        "高速": RoadClass.MOTORWAY,
        "国道": RoadClass.TRUNK,
        "省道": RoadClass.PRIMARY,
        "县道": RoadClass.SECONDARY,
        "乡道": RoadClass.TERTIARY,
        "村道": RoadClass.UNCLASSIFIED,
        "专用公路": RoadClass.SERVICE,
        "一级公路": RoadClass.TRUNK,
        "一级": RoadClass.TRUNK,
        "二级公路": RoadClass.PRIMARY,
        "二级": RoadClass.PRIMARY,
        "三级公路": RoadClass.SECONDARY,
        "三级": RoadClass.SECONDARY,
        "四级公路": RoadClass.TERTIARY,
        "四级": RoadClass.TERTIARY,
        "等外公路": RoadClass.UNCLASSIFIED,
        "等外": RoadClass.UNCLASSIFIED,
        "快速路": RoadClass.TRUNK,
        "城市快速路": RoadClass.TRUNK,
        "主干路": RoadClass.PRIMARY,
        "主干道": RoadClass.PRIMARY,
        "次干路": RoadClass.SECONDARY,
        "次干道": RoadClass.SECONDARY,
        "支路": RoadClass.TERTIARY,
        "街巷": RoadClass.RESIDENTIAL,
        "小区道路": RoadClass.RESIDENTIAL,
        "内部道路": RoadClass.SERVICE,
        "匝道": RoadClass.MOTORWAY_LINK,
        "机耕道": RoadClass.TRACK,
        "防火道": RoadClass.TRACK,
        "人行道": RoadClass.PATH,
        "步行道": RoadClass.PATH,
        "小路": RoadClass.PATH,
        "轮渡": RoadClass.FERRY,
        "渡口": RoadClass.FERRY,
        "航道": RoadClass.WATER,
    }
)
"""Chinese road classes: administrative (国省县乡村道), technical (JTG B01-2014) and urban (CJJ 37)."""

_REFERENCES: Final = (
    (re.compile(r"[GS]\d{1,2}|G\d{4}"), RoadClass.MOTORWAY),
    (re.compile(r"G\d{3}"), RoadClass.TRUNK),
    (re.compile(r"S\d{3}"), RoadClass.PRIMARY),
    (re.compile(r"X[A-Z]?\d{2,3}"), RoadClass.SECONDARY),
    (re.compile(r"Y[A-Z]?\d{2,3}"), RoadClass.TERTIARY),
    (re.compile(r"C[A-Z]?\d{2,3}"), RoadClass.UNCLASSIFIED),
)
"""Route numbers (GB/T 917): one or two digits, for G also four, are expressways."""

ROADSIDE_M: Final = 250.0
"""Half the length at which `graphs.links` cuts a road: so far may a place on a road be from its node."""

_FILE: Final = Path(__file__).parent / "data" / "profiles.toml"
_NUMBERS: Final = (
    "max_speed_kmh", "factor", "factors", "weight_kg", "height_cm", "width_cm", "roadside_kmh",
    "approach_kmh", "cruise_kmh", "landing_overhead_s", "traffic_share", "launch_s",
)  # fmt: skip
_SWITCHES: Final = ("walks", "flies", "exempt_from_turns", "daylight_only")
_OPTIONAL: Final = (*_SWITCHES, "factors", "cruise_kmh", "landing_overhead_s", "launch_s")
_FLOAT_NOISE_DIGITS: Final = 6
_CLASSES: Final = tuple(RoadClass)


def chinese_class(text: str) -> RoadClass | None:
    """Class of a Chinese road class or route number: "县道", "四级公路", "G246"; None where it is neither."""
    text = text.strip()
    if text in CHINESE_CLASSES:
        return CHINESE_CLASSES[text]
    reference = text.upper()
    for pattern, road_class in _REFERENCES:
        if pattern.fullmatch(reference):
            return road_class
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A way of travelling.

    Attributes
    ----------
    access
        Bits of which an arc must have at least one.
    max_speed_kmh
        Cap on the speed on any arc but a ferry.
    factors
        What the free speed of an arc is multiplied by, for every class.
    roadside_kmh
        Speed of the first `ROADSIDE_M` between a place and its node, in a straight line: they may well
        lead along the road, since nodes stand up to twice as far apart.
    approach_kmh
        Speed of what is left of that distance: off the road, as a rule on foot.
    walks
        People on foot: a road that is slow for vehicles is not slow for them; a shut one is shut.
    flies
        Uses no road: `cruise_kmh` in a straight line and `landing_overhead_s` once.
    traffic_share
        From 0 to 1: how much of the slow-down by traffic the vehicle feels (`graphs.traffic`).
    exempt_from_turns
        Turn bans do not bind it: in China a vehicle with siren on an urgent task is bound neither by route and
        direction nor by signals (Road Traffic Safety Law, article 53).
    daylight_only
        It leaves after sunrise and arrives before sunset, or not at all (`graphs.daylight`).
    launch_s
        Of a boat: seconds to put it into the water, and as many to take it out.
    basis
        Where each number comes from, by field.
    """

    id: str
    name: Name
    access: Access
    max_speed_kmh: float
    factors: Mapping[RoadClass, float]
    weight_kg: int
    height_cm: int
    width_cm: int
    roadside_kmh: float
    approach_kmh: float
    walks: bool = False
    flies: bool = False
    cruise_kmh: float = 0.0
    landing_overhead_s: int = 0
    traffic_share: float = 0.0
    exempt_from_turns: bool = False
    daylight_only: bool = False
    launch_s: int = 0
    basis: Mapping[str, str]

    def __post_init__(self) -> None:
        for field in ("max_speed_kmh", "weight_kg", "height_cm", "width_cm", "roadside_kmh", "approach_kmh"):
            value = getattr(self, field)
            require(
                value > 0,
                "profile {id}: {field} must be above 0, got {n}",
                id=self.id,
                field=field,
                n=value,
            )
        for road_class in RoadClass:
            value = self.factors.get(road_class, 0.0)
            require(
                value > 0,
                "profile {id}: the factor of {road_class} must be above 0, got {n}",
                id=self.id,
                road_class=road_class.name,
                n=value,
            )
        require(
            self.cruise_kmh > 0 if self.flies else bool(self.access),
            "profile {id}: it needs access to roads, or flies = true with a cruise_kmh above 0",
            id=self.id,
        )
        for field in ("landing_overhead_s", "launch_s"):
            value = getattr(self, field)
            require(
                value >= 0,
                "profile {id}: {field} is {n}, it cannot be negative",
                id=self.id,
                field=field,
                n=value,
            )
        require(
            0 <= self.traffic_share <= 1,
            "profile {id}: traffic_share is a share from 0 to 1, got {n}",
            id=self.id,
            n=self.traffic_share,
        )

    @property
    def turn_bits(self) -> int:
        """Bits of `Access` whose turn bans bind it: its own, or none where it is exempt."""
        return 0 if self.exempt_from_turns else int(self.access)


@cache
def profiles() -> Mapping[str, Profile]:
    """All profiles of `data/profiles.toml` by id."""
    return MappingProxyType(read_profiles(_FILE.read_text(encoding="utf-8"), _FILE.name))


def profile(profile_id: str) -> Profile:
    """One profile.

    Raises
    ------
    InputError
        No profile of this id; the sentence lists those there are.
    """
    known = profiles()
    if profile_id not in known:
        raise InputError(
            "no vehicle profile {id!r}; there are {known}", id=profile_id, known=", ".join(known)
        )
    return known[profile_id]


def read_profiles(text: str, source: str) -> dict[str, Profile]:
    """Read profiles from TOML text, each a table named by its id.

    Raises
    ------
    InputError
        Not TOML, a key unknown or missing, a number without its basis, or a value out of range.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError("not valid TOML: {what}", where=source, what=str(error)) from None
    return {key: _read_profile(key, table, f"{source}: {key}") for key, table in tables.items()}


def _read_profile(key: str, table: Any, where: str) -> Profile:
    require(isinstance(table, dict), "a profile must be a table", where=where)
    known = {"name", "access", "basis", *_SWITCHES, *_NUMBERS}
    unknown = sorted(set(table) - known)
    require(not unknown, "unknown key {keys}", where=where, keys=", ".join(unknown))
    required = known - set(_OPTIONAL)
    missing = sorted(required - set(table))
    require(not missing, "key {keys} is missing", where=where, keys=", ".join(missing))
    for part in ("name", "basis"):
        require(isinstance(table[part], dict), "{part} must be a table", where=where, part=part)
    _check_values(table, where)
    access = Access(0)
    for bit in table["access"]:
        require(bit in Access.__members__, "unknown access {bit!r}", where=where, bit=bit)
        access |= Access[bit]
    by_name: dict[str, float] = table.get("factors", {})
    for name in by_name:
        require(name in RoadClass.__members__, "unknown road class {name!r}", where=where, name=name)
    plain = {field: table[field] for field in table if field not in {"name", "access", "factor", "factors"}}
    try:
        return Profile(
            id=key,
            name=Name(**table["name"]),
            access=access,
            factors=MappingProxyType({c: by_name.get(c.name, table["factor"]) for c in RoadClass}),
            **plain,
        )
    except TypeError as error:
        raise InputError("not a profile: {what}", where=where, what=str(error)) from None
    except InputError as error:
        raise error.at(where) from None


def _check_values(table: dict[str, Any], where: str) -> None:
    """Refuse what has no basis, is no number or no switch."""
    for number in (*_NUMBERS, "exempt_from_turns", "daylight_only"):
        require(
            number not in table or bool(table["basis"].get(number)),
            "{field} has no basis; say where the number comes from, or write estimate",
            where=where,
            field=number,
        )
    for switch in _SWITCHES:
        require(
            isinstance(table.get(switch, False), bool),
            "{field} must be true or false, got {found!r}",
            where=where,
            field=switch,
            found=table.get(switch),
        )
    for number in _NUMBERS:
        value = table.get(number, 0)
        require(
            number == "factors" or (isinstance(value, int | float) and not isinstance(value, bool)),
            "{field} must be a number, got {found!r}",
            where=where,
            field=number,
            found=value,
        )


def arc_times(
    graph: RoadGraph,
    rider: Profile,
    effect: ClosureEffect | None = None,
    slot: Slot = FREE_FLOW,
    *,
    only: NDArray[np.int32] | None = None,
) -> NDArray[np.int32]:
    """Time of every arc for a profile.

    Parameters
    ----------
    graph
        The roads.
    rider
        Who travels. A profile that flies uses no arc.
    effect
        Closures in force; None: all is open.
    slot
        Speeds of the hour, as `graphs.traffic.slot_of` gives them for this profile. The cap of the profile comes
        after them: a vehicle slower than the traffic is not slowed by it.
    only
        int32[k]: arcs to give the times of, in this order; None: all.

    Returns
    -------
    int32[m] or int32[k]
        Deciseconds, rounded up, at least 1; `NEVER` where access, a posted limit or a closure forbids the
        arc. Read-only.
    """
    arcs = slice(None) if only is None else only
    road_class = graph.road_class[arcs]
    by_class = np.array([rider.factors[c] for c in _CLASSES]) * np.array(slot or 1.0)
    speed = graph.speed_kmh[arcs].astype(np.float64) * by_class[road_class]
    speed = np.where(road_class == RoadClass.FERRY, speed, np.minimum(speed, rider.max_speed_kmh))
    usable = (graph.access[arcs] & np.uint8(rider.access)) != 0
    usable &= rider.weight_kg <= graph.max_weight_kg[arcs]
    usable &= rider.height_cm <= graph.max_height_cm[arcs]
    usable &= rider.width_cm <= graph.max_width_cm[arcs]
    if effect is not None:
        usable &= rider.weight_kg <= effect.max_weight_kg[arcs]
        usable &= effect.factor[arcs] > 0
        if not rider.walks:
            speed = np.where(usable, speed * effect.factor[arcs], speed)
    # dm / (km/h) * 3.6 are deciseconds; rounding first keeps float noise from adding one
    exact = np.round(graph.length_dm[arcs] * 3.6 / speed, _FLOAT_NOISE_DIGITS)
    times = np.where(usable, np.clip(np.ceil(exact), 1, NEVER), NEVER).astype(np.int32)
    times.flags.writeable = False
    return times
