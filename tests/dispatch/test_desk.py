"""A world that is asked again and again: what an incident brings with it, and what is kept between questions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import timedelta

import numpy as np
import pytest

from dispatch.desk import Desk, closures, inputs_digest
from dispatch.problem import Bar, CoverSide, ForceSide, Keep, Problem, SupplySide
from models.crs import Crs
from models.errors import InputError
from models.force import TeamStatus
from models.incident import Consequence
from models.place import Colour, Position
from models.request import Closure, Forecast, Request, TeamReport
from models.supply import Tier
from models.units import NEVER
from scenarios.world import World
from tests.dispatch.cases import incident, place, request

SLIDE = Consequence(closes_within_m=150.0)


@pytest.fixture(scope="module")
def desk(yongchuan: World) -> Desk:
    return Desk(yongchuan)


def test_a_landslide_closes_its_roads() -> None:
    """The closures of the request first, then one circle for each incident that closes roads."""
    own = Closure(id="c", road="G85")
    events = [incident(0, consequence=SLIDE), incident(1)]
    found = list(closures(request(events, closures=(own,))))
    assert found == [own, Closure(id="incident I0", centre=place(0), radius_m=150.0)]


def only(example: Request, consequence: Consequence | None) -> Request:
    """Two incidents of the example; the first brings something with it."""
    first = replace(example.incidents[0], consequence=consequence)
    return replace(example, incidents=(first, *example.incidents[1:2]), closures=())


def test_what_an_incident_closes_slows_the_way_to_others(desk: Desk, example: Request) -> None:
    """Nobody gets anywhere sooner for it, and somebody's way to the other incident is longer."""
    wide = Consequence(closes_within_m=2500.0)
    asked = [only(example, None), only(example, wide)]
    before, after = (desk.problem(each, desk.travel(each)).force.travel_s for each in asked)
    assert (after >= before).all()
    assert (after[:, 1] > before[:, 1]).any()


def test_a_question_leaves_no_trace_in_the_next(desk: Desk, example: Request) -> None:
    """The same question before and after another with closures: the same tables."""
    plain, other = only(example, None), only(example, Consequence(closes_within_m=2500.0))
    first = desk.problem(plain, desk.travel(plain))
    desk.problem(other, desk.travel(other))
    again = desk.problem(plain, desk.travel(plain))
    assert (first.force.travel_s == again.force.travel_s).all()
    assert (first.supply.travel_s == again.supply.travel_s).all()
    assert first.inputs_digest == again.inputs_digest == inputs_digest(desk.world, plain)


def test_cover_is_of_free_teams_at_home(desk: Desk, example: Request) -> None:
    """A team whose going costs cover reaches a cell in time; whoever reaches one is free now and at home."""
    case = desk.problem(only(example, None), desk.travel(example))
    rule = desk.world.district.doctrine.cover
    assert rule is not None
    assert case.cover is not None
    reaches = (case.cover.reach_s <= rule.within_s).any(axis=1)
    assert reaches.any()
    assert ((case.force.cover_loss > 0) <= reaches).all()
    assert (case.cover.reach_s[case.force.wait_s > 0] == NEVER).all()
    assert (case.force.bar[reaches] != Bar.UNAVAILABLE).all()


def test_an_incident_off_the_map_is_refused(desk: Desk, example: Request) -> None:
    """With its place in the request, and what to look at."""
    far = Position(lng=29.35, lat=15.9, crs=Crs.WGS84)
    asked = replace(example, incidents=(replace(example.incidents[0], position=far),))
    with pytest.raises(InputError, match=r"incidents\[0\]\.position: outside the map: the nearest road is"):
        desk.problem(asked, desk.travel(asked))


def same(one: object, other: object) -> bool:
    """Whether two problems or parts of them are equal, arrays with their kind."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, (ForceSide, SupplySide, CoverSide, Keep, Problem)):
        return type(one) is type(other) and all(
            same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one)
        )
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def questions(world: World, example: Request) -> list[Request]:
    """The example, and what leaves something of the roster, the roads or the risk surface other than usual."""
    one, two = (team.id for team in world.district.teams[:2])
    town = world.district.towns[0].code
    away = TeamReport(team=one, status=TeamStatus.OUT_OF_SERVICE, position=place(0))
    busy = TeamReport(team=two, free_from=example.now + timedelta(hours=1))
    warning = Forecast(
        id="f",
        colour=Colour.RED,
        towns=(town,),
        begin=example.now - timedelta(hours=1),
        end=example.now + timedelta(hours=1),
    )
    night = example.now + timedelta(hours=12)
    return [
        example,
        replace(example, reports=(away, busy)),
        replace(example, forecasts=(warning,)),
        replace(example, now=night),
        only(example, Consequence(closes_within_m=900.0, raises=Colour.RED, raises_within_m=4000.0)),
        example,
    ]


def test_a_desk_in_use_answers_as_a_new_one(yongchuan: World, example: Request) -> None:
    """What is kept from question to question is what is made anew."""
    used = Desk(yongchuan)
    asked = questions(yongchuan, example)
    for each in asked:
        new = Desk(yongchuan)
        assert same(used.problem(each, used.travel(each)), new.problem(each, new.travel(each)))
    first, last = (used.problem(each, used.travel(each)) for each in (asked[1], asked[0]))
    assert not same(first, last)


def test_threads_that_ask_one_desk_do_not_disturb_each_other(desk: Desk, example: Request) -> None:
    """Every answer is that of a question asked alone."""
    asked = questions(desk.world, example)
    alone = [desk.problem(each, desk.travel(each)) for each in asked]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda each: desk.problem(each, desk.travel(each)), asked * 4))
    assert all(map(same, together, alone * 4))


def test_floors_of_the_items_bind_a_plan(yongchuan: World, desk: Desk, example: Request) -> None:
    """Depots that name no reserve of their own keep what the catalogue says for their tier."""
    day = example.now.date()
    items = tuple(
        replace(item, floors={Tier.TOWN: 5} if item.id == "tarpaulin" else {})
        for item in yongchuan.district.items
    )
    floored = Desk(World(replace(yongchuan.district, items=items), yongchuan.roads))
    before, after = (each.roster.stock.issuable("tarpaulin", day) for each in (desk, floored))
    town = np.array([depot.tier is Tier.TOWN for depot in yongchuan.district.depots])
    assert before[town].max() > 5
    assert np.array_equal(after, np.where(town, np.maximum(before - 5, 0), before))
    under = floored.under(yongchuan.district.doctrine)
    assert np.array_equal(under.roster.stock.issuable("tarpaulin", day), after)
