"""Who plans tours: our entry point, PyVRP as it comes, OR-Tools' routing library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pyvrp
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from pyvrp.stop import MaxRuntime

from benchmarks.tours_instances import SCALE, Instance, Routes, problem
from dispatch.tours.plan import plan_tours
from dispatch.tours.search import Effort

Engine = Callable[[Instance, float, int], Routes]

_ENDLESS: Final = 10**9
_EXACT: Final = 1000
_SPARE: Final = 3
"""Vehicles of a kind that OR-Tools gets beyond those that carry everything (BASELINES, part 2)."""


def ours(instance: Instance, seconds: float, seed: int) -> Routes:
    """Our entry point: what the planner of relief calls."""
    tours = plan_tours(problem(instance), Effort(rounds=_ENDLESS, seconds=seconds, seed=seed))
    return [(trip.vehicle, [stop.drop + 1 for stop in trip.stops]) for trip in tours.trips]


def by_pyvrp(instance: Instance, seconds: float, seed: int) -> Routes:
    """PyVRP with its own settings, on the scale of its own reader (`exact`), which its penalties are made for."""
    table = np.rint(instance.lengths * _EXACT).astype(np.int64)
    kinds = _kinds(instance)
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(instance.demands.size)],
        clients=[
            pyvrp.Client(c, delivery=[int(instance.demands[c]) * _EXACT])
            for c in range(1, instance.demands.size)
        ],
        depots=[pyvrp.Depot(0)],
        vehicle_types=[
            pyvrp.VehicleType(
                num_available=len(vehicles),
                capacity=[capacity * _EXACT],
                fixed_cost=fixed * _EXACT,
                unit_distance_cost=unit,
            )
            for (capacity, fixed, unit), vehicles in kinds.items()
        ],
        distance_matrices=[table],  # type: ignore[list-item]  # its stub writes ndarray[int]
        duration_matrices=[table],  # type: ignore[list-item]
    )
    found = pyvrp.solve(data, MaxRuntime(seconds), seed=seed, collect_stats=False, display=False).best
    left = [list(vehicles) for vehicles in kinds.values()]
    return [
        (left[route.vehicle_type()].pop(0), [visit.idx + 1 for visit in route if visit.is_client()])
        for route in found.routes()
    ]


def by_ortools(instance: Instance, seconds: float, seed: int) -> Routes:
    """OR-Tools: parallel cheapest insertion, then guided local search. It takes no seed."""
    del seed
    table = np.rint(instance.lengths * SCALE).astype(np.int64)
    total = int(instance.demands.sum())
    kept = [
        (v, (capacity, fixed, unit))
        for (capacity, fixed, unit), vehicles in _kinds(instance).items()
        for v in vehicles[: -(-total // capacity) + _SPARE]
    ]
    manager = pywrapcp.RoutingIndexManager(instance.demands.size, len(kept), 0)
    model = pywrapcp.RoutingModel(manager)
    evaluators: dict[int, int] = {}
    for n, (_, (_, fixed, unit)) in enumerate(kept):
        if unit not in evaluators:
            evaluators[unit] = model.RegisterTransitMatrix((table * unit).tolist())
        model.SetArcCostEvaluatorOfVehicle(evaluators[unit], n)
        model.SetFixedCostOfVehicle(fixed * SCALE, n)
    demand = model.RegisterUnaryTransitVector(instance.demands.tolist())
    model.AddDimensionWithVehicleCapacity(demand, 0, [capacity for _, (capacity, _, _) in kept], True, "load")  # noqa: FBT003
    how = pywrapcp.DefaultRoutingSearchParameters()
    how.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    how.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    how.time_limit.FromMilliseconds(round(1000 * seconds))
    found = model.SolveWithParameters(how)
    out: list[tuple[int, list[int]]] = []
    for n, (v, _) in enumerate(kept if found else ()):
        at, stops = found.Value(model.NextVar(model.Start(n))), []
        while not model.IsEnd(at):
            stops.append(manager.IndexToNode(at))
            at = found.Value(model.NextVar(at))
        if stops:
            out.append((v, stops))
    return out


ENGINES: Final[dict[str, Engine]] = {"ours": ours, "pyvrp": by_pyvrp, "ortools": by_ortools}


def _kinds(instance: Instance) -> dict[tuple[int, int, int], list[int]]:
    """Vehicles by capacity, fixed cost, cost of length."""
    kinds: dict[tuple[int, int, int], list[int]] = {}
    columns = zip(instance.capacity.tolist(), instance.fixed.tolist(), instance.unit.tolist(), strict=True)
    for v, kind in enumerate(columns):
        kinds.setdefault(kind, []).append(v)
    return kinds
