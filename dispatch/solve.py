"""The planner: a world and a request become a checked plan."""

from __future__ import annotations

import time
from dataclasses import replace
from hashlib import sha256

from dispatch.allocation import allocate
from dispatch.assignment import assign
from dispatch.build import build
from dispatch.check import check
from dispatch.compose import compose
from dispatch.problem import Problem
from graphs.travel import TravelTimes
from models.codec import write_json
from models.errors import InputError, require
from models.force import Team
from models.plan import Plan
from models.request import Request, TeamReport
from models.world import District
from scenarios.world import World


def solve(world: World, request: Request) -> tuple[Problem, Plan]:
    """Plan for all open incidents together.

    Parameters
    ----------
    world
        Roads, force, depots, doctrine.
    request
        Incidents, closures, orders, and the limits of the search.

    Returns
    -------
    problem : Problem
        What was solved, for explaining.
    plan : Plan
        The plan with its check.

    Raises
    ------
    InputError
        The request does not fit the world.
    """
    started = time.monotonic()
    travel = TravelTimes(
        world.roads,
        closures=request.closures,
        moment=request.now,
        landings=[site.position.wgs84 for site in world.landings],
    )
    problem = build(
        with_reports(world.district, request),
        request,
        travel,
        towns=_towns(world, request, travel),
        inputs_digest=inputs_digest(world, request),
    )
    assigned = assign(problem, time_limit_s=request.time_limit_s / 2)
    left = request.time_limit_s - (time.monotonic() - started)
    allocated = allocate(problem, time_limit_s=left)
    plan = compose(problem, assigned, allocated, travel)
    return problem, replace(plan, check=check(problem, plan))


def inputs_digest(world: World, request: Request) -> str:
    """Digest of everything a plan depends on."""
    return sha256(f"{world.digest}\n{write_json(request, indent=None)}".encode()).hexdigest()


def with_reports(district: District, request: Request) -> District:
    """The district with the request's reports laid over its roster."""
    known = {team.id for team in district.teams}
    for i, report in enumerate(request.reports):
        if report.team not in known:
            raise InputError("no team {id!r} in this world", where=f"reports[{i}].team", id=report.team)
    reports = {report.team: report for report in request.reports}
    teams = tuple(
        _reported(team, reports[team.id]) if team.id in reports else team for team in district.teams
    )
    return replace(district, teams=teams) if reports else district


def _reported(team: Team, report: TeamReport) -> Team:
    return replace(
        team,
        status=report.status or team.status,
        position=report.position or team.position,
        free_from=report.free_from or team.free_from,
    )


def _towns(world: World, request: Request, travel: TravelTimes) -> list[str]:
    """Town of each incident; an incident off the map is refused."""
    towns = []
    for i, incident in enumerate(request.incidents):
        point = incident.position.wgs84
        require(
            travel.on_map(point),
            "outside the map: the nearest road is {km} km away; give longitude first, and the crs it was measured in",
            where=f"incidents[{i}].position",
            km=round(travel.road_distance_m(point) / 1000, 1),
        )
        town = world.town_of(point)
        towns.append("" if town is None else town.code)
    return towns
