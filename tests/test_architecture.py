"""The shape of the code: order of packages, size of modules, and guards that catch what they are for."""

from __future__ import annotations

import ast
import importlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("benchmarks", "dispatch", "graphs", "kernels", "models", "scenarios")
LONGEST_MODULE = 450
LONGEST_FUNCTION = 70
LONGEST_KERNEL = 160  # one loop over shared locals; cut up, it would hand a dozen of them around
TOOLS = Path(sys.executable).parent

MODULES = sorted(path for package in (*PACKAGES, "tests") for path in (ROOT / package).rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def make(target: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a target of our own Makefile with the tools of this environment instead of one of its own."""
    return run("make", target, "DEV=", f"BIN={TOOLS}", cwd=cwd)


# Where packages come from --------------------------------------------------------------------------


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_comes_from_this_project(package: str) -> None:
    taken = importlib.import_module(package).__file__
    assert taken is not None
    assert Path(taken).resolve() == ROOT / package / "__init__.py"


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_installs_the_name_of_a_package(package: str) -> None:
    assert set(packages_distributions().get(package, ["rescue-dispatch"])) == {"rescue-dispatch"}


@pytest.mark.parametrize("package", ["graphs", "kernels", "models", "scenarios"])
@pytest.mark.parametrize("kind", ["package", "bare folder", "module"])
def test_dispatch_refuses_to_start_with_a_sibling_from_elsewhere(
    tmp_path: Path, package: str, kind: str
) -> None:
    """Ours lie last on the path here, as they do behind site-packages in an editable install."""
    stray, ours = tmp_path / "stray", tmp_path / "ours"
    stray.mkdir()
    if kind == "module":
        (stray / f"{package}.py").touch()
    else:
        (stray / package).mkdir()
    if kind == "package":
        (stray / package / "__init__.py").touch()
    ours.mkdir()
    for each in PACKAGES:
        if each != package or kind != "bare folder":  # a bare folder wins only where ours is not on the path
            shutil.copytree(ROOT / each, ours / each, ignore=shutil.ignore_patterns("__pycache__", "data"))
    started = run(
        sys.executable, "-S", "-c", "import dispatch", cwd=tmp_path, PYTHONPATH=f"{stray}{os.pathsep}{ours}"
    )
    assert started.returncode == 1
    last = started.stderr.splitlines()[-1]
    assert last.startswith(f"ImportError: package '{package}' was taken from {stray / package}")
    assert last.endswith(f"not from {ours}; run dispatch in an environment of its own")


def test_dispatch_starts_with_its_own_siblings(tmp_path: Path) -> None:
    started = run(sys.executable, "-S", "-c", "import dispatch", cwd=tmp_path, PYTHONPATH=str(ROOT))
    assert (started.returncode, started.stderr) == (0, "")


def test_every_folder_of_tests_is_a_package() -> None:
    """Without it `tests/models` would shadow `models`."""
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    folders |= {parent for folder in folders for parent in folder.parents if ROOT / "tests" in parent.parents}
    assert [named(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


@pytest.mark.parametrize("package", ["graphs", "kernels", "models", "scenarios"])
def test_a_library_package_does_nothing_on_import_but_say_what_it_is(package: str) -> None:
    """Names are imported from their modules; an `__init__` that imports would make every start slower."""
    statements = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8")).body
    assert [type(each).__name__ for each in statements] == ["Expr"]


# Imports -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """What a text says: the packages it imports, the names with an underscore it takes out of a module of kernels,
    and its functions with their lines.
    """

    imported: frozenset[str]
    inner: tuple[str, ...]
    functions: tuple[tuple[str, int], ...]


@cache
def facts(source: str) -> Facts:
    """Read a text once for all that is asked about it."""
    kinds = ast.Import | ast.ImportFrom | ast.Attribute | ast.FunctionDef | ast.AsyncFunctionDef
    nodes = [each for each in ast.walk(ast.parse(source)) if isinstance(each, kinds)]
    functions = tuple(
        (each.name, (each.end_lineno or 0) - each.lineno + 1)
        for each in nodes
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return Facts(frozenset(imported(nodes)), tuple(inner_kernels(nodes)), functions)


def facts_of(path: Path) -> Facts:
    return facts(path.read_text(encoding="utf-8"))


def imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def inner_kernels(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Names with an underscore that a text takes out of a module of kernels."""
    taken = [each for each in nodes if isinstance(each, ast.ImportFrom)]
    modules = {
        alias.asname or alias.name for each in taken if each.module == "kernels" for alias in each.names
    }
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kernels."):
            yield from (alias.name for alias in node.names if alias.name.startswith("_"))
        elif (
            isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules
        ):
            yield from (name for name in [node.attr] if name.startswith("_"))


def test_an_inner_kernel_is_called_by_kernels_alone() -> None:
    """It is compiled without the part that Python calls, and a call from Python ends the process."""
    outside = [path for path in MODULES if path.parent != ROOT / "kernels"]
    found = {named(path): list(facts_of(path).inner) for path in outside}
    assert {name: called for name, called in found.items() if called} == {}


def test_a_call_of_an_inner_kernel_is_noticed() -> None:
    text = "from kernels import jit, cch as c\nfrom kernels.heap import push, _up\nc._down(jit.digest, self._x)\n"
    assert list(facts(text).inner) == ["_up", "_down"]


@pytest.mark.parametrize(
    ("package", "allowed"), [("models", {"models"}), ("kernels", {"kernels", "numpy", "numba"})]
)
def test_the_lowest_packages_import_only_what_they_may(package: str, allowed: set[str]) -> None:
    """Stronger than a list of what is forbidden: models has the standard library alone, pydantic in codec."""
    for path in (ROOT / package).rglob("*.py"):
        more = {"pydantic"} if named(path) == "models/codec.py" else set()
        assert facts_of(path).imported - allowed - more - sys.stdlib_module_names == set(), named(path)


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.parts[len(ROOT.parts)] != "tests"], ids=named
)
def test_product_code_imports_no_tests(path: Path) -> None:
    assert "tests" not in facts_of(path).imported


