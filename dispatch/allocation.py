"""Which depot sends what to whom on which truck: an exact model, one trip per truck.

A truck goes to at most one incident. Levels: 1 unmet supplies, 2 lateness against deadlines, 3 delivery time, 4 price
of tiers, trips and driving. A unit of a need is worth the need's priority divided by the units needed, so that a need
for a thousand blankets does not outweigh one for ten tents by its number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.lexicographic import Level, Limits, LinearModel, Objective, minimise
from dispatch.problem import Problem
from dispatch.relaxation import Solution
from models.units import NEVER, SECONDS_PER_HOUR

Index = NDArray[np.int64]

NODES_PER_LEVEL: Final = 50

POINTS_PER_NEED: Final = 1000
"""Points of a whole need of priority 1; the value of a unit is rounded to whole points, at least 1."""

EXACT_COLUMNS: Final = 400
"""Larger models are searched around their relaxation, whose bound is reported."""

PRICE_GAP: Final = 0.03
"""Relative gap at which level 4 is good enough: proving the last motorcycle ride away takes seconds."""

_SLACK: Final = 1e-9
"""Added before rounding down, so that ten pieces of 0.1 m3 fill one cubic metre."""


@dataclass(frozen=True, slots=True)
class Trip:
    """One truck sent to one incident with its load: units by demand."""

    truck: int
    incident: int
    load: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Allocated:
    """The trips and the levels reached (1, 2, 3, 4)."""

    trips: tuple[Trip, ...]
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Reachable (truck, incident) pairs, and (pair, demand) loads over them, as index vectors."""

    truck: Index
    incident: Index
    pair: Index
    demand: Index
    most: Index


def unit_points(problem: Problem) -> NDArray[np.int64]:
    """Points of one missing unit of each supply demand, int64[demands]."""
    worth = [POINTS_PER_NEED * demand.weight / demand.need.quantity for demand in problem.supply.demands]
    return np.maximum(1, np.rint(worth)).astype(np.int64)


def allocate(problem: Problem, *, time_limit_s: float) -> Allocated:
    """Choose depots, trucks and loads for all incidents together.

    Parameters
    ----------
    problem
        The problem.
    time_limit_s
        Seconds; when they end, the best plan so far is returned with its bounds.
    """
    needed = np.array([demand.need.quantity for demand in problem.supply.demands], dtype=np.int64)
    pairs = _loadable_pairs(problem, needed)
    if pairs.pair.size == 0:
        missing = int(unit_points(problem) @ needed) if needed.size else 0
        return Allocated((), tuple(Level(value, value) for value in (missing, 0, 0, 0)))
    model = LinearModel()
    go = model.add_columns(np.ones(pairs.truck.size))
    load = model.add_columns(pairs.most)
    unmet = model.add_columns(needed)
    _add_constraints(problem, model, pairs, (go, load, unmet))
    values, levels = minimise(
        model,
        _objectives(problem, model.columns, pairs, (go, load, unmet)),
        start=_greedy(problem, model.columns, pairs, (go, load, unmet)),
        tidy=lambda values: _tidy(pairs, go, load, values),
        limits=Limits(
            seed=problem.request.seed,
            seconds=time_limit_s,
            nodes=NODES_PER_LEVEL,
            exact_columns=EXACT_COLUMNS,
        ),
    )
    return Allocated(_read(pairs, values[go], values[load]), tuple(levels))


def _loadable_pairs(problem: Problem, needed: Index) -> _Pairs:
    """Trucks that can reach an incident and carry something it needs, with the most units of each demand."""
    side = problem.supply
    items = {item.id: item for item in problem.district.items}
    at = np.array([demand.incident for demand in side.demands], dtype=np.int64)
    truck, incident = np.nonzero(side.arrive_s < NEVER)
    pair, demand = np.nonzero(at[None, :] == incident[:, None])
    depot = np.array([d for d, _ in side.trucks], dtype=np.int64)
    kg = np.array([items[each.need.item].kg for each in side.demands])
    m3 = np.array([items[each.need.item].m3 for each in side.demands])
    payload = np.array([each.payload_kg for _, each in side.trucks])
    volume = np.array([each.volume_m3 for _, each in side.trucks])
    if pair.size == 0:
        return _Pairs(truck, incident, pair, demand, np.zeros(0, dtype=np.int64))
    carries = np.minimum(payload[truck[pair]] / kg[demand], volume[truck[pair]] / m3[demand]) + _SLACK
    most = np.minimum(
        np.minimum(needed[demand], side.issuable[depot[truck[pair]], demand]), carries.astype(np.int64)
    )
    keep = most > 0
    used, renumbered = np.unique(pair[keep], return_inverse=True)
    return _Pairs(truck[used], incident[used], renumbered, demand[keep], most[keep])


