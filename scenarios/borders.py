"""Border roads in one cell of teams.csv: where each enters the map, how long after the call, what it is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from models.crs import Crs
from models.errors import InputError, require
from models.force import Entry
from models.place import Name, Position
from scenarios.tables import number, whole

Border = tuple[float, float, int, Name]
"""Longitude, latitude, seconds from the call to the border, name."""

_PARTS: Final = 4
_MARKS: Final = "|/"


def borders(cell: str) -> tuple[Border, ...]:
    """Read border roads like `105.75 29.42 1800 大安北口 / Da'an north | 106.1 29.4 2400 东口 / east`."""
    return tuple(_border(part.strip()) for part in cell.split("|")) if cell else ()


def _border(part: str) -> Border:
    cells = part.split(maxsplit=_PARTS - 1)
    zh, _, en = (text.strip() for text in cells[-1].partition("/")) if len(cells) == _PARTS else ("", "", "")
    if not zh or not en:
        raise InputError(
            "{text!r} is not a border road; write longitude, latitude, seconds from the call to the border, "
            "name / English name",
            text=part,
        )
    return number(cells[0]), number(cells[1]), whole(0)(cells[2]), Name(zh=zh, en=en)


def entries(found: Sequence[Border], crs: Crs) -> tuple[Entry, ...]:
    """Make entries of border roads that were read, in their coordinate system."""
    return tuple(
        Entry(name=name, position=Position(lng=lng, lat=lat, crs=crs), lead_s=lead_s)
        for lng, lat, lead_s, name in found
    )


def join_borders(team: str, listed: Sequence[Entry]) -> str:
    """Write the border roads of a team so that `borders` reads them back.

    Raises
    ------
    InputError
        They are given in several coordinate systems, or a name holds a mark of the list.
    """
    for each in listed:
        require(
            each.position.crs is listed[0].position.crs,
            "team {id}: its border roads are given in {a} and {b}; a row has one borders_crs",
            id=team,
            a=listed[0].position.crs.value,
            b=each.position.crs.value,
        )
        for name in (each.name.zh, each.name.en):
            require(
                not any(mark in name for mark in _MARKS) and name == name.strip() != "",
                "team {id}: the border road {name!r} cannot stand in a list; names are not empty and have no | or /",
                id=team,
                name=name,
            )
    return " | ".join(
        f"{each.position.lng!r} {each.position.lat!r} {each.lead_s} {each.name.zh} / {each.name.en}"
        for each in listed
    )
