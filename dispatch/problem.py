"""One immutable problem in whole numbers. Past this point the road is out of sight.

`build` joins a world, a request and the travel times into tables; the solvers, the check and the explanation read
nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from math import ceil
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from models.crs import LngLat
from models.doctrine import Doctrine
from models.errors import InputError
from models.force import FREE_STATUSES, Team, TeamStatus
from models.incident import ForceNeed, Incident, Stake, SupplyNeed
from models.request import Request
from models.supply import Depot, Truck
from models.units import DECISECONDS_PER_SECOND, NEVER
from models.world import District

Ints = NDArray[np.int32]

LONGEST_WAIT_S: Final = NEVER // 2
"""A team that is not free by then (17 years) never is; sums of its times stay below `NEVER`."""


class TravelTable(Protocol):
    """What the problem asks of a router: a table of deciseconds, `NEVER` where there is no way."""

    def table(self, profile_id: str, origins: Sequence[LngLat], destinations: Sequence[LngLat]) -> Ints:
        """Deciseconds int32[len(origins), len(destinations)]."""
        ...


class Bar(IntEnum):
    """Why a team may not go to an incident."""

    NONE = 0
    UNAVAILABLE = 1
    """Busy, off duty or out of service."""
    ECHELON = 2
    """Its echelon is not called at this response level."""
    AREA = 3
    """The incident lies outside its response area."""
    FORBIDDEN = 4
    """The operator forbade it."""
    UNREACHABLE = 5
    """No way from where it stands to the incident."""


@dataclass(frozen=True, slots=True)
class ForceDemand:
    """One force need of one incident, with its priority."""

    incident: int
    need: ForceNeed
    weight: int


@dataclass(frozen=True, slots=True)
class SupplyDemand:
    """One supply need of one incident, with its priority."""

    incident: int
    need: SupplyNeed
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceSide:
    """Teams against incidents.

    Attributes
    ----------
    demands
        All force needs of all incidents.
    wait_s, turnout_s : int32[teams]
        Seconds until the team is free, and from order to wheels rolling.
    travel_s, arrive_s : int32[teams, incidents]
        Driving seconds, and seconds from `now` to arrival; `NEVER` where `bar` says why.
    bar : int8[teams, incidents]
        `Bar` codes.
    counts : int32[teams, demands]
        Units of strength of the team that count for the demand; 0 where it lacks capability or required item.
    price : int32[teams, incidents]
        Price of level 4: order of the echelons, approval, unreliability.
    locked : int32[teams]
        Incident the operator locked the team to, or -1.
    """

    demands: tuple[ForceDemand, ...]
    wait_s: Ints
    turnout_s: Ints
    travel_s: Ints
    arrive_s: Ints
    bar: NDArray[np.int8]
    counts: Ints
    price: Ints
    locked: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplySide:
    """Trucks of depots against incidents.

    Attributes
    ----------
    demands
        All supply needs of all incidents.
    trucks
        Every truck that can leave now, with the index of its depot.
    prepare_s : int32[trucks]
        Release of the goods and loading of a full truck.
    travel_s, arrive_s : int32[trucks, incidents]
        Driving seconds, and seconds from `now` to arrival; `NEVER` where there is no way.
    issuable : int32[depots, demands]
        Units of the demand's item the depot may issue: good, not expiring before use, above the reserve floor.
    tier_rank : int32[depots]
        0 for the village, 1 for the town, 2 for the district.
    use_by
        Lots must be usable up to and including this day.
    """

    demands: tuple[SupplyDemand, ...]
    trucks: tuple[tuple[int, Truck], ...]
    prepare_s: Ints
    travel_s: Ints
    arrive_s: Ints
    issuable: Ints
    tier_rank: Ints
    use_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything a plan depends on. `call_s` int32[incidents] is what is left of call processing."""

    request: Request
    district: District
    inputs_digest: str
    towns: tuple[str, ...]
    call_s: Ints
    force: ForceSide
    supply: SupplySide

    @property
    def doctrine(self) -> Doctrine:
        """The doctrine in force."""
        return self.district.doctrine

    @property
    def teams(self) -> tuple[Team, ...]:
        """Teams with the request's reports applied, in the order of all tables."""
        return self.district.teams

    @property
    def depots(self) -> tuple[Depot, ...]:
        """Depots, in the order of all tables."""
        return self.district.depots

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """Incidents, in the order of all tables."""
        return self.request.incidents


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
        [(team.profile, team.stands_at.wgs84) for team in teams],
        [incident.position.wgs84 for incident in request.incidents],
    )
    wait_s = np.array([_wait(team, request.now) for team in teams], dtype=np.int32)
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


def _seconds(travel: TravelTable, starts: Sequence[tuple[str, LngLat]], ends: Sequence[LngLat]) -> Ints:
    """Whole seconds from each start (profile, place) to each end, rounded up, `NEVER` kept."""
    seconds = np.full((len(starts), len(ends)), NEVER, dtype=np.int32)
    for profile in sorted({profile for profile, _ in starts}):
        rows = [row for row, (each, _) in enumerate(starts) if each == profile]
        deciseconds = travel.table(profile, [starts[row][1] for row in rows], ends)
        whole = -(-deciseconds.astype(np.int64) // DECISECONDS_PER_SECOND)
        seconds[rows] = np.where(deciseconds >= NEVER, NEVER, whole)
    return seconds


def _wait(team: Team, now: datetime) -> int:
    """Seconds until the team can take an order; `NEVER` where nothing says when."""
    if team.status is TeamStatus.OUT_OF_SERVICE:
        return NEVER
    if team.free_from is None:
        return 0 if team.status in FREE_STATUSES and team.on_duty(now) else NEVER
    free = max(now, team.free_from)
    wait = ceil((free - now).total_seconds())
    return wait if wait <= LONGEST_WAIT_S and team.on_duty(free) else NEVER


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
        if depot.open_at(request.now) and any(lot.item in wanted for lot in depot.lots)
        for truck in depot.trucks
        if truck.available
    )
    travel_s = _seconds(
        travel,
        [(truck.profile, depots[d].position.wgs84) for d, truck in trucks],
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
    use_by = _day(request.now, latest)
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


def _day(now: datetime, seconds: int) -> date:
    """Day that it is some seconds from now; the last there is where the calendar ends before."""
    try:
        return (now + timedelta(seconds=seconds)).date()
    except OverflowError:
        return date.max


def issuable(depot: Depot, item: str, use_by: date) -> int:
    """Units of an item a depot may issue: usable lots less the reserve floor, never below 0."""
    usable = sum(lot.quantity for lot in depot.lots if lot.item == item and lot.usable_on(use_by))
    return max(0, usable - depot.reserve.get(item, 0))


def first_arrival_weight(problem: Problem, incident: int) -> int:
    """Priority of the first arrival at an incident: that of a need with life at stake."""
    return problem.doctrine.weight(problem.incidents[incident], Stake.LIFE)
