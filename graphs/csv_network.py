"""A network of two CSV files: nodes with their place, links with what holds along them; a third may bar turns."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from math import isfinite
from pathlib import Path
from typing import Final

import numpy as np

from graphs.columns import LINK_FIELDS, NODE_FIELDS, ColumnMap, one_of, read_columns
from graphs.datum import check_datum, points_to_wgs84, undeclared
from graphs.links import Links
from graphs.restrictions import BOUND, BarredTurn
from graphs.road import Access
from graphs.rows import Row, RowReader, count_filled, way_id
from graphs.ways import Point
from models.crs import Crs
from models.errors import InputError, require

COLUMNS_FILE: Final = "columns.toml"
"""Column map that lies beside `nodes.csv` and `links.csv` and is read where none is given."""

TURNS_FILE: Final = "turns.csv"
"""Turns that are barred; lies beside `nodes.csv` and `links.csv`, or is not there."""

_TURN_FIELDS: Final = frozenset({"nodes", "links", "barred"})
_LEAST: Final = 2
_TURN_NODES: Final = 3


def read_csv_network(
    nodes: Path,
    links: Path | None = None,
    columns: ColumnMap | None = None,
    crs: str | None = None,
    turns: Path | None = None,
) -> Links:
    """Read a network of two CSV files, and one of barred turns where there is one.

    Parameters
    ----------
    nodes
        CSV with the columns id, x, y; or the folder that holds `nodes.csv`, `links.csv` and, if any turn is
        barred, `turns.csv`.
    links
        CSV with the columns tail, head and any of `graphs.columns.LINK_FIELDS`; `shape` holds the points
        between the two nodes as "x y;x y". A missing length is that of the line.
    columns
        What the columns mean; `columns.toml` in the folder where None, if there is one.
    crs
        Coordinate system, see `graphs.datum`; it overrules the column map's.
    turns
        CSV with the column nodes, the ids of the nodes that a barred turn passes as "1;5;9", and any of links,
        the ids of the links between them as "12;14" (any link where left out), and barred, whom it binds
        (car emergency truck motorcycle where left out).

    Raises
    ------
    InputError
        A file missing, a column missing, a node repeated or not there, a value not understood, or the
        coordinate system not declared.
    """
    if links is None:
        folder = nodes
        nodes, links = folder / "nodes.csv", folder / "links.csv"
        if columns is None and (folder / COLUMNS_FILE).is_file():
            columns = read_columns(folder / COLUMNS_FILE)
        if turns is None and (folder / TURNS_FILE).is_file():
            turns = folder / TURNS_FILE
    columns = columns or ColumnMap()
    declared = crs or columns.crs
    if not declared:
        raise undeclared(str(nodes))
    datum = check_datum(declared, str(nodes))
    place = _read_nodes(nodes, columns, datum)
    made = Links(source=links.parent.name if links.name == "links.csv" else links.name)
    rows = []
    for tail, head, way, row, shape in _read_links(links, columns, place, datum):
        points = (place[tail][1], *shape, place[head][1])
        made.links.append(row.link(place[tail][0], place[head][0], points, way))
        rows.append(row)
    require(bool(rows), "no link in it", where=str(links))
    if turns is not None:
        made.restrictions.exact.extend(_read_turns(turns, columns, place))
    return count_filled(made, rows)


def _read_nodes(path: Path, columns: ColumnMap, datum: Crs | int) -> dict[str, tuple[int, Point]]:
    """Find number and place of each node by its id. Ids that are whole numbers are kept as numbers."""
    ids: dict[str, int] = {}
    points = []
    for line, row in _csv_rows(path, columns, NODE_FIELDS, ("id", "x", "y")):
        where = f"{path}, line {line}"
        if row["id"] in ids:
            raise InputError("node {id!r} stands there twice", where=where, id=row["id"])
        ids[row["id"]] = len(ids)
        points.append((_coordinate(row["x"], f"{where}, x"), _coordinate(row["y"], f"{where}, y")))
    require(bool(points), "no node in it", where=str(path))
    x, y = np.array(points, dtype=np.float64).T
    lng, lat = points_to_wgs84(x, y, datum, str(path))
    numbers = (
        [int(each) for each in ids]
        if all(each.removeprefix("-").isdecimal() for each in ids)
        else range(len(ids))
    )
    return dict(
        zip(ids, zip(numbers, zip(lng.tolist(), lat.tolist(), strict=True), strict=True), strict=True)
    )


def _read_links(
    path: Path, columns: ColumnMap, place: Mapping[str, object], datum: Crs | int
) -> Iterator[tuple[str, str, int, Row, tuple[Point, ...]]]:
    rows = list(_csv_rows(path, columns, LINK_FIELDS, ("tail", "head")))
    drawn: list[tuple[float, float]] = []
    counts = []
    for line, row in rows:
        where = f"{path}, line {line}, shape"
        points = [_shape_point(each, where) for each in row.get("shape", "").split(";") if each]
        drawn.extend(points)
        counts.append(len(points))
    x, y = np.array(drawn, dtype=np.float64).reshape(-1, 2).T
    lng, lat = points_to_wgs84(x, y, datum, str(path))
    shapes = list(zip(lng.tolist(), lat.tolist(), strict=True))
    first, reader = 0, RowReader(columns)
    for (line, row), count in zip(rows, counts, strict=True):
        where = f"{path}, line {line}"
        for end in ("tail", "head"):
            if row[end] not in place:
                raise InputError("no node {id!r} in the node file", where=f"{where}, {end}", id=row[end])
        meaning = reader.read(row, where)
        yield row["tail"], row["head"], way_id(row, line - 1), meaning, tuple(shapes[first : first + count])
        first += count


def _read_turns(
    path: Path, columns: ColumnMap, place: Mapping[str, tuple[int, Point]]
) -> Iterator[BarredTurn]:
    for line, row in _csv_rows(path, columns, _TURN_FIELDS, ("nodes",)):
        where = f"{path}, line {line}"
        ids = [each.strip() for each in row["nodes"].split(";")]
        require(
            len(ids) >= _TURN_NODES,
            'a barred turn passes three nodes or more, as in "1;5;9"; got {text!r}',
            where=f"{where}, nodes",
            text=row["nodes"],
        )
        unknown = next((each for each in ids if each not in place), None)
        require(unknown is None, "no node {id!r} in the node file", where=f"{where}, nodes", id=unknown)
        yield BarredTurn(
            nodes=tuple(place[each][0] for each in ids),
            ways=_turn_ways(row.get("links", ""), len(ids) - 1, f"{where}, links"),
            barred=_turn_users(row.get("barred", ""), f"{where}, barred"),
        )


def _turn_ways(text: str, wanted: int, where: str) -> tuple[int | None, ...]:
    if not text:
        return (None,) * wanted
    ids = [each.strip() for each in text.split(";")]
    require(
        len(ids) == wanted and all(each.removeprefix("-").isdecimal() for each in ids),
        "there must be {wanted} whole numbers, one link for each step of the turn, got {text!r}",
        where=where,
        wanted=wanted,
        text=text,
    )
    return tuple(map(int, ids))


def _turn_users(text: str, where: str) -> Access:
    barred = Access(0)
    for word in text.replace(",", " ").split():
        one_of(word.upper(), Access.__members__, where)
        barred |= Access[word.upper()]
    return barred or BOUND


def _csv_rows(
    path: Path, columns: ColumnMap, fields: frozenset[str], needed: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and fields of each row."""
    try:
        with path.open(encoding=columns.encoding or "utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip() for name in next(reader, [])]
            found = columns.find(fields, header, str(path))
            for key in needed:
                require(
                    key in found,
                    "no column for {key}; there are {present}",
                    where=str(path),
                    key=key,
                    present=", ".join(header),
                )
            at = {key: header.index(column) for key, column in found.items()}
            for cells in reader:
                if not cells:
                    continue
                if len(cells) != len(header):
                    raise InputError(
                        "{found} cells, the header has {expected}",
                        where=f"{path}, line {reader.line_num}",
                        found=len(cells),
                        expected=len(header),
                    )
                yield reader.line_num, {key: cells[i].strip() for key, i in at.items()}
    except OSError as error:
        raise InputError(
            "cannot be read: {what}", where=str(path), what=error.strerror or str(error)
        ) from None
    except (UnicodeDecodeError, LookupError):
        raise InputError(
            'not text in this encoding; save it as UTF-8, or say encoding = "gbk" in the column map',
            where=str(path),
        ) from None
    except csv.Error as error:
        raise InputError("not a whole CSV file: {what}", where=str(path), what=str(error)) from None


def _coordinate(text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise InputError("{text!r} is not a coordinate", where=where, text=text)
    return value


def _shape_point(text: str, where: str) -> tuple[float, float]:
    parts = text.split()
    if len(parts) != _LEAST:
        raise InputError('{text!r} is not a point; write "x y;x y"', where=where, text=text)
    return _coordinate(parts[0], where), _coordinate(parts[1], where)
