"""Which people go to which shelter: exact, level by level.

Unplaced people first, then people who come too late, then travel in steps of each person, then shelters that have to be
opened. The first three are one flow of least cost (OR-Tools), which is whole-numbered and optimal by itself; opening
as few shelters as these allow is a model of all flows as cheap, with a switch to each shelter, searched with HiGHS.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from dispatch.lexicographic import Level, Limits, LinearModel, Objective, minimise
from models.errors import require
from models.place import Shelter, ShelterStatus
from models.sheltering import MOST_PEOPLE, Leaving
from models.units import DECISECONDS_PER_SECOND, NEVER

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NODES: Final = 20_000
"""Nodes of the tree before the search for fewer shelters stops, with its bound: some seconds of work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelterTable:
    """The question in numbers; the road is out of sight.

    Attributes
    ----------
    people
        int64[groups].
    free
        int64[shelters]: people each can take.
    area
        int64[groups, shelters]: most people of the group's function that the shelter's area for it serves; the same
        number in all groups of one function.
    function
        Function area of each group, "" for none.
    allowed
        bool[groups, shelters]: it can be reached and has the function area.
    seconds, steps
        int64[groups, shelters]: travel, rounded up; 0 where it is not allowed.
    late
        bool[groups, shelters]: travel longer than the deadline.
    in_use
        bool[shelters]: open already, so that nothing need be opened.
    """

    people: Ints
    free: Ints
    area: Ints
    function: tuple[str, ...]
    allowed: Flags
    seconds: Ints
    steps: Ints
    late: Flags
    in_use: Flags


