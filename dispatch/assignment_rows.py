"""Which team goes to which incident, as one integer program over all useful pairs.

It takes any rule as a row: it is asked where reserve rules bind, which tie teams to some incidents and not to others,
and where the decomposition, quicker as a rule, came to no proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.decomposition.board import LEVELS
from dispatch.lexicographic import Level, Limits, LinearModel, Objective, minimise
from dispatch.problem import Bar, Keep, Problem, first_weight
from dispatch.relaxation import Solution, Vector

Index = NDArray[np.int64]
Trip = tuple[int, int, tuple[tuple[int, int], ...]]

NODES_PER_LEVEL: Final = 20_000


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Useful (team, incident) pairs, and (pair, demand) fills over them, as index vectors."""

    team: Index
    incident: Index
    pair: Index
    demand: Index
    units: Index


def solve_rows(
    problem: Problem,
    *,
    time_limit_s: float,
    start: Sequence[Trip] = (),
    known: Sequence[int] = (),
    levels: int = LEVELS,
) -> tuple[list[Trip], list[Level]]:
    """Choose the teams by HiGHS.

    Parameters
    ----------
    problem
        The problem.
    time_limit_s
        Seconds; when they end, the best choice so far is returned with its bounds.
    start
        A choice that keeps all rules, to begin with; none: the nearest first.
    known
        Bounds of the levels that hold beside that choice.
    levels
        How many levels, the first ones, to work on; of the others the value is given, and no bound.

    Returns
    -------
    sent
        (team, incident, fills) of each team that goes; fills are (demand, units).
    levels
        Values and bounds of levels 1 to 6.
    """
    pairs = _useful_pairs(problem)
    if pairs.team.size == 0:
        return [], [Level(value, value) for value in (_all_unmet(problem), 0, 0, 0, 0, 0)]
    model = LinearModel()
    go = model.add_columns(np.ones(pairs.team.size))
    first = model.add_columns(np.ones(pairs.team.size))
    fill = model.add_columns(pairs.units)
    needed = np.array([demand.need.strength for demand in problem.force.demands], dtype=np.float64)
    unmet = model.add_columns(needed)
    anyone = model.add_columns(np.ones(len(problem.incidents)), integer=False)
    _add_constraints(problem, model, pairs, (go, first, fill, unmet, anyone))
    costs = _levels(problem, model.columns, pairs, (go, first, fill, unmet))
    values, reached = minimise(
        model,
        [Objective(each, known=known[n] if known else 0) for n, each in enumerate(costs[:levels])],
        start=_values(problem, model.columns, pairs, (go, first, fill, unmet, anyone), start)
        if start
        else _greedy(problem, model.columns, pairs, (go, first, fill, unmet, anyone)),
        tidy=lambda values: _tidy(problem, pairs, (go, first, fill, anyone), values),
        limits=Limits(seed=problem.request.seed, seconds=time_limit_s, nodes=NODES_PER_LEVEL),
    )
    reached += [Level(round(float(each @ values)), 0) for each in costs[levels:]]
    return _read(pairs, values[go], values[fill]), reached


def _all_unmet(problem: Problem) -> int:
    return sum(demand.weight * demand.need.strength for demand in problem.force.demands)


def _useful_pairs(problem: Problem) -> _Pairs:
    """Pairs that may go and count for something, and every locked pair."""
    side = problem.force
    at = np.array([demand.incident for demand in side.demands], dtype=np.int64)
    belongs = at[None, :] == np.arange(len(problem.incidents))[:, None]
    useful = (side.counts > 0).astype(np.int64) @ belongs.T.astype(np.int64) > 0
    locked = side.locked[:, None] == np.arange(len(problem.incidents))[None, :]
    team, incident = np.nonzero(
        (side.bar == Bar.NONE) & (useful | locked) & ((side.locked[:, None] < 0) | locked)
    )
    pair, demand = np.nonzero((side.counts[team] > 0) & (at[None, :] == incident[:, None]))
    return _Pairs(team, incident, pair, demand, side.counts[team[pair], demand].astype(np.int64))


