"""What a plan does not meet, what limits it, and what would help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from dispatch.allocation import Trip
from dispatch.assignment import Sent
from dispatch.language import phrase
from dispatch.problem import Bar, ForceDemand, Keep, Problem, SupplyDemand, issuable
from models.incident import ResponseLevel
from models.place import Name
from models.plan import Limit, Shortfall
from models.units import NEVER

_LIMIT_OF_BAR = {
    Bar.UNAVAILABLE: Limit.UNAVAILABLE,
    Bar.ECHELON: Limit.NOT_ALLOWED,
    Bar.AREA: Limit.OUT_OF_AREA,
    Bar.FORBIDDEN: Limit.FORBIDDEN,
    Bar.UNREACHABLE: Limit.UNREACHABLE,
}


def force_shortfalls(problem: Problem, sent: Sequence[Sent]) -> list[Shortfall]:
    """Every force need that is not met in full."""
    filled = [0] * len(problem.force.demands)
    for each in sent:
        for n, units in each.fills:
            filled[n] += units
    goes = {each.team: each.incident for each in sent}
    able: dict[str, list[int]] = {}
    for t, team in enumerate(problem.teams):
        for capability in team.strengths:
            able.setdefault(capability, []).append(t)
    shortfalls = []
    for n, demand in enumerate(problem.force.demands):
        missing = demand.need.strength - filled[n]
        if missing > 0:
            limit, units = _binding_force_limit(problem, n, goes, able.get(demand.need.capability, []))
            reason, remedy = _force_words(problem, demand, limit, units)
            shortfalls.append(
                Shortfall(
                    incident=problem.incidents[demand.incident].id,
                    capability=demand.need.capability,
                    needed=demand.need.strength,
                    missing=missing,
                    limit=limit,
                    reason=reason,
                    remedy=remedy,
                )
            )
    return shortfalls


def _binding_force_limit(
    problem: Problem, n: int, goes: dict[int, int], able: Sequence[int]
) -> tuple[Limit, int]:
    """What holds back the most strength of the capability that is wanted, and how much; `able` are who has it."""
    demand, side = problem.force.demands[n], problem.force
    held: dict[Limit, int] = {}
    for t in able:
        if goes.get(t) == demand.incident:
            continue
        strength = problem.teams[t].strengths[demand.need.capability]
        bar = Bar(int(side.bar[t, demand.incident]))
        if bar is not Bar.NONE:
            limit = _LIMIT_OF_BAR[bar]
        elif side.counts[t, n] == 0:
            limit = Limit.MISSING_ITEM
        elif t in goes or side.locked[t] >= 0:
            limit = Limit.NEEDED_ELSEWHERE
        else:
            limit = (
                Limit.TIME_LIMIT if reserve_of(problem, t, demand.incident, goes) is None else Limit.RESERVE
            )
        held[limit] = held.get(limit, 0) + strength
    if not held:
        return (Limit.ALL_SENT, 0) if able else (Limit.NOBODY_HAS_IT, 0)
    order = list(Limit)
    return max(held.items(), key=lambda entry: (entry[1], -order.index(entry[0])))


def reserve_of(problem: Problem, team: int, incident: int, goes: Mapping[int, int]) -> Keep | None:
    """The reserve rule that keeps a team from an incident because as many are sent as may be; None where none does."""
    for keep in problem.force.keeps:
        if team in keep.teams and incident in keep.incidents:
            bound = set(keep.teams.tolist())
            sent = sum(1 for t, i in goes.items() if t in bound and i in keep.incidents)
            if sent >= keep.most:
                return keep
    return None


def _force_words(problem: Problem, demand: ForceDemand, limit: Limit, units: int) -> tuple[Name, Name]:
    incident = problem.incidents[demand.incident]
    capability = problem.doctrine.capabilities[demand.need.capability]
    if limit is Limit.NOT_ALLOWED:
        level = _level_that_helps(problem, demand)
        reason = phrase(
            "{units} units of {capability} may not be called at response level {level}",
            units=units,
            capability=capability,
            level=incident.response_level.value,
        )
        if level is None:
            return reason, phrase("let the approver release these teams")
        return reason, phrase("raise the response to level {level}", level=level.value)
    if limit is Limit.MISSING_ITEM:
        item = next(item for item in problem.district.items if item.id == demand.need.requires_item)
        return (
            phrase(
                "{units} units of {capability} lack the item {item}",
                units=units,
                capability=capability,
                item=item.name,
            ),
            phrase("bring the item {item} from a depot to these teams", item=item.name),
        )
    words = {
        Limit.NOBODY_HAS_IT: (
            "no team of this force has {capability}",
            "ask the municipality or a neighbour for {capability}",
        ),
        Limit.ALL_SENT: (
            "every team with {capability} is sent here already",
            "ask for mutual aid with {capability}",
        ),
        Limit.OUT_OF_AREA: (
            "{units} units of {capability} are kept to their response area",
            "lock one of these teams to this incident",
        ),
        Limit.UNAVAILABLE: (
            "{units} units of {capability} are busy or off duty",
            "recall teams, or wait until they are free",
        ),
        Limit.UNREACHABLE: (
            "{units} units of {capability} have no way to the place",
            "open a road, or ask for a boat or a helicopter",
        ),
        Limit.NEEDED_ELSEWHERE: (
            "{units} units of {capability} are needed at other incidents",
            "ask for mutual aid with {capability}",
        ),
        Limit.FORBIDDEN: ("{units} units of {capability} are forbidden by order", "lift the order"),
        Limit.RESERVE: (
            "{units} units of {capability} are kept at home by the reserve rules",
            "raise the response level, or lock one of these teams to this incident",
        ),
        Limit.TIME_LIMIT: (
            "the time limit ended before a better plan was found",
            "give the planner more time",
        ),
    }
    reason_template, remedy_template = words[limit]
    return phrase(reason_template, units=units, capability=capability), phrase(
        remedy_template, capability=capability
    )


def _level_that_helps(problem: Problem, demand: ForceDemand) -> ResponseLevel | None:
    """The lowest higher response level at which a team kept back by its echelon may be called."""
    kept_back = np.flatnonzero(problem.force.bar[:, demand.incident] == Bar.ECHELON).tolist()
    barred = {
        problem.teams[t].echelon for t in kept_back if demand.need.capability in problem.teams[t].strengths
    }
    levels = list(ResponseLevel)
    now = levels.index(problem.incidents[demand.incident].response_level)
    for level in reversed(levels[:now]):
        if barred & set(problem.doctrine.levels[level].echelons):
            return level
    return None


def supply_shortfalls(problem: Problem, trips: Sequence[Trip]) -> list[Shortfall]:
    """Every supply need that is not met in full."""
    brought = [0] * len(problem.supply.demands)
    for trip in trips:
        for n, units in trip.load:
            brought[n] += units
    stock = _Stock(problem, trips)
    shortfalls = []
    for n, demand in enumerate(problem.supply.demands):
        missing = demand.need.quantity - brought[n]
        if missing > 0:
            limit, units = stock.binding(demand)
            reason, remedy = _supply_words(problem, demand, limit, units)
            shortfalls.append(
                Shortfall(
                    incident=problem.incidents[demand.incident].id,
                    item=demand.need.item,
                    needed=demand.need.quantity,
                    missing=missing,
                    limit=limit,
                    reason=reason,
                    remedy=remedy,
                )
            )
    return shortfalls


class _Stock:
    """What the depots have of each item and where a plan takes it, added up once for all needs."""

    def __init__(self, problem: Problem, trips: Sequence[Trip]) -> None:
        self.problem = problem
        side = problem.supply
        self.issued: Counter[tuple[int, str, int]] = Counter()
        """Units by depot, item and incident."""
        for trip in trips:
            for n, units in trip.load:
                self.issued[side.trucks[trip.truck][0], side.demands[n].need.item, trip.incident] += units
        self.gone: Counter[tuple[int, str]] = Counter()
        """Units by depot and item, to all incidents."""
        for (d, item, _), units in self.issued.items():
            self.gone[d, item] += units
        driven = np.zeros(len(problem.depots), dtype=bool)
        reached = np.zeros((len(problem.depots), len(problem.incidents)), dtype=bool)
        for v, (d, _) in enumerate(side.trucks):
            driven[d] = True
            reached[d] |= side.arrive_s[v] < NEVER
        self.cut_off = (driven[:, None] & ~reached).tolist()
        local = problem.district.local(problem.request.now)
        self.shut = {d for d, depot in enumerate(problem.depots) if not depot.open_at(local)}
        self.held: dict[str, list[tuple[int, int, int, int]]] = {}

    def _lots(self, item: str) -> list[tuple[int, int, int, int]]:
        """(depot, all units, usable ones, those that may be issued) of the depots that have a lot of the item."""
        if item not in self.held:
            use_by = self.problem.supply.use_by
            self.held[item] = [
                (
                    d,
                    sum(lot.quantity for lot in lots),
                    sum(lot.quantity for lot in lots if lot.usable_on(use_by)),
                    issuable(depot, item, use_by),
                )
                for d, depot in enumerate(self.problem.depots)
                if (lots := [lot for lot in depot.lots if lot.item == item])
            ]
        return self.held[item]

    def binding(self, demand: SupplyDemand) -> tuple[Limit, int]:
        """What holds back the most units of the item, and how many."""
        item = demand.need.item
        held: Counter[Limit] = Counter()
        for d, units, good, free in self._lots(item):
            gone = self.gone[d, item]
            held[Limit.EXPIRED] += units - good
            held[Limit.RESERVE] += good - free
            held[Limit.NEEDED_ELSEWHERE] += gone - self.issued[d, item, demand.incident]
            held[self._left_by(d, demand.incident)] += max(0, free - gone)
        order = list(Limit)
        limit, units = max(
            held.items(),
            key=lambda entry: (entry[1], -order.index(entry[0])),
            default=(Limit.OUT_OF_STOCK, 0),
        )
        return (limit, units) if units > 0 else (Limit.OUT_OF_STOCK, 0)

    def _left_by(self, d: int, incident: int) -> Limit:
        """Why what a depot still has stays there."""
        if d in self.shut:
            return Limit.DEPOT_CLOSED
        return Limit.UNREACHABLE if self.cut_off[d][incident] else Limit.NO_TRUCK


def _supply_words(problem: Problem, demand: SupplyDemand, limit: Limit, units: int) -> tuple[Name, Name]:
    item = next(each for each in problem.district.items if each.id == demand.need.item)
    words = {
        Limit.OUT_OF_STOCK: ("no depot has more {item}", "buy {item}, or draw it from a neighbour"),
        Limit.EXPIRED: (
            "{units} {unit} of {item} are expired, damaged or held back",
            "replace these lots; draw {item} from a neighbour",
        ),
        Limit.RESERVE: ("{units} {unit} of {item} lie under the reserve floor", "open the reserve of {item}"),
        Limit.DEPOT_CLOSED: (
            "{units} {unit} of {item} lie in depots that are closed now",
            "have these depots opened",
        ),
        Limit.NO_TRUCK: (
            "{units} {unit} of {item} lie in depots whose trucks are full, away or missing",
            "send trucks to these depots",
        ),
        Limit.UNREACHABLE: (
            "{units} {unit} of {item} lie in depots with no way to the place",
            "open a road, or fly the goods in",
        ),
        Limit.NEEDED_ELSEWHERE: (
            "{units} {unit} of {item} go to other incidents",
            "draw {item} from a neighbour",
        ),
    }
    reason, remedy = words[limit]
    return phrase(reason, units=units, unit=item.unit, item=item.name), phrase(remedy, item=item.name)
