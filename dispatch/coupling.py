"""What teams wait for: items that a capability requires, which depots send in the same plan.

The teams are chosen first, as if the soonest truck of any depot that has the item brought it. The items they then
lack become needs of the supplies; where these come later than hoped, the teams are chosen once more with the true
times, and so on until the times hold: they only ever get later, and in the end an item may count as not coming.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from dispatch.allocation import Allocated
from dispatch.assignment import Assigned
from dispatch.problem import ForceSide, Ints, Problem, SupplyDemand, issuable
from dispatch.tables.force import with_items
from models.incident import SupplyNeed
from models.units import NEVER

Key = tuple[int, str]
"""Incident and item."""


def relying(problem: Problem, assigned: Assigned) -> Counter[Key]:
    """Teams at each incident that wait for each item."""
    side = problem.force
    waiting: set[tuple[int, int, str]] = set()
    for each in assigned.sent:
        for n, _ in each.fills:
            item = side.demands[n].need.requires_item
            if item is not None and side.lacks[each.team, n]:
                waiting.add((each.team, each.incident, item))
    return Counter((incident, item) for _, incident, item in waiting)


def item_demands(problem: Problem, assigned: Assigned) -> Problem:
    """Add to the supplies what the teams sent lack: one piece for each team."""
    wanted = relying(problem, assigned)
    if not wanted:
        return problem
    side = problem.supply
    demands = list(side.demands)
    columns = [side.issuable[:, n] for n in range(len(demands))]
    for (incident, item), teams in sorted(wanted.items()):
        force = next(
            each
            for each in problem.force.demands
            if each.incident == incident and each.need.requires_item == item
        )
        same = [n for n, each in enumerate(demands) if each.incident == incident and each.need.item == item]
        if same:
            had = demands[same[0]]
            need = replace(
                had.need,
                quantity=had.need.quantity + teams,
                deadline_s=min(had.need.deadline_s, force.need.target_s),
            )
            demands[same[0]] = replace(had, need=need, weight=max(had.weight, force.weight))
        else:
            need = SupplyNeed(
                item=item, quantity=teams, deadline_s=force.need.target_s, stake=force.need.stake
            )
            demands.append(SupplyDemand(incident, need, force.weight))
            columns.append(
                np.array([issuable(depot, item, side.use_by) for depot in problem.depots], dtype=np.int32)
            )
    return replace(
        problem,
        supply=replace(side, demands=tuple(demands), issuable=np.stack(columns, axis=1).astype(np.int32)),
    )


def true_times(problem: Problem, assigned: Assigned, allocated: Allocated) -> ForceSide | None:
    """Give the teams' side with the items' true times where a team sent would count later than assumed; else None.

    Where fewer pieces come than teams wait, as many teams as there are pieces may go on waiting, those first for whom
    most depends on it; no other team counts with that item any more.
    """
    wanted = relying(problem, assigned)
    if not wanted:
        return None
    came = pieces_s(problem, wanted, allocated)
    side = problem.force
    item_s, units = assumed_s(problem), side.units.copy()
    late = False
    for n, demand in enumerate(side.demands):
        key = (demand.incident, demand.need.requires_item or "")
        if key not in wanted:
            continue
        times = came[key][: wanted[key]]
        true = times[-1] if times else NEVER
        if true > item_s[n]:
            item_s[n], late = true, True
        if times and len(times) < wanted[key]:
            others = side.lacks[:, n].copy()
            others[_first_served(problem, assigned, key)[: len(times)]] = False
            units[others, n], late = 0, True
    return with_items(replace(side, units=units), item_s) if late else None


def _first_served(problem: Problem, assigned: Assigned, key: Key) -> list[int]:
    """Teams that wait for an item at an incident, those first for whom most weight of strength depends on it."""
    side = problem.force
    waiting: list[tuple[int, int, int]] = []
    for each in assigned.sent:
        depends = [
            units * side.demands[n].weight
            for n, units in each.fills
            if side.lacks[each.team, n] and side.demands[n].need.requires_item == key[1]
        ]
        if depends and each.incident == key[0]:
            waiting.append((-sum(depends), int(side.arrive_s[each.team, each.incident]), each.team))
    return [team for _, _, team in sorted(waiting)]


def assumed_s(problem: Problem) -> Ints:
    """Seconds at which the item of each demand was taken to be there, int32[demands]; `NEVER` where none is."""
    side = problem.force
    out = np.full(len(side.demands), NEVER, dtype=np.int32)
    for n in range(len(side.demands)):
        rows = np.flatnonzero(side.lacks[:, n] & (side.counts[:, n] > 0) & (side.ready_s[:, n] < NEVER))
        if rows.size:
            out[n] = side.ready_s[rows, n].min()
    return out


def without_items(side: ForceSide) -> ForceSide:
    """Let only teams count that carry what they need: the last resort where the times do not settle."""
    return with_items(side, np.full(len(side.demands), NEVER, dtype=np.int32))


def delivery_s(problem: Problem, wanted: Counter[Key], allocated: Allocated) -> dict[Key, int]:
    """Seconds until the last waiting team has its piece, by incident and item; `NEVER` where it is not sent."""
    came = pieces_s(problem, wanted, allocated)
    return {key: came[key][teams - 1] if teams <= len(came[key]) else NEVER for key, teams in wanted.items()}


def pieces_s(problem: Problem, wanted: Counter[Key], allocated: Allocated) -> dict[Key, list[int]]:
    """Seconds until each piece that is sent is there, by incident and item, soonest first."""
    side = problem.supply
    return {
        (incident, item): sorted(
            int(side.arrive_s[trip.truck, incident])
            for trip in allocated.trips
            if trip.incident == incident
            for n, units in trip.load
            if side.demands[n].need.item == item
            for _ in range(units)
        )
        for incident, item in wanted
    }
