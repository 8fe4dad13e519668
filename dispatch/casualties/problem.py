"""The question in numbers, and what a list of trips comes to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

SEVERITIES: Final = 3
"""Red, yellow, green, in this order."""
LYING: Final = 2
"""Red and yellow lie; green sits where it may."""

FAR: Final = 10**9
"""Seconds of a way that does not exist; two of them still compare above any time of a plan."""

Row = tuple[int, ...]
Table = tuple[Row, ...]
Load = tuple[int, int, int]
Value = tuple[int, int, int]
"""Weighted casualties not carried, seconds of red beyond their target, weighted seconds to hospital."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasualtyProblem:
    """Casualties, beds and ambulances as whole numbers; the road is out of sight.

    Attributes
    ----------
    counts, ready
        [sites][severities] casualties; [sites] seconds until they can be loaded.
    beds
        [hospitals][severities].
    lying, places, free
        [units].
    first, out, back
        Seconds: [units][sites] from where a unit stands; [units][sites][hospitals]; [units][hospitals][sites]. `FAR`
        where there is no way.
    load, unload
        Seconds.
    target, weight
        [severities].
    """

    counts: tuple[Load, ...]
    ready: Row
    beds: tuple[Load, ...]
    lying: Row
    places: Row
    free: Row
    first: Table
    out: tuple[Table, ...]
    back: tuple[Table, ...]
    load: int
    unload: int
    target: Load
    weight: Load

    @property
    def units(self) -> range:
        """Numbers of the ambulances."""
        return range(len(self.free))

    @property
    def sites(self) -> range:
        """Numbers of the places with casualties."""
        return range(len(self.counts))

    @property
    def hospitals(self) -> range:
        """Numbers of the hospitals."""
        return range(len(self.beds))

    def arrival(self, unit: int, at: int, free: int, to: tuple[int, int]) -> int:
        """Give when a trip reaches its hospital.

        Parameters
        ----------
        unit, at, free
            The ambulance, the hospital it stands at (-1: where it was first), the second from which it is free.
        to
            Site and hospital.
        """
        site, hospital = to
        way = self.first[unit][site] if at < 0 else self.back[unit][at][site]
        leaves = max(free + way, self.ready[site]) + self.load
        return leaves + self.out[unit][site][hospital]


class Trip(NamedTuple):
    """One trip in numbers."""

    unit: int
    site: int
    hospital: int
    load: Load
    departs: int
    arrives: int


def value(problem: CasualtyProblem, trips: Iterable[Trip]) -> Value:
    """Give the levels of the objective that some trips come to."""
    late = weighed = 0
    weights, target = problem.weight, problem.target[0]
    lost = sum(weights[v] * row[v] for row in problem.counts for v in range(SEVERITIES))
    for trip in trips:
        red, yellow, green = trip.load
        carried = weights[0] * red + weights[1] * yellow + weights[2] * green
        lost -= carried
        weighed += carried * trip.arrives
        if red and trip.arrives > target:
            late += red * (trip.arrives - target)
    return lost, late, weighed


class Progress:
    """A plan under way: where each unit is and from when, who is left, which beds are."""

    __slots__ = ("at", "beds", "free", "left", "problem")

    def __init__(self, problem: CasualtyProblem) -> None:
        self.problem = problem
        self.at = [-1] * len(problem.free)
        self.free = list(problem.free)
        self.left = [list(row) for row in problem.counts]
        self.beds = [list(row) for row in problem.beds]

    def most(self, unit: int, site: int, hospital: int) -> Load:
        """Give as many as fit, the worst first."""
        lying, room = self.problem.lying[unit], self.problem.places[unit]
        (reds, yellows, greens), (red_beds, yellow_beds, green_beds) = self.left[site], self.beds[hospital]
        red = min(reds, red_beds, lying)
        yellow = min(yellows, yellow_beds, lying - red)
        return red, yellow, min(greens, green_beds, room - red - yellow)

    def go(self, unit: int, to: tuple[int, int], load: Load) -> Trip | None:
        """Make a trip: whoever is carried is left no longer, and takes a bed. None where there is no way."""
        site, hospital = to
        departs = self.free[unit]
        arrives = self.problem.arrival(unit, self.at[unit], departs, to)
        if arrives >= FAR:
            return None
        left, beds = self.left[site], self.beds[hospital]
        for severity, count in enumerate(load):
            left[severity] -= count
            beds[severity] -= count
        self.at[unit], self.free[unit] = hospital, arrives + self.problem.unload
        return Trip(unit, site, hospital, load, departs, arrives)


Step = tuple[int, int, int]
"""A unit, a site, a hospital."""


def decode(problem: CasualtyProblem, steps: Sequence[Step]) -> list[Trip]:
    """Make trips of steps, one after another, each as full as it can be; a step that can take nobody is left out."""
    progress, trips = Progress(problem), []
    for unit, site, hospital in steps:
        load = progress.most(unit, site, hospital)
        trip = progress.go(unit, (site, hospital), load) if any(load) else None
        if trip is not None:
            trips.append(trip)
    return trips
