"""Turn restrictions: what a relation of OSM says, and the arcs of a finished graph that it is about.

A reader meets ways and nodes; ways are later split at their junctions and cut into pieces. So a restriction is
kept as it was met and is resolved last, to sequences of arcs that must not be driven one right after the other.
A restriction that is not sure to mean one turn is left out and counted: a turn wrongly barred can cost minutes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, product
from types import MappingProxyType
from typing import Final

import numpy as np

from graphs.road import Access, RoadGraph

BOUND: Final = Access.CAR | Access.EMERGENCY | Access.TRUCK | Access.MOTORCYCLE
"""Whom a restriction binds that names no vehicle; emergency vehicles too, unless their profile is exempt."""

_VEHICLES: Final[Mapping[str, Access]] = MappingProxyType(
    {
        "": BOUND,
        "vehicle": BOUND,
        "motor_vehicle": BOUND,
        "motorcar": Access.CAR,
        "hgv": Access.TRUCK,
        "goods": Access.TRUCK,
        "motorcycle": Access.MOTORCYCLE,
        "emergency": Access.EMERGENCY,
    }
)
"""Vehicles of `restriction:<vehicle>` and of `except`; others (bus, bicycle, caravan) are not ours."""

_TURNS: Final = frozenset(
    {
        *(f"{what}_{where}" for what in ("no", "only") for where in ("left_turn", "right_turn", "straight_on")),
        "no_u_turn", "only_u_turn", "no_entry", "no_exit",
    }
)  # fmt: skip
_ONLY: Final = "only_"
_MANY_FROM: Final = "no_entry"
_MANY_TO: Final = "no_exit"
_HOURS: Final = ("day_on", "hour_on", "day_off", "hour_off")
"""How old relations say that they hold at certain times."""

AT_TIMES: Final = "they hold at certain times"
NOT_UNDERSTOOD: Final = "their kind or their members are not understood"
NO_ROAD: Final = "a road or the junction is not among those kept"
UNSURE: Final = "they may mean more than one turn"

Member = tuple[str, str, int]
"""Kind ("n", "w" or "r"), role and id of a member of a relation."""

Turn = tuple[int, ...]
"""Arcs driven one right after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """A restriction as a reader met it.

    Attributes
    ----------
    origin, target
        Ways from which and to which the turn leads (`Link.way`).
    at
        The node at which it is made; None where ways lie between.
    via
        Those ways, in the order they are driven.
    only
        Whether this is the only turn allowed there; else it is the one barred.
    barred
        Whom it binds.
    """

    origin: int
    target: int
    at: int | None = None
    via: tuple[int, ...] = ()
    only: bool = False
    barred: Access = BOUND


@dataclass(frozen=True, slots=True, kw_only=True)
class BarredTurn:
    """A turn by the nodes it passes, three or more, and the ways between them, where it matters which.

    `nodes` and `ways` are those of the links (`Link.tail`, `Link.head`, `Link.way`); a way of None is any.
    """

    nodes: tuple[int, ...]
    ways: tuple[int | None, ...]
    barred: Access = BOUND


@dataclass(slots=True, kw_only=True)
class Restrictions:
    """What a reader collects: restrictions, and how many it had to leave out, by the reason."""

    met: list[Restriction] = field(default_factory=list)
    exact: list[BarredTurn] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def add_relation(self, tags: Mapping[str, str], members: Iterable[Member]) -> None:
        """Read one relation of OSM of `type=restriction`."""
        if any(key.endswith(":conditional") for key in tags) or not tags.keys().isdisjoint(_HOURS):
            self.left_out[AT_TIMES] += 1
        rules = _rules(tags)
        if not any(key.startswith("restriction") for key in tags):
            self.left_out[NOT_UNDERSTOOD] += 1
        if not rules:
            return  # at certain times alone, or for others than ours (buses, bicycles)
        kinds = {kind for kind, _ in rules}
        turns = _turns(list(members), kinds) if kinds <= _TURNS else []
        if not turns:
            self.left_out[NOT_UNDERSTOOD] += 1
        for (kind, barred), turn in product(rules, turns):
            self.met.append(replace(turn, only=kind.startswith(_ONLY), barred=barred))


