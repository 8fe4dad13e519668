"""Worlds as folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphs.files import write_graph
from models.errors import InputError
from scenarios import files
from scenarios.files import is_world, read_world, write_world
from scenarios.world import World
from tests.scenarios.grid import grid_roads


def test_a_world_reads_back_the_same(small_world: World, tmp_path: Path) -> None:
    write_world(small_world, tmp_path / "w")
    found = read_world(tmp_path / "w")
    assert found == small_world
    assert found.district == small_world.district
    assert sorted(entry.name for entry in (tmp_path / "w").iterdir()) == ["district.json", "roads.npz"]


def test_a_world_is_replaced_and_nothing_is_left_lying_about(small_world: World, tmp_path: Path) -> None:
    write_world(small_world, tmp_path / "w")
    write_world(small_world, tmp_path / "w")
    assert [entry.name for entry in tmp_path.iterdir()] == ["w"]
    assert is_world(tmp_path / "w")


def test_a_folder_with_anything_else_in_it_is_left_alone(small_world: World, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"the folder holds notes\.txt, which is no part of a world"):
        write_world(small_world, tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["notes.txt"]


def test_a_file_in_the_way_is_named(small_world: World, tmp_path: Path) -> None:
    (tmp_path / "w").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="it is a file; a world is a folder"):
        write_world(small_world, tmp_path / "w")


def test_a_failure_half_way_leaves_the_old_world(
    small_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_world(small_world, tmp_path / "w")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_graph", full)
    with pytest.raises(InputError, match="cannot be written: No space left on device"):
        write_world(small_world, tmp_path / "w")
    assert read_world(tmp_path / "w") == small_world
    assert [entry.name for entry in tmp_path.iterdir()] == ["w"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere: there is no such folder"):
        read_world(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["district.json", "roads.npz"])
def test_a_missing_file_is_named(small_world: World, tmp_path: Path, name: str) -> None:
    write_world(small_world, tmp_path / "w")
    (tmp_path / "w" / name).unlink()
    with pytest.raises(InputError, match=f"it is not a world: {name} is missing"):
        read_world(tmp_path / "w")


def test_a_cut_district_is_named_by_line(small_world: World, tmp_path: Path) -> None:
    write_world(small_world, tmp_path / "w")
    path = tmp_path / "w" / "district.json"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match=r"district\.json, line 1, column \d+: not valid JSON"):
        read_world(tmp_path / "w")


def test_a_foreign_road_file_is_refused(small_world: World, tmp_path: Path) -> None:
    write_world(small_world, tmp_path / "w")
    (tmp_path / "w" / "roads.npz").write_bytes(b"not a graph")
    with pytest.raises(InputError, match=r"roads\.npz: not a road graph file"):
        read_world(tmp_path / "w")


def test_roads_of_another_world_are_refused(small_world: World, tmp_path: Path) -> None:
    write_world(small_world, tmp_path / "w")
    write_graph(grid_roads(5), tmp_path / "w" / "roads.npz")
    with pytest.raises(InputError, match="was made on another road graph"):
        read_world(tmp_path / "w")


def test_the_old_world_comes_back_when_the_new_one_cannot_take_its_place(
    small_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_world(small_world, tmp_path / "w")
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if target == tmp_path / "w" and ".old." not in str(self):
            raise OSError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(InputError, match="cannot be written: Permission denied"):
        write_world(small_world, tmp_path / "w")
    assert read_world(tmp_path / "w") == small_world
    assert [entry.name for entry in tmp_path.iterdir()] == ["w"]
