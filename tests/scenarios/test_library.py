"""Worlds by name, and their cache."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from models.crs import LngLat
from models.errors import InputError
from models.force import Echelon, ForceStructure
from models.place import distance_m
from scenarios import library, made
from scenarios.files import write_world
from scenarios.library import cache_folder, describe, load, names
from scenarios.world import World

COUNTS = {"village": 388, "town": 23, "specialist": 7, "district": 1, "mutual_aid": 7, "air": 1}


def test_yongchuan_is_built_in() -> None:
    assert names() == ("yongchuan",)
    assert set(names()) == set(made.BUILDERS)


def test_yongchuan_has_the_force_of_the_plan(yongchuan: World) -> None:
    found = describe(yongchuan)
    assert {key: found.echelons[key] for key in COUNTS} == COUNTS
    assert found.teams == 459
    assert dict(found.tiers) == {"district": 2, "town": 23, "village": 388}
    assert found.shelters == 52
    assert found.population == sum(town.population for town in yongchuan.district.towns)
    assert found.digest == yongchuan.digest
    assert found.demo
    assert sum(found.categories.values()) == found.lots
    assert set(found.colours) == {"red", "orange", "yellow", "blue"}


def test_another_force_gives_another_world(cache_home: Path) -> None:
    world = load("yongchuan", force=ForceStructure.parse("1+6+23+338+20"))
    found = Counter(team.echelon for team in world.district.teams)
    assert len(world.district.teams) == 388
    assert (found[Echelon.SPECIALIST], found[Echelon.TOWN], found[Echelon.VILLAGE]) == (6, 23, 338)


def test_teams_stand_where_the_plan_names_a_place(yongchuan: World) -> None:
    """The helicopter at Da'an, the flood team at the base of Hegeng, the foresters at Qinglongsi."""
    sites = {site.id: site.position.wgs84 for site in yongchuan.district.sites}
    for team, site in (
        ("air-1", "airport-daan"),
        ("specialist-flood", "base-hegeng"),
        ("specialist-geological", "base-shuangshi"),
        ("specialist-forest_fire", "forest-qinglongsi"),
    ):
        home: LngLat = yongchuan.team(team).home.wgs84
        assert distance_m(home, sites[site]) < 800, team


def test_mutual_aid_waits_at_the_seven_gates(yongchuan: World) -> None:
    gates = [site.position.wgs84 for site in yongchuan.sites("gate")]
    aid = [team for team in yongchuan.district.teams if team.echelon is Echelon.MUTUAL_AID]
    assert len(aid) == 7
    assert all(min(distance_m(team.home.wgs84, gate) for gate in gates) < 1000 for team in aid)
    assert all(team.turnout_s > 2400 and "（" not in team.name.zh for team in aid)


def test_a_world_made_up_once_is_read_from_the_cache(yongchuan: World, cache_home: Path) -> None:
    said: list[str] = []
    again = load("yongchuan", progress=said.append)
    assert again == yongchuan
    assert again.district == yongchuan.district
    assert said == []
    assert any(
        folder.name.startswith("yongchuan-") for folder in (cache_home / "dispatch" / "worlds").iterdir()
    )


def test_making_it_up_anew_gives_the_cached_world(yongchuan: World) -> None:
    assert made.yongchuan(ForceStructure.parse("1+7+23+388+40"), 1).digest == yongchuan.digest


def test_a_new_process_makes_up_the_same_world(yongchuan: World, tmp_path: Path) -> None:
    """Nothing may hang on hash seeds, dictionary order or what ran before."""
    script = "from scenarios import library; print(library.load('yongchuan').digest)"
    env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=env, check=True, timeout=120
    )
    assert done.stdout.strip() == yongchuan.digest


def test_a_damaged_cache_is_made_up_again(yongchuan: World, cache_home: Path) -> None:
    said: list[str] = []
    for folder in cache_folder().glob("yongchuan-*"):
        (folder / "district.json").write_text("{}", encoding="utf-8")
    assert load("yongchuan", progress=said.append) == yongchuan
    assert said == ["The stored world is damaged and is made up again."]
    assert load("yongchuan", progress=said.append) == yongchuan
    assert len(said) == 1


def test_a_cache_that_cannot_be_written_costs_time_alone(
    yongchuan: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    said: list[str] = []
    assert load("yongchuan", progress=said.append) == yongchuan
    assert said[-1].startswith("The world could not be stored")


def test_old_worlds_leave_the_cache(
    yongchuan: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for k in range(20):
        folder = cache_folder() / f"yongchuan-{k:02d}"
        folder.mkdir(parents=True)
        os.utime(folder, (k, k))
    assert load("yongchuan") == yongchuan
    left = sorted(folder.name for folder in cache_folder().iterdir())
    assert len(left) == 16
    assert left[0] == "yongchuan-05"


def test_yongchuan_names_what_the_plan_names(yongchuan: World) -> None:
    depots = [depot.name.zh for depot in yongchuan.district.depots[:2]]
    assert depots == ["渝西救灾物资库", "永川区救灾物资库"]
    assert yongchuan.shelters["shelter-park"].name.zh == "凤凰湖公园城市级避难场所"


def test_a_relative_cache_home_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the XDG specification asks."""
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    assert cache_folder() == Path.home() / ".cache" / "dispatch" / "worlds"


def test_a_folder_is_loaded_as_it_is(small_world: World, tmp_path: Path) -> None:
    write_world(small_world, tmp_path / "w")
    assert load(tmp_path / "w") == small_world
    with pytest.raises(InputError, match="has its force already"):
        load(tmp_path / "w", force=ForceStructure(1, 1, 1, 1, 1))


def test_an_unknown_name_lists_those_there_are() -> None:
    with pytest.raises(
        InputError, match="there is no world 'atlantis'; give a folder that holds one, or one of yongchuan"
    ):
        load("atlantis")


def test_the_check_is_at_hand_in_the_library(yongchuan: World) -> None:
    assert library.check(yongchuan)


GOLDEN = ("688c4d8fc492699a", "f9edb98b0c9b021a")
"""Digests of the roads and of the whole built-in Yongchuan world, seed 1, force 1+7+23+388+40."""


def test_yongchuan_is_the_world_it_was(yongchuan: World) -> None:
    """A change of the built-in world is seen here first; where it is meant, put the new digests."""
    assert (yongchuan.roads.digest[:16], yongchuan.digest[:16]) == GOLDEN
