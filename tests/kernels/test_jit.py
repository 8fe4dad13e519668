"""The one place where Numba is configured: its folder, and that bounds checks really check."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numba import config
from numba.core.errors import NumbaError

import kernels
from kernels import jit
from models import units
from tests.conftest import ROOT

PLANTED = """
import numpy as np
from kernels.jit import kernel

@kernel
def beyond(values):
    return values[values.size + 3]

print(beyond(np.zeros(4, dtype=np.int32)) * 0)
"""

LOADED = """
import sys
import numpy as np
from kernels.jit import kernel

@kernel
def half(values):
    return values[7] / 2

@kernel
def quarter(values):
    return half(values) / 2

print(*[quarter(np.arange(8, dtype=kind)) for kind in sys.argv[1:]], "numba.np.arraymath" in sys.modules)
"""


def run(script: Path, cache: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own with its own cache root, compiled whatever this process does."""
    mine = {key: value for key, value in os.environ.items() if not key.startswith("NUMBA_")}
    mine |= {"DISPATCH_KERNEL_CACHE": str(cache), "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        [sys.executable, str(script), *words],
        env=mine,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Point the cache at an empty root and forget the folder that was chosen, before and after."""
    jit.cache_dir.cache_clear()  # another test may have moved XDG_CACHE_HOME since the folder was chosen
    chosen = jit.cache_dir()
    monkeypatch.setenv("DISPATCH_KERNEL_CACHE", str(tmp_path))
    jit.cache_dir.cache_clear()
    yield tmp_path
    jit.cache_dir.cache_clear()
    monkeypatch.undo()
    assert jit.cache_dir() == chosen or "dispatch-kernels-" in chosen.name


def test_never_is_the_same_for_kernels_and_models() -> None:
    assert jit.NEVER == units.NEVER


def test_numba_keeps_its_cache_in_the_folder_of_this_project() -> None:
    assert str(jit.cache_dir()) == config.CACHE_DIR  # type: ignore[attr-defined]


def test_the_folder_is_named_after_what_is_compiled(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = jit.cache_dir()
    monkeypatch.setattr(config, "BOUNDSCHECK", not config.BOUNDSCHECK)  # type: ignore[attr-defined]
    jit.cache_dir.cache_clear()
    other = jit.cache_dir()
    monkeypatch.setattr(config, "OPT", config.OPT - 1)  # type: ignore[attr-defined]
    jit.cache_dir.cache_clear()
    third = jit.cache_dir()

    assert plain.parent == other.parent == third.parent == fresh / "dispatch"
    assert len({plain, other, third}) == 3


def test_an_edited_kernel_changes_the_digest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for file in Path(kernels.__file__).parent.glob("*.py"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(jit, "__file__", str(tmp_path / "jit.py"))
    before = jit.digest()
    (tmp_path / "heap.py").write_text("# edited\n", encoding="utf-8")

    assert jit.digest() != before


@pytest.mark.parametrize(
    ("own", "xdg", "expected"),
    [("/a", "/b", "/a/dispatch"), ("", "/b", "/b/dispatch"), ("", "", "{home}/.cache/dispatch")],
)
def test_the_root_is_the_projects_own_then_that_of_the_desktop_then_home(
    own: str, xdg: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPATCH_KERNEL_CACHE", own)
    monkeypatch.setenv("XDG_CACHE_HOME", xdg)

    assert jit.cache_root() == Path(expected.format(home=Path.home()))


def test_a_root_that_cannot_be_written_gives_a_private_folder(
    fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = fresh / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("DISPATCH_KERNEL_CACHE", str(blocked))

    folder = jit.cache_dir()

    assert folder.is_dir()
    assert blocked not in folder.parents
    assert folder.stat().st_mode & 0o077 == 0
    folder.rmdir()


def test_a_folder_is_marked_as_used_each_time_it_is_chosen(fresh: Path) -> None:
    os.utime(jit.cache_dir(), (0, 0))
    jit.cache_dir.cache_clear()

    assert jit.cache_dir().stat().st_mtime > 0


def test_pruning_takes_old_folders_of_other_versions_and_nothing_else(fresh: Path) -> None:
    current = jit.cache_dir()
    old, young, alien = (current.parent / n for n in ("kernels-" + "0" * 16, "kernels-" + "1" * 16, "notes"))
    for folder in (old, young, alien):
        folder.mkdir()
    for folder in (old, alien, current):
        os.utime(folder, (0, 0))

    assert jit.prune_old_caches() == 1
    assert sorted(current.parent.iterdir()) == sorted([current, young, alien])


def test_pruning_without_any_cache_removes_nothing(fresh: Path) -> None:
    assert jit.prune_old_caches() == 0


def test_a_read_beyond_the_end_is_caught_by_bounds_checks_even_after_an_unchecked_run(tmp_path: Path) -> None:
    script = tmp_path / "planted.py"
    script.write_text(PLANTED, encoding="utf-8")
    cache = tmp_path / "cache"

    unchecked = run(script, cache)
    checked = run(script, cache, NUMBA_BOUNDSCHECK="1")
    unchecked_again = run(script, cache)

    assert (unchecked.returncode, unchecked.stdout) == (0, "0\n")
    assert checked.returncode == 1
    assert "IndexError" in checked.stderr
    assert unchecked_again.returncode == 0
    assert len(list((cache / "dispatch").iterdir())) == 2


def test_what_is_on_the_disk_runs_without_the_compiler_and_what_is_not_is_compiled_beside_it(
    tmp_path: Path,
) -> None:
    script = tmp_path / "loaded.py"
    script.write_text(LOADED, encoding="utf-8")
    cache = tmp_path / "cache"

    compiled = run(script, cache, "int32")
    loaded = run(script, cache, "int32")
    both = run(script, cache, "int32", "float64")

    assert (compiled.stdout, compiled.stderr) == ("1.75 True\n", "")
    assert (loaded.stdout, loaded.stderr) == ("1.75 False\n", "")
    assert (both.stdout, both.stderr) == ("1.75 1.75 True\n", "")


def makes(count: int) -> int:
    return int(np.zeros(count).size)


def makes_too(count: int) -> int:
    """Another function: the cache asks for a name, not for how it was compiled."""
    return int(np.zeros(count).size)


@pytest.mark.skipif("NUMBA_DISABLE_JIT" in os.environ, reason="nothing is compiled")
def test_a_kernel_may_make_no_arrays_because_it_counts_no_references() -> None:
    """The option is Numba's own business: this fails when it is no longer heeded."""
    assert jit.maker(makes)(4) == 4
    with pytest.raises(NumbaError):
        jit.kernel(makes_too)(4)
