"""Which depot sends how much to which drop, where nobody has decided it: a transport problem that sees the fleets.

What is sent first arrives first: a depot carries as much at once as its vehicles hold, the next of its waves comes a
round trip later. Amounts come out of a linear programme and are rounded down; what is left over is a transport problem
for each item, whose solutions are whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import highspy
import numpy as np
from numpy.typing import NDArray

from dispatch.highs import quiet
from dispatch.tours.problem import Longs, TourProblem
from models.units import NEVER

NEAREST: Final = 24
_COLUMNS: Final = 60_000
"""Depots that share a drop in the first programme, soonest first: so many, and more as long as it has no more columns
than these. The transport problems after it see all. Estimates."""

WAVES: Final = 6
"""Waves told apart; the last one takes whatever is left."""

_MISSING: Final = 1e3
"""How many times as bad as the latest arrival it is to send nothing."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Ways:
    """Soonest arrival and round trip of each depot's vehicles, float64[depots, drops]; infinite: no way."""

    arrive: Floats
    round_trip: Floats
    room: Longs


def allot(problem: TourProblem) -> Longs:
    """Decide what each depot sends to each drop.

    Returns
    -------
    int64[depots, drops, items]
        Within the stock and the needs. As much as can be sent is sent.
    """
    ways = _ways(problem)
    shape = (len(problem.depots), len(problem.drops), len(problem.items))
    if not np.prod(shape) or not np.isfinite(ways.arrive).any():
        return np.zeros(shape, dtype=np.int64)
    sent = np.floor(_spread(problem, ways) + 1e-6).astype(np.int64)
    sent = np.minimum(sent, problem.needs[None])
    stock, needs = problem.stock - sent.sum(axis=1), problem.needs - sent.sum(axis=0)
    for i in range(shape[2]):
        sent[:, :, i] += _transport(
            stock[:, i], needs[:, i], ways.arrive, [each.weight for each in problem.drops]
        )
    return sent


def _ways(problem: TourProblem) -> _Ways:
    depots, drops = len(problem.depots), len(problem.drops)
    arrive = np.full((depots, drops), np.inf)
    trip, room = arrive.copy(), np.zeros((depots, 2), dtype=np.int64)
    for own in problem.vehicles:
        room[own.depot] += (own.grams, own.cm3)
    for v in problem.kinds:
        own = problem.vehicles[v]
        d, depot = own.depot, problem.depots[own.depot]
        ready = max(own.free_s, depot.opens_s) + depot.prepare_s
        for j, drop in enumerate(problem.drops):
            way = int(problem.ways[v, j])
            if way < NEVER:
                handling = own.grams / depot.grams_per_s + own.grams / drop.grams_per_s + drop.stop_s
                arrive[d, j] = min(arrive[d, j], ready + way)
                trip[d, j] = min(trip[d, j], 2 * way + depot.prepare_s + handling)
    return _Ways(arrive, trip, np.maximum(room, 1))


def _spread(problem: TourProblem, ways: _Ways) -> Floats:
    """Amounts of a linear programme over waves, float64[depots, drops, items]."""
    needs, masses = problem.needs, problem.masses
    depots, drops, items = problem.stock.shape[0], *needs.shape
    shared = max(NEAREST, _COLUMNS // (WAVES * max(1, int((needs > 0).sum()))))
    near = np.argsort(np.argsort(ways.arrive, axis=0, kind="stable"), axis=0) < shared
    can = (np.isfinite(ways.arrive) & near)[:, :, None] & (needs > 0)[None] & (problem.stock > 0)[:, None, :]
    d, j, i = (np.repeat(each, WAVES) for each in np.nonzero(can))
    w = np.tile(np.arange(WAVES), d.size // WAVES)
    weight = np.array([each.weight for each in problem.drops])[j] / needs[j, i]
    when = ways.arrive[d, j] + w * ways.round_trip[d, j]
    latest = float(when.max(initial=1.0))
    cost = weight * (when / latest - _MISSING)
    waves = depots * (WAVES - 1)
    rows = [(drops * items + d * items + i, np.ones(d.size)), (j * items + i, np.ones(d.size))]
    start = drops * items + depots * items
    early = w < WAVES - 1
    for k in range(2):
        share = np.where(early, masses[i, k] / ways.room[d, k], 0.0)
        rows.append((start + k * waves + np.where(early, d * (WAVES - 1) + w, 0), share))
    upper = np.concatenate([needs.ravel(), problem.stock.ravel(), np.ones(2 * waves)]).astype(float)
    index = np.stack([each[0] for each in rows], axis=1).ravel()
    value = np.stack([each[1] for each in rows], axis=1).ravel()
    amounts = _solve(cost, upper, index, value)
    out = np.zeros(problem.stock.shape[:1] + needs.shape)
    np.add.at(out, (d, j, i), amounts)
    return out


def _transport(stock: Longs, needs: Longs, arrive: Floats, weights: list[int]) -> Longs:
    """Send as much as can be, weighted and early, whole units, int64[depots, drops]."""
    can = np.isfinite(arrive) & (stock > 0)[:, None] & (needs > 0)[None]
    out = np.zeros(arrive.shape, dtype=np.int64)
    d, j = np.nonzero(can)
    if d.size:
        latest = max(1.0, float(arrive[can].max()))
        cost = np.array(weights)[j] * (arrive[d, j] / latest - _MISSING)
        index = np.stack([j, needs.size + d], axis=1).ravel()
        upper = np.concatenate([needs, stock]).astype(float)
        out[d, j] = np.rint(_solve(cost, upper, index, np.ones(index.size))).astype(np.int64)
    return out


def _solve(cost: Floats, upper: Floats, index: Longs, value: Floats) -> Floats:
    """Solve a programme of columns with equally many entries each, rows up to `upper`; the columns' values."""
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = cost.size, upper.size
    model.col_cost_, model.col_lower_ = cost, np.zeros(cost.size)
    model.col_upper_ = np.full(cost.size, highspy.kHighsInf)
    model.row_lower_, model.row_upper_ = np.full(upper.size, -highspy.kHighsInf), upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.arange(0, index.size + 1, max(1, index.size // max(1, cost.size)))
    model.a_matrix_.index_, model.a_matrix_.value_ = index, value
    highs = quiet()
    highs.passModel(model)
    highs.run()
    return np.array(highs.getSolution().col_value)
