"""From a list of links to a road graph: one assembler for every source.

A reader (OSM, a district's layer, the generator) fills `Links`; `assemble` cuts long links, makes the arcs of
both directions, keeps the largest strongly connected part, bars turns and reports what it dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphs.pieces import Lines, Pieces, cut, morton
from graphs.profiles import CLASS_SPEEDS
from graphs.restrictions import Restrictions, bar_turns
from graphs.road import NO_LIMIT, Access, BuildReport, Floats, Ints, Mark, RoadClass, RoadGraph
from graphs.sphere import pairwise_m
from models.errors import InputError, require
from models.units import DECIMETRES_PER_METRE

DRIVEN = Access.CAR | Access.EMERGENCY | Access.TRUCK | Access.MOTORCYCLE | Access.FOOT
"""Access of an ordinary road."""

_NOTHING: Final = Mark(0)

_LONGEST_M: Final = 200_000_000.0
"""Longest length that fits int32 decimetres."""

_APART_M: Final = 1.0
"""Two links that share a node must end this near to each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One piece of road between two points of its source, with what holds along all of it.

    `points` are WGS-84 (lng, lat) from tail to head, ends included. `forward` and `backward` say who may use
    it in each direction; `length_m` overrides the length of the line where the source states one; `speed_kmh`
    is None where the class default is to be taken, and `speed_posted` is False where a speed is given that is
    itself assumed.
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
    speed_posted: bool = True
    length_m: float | None = None
    marks: Mark = _NOTHING
    max_weight_kg: int = NO_LIMIT
    max_height_cm: int = NO_LIMIT
    max_width_cm: int = NO_LIMIT


@dataclass(slots=True, kw_only=True)
class Links:
    """What a reader collects: links, turn restrictions, and how many values it had to fill in."""

    source: str
    links: list[Link] = field(default_factory=list)
    filled: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    restrictions: Restrictions = field(default_factory=Restrictions)

    def fill(self, what: str, count: int = 1) -> None:
        """Count values filled by a default."""
        self.filled[what] = self.filled.get(what, 0) + count


def assemble(
    links: Links, *, max_arc_m: float = 500.0, speeds: Mapping[RoadClass, float] | None = None
) -> RoadGraph:
    """Make the road graph of some links.

    Nodes stand in the order of a Z-curve over their positions (ties by `ref`), arcs by tail, head, way, length
    and access: the order does not depend on the order of the links. Nodes made by cutting have a `ref` below
    every `ref` of the source and below 0. Parallel arcs stay; an arc from a node to itself is dropped and
    counted in the report's notes.

    Parameters
    ----------
    links
        What a reader collected.
    max_arc_m
        Links longer than this are cut into equal pieces, so that a place in the middle of a long road snaps
        near by.
    speeds
        Default km/h by class; `graphs.profiles.CLASS_SPEEDS` where None.

    Raises
    ------
    InputError
        No link at all, or nothing left that can be driven to and from; a link with fewer than two points, a
        speed or length that is not above 0, or an end that is not where other links put that node.
    """
    max_dm = int(max_arc_m * DECIMETRES_PER_METRE)
    require(max_dm >= 1, "max_arc_m must be at least 0.1, got {n}", n=max_arc_m)
    require(bool(links.links), "{source}: no road in it", source=links.source)
    rows = sorted(links.links, key=_canonical)
    table = _Table.of(rows, CLASS_SPEEDS if speeds is None else speeds)
    pieces = cut(table.lines, table.length_m, max_dm)
    nodes = _Nodes.of(table, pieces)
    arcs = _Arcs.of(table, pieces, nodes)
    keep = _largest_strong_part(arcs, nodes.lng.size)
    kept = arcs.take(np.flatnonzero(keep[arcs.tail] & keep[arcs.head]))
    require(
        kept.tail.size > 0, "{source}: no two places that can be reached from each other", source=links.source
    )
    way = table.way[pieces.link[kept.piece]]
    kept = kept.take(np.lexsort((kept.access, pieces.length_dm[kept.piece], way, kept.head, kept.tail)))
    graph = _graph(table, pieces, nodes, keep, kept, _report(links, arcs, keep, kept))
    return bar_turns(graph, links.restrictions, min(0, int(table.tail.min()), int(table.head.min())))


