"""CSV tables: what is written reads back, what is wrong is placed."""

from __future__ import annotations

import tempfile
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import InputError
from models.force import Shift
from scenarios.tables import (
    Column,
    amounts,
    join,
    join_amounts,
    join_shifts,
    number,
    read_table,
    shifts,
    text,
    whole,
    words,
    write_table,
)

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1).map(
    str.strip
)
IDS = st.text(st.characters(categories=("L", "Nd"), include_characters="-_."), min_size=1, max_size=12)
CLOCKS = st.times(timezones=st.none()).map(lambda t: t.replace(microsecond=0))


@given(cells=st.lists(st.tuples(IDS, CELLS.filter(bool)), max_size=6, unique_by=lambda pair: pair[0]))
@settings(max_examples=60, deadline=None)
def test_any_text_reads_back_as_it_was_written(cells: list[tuple[str, str]]) -> None:
    columns = (Column("id", text), Column("said", text))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        write_table(path, columns, [{"id": ident, "said": said} for ident, said in cells])
        found = read_table(path, columns, key="id")
    assert [(row["id"], row["said"]) for row in found] == cells


@given(table=st.dictionaries(IDS, st.integers(0, 10**12), max_size=5))
def test_amounts_read_back_as_they_were_written(table: dict[str, int]) -> None:
    assert amounts(whole(0))(join_amounts(table)) == table


@given(table=st.dictionaries(IDS, st.floats(1e-9, 1e9), max_size=5))
def test_ratios_read_back_to_the_last_bit(table: dict[str, float]) -> None:
    assert amounts(number)(join_amounts(table)) == table


@given(names=st.lists(IDS, max_size=5))
def test_lists_read_back_as_they_were_written(names: list[str]) -> None:
    assert words(join(names)) == tuple(names)


@given(
    start=CLOCKS, end=CLOCKS, days=st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True).map(tuple)
)
def test_periods_read_back_as_they_were_written(start: time, end: time, days: tuple[int, ...]) -> None:
    if start != end:
        period = (Shift(start=start, end=end, weekdays=days),)
        assert shifts(join_shifts(period)) == period


@pytest.mark.parametrize("cell", ["1_000", "nan", "inf", "1e999", "1,5", "", "0x10", "十"])
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(InputError):
        number(cell)


def test_lines_are_counted_through_cells_of_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('id,n\na,"1\n"\nb,x\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_table(path, (Column("id", text), Column("n", whole())))
    assert str(caught.value) == "t.csv, line 4, column n: 'x' is not a whole number"


def test_a_folder_in_place_of_a_table_is_said(tmp_path: Path) -> None:
    (tmp_path / "t.csv").mkdir()
    with pytest.raises(InputError, match=r"t\.csv: cannot be read: Is a directory"):
        read_table(tmp_path / "t.csv", (Column("id", text),))


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id\na\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_table(tmp_path / "t.csv", (Column("id", text), Column("crew", whole())))
    assert str(caught.value) == "t.csv, line 1: column 'crew' is missing"
