"""Small random questions about casualties, and their best answer by trying everything."""

from __future__ import annotations

import random

from dispatch.casualties.problem import FAR, CasualtyProblem, Value


def random_problem(dice: random.Random, *, people: int = 4) -> CasualtyProblem:
    """Up to two places, two hospitals, two units; roads may be shut and beds few."""
    sites, hospitals, units = (dice.randint(1, 2) for _ in range(3))

    def way() -> int:
        return FAR if dice.random() < 0.12 else dice.randint(1, 30) * 60

    counts = [[0, 0, 0] for _ in range(sites)]
    for _ in range(dice.randint(1, people)):
        counts[dice.randrange(sites)][dice.randrange(3)] += 1
    lying = [dice.randint(0, 2) for _ in range(units)]
    return CasualtyProblem(
        counts=tuple((a, b, c) for a, b, c in counts),
        ready=tuple(dice.choice((0, 0, 900)) for _ in range(sites)),
        beds=tuple((dice.randint(0, 2), dice.randint(0, 2), dice.randint(0, 3)) for _ in range(hospitals)),
        lying=tuple(lying),
        places=tuple(max(1, n + dice.randint(0, 1)) for n in lying),
        free=tuple(dice.choice((0, 180, 1200)) for _ in range(units)),
        first=tuple(tuple(way() for _ in range(sites)) for _ in range(units)),
        out=tuple(tuple(tuple(way() for _ in range(hospitals)) for _ in range(sites)) for _ in range(units)),
        back=tuple(tuple(tuple(way() for _ in range(sites)) for _ in range(hospitals)) for _ in range(units)),
        load=420,
        unload=600,
        target=(2700, 14_400, 86_400),
        weight=(10, 3, 1),
    )


def brute(problem: CasualtyProblem) -> Value:
    """Give each unit in turn every sequence of trips with every load; nothing is passed over."""
    best: list[Value] = []

    def unit_from(  # noqa: PLR0917
        u: int, at: int, free: int, left: tuple[int, ...], beds: tuple[int, ...], late: int, sum_: int
    ) -> None:
        if u == len(problem.free):
            lost = sum(problem.weight[i % 3] * n for i, n in enumerate(left))
            best.append((lost, late, sum_))
            return
        nxt = problem.free[u + 1] if u + 1 < len(problem.free) else 0
        unit_from(u + 1, -1, nxt, left, beds, late, sum_)
        for s in range(len(problem.counts)):
            for h in range(len(problem.beds)):
                drive = problem.first[u][s] if at == -1 else problem.back[u][at][s]
                if drive >= FAR or problem.out[u][s][h] >= FAR:
                    continue
                there = max(free + drive, problem.ready[s]) + problem.load + problem.out[u][s][h]
                for r in range(left[3 * s] + 1):
                    for y in range(left[3 * s + 1] + 1):
                        for g in range(left[3 * s + 2] + 1):
                            if not 0 < r + y + g <= problem.places[u] or r + y > problem.lying[u]:
                                continue
                            took, room = list(left), list(beds)
                            for i, n in enumerate((r, y, g)):
                                took[3 * s + i] -= n
                                room[3 * h + i] -= n
                            if min(room) < 0:
                                continue
                            weight = 10 * r + 3 * y + g
                            over = r * max(0, there - problem.target[0])
                            unit_from(
                                u,
                                h,
                                there + problem.unload,
                                tuple(took),
                                tuple(room),
                                late + over,
                                sum_ + weight * there,
                            )

    flat = tuple(n for row in problem.counts for n in row)
    unit_from(0, -1, problem.free[0], flat, tuple(n for row in problem.beds for n in row), 0, 0)
    return min(best)
