"""The registry of engines: who is measured, and what to do where one is missing."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Final, Protocol

from benchmarks import libraries, ours, perfect, routingkit, static
from benchmarks.tasks import Task

OURS: Final = "ours-cch"
PERFECT: Final = "ours-cch-perfect"
PLAIN: Final = "ours-dijkstra"
ROUTINGKIT: Final = "routingkit-cch"
ROUTINGKIT_CPP: Final = "routingkit-cpp"
STATIC: Final = "routingkit-ch"
EXTRA: Final = "not installed: pip install -e .[bench]"


class Engine(Protocol):
    """Whoever answers phases."""

    def tasks(self) -> Mapping[str, Callable[[], Task]]:
        """How each phase it can answer is answered, by the name of the phase."""
        ...

    def memory(self) -> Mapping[str, int]:
        """Bytes by what they hold; empty where unknown."""
        ...


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An engine by name.

    Attributes
    ----------
    make
        Sets it up, given its packages, the network and the questions; raises ImportError, with a sentence,
        where something else it needs is not at hand.
    packages
        Optional packages it is made of.
    """

    name: str
    make: Callable[..., Engine]
    packages: tuple[str, ...] = ()

    def load(self) -> list[ModuleType]:
        """Import its packages, on one thread each: peers are compared core by core.

        Raises
        ------
        ImportError
            One is not installed.
        """
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        try:
            return [import_module(package) for package in self.packages]
        except ModuleNotFoundError as error:
            if error.name not in self.packages:
                raise
            raise ImportError(EXTRA) from None


# Ours first: its answers are what the others are compared with.
REGISTRY: Final = (
    Entry(name=OURS, make=ours.Cch),
    Entry(name=PERFECT, make=perfect.Perfect),
    Entry(name=PLAIN, make=ours.Dijkstra),
    Entry(name=ROUTINGKIT, make=routingkit.FromRust, packages=("routingkit_cch",)),
    Entry(name="pyroutingkit", make=routingkit.FromCpp, packages=("pyroutingkit",)),
    Entry(name=STATIC, make=static.StaticCh),
    Entry(name=ROUTINGKIT_CPP, make=static.PlainCch),
    Entry(name="pandana", make=libraries.Pandana, packages=("pandana", "pandas")),
    Entry(name="scipy", make=libraries.SciPy),
    Entry(name="igraph", make=libraries.IGraph, packages=("igraph",)),
    Entry(name="networkx", make=libraries.NetworkX),
)

NAMES: Final = tuple(entry.name for entry in REGISTRY)
