"""Building a world from roads and what is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphs.links import DRIVEN, Link, Links
from graphs.road import Access, RoadClass, RoadGraph
from graphs.sources import read_roads
from models.errors import InputError
from models.force import ForceStructure
from models.place import Name
from scenarios import rosters
from scenarios.build import build_world, read_towns
from scenarios.catalogue import DEFAULT_FORCE
from scenarios.inspection import Weight, check

FORCE = ForceStructure(1, 7, 4, 12, 6)


def test_nothing_known_makes_everything_up(roads: RoadGraph) -> None:
    world = build_world(roads, structure=FORCE, name=Name(zh="乙区", en="Yi"), seed=5)
    assert len(world.district.teams) == FORCE.total
    assert len(world.district.towns) == 4
    assert world.district.name.zh == "乙区"
    assert world == build_world(roads, structure=FORCE, name=Name(zh="乙区", en="Yi"), seed=5)


def test_links_are_assembled_first() -> None:
    places = [(106.0, 29.0), (106.01, 29.0), (106.01, 29.01), (106.0, 29.01)]
    links = Links(source="square")
    for k in range(4):
        ends = (places[k], places[(k + 1) % 4])
        links.links.append(
            Link(tail=k, head=(k + 1) % 4, points=ends, road_class=RoadClass.TERTIARY, way=k, forward=DRIVEN)
        )
    world = build_world(links, structure=ForceStructure(1, 1, 1, 3, 1))
    assert world.roads.nodes >= 4
    assert len(world.district.teams) == 7


def test_a_footpath_of_twelve_nodes_is_enough_for_the_full_force() -> None:
    """An odd map gives an odd district, not a crash."""
    places = [(106.0 + 0.01 * k, 29.0 + 0.003 * (k % 3)) for k in range(12)]
    links = Links(source="path")
    for k in range(11):
        links.links.append(
            Link(
                tail=k,
                head=k + 1,
                points=(places[k], places[k + 1]),
                road_class=RoadClass.PATH,
                way=k,
                forward=Access.FOOT,
                backward=Access.FOOT,
            )
        )
    world = build_world(links)
    assert len(world.district.teams) == DEFAULT_FORCE.total
    assert any(found.weight is Weight.ERROR for found in check(world))


def test_a_real_country_gets_a_force_that_reaches_its_roads(shared: Path) -> None:
    """Liechtenstein from OpenStreetMap, nothing known but its roads."""
    world = build_world(read_roads(shared / "osm" / "liechtenstein.osm.pbf"))
    assert len(world.district.teams) == DEFAULT_FORCE.total
    assert [str(found) for found in check(world) if found.weight is Weight.ERROR] == []


def test_known_towns_are_kept(roads: RoadGraph, tmp_path: Path) -> None:
    rosters.init(tmp_path / "r")
    world = build_world(roads, towns_file=tmp_path / "r" / "towns.csv", structure=FORCE)
    assert [town.name.zh for town in world.district.towns] == ["中山路街道", "青峰镇"]
    assert {team.town for team in world.district.teams if team.echelon == "village"} <= {
        "500118001",
        "500118100",
    }


def test_rosters_are_taken_as_they_are(roads: RoadGraph, tmp_path: Path) -> None:
    rosters.init(tmp_path / "r")
    world = build_world(roads, rosters=tmp_path / "r", name=Name(zh="本区", en="Ours"))
    assert len(world.district.teams) == 3
    assert world.district.name.en == "Ours"


def test_rosters_and_a_made_up_force_exclude_each_other(roads: RoadGraph, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="rosters already hold the towns and the force"):
        build_world(roads, rosters=tmp_path, structure=FORCE)


def test_a_towns_file_without_a_town_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "towns.csv"
    path.write_text("code,name_zh,name_en,lng,lat,crs,population,area_km2\n", encoding="utf-8")
    with pytest.raises(
        InputError, match=r"towns\.csv: it lists no town; leave the file out to have towns made up"
    ):
        read_towns(path)


def test_a_wrong_town_is_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "towns.csv"
    path.write_text(
        "code,name_zh,name_en,lng,lat,crs,population,area_km2\nA,甲,Jia,106,29,wgs84,-1,5\n", encoding="utf-8"
    )
    with pytest.raises(
        InputError, match=r"towns\.csv, line 2, column population: must be at least 0, got -1"
    ):
        read_towns(path)
