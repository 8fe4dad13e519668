"""A loopback server that answers as Nominatim and Overpass do, from a piece of an OSM extract.

It serves whole ways with all their points (`way[...](poly); >; out`), filtered by the key that the query asks
for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import osmium

Box = tuple[float, float, float, float]


@dataclass(slots=True, kw_only=True)
class Piece:
    """Ways of an extract that lie inside a box, with all their points."""

    ways: dict[int, dict[str, Any]] = field(default_factory=dict)
    nodes: dict[int, dict[str, Any]] = field(default_factory=dict)


def cut_piece(extract: Path, box: Box) -> Piece:
    """Read the highways, ferries and waterways that lie inside a box: west, south, east, north."""
    west, south, east, north = box
    piece = Piece()
    keys = osmium.filter.KeyFilter("highway", "route", "waterway")
    reader: Any = osmium.FileProcessor(str(extract)).with_locations().with_filter(keys)
    for way in reader:
        if not way.is_way():
            continue
        at = [(node.ref, node.lon, node.lat) for node in way.nodes]
        if all(west <= lng <= east and south <= lat <= north for _, lng, lat in at):
            tags = {tag.k: tag.v for tag in way.tags}
            piece.ways[way.id] = {
                "type": "way",
                "id": way.id,
                "nodes": [ref for ref, _, _ in at],
                "tags": tags,
            }
            piece.nodes.update(
                {ref: {"type": "node", "id": ref, "lon": lng, "lat": lat} for ref, lng, lat in at}
            )
    return piece


def write_piece(piece: Piece, path: Path) -> None:
    """Write a piece as PBF or OSM XML, by the ending of `path`."""
    with osmium.SimpleWriter(str(path)) as writer:
        for ref in sorted(piece.nodes):
            node = piece.nodes[ref]
            writer.add_node(osmium.osm.mutable.Node(id=ref, location=(node["lon"], node["lat"]), version=1))
        for number in sorted(piece.ways):
            way = piece.ways[number]
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=way["nodes"], tags=way["tags"], version=1))


class _Answers(BaseHTTPRequestHandler):
    """Nominatim under /search, Overpass under /api/interpreter."""

    server: _Server

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        self.server.asked.append(query.get("q", [self.path])[0])
        name = query.get("q", [""])[0]
        found = [self.server.place] if name == self.server.place["name"] else []
        self._answer(found if urlsplit(self.path).path == "/search" else {"error": self.path})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        query = parse_qs(body)["data"][0]
        self.server.asked.append(query)
        if self.server.broken:
            self.send_error(500)
            return
        self._answer({"version": 0.6, "elements": _elements(self.server.piece, query)})

    def _answer(self, document: object) -> None:
        text = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - signature of http.server
        """Keep the test's output clean."""


class _Server(ThreadingHTTPServer):
    piece: Piece
    place: dict[str, Any]
    asked: list[str]
    broken: bool


def _elements(piece: Piece, query: str) -> list[dict[str, Any]]:
    """Ways that the one filter of the query lets through, and their points."""
    match = re.search(r'way\["(\w+)"(?:(=|~)"([^"]+)")?\]\(poly:', query)
    assert match, f"the server does not know this query: {query}"
    key, operator, value = match.groups()

    def passes(found: str) -> bool:
        return operator is None or (
            found == value if operator == "=" else re.search(value, found) is not None
        )

    ways = [way for way in piece.ways.values() if key in way["tags"] and passes(way["tags"][key])]
    refs = sorted({ref for way in ways for ref in way["nodes"]})
    return [*ways, *(piece.nodes[ref] for ref in refs)]


@contextmanager
def serve(
    piece: Piece, name: str, box: Box, *, kind: str = "Polygon", broken: bool = False
) -> Iterator[_Server]:
    """Serve a piece under a place name with the outline of a box; `asked` keeps what was asked."""
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    server = _Server(("127.0.0.1", 0), _Answers)
    server.piece, server.asked, server.broken = piece, [], broken
    server.place = {
        "place_id": 1,
        "osm_type": "relation",
        "osm_id": 1,
        "lat": str((south + north) / 2),
        "lon": str((west + east) / 2),
        "class": "boundary",
        "type": "administrative",
        "place_rank": 16,
        "importance": 0.5,
        "addresstype": "town",
        "name": name,
        "display_name": name,
        "boundingbox": [str(south), str(north), str(west), str(east)],
        "geojson": {"type": kind, "coordinates": [ring] if kind == "Polygon" else ring[0]},
    }
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
