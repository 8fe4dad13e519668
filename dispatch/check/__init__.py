"""Does this plan hold? Recomputed from the words of request and district; shares no code with the solver.

Of the problem's tables only the driving seconds are taken over; who may go, who counts, what is in stock, what it
weighs and what the objective comes to is worked out here again, one plain rule after another.
"""

from __future__ import annotations

from collections.abc import Iterator

from dispatch.check.facts import Facts
from dispatch.check.moves import move_faults
from dispatch.check.objective import objective_faults
from dispatch.check.shortfalls import shortfall_faults
from dispatch.check.supplies import supply_faults
from dispatch.check.teams import team_faults
from dispatch.problem import Problem
from models.plan import CheckReport, Plan

__all__ = ["check"]


def check(problem: Problem, plan: Plan) -> CheckReport:
    """Check a plan against the problem it answers.

    Returns
    -------
    CheckReport
        `ok` where nothing was found, else one sentence per fault.
    """
    facts = Facts(problem)
    faults = [
        *_identity(problem, plan),
        *team_faults(facts, plan),
        *supply_faults(facts, plan),
        *shortfall_faults(facts, plan),
        *move_faults(facts, plan),
    ]
    if not faults:
        faults.extend(objective_faults(facts, plan))
    return CheckReport(ok=not faults, faults=tuple(faults))


def _identity(problem: Problem, plan: Plan) -> Iterator[str]:
    if plan.inputs_digest != problem.inputs_digest:
        yield "the plan was made for other inputs"
    if plan.request != problem.request.id or plan.world != problem.district.id:
        yield "the plan names another request or world"
    if plan.doctrine != problem.district.doctrine.version:
        yield "the plan names another doctrine"
