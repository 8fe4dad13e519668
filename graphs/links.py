"""From a list of links to a road graph: one assembler for every source.

A reader (OSM, a district's layer, the generator) fills `Links`; `assemble` cuts long links, makes the arcs of both
directions, keeps the largest strongly connected part and reports what it dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphs.road import NO_LIMIT, Access, BuildReport, Mark, RoadClass, RoadGraph

DRIVEN = Access.CAR | Access.EMERGENCY | Access.TRUCK | Access.MOTORCYCLE | Access.FOOT
"""Access of an ordinary road."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One piece of road between two points of its source, with what holds along all of it.

    `points` are WGS-84 (lng, lat) from tail to head, ends included. `forward` and `backward` say who may use it in
    each direction; `length_m` overrides the length of the line where the source states one; `speed_kmh` is None
    where the class default is to be taken.
    """

    tail: int
    head: int
    points: tuple[tuple[float, float], ...]
    road_class: RoadClass
    way: int
    name: str = ""
    forward: Access = DRIVEN
    backward: Access = DRIVEN
    speed_kmh: float | None = None
    length_m: float | None = None
    marks: Mark = Mark(0)
    max_weight_kg: int = NO_LIMIT
    max_height_cm: int = NO_LIMIT
    max_width_cm: int = NO_LIMIT


@dataclass(slots=True, kw_only=True)
class Links:
    """What a reader collects: links, and how many values it had to fill in."""

    source: str
    links: list[Link] = field(default_factory=list)
    filled: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def fill(self, what: str, count: int = 1) -> None:
        """Count values filled by a default."""
        self.filled[what] = self.filled.get(what, 0) + count


def assemble(
    links: Links, *, max_arc_m: float = 500.0, speeds: Mapping[RoadClass, float] | None = None
) -> RoadGraph:
    """Make the road graph of some links.

    Parameters
    ----------
    links
        What a reader collected.
    max_arc_m
        Links longer than this are cut into equal pieces, so that a place in the middle of a long road snaps near by.
    speeds
        Default km/h by class; `graphs.profiles.CLASS_SPEEDS` where None.

    Raises
    ------
    InputError
        No link at all, or nothing left that can be driven to and from.
    """
    raise NotImplementedError
