"""N: key enterprises, volunteers, hospitals, mutual aid of the neighbours, the helicopter. Demo data.

Mobilisation of enterprises (15 min) and volunteers (60 min) has no source: demo values. Mutual aid: 40 min
from the order to the team tasked on scene 2 km away, Songtao forest fire (2022). The helicopter's 15 min is
an estimate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time
from itertools import count, cycle
from typing import Final

import numpy as np

from graphs.road import Access
from models.force import Echelon, Shift, Team
from models.place import Name, Position, distance_m
from scenarios.synthetic.force import on_road, seat_position
from scenarios.synthetic.ground import Ground

HEADQUARTERS: Final = "区应急救援总指挥部 / district emergency headquarters"
MUNICIPALITY: Final = "重庆市应急管理局 / municipal emergency bureau"

_ENTERPRISE: Final = "demo data; turnout: 15 min, demo value without a source"
_VOLUNTEER: Final = "demo data; turnout: 60 min and availability, demo values without a source"
_HOSPITAL: Final = "demo data; turnout: 3 min, national goal for ambulances by 2025"
_MUTUAL: Final = (
    "demo data; turnout: 40 min from order to tasked on scene (Songtao forest fire), and road from its seat "
    "to the boundary at 50 km/h with detour 1.3 (estimate)"
)
_BOAT: Final = "demo data; turnout: assault boat out in 3 min, Chongqing water rescue (2018)"
_NEIGHBOURS: Final = 7
_DETOUR: Final = 1.3
_NEIGHBOUR_MS: Final = 50 / 3.6
_AIR: Final = "demo data; turnout 15 min and daylight shift: estimate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """A sort of enterprise or volunteer team."""

    key: str
    name: Name
    crew: int
    strengths: dict[str, int]
    equipment: dict[str, int] = field(default_factory=dict)
    profile: str = "light_rescue"
    district_wide: bool = False
    shifts: tuple[Shift, ...] = ()


def utilities() -> tuple[Sort, ...]:
    """Companies that serve the whole district."""
    return (
        Sort(key="grid", name=Name(zh="供电公司抢修队", en="Power company repair crew"), crew=12,
             strengths={"power": 2}, equipment={"generator": 1}, district_wide=True),
        Sort(key="gas", name=Name(zh="燃气公司抢修队", en="Gas company repair crew"), crew=8,
             strengths={"gas": 2}, equipment={"gas_detector": 4, "leak_kit": 2}, district_wide=True),
        Sort(key="telecom", name=Name(zh="通信运营商保障队", en="Telecom operator crew"), crew=8,
             strengths={"communications": 2}, equipment={"satellite_phone": 4}, district_wide=True),
        Sort(key="machines", name=Name(zh="工程机械应急队", en="Construction machinery team"), crew=14,
             strengths={"clearance": 4, "geological": 1}, profile="relief_truck", district_wide=True),
        Sort(key="post", name=Name(zh="邮政寄递应急队", en="Postal and courier team"), crew=12,
             strengths={"relief_delivery": 3}, profile="relief_van", district_wide=True),
    )  # fmt: skip


def enterprises() -> tuple[Sort, ...]:
    """Key enterprises, which serve their own town and its neighbours."""
    return (
        Sort(key="foundry", name=Name(zh="铸造企业应急队", en="Foundry emergency team"), crew=12,
             strengths={"first_response": 1, "fire": 2, "work_safety": 1}, profile="fire_engine"),
        Sort(key="paper", name=Name(zh="造纸企业应急队", en="Paper mill emergency team"), crew=12,
             strengths={"first_response": 1, "fire": 2, "evacuation": 1}, profile="fire_engine"),
        Sort(key="chemical", name=Name(zh="化工企业应急队", en="Chemical plant emergency team"), crew=14,
             strengths={"first_response": 1, "fire": 1, "hazmat": 2, "work_safety": 1},
             equipment={"chemical_suit": 8, "gas_detector": 4, "leak_kit": 2}, profile="fire_engine"),
        Sort(key="quarry", name=Name(zh="采石场救援队", en="Quarry rescue team"), crew=12,
             strengths={"work_safety": 2, "geological": 1, "clearance": 1},
             equipment={"hydraulic_cutter": 1}),
        Sort(key="hightech", name=Name(zh="高新区企业应急队", en="High-tech park emergency team"), crew=12,
             strengths={"first_response": 1, "fire": 1, "work_safety": 1, "hazmat": 1},
             equipment={"breathing_set": 6}),
        Sort(key="timber", name=Name(zh="木业企业应急队", en="Timber works emergency team"), crew=12,
             strengths={"first_response": 1, "fire": 1, "forest_fire": 1}, equipment={"forest_fire_kit": 1}),
    )  # fmt: skip


def volunteers() -> tuple[Sort, ...]:
    """Volunteer organisations; some turn out in the evening and at weekends alone."""
    evenings = (
        Shift(start=time(18, 0), end=time(23, 0), weekdays=(0, 1, 2, 3, 4)),
        Shift(start=time(7, 0), end=time(23, 0), weekdays=(5, 6)),
    )
    return (
        Sort(key="bluesky", name=Name(zh="蓝天救援队", en="Blue Sky rescue"), crew=18,
             strengths={"water_rescue": 2, "general_rescue": 1},
             equipment={"assault_boat": 1, "life_jacket": 20}),
        Sort(key="redcross", name=Name(zh="红十字救护志愿队", en="Red Cross first-aid volunteers"), crew=10,
             strengths={"medical": 1, "evacuation": 1}, equipment={"first_aid_kit": 6}),
        Sort(key="mountain", name=Name(zh="山地救援志愿队", en="Mountain rescue volunteers"), crew=12,
             strengths={"geological": 1, "forest_fire": 1, "evacuation": 1}, shifts=evenings),
        Sort(key="radio", name=Name(zh="业余无线电志愿队", en="Amateur radio volunteers"), crew=6,
             strengths={"communications": 1}, equipment={"satellite_phone": 1}, shifts=evenings),
        Sort(key="civic", name=Name(zh="社区志愿者服务队", en="Community volunteers"), crew=18,
             strengths={"evacuation": 2, "relief_delivery": 1}, profile="relief_van"),
    )  # fmt: skip


def other_teams(ground: Ground, total: int) -> tuple[Team, ...]:
    """Give N: the first `total` teams of an endless list, sorted by echelon."""
    teams = _endless(ground)
    return tuple(
        sorted((next(teams) for _ in range(total)), key=lambda team: list(Echelon).index(team.echelon))
    )


def _endless(ground: Ground) -> Iterator[Team]:
    """Every team of N in order of need, so that a short N still holds some of each sort."""
    plants = (_enterprise(ground, sort, k) for k, sort in zip(count(1), cycle(enterprises()), strict=False))
    helpers = (_volunteer(ground, sort, k) for k, sort in zip(count(1), cycle(volunteers()), strict=False))
    yield _hospital(ground, 0)
    yield next(plants)
    yield next(helpers)
    yield _helicopter(ground)
    yield from _mutual_aid(ground)
    yield from (_hospital(ground, 1), _hospital(ground, 2))
    yield from _patrol_boat(ground)
    for k, sort in enumerate(utilities()):
        yield _enterprise(ground, sort, 900 + k)
    while True:
        yield next(plants)
        yield next(helpers)
        yield next(plants)


def _enterprise(ground: Ground, sort: Sort, number: int) -> Team:
    parks = ground.sites("industry")
    dice = ground.dice(f"enterprise {sort.key} {number}")
    if sort.district_wide:
        home = seat_position(ground, number)
    elif parks:
        park = ground.nearest_node(parks[(number - 1) % len(parks)].position.wgs84)
        gaps = np.linalg.norm(ground.plane[ground.open_nodes] - ground.plane[park], axis=1)
        near = ground.open_nodes[np.argsort(gaps, kind="stable")[:40]]
        home = ground.position(int(dice.choice(near)))
    else:
        home = ground.position(int(dice.choice(ground.nodes_of[int(dice.integers(len(ground.towns)))])))
    town = ground.town_at(home.wgs84)
    plain = sort.district_wide
    name = sort.name if plain else Name(zh=f"{sort.name.zh}{number:02d}", en=f"{sort.name.en} {number:02d}")
    return Team(
        id=f"enterprise-{sort.key}" if plain else f"enterprise-{number:02d}-{sort.key}",
        name=name,
        echelon=Echelon.ENTERPRISE,
        home=home,
        crew=sort.crew,
        strengths=sort.strengths,
        profile=sort.profile,
        turnout_s=900,
        town=ground.towns[town].code,
        equipment=sort.equipment,
        area=() if plain else ground.area(town),
        basis=_ENTERPRISE,
    )


def _volunteer(ground: Ground, sort: Sort, number: int) -> Team:
    dice = ground.dice(f"volunteer {number}")
    people = np.array([max(1, town.population) for town in ground.towns], dtype=np.float64)
    town = int(dice.choice(len(people), p=people / people.sum()))
    return Team(
        id=f"volunteer-{number:02d}-{sort.key}",
        name=Name(zh=f"{sort.name.zh}{number:02d}", en=f"{sort.name.en} {number:02d}"),
        echelon=Echelon.VOLUNTEER,
        home=ground.position(int(dice.choice(ground.nodes_of[town]))),
        crew=sort.crew,
        strengths=sort.strengths,
        profile=sort.profile,
        turnout_s=3600,
        town=ground.towns[town].code,
        equipment=sort.equipment,
        availability=round(float(dice.uniform(0.5, 0.85)), 2),
        shifts=sort.shifts,
        basis=_VOLUNTEER,
    )


def _hospital(ground: Ground, number: int) -> Team:
    sites = ground.sites("hospital")
    if number < len(sites):
        name = sites[number].name
        home = on_road(ground, sites[number].position.wgs84)
    else:
        name = Name(zh=f"第{number + 1}医院", en=f"Hospital {number + 1}")
        home = seat_position(ground, number + 10)
    return Team(
        id=f"hospital-{number + 1}",
        name=Name(zh=f"{name.zh}急救队", en=f"{name.en} emergency team"),
        echelon=Echelon.ENTERPRISE,
        home=home,
        crew=12,
        strengths={"medical": 2},
        profile="light_rescue",
        turnout_s=180,
        town=ground.towns[ground.town_at(home.wgs84)].code,
        equipment={"first_aid_kit": 12},
        basis=_HOSPITAL,
    )


def _helicopter(ground: Ground) -> Team:
    fields = ground.sites("landing")
    home = fields[0].position if fields else seat_position(ground, 20)
    place = fields[0].name if fields else ground.known.name
    return Team(
        id="air-1",
        name=Name(zh=f"{place.zh}航空救援队", en=f"{place.en} air rescue team"),
        echelon=Echelon.AIR,
        home=home,
        crew=6,
        strengths={"air_lift": 1, "air_recon": 1, "medical": 1},
        profile="helicopter",
        turnout_s=900,
        equipment={"first_aid_kit": 2, "satellite_phone": 1},
        shifts=(Shift(start=time(7, 0), end=time(19, 0)),),
        approval=MUNICIPALITY,
        basis=_AIR,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Where a neighbour's help enters the map, and the seconds its road there takes."""

    name: Name
    home: Position
    road_s: int


