"""Geometry of links in flat arrays: lengths along a line, and cutting long lines into equal pieces.

One entry per point, links one after another. Python loops over links would cost seconds for a city; these do
not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphs.road import Floats
from graphs.sphere import arc_m, on_sphere
from models.units import DECIMETRES_PER_METRE

_MICROMETRES_PER_METRE: Final = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines of links, flat: points of link `i` are `first[i]` up to `first[i + 1]`, two at least."""

    lng: Floats
    lat: Floats
    first: NDArray[np.int64]

    def along_um(self) -> NDArray[np.int64]:
        """Micrometres from the very first point on, int64[k]; steps from one link to the next count as 0.

        Whole numbers, so that the sum inside a link does not depend on the links before it.
        """
        step = np.zeros(self.lng.size, dtype=np.int64)
        metres = arc_m(np.linalg.norm(np.diff(on_sphere(self.lng, self.lat), axis=0), axis=1))
        step[1:] = np.rint(metres * _MICROMETRES_PER_METRE)
        step[self.first[:-1]] = 0
        return np.cumsum(step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Links cut into pieces.

    Attributes
    ----------
    link : int64[p]
        Link each piece is of; pieces of one link follow each other from its tail to its head.
    length_dm : int64[p]
        Whole decimetres; the pieces of a link sum to the link's.
    begin, end : int64[p]
        Indices of the two end points of a piece in `lng` and `lat`.
    lng, lat : float64[k]
        All points, cut points included. Points between `begin` and `end` are the shape of the piece.
    is_cut : bool[k]
        Whether a point was made by cutting.
    """

    link: NDArray[np.int64]
    length_dm: NDArray[np.int64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    lng: Floats
    lat: Floats
    is_cut: NDArray[np.bool_]

    def shapes(
        self, piece: NDArray[np.int64], reverse: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Find the points between the ends of arcs.

        Parameters
        ----------
        piece : int64[m]
            Piece of each arc.
        reverse : bool[m]
            Whether an arc runs from the end of its piece to the begin.

        Returns
        -------
        first : int64[m + 1]
            Points of arc `a` are `points[first[a]:first[a + 1]]`.
        points : int64[s]
            Indices into `lng` and `lat`, in the direction of each arc; a point that repeats its neighbour is
            left out.
        """
        inner = np.ones(self.lng.size, dtype=np.bool_)
        same = (np.diff(self.lng) == 0.0) & (np.diff(self.lat) == 0.0)
        inner[1:] &= ~same
        inner[self.end - 1] &= ~same[self.end - 1]
        inner[self.begin] = False
        inner[self.end] = False
        points, upto = np.flatnonzero(inner), np.cumsum(inner)
        low, high = upto[self.begin[piece]], upto[self.end[piece]]
        first = np.concatenate(([0], np.cumsum(high - low))).astype(np.int64)
        rank = np.arange(first[-1]) - np.repeat(first[:-1], high - low)
        start = np.repeat(np.where(reverse, high - 1, low), high - low)
        return first, points[start + np.where(np.repeat(reverse, high - low), -rank, rank)]


def whole_decimetres(metres: Floats) -> NDArray[np.int64]:
    """Round metres to whole decimetres, at least one."""
    return np.maximum(np.rint(metres * DECIMETRES_PER_METRE), 1.0).astype(np.int64)


def cut(lines: Lines, stated_m: Floats, max_dm: int) -> Pieces:
    """Cut every line longer than `max_dm` decimetres into the fewest equal pieces that are not.

    Parameters
    ----------
    lines
        The links.
    stated_m : float64[links]
        Length the source states, NaN where the line itself is to be measured.
    max_dm
        Longest piece allowed.
    """
    along = lines.along_um()
    start, stop = lines.first[:-1], lines.first[1:] - 1
    drawn = along[stop] - along[start]
    total_dm = whole_decimetres(np.where(np.isnan(stated_m), drawn / _MICROMETRES_PER_METRE, stated_m))
    count = -(-total_dm // max_dm)
    link = np.repeat(np.arange(count.size), count)
    rank = np.arange(link.size) - np.repeat(np.cumsum(count) - count, count)
    length = (rank + 1) * total_dm[link] // count[link] - rank * total_dm[link] // count[link]

    inner = rank > 0  # each piece but the first of a link begins at a cut
    of = link[inner]
    target = along[start[of]] + drawn[of] * rank[inner] // count[of]
    after = np.clip(np.searchsorted(along, target, side="right"), start[of] + 1, stop[of])
    step = along[after] - along[after - 1]
    share = np.divide(target - along[after - 1], step, out=np.zeros(step.size), where=step > 0)
    cut_lng = lines.lng[after - 1] + share * (lines.lng[after] - lines.lng[after - 1])
    cut_lat = lines.lat[after - 1] + share * (lines.lat[after] - lines.lat[after - 1])

    is_cut = np.insert(np.zeros(lines.lng.size, dtype=np.bool_), after, values=True)
    shifted = np.arange(lines.lng.size) + np.searchsorted(after, np.arange(lines.lng.size), side="right")
    begin = shifted[start][link]
    begin[inner] = np.flatnonzero(is_cut)
    end = shifted[stop][link]
    end[np.flatnonzero(inner) - 1] = np.flatnonzero(is_cut)
    return Pieces(
        link=link,
        length_dm=length,
        begin=begin,
        end=end,
        lng=np.insert(lines.lng, after, cut_lng),
        lat=np.insert(lines.lat, after, cut_lat),
        is_cut=is_cut,
    )


def morton(lng: Floats, lat: Floats) -> NDArray[np.uint64]:
    """Position on a Z-order curve over 1e-7 degrees: near in this number is mostly near on the ground."""
    code = np.zeros(lng.size, dtype=np.uint64)
    for bit, degrees, half in ((0, lng, 180.0), (1, lat, 90.0)):
        cell = np.rint((np.clip(degrees, -half, half) + half) * 1e7).astype(np.uint64)
        code |= _spread(cell) << np.uint64(bit)
    return code


def _spread(cell: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Put a zero bit before each of 32 bits."""
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        cell = (cell | (cell << np.uint64(shift))) & np.uint64(mask)
    return cell
