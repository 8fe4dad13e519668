"""What no plan can beat, however large the question.

Casualties without a bed: a flow from places to beds. Times: a casualty is carried on some trip of some unit, and the
j-th trip of a unit cannot be in hospital before its first could be and j - 1 of its shortest rounds. So every plan is
an assignment of casualties to numbered trips with so many places, each at no less than that time; the cheapest such
assignment is a flow, and bounds them all.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Final

from ortools.graph.python import max_flow, min_cost_flow

from dispatch.casualties.problem import FAR, LYING, SEVERITIES, CasualtyProblem, Load

_SPARE_TRIPS: Final = 3
"""Trips of each unit beyond twice its even share; later ones are joined to one slot without limit."""

Kind = tuple[int, int]
"""A site and a severity: those casualties are alike."""


def fewest_left(problem: CasualtyProblem) -> Load:
    """Give the casualties of each severity for whom there is no bed that any unit could bring them to."""
    left = [_left(problem, severity) for severity in range(SEVERITIES)]
    return left[0], left[1], left[2]


def _left(problem: CasualtyProblem, severity: int) -> int:
    room = problem.lying if severity < LYING else problem.places
    flow, first = max_flow.SimpleMaxFlow(), 2 + len(problem.counts)
    total = sum(row[severity] for row in problem.counts)
    for site in problem.sites:
        flow.add_arc_with_capacity(0, 2 + site, problem.counts[site][severity])
        for hospital in problem.hospitals:
            if any(room[u] and _reaches(problem, u, site, hospital) for u in problem.units):
                flow.add_arc_with_capacity(2 + site, first + hospital, total)
    for hospital in problem.hospitals:
        flow.add_arc_with_capacity(first + hospital, 1, problem.beds[hospital][severity])
    flow.solve(0, 1)
    return total - int(flow.optimal_flow())


def _reaches(problem: CasualtyProblem, unit: int, site: int, hospital: int) -> bool:
    """Whether a unit can get to a site at all, and from there to a hospital."""
    comes = problem.first[unit][site] < FAR or any(
        problem.back[unit][h][site] < FAR for h in problem.hospitals
    )
    return comes and problem.out[unit][site][hospital] < FAR


class TripTimes:
    """The soonest that a unit's j-th trip can be in hospital with casualties of a kind."""

    def __init__(self, problem: CasualtyProblem) -> None:
        self.problem = problem
        self.kinds: list[Kind] = [
            (site, v) for site in problem.sites for v in range(SEVERITIES) if problem.counts[site][v]
        ]
        self._first = [min((self.at(u, 1, kind) for kind in self.kinds), default=FAR) for u in problem.units]
        self._round = [
            min((self._one_round(u, kind) for kind in self.kinds), default=FAR) for u in problem.units
        ]

    def at(self, unit: int, number: int, kind: Kind) -> int:
        """Give the second, `FAR` or more where it cannot be."""
        problem, (site, severity) = self.problem, kind
        if not (problem.lying if severity < LYING else problem.places)[unit]:
            return FAR
        if number == 1:
            come = problem.free[unit] + problem.first[unit][site]
        else:
            rounds = (number - 2) * self._round[unit] if number > 2 else 0  # noqa: PLR2004 - the second trip
            come = self._first[unit] + rounds + problem.unload + self._back(unit, site)
        return max(come, problem.ready[site]) + problem.load + self._out(unit, kind)

    def _one_round(self, unit: int, kind: Kind) -> int:
        problem = self.problem
        return problem.unload + self._back(unit, kind[0]) + problem.load + self._out(unit, kind)

    def _back(self, unit: int, site: int) -> int:
        return min((self.problem.back[unit][h][site] for h in self.problem.hospitals), default=FAR)

    def _out(self, unit: int, kind: Kind) -> int:
        site, severity = kind
        return min(
            (
                self.problem.out[unit][site][h]
                for h in self.problem.hospitals
                if self.problem.beds[h][severity]
            ),
            default=FAR,
        )


def least_times(problem: CasualtyProblem, left: Load) -> tuple[int, int]:
    """Give bounds among the plans that leave exactly `left` of each severity.

    Returns
    -------
    late, weighed : int
        Seconds of red beyond their target, and weighted seconds to hospital, each bounded by itself.
    """
    times = TripTimes(problem)
    target, weight = problem.target[0], problem.weight
    late = _cheapest(times, left, lambda kind, time: max(0, time - target) if kind[1] == 0 else 0)
    weighed = _cheapest(times, left, lambda kind, time: weight[kind[1]] * time)
    return late, weighed


def _cheapest(times: TripTimes, left: Load, cost: Callable[[Kind, int], int]) -> int:
    """Assign casualties to trips at the least cost."""
    problem = times.problem
    people = sum(problem.counts[site][v] for site, v in times.kinds)
    if people - sum(left) == 0:
        return 0
    trips = min(people, ceil(2 * people / max(1, sum(problem.places))) + _SPARE_TRIPS)
    flow = min_cost_flow.SimpleMinCostFlow()
    add = flow.add_arc_with_capacity_and_unit_cost
    sink, late, skip = 1, 2, 3
    first_kind = skip + SEVERITIES
    slot = first_kind + len(times.kinds)
    add(late, sink, people, 0)
    for v in range(SEVERITIES):
        add(skip + v, sink, left[v], 0)
    for number, kind in enumerate(times.kinds):
        count = problem.counts[kind[0]][kind[1]]
        add(0, first_kind + number, count, 0)
        add(first_kind + number, skip + kind[1], count, 0)
        beyond = min(times.at(unit, trips + 1, kind) for unit in problem.units)
        if beyond < FAR:
            add(first_kind + number, late, count, cost(kind, beyond))
    for unit in problem.units:
        for turn in range(1, trips + 1):
            seats, lying = slot, slot + 1
            slot += 2
            add(seats, sink, problem.places[unit], 0)
            add(lying, seats, problem.lying[unit], 0)
            for number, kind in enumerate(times.kinds):
                time = times.at(unit, turn, kind)
                if time < FAR:
                    add(first_kind + number, lying if kind[1] < LYING else seats, people, cost(kind, time))
    flow.set_node_supply(0, people)
    flow.set_node_supply(sink, -people)
    if flow.solve() != flow.OPTIMAL:
        return 0  # nothing is known: a bound all the same
    return int(flow.optimal_cost())
