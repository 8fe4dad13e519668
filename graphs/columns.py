"""Which column of a district's own road data means what: a small TOML.

Every key is shown in `data/columns.example.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from graphs.profiles import chinese_class
from graphs.road import RoadClass
from graphs.tags import highway_class
from models.errors import InputError, require

LINK_FIELDS: Final = frozenset(
    {
        "id", "class", "name", "speed_kmh", "speed_posted", "oneway", "length_m", "max_weight_t",
        "max_height_m",
        "max_width_m", "bridge", "tunnel", "access", "marks", "tail", "head", "shape",
    }
)  # fmt: skip
NODE_FIELDS: Final = frozenset({"id", "x", "y"})

_NAMED: Final = {each.name.lower(): each for each in RoadClass}

ONEWAY_MEANINGS: Final = frozenset({"both", "forward", "backward", "strict"})
"""What a value of `oneway` can mean; strict binds people on foot too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """What the columns of a layer mean.

    Attributes
    ----------
    crs
        Coordinate system, see `graphs.datum`; "" where the file or the caller says it.
    encoding
        Text encoding of a Shapefile or CSV, for example "gbk"; "" for UTF-8 (CSV) or what the file says.
    join_m
        Ends and vertices of lines nearer to each other than this are one node.
    default_class
        Class of a link that states none.
    link, node
        Column by field (`LINK_FIELDS`, `NODE_FIELDS`). A field that is not listed is the column of its own
        name, if there is one.
    classes, oneway
        What the values in the columns `class` and `oneway` mean, over what is understood anyway.
    """

    crs: str = ""
    encoding: str = ""
    join_m: float = 0.5
    default_class: RoadClass = RoadClass.UNCLASSIFIED
    link: Mapping[str, str] = field(default_factory=dict)
    node: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, RoadClass] = field(default_factory=dict)
    oneway: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require(0 <= self.join_m <= 100, "join_m must be from 0 to 100 metres, got {n}", n=self.join_m)  # noqa: PLR2004

    def find(self, fields: frozenset[str], present: list[str], where: str) -> dict[str, str]:
        """Column of each field, for those fields that have one.

        Raises
        ------
        InputError
            A column that is named is not there.
        """
        given = self.node if fields is NODE_FIELDS else self.link
        named = {key: column for key, column in given.items() if key in fields}
        for key, column in named.items():
            require(
                column in present,
                "no column {column!r} (named as {key}); there are {present}",
                where=where,
                column=column,
                key=key,
                present=", ".join(present),
            )
        own = {key: key for key in sorted(fields) if key in present}
        return {**own, **named}


def read_columns(path: Path) -> ColumnMap:
    """Read a column map from TOML.

    Raises
    ------
    InputError
        No such file, not TOML, a key or value that is not known.
    """
    where = str(path)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError("cannot be read: {what}", where=where, what=error.strerror or str(error)) from None
    except UnicodeDecodeError:
        raise InputError("not UTF-8 text; save the file as UTF-8", where=where) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError("not valid TOML: {what}", where=where, what=str(error)) from None
    _known(table, {"crs", "encoding", "join_m", "default_class", "link", "node", "values"}, where)
    values = _texts(table.get("values", {}), f"{where}: values", nested=True)
    _known(values, {"class", "oneway"}, f"{where}: values")
    link, node = (_texts(table.get(key, {}), f"{where}: {key}") for key in ("link", "node"))
    _known(link, LINK_FIELDS, f"{where}: link")
    _known(node, NODE_FIELDS, f"{where}: node")
    for text, meaning in values.get("oneway", {}).items():
        one_of(meaning, ONEWAY_MEANINGS, f"{where}: values.oneway.{text}")
    join = table.get("join_m", 0.5)
    require(
        isinstance(join, int | float),
        "must be a number of metres, got {n!r}",
        where=f"{where}: join_m",
        n=join,
    )
    for key in ("crs", "encoding", "default_class"):
        require(isinstance(table.get(key, ""), str), "must be text", where=f"{where}: {key}")
    try:
        return ColumnMap(
            crs=table.get("crs", ""),
            encoding=table.get("encoding", ""),
            join_m=float(join),
            default_class=class_of(table.get("default_class", "unclassified"), f"{where}: default_class"),
            link=link,
            node=node,
            classes={
                text: class_of(meaning, f"{where}: values.class.{text}")
                for text, meaning in values.get("class", {}).items()
            },
            oneway=values.get("oneway", {}),
        )
    except InputError as error:
        raise (error if error.where else error.at(where)) from None


def class_of(text: str, where: str) -> RoadClass:
    """Find a road class by its name here, in Chinese or in OSM."""
    name = text.strip()
    readings = (_NAMED.get(name.lower()), chinese_class(name), highway_class(name.lower()))
    found = next((each for each in readings if each is not None), None)
    if found is None:
        raise InputError(
            "road class {text!r} is not known; map it under [values.class] to one of {known}",
            where=where,
            text=text,
            known=", ".join(name.lower() for name in RoadClass.__members__),
        )
    return found


def _known(table: Mapping[str, Any], known: set[str] | frozenset[str], where: str) -> None:
    for key in table:
        require(
            key in known,
            "unknown key {key!r}; there are {known}",
            where=where,
            key=key,
            known=", ".join(sorted(known)),
        )


def one_of(found: str, known: Iterable[str], where: str) -> None:
    """Refuse a word that is not among the known ones."""
    require(
        found in known,
        "{found!r} is not one of {known}",
        where=where,
        found=found,
        known=", ".join(sorted(known)),
    )


def _texts(table: Any, where: str, *, nested: bool = False) -> dict[str, Any]:
    require(isinstance(table, dict), "must be a table", where=where)
    for key, value in table.items():
        if nested:
            _texts(value, f"{where}.{key}")
        else:
            require(
                isinstance(value, str), "must be text, got {value!r}", where=f"{where}.{key}", value=value
            )
    return dict(table)
