"""Small made-up cases: a district, a request and a travel table, all from one seed."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.compose import compose
from dispatch.problem import Problem
from dispatch.solve import settle
from dispatch.tables.build import build
from dispatch.tables.roster import Roster
from models.crs import Crs, LngLat
from models.doctrine import Cover, Doctrine, IncidentType, LevelRule, Response, Weights
from models.force import Echelon, Team
from models.incident import ForceNeed, Grade, Incident, ResponseLevel, Stake, SupplyNeed
from models.place import Colour, Name, Position, Town
from models.plan import Plan
from models.request import REQUEST_SCHEMA, Forbid, Lock, Request
from models.supply import Category, Depot, Item, Lot, Tier, Truck
from models.units import NEVER
from models.world import WORLD_SCHEMA, District

NOW = datetime(2026, 7, 1, 6, 0, tzinfo=UTC)
CAPABILITIES = ("flood", "fire", "rescue")
ITEMS = ("tent", "boat")


def name(text: str) -> Name:
    return Name(zh=text, en=text)


def place(number: int) -> Position:
    """A position that only says which row or column of the table it is."""
    return Position(lng=number / 1000, lat=0.0, crs=Crs.WGS84)


@dataclass(frozen=True)
class StraightWay:
    """A straight line as a way."""

    points: tuple[LngLat, ...]
    length_m: float = 1000.0
    roads: tuple[str, ...] = ()


class MatrixTravel:
    """A travel table given as numbers: the place `k / 1000` degrees east is row or column `k`."""

    def __init__(self, seconds: NDArray[np.int64]) -> None:
        self.seconds = seconds

    def table(
        self, profile_id: str, origins: Sequence[LngLat], destinations: Sequence[LngLat]
    ) -> NDArray[np.int32]:
        rows = [round(point.lng * 1000) for point in origins]
        columns = [round(point.lng * 1000) for point in destinations]
        seconds = self.seconds[np.ix_(rows, columns)]
        return np.where(seconds >= NEVER, NEVER, seconds * 10).astype(np.int32)

    def path(self, profile_id: str, origin: LngLat, destination: LngLat) -> StraightWay:
        return StraightWay(points=(origin, destination))


def doctrine(**changes: object) -> Doctrine:
    response = Response(first_arrival_s=300, force=(ForceNeed(capability="flood", strength=1, target_s=600),))
    parts: dict[str, object] = {
        "schema": "rescue-dispatch/doctrine/1",
        "version": "test-1",
        "name": name("test"),
        "basis": "test",
        "call_processing_s": 60,
        "capabilities": {key: name(key) for key in CAPABILITIES},
        "levels": {
            level: LevelRule(
                echelons=(Echelon.VILLAGE, Echelon.TOWN, Echelon.DISTRICT), approver=name("chief")
            )
            for level in ResponseLevel
        },
        "weights": Weights(
            grade={Grade.I: 8, Grade.II: 4, Grade.III: 2, Grade.IV: 1},
            stake={Stake.LIFE: 100, Stake.PROPERTY: 10, Stake.ENVIRONMENT: 1},
            response_step_s=60,
            delivery_step_s=300,
            echelon_step=10,
            approval=25,
            unreliability=20,
            tier_step=10,
            trip=1,
            driving_hour=6,
        ),
        "incidents": {
            "flood": IncidentType(
                code="10000", name=name("flood"), responses=dict.fromkeys(ResponseLevel, response)
            )
        },
    }
    return Doctrine(**{**parts, **changes})  # type: ignore[arg-type]


def cover(**changes: object) -> Cover:
    """Village stations within ten minutes; of each colour, people weigh twice as much as of the next."""
    parts: dict[str, object] = {
        "echelons": (Echelon.VILLAGE,),
        "within_s": 600,
        "twice_s": 900,
        "busy": 0.5,
        "weights": {Colour.RED: 8, Colour.ORANGE: 4, Colour.YELLOW: 2, Colour.BLUE: 1},
    }
    return Cover(**{**parts, **changes})  # type: ignore[arg-type]


def item(item_id: str, kg: float = 10.0, m3: float = 0.1) -> Item:
    return Item(
        id=item_id,
        code="1010101",
        category=Category.DISASTER_RELIEF,
        name=name(item_id),
        unit=name("piece"),
        kg=kg,
        m3=m3,
    )


def district(teams: Sequence[Team], depots: Sequence[Depot] = (), **changes: object) -> District:
    parts: dict[str, object] = {
        "schema": WORLD_SCHEMA,
        "id": "test",
        "name": name("test"),
        "demo": False,
        "towns": (),
        "teams": tuple(teams),
        "items": tuple(item(each) for each in ITEMS),
        "depots": tuple(depots),
        "doctrine": doctrine(),
    }
    return District(**{**parts, **changes})  # type: ignore[arg-type]


def town(code: str) -> Town:
    return Town(code=code, name=name(code), position=place(0), population=1000, area_km2=1.0)


def team(number: int, strengths: dict[str, int] | None = None, **changes: object) -> Team:
    parts: dict[str, object] = {
        "id": f"T{number}",
        "name": name(f"team {number}"),
        "echelon": Echelon.VILLAGE,
        "home": place(number),
        "crew": 6,
        "strengths": strengths or {"flood": 1},
        "profile": "light_rescue",
        "turnout_s": 60,
    }
    return Team(**{**parts, **changes})  # type: ignore[arg-type]


def depot(number: int, stock: dict[str, int], trucks: int = 1, **changes: object) -> Depot:
    parts: dict[str, object] = {
        "id": f"D{number}",
        "name": name(f"depot {number}"),
        "tier": Tier.TOWN,
        "position": place(number),
        "lots": tuple(
            Lot(id=f"D{number}-{key}", item=key, quantity=count, batch="b1", expires=date(2030, 1, 1))
            for key, count in stock.items()
        ),
        "trucks": tuple(
            Truck(id=f"D{number}-K{k}", profile="relief_truck", payload_kg=100.0, volume_m3=10.0)
            for k in range(trucks)
        ),
        "loading_kg_per_min": 50.0,
        "release_s": 120,
    }
    return Depot(**{**parts, **changes})  # type: ignore[arg-type]


def incident(number: int, **changes: object) -> Incident:
    parts: dict[str, object] = {
        "id": f"I{number}",
        "type": "flood",
        "grade": Grade.III,
        "response_level": ResponseLevel.III,
        "position": place(number),
        "reported_at": NOW,
        "force_needs": (ForceNeed(capability="flood", strength=1, target_s=600),),
        "supply_needs": (),
    }
    return Incident(**{**parts, **changes})  # type: ignore[arg-type]


def request(incidents: Sequence[Incident], **changes: object) -> Request:
    parts: dict[str, object] = {
        "schema": REQUEST_SCHEMA,
        "id": "test",
        "now": NOW,
        "incidents": tuple(incidents),
    }
    return Request(**{**parts, **changes})  # type: ignore[arg-type]


def matrix(seconds: Sequence[Sequence[int]]) -> MatrixTravel:
    return MatrixTravel(np.array(seconds, dtype=np.int64))


def problem(
    world: District,
    question: Request,
    seconds: Sequence[Sequence[int]],
    *,
    towns: Sequence[str] | None = None,
) -> Problem:
    """Build the problem of a district and a request over a table of seconds; `towns` are those of the incidents."""
    return build(
        Roster(world),
        question,
        matrix(seconds),
        towns=[""] * len(question.incidents) if towns is None else towns,
        inputs_digest="digest",
    )


def random_force_problem(seed: int, teams: int = 6, incidents: int = 3) -> Problem:
    """Up to `teams` teams and `incidents` incidents, with locks, bans, required items and cut roads now and then."""
    draw = random.Random(seed)
    count, places = draw.randint(1, teams), draw.randint(1, incidents)
    force = [
        team(
            t,
            {key: draw.randint(1, 3) for key in draw.sample(CAPABILITIES, draw.randint(1, 2))},
            echelon=draw.choice([Echelon.VILLAGE, Echelon.TOWN, Echelon.DISTRICT, Echelon.VOLUNTEER]),
            equipment={"boat": 1} if draw.random() < 0.5 else {},
            approval="chief" if draw.random() < 0.3 else "",
            availability=draw.choice([1.0, 0.8]),
            turnout_s=draw.choice([0, 60, 300]),
        )
        for t in range(count)
    ]
    needs = [
        tuple(
            ForceNeed(
                capability=key,
                strength=draw.randint(1, 4),
                target_s=draw.choice([300, 600, 1200]),
                stake=draw.choice(list(Stake)),
                requires_item="boat" if draw.random() < 0.2 else None,
            )
            for key in draw.sample(CAPABILITIES, draw.randint(1, 3))
        )
        for _ in range(places)
    ]
    events = [incident(i, grade=draw.choice(list(Grade)), force_needs=needs[i]) for i in range(places)]
    seconds = [
        [NEVER if draw.random() < 0.1 else draw.randint(10, 2000) for _ in range(places)]
        for _ in range(count)
    ]
    locks, bans = [], []
    for t, each in enumerate(force):
        goal = draw.randrange(places)
        chance = draw.random()
        if chance < 0.1 and seconds[t][goal] < NEVER:
            locks.append(Lock(team=each.id, incident=f"I{goal}"))
        elif chance > 0.9:
            bans.append(Forbid(team=each.id, incident=draw.choice([None, f"I{goal}"])))
    question = request(events, locks=tuple(locks), forbids=tuple(bans))
    return problem(district(force), question, seconds)


def random_supply_problem(seed: int) -> Problem:
    """A few depots with a truck or two, one or two incidents, two items."""
    draw = random.Random(seed)
    sources, places = draw.randint(1, 2), draw.randint(1, 2)
    depots = [
        depot(
            d,
            {key: draw.randint(0, 6) for key in ITEMS},
            trucks=draw.randint(1, 2),
            tier=draw.choice(list(Tier)),
            reserve={"tent": draw.randint(0, 2)},
        )
        for d in range(sources)
    ]
    depots = [_with_small_trucks(each, draw) for each in depots]
    events = [
        incident(
            i,
            grade=draw.choice(list(Grade)),
            supply_needs=tuple(
                SupplyNeed(item=key, quantity=draw.randint(1, 5), deadline_s=draw.choice([600, 1800]))
                for key in draw.sample(ITEMS, draw.randint(1, 2))
            ),
        )
        for i in range(places)
    ]
    seconds = [
        [NEVER if draw.random() < 0.1 else draw.randint(10, 3000) for _ in range(places)]
        for _ in range(sources)
    ]
    return problem(district([team(0)], depots), request(events), seconds)


def _with_small_trucks(each: Depot, draw: random.Random) -> Depot:
    trucks = tuple(
        replace(truck, payload_kg=float(draw.choice([20, 35, 60])), volume_m3=draw.choice([0.25, 1.0]))
        for truck in each.trucks
    )
    return replace(each, trucks=trucks)


def settled(case: Problem) -> tuple[Problem, Plan]:
    """The unchecked plan of a small case with straight lines for routes, and the problem with what teams wait for."""
    together, assigned, allocated = settle(case, deadline=time.monotonic() + 60)
    return together, compose(together, assigned, allocated, matrix([[0]]))


def solved(case: Problem) -> Plan:
    """The unchecked plan of a small case in which nobody waits for an item."""
    return settled(case)[1]
