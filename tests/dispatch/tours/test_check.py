"""The check of tours finds every planted fault, and nothing in a plan that holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dispatch.tours.check import check_tours
from dispatch.tours.plan import Tours, plan_tours
from dispatch.tours.problem import Carrier, Drop, Goods, Source, TourProblem, frozen
from dispatch.tours.search import Effort
from dispatch.tours.trips import Stop, Trip
from models.units import LONGEST_S, NEVER

Fault = Callable[[TourProblem, Tours], tuple[TourProblem, Tours]]


@pytest.fixture(scope="module")
def sound() -> tuple[TourProblem, Tours]:
    """One depot with one dock, two trucks that queue, go twice and rest; a drop with a window."""
    table = np.array([[0, 600, 900], [600, 0, 500], [900, 500, 0]])
    problem = TourProblem(
        items=(Goods(id="tent", grams=50, cm3=40), Goods(id="water", grams=10, cm3=10)),
        depots=(Source(id="d", place=0, grams_per_s=2, prepare_s=30, opens_s=60, closes_s=90_000),),
        vehicles=tuple(
            Carrier(
                id=f"v{k}", depot=0, grams=1000, cm3=900, driving_most_s=2000, duty_most_s=9000, rest_s=700
            )
            for k in range(2)
        ),
        drops=(
            Drop(id="a", place=1, units=(30, 40), weight=5, stop_s=120, grams_per_s=5, due_s=3000),
            Drop(id="b", place=2, units=(10, 60), opens_s=2000, closes_s=80_000, stop_s=60, grams_per_s=5),
        ),
        tables=frozen([table], np.int32),
        stock=frozen([[45, 100]], np.int64),
        allotted=frozen([[[30, 40], [10, 60]]], np.int64),
    )
    return problem, plan_tours(problem, Effort(rounds=500))


def test_a_plan_that_holds_has_no_fault(sound: tuple[TourProblem, Tours]) -> None:
    problem, tours = sound
    assert check_tours(problem, tours.trips, tours.unserved) == ()
    assert not tours.unserved
    assert any(trip.queued_s for trip in tours.trips)
    assert any(trip.rested_s for trip in tours.trips)


def _trips(tours: Tours, number: int, **changes: object) -> Tours:
    trips = list(tours.trips)
    trips[number] = replace(trips[number], **changes)  # type: ignore[arg-type]
    return replace(tours, trips=tuple(trips))


def _stop(tours: Tours, **changes: object) -> Tours:
    trip = tours.trips[0]
    return _trips(tours, 0, stops=(replace(trip.stops[0], **changes), *trip.stops[1:]))  # type: ignore[arg-type]


def _shifted(trip: Trip, seconds: int, **changes: object) -> Trip:
    stops = tuple(
        replace(s, arrive_s=s.arrive_s + seconds, begin_s=s.begin_s + seconds, leave_s=s.leave_s + seconds)
        for s in trip.stops
    )
    moved = replace(
        trip,
        load_s=trip.load_s + seconds,
        depart_s=trip.depart_s + seconds,
        stops=stops,
        back_s=trip.back_s + seconds,
    )
    return replace(moved, **changes)  # type: ignore[arg-type]


def _second(p: TourProblem, t: Tours) -> tuple[TourProblem, Tours]:
    """The second trip loads while the first one does, at the same dock."""
    first, second, *rest = t.trips
    return p, replace(t, trips=(first, _shifted(second, first.load_s - second.load_s), *rest))


def _more(stop: Stop) -> tuple[int, ...]:
    return (stop.units[0] + 1, *stop.units[1:])


FAULTS: dict[str, tuple[Fault, str]] = {
    "a load is lost": (lambda p, t: (p, replace(t, trips=t.trips[:-1])), "are delivered or given up"),
    "a load goes twice": (lambda p, t: (p, replace(t, trips=(*t.trips, t.trips[0]))), "is delivered twice"),
    "more than was loaded": (lambda p, t: (p, _stop(t, units=_more(t.trips[0].stops[0]))), "on board"),
    "more than may be issued": (
        lambda p, t: (replace(p, stock=frozen([[39, 100]], np.int64), allotted=None), t),
        "may be issued",
    ),
    "more than is allotted": (
        lambda p, t: (replace(p, allotted=frozen([[[29, 40], [10, 60]]], np.int64)), t),
        "allotted",
    ),
    "another's dock": (lambda p, t: (p, _trips(t, 0, dock=3)), "has no dock"),
    "two at one dock": (_second, "two vehicles at once"),
    "too heavy": (lambda p, t: (_fleet(p, grams=300), t), "overloaded"),
    "too bulky": (lambda p, t: (_fleet(p, cm3=200), t), "overloaded"),
    "loaded too fast": (lambda p, t: (p, _trips(t, 0, depart_s=t.trips[0].depart_s - 1)), "loading takes"),
    "loaded before it opens": (lambda p, t: (_depot(p, opens_s=5000), t), "is closed"),
    "loaded after it closes": (lambda p, t: (_depot(p, closes_s=70), t), "is closed"),
    "too soon": (lambda p, t: (p, _stop(t, arrive_s=t.trips[0].stops[0].arrive_s - 1)), "the arrival"),
    "before the window": (lambda p, t: (_drops(p, opens_s=50_000), t), "unloads while"),
    "after the window": (lambda p, t: (_drops(p, opens_s=0, closes_s=10), t), "unloads while"),
    "unloaded too fast": (
        lambda p, t: (p, _stop(t, leave_s=t.trips[0].stops[0].leave_s - 1)),
        "the time at drop",
    ),
    "home too soon": (lambda p, t: (p, _trips(t, 0, back_s=t.trips[0].back_s - 1)), "the way home"),
    "driving is hidden": (lambda p, t: (p, _trips(t, 0, driving_s=1)), "time driven"),
    "over a weak bridge": (lambda p, t: (_cut(p), t), "has no way"),
    "too many trips": (lambda p, t: (_fleet(p, trips_most=1), t), "trips; 1 are allowed"),
    "before it is free": (lambda p, t: (_fleet(p, free_s=3000), t), "before it is free"),
    "driven too long": (lambda p, t: (_fleet(p, driving_most_s=1000), t), "drives longer"),
    "on duty too long": (lambda p, t: (_fleet(p, duty_most_s=1000), t), "on duty longer"),
    "rested too little": (lambda p, t: (_fleet(p, rest_s=9000), t), "rests too little"),
    "another's depot": (lambda p, t: (_moved(p), t), "not its own"),
    "driven empty": (lambda p, t: (p, _trips(t, 0, stops=())), "drives empty"),
}


def _fleet(problem: TourProblem, **changes: Any) -> TourProblem:
    return replace(problem, vehicles=tuple(replace(own, **changes) for own in problem.vehicles))


def _depot(problem: TourProblem, **changes: Any) -> TourProblem:
    return replace(problem, depots=(replace(problem.depots[0], **changes),))


def _drops(problem: TourProblem, **changes: Any) -> TourProblem:
    changes.setdefault("closes_s", LONGEST_S)
    return replace(problem, drops=tuple(replace(drop, **changes) for drop in problem.drops))


def _cut(problem: TourProblem) -> TourProblem:
    table = problem.tables.copy()
    table[0, 0, 1:] = NEVER
    return replace(problem, tables=table)


def _moved(problem: TourProblem) -> TourProblem:
    other = replace(problem.depots[0], id="other")
    return replace(
        problem,
        depots=(problem.depots[0], other),
        vehicles=tuple(replace(own, depot=1) for own in problem.vehicles),
        stock=frozen([[45, 100], [0, 0]], np.int64),
        allotted=None,
    )


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(sound: tuple[TourProblem, Tours], name: str) -> None:
    plant, said = FAULTS[name]
    problem, tours = plant(*sound)
    found = check_tours(problem, tours.trips, tours.unserved)
    assert any(said in fault.en for fault in found), [fault.en for fault in found]
    assert all(fault.zh and fault.zh != fault.en for fault in found)
