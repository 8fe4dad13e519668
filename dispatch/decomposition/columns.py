"""Columns met in a search, each once, with what each comes to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.decomposition.board import LEVELS, Longs
from kernels.choose_bound import Prices, add_tolls
from kernels.choose_list import Pool
from kernels.choose_plan import Plan, price_columns
from kernels.choose_table import Table


@dataclass(frozen=True, slots=True)
class Rated:
    """Columns with what each comes to: `pool` as listed, and int64[6, columns] `value` by level."""

    pool: Pool
    value: Longs


@dataclass(frozen=True, slots=True)
class Goal:
    """What is asked of a plan at the present stage of the search.

    Attributes
    ----------
    factor : int64[2, 6]
        What one unit of each level counts in the high and the low half of a cost.
    levels : int64[held]
        Levels that are proven, not 0, and must keep their value; their `factor` is a price like those of teams.
    value : int64[held]
        The values.
    """

    factor: Longs
    levels: Longs
    value: Longs

    def priced(self, rates: Longs) -> Goal:
        """Give the goal with other prices int64[held] of the levels held."""
        factor = self.factor.copy()
        factor[0, self.levels] = rates
        return Goal(factor, self.levels, self.value)

    @property
    def rates(self) -> Longs:
        """Prices of the levels held."""
        rates: Longs = self.factor[0, self.levels]
        return rates


class Extra:
    """Columns gathered so far: those met at trial prices, and those listed at the present stage, each once."""

    def __init__(self, t: Table) -> None:
        self._table = t
        self._seen: dict[bytes, bool] = {}
        self._new: list[tuple[int, NDArray[np.int32]]] = []
        self._all = rate(t, _packed([]))

    def _add(self, incident: int, pairs: NDArray[np.int32], *, listed: bool = False) -> None:
        """Add a column, its pairs in order."""
        key = incident.to_bytes(4, "little") + pairs.tobytes()
        if key not in self._seen:
            self._seen[key] = listed
            self._new.append((incident, pairs))

    def add_pool(self, pool: Pool) -> None:
        """Add listed columns."""
        for c in range(pool.incident.size):
            self._add(
                int(pool.incident[c]), np.sort(pool.pair[pool.first[c] : pool.first[c + 1]]), listed=True
            )

    def forget(self) -> None:
        """Drop the listed columns: at other prices they are too many and of little use."""
        self._take_in()
        keep = ~np.array(list(self._seen.values()), dtype=np.bool_)
        self._seen = {key: listed for key, listed in self._seen.items() if not listed}
        pool, sizes = self._all.pool, np.diff(self._all.pool.first)
        first = np.concatenate([[0], np.cumsum(sizes[keep])]).astype(np.int64)
        pair = pool.pair[np.repeat(keep, sizes)]
        slack = np.zeros((2, first.size - 1), dtype=np.int64)
        self._all = Rated(Pool(slack, pool.incident[keep], first, pair), self._all.value[:, keep])

    def add_met(self, prices: Prices) -> None:
        """Add the columns that the incidents would take at the prices tried last."""
        for i in np.flatnonzero(prices.crew >= 0).tolist():
            self._add(i, np.sort(prices.members[i, : prices.crew[i]]))

    def add_plan(self, plan: Plan) -> None:
        """Add the columns of a plan."""
        for i in range(plan.crew.size):
            self._add(i, np.sort(plan.members[i, : plan.crew[i]]))

    def _take_in(self) -> None:
        """Work out what the new columns come to and put them behind the others."""
        if self._new:
            new = rate(self._table, _packed(self._new))
            self._new = []
            old, first = self._all.pool, self._all.pool.first
            pool = Pool(
                np.zeros((2, first.size - 1 + new.pool.incident.size), dtype=np.int64),
                np.concatenate([old.incident, new.pool.incident]),
                np.concatenate([first, first[-1] + new.pool.first[1:]]),
                np.concatenate([old.pair, new.pool.pair]),
            )
            self._all = Rated(pool, np.concatenate([self._all.value, new.value], axis=1))

    def rated(self, factor: Longs, prices: Prices) -> Rated:
        """All columns with their slack at the best prices, at least 0; new ones come behind those given before."""
        self._take_in()
        t, pool, value = self._table, self._all.pool, self._all.value
        toll = np.zeros_like(prices.best_team)
        add_tolls(t, prices.best_team, prices.best_group, toll)
        cost = factor @ value
        of = np.repeat(np.arange(pool.incident.size), np.diff(pool.first))
        for half in range(2):
            np.add.at(cost[half], of, toll[half, t.team[pool.pair]])
        order = np.lexsort((cost[1], cost[0], pool.incident))
        first = order[np.searchsorted(pool.incident[order], np.arange(prices.crew.size))]
        slack = cost - cost[:, first][:, pool.incident]
        return Rated(Pool(np.ascontiguousarray(slack), pool.incident, pool.first, pool.pair), value)


def _packed(columns: list[tuple[int, NDArray[np.int32]]]) -> Pool:
    """Put columns, (incident, pairs), behind one another."""
    sizes = [pairs.size for _, pairs in columns]
    return Pool(
        np.zeros((2, len(columns)), dtype=np.int64),
        np.array([incident for incident, _ in columns], dtype=np.int32),
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        np.concatenate([np.zeros(0, dtype=np.int32), *(pairs for _, pairs in columns)]),
    )


def rate(t: Table, pool: Pool) -> Rated:
    """Work out the levels of columns."""
    value = np.zeros((pool.incident.size, LEVELS), dtype=np.int64)
    longest = int(np.diff(pool.first).max(initial=1))
    price_columns(t, pool, value, np.zeros((longest, max(1, t.units.shape[1])), dtype=np.int32))
    return Rated(pool, np.ascontiguousarray(value.T))
