"""From OSM ways to links: ways are split where they meet, and nowhere else.

The same ways give the same links whether they come whole (PBF) or as loose segments (OSMnx): a closed way has
no beginning of its own, and a loop that hangs on one junction is split at its middle point so that it stays
in the graph.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

import numpy as np

from graphs.links import Link, Links
from graphs.road import Access, Mark, RoadClass
from graphs.sphere import pairwise_m
from graphs.tags import Road

Point = tuple[float, float]
"""WGS-84 degrees of longitude and latitude."""

Use = tuple[Access, Access, float | None]
"""Who may drive a link along and against its points, and how fast in km/h; None: as its class is driven."""

_LEAST: Final = 2
"""Points that a line needs."""

_SHOWN: Final = 5
"""Odd tag values that a report names."""

_MPS_TO_KMH: Final = 3.6
_FASTEST_FERRY_KMH: Final = 100.0


@dataclass(slots=True, kw_only=True)
class Ways:
    """Ways of one source and where their points are, as a reader collects them."""

    source: str
    place: dict[int, Point] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)
    roads: list[Road] = field(default_factory=list)
    runs: list[list[int]] = field(default_factory=list)
    """Node ids along each way (a way with missing points is several runs)."""
    parts: list[tuple[int, Road, list[list[int]]]] = field(default_factory=list)
    """Ways that came split."""
    rivers: list[tuple[Point, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, way: int, road: Road, refs: Sequence[int]) -> None:
        """Add one run of points of a way."""
        run = [refs[0], *(b for a, b in pairwise(refs) if a != b)]
        if len(run) >= _LEAST:
            self.ids.append(way)
            self.roads.append(road)
            self.runs.append(run)

    def add_parts(self, roads: Mapping[int, Road], parts: Mapping[int, list[list[int]]]) -> None:
        """Add ways that are split at their junctions already (`chain_segments`)."""
        self.parts.extend((way, road, parts[way]) for way, road in roads.items())

    def links(self) -> Links:
        """Split the ways at their junctions."""
        links = Links(source=self.source, notes=list(self.notes))
        split = [*self.parts, *zip(self.ids, self.roads, split_runs(self.runs), strict=True)]
        for way, road, parts in split:
            _add_links(links, way, road, [tuple(self.place[ref] for ref in part) for part in parts], parts)
        odd = Counter(road.odd for _, road, _ in split if road.odd)
        if odd:
            shown = ", ".join(f"{value} ({times})" for value, times in odd.most_common(_SHOWN))
            more = f" and {len(odd) - _SHOWN} more" if len(odd) > _SHOWN else ""
            links.notes.append(f"tag values not understood and left out: {shown}{more}")
        mark_river_crossings(links, self.rivers)
        return links


def split_runs(runs: Sequence[Sequence[int]]) -> list[list[list[int]]]:
    """Split every run at the nodes that are ends or that stand in more than one place of the runs."""
    count: Counter[int] = Counter()
    for run in runs:
        closed = run[0] == run[-1]
        count.update(run[:-1] if closed else run)
        if not closed:  # an end is a junction even where nothing else meets it
            count[run[0]] += 1
            count[run[-1]] += 1
    return [_split(list(run), count) for run in runs]


def _split(run: list[int], count: Mapping[int, int]) -> list[list[int]]:
    if run[0] == run[-1]:
        run = _from_junction(run, count)
    at = [i for i in range(1, len(run) - 1) if count[run[i]] > 1]
    parts = [run[a : b + 1] for a, b in pairwise([0, *at, len(run) - 1])]
    return [half for part in parts for half in _halves(part)]


def _from_junction(run: list[int], count: Mapping[int, int]) -> list[int]:
    """Let a closed run begin at its first junction, at its least node where it has none."""
    ring = run[:-1]
    start = next((i for i, ref in enumerate(ring) if count[ref] > 1), ring.index(min(ring)))
    return [*ring[start:], *ring[: start + 1]]


def _halves(part: list[int]) -> list[list[int]]:
    if part[0] != part[-1]:
        return [part]
    middle = len(part) // 2
    return [part[: middle + 1], part[middle:]]


def chain_segments(segments: Mapping[int, Iterable[tuple[int, int]]]) -> dict[int, list[list[int]]]:
    """Put the loose segments of each way together again, up to the nodes where ways meet.

    Parameters
    ----------
    segments
        By way, its directed segments (tail, head) in any order.
    """
    after: dict[int, dict[int, list[int]]] = {}
    count: Counter[int] = Counter()
    for way, pairs in segments.items():
        out: dict[int, list[int]] = {}
        into: Counter[int] = Counter()
        for tail, head in pairs:
            out.setdefault(tail, []).append(head)
            into[head] += 1
        after[way] = out
        for ref in out.keys() | into.keys():
            ends = len(out.get(ref, ())) != into[ref]
            count[ref] += max(len(out.get(ref, ())), into[ref]) + ends
    return {way: _chains(out, count) for way, out in after.items()}


def _chains(out: dict[int, list[int]], count: Mapping[int, int]) -> list[list[int]]:
    chains = []
    starts = sorted(ref for ref in out if count[ref] > 1)
    for start in [*starts, *sorted(out)]:  # what is left after the first round are rings without a junction
        while out[start]:
            chain = [start, out[start].pop()]
            while chain[-1] != start and count[chain[-1]] == 1:
                chain.append(out[chain[-1]].pop())
            chains.extend(_halves(chain))
    return chains


def _add_links(
    links: Links, way: int, road: Road, lines: list[tuple[Point, ...]], parts: list[list[int]]
) -> None:
    speeds = road.speed_forward, road.speed_backward
    if road.duration_s is not None:
        speed = line_m(lines) / road.duration_s * _MPS_TO_KMH
        speeds = (speed, speed) if 0 < speed <= _FASTEST_FERRY_KMH else speeds
    nobody = Access(0)
    # one link where both directions are alike; else one for each
    uses: list[Use] = [(road.forward, road.backward, speeds[0])]
    if speeds[0] != speeds[1]:
        uses = [(road.forward, nobody, speeds[0]), (nobody, road.backward, speeds[1])]
    for line, part in zip(lines, parts, strict=True):
        for use in uses:
            add_link(links, way, road, (part[0], part[-1]), line, use)


def add_link(
    links: Links, way: int, road: Road, ends: tuple[int, int], points: tuple[Point, ...], use: Use
) -> None:
    """Add a piece of a road between two points of its source, if anybody may use it."""
    forward, backward, speed_kmh = use
    if not (forward or backward):
        return
    links.links.append(
        Link(
            tail=ends[0],
            head=ends[1],
            points=points,
            road_class=road.road_class,
            way=way,
            name=road.name,
            forward=forward,
            backward=backward,
            speed_kmh=speed_kmh,
            marks=road.marks,
            max_weight_kg=road.max_weight_kg,
            max_height_cm=road.max_height_cm,
            max_width_cm=road.max_width_cm,
        )
    )


def line_m(lines: Iterable[Sequence[Point]]) -> float:
    """Total length of some lines in metres."""
    total = 0.0
    for line in lines:
        points = np.array(line, dtype=np.float64)
        total += float(pairwise_m(points[:-1], points[1:]).sum())
    return total


def mark_river_crossings(links: Links, rivers: Sequence[tuple[Point, ...]]) -> None:
    """Mark the bridges that cross a river or canal."""
    bridges = [
        i
        for i, link in enumerate(links.links)
        if Mark.BRIDGE in link.marks and link.road_class != RoadClass.WATER
    ]
    if not (bridges and rivers):
        return
    # shapely costs 0.1 s to import, which only a reader with rivers and bridges needs
    from shapely import STRtree, linestrings  # noqa: PLC0415

    lines = np.array([linestrings(links.links[i].points) for i in bridges], dtype=object)
    tree = STRtree([linestrings(river) for river in rivers])
    for hit in np.unique(tree.query(lines, predicate="intersects")[0]).tolist():
        link = links.links[bridges[hit]]
        links.links[bridges[hit]] = replace(link, marks=link.marks | Mark.RIVER_CROSSING)
