"""Worlds by name: the built-in ones, made up once and kept in a cache, and those in folders."""

from __future__ import annotations

import os
import platform
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np

import graphs
import models
import scenarios
from models.errors import InputError, require
from models.force import ForceStructure
from models.place import Name
from scenarios.catalogue import DEFAULT_FORCE, names
from scenarios.files import read_world, write_world
from scenarios.inspection import Finding, check
from scenarios.world import World

__all__ = ["Description", "Finding", "Progress", "check", "describe", "load", "names"]

Progress = Callable[[str], None]
"""Told what is being done, for a progress line: an English sentence that is looked up for translation."""

_KEEP: Final = 16
_SUFFIXES: Final = {".py", ".toml", ".csv"}


def load(
    name: str | Path, *, force: ForceStructure | None = None, seed: int = 1, progress: Progress | None = None
) -> World:
    """Give a built-in world by its name, or the world in a folder.

    A built-in world is made up once and then read from `$XDG_CACHE_HOME/dispatch/worlds`; its key covers
    the sources it is made by, the parameters and the version of NumPy, so that nothing stale is read.

    Parameters
    ----------
    name
        One of `names()`, or a folder that `dispatch world build` wrote.
    force
        Counts of the force of a built-in world; 1+7+23+388+40 where None.
    seed
        Seed of a built-in world.
    progress
        Told what is being done when that takes more than a moment.

    Raises
    ------
    InputError
        No such world, a broken folder, or a force for a world that already has one.
    """
    if str(name) in names():
        return _built_in(str(name), force or DEFAULT_FORCE, seed, progress or _silent)
    folder = Path(name)
    if not folder.exists():
        raise InputError(
            "there is no world {name!r}; give a folder that holds one, or one of {known}",
            name=str(name),
            known=", ".join(names()),
        )
    require(
        force is None,
        "the world in {folder} has its force already; a force structure can be chosen for {known} alone",
        folder=str(folder),
        known=", ".join(names()),
    )
    return read_world(folder)


def cache_folder() -> Path:
    """Where made-up worlds are kept."""
    root = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(root) if root and Path(root).is_absolute() else Path.home() / ".cache"
    return base / "dispatch" / "worlds"


def _built_in(name: str, force: ForceStructure, seed: int, say: Progress) -> World:
    """Read a built-in world from the cache, or make it up and keep it."""
    folder = cache_folder() / _key(name, force, seed)
    if folder.is_dir():
        try:
            return read_world(folder)
        except InputError:
            say("The stored world is damaged and is made up again.")
    else:
        say("Making up the world; the next start reads it from the cache.")
    # Making up a world needs SciPy's trees (0.3 s to import); reading one does not.
    from scenarios.made import BUILDERS  # noqa: PLC0415

    world = BUILDERS[name](force, seed)
    try:
        write_world(world, folder)
        _prune(folder.parent)
    except InputError:
        # A cache that cannot be written costs time, not the answer.
        say("The world could not be stored in the cache; the next start makes it up again.")
    return world


def _prune(worlds: Path) -> None:
    """Drop the oldest made-up worlds: their sources have changed, or nobody asked for them lately."""
    with suppress(OSError):  # another process may be tidying up too
        kept = sorted(worlds.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
        for folder in kept[_KEEP:]:
            shutil.rmtree(folder, ignore_errors=True)


def _key(name: str, force: ForceStructure, seed: int) -> str:
    """Digest of everything a built-in world hangs on."""
    state = sha256()
    for word in (name, str(force), str(seed), np.__version__, platform.python_version(), platform.machine()):
        state.update(word.encode() + b"\0")
    for package in (models, graphs, scenarios):
        root = Path(str(package.__file__)).parent
        for file in sorted(root.rglob("*")):
            if file.suffix in _SUFFIXES:
                state.update(str(file.relative_to(root)).encode() + b"\0")
                state.update(file.read_bytes())
    return f"{name}-{state.hexdigest()[:20]}"


def _silent(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a world holds, in numbers.

    `echelons`, `tiers` and `colours` count teams, depots and risk cells; `categories` counts the lots of each
    category of supplies; `road_km` counts each arc once in each direction it is open.
    """

    id: str
    name: Name
    demo: bool
    digest: str
    basis: str
    nodes: int
    arcs: int
    road_km: float
    towns: int
    population: int
    teams: int
    echelons: Mapping[str, int]
    depots: int
    tiers: Mapping[str, int]
    trucks: int
    items: int
    lots: int
    categories: Mapping[str, int]
    shelters: int
    shelter_places: int
    hospitals: int
    beds: int
    ambulances: int
    hazards: int
    colours: Mapping[str, int]
    sites: int
    incident_types: tuple[str, ...]


def describe(world: World) -> Description:
    """Count what a world holds, for `dispatch world show`."""
    district, roads = world.district, world.roads
    lots = [lot for depot in district.depots for lot in depot.lots]
    return Description(
        id=district.id,
        name=district.name,
        demo=district.demo,
        digest=world.digest,
        basis=district.basis,
        nodes=roads.nodes,
        arcs=roads.arcs,
        road_km=round(float(roads.length_dm.sum()) / 10_000, 1),
        towns=len(district.towns),
        population=sum(town.population for town in district.towns),
        teams=len(district.teams),
        echelons=_counted(team.echelon.value for team in district.teams),
        depots=len(district.depots),
        tiers=_counted(depot.tier.value for depot in district.depots),
        trucks=sum(len(depot.trucks) for depot in district.depots),
        items=len(district.items),
        lots=len(lots),
        categories=_counted(world.items[lot.item].category.value for lot in lots),
        shelters=len(district.shelters),
        shelter_places=sum(shelter.capacity for shelter in district.shelters),
        hospitals=len(district.hospitals),
        beds=sum(sum(hospital.beds.values()) for hospital in district.hospitals),
        ambulances=len(district.ambulances),
        hazards=len(district.hazards),
        colours=_counted(cell.colour.value for cell in district.risk),
        sites=len(district.sites),
        incident_types=tuple(district.doctrine.incidents),
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(values).most_common())
