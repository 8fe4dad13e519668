"""Plans of tours: the value of a plan is what going through time by hand gives; a search never makes it worse."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from dispatch.tours.allot import allot
from dispatch.tours.problem import Aim
from dispatch.tours.search import _yard, columns, plan_of, rows_of
from dispatch.tours.split import split
from dispatch.tours.trips import Load, Rows
from kernels.tours import value
from kernels.tours_search import build, improve
from tests.dispatch.tours.brute import worth
from tests.dispatch.tours.cases import tour_case

pytestmark = pytest.mark.kernel


def _drawn(rng: Random, vehicles: list[int], loads: tuple[Load, ...]) -> Rows:
    """Some loads on vehicles of their depots, cut into trips at random."""
    rows: list[list[list[int]]] = [[] for _ in vehicles]
    for n in rng.sample(range(len(loads)), len(loads)):
        mine = [v for v, depot in enumerate(vehicles) if depot == loads[n].depot]
        if mine and rng.random() < 0.9:
            row = rows[rng.choice(mine)]
            if not row or rng.random() < 0.6:
                row.append([])
            row[-1].append(n)
    return tuple(tuple(tuple(trip) for trip in row) for row in rows)


def test_a_plan_is_worth_what_going_through_time_gives() -> None:
    """Random plans, possible and impossible ones."""
    rng, possible, impossible = Random(7), 0, 0
    for seed in range(60):
        problem = tour_case(seed, drops=5, vehicles=3)
        loads, _ = split(problem, allot(problem))
        if not loads:
            continue
        freight, yard = columns(problem, loads), _yard(problem, len(loads), 1)
        found = np.zeros(4, dtype=np.int64)
        for _ in range(5):
            rows = _drawn(rng, [own.depot for own in problem.vehicles], loads)
            expected = worth(problem, loads, rows)
            plan = plan_of(rows, len(loads))
            assert rows_of(plan) == rows
            assert value(freight, plan, yard, found) == (expected is not None)
            if expected is None:
                impossible += 1
            else:
                possible += 1
                assert tuple(found.tolist()) == expected
    assert min(possible, impossible) > 50


@pytest.mark.parametrize("aim", Aim)
def test_a_search_keeps_the_best_and_counts_it_right(aim: Aim) -> None:
    """The value it reports is that of the rows it hands back, and no worse than that of the first plan."""
    for seed in range(20):
        problem = tour_case(seed, drops=6, vehicles=3, aim=aim)
        loads, _ = split(problem, allot(problem))
        freight, yard = columns(problem, loads), _yard(problem, len(loads), seed)
        found = np.zeros(4, dtype=np.int64)
        build(freight, yard, np.arange(len(loads), dtype=np.int32), found)
        first = yard.value.tolist()
        improve(freight, yard, 60, 100.0, found)
        best = yard.value.tolist()
        order = (0, 1, 2, 3) if aim is Aim.ARRIVAL else (0, 1, 3, 2)
        assert [best[k] for k in order] <= [first[k] for k in order]
        expected = worth(problem, loads, rows_of(yard.best))
        assert expected == tuple(best[k] for k in order)
