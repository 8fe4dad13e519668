"""Look-ups over the district and the request, and the few rules that several parts of the check need."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from math import ceil

from dispatch.problem import Problem
from models.force import Team, TeamStatus
from models.incident import Incident, Stake
from models.place import Colour, distance_m
from models.plan import Assignment, Plan
from models.request import Engagement
from models.supply import Depot, Truck

_BUSY = {TeamStatus.NOTIFIED, TeamStatus.ROLLING, TeamStatus.ON_SCENE, TeamStatus.RESTING}


class Facts:
    """What the check looks up.

    Parameters
    ----------
    problem
        The problem a plan answers.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.request = problem.request
        self.district = problem.district
        self.doctrine = problem.district.doctrine
        self.teams: dict[str, Team] = {team.id: team for team in problem.teams}
        self.team_row = {team.id: t for t, team in enumerate(problem.teams)}
        self.incidents: dict[str, Incident] = {each.id: each for each in problem.request.incidents}
        self.column = {each.id: i for i, each in enumerate(problem.request.incidents)}
        self.engaged: dict[str, Engagement] = {
            each.team: each
            for each in problem.request.engaged
            if self.teams[each.team].status is not TeamStatus.OUT_OF_SERVICE
        }
        self.items = {item.id: item for item in problem.district.items}
        self.depots: dict[str, Depot] = {depot.id: depot for depot in problem.district.depots}
        self.trucks: dict[str, tuple[Depot, Truck]] = {
            truck.id: (depot, truck) for depot in problem.district.depots for truck in depot.trucks
        }
        self.truck_row = {truck.id: v for v, (_, truck) in enumerate(problem.supply.trucks)}

    def call_s(self, incident: Incident) -> int:
        """Seconds of call processing still ahead."""
        since = (self.request.now - incident.reported_at).total_seconds()
        return ceil(min(self.doctrine.call_processing_s, max(0.0, self.doctrine.call_processing_s - since)))

    def town(self, incident: Incident) -> str:
        """Town code of an incident, "" where it lies in none."""
        return self.problem.towns[self.column[incident.id]]

    def priority(self, incident: Incident, stake: Stake) -> int:
        """Weight of a need."""
        return self.doctrine.weights.grade[incident.grade] * self.doctrine.weights.stake[stake]

    def strength(self, team: Team, capability: str) -> int:
        """Units of a team that count: of one that may not turn out, as the doctrine says."""
        units = team.strengths.get(capability, 0)
        if self.doctrine.volunteers.count == "full" or team.availability >= 1 or units == 0:
            return units
        return max(1, int(units * team.availability + 1e-9))

    def stays(self, each: Assignment) -> bool:
        """Whether the plan in force has the team at this incident or on its way there."""
        return each.team in self.engaged and self.engaged[each.team].incident == each.incident

    def on_scene(self, team: Team) -> bool:
        """Whether a team has arrived where the plan in force sent it."""
        task = self.engaged.get(team.id)
        return task is not None and (
            task.arrives_at <= self.request.now or team.status is TeamStatus.ON_SCENE
        )

    def locked(self, team: str, incident: str) -> bool:
        """Whether the operator's order binds the team to the incident."""
        return any(lock.team == team and lock.incident == incident for lock in self.request.locks)

    def free_from(self, team: Team) -> datetime | None:
        """When a team can take a new order; None where nothing says so."""
        if team.status is TeamStatus.OUT_OF_SERVICE:
            return None
        if team.id in self.engaged and not self.on_scene(team) and team.free_from is None:
            return self.request.now
        busy = team.status in _BUSY or team.id in self.engaged
        if busy and team.free_from is None:
            return None
        free = self.request.now if team.free_from is None else max(self.request.now, team.free_from)
        local = self.district.local(free)
        return free if not team.shifts or any(shift.covers(local) for shift in team.shifts) else None

    def lacks(self, team: Team, item: str | None) -> bool:
        """Whether a team does not carry an item that a need requires."""
        return item is not None and team.equipment.get(item, 0) < 1

    def waiting(self, plan: Plan) -> Counter[tuple[str, str]]:
        """Teams of a plan that wait for an item from a depot, by incident and item."""
        pairs = {
            (each.team, each.incident, served.waits_for)
            for each in plan.assignments
            for served in each.serves
            if served.waits_for is not None
        }
        return Counter((incident, item) for _, incident, item in pairs)

    def colours(self) -> list[Colour]:
        """Colour of each cell of the risk surface, raised by forecasts in force and by what incidents bring."""
        order = list(Colour)
        colours = []
        for cell in self.district.risk:
            found = [cell.colour]
            found += [
                forecast.colour
                for forecast in self.request.forecasts
                if forecast.begin <= self.request.now < forecast.end
                and (not forecast.towns or cell.town in forecast.towns)
            ]
            for incident in self.request.incidents:
                brings = incident.consequence
                if brings is not None and brings.raises is not None and brings.raises_within_m is not None:
                    apart = distance_m(cell.position.wgs84, incident.position.wgs84)
                    found += [brings.raises] if apart <= brings.raises_within_m else []
            colours.append(min(found, key=order.index))
        return colours
