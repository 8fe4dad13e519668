"""Plans and prices as the kernels hold them: empty ones to begin with, and a plan back in the board's own numbers."""

from __future__ import annotations

import numpy as np

from dispatch.decomposition.board import LEVELS, Ids, Longs
from kernels.choose_bound import Prices
from kernels.choose_plan import Plan, price_members
from kernels.choose_table import Table

Fills = tuple[tuple[tuple[int, int], ...], ...]


def empty_plan(t: Table, teams: int, most: int) -> Plan:
    """Make a plan that sends nobody, with room for `most` teams at each incident."""
    incidents = t.first_weight.size
    return Plan(
        np.full(teams, -1, dtype=np.int32),
        np.zeros((incidents, most), dtype=np.int32),
        np.zeros(incidents, dtype=np.int32),
        np.zeros((incidents, LEVELS), dtype=np.int64),
        np.zeros(teams, dtype=np.int8),
        np.zeros(t.cap.size, dtype=np.int64),
        np.zeros(LEVELS, dtype=np.int64),
    )


def empty_prices(t: Table, teams: int, most: int) -> Prices:
    """Make prices of 0, without a bound yet."""
    incidents = t.first_weight.size
    of_teams, of_groups = (2, teams), (2, t.cap.size)
    return Prices(
        np.zeros(of_teams, dtype=np.int64),
        np.zeros(of_groups, dtype=np.int64),
        np.zeros(of_teams, dtype=np.int64),
        np.zeros(of_teams, dtype=np.int64),
        np.zeros((incidents, most), dtype=np.int32),
        np.full(incidents, -1, dtype=np.int32),
        np.zeros((incidents, 5), dtype=np.int64),
        np.zeros(of_teams, dtype=np.int64),
        np.zeros(of_groups, dtype=np.int64),
        np.array([-(2**62), 0], dtype=np.int64),
    )


def sent(t: Table, order: Longs, plan: Plan, scratch: Ids) -> tuple[Ids, Ids, Fills]:
    """Who goes where, by incident and arrival: team and incident int32[sent], and (demand, units) each fills.

    `order` int64[demands] gives the board's demand behind each of the table.
    """
    value = np.zeros(LEVELS, dtype=np.int64)
    team, incident, fills = [], [], []
    for i in range(plan.crew.size):
        count = int(plan.crew[i])
        members = np.sort(plan.members[i, :count])
        price_members(t, i, members, count, value, scratch)
        d0, d1 = int(t.first_demand[i]), int(t.first_demand[i + 1])
        for x, k in enumerate(members.tolist()):
            team.append(int(t.team[k]))
            incident.append(i)
            mine = [(int(order[d]), int(scratch[x, d - d0])) for d in range(d0, d1)]
            fills.append(tuple((d, units) for d, units in mine if units > 0))
    return np.array(team, dtype=np.int32), np.array(incident, dtype=np.int32), tuple(fills)
