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
        place = place_of(sent.team, request, district)
        if place is not None:
            return place
    return LngLat(*sent.route.points[0]) if sent.route.points else None


def place_of(team: str, request: Request, district: District) -> LngLat | None:
    """Where a team stands (WGS-84): as reported, else as on file; None where the district has no such team."""
    for report in request.reports:
        if report.team == team and report.position is not None:
            return report.position.wgs84
    found = next((each for each in district.teams if each.id == team), None)
    return None if found is None else found.stands_at.wgs84
