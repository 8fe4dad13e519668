"""`dispatch world`: list, show, check, init, build, export, and the way round."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.dispatch.shell import REQUEST, documents, invoke, one_incident, said

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_world_list() -> None:
    """The embedded world is there."""
    assert documents("world", "list") == {"worlds": ["yongchuan"]}
    assert said("world", "list") == "yongchuan\n"


def test_world_show(small_world: Path) -> None:
    """The counts of the template rosters."""
    shown = documents("world", "show", small_world)
    assert (shown["teams"], shown["depots"], shown["trucks"], shown["towns"]) == (3, 2, 2, 2)
    assert shown["demo"] is True
    assert "示例区" in said("world", "show", small_world, lang="zh")
    assert "Example District" in said("world", "show", small_world)


def test_world_of_another_force(worlds_cache: Path) -> None:
    """The embedded world with the counts asked for."""
    shown = documents("world", "show", "yongchuan", "--force", "1+6+23+338+20")
    assert shown["teams"] == 388
    assert (shown["echelons"]["district"], shown["echelons"]["specialist"]) == (1, 6)
    assert (shown["echelons"]["town"], shown["echelons"]["village"]) == (23, 338)


def test_world_check(small_world: Path) -> None:
    """Warnings alone are exit code 0, and each stands in the text too."""
    found = documents("world", "check", small_world)
    assert found["ok"] is True
    assert {each["weight"] for each in found["findings"]} == {"warning", "note"}
    text = " ".join(said("world", "check", small_world).split())
    assert all(each["sentence"] in text for each in found["findings"])
    assert CHINESE.search(said("world", "check", small_world, lang="zh"))


def test_world_check_fails_where_a_team_is_kept_out(small_home: Path, tmp_path: Path) -> None:
    """A vehicle that no profile describes is an error: exit code 1, for scripts to see."""
    rosters = tmp_path / "rosters"
    rosters.mkdir()
    for file in (small_home / "rosters").iterdir():
        body = file.read_text(encoding="utf-8")
        (rosters / file.name).write_text(body.replace(",motorcycle,", ",rickshaw,"), encoding="utf-8")
    built = invoke(
        "world", "build", "--out", tmp_path / "w", "--roads", small_home / "roads",
        "--crs", "wgs84", "--rosters", rosters,
    )  # fmt: skip
    assert built.exit_code == 0, built.output
    result = invoke("world", "check", tmp_path / "w", "--json")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert document["ok"] is False
    assert "no vehicle profile 'rickshaw'" in document["findings"][0]["sentence"]


def test_world_init(tmp_path: Path) -> None:
    """All tables, a README and the doctrine, each named."""
    files = documents("world", "init", tmp_path / "mine")["files"]
    assert {Path(file).name for file in files} == {file.name for file in (tmp_path / "mine").iterdir()}
    assert {"teams.csv", "stock.csv", "doctrine.toml", "README.md"} <= {Path(file).name for file in files}
    assert "teams.csv" in said("world", "init", tmp_path / "other")


def test_world_build_tells_what_it_read(small_home: Path, tmp_path: Path) -> None:
    """Roads kept and dropped, and the counts of the world, as a document."""
    built = documents(
        "world", "build", "--out", tmp_path / "w", "--roads", small_home / "roads",
        "--crs", "wgs84", "--rosters", small_home / "rosters", "--name", "Grid",
    )  # fmt: skip
    assert built["roads"]["source"] == "roads"
    assert built["world"]["name"] == {"zh": "Grid", "en": "Grid"}
    assert built["world"]["teams"] == 3


def test_world_build_with_a_made_up_force(small_home: Path, tmp_path: Path) -> None:
    """No rosters: teams and depots of the structure asked for, marked as demo data."""
    built = documents(
        "world", "build", "--out", tmp_path / "w", "--roads", small_home / "roads",
        "--crs", "wgs84", "--synthetic-force", "1+2+3+9+2",
    )  # fmt: skip
    assert built["world"]["teams"] == 17
    assert built["world"]["demo"] is True
    question = one_incident(force_needs=None, supply_needs=None)
    plan = documents("plan", "-", "--world", tmp_path / "w", text=json.dumps(question))
    assert plan["check"]["ok"]
    assert plan["assignments"]


OSM = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
{nodes}
{ways}
</osm>
"""


def write_osm(file: Path) -> Path:
    """A grid of four by four streets half a kilometre apart, as an OSM extract."""
    nodes, ways = [], []
    for row in range(4):
        for column in range(4):
            lng, lat = 105.83 + column * 0.005, 29.335 + row * 0.005
            nodes.append(f'<node id="{row * 4 + column + 1}" lon="{lng:.4f}" lat="{lat:.4f}" version="1"/>')
    for line in range(4):
        for number, members in (
            (line + 1, [line * 4 + k + 1 for k in range(4)]),
            (line + 11, [k * 4 + line + 1 for k in range(4)]),
        ):
            refs = "".join(f'<nd ref="{ref}"/>' for ref in members)
            tags = f'<tag k="highway" v="secondary"/><tag k="name" v="第{number}街"/>'
            ways.append(f'<way id="{number}" version="1">{refs}{tags}</way>')
    file.write_text(OSM.format(nodes="\n".join(nodes), ways="\n".join(ways)), encoding="utf-8")
    return file


def test_world_build_from_an_osm_extract(tmp_path: Path) -> None:
    """An OSM file alone is enough to plan on."""
    extract = write_osm(tmp_path / "town.osm")
    built = documents(
        "world", "build", "--out", tmp_path / "w", "--osm", extract, "--synthetic-force", "1+2+2+6+1"
    )
    assert built["roads"]["source"] == "town.osm"
    question = one_incident(position={"lng": 105.842, "lat": 29.342, "crs": "wgs84"})
    plan = documents("plan", "-", "--world", tmp_path / "w", text=json.dumps(question))
    assert plan["check"]["ok"]
    assert plan["assignments"]


def test_exported_tables_build_a_world_with_the_same_plan(small_world: Path, tmp_path: Path) -> None:
    """Roads in GCJ-02 and rosters out, a world in again: teams, trucks, times and values are the same."""
    exported = documents("world", "export", small_world, "--out", tmp_path / "tables", "--crs", "gcj02")
    assert Path(exported["roads"]) == tmp_path / "tables" / "roads"
    assert exported["crs"] == "gcj02"
    documents(
        "world", "build", "--out", tmp_path / "again", "--roads", exported["roads"],
        "--rosters", exported["rosters"],
    )  # fmt: skip
    before = documents("plan", "-", "--world", small_world, text=json.dumps(REQUEST))
    after = documents("plan", "-", "--world", tmp_path / "again", text=json.dumps(REQUEST))
    for key in ("assignments", "shipments"):
        assert [_times(each) for each in after[key]] == [_times(each) for each in before[key]]
    assert after["objective"] == before["objective"]


def _times(choice: dict[str, Any]) -> tuple[object, ...]:
    kept = ("team", "truck", "incident", "serves", "loads", "departs_at", "arrives_at", "eta")
    return (*(choice.get(key) for key in kept), choice["route"]["length_m"], choice["route"]["roads"])
