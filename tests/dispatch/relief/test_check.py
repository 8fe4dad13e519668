"""The check finds what is wrong with a plan of relief, whatever it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch.check.relief import check_relief
from dispatch.desk import Desk
from models.relief_plan import ReliefPlan, ReliefTrip
from scenarios.catalogue import sample_relief

MINUTE = timedelta(minutes=1)


def trips(plan: ReliefPlan, change: Callable[[ReliefTrip], ReliefTrip], at: int = 0) -> ReliefPlan:
    """Change one trip."""
    return replace(plan, trips=tuple(change(trip) if n == at else trip for n, trip in enumerate(plan.trips)))


def stop(trip: ReliefTrip, **changes: Any) -> ReliefTrip:
    return replace(trip, stops=(replace(trip.stops[0], **changes), *trip.stops[1:]))


def load(trip: ReliefTrip, **changes: Any) -> ReliefTrip:
    first = trip.stops[0]
    return stop(trip, loads=(replace(first.loads[0], **changes), *first.loads[1:]))


FAULTS: dict[str, tuple[Callable[[ReliefPlan], ReliefPlan], str]] = {
    "more on board than it says": (
        lambda p: trips(p, lambda t: load(t, quantity=t.stops[0].loads[0].quantity + 5)),
        "not what it says",
    ),
    "too heavy": (
        lambda p: trips(p, lambda t: replace(load(t, quantity=90_000), kg=1e6)),
        "more than it holds",
    ),
    "another depot's vehicle": (
        lambda p: trips(p, lambda t: replace(t, vehicle=p.trips[-1].vehicle)),
        "is not to be had",
    ),
    "a vehicle nobody has": (
        lambda p: trips(p, lambda t: replace(t, vehicle="ghost")),
        "is not in this district",
    ),
    "another profile": (lambda p: trips(p, lambda t: replace(t, profile="foot")), "is not to be had"),
    "a lot nobody has": (lambda p: trips(p, lambda t: load(t, lot="ghost")), "has no lot ghost"),
    "a lot given out twice": (lambda p: trips(p, lambda t: load(t, quantity=100_000)), "are issued, it has"),
    "off before it is loaded": (
        lambda p: trips(p, lambda t: replace(t, loads_at=t.departs_at)),
        "before it is loaded",
    ),
    "loading before release": (
        lambda p: trips(p, lambda t: replace(t, loads_at=p.made_for)),
        "before the depot has released",
    ),
    "faster than the road": (
        lambda p: trips(p, lambda t: stop(t, arrives_at=t.stops[0].arrives_at - MINUTE)),
        "the way to",
    ),
    "unloaded before it is there": (
        lambda p: trips(p, lambda t: stop(t, begins_at=t.stops[0].arrives_at - MINUTE)),
        "before it is there",
    ),
    "back too soon": (lambda p: trips(p, lambda t: replace(t, back_at=t.departs_at)), "the way back takes"),
    "the same trip twice": (lambda p: replace(p, trips=(*p.trips, p.trips[0])), "loads for trip"),
    "one dock, two vehicles": (
        lambda p: replace(
            p,
            trips=(
                *p.trips,
                replace(p.trips[0], vehicle=p.trips[1].vehicle, loads_at=p.trips[0].loads_at),
            ),
        ),
        "at once",
    ),
    "too long at the wheel": (
        lambda p: trips(p, lambda t: replace(t, back_at=t.back_at + timedelta(hours=5))),
        "without a rest",
    ),
    "delivered to nobody's need": (
        lambda p: trips(p, lambda t: load(t, need="sandbag")),
        "does not stand in for",
    ),
    "more delivered than comes": (
        lambda p: replace(p, needs=(replace(p.needs[0], delivered=p.needs[0].delivered - 1), *p.needs[1:])),
        "come, not",
    ),
    "a need that is too small": (
        lambda p: replace(
            p,
            needs=(
                replace(p.needs[0], quantity=p.needs[0].quantity - 1, delivered=p.needs[0].delivered - 1),
                *p.needs[1:],
            ),
        ),
        "are needed",
    ),
    "a need left out": (lambda p: replace(p, needs=p.needs[1:]), "are needed"),
    "an estimate of fewer people": (
        lambda p: replace(p, estimates=(replace(p.estimates[0], people=1), *p.estimates[1:])),
        "it should be",
    ),
    "shortfall not said": (
        lambda p: replace(
            trips(p, lambda t: stop(t, loads=())),
            needs=tuple(replace(n, delivered=0) if n.item == "first_aid_kit" else n for n in p.needs),
        ),
        "does not say so",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name: str, desk: Desk, relief: ReliefPlan) -> None:
    plant, sentence = FAULTS[name]
    travel = desk.travel_with(relief.asked.closures, relief.made_for)
    found = check_relief(desk.world.district, travel, plant(relief), sample_relief())
    assert not found.ok
    assert any(sentence in fault for fault in found.faults), found.faults


def test_a_road_that_is_closed_after_all_is_found(desk: Desk, relief: ReliefPlan) -> None:
    """The plan of open roads on closed ones."""
    shut = tuple(replace(closure, radius_m=4000.0) for closure in relief.asked.closures)
    found = check_relief(
        desk.world.district, desk.travel_with(shut, relief.made_for), relief, sample_relief()
    )
    assert any("the way to" in fault or "no way" in fault for fault in found.faults)
