"""Who leads at an incident, and when command is handed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.command import commands
from models.force import Echelon
from models.plan import Assignment
from tests.dispatch.sample import NOW
from tests.dispatch.sample_plan import assignments

ANY = assignments()[0]


def arrives(team: str, echelon: Echelon, minute: int, incident: str = "I") -> Assignment:
    return replace(ANY, team=team, echelon=echelon, incident=incident, arrives_at=at(minute))


def at(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)


def chain(*here: Assignment) -> list[tuple[str, str, datetime]]:
    return [(each.incident, each.team, each.begins_at) for each in commands(here)]


def test_the_first_leads_until_a_higher_echelon_comes() -> None:
    """Village, town, district, municipality: each hands over when the next arrives, not before."""
    found = chain(
        arrives("d", Echelon.DISTRICT, 30),
        arrives("v", Echelon.VILLAGE, 5),
        arrives("m", Echelon.MUNICIPAL, 90),
        arrives("t", Echelon.TOWN, 12),
    )
    assert found == [("I", "v", at(5)), ("I", "t", at(12)), ("I", "d", at(30)), ("I", "m", at(90))]


def test_nobody_hands_over_to_an_equal_or_a_lower_echelon() -> None:
    found = chain(
        arrives("d", Echelon.DISTRICT, 5),
        arrives("d2", Echelon.DISTRICT, 6),
        arrives("t", Echelon.TOWN, 7),
        arrives("x", Echelon.AIR, 8),
    )
    assert found == [("I", "d", at(5))]


def test_of_those_who_arrive_together_the_highest_leads() -> None:
    """And of equals the one whose id comes first, whatever the order of the plan."""
    found = chain(
        arrives("v", Echelon.VILLAGE, 5), arrives("t2", Echelon.TOWN, 5), arrives("t1", Echelon.TOWN, 5)
    )
    assert found == [("I", "t1", at(5))]


def test_each_incident_has_its_own_chain() -> None:
    found = chain(
        arrives("b", Echelon.TOWN, 9, "J"), arrives("a", Echelon.VILLAGE, 5), arrives("c", Echelon.TOWN, 7)
    )
    assert found == [("J", "b", at(9)), ("I", "a", at(5)), ("I", "c", at(7))]


def test_every_echelon_has_a_rank() -> None:
    """A plan with a team of each echelon gets its chain."""
    here = [arrives(each.value, each, 1) for each in Echelon]
    assert chain(*here) == [("I", "municipal", at(1))]
