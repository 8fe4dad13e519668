"""The best set among all routes that a search has met: a covering programme, small enough to be solved on the way.

Two routes that share a customer may both be chosen where that is cheaper; the customer is then left out of one of
them, which only shortens it where ways obey the triangle inequality, and is checked where they do not.
"""

from __future__ import annotations

from time import perf_counter
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


class _Met:
    """Routes met, as rows of a sparse matrix: `stops` of route k from `start[k]` on, `size[k]` of them."""

    def __init__(self, search: Search) -> None:
        slots = np.flatnonzero(search.pool.size)
        self.start, self.size = search.pool.start[slots], search.pool.size[slots]
        self.length, self.all = search.pool.length[slots], search.pool.stops

    def stops(self, routes: Longs) -> Longs:
        """Customers of some routes, one after another."""
        size = self.size[routes]
        ends = np.cumsum(size)
        within = np.arange(int(ends[-1])) - np.repeat(ends - size, size)
        found: Longs = self.all[np.repeat(self.start[routes], size) + within].astype(np.int64)
        return found


def best_set(fleet: Fleet, search: Search, seconds: float) -> list[tuple[int, list[int]]] | None:
    """Choose a cheaper set of routes among those met.

    Parameters
    ----------
    seconds
        Time limit of both programmes together.

    Returns
    -------
    list of tuple of int and list of int, or None
        Kind and customers of each route; None where no cheaper set was found.
    """
    met, best = _Met(search), int(search.state[1])
    if best >= fleet.lost or not met.size.size:
        return None  # somebody is not served yet
    route, kind, cost = _columns(fleet, met)
    scale, begin = float(cost.mean()), perf_counter()
    relaxed = _solve(fleet, met, (route, kind, cost / scale), {"time_limit": seconds / 2}, whole=False)
    if relaxed.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    reduced = np.array(relaxed.getSolution().col_dual) * scale
    keep = np.flatnonzero(reduced < best - relaxed.getInfo().objective_function_value * scale)
    if not keep.size:
        return None  # no set of these routes is cheaper
    keep = np.sort(keep[np.argsort(reduced[keep], kind="stable")[:MOST]])
    left = max(0.1, seconds - (perf_counter() - begin))
    options = {"time_limit": left, "mip_rel_gap": 0.0, "objective_bound": best / scale}
    solved = _solve(fleet, met, (route[keep], kind[keep], cost[keep] / scale), options, whole=True)
    taken = keep[np.flatnonzero(np.rint(solved.getSolution().col_value))]
    routes = _disjoint(met, route[taken], kind[taken])
    served = sum(len(stops) for _, stops in routes) == fleet.demand.size - 1
    return routes if served and _cost(fleet, routes) < best else None


def _columns(fleet: Fleet, met: _Met) -> tuple[Longs, Longs, Longs]:
    """Give routes by kinds that can drive them: route, kind and cost; only what no unlimited kind does cheaper."""
    customers = fleet.demand.size - 1
    ends = np.cumsum(met.size)
    loads = np.add.reduceat(fleet.demand[met.stops(np.arange(met.size.size))], ends - met.size)
    cost = (fleet.fixed[None] + fleet.unit[None] * met.length[:, None]).astype(float)
    cost[loads[:, None] > fleet.capacity[None]] = np.inf
    endless = fleet.available >= customers
    useful = np.isfinite(cost)
    if endless.any():
        least = cost[:, endless].min(axis=1)
        first = np.flatnonzero(endless)[cost[:, endless].argmin(axis=1)]
        useful = cost < least[:, None]
        useful[np.arange(first.size), first] = np.isfinite(least)
    route, kind = np.nonzero(useful)
    return route, kind, cost[route, kind].astype(np.int64)


def _solve(
    fleet: Fleet,
    met: _Met,
    columns: tuple[Longs, Longs, Floats],
    options: dict[str, float],
    *,
    whole: bool,
) -> Any:
    """Cover every customer at least once with no more vehicles than there are."""
    routes, kinds, cost = columns
    customers, model, size = fleet.demand.size - 1, highspy.HighsLp(), met.size[columns[0]]
    start = np.concatenate([[0], np.cumsum(size + 1)])
    index = np.zeros(int(start[-1]), dtype=np.int64)
    kind_at = start[1:] - 1
    index[kind_at] = customers + kinds
    index[np.delete(np.arange(index.size), kind_at)] = met.stops(routes) - 1
    model.num_col_, model.num_row_ = cost.size, customers + fleet.capacity.size
    model.col_cost_, model.col_lower_ = cost, np.zeros(cost.size)
    model.col_upper_ = np.ones(cost.size) if whole else np.full(cost.size, highspy.kHighsInf)
    model.row_lower_ = np.concatenate([np.ones(customers), np.zeros(fleet.capacity.size)])
    model.row_upper_ = np.concatenate([np.full(customers, highspy.kHighsInf), fleet.available.astype(float)])
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = start, index
    model.a_matrix_.value_ = np.ones(index.size)
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * cost.size
    highs = quiet()
    for name, value in options.items():
        highs.setOptionValue(name, value)
    highs.passModel(model)
    highs.run()
    return highs


def _disjoint(met: _Met, routes: Longs, kinds: Longs) -> list[tuple[int, list[int]]]:
    """Leave each customer in one route only."""
    seen: set[int] = set()
    out = []
    for route, kind in zip(routes.tolist(), kinds.tolist(), strict=True):
        stops = [c for c in met.stops(np.array([route])).tolist() if c not in seen]
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
