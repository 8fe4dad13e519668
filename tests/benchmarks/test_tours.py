"""Published fleets are read as they are, all engines answer to the same rules, and the relief table is checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.tours import fleet_rows, mean_gaps, relief_rows
from benchmarks.tours_engines import ENGINES
from benchmarks.tours_instances import names, problem, read, read_file
from models.errors import InputError
from tests.dispatch.tours.cases import tour_case

FILE = """NAME: tiny
TYPE: HFVRP
DIMENSION: 5
VEHICLES: 3
EDGE_WEIGHT_TYPE: EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
3 6 8
4 0 5
5 5 0
DEMAND_SECTION
1 0
2 4
3 4
4 3
5 3
CAPACITY_SECTION
1 8
2 8
3 14
VEHICLES_FIXED_COST_SECTION
1 10
2 10
3 100
VEHICLES_UNIT_DISTANCE_COST_SECTION
1 2
2 2
3 3
DEPOT_SECTION
1
EOF
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.vrp"
    path.write_text(FILE, encoding="utf-8")
    path.with_suffix(".sol").write_text("Route #1: 1 4\nRoute #2: 2 3\nCost: 92.36\n", encoding="utf-8")
    return path


def test_an_instance_is_read_and_its_best_known_worked_out(tiny: Path) -> None:
    instance = read_file(tiny)
    assert instance.best_known == pytest.approx(20 + 2 * (10 + 20**0.5) + 2 * (15 + 45**0.5))
    tours = problem(instance)
    assert [own.grams for own in tours.vehicles] == [8, 8, 14]
    assert tours.tables[0, 0, 1] == 500


@pytest.mark.parametrize("name", ENGINES)
def test_engines_find_the_best_routes_of_a_tiny_fleet(tiny: Path, name: str) -> None:
    instance = read_file(tiny)
    routes = ENGINES[name](instance, 0.4, 1)
    assert instance.cost(routes) == pytest.approx(instance.best_known)


@pytest.mark.parametrize(
    ("routes", "sentence"),
    [
        ([(0, [1, 2])], "missing or served twice"),
        ([(0, [1, 2]), (0, [3, 4])], "used twice"),
        ([(0, [1, 2, 3]), (1, [4])], "overloaded"),
    ],
)
def test_wrong_routes_have_no_cost(tiny: Path, routes: list[tuple[int, list[int]]], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_file(tiny).cost(routes)


def test_a_file_without_a_fleet_is_refused(tiny: Path) -> None:
    tiny.write_text(
        FILE.replace("VEHICLES_UNIT_DISTANCE_COST_SECTION\n1 2\n2 2\n3 3\n", ""), encoding="utf-8"
    )
    with pytest.raises(InputError, match="vehicles_unit_distance_cost is missing"):
        read_file(tiny)


def test_without_instances_there_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPATCH_SHARED", str(tmp_path))
    with pytest.raises(InputError, match="set DISPATCH_SHARED"):
        names()


def test_the_published_fleets_cost_what_is_published(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPATCH_SHARED", str(shared.parent))
    for name in names():
        said = float((shared / "vrp" / f"{name}.sol").read_text(encoding="utf-8").split()[-1])
        ratio = read(name).best_known / said
        assert any(ratio == pytest.approx(scale, rel=1e-5) for scale in (1, 100, 0.001)), name
    rows = fleet_rows(names()[:1], ["ours"], seconds=0.5)
    assert rows[0].gap_percent is not None
    assert rows[0].gap_percent >= -0.001
    assert mean_gaps(rows) == {"ours": rows[0].gap_percent}


def test_relief_plans_are_checked_and_bounded() -> None:
    rows = relief_rows({"drawn": tour_case(4, drops=8, vehicles=4)}, rounds=(1, 200))
    assert [(row.aim, row.rounds) for row in rows] == [("arrival", 1), ("arrival", 200), ("cost", 200)]
    assert all(row.faults == 0 for row in rows)
    assert all(row.bound_arrival_min <= row.mean_arrival_min for row in rows)
