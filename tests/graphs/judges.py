"""Judges of the hierarchy: SciPy's and NetworkX's Dijkstra, and our own, on plain arrays; who drives a way for real."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from kernels import dijkstra as plain
from kernels.jit import NEVER
from tests import naive

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Roads:
    """Arcs and where they lead: `tail`, `head` int32[m]."""

    nodes: int
    tail: Ints
    head: Ints


def by_scipy(roads: Roads, times: Ints, sources: Ints, targets: Ints) -> NDArray[np.int64]:
    """Give a table; any times. Only the quickest of parallel arcs is given, for SciPy adds them up."""
    order = np.lexsort((times, roads.head, roads.tail))
    order = order[times[order] < NEVER]
    keys = roads.tail[order].astype(np.int64) * roads.nodes + roads.head[order]
    arcs = order[np.unique(keys, return_index=True)[1]]
    matrix = csr_array(
        (times[arcs].astype(float), (roads.tail[arcs], roads.head[arcs])), shape=(roads.nodes,) * 2
    )
    found = dijkstra(matrix, indices=sources)[:, targets]
    return np.where(np.isinf(found), NEVER, found).astype(np.int64)


def by_networkx(roads: Roads, times: Ints, sources: Ints, targets: Ints) -> NDArray[np.int64]:
    """Give a table; any times. Of parallel arcs the one entered last is kept: the quickest."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(roads.nodes))
    open_ = np.argsort(times)[::-1]
    open_ = open_[times[open_] < NEVER]
    graph.add_weighted_edges_from(
        zip(roads.tail[open_].tolist(), roads.head[open_].tolist(), times[open_].tolist(), strict=True)
    )
    rows = []
    for source in sources.tolist():
        found = nx.single_source_dijkstra_path_length(graph, source)
        rows.append([min(found.get(target, NEVER), NEVER) for target in targets.tolist()])
    return np.array(rows, dtype=np.int64).reshape(sources.size, targets.size)


def by_search(roads: Roads, times: Ints, sources: Ints, targets: Ints) -> Ints:
    """Give a table by our own search without preparation."""
    order = np.argsort(roads.tail, kind="stable")
    first_out = np.searchsorted(roads.tail[order], np.arange(roads.nodes + 1)).astype(np.int64)
    first_out.flags.writeable = False
    out = np.empty((sources.size, targets.size), dtype=np.int32)
    arcs = _sealed(roads.head[order]), _sealed(times[order])
    scratch = plain.make_scratch(roads.nodes)
    plain.table(first_out, *arcs, _sealed(sources), _sealed(targets), scratch, out)
    return out


Judge = Callable[[Roads, Ints, Ints, Ints], NDArray[np.int64]]


@dataclass(frozen=True)
class Remembered:
    """Roads as one meets them who remembers what was driven: each state is a node and the last arcs.

    Made without the product's expansion: no state is shared, none is left out. `states` holds the arcs between
    states, `arc` int32 the road arc of each, `node` int32 the road node of each state; the states of one who has
    driven nothing come first, in the order of their nodes.
    """

    states: Roads
    arc: Ints
    node: Ints

    def table(self, times: Ints, nodes: int, judge: Judge = by_scipy) -> Ints:
        """Give the times between all road nodes, int32[n, n], from those of the road arcs, int32[m]."""
        all_states = np.arange(self.node.size, dtype=np.int32)
        found = judge(self.states, times[self.arc], all_states[:nodes], all_states)
        by_target = np.full((nodes, nodes), NEVER, dtype=np.int64)
        np.minimum.at(by_target, self.node, found.T)
        return by_target.T.astype(np.int32)


def remembered(roads: Roads, bans: Sequence[naive.Ban], turn_bits: int) -> Remembered:
    """Walk every way from every node as far as the longest binding ban looks back."""
    binding = [turn for turn, bits in bans if bits & turn_bits]
    memory = max(map(len, binding), default=1) - 1
    ending: dict[int, list[tuple[int, ...]]] = {}
    for turn in binding:
        ending.setdefault(turn[-1], []).append(turn)
    leaving: dict[int, list[int]] = {}
    for arc, tail in enumerate(roads.tail.tolist()):
        leaving.setdefault(tail, []).append(arc)
    found: list[tuple[int, tuple[int, ...]]] = [(node, ()) for node in range(roads.nodes)]
    number = {state: i for i, state in enumerate(found)}
    steps: list[tuple[int, int, int]] = []
    for state in found:  # it grows while it is gone through
        for arc in leaving.get(state[0], ()):
            now = (*state[1], arc)
            if any(naive.breaks(now, turn) for turn in ending.get(arc, ())):
                continue
            after = (int(roads.head[arc]), now[-memory:] if memory else ())
            if after not in number:
                number[after] = len(found)
                found.append(after)
            steps.append((number[state], number[after], arc))
    tail, head, arcs = np.array(steps, dtype=np.int32).reshape(-1, 3).T
    node = np.array([state[0] for state in found], dtype=np.int32)
    return Remembered(Roads(node.size, tail, head), arcs, node)


def faults_of_way(
    roads: Roads,
    times: Ints,
    bans: Sequence[naive.Ban],
    ends: tuple[int, int],
    way: Sequence[int] | None,
    time: int,
) -> list[str]:
    """Drive a way arc by arc; say what is wrong with it. `bans` are those that bind, `time` is what the table says."""
    if way is None:
        return [] if time == NEVER else ["there is none"]
    if not all(0 <= arc < roads.tail.size for arc in way):
        return ["it has an arc that is none"]
    faults = []
    passed = [ends[0], *roads.head[list(way)].tolist()]
    if passed[:-1] != roads.tail[list(way)].tolist():
        faults.append("its arcs do not meet, or one is driven against its direction")
    if passed[-1] != ends[1]:
        faults.append("it ends elsewhere")
    if any(times[arc] >= NEVER for arc in way):
        faults.append("it takes a road that is shut")
    if sum(int(times[arc]) for arc in way) != time:
        faults.append("it takes another time than the table says")
    if any(naive.breaks(way[: i + 1], turn) for turn, _ in bans for i in range(len(way))):
        faults.append("it makes a barred turn")
    return faults


def _sealed(values: Ints) -> Ints:
    array = values.astype(np.int32)
    array.flags.writeable = False
    return array
