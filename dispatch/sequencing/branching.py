"""Branch and bound for parts that start together: the bound of `dispatch.sequencing.windows` for fewer and fewer plans.

Plans are divided by when an incident starts, or by which units may serve a part. A division is chosen by trying some:
the one that raises the value of the linear programme most, over the schedules known so far. Before that, units and
times that no better plan can have are left out, by reduced costs. Nodes are taken by their bounds, least first.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from heapq import heappop, heappush
from typing import Final

import numpy as np

from dispatch.sequencing.cuts import Visits
from dispatch.sequencing.frame import Limits
from dispatch.sequencing.windows import Bounding

_TRIED: Final = 6
"""Divisions of each kind that are tried at a node."""

_PIVOTS: Final = 30
"""Of the simplex method for a trial."""

_WORTH_A_STEP: Final = 0.15
"""Part of the gap that a step of the bound has to close for another to follow at the same node."""

_HALF: Final = 0.5
_ROUNDING: Final = 1e-3
"""Harm of a spread that is rounding."""

_SURE: Final = 0.999
"""Share of one unit, or of starts on one side, from which there is nothing to divide."""


def branch(
    root: Bounding,
    target: int,
    polish: Callable[[Bounding], int],
    *,
    nodes: int,
    deadline: float,
) -> int:
    """Raise the bound of a problem by dividing it, until it meets the best known plan or the work is done.

    Parameters
    ----------
    root
        The bound of all plans, after its steps.
    target
        Harm of the best known plan.
    polish
        Looks for a better plan near the mixture of a bound; gives the harm of the best one known.
    nodes
        How many divisions, at most.
    deadline
        `time.monotonic()` at which to stop.

    Returns
    -------
    int
        No plan does less harm than this, or than the best one known.
    """
    heap: list[tuple[int, int, Bounding]] = [(root.value, 0, root)]
    closed, number = target, 0
    while heap and heap[0][0] < target:
        value, _, node = heap[0]
        if number // 2 >= nodes or time.monotonic() >= deadline:
            return min(closed, value)
        heappop(heap)
        sides = _divided(node, target)
        if not sides and node.step(target, deadline):
            number += 1
            heappush(heap, (node.value, number, node))
        elif not sides:  # what is left is rounding
            closed = min(closed, value)
        for limits in sides:
            child = node.limited(limits)
            _raise(child, target, deadline)
            target = polish(child)
            number += 1
            if child.value < target:
                heappush(heap, (child.value, number, child))
    return min(closed, target)


def _raise(node: Bounding, target: int, deadline: float) -> None:
    """Let the bound of a node take steps as long as they are worth it."""
    while node.value < target and time.monotonic() < deadline:
        before = node.value
        if not node.step(target, deadline) or node.value - before < _WORTH_A_STEP * (target - before):
            break


def _divided(node: Bounding, target: int) -> list[Limits]:
    """Divide the plans of a node in two, after leaving out what is in no better plan."""
    limits = node.narrowed(target) or node.frame.limits
    mixture = node.mixture
    if mixture is None:
        return []
    pairs = [*_by_start(node, limits), *_by_unit(node, limits)]
    if not pairs:
        return []
    known = list(mixture.known)
    barred = [
        [at for at, each in enumerate(known) if not _holds(node, side, each)]
        for pair in pairs
        for side in pair
    ]
    values = mixture.without(barred, _PIVOTS)
    least = float(node.value)
    gains = [
        (max(1.0, one - least) * max(1.0, other - least), -at)
        for at, (one, other) in enumerate(zip(values[::2], values[1::2], strict=True))
    ]
    return list(pairs[-max(gains)[1]])


def _holds(node: Bounding, limits: Limits, visits: Visits) -> bool:
    """Whether a schedule is within limits."""
    unit, stops = visits
    incident = node.frame.problem.incident
    return all(
        limits.allowed[unit, part]
        and limits.soonest[incident[part]] <= start <= limits.latest[incident[part]]
        for part, start in stops
    )


def _by_start(node: Bounding, limits: Limits) -> list[tuple[Limits, Limits]]:
    """Give divisions at the mean start of the incidents whose starts are spread most."""
    problem = node.frame.problem
    starts: dict[int, list[tuple[float, int]]] = {}
    for (_, stops), share in node.mixed:
        for part, start in stops:
            starts.setdefault(int(problem.incident[part]), []).append((share, start))
    spread: list[tuple[float, int, int]] = []
    for incident, many in starts.items():
        share, start = np.array(many).T
        mean = float(share @ start / share.sum())
        harm = float(problem.weight[incident] * (share @ np.abs(start - mean)) / share.sum())
        if harm > _ROUNDING:
            spread.append((harm, incident, int(mean) + 1))
    found = []
    for _, incident, at in sorted(spread, reverse=True)[:_TRIED]:
        soonest, latest = limits.soonest.copy(), limits.latest.copy()
        soonest[incident], latest[incident] = at, at - 1
        found.append((replace(limits, latest=latest), replace(limits, soonest=soonest)))
    return found


def _by_unit(node: Bounding, limits: Limits) -> list[tuple[Limits, Limits]]:
    """Give divisions of the units of those parts whose units are least sure: the main ones, and all others."""
    problem = node.frame.problem
    share = np.zeros(limits.allowed.shape)
    for (unit, stops), part_of in node.mixed:
        share[unit, [part for part, _ in stops]] += part_of
    share /= np.maximum(1.0, share.sum(axis=0))
    unsure = problem.weight[problem.incident] * (1 - share.max(axis=0))
    found = []
    for part in np.argsort(-unsure, kind="stable")[:_TRIED].tolist():
        if share[:, part].max() >= _SURE:
            continue
        order = np.argsort(-share[:, part], kind="stable")
        main = order[: 1 + int(np.searchsorted(np.cumsum(share[order, part]), _HALF))]
        one, other = limits.allowed.copy(), limits.allowed.copy()
        other[main, part] = False
        one[:, part] &= ~other[:, part]
        if not other[:, part].any():  # one side would be all there is: some of it is not served at all
            continue
        found.append((replace(limits, allowed=one), replace(limits, allowed=other)))
    return found