def shelter_table(
    groups: Sequence[Leaving],
    shelters: Sequence[Shelter],
    times_ds: NDArray[np.int32],
    *,
    m2_per_person: float,
    step_s: int,
) -> ShelterTable:
    """Turn words into numbers.

    Parameters
    ----------
    groups, shelters
        Who has to leave, and where to.
    times_ds
        int32[groups, shelters]: deciseconds, `NEVER` where there is no way.
    m2_per_person
        Room each person needs.
    step_s
        Travel within the same step counts as equally long.

    Raises
    ------
    InputError
        More people than an exact answer holds, or a step below 1.
    """
    require(step_s >= 1, "step_s must be at least 1, got {n}", n=step_s)
    total = sum(group.people for group in groups)
    require(
        total <= MOST_PEOPLE,
        "{n} people have to leave; one question holds up to {most}, ask for parts",
        n=total,
        most=MOST_PEOPLE,
    )
    shape = (len(groups), len(shelters))
    has = np.array(
        [[not g.function or g.function in s.functions for s in shelters] for g in groups], dtype=bool
    ).reshape(shape)
    free = np.array([shelter.free(m2_per_person) for shelter in shelters], dtype=np.int64)
    area = np.array(
        [[s.places.get(g.function, MOST_PEOPLE) for s in shelters] for g in groups], dtype=np.int64
    ).reshape(shape)
    reached = times_ds < NEVER
    allowed = has & reached & (free > 0)
    seconds = np.where(reached, -(-times_ds.astype(np.int64) // DECISECONDS_PER_SECOND), 0)
    deadline = np.array([group.deadline_s for group in groups], dtype=np.int64)
    return ShelterTable(
        people=np.array([group.people for group in groups], dtype=np.int64),
        free=free,
        area=area,
        function=tuple(group.function for group in groups),
        allowed=allowed,
        seconds=seconds,
        steps=-(-seconds // step_s),
        late=reached & (seconds > deadline[:, None]),
        in_use=np.array([s.status is ShelterStatus.IN_USE or s.placed > 0 for s in shelters], dtype=bool),
    )


def values(table: ShelterTable, placed: Ints) -> tuple[int, int, int, int]:
    """Give the four levels that a placing int64[groups, shelters] comes to."""
    return (
        int(table.people.sum() - placed.sum()),
        int(placed[table.late].sum()),
        int((placed * table.steps).sum()),
        int(((placed.sum(axis=0) > 0) & ~table.in_use).sum()),
    )


def _areas(table: ShelterTable) -> list[tuple[str, int]]:
    """Give the function areas with limited places that somebody may use: function and shelter."""
    pairs = np.argwhere(table.allowed & (table.area < MOST_PEOPLE))
    return sorted({(table.function[g], int(s)) for g, s in pairs})


def _costs(table: ShelterTable) -> tuple[Ints, int]:
    """Give int64[groups, shelters], the cost of a person, and that of one unplaced: each level outweighs all below."""
    most, longest = int(table.people.sum()), int(table.steps.max(initial=0))
    too_late = most * longest + 1
    return table.late * too_late + table.steps, most * (too_late + longest) + 1


def cheapest_flow(table: ShelterTable) -> Ints:
    """Place as many as there is room for, as few too late as can be, with the least travel: int64[groups, shelters]."""
    groups, shelters = table.allowed.shape
    placed = np.zeros((groups, shelters), dtype=np.int64)
    pairs = np.argwhere(table.allowed)
    if pairs.size == 0:
        return placed
    most, cost = int(table.people.sum()), _costs(table)[0]
    source, sink, first_shelter = 0, 1, 2 + groups
    areas = {key: first_shelter + shelters + number for number, key in enumerate(_areas(table))}
    flow = min_cost_flow.SimpleMinCostFlow()
    for group in range(groups):
        flow.add_arc_with_capacity_and_unit_cost(source, 2 + group, int(table.people[group]), 0)
    for shelter in range(shelters):
        flow.add_arc_with_capacity_and_unit_cost(first_shelter + shelter, sink, int(table.free[shelter]), 0)
    for (function, shelter), node in areas.items():
        row = table.function.index(function)
        flow.add_arc_with_capacity_and_unit_cost(
            node, first_shelter + shelter, int(table.area[row, shelter]), 0
        )
    g, s = pairs.T
    into = _into(table, areas, pairs, first_shelter)
    arcs = flow.add_arcs_with_capacity_and_unit_cost(2 + g, into, table.people[g], cost[g, s])
    flow.set_node_supply(source, most)
    flow.set_node_supply(sink, -most)
    status = flow.solve_max_flow_with_min_cost()
    if status != flow.OPTIMAL:  # the arcs above always have a flow
        raise RuntimeError(f"the flow of people ended with status {status}")
    placed[g, s] = flow.flows(arcs)
    return placed


def _into(
    table: ShelterTable, areas: Mapping[tuple[str, int], int], pairs: NDArray[np.intp], first: int
) -> Ints:
    """Give the node that each pair leads into, int64[pairs]: a limited function area, else the shelter."""
    into = first + pairs[:, 1]
    for (function, shelter), number in areas.items():
        same = np.array([each == function for each in table.function])
        into[same[pairs[:, 0]] & (pairs[:, 1] == shelter)] = number
    return into


@dataclass(frozen=True, slots=True, kw_only=True)
class CheapestFlows:
    """All flows as cheap as one of them, by what they have in common (complementary slackness).

    Attributes
    ----------
    pairs
        bool[groups, shelters]: pairs that some of them use.
    may_stay
        bool[groups]: groups of whom some of them leave people without a place.
    filled
        bool[shelters]: shelters that are full in every one of them.
    areas
        Function areas with limited places: function, shelter, whether it is full in every one of them.
    """

    pairs: Flags
    may_stay: Flags
    filled: Flags
    areas: tuple[tuple[str, int, bool], ...]


def cheapest_flows(table: ShelterTable, placed: Ints) -> CheapestFlows:
    """Describe all flows that are as cheap as a cheapest one.

    Prices are the shortest distances in what this flow leaves open (Bellman and Ford, from everywhere at once; no ring
    is negative, or the flow would not be the cheapest). What costs more than its prices is used by no cheapest flow;
    what costs less is used to the full by all.
    """
    groups, shelters = table.allowed.shape
    cost, unplaced = _costs(table)
    areas = _areas(table)
    sink = groups + shelters + len(areas)
    node = {key: groups + shelters + number for number, key in enumerate(areas)}
    g, s = np.nonzero(table.allowed)
    into = _into(table, node, np.argwhere(table.allowed), groups)
    here = placed.sum(axis=0)
    arcs = _open_arcs(g, into, cost[g, s], placed[g, s])
    ways = [(groups + k, sink, int(here[k]), int(table.free[k])) for k in range(shelters)]
    for (function, shelter), number in node.items():
        rows = [each == function for each in table.function]
        inside, most = int(placed[rows, shelter].sum()), int(table.area[rows, shelter][0])
        ways.append((number, groups + shelter, inside, most))
    for tail, head, flow, most in ways:
        arcs += [(tail, head, 0)] * (flow < most) + [(head, tail, 0)] * (flow > 0)
    left = table.people - placed.sum(axis=1)
    every = np.arange(groups)
    arcs += _open_arcs(every, np.full(groups, sink), np.full(groups, unplaced), left)
    price = _shortest(arcs, sink + 1)
    pairs = np.zeros_like(table.allowed)
    pairs[g, s] = price[g] + cost[g, s] == price[into]
    return CheapestFlows(
        pairs=pairs,
        may_stay=price[every] + unplaced == price[sink],
        filled=price[groups : groups + shelters] < price[sink],
        areas=tuple((*key, bool(price[node[key]] < price[groups + key[1]])) for key in areas),
    )


def _open_arcs(
    tail: NDArray[np.int64], head: NDArray[np.int64], cost: Ints, flow: Ints
) -> list[tuple[int, int, int]]:
    """Give arcs that can take more at their cost, which these always can, and back where they carry something."""
    carried = flow > 0
    ahead = zip(tail.tolist(), head.tolist(), cost.tolist(), strict=True)
    back = zip(head[carried].tolist(), tail[carried].tolist(), (-cost[carried]).tolist(), strict=True)
    return [*ahead, *back]


def _shortest(arcs: Sequence[tuple[int, int, int]], nodes: int) -> Ints:
    """Give the shortest distance to each node from any, int64[nodes]."""
    tail, head, length = np.array(arcs, dtype=np.int64).reshape(-1, 3).T
    price = np.zeros(nodes, dtype=np.int64)
    for _ in range(nodes):
        sooner = price.copy()
        np.minimum.at(sooner, head, price[tail] + length)
        if (sooner == price).all():
            break
        price = sooner
    return price


def place(table: ShelterTable, *, seed: int, seconds: float) -> tuple[Ints, list[Level]]:
    """Place people in shelters.

    Parameters
    ----------
    table
        The question.
    seed, seconds
        Seed and time of the search for fewer shelters.

    Returns
    -------
    placed : int64[groups, shelters]
        People of each group sent to each shelter.
    levels : list of Level
        People unplaced, people late, travel in steps, shelters opened. The first three are optimal; the last is so
        where its bound meets it.
    """
    start = cheapest_flow(table)
    reached = values(table, start)
    levels = [Level(value, value) for value in reached[:3]]
    flows = cheapest_flows(table, start)
    least = int((flows.filled & ~table.in_use).sum())
    if reached[3] == least:
        return start, [*levels, Level(least, least)]
    pairs = np.argwhere(flows.pairs)
    model, objective = _model(table, flows, pairs)
    begin = np.concatenate(
        [
            start[pairs[:, 0], pairs[:, 1]],
            table.people - start.sum(axis=1),
            (start.sum(axis=0) > 0).astype(np.int64),
        ]
    )
    limits = Limits(seed=seed, seconds=seconds, nodes=NODES)
    found, (level,) = minimise(
        model, [replace(objective, known=least)], start=begin, tidy=lambda solution: solution, limits=limits
    )
    best = np.zeros_like(start)
    best[pairs[:, 0], pairs[:, 1]] = found[: pairs.shape[0]]
    opened = values(table, best)[3]  # a switch that serves nobody is no shelter
    return best, [*levels, Level(opened, min(opened, level.bound))]


def _model(
    table: ShelterTable, flows: CheapestFlows, pairs: NDArray[np.intp]
) -> tuple[LinearModel, Objective]:
    """Write all cheapest flows as a linear model: people of each pair, people unplaced, a switch to each shelter.

    The first three levels hold by which columns there are and what is full; rows that held their sums would have large
    numbers in them, on which the solver's presolve was seen to prove what is not so.
    """
    g, s = pairs[:, 0], pairs[:, 1]
    groups, shelters = table.allowed.shape
    model = LinearModel()
    most = np.minimum(np.minimum(table.people[g], table.free[s]), table.area[g, s])
    sent = model.add_columns(most)
    unplaced = model.add_columns(np.where(flows.may_stay, table.people, 0))
    opened = model.add_columns(np.ones(shelters))
    people, free = table.people.astype(np.float64), table.free.astype(np.float64)
    every, all_shelters, row = np.arange(groups), np.arange(shelters), np.arange(pairs.shape[0])
    model.add_rows(people, people, groups, [(g, sent, 1.0), (every, unplaced, 1.0)])
    model.add_rows(np.where(flows.filled, free, 0.0), free, shelters, [(s, sent, 1.0)])
    model.add_rows(-np.inf, 0.0, shelters, [(s, sent, 1.0), (all_shelters, opened, -free)])
    model.add_rows(-np.inf, 0.0, row.size, [(row, sent, 1.0), (row, opened[s], -most.astype(np.float64))])
    for function, shelter, filled in flows.areas:
        same = np.array([table.function[a] == function and b == shelter for a, b in pairs], dtype=bool)
        limit = float(table.area[table.function.index(function), shelter])
        where = np.zeros(int(same.sum()), dtype=np.int64)
        model.add_rows(limit if filled else 0.0, limit, 1, [(where, sent[same], 1.0)])
    line = np.zeros(model.columns)
    line[opened] = ~table.in_use
    return model, Objective(line)


def one_more_place(table: ShelterTable, placed: Ints, shelter: int) -> tuple[int, int, int]:
    """Give what one more place in a shelter would save: people unplaced, people late, steps of travel."""
    free = table.free.copy()
    free[shelter] += 1
    before, after = values(table, placed), values(table, cheapest_flow(replace(table, free=free)))
    return before[0] - after[0], before[1] - after[1], before[2] - after[2]
