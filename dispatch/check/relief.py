"""Does a plan of relief hold? Recomputed from its words, the district and driving times, without code of the search.

Loads and what vehicles hold, lots and their expiry, reserve floors, times of every leg, queues at docks, crews' hours,
and what each place gets against what it needs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from dispatch.check.needs import needs_faults
from dispatch.problem import TravelTable
from models.crs import LngLat
from models.plan import CheckReport, Load
from models.relief import ReliefRates
from models.relief_plan import ReliefPlan, ReliefTrip
from models.supply import Depot, Truck
from models.units import DECISECONDS_PER_SECOND, NEVER
from models.world import District

_DRIVING_MOST_S = 4 * 3600
_REST_S = 20 * 60
"""Regulation on the Implementation of the Road Traffic Safety Law, article 62 (7)."""

_ROUNDING = 0.06
"""Kilograms are written to a tenth."""


def check_relief(
    district: District, travel: TravelTable, plan: ReliefPlan, rates: ReliefRates
) -> CheckReport:
    """Check a plan of relief.

    Parameters
    ----------
    district, travel
        Depots, lots, trucks; travel times with the closures in force.
    plan, rates
        The plan, and what the needs were estimated by.

    Returns
    -------
    CheckReport
        `ok` where nothing was found, else one sentence per fault.
    """
    faults = [
        *_vehicles(district, plan),
        *_stock(district, plan),
        *(fault for trip in plan.trips for fault in _times(district, travel, plan, trip)),
        *_queues(plan),
        *_crews(plan),
        *_needs(district, plan, rates),
    ]
    return CheckReport(ok=not faults, faults=tuple(faults))


def _trucks(district: District) -> dict[str, tuple[Depot, Truck]]:
    return {truck.id: (depot, truck) for depot in district.depots for truck in depot.trucks}


def _loads(trip: ReliefTrip) -> list[Load]:
    return [load for stop in trip.stops for load in stop.loads]


def _vehicles(district: District, plan: ReliefPlan) -> Iterator[str]:
    """Each trip is that of a vehicle of its depot, and what is on board fits it."""
    trucks, items = _trucks(district), {item.id: item for item in district.items}
    flown = {each.id: each for each in plan.asked.helicopters}
    for trip in plan.trips:
        kg = sum(items[load.item].kg * load.quantity for load in _loads(trip))
        m3 = sum(items[load.item].m3 * load.quantity for load in _loads(trip))
        if abs(kg - trip.kg) > _ROUNDING or abs(m3 - trip.m3) > _ROUNDING:
            yield f"trip {trip.number} of {trip.vehicle}: carries {kg:.1f} kg and {m3:.3f} m3, not what it says"
        if trip.vehicle in flown:
            sling = flown[trip.vehicle]
            home, most_kg, most_m3, right = sling.depot, sling.payload_kg, float("inf"), True
            if len({stop.place for stop in trip.stops}) != 1:
                yield f"trip {trip.number} of {trip.vehicle}: a sling load goes to one place"
        elif trip.vehicle in trucks:
            depot, truck = trucks[trip.vehicle]
            home, most_kg, most_m3 = depot.id, truck.payload_kg, truck.volume_m3
            right = truck.available and truck.profile == trip.profile
        else:
            yield f"vehicle {trip.vehicle} is not in this district"
            continue
        if not right or home != trip.depot:
            yield f"vehicle {trip.vehicle} is not to be had at {trip.depot} as {trip.profile}"
        if kg > most_kg + _ROUNDING or m3 > most_m3 + _ROUNDING / 100:
            yield f"trip {trip.number} of {trip.vehicle}: {kg:.1f} kg and {m3:.3f} m3 are more than it holds"


def _stock(district: District, plan: ReliefPlan) -> Iterator[str]:
    """Lots are there, good until the last day, not given out twice, and reserve floors stand."""
    lots = {(depot.id, lot.id): lot for depot in district.depots for lot in depot.lots}
    last = (district.local(plan.made_for) + timedelta(days=plan.asked.days)).date()
    gone, issued = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for trip in plan.trips:
        for load in _loads(trip):
            key = trip.depot, load.lot
            if key not in lots or lots[key].item != load.item:
                yield f"depot {trip.depot} has no lot {load.lot} of {load.item}"
                continue
            if not lots[key].usable_on(last):
                yield f"lot {load.lot} of {trip.depot} is not usable on {last}"
            gone[key] += load.quantity
            issued[trip.depot, load.item] += load.quantity
    for key, units in gone.items():
        if units > lots[key].quantity:
            yield f"lot {key[1]} of {key[0]}: {units} are issued, it has {lots[key].quantity}"
    for depot in district.depots:
        have = Counter[str]()
        for lot in depot.lots:
            have[lot.item] += lot.quantity if lot.usable_on(last) else 0
        for item, floor in depot.reserve.items():
            taken = issued[depot.id, item]
            if taken > 0 and have[item] - taken < floor:
                yield f"depot {depot.id}: {have[item] - taken} of {item} are left, its reserve is {floor}"


def _times(district: District, travel: TravelTable, plan: ReliefPlan, trip: ReliefTrip) -> Iterator[str]:
    """Each leg takes what the road takes; nobody unloads before it is there, nor loads faster than the depot does."""
    depots = {depot.id: depot for depot in district.depots}
    if trip.depot not in depots:
        yield f"depot {trip.depot} is not open in this district"
        return
    depot, name = depots[trip.depot], f"trip {trip.number} of {trip.vehicle}"
    at = {place.id: place.position.wgs84 for place in plan.asked.places}
    points = [depot.position.wgs84, *(at[stop.place] for stop in trip.stops), depot.position.wgs84]
    legs = _legs(travel, trip.profile, points)
    loading = timedelta(seconds=int(60 * trip.kg / depot.loading_kg_per_min))
    if trip.departs_at - trip.loads_at < loading - timedelta(seconds=1):
        yield f"{name}: it leaves before it is loaded"
    if trip.loads_at < plan.made_for + timedelta(seconds=depot.release_s):
        yield f"{name}: it loads before the depot has released the goods"
    left = trip.departs_at
    for stop, leg in zip(trip.stops, legs, strict=False):
        if leg >= NEVER:
            yield f"{name}: there is no way to {stop.place}"
        elif stop.arrives_at - left != timedelta(seconds=leg):
            yield f"{name}: the way to {stop.place} takes {leg} s"
        if not stop.arrives_at <= stop.begins_at <= stop.leaves_at:
            yield f"{name}: it hands over at {stop.place} before it is there"
        left = stop.leaves_at
    if legs[-1] >= NEVER or trip.back_at - left < timedelta(seconds=legs[-1]):
        yield f"{name}: the way back takes {legs[-1]} s"


def _legs(travel: TravelTable, profile: str, points: Sequence[LngLat]) -> list[int]:
    """Whole seconds from point to point, rounded up."""
    table = travel.table(profile, list(points), list(points))
    return [
        0
        if points[k] == points[k + 1]
        else NEVER
        if table[k, k + 1] >= NEVER
        else -(-int(table[k, k + 1]) // DECISECONDS_PER_SECOND)
        for k in range(len(points) - 1)
    ]


def _queues(plan: ReliefPlan) -> Iterator[str]:
    """No vehicle is on two trips at once, no dock loads two vehicles at once."""
    by: dict[tuple[str, ...], list[ReliefTrip]] = defaultdict(list)
    docks: dict[tuple[str, int], list[ReliefTrip]] = defaultdict(list)
    for trip in plan.trips:
        by[trip.vehicle,].append(trip)
        docks[trip.depot, trip.dock].append(trip)
    for mine in by.values():
        for one, other in pairwise(sorted(mine, key=lambda trip: trip.loads_at)):
            if other.loads_at < one.back_at:
                yield f"{one.vehicle} loads for trip {other.number} before it is back from trip {one.number}"
    for (depot, dock), mine in docks.items():
        for one, other in pairwise(sorted(mine, key=lambda trip: (trip.loads_at, trip.departs_at))):
            if other.loads_at < one.departs_at:
                yield f"dock {dock} of {depot} loads {one.vehicle} and {other.vehicle} at once"


def _crews(plan: ReliefPlan) -> Iterator[str]:
    """Nobody drives more than four hours without twenty minutes of rest, loading and unloading not counted as rest."""
    flown = {each.id for each in plan.asked.helicopters}
    by: dict[str, list[ReliefTrip]] = defaultdict(list)
    for trip in plan.trips:
        by[trip.vehicle].append(trip)
    for vehicle, mine in by.items():
        driven, back = 0.0, None
        for trip in sorted(mine, key=lambda each: each.loads_at):
            if back is not None and (trip.loads_at - back).total_seconds() >= _REST_S:
                driven = 0.0
            stands = sum((stop.leaves_at - stop.arrives_at).total_seconds() for stop in trip.stops)
            driven += (trip.back_at - trip.departs_at).total_seconds() - stands
            back = trip.back_at
            if driven > _DRIVING_MOST_S and vehicle not in flown:
                yield f"the crew of {vehicle} drives {driven / 3600:.1f} h without a rest by trip {trip.number}"


def _needs(district: District, plan: ReliefPlan, rates: ReliefRates) -> Iterator[str]:
    """What is delivered and what is missing are together what is needed, and needs are those of the people."""
    ratios = {(item.id, other): r for item in district.items for other, r in item.substitutes.items()}
    came: dict[tuple[str, str], float] = defaultdict(float)
    raw = Counter[tuple[str, str, str]]()
    for trip in plan.trips:
        for stop in trip.stops:
            for load in stop.loads:
                raw[stop.place, load.need, load.item] += load.quantity
    for (place, need, item), units in raw.items():
        if item != need and (need, item) not in ratios:
            yield f"{item} does not stand in for {need}, at {place}"
            continue
        came[place, need] += int(units / ratios.get((need, item), 1.0) + 1e-9)
    missing = {(each.place, each.item): each.missing for each in plan.shortfalls}
    asked = {(each.place, each.item): each for each in plan.needs}
    for key, each in asked.items():
        if each.delivered != min(each.quantity, int(came[key])):
            yield f"{key[0]}: {came[key]:.0f} of {key[1]} come, not {each.delivered}"
        if each.quantity - each.delivered != missing.get(key, 0):
            yield f"{key[0]}: {each.quantity - each.delivered} of {key[1]} are missing, and the plan does not say so"
    for at, estimate in zip(plan.asked.places, plan.estimates, strict=True):
        yield from (f"{at.id}: {fault}" for fault in needs_faults(rates, estimate))
        wanted = {line.item: line.total.of(plan.asked.likelihood) for line in estimate.lines}
        wanted |= {need.item: need.quantity for need in at.needs}
        for item, units in wanted.items():
            found = asked.get((at.id, item))
            if (0 if found is None else found.quantity) != units:
                yield f"{at.id}: {units} of {item} are needed"
