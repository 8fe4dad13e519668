"""One door for every kind of road data: the ending of the file chooses the reader."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from graphs.columns import ColumnMap
from graphs.layers import read_csv_network, read_layer
from graphs.links import Links
from graphs.osm import Progress, read_graphml, read_pbf, read_xml
from models.errors import InputError, require

READ: Final = (
    ".osm.pbf, .pbf, .osm, .osm.xml, .xml, .graphml, .gpkg, .shp, .geojson, .json, "
    "or a folder with nodes.csv and links.csv"
)
"""What `read_roads` reads."""

_LAYERS: Final = (".gpkg", ".shp", ".geojson", ".json")
_XML: Final = (".osm", ".xml")


def read_roads(
    path: Path, *, columns: ColumnMap | None = None, crs: str | None = None, progress: Progress | None = None
) -> Links:
    """Read roads from any file this project knows.

    Parameters
    ----------
    path
        A file with one of the endings in `READ`, or a folder with `nodes.csv` and `links.csv`.
    columns, crs
        For a district's own layer, see `graphs.layers`. OpenStreetMap is WGS-84 and has neither.
    progress
        For a PBF extract, see `graphs.osm.read_pbf`.

    Raises
    ------
    InputError
        Another ending, a coordinate system given for OpenStreetMap that is not its own, or what the reader
        says.
    """
    name = path.name.lower()
    if path.is_dir():
        return read_csv_network(path, None, columns, crs)
    if name in {"nodes.csv", "links.csv"}:
        return read_csv_network(path.parent, None, columns, crs)
    if name.endswith(_LAYERS):
        return read_layer(path, columns, crs)
    if name.endswith((".pbf", *_XML, ".graphml")):
        require(
            crs is None or crs.lower().replace("-", "") in {"wgs84", "4326", "epsg:4326"},
            "OpenStreetMap is WGS-84; it cannot be read as {crs}",
            where=str(path),
            crs=crs,
        )
        if name.endswith(".pbf"):
            return read_pbf(path, progress)
        return read_graphml(path) if name.endswith(".graphml") else read_xml(path)
    raise InputError("unknown kind of road data; there are {known}", where=str(path), known=READ)
