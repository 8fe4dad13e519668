"""A world: a district on the roads it was made on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphs.road import RoadGraph
from models.errors import InputError
from models.world import District
from scenarios.world import World
from tests.scenarios.grid import grid_roads


def test_a_district_on_other_roads_is_refused(district: District) -> None:
    with pytest.raises(
        InputError, match=r"district synthetic was made on another road graph \(\w{12}, not \w{12}\)"
    ):
        World(district, grid_roads(5))


def test_the_digest_hangs_on_district_and_roads(
    small_world: World, district: District, roads: RoadGraph
) -> None:
    assert World(district, roads).digest == small_world.digest
    assert World(replace(district, basis="other"), roads).digest != small_world.digest
    assert len(small_world.digest) == 64


def test_worlds_of_one_digest_are_equal(small_world: World, district: District, roads: RoadGraph) -> None:
    assert World(district, roads) == small_world
    assert len({World(district, roads), small_world}) == 1
    assert small_world != "a world"


def test_every_seat_lies_in_its_own_town(small_world: World) -> None:
    towns = small_world.district.towns
    assert small_world.towns_of([town.position.wgs84 for town in towns]) == [town.code for town in towns]


def test_a_district_without_towns_has_no_town_anywhere(district: District, roads: RoadGraph) -> None:
    bare = replace(
        district,
        towns=(),
        teams=tuple(replace(team, town="", area=()) for team in district.teams),
        depots=tuple(replace(depot, town="") for depot in district.depots),
    )
    assert World(bare, roads).towns_of([district.towns[0].position.wgs84]) == [""]


def test_things_are_found_by_id(small_world: World) -> None:
    depot = small_world.district.depots[0]
    assert small_world.team("specialist-flood").id == "specialist-flood"
    assert small_world.depot(depot.id) is depot
    assert small_world.lots[depot.lots[0].id] == (depot, depot.lots[0])
    assert small_world.items["water"].unit.en == "litre"


def test_an_unknown_team_or_depot_is_named(small_world: World) -> None:
    with pytest.raises(InputError, match="no team 'x' in this world"):
        small_world.team("x")
    with pytest.raises(InputError, match="no depot 'y' in this world"):
        small_world.depot("y")


def test_yongchuan_knows_its_landings_and_launches(yongchuan: World) -> None:
    assert yongchuan.landings[0].id == "airport-daan"
    assert {site.kind for site in yongchuan.launches} == {"launch"}
