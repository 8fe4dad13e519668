"""The arrays of the depots against their words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import numpy as np
import pytest

from dispatch.problem import issuable
from dispatch.tables.stock import Stock
from models.force import Shift
from models.supply import Condition, Depot, Lot
from tests.dispatch.cases import ITEMS, depot, district, place, team

NOON, NIGHT = datetime(2026, 7, 1, 12, tzinfo=UTC), datetime(2026, 7, 1, 23, tzinfo=UTC)


def stock(*stores: Depot) -> Stock:
    return Stock(district([team(0)], stores))


def three() -> Stock:
    lots = (
        Lot(id="l1", item="tent", quantity=5, batch="b", expires=date(2026, 8, 1)),
        Lot(id="l2", item="tent", quantity=7, batch="b"),
        Lot(id="l3", item="tent", quantity=9, batch="b", condition=Condition.DAMAGED),
        Lot(id="l4", item="boat", quantity=1, batch="b"),
    )
    return stock(
        replace(depot(0, {}), lots=lots, reserve={"tent": 6, "boat": 3}),
        depot(1, {"boat": 4}, trucks=2),
        depot(2, {}, reserve={"tent": 1}),
    )


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("day", [date(2026, 7, 1), date(2026, 7, 31), date(2026, 8, 1), date(2026, 8, 2)])
def test_issuable_stock_equals_the_plain_count(item: str, day: date) -> None:
    """Good lots, not expired on the day, above the reserve floor: the vector and the plain function agree."""
    ours = three()
    plain = [issuable(each, item, day) for each in ours.district.depots]
    assert ours.issuable(item, day).tolist() == plain


def test_a_district_without_stock_has_none_to_issue() -> None:
    """No lots at all: zeros, no error."""
    assert stock(depot(0, {})).issuable("tent", date(2026, 7, 1)).tolist() == [0]
    assert np.array_equal(stock().issuable("tent", date(2026, 7, 1)), [])


def test_trucks_leave_depots_that_have_it_usable_or_not() -> None:
    """Trucks of depots with a lot of any of the items, in order."""
    ours = three()
    assert ours.leaving({"boat"}, NOON).tolist() == [0, 1, 2]
    assert ours.leaving({"tent"}, NOON).tolist() == [0]
    assert ours.leaving(set(), NOON).tolist() == []
    assert stock().leaving({"boat"}, NOON).tolist() == []


def test_trucks_leave_while_their_depot_is_open() -> None:
    """Of a depot with hours only then; what was closed at one moment is open at the next."""
    hours = (Shift(start=time(6), end=time(18)),)
    ours = stock(depot(0, {"boat": 1}, hours=hours), depot(1, {"boat": 1}))
    assert [ours.leaving({"boat"}, at).tolist() for at in (NOON, NIGHT, NOON)] == [[0, 1], [1], [0, 1]]


def test_the_fleet_is_every_truck_that_is_available() -> None:
    """With its depot, the time to get it ready, and where it stands."""
    store = depot(1, {"boat": 4}, trucks=3, loading_kg_per_min=70.0)
    away, other, last = store.trucks
    trucks = (replace(away, available=False), replace(other, profile="van"), last)
    fleet = stock(depot(0, {}), replace(store, trucks=trucks)).fleet
    assert [(d, truck.id) for d, truck in fleet.trucks] == [(0, "D0-K0"), (1, "D1-K1"), (1, "D1-K2")]
    assert fleet.depot.tolist() == [0, 1, 1]
    assert fleet.prepare_s.tolist() == [120 + 120, 120 + 86, 120 + 86]
    assert [(each.profile, each.rows.tolist(), each.places) for each in fleet.starts] == [
        ("relief_truck", [0, 2], (place(0).wgs84, place(1).wgs84)),
        ("van", [1], (place(1).wgs84,)),
    ]
