"""Plan once before the first question comes, so that nothing compiles then."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

from dispatch.desk import Desk
from dispatch.relief.plan import plan_relief
from dispatch.solve import solve
from dispatch.supplying.answer import answer
from models.codec import read_file
from models.incident import ResponseLevel
from models.relief_plan import RELIEF_REQUEST_SCHEMA, ReliefPlace, ReliefRequest
from models.request import Request
from scenarios.catalogue import DATA, sample_relief
from scenarios.world import World


def warm_up(world: World) -> float:
    """Plan the sample request twice, with large needs and with small ones: each way to choose teams is gone once.

    Its supplies are planned once more for the whole district, without trucks, and relief for a few people of one town.

    Parameters
    ----------
    world
        The embedded world, which the sample is made for.

    Returns
    -------
    float
        Seconds it took.
    """
    start = perf_counter()
    desk, sample = Desk(world), read_file(Request, DATA / "three_incidents.json")
    small = tuple(
        replace(incident, response_level=ResponseLevel.IV, supply_needs=()) for incident in sample.incidents
    )
    for request in (sample, replace(sample, incidents=small)):
        solve(desk, request)
    travel = desk.travel(sample)
    answer(desk.problem(sample, travel), travel)
    town = world.district.towns[0]
    few = ReliefRequest(
        schema=RELIEF_REQUEST_SCHEMA,
        id="warm-up",
        now=sample.now,
        type=sample.incidents[0].type,
        days=1,
        places=(ReliefPlace(id=town.code, name=town.name, position=town.position, people=100),),
        rounds=1,
    )
    plan_relief(desk, few, sample_relief())
    return perf_counter() - start
