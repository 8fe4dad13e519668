"""The command line from tests: in this process, in another one, and a small district to ask it about."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from dispatch.cli.app import app
from tests.conftest import ROOT

WEST, SOUTH, STEP, SIDE = 105.80, 29.31, 0.01, 13
"""A grid of roads a kilometre apart round the example places of the roster templates."""

REQUEST: dict[str, Any] = {
    "schema": "rescue-dispatch/request/1",
    "id": "small",
    "now": "2026-07-01T14:00:00+08:00",
    "incidents": [
        {
            "id": "flood",
            "type": "flood",
            "grade": "III",
            "response_level": "III",
            "position": {"lng": 105.852, "lat": 29.352, "crs": "wgs84"},
            "reported_at": "2026-07-01T14:00:00+08:00",
            "people_affected": 100,
            "force_needs": [{"capability": "flood", "strength": 4, "target_s": 3600}],
            "supply_needs": [{"item": "quilt", "quantity": 20, "deadline_s": 36000}],
        }
    ],
}
"""One flood amid the grid; the specialist team and the district depot serve it in full."""


def small_request(**changes: Any) -> dict[str, Any]:
    """The small request with some keys changed."""
    return {**deepcopy(REQUEST), **changes}


def one_incident(**changes: Any) -> dict[str, Any]:
    """The small request with some keys of its incident changed."""
    question = deepcopy(REQUEST)
    question["incidents"][0].update(changes)
    return question


def invoke(*arguments: str | Path, text: str | bytes | None = None, lang: str | None = "en") -> Result:
    """Run a command in this process; the language is English where none is named."""
    environment = {"DISPATCH_LANG": lang} if lang else {}
    return CliRunner().invoke(app, [str(each) for each in arguments], input=text, env=environment)


def documents(*arguments: str | Path, text: str | None = None) -> Any:
    """What a command prints with --json: one document and nothing else."""
    result = invoke(*arguments, "--json", text=text)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def said(*arguments: str | Path, lang: str = "en") -> str:
    """What a command prints as text."""
    result = invoke(*arguments, "--lang", lang)
    assert result.exit_code == 0, result.output
    assert result.stdout.strip()
    return result.stdout


def run(
    *arguments: str | Path, text: str | None = None, cwd: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `python -m dispatch` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "dispatch", *(str(each) for each in arguments)],
        cwd=cwd,
        env={**os.environ, "DISPATCH_LANG": "en", **environment},
        input=text,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


def run_command(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run any other program; it must succeed."""
    return subprocess.run(
        [str(each) for each in command],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=300,
    )


def write_grid(folder: Path) -> Path:
    """Write the grid as nodes.csv and links.csv; streets 横0路 to 横12路 run east, 纵0路 to 纵12路 north."""
    folder.mkdir(parents=True, exist_ok=True)
    nodes, links = ["id,x,y"], ["tail,head,id,name,class"]
    for row in range(SIDE):
        for column in range(SIDE):
            node = row * SIDE + column
            nodes.append(f"{node},{WEST + column * STEP:.4f},{SOUTH + row * STEP:.4f}")
            if column + 1 < SIDE:
                links.append(f"{node},{node + 1},{2 * node},横{row}路,tertiary")
            if row + 1 < SIDE:
                links.append(f"{node},{node + SIDE},{2 * node + 1},纵{column}路,tertiary")
    (folder / "nodes.csv").write_text("\n".join(nodes) + "\n", encoding="utf-8")
    (folder / "links.csv").write_text("\n".join(links) + "\n", encoding="utf-8")
    return folder


def build_small_world(folder: Path) -> Path:
    """Make the small world the way an operator does: templates, then build; gives the folder of the world."""
    for arguments in (
        ("world", "init", folder / "rosters"),
        (
            *("world", "build", "--out", folder / "world", "--crs", "wgs84"),
            *("--roads", write_grid(folder / "roads"), "--rosters", folder / "rosters"),
        ),
    ):
        result = invoke(*arguments)
        assert result.exit_code == 0, result.output
    return folder / "world"