def test_kernels_and_words_mean_the_same_by_never() -> None:
    """They may not see each other, so each has the number; a kernel's answer is read by that of the words."""
    assert importlib.import_module("kernels.jit").NEVER == importlib.import_module("models.units").NEVER


# Size and marks ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_is_short_and_finished(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_MODULE
    unfinished = "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X"))
    assert re.search(rf"\b({unfinished})\b", text) is None
    for name, length in facts(text).functions:
        most = LONGEST_KERNEL if path.parent.name == "kernels" else LONGEST_FUNCTION
        assert length <= most, f"{name} has {length} lines"


# The guards, whole and broken ----------------------------------------------------------------------


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Product packages, tests' frame and settings in a folder where a fault may be planted."""
    unwanted = shutil.ignore_patterns("__pycache__", "data", "templates")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=unwanted)
    for file in ("pyproject.toml", "Makefile"):
        shutil.copy(ROOT / file, tmp_path)
    return tmp_path


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """Settings over packages that hold nothing yet: what is reported there was planted."""
    for package in (*PACKAGES, "tests"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text('"""A package."""\n', encoding="utf-8")
    for file in ("pyproject.toml", "Makefile"):
        shutil.copy(ROOT / file, tmp_path)
    return tmp_path


def test_packages_are_imported_in_their_order() -> None:
    found = run(TOOLS / "lint-imports", "--no-cache", cwd=ROOT)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("graphs/planted.py", "import dispatch", "packages stand in one order BROKEN"),
        ("models/planted.py", "import kernels", "packages stand in one order BROKEN"),
        ("kernels/planted.py", "import scipy", "kernels import numpy and numba alone BROKEN"),
        (
            "models/force.py",
            "import numpy",
            "models need the standard library alone, pydantic in codec BROKEN",
        ),
    ],
)
def test_a_forbidden_import_is_caught(copied: Path, module: str, line: str, broken: str) -> None:
    with (copied / module).open("a", encoding="utf-8") as planted:
        planted.write(f"\n{line}\n")
    found = run(TOOLS / "lint-imports", "--no-cache", cwd=copied)
    assert found.returncode == 1, found.stdout + found.stderr
    assert broken in found.stdout


def test_make_lint_catches_a_fault(bare: Path) -> None:
    (bare / "models" / "planted.py").write_text('"""A fault."""\n\nimport os\n', encoding="utf-8")
    found = make("lint", bare)
    assert found.returncode != 0
    assert "F401" in found.stdout


def test_make_lint_catches_a_relative_import(bare: Path) -> None:
    (bare / "models" / "planted.py").write_text(
        '"""A fault."""\n\nfrom . import force\n\n__all__ = ["force"]\n', encoding="utf-8"
    )
    found = make("lint", bare)
    assert found.returncode != 0
    assert "TID252" in found.stdout


def test_make_lint_catches_careless_format(bare: Path) -> None:
    (bare / "models" / "planted.py").write_text('"""A fault."""\n\nA = [1,2]\n', encoding="utf-8")
    found = make("lint", bare)
    assert found.returncode != 0
    assert "planted.py" in found.stdout


def test_make_types_catches_a_fault(bare: Path) -> None:
    clean = make("types", bare)
    assert clean.returncode == 0, clean.stdout
    planted = bare / "tests" / "planted.py"
    planted.write_text('"""A fault."""\n\n\ndef planted(x) -> int:\n    return "one"\n', encoding="utf-8")
    found = make("types", bare)
    assert found.returncode != 0
    assert "planted.py:4: error: Function is missing a type annotation" in found.stdout
    assert "planted.py:5: error: Incompatible return value type" in found.stdout
