"""Tours in numbers → a plan of relief in words: lots, ways, times, reasons, who gets what and who does not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, partial
from itertools import pairwise
from typing import Final

import shapely

from dispatch.compose import Router, drawn, objective_level
from dispatch.language import Duration, phrase
from dispatch.lexicographic import Level
from dispatch.relief.wants import Need
from dispatch.shelves import Shelves
from dispatch.tables.tours import Want
from dispatch.tours.plan import Tours
from dispatch.tours.problem import TourProblem
from dispatch.tours.reasons import in_words
from dispatch.tours.trips import Stop, Trip
from models.crs import LngLat
from models.place import Name
from models.plan import Load, ObjectiveLevel, Route
from models.relief import Needs
from models.relief_plan import (
    RELIEF_PLAN_SCHEMA,
    PlaceNeed,
    ReliefPlan,
    ReliefRequest,
    ReliefShortfall,
    ReliefStop,
    ReliefTrip,
)
from models.units import NEVER
from models.world import District

_LINE: Final = 3
"""Points from which a line can be simplified."""

_TOLERANCE_DEG: Final = 4e-5
"""Four metres: less than the width of the road."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, in words."""

    district: District
    request: ReliefRequest
    estimates: tuple[Needs, ...]
    needs: Sequence[Need]
    wants: Sequence[tuple[int, Want]]
    """With the place of each."""
    use_by: date

    @property
    def flown(self) -> frozenset[str]:
        """Vehicles that fly."""
        return frozenset(each.id for each in self.request.helicopters)

    def at(self, seconds: int) -> datetime:
        """Give the moment so many seconds from now."""
        return self.request.now + timedelta(seconds=seconds)


def write(asked: Asked, problem: TourProblem, tours: Tours, router: Router) -> ReliefPlan:
    """Write the plan down; its check is still open."""
    district, request = asked.district, asked.request
    got = _Handed(asked)
    trips = tuple(_trips(asked, problem, tours.trips, router, got))
    needs = tuple(got.needs())
    return ReliefPlan(
        schema=RELIEF_PLAN_SCHEMA,
        request=request.id,
        world=district.id,
        label=phrase("{world} (demo data)", world=district.name) if district.demo else district.name,
        made_for=request.now,
        estimates=asked.estimates,
        needs=needs,
        trips=trips,
        shortfalls=tuple(_shortfalls(asked, problem, tours, needs)),
        objective=_objective(tours),
        asked=request,
    )


