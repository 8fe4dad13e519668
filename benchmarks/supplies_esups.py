"""Madagascar's relief depots and recorded disasters (ESUPS), answered again: the response, and where stock is best.

Data: depots with what they hold, persons an item serves, driving hours from depots to districts, and people affected
by district of the disasters of 1981 to 2021 (EM-DAT), as published with Gurobi's modeling examples (Apache-2.0).
A delivery takes 24 hours and 1.1 times the driving hours, as that case has it (`transportParameters.csv`, Truck).

The response to one disaster, for each item: carry x(d, p) units from depot d to district p, no more than d holds and no
more than p's people need; first as many people as possible are served, then in the fewest hours in all, each unit
counted by the persons it serves. Best placement: the same stock of each item put where the hours of all recorded
disasters together are fewest, before it is known which will come: a two-stage stochastic linear program.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil, inf
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array

from dispatch.supplying.allocate import allocate
from dispatch.supplying.board import Board
from models.errors import require
from models.units import NEVER

Vector = NDArray[np.float64]
Table = NDArray[np.int64]

STEP_S: Final = 1
"""Our tables hold whole seconds; the hours of an answer are worked out from the hours of the case."""

PERSONS: Final = 10
"""Points of a person: an item serves 0.6 persons or more, in tenths."""

_CUT_H: Final = 100.0
"""Driving hours above which the case takes no way (`transportModes.csv`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Esups:
    """The case.

    `hours` float64[depots, districts] of a delivery, infinite where there is no way; `stock` int64[depots, items];
    `persons` float64[items] that one unit serves; `disasters` gives people affected by district, by disaster.
    """

    depots: tuple[str, ...]
    districts: tuple[str, ...]
    items: tuple[str, ...]
    hours: Vector
    stock: Table
    persons: Vector
    disasters: Mapping[str, NDArray[np.int64]]

    def needs(self, disaster: str) -> Table:
        """Units of each item each district needs, int64[districts, items]."""
        people = self.disasters[disaster].astype(np.float64)
        return np.ceil(people[:, None] / self.persons[None, :] - 1e-9).astype(np.int64)


def _rows(path: Path) -> list[dict[str, str]]:
    require(
        path.is_file(),
        "the ESUPS case is not at hand; set DISPATCH_SHARED to the folder whose data/esups holds it",
        where=str(path),
    )
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read(folder: Path) -> Esups:
    """Read the case.

    Raises
    ------
    InputError
        A file is missing.
    """
    factors = {
        row["Attribute"]: float(row["Number"])
        for row in _rows(folder / "transportParameters.csv")
        if row["Mode"] == "Truck"
    }
    drives = {
        (row["depotGglAddressAscii"], row["disasterGglAddressAscii"]): float(row["drivingTime_hrs"])
        for row in _rows(folder / "distanceMatrix.csv")
    }
    held = _rows(folder / "inventory" / "actual.csv")
    persons = {row["Item"]: float(row["PersonsPerItem"]) for row in _rows(folder / "personsPerItem.csv")}
    depots, districts = (tuple(sorted({pair[k] for pair in drives})) for k in (0, 1))
    items = tuple(sorted({row["ItemName"] for row in held}))
    hours = np.full((len(depots), len(districts)), inf)
    for (depot, district), drive in drives.items():
        if drive <= _CUT_H:
            hours[depots.index(depot), districts.index(district)] = (
                factors["FixedAddlTime_Hrs"] + factors["StretchTimeFactor"] * drive
            )
    stock = np.zeros((len(depots), len(items)), dtype=np.int64)
    for row in held:
        stock[depots.index(row["gglAddress"]), items.index(row["ItemName"])] += int(row["Total"])
    disasters: defaultdict[str, NDArray[np.int64]] = defaultdict(
        lambda: np.zeros(len(districts), dtype=np.int64)
    )
    for row in _rows(folder / "disasters.csv"):
        disasters[row["DisasterID"]][districts.index(row["gglAddress"])] += ceil(float(row["TotAffected"]))
    return Esups(
        depots=depots,
        districts=districts,
        items=items,
        hours=hours,
        stock=stock,
        persons=np.array([persons[item] for item in items]),
        disasters=dict(sorted(disasters.items())),
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """People served (an item's persons each time it serves them) and their hours in all."""

    people: float
    hours: float


def ours(case: Esups, disaster: str) -> Answer:
    """Answer a disaster by our allocation."""
    board = board_of(case, disaster)
    found = allocate(board)
    source, need = found.ways.source, found.ways.need
    persons = case.persons[board.item[need]] * found.met
    return Answer(float(persons.sum()), float(persons @ case.hours[board.depot[source], board.point[need]]))


def board_of(case: Esups, disaster: str) -> Board:
    """Put a disaster into our tables: everything in stock may go, and no need is late."""
    needs = case.needs(disaster)
    point, item = np.nonzero(needs)
    depot, stocked = np.nonzero(case.stock)
    seconds = np.where(np.isfinite(case.hours), np.rint(case.hours * 3600), NEVER).astype(np.int32)
    none = np.zeros(len(case.depots))
    return Board(
        items=case.items,
        kg=np.ones(len(case.items)),
        m3=np.ones(len(case.items)),
        depot=depot,
        stocked=stocked,
        stock=case.stock[depot, stocked],
        opened=np.zeros(depot.size, dtype=np.int64),
        point=point,
        item=item,
        need=needs[point, item],
        worth=np.rint(case.persons * PERSONS).astype(np.int64)[item],
        deadline_s=np.full(point.size, NEVER, dtype=np.int64),
        calls=np.zeros(point.size, dtype=np.int64),
        arrive_s=seconds,
        price=np.zeros(seconds.shape, dtype=np.int64),
        step_s=STEP_S,
        issue_kg=none + inf,
        issue_m3=none + inf,
        fair=False,
    )


def by_program(case: Esups, disaster: str) -> Answer:
    """Answer a disaster by SciPy's linear programs, item by item: the most people, then the fewest hours."""
    needs, people, hours = case.needs(disaster), 0.0, 0.0
    for i, persons in enumerate(case.persons.tolist()):
        served, spent = _response(case.hours, case.stock[:, i], needs[:, i])
        people += persons * served
        hours += persons * spent
    return Answer(people, hours)


def _response(hours: Vector, stock: Table, need: Table) -> tuple[float, float]:
    """Units served and their hours: two linear programs, the second with as many served as the first."""
    depot, point = np.nonzero(np.isfinite(hours) & (stock[:, None] > 0) & (need[None, :] > 0))
    if depot.size == 0:
        return 0.0, 0.0
    every = np.arange(depot.size)
    rows = np.concatenate([depot, hours.shape[0] + point])
    limits = csr_array(coo_array((np.ones(rows.size), (rows, np.tile(every, 2)))))
    right = np.concatenate([stock, need[: limits.shape[0] - hours.shape[0]]]).astype(np.float64)
    most: Any = linprog(-np.ones(depot.size), A_ub=limits, b_ub=right, method="highs")
    served = round(-most.fun)
    least: Any = linprog(
        hours[depot, point],
        A_ub=limits,
        b_ub=right,
        A_eq=np.ones((1, depot.size)),
        b_eq=[served],
        method="highs",
    )
    return served, float(least.fun)


def best_placement(case: Esups) -> tuple[Esups, float]:
    """Place the stock of each item anew, in whole units; and the hours of the linear programs that say where.

    Whole units round the programs' placement: the hours given are a bound, from below, of any placement.
    """
    placed, bound = np.zeros_like(case.stock), 0.0
    for i, persons in enumerate(case.persons.tolist()):
        share, hours = _placement(case, i)
        whole = np.floor(share + 1e-9).astype(np.int64)
        rest = int(case.stock[:, i].sum() - whole.sum())
        whole[np.argsort(whole - share, kind="stable")[:rest]] += 1
        placed[:, i] = whole
        bound += persons * hours
    return replace(case, stock=placed), bound


def _placement(case: Esups, item: int) -> tuple[Vector, float]:
    """Two stages: stock y(d) before, x(k, d, p) after disaster k; as many served as the stock allows in each."""
    depots, total = len(case.depots), int(case.stock[:, item].sum())
    cost, rows, right, equal = [np.zeros(depots)], [], [], []
    size, row, line = depots, 0, 1
    equal.append((np.zeros(depots, dtype=np.int64), np.arange(depots)))
    sums = [float(total)]
    for disaster in case.disasters:
        need = case.needs(disaster)[:, item]
        depot, point = np.nonzero(np.isfinite(case.hours) & (need[None, :] > 0))
        if depot.size == 0:
            continue
        columns = size + np.arange(depot.size)
        cost.append(case.hours[depot, point])
        rows += [(row + depot, columns, 1.0), (row + np.arange(depots), np.arange(depots), -1.0)]
        rows.append((row + depots + point, columns, 1.0))
        right += [np.zeros(depots), need.astype(np.float64)]
        equal.append((np.full(depot.size, line), columns))
        sums.append(float(min(total, need.sum())))
        size, row, line = size + depot.size, row + depots + need.size, line + 1
    at, column, value = (
        np.concatenate([np.broadcast_to(part[k], part[0].shape) for part in rows]) for k in range(3)
    )
    below = csr_array(coo_array((value, (at, column)), shape=(row, size)))
    where, which = (np.concatenate([part[k] for part in equal]) for k in range(2))
    exact = csr_array(coo_array((np.ones(where.size), (where, which)), shape=(line, size)))
    found: Any = linprog(
        np.concatenate(cost), A_ub=below, b_ub=np.concatenate(right), A_eq=exact, b_eq=sums, method="highs"
    )
    require(found.status == 0, "the placement of {item} has no solution", item=case.items[item])
    return found.x[:depots], float(found.fun)
