"""What is not met: every limit by a case built for it, how much it holds back, and what would help."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

import pytest

from dispatch.problem import Problem
from dispatch.shortfall import force_shortfalls
from models.force import Echelon, Shift, Team, TeamStatus
from models.incident import ForceNeed, Grade, ResponseLevel, SupplyNeed
from models.plan import Limit, Shortfall
from models.request import Forbid, Lock
from models.supply import Condition, Depot, Lot
from models.units import NEVER
from models.world import District
from tests.dispatch.cases import depot, district, incident, problem, request, solved, team, town

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NEED = ForceNeed(capability="flood", strength=4, target_s=600)
TENTS = SupplyNeed(item="tent", quantity=9, deadline_s=1800)
AIR: dict[str, Any] = {"echelon": Echelon.AIR}
CLOSED = Shift(start=time(18), end=time(6))


@dataclass(frozen=True)
class Case:
    """A case whose first shortfall is known: what is missing, its limit, and pieces of what is said."""

    problem: Problem
    missing: int
    limit: Limit
    reason: str
    remedy: str


def levels_of(world: District, **echelons: tuple[Echelon, ...]) -> District:
    levels = dict(world.doctrine.levels)
    for level, order in echelons.items():
        levels[ResponseLevel(level)] = replace(levels[ResponseLevel(level)], echelons=order)
    return replace(world, doctrine=replace(world.doctrine, levels=levels))


def teams_case(force: Sequence[Team], seconds: int = 100, **changes: Any) -> Problem:
    orders = {key: changes.pop(key) for key in ("locks", "forbids") if key in changes}
    world = district(force, towns=(town("A"), town("B")))
    event = incident(0, **{"force_needs": (NEED,), **changes})
    return problem(world, request([event], **orders), [[seconds]] * len(force), towns=["A"])


def not_allowed(**echelons: tuple[Echelon, ...]) -> Problem:
    world = levels_of(district([team(0, {"flood": 3}, **AIR), team(1)]), **echelons)
    return problem(world, request([incident(0, force_needs=(NEED,))]), [[100], [100]])


def two_incidents(**orders: Any) -> Problem:
    """One team of 3, wanted by a grade I and a grade IV event."""
    events = [
        incident(0, grade=Grade.I, force_needs=(replace(NEED, strength=3),)),
        incident(1, grade=Grade.IV, force_needs=(NEED,)),
    ]
    return problem(district([team(0, {"flood": 3})]), request(events, **orders), [[100, 100]])


FORCE = {
    "nobody has it": Case(
        teams_case([team(0, {"fire": 2})]),
        4,
        Limit.NOBODY_HAS_IT,
        "no team of this force has flood",
        "ask the municipality or a neighbour for flood",
    ),
    "all are sent": Case(
        teams_case([team(0, {"flood": 1})]),
        3,
        Limit.ALL_SENT,
        "every team with flood is sent here already",
        "ask for mutual aid with flood",
    ),
    "raise to level II": Case(
        not_allowed(II=(Echelon.VILLAGE, Echelon.AIR), I=(Echelon.VILLAGE, Echelon.AIR)),
        3,
        Limit.NOT_ALLOWED,
        "3 units of flood may not be called at response level III",
        "raise the response to level II",
    ),
    "raise to level I, where II does not help": Case(
        not_allowed(I=(Echelon.VILLAGE, Echelon.AIR)),
        3,
        Limit.NOT_ALLOWED,
        "3 units of flood may not be called at response level III",
        "raise the response to level I",
    ),
    "no level helps": Case(
        not_allowed(),
        3,
        Limit.NOT_ALLOWED,
        "3 units of flood may not be called at response level III",
        "let the approver release these teams",
    ),
    "out of area": Case(
        teams_case([team(0, {"flood": 2}, area=("B",))]),
        4,
        Limit.OUT_OF_AREA,
        "2 units of flood are kept to their response area",
        "lock one of these teams to this incident",
    ),
    "unavailable": Case(
        teams_case(
            [team(0, {"flood": 2}, status=TeamStatus.ON_SCENE), team(1, {"flood": 3}, shifts=(CLOSED,))]
        ),
        4,
        Limit.UNAVAILABLE,
        "5 units of flood are busy or off duty",
        "recall teams, or wait until they are free",
    ),
    "unreachable": Case(
        teams_case([team(0, {"flood": 2})], seconds=NEVER),
        4,
        Limit.UNREACHABLE,
        "2 units of flood have no way to the place",
        "open a road, or ask for a boat or a helicopter",
    ),
    "needed elsewhere": Case(
        two_incidents(),
        4,
        Limit.NEEDED_ELSEWHERE,
        "3 units of flood are needed at other incidents",
        "ask for mutual aid with flood",
    ),
    "locked elsewhere": Case(
        two_incidents(locks=(Lock(team="T0", incident="I1"),)),
        3,
        Limit.NEEDED_ELSEWHERE,
        "3 units of flood are needed at other incidents",
        "ask for mutual aid with flood",
    ),
    "missing item": Case(
        teams_case([team(0, {"flood": 3})], force_needs=(replace(NEED, requires_item="boat"),)),
        4,
        Limit.MISSING_ITEM,
        "3 units of flood lack the item boat",
        "bring the item boat from a depot to these teams",
    ),
    "forbidden": Case(
        teams_case([team(0, {"flood": 3})], forbids=(Forbid(team="T0"),)),
        4,
        Limit.FORBIDDEN,
        "3 units of flood are forbidden by order",
        "lift the order",
    ),
    "the largest part is told": Case(
        teams_case(
            [team(0, {"flood": 3}, status=TeamStatus.RESTING), team(1, {"flood": 1})],
            forbids=(Forbid(team="T1"),),
        ),
        4,
        Limit.UNAVAILABLE,
        "3 units of flood are busy or off duty",
        "recall teams",
    ),
    "of two equal parts the doctrine's is told": Case(
        teams_case([team(0, {"flood": 2}, **AIR), team(1, {"flood": 2}, status=TeamStatus.RESTING)]),
        4,
        Limit.NOT_ALLOWED,
        "2 units of flood may not be called",
        "let the approver release these teams",
    ),
}


def short_of(case: Problem, missing_from: str | None = None) -> Shortfall:
    """The first shortfall, of an incident where one is named."""
    shortfalls = solved(case).shortfalls
    return next(each for each in shortfalls if missing_from is None or each.incident == missing_from)


def said(short: Shortfall, case: Case) -> None:
    assert (short.missing, short.limit) == (case.missing, case.limit)
    assert case.reason in short.reason.en
    assert case.remedy in short.remedy.en
    assert CHINESE.search(short.reason.zh)
    assert CHINESE.search(short.remedy.zh)


@pytest.mark.parametrize("key", FORCE)
def test_limit_of_a_force_need(key: str) -> None:
    """Missing units, limit, reason with its units, and remedy, in both languages."""
    case = FORCE[key]
    short = short_of(case.problem)
    said(short, case)
    assert short.capability == "flood"
    assert short.item is None


def test_time_limit_is_the_limit_where_a_free_team_was_left_at_home() -> None:
    """A plan that sends nobody though somebody could go has run out of time."""
    case = teams_case([team(0, {"flood": 2})])
    (short,) = force_shortfalls(case, [])
    said(short, Case(case, 4, Limit.TIME_LIMIT, "the time limit ended", "give the planner more time"))


def test_every_force_limit_is_reached_by_a_case() -> None:
    """No limit of teams is left untried."""
    tried = {case.limit for case in (*FORCE.values(), *SUPPLY.values())} | {Limit.TIME_LIMIT}
    assert tried == set(Limit)


def test_a_need_that_is_met_is_no_shortfall() -> None:
    """Nothing missing, nothing said."""
    case = problem(district([team(0, {"flood": 4})]), request([incident(0, force_needs=(NEED,))]), [[100]])
    assert solved(case).shortfalls == ()


def goods(*stores: Depot, seconds: Sequence[int] | None = None, need: SupplyNeed = TENTS) -> Problem:
    rows = [[each] for each in seconds or [100] * max(1, len(stores))]
    return problem(
        district([team(0)], stores),
        request([incident(0, supply_needs=(need,))]),
        rows,
    )


def stock(number: int, *kinds: tuple[int, date | None, Condition], **changes: Any) -> Depot:
    store = depot(number, {}, **changes)
    return replace(
        store,
        lots=tuple(
            Lot(id=f"{store.id}-L{k}", item="tent", quantity=units, batch="b", expires=expires, condition=how)
            for k, (units, expires, how) in enumerate(kinds)
        ),
    )


def two_needs() -> Problem:
    """Two trucks, five tents, wanted by a grade I and a grade IV event."""
    events = [
        incident(0, grade=Grade.I, supply_needs=(replace(TENTS, quantity=5),)),
        incident(1, grade=Grade.IV, supply_needs=(replace(TENTS, quantity=3),)),
    ]
    return problem(district([team(0)], [depot(0, {"tent": 5}, trucks=2)]), request(events), [[100, 100]])


GOOD, OLD = Condition.GOOD, date(2026, 1, 1)
SUPPLY = {
    "no depot at all": Case(
        goods(),
        9,
        Limit.OUT_OF_STOCK,
        "no depot has more tent",
        "buy tent, or draw it from a neighbour",
    ),
    "all of it is sent": Case(
        goods(depot(0, {"tent": 4})), 5, Limit.OUT_OF_STOCK, "no depot has more tent", "buy tent"
    ),
    "expired, damaged or held back": Case(
        goods(stock(0, (3, OLD, GOOD), (4, None, Condition.DAMAGED), (5, None, Condition.QUARANTINED))),
        9,
        Limit.EXPIRED,
        "12 piece of tent are expired, damaged or held back",
        "replace these lots",
    ),
    "reserve": Case(
        goods(stock(0, (6, None, GOOD), reserve={"tent": 4})),
        7,
        Limit.RESERVE,
        "4 piece of tent lie under the reserve floor",
        "open the reserve of tent",
    ),
    "no truck": Case(
        goods(depot(0, {"tent": 8}, trucks=0)),
        9,
        Limit.NO_TRUCK,
        "8 piece of tent lie in depots whose trucks are full, away or missing",
        "send trucks to these depots",
    ),
    "closed": Case(
        goods(depot(0, {"tent": 8}, hours=(CLOSED,))),
        9,
        Limit.DEPOT_CLOSED,
        "8 piece of tent lie in depots that are closed now",
        "have these depots opened",
    ),
    "the truck is full": Case(
        goods(depot(0, {"tent": 30}), need=replace(TENTS, quantity=15)),
        5,
        Limit.NO_TRUCK,
        "20 piece of tent lie in depots whose trucks are full",
        "send trucks to these depots",
    ),
    "unreachable": Case(
        goods(depot(0, {"tent": 8}), seconds=[NEVER]),
        9,
        Limit.UNREACHABLE,
        "8 piece of tent lie in depots with no way to the place",
        "open a road, or fly the goods in",
    ),
    "needed elsewhere": Case(
        two_needs(),
        3,
        Limit.NEEDED_ELSEWHERE,
        "5 piece of tent go to other incidents",
        "draw tent from a neighbour",
    ),
    "the largest part is told": Case(
        goods(stock(0, (2, OLD, GOOD)), stock(1, (7, None, GOOD)), seconds=[100, NEVER]),
        9,
        Limit.UNREACHABLE,
        "7 piece of tent lie in depots with no way",
        "open a road",
    ),
}


@pytest.mark.parametrize("key", SUPPLY)
def test_limit_of_a_supply_need(key: str) -> None:
    """Missing units, limit, reason with its units, and remedy, in both languages."""
    case = SUPPLY[key]
    short = next(each for each in solved(case.problem).shortfalls if each.item is not None)
    said(short, case)
    assert short.item == "tent"
    assert short.capability is None