def _rules(tags: Mapping[str, str]) -> list[tuple[str, Access]]:
    """What a relation bars or demands, and whom it binds; nothing where it binds none of ours."""
    if not tags.keys().isdisjoint(_HOURS):
        return []
    exempt = Access(0)
    for vehicle in tags.get("except", "").split(";"):
        exempt |= _VEHICLES.get(vehicle.strip() or "nobody", Access(0))
    rules = []
    for vehicle, users in _VEHICLES.items():
        kind = tags.get(f"restriction:{vehicle}" if vehicle else "restriction")
        if kind is not None and users & ~exempt:
            rules.append((kind, users & ~exempt))
    return rules


def _turns(members: list[Member], kinds: set[str]) -> list[Restriction]:
    """Make a restriction for each pair of a way from and a way to; none where the members make no turn."""
    origins = [ref for kind, role, ref in members if (kind, role) == ("w", "from")]
    targets = [ref for kind, role, ref in members if (kind, role) == ("w", "to")]
    nodes = [ref for kind, role, ref in members if (kind, role) == ("n", "via")]
    ways = [ref for kind, role, ref in members if (kind, role) == ("w", "via")]
    one_from = len(origins) == 1 or (origins and kinds == {_MANY_FROM})
    one_to = len(targets) == 1 or (targets and kinds == {_MANY_TO})
    one_via = len(nodes) == 1 if not ways else not nodes
    if not (one_from and one_to and one_via):
        return []
    at = nodes[0] if nodes else None
    return [
        Restriction(origin=origin, target=target, at=at, via=tuple(ways))
        for origin, target in product(origins, targets)
    ]


def bar_turns(graph: RoadGraph, restrictions: Restrictions, cuts_below: int = 0) -> RoadGraph:
    """Give a graph with the turns that restrictions bar, and with notes of what was left out.

    Parameters
    ----------
    graph
        The roads; turns that are barred there already are kept.
    restrictions
        As a reader met them.
    cuts_below
        Nodes that were made by cutting links have a `ref` below this.
    """
    if not (restrictions.met or restrictions.exact or restrictions.left_out):
        return graph
    left_out, resolved = Counter(restrictions.left_out), 0
    places = _Places.of(graph, restrictions, cuts_below)
    barred: Counter[tuple[Turn, Access]] = Counter()
    demanded: dict[tuple[Turn, Access], set[int]] = {}
    for each in restrictions.met:
        found = places.chains(each)
        if len(found) != 1:
            left_out[UNSURE if found else NO_ROAD] += 1
            continue
        resolved += 1
        if each.only:
            for bit in each.barred:  # two that are demanded of one vehicle at one place are both allowed
                demanded.setdefault((found[0][:-1], bit), set()).add(found[0][-1])
        else:
            barred[found[0], each.barred] += 1
    for turn in restrictions.exact:
        found = places.steps(turn)
        resolved += bool(found)
        left_out[NO_ROAD] += not found
        barred.update((each, turn.barred) for each in found)
    for (before, bit), allowed in demanded.items():
        others = places.leaving(int(graph.head[before[-1]]), bit)
        barred.update(((*before, arc), bit) for arc in others if arc not in allowed)
    notes = [f"turn restrictions left out because {why}: {n}" for why, n in sorted(left_out.items()) if n]
    if resolved:
        notes.insert(0, f"turn restrictions in force: {resolved}")
    return _with_bans(graph, barred, notes)


