"""A choice of teams and trucks cut down to what truly comes: no search, for when there is no time to choose anew.

Who would wait for an item that does not come stops counting for what needs it, and stays at home where it would be
there for nothing else. Everyone else counts from when the items are truly there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dispatch.allocation import Allocated, Trip
from dispatch.assignment import Assigned, Sent
from dispatch.coupling import Key, item_demands
from dispatch.lexicographic import Level
from dispatch.problem import ForceSide, Problem
from dispatch.standing import useless
from dispatch.valuation import bounded, team_values, truck_values


def cut_down(
    problem: Problem, late: ForceSide, assigned: Assigned, chosen: tuple[Problem, Allocated]
) -> tuple[Problem, Assigned, Allocated]:
    """Cut a choice down to what comes.

    Parameters
    ----------
    problem
        The problem the teams were chosen for.
    late
        Its teams with the true times of the items, as `dispatch.coupling.true_times` gives them.
    assigned
        The teams chosen.
    chosen
        The problem with the items in it that they wait for, and the supplies chosen for it.

    Returns
    -------
    problem, assigned, allocated
        As `dispatch.solve.settle` gives them, in agreement with one another.
    """
    together, allocated = chosen
    true = replace(problem, force=late)
    sent = _counting(true, assigned.sent)
    kept = Assigned(sent, bounded(team_values(true, sent), assigned.levels))
    less = item_demands(true, kept)
    trips = tuple(_reloaded(allocated.trips, together, less))
    if less.supply.demands == together.supply.demands:
        return less, kept, allocated
    levels = tuple(Level(value, 0) for value in truck_values(less, trips))
    return less, kept, Allocated(trips, levels)


def _counting(problem: Problem, sent: Sequence[Sent]) -> tuple[Sent, ...]:
    """Give who still counts for something, with what it still counts for."""
    counts = problem.force.counts
    left = tuple(
        replace(each, fills=tuple((n, units) for n, units in each.fills if counts[each.team, n] > 0))
        for each in sent
    )
    idle = useless(problem, left)
    return tuple(each for each in left if each.team not in idle)


def _reloaded(trips: Sequence[Trip], before: Problem, now: Problem) -> list[Trip]:
    """Number the loads of trips by the demands of `now`; what nobody wants any more is left in the depot."""
    rows: dict[Key, int] = {(each.incident, each.need.item): n for n, each in enumerate(now.supply.demands)}
    wanted = [each.need.quantity for each in now.supply.demands]
    out = []
    for trip in trips:
        load = []
        for n, units in trip.load:
            row = rows.get((trip.incident, before.supply.demands[n].need.item))
            if row is not None and (units := min(units, wanted[row])) > 0:
                wanted[row] -= units
                load.append((row, units))
        if load:
            out.append(replace(trip, load=tuple(load)))
    return out
