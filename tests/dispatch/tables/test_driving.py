"""What one question asks of the router."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from dispatch.tables.build import build
from dispatch.tables.driving import Driving, whole_seconds
from dispatch.tables.roster import Roster
from models.crs import LngLat
from models.errors import InputError
from models.incident import SupplyNeed
from models.supply import Depot
from models.units import NEVER
from tests.dispatch.cases import MatrixTravel, depot, district, incident, matrix, place, request, team

TENTS = SupplyNeed(item="tent", quantity=1, deadline_s=1800)
SECONDS = [[100 * row + column for column in range(6)] for row in range(6)]


class Heard(MatrixTravel):
    """Notes what it is asked; knows no vehicle called balloon."""

    def __init__(self) -> None:
        super().__init__(np.array(SECONDS, dtype=np.int64))
        self.asked: list[tuple[str, int]] = []

    def table(
        self, profile_id: str, origins: Sequence[LngLat], destinations: Sequence[LngLat]
    ) -> NDArray[np.int32]:
        if profile_id == "balloon":
            raise InputError("no vehicle profile {id!r}", id=profile_id)
        self.asked.append((profile_id, len(origins)))
        return super().table(profile_id, origins, destinations)


def with_profile(store: Depot, profile: str) -> Depot:
    return replace(store, trucks=tuple(replace(truck, profile=profile) for truck in store.trucks))


def test_teams_and_trucks_of_one_kind_are_asked_for_together_and_once() -> None:
    """One list of places for each kind, whoever goes; teams stand first in it."""
    stores = [with_profile(depot(2, {"tent": 1}), "van"), with_profile(depot(3, {"boat": 1}), "van")]
    world = district([team(0, profile="van"), team(1)], stores)
    travel, ends = Heard(), [place(4).wgs84, place(5).wgs84]
    driving = Driving(Roster(world), travel, ends)

    for _ in range(2):
        teams, trucks = driving.to_incidents("van")
        assert (teams.tolist(), trucks.tolist()) == ([[4, 5]], [[204, 205], [304, 305]])
        teams, trucks = driving.to_incidents("light_rescue")
        assert (teams.tolist(), trucks.shape) == ([[104, 105]], (0, 2))
    assert travel.asked == [("van", 3), ("light_rescue", 1)]


def test_trucks_take_their_own_times_whichever_leave() -> None:
    """Those of depots without what is needed are in the list of the router, not in the problem."""
    stores = [depot(d, {"tent" if d in {2, 4} else "boat": 1}) for d in range(1, 5)]
    case = build(
        Roster(district([team(0)], stores)),
        request([incident(5, supply_needs=(TENTS,))]),
        matrix(SECONDS),
        towns=[""],
        inputs_digest="",
    )
    assert [truck.id for _, truck in case.supply.trucks] == ["D2-K0", "D4-K0"]
    assert case.supply.travel_s.tolist() == [[205], [405]]


@pytest.mark.parametrize(("item", "who"), [("tent", "truck D2-K0"), ("boat", "team T0")])
def test_an_unknown_vehicle_is_told_of_who_would_go_with_it(item: str, who: str) -> None:
    """The first truck that leaves with it; a team where no such truck leaves."""
    balloons = [with_profile(depot(d, {"tent" if d > 1 else "flag": 1}), "balloon") for d in (1, 2, 3)]
    stores = [replace(balloons[0], lots=()), *balloons[1:], depot(4, {"boat": 1})]
    roster = Roster(district([team(0, profile="balloon")], stores))
    asked = request([incident(5, supply_needs=(replace(TENTS, item=item),))])
    with pytest.raises(InputError, match=rf"{who}: no vehicle profile 'balloon'"):
        build(roster, asked, Heard(), towns=[""], inputs_digest="")


def test_seconds_are_rounded_up() -> None:
    """And what cannot be reached stays so."""
    found = whole_seconds(np.array([[0, 1, 9, 10, 11, NEVER - 1, NEVER]], dtype=np.int32))
    assert found.tolist() == [[0, 1, 1, 1, 2, -(-(NEVER - 1) // 10), NEVER]]
    assert found.dtype == np.int32
