"""A question and travel times become a checked supply plan: the one call of every shell."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dispatch.language import phrase
from dispatch.problem import Problem, TravelTable
from dispatch.supplying.allocate import allocate
from dispatch.supplying.compose import Made, deliveries, gaps
from dispatch.supplying.reach import reach
from dispatch.supplying.restock import purchases, transfers
from dispatch.supplying.tables import tables
from dispatch.supplying.verify import faults
from models.supply_plan import Reached, SupplyPlan

_NAMES: Final = (
    phrase("unmet supplies"),
    phrase("worst served need, thousandths it falls short"),
    phrase("lateness of supplies"),
    phrase("delivery time"),
    phrase("tiers and driving"),
)


def answer(problem: Problem, travel: TravelTable) -> SupplyPlan:
    """Plan which depot gives what to whom by when, without regard to how many trucks there are.

    Parameters
    ----------
    problem
        What `dispatch.desk.Desk.problem` makes of a request.
    travel
        Travel times with the request's closures.
    """
    arrivals = reach(problem, travel)
    made_of = tables(problem, arrivals)
    request = problem.request
    found = allocate(made_of.board, seed=request.seed, seconds=request.time_limit_s)
    made = Made(problem, arrivals, made_of, found)
    given = deliveries(made)
    plan = SupplyPlan(
        schema="rescue-dispatch/supply-plan/1",
        world=problem.district.id,
        request=request.id,
        now=request.now,
        use_by=made_of.use_by,
        levels=tuple(
            Reached(name=name, value=level.value, bound=level.bound)
            for name, level in zip(_NAMES, found.levels, strict=True)
        ),
        deliveries=given,
        gaps=gaps(made),
        transfers=transfers(problem, given, travel),
        purchases=purchases(given),
    )
    return replace(plan, faults=faults(problem, plan))
