"""Random small cases in which every rule of the choice of teams occurs, and each rule taken out of a case."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from dispatch.problem import Problem
from dispatch.tables.cover import Covers, reach, with_cover
from dispatch.tables.roster import Roster
from models.doctrine import Doctrine, LevelRule, Reserve, Scope, Volunteers, VolunteerStrength
from models.force import Echelon, Entry, Team, TeamStatus
from models.incident import Consequence, ForceNeed, Grade, Incident, ResponseLevel, Stake, SupplyNeed
from models.place import Colour, Position, RiskCell
from models.request import Engagement, Forbid, Forecast, Lock, Request, TeamReport
from models.supply import Depot, Lot
from models.units import NEVER
from models.world import District
from tests.dispatch.cases import (
    CAPABILITIES,
    NOW,
    cover,
    depot,
    district,
    doctrine,
    incident,
    matrix,
    name,
    place,
    problem,
    request,
    team,
    town,
)
from tests.dispatch.force_brute import Levels, best_force_levels

TOWNS: Final = ("A", "B")
CALLED: Final = (
    Echelon.VILLAGE,
    Echelon.TOWN,
    Echelon.ENTERPRISE,
    Echelon.DISTRICT,
    Echelon.VOLUNTEER,
)
CELLS: Final = 3
MOVED, BORDERS, DEPOT = 10, 20, 40
"""First rows of the table of reported positions, border roads (two for each team) and the depot."""


@dataclass(frozen=True)
class ForceCase:
    """A district, a request and the seconds between places; `towns` are those of the incidents."""

    world: District
    question: Request
    towns: tuple[str, ...]
    seconds: tuple[tuple[int, ...], ...]

    def drive(self, _profile: str, start: Position, end: Position) -> int:
        """Whole seconds from one place to another, read off the table."""
        return self.seconds[round(start.lng * 1000)][round(end.lng * 1000)]

    def problem(self) -> Problem:
        """The same case as the product sees it."""
        roster = Roster(self.world)
        plain = problem(self.world, self.question, self.seconds, towns=self.towns)
        return with_cover(plain, Covers(roster, reach(roster, matrix(self.seconds))))

    def best(self) -> Levels:
        """The best levels there are."""
        return best_force_levels(self.world, self.question, self.towns, self.drive)


def random_force_case(seed: int, teams: int = 6, incidents: int = 3) -> ForceCase:
    """Up to `teams` teams and `incidents` incidents with every rule now and then."""
    draw = random.Random(seed)
    count, places = max(draw.randint(1, teams), draw.randint(1, teams)), draw.randint(1, incidents)
    seconds = tuple(
        tuple(NEVER if draw.random() < 0.08 else draw.randint(10, 1800) for _ in range(places + CELLS))
        for _ in range(DEPOT + 1)
    )
    force = [_team(draw, t) for t in range(count)]
    events = [_incident(draw, i) for i in range(places)]
    stores = [_store(draw)] if draw.random() < 0.7 else []
    risk = tuple(
        RiskCell(
            id=f"C{k}",
            town=draw.choice(TOWNS),
            position=place(places + k),
            colour=draw.choice([Colour.ORANGE, Colour.YELLOW, Colour.BLUE, Colour.BLUE]),
            hazards=("flood",),
            population=draw.randint(1, 500),
        )
        for k in range(CELLS)
    )
    world = district(
        force, stores, doctrine=_doctrine(draw), towns=tuple(town(code) for code in TOWNS), risk=risk
    )
    question = _orders(draw, request(events), force, seconds)
    return ForceCase(world, question, tuple(draw.choice(["", *TOWNS]) for _ in events), seconds)


def _team(draw: random.Random, t: int) -> Team:
    entries = tuple(
        Entry(
            name=name(f"border {k}"), position=place(BORDERS + 2 * t + k), lead_s=draw.choice([0, 300, 900])
        )
        for k in range(2)
    )
    return team(
        t,
        {key: draw.randint(1, 4) for key in draw.sample(CAPABILITIES, draw.randint(1, 2))},
        echelon=draw.choice([*CALLED, Echelon.MUNICIPAL]),
        equipment={"boat": 1} if draw.random() < 0.4 else {},
        approval="chief" if draw.random() < 0.3 else "",
        availability=draw.choice([1.0, 1.0, 0.8, 0.5]),
        turnout_s=draw.choice([0, 60, 300]),
        town=draw.choice(["", *TOWNS]),
        area=(draw.choice(TOWNS),) if draw.random() < 0.15 else (),
        entries=entries if draw.random() < 0.15 else (),
        free_from=NOW + timedelta(seconds=draw.randint(1, 600)) if draw.random() < 0.1 else None,
    )


def _incident(draw: random.Random, i: int) -> Incident:
    needs = tuple(
        ForceNeed(
            capability=key,
            strength=draw.randint(1, 4),
            target_s=draw.choice([300, 600, 1200]),
            stake=draw.choice(list(Stake)),
            requires_item="boat" if draw.random() < 0.3 else None,
        )
        for key in draw.sample(CAPABILITIES, draw.randint(1, 3))
    )
    people = SupplyNeed(item="boat", quantity=draw.randint(1, 2), deadline_s=draw.choice([600, 1800]))
    brings = Consequence(raises=Colour.RED, raises_within_m=draw.choice([150.0, 250.0]))
    return incident(
        i,
        grade=draw.choice(list(Grade)),
        response_level=draw.choice([ResponseLevel.II, ResponseLevel.III, ResponseLevel.IV]),
        force_needs=needs,
        supply_needs=(people,) if draw.random() < 0.2 else (),
        reported_at=NOW - timedelta(seconds=draw.choice([0, 0, 25, 600])),
        consequence=brings if draw.random() < 0.3 else None,
    )


def _store(draw: random.Random) -> Depot:
    lots = (
        Lot(id="old", item="boat", quantity=9, batch="b0", expires=date(2026, 1, 1)),
        Lot(id="good", item="boat", quantity=draw.randint(1, 4), batch="b1", expires=date(2030, 1, 1)),
    )
    return replace(
        depot(DEPOT, {}, trucks=draw.randint(1, 2)), lots=lots, reserve={"boat": draw.randint(0, 2)}
    )


def _reserves(draw: random.Random) -> tuple[Reserve, ...]:
    return tuple(
        Reserve(
            name=name(f"reserve of the {scope.value}"),
            echelons=tuple(draw.sample(CALLED, draw.randint(2, 4))),
            scope=scope,
            keep=draw.randint(1, 2),
            lifted_at=draw.choice([ResponseLevel.II, ResponseLevel.III]),
        )
        for scope in Scope
        if draw.random() < 0.4
    )


def _doctrine(draw: random.Random) -> Doctrine:
    plain = doctrine()
    rule = cover(
        echelons=tuple(draw.sample(CALLED, 3)),
        within_s=draw.choice([600, 1200]),
        twice_s=1800,
        busy=draw.choice([0.2, 0.4]),
    )
    order = {
        level: tuple(draw.sample(CALLED, 4 if level is ResponseLevel.IV else 5)) for level in ResponseLevel
    }
    return replace(
        plain,
        levels={level: LevelRule(echelons=order[level], approver=name("chief")) for level in ResponseLevel},
        weights=replace(
            plain.weights,
            response_step_s=draw.choice([60, 300, 900]),
            enterprise_near_m=draw.choice([0, 200, 400]),
            diversion_steps=draw.choice([0, 1, 5]),
            change=draw.choice([0, 120, 600]),
        ),
        reserves=_reserves(draw),
        volunteers=Volunteers(count=draw.choice(list(VolunteerStrength))),
        cover=rule if draw.random() < 0.8 else None,
    )


def _orders(
    draw: random.Random, question: Request, force: list[Team], seconds: tuple[tuple[int, ...], ...]
) -> Request:
    """Draw locks, bans, engagements, reports and forecasts."""
    locks, bans, engaged, reports = [], [], [], []
    for t, each in enumerate(force):
        goal = draw.randrange(len(question.incidents))
        chance = draw.random()
        plain = not each.entries and seconds[t][goal] < NEVER
        if chance < 0.1 and plain:
            locks.append(Lock(team=each.id, incident=f"I{goal}"))
        elif chance < 0.2:
            bans.append(Forbid(team=each.id, incident=draw.choice([None, f"I{goal}"])))
        if 0.05 < chance < 0.45:
            fixed = bool(locks) and locks[-1].team == each.id
            engaged.append(_engagement(draw, each, goal, there=chance > 0.35 and not fixed))
            if draw.random() < 0.5:
                status = draw.choice([TeamStatus.ROLLING, TeamStatus.ROLLING, TeamStatus.NOTIFIED])
                out = draw.random() < 0.1 and not fixed
                reports.append(TeamReport(team=each.id, status=TeamStatus.OUT_OF_SERVICE if out else status))
        elif draw.random() < 0.2:
            status = draw.choice([TeamStatus.RETURNING, TeamStatus.AVAILABLE])
            far = place(MOVED + t) if not any(lock.team == each.id for lock in locks) else None
            reports.append(TeamReport(team=each.id, status=status, position=far))
    forecast = Forecast(
        id="rain",
        colour=Colour.RED,
        towns=draw.choice([(), (), ("A",)]),
        begin=NOW - timedelta(hours=1),
        end=NOW + timedelta(hours=draw.choice([-0.5, 5, 5])),
    )
    return replace(
        question,
        locks=tuple(locks),
        forbids=tuple(bans),
        engaged=tuple(engaged),
        reports=tuple(reports),
        forecasts=(forecast,) if draw.random() < 0.5 else (),
    )


def _engagement(draw: random.Random, each: Team, goal: int, *, there: bool) -> Engagement:
    departs = NOW + timedelta(seconds=draw.choice([-1200, -300, 40, 120]))
    arrives = departs + timedelta(seconds=draw.randint(1, 1500))
    if there:
        departs, arrives = NOW - timedelta(hours=1), NOW - timedelta(seconds=draw.choice([0, 60]))
    return Engagement(team=each.id, incident=f"I{goal}", departs_at=departs, arrives_at=arrives)


Change = Callable[[ForceCase], ForceCase]


def _asked(**changes: object) -> Change:
    return lambda case: replace(case, question=replace(case.question, **changes))  # type: ignore[arg-type]


def _planned(**changes: object) -> Change:
    return lambda case: replace(
        case,
        world=replace(case.world, doctrine=replace(case.world.doctrine, **changes)),  # type: ignore[arg-type]
    )


def _weighed(**changes: int) -> Change:
    return lambda case: _planned(weights=replace(case.world.doctrine.weights, **changes))(case)  # type: ignore[arg-type]


def _manned(**changes: object) -> Change:
    return lambda case: replace(
        case,
        world=replace(
            case.world,
            teams=tuple(replace(each, **changes) for each in case.world.teams),  # type: ignore[arg-type]
        ),
    )


def _only(there: bool) -> Change:
    def change(case: ForceCase) -> ForceCase:
        kept = tuple(e for e in case.question.engaged if (e.arrives_at <= case.question.now) is not there)
        return replace(case, question=replace(case.question, engaged=kept))

    return change


def _events(**changes: object) -> Change:
    return lambda case: replace(
        case,
        question=replace(
            case.question,
            incidents=tuple(replace(each, **changes) for each in case.question.incidents),  # type: ignore[arg-type]
        ),
    )


def _no_requirement(case: ForceCase) -> ForceCase:
    incidents = tuple(
        replace(each, force_needs=tuple(replace(need, requires_item=None) for need in each.force_needs or ()))
        for each in case.question.incidents
    )
    return replace(case, question=replace(case.question, incidents=incidents))


def _reserves_without(scope: Scope) -> Change:
    def change(case: ForceCase) -> ForceCase:
        kept = tuple(rule for rule in case.world.doctrine.reserves if rule.scope is not scope)
        return _planned(reserves=kept)(case)

    return change


def _no_depot(case: ForceCase) -> ForceCase:
    return replace(case, world=replace(case.world, depots=()))


WITHOUT: Final[dict[str, Change]] = {
    "locks": _asked(locks=()),
    "bans": _asked(forbids=()),
    "areas": _manned(area=()),
    "order of echelons": _weighed(echelon_step=0),
    "approvals": _weighed(approval=0),
    "on scene": _only(there=True),
    "on the way": _only(there=False),
    "price of a diversion": _weighed(diversion_steps=0),
    "price of a change": _weighed(change=0),
    "reserve of a town": _reserves_without(Scope.TOWN),
    "reserve of the district": _reserves_without(Scope.DISTRICT),
    "expected strength": _planned(volunteers=Volunteers()),
    "enterprise near": _weighed(enterprise_near_m=0),
    "border roads": _manned(entries=()),
    "cover": _planned(cover=None),
    "forecasts": _asked(forecasts=()),
    "raised risk": _events(consequence=None),
    "required items": _no_requirement,
    "items of a depot": _no_depot,
    "reports": _asked(reports=()),
    "soon free": _manned(free_from=None),
}
"""Each rule, and the case without it."""
