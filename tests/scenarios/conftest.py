"""Worlds that several tests look at; they are frozen, so one of each is enough."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphs.road import RoadGraph
from models.force import ForceStructure
from models.world import District
from scenarios import library
from scenarios.synthetic import synthesise
from scenarios.world import World
from tests.scenarios.grid import grid_roads

SMALL = ForceStructure(district=1, specialist=7, town=5, village=20, others=14)


@pytest.fixture(scope="session")
def roads() -> RoadGraph:
    return grid_roads(14)


@pytest.fixture(scope="session")
def district(roads: RoadGraph) -> District:
    return synthesise(roads, SMALL, seed=3)


@pytest.fixture(scope="session")
def small_world(district: District, roads: RoadGraph) -> World:
    return World(district, roads)


@pytest.fixture(scope="session")
def cache_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache of the tests' own, so that no world of an earlier run is read."""
    home = tmp_path_factory.mktemp("cache")
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(home)
    yield home
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before


@pytest.fixture(scope="session")
def yongchuan(cache_home: Path) -> World:
    return library.load("yongchuan")