def _mutual_aid(ground: Ground) -> Iterator[Team]:
    """Seven neighbours, each where its road enters the district."""
    for number, gate in enumerate(_gates(ground), start=1):
        yield Team(
            id=f"mutual-{number}",
            name=Name(zh=f"{gate.name.zh}支援队", en=f"{gate.name.en} mutual-aid team"),
            echelon=Echelon.MUTUAL_AID,
            home=gate.home,
            crew=24,
            strengths={
                "general_rescue": 4, "flood": 3, "geological": 3, "forest_fire": 5, "water_rescue": 2,
                "fire": 2, "clearance": 1, "medical": 1,
            },
            profile="fire_engine",
            turnout_s=2400 + gate.road_s,
            equipment={
                "assault_boat": 2, "hydraulic_cutter": 2, "forest_fire_kit": 5, "pump": 3, "life_jacket": 24,
            },
            approval=HEADQUARTERS,
            basis=_MUTUAL,
        )  # fmt: skip


def _gates(ground: Ground) -> list[Gate]:
    """Known gates, with the road from the neighbour's seat; else the outermost roads in seven directions."""
    seats = {site.id.removeprefix("seat-"): site for site in ground.sites("seat")}
    found = []
    for gate in ground.sites("gate")[:_NEIGHBOURS]:
        seat = seats.get(gate.id.removeprefix("gate-"))
        crow_m = distance_m(seat.position.wgs84, gate.position.wgs84) if seat else 0.0
        found.append(
            Gate(
                name=_plain(seat.name if seat else gate.name),
                home=on_road(ground, gate.position.wgs84),
                road_s=round(crow_m * _DETOUR / _NEIGHBOUR_MS),
            )
        )
    if found:
        return found
    middle = ground.plane[ground.open_nodes].mean(axis=0)
    gaps = ground.plane[ground.open_nodes] - middle
    for k in range(_NEIGHBOURS):
        angle = 2 * np.pi * k / _NEIGHBOURS
        node = int(ground.open_nodes[np.argmax(gaps @ np.array([np.sin(angle), np.cos(angle)]))])
        found.append(
            Gate(
                name=Name(zh=f"邻区{k + 1}", en=f"Neighbour {k + 1}"), home=ground.position(node), road_s=1800
            )
        )
    return found


def _plain(name: Name) -> Name:
    """Name without what stands in brackets behind it."""
    return Name(zh=name.zh.partition("（")[0], en=name.en.partition(" (")[0])


def _patrol_boat(ground: Ground) -> Iterator[Team]:
    """One patrol boat at the first launch, where the map has water to go on."""
    roads = ground.roads
    afloat = np.unique(roads.tail[(roads.access & int(Access.BOAT)) != 0])
    if not afloat.size:
        return
    launches = ground.sites("launch")
    centre = ground.point(launches[0].position.wgs84) if launches else ground.plane[afloat[0]]
    node = int(afloat[np.argmin(np.linalg.norm(ground.plane[afloat] - centre, axis=1))])
    yield Team(
        id="boat-1",
        name=Name(zh="水上巡航救助艇", en="Patrol and rescue boat"),
        echelon=Echelon.ENTERPRISE,
        home=ground.position(node),
        crew=6,
        strengths={"water_rescue": 2},
        profile="boat",
        turnout_s=180,
        equipment={"assault_boat": 1, "life_jacket": 30},
        basis=_BOAT,
    )
