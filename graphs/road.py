"""The road graph: frozen arrays in compressed sparse row form, checked once.

Nodes are junctions, dead ends and points where a long road was cut; arcs are directed pieces of road between them.
Every source (OSM, a district's own layer, a generated district) comes here through `graphs.links.assemble`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import IntEnum, IntFlag
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.errors import InputError

Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]
Floats = NDArray[np.float64]

NO_LIMIT: Final = 2**31 - 1
"""Value of `max_weight_kg`, `max_height_cm` and `max_width_cm` where no limit is posted."""


FULL_LNG: Final = 180.0
FULL_LAT: Final = 90.0

_TURN: Final = 2
"""Arcs that a turn has at least."""


class RoadClass(IntEnum):
    """Class of a road, after OSM's highway values; Chinese classes map onto them (see `graphs.profiles`)."""

    MOTORWAY = 0
    MOTORWAY_LINK = 1
    TRUNK = 2
    TRUNK_LINK = 3
    PRIMARY = 4
    PRIMARY_LINK = 5
    SECONDARY = 6
    SECONDARY_LINK = 7
    TERTIARY = 8
    TERTIARY_LINK = 9
    UNCLASSIFIED = 10
    RESIDENTIAL = 11
    LIVING_STREET = 12
    SERVICE = 13
    TRACK = 14
    PATH = 15
    FERRY = 16
    WATER = 17


class Access(IntFlag):
    """Who may use an arc in its direction. An arc with no bit set does not exist."""

    CAR = 1
    """Motor vehicles of the public."""
    EMERGENCY = 2
    """Emergency vehicles: also private, bus-only and service-gated roads."""
    TRUCK = 4
    """Goods vehicles."""
    MOTORCYCLE = 8
    FOOT = 16
    BOAT = 32
    """Boats: water arcs, and roads on which a boat can be towed are CAR."""


