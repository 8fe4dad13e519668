"""From a place to the nearest node that a vehicle can come from and go to.

Only nodes of the largest strongly connected part of what a profile may use are snapped to. Closures do not
count here: a shut road makes a place unreachable or the way longer, it does not move the place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graphs.road import RoadGraph
from graphs.sphere import arc_m, on_sphere
from models.crs import LngLat
from models.units import NEVER

SNAP_LIMIT_M: Final = 2000.0
"""A place farther than this from any road is taken as off the map, where the caller says nothing else."""

NOWHERE: Final = -1


class Snapper:
    """Finds the node of a place.

    Parameters
    ----------
    graph
        The roads.
    nodes
        int32[k]: the nodes that may be snapped to; `usable_nodes` of a profile, or all.
    limit_m
        Farther than this is nowhere.
    """

    def __init__(self, graph: RoadGraph, nodes: NDArray[np.int32], *, limit_m: float = SNAP_LIMIT_M) -> None:
        self.limit_m = limit_m
        self._nodes = nodes
        self._tree = _tree(on_sphere(graph.lng[nodes], graph.lat[nodes])) if nodes.size else None

    def snap(self, points: Sequence[LngLat]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Find the nearest nodes.

        Returns
        -------
        node : int32[k]
            -1 where the nearest node is farther than the limit.
        distance_m : float64[k]
            Great-circle distance to the nearest node, however far; infinite where there is none.
        """
        if self._tree is None or not points:
            return np.full(len(points), NOWHERE, dtype=np.int32), np.full(len(points), np.inf)
        where = np.asarray(points, dtype=np.float64)
        chord, index = self._tree.query(on_sphere(where[:, 0], where[:, 1]))
        distance_m = arc_m(chord)
        node = np.where(distance_m <= self.limit_m, self._nodes[index], NOWHERE).astype(np.int32)
        return node, distance_m


def usable_nodes(graph: RoadGraph, times: NDArray[np.int32]) -> NDArray[np.int32]:
    """Find the largest part of the graph in which one can come from any node to any other.

    Parameters
    ----------
    graph
        The roads.
    times
        int32[m] of a profile without closures; `NEVER` where it may not go.

    Returns
    -------
    int32[k]
        Nodes in rising order; of two parts of one size, that with the smallest node. Empty if no part has
        two.
    """
    # csgraph costs 40 ms and more to import, and only a search for roads needs it
    from scipy.sparse import csr_array  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    open_arcs = times < NEVER
    ends = (graph.tail[open_arcs], graph.head[open_arcs])
    matrix = csr_array((np.ones(ends[0].size, dtype=np.int8), ends), shape=(graph.nodes, graph.nodes))
    _, part = connected_components(matrix, directed=True, connection="strong")
    sizes = np.bincount(part)
    if sizes.max() < 2:  # noqa: PLR2004 - a lone node leads nowhere
        return np.empty(0, dtype=np.int32)
    first = np.flatnonzero(sizes[part] == sizes.max())[0]
    return np.flatnonzero(part == part[first]).astype(np.int32)


def _tree(points: NDArray[np.float64]) -> Any:
    # scipy.spatial costs 100 ms and more to import, and only a search for roads needs it
    from scipy.spatial import cKDTree  # noqa: PLC0415

    return cKDTree(points)
