"""After the event: which depot brings another its reserve floor again, and what the district must buy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import inf
from typing import Final

import numpy as np

from dispatch.problem import Problem, TravelTable
from dispatch.supplying.allocate import allocate
from dispatch.supplying.board import Board
from models.supply_plan import Delivery, Purchase, Transfer
from models.units import DECISECONDS_PER_SECOND, NEVER

STEP_S: Final = 60
"""Transfers within the same minute are equally near."""


def transfers(problem: Problem, given: Sequence[Delivery], travel: TravelTable) -> tuple[Transfer, ...]:
    """Propose transfers that fill up reserve floors which the event has drawn on, from the nearest depots above theirs.

    Only depots with a truck give; each depot's worst share counts first, as between incidents.
    """
    drawn = {(each.depot, each.item) for each in given}
    gone = Counter[tuple[str, str]]()
    for each in given:
        gone[each.depot, each.item] += each.issued
    day = problem.request.now.date()
    items = sorted({item for _, item in drawn})
    left = {
        (d, k): sum(lot.quantity for lot in depot.lots if lot.item == item and lot.usable_on(day))
        - gone[depot.id, item]
        - depot.reserve.get(item, 0)
        for d, depot in enumerate(problem.depots)
        for k, item in enumerate(items)
    }
    lacks = [
        (d, k, -units)
        for (d, k), units in left.items()
        if units < 0 and (problem.depots[d].id, items[k]) in drawn
    ]
    gives = [(d, k, units) for (d, k), units in left.items() if units > 0 and problem.depots[d].trucks]
    if not lacks or not gives:
        return ()
    points = sorted({d for d, _, _ in lacks})
    drive = _driving(problem, travel, points)
    need = np.array([units for _, _, units in lacks], dtype=np.int64)
    board = Board(
        items=tuple(items),
        kg=np.ones(len(items)),
        m3=np.ones(len(items)),
        depot=np.array([d for d, _, _ in gives], dtype=np.int64),
        stocked=np.array([k for _, k, _ in gives], dtype=np.int64),
        stock=np.array([units for _, _, units in gives], dtype=np.int64),
        opened=np.zeros(len(gives), dtype=np.int64),
        point=np.array([points.index(d) for d, _, _ in lacks], dtype=np.int64),
        item=np.array([k for _, k, _ in lacks], dtype=np.int64),
        need=need,
        worth=np.ones(need.size, dtype=np.int64),
        deadline_s=np.full(need.size, NEVER, dtype=np.int64),
        calls=np.zeros(need.size, dtype=np.int64),
        arrive_s=drive,
        price=np.zeros(drive.shape, dtype=np.int64),
        step_s=STEP_S,
        issue_kg=np.full(len(problem.depots), inf),
        issue_m3=np.full(len(problem.depots), inf),
    )
    found = allocate(board)
    return tuple(
        Transfer(
            origin=problem.depots[int(board.depot[source])].id,
            depot=problem.depots[points[int(board.point[n])]].id,
            item=items[int(board.item[n])],
            quantity=units,
            travel_s=int(drive[int(board.depot[source]), int(board.point[n])]),
        )
        for source, n, units in zip(
            found.ways.source.tolist(), found.ways.need.tolist(), found.met.tolist(), strict=True
        )
    )


def _driving(
    problem: Problem, travel: TravelTable, points: Sequence[int]
) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    """Seconds from each depot's largest truck to some depots, int32[depots, points]; `NEVER` from itself."""
    out = np.full((len(problem.depots), len(points)), NEVER, dtype=np.int32)
    ends = [problem.depots[d].position.wgs84 for d in points]
    profiles: dict[str, list[int]] = {}
    for d, depot in enumerate(problem.depots):
        if depot.trucks:
            profiles.setdefault(max(depot.trucks, key=lambda truck: truck.payload_kg).profile, []).append(d)
    for profile, rows in sorted(profiles.items()):
        table = travel.table(profile, [problem.depots[d].position.wgs84 for d in rows], ends).astype(np.int64)
        out[rows] = np.where(table < NEVER, -(-table // DECISECONDS_PER_SECOND), NEVER)
    out[list(points), np.arange(len(points))] = NEVER
    return out


def purchases(given: Sequence[Delivery]) -> tuple[Purchase, ...]:
    """List what the district has less of afterwards."""
    gone = Counter[str]()
    for each in given:
        gone[each.item] += each.issued
    return tuple(Purchase(item=item, quantity=units) for item, units in sorted(gone.items()))