def _graph(
    table: _Table, pieces: Pieces, nodes: _Nodes, keep: NDArray[np.bool_], arcs: _Arcs, report: BuildReport
) -> RoadGraph:
    """Put the arrays of the arcs that stay together."""
    link, new = pieces.link[arcs.piece], np.cumsum(keep) - 1
    out = np.bincount(new[arcs.tail], minlength=report.nodes)
    shape_first, shape = pieces.shapes(arcs.piece, arcs.reverse)
    names, name = _names(table.rows, link)
    return RoadGraph(
        lng=nodes.lng[keep],
        lat=nodes.lat[keep],
        ref=nodes.ref[keep],
        first_out=np.concatenate(([0], np.cumsum(out))).astype(np.int64),
        head=new[arcs.head].astype(np.int32),
        length_dm=pieces.length_dm[arcs.piece].astype(np.int32),
        road_class=table.road_class[link],
        speed_kmh=table.speed_kmh[link],
        access=arcs.access,
        marks=table.marks[link],
        max_weight_kg=table.max_weight_kg[link],
        max_height_cm=table.max_height_cm[link],
        max_width_cm=table.max_width_cm[link],
        name=name,
        way=table.way[link],
        shape_first=shape_first,
        shape_lng=pieces.lng[shape],
        shape_lat=pieces.lat[shape],
        names=names,
        report=report,
    )


