"""Least cost where nothing but room and cost matters: one trip for each vehicle, no windows, no hours, no queues.

A search over routes (`kernels.fleet`) is cut by a programme that chooses the best set of all routes met so far, then
goes on from there. Both see kinds of vehicles, not single ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import Final

import numpy as np

from dispatch.tours.partition import best_set
from dispatch.tours.problem import Carrier, TourProblem
from dispatch.tours.search import Effort
from dispatch.tours.trips import Load, Rows
from kernels.fleet import NOBODY, Fleet, Pool, Routes, Search
from kernels.fleet_search import anneal
from models.units import LONGEST_S, NEVER

ROUNDS_FOR_ONE: Final = 15
"""Rounds of this search for one of the general one, which takes about so much longer for one; estimate."""

_STARTS: Final = (3.0, 10.0, 3.0, 10.0)
"""First temperatures of searches from nothing: which vehicles a plan uses is settled while it is hot, then stays."""
_STARTED: Final = 0.6
"""Share of the effort that the starts take together; the best of them is searched further."""
_AGAIN: Final = 1.0
"""First temperature of that."""
_ENDED: Final = 0.9
"""Share of the effort after which the last choice among the routes met is made."""
_COLD: Final = 0.03
"""Last temperature. Units: the mean way to the five nearest, times the cost of a unit of it."""
_CHOICE_SHARE: Final = 0.09
"""Share of the time that a choice among the routes met may take."""
_CREDIT: Final = 2.0
"""Most that free capacity earns, in prices of a unit of capacity."""
_NEAR: Final = 1.01
"""Routes of plans that cost less than this many times the best are kept."""
# Measured on drawn fleets, not on the published ones; but that several starts are needed was seen on one of those.

_CHUNK: Final = 500
_SLOTS: Final = 2**18
_STOPS: Final = 2_000_000
_NEAREST: Final = 5


@dataclass(frozen=True, slots=True)
class _Depot:
    """One depot's loads and vehicles: load indices, vehicle indices by kind."""

    loads: tuple[int, ...]
    kinds: tuple[tuple[int, ...], ...]
    fleet: Fleet


def plain(problem: TourProblem) -> bool:
    """Say whether nothing but room and cost matters."""
    tables = {(v.depot, v.table) for v in problem.vehicles}
    free = all(
        v.trips_most == 1 and v.duty_cost == 0 and min(v.driving_most_s, v.duty_most_s) == LONGEST_S
        for v in problem.vehicles
    )
    drops = all(
        (d.opens_s, d.stop_s) == (0, 0) and min(d.due_s, d.closes_s) == LONGEST_S for d in problem.drops
    )
    open_all = all(d.opens_s == 0 and d.closes_s == LONGEST_S for d in problem.depots)
    reached = bool((problem.tables < NEVER).all()) and problem.tables.sum(dtype=np.int64) < 2**31 * NEVER
    light = all(each.cm3 == 0 for each in problem.items)
    return free and drops and open_all and light and reached and len(tables) == len({d for d, _ in tables})


def search_fleet(problem: TourProblem, loads: tuple[Load, ...], effort: Effort) -> Rows:
    """Find one trip for each vehicle that is used.

    Parameters
    ----------
    problem
        A `plain` one.
    loads
        What is to be carried.
    effort
        How long; shared by the depots in proportion to their loads.
    """
    rows: list[tuple[tuple[int, ...], ...]] = [() for _ in problem.vehicles]
    for d in sorted({load.depot for load in loads}):
        depot = _depot(problem, loads, d)
        if not depot.kinds:
            continue
        share = len(depot.loads) / len(loads)
        rounds = max(1, int(effort.rounds * share * ROUNDS_FOR_ONE))
        mine = replace(effort, rounds=rounds, seconds=effort.seconds * share)
        left = [list(kind) for kind in depot.kinds]
        for kind, stops in _routes(depot.fleet, mine):
            rows[left[kind].pop(0)] = (tuple(depot.loads[c - 1] for c in stops),)
    return tuple(rows)


def _routes(fleet: Fleet, effort: Effort) -> list[tuple[int, list[int]]]:
    """Kinds and customers of the best routes found."""
    search = _search(fleet, effort.seed)
    nearest = fleet.near[1:, 1 : _NEAREST + 1]
    ways = np.take_along_axis(fleet.table[1:], nearest, axis=1)
    scale = max(1.0, float(ways.mean() if ways.size else 0.0) * float(np.median(fleet.unit)))
    price = _CREDIT * float(np.median(fleet.fixed / fleet.capacity))
    clock = _Clock(effort)
    kept: tuple[int, list[tuple[int, list[int]]]] | None = None
    endless = bool((fleet.available >= fleet.demand.size - 1).all())
    starts = (
        _STARTS[:1] if endless else _STARTS
    )  # there is little to settle where every kind is there for everybody
    for k, hot in enumerate(starts):
        _take_over(fleet, search, [])
        end = _STARTED * (k + 1) / len(starts)
        _cool(fleet, search, clock, (hot * scale, _COLD * scale, price, end))
        if kept is None or search.state[1] < kept[0]:
            kept = int(search.state[1]), read(search.best)
    _take_over(fleet, search, kept[1] if kept else [])
    _choose(fleet, search, effort)
    _cool(fleet, search, clock, (_AGAIN * scale, _COLD * scale, price, _ENDED))
    _choose(fleet, search, effort)
    return read(search.best)


class _Clock:
    """How much of an effort is gone."""

    def __init__(self, effort: Effort) -> None:
        self.effort, self.start, self.done = effort, perf_counter(), 0

    def share(self) -> float:
        """By rounds or by seconds, whichever is more."""
        return max(self.done / self.effort.rounds, (perf_counter() - self.start) / self.effort.seconds)


