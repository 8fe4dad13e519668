"""The drawing board of the generator: nodes on a plane, and stretches of road between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from graphs.links import DRIVEN
from graphs.road import NO_LIMIT, Access, Mark, RoadClass
from scenarios.yongchuan.frame import Xy, length_km

_PLAIN: Final = Mark(0)
_GRID_PER_KM = 10_000  # two nodes within 0.1 m are one


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One piece of road: `line` runs in km from node `tail` to node `head`."""

    tail: int
    head: int
    line: Xy
    road_class: RoadClass
    name: str = ""
    forward: Access = DRIVEN
    backward: Access = DRIVEN
    speed_kmh: float | None = None
    marks: Mark = _PLAIN
    max_weight_kg: int = NO_LIMIT
    max_width_cm: int = NO_LIMIT

    @property
    def ordinary(self) -> bool:
        """Whether it is a road of the ordinary network, neither motorway, ramp nor water."""
        return self.road_class >= RoadClass.TRUNK and self.road_class < RoadClass.FERRY

    @property
    def length_km(self) -> float:
        """Length of the line."""
        return length_km(self.line)


@dataclass(slots=True)
class Sheet:
    """Nodes and stretches drawn so far."""

    points: list[tuple[float, float]] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    _known: dict[tuple[int, int], int] = field(default_factory=dict)

    def node(self, at: Xy) -> int:
        """Find the node at a point, or make it."""
        x, y = float(at[0]), float(at[1])
        key = (round(x * _GRID_PER_KM), round(y * _GRID_PER_KM))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self.points)
            self.points.append((x, y))
        return found

    def xy(self) -> Xy:
        """All nodes, float64[n, 2]."""
        return np.array(self.points, dtype=np.float64).reshape(-1, 2)
