"""Plain fleets: no windows, no hours; the search over routes and the choice among those met."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from dispatch.tours.check import check_tours
from dispatch.tours.fleet import _search, _take_over, plain, read, search_fleet
from dispatch.tours.partition import best_set
from dispatch.tours.plan import plan_tours
from dispatch.tours.problem import Aim, Carrier, Drop, Goods, Source, TourProblem, frozen
from dispatch.tours.search import Effort, search
from dispatch.tours.split import split
from kernels.fleet_search import anneal
from models.units import NEVER
from tests.dispatch.tours.cases import tour_case
from tests.kernels.test_fleet import fleet_case, least_cost


def plain_case(seed: int, drops: int = 12, vehicles: int = 6) -> TourProblem:
    """Two depots, small and large vehicles, one trip each."""
    rng = Random(seed)
    spots = [(rng.randrange(1000), rng.randrange(1000)) for _ in range(2 + drops)]
    table = [[abs(a - c) + abs(b - d) for c, d in spots] for a, b in spots]
    units = [rng.randrange(1, 9) for _ in range(drops)]
    sent = np.zeros((2, drops, 1), dtype=np.int64)
    for j, n in enumerate(units):
        sent[rng.randrange(2), j, 0] = n
    return TourProblem(
        items=(Goods(id="i", grams=10, cm3=0),),
        depots=tuple(Source(id=f"d{k}", place=k, grams_per_s=100) for k in range(2)),
        vehicles=tuple(
            Carrier(
                id=f"v{d}.{k}",
                depot=d,
                grams=100 + 100 * (k % 2),
                cm3=0,
                trips_most=1,
                fixed_cost=300 + 100 * (k % 2),
                driving_cost=1 + k % 2,
            )
            for d in range(2)
            for k in range(vehicles)
        ),
        drops=tuple(Drop(id=f"j{k}", place=2 + k, units=(n,), whole=True) for k, n in enumerate(units)),
        tables=frozen([table], np.int32),
        stock=frozen([[1000], [1000]], np.int64),
        allotted=frozen(sent, np.int64),
        aim=Aim.COST,
    )


def test_a_plain_fleet_is_told_from_others() -> None:
    problem = plain_case(1)
    assert plain(problem)
    assert not plain(tour_case(1, aim=Aim.COST))
    assert not plain(replace(problem, drops=(replace(problem.drops[0], due_s=900), *problem.drops[1:])))
    again = tuple(replace(own, trips_most=2) for own in problem.vehicles)
    assert not plain(replace(problem, vehicles=again))
    cut = problem.tables.copy()
    cut[0, 0, 5] = NEVER
    assert not plain(replace(problem, tables=cut))


def test_plans_of_plain_fleets_hold_and_cost_no_more_than_the_general_search() -> None:
    cheaper = 0
    for seed in range(6):
        problem = plain_case(seed)
        plan = plan_tours(problem, Effort(rounds=300))
        assert not check_tours(problem, plan.trips, plan.unserved)
        assert not plan.unserved
        loads, _ = split(problem, problem.allotted)  # type: ignore[arg-type]
        rows = search(problem, loads, Effort(rounds=300))
        costs = []
        for each in (search_fleet(problem, loads, Effort(rounds=300)), rows):
            cost = 0
            for own, trips in zip(problem.vehicles, each, strict=True):
                for trip in trips:
                    home = problem.depots[own.depot].place
                    way = [home, *(problem.drops[loads[n].drop].place for n in trip), home]
                    cost += own.fixed_cost + own.driving_cost * int(
                        problem.tables[0][way[:-1], way[1:]].sum()
                    )
            costs.append(cost)
        assert costs[0] == plan.values[3] <= costs[1]
        cheaper += costs[0] < costs[1]
    assert cheaper < 6  # the general search is no straw man: it often finds the same


def test_too_few_vehicles_leave_drops_with_a_reason() -> None:
    problem = plain_case(3, vehicles=1)
    plan = plan_tours(problem, Effort(rounds=100))
    assert not check_tours(problem, plan.trips, plan.unserved)
    assert {each.reason.value for each in plan.unserved} == {"fleet"}


def test_the_same_seed_and_rounds_give_the_same_routes() -> None:
    problem = plain_case(4)
    first, second = (plan_tours(problem, Effort(rounds=100, seed=7)) for _ in range(2))
    assert first == second


@pytest.mark.kernel
def test_the_best_set_of_routes_met_is_cheaper_and_serves_everybody() -> None:
    """From a hot search, whose best plan is poor, the routes met make up a better one; never below the optimum."""
    gained = 0
    for seed in range(16):
        fleet = fleet_case(seed, 7)
        search_, least = _search(fleet, seed), least_cost(fleet)
        anneal(fleet, search_, 25, 4000.0, 0.0, 1e9)
        before = int(search_.state[1])
        routes = best_set(fleet, search_, 5.0)
        if routes is not None:
            assert sorted(c for _, stops in routes for c in stops) == list(range(1, 8))
            _take_over(fleet, search_, routes)
            assert least <= search_.state[1] < before
            assert sorted(read(search_.best)) == sorted(routes)
            gained += 1
    assert gained >= 2
