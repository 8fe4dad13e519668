"""Networks to measure on as plain arrays, and the questions asked of them: the same for every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks import subjects
from benchmarks.roadlike import road_like
from graphs.links import assemble
from graphs.profiles import arc_times, profile
from graphs.snap import usable_nodes
from models.errors import InputError
from models.units import NEVER

NAMES: Final = ("yongchuan", "liechtenstein", "porto", "NY")
GENERATED: Final = "grid:"
"""`grid:N` is a drawn network of about N nodes."""
PROFILE: Final = "fire_engine"
STATIONS: Final = 420
INCIDENTS: Final = (50, 1_000, 10_000)
SAMPLE: Final = 200
"""Pairs by which a metric is compared."""
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

    def quickest(self, without: Ints | None = None) -> NDArray[np.int64]:
        """Give one arc for each pair of nodes, the quickest: SciPy would add parallel ones up.

        Parameters
        ----------
        without
            Arcs that are shut.
        """
        open_ = np.ones(self.times.size, dtype=np.bool_)
        if without is not None:
            open_[without] = False
        arcs = np.flatnonzero(open_)
        arcs = arcs[np.lexsort((self.times[arcs], self.head[arcs], self.tail[arcs]))]
        pairs = self.tail[arcs].astype(np.int64) * self.nodes + self.head[arcs]
        first: NDArray[np.int64] = arcs[np.unique(pairs, return_index=True)[1]]
        return first

    def lengths(self, starts: list[int], ends: list[int], ways: Sequence[Any]) -> NDArray[np.int64]:
        """Drive ways arc by arc and give their times, int64[k].

        Parameters
        ----------
        starts, ends
            Where each way should begin and end.
        ways
            Arcs of each way as driven; None where there is none, which is `NEVER`. A way that does not lead
            from its start to its end in one piece is -1, which agrees with nothing.
        """
        return np.array(
            [self._length(*each) for each in zip(starts, ends, ways, strict=True)], dtype=np.int64
        )

    def _length(self, start: int, end: int, way: Any) -> int:
        if way is None or (len(way) == 0 and start != end):
            return NEVER
        if len(way) == 0:
            return 0
        arcs = np.asarray(way, dtype=np.int64)
        tail, head = self.tail[arcs], self.head[arcs]
        joined = tail[0] == start and head[-1] == end and bool(np.all(head[:-1] == tail[1:]))
        return int(self.times[arcs].sum(dtype=np.int64)) if joined else -1


@dataclass(frozen=True, kw_only=True)
class Questions:
    """What is asked: `stations` int32[420], `incidents` int32[10000], pairs, and arcs to close.

    No station and no incident comes twice (RoutingKit writes past its memory where it is given more targets than
    there are nodes), so there are fewer on a network that has fewer nodes.
    """

    stations: Ints
    incidents: Ints
    starts: Ints
    ends: Ints
    closures: dict[int, list[Ints]]


def network(name: str) -> Network:
    """Read or draw a network; only arcs that are open are kept, for not every engine knows a shut one.

    Raises
    ------
    InputError
        There is no such network, or its data is not at hand.
    """
    if name.startswith(GENERATED):
        return _drawn(name)
    if name not in NAMES:
        raise InputError(
            "{name} is not a network; there are {names}, or grid:N for a drawn one of about N nodes",
            name=name,
            names=", ".join(NAMES),
        )
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


def _drawn(name: str) -> Network:
    wanted = name.removeprefix(GENERATED)
    if not wanted.isascii() or not wanted.isdigit():
        raise InputError("{name}: the number of nodes must be a whole number, as in grid:100000", name=name)
    roads = road_like(int(wanted))
    return Network(
        name=name,
        nodes=roads.nodes,
        tail=roads.tail,
        head=roads.head,
        times=roads.times,
        lng=roads.lng,
        lat=roads.lat,
        places=np.arange(roads.nodes, dtype=np.int32),
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

    def distinct(count: int) -> Ints:
        return draw.choice(net.places, min(count, net.places.size), replace=False)

    def places(count: int) -> Ints:
        return net.places[draw.integers(0, net.places.size, count)]

    def arcs(count: int) -> Ints:
        return np.sort(draw.choice(net.times.size, count, replace=False)).astype(np.int32)

    return Questions(
        stations=distinct(STATIONS),
        incidents=distinct(max(INCIDENTS)),
        starts=places(pairs),
        ends=places(pairs),
        closures={count: [arcs(count) for _ in range(runs)] for count, runs in CLOSURES},
    )
