"""A linear model without whole numbers, kept at HiGHS from one objective to the next; what its prices rule out."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from itertools import count
from math import ceil
from typing import Any, Final

import highspy
import numpy as np
from numpy.typing import NDArray

from dispatch.highs import quiet

Vector = NDArray[np.float64]
Solution = NDArray[np.int64]
Index = NDArray[np.int64]

_TOLERANCE: Final = 1e-6
"""What a dual value may be off by rounding alone, and what HiGHS lets a row be off."""

_LONGEST_S: Final = 1e6
"""Seconds that are as good as no limit."""

_ROUNDING: Final = 0.5
"""Half of the smallest step an objective can make."""


_FAR: Final = 1e6
"""A limit farther from a row's other limit than this is none: large numbers spoil the accuracy of HiGHS."""

_FEWEST: Final = 200
"""Columns that join a relaxation at once, at most, while it is small."""

_ALL: Final = 2000
"""Free columns up to which a relaxation takes them all (measured: 0.05 s; the rounds of fewer take longer)."""

_ROUNDS: Final = 3
"""Rounds of more columns after which all join."""

_GROWTH: Final = 0.5
"""The same where it is large, as a share of the columns it has."""

_ANEW: Final = 2
"""How many times as many columns as before make the last basis worth nothing."""

_SCALING: Final = 4
"""HiGHS's scaling by powers of two of the largest entries: kilograms and pieces differ by thousands (measured: a third
quicker than its own choice)."""

_STATUS: Final = {int(each): each for each in highspy.HighsBasisStatus.__members__.values()}
"""HiGHS's words for where a column stands, by number."""


