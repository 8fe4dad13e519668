"""Road graphs as files: what is written is read, and nothing else is."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from graphs.files import FORMAT, read_graph, write_graph
from graphs.links import Link, Links, assemble
from graphs.order import order_of
from graphs.road import RoadClass, RoadGraph
from graphs.turns import expanded
from models.errors import InputError


def small() -> RoadGraph:
    links = Links(source="三角")
    corners = ((105.9, 29.3), (105.9, 29.31), (105.91, 29.31))
    for i in range(3):
        a, b = corners[i], corners[(i + 1) % 3]
        bend = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + 0.001)
        links.links.append(
            Link(
                tail=i,
                head=(i + 1) % 3,
                points=(a, bend, b),
                road_class=RoadClass.PRIMARY,
                way=i,
                name=f"路 {i}",
            )
        )
    links.notes.append("a note")
    return assemble(links)


def barring() -> RoadGraph:
    """The triangle with two turns barred."""
    graph = small()
    turns = [(a, b) for a in range(graph.arcs) for b in range(graph.arcs) if graph.head[a] == graph.tail[b]]
    return replace(
        graph,
        ban_first=np.array([0, 2, 4], dtype=np.int64),
        ban_arcs=np.array([*turns[1], *turns[4]], dtype=np.int32),
        ban_access=np.array([1, 4], dtype=np.uint8),
    )


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "x.roads.npz"
    write_graph(small(), path)
    return path


def test_a_graph_is_read_as_it_was_written(stored: Path) -> None:
    graph, again = small(), read_graph(stored)
    assert again.digest == graph.digest
    assert again.names == graph.names == ("", "路 0", "路 1", "路 2")
    assert again.report == graph.report
    for key, array in graph.arrays().items():
        np.testing.assert_array_equal(again.arrays()[key], array)
        assert not again.arrays()[key].flags.writeable


def test_barred_turns_are_stored_with_the_order_of_the_graph_they_make(tmp_path: Path) -> None:
    path, graph = tmp_path / "x.roads.npz", barring()
    write_graph(graph, path)
    again = read_graph(path)
    assert again.digest == graph.digest != small().digest
    assert again.ban_sequences == graph.ban_sequences
    assert again.ban_access.tolist() == [1, 4]
    assert order_of(again).size == expanded(graph).nodes > graph.nodes
    assert order_of(again).tolist() == order_of(graph).tolist()
    changed(path, lambda arrays: [arrays.pop(key) for key in ("ban_first", "ban_arcs", "ban_access")])
    with pytest.raises(InputError, match="changed since it was written"):
        read_graph(path)


def test_the_order_of_the_roads_without_their_barred_turns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.roads.npz"
    write_graph(barring(), path)
    plain = order_of(small())
    bound = sha256(barring().digest.encode() + plain.tobytes()).hexdigest()

    def swap(arrays: dict[str, np.ndarray]) -> None:
        arrays["order"] = plain
        rehead(arrays, order=bound)

    changed(path, swap)
    with pytest.raises(InputError) as caught:
        read_graph(path)
    nodes = expanded(barring()).nodes
    words = f"the order of contraction is not one of the {nodes} nodes of this map; build it again"
    assert str(caught.value) == f"{path}: {words}"


def test_writing_leaves_no_other_file_and_replaces_the_old_one(stored: Path) -> None:
    write_graph(small(), stored)
    assert [path.name for path in stored.parent.iterdir()] == ["x.roads.npz"]


def test_the_same_graph_makes_the_same_arrays_in_the_file(stored: Path) -> None:
    first = read_graph(stored).digest
    write_graph(small(), stored)
    assert read_graph(stored).digest == first


def test_a_write_that_fails_leaves_the_old_file(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stored.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)  # a full disk cannot be had otherwise
    with pytest.raises(InputError, match="cannot be written: No space left on device"):
        write_graph(small(), stored)
    assert stored.read_bytes() == before
    assert len(list(stored.parent.iterdir())) == 1


def changed(path: Path, change: Callable[[dict[str, np.ndarray]], object]) -> None:
    with np.load(path) as archive:
        arrays = {key: archive[key] for key in archive.files}
    change(arrays)
    with path.open("wb") as file:
        np.savez(file, **arrays)


def rehead(arrays: dict[str, np.ndarray], **values: object) -> None:
    head = {**json.loads(arrays["head.json"].tobytes()), **values}
    arrays["head.json"] = np.frombuffer(json.dumps(head).encode(), dtype=np.uint8)


def longer(arrays: dict[str, np.ndarray]) -> None:
    arrays["length_dm"] = arrays["length_dm"] + np.int32(1)


def lost(arrays: dict[str, np.ndarray]) -> None:
    del arrays["head"]


def short(arrays: dict[str, np.ndarray]) -> None:
    arrays["way"] = arrays["way"][:-1]


CHANGES = [
    (longer, "changed since it was written (its digest does not fit)"),
    (lost, "not a whole road graph"),
    (short, "road graph: way needs one value per arc"),
    (lambda arrays: rehead(arrays, names=["", "A", "B", "C"]), "changed since it was written"),
    (lambda arrays: rehead(arrays, report={}), "not a whole road graph"),
    (lambda arrays: rehead(arrays, names=[0, 1, 2, 3]), "first name must be empty"),
    (lambda arrays: rehead(arrays, names=["", 1, 2, 3]), "not a whole road graph"),
    (lambda arrays: rehead(arrays, digest=None), "changed since it was written"),
    (
        lambda arrays: rehead(arrays, format="rescue-dispatch/roads/2"),
        "format 'rescue-dispatch/roads/2' is not known",
    ),
    (lambda arrays: arrays.pop("head.json"), "not a road graph file"),
]


@pytest.mark.parametrize(("change", "words"), CHANGES, ids=[words for _, words in CHANGES])
def test_a_changed_file_is_refused(stored: Path, change: Callable[..., None], words: str) -> None:
    changed(stored, change)
    with pytest.raises(InputError) as caught:
        read_graph(stored)
    assert str(caught.value).startswith(f"{stored}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_a_truncated_file_is_refused(stored: Path, share: float) -> None:
    data = stored.read_bytes()
    stored.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(InputError, match="not a road graph file, or cut short"):
        read_graph(stored)


@pytest.mark.parametrize("data", [b"PK\x03\x04 no zip", b"text", b"\x93NUMPY\x01\x00"])
def test_a_foreign_file_is_refused(stored: Path, data: bytes) -> None:
    stored.write_bytes(data)
    with pytest.raises(InputError, match="not a road graph file"):
        read_graph(stored)


def test_a_zip_without_arrays_and_a_lone_array_are_refused(stored: Path) -> None:
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(InputError, match="not a road graph file"):
        read_graph(stored)
    with stored.open("wb") as file:
        np.save(file, np.arange(3))
    with pytest.raises(InputError, match="not a road graph file"):
        read_graph(stored)


def test_objects_are_never_unpickled(stored: Path) -> None:
    changed(stored, lambda arrays: arrays.update({"names": np.array([{"a": 1}], dtype=object)}))
    with pytest.raises(InputError, match="not a road graph file"):
        read_graph(stored)


def test_a_missing_file_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_graph(tmp_path / "gone.roads.npz")
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        read_graph(tmp_path)
    with pytest.raises(InputError, match="cannot be written: No such file or directory"):
        write_graph(small(), tmp_path / "gone" / "x.roads.npz")


def test_the_format_is_written_into_the_file(stored: Path) -> None:
    with np.load(stored) as archive:
        assert json.loads(archive["head.json"].tobytes())["format"] == FORMAT
