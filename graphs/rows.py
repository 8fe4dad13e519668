"""One row of a district's own road data, as text by field, and what it says about its link."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from graphs.columns import ColumnMap, class_of, one_of
from graphs.links import DRIVEN, Link, Links
from graphs.quantities import length_cm, mass_kg, speed_kmh
from graphs.road import NO_LIMIT, Access, Mark, RoadClass
from graphs.ways import Point
from models.errors import InputError, require

_ONEWAY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "both": "both", "0": "both", "no": "both", "false": "both", "双向": "both",
        "双向通行": "both",
        "forward": "forward", "1": "forward", "yes": "forward", "true": "forward", "单向": "forward",
        "单向通行": "forward", "正向": "forward",
        "backward": "backward", "-1": "backward", "reverse": "backward", "反向": "backward",
        "逆向": "backward",
        "strict": "strict",
    }
)  # fmt: skip
_YES: Final = frozenset({"1", "yes", "true", "y", "t", "是", "有", "桥", "桥梁", "隧道"})
_NO: Final = frozenset({"0", "no", "false", "n", "f", "否", "无"})
_ORDINARY: Final[Mapping[RoadClass, Access]] = MappingProxyType(
    {
        RoadClass.MOTORWAY: DRIVEN & ~Access.FOOT,
        RoadClass.MOTORWAY_LINK: DRIVEN & ~Access.FOOT,
        RoadClass.TRACK: Access.EMERGENCY | Access.MOTORCYCLE | Access.FOOT,
        RoadClass.PATH: Access.FOOT,
        RoadClass.WATER: Access.BOAT,
    }
)


_DECISIVE: Final = (
    "class", "speed_kmh", "speed_posted", "oneway", "max_weight_t", "max_height_m", "max_width_m", "bridge",
    "tunnel", "access", "marks",
)  # fmt: skip
"""Fields that have few values in a whole file, each of which is read once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What many rows of a file have in common. `has_class` is False where the class had to be filled in."""

    road_class: RoadClass
    forward: Access
    backward: Access
    speed_kmh: float | None
    speed_posted: bool
    marks: Mark
    max_weight_kg: int
    max_height_cm: int
    max_width_cm: int
    has_class: bool


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says about its link."""

    kind: Kind
    name: str
    length_m: float | None

    def link(self, tail: int, head: int, points: tuple[Point, ...], way: int) -> Link:
        """Make the link of this row."""
        kind = self.kind
        return Link(
            tail=tail,
            head=head,
            points=points,
            road_class=kind.road_class,
            way=way,
            name=self.name,
            forward=kind.forward,
            backward=kind.backward,
            speed_kmh=kind.speed_kmh,
            speed_posted=kind.speed_posted,
            length_m=self.length_m,
            marks=kind.marks,
            max_weight_kg=kind.max_weight_kg,
            max_height_cm=kind.max_height_cm,
            max_width_cm=kind.max_width_cm,
        )


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the rows of a file: a city has 10^5 roads and some hundred different ways to describe one.

    Parameters
    ----------
    columns
        What values mean.
    """

    columns: ColumnMap
    _kinds: dict[tuple[str, ...], Kind] = field(default_factory=dict)

    def read(self, row: Mapping[str, str], where: str) -> Row:
        """Read one row.

        Parameters
        ----------
        row
            Text by field of `LINK_FIELDS`; a field without a value is not there or is "".
        where
            File and line, for messages.

        Raises
        ------
        InputError
            A value that is not understood, naming its field.
        """
        said = tuple([row.get(key, "") for key in _DECISIVE])
        kind = self._kinds.get(said)
        if kind is None:
            kind = self._kinds[said] = _read_kind(row, self.columns, where)
        return Row(kind, row.get("name", ""), _read(row, "length_m", _plain, where))


def _read_kind(row: Mapping[str, str], columns: ColumnMap, where: str) -> Kind:
    """Read the decisive fields of a row."""
    stated = row.get("class", "")
    road_class = columns.default_class if not stated else _row_class(stated, columns, f"{where}, class")
    access = _access(row, road_class, where)
    forward, backward = _directions(row, columns, access, where)
    speed = _read(row, "speed_kmh", speed_kmh, where)
    weight, height, width = (
        _read(row, key, read, where)
        for key, read in (("max_weight_t", mass_kg), ("max_height_m", length_cm), ("max_width_m", length_cm))
    )
    return Kind(
        road_class=road_class,
        forward=forward,
        backward=backward,
        speed_kmh=speed,
        speed_posted=_yes(row, "speed_posted", where, otherwise=True),
        marks=_marks(row, road_class, weak=weight is not None, where=where),
        max_weight_kg=_whole(weight),
        max_height_cm=_whole(height),
        max_width_cm=_whole(width),
        has_class=bool(stated),
    )


def _read(row: Mapping[str, str], key: str, read: Callable[[str], float | None], where: str) -> float | None:
    """Read an amount; an empty field, or 0 as many layers write it, is none."""
    if not _amount_given(row, key):
        return None
    value = read(row[key])
    if value is None:
        raise InputError("{value!r} is not an amount above 0", where=f"{where}, {key}", value=row[key])
    return value


def _amount_given(row: Mapping[str, str], key: str) -> bool:
    return row.get(key, "") not in {"", "0", "0.0"}


def _plain(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < NO_LIMIT else None


def _whole(value: float | None) -> int:
    return NO_LIMIT if value is None else max(1, min(int(value + 1e-6), NO_LIMIT))


def _row_class(text: str, columns: ColumnMap, where: str) -> RoadClass:
    return columns.classes[text] if text in columns.classes else class_of(text, where)


def _access(row: Mapping[str, str], road_class: RoadClass, where: str) -> Access:
    stated = row.get("access", "")
    if not stated:
        return _ORDINARY.get(road_class, DRIVEN)
    access = Access(0)
    for word in stated.replace(",", " ").split():
        one_of(word.upper(), Access.__members__, f"{where}, access")
        access |= Access[word.upper()]
    return access


def _directions(
    row: Mapping[str, str], columns: ColumnMap, access: Access, where: str
) -> tuple[Access, Access]:
    text = row.get("oneway", "")
    said = columns.oneway.get(text) or _ONEWAY.get(text.lower() or "both")
    if said is None:
        raise InputError(
            "{text!r} is not known; map it under [values.oneway] to both, forward, backward or strict",
            where=f"{where}, oneway",
            text=text,
        )
    if said == "both":
        return access, access
    if said == "strict":
        return access, Access(0)
    # a one-way street binds vehicles, not people on foot
    walked = access & Access.FOOT
    return (access, walked) if said == "forward" else (walked, access)


def _marks(row: Mapping[str, str], road_class: RoadClass, *, weak: bool, where: str) -> Mark:
    marks = Mark.FERRY | Mark.RIVER_CROSSING if road_class is RoadClass.FERRY else Mark(0)
    if _yes(row, "bridge", where):
        marks |= Mark.BRIDGE | Mark.WEAK_BRIDGE if weak else Mark.BRIDGE
    if _yes(row, "tunnel", where):
        marks |= Mark.TUNNEL
    for word in row.get("marks", "").replace(",", " ").split():
        one_of(word.upper(), Mark.__members__, f"{where}, marks")
        marks |= Mark[word.upper()]
    return marks


def _yes(row: Mapping[str, str], key: str, where: str, *, otherwise: bool = False) -> bool:
    text = row.get(key, "").lower()
    if not text:
        return otherwise
    require(text in _YES | _NO, "{text!r} is neither yes nor no", where=f"{where}, {key}", text=text)
    return text in _YES


def way_id(row: Mapping[str, str], otherwise: int) -> int:
    """Read the field `id` where it is a whole number; else `otherwise`."""
    text = row.get("id", "")
    return int(text) if text.removeprefix("-").isdecimal() else otherwise


def count_filled(links: Links, rows: Iterable[Row]) -> Links:
    """Count the classes that were filled (`assemble` counts the speeds)."""
    without = sum(not row.kind.has_class for row in rows)
    if without:
        links.fill("class", without)
    return links
