"""The sample doctrine, force structure, catalogue of items, rates of relief and traffic that ship with the project."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from models.codec import read_doctrine, read_toml, read_value
from models.doctrine import Doctrine
from models.errors import InputError, require
from models.force import ForceStructure
from models.medical import TriageRules
from models.relief import ReliefRates
from models.supply import Item
from models.traffic import Traffic

DATA: Final = Path(__file__).parent / "data"
"""Folder of the data files of this package."""

DEFAULT_FORCE: Final = ForceStructure(district=1, specialist=7, town=23, village=388, others=40)
"""The district's structure "1+7+23+388+N", with forty teams for N (the plan gives no number)."""

YONGCHUAN: Final = "yongchuan"
"""The embedded district."""

ITEMS_SCHEMA: Final = "rescue-dispatch/items/1"


def names() -> tuple[str, ...]:
    """Names of the built-in worlds, which `scenarios.library` loads."""
    return (YONGCHUAN,)


def read_items(path: Path) -> tuple[Item, ...]:
    """Read a catalogue of items from a TOML file.

    Raises
    ------
    InputError
        The file is not there, is not TOML, has another schema or an item that is not one.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InputError("not valid TOML: {what}", where=str(path), what=str(error)) from None
    except UnicodeDecodeError:
        raise InputError("not UTF-8 text; save the file as UTF-8", where=str(path)) from None
    except OSError as error:
        raise InputError(
            "cannot be read: {what}", where=str(path), what=error.strerror or str(error)
        ) from None
    require(
        table.get("schema") == ITEMS_SCHEMA,
        "schema {found!r} is not known; write {known}",
        where=str(path),
        found=table.get("schema", ""),
        known=ITEMS_SCHEMA,
    )
    return read_value(tuple[Item, ...], table.get("items", []), f"{path}: items")


@cache
def sample_doctrine() -> Doctrine:
    """Give the sample response plan."""
    return read_doctrine(DATA / "doctrine.toml")


@cache
def sample_traffic() -> Traffic:
    """Give the estimate of traffic of the sample district."""
    return read_toml(Traffic, DATA / "traffic.toml")


@cache
def sample_relief() -> ReliefRates:
    """Give the sample rates of relief per person."""
    return read_toml(ReliefRates, DATA / "relief.toml")


@cache
def sample_triage() -> TriageRules:
    """Give the sample rules for carrying casualties."""
    return read_toml(TriageRules, DATA / "triage.toml")


@cache
def sample_items() -> tuple[Item, ...]:
    """Give the sample catalogue of items."""
    return read_items(DATA / "items.toml")
