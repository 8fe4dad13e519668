"""The board: teams against incidents in whole numbers, as the kernels of the exact search read it.

`make_table` keeps the pairs that can be of use, by incident and in order of arrival. `Scale` says how six levels
are put into the two halves of a cost so that comparing costs compares plans level by level.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kernels.choose_lay import DIGITS, FACTS, Pairs, Sheet, lay_pairs, mark
from kernels.choose_table import BITS, DEEP, Table
from models.errors import require

Ids = NDArray[np.int32]
Longs = NDArray[np.int64]

LEVELS: Final = 6
WEIGHTED: Final = 3
"""How many levels, the first ones, are whole multiples of weights added up."""

_HALF: Final = 2**55
"""What the cost of a plan may reach in one half."""

_COLUMN: Final = 2**59
"""What the cost of any one incident may reach in one half."""

_SLIPS: Final = 2**21
"""Numbers that the pairs of some incidents may take while they are sorted: 8 MB, which a cache holds in part, and which
are much sooner had than memory for all pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Teams of which at most `most` may be sent; locked teams count among them and go in any case."""

    teams: tuple[int, ...]
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Teams against incidents and their demands.

    Attributes
    ----------
    arrive_s, travel_s, price : int32[teams, incidents]
        Seconds to arrival, driving seconds, price of sending.
    allowed : bool[teams, incidents]
        Whether the team may go there.
    units : int32[teams, demands]
        Units of the demand a team fills.
    ready_s : int32[teams, demands] or None
        Seconds until a team counts for a demand, not before it arrives; None: as it arrives; `NEVER`: not at all.
    incident : int32[demands]
        The incident of each demand.
    need, weight, target_s : int64[demands]
        Units needed, what one counts, and by when.
    first_weight, first_target_s : int64[incidents]
        What the first arrival counts, and by when.
    locked : int32[teams]
        The incident a team must go to, or -1.
    groups
        Teams of which only some may be sent.
    turn : int32[teams, incidents] or None
        What sending counts on level 3 beside the response: the price of turning a team that is on its way.
    cover : int32[teams] or None
        What sending counts on level 5: cover that the team takes with it.
    response_step_s
        Seconds of a step of level 3.
    """

    arrive_s: Ids
    travel_s: Ids
    price: Ids
    allowed: NDArray[np.bool_]
    units: Ids
    incident: Ids
    need: Longs
    weight: Longs
    target_s: Longs
    first_weight: Longs
    first_target_s: Longs
    locked: Ids
    response_step_s: int
    ready_s: Ids | None = None
    groups: tuple[Group, ...] = field(default=())
    turn: Ids | None = None
    cover: Ids | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Teams and incidents."""
        teams, incidents = self.arrive_s.shape
        return teams, incidents


@dataclass(frozen=True, slots=True)
class Reached:
    """Value reached on one level and the bound that no plan which keeps the earlier levels can beat."""

    value: int
    bound: int

    @property
    def proven(self) -> bool:
        """Whether nothing better exists."""
        return self.bound >= self.value


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a search reached.

    Attributes
    ----------
    team, incident : int32[sent]
        Who goes where, by incident and arrival.
    fills
        For each team sent, (demand, units) it fills.
    levels
        Value and bound of levels 1 to 6.
    curve
        (seconds since the start, values by level, bound by level) whenever something became better.
    work
        Columns looked for.
    """

    team: Ids
    incident: Ids
    fills: tuple[tuple[tuple[int, int], ...], ...]
    levels: tuple[Reached, ...]
    curve: tuple[tuple[float, tuple[int, ...], tuple[int, ...]], ...]
    work: int


def widest(board: Board) -> int:
    """Bits of a label of the incident that needs the most: what a column search takes grows with it."""
    bits = np.ceil(np.log2(board.need + 1.0))
    return int(np.bincount(board.incident, weights=bits).max(initial=0)) if bits.size else 0


