"""What the check of a world finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from models.crs import Crs
from models.place import Position
from models.world import District
from scenarios.inspection import Finding, Weight, check
from scenarios.world import World

DAY = date(2026, 7, 1)


def _found(district: District, world: World) -> list[Finding]:
    return check(World(district, world.roads), day=DAY)


def test_yongchuan_has_no_error(yongchuan: World) -> None:
    assert [str(f) for f in check(yongchuan, day=DAY) if f.weight is Weight.ERROR] == []


def test_yongchuan_has_the_expired_and_spoiled_stock_it_is_made_with(yongchuan: World) -> None:
    said = [str(f) for f in check(yongchuan, day=DAY)]
    assert any("are past their expiry on 2026-07-01" in line for line in said)
    assert any("are damaged or held back" in line for line in said)


def test_expiry_is_left_out_without_a_day(small_world: World) -> None:
    assert not any("expiry" in f.template for f in check(small_world))


@pytest.mark.parametrize("what", ["shelters", "hospitals", "ambulances"])
def test_a_place_off_the_map_is_an_error(small_world: World, what: str) -> None:
    """Nobody can be brought there, and nobody can set out from there."""
    first, *rest = getattr(small_world.district, what)
    lost = replace(first, position=Position(lng=107.0, lat=30.0, crs=Crs.WGS84))
    changes: dict[str, Any] = {what: (lost, *rest)}
    found = _found(replace(small_world.district, **changes), small_world)
    by_place = {f.where: f for f in found}
    assert by_place[f"{what[:-1]} {first.id}"].weight is Weight.ERROR


def test_a_team_off_the_map_is_an_error_and_one_near_it_a_warning(small_world: World) -> None:
    first, second, *rest = small_world.district.teams
    lost = replace(first, home=Position(lng=107.0, lat=30.0, crs=Crs.WGS84))
    near = replace(second, home=Position(lng=106.0, lat=29.0 - 0.012, crs=Crs.WGS84))
    found = _found(replace(small_world.district, teams=(lost, near, *rest)), small_world)
    by_place = {f.where: f for f in found}
    assert by_place[f"team {first.id}"].weight is Weight.ERROR
    assert by_place[f"team {second.id}"].weight is Weight.WARNING
    assert "no road within 2000 m that a" in by_place[f"team {first.id}"].sentence


def test_an_unknown_vehicle_is_an_error(small_world: World) -> None:
    first, *rest = small_world.district.teams
    found = _found(replace(small_world.district, teams=(replace(first, profile="tank"), *rest)), small_world)
    assert "there is no vehicle profile 'tank'" in str(found[0])
    assert found[0].weight is Weight.ERROR


def test_an_ability_nobody_has_is_found(small_world: World) -> None:
    teams = tuple(team for team in small_world.district.teams if "gas" not in team.strengths)
    found = _found(replace(small_world.district, teams=teams), small_world)
    assert any(f.sentence == "no team has the capability gas" for f in found)


def test_an_ability_without_its_item_is_found(small_world: World) -> None:
    teams = tuple(
        replace(team, equipment={k: v for k, v in team.equipment.items() if k != "chemical_suit"})
        for team in small_world.district.teams
    )
    found = _found(replace(small_world.district, teams=teams), small_world)
    assert any(f.sentence == "no team with the capability hazmat carries chemical_suit" for f in found)


def test_a_town_without_team_or_depot_is_found(small_world: World) -> None:
    code = small_world.district.towns[0].code
    teams = tuple(team for team in small_world.district.teams if team.town != code)
    depots = tuple(depot for depot in small_world.district.depots if depot.town != code)
    found = _found(replace(small_world.district, teams=teams, depots=depots), small_world)
    assert {f.sentence for f in found if f.where == f"town {code}"} == {
        "no team is stationed here",
        "no depot stands here",
    }


def test_an_item_that_nobody_stocks_is_found(small_world: World) -> None:
    depots = tuple(
        replace(depot, lots=tuple(lot for lot in depot.lots if lot.item != "foam"), reserve={})
        for depot in small_world.district.depots
    )
    found = _found(replace(small_world.district, depots=depots), small_world)
    assert any(f.sentence == "no depot holds foam, nor anything that replaces it" for f in found)


def test_a_depot_with_nothing_to_give_or_to_drive_is_found(small_world: World) -> None:
    first, *rest = small_world.district.depots
    bare = replace(first, lots=(), trucks=(), reserve={})
    found = _found(replace(small_world.district, depots=(bare, *rest)), small_world)
    assert {f.sentence for f in found if f.where == f"depot {first.id}"} == {
        "it holds no stock",
        "it has no truck to deliver with",
    }


def test_errors_come_first(small_world: World) -> None:
    first, *rest = small_world.district.teams
    found = _found(replace(small_world.district, teams=(replace(first, profile="tank"), *rest)), small_world)
    order = [list(Weight).index(f.weight) for f in found]
    assert order == sorted(order)
