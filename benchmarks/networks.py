"""Networks to measure on as plain arrays, and the questions asked of them: the same for every engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks import subjects
from graphs.links import assemble
from graphs.profiles import arc_times, profile
from graphs.snap import usable_nodes
from models.errors import InputError
from models.units import NEVER

NAMES: Final = ("yongchuan", "porto", "NY")
PROFILE: Final = "fire_engine"
STATIONS: Final = 420
INCIDENTS: Final = (50, 1000)
CLOSURES: Final = ((1, 101), (10, 31), (100, 11))
"""How many arcs are closed at once, and how often this is done."""

Ints = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class Network:
    """Arcs, their times, and where nodes are: `tail`, `head`, `times` int32[m], `lng`, `lat` float64[n]."""

    name: str
    nodes: int
    tail: Ints
    head: Ints
    times: Ints
    lng: NDArray[np.float64]
    lat: NDArray[np.float64]
    places: Ints
    """Nodes that questions are drawn from."""


@dataclass(frozen=True, kw_only=True)
class Questions:
    """What is asked: `stations` int32[420], `incidents` int32[1000], pairs, and arcs to close."""

    stations: Ints
    incidents: Ints
    starts: Ints
    ends: Ints
    closures: dict[int, list[Ints]]


def network(name: str) -> Network:
    """Read a network; only arcs that are open are kept, for not every engine knows a shut one.

    Raises
    ------
    InputError
        The data is not at hand.
    """
    if name == "NY":
        return _new_york()
    graph = assemble(subjects.links(name))
    times = arc_times(graph, profile(PROFILE))
    kept = times < NEVER
    return Network(
        name=name,
        nodes=graph.nodes,
        tail=graph.tail[kept],
        head=graph.head[kept],
        times=times[kept],
        lng=graph.lng,
        lat=graph.lat,
        places=usable_nodes(graph, times),
    )


def _new_york() -> Network:
    path = subjects.shared() / "data" / "graphs" / "NY.npz"
    if not path.is_file():
        raise InputError("no such network; set DISPATCH_SHARED to the folder of real data", where=str(path))
    with np.load(path) as stored:
        arrays = {key: stored[key] for key in stored.files}
    nodes = int(arrays["n"])
    return Network(
        name="NY",
        nodes=nodes,
        tail=arrays["tail"].astype(np.int32),
        head=arrays["head"].astype(np.int32),
        times=arrays["w"].astype(np.int32),
        lng=arrays["lon"].astype(np.float64),
        lat=arrays["lat"].astype(np.float64),
        places=np.arange(nodes, dtype=np.int32),
    )


def questions(net: Network, pairs: int, seed: int) -> Questions:
    """Draw questions, the same for the same seed."""
    draw = np.random.default_rng(seed)

    def places(count: int) -> Ints:
        return net.places[draw.integers(0, net.places.size, count)]

    def arcs(count: int) -> Ints:
        return np.sort(draw.choice(net.times.size, count, replace=False)).astype(np.int32)

    return Questions(
        stations=places(STATIONS),
        incidents=places(max(INCIDENTS)),
        starts=places(pairs),
        ends=places(pairs),
        closures={count: [arcs(count) for _ in range(runs)] for count, runs in CLOSURES},
    )