def _report(links: Links, arcs: _Arcs, keep: NDArray[np.bool_], kept: _Arcs) -> BuildReport:
    filled = dict(links.filled)
    if without_speed := sum(row.speed_kmh is None for row in links.links):
        filled["speed"] = filled.get("speed", 0) + without_speed
    notes = [*links.notes]
    if arcs.self_loops:
        notes.append(f"arcs from a node to itself, dropped: {arcs.self_loops}")
    nodes = int(keep.sum())
    return BuildReport(
        source=links.source,
        links_read=len(links.links),
        nodes=nodes,
        arcs=kept.tail.size,
        dropped_nodes=np.union1d(arcs.tail, arcs.head).size - nodes,
        dropped_arcs=arcs.tail.size - kept.tail.size,
        filled=filled,
        notes=tuple(notes),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """The links as columns, one value per link."""

    rows: list[Link]
    lines: Lines
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    length_m: Floats
    road_class: NDArray[np.int8]
    speed_kmh: NDArray[np.float32]
    forward: NDArray[np.uint8]
    backward: NDArray[np.uint8]
    marks: NDArray[np.uint8]
    max_weight_kg: Ints
    max_height_cm: Ints
    max_width_cm: Ints
    way: NDArray[np.int64]

    @classmethod
    def of(cls, rows: list[Link], speeds: Mapping[RoadClass, float]) -> _Table:
        """Fill the columns; missing speeds are those of the class."""
        defaults = np.array([speeds.get(road_class, np.nan) for road_class in RoadClass], dtype=np.float32)
        road_class = np.array([row.road_class for row in rows], dtype=np.int8)
        stated = np.array(
            [np.nan if row.speed_kmh is None else row.speed_kmh for row in rows], dtype=np.float32
        )
        unknown = np.array([row.speed_kmh is None for row in rows])
        posted = ~unknown & np.array([row.speed_posted for row in rows])
        marks = np.array([int(row.marks) for row in rows], dtype=np.uint8) & ~np.uint8(Mark.SPEED_POSTED)
        speed = np.where(unknown, defaults[road_class], stated)
        length = np.array([np.nan if row.length_m is None else row.length_m for row in rows])
        has_length = np.array([row.length_m is not None for row in rows])
        _check(rows, speed, length, has_length)
        return cls(
            rows=rows,
            lines=_lines(rows),
            tail=np.array([row.tail for row in rows], dtype=np.int64),
            head=np.array([row.head for row in rows], dtype=np.int64),
            length_m=length,
            road_class=road_class,
            speed_kmh=speed,
            forward=np.array([int(row.forward) for row in rows], dtype=np.uint8),
            backward=np.array([int(row.backward) for row in rows], dtype=np.uint8),
            marks=marks | (posted * np.uint8(Mark.SPEED_POSTED)).astype(np.uint8),
            max_weight_kg=np.array([row.max_weight_kg for row in rows], dtype=np.int32),
            max_height_cm=np.array([row.max_height_cm for row in rows], dtype=np.int32),
            max_width_cm=np.array([row.max_width_cm for row in rows], dtype=np.int32),
            way=np.array([row.way for row in rows], dtype=np.int64),
        )


def _canonical(row: Link) -> tuple[object, ...]:
    """Order of links that does not depend on the order in which a reader met them."""
    return row.way, row.tail, row.head, row.points, int(row.forward), int(row.backward)


def _lines(rows: list[Link]) -> Lines:
    sizes = np.array([len(row.points) for row in rows], dtype=np.int64)
    flat = np.fromiter(
        chain.from_iterable(chain.from_iterable(row.points for row in rows)),
        dtype=np.float64,
        count=2 * int(sizes.sum()),
    ).reshape(-1, 2)
    return Lines(
        lng=np.ascontiguousarray(flat[:, 0]),
        lat=np.ascontiguousarray(flat[:, 1]),
        first=np.concatenate(([0], np.cumsum(sizes))),
    )


def _check(
    rows: list[Link], speed: NDArray[np.float32], length: Floats, has_length: NDArray[np.bool_]
) -> None:
    """Refuse what no graph can be made of, naming the link."""
    short = next((row.way for row in rows if len(row.points) < 2), None)  # noqa: PLR2004
    require(short is None, "link {way} has fewer than two points", way=short)
    bad = np.flatnonzero(~(np.isfinite(speed) & (speed > 0)))
    if bad.size:
        row = rows[int(bad[0])]
        raise InputError(
            "link {way}: speed of {road_class} must be above 0 km/h, got {n}",
            way=row.way,
            road_class=RoadClass(row.road_class).name.lower(),
            n=float(speed[bad[0]]),
        )
    bad = np.flatnonzero(has_length & ~((length > 0) & (length < _LONGEST_M)))
    if bad.size:
        raise InputError(
            "link {way}: length_m must be above 0 and below {most}, got {n}",
            way=rows[int(bad[0])].way,
            most=_LONGEST_M,
            n=float(length[bad[0]]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nodes:
    """All nodes in their final order, and the two nodes of each piece."""

    lng: Floats
    lat: Floats
    ref: NDArray[np.int64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]

    @classmethod
    def of(cls, table: _Table, pieces: Pieces) -> _Nodes:
        """Give the ends of links and the cut points their numbers, in the order of a Z-curve."""
        ends = np.concatenate((table.tail, table.head))
        first, last = table.lines.first[:-1], table.lines.first[1:] - 1
        at = np.concatenate((first, last))
        ref, seen, inverse = np.unique(ends, return_index=True, return_inverse=True)
        lng, lat = table.lines.lng[at], table.lines.lat[at]
        _check_ends(table, lng, lat, seen[inverse])
        cuts = np.flatnonzero(pieces.is_cut)
        cut_number = np.cumsum(pieces.is_cut) - 1 + ref.size
        tail = np.where(
            pieces.is_cut[pieces.begin], cut_number[pieces.begin], inverse[: table.tail.size][pieces.link]
        )
        head = np.where(
            pieces.is_cut[pieces.end], cut_number[pieces.end], inverse[table.tail.size :][pieces.link]
        )
        lng = np.concatenate((lng[seen], pieces.lng[cuts]))
        lat = np.concatenate((lat[seen], pieces.lat[cuts]))
        # at one place cut points stand first, as their refs do: a graph that is written and read keeps its
        # order
        tie = np.concatenate((np.arange(ref.size) + cuts.size, np.arange(cuts.size)))
        order = np.lexsort((tie, morton(lng, lat)))
        rank = np.empty_like(order)
        rank[order] = np.arange(order.size)
        below = min(0, int(ref[0]))
        refs = np.concatenate((ref, np.zeros(cuts.size, dtype=np.int64)))
        refs[order[order >= ref.size]] = below - cuts.size + np.arange(cuts.size)
        return cls(lng=lng[order], lat=lat[order], ref=refs[order], tail=rank[tail], head=rank[head])


def _check_ends(table: _Table, lng: Floats, lat: Floats, same: NDArray[np.int64]) -> None:
    places = np.column_stack((lng, lat))
    apart = pairwise_m(places, places[same])
    worst = int(np.argmax(apart))
    if apart[worst] > _APART_M:
        raise InputError(
            "link {way}: its end lies {n} m from where another link has node {ref}",
            way=int(table.way[worst % table.tail.size]),
            n=round(float(apart[worst]), 1),
            ref=int(np.concatenate((table.tail, table.head))[worst]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arcs:
    """Directed pieces that somebody may use."""

    piece: NDArray[np.int64]
    reverse: NDArray[np.bool_]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    access: NDArray[np.uint8]
    self_loops: int

    @classmethod
    def of(cls, table: _Table, pieces: Pieces, nodes: _Nodes) -> _Arcs:
        """Both directions of every piece, less those open to nobody and those from a node to itself."""
        count = pieces.link.size
        access = np.concatenate((table.forward[pieces.link], table.backward[pieces.link]))
        tail = np.concatenate((nodes.tail, nodes.head))
        head = np.concatenate((nodes.head, nodes.tail))
        loop = tail == head
        use = np.flatnonzero((access != 0) & ~loop)
        return cls(
            piece=use % count,
            reverse=use >= count,
            tail=tail[use],
            head=head[use],
            access=access[use],
            self_loops=int(((access != 0) & loop).sum()),
        )

    def take(self, chosen: NDArray[np.int64]) -> _Arcs:
        """Choose some of the arcs, in the order given."""
        return _Arcs(
            piece=self.piece[chosen],
            reverse=self.reverse[chosen],
            tail=self.tail[chosen],
            head=self.head[chosen],
            access=self.access[chosen],
            self_loops=self.self_loops,
        )


def _largest_strong_part(arcs: _Arcs, n: int) -> NDArray[np.bool_]:
    """Nodes of the largest strongly connected part; of equals the one that holds the first node."""
    # scipy.sparse costs 0.2 s to import, and a graph read from a file never needs it.
    from scipy.sparse import coo_array  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    matrix = coo_array((np.ones(arcs.tail.size, dtype=np.int8), (arcs.tail, arcs.head)), shape=(n, n))
    _, label = connected_components(matrix.tocsr(), directed=True, connection="strong")
    size = np.bincount(label)
    first = int(np.argmax(size[label]))
    return np.asarray(label == label[first], dtype=np.bool_)


def _names(rows: list[Link], link: NDArray[np.int64]) -> tuple[tuple[str, ...], Ints]:
    """Sorted names of the arcs that stayed, the empty one first, and the index of each arc's."""
    used, inverse = np.unique(link, return_inverse=True)
    names = ("", *sorted({rows[i].name for i in used.tolist()} - {""}))
    number = {name: i for i, name in enumerate(names)}
    return names, np.array([number[rows[i].name] for i in used.tolist()], dtype=np.int32)[inverse]