def _frozen(values: NDArray[np.generic], dtype: type[np.signedinteger]) -> NDArray[np.signedinteger]:
    array = np.array(values, dtype=dtype, order="C")
    array.flags.writeable = False
    return array


def _seen(values: NDArray[Any] | None, dtype: type[np.generic]) -> NDArray[Any]:
    """Give an array as kernels read it, without a copy where it is like that already; None becomes an empty one."""
    array = np.zeros((0, 0), dtype=dtype) if values is None else np.ascontiguousarray(values, dtype=dtype)
    view = array.view()
    view.flags.writeable = False
    return view


def _sheet(board: Board, order: Longs, first_demand: Longs) -> Sheet:
    """Give the tables of a board as kernels read them."""
    apart = bool((np.diff(board.incident) < 0).any())  # demands mostly lie by incident already
    ready = board.ready_s
    return Sheet(
        arrive=_seen(board.arrive_s, np.int32),
        travel=_seen(board.travel_s, np.int32),
        price=_seen(board.price, np.int32),
        turn=_seen(board.turn, np.int32),
        allowed=_seen(board.allowed, np.bool_),
        cover=_seen(np.zeros(0) if board.cover is None else board.cover, np.int32),
        locked=_seen(board.locked, np.int32),
        units=_seen(board.units[:, order] if apart else board.units, np.int32),
        ready=_seen(ready[:, order] if apart and ready is not None else ready, np.int32),
        incident=_seen(board.incident[order], np.int32),
        first_demand=_seen(first_demand, np.int64),
    )


def make_table(board: Board) -> tuple[Table, Longs]:
    """Sort the useful pairs by incident and arrival.

    Returns
    -------
    table
        The board for the kernels.
    order : int64[demands]
        The board's demand behind each demand of the table.

    Raises
    ------
    InputError
        An incident has more demands, or larger needs, than the search can hold.
    """
    incidents = board.shape[1]
    order = np.argsort(board.incident, kind="stable")
    first_demand = np.searchsorted(board.incident[order], np.arange(incidents + 1)).astype(np.int64)
    deep = np.diff(first_demand)
    deepest = int(deep.max(initial=1))
    require(
        deepest <= DEEP,
        "an incident may have at most {most} force needs, not {count}",
        where="incidents",
        most=DEEP,
        count=deepest,
    )
    pairs = _pairs(_sheet(board, order, first_demand), deepest)
    shift, mask = _places(board.need[order], first_demand)
    group_start, group, cap = _groups(board)
    for array in pairs:
        array.flags.writeable = False
    return Table(
        start=pairs.start,
        first_demand=_frozen(first_demand, np.int64),
        team=pairs.team,
        arrive=pairs.arrive,
        turn=pairs.turn,
        price=pairs.price,
        cover=pairs.cover,
        travel=pairs.travel,
        must=pairs.must,
        units=pairs.units,
        ready=pairs.ready,
        need=_frozen(board.need[order], np.int64),
        weight=_frozen(board.weight[order], np.int64),
        target=_frozen(board.target_s[order], np.int64),
        shift=_frozen(shift, np.int64),
        mask=_frozen(mask, np.int64),
        loose=pairs.loose,
        first_weight=_frozen(board.first_weight, np.int64),
        first_target=_frozen(board.first_target_s, np.int64),
        group_start=_frozen(group_start, np.int64),
        group=_frozen(group, np.int32),
        cap=_frozen(cap, np.int64),
        step=_frozen(np.array([board.response_step_s]), np.int64),
    ), order


