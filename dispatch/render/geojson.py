"""A plan as GeoJSON (RFC 7946): WGS-84, no `crs` member, a bounding box, the same text for the same plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from dispatch.render.places import place_of, start_of
from models.crs import LngLat
from models.incident import Incident
from models.place import Name
from models.plan import Assignment, EtaParts, Move, Plan, Shipment, Shortfall
from models.request import Closure, Request
from models.world import District

Json = dict[str, Any]

_DECIMALS: Final = 6
"""A tenth of a metre, as RFC 7946 section 11.2 advises."""


def plan_geojson(plan: Plan, request: Request, district: District) -> Json:
    """Lay a plan out as one FeatureCollection.

    Parameters
    ----------
    plan, request, district
        The plan, the request it answers, the district it was made for.

    Returns
    -------
    dict
        Features by `properties.kind`: "incident" (its shortfalls among the properties), "team" (where it
        sets out), "depot" (those used), "route" (LineString, of a team or a truck), "move" (a straight
        LineString from where a free team stands to where it should wait) and "closure" (Polygon;
        Point with `radius_m`; no geometry where it is a road by name). Names in both languages, times as
        ISO 8601, spans in seconds. The foreign member "plan" names the plan.
    """
    features = [
        *(_incident(incident, plan) for incident in request.incidents),
        *_starts(plan, request, district),
        *_depots(plan, district),
        *(_route(assignment) for assignment in plan.assignments),
        *(_route(shipment) for shipment in plan.shipments),
        *(_move(move, request, district) for move in plan.moves),
        *(_closure(closure) for closure in request.closures),
    ]
    collection: Json = {"type": "FeatureCollection", "features": features}
    box = _box(features)
    if box is not None:
        collection["bbox"] = box
    # RFC 7946 section 7.1 forbids "properties" on a collection; a member of another name is foreign.
    collection["plan"] = {
        "world": plan.world,
        "demo": district.demo,
        "request": plan.request,
        "label": _name(plan.label),
        "made_for": _time(plan.made_for),
        "inputs_digest": plan.inputs_digest,
        "check": None if plan.check is None else plan.check.ok,
    }
    return collection


def _incident(incident: Incident, plan: Plan) -> Json:
    return _feature(
        f"incident/{incident.id}",
        _point(incident.position.wgs84),
        kind="incident",
        incident=incident.id,
        name=None if incident.name is None else _name(incident.name),
        type=incident.type,
        grade=incident.grade.value,
        response_level=incident.response_level.value,
        warning=None if incident.warning is None else incident.warning.value,
        people_affected=incident.people_affected,
        reported_at=_time(incident.reported_at),
        shortfalls=[_shortfall(short) for short in plan.shortfalls if short.incident == incident.id],
    )


def _shortfall(short: Shortfall) -> Json:
    return {
        "capability": short.capability,
        "item": short.item,
        "needed": short.needed,
        "missing": short.missing,
        "limit": short.limit.value,
        "reason": _name(short.reason),
        "remedy": _name(short.remedy),
    }


def _starts(plan: Plan, request: Request, district: District) -> Iterator[Json]:
    for sent in plan.assignments:
        place = start_of(sent, request, district)
        yield _feature(
            f"team/{sent.team}",
            None if place is None else _point(place),
            kind="team",
            team=sent.team,
            name=_name(sent.name),
            echelon=sent.echelon.value,
            incident=sent.incident,
        )


def _depots(plan: Plan, district: District) -> Iterator[Json]:
    used = {shipment.depot for shipment in plan.shipments}
    for depot in district.depots:
        if depot.id in used:
            yield _feature(
                f"depot/{depot.id}",
                _point(depot.position.wgs84),
                kind="depot",
                depot=depot.id,
                name=_name(depot.name),
                tier=depot.tier.value,
            )


def _route(sent: Assignment | Shipment) -> Json:
    common: Json = {
        "incident": sent.incident,
        "name": _name(sent.name),
        "profile": sent.route.profile,
        "length_m": sent.route.length_m,
        "roads": list(sent.route.roads),
        "departs_at": _time(sent.departs_at),
        "arrives_at": _time(sent.arrives_at),
        "eta_s": sent.eta.total_s,
        "eta_parts_s": _parts(sent.eta),
    }
    line = _line(sent.route.points)
    if isinstance(sent, Assignment):
        return _feature(
            f"route/team/{sent.team}/{sent.incident}",
            line,
            kind="route",
            team=sent.team,
            echelon=sent.echelon.value,
            serves={served.capability: served.strength for served in sent.serves},
            approver=None if sent.approver is None else _name(sent.approver),
            locked=sent.locked,
            **common,
        )
    return _feature(
        f"route/truck/{sent.truck}/{sent.incident}",
        line,
        kind="route",
        truck=sent.truck,
        depot=sent.depot,
        tier=sent.tier.value,
        kg=sent.kg,
        m3=sent.m3,
        loads=[
            {"item": load.item, "lot": load.lot, "quantity": load.quantity, "need": load.need}
            for load in sent.loads
        ],
        **common,
    )


def _move(move: Move, request: Request, district: District) -> Json:
    start, end = place_of(move.team, request, district), LngLat(move.lng, move.lat)
    return _feature(
        f"move/{move.team}",
        _point(end) if start is None else _line((start, end)),
        kind="move",
        team=move.team,
        name=_name(move.name),
        to=move.to,
        place=_name(move.place),
        travel_s=move.travel_s,
        gain=move.gain,
        why=_name(move.why),
    )


def _closure(closure: Closure) -> Json:
    geometry: Json | None = None
    if closure.outline is not None:
        geometry = _polygon(closure.outline.wgs84)
    elif closure.centre is not None:
        geometry = _point(closure.centre.wgs84)
    return _feature(
        f"closure/{closure.id}",
        geometry,
        kind="closure",
        closure=closure.id,
        reason=closure.reason,
        road=closure.road,
        bridge=closure.bridge,
        ways=list(closure.ways),
        max_weight_kg=closure.max_weight_kg,
        radius_m=closure.radius_m,
        speed_factor=closure.speed_factor,
        begin=None if closure.begin is None else _time(closure.begin),
        end=None if closure.end is None else _time(closure.end),
    )


def _feature(key: str, geometry: Json | None, **properties: object) -> Json:
    return {"type": "Feature", "id": key, "geometry": geometry, "properties": properties}


def _position(lng: float, lat: float) -> list[float]:
    return [round(lng, _DECIMALS), round(lat, _DECIMALS)]


def _point(place: LngLat) -> Json:
    return {"type": "Point", "coordinates": _position(*place)}


def _line(points: tuple[tuple[float, float], ...]) -> Json | None:
    """Draw the way as a LineString; one that does not leave its place is that place twice."""
    if not points:
        return None
    whole = points if len(points) > 1 else points * 2
    return {"type": "LineString", "coordinates": [_position(*point) for point in whole]}


def _polygon(ring: tuple[LngLat, ...]) -> Json:
    """Close the ring and turn it counter-clockwise, as RFC 7946 section 3.1.6 asks."""
    points = list(ring) if ring[0] != ring[-1] else list(ring[:-1])
    doubled = sum(
        a.lng * b.lat - b.lng * a.lat for a, b in zip(points, [*points[1:], points[0]], strict=True)
    )
    if doubled < 0:
        points.reverse()
    return {"type": "Polygon", "coordinates": [[_position(*point) for point in (*points, points[0])]]}


def _name(name: Name) -> Json:
    return {"zh": name.zh, "en": name.en}


def _time(moment: datetime) -> str:
    return moment.isoformat()


def _parts(eta: EtaParts) -> Json:
    return {
        "wait": eta.wait_s,
        "call_processing": eta.call_processing_s,
        "turnout": eta.turnout_s,
        "travel": eta.travel_s,
    }


def _positions(geometry: Json) -> Iterator[list[float]]:
    coordinates = geometry["coordinates"]
    if geometry["type"] == "Point":
        yield coordinates
    else:
        yield from coordinates[0] if geometry["type"] == "Polygon" else coordinates


def _box(features: list[Json]) -> list[float] | None:
    found = [point for each in features if each["geometry"] for point in _positions(each["geometry"])]
    if not found:
        return None
    lngs, lats = [point[0] for point in found], [point[1] for point in found]
    return [min(lngs), min(lats), max(lngs), max(lats)]
