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

from dispatch.lexicographic import Level, Limits, LinearModel, Objective, minimise
from dispatch.problem import Bar, Keep, Problem, first_weight
from dispatch.relaxation import Solution, Vector

Index = NDArray[np.int64]
Trip = tuple[int, int, tuple[tuple[int, int], ...]]

NODES_PER_LEVEL: Final = 20_000


@dataclass(frozen=True, slots=True)
class _Slots:
    """What counts alike: `of` int64[...] gives the slot of each of some things; per slot whose it is, when, how late.

    `owner` is an incident or a demand, `late_s` and `steps` what an arrival in the slot counts on levels 2 and 3.
    """

    of: Index
    owner: Index
    late_s: Index
    steps: Index


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Useful (team, incident) pairs, and (pair, demand) fills over them, as index vectors.

    Arrivals in the same step that are not late, or late by as much, count alike: `first` has a slot for each such of
    an incident, over the pairs, and `filling` one for each such of a demand, over the fills. `certain` bool[incidents]:
    someone goes there in any best choice, because somebody useful has nowhere else to go.
    """

    team: Index
    incident: Index
    pair: Index
    demand: Index
    units: Index
    first: _Slots
    filling: _Slots
    certain: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Columns: who goes, which slot holds the first arrival, units filled by slot and unmet, whether anyone comes."""

    go: Index
    first: Index
    fill: Index
    unmet: Index
    anyone: Index


