"""Which vehicle carries which loads in which order: a search of large neighbourhoods over whole plans.

Every plan is valued with its queues at the docks, rests and windows. The aim is lexicographic: unserved, late, then
arrivals and cost in the order of the problem's aim.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Final

import numpy as np

from dispatch.tours.problem import Aim, Ints, Longs, TourProblem, frozen
from dispatch.tours.split import points
from dispatch.tours.trips import Load, Rows
from kernels.tours import NOBODY, Bytes, Freight, Plan, Yard
from kernels.tours_search import build, improve
from models.errors import require
from models.units import NEVER

ROUNDS: Final = 20_000
"""Rounds of a search; estimate. Small cases take hundreds to the best plan there is (`tests/dispatch/tours`)."""

_CHUNK: Final = 200
_HOT, _COLD = 0.3, 0.0005
"""First and last temperature, in units of the score of a load; by trying on random cases."""

_UNSERVED, _LATE, _TIE = 1e12, 1e3, 1e-6
"""What a point unserved, a point-second late and the last level count against one of the third while searching."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long to search: the same `rounds` and `seed` give the same plan; `seconds` stop it earlier, as a guard."""

    rounds: int = ROUNDS
    seconds: float = 30.0
    seed: int = 1

    def __post_init__(self) -> None:
        require(self.rounds >= 1, "rounds is {n}; at least 1 would be right", where="effort", n=self.rounds)
        require(
            self.seconds > 0, "seconds is {n}; more than 0 would be right", where="effort", n=self.seconds
        )


def search(problem: TourProblem, loads: tuple[Load, ...], effort: Effort) -> Rows:
    """Find rows of trips.

    Parameters
    ----------
    problem, loads
        What is to be carried.
    effort
        How long.

    Returns
    -------
    Rows
        Loads that are in no row are not carried.
    """
    if not loads or not problem.vehicles:
        return tuple(() for _ in problem.vehicles)
    freight, yard = columns(problem, loads), _yard(problem, len(loads), effort.seed)
    found = np.zeros(4, dtype=np.int64)
    urgent = np.lexsort((-freight.load[:, 3], freight.load[:, 5])).astype(np.int32)
    build(freight, yard, urgent, found)
    scale = max(1.0, float(freight.worth[1:] @ yard.value[1:])) / len(loads)
    start, done, share = perf_counter(), 0, 0.0
    while share < 1.0:
        rounds = min(_CHUNK, effort.rounds - done)
        improve(freight, yard, rounds, scale * _HOT * (_COLD / _HOT) ** share, found)
        done += rounds
        share = max(done / effort.rounds, (perf_counter() - start) / effort.seconds)
    return rows_of(yard.best)


def columns(problem: TourProblem, loads: tuple[Load, ...]) -> Freight:
    """Give a problem and its loads as the kernel wants them."""
    masses = problem.masses
    rows, stop = [], []
    for load in loads:
        drop, depot = problem.drops[load.drop], problem.depots[load.depot]
        grams, cm3 = (np.array(load.units, dtype=np.int64) @ masses).tolist()
        unloading, loading = -(-grams // drop.grams_per_s), -(-grams // depot.grams_per_s)
        worth = points(problem, load.drop, load.units)
        rows.append(
            (drop.place, grams, cm3, worth, drop.opens_s, drop.due_s, drop.closes_s, unloading, loading)
        )
        stop.append(drop.stop_s)
    table = np.array(rows, dtype=np.int64)
    last = [1.0, _TIE] if problem.aim is Aim.ARRIVAL else [_TIE, 1.0]
    return Freight(
        load=table,
        stop_s=np.array(stop, dtype=np.int64),
        vehicle=_vehicles(problem),
        rate=np.array([(v.driving_cost, v.duty_cost) for v in problem.vehicles], dtype=np.int64),
        depot=np.array(
            [(d.opens_s, d.closes_s, d.docks, d.prepare_s) for d in problem.depots], dtype=np.int64
        ),
        may=_may(problem, loads, table),
        near=_near(problem, table[:, 0]),
        table=frozen(problem.tables, np.int32),
        worth=np.array([_UNSERVED, _LATE, *last]),
    )


def rows_of(plan: Plan) -> Rows:
    """Read the rows of a plan."""
    out = []
    for v, size in enumerate(plan.size.tolist()):
        trips: list[list[int]] = []
        for n in plan.stops[v, :size].tolist():
            if plan.opens[n]:
                trips.append([])
            trips[-1].append(n)
        out.append(tuple(tuple(trip) for trip in trips))
    return tuple(out)


def plan_of(rows: Rows, loads: int) -> Plan:
    """Write rows as a plan."""
    plan = _empty(len(rows), loads)
    for v, trips in enumerate(rows):
        for trip in trips:
            for k, n in enumerate(trip):
                plan.stops[v, plan.size[v]] = n
                plan.size[v] += 1
                plan.opens[n], plan.by[n] = k == 0, v
    return plan


def _vehicles(problem: TourProblem) -> Longs:
    return np.array(
        [
            (
                v.depot,
                v.table,
                v.grams,
                v.cm3,
                v.free_s,
                v.driving_most_s,
                v.duty_most_s,
                v.rest_s,
                v.trips_most,
                v.fixed_cost,
                problem.depots[v.depot].place,
            )
            for v in problem.vehicles
        ],
        dtype=np.int64,
    )


def _may(problem: TourProblem, loads: tuple[Load, ...], table: Longs) -> Bytes:
    depot = np.array([own.depot for own in problem.vehicles])[:, None]
    room = np.array([(own.grams, own.cm3) for own in problem.vehicles], dtype=np.int64)
    fits = (table[None, :, 1] <= room[:, None, 0]) & (table[None, :, 2] <= room[:, None, 1])
    reach = problem.ways[:, [load.drop for load in loads]] < NEVER
    may: Bytes = ((depot == [load.depot for load in loads]) & fits & reach).astype(np.int8)
    return may


def _near(problem: TourProblem, places: Longs) -> Ints:
    """Order loads by how far the fastest kind of vehicle drives, itself first."""
    apart = problem.tables.min(axis=0)[places[:, None], places[None, :]].astype(np.int64)
    np.fill_diagonal(apart, -1)
    return np.argsort(apart, axis=1, kind="stable").astype(np.int32)


def _empty(vehicles: int, loads: int) -> Plan:
    return Plan(
        stops=np.zeros((vehicles, loads), dtype=np.int32),
        size=np.zeros(vehicles, dtype=np.int32),
        opens=np.zeros(loads, dtype=np.int8),
        by=np.full(loads, NOBODY, dtype=np.int32),
    )


def _yard(problem: TourProblem, loads: int, seed: int) -> Yard:
    vehicles = len(problem.vehicles)
    docks = max((depot.docks for depot in problem.depots), default=1)
    rows = [np.zeros(vehicles, dtype=np.int64) for _ in range(5)]
    return Yard(
        now=_empty(vehicles, loads),
        saved=_empty(vehicles, loads),
        best=_empty(vehicles, loads),
        value=np.zeros(4, dtype=np.int64),
        score=np.zeros(1),
        out=np.zeros(loads, dtype=np.int32),
        key=np.zeros(loads, dtype=np.int64),
        seed=np.array([seed % (2**31 - 2) + 1], dtype=np.int64),
        at=rows[0],
        ready=rows[1],
        shift=rows[2],
        driven=rows[3],
        trips=rows[4],
        dock=np.zeros((len(problem.depots), docks), dtype=np.int64),
    )
