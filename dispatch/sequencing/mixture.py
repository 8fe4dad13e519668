"""The linear programme that mixes schedules of units: columns that grow in number, prices of parts and windows.

HiGHS is called without a layer between, and goes on from the basis of the last solution.
"""

from __future__ import annotations

from itertools import chain
from typing import Final

import highspy
import numpy as np

from dispatch.highs import quiet
from dispatch.sequencing.cuts import Cuts, Floats, Prices, Visits
from dispatch.sequencing.frame import Frame
from kernels.sequence import Longs

_DUAL: Final = 1
_PRIMAL: Final = 4
"""Simplex from nothing, and after columns were added to a solved programme."""

_TRACE: Final = 1e-6
"""Shares up to this are rounding errors."""


class Mixture:
    """Shares of the schedules known so far; times in units of `unit`, near the mean completion.

    Rows: the share of each unit, of each incident, of each part by window, then when each part is done by window.
    Columns: of each incident the share that is not served, the shares by window, and when it is completed.
    """

    def __init__(self, frame: Frame, cuts: Cuts, unit: float) -> None:
        self.frame, self.cuts, self.unit = frame, cuts, unit
        self.known: dict[Visits, None] = {}
        self._reduced, self._shares = np.zeros(0), np.zeros(0)
        self._solved = False
        problem = frame.problem
        units, incidents = problem.parts.units, problem.weight.size
        self._share, rows = _numbers(np.arange(cuts.at.shape[1]) < cuts.count[:, None], units + incidents)
        self._done, rows = _numbers(np.arange(cuts.below.shape[1]) < cuts.pieces[:, None], rows)
        self.highs = quiet()
        self.highs.setOptionValue("solver", "simplex")
        lower, upper = np.zeros(rows), np.full(rows, highspy.kHighsInf)
        lower[:units], upper[:units] = -highspy.kHighsInf, 1.0
        lower[units : units + incidents] = upper[units : units + incidents] = 1.0
        nothing = np.zeros(0)
        self.highs.addRows(
            rows, lower, upper, 0, np.zeros(rows, dtype=np.int32), nothing.astype(np.int32), nothing
        )
        self._add_incidents(units)
        self._first = self.highs.getNumCol()

    def _add_incidents(self, units: int) -> None:
        """Add what incidents need besides schedules."""
        problem, first = self.frame.problem, self.frame.first
        incidents = np.arange(problem.weight.size)
        self._columns(problem.weight * problem.parts.late / self.unit, incidents, units + incidents, 1.0)
        for rows, sign in ((self._share, -1.0), (self._done, 1.0)):
            column, incident, window = -np.ones_like(rows), *np.nonzero(rows[first] >= 0)
            column[first[incident], window] = np.arange(incident.size)
            column = column[first][problem.incident]
            mine = column >= 0
            col, row, entry = column[mine], rows[mine], np.full(int(mine.sum()), sign)
            cost = problem.weight[incident].astype(np.float64)
            if sign < 0:
                col = np.concatenate([col, np.arange(incident.size)])
                row, entry = np.concatenate([row, units + incident]), np.append(entry, np.ones(incident.size))
                cost = np.zeros(incident.size)
            self._columns(cost, col, row, entry)

    def _columns(self, cost: Floats, col: Longs, row: Longs, entry: Floats | float) -> None:
        """Add columns from 0 on, with entries in any order."""
        order = np.argsort(col, kind="stable")
        values = np.broadcast_to(np.asarray(entry, dtype=np.float64), col.shape)[order]
        starts = np.searchsorted(col[order], np.arange(cost.size)).astype(np.int32)
        lower, upper = np.zeros(cost.size), np.full(cost.size, highspy.kHighsInf)
        self.highs.addCols(
            cost.size, cost, lower, upper, col.size, starts, row[order].astype(np.int32), values
        )

    def add(self, schedules: list[Visits]) -> int:
        """Add the schedules that are not known yet; returns how many."""
        fresh = [each for each in dict.fromkeys(schedules) if each not in self.known]
        if not fresh:
            return 0
        self.known.update(dict.fromkeys(fresh))
        unit = np.array([each[0] for each in fresh])
        col = np.repeat(np.arange(unit.size), [len(each[1]) for each in fresh])
        part, start = np.array(list(chain.from_iterable(each[1] for each in fresh))).T
        end = start + self.frame.lasts[unit[col], part]
        window = self.cuts.windows_of(part, start)
        spent = self.cuts.spent(part, window, end)
        place, piece = np.nonzero(spent)
        self._columns(
            np.zeros(unit.size),
            np.concatenate([np.arange(unit.size), col, col[place]]),
            np.concatenate([unit, self._share[part, window], self._done[part[place], piece]]),
            np.concatenate([np.ones(unit.size + col.size), -spent[place, piece] / self.unit]),
        )
        return len(fresh)

    def solve(self, seconds: float) -> tuple[float, Prices] | None:
        """Solve the programme; its value and prices, None where HiGHS gave up or had no time."""
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + seconds)
        self.highs.setOptionValue("simplex_strategy", _PRIMAL if self._solved else _DUAL)
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        self._solved, solution = True, self.highs.getSolution()
        self._reduced = np.array(solution.col_dual)[self._first :] * self.unit
        self._shares = np.array(solution.col_value)[self._first :]
        dual = np.append(solution.row_dual, 0.0)  # for rows that are not: number -1
        value = float(self.highs.getInfo().objective_function_value)
        return value * self.unit, Prices(dual[self._share] * self.unit, dual[self._done])

    def without(self, barred: list[list[int]], pivots: int) -> list[float]:
        """Value of the programme without some of the schedules, for each of some choices; only nearly solved.

        Parameters
        ----------
        barred
            Numbers of the schedules of each choice, as in `known`.
        pivots
            Of the dual simplex, at most: the values are low estimates.
        """
        basis, values = self.highs.getBasis(), []
        self.highs.setOptionValue("simplex_strategy", _DUAL)
        self.highs.setOptionValue("simplex_iteration_limit", pivots)
        for each in barred:
            columns = np.array(each, dtype=np.int32) + self._first
            nothing, free = np.zeros(columns.size), np.full(columns.size, highspy.kHighsInf)
            self.highs.changeColsBounds(columns.size, columns.astype(np.int32), nothing, nothing)
            self.highs.run()
            values.append(float(self.highs.getInfo().objective_function_value) * self.unit)
            self.highs.changeColsBounds(columns.size, columns.astype(np.int32), nothing, free)
            self.highs.setBasis(basis)
        self.highs.setOptionValue("simplex_iteration_limit", np.iinfo(np.int32).max)
        return values

    def near(self, most: float) -> list[Visits]:
        """Give the schedules whose reduced cost is at most so much, and those that came since the last solution."""
        reduced = np.zeros(len(self.known))
        reduced[: self._reduced.size] = self._reduced
        return [each for each, cost in zip(self.known, reduced.tolist(), strict=True) if cost <= most]

    def shares(self) -> list[tuple[Visits, float]]:
        """Give the schedules that the last solution mixes, and how much of each."""
        mixed = zip(self.known, self._shares.tolist(), strict=False)  # some may have come since
        return [(each, share) for each, share in mixed if share > _TRACE]


def _numbers(wanted: np.ndarray, first: int) -> tuple[Longs, int]:
    """Number what is wanted from `first` on, -1 elsewhere; and what comes after."""
    numbers = np.full(wanted.shape, -1, dtype=np.int64)
    numbers[wanted] = first + np.arange(int(wanted.sum()))
    return numbers, first + int(wanted.sum())