def _add_constraints(problem: Problem, model: LinearModel, pairs: _Pairs, columns: tuple[Index, ...]) -> None:
    go, first, fill, unmet, anyone = columns
    every = np.arange(pairs.team.size)
    teams, teams_row = np.unique(pairs.team, return_inverse=True)
    locked = (problem.force.locked[teams] >= 0).astype(np.float64)
    model.add_rows(locked, 1.0, teams.size, [(teams_row, go, 1.0)])
    needed = np.array([demand.need.strength for demand in problem.force.demands], dtype=np.float64)
    demands = np.arange(needed.size)
    model.add_rows(needed, needed, needed.size, [(pairs.demand, fill, 1.0), (demands, unmet, 1.0)])
    fills = np.arange(fill.size)
    model.add_rows(
        -np.inf,
        0.0,
        fill.size,
        [(fills, fill, 1.0), (fills, go[pairs.pair], -pairs.units.astype(np.float64))],
    )
    model.add_rows(-np.inf, 0.0, every.size, [(every, first, 1.0), (every, go, -1.0)])
    model.add_rows(-np.inf, 0.0, every.size, [(every, go, 1.0), (every, anyone[pairs.incident], -1.0)])
    incidents = np.arange(anyone.size)
    model.add_rows(0.0, 0.0, anyone.size, [(pairs.incident, first, 1.0), (incidents, anyone, -1.0)])
    for keep in problem.force.keeps:
        inside = kept(problem, pairs.team, pairs.incident, keep)
        model.add_rows(
            -np.inf, float(keep.most), 1, [(np.zeros(inside.size, dtype=np.int64), go[inside], 1.0)]
        )


def kept(problem: Problem, team: Index, incident: Index, keep: Keep) -> Index:
    """Places of the pairs that a reserve rule counts; who is bound to its incident is not held back."""
    free = problem.force.locked[team] < 0
    return np.flatnonzero(free & np.isin(team, keep.teams) & np.isin(incident, keep.incidents))


def _levels(problem: Problem, size: int, pairs: _Pairs, columns: tuple[Index, ...]) -> tuple[Vector, ...]:
    """Coefficients of the six levels."""
    go, first, fill, unmet = columns
    side, doctrine = problem.force, problem.doctrine
    weight = np.array([demand.weight for demand in side.demands], dtype=np.float64)
    target = np.array([demand.need.target_s for demand in side.demands], dtype=np.float64)
    first_weights = np.array([first_weight(doctrine, each) for each in problem.incidents], dtype=np.float64)
    first_target = np.array(
        [doctrine.response_to(each).first_arrival_s for each in problem.incidents], dtype=np.float64
    )
    arrive = side.arrive_s[pairs.team, pairs.incident].astype(np.float64)
    ready = side.ready_s[pairs.team[pairs.pair], pairs.demand].astype(np.float64)
    step = doctrine.weights.response_step_s
    turned = (side.engaged[pairs.team] >= 0) & (side.engaged[pairs.team] != pairs.incident)
    unmet_strength, lateness, response, price, cover, driving = (np.zeros(size) for _ in range(6))
    unmet_strength[unmet] = weight
    lateness[fill] = weight[pairs.demand] * np.maximum(0, ready - target[pairs.demand])
    lateness[first] = first_weights[pairs.incident] * np.maximum(0, arrive - first_target[pairs.incident])
    response[fill] = weight[pairs.demand] * np.ceil(ready / step)
    response[first] = first_weights[pairs.incident] * np.ceil(arrive / step)
    response[go] = np.where(turned, side.diversion[pairs.team], 0)
    price[go] = side.price[pairs.team, pairs.incident]
    cover[go] = side.cover_loss[pairs.team]
    driving[go] = side.travel_s[pairs.team, pairs.incident] + np.where(turned, doctrine.weights.change, 0)
    return unmet_strength, lateness, response, price, cover, driving


