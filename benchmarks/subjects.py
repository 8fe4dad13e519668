"""What is measured on: the embedded world, and real road extracts where they are at hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from graphs.links import Links
from graphs.road import RoadGraph
from graphs.sources import read_roads
from models.errors import InputError
from scenarios.build import build_world
from scenarios.library import load
from scenarios.world import World
from scenarios.yongchuan.roads import links as yongchuan_links

NAMES: Final = ("yongchuan", "liechtenstein", "porto")


def shared() -> Path:
    """Folder of real data: `DISPATCH_SHARED`, else `../shared`."""
    return Path(os.environ.get("DISPATCH_SHARED", "../shared"))


def extract(name: str) -> Path:
    """OSM extract of a real subject.

    Raises
    ------
    InputError
        The data is not at hand.
    """
    path = shared() / "data" / "osm" / f"{name}.osm.pbf"
    if not path.is_file():
        raise InputError("no such extract; set DISPATCH_SHARED to the folder of real data", where=str(path))
    return path


def links(name: str) -> Links:
    """Read or draw the roads of a subject."""
    return yongchuan_links(1) if name == "yongchuan" else read_roads(extract(name))


def world(name: str, roads: RoadGraph | None = None) -> World:
    """Give the world of a subject, with the usual made-up force on real roads."""
    if name == "yongchuan":
        return load("yongchuan")
    return build_world(links(name) if roads is None else roads)
