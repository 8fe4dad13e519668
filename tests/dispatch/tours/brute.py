"""The best plan of a few loads by trying every one: rows, trips, queues worked out anew, nothing shared."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product

from dispatch.tours.problem import Aim, TourProblem
from dispatch.tours.split import points
from dispatch.tours.trips import Load, Rows
from models.units import NEVER


def best(problem: TourProblem, loads: tuple[Load, ...]) -> tuple[int, int, int, int]:
    """Give the least value: unserved, late, then arrival and cost by the aim."""
    return min(found for rows in _all(problem, loads) if (found := worth(problem, loads, rows)) is not None)


def worth(problem: TourProblem, loads: tuple[Load, ...], rows: Rows) -> tuple[int, int, int, int] | None:
    """Value some rows by going through time; None: impossible."""
    left = [list(trips) for trips in rows]
    state = [[own.free_s, -1, 0, 0] for own in problem.vehicles]
    docks = [[0] * depot.docks for depot in problem.depots]
    carried = {n for trips in rows for trip in trips for n in trip}
    score = {n: points(problem, load.drop, load.units) for n, load in enumerate(loads)}
    unserved = sum(score[n] for n in range(len(loads)) if n not in carried)
    late = arrival = 0
    cost = sum(own.fixed_cost for own, trips in zip(problem.vehicles, rows, strict=True) if trips)
    while any(left):
        options = []
        for v, own in enumerate(problem.vehicles):
            if left[v]:
                depot = problem.depots[own.depot]
                begin = max(state[v][0], depot.opens_s, min(docks[own.depot]))
                takes = (
                    1 + depot.prepare_s + sum(_s(problem, loads[n], depot.grams_per_s) for n in left[v][0])
                )
                options.append((begin, -sum(score[n] for n in left[v][0]) / takes, v))
        begin, _, v = min(options)
        own = problem.vehicles[v]
        depot, table, trip = problem.depots[own.depot], problem.tables[own.table], left[v][0]
        if sum(_g(problem, loads[n], 0) for n in trip) > own.grams:
            return None
        if sum(_g(problem, loads[n], 1) for n in trip) > own.cm3:
            return None
        leave = begin + depot.prepare_s + sum(_s(problem, loads[n], depot.grams_per_s) for n in trip)
        now, at, driven, more_late, more = leave, depot.place, 0, 0, 0
        for k, n in enumerate(trip):
            drop = problem.drops[loads[n].drop]
            way = int(table[at, drop.place])
            start = max(now + way, drop.opens_s)
            if way >= NEVER or start > drop.closes_s:
                return None
            more_late += score[n] * max(0, start - drop.due_s)
            more += score[n] * start
            fresh = k == 0 or at != drop.place
            now = start + (drop.stop_s if fresh else 0) + _s(problem, loads[n], drop.grams_per_s)
            at, driven = drop.place, driven + way
        way = int(table[at, depot.place])
        now, driven = now + way, driven + way
        since = begin if state[v][1] < 0 else state[v][1]
        if way >= NEVER or leave > depot.closes_s or state[v][3] == own.trips_most:
            return None
        if now - since > own.duty_most_s or state[v][2] + driven > own.driving_most_s:
            if state[v][1] < 0:
                return None
            state[v] = [state[v][0] + own.rest_s, -1, 0, state[v][3]]
            continue
        docks[own.depot][docks[own.depot].index(min(docks[own.depot]))] = leave
        state[v] = [now, since, state[v][2] + driven, state[v][3] + 1]
        late, arrival = late + more_late, arrival + more
        cost += own.driving_cost * driven + own.duty_cost * (now - begin)
        left[v].pop(0)
    return (unserved, late, arrival, cost) if problem.aim is Aim.ARRIVAL else (unserved, late, cost, arrival)


def _all(problem: TourProblem, loads: tuple[Load, ...]) -> Iterator[Rows]:
    """Every way to put some loads into rows and cut the rows into trips."""
    who = [[-1, *(v for v, own in enumerate(problem.vehicles) if own.depot == load.depot)] for load in loads]
    for by in product(*who):
        mine = [[n for n, v in enumerate(by) if v == own] for own in range(len(problem.vehicles))]
        yield from product(*([*_rows(each)] for each in mine))


def _rows(loads: list[int]) -> Iterator[tuple[tuple[int, ...], ...]]:
    if not loads:
        yield ()
    for order in permutations(loads) if loads else ():
        for cuts in product((False, True), repeat=len(order) - 1):
            row, trip = [], [order[0]]
            for cut, n in zip(cuts, order[1:], strict=True):
                if cut:
                    row.append(tuple(trip))
                    trip = []
                trip.append(n)
            yield (*row, tuple(trip))


def _g(problem: TourProblem, load: Load, k: int) -> int:
    return sum(n * (item.grams, item.cm3)[k] for n, item in zip(load.units, problem.items, strict=True))


def _s(problem: TourProblem, load: Load, rate: int) -> int:
    return -(-_g(problem, load, 0) // rate)
