"""Slow, obvious twin of the supplies: every plan there is, priced by the rules in words (teams: `force_brute`)."""

from __future__ import annotations

from itertools import product
from math import ceil

from dispatch.problem import Problem
from models.incident import Incident, Stake
from models.units import NEVER

Levels = tuple[int, ...]


def _priority(problem: Problem, incident: Incident, stake: Stake) -> int:
    weights = problem.doctrine.weights
    return weights.grade[incident.grade] * weights.stake[stake]


def best_supply_levels(problem: Problem) -> Levels:
    """The best values of levels 1 to 4 over all trips and loads."""
    side = problem.supply
    options = [
        [None, *(i for i in range(len(problem.incidents)) if side.travel_s[v, i] < NEVER)]
        for v in range(len(side.trucks))
    ]
    return min(_best_loads(problem, goes) for goes in product(*options))


def _best_loads(problem: Problem, goes: tuple[int | None, ...]) -> Levels:
    """Try every load of every truck of one way of sending them."""
    side = problem.supply
    items = {item.id: item for item in problem.district.items}
    loads_of: list[list[dict[int, int]]] = []
    for v, goal in enumerate(goes):
        wanted = [n for n, demand in enumerate(side.demands) if goal is not None and demand.incident == goal]
        counts = product(*(range(side.demands[n].need.quantity + 1) for n in wanted))
        truck = side.trucks[v][1]
        fitting = []
        for each in counts:
            load = {n: units for n, units in zip(wanted, each, strict=True) if units}
            kg = sum(items[side.demands[n].need.item].kg * units for n, units in load.items())
            m3 = sum(items[side.demands[n].need.item].m3 * units for n, units in load.items())
            if kg <= truck.payload_kg + 1e-9 and m3 <= truck.volume_m3 + 1e-9 and (load or goal is None):
                fitting.append(load)
        loads_of.append(fitting)
    found = [_price_loads(problem, goes, loads) for loads in product(*loads_of)]
    return min((levels for levels in found if levels is not None), default=(2**60,) * 4)


def _price_loads(
    problem: Problem, goes: tuple[int | None, ...], loads: tuple[dict[int, int], ...]
) -> Levels | None:
    side, weights = problem.supply, problem.doctrine.weights
    brought = [0] * len(side.demands)
    taken: dict[tuple[int, str], int] = {}
    late = delivery = price = 0
    points = []
    for demand in side.demands:
        priority = _priority(problem, problem.incidents[demand.incident], demand.need.stake)
        points.append(max(1, round(1000 * priority / demand.need.quantity)))
    for v, goal in enumerate(goes):
        if goal is None:
            continue
        d, truck = side.trucks[v]
        depot = problem.depots[d]
        arrive = (
            60
            + depot.release_s
            + ceil(60 * truck.payload_kg / depot.loading_kg_per_min)
            + int(side.travel_s[v, goal])
        )
        for n, units in loads[v].items():
            need = side.demands[n].need
            brought[n] += units
            taken[d, need.item] = taken.get((d, need.item), 0) + units
            late += points[n] * units * ceil(max(0, arrive - need.deadline_s) / weights.delivery_step_s)
            delivery += points[n] * units * ceil(arrive / weights.delivery_step_s)
        price += weights.trip + weights.tier_step * ["village", "town", "district"].index(depot.tier)
        price += ceil(weights.driving_hour * int(side.travel_s[v, goal]) / 3600)
    for (d, item), units in taken.items():
        stock = sum(lot.quantity for lot in problem.depots[d].lots if lot.item == item)
        if units > max(0, stock - problem.depots[d].reserve.get(item, 0)):
            return None
    if any(got > demand.need.quantity for got, demand in zip(brought, side.demands, strict=True)):
        return None
    unmet = sum(points[n] * (demand.need.quantity - brought[n]) for n, demand in enumerate(side.demands))
    return unmet, late, delivery, price
