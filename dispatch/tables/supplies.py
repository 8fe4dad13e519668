"""Trucks of depots against incidents in whole numbers, and when a depot's item could meet a team on scene."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import ceil
from typing import Final

import numpy as np

from dispatch.problem import ForceDemand, Ints, SupplyDemand, SupplySide, TravelTable
from dispatch.tables.force import seconds
from dispatch.tables.roster import Roster, group
from models.request import Request
from models.supply import Tier
from models.units import NEVER

_TIER_RANK: Final = {Tier.VILLAGE: 0, Tier.TOWN: 1, Tier.DISTRICT: 2}


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
    travel: TravelTable,
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
    district = roster.district
    local = district.local(request.now)
    wanted = {demand.need.item for demand in demands} | also
    trucks = tuple(
        (d, truck)
        for d in (roster.holders(wanted) if wanted else [])
        if district.depots[d].open_at(local)
        for truck in district.depots[d].trucks
        if truck.available
    )
    travel_s = seconds(
        travel,
        group([(v, truck.profile, district.depots[d].position.wgs84) for v, (d, truck) in enumerate(trucks)]),
        [incident.position.wgs84 for incident in request.incidents],
        len(trucks),
        [f"truck {truck.id}" for _, truck in trucks],
    )
    prepare_s = np.array(
        [
            district.depots[d].release_s + ceil(60 * truck.payload_kg / district.depots[d].loading_kg_per_min)
            for d, truck in trucks
        ],
        dtype=np.int32,
    )
    ready = prepare_s[:, None].astype(np.int64) + call_s[None, :]
    arrive_s = np.minimum(np.where(travel_s < NEVER, ready + travel_s, NEVER), NEVER).astype(np.int32)
    deadlines = [demand.need.deadline_s for demand in demands]
    latest = max([*deadlines, *arrive_s[arrive_s < NEVER].tolist()], default=0)
    use_by = (request.now + timedelta(seconds=latest)).date()
    issuable = [roster.issuable(demand.need.item, use_by) for demand in demands]
    return SupplySide(
        demands=demands,
        trucks=trucks,
        prepare_s=prepare_s,
        travel_s=travel_s,
        arrive_s=arrive_s,
        issuable=np.array(issuable, dtype=np.int32).reshape(len(demands), len(district.depots)).T.copy(),
        tier_rank=np.array([_TIER_RANK[depot.tier] for depot in district.depots], dtype=np.int32),
        use_by=use_by,
    )


def soonest_items(roster: Roster, side: SupplySide, demands: Sequence[ForceDemand]) -> Ints:
    """Seconds until the item each force demand requires could come from a depot, int32[demands]; `NEVER` if none."""
    out = np.full(len(demands), NEVER, dtype=np.int32)
    depot = np.array([d for d, _ in side.trucks], dtype=np.int64)
    for n, demand in enumerate(demands):
        item = demand.need.requires_item
        if item is not None and depot.size:
            holds = roster.issuable(item, side.use_by)[depot] > 0
            out[n] = np.where(holds, side.arrive_s[:, demand.incident], NEVER).min()
    return out
