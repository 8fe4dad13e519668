"""RoutingKit's own C++ on this machine: the static hierarchy, and the customizable one without Python around it.

No package of the index carries the static hierarchy ready-made, but the source archive of `pyroutingkit` carries
RoutingKit's sources. `DISPATCH_ROUTINGKIT` names their folder; `native.cpp` is compiled against them once:

    pip download --no-deps --no-binary :all: pyroutingkit==0.2.1
    tar xzf pyroutingkit-0.2.1.tar.gz
    export DISPATCH_ROUTINGKIT=$PWD/pyroutingkit-0.2.1/vendor/RoutingKit
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.networks import INCIDENTS, SAMPLE, Ints, Network, Questions
from benchmarks.routingkit import soonest
from benchmarks.tasks import Task, Times
from graphs.order import nested_dissection, undirected
from models.units import NEVER

FOLDER: Final = "DISPATCH_ROUTINGKIT"
_OURS: Final = Path(__file__).with_name("native.cpp")
_THEIRS: Final = (
    "bit_select", "bit_vector", "contraction_hierarchy", "customizable_contraction_hierarchy", "graph_util",
    "id_mapper", "timer",
)  # fmt: skip
_FLAGS: Final = ("-O3", "-march=native", "-DNDEBUG", "-std=c++17", "-w", "-shared", "-fPIC")


def library() -> ctypes.CDLL:
    """Give RoutingKit with our face, compiled for this machine; kept in `~/.cache/dispatch` by its content.

    Raises
    ------
    ImportError
        `DISPATCH_ROUTINGKIT` does not name its sources, or there is no compiler, or it refuses them.
    """
    named = os.environ.get(FOLDER)
    if not named:
        message = f"not at hand: set {FOLDER} to RoutingKit's sources (how: benchmarks/static.py)"
        raise ImportError(message)
    source = Path(named) / "src"
    files = [source / f"{name}.cpp" for name in _THEIRS]
    absent = next((file for file in files if not file.is_file()), None)
    if absent is not None:
        message = f"{FOLDER}: there is no {absent}"
        raise ImportError(message)
    compiler = shutil.which("c++") or shutil.which("g++")
    if compiler is None:
        message = "no C++ compiler on the path"
        raise ImportError(message)
    digest = sha256(
        b"".join(file.read_bytes() for file in (_OURS, *files)) + repr(_FLAGS).encode()
    ).hexdigest()
    made = Path.home() / ".cache" / "dispatch" / "routingkit" / f"{digest[:16]}.so"
    if not made.is_file():
        _compile(
            [compiler, *_FLAGS, f"-I{Path(named) / 'include'}", str(_OURS), *map(str, files), "-lm"], made
        )
    loaded = ctypes.CDLL(str(made))
    loaded.ch_build.restype = loaded.cch_build.restype = ctypes.c_void_p
    return loaded


def _compile(command: list[str], made: Path) -> None:
    made.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=made.parent) as scratch:
        fresh = Path(scratch) / made.name
        done = subprocess.run([*command, "-o", str(fresh)], check=False, capture_output=True, text=True)  # noqa: S603
        if done.returncode:
            message = f"RoutingKit does not compile: {done.stderr.strip().splitlines()[-1:]}"
            raise ImportError(message)
        fresh.replace(made)


def _at(array: Ints) -> tuple[ctypes.c_int64, ctypes.c_void_p]:
    return ctypes.c_int64(array.size), ctypes.c_void_p(array.ctypes.data)


class _Native:
    """Arrays in, arrays out."""

    def __init__(self, net: Network, asked: Questions) -> None:
        self.library = library()
        self.net, self.asked = net, asked
        self.tail, self.head, self.times = (
            np.array(each, dtype=np.int32) for each in (net.tail, net.head, net.times)
        )
        self.stations, self.incidents, self.starts, self.ends = (
            np.array(each, dtype=np.int32)
            for each in (asked.stations, asked.incidents, asked.starts, asked.ends)
        )

    def memory(self) -> Mapping[str, int]:
        """Nothing is known of the bytes of a peer."""
        return {}

    def arcs(self, times: Ints) -> tuple[Any, ...]:
        """Give the road arcs as the library takes them."""
        m, tail = _at(self.tail)
        return ctypes.c_int32(self.net.nodes), m, tail, _at(self.head)[1], _at(times)[1]


class StaticCh(_Native):
    """RoutingKit's static contraction hierarchy: a closure means building it again."""

    def __init__(self, net: Network, asked: Questions) -> None:
        super().__init__(net, asked)
        self._made: ctypes.c_void_p | None = None
        self._pins: ctypes.c_void_p | None = None

    def tasks(self) -> Mapping[str, Callable[[], Task]]:
        """How each phase is answered."""
        one, few, some = (self.incidents[:count].copy() for count in (1, INCIDENTS[0], INCIDENTS[1]))
        starts, ends = self.starts, self.ends
        return {
            "topology": lambda: Task(call=lambda _: self._build(), proof=None, note="order and times in one"),
            "p2p": lambda: Task(
                call=lambda _: self._pairs(starts, ends), proof=_clipped, scale=1 / starts.size
            ),
            "table_1x420_prebuilt": lambda: self._pinned("ch_to_pinned", one),
            "table_420x1_prebuilt": lambda: self._pinned("ch_from_pinned", one),
            "table_420x50": lambda: self._table(few),
            "table_420x50_prebuilt": lambda: self._pinned("ch_from_pinned", few),
            "table_420x1000": lambda: self._table(some),
            "table_420x10000": lambda: self._table(self.incidents),
            "nearest_5": lambda: Task(
                call=lambda _: soonest(_clipped(self._from_pinned("ch_from_pinned", few))),
                note="the table, then its smallest",
            ),
            "one_to_all": self._one_to_all,
            "closure_to_table": lambda: self._closure(few),
        }

    def _build(self, times: Ints | None = None) -> ctypes.c_void_p:
        if self._made is not None:
            self.library.ch_free(self._made)
        made = self.library.ch_build(*self.arcs(self.times if times is None else times))
        self._made, self._pins = ctypes.c_void_p(made), None
        return self._made

    @property
    def _hierarchy(self) -> ctypes.c_void_p:
        return self._made or self._build()

    def _pin(self) -> ctypes.c_void_p:
        hierarchy = self._hierarchy
        if self._pins is not hierarchy:
            self.library.ch_pin(hierarchy, *_at(self.stations))
            self._pins = hierarchy
        return hierarchy

    def _pairs(self, starts: Ints, ends: Ints) -> NDArray[np.int32]:
        out = np.empty(starts.size, dtype=np.int32)
        self.library.ch_pairs(self._hierarchy, *_at(starts), _at(ends)[1], _at(out)[1])
        return out

    def _rows(self, starts: Ints, ends: Ints) -> NDArray[np.int32]:
        out = np.empty((starts.size, ends.size), dtype=np.int32)
        self.library.ch_table(self._hierarchy, *_at(starts), *_at(ends), _at(out)[1])
        return out

    def _table(self, incidents: Ints) -> Task:
        return Task(call=lambda _: self._rows(self.stations, incidents), proof=_clipped)

    def _from_pinned(self, how: str, ends: Ints) -> NDArray[np.int32]:
        out = np.empty((ends.size, self.stations.size), dtype=np.int32)
        getattr(self.library, how)(self._pin(), *_at(ends), _at(self.stations)[0], _at(out)[1])
        return out

    def _pinned(self, how: str, ends: Ints) -> Task:
        turned = how == "ch_from_pinned"
        self._pin()
        return Task(
            call=lambda _: self._from_pinned(how, ends),
            proof=lambda found: _clipped(found.T if turned else found),
        )

    def _one_to_all(self) -> Task:
        """All nodes pinned beforehand; the stations are pinned anew when they are next wanted."""
        every, out = np.arange(self.net.nodes, dtype=np.int32), np.empty(self.net.nodes, dtype=np.int32)
        start = self.stations[:1].copy()
        self.library.ch_pin(self._hierarchy, *_at(every))
        self._pins = None

        def call(_: int) -> NDArray[np.int32]:
            self.library.ch_to_pinned(self._hierarchy, *_at(start), _at(every)[0], _at(out)[1])
            return out

        return Task(call=call, proof=_clipped)

    def _closure(self, few: Ints) -> Task:
        def call(n: int) -> NDArray[np.int32]:
            times = self.times.copy()
            times[self.asked.closures[1][n]] = NEVER
            self._build(times)
            return self._from_pinned("ch_from_pinned", few)

        return Task(
            call=call,
            proof=lambda found: _clipped(found.T),
            undo=lambda _: self._again(),
            rounds=1,
            part=(slice(0, 1),),
            note="built again, once",
        )

    def _again(self) -> None:
        self._build()


