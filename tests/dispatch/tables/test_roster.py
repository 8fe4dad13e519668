"""The arrays of a district against its words."""

from __future__ import annotations

from datetime import UTC, datetime, time

from dispatch.tables.roster import ECHELONS, Roster
from dispatch.tables.starts import group
from models.doctrine import LevelRule, Reserve, Scope, Volunteers, VolunteerStrength
from models.force import Echelon, Entry, Shift
from models.incident import ResponseLevel
from models.place import Colour, RiskCell
from tests.dispatch.cases import CAPABILITIES, cover, district, doctrine, name, place, team, town

ENTRIES = tuple(Entry(name=name(f"b{k}"), position=place(50 + k), lead_s=100 * k) for k in range(2))


def roster() -> Roster:
    force = [
        team(0, {"flood": 2, "fire": 1}, town="A", equipment={"boat": 2}, approval="chief"),
        team(1, {"rescue": 5}, availability=0.5, area=("B",), profile="boat"),
        team(2, echelon=Echelon.ENTERPRISE, entries=ENTRIES, profile="truck"),
        team(3, echelon=Echelon.ENTERPRISE, town="B", position=place(9), equipment={"boat": 0}),
    ]
    rule = Volunteers(count=VolunteerStrength.EXPECTED)
    return Roster(district(force, towns=(town("A"), town("B")), doctrine=doctrine(volunteers=rule)))


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


def test_columns_of_a_level_are_as_its_rule_says() -> None:
    """Who is called, and how many steps up its order each stands; who is not in it stands beyond its end."""
    echelons = (Echelon.DISTRICT, Echelon.VILLAGE)
    levels = {level: LevelRule(echelons=echelons, approver=name("chief")) for level in ResponseLevel}
    levels[ResponseLevel.I] = LevelRule(echelons=tuple(Echelon), approver=name("chief"))
    force = [team(0), team(1, echelon=Echelon.AIR), team(2, echelon=Echelon.DISTRICT)]
    ours = Roster(district(force, doctrine=doctrine(levels=levels)))
    assert ours.called[ResponseLevel.III].tolist() == [True, False, True]
    assert ours.steps[ResponseLevel.III].tolist() == [1, 2, 0]
    assert ours.called[ResponseLevel.I].all()
    assert ours.steps[ResponseLevel.I].tolist() == ours.echelon.tolist()


def test_reserves_stand_by_town_or_once() -> None:
    """A rule of towns for each town with the teams at home there; one of the district once with all."""
    rules = tuple(
        Reserve(
            name=name(scope.value),
            echelons=(Echelon.VILLAGE,),
            scope=scope,
            keep=1,
            lifted_at=ResponseLevel.I,
        )
        for scope in (Scope.TOWN, Scope.DISTRICT)
    )
    force = [team(0, town="B"), team(1, town="A"), team(2), team(3, town="A", echelon=Echelon.TOWN)]
    ours = Roster(district(force, towns=(town("A"), town("B")), doctrine=doctrine(reserves=rules)))
    assert [(rule, [(home, rows.tolist()) for home, rows in homes]) for rule, homes in ours.reserves] == [
        (rules[0], [(0, [1]), (1, [0])]),
        (rules[1], [(None, [0, 1, 2])]),
    ]


def test_who_is_off_duty() -> None:
    """Teams with shifts of which none covers the moment; round the clock is on duty."""
    day, night = Shift(start=time(6), end=time(18)), Shift(start=time(18), end=time(6))
    force = [team(0), team(1, shifts=(day,)), team(2, shifts=(night,)), team(3, shifts=(day, night))]
    force.append(team(4, shifts=(day,)))
    ours = Roster(district(force))
    assert ours.off_duty(datetime(2026, 7, 1, 12, tzinfo=UTC)).tolist() == [2]
    assert ours.off_duty(datetime(2026, 7, 1, 23, tzinfo=UTC)).tolist() == [1, 4]
    assert Roster(district(force[:1])).off_duty(datetime(2026, 7, 1, 12, tzinfo=UTC)).size == 0


def test_risk_is_people_times_each_colour() -> None:
    """No weights where the doctrine has no cover, and no cells where there is no risk surface."""
    cell = RiskCell(
        id="R", town="A", position=place(3), colour=Colour.YELLOW, hazards=("flood",), population=100
    )
    risk = Roster(district([team(0)], risk=(cell,), doctrine=doctrine(cover=cover()))).risk
    assert (risk.colour.tolist(), risk.towns, risk.places.tolist()) == ([2], ("A",), [[0.003, 0.0]])
    assert risk.weight.tolist() == [[800, 400, 200, 100]]
    assert Roster(district([team(0)], risk=(cell,))).risk.weight.shape == (1, 0)
    assert Roster(district([team(0)], doctrine=doctrine(cover=cover()))).risk.weight.shape == (0, 4)
