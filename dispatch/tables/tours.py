"""A district's depots, trucks and roads → a tour problem: the last place where a tour sees a road.

Weak bridges, closed and cut roads are in the travel tables already: each profile has its weight there. What flies
carries a sling load: from the depot to one place and back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil, floor
from typing import Final

import numpy as np

from dispatch.problem import TravelTable
from dispatch.tables.driving import whole_seconds
from dispatch.tables.stock import Stock
from dispatch.tours.problem import (
    HEAVIEST_G,
    Aim,
    Carrier,
    Drop,
    Goods,
    Ints,
    Longs,
    Source,
    TourProblem,
    frozen,
)
from graphs.profiles import profile
from models.crs import LngLat
from models.errors import InputError, require
from models.supply import Depot, Tier
from models.units import LONGEST_S, NEVER
from models.world import District

DOCKS: Final = {Tier.VILLAGE: 1, Tier.TOWN: 2, Tier.DISTRICT: 4}
"""Vehicles a depot loads at once where it does not say; estimate."""

UNLOADING_KG_PER_MIN: Final = 60.0
"""Unloading by hand at a drop; estimate: six people, a parcel of 10 kg each minute."""

STOP_S: Final = 300
"""Drawing up and handing over at a drop; estimate."""

_GRAMS: Final = 1000
_CM3: Final = 1_000_000
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """What a place is to get: `units` by item id; `due_s`, `opens_s` and `closes_s` in seconds from now."""

    id: str
    place: LngLat
    units: Mapping[str, int]
    weight: int = 1
    opens_s: int = 0
    due_s: int = LONGEST_S
    closes_s: int = LONGEST_S
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Hours of a crew: after `driving_most_s` at the wheel, or `duty_most_s` on duty, it rests for `rest_s`.

    Four hours and twenty minutes: Regulation on the Implementation of the Road Traffic Safety Law, article 62 (7).
    """

    driving_most_s: int = 4 * 3600
    duty_most_s: int = LONGEST_S
    rest_s: int = 20 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sling:
    """A helicopter that carries loads below it, from a depot.

    `payload_kg` below the hook; volume does not limit it. `driving_cost` of a second in the air against one of a
    truck: estimate.
    """

    id: str
    depot: str
    payload_kg: float
    profile: str = "helicopter"
    free_s: int = 0
    driving_cost: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What besides the depots' own trucks: hours of the crews, helicopters, trucks that are busy until later."""

    crew: Crew = Crew()
    slings: tuple[Sling, ...] = ()
    free_s: Mapping[str, int] = field(default_factory=dict)


def tour_problem(
    district: District,
    travel: TravelTable,
    wants: Sequence[Want],
    *,
    use_by: date,
    means: Means | None = None,
    allotted: Mapping[tuple[str, str, str], int] | None = None,
) -> TourProblem:
    """Build the tour problem of a district.

    Parameters
    ----------
    district
        Depots, trucks, items.
    travel
        Travel times with the closures in force.
    wants
        What is to be delivered where.
    use_by
        Lots must be usable up to and including this day.
    means
        Crews and helicopters.
    allotted
        Units by ids of depot, want and item, where that has been decided.

    Returns
    -------
    TourProblem
        Its items are those that are wanted, its depots those that have one of them and a vehicle.

    Raises
    ------
    InputError
        An id that the district does not know.
    """
    means = means or Means()
    known = {item.id: item for item in district.items}
    items = sorted({item for want in wants for item in want.units})
    for want in wants:
        for item in want.units:
            require(
                item in known, "item {item} is not known in the district", where=f"drop {want.id}", item=item
            )
    stock = Stock(district)
    amounts = np.array([stock.issuable(item, use_by) for item in items], dtype=np.int64)
    amounts = amounts.reshape(len(items), len(district.depots)).T
    chosen = _chosen(district, amounts, means)
    depots = [district.depots[d] for d in chosen]
    profiles = _profiles(depots, means)
    goods = tuple(
        Goods(id=item, grams=ceil(known[item].kg * _GRAMS - 1e-6), cm3=ceil(known[item].m3 * _CM3 - 1e-6))
        for item in items
    )
    problem_depots = tuple(_source(depot, n) for n, depot in enumerate(depots))
    drops = tuple(_drop(want, items, len(depots) + n) for n, want in enumerate(wants))
    return TourProblem(
        items=goods,
        depots=problem_depots,
        vehicles=_carriers(depots, profiles, means),
        drops=drops,
        tables=_tables(
            travel, profiles, [depot.position.wgs84 for depot in depots], [w.place for w in wants]
        ),
        stock=frozen(amounts[chosen], np.int64),
        allotted=None if allotted is None else _orders(allotted, depots, wants, items),
        aim=Aim.ARRIVAL,
    )