def _cool(fleet: Fleet, search: Search, clock: _Clock, how: tuple[float, float, float, float]) -> None:
    """Search from a first to a last temperature, with a price of free capacity, until a share of the effort is gone."""
    hot, cold, price, end = how
    begin = share = clock.share()
    while share < end:
        heat = hot * (cold / hot) ** ((share - begin) / (end - begin))
        rounds = min(_CHUNK, max(1, int(clock.effort.rounds * end) - clock.done))
        anneal(fleet, search, rounds, heat, price, _NEAR)
        clock.done += rounds
        share = clock.share()


def _choose(fleet: Fleet, search: Search, effort: Effort) -> None:
    routes = best_set(fleet, search, effort.seconds * _CHOICE_SHARE)
    if routes is not None:
        _take_over(fleet, search, routes)


def read(routes: Routes) -> list[tuple[int, list[int]]]:
    """Read routes: kind and customers of each."""
    out = []
    for r in np.flatnonzero(routes.size).tolist():
        stops, c = [], int(routes.first[r])
        while c:
            stops.append(c)
            c = int(routes.after[c])
        out.append((int(routes.kind[r]), stops))
    return out


def _take_over(fleet: Fleet, search: Search, routes: list[tuple[int, list[int]]]) -> None:
    """Make routes those the search goes on from, and its best; nobody else is served."""
    cost = fleet.lost * (fleet.demand.size - 1 - sum(len(stops) for _, stops in routes))
    for target in (search.now, search.best):
        for column in target:
            column[:] = 0
        target.route[:], target.kind[:] = NOBODY, NOBODY
        for r, (kind, stops) in enumerate(routes):
            way = [0, *stops, 0]
            target.first[r], target.kind[r], target.size[r] = stops[0], kind, len(stops)
            target.load[r] = fleet.demand[stops].sum()
            target.length[r] = fleet.table[way[:-1], way[1:]].sum()
            target.used[kind] += 1
            for k, c in enumerate(stops):
                target.before[c], target.after[c], target.route[c] = way[k], way[k + 2], r
    for r, (kind, _) in enumerate(routes):
        cost += int(fleet.fixed[kind] + fleet.unit[kind] * search.now.length[r])
    search.state[:] = cost


def _depot(problem: TourProblem, loads: tuple[Load, ...], d: int) -> _Depot:
    """Number the loads of a depot as customers, and its vehicles by kind."""
    mine = tuple(n for n, load in enumerate(loads) if load.depot == d)
    kinds: dict[tuple[int, int, int], list[int]] = {}
    for v, own in enumerate(problem.vehicles):
        if own.depot == d:
            kinds.setdefault(_kind(own), []).append(v)
    places = [problem.depots[d].place, *(problem.drops[loads[n].drop].place for n in mine)]
    number = next((own.table for own in problem.vehicles if own.depot == d), 0)
    table = problem.tables[number].astype(np.int64)[np.ix_(places, places)]
    apart = table.copy()
    np.fill_diagonal(apart, -1)
    near = np.argsort(apart[:, 1:], axis=1, kind="stable") + 1
    units = np.array([loads[n].units for n in mine], dtype=np.int64)
    keys = np.array(list(kinds), dtype=np.int64).reshape(-1, 3)
    dearest = keys[:, 1].max(initial=0) + 2 * int(keys[:, 2].max(initial=0)) * int(table.max())
    fleet = Fleet(
        table=table,
        demand=np.concatenate([[0], units @ problem.masses[:, 0]]),
        near=near,
        capacity=keys[:, 0].copy(),
        fixed=keys[:, 1].copy(),
        unit=keys[:, 2].copy(),
        available=np.array([len(each) for each in kinds.values()], dtype=np.int64),
        lost=10 * dearest + 1,
    )
    return _Depot(mine, tuple(tuple(each) for each in kinds.values()), fleet)


def _kind(own: Carrier) -> tuple[int, int, int]:
    return own.grams, own.fixed_cost, own.driving_cost


def _search(fleet: Fleet, seed: int) -> Search:
    """Make a search that starts with nobody served."""
    n, kinds = fleet.demand.size - 1, fleet.capacity.size
    routes = min(n, int(fleet.available.sum()))
    rng = np.random.default_rng(seed)

    def empty() -> Routes:
        customers = [np.zeros(n + 1, dtype=np.int64) for _ in range(2)]
        each = [np.zeros(routes, dtype=np.int64) for _ in range(3)]
        return Routes(
            after=customers[0],
            before=customers[1],
            route=np.full(n + 1, NOBODY, dtype=np.int64),
            first=each[0],
            load=each[1],
            length=each[2],
            kind=np.full(routes, NOBODY, dtype=np.int64),
            size=np.zeros(routes, dtype=np.int64),
            used=np.zeros(kinds, dtype=np.int64),
        )

    slots = [np.zeros(_SLOTS, dtype=np.int64) for _ in range(4)]
    pool = Pool(
        sign=rng.integers(1, 2**62, n + 1),
        key=slots[0],
        start=slots[1],
        size=slots[2],
        length=slots[3],
        stops=np.zeros(_STOPS, dtype=np.int16),
        full=np.zeros(2, dtype=np.int64),
    )
    return Search(
        now=empty(),
        saved=empty(),
        best=empty(),
        pool=pool,
        out=np.zeros(n, dtype=np.int64),
        key=np.zeros(n, dtype=np.int64),
        ruined=np.zeros(max(routes, 1), dtype=np.int64),
        state=np.full(2, n * fleet.lost, dtype=np.int64),
        seed=np.array([seed % (2**31 - 2) + 1], dtype=np.int64),
        blink=np.zeros(1, dtype=np.int64),
    )