class _Handed:
    """What has been handed over, by place and the item that was asked for."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.ratio = {
            (item.id, other): ratio
            for item in asked.district.items
            for other, ratio in item.substitutes.items()
        }
        self.open = {(each.place, each.need.item, each.need.item): each.kept for each in asked.needs}
        self.open |= {
            (each.place, each.need.item, other): units
            for each in asked.needs
            for other, units in each.instead.items()
        }
        self.came: dict[tuple[int, str, str], list[tuple[int, int]]] = defaultdict(list)

    def take(self, place: int, item: str, units: int, when: int) -> Iterator[tuple[str, int]]:
        """Count units of an item for the needs it was sent for: what was asked for, and how many units for it."""
        for key, left in self.open.items():
            taken = min(units, left) if (key[0], key[2]) == (place, item) else 0
            if taken:
                self.open[key] -= taken
                self.came[key].append((when, taken))
                units -= taken
                yield key[1], taken

    def needs(self) -> Iterator[PlaceNeed]:
        """Say of each need what came of it, and when."""
        for each in self.asked.needs:
            need, met, late, last = each.need, 0, 0, None
            for item in (need.item, *each.instead):
                came = sorted(self.came[each.place, need.item, item])
                ratio = 1.0 if item == need.item else self.ratio[need.item, item]
                on_time = sum(units for when, units in came if when <= need.deadline_s)
                total = sum(units for _, units in came)
                met += int(total / ratio + 1e-9)
                late += int(total / ratio + 1e-9) - int(on_time / ratio + 1e-9)
                last = max([last or 0, *(when for when, _ in came)]) if came else last
            yield PlaceNeed(
                place=self.asked.request.places[each.place].id,
                item=need.item,
                quantity=need.quantity,
                deadline_s=need.deadline_s,
                stake=need.stake,
                basis=each.basis,
                delivered=min(need.quantity, met),
                late=min(need.quantity, late),
                complete_at=None if last is None else self.asked.at(last),
            )


def _trips(
    asked: Asked, problem: TourProblem, trips: Sequence[Trip], router: Router, got: _Handed
) -> Iterator[ReliefTrip]:
    depots = {depot.id: depot for depot in asked.district.depots}
    shelves = {depot.id: Shelves(depots[depot.id], asked.use_by) for depot in problem.depots}
    profiles = {truck.id: truck.profile for depot in depots.values() for truck in depot.trucks}
    profiles |= dict.fromkeys(asked.flown, "helicopter")
    numbers = Counter[int]()
    ways_to = cache(partial(_ways_to, problem, asked.flown))
    for trip in sorted(trips, key=lambda each: (each.load_s, each.vehicle)):
        numbers[trip.vehicle] += 1
        depot, vehicle = depots[problem.depots[trip.depot].id], problem.vehicles[trip.vehicle].id
        points = [depot.position.wgs84, *(asked.wants[stop.drop][1].place for stop in trip.stops)]
        yield ReliefTrip(
            vehicle=vehicle,
            number=numbers[trip.vehicle],
            depot=depot.id,
            name=depot.name,
            tier=depot.tier,
            profile=profiles[vehicle],
            dock=trip.dock + 1,
            loads_at=asked.at(trip.load_s),
            departs_at=asked.at(trip.depart_s),
            stops=tuple(
                _stops(asked, problem, trip, (profiles[vehicle], points, router), (shelves[depot.id], got))
            ),
            back_at=asked.at(trip.back_s),
            kg=round(trip.grams / 1000, 1),
            m3=round(trip.cm3 / 1e6, 3),
            why=_why(asked, problem, trip, ways_to),
        )


def _stops(
    asked: Asked,
    problem: TourProblem,
    trip: Trip,
    by: tuple[str, Sequence[LngLat], Router],
    of: tuple[Shelves, _Handed],
) -> Iterator[ReliefStop]:
    (rides, points, router), (shelves, got) = by, of
    for stop, (start, end) in zip(trip.stops, pairwise(points), strict=True):
        place = asked.wants[stop.drop][0]
        way = router.path(rides, start, end)
        if way is None:  # a table entry without a path would be a broken router
            message = f"router: {rides} has a time but no path from {start} to {end}"
            raise RuntimeError(message)
        yield ReliefStop(
            place=asked.request.places[place].id,
            arrives_at=asked.at(stop.arrive_s),
            begins_at=asked.at(stop.begin_s),
            leaves_at=asked.at(stop.leave_s),
            loads=tuple(_loads(problem, stop, place, shelves, got)),
            route=_slim(drawn(rides, way)),
        )


def _slim(route: Route) -> Route:
    """Leave out points of a way that lie on a straight line, to a few metres: there are hundreds of ways."""
    if len(route.points) < _LINE:
        return route
    line = shapely.simplify(shapely.linestrings(route.points), _TOLERANCE_DEG, preserve_topology=False)
    return replace(route, points=tuple((x, y) for x, y in shapely.get_coordinates(line).tolist()))


def _loads(problem: TourProblem, stop: Stop, place: int, shelves: Shelves, got: _Handed) -> Iterator[Load]:
    for item, units in zip(problem.items, stop.units, strict=True):
        for need, count in got.take(place, item.id, units, stop.begin_s):
            for lot, taken in shelves.take(item.id, count):
                yield Load(
                    item=item.id, lot=lot.id, batch=lot.batch, expires=lot.expires, quantity=taken, need=need
                )


def _why(
    asked: Asked, problem: TourProblem, trip: Trip, ways_to: Callable[[int, int], dict[int, int]]
) -> Name:
    """Say why this depot: where it stands among those that have most of what is on board."""
    stop = trip.stops[0]
    item = max(range(len(stop.units)), key=lambda i: stop.units[i] * problem.items[i].grams)
    words = next(each.name for each in asked.district.items if each.id == problem.items[item].id)
    away = Duration(int(problem.ways[trip.vehicle, stop.drop]))
    ways = ways_to(stop.drop, item)
    if problem.vehicles[trip.vehicle].id in asked.flown:
        if not ways:
            return phrase("flown: no vehicle with {item} gets there by road", item=words)
        return phrase("{item}, flown, {time} away", item=words, time=away)
    nearer = sum(way < ways[trip.depot] for way in ways.values())
    if nearer == 0:
        return phrase("the nearest depot with {item}, {time} away", item=words, time=away)
    return phrase(
        "{item}, {time} away; depots that are nearer and send theirs or are busy: {count}",
        item=words,
        time=away,
        count=nearer,
    )


def _ways_to(problem: TourProblem, flown: frozenset[str], drop: int, item: int) -> dict[int, int]:
    """Seconds by road to a drop from each depot that has an item."""
    ways: dict[int, int] = {}
    for v, own in enumerate(problem.vehicles):
        way = int(problem.ways[v, drop])
        if own.id not in flown and way < NEVER and problem.stock[own.depot, item] > 0:
            ways[own.depot] = min(way, ways.get(own.depot, NEVER))
    return ways


def _shortfalls(
    asked: Asked, problem: TourProblem, tours: Tours, needs: Sequence[PlaceNeed]
) -> Iterator[ReliefShortfall]:
    """Say of each need that is not met in full what kept most of it back."""
    why: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for each in tours.unserved:
        place = asked.request.places[asked.wants[each.drop][0]].id
        for item, units in zip(problem.items, each.units, strict=True):
            why[place, item.id][each.reason.value] += units
    said = {each.reason.value: in_words(each.reason) for each in tours.unserved}
    for need in needs:
        missing = need.quantity - need.delivered
        if missing > 0:
            found = why[need.place, need.item].most_common(1)
            reason = said[found[0][0]] if found else phrase("what stands in for it is not delivered")
            yield ReliefShortfall(
                place=need.place, item=need.item, needed=need.quantity, missing=missing, reason=reason
            )


def _objective(tours: Tours) -> tuple[ObjectiveLevel, ...]:
    names = (
        (phrase("unmet supplies"), "priority x points"),
        (phrase("lateness of supplies"), "points x s"),
        (phrase("delivery time"), "points x s"),
        (phrase("driving"), "s"),
    )
    return tuple(
        objective_level(number, *each, Level(value, bound))
        for number, (each, value, bound) in enumerate(
            zip(names, tours.values, tours.bounds, strict=True), start=1
        )
    )