def _pairs(sheet: Sheet, deepest: int) -> Pairs:
    """Lay out the useful pairs; no incident has more than `deepest` demands."""
    teams, incidents = sheet.arrive.shape
    start = np.empty(incidents + 1, dtype=np.int64)
    useful = np.empty((teams, incidents), dtype=np.int8)
    mark(sheet, np.empty(incidents, dtype=np.int8), useful, start)
    count, demands = int(start[-1]), sheet.incident.size
    team, arrive, price, travel = (np.empty(count, dtype=np.int32) for _ in range(4))
    turn, cover = (np.zeros(count, dtype=np.int32) for _ in range(2))
    units, ready = (np.empty((count, deepest), dtype=np.int32) for _ in range(2))
    must, loose = np.empty(count, dtype=np.int8), np.empty(demands, dtype=np.int8)
    pairs = Pairs(start, team, arrive, turn, price, cover, travel, must, units, ready, loose)
    wide = FACTS + deepest * (1 if sheet.ready.size == 0 else 2)
    block = max(1, min(incidents, _SLIPS // max(1, teams * wide)))
    slips, goes = np.empty((block, teams, wide), dtype=np.int32), np.empty((2, block + 1), dtype=np.int64)
    keys, tally = np.empty((2, teams), dtype=np.int64), np.empty(DIGITS + 1, dtype=np.int64)
    lay_pairs(sheet, useful, goes, slips, keys, tally, pairs)
    return pairs


def _places(need: Longs, first_demand: Longs) -> tuple[Longs, Longs]:
    """Place and mask of the bits of each demand's need within its incident's label."""
    width = np.ceil(np.log2(need + 1.0)).astype(np.int64)
    before = np.concatenate([[0], np.cumsum(width)])
    owner = np.repeat(np.arange(first_demand.size - 1), np.diff(first_demand))
    shift = before[:-1] - before[first_demand[owner]]
    require(
        int((shift + width).max(initial=0)) <= BITS,
        "the force needs of an incident are too large for the search: {bits} bits of at most {most}",
        where="incidents",
        bits=int((shift + width).max(initial=0)),
        most=BITS,
    )
    return shift, (np.int64(1) << width) - 1


def _groups(board: Board) -> tuple[Longs, Ids, Longs]:
    """Groups of each team in rows, and how many of each may be sent beside the locked ones, which always go."""
    teams = board.shape[0]
    locked = board.locked >= 0
    cap = [max(0, group.most - sum(bool(locked[u]) for u in group.teams)) for group in board.groups]
    team = np.array([u for group in board.groups for u in group.teams if not locked[u]], dtype=np.int64)
    of = [g for g, group in enumerate(board.groups) for u in group.teams if not locked[u]]
    by_team = np.argsort(team, kind="stable")
    start = np.searchsorted(team[by_team], np.arange(teams + 1)).astype(np.int64)
    return start, np.array(of, dtype=np.int32)[by_team], np.array(cap, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Scale:
    """How levels are put into costs.

    `factor` int64[2, 6]: what one unit of each level counts in the high and the low half. `high`, `low`: the levels
    in each half, most important first; levels before them are 0 in the plan at hand and must stay so, levels after
    them are not part of the cost.
    """

    factor: Longs
    high: tuple[int, ...]
    low: tuple[int, ...]


def _ceilings(t: Table) -> Longs:
    """Most that each level of each incident can come to, int64[6, incidents], for a plan without idle teams."""
    incidents = t.first_weight.size
    most = np.zeros((LEVELS, incidents), dtype=np.int64)
    longest = np.zeros(incidents, dtype=np.int64)
    if t.team.size:
        filled = np.flatnonzero(np.diff(t.start))
        longest[filled] = np.maximum.reduceat(t.ready.max(axis=1), t.start[filled])
    for level, each in ((2, t.turn), (3, t.price), (4, t.cover), (5, t.travel)):
        most[level] = _most_sent(t, each)
    owner = np.repeat(np.arange(incidents), np.diff(t.first_demand))
    np.add.at(most[0], owner, t.weight * t.need)
    np.add.at(most[1], owner, t.weight * t.need * np.maximum(0, longest[owner] - t.target))
    most[1] += t.first_weight * np.maximum(0, longest - t.first_target)
    steps = -(-longest // t.step[0])
    np.add.at(most[2], owner, t.weight * t.need * steps[owner])
    most[2] += t.first_weight * steps
    return most


def _most_sent(t: Table, cost: Ids) -> Longs:
    """Most that a cost of sending, int32[pairs], can come to at each incident: one team for each unit needed."""
    most = np.zeros(t.first_weight.size, dtype=np.int64)
    if t.team.size:
        filled = np.flatnonzero(np.diff(t.start))
        people = np.zeros(most.size, dtype=np.int64)
        np.add.at(people, np.repeat(np.arange(most.size), np.diff(t.first_demand)), t.need)
        people[filled] += 1 + np.add.reduceat(t.must.astype(np.int64), t.start[filled])
        most[filled] = people[filled] * np.maximum.reduceat(cost, t.start[filled])
    return most


def granules(t: Table) -> Longs:
    """What every value of a level is a multiple of, int64[6]."""
    weights = np.gcd.reduce(t.weight, initial=0)
    both = np.gcd.reduce(np.concatenate([[weights], t.first_weight]))
    each = [weights, both, np.gcd.reduce(t.turn, initial=int(both))]
    each += [np.gcd.reduce(cost, initial=0) for cost in (t.price, t.cover, t.travel)]
    return np.maximum(1, np.array(each, dtype=np.int64))


def scale_for(t: Table, value: Longs, held: int = 0) -> Scale:
    """Choose a scale in which a plan costs less than one of `value` int64[6] only if it is better, level by level.

    Parameters
    ----------
    t
        The board.
    value : int64[6]
        Levels of the plan to beat; plans that are worse may cost anything above it.
    held
        How many levels, the first ones, are proven. Those of them that are not 0 have no part in the scale: whoever
        uses it keeps them at their value by a price.
    """
    most = _ceilings(t)
    reach = most.sum(axis=1)
    zeros = max(held, int(np.argmax(value > 0)) if (value > 0).any() else LEVELS)
    if zeros == LEVELS:
        return Scale(np.ones((2, LEVELS), dtype=np.int64), (), ())
    reach[: zeros + 1] = np.minimum(reach[: zeros + 1], value[: zeros + 1])
    slowest = int(
        (t.weight * t.need * (t.target + t.step[0])).sum()
        + (t.first_weight * (t.first_target + t.step[0])).sum()
    )
    turned = int(_most_sent(t, t.turn).sum())
    reach[2] = min(reach[2], (reach[1] + slowest) // int(t.step[0]) + 1 + turned)
    weights = np.concatenate([t.weight, t.first_weight, t.turn])
    lightest = int(weights[weights > 0].min(initial=2**31)) if zeros <= WEIGHTED else 1
    best = Scale(np.zeros((2, LEVELS), dtype=np.int64), (), ())
    for end in range(LEVELS, zeros, -1):
        factor = _factors(zeros, zeros, end, reach, lightest)
        if _fits(factor, most):
            best = Scale(np.stack([factor, np.zeros_like(factor)]), tuple(range(zeros, end)), ())
            break
    best.factor[0, :zeros][value[:zeros] > 0] = 0
    start = zeros + len(best.high)
    for end in range(LEVELS, start, -1):
        low = _factors(0, start, end, reach, 1)
        low[:start] = 0
        if best.high and _fits(low, most):
            return Scale(np.stack([best.factor[0], low]), best.high, tuple(range(start, end)))
    return best


def _factors(zeros: int, start: int, end: int, reach: Longs, lightest: int) -> Longs:
    """Factors of levels `start` to `end`, each above all that follows; so do `lightest` units of one before `zeros`."""
    factor = np.zeros(LEVELS, dtype=np.int64)
    total = 1
    for level in range(end - 1, start - 1, -1):
        factor[level] = min(total, 2**62)
        total *= int(reach[level]) + 1
    if total > _HALF:
        factor[:] = 2**62
        return factor
    factor[:zeros] = -(-total // lightest)
    return factor


def _fits(factor: Longs, most: Longs) -> bool:
    """Whether no incident's cost can overflow."""
    column = max(sum(int(f) * int(m) for f, m in zip(factor, each, strict=True)) for each in most.T)
    everything = int(factor[0]) * int(most[0].sum())
    return column <= _COLUMN and everything <= 4 * _COLUMN
