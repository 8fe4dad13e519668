"""Level by level: values equal to brute force over tiny models, bounds that never claim too much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch import allocation
from dispatch.assignment import assign
from dispatch.check import check
from dispatch.compose import compose
from dispatch.lexicographic import Level, Limits, LinearModel, Objective, minimise
from dispatch.relaxation import Solution
from tests.dispatch.brute import best_supply_levels
from tests.dispatch.cases import matrix, random_supply_problem

WIDE = Limits(seed=0, seconds=30.0, nodes=10_000)
RELAXED = Limits(seed=0, seconds=30.0, nodes=10_000, exact_columns=0)
NARROW = Limits(seed=0, seconds=30.0, nodes=1, exact_columns=0)
NO_TIME = Limits(seed=0, seconds=0.0, nodes=10_000)


@dataclass(frozen=True)
class Tiny:
    """Whole numbers from 0 to `upper`, rows with bounds that `start` keeps, and objectives."""

    upper: tuple[int, ...]
    rows: tuple[tuple[tuple[int, ...], int, int], ...]
    objectives: tuple[tuple[int, ...], ...]
    start: tuple[int, ...]

    def model(self) -> LinearModel:
        made = LinearModel()
        columns = made.add_columns(self.upper)
        for coefficients, low, high in self.rows:
            made.add_rows(
                low, high, 1, [(np.zeros(columns.size, np.int64), columns, np.array(coefficients, float))]
            )
        return made

    def holds(self, point: Sequence[int]) -> bool:
        return all(0 <= x <= top for x, top in zip(point, self.upper, strict=True)) and all(
            low <= dot(coefficients, point) <= high for coefficients, low, high in self.rows
        )

    def points(self) -> list[tuple[int, ...]]:
        return [point for point in product(*(range(top + 1) for top in self.upper)) if self.holds(point)]

    def best(self) -> tuple[int, ...]:
        """The best values, by trying every point."""
        return min(tuple(dot(each, point) for each in self.objectives) for point in self.points())

    def best_after(self, kept: Sequence[int]) -> int:
        """The best value of the next objective among the points that keep the earlier ones."""
        return min(
            dot(self.objectives[len(kept)], point)
            for point in self.points()
            if all(dot(each, point) <= value for each, value in zip(self.objectives, kept, strict=False))
        )


def dot(coefficients: Sequence[int], point: Sequence[int]) -> int:
    return sum(c * x for c, x in zip(coefficients, point, strict=True))


@st.composite
def tinies(draw: st.DrawFn) -> Tiny:
    size = draw(st.integers(2, 4))
    upper = tuple(draw(st.lists(st.integers(1, 3), min_size=size, max_size=size)))
    start = tuple(draw(st.integers(0, top)) for top in upper)
    signed, positive = st.integers(-3, 3), st.integers(0, 5)
    rows = []
    for coefficients in draw(
        st.lists(st.lists(signed, min_size=size, max_size=size), min_size=1, max_size=3)
    ):
        at = dot(coefficients, start)
        rows.append((tuple(coefficients), at - draw(st.integers(0, 2)), at + draw(st.integers(0, 2))))
    objectives = draw(st.lists(st.lists(positive, min_size=size, max_size=size), min_size=1, max_size=3))
    return Tiny(upper, tuple(rows), tuple(map(tuple, objectives)), start)


def solve(case: Tiny, limits: Limits, gap: float = 0.0) -> tuple[tuple[int, ...], list[Level]]:
    values, levels = minimise(
        case.model(),
        [Objective(np.array(each, dtype=np.float64), gap=gap) for each in case.objectives],
        start=np.array(case.start, dtype=np.int64),
        tidy=lambda found: found,
        limits=limits,
    )
    return tuple(values.tolist()), levels


def assert_honest(case: Tiny, values: tuple[int, ...], levels: list[Level]) -> None:
    """The solution holds, its values are those told, and no point beats a bound of its level."""
    assert case.holds(values)
    reached = [level.value for level in levels]
    assert all(dot(each, values) <= value for each, value in zip(case.objectives, reached, strict=True))
    assert dot(case.objectives[-1], values) == reached[-1]
    for number, level in enumerate(levels):
        assert level.bound <= case.best_after(reached[:number]) <= level.value
        assert level.proven == (level.bound == level.value)


@settings(max_examples=200)
@given(tinies())
def test_every_level_equals_brute_force(case: Tiny) -> None:
    """With room enough every level is the best there is, proven, and the earlier ones are kept."""
    values, levels = solve(case, WIDE)
    assert tuple(level.value for level in levels) == case.best()
    assert all(level.proven for level in levels)
    assert_honest(case, values, levels)


@settings(max_examples=200)
@given(tinies())
def test_search_around_the_relaxation_never_claims_too_much(case: Tiny) -> None:
    """Above `exact_columns` a better point may be missed, but then no proof is claimed."""
    assert_honest(case, *solve(case, RELAXED))


@settings(max_examples=30)
@given(tinies())
def test_one_node_of_the_tree_never_claims_too_much(case: Tiny) -> None:
    """Cut short, the answer still holds and its bounds are honest."""
    assert_honest(case, *solve(case, NARROW))


@settings(max_examples=30)
@given(tinies(), st.sampled_from([0.1, 0.5, 0.9]))
def test_a_gap_that_is_allowed_is_told(case: Tiny, gap: float) -> None:
    """Stopping early leaves bounds that hold, and values within the gap."""
    values, levels = solve(case, WIDE, gap)
    assert_honest(case, values, levels)
    assert all(level.value - level.bound <= gap * level.value for level in levels)


@settings(max_examples=20)
@given(tinies())
def test_without_time_the_start_comes_back(case: Tiny) -> None:
    """Nothing is searched, nothing is claimed beyond what is plain: that nothing is below nothing."""
    values, levels = solve(case, NO_TIME)
    assert values == case.start
    assert [level.value for level in levels] == [dot(each, case.start) for each in case.objectives]
    assert all(level.bound == 0 for level in levels)


@settings(max_examples=15)
@given(tinies())
def test_the_same_model_gives_the_same_solution(case: Tiny) -> None:
    """To the last column, also where many solutions are equally good."""
    assert solve(case, WIDE) == solve(case, WIDE)
    assert solve(case, RELAXED) == solve(case, RELAXED)


KNAPSACK = Tiny(
    upper=(1, 1, 1, 1),
    rows=(((5, 4, 3, 2), 7, 100),),
    objectives=((6, 5, 4, 3), (1, 2, 3, 4)),
    start=(1, 1, 1, 1),
)
"""Cover 7: the least cost is 9, by {5, 2} or {4, 3}, and both cost 5 on the second level; {5, 4} would cost 3 there."""


def test_a_level_may_not_undo_an_earlier_one() -> None:
    """The second objective alone would be 3; it takes what the first leaves."""
    values, levels = solve(KNAPSACK, WIDE)
    assert levels == [Level(9, 9), Level(5, 5)]
    assert KNAPSACK.holds(values)


@pytest.mark.parametrize("seconds", [1e300, float("inf")])
def test_any_number_of_seconds_is_a_limit(seconds: float) -> None:
    """More than any clock holds is as good as none."""
    limits = Limits(seed=0, seconds=seconds, nodes=10_000)
    assert solve(KNAPSACK, limits) == solve(KNAPSACK, WIDE)


def test_a_relaxation_that_meets_the_start_is_a_proof() -> None:
    """Nothing better than the start exists, and no search in whole numbers is needed to say so."""
    case = Tiny(upper=(3, 3), rows=(((1, 1), 3, 6),), objectives=((2, 2),), start=(3, 0))
    assert solve(case, RELAXED) == ((3, 0), [Level(6, 6)])


def test_the_bound_of_a_restricted_search_is_that_of_the_whole_model() -> None:
    """The relaxation and the start use the first column alone, the best of all is the second: no proof of 16."""
    case = Tiny(upper=(3, 3), rows=(((4, 5), 5, 99),), objectives=((8, 11),), start=(2, 0))
    assert case.best() == (11,)
    values, (level,) = solve(case, RELAXED)
    assert_honest(case, values, [level])
    assert level.bound == 10
    assert not level.proven


def test_the_last_step_to_a_proof_is_taken() -> None:
    """Within a thousandth of the bound the whole model is searched: the better column is found after all."""
    case = Tiny(
        upper=(20, 1), rows=(((1000, 9999), 9999, 10**6),), objectives=((10_000, 99_995),), start=(10, 0)
    )
    assert solve(case, RELAXED) == ((0, 1), [Level(99_995, 99_995)])


def test_continuous_columns_may_stand_beside() -> None:
    """A column that is not whole and costs nothing may take any value that helps."""
    model = LinearModel()
    whole, loose = model.add_columns([4.0]), model.add_columns([1.0], integer=False)
    row = np.zeros(1, np.int64)
    model.add_rows(1.5, 9.0, 1, [(row, whole, 1.0), (row, loose, 1.0)])
    values, levels = minimise(
        model,
        [Objective(np.array([1.0, 0.0]))],
        start=np.array([4, 0]),
        tidy=lambda found: found,
        limits=WIDE,
    )
    assert values[whole[0]] == 1
    assert levels == [Level(1, 1)]


def test_a_tidying_that_worsens_an_earlier_level_is_not_taken() -> None:
    """What `tidy` gives back is kept only if all levels hold."""

    def spoil(found: Solution) -> Solution:
        return np.array([3, 3])

    values, levels = minimise(
        Tiny(upper=(3, 3), rows=(((1, 1), 3, 6),), objectives=(), start=(3, 3)).model(),
        [Objective(np.array([1.0, 0.0])), Objective(np.array([0.0, 1.0]))],
        start=np.array([0, 3]),
        tidy=spoil,
        limits=WIDE,
    )
    assert values.tolist() == [0, 3]
    assert [level.value for level in levels] == [0, 3]


@pytest.mark.parametrize(
    ("level", "proven"), [(Level(3, 3), True), (Level(3, 2), False), (Level(0, 0), True)]
)
def test_a_level_is_proven_where_bound_and_value_meet(level: Level, proven: bool) -> None:
    """A gap below one is none, values being whole."""
    assert level.proven is proven


@pytest.mark.parametrize("seed", range(30))
def test_allocation_around_its_relaxation_is_honest(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small supply cases searched the way large ones are: no value below the best, no bound above it."""
    monkeypatch.setattr(allocation, "EXACT_COLUMNS", 0)
    case = random_supply_problem(seed)
    levels = allocation.allocate(case, time_limit_s=30).levels
    best = best_supply_levels(case)
    assert tuple(level.value for level in levels[:3]) >= best[:3]
    assert levels[0].bound <= best[0]
    if all(level.proven for level in levels[:3]):
        assert tuple(level.value for level in levels[:3]) == best[:3]


@pytest.mark.parametrize("seed", range(10))
def test_allocation_without_time_is_feasible_and_claims_nothing(seed: int) -> None:
    """The first guess comes back: a plan that holds, with bounds of nothing."""
    case = random_supply_problem(seed)
    found = allocation.allocate(case, time_limit_s=0)
    assert all(level.bound <= level.value for level in found.levels)
    assert found.levels[0].value >= best_supply_levels(case)[0] >= found.levels[0].bound
    plan = compose(case, assign(case, time_limit_s=30), found, matrix([[0]]))
    assert check(case, plan).faults == ()
