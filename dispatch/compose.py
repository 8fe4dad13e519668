"""From the solvers' choices to a plan in words: times, routes, lots, shortfalls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Protocol

import numpy as np

from dispatch.allocation import Allocated, Trip
from dispatch.assignment import Assigned, Sent
from dispatch.certainty import certainties
from dispatch.changes import changes
from dispatch.command import commands
from dispatch.language import phrase
from dispatch.lexicographic import Level
from dispatch.problem import ForceSide, Problem, TravelTable
from dispatch.shelves import Shelves
from dispatch.shortfall import force_shortfalls, supply_shortfalls
from models.crs import LngLat
from models.place import Name
from models.plan import (
    PLAN_SCHEMA,
    Assignment,
    EtaParts,
    Load,
    ObjectiveLevel,
    Plan,
    Route,
    Served,
    Shipment,
)

__all__ = ["Router", "compose"]

SOLVER = "columns and prices; HiGHS"


class Way(Protocol):
    """A path as the router gives it."""

    @property
    def length_m(self) -> float: ...
    @property
    def points(self) -> Sequence[LngLat]: ...
    @property
    def roads(self) -> Sequence[str]: ...


class Router(TravelTable, Protocol):
    """What composing asks of a router besides its table: a way from here to there."""

    def path(self, profile_id: str, origin: LngLat, destination: LngLat) -> Way | None:
        """The fastest way, or None."""
        ...


def compose(problem: Problem, assigned: Assigned, allocated: Allocated, router: Router) -> Plan:
    """Write the plan down; `check` and `reasons` are still open."""
    district, request = problem.district, problem.request
    assignments = tuple(_assignments(problem, assigned.sent, router))
    return Plan(
        schema=PLAN_SCHEMA,
        request=request.id,
        world=district.id,
        label=_label(problem),
        made_for=request.now,
        assignments=assignments,
        shipments=tuple(_shipments(problem, allocated.trips, router)),
        shortfalls=(*force_shortfalls(problem, assigned.sent), *supply_shortfalls(problem, allocated.trips)),
        objective=tuple(_objective(assigned.levels, allocated.levels)),
        inputs_digest=problem.inputs_digest,
        doctrine=district.doctrine.version,
        solver=SOLVER,
        seed=request.seed,
        changes=tuple(changes(problem, assignments)),
        certainty=tuple(certainties(problem, assigned.sent)),
        command=tuple(commands(assignments)),
        notes=tuple(_approvals(assignments)),
        asked=request,
    )


def _approvals(assignments: Iterable[Assignment]) -> Iterable[Name]:
    """Say how many teams wait for whose word."""
    waiting = Counter(each.approver for each in assignments if each.approver is not None)
    for approver, count in sorted(waiting.items(), key=lambda entry: entry[0].en):
        yield phrase(
            "teams that need the word of {approver} before they leave: {count}",
            approver=approver,
            count=count,
        )


def _label(problem: Problem) -> Name:
    if problem.district.demo:
        return phrase("{world} (demo data)", world=problem.district.name)
    return problem.district.name


def _assignments(problem: Problem, sent: Iterable[Sent], router: Router) -> Iterable[Assignment]:
    side = problem.force
    order = sorted(
        sent, key=lambda each: (each.incident, int(side.arrive_s[each.team, each.incident]), each.team)
    )
    for each in order:
        team, incident = problem.teams[each.team], problem.incidents[each.incident]
        where = each.team, each.incident
        stays = int(side.engaged[each.team]) == each.incident
        eta = EtaParts(
            wait_s=0 if stays else int(side.wait_s[each.team]),
            call_processing_s=0 if stays else int(problem.call_s[each.incident]),
            turnout_s=int(
                side.arrive_s[where] - side.travel_s[where] if stays else side.turnout_s[each.team]
            ),
            travel_s=int(side.travel_s[where]),
        )
        rule = problem.doctrine.levels[incident.response_level]
        yield Assignment(
            team=team.id,
            name=team.name,
            echelon=team.echelon,
            incident=incident.id,
            serves=tuple(_served(problem, each.team, n, units) for n, units in each.fills),
            departs_at=problem.request.now + timedelta(seconds=eta.total_s - eta.travel_s),
            arrives_at=problem.request.now + timedelta(seconds=eta.total_s),
            eta=eta,
            route=_team_route(router, side, each, team.profile, incident.position.wgs84),
            approver=rule.approver if team.approval else None,
            locked=any(lock.team == team.id for lock in problem.request.locks),
            stays=stays,
        )


def _team_route(router: Router, side: ForceSide, each: Sent, profile: str, end: LngLat) -> Route:
    """The way of a team; for one that is on scene or already rolling what can be drawn of it."""
    if int(side.engaged[each.team]) != each.incident:
        return _route(router, profile, side.starts[each.team], end)
    there = int(side.arrive_s[each.team, each.incident]) == 0
    way = None if there else router.path(profile, side.starts[each.team], end)
    return (
        Route(profile=profile, length_m=0, points=((end.lng, end.lat),))
        if way is None
        else drawn(profile, way)
    )


def _served(problem: Problem, team: int, n: int, units: int) -> Served:
    side = problem.force
    need = side.demands[n].need
    if not side.lacks[team, n]:
        return Served(capability=need.capability, strength=units)
    counts_at = problem.request.now + timedelta(seconds=int(side.ready_s[team, n]))
    return Served(
        capability=need.capability, strength=units, waits_for=need.requires_item, counts_at=counts_at
    )


def _shipments(problem: Problem, trips: Sequence[Trip], router: Router) -> Iterable[Shipment]:
    side = problem.supply
    shelves = {
        d: Shelves(problem.depots[d], side.use_by) for d in {side.trucks[trip.truck][0] for trip in trips}
    }
    items = {item.id: item for item in problem.district.items}
    order = sorted(
        trips, key=lambda trip: (trip.incident, int(side.arrive_s[trip.truck, trip.incident]), trip.truck)
    )
    for trip in order:
        d, truck = side.trucks[trip.truck]
        depot, incident = problem.depots[d], problem.incidents[trip.incident]
        loads = tuple(
            Load(
                item=lot.item, lot=lot.id, batch=lot.batch, expires=lot.expires, quantity=units, need=lot.item
            )
            for n, count in trip.load
            for lot, units in shelves[d].take(side.demands[n].need.item, count)
        )
        eta = EtaParts(
            wait_s=0,
            call_processing_s=int(problem.call_s[trip.incident]),
            turnout_s=int(side.prepare_s[trip.truck]),
            travel_s=int(side.travel_s[trip.truck, trip.incident]),
        )
        yield Shipment(
            truck=truck.id,
            depot=depot.id,
            name=depot.name,
            tier=depot.tier,
            incident=incident.id,
            loads=loads,
            kg=round(sum(items[load.item].kg * load.quantity for load in loads), 1),
            m3=round(sum(items[load.item].m3 * load.quantity for load in loads), 3),
            departs_at=problem.request.now + timedelta(seconds=eta.total_s - eta.travel_s),
            arrives_at=problem.request.now + timedelta(seconds=eta.total_s),
            eta=eta,
            route=_route(router, truck.profile, depot.position.wgs84, incident.position.wgs84),
        )


def _route(router: Router, profile: str, start: LngLat, end: LngLat) -> Route:
    way = router.path(profile, start, end)
    if way is None:  # a table entry without a path would be a broken router
        message = f"router: {profile} has a time but no path from {start} to {end}"
        raise RuntimeError(message)
    return drawn(profile, way)


def drawn(profile: str, way: Way) -> Route:
    """Write a way down."""
    return Route(
        profile=profile,
        length_m=round(way.length_m),
        points=tuple(map(tuple, np.round(way.points, 6).tolist())),
        roads=tuple(way.roads),
    )


def force_levels(levels: Sequence[Level]) -> tuple[ObjectiveLevel, ...]:
    """Name the levels of the teams."""
    names = (
        (phrase("unmet strength"), "priority x units"),
        (phrase("lateness of teams"), "priority x s"),
        (phrase("response time"), "priority x steps"),
        (phrase("echelons called"), "price"),
        (phrase("cover taken away"), "people x weight"),
        (phrase("driving and changes"), "s"),
    )
    return tuple(
        objective_level(number, *each, reached)
        for number, (each, reached) in enumerate(zip(names, levels, strict=True), start=1)
    )


def supply_levels(levels: Sequence[Level]) -> tuple[ObjectiveLevel, ...]:
    """Name the levels of the supplies."""
    names = (
        (phrase("unmet supplies"), "priority x points"),
        (phrase("lateness of supplies"), "points x steps"),
        (phrase("delivery time"), "points x steps"),
        (phrase("tiers, trips and driving"), "price"),
    )
    return tuple(
        objective_level(number, *each, reached)
        for number, (each, reached) in enumerate(zip(names, levels, strict=True), start=1)
    )


def _objective(force: Sequence[Level], supply: Sequence[Level]) -> Iterable[ObjectiveLevel]:
    """Both halves of the objective by level."""
    return sorted((*force_levels(force), *supply_levels(supply)), key=lambda entry: entry.level)


def objective_level(level: int, name: Name, unit: str, reached: Level) -> ObjectiveLevel:
    """Write a level down, with its gap."""
    gap = 0.0 if reached.value == 0 else (reached.value - reached.bound) / reached.value
    return ObjectiveLevel(
        level=level,
        name=name,
        unit=unit,
        value=reached.value,
        bound=reached.bound,
        gap=round(gap, 6),
        proven=reached.proven,
    )
