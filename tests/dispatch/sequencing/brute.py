"""Slow, obvious scheduling: every assignment and every order, and the random problems it is tried on."""

from __future__ import annotations

import random
from itertools import permutations, product

from dispatch.sequencing.problem import Problem, problem
from kernels.jit import NEVER


def travel(p: Problem, unit: int, last: int | None, job: int) -> int:
    if last is None:
        return int(p.first[unit, job])
    return int(p.between[p.profile[unit], last, job])


def row_harm(p: Problem, unit: int, row: tuple[int, ...]) -> int | None:
    """Harm of one unit's row; None where it cannot be driven."""
    time, last, harm = int(p.free[unit]), None, 0
    for job in row:
        if p.service[unit, job] >= NEVER or travel(p, unit, last, job) >= NEVER:
            return None
        time = max(time + travel(p, unit, last, job), int(p.release[job])) + int(p.service[unit, job])
        harm += int(p.weight[job]) * time
        last = job
    return harm


def best_row(p: Problem, unit: int, jobs: tuple[int, ...]) -> int | None:
    """Least harm of one unit that serves exactly these incidents; None if it cannot."""
    tied = int(p.locked[unit])
    if tied >= 0 and tied not in jobs:
        return None
    if any(job in p.locked and job != tied for job in jobs):
        return None
    rows = (row for row in permutations(jobs) if tied < 0 or row[0] == tied)
    return min((harm for row in rows if (harm := row_harm(p, unit, row)) is not None), default=None)


def least_harm(p: Problem) -> int:
    """Least harm over all assignments and orders; an incident may stay unserved at `late`."""
    best = None
    known: dict[tuple[int, tuple[int, ...]], int | None] = {}
    for choice in product(range(p.units + 1), repeat=p.incidents):
        total = sum(int(p.weight[j]) * p.late for j, unit in enumerate(choice) if unit == p.units)
        for unit in range(p.units):
            jobs = tuple(j for j, chosen in enumerate(choice) if chosen == unit)
            if (unit, jobs) not in known:
                known[unit, jobs] = best_row(p, unit, jobs)
            harm = known[unit, jobs]
            if harm is None:
                break
            total += harm
        else:
            best = total if best is None else min(best, total)
    assert best is not None
    return best


def random_problem(seed: int, *, most_jobs: int = 5, most_units: int = 3) -> Problem:
    """A small problem with everything on: no triangle inequality, gaps in roads and capabilities, releases, locks."""
    r = random.Random(seed)
    jobs, units = r.randint(1, most_jobs), r.randint(1, most_units)
    tables = r.randint(1, 2)
    hole = r.choice((0.0, 0.0, 0.15))
    far = r.choice((5, 60))

    def drive() -> int:
        return NEVER if r.random() < hole else r.randint(0, far)

    service = [[NEVER if r.random() < 0.25 else r.randint(0, 30) for _ in range(jobs)] for _ in range(units)]
    first = [[drive() for _ in range(jobs)] for _ in range(units)]
    locked = [-1] * units
    if r.random() < 0.4:
        unit, job = r.randrange(units), r.randrange(jobs)
        service[unit][job], first[unit][job], locked[unit] = r.randint(0, 30), r.randint(0, far), job
    return problem(
        weight=[r.randint(1, 9) for _ in range(jobs)],
        service=service,
        first=first,
        between=[[[drive() for _ in range(jobs)] for _ in range(jobs)] for _ in range(tables)],
        profile=[r.randrange(tables) for _ in range(units)],
        free=[r.choice((0, r.randint(0, 40))) for _ in range(units)],
        release=[r.choice((0, r.randint(0, 50))) for _ in range(jobs)],
        locked=locked,
    )
