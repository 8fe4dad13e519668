from __future__ import annotations

import numpy as np
import pytest

from benchmarks.tasks import Task, agrees, perform


def test_a_quick_call_is_warmed_up_once_and_counted_as_often_as_asked() -> None:
    calls: list[int] = []

    def call(n: int) -> list[int]:
        calls.append(n)
        return [7]

    outcome = perform(Task(call=call), runs=3)
    assert (len(calls), len(outcome.took_ms)) == (4, 3)
    assert outcome.answer is not None
    assert outcome.answer.tolist() == [7]


def test_a_slow_call_is_the_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 100, 5))
    monkeypatch.setattr("benchmarks.tasks.time.perf_counter", lambda: next(clock))
    assert perform(Task(call=lambda _: [0]), runs=7).took_ms == [5000.0]


def test_a_call_of_a_second_is_run_as_often_as_the_budget_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100))
    monkeypatch.setattr("benchmarks.tasks.time.perf_counter", lambda: next(clock))
    assert perform(Task(call=lambda _: [0]), runs=7).took_ms == [1000.0] * 3


def test_times_are_scaled(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100))
    monkeypatch.setattr("benchmarks.tasks.time.perf_counter", lambda: next(clock))
    assert perform(Task(call=lambda _: [0], scale=10.0), runs=1).took_ms == [10_000.0]


def test_every_round_is_proved_before_it_is_undone() -> None:
    state = {"closed": -1}

    def close(n: int) -> int:
        assert state["closed"] == -1
        state["closed"] = n
        return n

    def undo(_: int) -> None:
        state["closed"] = -1

    task = Task(call=close, proof=lambda n: np.array([n, state["closed"]]), undo=undo, rounds=3)
    outcome = perform(task, runs=1)
    assert outcome.answer is not None
    assert outcome.answer.tolist() == [[0, 0], [1, 1], [2, 2]]
    assert len(outcome.took_ms) == 3
    assert state["closed"] == -1


def test_a_task_without_proof_has_no_answer() -> None:
    assert perform(Task(call=lambda _: 1, proof=None), runs=1).answer is None


@pytest.mark.parametrize(
    ("answer", "part", "tolerance", "right"),
    [
        ([[1, 2], [3, 4]], (), 0, True),
        ([[1, 2], [3, 5]], (), 0, False),
        ([[1, 2], [3, 5]], (), 1, True),
        ([[1, 2]], (slice(0, 1),), 0, True),
        ([[2], [4]], (slice(None), slice(1, 2)), 0, True),
        ([[1, 2]], (), 0, False),
    ],
)
def test_an_answer_is_held_against_the_part_that_was_asked(
    answer: list[list[int]],
    part: tuple[slice, ...],
    tolerance: int,
    right: bool,
) -> None:
    truth = np.array([[1, 2], [3, 4]])
    task = Task(call=lambda _: None, part=part, tolerance=tolerance)
    assert agrees(task, np.array(answer), truth) is right
