"""A world made ready to be asked again and again: its arrays, its travel times, who covers what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from dispatch.moves import Posts, posts
from dispatch.problem import Problem
from dispatch.tables.build import build
from dispatch.tables.cover import Covers, reach, with_cover
from dispatch.tables.roster import Roster
from graphs.travel import TravelTimes
from models.codec import write_json
from models.crs import LngLat
from models.doctrine import Doctrine
from models.errors import require
from models.request import Closure, Request
from models.world import with_floors
from scenarios.world import World


class Desk:
    """What a command centre keeps at hand between two questions. Several threads may ask.

    Parameters
    ----------
    world
        Roads, force, depots, doctrine.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.roster = Roster(with_floors(world.district))
        self._travel = TravelTimes(
            world.roads,
            traffic=world.district.traffic,
            landings=[site.position.wgs84 for site in world.landings],
            launches=[site.position.wgs84 for site in world.launches],
        )

    @cached_property
    def covers(self) -> Covers:
        """Who covers which cell of the risk surface, on open roads; see `dispatch.tables.cover`."""
        return Covers(self.roster, reach(self.roster, self._travel))

    @cached_property
    def posts(self) -> Posts:
        """Where free teams may be sent to wait; see `dispatch.moves`."""
        return posts(self.roster, self._travel)

    def travel(self, request: Request) -> TravelTimes:
        """Travel times with the closures in force at the request's `now`."""
        return self.travel_with(closures(request), request.now)

    def travel_with(self, shut: Iterable[Closure], now: datetime) -> TravelTimes:
        """Travel times with those closures that are in force at `now`."""
        return self._travel.with_closures(tuple(shut), self.world.district.local(now))

    def under(self, doctrine: Doctrine) -> Desk:
        """Give a desk of the same world under another doctrine; roads and what is known of them are shared."""
        other = copy(self)
        other.world = World(replace(self.world.district, doctrine=doctrine), self.world.roads)
        other.roster = Roster(with_floors(other.world.district))
        for made in ("covers", "posts"):
            vars(other).pop(made, None)
        return other

    def problem(self, request: Request, travel: TravelTimes) -> Problem:
        """Build the problem of a request.

        Raises
        ------
        InputError
            The request does not fit the world.
        """
        problem = build(
            self.roster,
            request,
            travel,
            towns=self._towns(request, travel),
            inputs_digest=inputs_digest(self.world, request),
        )
        return with_cover(problem, self.covers)

    def _towns(self, request: Request, travel: TravelTimes) -> list[str]:
        """Town of each incident; an incident off the map is refused."""
        points = [incident.position.wgs84 for incident in request.incidents]
        refuse_off_map(travel, points, "incidents")
        return self.world.towns_of(points)


def refuse_off_map(travel: TravelTimes, points: Sequence[LngLat], what: str) -> None:
    """Refuse a place too far from any road; `what` names the list of the request that the places stand in."""
    for i, distance_m in enumerate(travel.road_distances_m(points).tolist()):
        require(
            distance_m <= travel.snap_limit_m,
            "outside the map: the nearest road is {km} km away; "
            "give longitude first, and the crs it was measured in",
            where=f"{what}[{i}].position",
            km=round(distance_m / 1000, 1),
        )


def inputs_digest(world: World, request: Request) -> str:
    """Digest of everything a plan depends on."""
    return sha256(f"{world.digest}\n{write_json(request, indent=None)}".encode()).hexdigest()


def closures(request: Request) -> Iterator[Closure]:
    """Closures of a request, and those its incidents bring with them."""
    yield from request.closures
    for incident in request.incidents:
        brings = incident.consequence
        if brings is not None and brings.closes_within_m is not None:
            yield Closure(
                id=f"incident {incident.id}", centre=incident.position, radius_m=brings.closes_within_m
            )
