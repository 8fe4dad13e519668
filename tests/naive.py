"""Slow, obvious twins of the kernels: dicts, lists and heapq, no NumPy."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NEVER = 2**30 - 1

Arc = tuple[int, int, int]
"""Tail, head, time; the place in the list is the arc's id."""


@dataclass(frozen=True)
class Found:
    """What a search found: times of settled nodes, the arc each was reached by, how much was looked at."""

    time: dict[int, int]
    parent: dict[int, int]
    settled: int
    relaxed: int


def dijkstra(arcs: Sequence[Arc], source: int, *, limit: int = NEVER, goals: Iterable[int] = ()) -> Found:
    """Settle nodes in order of time, then id; stop after the last goal or beyond the limit."""
    out: dict[int, list[tuple[int, int, int]]] = {}
    for number, (tail, head, time) in enumerate(arcs):
        if time < NEVER:
            out.setdefault(tail, []).append((number, head, time))
    best = {source: 0}
    parent: dict[int, int] = {}
    done: dict[int, int] = {}
    open_goals = set(goals)
    stop_at_goals = bool(open_goals)
    relaxed = 0
    queue = [(0, source)]
    while queue and queue[0][0] <= limit:
        time, node = heapq.heappop(queue)
        if node in done:
            continue
        done[node] = time
        open_goals.discard(node)
        if stop_at_goals and not open_goals:
            break
        for number, head, cost in out.get(node, ()):
            relaxed += 1
            reached = time + cost
            if reached >= NEVER or head in done:
                continue
            if head not in best or reached < best[head]:
                best[head] = reached
                parent[head] = number
                heapq.heappush(queue, (reached, head))
            elif reached == best[head]:
                parent[head] = min(parent[head], number)
    return Found(done, {node: parent[node] for node in done if node in parent}, len(done), relaxed)


def way(arcs: Sequence[Arc], found: Found, target: int) -> list[int]:
    """Arcs from the source to a settled target, in the order they are driven."""
    steps: list[int] = []
    node = target
    while node in found.parent:
        steps.append(found.parent[node])
        node = arcs[found.parent[node]][0]
    return steps[::-1]
