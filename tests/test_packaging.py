"""What is shipped and pinned, and what `make` and CI do with it."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Any

import psycopg
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import LONGEST, ROOT, pytest_ignore_collect

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WANTED = [
    Requirement(line)
    for line in (*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["dev"])
]
PINS = {
    canonicalize_name(pin.name): pin
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
    for pin in [Requirement(line)]
}
NOT_PACKAGES = {"build", "dist", "docs", "examples", "tests"}


def make(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    # as from a shell: run by `make test`, it would inherit that make's flags, level and variables
    inherited = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "AFTER"}
    shell = {key: value for key, value in os.environ.items() if key not in inherited}
    return subprocess.run(
        ["make", *arguments],
        cwd=cwd,
        env={**shell, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The frame of the project without an environment."""
    for file in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / file, tmp_path)
    return tmp_path


# Pins ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", WANTED, ids=str)
def test_a_dependency_is_pinned_to_a_version_that_fits(wanted: Requirement) -> None:
    pin = PINS[canonicalize_name(wanted.name)]
    (exact,) = pin.specifier
    assert wanted.specifier.contains(exact.version)


@pytest.mark.parametrize("pin", PINS.values(), ids=str)
def test_a_pin_is_exact_and_names_no_address(pin: Requirement) -> None:
    assert [each.operator for each in pin.specifier] == ["=="]
    assert "*" not in str(pin.specifier)
    assert pin.url is None


def test_no_registry_is_named_in_what_is_committed() -> None:
    for file in ("constraints.txt", "pyproject.toml", "Makefile", ".ci/run"):
        text = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(r"--(extra-)?index-url|--find-links|https?://(?!json-schema)", text) is None, file


# What is shipped -----------------------------------------------------------------------------------


def test_every_package_is_shipped_and_nothing_else() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")} - NOT_PACKAGES
    patterns = PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {pattern.removesuffix(".*") for pattern in patterns} == found
    assert set(PROJECT["tool"]["importlinter"]["root_packages"]) == found


def test_every_data_file_is_shipped() -> None:
    """A file that no pattern of package-data matches would be missing from an installed copy."""
    patterns = PROJECT["tool"]["setuptools"]["package-data"]
    packages = PROJECT["tool"]["importlinter"]["root_packages"]
    data = [
        (package, path.relative_to(ROOT / package))
        for package in packages
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"} and not path.name.startswith(".")
    ]
    lost = [
        f"{package}/{path}"
        for package, path in data
        if not any(
            fnmatch(str(path), pattern) and str(path).count("/") == pattern.count("/")
            for pattern in patterns.get(package, [])
        )
    ]
    assert lost == []


def test_the_console_command_starts_our_main() -> None:
    (command,) = [each for each in entry_points(group="console_scripts") if each.name == "dispatch"]
    assert command.value == PROJECT["project"]["scripts"]["dispatch"]
    assert callable(command.load())


def test_the_version_is_the_same_everywhere() -> None:
    stated = PROJECT["project"]["version"]
    assert version("rescue-dispatch") == stated
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## \[([^\]]+)\]", changes, re.MULTILINE)[0] == stated


def test_every_file_that_the_settings_name_is_there() -> None:
    """Without its readme the project cannot even be installed."""
    named = [PROJECT["project"]["readme"], *PROJECT["project"]["license-files"]]
    assert [file for file in named if not (ROOT / file).is_file()] == []


def test_the_licence_is_the_one_declared() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert PROJECT["project"]["license"] == "Apache-2.0"
    assert "Apache License\n                           Version 2.0, January 2004" in text
    assert "Copyright 2026 The rescue-dispatch authors" in text
    assert "[yyyy]" not in text


# make and CI ---------------------------------------------------------------------------------------


