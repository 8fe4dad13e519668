"""Service times as ranges: the harm stays within what is said."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from benchmarks.sequencing_instances import instance
from dispatch.sequencing.problem import Problem
from dispatch.sequencing.ranges import Ranges, harm_range, harms, ranges, schedule_ranges
from dispatch.sequencing.schedule import Effort, replay, schedule
from kernels.jit import NEVER
from models.errors import InputError

AMPLE = Effort(rounds=500, seconds=600.0)


def around(p: Problem) -> Ranges:
    """Ranges from half the time on scene to twice it."""
    can = p.service < NEVER
    return ranges(np.where(can, p.service // 2, NEVER), p.service, np.where(can, p.service * 2, NEVER))


def test_expected_times_are_the_mean_rounded_up() -> None:
    times = ranges([[1, NEVER]], [[2, NEVER]], [[4, NEVER]])
    assert times.expected().tolist() == [[3, NEVER]]


def test_least_and_most_harm_are_those_of_least_and_most_times() -> None:
    p = instance("roads", 12, 4, 1)
    times = around(p)
    outcome, found = schedule_ranges(p, times, effort=AMPLE)
    for name, table in (("least", times.least), ("likely", times.likely), ("most", times.most)):
        assert asdict(found)[name] == replay(p.with_service(table), outcome.stops).value
    assert found.expected == outcome.value
    assert found.least < found.low < found.expected < found.high < found.most


def test_every_draw_lies_within_the_range() -> None:
    p = instance("far", 10, 4, 2)
    times = around(p)
    stops = schedule(p, effort=AMPLE).stops
    found = harm_range(p, stops, times)
    unit = np.zeros(p.incidents, dtype=np.int64)
    for number, row in enumerate(stops):
        unit[list(row)] = number
    jobs = np.arange(p.incidents)
    drawn = np.random.default_rng(1).integers(
        times.least[unit, jobs], times.most[unit, jobs] + 1, (500, p.incidents)
    )
    values = harms(p, stops, drawn)
    assert found.least <= values.min() < values.max() <= found.most


def test_times_that_are_certain_have_no_range() -> None:
    p = instance("wex", 8, 3, 1)
    found = harm_range(p, schedule(p, effort=AMPLE).stops, ranges(p.service, p.service, p.service))
    assert len(set(asdict(found).values())) == 1


def test_the_same_seed_gives_the_same_range() -> None:
    p = instance("wex", 8, 3, 1)
    assert schedule_ranges(p, around(p), effort=AMPLE)[1] == schedule_ranges(p, around(p), effort=AMPLE)[1]


@pytest.mark.parametrize(
    ("tables", "where", "words"),
    [
        (([[5]], [[4]], [[6]]), "likely", "do not ascend"),
        (([[3]], [[4]], [[NEVER]]), "most", "unit 0 at incident 0"),
        (([[3]], [[4, 5]], [[6]]), "likely", "shape (1, 2)"),
    ],
)
def test_ranges_that_do_not_fit_are_refused(
    tables: tuple[list[list[int]], ...], where: str, words: str
) -> None:
    with pytest.raises(InputError) as refused:
        ranges(*tables)
    assert refused.value.where == where
    assert words in refused.value.sentence
