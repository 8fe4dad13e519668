"""What a choice of teams or of trucks comes to, level by level, and which bounds hold for it.

For choices that no search made: the plan in force taken over, a choice that is cut down to what truly comes. The
levels are those of `dispatch.assignment` and `dispatch.allocation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np

from dispatch.allocation import Trip, unit_points
from dispatch.assignment import Sent
from dispatch.lexicographic import Level
from dispatch.problem import Problem, first_weight
from models.units import SECONDS_PER_HOUR

Values = tuple[int, ...]


def team_values(problem: Problem, sent: Sequence[Sent]) -> Values:
    """Give levels 1 to 6 of the teams."""
    side, doctrine = problem.force, problem.doctrine
    step = doctrine.weights.response_step_s
    unmet = sum(demand.weight * demand.need.strength for demand in side.demands)
    late = response = price = cover = driving = 0
    soonest: dict[int, int] = {}
    for each in sent:
        where = each.team, each.incident
        arrive = int(side.arrive_s[where])
        soonest[each.incident] = min(arrive, soonest.get(each.incident, arrive))
        for n, units in each.fills:
            demand, ready = side.demands[n], int(side.ready_s[each.team, n])
            weight = demand.weight * units
            unmet -= weight
            late += weight * max(0, ready - demand.need.target_s)
            response += weight * ceil(ready / step)
        price += int(side.price[where])
        cover += int(side.cover_loss[each.team])
        driving += int(side.travel_s[where])
        if int(side.engaged[each.team]) not in {-1, each.incident}:
            response += int(side.diversion[each.team])
            driving += doctrine.weights.change
    for i, arrive in soonest.items():
        incident = problem.incidents[i]
        weight = first_weight(doctrine, incident)
        late += weight * max(0, arrive - doctrine.response_to(incident).first_arrival_s)
        response += weight * ceil(arrive / step)
    return unmet, late, response, price, cover, driving


def truck_values(problem: Problem, trips: Sequence[Trip]) -> Values:
    """Give levels 1 to 4 of the supplies."""
    side, weights = problem.supply, problem.doctrine.weights
    points = unit_points(problem)
    unmet = int(points @ np.array([demand.need.quantity for demand in side.demands], dtype=np.int64))
    late = delivery = price = 0
    for trip in trips:
        arrive = int(side.arrive_s[trip.truck, trip.incident])
        for n, units in trip.load:
            worth = int(points[n]) * units
            unmet -= worth
            late += worth * ceil(max(0, arrive - side.demands[n].need.deadline_s) / weights.delivery_step_s)
            delivery += worth * ceil(arrive / weights.delivery_step_s)
        price += weights.trip + weights.tier_step * int(side.tier_rank[side.trucks[trip.truck][0]])
        price += ceil(weights.driving_hour * int(side.travel_s[trip.truck, trip.incident]) / SECONDS_PER_HOUR)
    return unmet, late, delivery, price


def bounded(values: Values, hoped: Sequence[Level]) -> tuple[Level, ...]:
    """Give values the bounds of a search whose values are `hoped`.

    A bound of a level was found among choices that hold all earlier levels at the search's values, and so it holds
    here only where these are no worse.
    """
    levels, holds = [], True
    for value, level in zip(values, hoped, strict=True):
        levels.append(Level(value, min(value, level.bound) if holds else 0))
        holds = holds and value <= level.value
    return tuple(levels)
