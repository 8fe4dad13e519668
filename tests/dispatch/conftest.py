"""Worlds and a plan that several tests look at; they are frozen, so one of each is enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dispatch.answer import answer
from kernels.jit import cache_root
from models.codec import read_file
from models.plan import Plan
from models.request import Request
from scenarios import library
from scenarios.world import World
from tests.conftest import ROOT
from tests.dispatch.shell import build_small_world

PATIENCE_S = 600.0
EXAMPLE = ROOT / "examples" / "three_incidents.json"


@pytest.fixture(scope="session")
def worlds_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache of worlds of the tests' own; compiled kernels stay where they are."""
    home = tmp_path_factory.mktemp("worlds")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPATCH_KERNEL_CACHE", str(cache_root().parent))
        patch.setenv("XDG_CACHE_HOME", str(home))
        yield home


@pytest.fixture(scope="session")
def yongchuan(worlds_cache: Path) -> World:
    """The embedded world."""
    return library.load("yongchuan")


@pytest.fixture(scope="session")
def example() -> Request:
    """The example with three incidents and a landslide on the road, with time enough on a busy machine."""
    return replace(read_file(Request, EXAMPLE), time_limit_s=PATIENCE_S)


@pytest.fixture(scope="session")
def example_plan(yongchuan: World, example: Request) -> Plan:
    """The plan for the example."""
    return answer(yongchuan, example)


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the grid (`roads`), the template rosters (`rosters`) and the world built of them (`world`)."""
    home = tmp_path_factory.mktemp("small")
    build_small_world(home)
    return home


@pytest.fixture(scope="session")
def small_world(small_home: Path) -> Path:
    """Folder of the small world."""
    return small_home / "world"
