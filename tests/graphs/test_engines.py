"""All engines on the three measured networks: one answer, with roads shut and opened again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.networks import network
from graphs.cch import Metric, Query, Topology
from kernels.jit import NEVER
from tests.graphs.engines import dissenters
from tests.graphs.judges import Ints, Roads, by_networkx, by_scipy, by_search, faults_of_way


class Subject:
    """A network, and the hierarchy on it."""

    def __init__(self, name: str) -> None:
        net = network(name)
        self.roads, self.times, self.places = Roads(net.nodes, net.tail, net.head), net.times, net.places
        self.topology = Topology(net.nodes, net.tail, net.head)
        self.query = Query(self.topology)

    def some(self, count: int, seed: int) -> Ints:
        return np.random.default_rng(seed).choice(self.places, count).astype(np.int32)


@pytest.fixture(scope="module", params=["yongchuan", "porto", "NY"])
def subject(request: pytest.FixtureRequest, shared: Path) -> Subject:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPATCH_SHARED", str(shared.parent))
        return Subject(request.param)


def check_times(subject: Subject, metric: Metric, times: Ints, seed: int) -> None:
    """Ask every engine, there and back, by both kinds of weights; SciPy knows the truth, and our own search does."""
    starts, ends = subject.some(12, seed), subject.some(40, seed + 1)
    for asked in ((starts, ends), (ends, starts)):
        truth = by_scipy(subject.roads, times, *asked).astype(np.int32)
        assert np.array_equal(by_search(subject.roads, times, *asked), truth)
        for weights in (metric, metric.perfect()):
            assert dissenters(subject.query, weights, asked, truth) == []


@pytest.mark.slow
def test_every_engine_gives_every_time(subject: Subject) -> None:
    metric = Metric(subject.topology, subject.times)

    check_times(subject, metric, subject.times, seed=1)
    one, few = subject.some(1, 3), subject.some(60, 4)
    table = subject.query.table(metric, one, few)
    assert np.array_equal(table, by_networkx(subject.roads, subject.times, one, few))


@pytest.mark.slow
def test_shut_roads_change_everything_together_and_opened_ones_bring_it_back_to_the_bit(
    subject: Subject,
) -> None:
    metric = Metric(subject.topology, subject.times)
    before = metric.w.copy()
    draw = np.random.default_rng(5)
    for count in (1, 30, 2000):
        arcs = draw.choice(subject.times.size, count, replace=False).astype(np.int32)
        shut = subject.times.copy()
        shut[arcs] = NEVER

        subject.query.update(metric, arcs, shut[arcs])

        assert np.array_equal(metric.w, Metric(subject.topology, shut).w)
        if count == 2000:
            check_times(subject, metric, shut, seed=6)
        subject.query.update(metric, arcs, subject.times[arcs])
        assert np.array_equal(metric.w, before)


def test_a_way_is_as_long_as_its_time_says(subject: Subject) -> None:
    metric, query = Metric(subject.topology, subject.times), subject.query
    starts, ends = subject.some(300, 8), subject.some(300, 9)
    times = query.pairs(metric, starts, ends)

    found = query.ways(metric, starts, ends)

    assert np.array_equal(found.reached, times < NEVER)
    for p in range(starts.size):
        pair = int(starts[p]), int(ends[p])
        together = found.arcs[found.first[p] : found.first[p + 1]].tolist() if found.reached[p] else None
        alone = query.way(metric, *pair)
        assert (None if alone is None else alone.tolist()) == together
        assert faults_of_way(subject.roads, subject.times, [], pair, together, int(times[p])) == []


def test_the_nearest_are_the_first_of_the_sorted_table(subject: Subject) -> None:
    metric, query = Metric(subject.topology, subject.times), subject.query
    stations, incidents = subject.some(90, 10), subject.some(70, 11)
    table = query.table(metric, stations, incidents).T
    first = np.argsort(table, axis=1, kind="stable")[:, :5]

    for weights in (metric, metric.perfect()):
        member, time = query.nearest(weights, subject.topology.selection(stations), incidents, 5)

        assert np.array_equal(time, np.take_along_axis(table, first, 1))
        assert np.array_equal(member, np.where(time < NEVER, first, -1))


def test_thinning_out_drops_arcs_and_another_metric_is_small(subject: Subject) -> None:
    times = subject.times.copy()
    times.flags.writeable = False
    metric = Metric(subject.topology, times)

    perfect = metric.perfect()

    assert max(perfect.arcs) < 0.75 * subject.topology.arcs
    assert metric.nbytes <= 15e6
    assert subject.topology.nbytes + metric.nbytes <= 120e6
    assert metric.times.base is times or metric.times is times
