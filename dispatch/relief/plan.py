"""People, stock and roads → a checked plan of relief: the whole way in one place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from dispatch.check.relief import check_relief
from dispatch.desk import Desk, refuse_off_map
from dispatch.relief.wants import estimates, place_needs, wants, with_substitutes
from dispatch.relief.write import Asked, write
from dispatch.tables.stock import Stock
from dispatch.tables.tours import Means, Sling, tour_problem
from dispatch.tours.plan import plan_tours
from dispatch.tours.search import Effort
from graphs.travel import TravelTimes
from models.errors import require
from models.relief import ReliefRates
from models.relief_plan import ReliefPlan, ReliefRequest
from models.world import District
from scenarios.world import World


def plan_relief(world: World | Desk, request: ReliefRequest, rates: ReliefRates) -> ReliefPlan:
    """Plan who brings what to displaced people.

    Parameters
    ----------
    world
        Roads, depots, trucks; a desk where more than one question is asked.
    request
        Places and people, closures, helicopters, and how far to search.
    rates
        What people need.

    Returns
    -------
    ReliefPlan
        With its check. What cannot be delivered is in it with a reason.

    Raises
    ------
    InputError
        The request does not fit the world.
    """
    desk = world if isinstance(world, Desk) else Desk(world)
    travel = desk.travel_with(request.closures, request.now)
    district = _open(desk.roster.district, request)  # with the reserve floors by tier
    _check(district, request, travel)
    rates.check_known((item.id for item in district.items), district.doctrine.incidents)
    use_by = _use_by(district, request)
    estimated = estimates(request, rates)
    needs = with_substitutes(district, place_needs(request, estimated), _stock(district, request, use_by))
    asked = wants(request, needs, district.doctrine.weights.stake)
    problem = tour_problem(
        district, travel, [want for _, want in asked], use_by=use_by, means=_means(request)
    )
    effort = Effort(rounds=request.rounds, seconds=request.time_limit_s, seed=request.seed)
    tours = plan_tours(problem, effort)
    plan = write(Asked(district, request, estimated, needs, asked, use_by), problem, tours, travel)
    return replace(plan, check=check_relief(district, travel, plan, rates))


def _open(district: District, request: ReliefRequest) -> District:
    """Leave out depots that are closed now, and shelters, which may name them."""
    local = district.local(request.now)
    depots = tuple(depot for depot in district.depots if depot.open_at(local))
    return replace(district, depots=depots, shelters=())


def _check(district: District, request: ReliefRequest, travel: TravelTimes) -> None:
    """Refuse what the district does not know, and places off the map."""
    types = district.doctrine.incidents
    require(
        request.type in types,
        "no incident type {id!r} in the doctrine; there are {known}",
        where="type",
        id=request.type,
        known=", ".join(types),
    )
    items, depots = {item.id for item in district.items}, {depot.id for depot in district.depots}
    for p, place in enumerate(request.places):
        for n, need in enumerate(place.needs):
            where = f"places[{p}].needs[{n}].item"
            require(need.item in items, "no item {id!r} in this district", where=where, id=need.item)
    for h, each in enumerate(request.helicopters):
        where = f"helicopters[{h}].depot"
        require(each.depot in depots, "no open depot {id!r} in this district", where=where, id=each.depot)
    refuse_off_map(travel, [place.position.wgs84 for place in request.places], "places")


def _use_by(district: District, request: ReliefRequest) -> date:
    """Give the last day for which goods are brought: they must be usable until then."""
    return (district.local(request.now) + timedelta(days=request.days)).date()


def _stock(district: District, request: ReliefRequest, use_by: date) -> dict[str, int]:
    """Units by item that depots with a truck or a helicopter may issue."""
    stock, flown = Stock(district), {each.depot for each in request.helicopters}
    moves = [depot.id in flown or any(truck.available for truck in depot.trucks) for depot in district.depots]
    return {item.id: int(stock.issuable(item.id, use_by)[moves].sum()) for item in district.items}


def _means(request: ReliefRequest) -> Means:
    return Means(
        slings=tuple(
            Sling(id=each.id, depot=each.depot, payload_kg=each.payload_kg, free_s=each.free_s)
            for each in request.helicopters
        )
    )
