"""A problem in words → the tables of the allocation: stock above and within reserve floors, needs, arrivals, prices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf
from typing import Final

import numpy as np

from dispatch.problem import Problem
from dispatch.supplying.board import Board, Substitute
from dispatch.supplying.reach import Reach
from models.incident import ResponseLevel
from models.units import NEVER, SECONDS_PER_HOUR

POINTS_PER_NEED: Final = 1000
"""Points of a whole need of priority 1, as in the plan with trucks (`dispatch.allocation`)."""

_LEVELS: Final = tuple(reversed(ResponseLevel))
"""From the lowest to the highest: how far a need may reach into floors is its place here."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The board, and what it was made of: the day by which lots must be usable."""

    board: Board
    use_by: date


def tables(problem: Problem, arrivals: Reach, *, loading_h: float | None = None) -> Tables:
    """Build the board of a question; a depot gives no more than it can load in `loading_h` hours, where they are given.

    Lots must be usable on the day of the last arrival or deadline. A layer of a floor is stock of its own, which only
    needs of a response level high enough may have.
    """
    demands, items = problem.supply.demands, [item.id for item in problem.district.items]
    place = {item: k for k, item in enumerate(items)}
    weights = problem.doctrine.weights
    worth = [POINTS_PER_NEED * demand.weight / demand.need.quantity for demand in demands]
    reached = arrivals.arrive_s[arrivals.arrive_s < NEVER]
    latest = max([int(reached.max(initial=0)), *(demand.need.deadline_s for demand in demands)])
    use_by = (problem.request.now + timedelta(seconds=latest)).date()
    substitutes = tuple(
        Substitute(item=place[item.id], other=place[other], ratio=ratio)
        for item in problem.district.items
        for other, ratio in item.substitutes.items()
        if other in place
    )
    wanted = {demand.need.item for demand in demands}
    wanted |= {items[each.other] for each in substitutes if items[each.item] in wanted}
    sources = np.array(list(_sources(problem, wanted, place, use_by)), dtype=np.int64).reshape(-1, 4)
    hours = np.where(arrivals.travel_s < NEVER, arrivals.travel_s, 0) / SECONDS_PER_HOUR
    driving = np.ceil(weights.driving_hour * hours).astype(np.int64)
    called = [_LEVELS.index(incident.response_level) for incident in problem.incidents]
    unlimited = np.full(len(problem.depots), inf)
    board = Board(
        items=tuple(items),
        kg=np.array([item.kg for item in problem.district.items]),
        m3=np.array([item.m3 for item in problem.district.items]),
        depot=sources[:, 0],
        stocked=sources[:, 1],
        stock=sources[:, 2],
        opened=sources[:, 3],
        point=_longs(demand.incident for demand in demands),
        item=_longs(place[demand.need.item] for demand in demands),
        need=_longs(demand.need.quantity for demand in demands),
        worth=np.maximum(1, np.rint(worth)).astype(np.int64),
        deadline_s=_longs(demand.need.deadline_s for demand in demands),
        calls=_longs(called[demand.incident] for demand in demands),
        arrive_s=arrivals.arrive_s,
        price=weights.tier_step * problem.supply.tier_rank.astype(np.int64)[:, None] + driving,
        step_s=weights.delivery_step_s,
        substitutes=substitutes,
        issue_kg=unlimited
        if loading_h is None
        else np.array([60 * loading_h * depot.loading_kg_per_min for depot in problem.depots]),
        issue_m3=unlimited,
    )
    return Tables(board, use_by)


def _longs(numbers: Iterable[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(list(numbers), dtype=np.int64)


def _sources(
    problem: Problem, wanted: set[str], place: dict[str, int], use_by: date
) -> Iterator[tuple[int, int, int, int]]:
    """Depot, item, units and how far a need must reach: above the floor, then each layer that a level opens."""
    floors = problem.doctrine.floors
    shares = [0.0 if floors is None else floors.share(level) for level in _LEVELS]
    for d, depot in enumerate(problem.depots):
        held = dict.fromkeys(sorted(wanted), 0)
        for lot in depot.lots:
            if lot.item in held and lot.usable_on(use_by):
                held[lot.item] += lot.quantity
        for item, units in held.items():
            floor, given = depot.reserve.get(item, 0), 0
            for level, share in enumerate(shares):
                free = max(0, units - floor + int(floor * share + 1e-9))
                if free > given:
                    yield d, place[item], free - given, level
                given = max(given, free)