def solve_rows(
    problem: Problem,
    *,
    time_limit_s: float,
    start: Sequence[Trip] = (),
    known: Sequence[int] = (),
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
    needed = np.array([demand.need.strength for demand in problem.force.demands], dtype=np.float64)
    room = np.bincount(pairs.filling.of, weights=pairs.units, minlength=pairs.filling.owner.size)
    columns = _Columns(
        go=model.add_columns(np.ones(pairs.team.size)),
        first=model.add_columns(np.ones(pairs.first.owner.size)),
        fill=model.add_columns(np.minimum(room, needed[pairs.filling.owner])),
        unmet=model.add_columns(needed),
        anyone=model.add_columns(np.ones(np.count_nonzero(~pairs.certain)), integer=False),
    )
    _add_constraints(problem, model, pairs, columns)
    costs = _levels(problem, model.columns, pairs, columns)
    values, reached = minimise(
        model,
        [Objective(each, known=known[n] if known else 0) for n, each in enumerate(costs)],
        start=_values(problem, model.columns, pairs, columns, start)
        if start
        else _greedy(problem, model.columns, pairs, columns),
        tidy=lambda values: _tidy(problem, pairs, columns, values),
        limits=Limits(seed=problem.request.seed, seconds=time_limit_s, nodes=NODES_PER_LEVEL),
    )
    return _read(pairs, values[columns.go] > 0, values[columns.fill]), reached


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
    arrive, ready = side.arrive_s[team, incident], side.ready_s[team[pair], demand]
    first_target = np.array(
        [problem.doctrine.response_to(each).first_arrival_s for each in problem.incidents], dtype=np.int64
    )
    target = np.array([each.need.target_s for each in side.demands], dtype=np.int64)
    step = problem.doctrine.weights.response_step_s
    return _Pairs(
        team,
        incident,
        pair,
        demand,
        side.counts[team[pair], demand].astype(np.int64),
        _slots(incident, arrive, first_target[incident], step),
        _slots(demand, ready, target[demand], step),
        _certain(problem, team, incident, pair),
    )


def _slots(owner: Index, at_s: NDArray[np.int32], target_s: Index, step: int) -> _Slots:
    """Put what arrives into slots that count alike; parameters are per thing, `step` in seconds."""
    late_s, steps = np.maximum(0, at_s - target_s), -(-at_s.astype(np.int64) // step)
    _, one, of = np.unique(np.stack([owner, late_s, steps]), axis=1, return_index=True, return_inverse=True)
    return _Slots(of.ravel(), owner[one], late_s[one], steps[one])


def _certain(problem: Problem, team: Index, incident: Index, pair: Index) -> NDArray[np.bool_]:
    """Incidents where a team fills something that has nowhere else to go and no rule to hold it, bool[incidents]."""
    held = np.zeros(problem.force.locked.size, dtype=np.bool_)
    held[[each for keep in problem.force.keeps for each in keep.teams.tolist()]] = True
    useful = np.bincount(pair, minlength=team.size) > 0
    only = np.bincount(team, minlength=held.size)[team] == 1
    certain = np.zeros(len(problem.incidents), dtype=np.bool_)
    certain[incident[useful & only & ~held[team]]] = True
    return certain


def _add_constraints(problem: Problem, model: LinearModel, pairs: _Pairs, columns: _Columns) -> None:
    teams, teams_row = np.unique(pairs.team, return_inverse=True)
    locked = (problem.force.locked[teams] >= 0).astype(np.float64)
    model.add_rows(locked, 1.0, teams.size, [(teams_row, columns.go, 1.0)])
    needed = np.array([demand.need.strength for demand in problem.force.demands], dtype=np.float64)
    demands = np.arange(needed.size)
    model.add_rows(
        needed, needed, needed.size, [(pairs.filling.owner, columns.fill, 1.0), (demands, columns.unmet, 1.0)]
    )
    fills = np.arange(columns.fill.size)
    model.add_rows(
        -np.inf,
        0.0,
        fills.size,
        [
            (fills, columns.fill, 1.0),
            (pairs.filling.of, columns.go[pairs.pair], -pairs.units.astype(np.float64)),
        ],
    )
    firsts = np.arange(columns.first.size)
    model.add_rows(
        -np.inf, 0.0, firsts.size, [(firsts, columns.first, 1.0), (pairs.first.of, columns.go, -1.0)]
    )
    place = np.cumsum(~pairs.certain) - 1
    open_pairs = np.flatnonzero(~pairs.certain[pairs.incident])
    model.add_rows(
        -np.inf,
        0.0,
        open_pairs.size,
        [
            (np.arange(open_pairs.size), columns.go[open_pairs], 1.0),
            (np.arange(open_pairs.size), columns.anyone[place[pairs.incident[open_pairs]]], -1.0),
        ],
    )
    one = pairs.certain.astype(np.float64)
    model.add_rows(
        one,
        one,
        one.size,
        [(pairs.first.owner, columns.first, 1.0), (np.flatnonzero(~pairs.certain), columns.anyone, -1.0)],
    )
    for keep in problem.force.keeps:
        inside = kept(problem, pairs.team, pairs.incident, keep)
        model.add_rows(
            -np.inf, float(keep.most), 1, [(np.zeros(inside.size, dtype=np.int64), columns.go[inside], 1.0)]
        )


def kept(problem: Problem, team: Index, incident: Index, keep: Keep) -> Index:
    """Places of the pairs that a reserve rule counts; who is bound to its incident is not held back."""
    free = problem.force.locked[team] < 0
    return np.flatnonzero(free & np.isin(team, keep.teams) & np.isin(incident, keep.incidents))


def _levels(problem: Problem, size: int, pairs: _Pairs, columns: _Columns) -> tuple[Vector, ...]:
    """Coefficients of the six levels."""
    side, doctrine, go = problem.force, problem.doctrine, columns.go
    weight = np.array([demand.weight for demand in side.demands], dtype=np.float64)
    first_weights = np.array([first_weight(doctrine, each) for each in problem.incidents], dtype=np.float64)
    turned = (side.engaged[pairs.team] >= 0) & (side.engaged[pairs.team] != pairs.incident)
    unmet_strength, lateness, response, price, cover, driving = (np.zeros(size) for _ in range(6))
    unmet_strength[columns.unmet] = weight
    for column, slots, weights in (
        (columns.fill, pairs.filling, weight),
        (columns.first, pairs.first, first_weights),
    ):
        lateness[column] = weights[slots.owner] * slots.late_s
        response[column] = weights[slots.owner] * slots.steps
    response[go] = np.where(turned, side.diversion[pairs.team], 0)
    price[go] = side.price[pairs.team, pairs.incident]
    cover[go] = side.cover_loss[pairs.team]
    driving[go] = side.travel_s[pairs.team, pairs.incident] + np.where(turned, doctrine.weights.change, 0)
    return unmet_strength, lateness, response, price, cover, driving


def _shared_out(pairs: _Pairs, sent: NDArray[np.bool_], filled: Solution) -> Index:
    """Share what is filled in each slot out to the teams sent, the first ones first: units int64[fills]."""
    order = np.argsort(pairs.filling.of, kind="stable")
    slot, units = pairs.filling.of[order], np.where(sent[pairs.pair], pairs.units, 0)[order]
    before = np.cumsum(units) - units
    before -= before[np.searchsorted(slot, slot)]
    shared = np.zeros(units.size, dtype=np.int64)
    shared[order] = np.clip(filled[slot] - before, 0, units)
    return shared


def _tidy(problem: Problem, pairs: _Pairs, columns: _Columns, values: Solution) -> Solution:
    """Send nobody who fills nothing, is not first and was not ordered; the soonest to arrive is the first."""
    values = values.copy()
    sent = values[columns.go] > 0
    fills = np.bincount(
        pairs.pair, weights=_shared_out(pairs, sent, values[columns.fill]), minlength=sent.size
    )
    locked = problem.force.locked[pairs.team] == pairs.incident
    arrive = problem.force.arrive_s[pairs.team, pairs.incident]
    order = np.lexsort((arrive, ~sent, pairs.incident))
    soonest = np.zeros(sent.size, dtype=np.bool_)
    soonest[order[np.unique(pairs.incident[order], return_index=True)[1]]] = True
    sent &= (fills > 0) | locked | soonest
    values[columns.go] = sent
    values[columns.first] = np.bincount(pairs.first.of[sent & soonest], minlength=columns.first.size)
    there = np.bincount(pairs.incident[sent], minlength=pairs.certain.size) > 0
    values[columns.anyone] = there[~pairs.certain]
    return values


def _greedy(problem: Problem, size: int, pairs: _Pairs, columns: _Columns) -> Solution:
    """A feasible start: pairs by arrival, each taken while it still fills something; locks first."""
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
        values[columns.go[pair]] = 1
        for k in open_fills:
            taken = min(int(pairs.units[k]), int(left[pairs.demand[k]]))
            values[columns.fill[pairs.filling.of[k]]] += taken
            left[pairs.demand[k]] -= taken
    values[columns.unmet] = left
    return _tidy(problem, pairs, columns, values)


def _values(problem: Problem, size: int, pairs: _Pairs, columns: _Columns, trips: Sequence[Trip]) -> Solution:
    """Write a choice as values of the columns."""
    values = np.zeros(size, dtype=np.int64)
    place = {pair: k for k, pair in enumerate(zip(pairs.team.tolist(), pairs.incident.tolist(), strict=True))}
    of = {each: k for k, each in enumerate(zip(pairs.pair.tolist(), pairs.demand.tolist(), strict=True))}
    left = np.array([demand.need.strength for demand in problem.force.demands], dtype=np.int64)
    for team, incident, fills in trips:
        pair = place[team, incident]
        values[columns.go[pair]] = 1
        for demand, units in fills:
            values[columns.fill[pairs.filling.of[of[pair, demand]]]] += units
            left[demand] -= units
    values[columns.unmet] = left
    return _tidy(problem, pairs, columns, values)


def _read(pairs: _Pairs, sent: NDArray[np.bool_], filled: Solution) -> list[Trip]:
    shared = _shared_out(pairs, sent, filled)
    trips = []
    for pair in np.flatnonzero(sent).tolist():
        mine = np.flatnonzero((pairs.pair == pair) & (shared > 0))
        fills = tuple((int(pairs.demand[k]), int(shared[k])) for k in mine)
        trips.append((int(pairs.team[pair]), int(pairs.incident[pair]), fills))
    return trips