def _tidy(problem: Problem, pairs: _Pairs, columns: tuple[Index, ...], values: Solution) -> Solution:
    """Send nobody who fills nothing, is not first and was not ordered; the soonest to arrive is the first."""
    go, first, fill, anyone = columns
    values = values.copy()
    fills = np.bincount(pairs.pair, weights=values[fill], minlength=go.size) > 0
    locked = problem.force.locked[pairs.team] == pairs.incident
    sent = (values[go] > 0) & (fills | locked | (values[first] > 0))
    values[go], values[first] = sent, 0
    values[anyone] = np.bincount(pairs.incident[sent], minlength=anyone.size) > 0
    arrive = problem.force.arrive_s[pairs.team, pairs.incident]
    for incident in np.flatnonzero(values[anyone]).tolist():
        there = np.flatnonzero(sent & (pairs.incident == incident))
        values[first[there[np.argmin(arrive[there])]]] = 1
    return values


def _greedy(problem: Problem, size: int, pairs: _Pairs, columns: tuple[Index, ...]) -> Solution:
    """A feasible start: pairs by arrival, each taken while it still fills something; locks first."""
    go, first, fill, unmet, anyone = columns
    side = problem.force
    values = np.zeros(size, dtype=np.int64)
    left = np.array([demand.need.strength for demand in side.demands], dtype=np.int64)
    busy: set[int] = set()
    fills_of: dict[int, list[int]] = {}
    for k, pair in enumerate(pairs.pair.tolist()):
        fills_of.setdefault(pair, []).append(k)
    locked = side.locked[pairs.team] == pairs.incident
    taken_of = [0] * len(side.keeps)
    rules_of: dict[int, list[int]] = {}
    for r, keep in enumerate(side.keeps):
        for pair in kept(problem, pairs.team, pairs.incident, keep).tolist():
            rules_of.setdefault(pair, []).append(r)
    for pair in np.lexsort((side.arrive_s[pairs.team, pairs.incident], ~locked)).tolist():
        team = int(pairs.team[pair])
        open_fills = [k for k in fills_of.get(pair, []) if left[pairs.demand[k]] > 0]
        if team in busy or not (open_fills or locked[pair]):
            continue
        bound = [r for r in rules_of.get(pair, []) if taken_of[r] >= problem.force.keeps[r].most]
        if bound:
            continue
        for r in rules_of.get(pair, []):
            taken_of[r] += 1
        busy.add(team)
        values[go[pair]] = 1
        for k in open_fills:
            taken = min(int(pairs.units[k]), int(left[pairs.demand[k]]))
            values[fill[k]] = taken
            left[pairs.demand[k]] -= taken
    values[unmet] = left
    values[first[values[go] > 0]] = 1
    return _tidy(problem, pairs, (go, first, fill, anyone), values)


def _values(
    problem: Problem, size: int, pairs: _Pairs, columns: tuple[Index, ...], trips: Sequence[Trip]
) -> Solution:
    """Write a choice as values of the columns."""
    go, first, fill, unmet, anyone = columns
    values = np.zeros(size, dtype=np.int64)
    place = {pair: k for k, pair in enumerate(zip(pairs.team.tolist(), pairs.incident.tolist(), strict=True))}
    of = {each: k for k, each in enumerate(zip(pairs.pair.tolist(), pairs.demand.tolist(), strict=True))}
    left = np.array([demand.need.strength for demand in problem.force.demands], dtype=np.int64)
    for team, incident, fills in trips:
        pair = place[team, incident]
        values[go[pair]] = 1
        for demand, units in fills:
            values[fill[of[pair, demand]]] = units
            left[demand] -= units
    values[unmet] = left
    return _tidy(problem, pairs, (go, first, fill, anyone), values)


def _read(pairs: _Pairs, go: NDArray[np.int64], fill: NDArray[np.int64]) -> list[Trip]:
    sent = []
    for pair in np.flatnonzero(go).tolist():
        mine = np.flatnonzero((pairs.pair == pair) & (fill > 0))
        fills = tuple((int(pairs.demand[k]), int(fill[k])) for k in mine)
        sent.append((int(pairs.team[pair]), int(pairs.incident[pair]), fills))
    return sent
