"""Greedy at once, better by changes, proven where the question is small, bounded always."""

from __future__ import annotations

from typing import Final

from dispatch.casualties.bound import fewest_left, least_times
from dispatch.casualties.exact import prove
from dispatch.casualties.problem import SEVERITIES, CasualtyProblem, Load, Trip, Value, value
from dispatch.casualties.search import ROUNDS, best_of, greedy, improve

SMALL: Final = 14
"""Casualties up to which everything is tried, for so long as `exact.NODES` lasts."""
_FEW_ROUNDS: Final = 100
"""Changes before that: enough for a start that passes much over."""


def solve(problem: CasualtyProblem, *, seed: int) -> tuple[list[Trip], Value, Value]:
    """Plan the trips.

    Returns
    -------
    trips : list of Trip
        In the order of their arrival.
    reached, bound : tuple of int
        The levels, and for each what no plan can beat that keeps the earlier ones.
    """
    left = fewest_left(problem)
    small = sum(map(sum, problem.counts)) <= SMALL
    trips = greedy(problem)
    bound = _bound(problem, left, value(problem, trips))
    if bound != value(problem, trips):
        better = improve(problem, trips, seed=seed, rounds=_FEW_ROUNDS if small else ROUNDS, enough=bound)
        trips, reached = best_of(trips, better, problem)
        bound = _bound(problem, left, reached)
        if small and bound != reached:
            trips, proven = prove(problem, trips)
            reached = value(problem, trips)
            bound = reached if proven else _bound(problem, left, reached)
    return sorted(trips, key=lambda trip: (trip.arrives, trip.unit)), value(problem, trips), bound


def _bound(problem: CasualtyProblem, left: Load, reached: Value) -> Value:
    """Give the bounds beside a plan: times are bounded only among those that carry as many as can be."""
    lost = sum(problem.weight[v] * left[v] for v in range(SEVERITIES))
    if reached[0] != lost:
        return lost, 0, 0
    late, weighed = least_times(problem, left)
    return lost, min(late, reached[1]), min(weighed, reached[2])
