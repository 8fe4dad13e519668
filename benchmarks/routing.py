"""Routing: our hierarchy beside its peers, on the same network, times and questions, in one run; answers compared.

Every phase is measured for all engines in turn before the next, so that a busy machine spoils no ratio.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from benchmarks.engines import HAVE_ROUTINGKIT, NetworkX, Plain, RoutingKit, SciPy, Times
from benchmarks.measure import Row, missing, row, timed
from benchmarks.networks import INCIDENTS, Ints, Network, Questions, questions
from graphs.cch import Metric, Query, Topology
from graphs.order import nested_dissection, undirected
from graphs.warmup import warm_up
from models.units import NEVER

OURS: Final = "ours-cch"
PLAIN: Final = "ours-dijkstra"
PEER: Final = "routingkit-cch"
_FEW, _SOME = INCIDENTS
_SMALL: Final = 4
"""Incidents that slow engines are asked for; their tables are scaled up."""


class Bench:
    """One network, all engines on it, and the rows measured so far."""

    def __init__(self, net: Network, asked: Questions, runs: int) -> None:
        self.net, self.asked, self.runs = net, asked, runs
        self.rows: list[Row] = []

    def measure(
        self,
        engine: str,
        phase: str,
        call: Callable[[], Any],
        *,
        truth: Any = None,
        runs: int = 0,
        times: float = 1.0,
    ) -> Any:
        """Time a call, compare its answer with `truth` where there is one, and keep the row."""
        answer, took = timed(call, runs=runs or self.runs, warm=0 if runs == 1 else 1)
        agrees = None if truth is None else bool(np.array_equal(answer, truth))
        note = "" if times == 1.0 else f"scaled by {times:g}"
        self.keep(engine, phase, [each * times for each in took], agrees=agrees, note=note)
        return answer

    def keep(
        self, engine: str, phase: str, took: list[float], *, agrees: bool | None = None, note: str = ""
    ) -> None:
        """Keep a row."""
        self.rows.append(row(self.net.name, engine, phase, took, agrees=agrees, note=note))

    def median(self, engine: str, phase: str) -> float | None:
        """Give the median of a row, None where it was not measured."""
        found = [each.median_ms for each in self.rows if (each.engine, each.phase) == (engine, phase)]
        return found[0] if found else None


def run(net: Network, *, pairs: int, seed: int, runs: int = 7) -> tuple[list[Row], dict[str, float | None]]:
    """Measure all phases; give the rows, and how many times as long as ours the peers take.

    Parameters
    ----------
    net
        The network.
    pairs
        Point-to-point questions.
    seed
        Seed of the questions.
    runs
        Counted runs of each quick phase.
    """
    warm_up()  # compiling is measured elsewhere
    bench = Bench(net, questions(net, pairs, seed), runs)
    ours = _prepare_ours(bench)
    peer = _prepare_peer(bench)
    _customise(bench, ours, peer)
    _partial(bench, ours, peer)
    _pairs(bench, ours, peer)
    _tables(bench, ours, peer)
    _one_to_all(bench, ours)
    _closure(bench, ours, peer)
    return bench.rows, _ratios(bench)


class Ours:
    """Our hierarchy with a metric and working memory."""

    def __init__(self, topology: Topology, times: Ints) -> None:
        self.topology = topology
        self.metric = Metric(topology, times)
        self.query = Query(topology)


def _prepare_ours(bench: Bench) -> Ours:
    net = bench.net
    order = bench.measure(
        OURS, "order", lambda: nested_dissection(*undirected(net.nodes, net.tail, net.head)), runs=1
    )
    topology = bench.measure(OURS, "topology", lambda: Topology(net.nodes, net.tail, net.head, order), runs=3)
    return Ours(topology, net.times)


def _prepare_peer(bench: Bench) -> RoutingKit | None:
    if not HAVE_ROUTINGKIT:
        bench.rows.append(missing(bench.net.name, PEER, "not installed: pip install rescue-dispatch[bench]"))
        return None
    peer = RoutingKit(bench.net)
    order = bench.measure(PEER, "order", peer.order, runs=1)
    bench.measure(PEER, "topology", lambda: peer.build(order), runs=3)
    return peer


def _customise(bench: Bench, ours: Ours, peer: RoutingKit | None) -> None:
    bench.measure(OURS, "customise", lambda: ours.metric.customise(bench.net.times))
    if peer is not None:
        bench.measure(PEER, "customise", peer.customise)


def _partial(bench: Bench, ours: Ours, peer: RoutingKit | None) -> None:
    for count, closed in bench.asked.closures.items():
        took: dict[str, list[float]] = {OURS: [], PEER: []}
        before = ours.metric.w.copy()
        for arcs in closed:
            shut, opened = np.full(arcs.size, NEVER, dtype=np.int32), bench.net.times[arcs]
            took[OURS] += timed(lambda: ours.query.update(ours.metric, arcs, shut), runs=1, warm=0)[1]  # noqa: B023
            ours.query.update(ours.metric, arcs, opened)
            if peer is not None:
                took[PEER] += timed(lambda: peer.close(arcs.tolist()), runs=1, warm=0)[1]  # noqa: B023
                peer.open(arcs.tolist())
        same = bool(np.array_equal(before, ours.metric.w))
        most = {engine: f"max {max(each):.3f} ms" for engine, each in took.items() if each}
        bench.keep(OURS, f"partial_{count}", took[OURS], agrees=same, note=most[OURS])
        if peer is not None:
            bench.keep(PEER, f"partial_{count}", took[PEER], note=most[PEER])


def _pairs(bench: Bench, ours: Ours, peer: RoutingKit | None) -> None:
    """All pairs one after the other; the rows hold the time of one."""
    starts, ends = bench.asked.starts, bench.asked.ends
    one = 1 / starts.size
    truth = bench.measure(OURS, "p2p", lambda: ours.query.pairs(ours.metric, starts, ends), times=one)
    listed = starts.tolist(), ends.tolist()
    bench.measure(
        OURS,
        "p2p_paths",
        lambda: [ours.query.way(ours.metric, a, b) for a, b in zip(*listed, strict=True)],
        runs=3,
        times=one,
    )
    if peer is not None:
        bench.measure(PEER, "p2p", lambda: peer.pairs(*listed), truth=truth, times=one)
        bench.measure(PEER, "p2p_paths", lambda: peer.paths(*listed), runs=3, times=one)


def _tables(bench: Bench, ours: Ours, peer: RoutingKit | None) -> None:
    stations, incidents = bench.asked.stations, bench.asked.incidents
    kept = ours.topology.selection(stations)
    one, few = incidents[:1], incidents[:_FEW]

    def from_kept(ends: Ints) -> Ints:
        return ours.query.table_from(ours.metric, kept, ends)

    first = bench.measure(OURS, "table_420x1_prebuilt", lambda: from_kept(one))
    small = bench.measure(OURS, "table_420x50", lambda: ours.query.table(ours.metric, stations, few))
    bench.measure(OURS, "table_420x50_prebuilt", lambda: from_kept(few), truth=small)
    large = bench.measure(OURS, "table_420x1000", lambda: ours.query.table(ours.metric, stations, incidents))
    if peer is not None:
        _peer_tables(bench, peer, first, small, large)
    _slow_tables(bench, PLAIN, Plain(bench.net), small, large)
    _slow_tables(bench, "scipy", SciPy(bench.net), small, large)


def _slow_tables(bench: Bench, name: str, engine: Plain | SciPy, small: Ints, large: Ints) -> None:
    """Some rows or columns only, scaled up: an engine that searches once for each is as slow for all."""
    stations, incidents = bench.asked.stations, bench.asked.incidents
    rows = max(1, stations.size // 100)
    engine.table(stations[:1], incidents[:1])
    bench.measure(
        name,
        "table_420x50",
        lambda: engine.table(stations, incidents[:_SMALL]),
        truth=small[:, :_SMALL],
        runs=1,
        times=_FEW / _SMALL,
    )
    bench.measure(
        name,
        "table_420x1000",
        lambda: engine.table(stations[:rows], incidents),
        truth=large[:rows],
        runs=1,
        times=stations.size / rows,
    )


def _peer_tables(bench: Bench, peer: RoutingKit, first: Ints, small: Ints, large: Ints) -> None:
    stations, incidents = bench.asked.stations.tolist(), bench.asked.incidents.tolist()
    few = incidents[:_FEW]
    pinned = peer.pin(stations, to=False)
    bench.measure(PEER, "table_420x1_prebuilt", lambda: peer.from_pinned(pinned, incidents[:1]), truth=first)
    bench.measure(PEER, "table_420x50", lambda: peer.to_pinned(stations, peer.pin(few, to=True)), truth=small)
    bench.measure(PEER, "table_420x50_prebuilt", lambda: peer.from_pinned(pinned, few), truth=small)
    bench.measure(
        PEER,
        "table_420x1000",
        lambda: peer.to_pinned(stations, peer.pin(incidents, to=True)),
        truth=large,
        runs=3,
    )


def _one_to_all(bench: Bench, ours: Ours) -> None:
    start = int(bench.asked.stations[0])
    truth = bench.measure(OURS, "one_to_all", lambda: ours.query.distances(ours.metric, start))
    plain, scipy, networkx = Plain(bench.net), SciPy(bench.net), NetworkX(bench.net)
    plain.distances(start)
    bench.measure(PLAIN, "one_to_all", lambda: plain.distances(start), truth=truth, runs=3)
    bench.measure("scipy", "one_to_all", lambda: scipy.distances(start), truth=truth, runs=3)
    bench.measure("networkx", "one_to_all", lambda: networkx.distances(start), truth=truth, runs=1)


def _closure(bench: Bench, ours: Ours, peer: RoutingKit | None) -> None:
    """One arc is shut, and the table of all stations made anew."""
    stations, few = bench.asked.stations, bench.asked.incidents[:_FEW]
    kept = ours.topology.selection(stations)
    took: dict[str, list[float]] = {OURS: [], PEER: []}
    agrees = True
    for arcs in bench.asked.closures[1][: 3 * bench.runs]:

        def mine(arcs: Ints = arcs) -> Ints:
            ours.query.update(ours.metric, arcs, np.full(1, NEVER, dtype=np.int32))
            return ours.query.table_from(ours.metric, kept, few)

        def theirs(peer: Any = peer, arcs: Ints = arcs) -> Times:
            peer.close(arcs.tolist())
            pinned = peer.pin(stations.tolist(), to=False)
            answer: Times = peer.from_pinned(pinned, few.tolist())
            return answer

        answer, each = timed(mine, runs=1, warm=0)
        took[OURS] += each
        ours.query.update(ours.metric, arcs, bench.net.times[arcs])
        if peer is not None:
            other, each = timed(theirs, runs=1, warm=0)
            took[PEER] += each
            agrees &= bool(np.array_equal(answer, other))
            peer.open(arcs.tolist())
    bench.keep(OURS, "closure_to_table", took[OURS])
    if peer is not None:
        bench.keep(PEER, "closure_to_table", took[PEER], agrees=agrees)


def _ratios(bench: Bench) -> dict[str, float | None]:
    def ratio(theirs: str, phase: str, mine: str) -> float | None:
        other, own = bench.median(theirs, phase), bench.median(OURS, mine)
        return round(other / own, 2) if other and own else None

    return {
        "table_420x1000_vs_routingkit_cch": ratio(PEER, "table_420x1000", "table_420x1000"),
        "table_420x50_vs_routingkit_cch": ratio(PEER, "table_420x50_prebuilt", "table_420x50_prebuilt"),
        "customise_vs_routingkit_cch": ratio(PEER, "customise", "customise"),
        "closure_to_table_vs_routingkit_cch": ratio(PEER, "closure_to_table", "closure_to_table"),
        "table_420x1000_vs_scipy": ratio("scipy", "table_420x1000", "table_420x1000"),
    }
