"""Prices from a linear program over columns met: the last of the way that steps along a direction cannot go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from dispatch.decomposition.board import Longs
from dispatch.decomposition.columns import Goal
from dispatch.decomposition.program import Program, Solver
from kernels.choose_bound import Prices
from kernels.choose_table import Table

DEAREST: Final = 2**52
"""Most a price may be."""


@dataclass(frozen=True, slots=True)
class Repriced:
    """Prices int64[2, teams], int64[2, groups] and of the levels held int64[held]; how much the bound could rise."""

    team: Longs
    group: Longs
    rates: Longs
    least: float


def reprice(
    t: Table, program: Program, prices: Prices, goal: Goal, solver: Solver, *, seconds: float
) -> Repriced | None:
    """Find the prices that are best for the columns of a program.

    They are the dual values of a linear program, rounded to whole numbers; any prices give a valid bound, so nothing
    hangs on the rounding but how good it is.

    Parameters
    ----------
    t
        The board.
    program
        What `state` made of the columns.
    prices
        Prices at which their slacks hold.
    goal
        What is asked.
    solver
        Has solved the programs before.
    seconds
        How long it may take.

    Returns
    -------
    Repriced or None
        None when the program was not solved.
    """
    half = program.half
    solved = solver.solve(program, seconds=seconds)
    if solved is None:
        return None
    incidents, unit = t.first_weight.size, program.unit
    change = solved.duals * unit
    above = incidents + program.contested.size + t.cap.size
    by_team, by_group = prices.best_team.copy(), prices.best_group.copy()
    by_team[half, program.contested] -= np.rint(
        change[incidents : incidents + program.contested.size]
    ).astype(np.int64)
    by_group[half] -= np.rint(change[incidents + program.contested.size : above]).astype(np.int64)
    for price in (by_team, by_group):
        price[0] = np.clip(price[0], 0, DEAREST)
        price[1] = np.where(price[0] == 0, np.maximum(price[1], 0), price[1])
    rates = goal.rates
    if half == 0:
        rates = np.clip(
            rates - np.ceil(change[above:] / goal.value).astype(np.int64), 0, DEAREST // goal.value
        )
    return Repriced(by_team, by_group, rates, solved.value * unit)
