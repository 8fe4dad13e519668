"""The arrays of a district against its words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from dispatch.problem import issuable
from dispatch.tables.roster import ECHELONS, Roster, group
from models.doctrine import Volunteers, VolunteerStrength
from models.force import Echelon, Entry
from models.supply import Condition, Lot
from tests.dispatch.cases import CAPABILITIES, ITEMS, depot, district, doctrine, name, place, team, town

ENTRIES = tuple(Entry(name=name(f"b{k}"), position=place(50 + k), lead_s=100 * k) for k in range(2))


def roster() -> Roster:
    force = [
        team(0, {"flood": 2, "fire": 1}, town="A", equipment={"boat": 2}, approval="chief"),
        team(1, {"rescue": 5}, availability=0.5, area=("B",), profile="boat"),
        team(2, echelon=Echelon.ENTERPRISE, entries=ENTRIES, profile="truck"),
        team(3, echelon=Echelon.ENTERPRISE, town="B", position=place(9), equipment={"boat": 0}),
    ]
    lots = (
        Lot(id="l1", item="tent", quantity=5, batch="b", expires=date(2026, 8, 1)),
        Lot(id="l2", item="tent", quantity=7, batch="b"),
        Lot(id="l3", item="tent", quantity=9, batch="b", condition=Condition.DAMAGED),
        Lot(id="l4", item="boat", quantity=1, batch="b"),
    )
    stores = [
        replace(depot(0, {}), lots=lots, reserve={"tent": 6, "boat": 3}),
        depot(1, {"boat": 4}),
        depot(2, {}),
    ]
    rule = Volunteers(count=VolunteerStrength.EXPECTED)
    return Roster(district(force, stores, towns=(town("A"), town("B")), doctrine=doctrine(volunteers=rule)))


def test_strengths_stand_under_their_capability() -> None:
    """Of the team that turns out with a half, two of five units count."""
    ours = roster()
    columns = [ours.capability[key] for key in CAPABILITIES]
    assert ours.strengths[:, columns].tolist() == [[2, 1, 0], [0, 0, 2], [1, 0, 0], [1, 0, 0]]


def test_homes_towns_and_areas() -> None:
    """A team without an area may go everywhere, also where no town is; one with an area only there."""
    ours = roster()
    assert ours.home_town.tolist() == [0, -1, -1, 1]
    assert ours.area.tolist() == [[True] * 3, [False, True, False], [True] * 3, [True] * 3]
    assert [ECHELONS[k] for k in ours.echelon.tolist()] == [each.echelon for each in ours.district.teams]


def test_doubt_is_approval_and_unreliability() -> None:
    """25 for the chief's word, half of 20 for a team that comes every other time."""
    assert roster().doubt.tolist() == [25, 10, 0, 0]


def test_starts_by_vehicle() -> None:
    """Who comes by a border road starts there; all others where the roster has them, reported or at home."""
    ours = roster()
    homes = {each.profile: (each.rows.tolist(), each.places) for each in ours.homes}
    assert homes == {
        "boat": ([1], (place(1).wgs84,)),
        "light_rescue": ([0, 3], (place(0).wgs84, place(9).wgs84)),
    }
    ((starts, leads),) = ours.borders
    assert (starts.profile, starts.rows.tolist(), leads.tolist()) == ("truck", [2, 2], [0, 100])
    assert starts.places == (place(50).wgs84, place(51).wgs84)


def test_grouping_keeps_the_order_within_a_vehicle() -> None:
    """Rows and places stay side by side."""
    rows = [(4, "b", place(4).wgs84), (1, "a", place(1).wgs84), (2, "b", place(2).wgs84)]
    assert [(each.profile, each.rows.tolist()) for each in group(rows)] == [("a", [1]), ("b", [4, 2])]
    assert group(rows)[1].places == (place(4).wgs84, place(2).wgs84)
    assert group([]) == ()


def test_sites_of_enterprises_are_their_homes() -> None:
    """Not where they happen to be."""
    rows, places = roster().enterprise_place
    assert rows.tolist() == [2, 3]
    assert places.tolist() == [[0.002, 0.0], [0.003, 0.0]]


def test_who_carries_an_item() -> None:
    """None of it is not carrying it."""
    assert roster().carries("boat").tolist() == [True, False, False, False]


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("day", [date(2026, 7, 1), date(2026, 7, 31), date(2026, 8, 1), date(2026, 8, 2)])
def test_issuable_stock_equals_the_plain_count(item: str, day: date) -> None:
    """Good lots, not expired on the day, above the reserve floor: the vector and the plain function agree."""
    ours = roster()
    plain = [issuable(each, item, day) for each in ours.district.depots]
    assert ours.issuable(item, day).tolist() == plain


def test_a_district_without_stock_has_none_to_issue() -> None:
    """No lots at all: zeros, no error."""
    assert Roster(district([team(0)], [depot(0, {})])).issuable("tent", date(2026, 7, 1)).tolist() == [0]
    assert np.array_equal(Roster(district([team(0)])).issuable("tent", date(2026, 7, 1)), [])


def test_holders_have_a_lot_of_it_usable_or_not() -> None:
    """Depots with any of the items, in order."""
    assert roster().holders({"boat"}) == [0, 1]
    assert roster().holders({"tent"}) == [0]
    assert roster().holders(set()) == []
