"""Warming up."""

from __future__ import annotations

import subprocess
import sys

import pytest
from numba import config

from graphs.warmup import warm_up
from tests.conftest import ROOT

JIT_OFF = bool(config.DISABLE_JIT)  # type: ignore[attr-defined]

PROBE = """
from numba import extending
from graphs.travel import TravelTimes
from graphs.warmup import warm_up
import numpy as np
from graphs.cch import Metric, Query, Topology
from kernels import adjacency, cch, contraction, heap, lanes, nearest, perfect, rphast, ways
from models.units import NEVER
from tests.factories import CENTRE, grid

def compiled():
    modules = (adjacency, cch, contraction, heap, lanes, nearest, perfect, rphast, ways)
    return {
        f"{m.__name__}.{name}": [str(s) for s in f.signatures]
        for m in modules for name, f in vars(m).items() if extending.is_jitted(f) and f.__module__ == m.__name__
    }

seconds = warm_up()
before = compiled()
travel = TravelTimes(grid(4))
for origins, destinations in (([CENTRE], [CENTRE] * 3), ([CENTRE] * 3, [CENTRE]), ([CENTRE] * 9, [CENTRE] * 9)):
    travel.table("fire_engine", origins, destinations)
travel.path("fire_engine", CENTRE, CENTRE)
travel.isochrone("fire_engine", CENTRE, [60])
ends = np.arange(40, dtype=np.int32)
topology = Topology(40, ends, np.roll(ends, -1))
query, metric = Query(topology), Metric(topology, ends)
kept = topology.selection(ends)
for weights in (metric, metric.perfect()):
    query.pairs(weights, ends, ends)
    query.distances(weights, 3)
    query.nearest(weights, kept, ends, 4)
    for few in (ends[:1], ends):
        query.table_to(weights, few, kept)
        query.table_from(weights, kept, few)
query.ways(metric, ends, ends)
query.update(metric, ends[:3], ends[3:6])
query.replace(metric, ends[:3], ends)
metric.customise(metric.times)
print(seconds > 0, max(map(len, before.values())), compiled() == before)
"""


def test_warming_up_tells_the_seconds_it_took() -> None:
    assert 0 < warm_up() < 120


@pytest.mark.skipif(JIT_OFF, reason="nothing is compiled with the JIT off")
def test_after_warming_up_the_first_question_compiles_nothing() -> None:
    found = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout == "True 1 True\n"
