"""Rosters: the CSV tables by which a district loads its own towns, teams, depots and stock.

`init` writes templates with examples and a README, `read` makes a district of filled-in tables, `write`
exports one.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from graphs.road import RoadGraph
from models.codec import read_doctrine, read_toml, write_json
from models.doctrine import Doctrine
from models.errors import InputError, require
from models.place import Name
from models.supply import Depot
from models.traffic import Traffic
from models.world import WORLD_SCHEMA, District
from scenarios import medical_tables as medical
from scenarios import roster_tables as t
from scenarios.catalogue import DATA, sample_doctrine, sample_items, sample_traffic
from scenarios.tables import Column, Row, read_table, write_table

T = TypeVar("T")

ROSTER_SCHEMA: Final = "rescue-dispatch/rosters/1"
README: Final = "README.md"
TEMPLATES: Final = (
    "district.toml", "towns.csv", "teams.csv", "depots.csv", "stock.csv", "trucks.csv", "items.csv",
    "shelters.csv", "hazards.csv", "risk.csv", "sites.csv", "hospitals.csv", "ambulances.csv",
)  # fmt: skip
_DISTRICT_KEYS: Final = {"schema": str, "id": str, "name": dict, "demo": bool, "basis": str, "time_zone": str}


def init(folder: Path) -> tuple[Path, ...]:
    """Write template tables with example rows, the sample doctrine and a README into a folder.

    Parameters
    ----------
    folder
        A folder that is empty or does not exist yet.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    InputError
        The folder holds something already: nothing is overwritten.
    """
    names = (*TEMPLATES, README, "doctrine.toml")
    with _new_folder(folder):
        for name in names:
            if name == "items.csv":  # the doctrine names items: the template holds the whole sample catalogue
                write_table(folder / name, t.ITEMS, [t.as_row(each, t.ITEMS) for each in sample_items()])
                continue
            source = DATA / ("doctrine.toml" if name == "doctrine.toml" else f"roster_{name}")
            # Excel takes a CSV without the byte-order mark for GBK and garbles the Chinese in it.
            encoding = "utf-8-sig" if name.endswith(".csv") else "utf-8"
            (folder / name).write_text(source.read_text(encoding="utf-8"), encoding=encoding, newline="")
    return tuple(folder / name for name in names)


def read(folder: Path, roads: RoadGraph) -> District:
    """Make a district of the rosters in a folder.

    Parameters
    ----------
    folder
        Holds the tables that `init` writes, `traffic.toml` if need be; shelters, hazards, risk, sites,
        hospitals, ambulances are optional.
    roads
        The road graph the district stands on.

    Raises
    ------
    InputError
        Anything wrong in any table: the message names file, line and column.
    """
    require(folder.is_dir(), "there is no such folder", where=str(folder))
    head = _read_head(folder / "district.toml")
    doctrine = _read_doctrine(folder / "doctrine.toml")
    traffic = _read_traffic(folder / "traffic.toml")
    town_rows = read_table(folder / "towns.csv", t.TOWNS, key="code")
    item_rows = read_table(folder / "items.csv", t.ITEMS, key="id")
    towns = {row["code"] for row in town_rows}
    items = {row["id"] for row in item_rows}
    team_rows = read_table(folder / "teams.csv", t.TEAMS, key="id")
    require(bool(team_rows), "it lists no team; a district needs at least one", where="teams.csv")
    _check_references(item_rows, team_rows, towns, doctrine)
    risk_rows = _optional(folder / "risk.csv", t.RISK)
    _check_risk(risk_rows, towns)
    try:
        return District(
            schema=WORLD_SCHEMA,
            id=head["id"],
            name=Name(**head["name"]),
            demo=head["demo"],
            time_zone=head["time_zone"],
            towns=_records(town_rows, t.town),
            teams=_records(team_rows, t.team),
            items=_records(item_rows, t.item),
            depots=_read_depots(folder, towns, items),
            doctrine=doctrine,
            shelters=_records(_optional(folder / "shelters.csv", t.SHELTERS), t.shelter),
            hazards=_records(_optional(folder / "hazards.csv", t.HAZARDS), t.hazard),
            risk=_records(risk_rows, t.risk_cell),
            sites=_records(_optional(folder / "sites.csv", t.SITES), t.site),
            hospitals=_records(_optional(folder / "hospitals.csv", medical.HOSPITALS), medical.hospital),
            ambulances=_records(_optional(folder / "ambulances.csv", medical.AMBULANCES), medical.ambulance),
            traffic=traffic,
            roads_digest=roads.digest,
            basis=head["basis"],
        )
    except InputError as error:
        raise (error if ".csv" in error.where else error.at(str(folder))) from None


def write(district: District, folder: Path) -> tuple[Path, ...]:
    """Export a district as rosters that `read` turns into the same district again.

    Parameters
    ----------
    district
        Any district.
    folder
        A folder that is empty or does not exist yet.

    Raises
    ------
    InputError
        The folder holds something already, or an id cannot stand in a list.
    """
    tables = _tables(district)
    head = {
        "schema": ROSTER_SCHEMA,
        "id": district.id,
        "name": {"zh": district.name.zh, "en": district.name.en},
        "demo": district.demo,
        "basis": district.basis,
        "time_zone": district.time_zone,
    }
    with _new_folder(folder):
        for name, (columns, rows) in tables.items():
            write_table(folder / name, columns, rows)
        (folder / "district.toml").write_text(_toml(head), encoding="utf-8")
        (folder / "doctrine.toml").write_text(_doctrine_toml(district.doctrine), encoding="utf-8")
        (folder / README).write_text(
            (DATA / f"roster_{README}").read_text(encoding="utf-8"), encoding="utf-8"
        )
        if district.traffic is not None:
            (folder / "traffic.toml").write_text(_traffic_toml(district.traffic), encoding="utf-8")
    names = (*TEMPLATES, README, "doctrine.toml", *(() if district.traffic is None else ("traffic.toml",)))
    return tuple(folder / name for name in names)


def _tables(district: District) -> Mapping[str, tuple[tuple[Column, ...], list[Mapping[str, str]]]]:
    """Columns and rows of every table of a district."""
    return {
        "towns.csv": (t.TOWNS, [t.as_row(each, t.TOWNS) for each in district.towns]),
        "teams.csv": (t.TEAMS, [t.as_row(each, t.TEAMS) for each in district.teams]),
        "depots.csv": (t.DEPOTS, [t.as_row(each, t.DEPOTS) for each in district.depots]),
        "stock.csv": (
            t.STOCK,
            [t.as_row(lot, t.STOCK, depot=each.id) for each in district.depots for lot in each.lots],
        ),
        "trucks.csv": (
            t.TRUCKS,
            [t.as_row(truck, t.TRUCKS, depot=each.id) for each in district.depots for truck in each.trucks],
        ),
        "items.csv": (t.ITEMS, [t.as_row(each, t.ITEMS) for each in district.items]),
        "shelters.csv": (t.SHELTERS, [t.as_row(each, t.SHELTERS) for each in district.shelters]),
        "hazards.csv": (t.HAZARDS, [t.as_row(each, t.HAZARDS) for each in district.hazards]),
        "risk.csv": (t.RISK, [t.as_row(each, t.RISK) for each in district.risk]),
        "sites.csv": (t.SITES, [t.as_row(each, t.SITES) for each in district.sites]),
        "hospitals.csv": (
            medical.HOSPITALS,
            [t.as_row(each, medical.HOSPITALS) for each in district.hospitals],
        ),
        "ambulances.csv": (
            medical.AMBULANCES,
            [t.as_row(each, medical.AMBULANCES) for each in district.ambulances],
        ),
    }


@contextmanager
def _new_folder(folder: Path) -> Iterator[None]:
    """Make a folder to write into; what the disk refuses is said in one sentence."""
    if folder.exists() and not folder.is_dir():
        raise InputError("it is a file, not a folder", where=str(folder))
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError("the folder is not empty; name a new one, nothing is overwritten", where=str(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise InputError(
            "cannot be written: {what}", where=str(folder), what=error.strerror or str(error)
        ) from None


def _records(rows: Iterable[Row], make: Callable[[Row], T]) -> tuple[T, ...]:
    found = []
    for row in rows:
        try:
            found.append(make(row))
        except InputError as error:
            raise (error if error.where.startswith(row.file) else error.at(row.place)) from None
    return tuple(found)


def _optional(path: Path, columns: tuple[Column, ...]) -> list[Row]:
    return read_table(path, columns, key="id") if path.exists() else []


def _check_references(
    item_rows: Iterable[Row], team_rows: Iterable[Row], towns: set[str], doctrine: Doctrine
) -> None:
    """Refuse ids that no table holds, where they stand."""
    items = {row["id"] for row in item_rows}
    for row in item_rows:
        row.refuse_unknown("kit", row["kit"], items, "item")
        row.refuse_unknown("substitutes", row["substitutes"], items, "item")
    for row in team_rows:
        row.refuse_unknown("strengths", row["strengths"], doctrine.capabilities, "capability")
        row.refuse_unknown("equipment", row["equipment"], items, "item")
        row.refuse_unknown("area", row["area"], towns, "town")
        row.refuse_unknown("town", filter(None, (row["town"],)), towns, "town")


def _check_risk(rows: Iterable[Row], towns: set[str]) -> None:
    for row in rows:
        row.refuse_unknown("town", (row["town"],), towns, "town")


def _read_depots(folder: Path, towns: set[str], items: set[str]) -> tuple[Depot, ...]:
    depot_rows = read_table(folder / "depots.csv", t.DEPOTS, key="id")
    stock_rows = read_table(folder / "stock.csv", t.STOCK, key="lot")
    truck_rows = read_table(folder / "trucks.csv", t.TRUCKS, key="id")
    known = {row["id"] for row in depot_rows}
    for row in depot_rows:
        row.refuse_unknown("town", filter(None, (row["town"],)), towns, "town")
        row.refuse_unknown("reserve", row["reserve"], items, "item")
    for row in (*stock_rows, *truck_rows):
        row.refuse_unknown("depot", (row["depot"],), known, "depot")
    for row in stock_rows:
        row.refuse_unknown("item", (row["item"],), items, "item")
    lots = {depot: _records((r for r in rows), t.lot) for depot, rows in _by_depot(stock_rows).items()}
    trucks = {depot: _records((r for r in rows), t.truck) for depot, rows in _by_depot(truck_rows).items()}
    return _records(depot_rows, lambda row: t.depot(row, lots.get(row["id"], ()), trucks.get(row["id"], ())))


def _by_depot(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["depot"], []).append(row)
    return groups


def _read_head(path: Path) -> dict[str, Any]:
    """Read `district.toml`."""
    try:
        head = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(
            "the file is missing from {folder}", where=path.name, folder=str(path.parent)
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError("not valid TOML: {what}", where=path.name, what=str(error)) from None
    except UnicodeDecodeError:
        raise InputError("not UTF-8 text; save the file as UTF-8", where=path.name) from None
    for key in head:
        require(
            key in _DISTRICT_KEYS,
            "key {key!r} is unknown; there are {known}",
            where=path.name,
            key=key,
            known=", ".join(_DISTRICT_KEYS),
        )
    for key, kind in _DISTRICT_KEYS.items():
        require(key in head, "key {key!r} is missing", where=path.name, key=key)
        require(
            isinstance(head[key], kind),
            "key {key!r} has a value of the wrong kind; see README.md",
            where=path.name,
            key=key,
        )
    require(
        head["schema"] == ROSTER_SCHEMA,
        "schema {found!r} is not known; write {known}",
        where=path.name,
        found=head["schema"],
        known=ROSTER_SCHEMA,
    )
    named = head["name"]
    require(
        set(named) == {"zh", "en"} and all(isinstance(value, str) for value in named.values()),
        "name must be written {example}",
        where=path.name,
        example='{ zh = "…", en = "…" }',
    )
    return head


def _read_doctrine(path: Path) -> Doctrine:
    if not path.exists():
        raise InputError("the file is missing from {folder}", where=path.name, folder=str(path.parent))
    return read_doctrine(path)


def _doctrine_toml(doctrine: Doctrine) -> str:
    """Write the doctrine as TOML: the sample with its comments, any other as plain tables."""
    if doctrine == sample_doctrine():
        return (DATA / "doctrine.toml").read_text(encoding="utf-8")
    return _toml(json.loads(write_json(doctrine, indent=None)))


def _read_traffic(path: Path) -> Traffic | None:
    return read_toml(Traffic, path) if path.exists() else None


def _traffic_toml(traffic: Traffic) -> str:
    """Write traffic as TOML: the sample with its comments, any other as plain tables."""
    if traffic == sample_traffic():
        return (DATA / "traffic.toml").read_text(encoding="utf-8")
    return _toml(json.loads(write_json(traffic, indent=None)))


def _toml(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> str:
    """Write nested tables as TOML; what is None is left out."""
    plain = {
        key: value for key, value in table.items() if value is not None and not isinstance(value, Mapping)
    }
    nested = {key: value for key, value in table.items() if isinstance(value, Mapping)}
    body = "".join(f"{_toml_key(key)} = {_toml_value(value)}\n" for key, value in plain.items())
    head = f"[{'.'.join(map(_toml_key, path))}]\n" if path and (plain or not nested) else ""
    return head + body + "".join("\n" + _toml(value, (*path, key)) for key, value in nested.items())


def _toml_key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else _toml_value(key)


def _toml_value(value: Any) -> str:
    if isinstance(value, Mapping):
        pairs = (f"{_toml_key(key)} = {_toml_value(each)}" for key, each in value.items() if each is not None)
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml_value, value)) + "]"
    # A JSON string, number or truth value is one of TOML too, but for the raw DEL character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