def test_make_alone_lists_every_target(project: Path) -> None:
    said = make(cwd=project)
    makefile = (project / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    listed = re.findall(r"^  ([a-z-]+) +\S", said.stdout, re.MULTILINE)
    assert said.returncode == 0
    assert sorted(listed) == sorted(phony.split())


def test_an_old_python_is_refused_in_one_sentence(project: Path) -> None:
    old = project / "old-python"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.18" || exit 1\n', encoding="utf-8")
    old.chmod(0o755)
    said = make("setup", f"PYTHON={old}", cwd=project)
    assert said.returncode != 0
    assert said.stderr.splitlines()[0] == (
        f"rescue-dispatch needs Python 3.11 or newer, but {old} is Python 3.9.18; "
        "name another one: make PYTHON=python3.12"
    )
    assert not (project / ".venv").exists()


def test_setup_is_skipped_until_a_pin_changes(project: Path) -> None:
    for made in ("bin/python", ".runtime", ".dev"):
        path = project / ".venv" / made
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert "pip install" not in make("-n", "setup", cwd=project).stdout
    later = (project / ".venv" / ".dev").stat().st_mtime + 10
    os.utime(project / "constraints.txt", (later, later))
    assert "pip install" in make("-n", "setup", cwd=project).stdout


def test_the_demo_installs_no_developers_tools(project: Path) -> None:
    planned = make("-n", "demo", cwd=project).stdout
    assert "-c constraints.txt -e ." in planned
    assert "[dev]" not in planned
    assert planned.splitlines()[-1] == ".venv/bin/dispatch demo --out build/demo"


def test_kernels_are_tested_three_ways(project: Path) -> None:
    planned = make("-n", "test", cwd=project).stdout
    compiled = "\n.venv/bin/python -m pytest -m kernel\n"
    plain, checked = "\nNUMBA_DISABLE_JIT=1 .venv", "\nNUMBA_BOUNDSCHECK=1 NUMBA_OPT=1 .venv"
    for way in (compiled, plain, checked):
        assert way in planned


def test_the_other_tests_wait_for_the_kernels_in_make_test_and_nowhere_else(project: Path) -> None:
    """Two workers that find nothing compiled would each compile all of it."""
    compiled, others = ".venv/bin/python -m pytest -m kernel", '-m "not kernel"'
    together = make("-n", "test", cwd=project).stdout
    assert together.index(f"\n{compiled}\n") < together.index(others)
    assert compiled not in make("-n", "others", cwd=project).stdout
    makefile = (project / "Makefile").read_text(encoding="utf-8")
    assert "AFTER=kernels" in makefile
    assert re.search(r"^others: .*\$\(AFTER\)", makefile, re.MULTILINE)


def test_only_files_that_mark_a_kernel_are_read_where_kernels_alone_are_asked_for(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = sorted((ROOT / "tests").rglob("*.py"))
    for asked, left_out in (("kernel", True), ("not kernel", False), ("", False)):
        monkeypatch.setattr(pytestconfig.option, "markexpr", asked)
        ignored = {file for file in files if pytest_ignore_collect(file, pytestconfig)}
        assert (ROOT / "tests" / "test_readme.py" in ignored) == left_out
        assert not [file for file in ignored if "pytest.mark.kernel" in file.read_text(encoding="utf-8")]
        assert all(file.name.startswith("test_") for file in ignored)


def test_the_files_that_come_first_are_there() -> None:
    names = {file.name for file in (ROOT / "tests").rglob("test_*.py")}
    assert set(LONGEST) <= names


def test_ci_runs_make_test_and_requires_the_browser_and_the_server() -> None:
    script = ROOT / ".ci" / "run"
    text = script.read_text(encoding="utf-8")
    assert script.stat().st_mode & stat.S_IXUSR
    for required in ("DISPATCH_REQUIRE_BROWSER=1", "DISPATCH_REQUIRE_POSTGRES=1"):
        assert text.index(f"\nexport {required}") < text.index("\nmake test")
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0


def test_a_missing_browser_fails_where_it_is_required_and_skips_elsewhere(tmp_path: Path) -> None:
    """The one fixture that CI must not pass over: run it where no browser is on the path."""
    probe = ROOT / "tests" / "test_packaging.py::test_a_page_is_shown_offline"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rs", str(probe)]
    outcomes = []
    for required in ("0", "1"):
        hidden = {**os.environ, "PATH": str(tmp_path), "DISPATCH_REQUIRE_BROWSER": required}
        said = subprocess.run(command, cwd=ROOT, env=hidden, capture_output=True, text=True, check=False)
        assert "no browser: none of chromium, chromium-browser, google-chrome is on the path" in said.stdout
        outcomes.append(said.returncode)
    assert outcomes == [0, 1]


def test_a_missing_server_fails_where_it_is_required_and_skips_elsewhere(tmp_path: Path) -> None:
    """The other fixture that CI must not pass over: run it where there is no PostgreSQL."""
    probe = str(ROOT / "tests" / "test_packaging.py::test_a_server_answers")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rs", probe]
    outcomes = []
    for required in ("0", "1"):
        hidden = {
            **os.environ,
            "DISPATCH_POSTGRES_BIN": str(tmp_path),
            "DISPATCH_REQUIRE_POSTGRES": required,
        }
        said = subprocess.run(command, cwd=ROOT, env=hidden, capture_output=True, text=True, check=False)
        assert "no PostgreSQL: initdb and postgres are in no folder that was looked in" in said.stdout
        outcomes.append(said.returncode)
    assert outcomes == [0, 1]


def test_a_server_answers(postgresql: str) -> None:
    """PostgreSQL runs in a folder of its own and listens on no address."""
    with psycopg.connect(host=postgresql, user="dispatch", dbname="postgres") as connection:
        (found,) = connection.execute("SHOW listen_addresses").fetchall()
    assert found == ("",)


@pytest.mark.browser
def test_a_page_is_shown_offline(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """A page from a file runs its script in Chromium, in Chinese and on China's clock."""
    path = tmp_path / "page.html"
    path.write_text(
        "<meta charset=utf-8><title>-</title><script>document.title = navigator.language + ' ' "
        "+ Intl.DateTimeFormat().resolvedOptions().timeZone</script>",
        encoding="utf-8",
    )
    page = request.getfixturevalue("page")
    page.goto(path.as_uri())
    assert page.title() == "zh-CN Asia/Shanghai"
