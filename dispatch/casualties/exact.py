"""Everything tried that could be better: the unit that is free first makes a trip or rests for good.

Each plan is met exactly once: at every node the unit that is free soonest either takes a trip, with any load that fits,
or makes none any more. What cannot beat the best plan so far, by the bound of `_hope`, is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from dispatch.casualties.problem import FAR, LYING, SEVERITIES, CasualtyProblem, Load, Trip, Value, value

NODES: Final = 60_000
"""Nodes before the search gives up: a few seconds of work."""


@dataclass(slots=True)
class _Search:
    problem: CasualtyProblem
    best: Value
    trips: list[Trip]
    nodes_left: int
    nearest: list[list[int]]
    """[units][sites]: from the site to the nearest hospital."""
    nearer: list[list[int]]
    """[units][sites]: to the site from the nearest hospital."""
    path: list[Trip] = field(default_factory=list)


def prove(problem: CasualtyProblem, trips: list[Trip], *, nodes: int = NODES) -> tuple[list[Trip], bool]:
    """Search for a better plan than the one at hand.

    Returns
    -------
    trips : list of Trip
        The best plan found.
    proven : bool
        Whether all was tried, so that none is better.
    """
    units, sites, hospitals = problem.units, problem.sites, problem.hospitals
    search = _Search(
        problem=problem,
        best=value(problem, trips),
        trips=trips,
        nodes_left=nodes,
        nearest=[[min((problem.out[u][s][h] for h in hospitals), default=FAR) for s in sites] for u in units],
        nearer=[[min((problem.back[u][h][s] for h in hospitals), default=FAR) for s in sites] for u in units],
    )
    left, beds = [list(row) for row in problem.counts], [list(row) for row in problem.beds]
    state = [(free, unit, -1) for unit, free in enumerate(problem.free)]
    _visit(search, state, (left, beds), (0, 0))
    return search.trips, search.nodes_left > 0


Counts = list[list[int]]


def _visit(
    search: _Search, active: list[tuple[int, int, int]], rest: tuple[Counts, Counts], spent: tuple[int, int]
) -> None:
    """Go on from here: `active` units by the second they are free; casualties and beds left; late and weighed."""
    if search.nodes_left <= 0:
        return
    search.nodes_left -= 1
    if _hope(search, active, rest, spent) >= search.best:
        return
    left, beds = rest
    problem = search.problem
    if not active or not any(map(any, left)):
        worth = (sum(problem.weight[v] * row[v] for row in left for v in range(SEVERITIES)), *spent)
        if worth < search.best:
            search.best, search.trips = worth, list(search.path)
        return
    free, unit, at = min(active)
    others = [each for each in active if each[1] != unit]
    for arrives, site, hospital in _ways(problem, unit, (free, at), rest):
        for load in _loads(problem, unit, left[site], beds[hospital]):
            for v in range(SEVERITIES):
                left[site][v] -= load[v]
                beds[hospital][v] -= load[v]
            search.path.append(Trip(unit, site, hospital, load, free, arrives))
            weighed = sum(problem.weight[v] * load[v] for v in range(SEVERITIES)) * arrives
            late = load[0] * max(0, arrives - problem.target[0])
            after = [*others, (arrives + problem.unload, unit, hospital)]
            _visit(search, after, rest, (spent[0] + late, spent[1] + weighed))
            search.path.pop()
            for v in range(SEVERITIES):
                left[site][v] += load[v]
                beds[hospital][v] += load[v]
    _visit(search, others, rest, spent)


def _ways(
    problem: CasualtyProblem, unit: int, now: tuple[int, int], rest: tuple[Counts, Counts]
) -> list[tuple[int, int, int]]:
    """Give arrival, site and hospital of the trips a unit can make, the soonest first."""
    free, at = now
    left, beds = rest
    return sorted(
        (arrives, site, hospital)
        for site in problem.sites
        if any(left[site])
        for hospital in problem.hospitals
        if any(beds[hospital])
        for arrives in (problem.arrival(unit, at, free, (site, hospital)),)
        if arrives < FAR
    )


def _loads(problem: CasualtyProblem, unit: int, left: list[int], beds: list[int]) -> Iterator[Load]:
    """Give every load that fits, the fullest with the worst first."""
    lying, places = problem.lying[unit], problem.places[unit]
    most = [min(left[v], beds[v], lying if v < LYING else places) for v in range(SEVERITIES)]
    for red in range(most[0], -1, -1):
        for yellow in range(min(most[1], lying - red), -1, -1):
            for green in range(min(most[2], places - red - yellow), -1, -1):
                if red or yellow or green:
                    yield red, yellow, green


def _hope(
    search: _Search, active: list[tuple[int, int, int]], rest: tuple[Counts, Counts], spent: tuple[int, int]
) -> Value:
    """Give what no plan from here can beat: each casualty carried by the unit that could be soonest, were it alone.

    Of each severity at least `spare` are left; a plan that leaves no more carries all the others, none of them sooner
    than here, and one that leaves more is worse whatever its times.
    """
    left, beds = rest
    problem = search.problem
    late, weighed = spent
    lost = 0
    for v in range(SEVERITIES):
        total = sum(row[v] for row in left)
        times: list[int] = []
        for site in problem.sites:
            if left[site][v]:
                able = (u for u in active if (problem.lying if v < LYING else problem.places)[u[1]])
                soonest = min((_soonest(search, each, site) for each in able), default=FAR)
                times += [soonest] * left[site][v] if soonest < FAR else []
        spare = total - min(len(times), sum(row[v] for row in beds))
        lost += problem.weight[v] * spare
        for time in sorted(times)[: total - spare]:
            weighed += problem.weight[v] * time
            late += max(0, time - problem.target[0]) if v == 0 else 0
    return lost, late, weighed


def _soonest(search: _Search, unit: tuple[int, int, int], site: int) -> int:
    """Give the soonest second at which a unit could be in any hospital with somebody from a site."""
    problem = search.problem
    free, number, at = unit
    way = problem.first[number][site] if at < 0 else problem.back[number][at][site]
    way = min(way, search.nearer[number][site])  # perhaps after trips to other places
    if way >= FAR or search.nearest[number][site] >= FAR:
        return FAR
    return max(free + way, problem.ready[site]) + problem.load + search.nearest[number][site]
