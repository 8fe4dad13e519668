"""A plan told in both languages: every trip, every load, everything that is missing."""

from __future__ import annotations

import re

import pytest

from dispatch.language import Phrases
from dispatch.tours.plan import plan_tours
from dispatch.tours.search import Effort
from dispatch.tours.tell import tell
from models.place import Name
from tests.dispatch.tours.cases import tour_case


@pytest.mark.parametrize(
    ("language", "word", "short"), [("en", "leaves", "does not get"), ("zh", "出发", "缺")]
)
def test_a_plan_is_told_trip_by_trip(language: str, word: str, short: str) -> None:
    problem = next(p for p in map(tour_case, range(20)) if plan_tours(p, Effort(rounds=20)).unserved)
    tours = plan_tours(problem, Effort(rounds=20))
    names = {"i0": Name(zh="帐篷", en="tents"), "i1": Name(zh="被子", en="quilts")}
    lines = list(tell(problem, tours, Phrases(language), names))
    assert sum(word in line for line in lines) == len(tours.trips) > 0
    assert sum(short in line for line in lines) == len(tours.unserved)
    for k, key in enumerate(("i0", "i1")):
        told = sum(
            int(n) for line in lines for n in re.findall(rf"(\d+) {names[key].in_language(language)}", line)
        )
        assert told == int(problem.needs[:, k].sum())
    times = [line.split()[0] for line in lines if word in line]
    assert all(re.fullmatch(r"\+\d+:\d\d", time) for time in times)
