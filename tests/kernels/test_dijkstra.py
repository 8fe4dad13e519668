"""Dijkstra's search against its naive twin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import config

from kernels import dijkstra
from kernels.dijkstra import (
    LAST_ROUND,
    make_scratch,
    mark_goals,
    one_to_all,
    search,
    settled_time,
    table,
    trace,
)
from kernels.jit import NEVER
from tests import naive
from tests.kernels.cases import Case, cases, sealed
from tests.kernels.conftest import signatures

pytestmark = pytest.mark.kernel
calm = settings(deadline=None, max_examples=80)


def all_times(
    case: Case, source: int, limit: int = NEVER, scratch: dijkstra.Scratch | None = None
) -> tuple[list[int], tuple[int, int]]:
    """Call `one_to_all`; give the times and the counts."""
    out = np.full(case.nodes, -7, dtype=np.int32)
    working = make_scratch(case.nodes) if scratch is None else scratch
    counts = one_to_all(case.first_out, case.head, case.time, source, limit, working, out)
    return out.tolist(), counts


@given(case=cases(), data=st.data())
@calm
def test_times_and_counts_are_those_of_the_twin(case: Case, data: st.DataObject) -> None:
    source = data.draw(st.integers(0, case.nodes - 1))

    times, counts = all_times(case, source)

    twin = naive.dijkstra(case.arcs, source)
    assert times == [twin.time.get(v, NEVER) for v in range(case.nodes)]
    assert counts == (twin.settled, twin.relaxed)


@given(case=cases(), limit=st.one_of(st.integers(0, 30), st.integers(NEVER // 2 - 5, NEVER)), data=st.data())
@calm
def test_nothing_beyond_the_limit_is_settled(case: Case, limit: int, data: st.DataObject) -> None:
    source = data.draw(st.integers(0, case.nodes - 1))

    times, counts = all_times(case, source, limit)

    twin = naive.dijkstra(case.arcs, source, limit=limit)
    assert times == [twin.time.get(v, NEVER) for v in range(case.nodes)]
    assert counts == (twin.settled, twin.relaxed)


@given(case=cases(), data=st.data())
@calm
def test_a_search_stops_after_its_last_goal(case: Case, data: st.DataObject) -> None:
    node = st.integers(0, case.nodes - 1)
    source, goals = data.draw(node), data.draw(st.lists(node, min_size=1, max_size=4))
    scratch = make_scratch(case.nodes)

    wanted = mark_goals(sealed(goals), scratch)
    counts = search(case.first_out, case.head, case.time, source, NEVER, wanted, scratch)

    twin = naive.dijkstra(case.arcs, source, goals=goals)
    assert wanted == len(set(goals))
    assert counts == (twin.settled, twin.relaxed)
    assert [settled_time(v, scratch) for v in goals] == [twin.time.get(v, NEVER) for v in goals]


@given(case=cases(), data=st.data())
@calm
def test_a_table_holds_the_times_of_single_searches(case: Case, data: st.DataObject) -> None:
    nodes = st.lists(st.integers(0, case.nodes - 1), max_size=5)
    sources, targets = data.draw(nodes), data.draw(nodes)
    out = np.full((len(sources), len(targets)), -7, dtype=np.int32)

    counts = table(
        case.first_out, case.head, case.time, sealed(sources), sealed(targets), make_scratch(case.nodes), out
    )

    twins = [naive.dijkstra(case.arcs, s, goals=targets) for s in sources] if targets else []
    assert out.tolist() == [[t.time.get(v, NEVER) for v in targets] for t in twins] or not targets
    assert counts == (sum(t.settled for t in twins), sum(t.relaxed for t in twins))


@given(case=cases(), data=st.data())
@calm
def test_the_way_is_that_of_the_twin_and_its_times_add_up(case: Case, data: st.DataObject) -> None:
    node = st.integers(0, case.nodes - 1)
    source, target = data.draw(node), data.draw(node)
    scratch = make_scratch(case.nodes)
    wanted = mark_goals(sealed([target]), scratch)
    search(case.first_out, case.head, case.time, source, NEVER, wanted, scratch)
    reached = settled_time(target, scratch)
    if reached == NEVER:
        return
    out = np.empty(case.nodes, dtype=np.int32)

    way = out[: trace(case.tail, target, scratch, out)][::-1].tolist()

    assert way == naive.way(case.arcs, naive.dijkstra(case.arcs, source, goals=[target]), target)
    assert sum(case.arcs[arc][2] for arc in way) == reached


def test_of_ways_of_equal_time_the_smaller_arc_wins() -> None:
    case = Case(3, ((0, 1, 4), (0, 1, 4), (0, 2, 2), (2, 1, 2)))
    scratch = make_scratch(3)
    search(case.first_out, case.head, case.time, 0, NEVER, 0, scratch)

    assert scratch.parent[1] == 0


def test_a_circle_of_zero_times_leaves_a_way_that_ends() -> None:
    case = Case(3, ((0, 1, 0), (1, 0, 0), (1, 2, 0), (2, 1, 0)))
    scratch = make_scratch(3)
    search(case.first_out, case.head, case.time, 0, NEVER, 0, scratch)
    out = np.empty(3, dtype=np.int32)

    assert out[: trace(case.tail, 2, scratch, out)].tolist() == [2, 0]


def test_a_shut_arc_is_not_even_counted() -> None:
    assert all_times(Case(2, ((0, 1, NEVER),)), 0) == ([0, NEVER], (1, 0))


def test_times_that_add_up_to_never_are_out_of_reach_and_do_not_wrap() -> None:
    half = NEVER // 2
    case = Case(4, ((0, 1, half), (1, 2, half), (2, 3, NEVER - 1)))

    assert all_times(case, 0)[0] == [0, half, 2 * half, NEVER]
    assert 2 * half == NEVER - 1


def test_never_plus_never_fits_in_32_bits() -> None:
    assert np.int64(np.int32(NEVER + NEVER)) == 2 * NEVER


def test_scratch_can_be_used_again_and_again_on_different_sources() -> None:
    case = Case(3, ((0, 1, 1), (1, 2, 1)))
    scratch = make_scratch(3)

    found = [all_times(case, source, scratch=scratch)[0] for source in (0, 2, 1, 0)]

    assert found == [[0, 1, 2], [NEVER, NEVER, 0], [NEVER, 0, 1], [0, 1, 2]]


def test_stamps_start_afresh_after_the_last_round() -> None:
    case = Case(2, ((0, 1, 5),))
    scratch = make_scratch(2)
    scratch.rounds[:] = LAST_ROUND
    scratch.stamp[:] = 1
    scratch.goal[:] = 1
    scratch.dist[:] = 0

    wanted = mark_goals(sealed([1]), scratch)
    search(case.first_out, case.head, case.time, 0, NEVER, wanted, scratch)

    assert (wanted, settled_time(1, scratch), scratch.rounds.tolist()) == (1, 5, [1, 1])


JIT_OFF = bool(config.DISABLE_JIT)  # type: ignore[attr-defined]


@pytest.mark.skipif(JIT_OFF, reason="nothing is compiled with the JIT off")
def test_each_kernel_is_compiled_for_one_signature() -> None:
    case = Case(3, ((0, 1, 1), (1, 2, 1)))
    out, scratch = np.empty(3, dtype=np.int32), make_scratch(3)
    all_times(case, 0)
    all_times(case, 2, limit=7, scratch=scratch)
    wanted = mark_goals(sealed([2]), scratch)
    search(case.first_out, case.head, case.time, 0, NEVER, wanted, scratch)
    settled_time(2, scratch)
    trace(case.tail, 2, scratch, out)
    one = np.empty((1, 1), dtype=np.int32)
    table(case.first_out, case.head, case.time, sealed([0]), sealed([2]), scratch, one)

    counts = {name: count for name, count in signatures().items() if name.startswith("kernels.dijkstra.")}

    assert counts == {
        f"kernels.dijkstra.{name}": 1
        for name in ("mark_goals", "search", "settled_time", "one_to_all", "table", "trace")
    }
