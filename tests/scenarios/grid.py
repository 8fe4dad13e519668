"""A road grid with gaps: enough of a map to make up a district on."""

from __future__ import annotations

import numpy as np

from graphs.links import Link, Links, assemble
from graphs.road import RoadClass, RoadGraph


def grid_roads(side: int = 24, *, seed: int = 7, step_deg: float = 0.01) -> RoadGraph:
    """Streets of a jittered `side` x `side` grid round 106 E, 29 N, about one in eight left out."""
    rng = np.random.default_rng(seed)
    jitter = rng.uniform(-0.3, 0.3, (side * side, 2)) * step_deg
    columns, rows = np.meshgrid(np.arange(side), np.arange(side))
    places = np.column_stack((106.0 + columns.ravel() * step_deg, 29.0 + rows.ravel() * step_deg)) + jitter
    found = Links(source="grid")
    for tail in range(side * side):
        for head, inside in ((tail + 1, (tail + 1) % side), (tail + side, tail + side < side * side)):
            if inside and rng.random() > 0.12:
                found.links.append(
                    Link(
                        tail=tail,
                        head=head,
                        points=(tuple(places[tail].tolist()), tuple(places[head].tolist())),
                        road_class=RoadClass.TERTIARY,
                        way=len(found.links),
                    )
                )
    return assemble(found)
