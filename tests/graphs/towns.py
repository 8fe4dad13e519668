"""Small road maps with everything in them that may go wrong: written down by a seed, or drawn by hypothesis.

One-ways, parallel roads, loops, islands, roads that take no time, closures, barred turns. The times are drawn too, so
that they hold what no road has: nothing at all, and sums near `NEVER`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from random import Random

import numpy as np
from hypothesis import strategies as st
from numba import config
from numpy.typing import NDArray

from graphs.arrays import sealed
from graphs.closures import apply_closures
from graphs.road import Access, RoadGraph
from models.request import Closure
from models.units import NEVER
from tests import naive
from tests.factories import Road, road_graph

Ints = NDArray[np.int32]

BITS = (int(Access.CAR), int(Access.TRUCK), int(Access.CAR | Access.MOTORCYCLE))
"""Whom a drawn turn is barred to."""
MOST_BANS = 6
"""Turns drawn for a town; each is up to three copies of a node and of the arcs that leave it."""
LARGEST = 16 if config.DISABLE_JIT else 40  # type: ignore[attr-defined]
"""Nodes of the largest town: smaller as plain Python, which is fifty times as slow."""
LONGEST = (2, 30, 30, NEVER // 3)
"""Times are drawn below one of these."""


@dataclass(frozen=True)
class Town:
    """A map and who drives on it.

    Attributes
    ----------
    graph
        The roads, with the barred turns.
    open : int32[m]
        Deciseconds of each arc while nothing is closed; `NEVER` where it cannot be used.
    closures
        What is closed later.
    turn_bits
        `Access` bits whose bans bind the rider.
    """

    graph: RoadGraph
    open: Ints
    closures: tuple[Closure, ...]
    turn_bits: int

    @cached_property
    def closed(self) -> Ints:
        """Deciseconds of each arc with the closures in force, int32[m]."""
        factor = apply_closures(self.graph, self.closures).factor.astype(np.float64)
        slowed = np.ceil(self.open / np.where(factor > 0, factor, 1.0))
        return sealed(np.where(factor > 0, np.minimum(slowed, NEVER), NEVER).astype(np.int32))

    @cached_property
    def bans(self) -> list[naive.Ban]:
        """Barred turns and whom they bind."""
        return list(zip(self.graph.ban_sequences, self.graph.ban_access.tolist(), strict=True))

    @cached_property
    def nodes(self) -> Ints:
        """All nodes, int32[n]."""
        return sealed(np.arange(self.graph.nodes))


def barring(graph: RoadGraph, bans: Iterable[naive.Ban]) -> RoadGraph:
    """Give a graph with barred turns, in the order that it wants them in."""
    bits: dict[tuple[int, ...], int] = {}
    for turn, whom in bans:
        bits[turn] = bits.get(turn, 0) | whom
    turns = sorted(bits)
    return replace(
        graph,
        ban_first=np.cumsum([0, *map(len, turns)], dtype=np.int64),
        ban_arcs=np.array(list(chain.from_iterable(turns)), dtype=np.int32),
        ban_access=np.array([bits[turn] for turn in turns], dtype=np.uint8),
    )


def town(seed: int) -> Town:
    """Draw a town of 8 nodes or more, most of them small, in which every feature is there."""
    draw = Random(seed)
    turn_bits = int((Access.CAR, Access.TRUCK)[seed % 2])
    plain = _roads(draw)
    below = draw.choice(LONGEST)
    times = np.array([draw.randrange(below) for _ in range(plain.arcs)], dtype=np.int32)
    ways = draw.sample(range(int(plain.way.max()) + 1), 4)
    times[plain.way == ways[0]] = 0
    graph = barring(plain, [_felt(plain, times, draw, turn_bits), *_bans(plain, draw)])
    closures = (
        Closure(id="shut", ways=tuple(ways[1:3])),
        Closure(id="slow", ways=(ways[3],), speed_factor=0.5),
    )
    return Town(graph, sealed(times), closures, turn_bits)


def _roads(draw: Random) -> RoadGraph:
    """Mainland, island, a node that one can only leave, and two roads that are parallel."""
    nodes = 8 + int((LARGEST - 7) * draw.random() ** 3)
    island = draw.randint(2, nodes // 4)
    mainland = range(1, nodes - island)
    roads = [Road(tail=0, head=draw.choice(mainland), both=False)]
    for part in (mainland, range(nodes - island, nodes)):
        roads += [
            Road(tail=draw.choice(range(part[0], node)), head=node, both=draw.random() < 0.7)
            for node in part[1:]
        ]
    for _ in range(int(nodes * draw.choice([0.5, 1.0, 2.5]))):
        tail, head = draw.choices(mainland, k=2)  # a loop now and then
        roads.append(Road(tail=tail, head=head, both=tail != head and draw.random() < 0.5))
    roads.append(replace(draw.choice(roads), both=False))
    points = [(105.9 + 0.001 * i, 29.3 + 0.0003 * i * i) for i in range(nodes)]
    return road_graph(points, roads)


def _felt(graph: RoadGraph, times: Ints, draw: Random, turn_bits: int) -> naive.Ban:
    """Draw a turn of two arcs that binds; of a dozen the first that makes someone drive longer, if any does."""
    arcs = list(zip(graph.tail.tolist(), graph.head.tolist(), times.tolist(), strict=True))
    turns = draw.choices(_pairs(graph), k=12)
    for turn in turns:
        start = arcs[turn[0]][0]
        free, bound = (
            naive.bound_dijkstra(arcs, [(turn, turn_bits)], bits, start) for bits in (0, turn_bits)
        )
        if free != bound:
            return turn, turn_bits
    return turns[0], turn_bits


def _bans(graph: RoadGraph, draw: Random) -> list[naive.Ban]:
    """Draw turns of two to four arcs, some that overlap, some junctions with one way out."""
    bans: list[naive.Ban] = []
    for _ in range(draw.randrange(MOST_BANS)):
        turn = [draw.randrange(graph.arcs)]
        for _ in range(draw.choice([1, 1, 2, 3])):
            turn.append(draw.choice(leaving(graph, turn[-1]) or [-1]))
        if -1 in turn:
            continue
        whom = draw.choice(BITS)
        only = draw.random() < 0.3  # this way on alone
        ends = sorted(set(leaving(graph, turn[-2])) - {turn[-1]}) if only else [turn[-1]]
        bans += [((*turn[:-1], end), whom) for end in ends]
    return bans


def leaving(graph: RoadGraph, arc: int) -> Sequence[int]:
    """Arcs that leave the head of an arc."""
    node = int(graph.head[arc])
    return range(int(graph.first_out[node]), int(graph.first_out[node + 1]))


def _pairs(graph: RoadGraph) -> list[tuple[int, ...]]:
    """All turns of two arcs."""
    return [(arc, after) for arc in range(graph.arcs) for after in leaving(graph, arc)]


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Draw up to six nodes, arcs anywhere between them, turns anywhere among the arcs, closures, a rider."""
    nodes = draw(st.integers(2, 6))
    node = st.integers(0, nodes - 1)
    ends = draw(st.lists(st.tuples(node, node), min_size=1, max_size=14))
    points = [(105.9 + 0.01 * i, 29.3 + 0.003 * i * i) for i in range(nodes)]
    graph = road_graph(points, [Road(tail=tail, head=head, both=False) for tail, head in ends])
    pairs = _pairs(graph)
    turns = [*pairs, *((*pair, after) for pair in pairs for after in leaving(graph, pair[-1]))]
    ban = st.tuples(st.sampled_from(turns), st.sampled_from(BITS)) if turns else st.nothing()
    bans = draw(st.lists(ban, max_size=8 if turns else 0))
    time = st.integers(0, 9) | st.just(NEVER) | st.integers(NEVER // 2 - 2, NEVER // 2 + 2)
    times = draw(st.lists(time, min_size=graph.arcs, max_size=graph.arcs))
    way = st.integers(0, len(ends) - 1)
    closures = draw(st.lists(st.tuples(way, st.sampled_from([0.0, 0.5])), max_size=3))
    return Town(
        barring(graph, bans),
        sealed(np.array(times)),
        tuple(Closure(id=str(i), ways=(w,), speed_factor=f) for i, (w, f) in enumerate(closures)),
        draw(st.sampled_from([0, int(Access.CAR), int(Access.TRUCK)])),
    )
