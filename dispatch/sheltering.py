"""Which people go to which shelter: exact, level by level.

Unplaced people first, then people who come too late, then travel in steps of each person, then shelters that have to be
opened. The first three are one flow of least cost (OR-Tools), which is whole-numbered and optimal by itself; opening
as few shelters as these allow is a model with a switch to each shelter, searched with HiGHS from the flow on.
"""

from __future__ import annotations

from collections.abc import Sequence
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

LEVELS: Final = 4
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


def cheapest_flow(table: ShelterTable) -> Ints:
    """Place as many as there is room for, as few too late as can be, with the least travel: int64[groups, shelters]."""
    groups, shelters = table.allowed.shape
    placed = np.zeros((groups, shelters), dtype=np.int64)
    pairs = np.argwhere(table.allowed)
    if pairs.size == 0:
        return placed
    most = int(table.people.sum())
    too_late = most * int(table.steps.max()) + 1  # one person too late outweighs the travel of all
    source, sink, first_shelter = 0, 1, 2 + groups
    areas = {
        key: first_shelter + shelters + number
        for number, key in enumerate(
            sorted({(table.function[g], int(s)) for g, s in pairs if table.area[g, s] < MOST_PEOPLE})
        )
    }
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
    arcs = [
        flow.add_arc_with_capacity_and_unit_cost(
            2 + g,
            areas.get((table.function[g], int(s)), first_shelter + s),
            int(table.people[g]),
            int(table.late[g, s]) * too_late + int(table.steps[g, s]),
        )
        for g, s in pairs
    ]
    flow.set_node_supply(source, most)
    flow.set_node_supply(sink, -most)
    status = flow.solve_max_flow_with_min_cost()
    if status != flow.OPTIMAL:
        raise RuntimeError(
            f"the flow of people ended with status {status}"
        )  # the arcs above always have a flow
    for (g, s), arc in zip(pairs, arcs, strict=True):
        placed[g, s] = flow.flow(arc)
    return placed


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
    best, levels = start, [Level(value, value) for value in reached[:3]]
    if reached[3] == 0:
        return best, [*levels, Level(0, 0)]
    pairs = np.argwhere(table.allowed)
    model, objectives, first = _model(table, pairs, reached)
    begin = np.concatenate(
        [
            start[pairs[:, 0], pairs[:, 1]],
            table.people - start.sum(axis=1),
            (start.sum(axis=0) > 0).astype(np.int64),
        ]
    )
    limits = Limits(seed=seed, seconds=seconds, nodes=NODES)
    found, levels = minimise(model, objectives, start=begin, tidy=lambda solution: solution, limits=limits)
    best = np.zeros_like(start)
    best[pairs[:, 0], pairs[:, 1]] = found[:first]
    opened = values(table, best)[3]  # a switch that serves nobody is no shelter
    return best, [*levels[:3], Level(opened, min(opened, levels[3].bound))]


def _model(
    table: ShelterTable, pairs: NDArray[np.intp], known: tuple[int, int, int, int]
) -> tuple[LinearModel, list[Objective], int]:
    """Write the four levels as a linear model: people of each allowed pair, people unplaced, a switch to a shelter."""
    g, s = pairs[:, 0], pairs[:, 1]
    groups, shelters = table.allowed.shape
    model = LinearModel()
    most = np.minimum(np.minimum(table.people[g], table.free[s]), table.area[g, s])
    sent = model.add_columns(most)
    unplaced = model.add_columns(table.people)
    opened = model.add_columns(np.ones(shelters))
    people, every = table.people.astype(np.float64), np.arange(groups)
    model.add_rows(people, people, groups, [(g, sent, 1.0), (every, unplaced, 1.0)])
    free, all_shelters = table.free.astype(np.float64), np.arange(shelters)
    model.add_rows(-np.inf, 0.0, shelters, [(s, sent, 1.0), (all_shelters, opened, -free)])
    row = np.arange(pairs.shape[0])
    model.add_rows(-np.inf, 0.0, row.size, [(row, sent, 1.0), (row, opened[s], -most.astype(np.float64))])
    for function, shelter in sorted(
        {(table.function[a], int(b)) for a, b in pairs if table.area[a, b] < MOST_PEOPLE}
    ):
        same = np.array([table.function[a] == function and b == shelter for a, b in pairs])
        limit = float(table.area[table.function.index(function), shelter])
        where = np.zeros(int(same.sum()), dtype=np.int64)
        model.add_rows(-np.inf, limit, 1, [(where, sent[same], 1.0)])
    lines = np.zeros((LEVELS, model.columns))
    lines[0, unplaced] = 1
    lines[1, sent] = table.late[g, s]
    lines[2, sent] = table.steps[g, s]
    lines[3, opened] = ~table.in_use
    objectives = [Objective(line, known=value) for line, value in zip(lines[:3], known[:3], strict=True)]
    return model, [*objectives, Objective(lines[3])], pairs.shape[0]


def one_more_place(table: ShelterTable, placed: Ints, shelter: int) -> tuple[int, int, int]:
    """Give what one more place in a shelter would save: people unplaced, people late, steps of travel."""
    free = table.free.copy()
    free[shelter] += 1
    before, after = values(table, placed), values(table, cheapest_flow(replace(table, free=free)))
    return before[0] - after[0], before[1] - after[1], before[2] - after[2]
