"""A district's own road layer: GeoPackage, Shapefile, GeoJSON, or two CSV files.

The coordinate system must be declared, by the file or by the caller. Lines are joined where their vertices
meet within `ColumnMap.join_m`, and split there. What a row leaves out is filled by the class default and
counted.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graphs.columns import LINK_FIELDS, ColumnMap
from graphs.csv_network import read_csv_network
from graphs.datum import HOW_TO_DECLARE, check_datum, points_to_wgs84, undeclared
from graphs.links import Links
from graphs.road import Floats
from graphs.rows import Row, RowReader, count_filled, way_id
from graphs.ways import line_m, split_runs
from models.errors import InputError, require
from models.units import EARTH_RADIUS_M

__all__ = ["read_csv_network", "read_layer"]

_LEAST: Final = 2
_GEOJSON: Final = frozenset({".geojson", ".json"})


def read_layer(path: Path, columns: ColumnMap | None = None, crs: str | None = None) -> Links:
    """Read a layer of road lines (.gpkg, .shp, .geojson).

    Parameters
    ----------
    path
        The layer; of a GeoPackage with several, the first of lines.
    columns
        What its columns mean; those named as the fields of `graphs.columns.LINK_FIELDS` where None.
    crs
        Coordinate system, see `graphs.datum`; it overrules what the file says.

    Raises
    ------
    InputError
        No such file, not a layer, no line in it, its coordinate system not declared, or a value not
        understood.
    """
    where, columns = str(path), columns or ColumnMap()
    require(path.is_file(), "no such file", where=where)
    declared = crs or columns.crs
    if path.suffix.lower() in _GEOJSON and not declared and not _states_crs(path):
        raise undeclared(where)
    frame = _read_frame(path, columns.encoding)
    datum = check_datum(declared or _crs_of(frame, where), where)
    require(len(frame) > 0, "no line in it", where=where)
    lines, origin = _lines(frame, where)
    x, y = (np.concatenate([line[:, axis] for line in lines]) for axis in (0, 1))
    lng, lat = points_to_wgs84(x, y, datum, where)
    rows = _rows(frame, columns, where)
    links = Links(source=path.name)
    skipped = len(frame) - len(set(origin))
    if skipped:
        links.notes.append(f"rows without a line: {skipped}")
    sizes = [len(line) for line in lines]
    _join(links, (lng, lat), sizes, [rows[i] for i in origin], columns.join_m)
    return count_filled(links, (rows[i][1] for i in dict.fromkeys(origin)))


def _read_frame(path: Path, encoding: str) -> Any:
    # geopandas costs a second to import, and only a district's layer needs it
    from geopandas import read_file  # noqa: PLC0415
    from pyogrio import list_layers  # noqa: PLC0415
    from pyogrio.errors import DataSourceError  # noqa: PLC0415

    try:
        layers = list_layers(path)
        drawn = next((name for name, kind in layers if "LineString" in str(kind)), layers[0][0])
        return read_file(path, layer=drawn, **({"encoding": encoding} if encoding else {}))
    except (DataSourceError, UnicodeDecodeError, LookupError, ValueError) as error:
        raise InputError(
            "not a layer that can be read ({what})", where=str(path), what=str(error).split("\n")[0]
        ) from None


def _states_crs(path: Path) -> bool:
    """Whether a GeoJSON has a `crs` member; without one it may be WGS-84, or GCJ-02 as maps export it."""
    try:
        return "crs" in json.loads(path.read_bytes())
    except (ValueError, TypeError) as error:
        raise InputError("not valid JSON: {what}", where=str(path), what=str(error)) from None


def _crs_of(frame: Any, where: str) -> str:
    if getattr(frame, "crs", None) is None:
        raise undeclared(where)
    code = frame.crs.to_epsg()
    if code is None:
        raise InputError(
            "its projection {name!r} has no EPSG code; declare {known}",
            where=where,
            name=frame.crs.name,
            known=HOW_TO_DECLARE,
        )
    return str(code)


def _lines(frame: Any, where: str) -> tuple[list[Floats], list[int]]:
    """Vertices of every line, float64[k, 2], and its row; a line of several parts gives several."""
    # comes with geopandas, which this layer has loaded already
    from shapely import get_coordinates  # noqa: PLC0415

    lines, origin = [], []
    for i, shape in enumerate(getattr(frame, "geometry", [None] * len(frame))):
        if shape is None or shape.is_empty:
            continue
        if shape.geom_type not in {"LineString", "MultiLineString"}:
            raise InputError(
                "row {row} is a {kind}; roads must be lines", where=where, row=i + 1, kind=shape.geom_type
            )
        for part in getattr(shape, "geoms", [shape]):
            lines.append(get_coordinates(part))
            origin.append(i)
    require(bool(lines), "no line in it", where=where)
    return lines, origin


def _rows(frame: Any, columns: ColumnMap, where: str) -> list[tuple[int, Row]]:
    """Way id and meaning of every row."""
    names = [str(name) for name in frame.columns if name != frame.geometry.name]
    found = columns.find(LINK_FIELDS - {"tail", "head", "shape"}, names, where)
    text = {key: [_text(value) for value in frame[column].tolist()] for key, column in found.items()}
    rows, reader = [], RowReader(columns)
    for i in range(len(frame)):
        row = {key: values[i] for key, values in text.items()}
        rows.append((way_id(row, i + 1), reader.read(row, f"{where}, row {i + 1}")))
    return rows


def _text(value: object) -> str:
    """Text of a cell: nothing for None and NaN, no ".0" behind a whole number."""
    if value is None or value != value:  # noqa: PLR0124 - only NaN differs from itself
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _join(
    links: Links, at: tuple[Floats, Floats], sizes: list[int], rows: list[tuple[int, Row]], join_m: float
) -> None:
    """Give vertices that meet one number, split the lines there, and add the links."""
    node = _clusters(*at, join_m)
    place = {
        int(n): (lng, lat)
        for n, lng, lat in zip(node[::-1], at[0][::-1].tolist(), at[1][::-1].tolist(), strict=True)
    }
    ends = np.cumsum(sizes)
    runs, kept = [], []
    for end, size, entry in zip(ends.tolist(), sizes, rows, strict=True):
        run = node[end - size : end]
        run = run[np.concatenate(([True], run[1:] != run[:-1]))]
        if run.size >= _LEAST:
            runs.append(run.tolist())
            kept.append(entry)
    if len(runs) < len(sizes):
        links.notes.append(f"lines shorter than the joining distance: {len(sizes) - len(runs)}")
    for (way, stated), parts in zip(kept, split_runs(runs), strict=True):
        lines = [tuple(place[ref] for ref in part) for part in parts]
        total = line_m(lines) if stated.length_m is not None else 0.0
        for part, line in zip(parts, lines, strict=True):
            share = line_m([line]) / total if total else 1.0 / len(parts)
            row = replace(stated, length_m=None if stated.length_m is None else stated.length_m * share)
            links.links.append(row.link(part[0], part[-1], line, way))


def _clusters(lng: Floats, lat: Floats, join_m: float) -> NDArray[np.int64]:
    """Give points one number where they hang together within `join_m`, int64[k]."""
    # scipy costs 0.2 s to import, which a graph read from a file never needs
    from scipy.sparse import coo_array  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415
    from scipy.spatial import cKDTree  # noqa: PLC0415

    metres = np.radians(np.column_stack((lng * np.cos(np.radians(lat.mean())), lat))) * EARTH_RADIUS_M
    pairs = cKDTree(metres).query_pairs(max(join_m, 1e-6), output_type="ndarray")
    ones = np.ones(len(pairs), dtype=np.int8)
    near = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(lng.size, lng.size))
    _, label = connected_components(near.tocsr(), directed=False)
    first = np.full(int(label.max()) + 1, lng.size, dtype=np.int64)
    np.minimum.at(first, label, np.arange(lng.size))
    numbers: NDArray[np.int64] = first[label] + 1
    return numbers