def _add_constraints(problem: Problem, model: LinearModel, pairs: _Pairs, columns: tuple[Index, ...]) -> None:
    go, load, unmet = columns
    side = problem.supply
    items = {item.id: item for item in problem.district.items}
    needed = np.array([demand.need.quantity for demand in side.demands], dtype=np.float64)
    kg = np.array([items[demand.need.item].kg for demand in side.demands])
    m3 = np.array([items[demand.need.item].m3 for demand in side.demands])
    depot = np.array([d for d, _ in side.trucks], dtype=np.int64)
    trucks, truck_row = np.unique(pairs.truck, return_inverse=True)
    model.add_rows(-np.inf, 1.0, trucks.size, [(truck_row, go, 1.0)])
    model.add_rows(
        needed, needed, needed.size, [(pairs.demand, load, 1.0), (np.arange(needed.size), unmet, 1.0)]
    )
    every = np.arange(go.size)
    for unit, capacity in (
        (kg, [truck.payload_kg for _, truck in side.trucks]),
        (m3, [truck.volume_m3 for _, truck in side.trucks]),
    ):
        limit = np.array(capacity)[pairs.truck]
        model.add_rows(-np.inf, 0.0, go.size, [(pairs.pair, load, unit[pairs.demand]), (every, go, -limit)])
    loads = np.arange(load.size)
    model.add_rows(
        -np.inf,
        0.0,
        load.size,
        [(loads, load, 1.0), (loads, go[pairs.pair], -pairs.most.astype(np.float64))],
        sharpening=True,
    )
    names = [demand.need.item for demand in side.demands]
    item_of = np.unique(names, return_inverse=True)[1]
    source = depot[pairs.truck[pairs.pair]] * (item_of.max() + 1) + item_of[pairs.demand]
    sources, first, source_row = np.unique(source, return_index=True, return_inverse=True)
    stock = side.issuable[depot[pairs.truck[pairs.pair[first]]], pairs.demand[first]].astype(np.float64)
    model.add_rows(np.full(sources.size, -np.inf), stock, sources.size, [(source_row, load, 1.0)])


def _objectives(problem: Problem, size: int, pairs: _Pairs, columns: tuple[Index, ...]) -> list[Objective]:
    go, load, unmet = columns
    side, weights = problem.supply, problem.doctrine.weights
    points = unit_points(problem).astype(np.float64)
    deadline = np.array([demand.need.deadline_s for demand in side.demands], dtype=np.float64)
    arrive = side.arrive_s[pairs.truck, pairs.incident].astype(np.float64)
    depot = np.array([d for d, _ in side.trucks], dtype=np.int64)
    late = np.maximum(0, arrive[pairs.pair] - deadline[pairs.demand])
    unmet_points, lateness, delivery, price = (np.zeros(size) for _ in range(4))
    unmet_points[unmet] = points
    lateness[load] = points[pairs.demand] * np.ceil(late / weights.delivery_step_s)
    delivery[load] = points[pairs.demand] * np.ceil(arrive / weights.delivery_step_s)[pairs.pair]
    hours = side.travel_s[pairs.truck, pairs.incident] / SECONDS_PER_HOUR
    price[go] = (
        weights.trip
        + weights.tier_step * side.tier_rank[depot[pairs.truck]]
        + np.ceil(weights.driving_hour * hours)
    )
    return [
        Objective(unmet_points),
        Objective(lateness),
        Objective(delivery),
        Objective(price, gap=PRICE_GAP, sharp=True),
    ]


def _tidy(pairs: _Pairs, go: Index, load: Index, values: Solution) -> Solution:
    """Send no truck empty."""
    values = values.copy()
    values[go] = np.bincount(pairs.pair, weights=values[load], minlength=go.size) > 0
    return values


def _greedy(problem: Problem, size: int, pairs: _Pairs, columns: tuple[Index, ...]) -> Solution:
    """A feasible start: trucks by arrival, each filled with what is worth most for its weight and volume."""
    go, load, unmet = columns
    side = problem.supply
    items = {item.id: item for item in problem.district.items}
    values = np.zeros(size, dtype=np.int64)
    left = [demand.need.quantity for demand in side.demands]
    stock = {
        (d, demand.need.item): int(side.issuable[d, n])
        for n, demand in enumerate(side.demands)
        for d in range(len(problem.depots))
    }
    points = unit_points(problem)
    loads_of: dict[int, list[int]] = {}
    for k, pair in enumerate(pairs.pair.tolist()):
        loads_of.setdefault(pair, []).append(k)
    away: set[int] = set()
    for pair in np.lexsort((pairs.truck, side.arrive_s[pairs.truck, pairs.incident])).tolist():
        d, truck = side.trucks[int(pairs.truck[pair])]
        if int(pairs.truck[pair]) in away or not any(left[int(pairs.demand[k])] for k in loads_of[pair]):
            continue
        kg, m3 = truck.payload_kg, truck.volume_m3
        worth = {
            k: points[n]
            / max(items[side.demands[n].need.item].kg / kg, items[side.demands[n].need.item].m3 / m3)
            for k in loads_of[pair]
            for n in (int(pairs.demand[k]),)
        }
        for k in sorted(loads_of[pair], key=lambda each: (-worth[each], each)):
            n = int(pairs.demand[k])
            item = items[side.demands[n].need.item]
            fits = int(min(kg / item.kg, m3 / item.m3) + _SLACK)
            units = min(fits, left[n], stock[d, item.id], int(pairs.most[k]))
            if units > 0:
                values[load[k]] = units
                values[go[pair]] = 1
                left[n] -= units
                stock[d, item.id] -= units
                kg, m3 = kg - units * item.kg, m3 - units * item.m3
        if values[go[pair]]:
            away.add(int(pairs.truck[pair]))
    values[unmet] = left
    return values


def _read(pairs: _Pairs, go: NDArray[np.int64], load: NDArray[np.int64]) -> tuple[Trip, ...]:
    trips = []
    for pair in np.flatnonzero(go).tolist():
        mine = np.flatnonzero((pairs.pair == pair) & (load > 0))
        if mine.size:
            loads = tuple((int(pairs.demand[k]), int(load[k])) for k in mine)
            trips.append(Trip(int(pairs.truck[pair]), int(pairs.incident[pair]), loads))
    return tuple(trips)
