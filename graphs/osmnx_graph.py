"""From a graph of OSMnx to links, whether it was simplified or not, and however it tells its one-way streets.

An unsimplified graph has one edge per segment of a way: its ways are put together again and split as a PBF's
are. A simplified graph has lost its ways: each of its directed edges becomes a link of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from graphs.links import Links
from graphs.road import Access
from graphs.tags import RIVERS, USED_TAGS, Road, read_road
from graphs.ways import Point, Use, Ways, add_link, chain_segments
from models.errors import InputError

_BACKWARD: Final = frozenset({"-1", "reverse", "T"})
"""Values of `oneway` for which OSMnx turns the way round."""

_DEGREES: Final = frozenset({"epsg:4326", "wgs84", "none"})


def read_osmnx_graph(graph: Any, source: str = "OSMnx graph") -> Links:
    """Read a MultiDiGraph as OSMnx makes it, in degrees.

    Parameters
    ----------
    graph
        `networkx.MultiDiGraph` with `x` and `y` at its nodes and OSM tags at its edges.
    source
        What to call it in the report.

    Raises
    ------
    InputError
        The graph is projected, has no edge, or a node without a position.
    """
    crs = str(graph.graph.get("crs"))
    if crs.lower() not in _DEGREES:
        raise InputError("the graph is projected ({crs}); give it in WGS-84 degrees", where=source, crs=crs)
    if not graph.number_of_edges():
        raise InputError("the graph has no edge", where=source)
    place = _places(graph, source)
    if any(
        "geometry" in data or isinstance(data.get("osmid"), list) for _, _, data in graph.edges(data=True)
    ):
        return _links_of_edges(graph, source, place)
    return _links_of_segments(graph, source, place)


def _places(graph: Any, source: str) -> dict[int, Point]:
    place = {}
    for ref, data in graph.nodes(data=True):
        if not isinstance(ref, int):
            raise InputError(
                "node {ref!r}: node ids of an OSMnx graph are whole numbers", where=source, ref=ref
            )
        try:
            place[ref] = (float(data["x"]), float(data["y"]))
        except (KeyError, TypeError, ValueError):
            raise InputError("node {ref} has no position x, y", where=source, ref=ref) from None
    return place


def _links_of_segments(graph: Any, source: str, place: dict[int, Point]) -> Links:
    """Put ways together from segments."""
    ways = Ways(source=source, place=place)
    segments: dict[int, list[tuple[int, int]]] = {}
    tags_of: dict[int, dict[str, str]] = {}
    for number, (tail, head, data) in enumerate(graph.edges(data=True)):
        if data.get("oneway") is False and data.get("reversed") is True:
            continue  # the same segment stands there in the other direction
        way = int(data.get("osmid", -1 - number))
        against = data.get("oneway") in _BACKWARD
        segments.setdefault(way, []).append((head, tail) if against else (tail, head))
        if way not in tags_of:
            tags_of[way] = _tags(data)
    roads = {way: road for way, tags in tags_of.items() if (road := read_road(tags)) is not None}
    parts = chain_segments({way: segments[way] for way in roads})
    ways.add_parts(roads, parts)
    for way, tags in tags_of.items():
        if tags.get("waterway") in RIVERS:
            ways.rivers.extend((place[tail], place[head]) for tail, head in segments[way])
    return ways.links()


def _links_of_edges(graph: Any, source: str, place: dict[int, Point]) -> Links:
    """Make a link of each directed edge."""
    links = Links(source=source)
    for number, (tail, head, data) in enumerate(graph.edges(data=True)):
        road = read_road(_tags(data))
        if road is None:
            continue
        osmid = data.get("osmid", -1 - number)
        line = data.get("geometry")
        points = (place[tail], place[head]) if line is None else tuple((x, y) for x, y in line.coords)
        way = int(osmid[0] if isinstance(osmid, list) else osmid)
        add_link(links, way, road, (tail, head), points, _use(data, road))
    return links


def _use(data: Mapping[str, Any], road: Road) -> Use:
    """Access along and against an edge, and the speed along it."""
    if data.get("oneway") in _BACKWARD:
        return road.backward, road.forward, road.speed_backward
    if data.get("oneway") is not False:
        return road.forward, road.backward, road.speed_forward
    # two edges stand for a two-way road: each has its own direction alone
    if data.get("reversed") is True:
        return road.backward, Access(0), road.speed_backward
    return road.forward, Access(0), road.speed_forward


def _tags(data: Mapping[str, Any]) -> dict[str, str]:
    """Tags as text; several values that simplification brought together stand apart by a semicolon."""
    tags = {}
    for key in USED_TAGS:
        value = data.get(key)
        if isinstance(value, bool):
            if key == "oneway" and value:
                tags[key] = "yes"
        elif isinstance(value, list):
            tags[key] = ";".join(str(each) for each in value)
        elif value is not None:
            tags[key] = str(value)
    return tags
