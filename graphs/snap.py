"""From a place to the nearest node that a vehicle can come from and go to.

Only nodes of the largest strongly connected part of what a profile may use are snapped to. Closures do not
count here: a shut road makes a place unreachable or the way longer, it does not move the place.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graphs.arrays import sealed
from graphs.recent import Recent
from graphs.road import RoadGraph
from graphs.sphere import arc_m, on_sphere
from kernels.closest import closest
from kernels.parts import strong_parts
from models.crs import LngLat

SNAP_LIMIT_M: Final = 2000.0
"""A place farther than this from any road is taken as off the map, where the caller says nothing else."""

NOWHERE: Final = -1

Snapped = tuple[NDArray[np.int32], NDArray[np.float64]]
"""Nodes, and metres to them."""

KEPT_SNAPS: Final = 4
"""Lists of places of which it is kept where they are: all vehicles of one question ask for the same."""

_FEW: Final = 6_000_000
"""Up to so many pairs of a place and a node, no tree is built: looking at all of them takes tens of milliseconds."""


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
    everywhere
        Finds the nearest node of any road, first of equals: where that may be snapped to, it is the answer, and all
        vehicles share the search. None: look for it here.
    """

    def __init__(
        self,
        graph: RoadGraph,
        nodes: NDArray[np.int32],
        *,
        limit_m: float = SNAP_LIMIT_M,
        everywhere: Snapper | None = None,
    ) -> None:
        self.limit_m = limit_m
        self._nodes = nodes
        self._graph = graph
        self._everywhere = everywhere
        self._recent: Recent[tuple[LngLat, ...], Snapped] = Recent(KEPT_SNAPS)

    @cached_property
    def _places(self) -> NDArray[np.float64]:
        """The nodes on the unit sphere, float64[k, 3]."""
        return on_sphere(self._graph.lng[self._nodes], self._graph.lat[self._nodes])

    @cached_property
    def _usable(self) -> NDArray[np.bool_]:
        """Whether each node may be snapped to, bool[n + 1]; the last, `NOWHERE`, may not."""
        usable = np.zeros(self._graph.nodes + 1, dtype=np.bool_)
        usable[self._nodes] = True
        return usable

    @cached_property
    def _columns(self) -> NDArray[np.float64]:
        """The same, float64[3, k], read-only."""
        columns = np.ascontiguousarray(self._places.T)
        columns.flags.writeable = False
        return columns

    def _nearest(self, places: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Look at every node: chord and index of the nearest to each place, the first of equals."""
        index = np.empty(len(places), dtype=np.int64)
        closest(self._columns, places, index)
        return np.sqrt(((self._places[index] - places) ** 2).sum(axis=1)), index

    @cached_property
    def _tree(self) -> Any:
        # scipy.spatial costs 300 ms to import: more than looking at every node for the few places of one plan
        from scipy.spatial import cKDTree  # noqa: PLC0415

        return cKDTree(self._places)

    def snap(self, points: Sequence[LngLat]) -> Snapped:
        """Find the nearest nodes.

        Returns
        -------
        node : int32[k]
            -1 where the nearest node is farther than the limit.
        distance_m : float64[k]
            Great-circle distance to the nearest node, however far; infinite where there is none.
        """
        if not self._nodes.size or not points:
            return np.full(len(points), NOWHERE, dtype=np.int32), np.full(len(points), np.inf)
        if self._everywhere is None:
            return self._search(points)
        node, distance_m = self._everywhere.known(points)
        rest = np.flatnonzero(~self._usable[node])
        if rest.size:
            node, distance_m = node.copy(), distance_m.copy()
            node[rest], distance_m[rest] = self._search([points[i] for i in rest.tolist()])
        return node, distance_m

    def known(self, points: Sequence[LngLat]) -> Snapped:
        """Give what `snap` finds, read-only: at once where it was asked lately, for another vehicle."""
        return self._recent.get(tuple(points), lambda: _frozen(self.snap(points)))

    def _search(self, points: Sequence[LngLat]) -> Snapped:
        where = np.asarray(points, dtype=np.float64)
        place = on_sphere(where[:, 0], where[:, 1])
        place.flags.writeable = False
        few = len(points) * self._nodes.size <= _FEW and "_tree" not in self.__dict__
        chord, index = self._nearest(place) if few else self._tree.query(place)
        distance_m = arc_m(chord)
        node = np.where(distance_m <= self.limit_m, self._nodes[index], NOWHERE).astype(np.int32)
        return node, distance_m


def _frozen(found: Snapped) -> Snapped:
    for array in found:
        array.flags.writeable = False
    return found


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
    part = np.empty(graph.nodes, dtype=np.int32)
    scratch = np.empty((5, graph.nodes), dtype=np.int64)
    strong_parts(graph.first_out, graph.head, sealed(times), part, scratch)
    sizes = np.bincount(part)
    if sizes.max() < 2:  # noqa: PLR2004 - a lone node leads nowhere
        return np.empty(0, dtype=np.int32)
    first = np.flatnonzero(sizes[part] == sizes.max())[0]
    return np.flatnonzero(part == part[first]).astype(np.int32)
