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


Ban = tuple[tuple[int, ...], int]
"""Arcs that must not follow each other, and the bits of those who are bound."""


def bound_dijkstra(arcs: Sequence[Arc], bans: Sequence[Ban], turn_bits: int, source: int) -> dict[int, int]:
    """Settle (node, last arcs driven) in order of time and tell the least time of each node.

    Nothing is expanded beforehand: every step looks at the bans that end with it and at what was driven before.
    """
    binding: dict[int, list[tuple[int, ...]]] = {}
    for ban, bits in bans:
        if bits & turn_bits:
            binding.setdefault(ban[-1], []).append(ban)
    out: dict[int, list[tuple[int, int, int]]] = {}
    for number, (tail, head, cost) in enumerate(arcs):
        out.setdefault(tail, []).append((number, head, cost))
    memory = max((len(ban) for bans_of in binding.values() for ban in bans_of), default=1) - 1
    best: dict[int, int] = {}
    done = set()
    queue: list[tuple[int, int, tuple[int, ...]]] = [(0, source, ())]
    while queue:
        time, node, driven = heapq.heappop(queue)
        if (node, driven) in done:
            continue
        done.add((node, driven))
        best.setdefault(node, time)
        for number, head, cost in out.get(node, ()):
            now = (*driven, number)
            if time + cost >= NEVER or any(breaks(now, ban) for ban in binding.get(number, ())):
                continue
            heapq.heappush(queue, (time + cost, head, now[-memory:] if memory else ()))
    return best


def breaks(driven: Sequence[int], ban: Sequence[int]) -> bool:
    """Whether the last arcs driven are those of a ban."""
    return list(driven[-len(ban) :]) == list(ban)


def relay(
    first: Sequence[Sequence[int]], change: Sequence[int], second: Sequence[Sequence[int]], ends: int
) -> tuple[list[list[int]], list[list[int]]]:
    """Least time of every pair over a place of change, and the first place that has it (-1: no way)."""
    times: list[list[int]] = []
    via: list[list[int]] = []
    for row in first:
        best = []
        for end in range(ends):
            sums = [
                (row[k] + change[k] + second[k][end], k)
                for k in range(len(change))
                if max(row[k], change[k], second[k][end]) < NEVER
            ]
            best.append(min([each for each in sums if each[0] < NEVER], default=(NEVER, -1)))
        times.append([time for time, _ in best])
        via.append([k for _, k in best])
    return times, via
