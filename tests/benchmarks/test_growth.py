from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from benchmarks.commands import measure_growth
from benchmarks.growth import GrowthTable, Size, curves, measure, slope
from benchmarks.measure import memory, row
from benchmarks.routing import Choice


@pytest.fixture(scope="module")
def table() -> GrowthTable:
    return measure((1_500, 3_000), Choice(phases=("topology", "customise"), pairs=200, runs=1))


def test_a_cube_has_slope_three() -> None:
    assert slope([10, 100, 1000], [2e0, 2e3, 2e6]) == 3.0


def test_a_gap_is_left_out_of_the_fit() -> None:
    assert slope([10, 100, 1000], [1.0, None, 100.0]) == 1.0


def test_one_point_has_no_slope() -> None:
    assert slope([10, 100], [1.0, None]) is None


def test_sizes_are_those_of_the_drawn_networks(table: GrowthTable) -> None:
    assert [size.graph for size in table.sizes] == ["grid:1500", "grid:3000"]
    assert table.sizes[0].nodes < table.sizes[1].nodes


def test_every_curve_has_a_value_for_each_size(table: GrowthTable) -> None:
    timed = {curve.phase: curve for curve in table.curves if curve.unit == "ms"}
    assert set(timed) == {"topology", "customise"}
    assert all(value is not None for curve in timed.values() for value in curve.values)


def test_memory_of_the_topology_grows_about_in_proportion(table: GrowthTable) -> None:
    curve = next(curve for curve in table.curves if curve.phase == "memory_topology")
    assert curve.unit == "MB"
    assert curve.slope is not None
    assert 0.8 < curve.slope < 1.5


def test_a_figure_per_node_is_in_microseconds_or_bytes() -> None:
    size = Size(graph="a", nodes=1000, arcs=1)
    found = curves([size], [row("a", "x", "p", [5.0]), memory("a", "x", "m", 7_000_000)])
    assert [curve.per_node for curve in found] == [5.0, 7000.0]


def test_a_size_that_was_not_measured_is_none() -> None:
    sizes = [Size(graph=name, nodes=n, arcs=1) for name, n in (("a", 10), ("b", 20))]
    assert curves(sizes, [row("a", "x", "p", [5.0])])[0].values == (5.0, None)


def test_the_command_writes_the_table_and_its_page(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(measure_growth)
    file, page = tmp_path / "growth.json", tmp_path / "growth.html"
    command = ["--nodes", "2000", "--nodes", "1000", "--phase", "customise", "--runs", "1"]
    done = CliRunner().invoke(app, [*command, "--json", str(file), "--html", str(page)])
    assert done.exit_code == 0, done.output
    found = json.loads(file.read_text(encoding="utf-8"))
    assert [size["graph"] for size in found["sizes"]] == ["grid:1000", "grid:2000"]
    assert {"engine", "phase", "unit", "values", "per_node", "slope"} == set(found["growth"][0])
    assert "Growth of the hierarchy" in page.read_text(encoding="utf-8")
