"""Fixtures every test may use."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import settings

from tests.server import binaries, running

if TYPE_CHECKING:  # importing playwright costs 0.2 s, and only the browser tests need it
    from playwright.sync_api import Browser, Page, Route

ROOT = Path(__file__).resolve().parents[1]

# The same cases in every run, and no clock: a busy machine is no fault of the code.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

# As in the program itself (`dispatch.cli.app`): else every tenth second is spent on looking for rings among what stays.
gc.set_threshold(100_000)

LONGEST = (
    "test_readme.py",
    "test_real_roads.py",
    "test_cli.py",
    "test_engines.py",
    "test_cli_start.py",
    "test_routing.py",
    "test_export.py",
    "test_bad_input.py",
    "test_yongchuan_roads.py",
    "test_solve.py",
    "test_codec.py",
    "test_real_closures.py",
    "test_architecture.py",
    "test_joint.py",
    "test_schedule.py",
    "test_assignment.py",
    "test_osm.py",
    "test_real_turns.py",
)
"""Files that take longest, in falling order (`pytest --durations=0` on all of them); together half of the time."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET_BROWSER = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import no file that marks no kernel where kernels alone are asked for (`-m kernel`)."""
    if config.option.markexpr != "kernel" or not collection_path.name.startswith("test_"):
        return None
    return None if "mark.kernel" in collection_path.read_text(encoding="utf-8") else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first: workers take whole files, and the last one should not keep the others waiting.

    pytest-xdist keeps to this order with `--no-loadscope-reorder` only; by itself it goes by the number of tests.
    """
    rank = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.name, len(rank)))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real data beside the project; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("DISPATCH_SHARED", "../shared"))
    folder = folder if folder.is_absolute() else ROOT / folder
    if not (folder / "data").is_dir():
        pytest.skip(f"no real data: {folder} is not there; set DISPATCH_SHARED")
    return folder / "data"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium of this machine; skipped where it is absent, failed where DISPATCH_REQUIRE_BROWSER=1.

    Open for one module only: while it is open an event loop runs in this thread, which other tests may mind.
    """
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        sentence = f"no browser: none of {', '.join(BROWSERS)} is on the path"
        if os.environ.get("DISPATCH_REQUIRE_BROWSER") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - see above

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=list(QUIET_BROWSER))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Socket folder of a real server; skipped where none is installed, failed where DISPATCH_REQUIRE_POSTGRES=1."""
    programs = binaries()
    if programs is None:
        sentence = "no PostgreSQL: initdb and postgres are in no folder that was looked in"
        if os.environ.get("DISPATCH_REQUIRE_POSTGRES") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    with running(programs) as folder:
        yield folder


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Fresh page that is offline: a request that leaves this machine, or an error in it, fails the test."""
    faults: list[str] = []

    def keep_home(route: Route) -> None:
        url = urlsplit(route.request.url)
        if url.scheme in {"http", "https"} and url.hostname not in {"127.0.0.1", "localhost"}:
            faults.append(f"asked the network for {route.request.url}")
            route.abort()
        else:
            route.continue_()

    with browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai") as context:
        context.route("**/*", keep_home)
        opened = context.new_page()
        opened.on("pageerror", lambda error: faults.append(f"script failed: {error}"))
        opened.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        yield opened
    assert not faults
