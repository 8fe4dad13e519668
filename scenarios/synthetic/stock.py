"""Depots on three tiers: two of the district, one per town, one per village. Demo data.

District stock follows the rule "stock for 1 % of the population" (Beijing's, 2013); a town holds for 0.5 %
of its own, a village a handful. Release of the regional depot: 3 h 06 min from the order to the first truck
(Luxian earthquake, 2021). Body volumes and payloads of trucks after published figures for 4.2 m and 7.4 m
bodies; the rest is estimated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from models.force import Team
from models.place import Name, Position
from models.supply import Condition, Depot, Item, Lot, Tier, Truck
from scenarios.synthetic.force import seat_position
from scenarios.synthetic.ground import Ground

TODAY: Final = date(2026, 7, 1)
"""The day demo stock is dated from: some lots are past their expiry on it."""

SHELF_LIFE_DAYS: Final[Mapping[str, int]] = {
    "water": 730,
    "food_ration": 540,
    "first_aid_kit": 1095,
    "foam": 2920,
    "extinguisher": 1825,
    "family_kit": 540,
    "chemical_suit": 1825,
    "absorbent": 1825,
}
"""Days an item keeps; what is not listed does not expire (estimates)."""

_FROM_LUXIAN: Final = (
    "demo data; release: 3 h 06 min from order to first truck, Luxian earthquake (2021); "
    "stock: 1 % of population"
)
_ESTIMATE: Final = "demo data; stock, loading and release: estimate"

# Per 1,000 people the stock is for; the district tier.
_DISTRICT_PER_1000: Final = {
    "tent_12": 170, "tent_36": 12, "quilt": 1000, "blanket": 500, "folding_bed": 600, "water": 6000,
    "food_ration": 2000, "clothing": 400, "family_kit": 40, "first_aid_kit": 12, "generator": 3,
    "light_tower": 2,
    "sandbag": 60, "life_jacket": 80, "pump": 4, "pump_trailer": 1, "assault_boat": 2, "rubber_boat": 3,
    "fire_swatter": 60, "blower": 16, "mist_pack": 8, "chainsaw": 6, "forest_fire_kit": 5,
    "hydraulic_cutter": 2, "life_detector": 2, "shoring_set": 3, "tarpaulin": 80,
    "foam": 30, "hose": 40, "breathing_set": 6, "extinguisher": 30,
    "gas_detector": 4, "chemical_suit": 8, "absorbent": 40, "leak_kit": 2, "satellite_phone": 3,
}  # fmt: skip
_TOWN_PER_1000: Final = {
    "tent_12": 40, "quilt": 400, "blanket": 120, "water": 2400, "food_ration": 800, "first_aid_kit": 20,
    "sandbag": 120, "life_jacket": 120, "pump": 8, "fire_swatter": 120, "blower": 20, "forest_fire_kit": 8,
    "tarpaulin": 160, "extinguisher": 60, "generator": 6, "gas_detector": 6, "chainsaw": 8, "absorbent": 20,
    "shoring_set": 4, "light_tower": 4,
}  # fmt: skip
_VILLAGE: Final = {
    "quilt": 20, "water": 120, "food_ration": 40, "life_jacket": 8, "sandbag": 4, "fire_swatter": 12,
    "extinguisher": 6, "tarpaulin": 6, "first_aid_kit": 1, "gas_detector": 1,
}  # fmt: skip
_RESERVED: Final = {Tier.DISTRICT: 0.1, Tier.TOWN: 0.15, Tier.VILLAGE: 0.0}
_KEPT: Final = ("quilt", "water", "food_ration", "life_jacket", "sandbag")


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """What sets one depot apart before its stock is made up."""

    id: str
    name: Name
    tier: Tier
    position: Position
    wanted: Mapping[str, float]
    trucks: tuple[Truck, ...]
    loading_kg_per_min: float
    release_s: int
    town: str = ""
    basis: str = _ESTIMATE


def depots(ground: Ground, items: Sequence[Item], villages: Sequence[Team]) -> tuple[Depot, ...]:
    """All depots; a village depot stands beside each village station.

    Parameters
    ----------
    ground
        The ground.
    items
        The catalogue; what it does not list is not stocked.
    villages
        The village stations.
    """
    known = {item.id for item in items}
    people = sum(town.population for town in ground.towns)
    stores = [
        *_district_stores(ground, people),
        *(_town_store(ground, index) for index in range(len(ground.towns))),
        *(_village_store(ground, team) for team in villages),
    ]
    return tuple(_fill(ground, store, known) for store in stores)


def _fill(ground: Ground, store: Store, known: set[str]) -> Depot:
    """Turn what a depot should hold into dated lots and reserves."""
    dice = ground.dice(f"stock {store.id}")
    lots: list[Lot] = []
    reserve = {}
    for item, wanted in store.wanted.items():
        quantity = round(wanted * float(dice.uniform(0.8, 1.2)))
        if item not in known or quantity < 1:
            continue
        lots.extend(_lots(store.id, item, quantity, dice))
        floor = int(quantity * _RESERVED[store.tier])
        if item in _KEPT and floor:
            reserve[item] = floor
    return Depot(
        id=store.id,
        name=store.name,
        tier=store.tier,
        position=store.position,
        lots=tuple(lots),
        trucks=store.trucks,
        loading_kg_per_min=store.loading_kg_per_min,
        release_s=store.release_s,
        town=store.town,
        reserve=reserve,
        basis=store.basis,
    )


def _lots(depot: str, item: str, quantity: int, dice: np.random.Generator) -> list[Lot]:
    """One or two lots; of what expires about one in twelve has, of all one in forty is not good."""
    life = SHELF_LIFE_DAYS.get(item)
    parts = [quantity]
    if quantity >= 20:  # noqa: PLR2004 - a bigger stock came in two deliveries
        first = round(quantity * float(dice.uniform(0.3, 0.7)))
        parts = [first, quantity - first]
    found = []
    for number, part in enumerate(parts, start=1):
        age = int(dice.integers(20, life + life // 12 if life else 1800))
        made = TODAY - timedelta(days=age)
        fate = float(dice.random())
        condition = Condition.GOOD
        if fate < 0.02:  # noqa: PLR2004
            condition = Condition.DAMAGED
        elif fate < 0.025:  # noqa: PLR2004
            condition = Condition.QUARANTINED
        found.append(
            Lot(
                id=f"{depot}.{item}.{number}",
                item=item,
                quantity=part,
                batch=f"{made:%Y%m}",
                expires=made + timedelta(days=life) if life else None,
                condition=condition,
            )
        )
    return found


def _district_stores(ground: Ground, people: int) -> list[Store]:
    """Give the two depots named in the district's plan: the regional one and the district's own."""
    regional, own = people / 1000 * 0.01, people / 1000 * 0.006
    return [
        Store(
            id="depot-regional",
            name=ground.known.regional_depot,
            tier=Tier.DISTRICT,
            position=seat_position(ground, 31),
            wanted={item: per * regional for item, per in _DISTRICT_PER_1000.items()},
            trucks=_trucks("depot-regional", big=8, small=4),
            loading_kg_per_min=1000.0,
            release_s=11_160,
            basis=_FROM_LUXIAN,
        ),
        Store(
            id="depot-district",
            name=Name(zh=f"{ground.known.name.zh}救灾物资库", en=f"{ground.known.name.en} relief depot"),
            tier=Tier.DISTRICT,
            position=seat_position(ground, 32),
            wanted={item: per * own for item, per in _DISTRICT_PER_1000.items()},
            trucks=_trucks("depot-district", big=6, small=4),
            loading_kg_per_min=600.0,
            release_s=3600,
        ),
    ]


def _town_store(ground: Ground, index: int) -> Store:
    town = ground.towns[index]
    dice = ground.dice(f"town store {town.code}")
    ident = f"depot-{town.code}"
    return Store(
        id=ident,
        name=Name(zh=f"{town.name.zh}物资储备库", en=f"{town.name.en} depot"),
        tier=Tier.TOWN,
        position=ground.position(ground.nearest_node(town.position.wgs84)),
        wanted={
            item: per * max(0.08, town.population / 1000 * 0.005) for item, per in _TOWN_PER_1000.items()
        },
        trucks=_trucks(ident, big=0, small=1 + int(dice.random() < 0.4)),  # noqa: PLR2004
        loading_kg_per_min=120.0,
        release_s=1800,
        town=town.code,
    )


def _village_store(ground: Ground, station: Team) -> Store:
    ident = station.id.replace("village-", "depot-", 1)
    dice = ground.dice(f"village store {ident}")
    draw = float(dice.random())
    trucks: tuple[Truck, ...] = ()
    if draw < 0.35:  # noqa: PLR2004 - share, estimate
        trucks = (Truck(id=f"{ident}.van", profile="relief_van", payload_kg=750.0, volume_m3=4.0),)
    elif draw < 0.75:  # noqa: PLR2004
        trucks = (Truck(id=f"{ident}.motorcycle", profile="motorcycle", payload_kg=120.0, volume_m3=0.4),)
    return Store(
        id=ident,
        name=Name(
            zh=station.name.zh.replace("应急救援站", "物资储备点"),
            en=station.name.en.replace("rescue station", "stock point"),
        ),
        tier=Tier.VILLAGE,
        position=station.home,
        wanted=_VILLAGE,
        trucks=trucks,
        loading_kg_per_min=40.0,
        release_s=600,
        town=station.town,
    )


def _trucks(depot: str, *, big: int, small: int) -> tuple[Truck, ...]:
    """7.4 m trucks (5 t, 50 m3) and 4.2 m trucks (1.75 t, 17 m3)."""
    return tuple(
        Truck(id=f"{depot}.truck{k + 1}", profile="relief_truck", payload_kg=5000.0, volume_m3=50.0)
        if k < big
        else Truck(id=f"{depot}.truck{k + 1}", profile="relief_van", payload_kg=1750.0, volume_m3=17.0)
        for k in range(big + small)
    )
