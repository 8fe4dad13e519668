"""A plan from a mixture of schedules: each part by the unit that serves most of it, blocks in their mean order."""

from __future__ import annotations

import numpy as np

from dispatch.sequencing.cuts import Visits
from dispatch.sequencing.parts import JointProblem
from kernels.jit import NEVER
from kernels.sequence_joint import Plan, empty_plan


def rounded(problem: JointProblem, mixed: list[tuple[Visits, float]]) -> Plan:
    """Make a plan of a mixture.

    Parameters
    ----------
    problem
        What is to be served.
    mixed
        Schedules and their shares.

    Returns
    -------
    Plan
        Without its times. Somebody comes to every part that can be served at all.
    """
    blocks, parts = problem.blocks(), problem.parts
    share, start = np.zeros((parts.units, parts.incidents)), np.zeros(parts.incidents)
    for (unit, stops), most in mixed:
        for part, begin in stops:
            share[unit, part] += most
            start[part] += most * begin
    total = share.sum(axis=0)
    mean = np.where(total > 0, start / np.where(total > 0, total, 1.0), float(parts.late))
    plan = empty_plan(blocks.begin.size - 1, parts.incidents)
    sizes = np.diff(blocks.begin)
    settled = np.isin(np.arange(parts.incidents), parts.locked)
    first = np.add.reduceat(settled, blocks.begin[:-1]) > 0
    plan.order[:] = np.lexsort((np.add.reduceat(mean, blocks.begin[:-1]) / sizes, ~first))
    wanted = np.where(parts.service < NEVER, share, -1.0)
    for unit, part in enumerate(parts.locked.tolist()):
        if part >= 0:
            wanted[np.arange(parts.units) != unit, part] = -1.0
    for begin, end in zip(blocks.begin[:-1].tolist(), blocks.begin[1:].tolist(), strict=True):
        free = wanted[:, begin:end].copy()
        while free.size and free.max() >= 0:
            unit, part = divmod(int(free.argmax()), end - begin)
            plan.unit[begin + part] = unit
            free[unit], free[:, part] = -1.0, -1.0
    return plan
