"""The soonest few of a selection against sorting a table."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import config

from graphs.cch import Metric, Query, Topology
from kernels.jit import NEVER
from tests import naive
from tests.kernels.cases import Case, cases, sealed

pytestmark = pytest.mark.kernel
calm = settings(deadline=None, max_examples=30 if config.DISABLE_JIT else 150)  # type: ignore[attr-defined]


@given(case=cases(), data=st.data())
@calm
def test_the_nearest_are_those_of_a_sorted_list(case: Case, data: st.DataObject) -> None:
    node = st.integers(0, case.nodes - 1)
    stations = data.draw(st.lists(node, min_size=1, max_size=9))
    ends = data.draw(st.lists(node, max_size=40))
    count = data.draw(st.integers(1, 11))
    topology = Topology(case.nodes, case.tail, case.head)
    metric, query = Metric(topology, case.time), Query(topology)
    times = [naive.dijkstra(case.arcs, station).time for station in stations]

    for weights in (metric, metric.perfect()):
        member, time = query.nearest(weights, topology.selection(sealed(stations)), sealed(ends), count)

        assert member.shape == time.shape == (len(ends), count)
        for row, end in enumerate(ends):
            twin = sorted((found[end], s) for s, found in enumerate(times) if end in found)[:count]
            blank = [(NEVER, -1)] * (count - len(twin))
            assert list(zip(time[row].tolist(), member[row].tolist(), strict=True)) == twin + blank


def test_of_equally_near_the_first_comes_first() -> None:
    case = Case(3, ((0, 2, 5), (1, 2, 5)))
    topology = Topology(case.nodes, case.tail, case.head)
    stations = topology.selection(sealed([1, 0, 1]))

    member, time = Query(topology).nearest(Metric(topology, case.time), stations, sealed([2]), 2)

    assert member.tolist() == [[0, 1]]
    assert time.tolist() == [[5, 5]]
