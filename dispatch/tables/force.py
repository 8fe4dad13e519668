"""Teams against incidents in whole numbers: when each could be there, whether it may go, what it counts for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.problem import Bar, ForceDemand, ForceSide, Index, Ints, Keep, first_weight
from dispatch.tables.driving import Driving, seconds_from
from dispatch.tables.roster import Roster
from dispatch.tables.starts import group
from models.crs import LngLat
from models.errors import InputError
from models.force import FREE_STATUSES, Team, TeamStatus
from models.request import Request
from models.units import EARTH_RADIUS_M, NEVER

LONGEST_WAIT_S: Final = NEVER // 2
"""A team that is not free by then (17 years) never is; sums of its times stay below `NEVER`."""

_ENGAGED: Final = frozenset({TeamStatus.NOTIFIED, TeamStatus.ROLLING, TeamStatus.ON_SCENE})


@dataclass(frozen=True, slots=True)
class _Question:
    """A request on a roster, with what was worked out of it."""

    roster: Roster
    request: Request
    teams: tuple[Team, ...]
    towns: Index
    """Town of each incident, the number of towns where it lies in none."""
    call_s: Ints
    ends: tuple[LngLat, ...]


def force_side(
    roster: Roster,
    request: Request,
    driving: Driving,
    *,
    teams: tuple[Team, ...],
    towns: Sequence[str],
    call_s: Ints,
) -> ForceSide:
    """Build the side of the teams, with no item from any depot yet (see `with_items`).

    Raises
    ------
    InputError
        A team is locked to an incident it cannot go to.
    """
    nowhere = len(roster.town)
    asked = _Question(
        roster,
        request,
        teams,
        np.array([roster.town.get(code, nowhere) for code in towns], dtype=np.int64),
        call_s,
        driving.ends,
    )
    demands = force_demands(roster, request)
    engaged, remaining, on_road, there = _engaged(asked)
    free_s, turnout_s = _waits(asked, engaged, remaining)
    travel_s, lead_s, starts = _travel(asked, driving)
    wait_s = np.where(free_s < NEVER, np.minimum(free_s + lead_s, NEVER), NEVER).astype(np.int32)
    locked = _locked(asked, engaged, there)
    bar = _bars(asked, wait_s, travel_s, locked)
    ready = wait_s[:, None].astype(np.int64) + turnout_s[:, None] + call_s[None, :]
    arrive_s = np.minimum(np.where(bar == Bar.NONE, ready + travel_s, NEVER), NEVER).astype(np.int32)
    staying = np.flatnonzero(engaged >= 0)
    banned = (bar[staying, engaged[staying]] == Bar.FORBIDDEN) & ~there[staying]
    bar[staying, engaged[staying]] = np.where(banned, Bar.FORBIDDEN, Bar.NONE)
    travel_s[staying, engaged[staying]] = on_road[staying]
    arrive_s[staying, engaged[staying]] = np.where(banned, NEVER, remaining[staying])
    _check_locks(asked, locked, bar)
    units, lacks = _units(roster, demands)
    at = np.array([demand.incident for demand in demands], dtype=np.int64)
    return ForceSide(
        demands=demands,
        starts=starts,
        wait_s=wait_s,
        turnout_s=turnout_s,
        travel_s=travel_s,
        arrive_s=arrive_s,
        bar=bar,
        units=units,
        lacks=lacks,
        counts=np.where(lacks, 0, units).astype(np.int32),
        ready_s=np.ascontiguousarray(arrive_s[:, at]),
        price=_prices(asked, engaged),
        locked=locked,
        engaged=engaged,
        diversion=_diversions(asked, engaged),
        keeps=_keeps(asked, (free_s == 0) & (locked < 0)),
        cover_loss=np.zeros(len(teams), dtype=np.int64),
    )


def with_items(side: ForceSide, item_s: Ints) -> ForceSide:
    """Say when required items come: teams that lack theirs count from then on, or not at all.

    Parameters
    ----------
    item_s
        int32[demands]: seconds from `now` until the required item is on scene, `NEVER` where none comes.
    """
    if not side.lacks.any():
        return side
    at = np.array([demand.incident for demand in side.demands], dtype=np.int64)
    arrive = side.arrive_s[:, at]
    waits = np.where(side.lacks, np.maximum(arrive, item_s[None, :]), arrive)
    comes = ~side.lacks | (item_s < NEVER)[None, :]
    return replace(
        side, counts=np.where(comes, side.units, 0).astype(np.int32), ready_s=waits.astype(np.int32)
    )


def force_demands(roster: Roster, request: Request) -> tuple[ForceDemand, ...]:
    """All force needs of all incidents, with their priorities."""
    doctrine = roster.district.doctrine
    return tuple(
        ForceDemand(i, need, doctrine.weight(incident, need.stake))
        for i, incident in enumerate(request.incidents)
        for need in doctrine.force_needs(incident)
    )


def _travel(asked: _Question, driving: Driving) -> tuple[Ints, Ints, tuple[LngLat, ...]]:
    """Driving seconds int32[teams, incidents], the lead of border roads int32[teams], and where each team starts.

    A team with several border roads comes by the one that is soonest over all incidents.
    """
    roster, teams, ends = asked.roster, asked.teams, asked.ends
    who = roster.who
    moved = [
        (t, teams[t].profile, position.wgs84)
        for t in sorted(roster.row[report.team] for report in asked.request.reports)
        if (position := teams[t].position) is not None and position != roster.district.teams[t].position
    ]
    travel_s = np.full((len(teams), len(ends)), NEVER, dtype=np.int32)
    for each in roster.homes:
        try:
            travel_s[each.rows] = driving.to_incidents(each.profile)[0]
        except InputError as error:
            raise error.at(who[int(each.rows[0])]) from None
    lead_s, places = np.zeros(len(teams), dtype=np.int32), list(roster.places)
    for starts, lead in roster.borders:
        times = seconds_from(driving.travel, starts, ends, who).astype(np.int64)
        reach = np.minimum(times + lead[:, None], NEVER).sum(axis=1)
        for t in np.unique(starts.rows).tolist():
            mine = np.flatnonzero(starts.rows == t)
            best = mine[np.argmin(reach[mine])]
            travel_s[t], lead_s[t], places[t] = times[best], lead[best], starts.places[best]
    for each in group(moved):
        travel_s[each.rows] = seconds_from(driving.travel, each, ends, who)
        lead_s[each.rows] = 0
    for t, _, place in moved:
        places[t] = place
    return travel_s, lead_s, tuple(places)


def _engaged(asked: _Question) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
    """Incident each team is engaged at or -1, seconds until it is there, driving among them, whether it is there."""
    count = len(asked.teams)
    engaged = np.full(count, -1, dtype=np.int32)
    remaining, driving = np.zeros(count, dtype=np.int32), np.zeros(count, dtype=np.int32)
    there = np.zeros(count, dtype=bool)
    columns = {incident.id: i for i, incident in enumerate(asked.request.incidents)}
    for i, each in enumerate(asked.request.engaged):
        t = asked.roster.row.get(each.team)
        if t is None:
            raise InputError("no team {id!r} in this world", where=f"engaged[{i}].team", id=each.team)
        if asked.teams[t].status is TeamStatus.OUT_OF_SERVICE:
            continue  # broken down on the way: it will not arrive
        engaged[t] = columns[each.incident]
        there[t] = each.arrives_at <= asked.request.now or asked.teams[t].status is TeamStatus.ON_SCENE
        remaining[t] = 0 if there[t] else _until(asked.request.now, each.arrives_at)
        driving[t] = max(0, remaining[t] - _until(asked.request.now, each.departs_at))
    return engaged, remaining, driving, there


def _until(now: datetime, moment: datetime) -> int:
    return min(LONGEST_WAIT_S, max(0, ceil((moment - now).total_seconds())))


def _waits(asked: _Question, engaged: Ints, remaining: Ints) -> tuple[NDArray[np.int64], Ints]:
    """Seconds until each team can take a new order, `NEVER` where nothing says when; and its turnout."""
    roster, now = asked.roster, asked.request.now
    wait = np.where(roster.idle, 0, NEVER).astype(np.int64)
    wait[roster.off_duty(roster.district.local(now))] = NEVER
    turnout = roster.turnout_s.copy()
    departs = {each.team: each.departs_at for each in asked.request.engaged}
    told = [roster.row[report.team] for report in asked.request.reports]
    for t in {*told, *roster.busy_until.tolist(), *np.flatnonzero(engaged >= 0).tolist()}:
        leaves = departs[asked.teams[t].id] if engaged[t] >= 0 and remaining[t] > 0 else None
        wait[t], turnout[t] = _wait(asked, asked.teams[t], engaged=bool(engaged[t] >= 0), leaves=leaves)
    return wait, turnout


def _wait(asked: _Question, team: Team, *, engaged: bool, leaves: datetime | None) -> tuple[int, int]:
    """Waiting and turnout of one team; `leaves`: when it departs, or departed, to where it is not yet."""
    now, district = asked.request.now, asked.roster.district
    turnout = 0 if team.status is TeamStatus.RETURNING else team.turnout_s
    if leaves is not None and team.free_from is None and team.status is not TeamStatus.OUT_OF_SERVICE:
        return 0, min(team.turnout_s, _until(now, leaves))
    if team.status is TeamStatus.OUT_OF_SERVICE:
        return NEVER, turnout
    if team.free_from is None:
        idle = team.status in FREE_STATUSES and not engaged
        return 0 if idle and team.on_duty(district.local(now)) else NEVER, turnout
    free = max(now, team.free_from)
    until = ceil((free - now).total_seconds())
    on_duty = team.on_duty(district.local(free)) if team.shifts else True
    return until if until <= LONGEST_WAIT_S and on_duty else NEVER, turnout


def _locked(asked: _Question, engaged: Ints, there: NDArray[np.bool_]) -> Ints:
    """Incident each team is bound to by order or because it is there, or -1."""
    locked = np.full(len(asked.teams), -1, dtype=np.int32)
    locked[there] = engaged[there]
    columns = {incident.id: i for i, incident in enumerate(asked.request.incidents)}
    for i, lock in enumerate(asked.request.locks):
        t, incident = asked.roster.row[lock.team], columns[lock.incident]
        if there[t] and engaged[t] != incident:
            raise InputError(
                "team {team} is on scene at incident {incident}; give it free to send it elsewhere",
                where=f"locks[{i}].team",
                team=lock.team,
                incident=asked.request.incidents[int(engaged[t])].id,
            )
        locked[t] = incident
    return locked


def _bars(asked: _Question, wait_s: Ints, travel_s: Ints, locked: Ints) -> NDArray[np.int8]:
    """Why each team may not go to each incident; a lock overrides echelon and area, nothing else."""
    roster, request = asked.roster, asked.request
    bar = np.zeros(travel_s.shape, dtype=np.int8)
    bar[travel_s >= NEVER] = Bar.UNREACHABLE
    ordered = locked[:, None] == np.arange(len(request.incidents))[None, :]
    bar[~roster.area[:, asked.towns] & ~ordered] = Bar.AREA
    for i, incident in enumerate(request.incidents):
        bar[~roster.called[incident.response_level] & ~ordered[:, i], i] = Bar.ECHELON
    bar[wait_s >= NEVER, :] = Bar.UNAVAILABLE
    columns = {incident.id: i for i, incident in enumerate(request.incidents)}
    for ban in request.forbids:
        bar[roster.row[ban.team], slice(None) if ban.incident is None else columns[ban.incident]] = (
            Bar.FORBIDDEN
        )
    return bar


def _check_locks(asked: _Question, locked: Ints, bar: NDArray[np.int8]) -> None:
    for t in np.flatnonzero(locked >= 0).tolist():
        if bar[t, locked[t]] != Bar.NONE:
            raise InputError(
                "team {team} is locked to incident {incident} but cannot come ({what}); drop the lock",
                where="locks",
                team=asked.teams[t].id,
                incident=asked.request.incidents[locked[t]].id,
                what=Bar(int(bar[t, locked[t]])).name.lower(),
            )


def _units(roster: Roster, demands: Sequence[ForceDemand]) -> tuple[Ints, NDArray[np.bool_]]:
    """Units of each team for each demand, and where they count only with an item that it does not carry."""
    strength = np.array([demand.need.strength for demand in demands], dtype=np.int32)
    columns = np.array([roster.capability[demand.need.capability] for demand in demands], dtype=np.int64)
    units = np.minimum(strength, np.take(roster.strengths, columns, axis=1))
    lacks = np.zeros(units.shape, dtype=bool)
    for n, demand in enumerate(demands):
        item = demand.need.requires_item
        if item is not None:
            lacks[:, n] = ~roster.carries(item) & (units[:, n] > 0)
    return units, lacks


def _prices(asked: _Question, engaged: Ints) -> Ints:
    """Steps up the order of echelons, the word from above, the doubt.

    An enterprise near its site costs no steps; who has been called already costs nothing where it goes.
    """
    roster, weights = asked.roster, asked.roster.district.doctrine.weights
    price = np.zeros((len(asked.teams), len(asked.request.incidents)), dtype=np.int32)
    rows, sites = roster.enterprise_place
    for i, incident in enumerate(asked.request.incidents):
        price[:, i] = weights.echelon_step * roster.steps[incident.response_level] + roster.doubt
        if weights.enterprise_near_m and rows.size:
            near = rows[near_m(sites, asked.ends[i]) <= weights.enterprise_near_m]
            price[near, i] = roster.doubt[near]
    called = np.flatnonzero(engaged >= 0)
    price[called, engaged[called]] = 0
    return price


def near_m(places: NDArray[np.float64], point: LngLat) -> NDArray[np.float64]:
    """Great-circle metres from places (lng, lat) to a point, as `models.place.distance_m` has them."""
    lng, lat = np.radians(places).T
    away, here = np.radians(point.lng) - lng, np.radians(point.lat)
    h = np.sin((here - lat) / 2) ** 2 + np.cos(lat) * np.cos(here) * np.sin(away / 2) ** 2
    apart: NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(h)))
    return apart


def _diversions(asked: _Question, engaged: Ints) -> NDArray[np.int64]:
    """Price on level 3 of turning a team that is on its way to another incident."""
    out = np.zeros(len(asked.teams), dtype=np.int64)
    doctrine = asked.roster.district.doctrine
    for t in np.flatnonzero(engaged >= 0).tolist():
        out[t] = doctrine.weights.diversion_steps * first_weight(
            doctrine, asked.request.incidents[engaged[t]]
        )
    return out


def _keeps(asked: _Question, free: NDArray[np.bool_]) -> tuple[Keep, ...]:
    """Reserve rules at work: free teams of a town (or of all), and the incidents elsewhere that must leave some."""
    roster, request = asked.roster, asked.request
    keeps = []
    for rule, homes in roster.reserves:
        bound = [i for i, incident in enumerate(request.incidents) if rule.binds(incident.response_level)]
        rows = np.array(bound, dtype=np.int64)
        towns = asked.towns[rows]
        for home, counted in homes if bound else ():
            teams = counted[free[counted]]
            incidents = rows if home is None else rows[towns != home]
            if teams.size and incidents.size:
                most = max(0, int(teams.size) - rule.keep)
                keeps.append(Keep(name=rule.name, teams=teams, incidents=incidents, most=most))
    return tuple(keeps)
