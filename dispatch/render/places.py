"""Where the teams and trucks of a plan set out."""

from __future__ import annotations

from models.crs import LngLat
from models.plan import Assignment, Shipment
from models.request import Request
from models.world import District


def start_of(sent: Assignment | Shipment, request: Request, district: District) -> LngLat | None:
    """Where a team or a truck sets out (WGS-84): as reported, as on file, else where its route begins."""
    if isinstance(sent, Shipment):
        depot = next((depot for depot in district.depots if depot.id == sent.depot), None)
        if depot is not None:
            return depot.position.wgs84
    else:
        for report in request.reports:
            if report.team == sent.team and report.position is not None:
                return report.position.wgs84
        team = next((team for team in district.teams if team.id == sent.team), None)
        if team is not None:
            return team.stands_at.wgs84
    return LngLat(*sent.route.points[0]) if sent.route.points else None
