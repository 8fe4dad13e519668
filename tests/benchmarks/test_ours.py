from __future__ import annotations

import numpy as np

from benchmarks.networks import questions
from benchmarks.ours import Cch
from tests.benchmarks.small import small


def test_a_closure_is_undone_to_the_bit() -> None:
    engine = Cch(small(), questions(small(), 200, 1))
    before = engine.metric.w.copy()
    task = engine.tasks()["partial_10"]()
    assert task.undo is not None
    task.call(0)
    assert not np.array_equal(engine.metric.w, before)
    task.undo(0)
    assert np.array_equal(engine.metric.w, before)
    assert np.array_equal(engine.metric.times, small().times)


def test_the_order_and_the_topology_are_made_anew_by_their_phases() -> None:
    engine = Cch(small(), questions(small(), 200, 1))
    first = engine.topology
    engine.tasks()["topology"]().call(0)
    assert engine.topology is not first
    assert np.array_equal(engine.topology.order, first.order)
