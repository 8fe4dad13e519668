"""Published instances of heterogeneous fleets (Uchoa et al. 2017; Sadykov, Pessoa and Uchoa 2017) as tour problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import vrplib
from numpy.typing import NDArray

from benchmarks.subjects import shared
from dispatch.tours.problem import Aim, Carrier, Drop, Goods, Source, TourProblem, frozen
from models.errors import InputError, require

SCALE = 100
"""Units of a table for one of the instance's lengths; costs are worked out from the exact lengths again."""

Floats = NDArray[np.float64]
Routes = Sequence[tuple[int, Sequence[int]]]
"""Vehicle and customers, numbered from 1; the depot is 0."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """An instance: exact lengths, demands, a capacity, fixed cost and cost of length for each vehicle; best known."""

    name: str
    lengths: Floats
    demands: NDArray[np.int64]
    capacity: NDArray[np.int64]
    fixed: NDArray[np.int64]
    unit: NDArray[np.int64]
    best_known: float

    def cost(self, routes: Routes) -> float:
        """Work out what routes cost.

        Raises
        ------
        InputError
            They do not serve every customer once within the capacities, or use a vehicle twice.
        """
        served = sorted(c for _, stops in routes for c in stops)
        require(
            served == list(range(1, self.demands.size)),
            "customers are missing or served twice",
            where=self.name,
        )
        vehicles = [v for v, _ in routes]
        require(len(vehicles) == len(set(vehicles)), "a vehicle is used twice", where=self.name)
        total = 0.0
        for vehicle, stops in routes:
            way = [0, *stops, 0]
            load = int(self.demands[list(stops)].sum())
            require(load <= self.capacity[vehicle], "vehicle {n} is overloaded", where=self.name, n=vehicle)
            total += float(self.fixed[vehicle] + self.unit[vehicle] * self.lengths[way[:-1], way[1:]].sum())
        return total


def names() -> list[str]:
    """Names of the instances at hand, sorted.

    Raises
    ------
    InputError
        There are none.
    """
    found = sorted(path.stem for path in _folder().glob("*.vrp"))
    if not found:
        raise InputError(
            "no instances are at hand; set DISPATCH_SHARED to the folder whose data/vrp holds them",
            where=str(_folder()),
        )
    return found


def read(name: str) -> Instance:
    """Read an instance and its best known solution, whose cost is worked out anew from its routes."""
    path = _folder() / f"{name}.vrp"
    require(path.is_file(), "no such instance; there are {known}", where=name, known=", ".join(names()))
    return read_file(path)


def read_file(path: Path) -> Instance:
    """Read an instance from a file, its best known solution from the file of the same name that ends in .sol.

    Raises
    ------
    InputError
        Something of a fleet of one depot is missing.
    """
    raw = vrplib.read_instance(path)
    for key in ("edge_weight", "demand", "capacity", "vehicles_unit_distance_cost", "vehicles"):
        require(key in raw, "{key} is missing; it is no instance of a mixed fleet", where=str(path), key=key)
    vehicles = int(raw["vehicles"])
    fixed = raw.get("vehicles_fixed_cost", 0)
    bare = Instance(
        name=path.stem,
        lengths=np.asarray(raw["edge_weight"], dtype=np.float64),
        demands=np.asarray(raw["demand"], dtype=np.int64),
        capacity=np.broadcast_to(np.asarray(raw["capacity"], dtype=np.int64), vehicles),
        fixed=np.broadcast_to(np.asarray(fixed, dtype=np.int64), vehicles),
        unit=np.broadcast_to(np.asarray(raw["vehicles_unit_distance_cost"], dtype=np.int64), vehicles),
        best_known=0.0,
    )
    solution = vrplib.read_solution(path.with_suffix(".sol"))["routes"]
    best = bare.cost([(v, stops) for v, stops in enumerate(solution) if len(stops)])
    return Instance(
        **{key: getattr(bare, key) for key in bare.__slots__ if key != "best_known"}, best_known=best
    )


def problem(instance: Instance) -> TourProblem:
    """Give an instance as a tour problem: one item of a gram, one trip for each vehicle, nothing is cut."""
    table = np.rint(instance.lengths * SCALE)
    carriers = tuple(
        Carrier(
            id=f"v{v}",
            depot=0,
            grams=int(instance.capacity[v]),
            cm3=0,
            trips_most=1,
            fixed_cost=int(instance.fixed[v]) * SCALE,
            driving_cost=int(instance.unit[v]),
        )
        for v in range(instance.capacity.size)
    )
    return TourProblem(
        items=(Goods(id="unit", grams=1, cm3=0),),
        depots=(Source(id="depot", place=0, grams_per_s=1_000_000),),
        vehicles=carriers,
        drops=tuple(
            Drop(id=str(c), place=c, units=(int(instance.demands[c]),), whole=True)
            for c in range(1, instance.demands.size)
        ),
        tables=frozen(table[None], np.int32),
        stock=frozen([[int(instance.demands.sum())]], np.int64),
        aim=Aim.COST,
    )


def _folder() -> Path:
    return shared() / "data" / "vrp"
