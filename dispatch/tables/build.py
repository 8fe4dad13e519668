"""From a district, a request and travel times to the problem: the one place where words become numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

import numpy as np

from dispatch.problem import Ints, Problem, TravelTable
from dispatch.tables.driving import Driving
from dispatch.tables.force import force_side, with_items
from dispatch.tables.roster import Roster
from dispatch.tables.supplies import soonest_items, supply_demands, supply_side
from models.doctrine import Doctrine
from models.errors import InputError
from models.force import Team
from models.request import Request, TeamReport


def build(
    roster: Roster,
    request: Request,
    travel: TravelTable,
    *,
    towns: Sequence[str],
    inputs_digest: str,
) -> Problem:
    """Build the problem.

    Parameters
    ----------
    roster
        The district.
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
    _check_names(roster, request)
    teams = reported_teams(roster, request)
    call_s = _call_seconds(roster.district.doctrine, request)
    required = {
        need.requires_item
        for incident in request.incidents
        for need in roster.district.doctrine.force_needs(incident)
        if need.requires_item is not None
    }
    driving = Driving(roster, travel, [incident.position.wgs84 for incident in request.incidents])
    supply = supply_side(
        roster, request, driving, demands=supply_demands(roster, request), also=required, call_s=call_s
    )
    force = force_side(roster, request, driving, teams=teams, towns=towns, call_s=call_s)
    return Problem(
        request=request,
        district=roster.district,
        teams=teams,
        inputs_digest=inputs_digest,
        towns=tuple(towns),
        call_s=call_s,
        force=with_items(force, soonest_items(roster, supply, force.demands)),
        supply=supply,
    )


def reported_teams(roster: Roster, request: Request) -> tuple[Team, ...]:
    """Teams with the request's reports laid over the roster."""
    if not request.reports:
        return roster.district.teams
    teams = list(roster.district.teams)
    for i, report in enumerate(request.reports):
        if report.team not in roster.row:
            raise InputError("no team {id!r} in this world", where=f"reports[{i}].team", id=report.team)
        t = roster.row[report.team]
        teams[t] = _reported(teams[t], report)
    return tuple(teams)


def _reported(team: Team, report: TeamReport) -> Team:
    return replace(
        team,
        status=report.status or team.status,
        position=report.position or team.position,
        free_from=report.free_from or team.free_from,
    )


def _check_names(roster: Roster, request: Request) -> None:
    doctrine = roster.district.doctrine
    for i, incident in enumerate(request.incidents):
        where = f"incidents[{i}]"
        doctrine.response_to(incident)
        for need in incident.force_needs or ():
            doctrine.check_capability(need.capability, f"{where}.force_needs")
            if need.requires_item is not None and need.requires_item not in roster.item:
                raise InputError(
                    "no item {id!r} in this world", where=f"{where}.force_needs", id=need.requires_item
                )
        for supply in incident.supply_needs or ():
            if supply.item not in roster.item:
                raise InputError(
                    "no item {id!r} in this world", where=f"{where}.supply_needs", id=supply.item
                )
    named = [(f"locks[{i}].team", lock.team) for i, lock in enumerate(request.locks)]
    named += [(f"forbids[{i}].team", ban.team) for i, ban in enumerate(request.forbids)]
    for where, team in named:
        if team not in roster.row:
            raise InputError("no team {id!r} in this world", where=where, id=team)
    for i, forecast in enumerate(request.forecasts):
        for code in forecast.towns:
            if code not in roster.town:
                raise InputError("no town {id!r} in this world", where=f"forecasts[{i}].towns", id=code)


def _call_seconds(doctrine: Doctrine, request: Request) -> Ints:
    """Seconds of call processing still ahead of each incident."""
    rest = [
        doctrine.call_processing_s - (request.now - incident.reported_at).total_seconds()
        for incident in request.incidents
    ]
    return np.array([min(doctrine.call_processing_s, max(0, ceil(each))) for each in rest], dtype=np.int32)
