"""The roads in the state that the options of `route`, `isochrone` and `table` ask for, and GeoJSON of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dispatch.cli.closing import gather, read_moment
from dispatch.cli.common import write_files
from dispatch.cli.options import Ask, SecondLeg
from dispatch.cli.places import Place, many_places
from models.crs import LngLat
from models.errors import require
from models.request import Closure
from models.units import DECISECONDS_PER_SECOND

if TYPE_CHECKING:
    from graphs.travel import TravelTimes
    from scenarios.world import World

_DIGITS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The roads of a world as the options say.

    Attributes
    ----------
    travel, free
        Travel times with the closures, and without any at the same moment.
    closures
        All closures named, also those not in force.
    """

    world: World
    travel: TravelTimes
    free: TravelTimes
    closures: tuple[Closure, ...]

    @property
    def in_force(self) -> tuple[str, ...]:
        """Ids of the closures that hold."""
        return self.travel.effect.in_force


def open_roads(name: str, ask: Ask, say: Callable[[str], None]) -> State:
    """Load a world and lay the closures over its roads.

    Raises
    ------
    InputError
        No such world, a bad closure, or a bad moment.
    """
    from graphs.travel import TravelTimes
    from scenarios.library import load

    world = load(name, progress=say)
    say("Searching the roads.")  # a first process compiles the kernels here: ten seconds
    zone = world.district.time_zone
    closures = gather(ask.close or [], ask.closures or [], ask.crs, zone)
    moment = None if ask.at is None else read_moment(ask.at, zone, "--at")
    local: datetime | None = None if moment is None else world.district.local(moment)
    free = TravelTimes(
        world.roads,
        moment=local,
        traffic=world.district.traffic,
        landings=[site.position.wgs84 for site in world.landings],
        launches=[site.position.wgs84 for site in world.launches],
    )
    return State(
        world=world,
        travel=free.with_closures(closures) if closures else free,
        free=free,
        closures=closures,
    )


def check_on_map(state: State, point: LngLat, profile: str, where: str) -> None:
    """Refuse a point that is too far from every road of a profile."""
    problem = state.travel.snap_problem(point, profile)
    if problem is not None:
        raise problem.at(where)


def check_given(state: State, places: Sequence[Place], profiles: Collection[str]) -> None:
    """Refuse a place written down by hand that is too far from every road of all profiles."""
    for place in places:
        if place.where:
            problems = [state.travel.snap_problem(place.point, each) for each in profiles]
            if problems and problems[0] is not None and None not in problems:
                raise problems[0].at(place.where)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """A second leg: its vehicle, where one may change, what that takes."""

    profile: str
    places: tuple[Place, ...]
    change_s: int

    @property
    def points(self) -> list[LngLat]:
        """Where one may change."""
        return [place.point for place in self.places]


def read_relay(state: State, ask: Ask, leg: SecondLeg) -> Relay | None:
    """Read the options of a second leg; None without `--then`.

    Raises
    ------
    InputError
        `--via` or `--change` alone, no such profile, or no place to change at.
    """
    if leg.then is None:
        require(
            not leg.via and not leg.change, "--via and --change go with --then, the vehicle of the second leg"
        )
        return None
    places = many_places(leg.via or ["launches"], state.world, ask.crs, "--via")
    check_given(state, places, [leg.then])
    return Relay(profile=leg.then, places=places, change_s=leg.change)


def seconds(time_ds: int) -> float:
    """Give deciseconds in seconds."""
    return time_ds / DECISECONDS_PER_SECOND


def up(time_ds: int) -> int:
    """Give deciseconds in whole seconds, rounded up: a promise is never too early."""
    return -(-time_ds // DECISECONDS_PER_SECOND)


def coordinates(point: LngLat) -> list[float]:
    """Give a point as GeoJSON has it, to a tenth of a metre."""
    return [round(float(point.lng), _DIGITS), round(float(point.lat), _DIGITS)]


def feature(geometry: Mapping[str, Any] | None, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Make a GeoJSON feature."""
    return {"type": "Feature", "geometry": geometry, "properties": dict(properties)}


def line(points: list[list[float]]) -> dict[str, Any]:
    """Make a LineString; a way between two places that are one has its point twice."""
    return {"type": "LineString", "coordinates": points if len(points) > 1 else points * 2}


def geojson_text(document: Mapping[str, Any]) -> str:
    """Give GeoJSON as it stands in a file."""
    return json.dumps(document, ensure_ascii=False) + "\n"


def write_geojson(document: Mapping[str, Any], out: Path | None) -> None:
    """Write GeoJSON where a file is named."""
    if out is not None:
        write_files({out: geojson_text(document)})
