"""The one place where Numba is configured, and the only decorators of the project.

Numba's disk cache looks at the file of a function alone: it misses an edit in a callee of another file, and
it serves code without bounds checks to a run that asked for them. So the folder of the cache is named after
everything that decides what is compiled: the text of all kernels, Numba's version, whether bounds are checked,
and how far LLVM optimises. This is done on import, because Numba settles on the folder when a function is decorated.

Before Numba looks into its cache it loads all that compiling may need, SciPy's linear algebra among it: a quarter of
a second in each process, also in one that compiles nothing. Here the disk is asked first.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numba
from numba import njit
from numba.core.caching import FunctionCache
from numba.core.dispatcher import Dispatcher
from numba.core.runtime.nrt import rtsys

F = TypeVar("F", bound=Callable[..., Any])

NEVER: Final = 2**30 - 1
"""Time of what cannot be reached; the same value as `models.units.NEVER`, which kernels do not import."""

_FOLDER: Final = "dispatch"
_NAME: Final = re.compile(r"kernels-[0-9a-f]{16}")
_WEEK_S: Final = 7 * 24 * 3600


def digest() -> str:
    """Name what is compiled in 16 hex digits: kernel sources, Numba's version, bounds checks, optimisation."""
    state = sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        state.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    checked, level = bool(numba.config.BOUNDSCHECK), int(numba.config.OPT)  # type: ignore[attr-defined]
    state.update(f"{numba.__version__} {checked} {level}".encode())
    return state.hexdigest()[:16]


def cache_root() -> Path:
    """Folder above the cache folders: `DISPATCH_KERNEL_CACHE`, else `XDG_CACHE_HOME`, else `~/.cache`."""
    chosen = os.environ.get("DISPATCH_KERNEL_CACHE") or os.environ.get("XDG_CACHE_HOME")
    return Path(chosen or Path.home() / ".cache") / _FOLDER


@cache
def cache_dir() -> Path:
    """Folder where this process keeps compiled kernels.

    Where it cannot be written, a private temporary folder that is removed at exit.
    """
    try:
        folder = cache_root() / f"kernels-{digest()}"
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            os.utime(folder)  # the mark of use that `prune_old_caches` goes by
    except (OSError, RuntimeError):  # RuntimeError: the user has no home
        folder = Path(tempfile.mkdtemp(prefix="dispatch-kernels-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def prune_old_caches(older_than_s: float = _WEEK_S) -> int:
    """Remove folders of kernels that are not this version's and not used for a time.

    Parameters
    ----------
    older_than_s
        Folders younger than this are kept: another version may be running beside this one.

    Returns
    -------
    int
        How many folders were removed.
    """
    removed = 0
    root = cache_root()
    if not root.is_dir():
        return 0
    for folder in root.iterdir():
        if not _NAME.fullmatch(folder.name) or folder == cache_dir():
            continue
        if time.time() - folder.stat().st_mtime >= older_than_s:
            shutil.rmtree(folder, ignore_errors=True)
            removed += not folder.exists()
    return removed


numba.config.CACHE_DIR = str(cache_dir())  # type: ignore[attr-defined]


class DiskFirst(FunctionCache):
    """Numba's cache of a function, asked before the compiler is made ready instead of after it."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Give the compiled function of a signature from the disk; None where Numba has to compile it."""
        rtsys.initialize(target_context)  # the part of Numba that compiled code itself calls
        found = self._load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        if found is None:
            found = super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        return found


def kernel(function: F) -> F:
    """Compile on first call: cached on disk, without the interpreter lock, division as NumPy divides.

    A kernel makes no arrays, so nobody has to count who still looks at those it was given: Numba's counting takes
    more than half of the time of short steps that hand arrays on. One that makes arrays is a `maker`.

    A name with an underscore is called by kernels alone: the part that Python calls, which unpacks each array of each
    tuple, is left out, and with it three tenths of the time to compile. Python must not call it: nothing is there.
    """
    return _compiled(function, counts=False)


def maker(function: F) -> F:
    """Compile a kernel that makes arrays for itself; what is called again and again is a `kernel` that it calls."""
    return _compiled(function, counts=True)


def _compiled(function: F, *, counts: bool) -> F:
    how: dict[str, Any] = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True, "_nrt": counts}
    how["no_cpython_wrapper"] = function.__name__.startswith("_")
    compiled: Any = njit(**how)(function)
    if isinstance(compiled, Dispatcher):  # NUMBA_DISABLE_JIT=1 gives the function itself
        disk: Any = DiskFirst
        # what `cache=True` does with Numba's own class
        compiled._cache = disk(function)  # type: ignore[attr-defined]  # noqa: SLF001
    return cast("F", compiled)
