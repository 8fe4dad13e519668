"""A world and a request become a checked plan with its reasons: the one call of every shell."""

from __future__ import annotations

from dispatch.explain import explain
from dispatch.solve import solve
from models.plan import Plan
from models.request import Request
from scenarios.world import World


def answer(world: World, request: Request) -> Plan:
    """Plan for all open incidents together, checked and explained (see `dispatch.solve.solve`)."""
    problem, plan = solve(world, request)
    return explain(problem, plan)
