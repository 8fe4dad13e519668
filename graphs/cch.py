"""A customizable contraction hierarchy, as three objects that change at three rates.

`Topology` is made once per map, `Metric` once per set of times and brought up to date in microseconds after a
closure, `Query` once per thread. After Dibbelt, Strasser and Wagner, "Customizable Contraction Hierarchies" (2016);
tables after Delling, Goldberg and Werneck, "Faster Batched Shortest Paths in Road Networks" (2011).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graphs.arrays import sealed
from graphs.perfect import Perfect, Weights
from graphs.road import Ints, Offsets
from graphs.topology import Topology
from kernels import cch, nearest, rphast, ways
from kernels.heap import TAKEN
from kernels.rphast import Arcs, Lanes, Selection
from models.errors import InputError, require

__all__ = ["Metric", "Perfect", "Query", "Topology", "Ways", "Weights"]

_HEAP: Final = 1 << 14
"""Arcs of the hierarchy that wait at once in a partial customisation; a full one is quicker beyond."""
_ROOM: Final = 128
"""Arcs of a way that room is made for at first."""
_FEW: Final = 3
"""Sources for which one climb and one scalar descent each beat the lanes."""


class Metric:
    """One set of times on a topology, customised.

    Parameters
    ----------
    topology
        The hierarchy.
    times
        int32[m] deciseconds of each road arc, at least 0; `NEVER` and above where it is shut. A read-only array is
        kept as it is, so nobody may write to what it looks at; another is copied.

    Raises
    ------
    InputError
        Not one time for each arc, or a time below 0.
    """

    def __init__(self, topology: Topology, times: Ints) -> None:
        self.topology = topology
        self._own: Ints | None = None
        self._times = times
        self.take(times)
        self.w = np.empty(2 * topology.arcs, dtype=np.int32)
        cch.customise(topology.arrays, self.times, self.w)

    @property
    def times(self) -> Ints:
        """Deciseconds of each road arc, int32[m], read-only."""
        return self._times

    @property
    def nbytes(self) -> int:
        """Bytes of what belongs to this metric alone: not the topology, nor times that were given read-only."""
        return self.w.nbytes + (0 if self._own is None else self._own.nbytes)

    def customise(self, times: Ints) -> None:
        """Take other times for all arcs, in the memory that is there."""
        self.take(times)
        cch.customise(self.topology.arrays, self._times, self.w)

    def perfect(self) -> Perfect:
        """Thin the arcs out to what quickest ways use: for many tables on times that stay as they are now."""
        return Perfect(self.topology.arrays, self.w)

    def copy(self) -> Metric:
        """Give a metric of its own memory; times are shared until one of both changes them."""
        other = object.__new__(Metric)
        other.topology, other.w = self.topology, self.w.copy()
        other._own, other._times = None, self._times if self._own is None else sealed(self._times.copy())
        return other

    def write(self, arcs: Ints, times: Ints) -> None:
        """Note other times of some road arcs, in a copy of its own; `w` is not brought up to date."""
        if self._own is None:
            self._own = self._times.copy()
            self._times = sealed(self._own)
        self._own[arcs] = times

    def rising(self, side: int) -> Arcs:
        """Give all arcs with their times from tail to head (`side` 0), or from head to tail (1)."""
        h = self.topology.arrays
        return Arcs(h.up_first, h.head, self.w, h.up_first, 2, side)

    def falling(self, selection: Selection, side: int) -> Arcs:
        """Give the arcs that lead down to a selection (`side` 0), or up from it (1)."""
        return Arcs(selection.first, selection.head, self.w, selection.at, 2, 1 - side)

    def take(self, times: Ints) -> None:
        """Note other times of all road arcs, by reference where they are read-only; `w` is not brought up to date."""
        _check_times(times, self.topology.road_arcs)
        if not times.flags.writeable:
            self._own, self._times = None, sealed(times)
        elif self._own is None:
            self._own = np.array(times, dtype=np.int32)
            self._times = sealed(self._own)
        else:
            self._own[:] = times


class Ways(NamedTuple):
    """Quickest ways of some pairs: that of pair `p` is `arcs[first[p] : first[p + 1]]`, road arcs as driven.

    `first` int64[k + 1], `arcs` int32[w], `reached` bool[k]: whether there is one; from a node to itself it is empty.
    """

    first: Offsets
    arcs: Ints
    reached: NDArray[np.bool_]


class Query:
    """Questions to a hierarchy, and the working memory they need: one for each thread.

    Arrays that are given as `out` are filled and given back; then a question allocates nothing that grows with
    the map or the table.

    Parameters
    ----------
    topology
        The hierarchy; metrics that are asked must stand on it.
    """

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self._climb = ways.make_climb(topology.nodes, topology.height)
        self._place = np.full(topology.arcs, TAKEN, dtype=np.int32)
        self._heap = np.empty(min(_HEAP, topology.arcs), dtype=np.int64)
        self._lanes: Lanes | None = None
        self._way = np.empty(topology.nodes, dtype=np.int32)

    @property
    def nbytes(self) -> int:
        """Bytes of the working memory, so far: tables to larger selections need more."""
        arrays = (*self._climb, self._place, self._heap, self._way, *(self._lanes or ()))
        return sum(array.nbytes for array in arrays)

    def update(self, metric: Metric, arcs: Ints, times: Ints) -> int:
        """Give some road arcs other times and bring the metric up to date, to the bit as if made anew.

        Parameters
        ----------
        metric
            Changed in place; no other thread may ask it meanwhile.
        arcs, times
            int32[k] road arcs and their new deciseconds.

        Returns
        -------
        int
            How many arcs of the hierarchy were looked at; all where there were too many.

        Raises
        ------
        InputError
            Not one time for each arc, or a time below 0.
        """
        _check_times(times, arcs.size)
        metric.write(arcs, times)
        return self._update(metric, arcs)

    def replace(self, metric: Metric, arcs: Ints, times: Ints) -> int:
        """Bring the metric up to date as `update` does, where all times are at hand in another array.

        Parameters
        ----------
        metric
            Changed in place.
        arcs
            int32[k]: where the times differ from those of the metric.
        times
            int32[m] deciseconds of all road arcs; where it is read-only it is kept, and the metric needs no copy.
        """
        metric.take(times)
        return self._update(metric, arcs)

    def _update(self, metric: Metric, arcs: Ints) -> int:
        seen = cch.update(self.topology.arrays, metric.times, sealed(arcs), metric.w, self._heap, self._place)
        if seen == cch.TOO_MANY:
            cch.customise(self.topology.arrays, metric.times, metric.w)
            return self.topology.arcs
        return int(seen)

    def pairs(self, weights: Weights, sources: Ints, targets: Ints, out: Ints | None = None) -> Ints:
        """Give the time from each source to its own target, int32[k]; `NEVER` where there is no way."""
        out = _room(out, sources.size)
        h = self.topology.arrays
        ways.pairs(
            h.parent,
            h.rank,
            weights.rising(0),
            weights.rising(1),
            sealed(sources),
            sealed(targets),
            self._climb,
            out,
        )
        return out

    def way(self, metric: Metric, source: int, target: int) -> Ints | None:
        """Give the road arcs of a quickest way as driven, int32[k]; None where there is none."""
        count = ways.way(
            self.topology.arrays, metric.w, metric.times, int(source), int(target), self._climb, self._way
        )
        return None if count == ways.NO_WAY else self._way[:count].copy()

    def ways(self, metric: Metric, sources: Ints, targets: Ints) -> Ways:
        """Give the ways from each source to its own target, all in one array."""
        count = sources.size
        found = Ways(
            np.zeros(count + 1, dtype=np.int64),
            np.empty(max(_ROOM * count, self.topology.nodes), dtype=np.int32),
            np.empty(count, dtype=np.bool_),
        )
        done = 0
        while True:
            done = ways.ways(
                self.topology.arrays,
                metric.w,
                metric.times,
                sealed(sources),
                sealed(targets),
                done,
                self._climb,
                self._way,
                *found,
            )
            if done == count:
                return Ways(found.first, found.arcs[: found.first[-1]].copy(), found.reached)
            room = np.empty(2 * found.arcs.size, dtype=np.int32)
            room[: found.first[done]] = found.arcs[: found.first[done]]
            found = Ways(found.first, room, found.reached)

    def table(
        self, weights: Weights, sources: Ints, targets: Ints, out: NDArray[np.int32] | None = None
    ) -> NDArray[np.int32]:
        """Give the times from all sources to all targets, int32[s, t]; climbs from the smaller side."""
        if sources.size <= targets.size:
            return self.table_to(weights, sources, self.topology.selection(targets), out)
        return self.table_from(weights, self.topology.selection(sources), targets, out)

    def table_to(
        self, weights: Weights, sources: Ints, selection: Selection, out: NDArray[np.int32] | None = None
    ) -> NDArray[np.int32]:
        """Give the times from sources to the targets of a selection, int32[s, t], into `out` where given."""
        out = _room(out, sources.size, selection.goal.size)
        self._sweep(weights, sources, selection, 0, out)
        return out

    def table_from(
        self, weights: Weights, selection: Selection, targets: Ints, out: NDArray[np.int32] | None = None
    ) -> NDArray[np.int32]:
        """Give the times from the nodes of a selection to targets, int32[s, t], into `out` where given."""
        out = _room(out, selection.goal.size, targets.size)
        self._sweep(weights, targets, selection, 1, out)
        return out

    def nearest(
        self, weights: Weights, selection: Selection, targets: Ints, count: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Give the soonest nodes of a selection, for example stations, for each target.

        Parameters
        ----------
        weights
            The metric.
        selection
            From where; a member is named by its place among the nodes the selection was made of.
        targets
            int32[t] nodes.
        count
            How many are wanted, at least 1.

        Returns
        -------
        member : int32[t, count]
            Soonest first, of equals the first in the selection; -1 where no more can come.
        time : int32[t, count]
            Deciseconds; `NEVER` beside -1.

        Raises
        ------
        InputError
            Fewer than one wanted.
        """
        require(count >= 1, "at least 1 nearest must be asked for, got {found}", found=count)
        member = np.empty((targets.size, count), dtype=np.int32)
        time = np.empty((targets.size, count), dtype=np.int32)
        ranks, order = self.topology.sorted_ranks(targets)
        nearest.nearest(
            self.topology.arrays.parent,
            weights.rising(1),
            weights.falling(selection, 1),
            ranks,
            order,
            selection,
            self._rows(selection.rank.size),
            member,
            time,
        )
        return member, time

    def distances(self, weights: Weights, source: int, out: Ints | None = None) -> Ints:
        """Give the times from a node to all nodes, int32[n], into `out` where given."""
        out = _room(out, self.topology.nodes)
        h, c = self.topology.arrays, self._climb
        start = int(h.rank[source])
        ways.rise(h.parent, weights.rising(0), start, c.up)
        rphast.one_to_all(c.up, weights.rising(1), h.node, self._way, out)
        ways.forget(h.parent, start, c.up)
        return out

    def _sweep(
        self, weights: Weights, ends: Ints, selection: Selection, side: int, out: NDArray[np.int32]
    ) -> None:
        """Write the times between `ends` and a selection; a column of `out` for each end where `side` is 1."""
        h, c = self.topology.arrays, self._climb
        rising, falling, turned = weights.rising(side), weights.falling(selection, side), side == 1
        if ends.size > _FEW:
            ranks, order = self.topology.sorted_ranks(ends)
            lanes = self._rows(selection.rank.size)
            rphast.table(h.parent, rising, falling, ranks, order, selection, lanes, turned, out)
            return
        for row, node in enumerate(ends.tolist()):
            start = int(h.rank[node])
            ways.rise(h.parent, rising, start, c.up)
            rphast.one_to_many(c.up, falling, selection, self._way, row, turned, out)
            ways.forget(h.parent, start, c.up)

    def _rows(self, rows: int) -> Lanes:
        """Working memory of lanes, kept; made anew where a larger selection comes."""
        if self._lanes is None or self._lanes.start.size < rows:
            self._lanes = rphast.make_lanes(self.topology.nodes, self.topology.height, rows)
        return self._lanes


def _check_times(times: Ints, wanted: int) -> None:
    if times.size != wanted:
        raise InputError(
            "there must be one time for each of the {wanted} arcs, got {found}",
            wanted=wanted,
            found=times.size,
        )
    least = int(times.min()) if wanted else 0
    if least < 0:
        raise InputError("a travel time must not be below 0 deciseconds, got {found}", found=least)


def _room(out: NDArray[np.int32] | None, *shape: int) -> NDArray[np.int32]:
    """Give the array to write to; kernels see no bounds."""
    if out is None:
        return np.empty(shape, dtype=np.int32)
    if out.shape != shape or out.dtype != np.int32 or not out.flags.c_contiguous:
        raise InputError(
            "the array for the answer must be int32{wanted} in rows, got {kind}{found}",
            wanted=list(shape),
            kind=str(out.dtype),
            found=list(out.shape),
        )
    return out
