"""Closures from files: a JSON list in our own words, or GeoJSON as a map program draws them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from models.codec import read_file, read_value
from models.crs import Crs
from models.errors import InputError, require
from models.request import Closure, refuse_duplicates

_COLLECTION_KEYS: Final = frozenset({"type", "features", "name", "crs", "bbox"})
_FEATURE_KEYS: Final = frozenset({"type", "id", "geometry", "properties", "bbox"})
_PROPERTIES: Final = frozenset({"id", "reason", "radius_m", "speed_factor", "max_weight_kg", "begin", "end"})
_WGS84: Final = frozenset(
    {"urn:ogc:def:crs:ogc:1.3:crs84", "urn:ogc:def:crs:ogc::crs84", "urn:ogc:def:crs:epsg::4326", "epsg:4326", "wgs84"}
)  # fmt: skip
_DEGREES: Final = 2


def read_closures(path: Path) -> tuple[Closure, ...]:
    """Read closures from a file.

    Parameters
    ----------
    path
        JSON: a list of closures in the words of a request; or a GeoJSON FeatureCollection in WGS-84, in which a
        Polygon without holes is an outline, and a Point with the property `radius_m` a circle. Properties are `id`,
        `reason`, `radius_m`, `speed_factor`, `max_weight_kg`, `begin` and `end`; the id may also be the feature's.

    Raises
    ------
    InputError
        It cannot be read, is neither of the two, has an unknown key, or a closure is not one: the sentence names the
        file and the number of the closure or feature.
    """
    document = read_file(object, path)
    if isinstance(document, list):
        found = read_value(tuple[Closure, ...], document, str(path))
    else:
        require(
            isinstance(document, dict) and document.get("type") == "FeatureCollection",
            "it is neither a JSON list of closures nor a GeoJSON FeatureCollection",
            where=str(path),
        )
        found = _collection(document, str(path))
    try:
        refuse_duplicates((closure.id for closure in found), "closure")
    except InputError as error:
        raise error.at(str(path)) from None
    return found


def _collection(document: Any, source: str) -> tuple[Closure, ...]:
    _refuse_unknown(document, _COLLECTION_KEYS, source)
    if document.get("crs") is not None:
        crs = document["crs"]
        named = crs.get("properties") if isinstance(crs, dict) else None
        name = str(named.get("name", "")) if isinstance(named, dict) else ""
        require(
            name.lower() in _WGS84,
            "closures in GeoJSON must be in WGS-84; the file declares {crs!r}",
            where=source,
            crs=name,
        )
    features = document.get("features")
    require(isinstance(features, list), "features must be a list", where=source)
    return tuple(_feature(each, f"{source}: feature {n}") for n, each in enumerate(features, 1))


def _feature(feature: Any, where: str) -> Closure:
    require(
        isinstance(feature, dict) and feature.get("type") == "Feature",
        "it is not a GeoJSON Feature",
        where=where,
    )
    _refuse_unknown(feature, _FEATURE_KEYS, where)
    properties = feature.get("properties") or {}
    require(isinstance(properties, dict), "properties must be an object", where=where)
    _refuse_unknown(properties, _PROPERTIES, where)
    words = dict(properties)
    if "id" not in words and "id" in feature:
        words["id"] = str(feature["id"])
    return read_value(Closure, {**words, **_place(feature.get("geometry"), where)}, where)


def _place(geometry: Any, where: str) -> dict[str, Any]:
    """Give the geometry in the words of a closure."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    require(
        kind in {"Polygon", "Point"},
        "a closure is drawn as a Polygon, or as a Point with radius_m; got {kind}",
        where=where,
        kind=kind,
    )
    coordinates = geometry.get("coordinates")
    if kind == "Point":
        lng, lat = _degrees(coordinates, where)
        return {"centre": {"lng": lng, "lat": lat, "crs": Crs.WGS84.value}}
    require(
        isinstance(coordinates, list) and len(coordinates) == 1 and isinstance(coordinates[0], list),
        "the Polygon of a closure must have one ring and no holes; draw several closures instead",
        where=where,
    )
    ring = [_degrees(point, where) for point in coordinates[0]]
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    return {"outline": {"points": ring, "crs": Crs.WGS84.value}}


def _degrees(point: Any, where: str) -> list[float]:
    """Give longitude and latitude; a height is left out."""
    good = isinstance(point, list) and len(point) >= _DEGREES
    require(
        good and all(isinstance(n, int | float) and not isinstance(n, bool) for n in point),
        "a point of GeoJSON is [longitude, latitude] in degrees, got {found!r}",
        where=where,
        found=point,
    )
    return [float(point[0]), float(point[1])]


def _refuse_unknown(found: dict[str, Any], known: frozenset[str], where: str) -> None:
    unknown = sorted(set(found) - known)
    require(
        not unknown,
        "unknown key {keys}; there are {known}",
        where=where,
        keys=", ".join(unknown),
        known=", ".join(sorted(known)),
    )