def _chosen(district: District, amounts: Longs, means: Means) -> list[int]:
    """Depots that have something of what is wanted and a vehicle to send it on."""
    flown = {sling.depot for sling in means.slings}
    ids = {depot.id for depot in district.depots}
    for sling in means.slings:
        require(sling.depot in ids, "depot {id} is not known", where=f"vehicle {sling.id}", id=sling.depot)
    return [
        d
        for d, depot in enumerate(district.depots)
        if amounts[d].any() and (depot.id in flown or any(truck.available for truck in depot.trucks))
    ]


def _profiles(depots: Sequence[Depot], means: Means) -> dict[str, int]:
    used = {truck.profile for depot in depots for truck in depot.trucks if truck.available}
    used |= {sling.profile for sling in means.slings}
    return {name: n for n, name in enumerate(sorted(used))}


def _source(depot: Depot, place: int) -> Source:
    return Source(
        id=depot.id,
        place=place,
        grams_per_s=max(1, floor(depot.loading_kg_per_min * _GRAMS / _MINUTE)),
        docks=DOCKS[depot.tier] if depot.docks is None else depot.docks,
        opens_s=depot.release_s,
    )


def _drop(want: Want, items: Sequence[str], place: int) -> Drop:
    return Drop(
        id=want.id,
        place=place,
        units=tuple(want.units.get(item, 0) for item in items),
        weight=want.weight,
        opens_s=want.opens_s,
        due_s=want.due_s,
        closes_s=want.closes_s,
        stop_s=STOP_S,
        grams_per_s=round(UNLOADING_KG_PER_MIN * _GRAMS / _MINUTE),
        whole=want.whole,
    )


def _carriers(depots: Sequence[Depot], profiles: Mapping[str, int], means: Means) -> tuple[Carrier, ...]:
    crew, number = means.crew, {depot.id: n for n, depot in enumerate(depots)}
    trucks = [
        Carrier(
            id=truck.id,
            depot=n,
            grams=max(1, floor(truck.payload_kg * _GRAMS + 1e-6)),
            cm3=floor(truck.volume_m3 * _CM3 + 1e-6),
            table=profiles[truck.profile],
            free_s=means.free_s.get(truck.id, 0),
            driving_most_s=crew.driving_most_s,
            duty_most_s=crew.duty_most_s,
            rest_s=crew.rest_s,
        )
        for n, depot in enumerate(depots)
        for truck in depot.trucks
        if truck.available
    ]
    slings = [
        Carrier(
            id=sling.id,
            depot=number[sling.depot],
            grams=max(1, floor(sling.payload_kg * _GRAMS)),
            cm3=HEAVIEST_G,
            table=profiles[sling.profile],
            free_s=sling.free_s,
            driving_cost=sling.driving_cost,
        )
        for sling in means.slings
        if sling.depot in number
    ]
    return (*trucks, *slings)


def _tables(
    travel: TravelTable, profiles: Mapping[str, int], depots: Sequence[LngLat], drops: Sequence[LngLat]
) -> Ints:
    """Seconds by profile between depots and drops and among drops, int32[profiles, places, places].

    From depot to depot nobody is sent. A sling load goes to one place: from drop to drop it has no way.
    """
    many = len(depots)
    places = [*depots, *drops]
    tables = np.full((len(profiles), len(places), len(places)), NEVER, dtype=np.int32)
    for name, n in profiles.items():
        try:
            tables[n, :, many:] = whole_seconds(travel.table(name, places, drops))
            tables[n, many:, :many] = whole_seconds(travel.table(name, drops, depots))
        except InputError as error:
            raise error.at(f"profile {name}") from None
        if profile(name).flies:
            tables[n, many:, many:] = NEVER
        np.fill_diagonal(tables[n], 0)
    same = np.array([[a == b for b in drops] for a in drops], dtype=bool).reshape(len(drops), len(drops))
    tables[:, many:, many:][:, same] = 0
    return frozen(tables, np.int32)


def _orders(
    allotted: Mapping[tuple[str, str, str], int],
    depots: Sequence[Depot],
    wants: Sequence[Want],
    items: Sequence[str],
) -> Longs:
    out = np.zeros((len(depots), len(wants), len(items)), dtype=np.int64)
    axes = (
        {depot.id: n for n, depot in enumerate(depots)},
        {want.id: n for n, want in enumerate(wants)},
        {item: n for n, item in enumerate(items)},
    )
    for key, units in allotted.items():
        for what, word, axis in zip(("depot", "drop", "item"), key, axes, strict=True):
            require(
                word in axis,
                "{what} {id} has nothing to do with these tours: no vehicle, no stock or no need",
                where="allotted",
                what=what,
                id=word,
            )
        out[axes[0][key[0]], axes[1][key[1]], axes[2][key[2]]] = units
    return frozen(out, np.int64)
