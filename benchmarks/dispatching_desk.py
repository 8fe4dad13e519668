"""Whole answers at a desk: from a request to the teams, within one warm process, and anew after a road is closed.

Requests are drawn from a seed: so many incidents at junctions of the built-in world's roads, each of a random type
and grade, with what the doctrine says they need at a level of response; everything binds that binds in the product
(echelons, areas, reserves, items). Levels are drawn in two ways: `everyday`, where large ones are rare (an estimate:
80, 15, 4 and 1 % for IV to I), and `alike`, all four as often as each other: several disasters at once. The clock runs
from the request to the teams chosen: travel times, problem, search. What follows in `dispatch plan` (supplies, routes,
check) is in `plan_ms` of the closures.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Final

import numpy as np

from dispatch.assignment import Assigned, assign
from dispatch.desk import Desk
from dispatch.problem import Problem
from dispatch.solve import solve
from models.crs import Crs, LngLat
from models.incident import Grade, Incident, ResponseLevel
from models.place import Position
from models.request import REQUEST_SCHEMA, Closure, Request

NOW: Final = datetime(2026, 7, 1, 14, 0, tzinfo=timezone(timedelta(hours=8)))
SIZES: Final = (1, 10)
MIXES: Final = {
    "everyday": {ResponseLevel.IV: 80, ResponseLevel.III: 15, ResponseLevel.II: 4, ResponseLevel.I: 1},
    "alike": dict.fromkeys(ResponseLevel, 1),
}
"""How often each level of response is drawn."""

WARM: Final = 3
"""Instances asked before the clock counts."""

CLOSED_M: Final = 150.0
"""Radius within which the roads are shut around the middle of a route."""

_PROVEN_LEVELS: Final = 3
_LIMIT_S: Final = 10.0

Tell = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, 95th percentile and largest of some times, in milliseconds."""

    p50: float
    p95: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Whole answers to many requests of one size.

    Attributes
    ----------
    mix
        How levels of response are drawn.
    teams, incidents, instances
        Of the world, of each request, and how many requests.
    whole_ms, problem_ms, solver_ms
        The whole answer; travel times and problem; the search alone.
    proven
        How many were proven on levels 1 to 3.
    """

    mix: str
    teams: int
    incidents: int
    instances: int
    whole_ms: Spread
    problem_ms: Spread
    solver_ms: Spread
    proven: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Closures:
    """New teams after a road was closed.

    `closed_ms`: travel times on the closed map, problem and search. `plan_ms`: the whole plan with supplies, routes
    and its check. `changed`: in how many instances another team goes, or one arrives at another time.
    """

    mix: str
    teams: int
    incidents: int
    instances: int
    closed_ms: Spread
    plan_ms: Spread
    changed: int


@dataclass(frozen=True, slots=True)
class _Timed:
    problem: Problem
    assigned: Assigned
    problem_ms: float
    solver_ms: float


def spread(times: Sequence[float]) -> Spread:
    """Sum up milliseconds."""
    p50, p95 = np.percentile(times, [50, 95])
    return Spread(round(float(p50), 3), round(float(p95), 3), round(max(times), 3))


def request(desk: Desk, incidents: int, seed: int, mix: str) -> Request:
    """Draw a request; `mix` is one of `MIXES`."""
    draw, often = random.Random(f"{incidents}/{seed}/{mix}"), MIXES[mix]
    roads, types = desk.world.roads, list(desk.world.district.doctrine.incidents)
    return Request(
        schema=REQUEST_SCHEMA,
        id=f"drawn-{incidents}-{seed}-{mix}",
        now=NOW,
        seed=seed,
        time_limit_s=_LIMIT_S,
        incidents=tuple(
            Incident(
                id=f"incident-{i + 1}",
                type=draw.choice(types),
                grade=draw.choice(list(Grade)),
                response_level=draw.choices(list(often), list(often.values()))[0],
                position=_at(desk, draw.randrange(roads.nodes)),
                reported_at=NOW - timedelta(seconds=draw.randrange(300)),
                people_affected=draw.randrange(200),
            )
            for i in range(incidents)
        ),
    )


def _at(desk: Desk, node: int) -> Position:
    roads = desk.world.roads
    return Position(lng=float(roads.lng[node]), lat=float(roads.lat[node]), crs=Crs.WGS84)


def _answer(desk: Desk, asked: Request) -> _Timed:
    start = time.perf_counter()
    problem = desk.problem(asked, desk.travel(asked))
    middle = time.perf_counter()
    assigned = assign(problem, time_limit_s=asked.time_limit_s)
    end = time.perf_counter()
    return _Timed(problem, assigned, (middle - start) * 1000, (end - middle) * 1000)


def answers(desk: Desk, incidents: int, instances: int, *, mix: str, tell: Tell) -> Answers:
    """Answer many requests of one size, one after another.

    Parameters
    ----------
    desk
        A world made ready.
    incidents
        Of each request.
    instances
        How many requests are counted; `WARM` more are asked before.
    mix
        How levels of response are drawn: one of `MIXES`.
    tell
        Told what is done, and the share that is done.
    """
    done = []
    for seed in range(instances + WARM):
        tell(f"whole answers, {incidents} incidents, {mix}", seed / (instances + WARM))
        timed = _answer(desk, request(desk, incidents, seed, mix))
        if seed >= WARM:
            done.append(timed)
    return Answers(
        mix=mix,
        teams=len(desk.world.district.teams),
        incidents=incidents,
        instances=instances,
        whole_ms=spread([each.problem_ms + each.solver_ms for each in done]),
        problem_ms=spread([each.problem_ms for each in done]),
        solver_ms=spread([each.solver_ms for each in done]),
        proven=sum(all(level.proven for level in each.assigned.levels[:_PROVEN_LEVELS]) for each in done),
    )


def closures(desk: Desk, incidents: int, instances: int, *, mix: str, tell: Tell) -> Closures:
    """Close a road on the way of a team that was sent, and answer anew; parameters as of `answers`."""
    closed, plans, changed = [], [], 0
    for seed in range(instances + 1):
        tell(f"a road is closed, {incidents} incidents, {mix}", seed / (instances + 1))
        asked = request(desk, incidents, seed, mix)
        before = _answer(desk, asked)
        after = replace(asked, closures=(_closure(desk, before),))
        timed = _answer(desk, after)
        start = time.perf_counter()
        solve(desk, after)
        took = (time.perf_counter() - start) * 1000
        if seed > 0:
            closed.append(timed.problem_ms + timed.solver_ms)
            plans.append(took)
            changed += _arrivals(before) != _arrivals(timed)
    return Closures(
        mix=mix,
        teams=len(desk.world.district.teams),
        incidents=incidents,
        instances=instances,
        closed_ms=spread(closed),
        plan_ms=spread(plans),
        changed=changed,
    )


def _closure(desk: Desk, before: _Timed) -> Closure:
    """Shut the roads around the middle of the longest route by road among the teams that were sent."""
    side, travel = before.problem.force, desk.travel(before.problem.request)
    far = sorted(before.assigned.sent, key=lambda sent: -int(side.travel_s[sent.team, sent.incident]))
    for sent in far:
        team, incident = before.problem.teams[sent.team], before.problem.incidents[sent.incident]
        path = travel.path(team.profile, side.starts[sent.team], incident.position.wgs84)
        if path is not None and path.arcs.size:
            return _around(path.points[len(path.points) // 2])
    return _around(before.problem.incidents[0].position.wgs84)


def _around(point: LngLat) -> Closure:
    centre = Position(lng=point.lng, lat=point.lat, crs=Crs.WGS84)
    return Closure(id="closed", reason="benchmark", centre=centre, radius_m=CLOSED_M)


def _arrivals(timed: _Timed) -> list[tuple[int, int, int]]:
    side = timed.problem.force
    return sorted(
        (sent.team, sent.incident, int(side.arrive_s[sent.team, sent.incident]))
        for sent in timed.assigned.sent
    )
