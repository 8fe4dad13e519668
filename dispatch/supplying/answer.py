"""A question and travel times become a checked supply plan: the one call of every shell."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import Final

from dispatch.language import phrase
from dispatch.problem import Problem, TravelTable
from dispatch.supplying.allocate import allocate
from dispatch.supplying.compose import Made, deliveries, gaps
from dispatch.supplying.reach import reach
from dispatch.supplying.restock import purchases, transfers
from dispatch.supplying.tables import tables
from dispatch.supplying.verify import faults
from models.errors import require
from models.supply_plan import Reached, SupplyPlan

_NAMES: Final = (
    phrase("unmet supplies"),
    phrase("worst served need, thousandths it falls short"),
    phrase("lateness of supplies"),
    phrase("delivery time"),
    phrase("tiers and driving"),
)


def answer(problem: Problem, travel: TravelTable, *, loading_h: float | None = None) -> SupplyPlan:
    """Plan which depot gives what to whom by when, without regard to how many trucks there are.

    Parameters
    ----------
    problem
        What `dispatch.desk.Desk.problem` makes of a request.
    travel
        Travel times with the request's closures.
    loading_h
        Hours for which each depot can load, at its `loading_kg_per_min`; None: as much as it has.

    Raises
    ------
    InputError
        `loading_h` is not above 0.
    """
    require(
        loading_h is None or (isfinite(loading_h) and loading_h > 0),
        "hours of loading must be above 0, got {n}",
        n=loading_h,
    )
    arrivals = reach(problem, travel)
    made_of = tables(problem, arrivals, loading_h=loading_h)
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