def _with_bans(graph: RoadGraph, barred: Iterable[tuple[Turn, Access]], notes: list[str]) -> RoadGraph:
    whom: dict[Turn, int] = dict(zip(graph.ban_sequences, graph.ban_access.tolist(), strict=True))
    for turn, users in barred:
        whom[turn] = whom.get(turn, 0) | int(users)
    turns = sorted(whom)
    return replace(
        graph,
        ban_first=np.cumsum([0, *map(len, turns)], dtype=np.int64),
        ban_arcs=np.fromiter(chain.from_iterable(turns), dtype=np.int32),
        ban_access=np.array([whom[turn] for turn in turns], dtype=np.uint8),
        report=replace(graph.report, notes=(*graph.report.notes, *notes)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """Where the roads and junctions of some restrictions are in a graph."""

    graph: RoadGraph
    arcs: Mapping[int, list[int]]
    """Arcs of each way that is named."""
    node: Mapping[int, int]
    """Node of each junction that is named."""
    cuts_below: int
    """Nodes made by cutting have a `ref` below this."""

    @classmethod
    def of(cls, graph: RoadGraph, restrictions: Restrictions, cuts_below: int) -> _Places:
        ways = {way for each in restrictions.met for way in (each.origin, each.target, *each.via)}
        refs = {each.at for each in restrictions.met if each.at is not None}
        refs |= {ref for turn in restrictions.exact for ref in turn.nodes}
        arcs: dict[int, list[int]] = {}
        for arc in np.flatnonzero(np.isin(graph.way, sorted(ways))).tolist():
            arcs.setdefault(int(graph.way[arc]), []).append(arc)
        named = np.flatnonzero(np.isin(graph.ref, sorted(refs)))
        node = dict(zip(graph.ref[named].tolist(), named.tolist(), strict=True))
        return cls(graph=graph, arcs=arcs, node=node, cuts_below=cuts_below)

    def of_way(self, way: int, users: Access) -> list[int]:
        """Arcs of a way that somebody bound may drive."""
        return [arc for arc in self.arcs.get(way, ()) if self.graph.access[arc] & users]

    def leaving(self, node: int, users: Access) -> list[int]:
        """Arcs from a node that somebody bound may drive."""
        first, last = self.graph.first_out[node : node + 2].tolist()
        return [arc for arc in range(first, last) if self.graph.access[arc] & users]

    def chains(self, each: Restriction) -> list[Turn]:
        """Every sequence of arcs that a restriction may mean: one where it is clear."""
        head, tail, users = self.graph.head, self.graph.tail, each.barred
        turns: list[Turn] = [(arc,) for arc in self.of_way(each.origin, users)]
        if each.at is not None:
            node = self.node.get(each.at, -1)
            turns = [turn for turn in turns if head[turn[0]] == node]
        for way in each.via:
            turns = self._along(turns, self.of_way(way, users))
        return [
            (*turn, arc)
            for turn in turns
            for arc in self.of_way(each.target, users)
            if tail[arc] == head[turn[-1]]
        ]

    def _along(self, turns: list[Turn], arcs: Sequence[int]) -> list[Turn]:
        """Go on from each turn over one or more arcs of a way, to no node twice."""
        head, tail = self.graph.head, self.graph.tail
        found: list[Turn] = []
        for turn in turns:
            fresh = [(turn, {int(tail[turn[0]]), int(head[turn[-1]])})]
            while fresh:
                before, seen = fresh.pop()
                at = head[before[-1]]
                steps = [arc for arc in arcs if tail[arc] == at and int(head[arc]) not in seen]
                longer = [((*before, arc), seen | {int(head[arc])}) for arc in steps]
                found.extend(turn for turn, _ in longer)
                fresh.extend(longer)
        return found

    def steps(self, turn: BarredTurn) -> list[Turn]:
        """Every sequence of arcs along some nodes; several where roads run side by side."""
        nodes = [self.node.get(ref, -1) for ref in turn.nodes]
        if -1 in nodes:
            return []
        hops = [
            self._hops(tail, head, way, turn.barred)
            for tail, head, way in zip(nodes[:-1], nodes[1:], turn.ways, strict=True)
        ]
        hops[0] = [hop[-1:] for hop in hops[0]]  # it begins with the piece before the first junction
        hops[-1] = [hop[:1] for hop in hops[-1]]
        return [tuple(chain.from_iterable(each)) for each in product(*hops)]

    def _hops(self, tail: int, head: int, way: int | None, users: Access) -> list[Turn]:
        """Ways from a node to a node over nothing but points where a link was cut."""
        graph, found = self.graph, []
        fresh: list[Turn] = [(arc,) for arc in self.leaving(tail, users)]
        while fresh:
            hop = fresh.pop()
            if way is not None and graph.way[hop[-1]] != way:
                continue
            at = int(graph.head[hop[-1]])
            if at == head:
                found.append(hop)
            elif graph.ref[at] < self.cuts_below:
                back = graph.tail[hop[-1]]
                fresh.extend((*hop, arc) for arc in self.leaving(at, users) if graph.head[arc] != back)
        return found
