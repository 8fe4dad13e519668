"""Loads: together what is allotted; each fits a vehicle that gets there; none is cut that may not be."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from dispatch.tours.allot import allot
from dispatch.tours.problem import Carrier, Drop, Goods, Source, TourProblem, frozen
from dispatch.tours.split import MOST_LOADS, points, split
from dispatch.tours.trips import Reason
from models.units import NEVER
from tests.dispatch.tours.cases import tour_case


def shuttle(
    *vehicles: tuple[int, int], units: tuple[int, ...], masses: tuple[tuple[int, int], ...]
) -> TourProblem:
    """One depot, one drop a minute away, vehicles of some grams and cm3."""
    return TourProblem(
        items=tuple(Goods(id=f"i{k}", grams=g, cm3=v) for k, (g, v) in enumerate(masses)),
        depots=(Source(id="d", place=0, grams_per_s=100),),
        vehicles=tuple(Carrier(id=f"v{k}", depot=0, grams=g, cm3=v) for k, (g, v) in enumerate(vehicles)),
        drops=(Drop(id="j", place=1, units=units),),
        tables=frozen([[[0, 60], [60, 0]]], np.int32),
        stock=frozen([units], np.int64),
        allotted=frozen([[units]], np.int64),
    )


def test_nothing_is_lost_or_made_up() -> None:
    """On random problems: by depot, drop and item."""
    kinds: Counter[str] = Counter()
    for seed in range(150):
        problem = tour_case(seed, drops=6, vehicles=4)
        allotted = allot(problem)
        loads, left = split(problem, allotted)
        total = np.zeros_like(allotted)
        for depot, drop, units in [(each.depot, each.drop, each.units) for each in loads] + [
            (each.depot, each.drop, each.units) for each in left
        ]:
            total[depot, drop] += units
        assert (total == allotted).all()
        for load in loads:
            mass = np.array(load.units) @ problem.masses
            assert any(
                own.depot == load.depot
                and problem.ways[v, load.drop] < NEVER
                and (mass <= (own.grams, own.cm3)).all()
                for v, own in enumerate(problem.vehicles)
            )
        pairs = Counter((load.depot, load.drop) for load in loads)
        assert all(n == 1 for (_, j), n in pairs.items() if problem.drops[j].whole)
        kinds["cut"] += any(n > 1 for n in pairs.values())
        kinds.update(each.reason.value for each in left)
    assert kinds["cut"] > 10
    assert kinds[Reason.TOO_LARGE.value] > 0


def test_loads_fill_large_and_small_trucks() -> None:
    """Forty tonnes for trucks of 5 t and 1.8 t: loads of a third of the large one, which fill both well."""
    problem = shuttle((5000, 10**6), (1800, 10**6), units=(400,), masses=((50, 10),))
    loads, _ = split(problem, problem.allotted)  # type: ignore[arg-type]
    masses = [load.units[0] * 50 for load in loads]
    assert sum(masses) == 20_000
    assert len(loads) <= MOST_LOADS
    most = max(masses)
    assert (5000 // most) * min(masses) >= 0.85 * 5000
    assert most <= 1800


def test_heavy_and_bulky_goods_share_the_loads() -> None:
    """Lead and feathers: together they need half the loads that lead, then feathers, would."""
    problem = shuttle((1000, 1000), units=(20, 20), masses=((90, 1), (1, 90)))
    loads, _ = split(problem, problem.allotted)  # type: ignore[arg-type]
    assert len(loads) == 2


def test_large_pieces_go_on_the_vehicle_that_takes_them() -> None:
    problem = shuttle((1000, 1000), (3000, 3000), units=(3, 7), masses=((2500, 100), (10, 10)))
    loads, left = split(problem, problem.allotted)  # type: ignore[arg-type]
    assert not left
    assert sorted(load.units[0] for load in loads)[-3:] == [1, 1, 1]


def test_a_piece_that_fits_nothing_is_left_with_a_reason() -> None:
    problem = shuttle((1000, 1000), units=(2, 5), masses=((2500, 100), (10, 10)))
    loads, left = split(problem, problem.allotted)  # type: ignore[arg-type]
    assert [load.units for load in loads] == [(0, 5)]
    assert [(each.units, each.reason) for each in left] == [((2, 0), Reason.TOO_LARGE)]


def test_a_weak_bridge_on_the_way_back_counts() -> None:
    problem = shuttle((1000, 1000), units=(2,), masses=((10, 10),))
    one_way = replace(problem, tables=frozen([[[0, 60], [NEVER, 0]]], np.int32))
    loads, left = split(one_way, problem.allotted)  # type: ignore[arg-type]
    assert not loads
    assert left[0].reason is Reason.NO_WAY


@pytest.mark.parametrize(("units", "expected"), [((4, 0), 1500), ((4, 2), 3000), ((0, 0), 1), ((1, 1), 1125)])
def test_points_are_the_weight_times_the_share_of_the_needs(units: tuple[int, int], expected: int) -> None:
    problem = shuttle((1000, 1000), units=(4, 2), masses=((1, 1), (1, 1)))
    heavy = replace(problem, drops=(replace(problem.drops[0], weight=3),))
    assert points(heavy, 0, units) == expected


def test_all_that_can_be_sent_is_allotted() -> None:
    """What one depot alone can send to a drop is not given to another drop that has a choice."""
    tables = np.full((1, 4, 4), 100)
    tables[0, 1, 3] = NEVER  # the second depot does not reach the second drop
    np.fill_diagonal(tables[0], 0)
    problem = TourProblem(
        items=(Goods(id="i", grams=1, cm3=1),),
        depots=tuple(Source(id=f"d{k}", place=k, grams_per_s=1) for k in range(2)),
        vehicles=tuple(Carrier(id=f"v{k}", depot=k, grams=100, cm3=100) for k in range(2)),
        drops=tuple(Drop(id=f"j{k}", place=2 + k, units=(10,), weight=10 - k) for k in range(2)),
        tables=frozen(tables, np.int32),
        stock=frozen([[10], [10]], np.int64),
    )
    sent = allot(problem)
    assert sent[:, :, 0].tolist() == [[0, 10], [10, 0]]
    for seed in range(40):
        case = tour_case(seed, drops=6, vehicles=4)
        found = allot(case)
        assert (found.sum(axis=1) <= case.stock).all()
        assert (found.sum(axis=0) <= case.needs).all()
        can = np.zeros((len(case.depots), len(case.drops)), dtype=bool)
        for v, own in enumerate(case.vehicles):
            can[own.depot] |= case.ways[v] < NEVER
        left, short = case.stock - found.sum(axis=1), case.needs - found.sum(axis=0)
        assert not ((left[:, None] > 0) & (short[None] > 0) & can[:, :, None]).any()
