"""London's dwelling fires of 2009 and its fire stations, read from the two published tables.

The tables (London Fire Brigade, Open Government Licence v3, as kept in the R package spatsurv) give for each fire
the place in metres of the British National Grid, and for the first and the second pump to arrive the station it was
sent from and its attendance time: from the call to arrival.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.errors import InputError, require

FIRES: Final = "lfb_dwelling_fires_2009.csv"
STATIONS: Final = "lfb_property_fs.csv"
_NULL: Final = "NULL"
_MISSPELT: Final = {"WIMBLENDON": "WIMBLEDON"}
_KIND: Final = "fire station"


@dataclass(frozen=True, slots=True)
class Station:
    """A row of the asset list: name in capitals, metres east and north, and what it is called there."""

    name: str
    east: float
    north: float
    kind: str

    @property
    def named_a_station(self) -> bool:
        """Whether its description holds the words "fire station", built or only planned."""
        return _KIND in self.kind.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fire:
    """One dwelling fire.

    `at_s` is seconds since 1970 on London's own clock; `first` and `second` are the stations of the first two pumps
    to arrive, `first_s` and `second_s` their attendance times in seconds; None where no second pump was recorded.
    `ground` is the station on whose ground the fire lies.
    """

    number: str
    at_s: int
    east: float
    north: float
    ground: str
    first: str
    first_s: float
    second: str | None
    second_s: float | None
    pumps: int


def read_fires(path: Path) -> tuple[Fire, ...]:
    """Read the fires, in order of the calls.

    Raises
    ------
    InputError
        The file is absent, lacks a column, or holds what is no number where one is due.
    """
    fires = [_fire(row, f"{path.name}: line {line}") for line, row in _rows(path, _FIRE_COLUMNS)]
    return tuple(sorted(fires, key=lambda fire: (fire.at_s, fire.number)))


def read_stations(path: Path) -> tuple[Station, ...]:
    """Read the asset list, whatever each row is; names lose what stands in brackets.

    Raises
    ------
    InputError
        As for `read_fires`.
    """
    stations = []
    for line, row in _rows(path, ("Holding_Name", "Description", "Easting", "Northing")):
        where = f"{path.name}: line {line}"
        name = row["Holding_Name"].split("(")[0].strip().upper()
        east, north = _number(row, "Easting", where), _number(row, "Northing", where)
        stations.append(Station(_MISSPELT.get(name, name), east, north, row["Description"]))
    return tuple(stations)


_FIRE_COLUMNS: Final = (
    "IncidentNumber",
    "DateOfCall",
    "TimeOfCall",
    "Easting_m",
    "Northing_m",
    "IncidentStationGround",
    "FirstPumpArriving_AttendanceTime",
    "FirstPumpArriving_DeployedFromStation",
    "SecondPumpArriving_AttendanceTime",
    "SecondPumpArriving_DeployedFromStation",
    "NumPumpsAttending",
)


def _rows(path: Path, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    require(
        path.is_file(),
        "the London fires are not at hand; set DISPATCH_SHARED to the folder whose data/london holds them",
        where=str(path),
    )
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        reader = csv.DictReader(file)
        for column in columns:
            require(
                column in (reader.fieldnames or ()),
                "column {column} is missing in line 1",
                where=path.name,
                column=column,
            )
        return [(reader.line_num, row) for row in reader]


def _fire(row: Mapping[str, str], where: str) -> Fire:
    second = row["SecondPumpArriving_DeployedFromStation"]
    alone = second == _NULL
    return Fire(
        number=row["IncidentNumber"],
        at_s=int(_number(row, "DateOfCall", where)) + _clock(row["TimeOfCall"], where),
        east=_number(row, "Easting_m", where),
        north=_number(row, "Northing_m", where),
        ground=row["IncidentStationGround"].upper(),
        first=row["FirstPumpArriving_DeployedFromStation"].upper(),
        first_s=_number(row, "FirstPumpArriving_AttendanceTime", where),
        second=None if alone else second.upper(),
        second_s=None if alone else _number(row, "SecondPumpArriving_AttendanceTime", where),
        pumps=int(_number(row, "NumPumpsAttending", where)),
    )


def _number(row: Mapping[str, str], column: str, where: str) -> float:
    try:
        return float(row[column])
    except ValueError:
        raise InputError(
            "{column} is {text!r}, which is no number", where=where, column=column, text=row[column]
        ) from None


def _clock(text: str, where: str) -> int:
    parts = text.split(":")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):  # noqa: PLR2004 - hours, minutes, seconds
        raise InputError("TimeOfCall is {text!r}; it is written hh:mm:ss", where=where, text=text)
    hours, minutes, seconds = map(int, parts)
    return 3600 * hours + 60 * minutes + seconds
