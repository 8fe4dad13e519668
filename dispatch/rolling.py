"""From the plan in force to the next question: who is on scene, who is on the way and where about."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Final

from models.crs import Crs, LngLat
from models.errors import require
from models.force import TeamStatus
from models.place import Position, distance_m
from models.plan import Assignment, Plan
from models.request import Engagement, Request, TeamReport

_FREED: Final = frozenset({TeamStatus.AVAILABLE, TeamStatus.RETURNING, TeamStatus.RESTING})
"""Reported statuses of a team that is not at its task any more, whatever the plan in force says."""


def after(plan: Plan, request: Request) -> Request:
    """Give a request with the teams of a plan in force engaged as the plan has them at the request's `now`.

    What the request states itself stands: its engagements, and reports that a team is available, returning or
    resting. Incidents that are not in it any more are over: their teams that had left return from where they are.
    A team that is on the way is taken to be as far along its route as its time is spent, unless a report says where.

    Parameters
    ----------
    plan
        The plan in force.
    request
        The new question.

    Raises
    ------
    InputError
        The plan is from after the request's `now`.
    """
    require(
        plan.made_for <= request.now,
        "the plan in force was made for {later}, after the request's now, {now}",
        later=plan.made_for.isoformat(),
        now=request.now.isoformat(),
    )
    open_now = {incident.id for incident in request.incidents}
    stated = {each.team for each in request.engaged}
    reports = {each.team: each for each in request.reports}
    engaged = list(request.engaged)
    for each in plan.assignments:
        report = reports.get(each.team, TeamReport(team=each.team))
        if each.team in stated or report.status in _FREED:
            continue
        place = _along(each, request.now)
        if each.incident in open_now:
            engaged.append(
                Engagement(
                    team=each.team,
                    incident=each.incident,
                    departs_at=each.departs_at,
                    arrives_at=each.arrives_at,
                )
            )
        elif place is not None and report.status is None:
            report = replace(report, status=TeamStatus.RETURNING)
        if place is not None:
            reports[each.team] = replace(report, position=report.position or place)
    return replace(request, engaged=tuple(engaged), reports=tuple(reports.values()))


def _along(each: Assignment, now: datetime) -> Position | None:
    """Where a team is on its route; None before it left."""
    if now < each.departs_at or not each.route.points:
        return None
    took = (each.arrives_at - each.departs_at).total_seconds()
    share = 1.0 if took == 0 else min(1.0, (now - each.departs_at).total_seconds() / took)
    points = [LngLat(*point) for point in each.route.points]
    lengths = [distance_m(a, b) for a, b in pairwise(points)]
    left = share * sum(lengths)
    for (a, b), length in zip(pairwise(points), lengths, strict=True):
        if left <= length and length > 0:
            part = left / length
            return Position(
                lng=round(a.lng + part * (b.lng - a.lng), 6),
                lat=round(a.lat + part * (b.lat - a.lat), 6),
                crs=Crs.WGS84,
            )
        left -= length
    return Position(lng=points[-1].lng, lat=points[-1].lat, crs=Crs.WGS84)
