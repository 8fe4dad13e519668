"""The search against every plan there is, on random small cases; and again with the same seed."""

from __future__ import annotations

from collections import Counter

import pytest

from dispatch.tours.allot import allot
from dispatch.tours.bound import bounds
from dispatch.tours.check import check_tours
from dispatch.tours.plan import plan_tours
from dispatch.tours.problem import Aim
from dispatch.tours.schedule import timed
from dispatch.tours.search import Effort, search
from dispatch.tours.split import split
from models.errors import InputError
from tests.dispatch.tours.brute import best, worth
from tests.dispatch.tours.cases import tour_case

_MOST_LOADS = 4
_QUICK = Effort(rounds=400)


def _measured(seeds: range) -> Counter[str]:
    """How often a search finds the best of all plans; bounds, schedule and check of each on the way."""
    found: Counter[str] = Counter()
    for seed in seeds:
        for aim in Aim:
            problem = tour_case(seed, drops=3, vehicles=2 + seed % 2, aim=aim)
            allotted = allot(problem)
            loads, _ = split(problem, allotted)
            if not 0 < len(loads) <= _MOST_LOADS:
                continue
            rows = search(problem, loads, _QUICK)
            mine, least = worth(problem, loads, rows), best(problem, loads)
            assert mine is not None
            assert mine >= least
            trips = timed(problem, loads, rows)
            carried = {stop.load for trip in trips for stop in trip.stops}
            low = bounds(problem, loads, allotted, carried)
            assert low[1] <= mine[1]
            assert low[2] <= mine[2 if aim is Aim.ARRIVAL else 3]
            found["cases"] += 1
            found["best"] += mine == least
            found["queued"] += any(trip.queued_s for trip in trips)
            found["rested"] += any(trip.rested_s for trip in trips)
            found["again"] += len(trips) > len({trip.vehicle for trip in trips})
            found["left"] += len(carried) < len(loads)
    return found


def test_a_search_finds_the_best_plan_of_small_cases() -> None:
    found = _measured(range(16))
    assert found["cases"] >= 20
    assert found["best"] >= 0.95 * found["cases"]
    assert min(found["queued"], found["again"], found["left"]) > 0, found


@pytest.mark.slow
def test_a_search_finds_the_best_plan_of_four_hundred_small_cases() -> None:
    found = _measured(range(230))
    assert found["cases"] >= 400
    assert found["best"] >= 0.98 * found["cases"]
    assert min(found.values()) > 0, found


def test_the_same_seed_and_rounds_give_the_same_plan() -> None:
    problem = tour_case(5, drops=9, vehicles=4)
    first, second = (plan_tours(problem, Effort(rounds=300, seed=3)) for _ in range(2))
    assert first == second


def test_every_plan_holds_and_says_what_is_missing() -> None:
    reasons: Counter[str] = Counter()
    for seed in range(40):
        problem = tour_case(seed, drops=8, vehicles=4)
        plan = plan_tours(problem, Effort(rounds=100))
        assert not check_tours(problem, plan.trips, plan.unserved, allotted=allot(problem))
        assert all(low <= value for low, value in zip(plan.bounds, plan.values, strict=True))
        reasons.update(each.reason for each in plan.unserved)
    assert len(reasons) >= 3, reasons


def test_nothing_to_carry_is_an_empty_plan() -> None:
    problem = tour_case(1, drops=0, vehicles=2)
    assert plan_tours(problem).trips == ()
    alone = plan_tours(tour_case(1, drops=3, vehicles=0))
    assert not alone.trips
    assert {each.reason.value for each in alone.unserved} == {"stock"}


@pytest.mark.parametrize("wrong", [{"rounds": 0}, {"seconds": 0.0}])
def test_no_effort_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError, match="would be right"):
        Effort(**wrong)  # type: ignore[arg-type]
