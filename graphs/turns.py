"""Turns that are barred, built into the graph that searches run on.

A node is copied once for every way of being half-way into a barred turn: the states of an automaton over the
arcs driven last (Aho and Corasick 1975). An arc that would complete a barred turn is there, marked with whom it
bars, so that one hierarchy serves those who are bound and those who are exempt. Where nothing is barred, this is
the graph itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphs.arrays import offsets, sealed
from graphs.road import Ints, Offsets, RoadGraph
from models.units import NEVER

_KEPT: Final = "_expanded"

Turn = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Expanded:
    """A road graph with its barred turns built in. Road nodes keep their numbers; their copies follow.

    Attributes
    ----------
    nodes
        Road nodes, their copies, and one node for the arrival at each road node that has copies: `n'`.
    first_out : int64[n' + 1]
        Arcs of node `v` are `first_out[v]` up to `first_out[v + 1]`.
    tail, head : int32[m']
        Nodes of each arc.
    road_arc : int32[m']
        Road arc that each stands for; -1 for the step of no time from a copy to the arrival.
    barred : uint8[m']
        `Access` bits of those who may not drive it, because it completes a barred turn.
    leave : int32[n]
        Where one arrives at each road node. One starts from the road node itself.
    plain
        Whether nothing is barred: the arrays are those of the road graph.
    """

    nodes: int
    first_out: Offsets
    tail: Ints
    head: Ints
    road_arc: Ints
    barred: NDArray[np.uint8]
    leave: Ints
    plain: bool

    @cached_property
    def _copies(self) -> tuple[Offsets, Ints]:
        """Arcs by the road arc they stand for: those of road arc `a` are `first[a]` up to `first[a + 1]`."""
        roads = int(self.road_arc.max(initial=-1)) + 1
        order = np.argsort(self.road_arc, kind="stable")
        order = order[np.count_nonzero(self.road_arc < 0) :]
        return offsets(self.road_arc[order], roads), order.astype(np.int32)

    def times(self, times: Ints, turn_bits: int = 0) -> Ints:
        """Give the times of all arcs, int32[m'], from those of the road arcs, int32[m].

        Parameters
        ----------
        times
            Deciseconds, `NEVER` where a road arc cannot be used.
        turn_bits
            `Access` bits whose bans bind this rider; 0 for one who is exempt.
        """
        if self.plain:
            return times
        out: Ints = np.append(times, np.int32(0))[self.road_arc]  # the arrival, -1, takes the zero at the end
        out[self.barred & np.uint8(turn_bits) != 0] = NEVER
        return out

    def copies_of(self, arcs: Ints, turn_bits: int = 0) -> Ints:
        """Give the arcs that stand for some road arcs, int32[k], less those barred to the rider."""
        if self.plain:
            return arcs
        first, copies = self._copies
        counts = first[arcs + 1] - first[arcs]
        rank = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        found = copies[np.repeat(first[arcs], counts) + rank]
        free: Ints = found[self.barred[found] & np.uint8(turn_bits) == 0]
        return free

    def arrivals(self, times: Ints) -> Ints:
        """Give the times of the road nodes, int32[n], from those of all nodes, int32[n']."""
        if self.plain:
            return times
        at_roads: Ints = times[self.leave]
        return at_roads

    def driven(self, arcs: Ints) -> Ints:
        """Give the road arcs of a way, int32[k]."""
        if self.plain:
            return arcs
        roads = self.road_arc[arcs]
        driven: Ints = roads[roads >= 0]
        return driven


def expanded(graph: RoadGraph) -> Expanded:
    """Build the barred turns of a map into it; worked out on the first question and kept with the map."""
    kept = vars(graph)  # as a cached property would, but the roads need not know of searches
    if _KEPT not in kept:
        kept[_KEPT] = _expand(graph) if graph.bans else _plain(graph)
    made: Expanded = kept[_KEPT]
    return made


def _plain(graph: RoadGraph) -> Expanded:
    return Expanded(
        nodes=graph.nodes,
        first_out=graph.first_out,
        tail=graph.tail,
        head=graph.head,
        road_arc=sealed(np.arange(graph.arcs, dtype=np.int32)),
        barred=np.broadcast_to(np.uint8(0), graph.arcs),
        leave=sealed(np.arange(graph.nodes, dtype=np.int32)),
        plain=True,
    )


def _expand(graph: RoadGraph) -> Expanded:
    turns = dict(zip(graph.ban_sequences, graph.ban_access.tolist(), strict=True))
    begun = dict.fromkeys(turn[:length] for turn in turns for length in range(1, len(turn)))
    state = {prefix: graph.nodes + i for i, prefix in enumerate(begun)}
    at = graph.head[[prefix[-1] for prefix in begun]]
    places, place = np.unique(at, return_inverse=True)
    arrival = graph.nodes + len(state)
    steps = np.array(_steps(graph, turns, state), dtype=np.int32).reshape(-1, 4)
    head = graph.head.copy()
    for prefix, node in state.items():
        if len(prefix) == 1:
            head[prefix[0]] = node
    froms = np.concatenate((places, np.arange(graph.nodes, arrival)))  # road nodes and copies that arrive
    ends = arrival + np.concatenate((np.arange(places.size), place))
    tails = np.concatenate((graph.tail, steps[:, 0], froms))
    heads: Ints = np.concatenate((head, steps[:, 1], ends))
    order = np.argsort(tails, kind="stable")
    nodes = arrival + places.size
    leave = np.arange(graph.nodes)
    leave[places] = np.arange(arrival, nodes)
    arcs = np.concatenate((np.arange(graph.arcs), steps[:, 2], np.full(froms.size, -1)))
    barred = np.zeros(tails.size, dtype=np.uint8)
    barred[graph.arcs : graph.arcs + len(steps)] = steps[:, 3]
    return Expanded(
        nodes=nodes,
        first_out=offsets(tails, nodes),
        tail=sealed(tails[order]),
        head=sealed(heads[order]),
        road_arc=sealed(arcs[order]),
        barred=barred[order],
        leave=sealed(leave),
        plain=False,
    )


def _steps(
    graph: RoadGraph, turns: dict[Turn, int], state: dict[Turn, int]
) -> list[tuple[int, int, int, int]]:
    """Tail, head, road arc and whom it bars, of every arc from a copy of a node."""
    steps = []
    for prefix, node in state.items():
        place = graph.head[prefix[-1]]
        for arc in range(int(graph.first_out[place]), int(graph.first_out[place + 1])):
            driven = [(*prefix, arc)[i:] for i in range(len(prefix) + 1)]  # the longest first
            after = next((state[each] for each in driven if each in state), int(graph.head[arc]))
            barred = 0
            for each in driven:
                barred |= turns.get(each, 0)
            steps.append((node, after, arc, barred))
    return steps
