"""What prices prove and rule out, and what a dive finds, against every point of tiny models."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.allocation import unit_points
from dispatch.relaxation import Relaxation, idle_dropped, narrowed, proven_by
from dispatch.whole import Tree, dive, search
from tests.dispatch.cases import random_supply_problem
from tests.dispatch.test_lexicographic import Tiny, dot, tinies

PRICES = st.lists(st.floats(-5, 5), min_size=3, max_size=3)
WIDE = Tree(seed=0, nodes=1000, gap=0.0, seconds=30.0)


def cost_of(case: Tiny) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(case.objectives[0], dtype=np.float64)


@settings(max_examples=100)
@given(tinies(), PRICES)
def test_any_prices_prove_a_bound_and_rule_out_nothing_that_is_as_good(
    case: Tiny, drawn: list[float]
) -> None:
    """However wrong the prices are: no point is below their bound, and no point up to a value is lost by it."""
    rows, cost = case.model().sparse(), cost_of(case)
    dual = proven_by(rows, cost, np.array(drawn[: len(case.rows)]))
    most = dot(case.objectives[0], case.start)
    left = narrowed(rows, dual, most)
    for point in case.points():
        value = dot(case.objectives[0], point)
        assert dual.bound <= value + 1e-9
        if value <= most:
            assert (left.lower <= point).all()
            assert (point <= left.upper).all()
            filled = rows.matrix.filled(np.array(point, dtype=np.float64))
            assert (left.row_lower - 1e-6 <= filled).all()
            assert (filled <= left.row_upper + 1e-6).all()


@settings(max_examples=100)
@given(tinies())
def test_the_relaxation_is_its_own_proof(case: Tiny) -> None:
    """Its bound is at most the best, its solution keeps the rows and comes to the bound."""
    rows, cost = case.model().sparse(), cost_of(case)
    relaxation = Relaxation(rows, np.zeros(len(case.rows), dtype=bool))
    hint = np.array(case.start, dtype=np.int64)
    dual = relaxation.minimise(cost, hint, enough=np.inf, deadline=time.monotonic() + 30)
    assert dual.bound <= case.best()[0] + 1e-6
    assert cost @ dual.values == pytest.approx(dual.bound, abs=1e-5)
    filled = rows.matrix.filled(dual.values)
    assert (rows.row_lower - 1e-6 <= filled).all()
    assert (filled <= rows.row_upper + 1e-6).all()


@settings(max_examples=100)
@given(tinies())
def test_dropping_what_serves_nothing_keeps_a_best_point(case: Tiny) -> None:
    left = idle_dropped(case.model().sparse(), np.array(case.start, dtype=np.int64))
    kept = [point for point in case.points() if (np.array(point) <= left.upper).all()]
    assert case.start in kept
    assert min(dot(case.objectives[0], point) for point in kept) == case.best()[0]


@settings(max_examples=100)
@given(tinies())
def test_a_search_finds_the_best_and_a_dive_nothing_that_does_not_hold(case: Tiny) -> None:
    """Whatever a dive gives back keeps the rows and is better than what it began with."""
    rows, cost = case.model().sparse(), cost_of(case)
    hint = np.array(case.start, dtype=np.int64)
    found = search(rows, cost, hint, WIDE)
    assert found.values is not None
    assert cost @ found.values == case.best()[0]
    better = dive(rows, cost, hint, seed=0, seconds=30.0)
    if better is not None:
        assert case.holds(better.tolist())
        assert case.best()[0] <= cost @ better < cost @ hint


def test_points_of_a_need_do_not_depend_on_its_number() -> None:
    """A whole need of one priority is worth about as much, whether ten tents or a thousand blankets."""
    case = random_supply_problem(3)
    for points, demand in zip(unit_points(case).tolist(), case.supply.demands, strict=True):
        whole = 1000 * demand.weight
        assert abs(points * demand.need.quantity - whole) <= demand.need.quantity
