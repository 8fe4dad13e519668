"""Trucks of depots against incidents in whole numbers, and when a depot's item could meet a team on scene."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from dispatch.problem import ForceDemand, Index, Ints, SupplyDemand, SupplySide
from dispatch.tables.driving import Driving
from dispatch.tables.roster import Roster
from dispatch.tables.stock import Fleet
from models.errors import InputError
from models.request import Request
from models.units import NEVER


def supply_demands(roster: Roster, request: Request) -> tuple[SupplyDemand, ...]:
    """All supply needs of all incidents, with their priorities."""
    doctrine = roster.district.doctrine
    return tuple(
        SupplyDemand(i, need, doctrine.weight(incident, need.stake))
        for i, incident in enumerate(request.incidents)
        for need in doctrine.supply_needs(incident)
    )


def supply_side(
    roster: Roster,
    request: Request,
    driving: Driving,
    *,
    demands: tuple[SupplyDemand, ...],
    also: set[str],
    call_s: Ints,
) -> SupplySide:
    """Build the side of the trucks.

    Parameters
    ----------
    demands
        What is to be delivered.
    also
        Items that teams may wait for: depots that hold them take part too.
    """
    stock = roster.stock
    wanted = {demand.need.item for demand in demands} | also
    rows = stock.leaving(wanted, roster.district.local(request.now))
    fleet, leaves = stock.fleet, rows.tolist()
    travel_s = _travel(fleet, rows, driving)
    prepare_s = fleet.prepare_s[rows]
    ready = prepare_s[:, None].astype(np.int64) + call_s[None, :]
    arrive_s = np.minimum(np.where(travel_s < NEVER, ready + travel_s, NEVER), NEVER).astype(np.int32)
    deadlines = [demand.need.deadline_s for demand in demands]
    latest = max([*deadlines, int(arrive_s[arrive_s < NEVER].max(initial=0))])
    use_by = (request.now + timedelta(seconds=latest)).date()
    items = {demand.need.item for demand in demands}
    issuable = {item: stock.issuable(item, use_by) for item in items}
    depots = len(roster.district.depots)
    return SupplySide(
        demands=demands,
        trucks=tuple(fleet.trucks[v] for v in leaves),
        prepare_s=prepare_s,
        travel_s=travel_s,
        arrive_s=arrive_s,
        issuable=np.array([issuable[demand.need.item] for demand in demands], dtype=np.int32)
        .reshape(len(demands), depots)
        .T.copy(),
        tier_rank=stock.tier_rank,
        use_by=use_by,
    )


def _travel(fleet: Fleet, rows: Index, driving: Driving) -> Ints:
    """Driving seconds of some trucks of the fleet, int32[rows, incidents]."""
    leaves = np.zeros(len(fleet.trucks), dtype=bool)
    leaves[rows] = True
    out = np.full((leaves.size, len(driving.ends)), NEVER, dtype=np.int32)
    for starts in fleet.starts:
        mine = starts.rows[leaves[starts.rows]]
        if mine.size:
            try:
                out[starts.rows] = driving.to_incidents(starts.profile)[1]
            except InputError as error:
                raise error.at(f"truck {fleet.trucks[mine[0]][1].id}") from None
    return out[rows]


def soonest_items(roster: Roster, side: SupplySide, demands: Sequence[ForceDemand]) -> Ints:
    """Seconds until the item each force demand requires could come from a depot, int32[demands]; `NEVER` if none."""
    out = np.full(len(demands), NEVER, dtype=np.int32)
    depot = np.array([d for d, _ in side.trucks], dtype=np.int64)
    for n, demand in enumerate(demands):
        item = demand.need.requires_item
        if item is not None and depot.size:
            holds = roster.stock.issuable(item, side.use_by)[depot] > 0
            out[n] = np.where(holds, side.arrive_s[:, demand.incident], NEVER).min()
    return out