@dataclass(frozen=True, slots=True)
class Entries:
    """A sparse matrix: `row` int64[entries] in rising order, `column` int64[entries], `value` float64[entries], not 0.

    Programs of a few hundred columns are cut down dozens of times in a plan; what sparse matrices of a library check
    each time took as long as the rest.
    """

    row: Index
    column: Index
    value: Vector
    shape: tuple[int, int]

    def filled(self, values: Vector) -> Vector:
        """What each row comes to at these values of the columns."""
        return self._by_row(self.value * values[self.column])

    def priced(self, prices: Vector) -> Vector:
        """What the rows of each column come to at these prices."""
        return self._by_column(self.value * prices[self.row])

    def reach(self, lower: Vector, upper: Vector) -> tuple[Vector, Vector]:
        """Give the least and the most that each row can come to within the bounds of the columns."""
        one, other = self.value * lower[self.column], self.value * upper[self.column]
        return self._by_row(np.minimum(one, other)), self._by_row(np.maximum(one, other))

    def helping(self, above: NDArray[np.bool_], below: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which columns lower a row that may be too high, or raise one that may be too low."""
        helps = np.where(self.value < 0, above[self.row], below[self.row])
        return self._by_column(helps.astype(np.float64)) > 0

    def chosen(self, entries: NDArray[np.bool_]) -> Entries:
        """Give some of the entries, rows and columns numbered as before."""
        return Entries(self.row[entries], self.column[entries], self.value[entries], self.shape)

    def numbered(self, rows: NDArray[np.bool_], columns: NDArray[np.bool_]) -> Entries:
        """Give the rows and columns chosen, bool[...], numbered anew."""
        kept = self.chosen(rows[self.row] & columns[self.column])
        row, column = np.cumsum(rows) - 1, np.cumsum(columns) - 1
        shape = int(np.count_nonzero(rows)), int(np.count_nonzero(columns))
        return Entries(row[kept.row], column[kept.column], kept.value, shape)

    def _by_row(self, values: Vector) -> Vector:
        return np.asarray(np.bincount(self.row, weights=values, minlength=self.shape[0]), dtype=np.float64)

    def _by_column(self, values: Vector) -> Vector:
        return np.asarray(np.bincount(self.column, weights=values, minlength=self.shape[1]), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Rows:
    """A model without objective: `lower <= x <= upper` and `row_lower <= matrix x <= row_upper`; x whole where said."""

    matrix: Entries
    lower: Vector
    upper: Vector
    row_lower: Vector
    row_upper: Vector
    whole: NDArray[np.bool_]

    @property
    def free(self) -> NDArray[np.bool_]:
        """Columns that may still take more than one value."""
        return self.lower < self.upper

    def with_row(self, cost: Vector, most: float) -> Rows:
        """Give the model with one row more: `cost x <= most`."""
        places, (rows, columns) = np.flatnonzero(cost), self.matrix.shape
        matrix = Entries(
            np.append(self.matrix.row, np.full(places.size, rows)),
            np.append(self.matrix.column, places),
            np.append(self.matrix.value, cost[places]),
            (rows + 1, columns),
        )
        return replace(
            self,
            matrix=matrix,
            row_lower=np.append(self.row_lower, -np.inf),
            row_upper=np.append(self.row_upper, most),
        )


@dataclass(frozen=True, slots=True)
class Dual:
    """Prices of rows, what each column costs beside them, the bound they prove, and the relaxed solution beside them.

    The bound is worked out here from the prices and not taken from HiGHS: it holds for any prices.
    """

    bound: float
    reduced: Vector
    prices: Vector
    values: Vector

    @property
    def whole(self) -> int:
        """The bound of an objective in whole numbers, rounded up."""
        return max(0, ceil(self.bound - _TOLERANCE * max(1.0, 1e-3 * abs(self.bound))))


def proven_by(rows: Rows, cost: Vector, prices: Vector, values: Vector | None = None) -> Dual:
    """Give the bound that prices float64[rows] prove for `cost` (Lagrange: each row moved into the objective).

    A price whose row has no limit on that side proves nothing and counts as 0.
    """
    open_below, open_above = np.isinf(rows.row_lower), np.isinf(rows.row_upper)
    prices = np.where((prices > 0) & open_below | (prices < 0) & open_above, 0.0, prices)
    reduced = cost - rows.matrix.priced(prices)
    limit = np.where(
        prices > 0, np.where(open_below, 0.0, rows.row_lower), np.where(open_above, 0.0, rows.row_upper)
    )
    column = np.where(reduced > 0, rows.lower, rows.upper)
    bound = summed(prices, limit) + summed(reduced, column)
    return Dual(bound, reduced, prices, rows.lower if values is None else values)


def narrowed(rows: Rows, dual: Dual, most: float) -> Rows:
    """Give the model without what no solution of a value up to `most` can use.

    Whoever moves a column by one away from the bound its reduced cost holds it at, or a row from the limit its price
    holds it at, pays that much above the bound of the prices; what exceeds the gap cannot be paid.
    """
    gap = max(0.0, most - dual.bound) + _TOLERANCE * max(1.0, 1e-3 * abs(most))
    with np.errstate(divide="ignore", over="ignore"):
        steps = np.floor(np.where(dual.reduced == 0, np.inf, gap / np.abs(dual.reduced)))
        slack = np.where(dual.prices == 0, np.inf, gap / np.abs(dual.prices)) + _TOLERANCE
    slack[slack > _FAR] = np.inf
    up, down = rows.whole & (dual.reduced > 0), rows.whole & (dual.reduced < 0)
    upper, lower = rows.upper.copy(), rows.lower.copy()
    upper[up] = np.minimum(upper[up], lower[up] + steps[up])
    lower[down] = np.maximum(lower[down], rows.upper[down] - steps[down])
    above, below = dual.prices > 0, dual.prices < 0
    row_upper, row_lower = rows.row_upper.copy(), rows.row_lower.copy()
    row_upper[above] = np.minimum(row_upper[above], row_lower[above] + slack[above])
    row_lower[below] = np.maximum(row_lower[below], rows.row_upper[below] - slack[below])
    return replace(rows, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)


class Relaxation:
    """The relaxed model at HiGHS: each objective from the basis of the last, over no more columns than it needs.

    Columns that no good solution uses stay out until the prices of the rest say that they would help (sifting: Bixby
    et al. 1992). Most trucks of a district are of that kind.
    """

    def __init__(self, rows: Rows, sharpening: NDArray[np.bool_]) -> None:
        """Take a model; rows that are `sharpening`, bool[rows], are left out until asked for."""
        self._sharpening = np.flatnonzero(sharpening)
        self._limits = rows.row_lower[self._sharpening], rows.row_upper[self._sharpening]
        self.rows = rows
        self.sharpen(on=False)
        self._active = rows.lower > 0
        self._solved = 0
        self._column = np.full(rows.lower.size, int(highspy.HighsBasisStatus.kLower), dtype=np.int8)
        self._row = np.full(rows.row_lower.size, int(highspy.HighsBasisStatus.kBasic), dtype=np.int8)

    def sharpen(self, *, on: bool) -> bool:
        """Take the rows that only sharpen the relaxation in, or leave them out; returns whether there are any."""
        low, high = self.rows.row_lower.copy(), self.rows.row_upper.copy()
        low[self._sharpening], high[self._sharpening] = self._limits if on else (-np.inf, np.inf)
        self.rows = replace(self.rows, row_lower=low, row_upper=high)
        return self._sharpening.size > 0

    def minimise(self, cost: Vector, hint: Solution, *, enough: float, deadline: float) -> Dual:
        """Give the prices found for this objective, and what they prove.

        Parameters
        ----------
        cost
            What each column costs, float64[columns].
        hint
            A solution of the model, int64[columns]; the columns it uses are looked at first.
        enough
            A bound at which to stop.
        deadline
            On the monotonic clock; then what the prices at hand prove is the answer.
        """
        self._active |= hint > 0
        if np.count_nonzero(self.rows.free) <= _ALL:
            self._active |= self.rows.free
        best = proven_by(self.rows, cost, np.zeros(self.rows.row_lower.size))
        for number in count(1):
            if number > _ROUNDS:
                self._active |= self.rows.free
            solved = self._solve(cost, deadline - time.monotonic())
            if solved is None:
                return best
            if solved.bound > best.bound or number == 1:
                best = solved
            helps = np.where(self._active | ~self.rows.free, 0.0, -solved.reduced)
            most = max(_FEWEST, int(np.count_nonzero(self._active) * _GROWTH))
            wanted = np.argsort(-helps, kind="stable")[:most]
            wanted = wanted[helps[wanted] > _TOLERANCE]
            if wanted.size == 0 or best.whole >= enough:
                return best
            self._active[wanted] = True
        raise AssertionError  # counting has no end

    def _solve(self, cost: Vector, seconds: float) -> Dual | None:
        """Solve the program over the active columns, all others at their lower bound; None where time ends first."""
        small, rows = restricted(self.rows, self._active)
        highs = loaded(small, cost[self._active], relaxed=True)
        highs.setOptionValue("time_limit", clipped(seconds))
        highs.setOptionValue("simplex_scale_strategy", _SCALING)
        if (
            np.count_nonzero(self._active) < _ANEW * self._solved
        ):  # else HiGHS is quicker anew, reducing it first
            basis = highspy.HighsBasis()
            basis.col_status = [_STATUS[k] for k in self._column[self._active].tolist()]
            basis.row_status = [_STATUS[k] for k in self._row[rows].tolist()]
            basis.valid = True
            highs.setBasis(basis)
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        self._solved = int(np.count_nonzero(self._active))
        found, solution = highs.getBasis(), highs.getSolution()
        self._column[self._active] = [int(each) for each in found.col_status]
        self._row[rows] = [int(each) for each in found.row_status]
        prices, values = np.zeros(self.rows.row_lower.size), self.rows.lower.copy()
        prices[rows] = solution.row_dual
        values[self._active] = solution.col_value
        return proven_by(self.rows, cost, prices, values)

    def hold(self, cost: Vector, hint: Solution, dual: Dual | None) -> None:
        """Keep only solutions as good as the hint, drop what those cannot use, and what serves nothing any more."""
        value = summed(cost, hint)
        rows = narrowed(self.rows, proven_by(self.rows, cost, np.zeros(self.rows.row_lower.size)), value)
        if dual is not None:
            rows = narrowed(rows, proven_by(rows, cost, dual.prices), value)
        if dual is None or value - dual.bound > _TOLERANCE * max(1.0, abs(value)) or self._sharp_in(dual):
            rows = rows.with_row(cost, value + _ROUNDING)
            self._row = np.append(self._row, np.int8(int(highspy.HighsBasisStatus.kBasic)))
        # else the prices hold every row and column they touch, and these together are the objective
        self.rows = idle_dropped(rows, hint)
        self._active |= rows.lower > 0

    def _sharp_in(self, dual: Dual) -> bool:
        """Whether rows that come and go have a price."""
        return bool(dual.prices[self._sharpening].any())


def idle_dropped(rows: Rows, hint: Solution) -> Rows:
    """Give the model without columns that help no row which could still bind; the hint uses none of them.

    Where no objective rewards a column, some best solution leaves such a column at its lower bound.
    """
    least, most = rows.matrix.reach(rows.lower, rows.upper)
    above, below = most > rows.row_upper + _TOLERANCE, least < rows.row_lower - _TOLERANCE
    helping = rows.matrix.helping(above, below)
    return replace(rows, upper=np.where(helping | (hint > rows.lower), rows.upper, rows.lower))


def restricted(rows: Rows, columns: NDArray[np.bool_]) -> tuple[Rows, NDArray[np.bool_]]:
    """Give the model over some columns, the others at their lower bounds, and which of its rows can bind."""
    shift = rows.matrix.filled(np.where(columns, 0.0, rows.lower))
    part = rows.matrix.chosen(columns[rows.matrix.column])
    least, most = part.reach(rows.lower, rows.upper)
    row_lower, row_upper = rows.row_lower - shift, rows.row_upper - shift
    left = (least < row_lower - _TOLERANCE) | (most > row_upper + _TOLERANCE)
    small = Rows(
        part.numbered(left, columns),
        rows.lower[columns],
        rows.upper[columns],
        row_lower[left],
        row_upper[left],
        rows.whole[columns],
    )
    return small, left


def summed(cost: Vector, values: Vector | Solution) -> float:
    """What values come to at a cost; above 10,000 columns `@` starts threads, which take longer than the sum."""
    return float((cost * values).sum())


def clipped(seconds: float) -> float:
    """Seconds as HiGHS takes them."""
    return min(max(seconds, 0.0), _LONGEST_S)


def loaded(rows: Rows, cost: Vector, *, relaxed: bool) -> Any:
    """Give a model to HiGHS."""
    highs, matrix = quiet(), rows.matrix
    highs.passModel(
        cost.size,
        rows.row_lower.size,
        matrix.value.size,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        cost,
        rows.lower,
        rows.upper,
        rows.row_lower,
        rows.row_upper,
        np.searchsorted(matrix.row, np.arange(matrix.shape[0])).astype(np.int32),
        matrix.column.astype(np.int32),
        matrix.value,
        np.zeros(cost.size, dtype=np.int32) if relaxed else rows.whole.astype(np.int32),
    )
    return highs
