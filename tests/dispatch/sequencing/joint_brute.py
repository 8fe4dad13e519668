"""Slow, obvious collaboration: every order of blocks and every choice of units."""

from __future__ import annotations

import random
from itertools import permutations, product

import numpy as np

from dispatch.sequencing.parts import JointProblem, joint_problem
from dispatch.sequencing.problem import problem
from kernels.jit import NEVER
from tests.dispatch.sequencing.brute import travel


def plan_harm(p: JointProblem, order: tuple[int, ...], units: tuple[int, ...]) -> int:
    """Harm of serving blocks in an order; a block whose units cannot all come is not served, and nobody moves."""
    parts = p.parts
    blocks = block_rows(p)
    time = [int(free) for free in parts.free]
    last: list[int | None] = [None] * parts.units
    done = [parts.late] * parts.incidents
    for block in order:
        begin, fits = 0, len({units[part] for part in blocks[block]}) == len(blocks[block])
        for part in blocks[block]:
            unit = units[part]
            tied = int(parts.locked[unit])
            way = travel(parts, unit, last[unit], part)
            fits = fits and parts.service[unit, part] < NEVER and way < NEVER
            fits = fits and not (last[unit] is None and tied not in (-1, part))
            fits = fits and not (part in parts.locked and tied != part)
            begin = max(begin, time[unit] + way, int(parts.release[part]))
        if fits:
            for part in blocks[block]:
                unit = units[part]
                done[part] = time[unit] = begin + int(parts.service[unit, part])
                last[unit] = part
    ends = [max(d for d, i in zip(done, p.incident, strict=True) if i == j) for j in range(p.weight.size)]
    return sum(int(w) * end for w, end in zip(p.weight, ends, strict=True))


def block_rows(p: JointProblem) -> list[list[int]]:
    if not p.together:
        return [[part] for part in range(p.parts.incidents)]
    return [np.flatnonzero(p.incident == j).tolist() for j in range(p.weight.size)]


def least_joint_harm(p: JointProblem) -> int:
    """Least harm over all orders and choices."""
    orders = list(permutations(range(len(block_rows(p)))))
    choices = product(range(p.parts.units), repeat=p.parts.incidents)
    return min(plan_harm(p, order, units) for units in choices for order in orders)


def random_joint(seed: int) -> JointProblem:
    """At most three incidents of at most two parts, at most three units; everything on."""
    r = random.Random(seed)
    incidents, units = r.randint(1, 3), r.randint(1, 3)
    counts = [r.choice((1, 1, 2)) for _ in range(incidents)]
    incident = [j for j, count in enumerate(counts) for _ in range(count)]
    parts, hole = len(incident), r.choice((0.0, 0.0, 0.15))

    def drive() -> int:
        return NEVER if r.random() < hole else r.randint(0, 40)

    service = [[NEVER if r.random() < 0.2 else r.randint(1, 30) for _ in range(parts)] for _ in range(units)]
    first = [[drive() for _ in range(parts)] for _ in range(units)]
    locked = [-1] * units
    if r.random() < 0.3:
        unit, part = r.randrange(units), r.randrange(parts)
        service[unit][part], first[unit][part], locked[unit] = r.randint(1, 30), r.randint(0, 40), part
    tables = problem(
        weight=[1] * parts,
        service=service,
        first=first,
        between=[[drive() for _ in range(parts)] for _ in range(parts)],
        free=[r.choice((0, r.randint(0, 40))) for _ in range(units)],
        release=[r.choice((0, r.randint(0, 50))) for _ in range(parts)],
        locked=locked,
    )
    weight = [r.randint(1, 9) for _ in range(incidents)]
    return joint_problem(tables, incident, weight, together=r.random() < 0.6)
