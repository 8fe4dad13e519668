"""From a district, a request and travel times to the problem: the one place where words become numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.problem import (
    Bar,
    ForceDemand,
    ForceSide,
    Ints,
    Problem,
    SupplyDemand,
    SupplySide,
    TravelTable,
    issuable,
)
from models.crs import LngLat
from models.doctrine import Doctrine
from models.errors import InputError
from models.force import FREE_STATUSES, Team, TeamStatus
from models.request import Request
from models.units import DECISECONDS_PER_SECOND, NEVER
from models.world import District

LONGEST_WAIT_S: Final = NEVER // 2
"""A team that is not free by then (17 years) never is; sums of its times stay below `NEVER`."""


def build(
    district: District,
    request: Request,
    travel: TravelTable,
    *,
    towns: Sequence[str],
    inputs_digest: str,
) -> Problem:
    """Build the problem.

    Parameters
    ----------
    district
        The district with the request's reports applied (`with_reports`).
    request
        The question.
    travel
        Travel times with the request's closures applied.
    towns
        Town code of each incident ("" where it lies in none).
    inputs_digest
        Digest of world and request, carried into the plan.

    Raises
    ------
    InputError
        The request names a team or item the district does not have, or locks a team that cannot come.
    """
    _check_names(district, request)
    return Problem(
        request=request,
        district=district,
        inputs_digest=inputs_digest,
        towns=tuple(towns),
        call_s=_call_seconds(district.doctrine, request),
        force=_force_side(district, request, travel, towns),
        supply=_supply_side(district, request, travel),
    )


def _check_names(district: District, request: Request) -> None:
    teams = {team.id for team in district.teams}
    items = {item.id for item in district.items}
    for i, incident in enumerate(request.incidents):
        where = f"incidents[{i}]"
        district.doctrine.response_to(incident)
        for need in incident.force_needs or ():
            district.doctrine.check_capability(need.capability, f"{where}.force_needs")
            if need.requires_item is not None and need.requires_item not in items:
                raise InputError(
                    "no item {id!r} in this world", where=f"{where}.force_needs", id=need.requires_item
                )
        for supply in incident.supply_needs or ():
            if supply.item not in items:
                raise InputError(
                    "no item {id!r} in this world", where=f"{where}.supply_needs", id=supply.item
                )
    named = [(f"locks[{i}].team", lock.team) for i, lock in enumerate(request.locks)]
    named += [(f"forbids[{i}].team", ban.team) for i, ban in enumerate(request.forbids)]
    for where, team in named:
        if team not in teams:
            raise InputError("no team {id!r} in this world", where=where, id=team)


def _call_seconds(doctrine: Doctrine, request: Request) -> Ints:
    """Seconds of call processing still ahead of each incident."""
    rest = [
        doctrine.call_processing_s - (request.now - incident.reported_at).total_seconds()
        for incident in request.incidents
    ]
    return np.array([min(doctrine.call_processing_s, max(0, ceil(each))) for each in rest], dtype=np.int32)


def _force_side(district: District, request: Request, travel: TravelTable, towns: Sequence[str]) -> ForceSide:
    doctrine, teams = district.doctrine, district.teams
    demands = tuple(
        ForceDemand(i, need, doctrine.weight(incident, need.stake))
        for i, incident in enumerate(request.incidents)
        for need in doctrine.force_needs(incident)
    )
    locked = np.full(len(teams), -1, dtype=np.int32)
    rows = {team.id: t for t, team in enumerate(teams)}
    columns = {incident.id: i for i, incident in enumerate(request.incidents)}
    for lock in request.locks:
        locked[rows[lock.team]] = columns[lock.incident]
    travel_s = _seconds(
        travel,
        [(f"team {team.id}", team.profile, team.stands_at.wgs84) for team in teams],
        [incident.position.wgs84 for incident in request.incidents],
    )
    wait_s = np.array([_wait(district, team, request.now) for team in teams], dtype=np.int32)
    turnout_s = np.array(
        [0 if team.status is TeamStatus.RETURNING else team.turnout_s for team in teams], dtype=np.int32
    )
    bar = _bars(district, request, towns, wait_s, travel_s, locked)
    ready = wait_s[:, None].astype(np.int64) + turnout_s[:, None] + _call_seconds(doctrine, request)[None, :]
    arrive = np.where(bar == Bar.NONE, ready + travel_s, NEVER)
    return ForceSide(
        demands=demands,
        wait_s=wait_s,
        turnout_s=turnout_s,
        travel_s=travel_s,
        arrive_s=np.minimum(arrive, NEVER).astype(np.int32),
        bar=bar,
        counts=_counts(teams, demands),
        price=_prices(district, request),
        locked=locked,
    )


def _seconds(travel: TravelTable, starts: Sequence[tuple[str, str, LngLat]], ends: Sequence[LngLat]) -> Ints:
    """Whole seconds from each start (who, profile, place) to each end, rounded up, `NEVER` kept."""
    seconds = np.full((len(starts), len(ends)), NEVER, dtype=np.int32)
    for profile in sorted({profile for _, profile, _ in starts}):
        rows = [row for row, (_, each, _) in enumerate(starts) if each == profile]
        try:
            deciseconds = travel.table(profile, [starts[row][2] for row in rows], ends)
        except InputError as error:
            raise error.at(starts[rows[0]][0]) from None
        whole = -(-deciseconds.astype(np.int64) // DECISECONDS_PER_SECOND)
        seconds[rows] = np.where(deciseconds >= NEVER, NEVER, whole)
    return seconds


def _wait(district: District, team: Team, now: datetime) -> int:
    """Seconds until the team can take an order; `NEVER` where nothing says when."""
    if team.status is TeamStatus.OUT_OF_SERVICE:
        return NEVER
    if team.free_from is None:
        return 0 if team.status in FREE_STATUSES and team.on_duty(district.local(now)) else NEVER
    free = max(now, team.free_from)
    wait = ceil((free - now).total_seconds())
    return wait if wait <= LONGEST_WAIT_S and team.on_duty(district.local(free)) else NEVER


def _bars(
    district: District, request: Request, towns: Sequence[str], wait_s: Ints, travel_s: Ints, locked: Ints
) -> NDArray[np.int8]:
    """Why each team may not go to each incident; a lock overrides echelon and area, nothing else."""
    teams = district.teams
    bar = np.zeros(travel_s.shape, dtype=np.int8)
    bar[travel_s >= NEVER] = Bar.UNREACHABLE
    for i, incident in enumerate(request.incidents):
        allowed = set(district.doctrine.levels[incident.response_level].echelons)
        for t, team in enumerate(teams):
            if locked[t] != i and team.area and towns[i] not in team.area:
                bar[t, i] = Bar.AREA
            if locked[t] != i and team.echelon not in allowed:
                bar[t, i] = Bar.ECHELON
    bar[wait_s >= NEVER, :] = Bar.UNAVAILABLE
    rows = {team.id: t for t, team in enumerate(teams)}
    columns = {incident.id: i for i, incident in enumerate(request.incidents)}
    for ban in request.forbids:
        bar[rows[ban.team], slice(None) if ban.incident is None else columns[ban.incident]] = Bar.FORBIDDEN
    for t in np.flatnonzero(locked >= 0).tolist():
        if bar[t, locked[t]] != Bar.NONE:
            raise InputError(
                "team {team} is locked to incident {incident} but cannot come ({what}); drop the lock",
                where="locks",
                team=teams[t].id,
                incident=request.incidents[locked[t]].id,
                what=Bar(int(bar[t, locked[t]])).name.lower(),
            )
    return bar


def _counts(teams: Sequence[Team], demands: Sequence[ForceDemand]) -> Ints:
    counts = np.zeros((len(teams), len(demands)), dtype=np.int32)
    for n, demand in enumerate(demands):
        need = demand.need
        for t, team in enumerate(teams):
            if need.requires_item is None or team.equipment.get(need.requires_item, 0) > 0:
                counts[t, n] = min(need.strength, team.strengths.get(need.capability, 0))
    return counts


def _prices(district: District, request: Request) -> Ints:
    weights = district.doctrine.weights
    price = np.zeros((len(district.teams), len(request.incidents)), dtype=np.int32)
    for i, incident in enumerate(request.incidents):
        order = district.doctrine.levels[incident.response_level].echelons
        rank = {echelon: step for step, echelon in enumerate(order)}
        for t, team in enumerate(district.teams):
            approval = weights.approval if team.approval else 0
            doubt = round(weights.unreliability * (1 - team.availability))
            price[t, i] = weights.echelon_step * rank.get(team.echelon, len(order)) + approval + doubt
    return price


def _supply_side(district: District, request: Request, travel: TravelTable) -> SupplySide:
    doctrine, depots = district.doctrine, district.depots
    demands = tuple(
        SupplyDemand(i, need, doctrine.weight(incident, need.stake))
        for i, incident in enumerate(request.incidents)
        for need in doctrine.supply_needs(incident)
    )
    wanted = {demand.need.item for demand in demands}
    trucks = tuple(
        (d, truck)
        for d, depot in enumerate(depots)
        if depot.open_at(district.local(request.now)) and any(lot.item in wanted for lot in depot.lots)
        for truck in depot.trucks
        if truck.available
    )
    travel_s = _seconds(
        travel,
        [(f"truck {truck.id}", truck.profile, depots[d].position.wgs84) for d, truck in trucks],
        [incident.position.wgs84 for incident in request.incidents],
    )
    prepare_s = np.array(
        [
            depots[d].release_s + ceil(60 * truck.payload_kg / depots[d].loading_kg_per_min)
            for d, truck in trucks
        ],
        dtype=np.int32,
    )
    ready = prepare_s[:, None].astype(np.int64) + _call_seconds(doctrine, request)[None, :]
    arrive_s = np.minimum(np.where(travel_s < NEVER, ready + travel_s, NEVER), NEVER).astype(np.int32)
    deadlines = [demand.need.deadline_s for demand in demands]
    latest = max([*deadlines, *arrive_s[arrive_s < NEVER].tolist()], default=0)
    use_by = (request.now + timedelta(seconds=latest)).date()
    tiers = {"village": 0, "town": 1, "district": 2}
    return SupplySide(
        demands=demands,
        trucks=trucks,
        prepare_s=prepare_s,
        travel_s=travel_s,
        arrive_s=arrive_s,
        issuable=np.array(
            [[issuable(depot, demand.need.item, use_by) for demand in demands] for depot in depots],
            dtype=np.int32,
        ).reshape(len(depots), len(demands)),
        tier_rank=np.array([tiers[depot.tier] for depot in depots], dtype=np.int32),
        use_by=use_by,
    )
