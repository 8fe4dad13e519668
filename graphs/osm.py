"""Roads from OpenStreetMap: PBF extracts through pyosmium; XML, GraphML and places by name through OSMnx.

All four give the same links where they hold the same ways. `import osmnx` costs two seconds and a quarter of
a gigabyte, so it stands inside the calls that need it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final
from xml.etree.ElementTree import ParseError
from xml.sax import SAXException

from graphs.links import Links
from graphs.osmnx_graph import read_osmnx_graph
from graphs.restrictions import Restrictions
from graphs.tags import RIVERS, USED_TAGS, WAY_KEYS, read_road
from graphs.ways import Ways
from models.errors import InputError

__all__ = ["Progress", "download_place", "read_graphml", "read_osmnx_graph", "read_pbf", "read_xml"]

Progress = Callable[[int], None]
"""Called with the number of ways read so far."""

_PROGRESS_EVERY: Final = 10_000
_RESTRICTION: Final = ("type", "restriction")
_PACKED: Final = frozenset({".gz", ".bz2"})
_PROLOG_BYTES: Final = 65_536
_FILTERS: Final = ('["highway"]', '["route"="ferry"]', '["waterway"~"^(river|canal|fairway)$"]')
_LOCK: Final = Lock()
"""OSMnx keeps its settings in one module for the whole process."""

_OVERPASS: Final = "https://overpass-api.de/api"
_NOMINATIM: Final = "https://nominatim.openstreetmap.org/"


def read_pbf(path: Path, progress: Progress | None = None) -> Links:
    """Read the roads and turn restrictions of an OSM extract (.osm.pbf; pyosmium also reads .osm.bz2 and .osm.gz).

    Parameters
    ----------
    path
        The extract. A way whose points are partly missing (cut at the border) is read as far as they are
        there.
    progress
        Called now and then with the number of ways read so far.

    Raises
    ------
    InputError
        No such file, not an OSM file, cut short, or without a road.
    """
    _demand_file(path)
    # pyosmium loads its native library, which a world that comes from a graph file never needs
    from osmium import FileProcessor  # noqa: PLC0415
    from osmium.filter import EntityFilter, KeyFilter, TagFilter  # noqa: PLC0415
    from osmium.osm import RELATION, WAY  # noqa: PLC0415

    ways, cut_ways, restrictions = Ways(source=path.name), 0, Restrictions()
    is_road, is_restriction = KeyFilter(*WAY_KEYS), TagFilter(_RESTRICTION)
    try:
        reader: Any = FileProcessor(str(path)).with_locations()
        is_road.enable_for(WAY)
        is_restriction.enable_for(RELATION)
        reader.with_filter(EntityFilter(WAY | RELATION)).with_filter(is_road).with_filter(is_restriction)
        for count, each in enumerate(reader):
            if progress is not None and count % _PROGRESS_EVERY == 0:
                progress(count)
            if each.is_way():
                cut_ways += _add_way(ways, each)
            else:
                _add_relation(restrictions, each)
    except (RuntimeError, ValueError) as error:
        raise InputError(
            "not a whole OSM file ({what}); fetch the extract again", where=str(path), what=str(error)
        ) from None
    if cut_ways:
        ways.notes.append(f"ways with points that are not in the file: {cut_ways}")
    links = ways.links()
    links.restrictions = restrictions
    return _some_road(links, str(path))


def _add_relation(restrictions: Restrictions, relation: Any) -> None:
    """Add one pyosmium relation that is a restriction."""
    members = [(member.type, member.role, member.ref) for member in relation.members]
    restrictions.add_relation({tag.k: tag.v for tag in relation.tags}, members)


def _add_way(ways: Ways, way: Any) -> bool:
    """Add one pyosmium way; True where some of its points are missing."""
    tags = {tag.k: tag.v for tag in way.tags}
    road = read_road(tags)
    river = tags.get("waterway") in RIVERS
    if road is None and not river:
        return False
    runs: list[list[int]] = [[]]
    for node in way.nodes:
        if node.location.valid():
            ways.place[node.ref] = (node.lon, node.lat)
            runs[-1].append(node.ref)
        elif runs[-1]:
            runs.append([])
    for run in runs:
        if len(run) > 1:
            if road is not None:
                ways.add(way.id, road, run)
            if river:
                ways.rivers.append(tuple(ways.place[ref] for ref in run))
    return sum(map(len, runs)) < len(way.nodes)


def read_xml(path: Path) -> Links:
    """Read the roads of an OSM XML file through OSMnx, and its turn restrictions, which OSMnx leaves out.

    Raises
    ------
    InputError
        No such file, not OSM XML, cut short, points of a way missing, or without a road.
    """
    _refuse_entities(path)
    with _osmnx() as osmnx:
        try:
            graph = osmnx.graph_from_xml(path, simplify=False, retain_all=True)
        except (SAXException, ParseError, ValueError, KeyError, AttributeError) as error:
            raise InputError(
                "not a whole OSM XML file ({what}); export it again, with the points of its ways",
                where=str(path),
                what=_first_line(error),
            ) from None
    links = _some_road(read_osmnx_graph(graph, path.name), str(path))
    links.restrictions = _xml_restrictions(path)
    return links


def _xml_restrictions(path: Path) -> Restrictions:
    """Read the restrictions of an XML file that is known to be whole."""
    # pyosmium loads its native library, which a world that comes from a graph file never needs
    from osmium import FileProcessor  # noqa: PLC0415
    from osmium.filter import TagFilter  # noqa: PLC0415
    from osmium.io import File  # noqa: PLC0415
    from osmium.osm import RELATION  # noqa: PLC0415

    restrictions = Restrictions()
    packing = path.suffix.lower() if path.suffix.lower() in _PACKED else ""
    reader: Any = FileProcessor(File(str(path), f"osm{packing}"), RELATION)
    for relation in reader.with_filter(TagFilter(_RESTRICTION)):
        _add_relation(restrictions, relation)
    return restrictions


def read_graphml(path: Path) -> Links:
    """Read a road graph that OSMnx saved as GraphML, simplified or not. It holds no turn restrictions.

    Raises
    ------
    InputError
        No such file, not GraphML of OSMnx, cut short, projected to metres, or without a road.
    """
    _refuse_entities(path)
    # comes with OSMnx and is needed nowhere else here
    from networkx import NetworkXException  # noqa: PLC0415

    wrong = (NetworkXException, ParseError, ValueError, KeyError, AttributeError, TypeError)
    with _osmnx() as osmnx:
        try:
            graph = osmnx.load_graphml(path, edge_dtypes={"oneway": _bool_or_tag})
        except wrong as error:
            raise InputError(
                "not a GraphML file that OSMnx saved ({what})", where=str(path), what=_first_line(error)
            ) from None
    try:
        return _without_turns(_some_road(read_osmnx_graph(graph, path.name), str(path)))
    except InputError as error:
        raise error if error.where == str(path) else error.at(str(path)) from None


def download_place(name: str, *, overpass_url: str | None = None, nominatim_url: str | None = None) -> Links:
    """Fetch the roads inside a place by its name, through OSMnx, which leaves turn restrictions out.

    Parameters
    ----------
    name
        What Nominatim finds, for example "永川区, 重庆市, 中国".
    overpass_url, nominatim_url
        Own servers, for example in a centre without a way out; the public ones where None.

    Raises
    ------
    InputError
        A server cannot be reached or answers with an error, no such place with an outline, or no road in it.
    """
    # requests comes with OSMnx and is needed nowhere else
    from requests import RequestException  # noqa: PLC0415

    servers = {"overpass_url": overpass_url or _OVERPASS, "nominatim_url": nominatim_url or _NOMINATIM}
    with _osmnx(overpass_rate_limit=overpass_url is None, **servers) as osmnx:
        try:
            graph = osmnx.graph_from_place(
                name, simplify=False, retain_all=True, custom_filter=list(_FILTERS)
            )
        except RequestException as error:
            raise InputError(
                "a map server of {servers} cannot be reached ({what}); work from a file instead",
                where=name,
                servers=", ".join(servers.values()),
                what=type(error).__name__,
            ) from None
        except (ValueError, TypeError, KeyError) as error:
            raise InputError(
                "no roads for this place ({what}); give a name whose outline is in OpenStreetMap",
                where=name,
                what=_first_line(error),
            ) from None
    return _without_turns(_some_road(read_osmnx_graph(graph, name), name))


def _without_turns(links: Links) -> Links:
    """Tell that barred turns are unknown, rather than that there are none."""
    links.notes.append(
        "turn restrictions are not known: OSMnx leaves them out; an extract or OSM XML has them"
    )
    return links


def _demand_file(path: Path) -> None:
    if not path.is_file():
        raise InputError("no such file", where=str(path))
    if path.stat().st_size == 0:
        raise InputError("the file is empty", where=str(path))


def _some_road(links: Links, where: str) -> Links:
    if not links.links:
        raise InputError(
            "no road in it; a way is a road by its tag highway, route=ferry or waterway", where=where
        )
    return links


def _refuse_entities(path: Path) -> None:
    """Refuse a document type: entities in it can blow a small file up to gigabytes."""
    _demand_file(path)
    with path.open("rb") as file:
        prolog = file.read(_PROLOG_BYTES)
        if b"<!DOCTYPE" in prolog or b"<!ENTITY" in prolog:
            raise InputError(
                "XML with a document type or entities is not read; export it without", where=str(path)
            )


def _bool_or_tag(text: str) -> bool | str:
    """OSMnx writes True and False, or the tag itself where it kept all ways as they are."""
    return text == "True" if text in {"True", "False"} else text


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__


@contextmanager
def _osmnx(**settings: object) -> Iterator[Any]:
    """Lend OSMnx with the settings we need, and put back what it and we changed for the whole process."""
    # 2 s and 213 MB: only for those who read what OSMnx reads
    import osmnx  # noqa: PLC0415

    ours = {
        "all_oneway": True,  # keep the tag `oneway` itself, and each way once
        "useful_tags_way": list(USED_TAGS),
        "use_cache": False,
        "log_console": False,
        "log_file": False,
        "doh_url_template": None,
        **settings,
    }
    with _LOCK:
        before = {key: getattr(osmnx.settings, key) for key in ours}
        resolver = socket.getaddrinfo
        try:
            for key, value in ours.items():
                setattr(osmnx.settings, key, value)
            yield osmnx
        finally:
            for key, value in before.items():
                setattr(osmnx.settings, key, value)
            socket.getaddrinfo = resolver