class Mark(IntFlag):
    """What else is known of an arc."""

    BRIDGE = 1
    TUNNEL = 2
    ROUNDABOUT = 4
    FERRY = 8
    WEAK_BRIDGE = 16
    SPEED_POSTED = 32
    """Speed comes from the source; without this bit it is the default of its class."""
    RIVER_CROSSING = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a road graph was made from, what was dropped, what was filled in."""

    source: str
    links_read: int = 0
    nodes: int = 0
    arcs: int = 0
    dropped_nodes: int = 0
    dropped_arcs: int = 0
    filled: dict[str, int] = field(default_factory=dict)
    """How many links had a missing value filled, by what was filled (for example "speed", "class")."""
    notes: tuple[str, ...] = ()


_DTYPES: Final = {
    "lng": np.float64, "lat": np.float64, "ref": np.int64,
    "first_out": np.int64, "head": np.int32, "length_dm": np.int32, "road_class": np.int8, "speed_kmh": np.float32,
    "access": np.uint8, "marks": np.uint8,
    "max_weight_kg": np.int32, "max_height_cm": np.int32, "max_width_cm": np.int32,
    "name": np.int32, "way": np.int64,
    "shape_first": np.int64, "shape_lng": np.float64, "shape_lat": np.float64,
    "ban_first": np.int64, "ban_arcs": np.int32, "ban_access": np.uint8,
}  # fmt: skip
_PER_NODE: Final = ("lng", "lat", "ref")
_PER_ARC: Final = (
    "head", "length_dm", "road_class", "speed_kmh", "access", "marks",
    "max_weight_kg", "max_height_cm", "max_width_cm", "name", "way",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RoadGraph:
    """A directed road graph.

    Attributes
    ----------
    lng, lat : float64[n]
        WGS-84 degrees of the nodes.
    ref : int64[n]
        The node's id in its source.
    first_out : int64[n + 1]
        Arcs of node `v` are `first_out[v]` up to `first_out[v + 1]`.
    head : int32[m]
        Node an arc leads to.
    length_dm : int32[m]
        Length in whole decimetres, at least 1.
    road_class : int8[m]
        `RoadClass`.
    speed_kmh : float32[m]
        Free speed of a car, above 0.
    access : uint8[m]
        `Access` bits, at least one.
    marks : uint8[m]
        `Mark` bits.
    max_weight_kg, max_height_cm, max_width_cm : int32[m]
        Posted limits, `NO_LIMIT` where there is none.
    name : int32[m]
        Index into `names`; 0 is the empty name.
    way : int64[m]
        Id of the link or way the arc came from; both directions and all pieces of one link share it.
    shape_first : int64[m + 1]; shape_lng, shape_lat : float64[k]
        Points of an arc between its two nodes, for drawing.
    names : tuple of str
        Road names and references, `names[0] == ""`.
    ban_first : int64[b + 1]; ban_arcs : int32[k]
        Turns that are barred: ban `i` is the arcs `ban_arcs[ban_first[i]:ban_first[i + 1]]`, two or more, driven
        one right after the other. In rising order, none twice; none where the source knows of none.
    ban_access : uint8[b]
        `Access` bits that each ban binds, at least one.
    report : BuildReport
        How the graph came about; not part of the digest.

    Raises
    ------
    InputError
        An array of the wrong type, length or range. All arrays become read-only.
    """

    lng: Floats
    lat: Floats
    ref: NDArray[np.int64]
    first_out: Offsets
    head: Ints
    length_dm: Ints
    road_class: NDArray[np.int8]
    speed_kmh: NDArray[np.float32]
    access: NDArray[np.uint8]
    marks: NDArray[np.uint8]
    max_weight_kg: Ints
    max_height_cm: Ints
    max_width_cm: Ints
    name: Ints
    way: NDArray[np.int64]
    shape_first: Offsets
    shape_lng: Floats
    shape_lat: Floats
    names: tuple[str, ...]
    report: BuildReport = field(compare=False)
    ban_first: Offsets = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    ban_arcs: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    ban_access: NDArray[np.uint8] = field(default_factory=lambda: np.empty(0, dtype=np.uint8))

    def __post_init__(self) -> None:
        for key, dtype in _DTYPES.items():
            array = np.ascontiguousarray(getattr(self, key))
            if array.dtype != dtype or array.ndim != 1:
                raise InputError(
                    "road graph: {key} must be a {dtype} vector, got {found}",
                    key=key,
                    dtype=np.dtype(dtype).name,
                    found=f"{array.dtype}[{array.ndim}d]",
                )
            array.flags.writeable = False
            object.__setattr__(self, key, array)
        self._check_shapes()
        self._check_values()
        self._check_bans()

    def _check_shapes(self) -> None:
        n, m = self.lng.size, self.head.size
        _demand(n > 0 and m > 0, "it has no road at all")
        for key in _PER_NODE:
            _demand(getattr(self, key).size == n, f"{key} needs one value per node")
        for key in _PER_ARC:
            _demand(getattr(self, key).size == m, f"{key} needs one value per arc")
        for key, size, end in (
            ("first_out", n, m),
            ("shape_first", m, self.shape_lng.size),
            ("ban_first", self.ban_access.size, self.ban_arcs.size),
        ):
            offsets = getattr(self, key)
            _demand(
                offsets.size == size + 1 and offsets[0] == 0 and offsets[-1] == end, f"{key} does not fit"
            )
            _demand(bool(np.all(np.diff(offsets) >= 0)), f"{key} decreases")
        _demand(self.shape_lat.size == self.shape_lng.size, "shape_lng and shape_lat differ in length")

    def _check_values(self) -> None:
        _demand(int(self.head.min()) >= 0 and int(self.head.max()) < self.lng.size, "an arc leads to no node")
        _demand(int(self.length_dm.min()) >= 1, "an arc has no length")
        _demand(bool(np.all(np.isfinite(self.speed_kmh)) and self.speed_kmh.min() > 0), "an arc has no speed")
        _demand(bool(np.all(self.access != 0)), "an arc is open to nobody")
        _demand(
            int(self.road_class.min()) >= 0 and int(self.road_class.max()) < len(RoadClass),
            "an arc has no class",
        )
        for key in ("max_weight_kg", "max_height_cm", "max_width_cm"):
            _demand(int(getattr(self, key).min()) > 0, f"{key} must be above 0")
        _demand(bool(self.names) and self.names[0] == "", "the first name must be empty")
        _demand(
            int(self.name.min()) >= 0 and int(self.name.max()) < len(self.names), "an arc has an unknown name"
        )
        for x, y in ((self.lng, self.lat), (self.shape_lng, self.shape_lat)):
            _demand(bool(np.all(np.isfinite(x)) and np.all(np.isfinite(y))), "a coordinate is not a number")
            _demand(
                bool(np.all(np.abs(x) <= FULL_LNG) and np.all(np.abs(y) <= FULL_LAT)),
                "a coordinate is not WGS-84 degrees",
            )

    def _check_bans(self) -> None:
        if not (self.bans or self.ban_arcs.size):
            return
        arcs, first = self.ban_arcs, self.ban_first
        _demand(int(np.diff(first).min()) >= _TURN, "a barred turn needs two arcs")
        _demand(int(arcs.min()) >= 0 and int(arcs.max()) < self.arcs, "a barred turn names no arc")
        meets = self.head[arcs[:-1]] == self.tail[arcs[1:]]
        meets[first[1:-1] - 1] = True  # from one ban to the next
        _demand(bool(np.all(meets)), "the arcs of a barred turn do not meet")
        _demand(bool(np.all(self.ban_access != 0)), "a barred turn is barred to nobody")
        turns = self.ban_sequences
        _demand(all(a < b for a, b in pairwise(turns)), "barred turns are not in rising order")

    @property
    def bans(self) -> int:
        """Number of barred turns."""
        return int(self.ban_access.size)

    @property
    def ban_sequences(self) -> list[tuple[int, ...]]:
        """The arcs of each barred turn."""
        arcs = self.ban_arcs.tolist()
        return [tuple(arcs[a:b]) for a, b in pairwise(self.ban_first.tolist())]

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return int(self.lng.size)

    @property
    def arcs(self) -> int:
        """Number of arcs."""
        return int(self.head.size)

    @cached_property
    def tail(self) -> Ints:
        """Node each arc starts from, int32[m]."""
        tail = np.repeat(np.arange(self.nodes, dtype=np.int32), np.diff(self.first_out))
        tail.flags.writeable = False
        return tail

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all arrays and names: two graphs with one digest are the same map."""
        state = sha256()
        for key in _DTYPES:
            state.update(key.encode())
            state.update(getattr(self, key).tobytes())
        state.update("\0".join(self.names).encode())
        return state.hexdigest()

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """All arrays by name, in a fixed order (what a graph file stores)."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name in _DTYPES}


def _demand(holds: bool, complaint: str) -> None:  # noqa: FBT001
    if not holds:
        raise InputError("road graph: {complaint}", complaint=complaint)
