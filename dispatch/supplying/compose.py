"""An allocation in numbers → in words: lots by their expiry, arrivals, reasons, what is missing and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from dispatch.language import phrase
from dispatch.problem import Problem
from dispatch.shelves import Shelves
from dispatch.supplying.allocate import Allocation
from dispatch.supplying.board import Ways, ways
from dispatch.supplying.reach import OWN, Reach
from dispatch.supplying.tables import Tables
from models.place import Name
from models.plan import Limit
from models.supply_plan import Delivery, Draw, Gap
from models.units import NEVER


@dataclass(frozen=True, slots=True)
class Made:
    """What belongs together of one answer."""

    problem: Problem
    arrivals: Reach
    tables: Tables
    found: Allocation


def deliveries(made: Made) -> tuple[Delivery, ...]:
    """Write down what goes where, the soonest first; each depot's lots go out by their expiry, the first first."""
    problem, board = made.problem, made.tables.board
    units: defaultdict[tuple[int, int, int], list[int]] = defaultdict(lambda: [0, 0])
    for source, need, met, issued in zip(
        made.found.ways.source.tolist(),
        made.found.ways.need.tolist(),
        made.found.met.tolist(),
        made.found.issued.tolist(),
        strict=True,
    ):
        both = units[int(board.depot[source]), int(board.stocked[source]), need]
        both[0], both[1] = both[0] + met, both[1] + issued
    order = sorted(units, key=lambda key: (int(board.arrive_s[key[0], board.point[key[2]]]), key))
    shelves = [Shelves(depot, made.tables.use_by) for depot in problem.depots]
    spare = _Spare(made)
    told = []
    for d, item, need in order:
        met, issued = units[d, item, need]
        point = int(board.point[need])
        arrive = int(board.arrive_s[d, point])
        via = int(made.arrivals.via[d, point])
        sooner = spare.sooner(need, arrive)
        instead, at = spare.next_best(d, item, need)
        told.append(
            Delivery(
                depot=problem.depots[d].id,
                tier=problem.depots[d].tier,
                incident=problem.incidents[point].id,
                need=board.items[int(board.item[need])],
                item=board.items[item],
                issued=issued,
                meets=met,
                lots=tuple(
                    Draw(lot=lot.id, quantity=taken, expires=lot.expires)
                    for lot, taken in shelves[d].take(board.items[item], issued)
                ),
                arrives_at=problem.request.now + timedelta(seconds=arrive),
                late_s=max(0, arrive - int(board.deadline_s[need])),
                reason=_reason(sooner),
                via="" if via == OWN else problem.depots[via].id,
                instead="" if instead is None else problem.depots[instead].id,
                instead_at=None if at is None else problem.request.now + timedelta(seconds=at),
            )
        )
    return tuple(told)


def _reason(sooner: int) -> Name:
    if sooner == 0:
        return phrase("the soonest depot that may give it")
    return phrase("{n} sooner depots give what they have to this or to other needs", n=sooner)


class _Spare:
    """What is left after the allocation, by need."""

    def __init__(self, made: Made) -> None:
        board, found = made.tables.board, made.found
        self._board = board
        self._every: Ways = ways(board)
        gone = np.bincount(found.ways.source, weights=found.issued, minlength=board.stock.size)
        self._left = board.stock - gone.astype(np.int64)
        self._at = board.arrive_s[board.depot[self._every.source], board.point[self._every.need]].astype(
            np.int64
        )
        order = np.argsort(self._every.need, kind="stable")
        ends = np.searchsorted(self._every.need[order], np.arange(board.need.size + 1))
        self._of = [order[ends[n] : ends[n + 1]] for n in range(board.need.size)]

    def sooner(self, need: int, arrive: int) -> int:
        """Depots that could have been there at least a step sooner."""
        mine = self._of[need]
        step = self._board.step_s
        first = -(-self._at[mine] // step) < -(-arrive // step)
        return int(np.unique(self._board.depot[self._every.source[mine[first]]]).size)

    def next_best(self, depot: int, item: int, need: int) -> tuple[int | None, int | None]:
        """The soonest other depot that has some of the item left for the need, and its seconds."""
        mine = self._of[need]
        source = self._every.source[mine]
        able = (
            (self._board.depot[source] != depot)
            & (self._board.stocked[source] == item)
            & (self._left[source] >= self._every.ratio[mine])
        )
        if not able.any():
            return None, None
        best = mine[able][np.argmin(self._at[mine[able]])]
        return int(self._board.depot[self._every.source[best]]), int(self._at[best])


def gaps(made: Made) -> tuple[Gap, ...]:
    """Write down what nobody brings, with what limits it."""
    return tuple(_gaps(made))


_REASONS = {
    Limit.NOBODY_HAS_IT: "no depot holds it or a substitute",
    Limit.EXPIRED: "all there is expires before it could be used, or is damaged",
    Limit.UNREACHABLE: "no depot that holds it is open and has a way and a truck",
    Limit.RESERVE: "what is left is kept by reserve floors that this response level does not open",
    Limit.NEEDED_ELSEWHERE: "needs that count for more take it",
    Limit.OUT_OF_STOCK: "all that depots may give is given",
}


def _gaps(made: Made) -> Iterator[Gap]:
    problem, board = made.problem, made.tables.board
    for n, missing in enumerate(made.found.missing(board).tolist()):
        if not missing:
            continue
        reach = int(made.found.reach[n])
        limit = _limit(made, n, reach)
        reason = _REASONS[limit]
        yield Gap(
            incident=problem.incidents[int(board.point[n])].id,
            item=board.items[int(board.item[n])],
            missing=missing,
            reach=reach,
            limit=limit,
            reason=phrase(reason),
        )


def _limit(made: Made, need: int, reach: int) -> Limit:
    problem, board = made.problem, made.tables.board
    item = int(board.item[need])
    useful = {item, *(each.other for each in board.substitutes if each.item == item)}
    names = {board.items[k] for k in useful}
    held = [
        (d, lot)
        for d, depot in enumerate(problem.depots)
        for lot in depot.lots
        if lot.item in names and lot.quantity
    ]
    usable = [(d, lot) for d, lot in held if lot.usable_on(made.tables.use_by)]
    if not held:
        return Limit.NOBODY_HAS_IT
    if not usable:
        return Limit.EXPIRED
    point = int(board.point[need])
    if all(board.arrive_s[d, point] >= NEVER for d, _ in usable):
        return Limit.UNREACHABLE
    if reach >= int(board.need[need]):
        return Limit.NEEDED_ELSEWHERE
    left = sum(lot.quantity for d, lot in usable if board.arrive_s[d, point] < NEVER)
    gone = np.bincount(made.found.ways.source, weights=made.found.issued, minlength=board.stock.size)
    given = sum(int(units) for units, kind in zip(gone, board.stocked, strict=True) if int(kind) in useful)
    return Limit.RESERVE if left > given else Limit.OUT_OF_STOCK
