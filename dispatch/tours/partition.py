"""The best set among all routes that a search has met: a covering programme, small enough to be solved on the way.

Two routes that share a customer may both be chosen where that is cheaper; the customer is then left out of one of
them, which only shortens it where ways obey the triangle inequality, and is checked where they do not.
"""

from __future__ import annotations

from typing import Any, Final

import highspy
import numpy as np
from numpy.typing import NDArray

from dispatch.highs import quiet
from dispatch.tours.problem import Longs
from kernels.fleet import Fleet, Search

MOST: Final = 1500
"""Columns of the whole-number programme; those that could matter most by the relaxation. By measuring: more take
longer than they gain in the time there is."""

Floats = NDArray[np.float64]


def best_set(fleet: Fleet, search: Search, seconds: float) -> list[tuple[int, list[int]]] | None:
    """Choose a cheaper set of routes among those met.

    Parameters
    ----------
    seconds
        Time limit of each of the two programmes.

    Returns
    -------
    list of tuple of int and list of int, or None
        Kind and customers of each route; None where no cheaper set was found.
    """
    if search.state[1] >= fleet.lost:
        return None  # somebody is not served yet
    slots = np.flatnonzero(search.pool.size)
    route, kind, cost = _columns(fleet, search, slots)
    if not route.size:
        return None
    scale = float(cost.mean())
    relaxed = _solve(fleet, search, (slots[route], kind, cost / scale), {"time_limit": seconds}, whole=False)
    bound = relaxed.getInfo().objective_function_value * scale
    reduced = np.array(relaxed.getSolution().col_dual) * scale
    if reduced.size != cost.size:
        return None
    keep = np.flatnonzero(reduced < search.state[1] - bound)
    keep = np.sort(keep[np.argsort(reduced[keep], kind="stable")[:MOST]])
    options = {"time_limit": seconds, "mip_rel_gap": 0.0, "objective_bound": float(search.state[1]) / scale}
    chosen = slots[route[keep]], kind[keep], cost[keep] / scale
    values = np.array(_solve(fleet, search, chosen, options, whole=True).getSolution().col_value)
    routes = _disjoint(search, chosen[0][values > 0.5], chosen[1][values > 0.5]) if values.size else []
    served = sum(len(stops) for _, stops in routes) == fleet.demand.size - 1
    return routes if served and _cost(fleet, routes) < search.state[1] else None


def _columns(fleet: Fleet, search: Search, slots: Longs) -> tuple[Longs, Longs, Longs]:
    """Give routes by kinds that can drive them: place in `slots`, kind, cost. Only what no unlimited kind does cheaper."""
    pool, customers = search.pool, fleet.demand.size - 1
    loads = np.array([fleet.demand[_stops(search, slot)].sum() for slot in slots.tolist()], dtype=np.int64)
    cost = (fleet.fixed[None] + fleet.unit[None] * pool.length[slots][:, None]).astype(float)
    cost[loads[:, None] > fleet.capacity[None]] = np.inf
    endless = fleet.available >= customers
    if endless.any():
        least = cost[:, endless].min(axis=1)
        first = np.flatnonzero(endless)[cost[:, endless].argmin(axis=1)]
        useful = cost < least[:, None]
        useful[np.arange(first.size), first] = np.isfinite(least)
    else:
        useful = np.isfinite(cost)
    route, kind = np.nonzero(useful)
    return route, kind, cost[route, kind].astype(np.int64)


def _stops(search: Search, slot: int) -> Longs:
    start = int(search.pool.start[slot])
    return search.pool.stops[start : start + int(search.pool.size[slot])].astype(np.int64)


def _solve(
    fleet: Fleet,
    search: Search,
    columns: tuple[Longs, Longs, Floats],
    options: dict[str, float],
    *,
    whole: bool,
) -> Any:
    """Cover every customer at least once with no more vehicles than there are."""
    slots, kinds, cost = columns
    customers, model = fleet.demand.size - 1, highspy.HighsLp()
    rows = [
        np.append(np.sort(_stops(search, slot)) - 1, customers + kind)
        for slot, kind in zip(slots.tolist(), kinds.tolist(), strict=True)
    ]
    model.num_col_, model.num_row_ = cost.size, customers + fleet.capacity.size
    model.col_cost_, model.col_lower_ = cost, np.zeros(cost.size)
    model.col_upper_ = np.ones(cost.size) if whole else np.full(cost.size, highspy.kHighsInf)
    model.row_lower_ = np.concatenate([np.ones(customers), np.zeros(fleet.capacity.size)])
    model.row_upper_ = np.concatenate([np.full(customers, highspy.kHighsInf), fleet.available.astype(float)])
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.cumsum([0, *(row.size for row in rows)])
    model.a_matrix_.index_ = np.concatenate(rows)
    model.a_matrix_.value_ = np.ones(model.a_matrix_.index_.__len__())
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * cost.size
    highs = quiet()
    for name, value in options.items():
        highs.setOptionValue(name, value)
    highs.passModel(model)
    highs.run()
    return highs


def _disjoint(search: Search, slots: Longs, kinds: Longs) -> list[tuple[int, list[int]]]:
    """Leave each customer in one route only."""
    seen: set[int] = set()
    out = []
    for slot, kind in zip(slots.tolist(), kinds.tolist(), strict=True):
        stops = [c for c in _stops(search, slot).tolist() if c not in seen]
        seen.update(stops)
        if stops:
            out.append((kind, stops))
    return out


def _cost(fleet: Fleet, routes: list[tuple[int, list[int]]]) -> int:
    total = 0
    for kind, stops in routes:
        way = [0, *stops, 0]
        total += int(fleet.fixed[kind] + fleet.unit[kind] * fleet.table[way[:-1], way[1:]].sum())
    return total
