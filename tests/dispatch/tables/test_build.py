"""The problem: who is free when, who may go where, who counts for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dispatch.problem import Bar, Problem
from dispatch.tables.build import build
from dispatch.tables.roster import Roster
from models.crs import LngLat
from models.errors import InputError
from models.force import Echelon, Shift, Team, TeamStatus
from models.incident import ForceNeed, Grade, ResponseLevel, Stake, SupplyNeed
from models.place import Colour
from models.request import Forbid, Forecast, Lock
from models.units import NEVER
from models.world import District
from tests.dispatch.cases import (
    NOW,
    MatrixTravel,
    district,
    incident,
    matrix,
    problem,
    request,
    team,
    town,
)

DAY = Shift(start=time(6), end=time(18))
NIGHT = Shift(start=time(18), end=time(6))
IN_FIVE_MINUTES = NOW + timedelta(seconds=300)


class OwnTimes(MatrixTravel):
    """A travel table in deciseconds that differs by profile."""

    def __init__(self, by_profile: dict[str, list[list[int]]]) -> None:
        super().__init__(np.zeros((1, 1), dtype=np.int64))
        self.by_profile = by_profile

    def table(
        self, profile_id: str, origins: Sequence[LngLat], destinations: Sequence[LngLat]
    ) -> NDArray[np.int32]:
        rows = [round(point.lng * 1000) for point in origins]
        columns = [round(point.lng * 1000) for point in destinations]
        return np.array(self.by_profile[profile_id], dtype=np.int32)[np.ix_(rows, columns)]


def one_team(**changes: Any) -> Problem:
    return problem(district([team(0, **changes)]), request([incident(0)]), [[100]])


WAITS = [
    ("available", {}, 0),
    ("returning", {"status": TeamStatus.RETURNING}, 0),
    ("on scene without an end", {"status": TeamStatus.ON_SCENE}, NEVER),
    ("notified without an end", {"status": TeamStatus.NOTIFIED}, NEVER),
    ("rolling without an end", {"status": TeamStatus.ROLLING}, NEVER),
    ("resting without an end", {"status": TeamStatus.RESTING}, NEVER),
    ("on scene for five minutes", {"status": TeamStatus.ON_SCENE, "free_from": IN_FIVE_MINUTES}, 300),
    ("resting till a moment ago", {"status": TeamStatus.RESTING, "free_from": NOW - timedelta(hours=1)}, 0),
    ("available from five minutes on", {"free_from": IN_FIVE_MINUTES}, 300),
    ("half a second is a whole one", {"free_from": NOW + timedelta(seconds=0.5)}, 1),
    ("free in a hundred years", {"free_from": NOW.replace(year=2126)}, NEVER),
    ("out of service", {"status": TeamStatus.OUT_OF_SERVICE}, NEVER),
    (
        "out of service whatever free_from says",
        {"status": TeamStatus.OUT_OF_SERVICE, "free_from": IN_FIVE_MINUTES},
        NEVER,
    ),
    ("in its shift", {"shifts": (DAY,)}, 0),
    ("out of its shift", {"shifts": (NIGHT,)}, NEVER),
    ("in one of two shifts", {"shifts": (NIGHT, DAY)}, 0),
    ("free after its shift", {"shifts": (DAY,), "free_from": NOW + timedelta(hours=12)}, NEVER),
    ("free when its shift has begun", {"shifts": (NIGHT,), "free_from": NOW + timedelta(hours=12)}, 43200),
]


@pytest.mark.parametrize(("changes", "wait"), [pytest.param(c, w, id=i) for i, c, w in WAITS])
def test_wait_until_a_team_is_free(changes: dict[str, Any], wait: int) -> None:
    """Status, free_from and shifts decide the wait; a team that is never free is barred."""
    case = one_team(**changes)
    assert case.force.wait_s.tolist() == [wait]
    assert case.force.bar.tolist() == [[Bar.UNAVAILABLE if wait == NEVER else Bar.NONE]]


def test_returning_team_turns_at_once() -> None:
    """Wheels are rolling already: no turnout."""
    assert one_team(turnout_s=180).force.turnout_s.tolist() == [180]
    assert one_team(turnout_s=180, status=TeamStatus.RETURNING).force.turnout_s.tolist() == [0]


@pytest.mark.parametrize(
    ("since_s", "left"),
    [(0.0, 60), (40.0, 20), (40.5, 20), (59.9, 1), (60.0, 0), (9000.0, 0), (-30.0, 60)],
)
def test_call_processing_left(since_s: float, left: int) -> None:
    """What of the 60 seconds is still ahead, rounded up, never below 0 nor above 60."""
    event = incident(0, reported_at=NOW - timedelta(seconds=since_s))
    assert problem(district([team(0)]), request([event]), [[100]]).call_s.tolist() == [left]


def test_arrival_is_the_sum_of_its_parts() -> None:
    """Wait 300, call processing 60, turnout 90, driving 100."""
    case = one_team(free_from=IN_FIVE_MINUTES, turnout_s=90)
    assert case.force.arrive_s.tolist() == [[300 + 60 + 90 + 100]]


def test_driving_is_rounded_up_to_whole_seconds() -> None:
    """A tenth of a second more is a second more; what cannot be reached stays so."""
    events = [incident(i) for i in range(3)]
    case = build(
        Roster(district([team(0, turnout_s=0)])),
        request(events),
        OwnTimes({"light_rescue": [[1000, 1001, NEVER]]}),
        towns=["", "", ""],
        inputs_digest="",
    )
    assert case.force.travel_s.tolist() == [[100, 101, NEVER]]
    assert case.force.arrive_s.tolist() == [[160, 161, NEVER]]


def test_each_team_drives_its_own_vehicle() -> None:
    """Rows keep the order of the teams, whatever the order of the profiles."""
    force = [team(0, profile="motorcycle"), team(1, profile="boat"), team(2, profile="motorcycle")]
    times = {"motorcycle": [[10], [20], [30]], "boat": [[40], [50], [60]]}
    case = build(
        Roster(district(force)), request([incident(0)]), OwnTimes(times), towns=[""], inputs_digest=""
    )
    assert case.force.travel_s.tolist() == [[1], [5], [3]]


AWAY: dict[str, Any] = {"echelon": Echelon.MUNICIPAL}
ELSEWHERE: dict[str, Any] = {"area": ("B",)}
BUSY: dict[str, Any] = {"status": TeamStatus.ON_SCENE}
BARS = [
    ("nothing", {}, 100, False, Bar.NONE),
    ("echelon", AWAY, 100, False, Bar.ECHELON),
    ("area", ELSEWHERE, 100, False, Bar.AREA),
    ("unreachable", {}, NEVER, False, Bar.UNREACHABLE),
    ("unavailable", BUSY, 100, False, Bar.UNAVAILABLE),
    ("forbidden", {}, 100, True, Bar.FORBIDDEN),
    ("area before unreachable", ELSEWHERE, NEVER, False, Bar.AREA),
    ("echelon before area", {**AWAY, **ELSEWHERE}, 100, False, Bar.ECHELON),
    ("unavailable before echelon", {**AWAY, **BUSY}, 100, False, Bar.UNAVAILABLE),
    ("forbidden before all", {**AWAY, **ELSEWHERE, **BUSY}, NEVER, True, Bar.FORBIDDEN),
]


def world_of_two_towns(force: Sequence[Team]) -> District:
    return district(force, towns=(town("A"), town("B")))


@pytest.mark.parametrize(
    ("changes", "seconds", "ban", "bar"), [pytest.param(c, s, f, b, id=i) for i, c, s, f, b in BARS]
)
def test_bars_and_which_comes_first(changes: dict[str, Any], seconds: int, ban: bool, bar: Bar) -> None:
    """Each bar by itself, and the one that is told where several hold; a barred team never arrives."""
    orders = (Forbid(team="T0", incident="I0"),) if ban else ()
    case = problem(
        world_of_two_towns([team(0, **changes)]),
        request([incident(0)], forbids=orders),
        [[seconds]],
        towns=["A"],
    )
    assert case.force.bar.tolist() == [[bar]]
    assert (case.force.arrive_s[0, 0] == NEVER) == (bar is not Bar.NONE)


def test_a_team_kept_to_its_area_may_go_within_it() -> None:
    """Only the incident outside the area is barred."""
    case = problem(
        world_of_two_towns([team(0, area=("A",))]),
        request([incident(0), incident(1)]),
        [[100, 100]],
        towns=["A", "B"],
    )
    assert case.force.bar.tolist() == [[Bar.NONE, Bar.AREA]]


@pytest.mark.parametrize(
    ("goal", "bars"), [("I0", [Bar.FORBIDDEN, Bar.NONE]), (None, [Bar.FORBIDDEN, Bar.FORBIDDEN])]
)
def test_a_ban_holds_for_one_incident_or_for_all(goal: str | None, bars: list[Bar]) -> None:
    """A ban without an incident keeps the team at home."""
    case = problem(
        district([team(0)]),
        request([incident(0), incident(1)], forbids=(Forbid(team="T0", incident=goal),)),
        [[100, 100]],
    )
    assert case.force.bar.tolist() == [bars]


@pytest.mark.parametrize("changes", [AWAY, ELSEWHERE], ids=["echelon", "area"])
def test_a_lock_overrides_echelon_and_area_at_its_own_incident(changes: dict[str, Any]) -> None:
    """The operator may call whom the doctrine would not; elsewhere the bar stays."""
    case = problem(
        world_of_two_towns([team(0, **changes)]),
        request([incident(0), incident(1)], locks=(Lock(team="T0", incident="I0"),)),
        [[100, 100]],
        towns=["A", "A"],
    )
    assert case.force.bar[0, 0] == Bar.NONE
    assert case.force.bar[0, 1] != Bar.NONE
    assert case.force.locked.tolist() == [0]


@pytest.mark.parametrize(
    ("changes", "seconds", "why"),
    [
        pytest.param(BUSY, 100, "unavailable", id="unavailable"),
        pytest.param({}, NEVER, "unreachable", id="unreachable"),
        pytest.param({"shifts": (NIGHT,)}, 100, "unavailable", id="off duty"),
    ],
)
def test_a_lock_that_cannot_be_carried_out_is_refused(
    changes: dict[str, Any], seconds: int, why: str
) -> None:
    """The sentence names team, incident and reason."""
    orders = (Lock(team="T0", incident="I0"),)
    with pytest.raises(InputError, match=f"locks: team T0 is locked to incident I0 .*{why}"):
        problem(district([team(0, **changes)]), request([incident(0)], locks=orders), [[seconds]])


NEED = ForceNeed(capability="flood", strength=2, target_s=600)
BOATS = replace(NEED, requires_item="boat")


@pytest.mark.parametrize(
    ("need", "strengths", "equipment", "units"),
    [
        pytest.param(NEED, {"flood": 1}, {}, 1, id="part of it"),
        pytest.param(NEED, {"flood": 5}, {}, 2, id="never more than needed"),
        pytest.param(NEED, {"fire": 5}, {}, 0, id="other capability"),
        pytest.param(BOATS, {"flood": 1}, {"boat": 1}, 1, id="with the item"),
        pytest.param(BOATS, {"flood": 1}, {}, 0, id="without the item"),
        pytest.param(BOATS, {"flood": 1}, {"boat": 0}, 0, id="none of the item"),
        pytest.param(BOATS, {"flood": 1}, {"tent": 3}, 0, id="another item"),
    ],
)
def test_units_that_count(
    need: ForceNeed, strengths: dict[str, int], equipment: dict[str, int], units: int
) -> None:
    """Strength counts up to the need, and only with the item the need asks for."""
    case = problem(
        district([team(0, strengths, equipment=equipment)]),
        request([incident(0, force_needs=(need,))]),
        [[100]],
    )
    assert case.force.counts.tolist() == [[units]]


@pytest.mark.parametrize(
    ("changes", "price"),
    [
        pytest.param({}, 0, id="village"),
        pytest.param({"echelon": Echelon.DISTRICT}, 20, id="two steps up"),
        pytest.param({"approval": "chief"}, 25, id="approval"),
        pytest.param({"availability": 0.7}, 6, id="unreliable"),
        pytest.param({"availability": 0.7, "approval": "chief", "echelon": Echelon.TOWN}, 41, id="all"),
    ],
)
def test_price_of_a_team(changes: dict[str, Any], price: int) -> None:
    """Ten a step of the order, 25 for an approval, 20 times the chance that nobody comes."""
    assert one_team(**changes).force.price.tolist() == [[price]]


def test_price_of_a_locked_team_outside_the_order() -> None:
    """It costs as one step beyond the last echelon of the level."""
    case = problem(
        district([team(0, **AWAY)]),
        request([incident(0)], locks=(Lock(team="T0", incident="I0"),)),
        [[100]],
    )
    assert case.force.price.tolist() == [[30]]


def test_priority_is_grade_times_stake() -> None:
    """A grade I event counts eight times an ordinary one, life a hundred, property ten."""
    needs = (NEED, ForceNeed(capability="fire", strength=1, target_s=600, stake=Stake.PROPERTY))
    events = [incident(0, grade=Grade.I, force_needs=needs), incident(1, grade=Grade.IV, force_needs=needs)]
    case = problem(district([team(0)]), request(events), [[100, 100]])
    assert [demand.weight for demand in case.force.demands] == [800, 80, 100, 10]
    assert [demand.incident for demand in case.force.demands] == [0, 0, 1, 1]


def test_needs_that_are_not_stated_come_from_the_doctrine() -> None:
    """The test doctrine wants one unit of flood control within ten minutes."""
    case = problem(district([team(0)]), request([incident(0, force_needs=None)]), [[100]])
    assert [demand.need for demand in case.force.demands] == [
        ForceNeed(capability="flood", strength=1, target_s=600)
    ]


def test_shifts_are_on_the_clock_of_the_district() -> None:
    """A request written in UTC finds the team of a local evening shift on duty at 20:00 in Chongqing."""
    evening = (Shift(start=time(18, 0), end=time(23, 0)),)
    question = request([incident(0)], now=datetime(2026, 7, 1, 12, 0, tzinfo=UTC))
    case = problem(district([team(0, shifts=evening)]), question, [[100]])
    assert case.force.wait_s.tolist() == [0]
    elsewhere = problem(district([team(0, shifts=evening)], time_zone="Europe/London"), question, [[100]])
    assert elsewhere.force.wait_s.tolist() == [NEVER]


def test_an_unknown_vehicle_names_its_team() -> None:
    """The sentence of the road says which profiles there are; the problem says who asked."""

    class NoSuchProfile:
        def table(self, profile_id: str, origins: object, destinations: object) -> NDArray[np.int32]:
            raise InputError("no vehicle profile {name!r}", name=profile_id)

    with pytest.raises(InputError, match="team T0: no vehicle profile 'light_rescue'"):
        build(
            Roster(district([team(0)])), request([incident(0)]), NoSuchProfile(), towns=[""], inputs_digest=""
        )


UNKNOWN = [
    ("locked team", {"locks": (Lock(team="T9", incident="I0"),)}, {}, r"locks\[0\]\.team: no team 'T9'"),
    (
        "town of a forecast",
        {"forecasts": (Forecast(id="f", colour=Colour.RED, towns=("Z",), begin=NOW, end=IN_FIVE_MINUTES),)},
        {},
        r"forecasts\[0\]\.towns: no town 'Z' in this world",
    ),
    ("forbidden team", {"forbids": (Forbid(team="T9"),)}, {}, r"forbids\[0\]\.team: no team 'T9'"),
    (
        "required item",
        {},
        {"force_needs": (replace(NEED, requires_item="rope"),)},
        r"incidents\[0\]\.force_needs.*no item 'rope'",
    ),
    (
        "needed item",
        {},
        {"supply_needs": (SupplyNeed(item="rope", quantity=1, deadline_s=60),)},
        r"incidents\[0\]\.supply_needs.*no item 'rope'",
    ),
    (
        "capability",
        {},
        {"force_needs": (replace(NEED, capability="magic"),)},
        r"incidents\[0\]\.force_needs.*'magic' is not in the doctrine.*fire, flood, rescue",
    ),
    ("incident type", {}, {"type": "meteor"}, r"type 'meteor' is not in the doctrine; it lists flood"),
]


@pytest.mark.parametrize(
    ("orders", "changes", "sentence"), [pytest.param(o, c, s, id=i) for i, o, c, s in UNKNOWN]
)
def test_unknown_names_are_refused(orders: dict[str, Any], changes: dict[str, Any], sentence: str) -> None:
    """What the district does not have is named with its place in the request."""
    with pytest.raises(InputError, match=sentence):
        problem(district([team(0)]), request([incident(0, **changes)], **orders), [[100]])


def test_echelons_of_the_incidents_own_level_are_asked() -> None:
    """The level that was ordered decides, incident by incident."""
    world = district([team(0)])
    levels = dict(world.doctrine.levels)
    levels[ResponseLevel.IV] = replace(levels[ResponseLevel.IV], echelons=(Echelon.TOWN,))
    world = replace(world, doctrine=replace(world.doctrine, levels=levels))
    events = [incident(0, response_level=ResponseLevel.III), incident(1, response_level=ResponseLevel.IV)]
    case = build(Roster(world), request(events), matrix([[100, 100]]), towns=["", ""], inputs_digest="")
    assert case.force.bar.tolist() == [[Bar.NONE, Bar.ECHELON]]
