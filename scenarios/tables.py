"""CSV tables with declared columns: read strictly, written so that they read back.

Every complaint names file, line and column.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

from models.errors import InputError
from models.force import Shift

E = TypeVar("E", bound=Enum)

_SPACE = re.compile(r"[\s;；，、]+")
_YES, _NO = ("yes", "true", "1", "是"), ("no", "false", "0", "否")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, how a cell is read, what an empty cell means (None: a value is needed)."""

    name: str
    read: Callable[[str], Any]
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: where it stands and its values by column."""

    file: str
    line: int
    values: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    @property
    def place(self) -> str:
        """File and line, for a message."""
        return f"{self.file}, line {self.line}"

    def refuse_unknown(self, column: str, named: Iterable[str], known: Collection[str], what: str) -> None:
        """Refuse an id that is in no table."""
        for each in named:
            if each not in known:
                raise InputError(
                    "there is no {what} {id!r}; there are {known}",
                    where=f"{self.place}, column {column}",
                    what=what,
                    id=each,
                    known=_some(known),
                )


def read_table(path: Path, columns: Sequence[Column], *, key: str | None = None) -> list[Row]:
    """Read a CSV file that has exactly the columns declared.

    Parameters
    ----------
    path
        The file: UTF-8 (with or without byte-order mark), separated by commas.
    columns
        Columns in any order; one with a default may be left out of the file.
    key
        Column whose values must be unique.

    Raises
    ------
    InputError
        Not there, not UTF-8, not separated by commas, a column unknown, repeated or missing, a row of
        another length, a cell that is not what its column wants, or a key that stands twice.
    """
    name = path.name
    rows = list(_rows(_text(path), name))
    if not rows:
        raise InputError("it is empty; the first line must name the columns", where=name)
    header = [cell.strip() for cell in rows[0][1]]
    _check_header(header, columns, name)
    by_name = {column.name: column for column in columns}
    found: list[Row] = []
    for line, cells in rows[1:]:
        if len(cells) != len(header):
            raise InputError(
                "it has {n} cells, the header names {m} columns",
                where=f"{name}, line {line}",
                n=len(cells),
                m=len(header),
            )
        texts = dict(zip(header, cells, strict=True))
        values = {
            column.name: _cell(column, texts.get(column.name, ""), f"{name}, line {line}")
            for column in by_name.values()
        }
        found.append(Row(name, line, values))
    if key is not None:
        _refuse_twice(found, key)
    return found


def write_table(path: Path, columns: Sequence[Column], rows: Iterable[Mapping[str, str]]) -> None:
    """Write rows of text under the declared columns, with the byte-order mark by which Excel knows UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [column.name for column in columns], lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def text(cell: str) -> str:
    """Read any text."""
    return cell


def whole(least: int | None = None) -> Callable[[str], int]:
    """Read a whole number of at least `least`."""

    def read(cell: str) -> int:
        if re.fullmatch(r"[+-]?\d{1,15}", cell) is None:
            raise InputError("{text!r} is not a whole number", text=cell)
        number = int(cell)
        if least is not None and number < least:
            raise InputError("must be at least {least}, got {n}", least=least, n=number)
        return number

    return read


def number(cell: str) -> float:
    """Read a number with a decimal point."""
    try:
        value = float(cell.replace("_", "?"))  # Python alone reads 1_000 as a number
    except ValueError:
        if re.fullmatch(r"[+-]?\d+,\d+", cell):
            raise InputError("{text!r} has a decimal comma; write a decimal point", text=cell) from None
        raise InputError("{text!r} is not a number", text=cell) from None
    if not isfinite(value):
        raise InputError("{text!r} is not a finite number", text=cell)
    return value


def above_zero(cell: str) -> float:
    """Read a number above 0."""
    value = number(cell)
    if value <= 0:
        raise InputError("must be above 0, got {n}", n=value)
    return value


def one_of(kind: type[E]) -> Callable[[str], E]:
    """Read a value of an enumeration."""

    def read(cell: str) -> E:
        try:
            return kind(cell)
        except ValueError:
            raise InputError(
                "{text!r} is not one of {known}", text=cell, known=", ".join(str(each.value) for each in kind)
            ) from None

    return read


def yes_no(cell: str) -> bool:
    """Read yes or no."""
    if cell.lower() in _YES:
        return True
    if cell.lower() in _NO:
        return False
    raise InputError("{text!r} is neither yes nor no", text=cell)


def day(cell: str) -> date:
    """Read a date."""
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise InputError("{text!r} is not a date; write it like 2027-06-30", text=cell) from None


def moment(cell: str) -> datetime:
    """Read a time with its UTC offset."""
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        raise InputError(
            "{text!r} is not a time; write it like 2026-07-01T14:00:00+08:00", text=cell
        ) from None


