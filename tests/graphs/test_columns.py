"""Column maps: what the example shows is read, what is mistaken is refused."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from graphs import columns as columns_module
from graphs.columns import LINK_FIELDS, NODE_FIELDS, read_columns
from graphs.road import RoadClass
from models.errors import InputError

EXAMPLE = Path(columns_module.__file__).parent / "data" / "columns.example.toml"

BAD_TOML = [
    ("crs = ", "not valid TOML"),
    ("crs = 4544", "crs: must be text"),
    (
        'colour = "red"',
        "unknown key 'colour'; there are crs, default_class, encoding, join_m, link, node, values",
    ),
    ('[link]\nklass = "x"', "link: unknown key 'klass'"),
    ('[node]\nz = "x"', "node: unknown key 'z'; there are id, x, y"),
    ("[link]\nclass = 3", "link.class: must be text, got 3"),
    ('[values.colour]\na = "b"', "values: unknown key 'colour'"),
    ('[values.class]\na = "broad"', "values.class.a: road class 'broad' is not known"),
    ('[values.oneway]\na = "left"', "values.oneway.a: 'left' is not one of backward, both, forward, strict"),
    ('default_class = "broad"', "default_class: road class 'broad' is not known"),
    ('join_m = "far"', "join_m: must be a number of metres"),
    ("join_m = -1", "join_m must be from 0 to 100 metres, got -1"),
    ("link = 3", "link: must be a table"),
]


@pytest.mark.parametrize(("text", "words"), BAD_TOML, ids=[text for text, _ in BAD_TOML])
def test_a_column_map_with_a_mistake_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "columns.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_columns(path)
    assert str(caught.value).startswith(str(path))
    assert words in str(caught.value)


def test_the_example_shows_every_key_and_is_read() -> None:
    found = read_columns(EXAMPLE)
    assert (found.crs, found.encoding, found.join_m) == ("gcj02", "gbk", 0.5)
    assert set(found.link) == LINK_FIELDS
    assert set(found.node) == NODE_FIELDS
    assert found.classes["高速"] is RoadClass.MOTORWAY
    assert set(tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))) == {
        "crs", "encoding", "join_m", "default_class", "link", "node", "values",
    }  # fmt: skip
