"""Who covers whom, what each team's going costs, and what raises the risk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from dispatch.problem import Problem
from dispatch.tables.cover import Covers, cell_colours, expected, losses, reach, with_cover
from dispatch.tables.roster import Roster
from models.force import Echelon, Entry, Team, TeamStatus
from models.incident import Consequence
from models.place import Colour, RiskCell
from models.request import Engagement, Forecast, Request, TeamReport
from models.units import NEVER
from models.world import District
from tests.dispatch.cases import (
    NOW,
    cover,
    district,
    doctrine,
    incident,
    matrix,
    name,
    place,
    problem,
    request,
    team,
    town,
)

COVER = cover(busy=0.25)
SECONDS = [[100, 100, 540], [100, 541, 540], [100, 100, 100], [100, 100, 100]]
"""Incident, then the two cells; turnout is 60 s, so 540 s are just in time."""


def cell(number: int, code: str, colour: Colour = Colour.BLUE) -> RiskCell:
    return RiskCell(
        id=f"C{number}",
        town=code,
        position=place(number),
        colour=colour,
        hazards=("flood",),
        population=10 * number,
    )


def world(force: list[Team]) -> District:
    return district(
        force,
        doctrine=doctrine(cover=COVER),
        towns=(town("A"), town("B")),
        risk=(cell(1, "A"), cell(2, "B", Colour.YELLOW)),
    )


def covered(force: list[Team], question: Request | None = None) -> Problem:
    here = world(force)
    asked = request([incident(0)]) if question is None else question
    roster = Roster(here)
    return with_cover(problem(here, asked, SECONDS), Covers(roster, reach(roster, matrix(SECONDS))))


def test_the_second_team_at_a_cell_adds_less_than_the_first() -> None:
    """T0 covers both cells, T1 only the second: each loses busy times less where the other stays."""
    case = covered([team(0), team(1)])
    assert case.cover is not None
    assert case.cover.reach_s.tolist() == [[160, 600], [601, 600]]
    assert case.cover.weight.tolist() == [10, 20 * 2]
    alone, shared = 10 * 0.75, 40 * 0.75 * 0.25
    assert case.force.cover_loss.tolist() == [round(alone + shared), round(shared)]


def test_what_is_lost_is_what_expected_cover_falls_by() -> None:
    """Expected cover of all less that of all but one, weighed."""
    case = covered([team(0), team(1), team(2)])
    assert case.cover is not None
    everyone = np.ones(3, dtype=bool)
    for t in range(3):
        without = everyone.copy()
        without[t] = False
        fall = expected(COVER, case.cover, everyone) - expected(COVER, case.cover, without)
        assert case.force.cover_loss[t] == pytest.approx(float(case.cover.weight @ fall), abs=0.5)
    assert losses(COVER, case.cover).tolist() == case.force.cover_loss.tolist()


AWAY = [
    ("echelon that does not count", {"echelon": Echelon.TOWN}, {}),
    ("resting", {"status": TeamStatus.RESTING}, {}),
    ("free later", {"free_from": NOW + timedelta(seconds=10)}, {}),
    ("reported elsewhere", {}, {"reports": (TeamReport(team="T0", position=place(3)),)}),
    (
        "by a border road",
        {"entries": (Entry(name=name("b"), position=place(0), lead_s=0),)},
        {},
    ),
    (
        "on its way",
        {},
        {
            "engaged": (
                Engagement(team="T0", incident="I0", departs_at=NOW, arrives_at=NOW + timedelta(seconds=50)),
            )
        },
    ),
]


@pytest.mark.parametrize(("changes", "orders"), [pytest.param(c, o, id=i) for i, c, o in AWAY])
def test_who_is_not_free_at_home_covers_nobody(changes: dict[str, Any], orders: dict[str, Any]) -> None:
    """It reaches no cell and its going costs nothing; the other covers alone."""
    case = covered([team(0, **changes), team(1)], request([incident(0)], **orders))
    assert case.cover is not None
    assert case.cover.reach_s[0].tolist() == [NEVER, NEVER]
    assert case.force.cover_loss.tolist() == [0, 40 * 0.75]


@pytest.mark.parametrize("changes", [{"doctrine": doctrine()}, {"risk": ()}], ids=["no rule", "no risk"])
def test_without_a_rule_or_a_risk_surface_there_is_no_cover(changes: dict[str, object]) -> None:
    """Level 5 is 0 for everybody."""
    here = replace(world([team(0)]), **changes)  # type: ignore[arg-type]
    roster = Roster(here)
    plain = problem(here, request([incident(0)]), SECONDS)
    case = with_cover(plain, Covers(roster, reach(roster, matrix(SECONDS))))
    assert case.cover is None
    assert case.force.cover_loss.tolist() == [0]


def colours(question: Request) -> list[Colour]:
    found = cell_colours(Roster(world([team(0)])), question)
    return [list(Colour)[k] for k in found.tolist()]


def forecast(begin_h: float, towns: tuple[str, ...] = (), colour: Colour = Colour.ORANGE) -> Forecast:
    begin = NOW + timedelta(hours=begin_h)
    return Forecast(id="rain", colour=colour, towns=towns, begin=begin, end=begin + timedelta(hours=1))


@pytest.mark.parametrize(
    ("warning", "raised"),
    [
        (forecast(-0.5), [Colour.ORANGE, Colour.ORANGE]),
        (forecast(-0.5, ("A",)), [Colour.ORANGE, Colour.YELLOW]),
        (forecast(0), [Colour.ORANGE, Colour.ORANGE]),
        (forecast(-1), [Colour.BLUE, Colour.YELLOW]),
        (forecast(0.5), [Colour.BLUE, Colour.YELLOW]),
        (forecast(-0.5, (), Colour.BLUE), [Colour.BLUE, Colour.YELLOW]),
    ],
    ids=["everywhere", "one town", "from now", "over", "not yet", "lower than it is"],
)
def test_a_forecast_raises_the_risk_where_and_while_it_holds(warning: Forecast, raised: list[Colour]) -> None:
    """It never lowers a colour."""
    assert colours(request([], forecasts=(warning,))) == raised


def test_an_incident_raises_the_risk_around_it() -> None:
    """The cells are 111 and 222 m away."""
    brings = [Consequence(raises=Colour.RED, raises_within_m=metres) for metres in (100.0, 150.0, 250.0)]
    found = [colours(request([incident(0, consequence=each)])) for each in brings]
    assert found == [
        [Colour.BLUE, Colour.YELLOW],
        [Colour.RED, Colour.YELLOW],
        [Colour.RED, Colour.RED],
    ]


def test_cover_costs_more_where_the_risk_is_raised() -> None:
    """Each further colour of the first cell makes T0 dearer."""
    order = [Colour.BLUE, Colour.YELLOW, Colour.ORANGE, Colour.RED]
    costs = [
        int(
            covered(
                [team(0)], request([incident(0)], forecasts=(forecast(-0.5, ("A",), colour),))
            ).force.cover_loss[0]
        )
        for colour in order
    ]
    assert all(a < b for a, b in pairwise(costs))


def test_cover_asked_again_is_the_very_one_and_of_others_their_own() -> None:
    """Kept by who is free and by the colours; nobody can write to what several problems show."""
    here = world([team(0), team(1)])
    roster = Roster(here)
    covers = Covers(roster, reach(roster, matrix(SECONDS)))
    plain = problem(here, request([incident(0)]), SECONDS)
    away = problem(
        here,
        request([incident(0)], reports=(TeamReport(team="T0", status=TeamStatus.OUT_OF_SERVICE),)),
        SECONDS,
    )

    first, other, again = (with_cover(each, covers) for each in (plain, away, plain))

    assert again.cover is first.cover
    assert first.cover is not None
    assert other.cover is not None
    assert (first.cover.reach_s[0] < NEVER).any()
    assert (other.cover.reach_s[0] == NEVER).all()
    for case in (first, other):
        assert case.cover is not None
        assert losses(COVER, case.cover).tolist() == case.force.cover_loss.tolist()
        for array in (case.cover.reach_s, case.cover.weight, case.cover.colour, case.force.cover_loss):
            assert not array.flags.writeable