def maybe(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Read an empty cell as None."""
    return lambda cell: read(cell) if cell else None


def words(cell: str) -> tuple[str, ...]:
    """Read words separated by spaces."""
    return tuple(word for word in _SPACE.split(cell) if word)


def amounts(of: Callable[[str], Any]) -> Callable[[str], dict[str, Any]]:
    """Read `name=amount` pairs separated by spaces."""

    def read(cell: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for word in words(cell):
            name, equals, amount = word.partition("=")
            if not equals or not name or not amount:
                raise InputError("{text!r} is not name=amount, for example pump=2", text=word)
            if name in found:
                raise InputError("{name!r} stands twice", name=name)
            found[name] = of(amount)
        return found

    return read


def shifts(cell: str) -> tuple[Shift, ...]:
    """Read daily periods like `07:00-19:00` or, for Monday to Friday alone, `18:00-23:00/01234`."""
    found = []
    for word in words(cell):
        match = re.fullmatch(r"(\d\d:\d\d(?::\d\d)?)-(\d\d:\d\d(?::\d\d)?)(?:/([0-6]+))?", word)
        if match is None:
            raise InputError(
                "{text!r} is not a period; write it like 07:00-19:00 or 18:00-23:00/01234", text=word
            )
        try:
            start, end = time.fromisoformat(match[1]), time.fromisoformat(match[2])
        except ValueError:
            raise InputError("{text!r} is not a time of day", text=word) from None
        days = tuple(int(d) for d in match[3] or "0123456")
        found.append(Shift(start=start, end=end, weekdays=days))
    return tuple(found)


def points(cell: str) -> tuple[tuple[float, float], ...]:
    """Read points like `105.1 29.2 | 105.3 29.4 | 105.2 29.5`, longitude first."""
    found = []
    for pair in cell.split("|"):
        parts = pair.split()
        if len(parts) != 2:  # noqa: PLR2004
            raise InputError("{text!r} is not a point; write longitude, a space, latitude", text=pair.strip())
        found.append((number(parts[0]), number(parts[1])))
    return tuple(found)


def join(names: Iterable[str]) -> str:
    """Write words so that `words` reads them back."""
    listed = tuple(names)
    for name in listed:
        if not name or _SPACE.search(name) or "=" in name:
            raise InputError("{name!r} cannot stand in a list; ids have no space, = or ;", name=name)
    return " ".join(listed)


def join_amounts(table: Mapping[str, Any]) -> str:
    """Write amounts so that `amounts` reads them back."""
    join(table)
    return " ".join(f"{name}={amount!r}" for name, amount in table.items())


def join_shifts(periods: Iterable[Shift]) -> str:
    """Write periods so that `shifts` reads them back."""
    return " ".join(
        f"{_clock(each.start)}-{_clock(each.end)}/{''.join(str(day) for day in each.weekdays)}"
        for each in periods
    )


def _clock(of: time) -> str:
    return of.strftime("%H:%M:%S" if of.second else "%H:%M")


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError(
            "the file is missing from {folder}", where=path.name, folder=str(path.parent)
        ) from None
    except OSError as error:
        raise InputError(
            "cannot be read: {what}", where=path.name, what=error.strerror or str(error)
        ) from None
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise InputError("it is UTF-16 text; save it as 'CSV UTF-8 (comma delimited)'", where=path.name)
    if raw[:4] == b"PK\x03\x04":
        raise InputError(
            "it is an Excel workbook; save the sheet as 'CSV UTF-8 (comma delimited)'", where=path.name
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        try:
            raw.decode("gbk")
        except UnicodeDecodeError:
            raise InputError(
                "not UTF-8 text; save the file as UTF-8", where=f"{path.name}, line {line}"
            ) from None
        raise InputError(
            "it looks like GBK text; save it as 'CSV UTF-8 (comma delimited)'",
            where=f"{path.name}, line {line}",
        ) from None


def _rows(body: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the line it starts on."""
    reader = csv.reader(io.StringIO(body, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError("not valid CSV: {what}", where=f"{name}, line {line}", what=str(error)) from None


def _check_header(header: list[str], columns: Sequence[Column], name: str) -> None:
    where = f"{name}, line 1"
    known = [column.name for column in columns]
    if len(header) == 1:
        for mark, said in ((";", "semicolons"), ("\t", "tabs")):
            if mark in header[0]:
                raise InputError(
                    "columns are separated by {what}; save it as 'CSV UTF-8 (comma delimited)'",
                    where=where,
                    what=said,
                )
    for column in header:
        if column not in known:
            raise InputError(
                "column {name!r} is unknown; there are {known}",
                where=where,
                name=column,
                known=", ".join(known),
            )
        if header.count(column) > 1:
            raise InputError("column {name!r} stands twice", where=where, name=column)
    for each in columns:
        if each.default is None and each.name not in header:
            raise InputError("column {name!r} is missing", where=where, name=each.name)


def _cell(column: Column, raw: str, where: str) -> Any:
    cell = raw.strip()
    if not cell:
        if column.default is None:
            raise InputError("a value is needed, the cell is empty", where=f"{where}, column {column.name}")
        cell = column.default
    try:
        return column.read(cell)
    except InputError as error:
        raise error.at(f"{where}, column {column.name}") from None


def _refuse_twice(rows: Iterable[Row], key: str) -> None:
    first: dict[str, int] = {}
    for row in rows:
        ident = row[key]
        if ident in first:
            raise InputError(
                "{id!r} stands twice, first in line {line}; it must be unique",
                where=f"{row.place}, column {key}",
                id=ident,
                line=first[ident],
            )
        first[ident] = row.line


def _some(known: Collection[str], limit: int = 12) -> str:
    names = sorted(known)
    return ", ".join(names[:limit]) + (", …" if len(names) > limit else "") if names else "none"
