"""Worlds as folders: `district.json` and `roads.npz`, written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from graphs.files import read_graph, write_graph
from models.codec import read_file, write_json
from models.errors import InputError
from models.world import District
from scenarios.world import World

DISTRICT: Final = "district.json"
ROADS: Final = "roads.npz"


def write_world(world: World, folder: Path) -> None:
    """Write a world as a folder; a world that stands there is replaced in one step.

    Parameters
    ----------
    world
        The world.
    folder
        A folder that does not exist, is empty, or holds a world and nothing else.

    Raises
    ------
    InputError
        Something else stands there, or it cannot be written.
    """
    _check_target(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        with (fresh / DISTRICT).open("w", encoding="utf-8") as file:
            file.write(write_json(world.district, indent=None))
            file.flush()
            os.fsync(file.fileno())
        write_graph(world.roads, fresh / ROADS)
        fresh.chmod(0o755)
        _swap(fresh, folder)
    except OSError as error:
        raise _unwritable(folder, error) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def read_world(folder: Path) -> World:
    """Read a world that `write_world` wrote.

    Raises
    ------
    InputError
        No such folder, a file missing, changed, cut short or of another kind, or roads that the district
        was not made on.
    """
    if not folder.is_dir():
        raise InputError("there is no such folder", where=str(folder))
    for name in (DISTRICT, ROADS):
        if not (folder / name).is_file():
            raise InputError(
                "it is not a world: {name} is missing; a world holds district.json and roads.npz",
                where=str(folder),
                name=name,
            )
    district = read_file(District, folder / DISTRICT)
    roads = read_graph(folder / ROADS)
    try:
        return World(district, roads)
    except InputError as error:
        raise error.at(str(folder)) from None


def is_world(folder: Path) -> bool:
    """Whether a folder holds a world and nothing else."""
    return folder.is_dir() and {entry.name for entry in folder.iterdir()} == {DISTRICT, ROADS}


def _check_target(folder: Path) -> None:
    if not folder.exists() or is_world(folder):
        return
    if not folder.is_dir():
        raise InputError("it is a file; a world is a folder", where=str(folder))
    others = sorted({entry.name for entry in folder.iterdir()} - {DISTRICT, ROADS})
    if others:
        raise InputError(
            "the folder holds {name}, which is no part of a world; name another, nothing was overwritten",
            where=str(folder),
            name=others[0],
        )


def _swap(fresh: Path, folder: Path) -> None:
    """Put the new folder where the old one stands; the old one comes back if that fails."""
    if not folder.exists():
        fresh.rename(folder)
        return
    aside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}.old."))
    old = folder.rename(aside / "world")
    try:
        fresh.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _unwritable(folder: Path, error: OSError) -> InputError:
    return InputError("cannot be written: {what}", where=str(folder), what=error.strerror or str(error))
