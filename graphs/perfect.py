"""A metric thinned out to what quickest ways use, for tables asked many times on the same times."""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np

from graphs.road import Ints
from kernels import perfect, rphast
from kernels.contraction import Hierarchy
from kernels.rphast import Arcs, Selection

_KEPT: Final = 8
"""Selections whose gathered arcs are kept."""


class Weights(Protocol):
    """What a table is asked on: `graphs.cch.Metric` or `Perfect`."""

    def rising(self, side: int) -> Arcs:
        """Give all arcs with their times from tail to head (`side` 0), or from head to tail (1)."""

    def falling(self, selection: Selection, side: int) -> Arcs:
        """Give the arcs that lead down to a selection (`side` 0), or up from it (1)."""


class Perfect:
    """The arcs that quickest ways use, of a customised metric as it is now; later changes do not reach it.

    About two thirds of the arcs are left, and half of those or fewer in tables; every time is the same. It costs as
    much as five to seven customisations, so it pays where one set of times answers many questions to selections that
    are kept, on a large map (264,000 nodes: half the time); not after a closure, nor on a district of 12,000 nodes.

    Parameters
    ----------
    topology
        Arrays of the hierarchy.
    w
        int32[2a] customised times of the arcs, there and back.
    """

    def __init__(self, topology: Hierarchy, w: Ints) -> None:
        best, kept = np.empty_like(w), np.empty(w.size, dtype=np.bool_)
        perfect.perfect(topology, w, best, kept)
        self._sides: Final = tuple(_thinned(topology, w, kept, side) for side in (0, 1))
        self._falling: dict[tuple[int, int], tuple[Selection, Arcs]] = {}

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays, without what was gathered for selections."""
        return sum(arcs.first.nbytes + arcs.head.nbytes + arcs.time.nbytes for arcs in self._sides)

    @property
    def arcs(self) -> tuple[int, int]:
        """How many arcs are left from tail to head, and from head to tail."""
        return int(self._sides[0].head.size), int(self._sides[1].head.size)

    def rising(self, side: int) -> Arcs:
        """Give all arcs that are left, from tail to head (`side` 0) or from head to tail (1)."""
        return self._sides[side]

    def falling(self, selection: Selection, side: int) -> Arcs:
        """Give the arcs that are left and lead down to a selection; gathered once, and kept for the last few."""
        key = (id(selection), side)
        found = self._falling.get(key)
        if found is not None and found[0] is selection:
            return found[1]
        arcs = self._gathered(selection, self._sides[1 - side])
        while len(self._falling) >= _KEPT:
            self._falling.pop(next(iter(self._falling)), None)
        self._falling[key] = selection, arcs
        return arcs

    @staticmethod
    def _gathered(selection: Selection, arcs: Arcs) -> Arcs:
        count = int((arcs.first[selection.rank + 1] - arcs.first[selection.rank]).sum())
        first = np.empty(selection.rank.size + 1, dtype=np.int64)
        head, time = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32)
        rphast.restrict(selection, arcs, first, head, time)
        return Arcs(first, head, time, first, 1, 0)


def _thinned(
    topology: Hierarchy, w: Ints, kept: np.ndarray[tuple[int], np.dtype[np.bool_]], side: int
) -> Arcs:
    count = int(np.count_nonzero(kept[side::2]))
    first = np.empty(topology.parent.size + 1, dtype=np.int64)
    head, time = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32)
    perfect.keep(topology, w, kept, side, first, head, time)
    return Arcs(first, head, time, first, 1, 0)
