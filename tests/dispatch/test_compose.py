"""From choices to words: lots by first expiry, times rounded up, levels in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dispatch.allocation import Allocated, Trip
from dispatch.assignment import Assigned, Sent
from dispatch.compose import compose
from dispatch.lexicographic import Level
from dispatch.problem import Problem
from dispatch.tables.build import build
from dispatch.tables.roster import Roster
from models.crs import LngLat
from models.force import TeamStatus
from models.incident import ForceNeed, SupplyNeed
from models.plan import Plan
from models.request import Lock
from models.supply import Condition, Lot
from models.units import NEVER
from tests.dispatch.cases import (
    NOW,
    MatrixTravel,
    StraightWay,
    depot,
    district,
    incident,
    matrix,
    problem,
    request,
    solved,
    team,
)

NOTHING = Level(0, 0)
TEAM_LEVELS, GOODS_LEVELS = (NOTHING,) * 6, (NOTHING,) * 4


def lot(ident: str, units: int, expires: date | None, **changes: Any) -> Lot:
    return replace(
        Lot(id=ident, item="tent", quantity=units, batch="b", expires=expires),
        **changes,
    )


LOTS = (
    lot("never", 5, None),
    lot("later", 5, date(2028, 1, 1)),
    lot("soon-b", 2, date(2027, 1, 1)),
    lot("soon-a", 2, date(2027, 1, 1)),
    lot("old", 5, date(2026, 1, 1)),
    lot("wet", 5, date(2026, 8, 1), condition=Condition.DAMAGED),
    lot("boats", 5, date(2026, 8, 1), item="boat"),
)


def shipped(*units: int) -> list[list[tuple[str, int]]]:
    """Lots and units on the trucks of one depot, one truck per entry of `units`."""
    store = replace(depot(0, {}, trucks=len(units)), lots=LOTS)
    needs = (SupplyNeed(item="tent", quantity=sum(units), deadline_s=1800),)
    case = problem(district([team(0)], [store]), request([incident(0, supply_needs=needs)]), [[100]])
    trips = tuple(Trip(v, 0, ((0, count),)) for v, count in enumerate(units))
    plan = compose(case, Assigned((), TEAM_LEVELS), Allocated(trips, GOODS_LEVELS), matrix([[0]]))
    return [[(load.lot, load.quantity) for load in each.loads] for each in plan.shipments]


def test_what_expires_first_goes_first() -> None:
    """By expiry, then by lot; what never expires last; expired, damaged and other goods not at all."""
    assert shipped(11) == [[("soon-a", 2), ("soon-b", 2), ("later", 5), ("never", 2)]]


def test_trucks_of_one_depot_share_its_shelves() -> None:
    """The second truck goes on where the first stopped."""
    assert shipped(3, 4, 7) == [
        [("soon-a", 2), ("soon-b", 1)],
        [("soon-b", 1), ("later", 3)],
        [("later", 2), ("never", 5)],
    ]


class Deciseconds(MatrixTravel):
    """Every way takes as many deciseconds."""

    def __init__(self, time_ds: int, way: StraightWay | None = None) -> None:
        super().__init__(np.array([[0]]))
        self.time_ds, self.way = time_ds, way

    def table(
        self, profile_id: str, origins: Sequence[LngLat], destinations: Sequence[LngLat]
    ) -> NDArray[np.int32]:
        return np.full((len(origins), len(destinations)), self.time_ds, dtype=np.int32)

    def path(self, profile_id: str, origin: LngLat, destination: LngLat) -> StraightWay:
        return self.way or super().path(profile_id, origin, destination)


def composed(travel: Deciseconds, **changes: Any) -> Plan:
    """One team and one truck on the way."""
    needs = (SupplyNeed(item="tent", quantity=2, deadline_s=1800),)
    event = incident(0, supply_needs=needs, reported_at=NOW - timedelta(seconds=20))
    case = build(
        Roster(district([team(0, **changes)], [depot(0, {"tent": 2})])),
        request([event]),
        travel,
        towns=[""],
        inputs_digest="digest",
    )
    assigned = Assigned((Sent(0, 0, ((0, 1),)),), TEAM_LEVELS)
    return compose(case, assigned, Allocated((Trip(0, 0, ((0, 2),)),), GOODS_LEVELS), travel)


@pytest.mark.parametrize(("time_ds", "seconds"), [(1000, 100), (1001, 101), (1009, 101), (1, 1), (0, 0)])
def test_a_promise_is_never_too_early(time_ds: int, seconds: int) -> None:
    """Driving is rounded up to whole seconds, for teams and trucks."""
    plan = composed(Deciseconds(time_ds))
    assert plan.assignments[0].eta.travel_s == seconds
    assert plan.shipments[0].eta.travel_s == seconds


def test_times_of_a_team_and_a_truck() -> None:
    """Departure is arrival less driving, arrival is now plus all parts."""
    plan = composed(Deciseconds(1000), free_from=NOW + timedelta(seconds=30), turnout_s=90)
    going, truck = plan.assignments[0], plan.shipments[0]
    assert (going.eta.wait_s, going.eta.call_processing_s, going.eta.turnout_s) == (30, 40, 90)
    assert going.arrives_at == NOW + timedelta(seconds=260)
    assert going.departs_at == NOW + timedelta(seconds=160)
    assert (truck.eta.wait_s, truck.eta.call_processing_s, truck.eta.turnout_s) == (0, 40, 240)
    assert truck.arrives_at == NOW + timedelta(seconds=380)
    assert truck.departs_at == NOW + timedelta(seconds=280)
    assert (truck.kg, truck.m3) == (20.0, 0.2)


def test_a_route_is_whole_metres_and_a_tenth_of_a_metre_of_degrees() -> None:
    """Six decimals of a degree; names in order."""
    way = StraightWay(
        points=(LngLat(105.12345678, 29.0), LngLat(105.2, 29.98765432)), length_m=1234.56, roads=("G93", "X1")
    )
    route = composed(Deciseconds(10, way)).assignments[0].route
    assert route.length_m == 1235
    assert route.points == ((105.123457, 29.0), (105.2, 29.987654))
    assert route.roads == ("G93", "X1")
    assert route.profile == "light_rescue"


def test_a_time_without_a_path_is_a_broken_router() -> None:
    """It is not passed over in silence."""

    class Broken(Deciseconds):
        def path(self, profile_id: str, origin: LngLat, destination: LngLat) -> None:  # type: ignore[override]
            return None

    with pytest.raises(RuntimeError, match="light_rescue has a time but no path"):
        composed(Broken(100))


def order_case() -> Problem:
    needs = (
        ForceNeed(capability="flood", strength=3, target_s=100),
        ForceNeed(capability="fire", strength=1, target_s=100),
    )
    events = [incident(i, force_needs=needs) for i in range(2)]
    force = [
        team(0),
        team(1),
        team(2, approval="chief", status=TeamStatus.RETURNING),
        team(3, {"flood": 1, "fire": 1}),
    ]
    seconds = [[300, NEVER], [200, NEVER], [NEVER, 300], [NEVER, 50]]
    return problem(district(force), request(events, locks=(Lock(team="T1", incident="I0"),)), seconds)


def test_assignments_stand_by_incident_and_arrival() -> None:
    """The operator reads down the page in the order in which help arrives."""
    plan = solved(order_case())
    assert [(each.incident, each.team) for each in plan.assignments] == [
        ("I0", "T1"),
        ("I0", "T0"),
        ("I1", "T3"),
        ("I1", "T2"),
    ]
    served = {
        each.team: {fill.capability: fill.strength for fill in each.serves} for each in plan.assignments
    }
    assert served["T3"] == {"flood": 1, "fire": 1}


def test_approver_and_lock_are_written_down() -> None:
    """Only the team that needs a word names whose; only the locked team says so."""
    plan = solved(order_case())
    assert {each.team: each.approver and each.approver.en for each in plan.assignments} == {
        "T0": None,
        "T1": None,
        "T2": "chief",
        "T3": None,
    }
    assert [each.team for each in plan.assignments if each.locked] == ["T1"]


def test_levels_stand_in_order_with_bound_and_gap() -> None:
    """Teams and goods side by side, 1 to 6; a gap is what the bound leaves open, of the value."""
    teams = tuple(
        Level(value, bound) for value, bound in ((10, 10), (20, 15), (0, 0), (7, 7), (5, 5), (3, 1))
    )
    goods = tuple(Level(value, bound) for value, bound in ((40, 39), (0, 0), (8, 8), (9, 6)))
    case = problem(district([team(0)]), request([incident(0)]), [[100]])
    plan = compose(case, Assigned((), teams), Allocated((), goods), matrix([[0]]))
    entries = [(each.level, each.value, each.bound, each.gap, each.proven) for each in plan.objective]
    assert entries == [
        (1, 10, 10, 0.0, True),
        (1, 40, 39, 0.025, False),
        (2, 20, 15, 0.25, False),
        (2, 0, 0, 0.0, True),
        (3, 0, 0, 0.0, True),
        (3, 8, 8, 0.0, True),
        (4, 7, 7, 0.0, True),
        (4, 9, 6, 0.333333, False),
        (5, 5, 5, 0.0, True),
        (6, 3, 1, 0.666667, False),
    ]


def test_the_plan_says_what_it_was_made_of() -> None:
    """Request, world, doctrine, digest, seed, moment; demo data are marked as such."""
    case = problem(district([team(0)]), request([incident(0)], seed=7), [[100]])
    plan = solved(case)
    assert (plan.request, plan.world, plan.doctrine, plan.inputs_digest, plan.seed) == (
        "test", "test", "test-1", "digest", 7,
    )  # fmt: skip
    assert plan.made_for == NOW
    assert plan.label.en == "test"
    demo = problem(district([team(0)], demo=True), request([incident(0)]), [[100]])
    assert solved(demo).label.en == "test (demo data)"
    assert "演示" in solved(demo).label.zh