class PlainCch(_Native):
    """RoutingKit's customizable hierarchy as C++ callers use it, in our order of nodes."""

    def __init__(self, net: Network, asked: Questions) -> None:
        super().__init__(net, asked)
        self._made: ctypes.c_void_p | None = None

    def tasks(self) -> Mapping[str, Callable[[], Task]]:
        """How each phase is answered."""
        few, some = (self.incidents[:count].copy() for count in INCIDENTS[:2])
        note = "with our order of nodes"
        return {
            "topology": lambda: Task(call=lambda _: self._again(), proof=None, note=note),
            "customise": lambda: self._customised("cch_customise", note),
            "perfect_customise": lambda: self._customised("cch_perfect", "builds a static hierarchy of it"),
            "table_420x50": lambda: self._table(few),
            "table_420x1000": lambda: self._table(some),
            "table_420x10000": lambda: self._table(self.incidents),
        }

    def _again(self) -> ctypes.c_void_p:
        if self._made is None:
            net = self.net
            self._order = np.array(
                nested_dissection(*undirected(net.nodes, net.tail, net.head)), dtype=np.int32
            )
        else:
            self.library.cch_free(self._made)
        made = self.library.cch_build(*self.arcs(self.times), _at(self._order)[1])
        self._made = ctypes.c_void_p(made)
        return self._made

    @property
    def _hierarchy(self) -> ctypes.c_void_p:
        return self._made or self._again()

    def _customised(self, how: str, note: str) -> Task:
        hierarchy, act = self._hierarchy, getattr(self.library, how)
        return Task(call=lambda _: act(hierarchy), proof=lambda _: self._sample(), note=note)

    def _sample(self) -> Times:
        starts, ends = self.starts[:SAMPLE].copy(), self.ends[:SAMPLE].copy()
        self.library.cch_customise(self._hierarchy)
        out = np.empty(starts.size, dtype=np.int32)
        self.library.cch_pairs(self._hierarchy, *_at(starts), _at(ends)[1], _at(out)[1])
        return _clipped(out)

    def _table(self, incidents: Ints) -> Task:
        self.library.cch_customise(self._hierarchy)
        out = np.empty((self.stations.size, incidents.size), dtype=np.int32)

        def call(_: int) -> NDArray[np.int32]:
            self.library.cch_table(self._hierarchy, *_at(self.stations), *_at(incidents), _at(out)[1])
            return out

        return Task(call=call, proof=_clipped)


def _clipped(found: NDArray[np.int32]) -> Times:
    return np.minimum(found.astype(np.int64), NEVER)
