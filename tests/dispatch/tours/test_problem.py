"""What a tour problem refuses: one sentence that names the thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from dispatch.tours.problem import Carrier, Drop, Goods, Source, TourProblem, frozen
from models.errors import InputError
from models.units import NEVER
from tests.dispatch.tours.cases import tour_case

BAD: dict[str, Callable[[TourProblem], object]] = {
    "item i9: grams is 0; 1 to": lambda _: Goods(id="i9", grams=0, cm3=1),
    "item i9: cm3 is -1; 0 to": lambda _: Goods(id="i9", grams=1, cm3=-1),
    "depot d9: grams_per_s is 0": lambda _: Source(id="d9", place=0, grams_per_s=0),
    "depot d9: docks is 0; 1 to": lambda _: Source(id="d9", place=0, grams_per_s=1, docks=0),
    "depot d9: opens_s is 9, after closes_s 3": lambda _: Source(
        id="d9", place=0, grams_per_s=1, opens_s=9, closes_s=3
    ),
    "vehicle v9: grams is 0": lambda _: Carrier(id="v9", depot=0, grams=0, cm3=1),
    "vehicle v9: trips_most is 0": lambda _: Carrier(id="v9", depot=0, grams=1, cm3=1, trips_most=0),
    "vehicle v9: driving_most_s is 0": lambda _: Carrier(id="v9", depot=0, grams=1, cm3=1, driving_most_s=0),
    "drop j9: units is -1": lambda _: Drop(id="j9", place=0, units=(-1,)),
    "drop j9: weight is 0": lambda _: Drop(id="j9", place=0, units=(1,), weight=0),
    "drop j9: opens_s is 5, after closes_s 4": lambda _: Drop(
        id="j9", place=0, units=(), opens_s=5, closes_s=4
    ),
    "tables: the table has shape (3, 4); tables by": lambda p: replace(
        p, tables=np.zeros((3, 4), dtype=np.int32)
    ),
    "times run from -1 to": lambda p: replace(p, tables=p.tables - 1),
    f"0 to {NEVER} (no way)": lambda p: replace(p, tables=p.tables + NEVER),
    "place 0 is not 0 seconds from itself": lambda p: replace(p, tables=np.minimum(p.tables + 1, NEVER)),
    "drop j0: place 99 is not in the table": lambda p: replace(
        p, drops=(replace(p.drops[0], place=99), *p.drops[1:])
    ),
    "vehicle v0: depot is 7; there are": lambda p: replace(p, vehicles=(replace(p.vehicles[0], depot=7),)),
    "vehicle v0: table is 7; there are 2": lambda p: replace(p, vehicles=(replace(p.vehicles[0], table=7),)),
    "vehicle v0 is there twice": lambda p: replace(p, vehicles=p.vehicles[:1] * 2),
    "drop j0: 1 amounts are given for 2 items": lambda p: replace(
        p, drops=(replace(p.drops[0], units=(1,)),)
    ),
    "stock: the table has shape (1, 1)": lambda p: replace(p, stock=frozen([[1]], np.int64)),
    "stock: an amount is -30": lambda p: replace(p, stock=frozen(-p.stock, np.int64)),
    "units of i0 are allotted; 0 may be issued": lambda p: replace(
        p, stock=frozen(p.stock * 0, np.int64), allotted=_all(p)
    ),
    "drop j0: 101 units of i0 are allotted;": lambda p: replace(
        p, stock=frozen(p.stock + 10_000, np.int64), allotted=_all(p, 101)
    ),
}


def _all(problem: TourProblem, units: int | None = None) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    sent = np.zeros((len(problem.depots), len(problem.drops), 2), dtype=np.int64)
    sent[0] = problem.needs if units is None else units
    return frozen(sent, np.int64)


@pytest.mark.parametrize("sentence", BAD)
def test_it_is_refused(sentence: str) -> None:
    problem = tour_case(2)
    assert problem.needs[:, 0].any()
    with pytest.raises(InputError) as found:
        BAD[sentence](problem)
    assert sentence in str(found.value)
