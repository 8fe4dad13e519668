"""What a command loads: a start is short because it leaves out what the command does not need."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from dispatch.cli.app import app
from tests.conftest import ROOT
from tests.dispatch.shell import small_request

LOADED = """
import sys
from dispatch.cli.app import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""
HEAVY = {
    "geopandas",
    "networkx",
    "osmium",
    "osmnx",
    "pandas",
    "plotly",
    "pulp",
    "pymetis",
    "pyogrio",
    "pyproj",
}
COMPILER = {"numba.np.arraymath", "numba.typed.typeddict", "scipy.linalg"}
"""What Numba loads before it compiles; NUMBA_DISABLE_JIT=1 has no use for it either."""
SOLVER = {"ortools", "models.plan", "models.inquiry", "dispatch.answer"}


def loaded(*words: str | Path) -> set[str]:
    """Give the modules that a command has loaded when it ends, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *map(str, words)],
        env=os.environ | {"PYTHONPATH": str(ROOT), "DISPATCH_LANG": "en"},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    "words",
    [
        ("route", "--from", "105.852,29.352", "--to", "105.9,29.36"),
        ("table", "--from", "teams", "--to", "105.852,29.352"),
        ("isochrone", "--from", "105.852,29.352", "--minutes", "5"),
    ],
    ids=lambda words: words[0],
)
def test_a_later_question_to_the_roads_loads_no_compiler_and_no_solver(
    words: tuple[str, ...], small_world: Path
) -> None:
    loaded(*words, "--world", small_world)  # compiles what this machine has not compiled yet
    later = loaded(*words, "--world", small_world)
    assert "kernels.jit" in later
    assert later & (HEAVY | COMPILER | SOLVER) == set()


def test_a_help_loads_neither_arrays_nor_worlds() -> None:
    found = loaded("route", "--help")
    assert "dispatch.cli.route" in found
    assert found & (HEAVY | COMPILER | SOLVER | {"numpy", "numba", "scenarios"}) == set()


def test_a_command_is_imported_when_it_is_named() -> None:
    ours = {name for name in loaded("--help") if name.split(".")[0] in {"dispatch", "models", "scenarios"}}
    assert ours == {"dispatch", "dispatch.cli", "dispatch.cli.app", "dispatch.cli.later"}
    found = loaded("route", "--help")
    assert "dispatch.cli.route" in found
    assert found & {"dispatch.cli.plan", "dispatch.cli.world", "dispatch.cli.table"} == set()


def test_the_list_of_commands_says_what_each_says_of_itself() -> None:
    """The list is made without the commands; its sentences are the first of theirs."""
    listed = get_command(app)
    assert isinstance(listed, TyperGroup)
    for name, command in listed.commands.items():
        if not isinstance(command, TyperGroup):
            own = command.make_context(name, [], resilient_parsing=True).command
            assert own is not command
            assert own.name == name
            assert command.help == str(own.help).split("\n\n", maxsplit=1)[0], name


def test_the_list_of_worlds_loads_no_world() -> None:
    found = loaded("world", "list")
    assert "scenarios.catalogue" in found
    assert found & {"numpy", "numba", "graphs", "scenarios.library"} == set()


def test_a_group_of_commands_is_imported_when_one_of_them_is_asked_for() -> None:
    assert loaded("--help") & {"dispatch.cli.stock", "models.custody", "sqlalchemy"} == set()
    found = loaded("stock", "issue", "--help")
    assert "dispatch.cli.stock" in found
    assert found & {"models.custody", "sqlalchemy", "numpy"} == set()


def test_a_look_at_the_stock_loads_neither_arrays_nor_migrations(small_world: Path, tmp_path: Path) -> None:
    file = tmp_path / "stock.sqlite"
    assert "alembic" in loaded("stock", "open", "--world", small_world, "--store", file)
    found = loaded("stock", "list", "--store", file)
    assert "sqlalchemy" in found
    assert found & (HEAVY | COMPILER | SOLVER | {"numpy", "numba", "scenarios", "alembic"}) == set()


def test_a_plan_loads_its_solver_and_no_reader_of_maps(small_world: Path, tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text(json.dumps(small_request()), encoding="utf-8")
    found = loaded("plan", file, "--world", small_world)
    assert "ortools" in found
    assert found & HEAVY == set()
    # it meets all needs: nothing is left over to be put in order
    assert found & {"dispatch.sequencing.schedule", "ortools.math_opt.python.mathopt"} == set()
