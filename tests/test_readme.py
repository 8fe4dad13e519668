"""Every command of the README runs, in the order it stands there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line for block in re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL) for line in block.splitlines()
]


def test_the_readme_has_commands() -> None:
    """The blocks are found: a changed fence must not leave the test below with nothing to do."""
    assert {"make demo", "make test"} <= set(COMMANDS)
    assert sum(line.startswith("dispatch ") for line in COMMANDS) >= 10


@pytest.mark.parametrize("target", [line for line in COMMANDS if line.startswith("make ")])
def test_make_targets_exist(target: str) -> None:
    """`make -n` knows the target; running it from within the tests would run the tests."""
    done = subprocess.run([*target.split(), "-n"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_dispatch_commands_run(tmp_path: Path) -> None:
    """The `dispatch` commands run one after another in a fresh folder, as a reader would type them."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for line in COMMANDS:
        if not line.startswith("dispatch "):
            continue
        words = [sys.executable, "-m", *line.split()]
        done = subprocess.run(
            words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    assert (tmp_path / "build" / "plan" / "plan.html").is_file()


@pytest.mark.parametrize(
    "link", [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
)
def test_links_lead_somewhere(link: str) -> None:
    """Files the README points to exist."""
    assert (ROOT / link).exists()
