"""Slow, obvious twin of the choice of teams: every plan there is, priced by the rules in words.

It shares nothing with `dispatch`: it reads a district, a request, the towns of the incidents and a function that says
how many seconds it takes to drive from one place to another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from math import ceil

from models.crs import LngLat
from models.force import Echelon, Team, TeamStatus
from models.incident import ForceNeed, Incident, Stake
from models.place import Colour, Position, distance_m
from models.request import Request
from models.supply import Condition
from models.units import NEVER
from models.world import District

Levels = tuple[int, ...]
Drive = Callable[[str, Position, Position], int]
"""Profile, from, to -> whole seconds, `NEVER` where there is no way."""

Goes = tuple[int | None, ...]
"""Incident of each team, None for one that is not sent."""

_BUSY = {TeamStatus.NOTIFIED, TeamStatus.ROLLING, TeamStatus.ON_SCENE, TeamStatus.RESTING}


class NoPlanError(Exception):
    """A team is bound to an incident it cannot come to."""


@dataclass(frozen=True)
class Coming:
    """A team on its way to an incident: seconds until it is there, seconds of driving in them."""

    arrive_s: int
    travel_s: int


def best_force_levels(world: District, question: Request, towns: Sequence[str], drive: Drive) -> Levels:
    """The best values of levels 1 to 6 over all ways to send the teams."""
    return Twin(world, question, towns, drive).best()


class Twin:
    """The rules, one after another, for one question."""

    def __init__(self, world: District, question: Request, towns: Sequence[str], drive: Drive) -> None:
        self.world, self.question, self.towns, self.drive = world, question, towns, drive
        self.doctrine, self.weights = world.doctrine, world.doctrine.weights
        reports = {report.team: report for report in question.reports}
        self.teams: list[Team] = []
        for team in world.teams:
            told = reports.get(team.id)
            self.teams.append(
                team
                if told is None
                else replace(
                    team,
                    status=told.status or team.status,
                    position=told.position or team.position,
                    free_from=told.free_from or team.free_from,
                )
            )
        self.task = {
            each.team: each
            for each in question.engaged
            if self._team(each.team).status is not TeamStatus.OUT_OF_SERVICE
        }
        self.losses = self._cover_losses()

    def best(self) -> Levels:
        """Try every plan; what the incidents cost adds up, so each incident is priced once for each set of teams."""
        incidents = range(len(self.question.incidents))
        price: dict[tuple[int, frozenset[int]], Levels] = {}
        best: Levels | None = None
        for goes in self.ways():
            if not self.leaves_reserves(goes):
                continue
            total: Levels = (0,) * 6
            for i in incidents:
                here = frozenset(t for t, goal in enumerate(goes) if goal == i)
                if (i, here) not in price:
                    price[i, here] = self.levels(i, here)
                total = tuple(a + b for a, b in zip(total, price[i, here], strict=True))
            best = total if best is None else min(best, total)
        assert best is not None, "there is always a plan: nobody but those who are bound"
        return best

    def ways(self) -> Iterator[Goes]:
        """Every way to send the teams that orders, echelons, areas and roads allow."""
        choices: list[list[int | None]] = []
        for t, team in enumerate(self.teams):
            bound = self.bound(team)
            if bound is not None:
                choices.append([bound])
                continue
            may = [
                i
                for i in range(len(self.question.incidents))
                if self.coming(t, i) is not None and self.useful(t, i)
            ]
            choices.append([None, *may])
        return product(*choices)

    def bound(self, team: Team) -> int | None:
        """Incident of the operator's order, or on whose scene the team is."""
        for lock in self.question.locks:
            if lock.team == team.id:
                return self._place(lock.incident)
        return self._place(self.task[team.id].incident) if self.on_scene(team) else None

    def on_scene(self, team: Team) -> bool:
        """Whether the team has arrived where the plan in force sent it."""
        task = self.task.get(team.id)
        if task is None:
            return False
        return team.status is TeamStatus.ON_SCENE or task.arrives_at <= self.question.now

    def free_in(self, team: Team) -> int | None:
        """Seconds until the team can take a new order; None where nothing says when."""
        if team.status is TeamStatus.OUT_OF_SERVICE:
            return None
        rolling = team.id in self.task and not self.on_scene(team)
        if team.free_from is None:
            if rolling:
                return 0
            if team.status in _BUSY or team.id in self.task:
                return None
        moment = self.question.now if team.free_from is None else max(team.free_from, self.question.now)
        local = self.world.local(moment)
        if team.shifts and not any(shift.covers(local) for shift in team.shifts):
            return None
        return self._seconds_to(moment)

    def coming(self, t: int, i: int) -> Coming | None:
        """How a team would come to an incident; None where it may not or cannot."""
        team, incident = self.teams[t], self.question.incidents[i]
        task = self.task.get(team.id)
        banned = any(
            ban.team == team.id and ban.incident in {None, incident.id} for ban in self.question.forbids
        )
        if task is not None and task.incident == incident.id:
            if self.on_scene(team):
                return Coming(0, 0)
            remaining = self._seconds_to(task.arrives_at)
            leaves = min(remaining, self._seconds_to(task.departs_at))
            return None if banned else Coming(remaining, remaining - leaves)
        free = self.free_in(team)
        if free is None or banned:
            return None
        if not any(lock.team == team.id for lock in self.question.locks):
            if team.echelon not in self.doctrine.levels[incident.response_level].echelons:
                return None
            if team.area and self.towns[i] not in team.area:
                return None
        travel, lead = self.way(t, i)
        if travel >= NEVER:
            return None
        turnout = 0 if team.status is TeamStatus.RETURNING else team.turnout_s
        if task is not None and team.free_from is None:
            turnout = min(team.turnout_s, self._seconds_to(task.departs_at))
        return Coming(free + lead + self.call_s(incident) + turnout + travel, travel)

    def way(self, t: int, i: int) -> tuple[int, int]:
        """Driving seconds to an incident, and the lead of the border road the team comes by."""
        team, events = self.teams[t], self.question.incidents
        moved = team.position is not None and team.position != self.world.teams[t].position
        if moved or not team.entries:
            return self.drive(team.profile, team.stands_at, events[i].position), 0
        soonest: tuple[int, int, int] | None = None
        for entry in team.entries:
            times = [self.drive(team.profile, entry.position, each.position) for each in events]
            total = sum(min(each + entry.lead_s, NEVER) for each in times)
            if soonest is None or total < soonest[0]:
                soonest = (total, times[i], entry.lead_s)
        assert soonest is not None
        return soonest[1:]

    def counts(self, t: int, i: int, capability: str) -> tuple[int, int]:
        """Units a team has for a need of an incident, and the seconds until they count."""
        team = self.teams[t]
        need = next(n for n in self._needs(i) if n.capability == capability)
        units = self._strength(team, capability)
        coming = self.coming(t, i)
        if units == 0 or coming is None:
            return 0, NEVER
        ready = coming.arrive_s
        if need.requires_item is not None and not team.equipment.get(need.requires_item):
            item = self.item_s(i, need.requires_item)
            if item >= NEVER:
                return 0, NEVER
            ready = max(ready, item)
        return min(units, need.strength), ready

    def useful(self, t: int, i: int) -> bool:
        """Whether a team counts for anything at an incident."""
        return any(self.counts(t, i, need.capability)[0] for need in self._needs(i))

    def item_s(self, i: int, item: str) -> int:
        """Seconds until the soonest truck of a depot could bring a piece of an item."""
        incident, soonest = self.question.incidents[i], NEVER
        for depot in self.world.depots:
            good = sum(
                lot.quantity
                for lot in depot.lots
                if lot.item == item
                and lot.condition is Condition.GOOD
                and (lot.expires is None or lot.expires > self.question.now.date())
            )
            if good <= depot.reserve.get(item, 0) or not depot.open_at(self.world.local(self.question.now)):
                continue
            for truck in depot.trucks:
                drive = self.drive(truck.profile, depot.position, incident.position)
                if truck.available and drive < NEVER:
                    loading = ceil(60 * truck.payload_kg / depot.loading_kg_per_min)
                    soonest = min(soonest, self.call_s(incident) + depot.release_s + loading + drive)
        return soonest

    def levels(self, i: int, here: Iterable[int]) -> Levels:
        """Price what goes to one incident; of each need the units that count soonest are taken."""
        incident = self.question.incidents[i]
        unmet = late = response = price = cover = driving = 0
        step = self.weights.response_step_s
        sent = {t: self._certain(t, i) for t in here}
        for need in self._needs(i):
            priority, left = self._priority(incident, need.stake), need.strength
            offers = sorted((self.counts(t, i, need.capability) for t in sent), key=lambda offer: offer[1])
            for units, ready in offers:
                taken = min(left, units)
                left -= taken
                late += priority * taken * max(0, ready - need.target_s)
                response += priority * taken * ceil(ready / step)
            unmet += priority * left
        if sent:
            soonest, life = min(each.arrive_s for each in sent.values()), self._priority(incident, Stake.LIFE)
            target = self.doctrine.incidents[incident.type].responses[incident.response_level].first_arrival_s
            late += life * max(0, soonest - target)
            response += life * ceil(soonest / step)
        for t, coming in sent.items():
            team = self.teams[t]
            task = self.task.get(team.id)
            called = task is not None and task.incident == incident.id
            price += 0 if called else self._call_price(team, incident)
            cover += self.losses.get(team.id, 0)
            driving += coming.travel_s
            if task is not None and task.incident != incident.id:
                left_behind = self.question.incidents[self._place(task.incident)]
                response += self.weights.diversion_steps * self._priority(left_behind, Stake.LIFE)
                driving += self.weights.change
        return unmet, late, response, price, cover, driving

    def leaves_reserves(self, goes: Goes) -> bool:
        """Whether enough of the free teams nobody has bound stay at home, or near it."""
        levels = ["I", "II", "III", "IV"]
        free = [
            t for t, team in enumerate(self.teams) if self.free_in(team) == 0 and self.bound(team) is None
        ]
        for rule in self.doctrine.reserves:
            binding = {
                i
                for i, incident in enumerate(self.question.incidents)
                if levels.index(incident.response_level) > levels.index(rule.lifted_at)
            }
            homes = [None] if rule.scope == "district" else [town.code for town in self.world.towns]
            for home in homes:
                mine = [
                    t
                    for t in free
                    if self.teams[t].echelon in rule.echelons and home in {None, self.teams[t].town}
                ]
                away = [
                    t
                    for t in mine
                    if (goal := goes[t]) is not None
                    and goal in binding
                    and (home is None or self.towns[goal] != home)
                ]
                if away and len(mine) - len(away) < rule.keep:
                    return False
        return True

    def call_s(self, incident: Incident) -> int:
        """What is left of call processing."""
        gone = (self.question.now - incident.reported_at).total_seconds()
        return min(self.doctrine.call_processing_s, max(0, ceil(self.doctrine.call_processing_s - gone)))

    def colour(self, town: str, place: LngLat, plain: Colour) -> Colour:
        """Colour of a cell, raised by forecasts in force and by what incidents bring."""
        now, order = self.question.now, [Colour.RED, Colour.ORANGE, Colour.YELLOW, Colour.BLUE]
        for forecast in self.question.forecasts:
            if forecast.begin <= now < forecast.end and (not forecast.towns or town in forecast.towns):
                plain = min(plain, forecast.colour, key=order.index)
        for incident in self.question.incidents:
            brings = incident.consequence
            if brings is not None and brings.raises is not None:
                assert brings.raises_within_m is not None
                if distance_m(place, incident.position.wgs84) <= brings.raises_within_m:
                    plain = min(plain, brings.raises, key=order.index)
        return plain

    def _cover_losses(self) -> dict[str, int]:
        """What each free team at home adds as the last of those that reach the same people in time."""
        cover = self.doctrine.cover
        if cover is None:
            return {}
        home = [
            team
            for team, plain in zip(self.teams, self.world.teams, strict=True)
            if self.free_in(team) == 0
            and team.id not in self.task
            and not team.entries
            and team.position == plain.position
            and team.echelon in cover.echelons
        ]
        lost = dict.fromkeys((team.id for team in home), 0.0)
        for cell in self.world.risk:
            colour = self.colour(cell.town, cell.position.wgs84, cell.colour)
            near = []
            for team in home:
                drive = self.drive(team.profile, team.stands_at, cell.position)
                if drive < NEVER and team.turnout_s + drive <= cover.within_s:
                    near.append(team.id)
            for each in near:
                alone = cover.busy ** (len(near) - 1) * (1 - cover.busy)
                lost[each] += cell.population * cover.weights[colour] * alone
        return {team: round(value) for team, value in lost.items()}

    def _call_price(self, team: Team, incident: Incident) -> int:
        order = self.doctrine.levels[incident.response_level].echelons
        steps = order.index(team.echelon) if team.echelon in order else len(order)
        if team.echelon is Echelon.ENTERPRISE and self.weights.enterprise_near_m > 0:
            apart = distance_m(team.home.wgs84, incident.position.wgs84)
            steps = 0 if apart <= self.weights.enterprise_near_m else steps
        doubt = round(self.weights.unreliability * (1 - team.availability))
        return self.weights.echelon_step * steps + (self.weights.approval if team.approval else 0) + doubt

    def _strength(self, team: Team, capability: str) -> int:
        units = team.strengths.get(capability, 0)
        if units and self.doctrine.volunteers.count == "expected" and team.availability < 1:
            return max(1, int(round(units * team.availability, 6)))
        return units

    def _needs(self, i: int) -> tuple[ForceNeed, ...]:
        return self.doctrine.force_needs(self.question.incidents[i])

    def _certain(self, t: int, i: int) -> Coming:
        coming = self.coming(t, i)
        if coming is None:
            raise NoPlanError(self.teams[t].id)
        return coming

    def _priority(self, incident: Incident, stake: Stake) -> int:
        return self.weights.grade[incident.grade] * self.weights.stake[stake]

    def _place(self, incident: str) -> int:
        return [each.id for each in self.question.incidents].index(incident)

    def _team(self, team_id: str) -> Team:
        return next(team for team in self.teams if team.id == team_id)

    def _seconds_to(self, moment: datetime) -> int:
        return max(0, ceil((moment - self.question.now).total_seconds()))
