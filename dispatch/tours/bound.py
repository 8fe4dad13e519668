"""What no plan of tours can be below: each load alone on the vehicle that brings it soonest, without queue or company.

For the sum of arrivals the docks are counted too: on m docks, weighted times of completion are at least a m-th of
those on one, in Smith's order, and (m - 1) / 2m of the weighted times of loading (Eastman, Even and Isaacs 1964).
"""

from __future__ import annotations

import numpy as np

from dispatch.tours.problem import Longs, TourProblem
from dispatch.tours.split import points
from dispatch.tours.trips import Load
from models.units import NEVER


def bounds(
    problem: TourProblem, loads: tuple[Load, ...], allotted: Longs, carried: set[int]
) -> tuple[int, int, int, int]:
    """Give bounds for points unserved, late, arrival, cost.

    Parameters
    ----------
    loads, allotted
        What was to be carried, and where it comes from, which the bounds take as given.
    carried
        Loads of the plan; the last three bounds hold for plans that carry these.

    Returns
    -------
    tuple of int
        All in whole points and seconds, rounded down.
    """
    short = problem.needs - allotted.sum(axis=0)
    missing = sum(
        points(problem, j, tuple(short[j].tolist())) for j in np.flatnonzero(short.any(axis=1)).tolist()
    )
    late = arrival = 0
    queue: dict[int, list[tuple[int, int, int]]] = {}
    for n, load in enumerate(loads):
        soonest, way = _soonest(problem, load)
        worth = points(problem, load.drop, load.units)
        if soonest >= NEVER:
            missing += worth
        if n not in carried:
            continue
        late += worth * max(0, soonest - problem.drops[load.drop].due_s)
        arrival += worth * soonest
        queue.setdefault(load.depot, []).append((worth, _loading(problem, load), way))
    docked = sum(_docked(problem, depot, rows) for depot, rows in queue.items())
    return missing, late, max(arrival, docked), 0


def _soonest(problem: TourProblem, load: Load) -> tuple[int, int]:
    """When the load can be there at the soonest, and the shortest way of those who can carry it."""
    drop, depot = problem.drops[load.drop], problem.depots[load.depot]
    grams, cm3 = (np.array(load.units, dtype=np.int64) @ problem.masses).tolist()
    best, shortest = NEVER, NEVER
    ready = depot.prepare_s + _loading(problem, load)
    for v in problem.kinds:
        own, way = problem.vehicles[v], int(problem.ways[v, load.drop])
        if own.depot == load.depot and way < NEVER and grams <= own.grams and cm3 <= own.cm3:
            leave = max(own.free_s, depot.opens_s) + ready
            start = max(leave + way, drop.opens_s)
            if start <= drop.closes_s and leave <= depot.closes_s:
                best, shortest = min(best, start), min(shortest, way)
    return best, shortest


def _loading(problem: TourProblem, load: Load) -> int:
    grams = int((np.array(load.units, dtype=np.int64) @ problem.masses)[0])
    return -(-grams // problem.depots[load.depot].grams_per_s)


def _docked(problem: TourProblem, depot: int, rows: list[tuple[int, int, int]]) -> int:
    """Least weighted arrivals by what the docks can load: each load leaves when it is on board at the soonest."""
    own = problem.depots[depot]
    free = min(each.free_s for each in problem.vehicles if each.depot == depot)
    start = max(own.opens_s, free) + own.prepare_s
    done, total, docks = 0, 0.0, own.docks
    for worth, loading, way in sorted(rows, key=lambda row: (row[1] / row[0], row)):
        done += loading
        total += worth * (start + done / docks + loading * (docks - 1) / (2 * docks) + way)
    return int(total)
