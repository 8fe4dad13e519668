"""Tables that do not fit are refused in one sentence that says where."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dispatch.sequencing.problem import problem
from kernels.jit import NEVER
from kernels.sequence import NOBODY, NOBODY_CAN
from models.errors import InputError

GOOD: dict[str, Any] = {
    "weight": [3, 1],
    "service": [[10, 20], [NEVER, 30]],
    "first": [[5, 6], [7, 8]],
    "between": [[0, 4], [4, 0]],
}


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        ({"service": [1, 2]}, "service", "1 axes"),
        ({"weight": [1, 2, 3]}, "weight", "shape (3,)"),
        ({"first": [[1, 2]]}, "first", "(2, 2) would fit"),
        ({"free": [1]}, "free", "2 units and 2 incidents"),
        ({"weight": [0, 1]}, "weight", "a weight is 0"),
        ({"release": [-5, 0]}, "release", "a time is -5"),
        ({"profile": [0, 1]}, "profile", "there are 1"),
        ({"locked": [2, NOBODY]}, "locked[0]", "incident 2; there are 2"),
        ({"locked": [1, 1]}, "locked[1]", "unit 0 already"),
        ({"locked": [NOBODY, 0]}, "locked[1]", "cannot serve or reach"),
        ({"release": [NEVER - 1, 0]}, "", "end at"),
        ({"weight": [2**60, 2**60]}, "", "can be added up"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(change: dict[str, Any], where: str, words: str) -> None:
    with pytest.raises(InputError) as refused:
        problem(**(GOOD | change))
    assert refused.value.where == where
    assert words in refused.value.sentence


def test_what_is_left_out_is_usual() -> None:
    made = problem(**GOOD)
    assert made.between.shape == (1, 2, 2)
    assert made.free.tolist() == made.profile.tolist() == made.release.tolist() == [0, 0]
    assert made.locked.tolist() == [NOBODY, NOBODY]


def test_tables_cannot_be_written() -> None:
    made = problem(**GOOD)
    with pytest.raises(ValueError, match="read-only"):
        made.weight[0] = 5


def test_late_is_later_than_everything_one_after_another() -> None:
    made = problem(**GOOD, free=[100, 0], release=[0, 50])
    assert made.late == (10 + 30) + (7 + 8) + (4 + 4) + 100 + 50 + 1


def test_an_incident_that_nobody_can_serve_is_known() -> None:
    none = problem(**(GOOD | {"service": [[10, NEVER], [10, NEVER]]}))
    assert none.jobs().owner.tolist() == [NOBODY, NOBODY_CAN]


def test_an_incident_reached_through_another_can_be_served() -> None:
    through = problem(**(GOOD | {"first": [[5, NEVER], [5, NEVER]]}))
    assert through.jobs().owner.tolist() == [NOBODY, NOBODY]


def test_other_service_times_leave_the_rest() -> None:
    other = problem(**GOOD).with_service([[1, 2], [3, 4]])
    assert other.service.dtype == np.int32
    assert other.service.tolist() == [[1, 2], [3, 4]]
    assert other.first.tolist() == GOOD["first"]
