"""Searches of a linear model in whole numbers: HiGHS's tree, and a dive where switches carry the whole cost."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any, Final

import highspy
import numpy as np
from numpy.typing import NDArray

from dispatch.relaxation import Rows, Solution, Vector, clipped, loaded, restricted, summed

Index = NDArray[np.int64]

_ROUNDING: Final = 0.5
"""Half of the smallest step an objective can make."""

_WHOLE: Final = 1e-6
"""How near to a whole number is whole."""

_BATCH: Final = 0.1
"""Share of the switches in between that are turned on at once, at least one."""

_NEARLY_ON: Final = 0.9
"""A switch above this in a relaxation is turned on at once."""

_COMPLETION: Final = 20
"""Nodes of the tree that completes a dive."""

_COMPLETE: Final = 1e-3
"""Relative gap at which a completion is good enough."""

_COMPLETED: Final = 2
"""Dives that are tried to be completed, the best first."""

_AGAIN: Final = 6
"""Switches of a dive's solution that are forbidden in turn, the dearest first, for another dive (measured on plans of
three to ten incidents: the later ones find nothing)."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search in whole numbers gave: the best solution, if any, and a bound (minus infinity: none)."""

    values: Solution | None
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """How far HiGHS's tree may grow: its nodes, the relative gap at which to stop, and the clock behind them."""

    seed: int
    nodes: int
    gap: float
    seconds: float


def search(rows: Rows, cost: Vector, hint: Solution | None, tree: Tree) -> Found:
    """Search a model in whole numbers, its fixed columns taken out.

    Parameters
    ----------
    rows, cost
        The model; what each column costs.
    hint
        A solution of it to begin with, int64[columns]; None: there is none at hand.
    tree
        Limits of the search.
    """
    free = rows.free
    offset = summed(cost[~free], rows.lower[~free])
    small, _ = restricted(rows, free)
    highs = loaded(small, cost[free], relaxed=False)
    for option, value in (
        ("random_seed", tree.seed),
        ("mip_max_nodes", tree.nodes),
        ("mip_rel_gap", tree.gap),
        ("mip_abs_gap", _ROUNDING),
        ("time_limit", clipped(tree.seconds)),
    ):
        highs.setOptionValue(option, value)
    if hint is not None:
        start = highspy.HighsSolution()
        start.col_value = hint[free].astype(np.float64).tolist()
        highs.setSolution(start)
    highs.run()
    info = highs.getInfo()
    bound = float(info.mip_dual_bound) if small.whole.any() else float(info.objective_function_value)
    if info.primal_solution_status != highspy.kSolutionStatusFeasible:
        return Found(None, bound + offset)
    values = np.rint(rows.lower).astype(np.int64)
    values[free] = np.rint(np.array(highs.getSolution().col_value)).astype(np.int64)
    if hint is not None and summed(cost, values) > info.objective_function_value + offset + _ROUNDING:
        # HiGHS 1.16 gives back the hint as it was where reducing the model has made it the best of all
        return search(rows, cost, None, tree)
    return Found(values, bound + offset)


def dive(rows: Rows, cost: Vector, hint: Solution, *, seed: int, seconds: float) -> Solution | None:
    """Look for a better solution by turning on the relaxation's switches one after another; None where none is found.

    Each time all switches that are nearly on are turned on, with the one nearest to it of the others, and the
    relaxation is solved again from its basis, until no switch is in between. Where switches alone cost, each of the
    dearest is then forbidden in turn, for another dive. The best dive that can be completed in whole numbers is the
    answer.

    Parameters
    ----------
    rows, cost
        The model; what each column costs.
    hint
        A solution of it, int64[columns].
    seed, seconds
        Seed of the completion, and the clock.
    """
    deadline = time.monotonic() + seconds
    diver = _Diver(rows, cost, deadline)
    best = diver.dive(())
    if best is None:
        return None
    tried = {best.on: best.value}
    if not cost[rows.free & ~diver.switching].any():
        for switch in sorted(best.on, key=lambda each: (-cost[each], each))[:_AGAIN]:
            other = diver.dive((switch,))
            if other is not None:
                tried[other.on] = other.value
    for on in sorted(tried, key=lambda each: (tried[each], each))[:_COMPLETED]:
        if tried[on] >= summed(cost, hint):
            return None
        turned = np.zeros(cost.size)
        turned[list(on)] = 1.0
        free = diver.switching
        found = search(
            replace(rows, lower=np.where(free, turned, rows.lower), upper=np.where(free, turned, rows.upper)),
            cost,
            None,
            Tree(seed=seed, nodes=_COMPLETION, gap=_COMPLETE, seconds=deadline - time.monotonic()),
        )
        if found.values is not None and summed(cost, found.values) < summed(cost, hint):
            return found.values
    return None


@dataclass(frozen=True, slots=True)
class _Dived:
    """The switches that are on, as columns, and the value of the relaxation with them."""

    on: tuple[int, ...]
    value: float


class _Diver:
    """The relaxation over the free columns, at HiGHS from one dive to the next."""

    def __init__(self, rows: Rows, cost: Vector, deadline: float) -> None:
        self.switching = rows.free & rows.whole & (rows.upper == 1)
        self._switches = np.flatnonzero(self.switching)
        self._local = np.flatnonzero(self.switching[rows.free]).astype(np.int32)
        self._fixed = summed(cost[~rows.free], rows.lower[~rows.free])
        self._deadline = deadline
        small, _ = restricted(rows, rows.free)
        self._highs: Any = loaded(small, cost[rows.free], relaxed=True)

    def dive(self, forbidden: tuple[int, ...]) -> _Dived | None:
        """Give what is on in the end; None where the way ends with no solution, or in time."""
        low = np.zeros(self._switches.size)
        high = np.where(np.isin(self._switches, forbidden), 0.0, 1.0)
        last = np.zeros(0, dtype=np.int64)
        while time.monotonic() < self._deadline:
            values = self._solve(low, high)
            if values is None and (last.size == 0 or high[last[0]] == 0):
                return None
            if values is None:  # these cannot be on beside the others: the first of them is off
                low[last], high[last[0]] = 0.0, 0.0
                continue
            between = (values > _WHOLE) & (values < 1 - _WHOLE)
            if not between.any():
                value = float(self._highs.getInfo().objective_function_value) + self._fixed
                return _Dived(tuple(self._switches[values >= 1 - _WHOLE].tolist()), value)
            low[values >= _NEARLY_ON] = 1.0
            order = np.argsort(np.where(between & (low == 0), -values, 0.0), kind="stable")
            last = order[: max(1, int(np.count_nonzero(between) * _BATCH))]
            low[last] = 1.0
        return None

    def _solve(self, low: Vector, high: Vector) -> Vector | None:
        self._highs.changeColsBounds(self._local.size, self._local, low, high)
        left = self._deadline - time.monotonic()
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + clipped(left))
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.array(self._highs.getSolution().col_value)[self._local]
