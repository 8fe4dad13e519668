"""The force "1+7+23+388": village stations, town teams, specialist teams, the district team. Demo data.

Turnout times: 180 s for standing teams after the forward detachment of the neighbour Tongliang ("out within
3 min of the call", 2024); 60 s for city stations after the 1-3-5 scheme of micro fire stations; 180 s and
480 s for boats after Chongqing's water rescue (assault boat in 3 min, light kit in 8, 2018). The 600 s of
village stations have no source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from models.crs import LngLat
from models.force import Echelon, ForceStructure, Team
from models.place import Name, Position
from scenarios.synthetic.ground import Ground, share_out

STANDING_S: Final = 180
CITY_STATION_S: Final = 60
VILLAGE_S: Final = 600
BOAT_KIT_S: Final = 480

NEAR_RIVER_M: Final = 1500.0
NEAR_RIDGE_M: Final = 2500.0

FROM_TONGLIANG: Final = "demo data; turnout: 3 min as the forward detachment of Tongliang (2024)"
FROM_MICRO: Final = (
    "demo data; turnout: 1 min, 1-3-5 scheme of micro fire stations; crew: 1 head and at least 5 members"
)
FROM_NOTHING: Final = "demo data; turnout: 10 min, demo value without a source"
FROM_BOATS: Final = "demo data; turnout: light water kit in 8 min, Chongqing water rescue (2018)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of specialist team. `stands` is the kind of site it stands at, and which of them (by turn)."""

    key: str
    name: Name
    crew: int
    strengths: dict[str, int]
    equipment: dict[str, int]
    profile: str = "light_rescue"
    turnout_s: int = STANDING_S
    stands: tuple[str, int] | None = None
    basis: str = FROM_TONGLIANG


SPECIALISTS: Final = (
    Kind(
        key="flood",
        name=Name(zh="抗洪抢险专业队", en="Flood control team"),
        crew=40,
        strengths={"flood": 6, "water_rescue": 4, "evacuation": 2},
        equipment={"assault_boat": 4, "rubber_boat": 4, "pump": 6, "pump_trailer": 1, "life_jacket": 80},
        turnout_s=BOAT_KIT_S,
        stands=("base", 2),
        basis=FROM_BOATS,
    ),
    Kind(
        key="geological",
        name=Name(zh="地震和地质灾害救援专业队", en="Earthquake and geological rescue team"),
        crew=36,
        strengths={"geological": 6, "general_rescue": 3, "clearance": 2},
        equipment={"life_detector": 3, "hydraulic_cutter": 3, "shoring_set": 2, "generator": 2},
        stands=("base", 1),
    ),
    Kind(
        key="forest_fire",
        name=Name(zh="森林灭火专业队", en="Forest fire team"),
        crew=80,
        strengths={"forest_fire": 12, "clearance": 1, "evacuation": 1},
        equipment={"forest_fire_kit": 14, "chainsaw": 6},
        stands=("forest", 2),
        basis=FROM_TONGLIANG + "; crew: 1 per 1000 ha of forest (Sichuan ratio)",
    ),
    Kind(
        key="work_safety",
        name=Name(zh="生产安全事故救援专业队", en="Work-safety accident rescue team"),
        crew=36,
        strengths={"work_safety": 6, "hazmat": 4, "general_rescue": 3},
        equipment={"chemical_suit": 16, "gas_detector": 8, "leak_kit": 4, "hydraulic_cutter": 2,
                   "breathing_set": 16},
        profile="fire_engine",
        stands=("base", 3),
    ),
    Kind(
        key="power",
        name=Name(zh="电力抢险专业队", en="Power repair team"),
        crew=24,
        strengths={"power": 5},
        equipment={"generator": 4, "light_tower": 4},
    ),
    Kind(
        key="gas",
        name=Name(zh="燃气抢险专业队", en="Gas repair team"),
        crew=18,
        strengths={"gas": 4, "hazmat": 1},
        equipment={"gas_detector": 8, "leak_kit": 4, "breathing_set": 6, "chemical_suit": 4},
    ),
    Kind(
        key="communications",
        name=Name(zh="通信抢险专业队", en="Communications repair team"),
        crew=16,
        strengths={"communications": 4},
        equipment={"satellite_phone": 8, "generator": 2},
    ),
)  # fmt: skip
"""The seven professional fields of the district's plan, in its order. Strengths, crews, equipment: estimates."""


def main_force(ground: Ground, structure: ForceStructure) -> tuple[Team, ...]:
    """Everything but N: village stations, town teams, specialists, district teams, in this order."""
    return (
        *village_stations(ground, structure.village),
        *town_teams(ground, structure.town),
        *specialist_teams(ground, structure.specialist),
        *district_teams(ground, structure.district),
    )


def village_stations(ground: Ground, count: int) -> tuple[Team, ...]:
    """Stations spread inside the towns, as many as people and land ask for (half each)."""
    people = sum(town.population for town in ground.towns) or 1
    land = sum(town.area_km2 for town in ground.towns)
    weights = [town.population / people + town.area_km2 / land for town in ground.towns]
    teams: list[Team] = []
    for index, (town, share) in enumerate(zip(ground.towns, share_out(count, weights), strict=True)):
        seat = ground.nearest_node(town.position.wgs84)
        nodes = ground.nodes_of[index]
        start = seat if ground.owner[seat] == index else int(nodes[0])
        chosen = ground.spread(nodes, share, start, town.code)[:share]
        teams.extend(_village(ground, index, number + 1, node) for number, node in enumerate(chosen))
    return tuple(teams)


def _village(ground: Ground, index: int, number: int, node: int) -> Team:
    town, urban = ground.towns[index], ground.is_urban(index)
    dice = ground.dice(f"village {town.code} {number}")
    strengths = {"first_response": 1, "evacuation": 1}
    equipment = {"first_aid_kit": 1, "extinguisher": 8 if urban else 4}
    if urban:
        strengths["fire"] = 1
    if ground.river_m[node] < NEAR_RIVER_M or dice.random() < 0.12:  # noqa: PLR2004 - share, estimate
        strengths["flood"] = 1
        equipment["life_jacket"] = 6
        if dice.random() < 0.4:  # noqa: PLR2004 - the others have flood squads, but no pump
            equipment["pump"] = 1
    if ground.ridge_m[node] < NEAR_RIDGE_M or dice.random() < 0.12:  # noqa: PLR2004 - share, estimate
        strengths["forest_fire"] = 1
        if dice.random() < 0.6:  # noqa: PLR2004 - the others go with what they have, but without the kit
            equipment["forest_fire_kit"] = 1
    return Team(
        id=f"village-{town.code}-{number:02d}",
        name=Name(zh=f"{town.name.zh}第{number}应急救援站", en=f"{town.name.en} rescue station {number}"),
        echelon=Echelon.VILLAGE,
        home=ground.position(node),
        crew=6,
        strengths=strengths,
        profile="light_rescue" if urban or dice.random() < 0.4 else "motorcycle",  # noqa: PLR2004
        turnout_s=CITY_STATION_S if urban else VILLAGE_S,
        town=town.code,
        equipment=equipment,
        area=ground.area(index),
        basis=FROM_MICRO if urban else FROM_NOTHING,
    )


def town_teams(ground: Ground, count: int) -> tuple[Team, ...]:
    """One team per town; the biggest towns first where teams are short, second teams where there are more."""
    order = sorted(
        range(len(ground.towns)), key=lambda t: (-ground.towns[t].population, ground.towns[t].code)
    )
    rounds: dict[int, int] = {}
    for k in range(count):
        town = order[k % len(order)]
        rounds[town] = rounds.get(town, 0) + 1
    return tuple(
        _town_team(ground, index, number + 1) for index in sorted(rounds) for number in range(rounds[index])
    )


def _town_team(ground: Ground, index: int, number: int) -> Team:
    town, urban = ground.towns[index], ground.is_urban(index)
    dice = ground.dice(f"town {town.code} {number}")
    node = ground.nearest_node(town.position.wgs84)
    strengths = {
        "first_response": 2,
        "general_rescue": 2,
        "evacuation": 2,
        "fire": 2 if urban else 1,
        "flood": 1,
    }
    strengths |= {"clearance": 1, "relief_delivery": 1}
    equipment = {"life_jacket": 20, "first_aid_kit": 2}
    if dice.random() < 0.85:  # noqa: PLR2004 - share, estimate
        equipment["hydraulic_cutter"] = 1
    if dice.random() < 0.7:  # noqa: PLR2004
        equipment["pump"] = 2
    if float(ground.ridge_m[ground.nodes_of[index]].min()) < NEAR_RIDGE_M:
        strengths["forest_fire"] = 2
        equipment["forest_fire_kit"] = 2
    if ground.river_m[node] < 2 * NEAR_RIVER_M:
        strengths["water_rescue"] = 1
        if dice.random() < 0.7:  # noqa: PLR2004 - the others wait for somebody else's boat
            equipment["assault_boat"] = 1
    mark = "" if number == 1 else f"-{number}"
    return Team(
        id=f"town-{town.code}{mark}",
        name=Name(
            zh=f"{town.name.zh}应急救援队" + ("" if number == 1 else f"{number}队"),
            en=f"{town.name.en} rescue team" + ("" if number == 1 else f" {number}"),
        ),
        echelon=Echelon.TOWN,
        home=ground.position(node),
        crew=26 if urban else 20,
        strengths=strengths,
        profile="light_rescue",
        turnout_s=STANDING_S,
        town=town.code,
        equipment=equipment,
        area=ground.area(index),
        basis=FROM_TONGLIANG,
    )


def specialist_teams(ground: Ground, count: int) -> tuple[Team, ...]:
    """Give the first `count` of the seven fields; a second round where more are asked for."""
    teams = []
    for k in range(count):
        kind, number = SPECIALISTS[k % len(SPECIALISTS)], k // len(SPECIALISTS) + 1
        teams.append(
            Team(
                id=f"specialist-{kind.key}" + ("" if number == 1 else f"-{number}"),
                name=_numbered(kind.name, number),
                echelon=Echelon.SPECIALIST,
                home=_stand(ground, kind, k),
                crew=kind.crew,
                strengths=kind.strengths,
                profile=kind.profile,
                turnout_s=kind.turnout_s,
                equipment=kind.equipment,
                basis=kind.basis,
            )
        )
    return tuple(teams)


def district_teams(ground: Ground, count: int) -> tuple[Team, ...]:
    """Give the district's comprehensive team (more where the structure asks for them)."""
    name = Name(
        zh=f"{ground.known.name.zh}综合应急救援队", en=f"{ground.known.name.en} comprehensive rescue team"
    )
    return tuple(
        Team(
            id="district" if k == 0 else f"district-{k + 1}",
            name=_numbered(name, k + 1),
            echelon=Echelon.DISTRICT,
            home=seat_position(ground, k),
            crew=50,
            strengths={
                "general_rescue": 6, "fire": 4, "water_rescue": 2, "hazmat": 2, "medical": 1, "clearance": 2,
                "flood": 2, "forest_fire": 3, "relief_delivery": 2,
            },
            profile="fire_engine",
            turnout_s=STANDING_S,
            equipment={
                "hydraulic_cutter": 4, "assault_boat": 2, "chemical_suit": 8, "pump": 4, "forest_fire_kit": 4,
                "life_jacket": 40, "satellite_phone": 4, "breathing_set": 20,
            },
            basis=FROM_TONGLIANG,
        )
        for k in range(count)
    )  # fmt: skip


def seat_position(ground: Ground, turn: int) -> Position:
    """Road node in one of the three towns with most people, `turn` after `turn`."""
    biggest = sorted(range(len(ground.towns)), key=lambda t: -ground.towns[t].population)[:3]
    town = biggest[turn % len(biggest)]
    nodes = ground.nodes_of[town]
    centre = ground.point(ground.towns[town].position.wgs84)
    gaps = ((ground.plane[nodes] - centre) ** 2).sum(axis=1)
    near = nodes[gaps.argsort(kind="stable")[: max(1, nodes.size // 4)]]
    return ground.position(int(ground.dice(f"seat {turn}").choice(near)))


def on_road(ground: Ground, where: LngLat) -> Position:
    """Road node nearest to a place."""
    return ground.position(ground.nearest_node(where))


def _stand(ground: Ground, kind: Kind, turn: int) -> Position:
    sites = ground.sites(kind.stands[0]) if kind.stands else ()
    if kind.stands and sites:
        return on_road(ground, sites[kind.stands[1] % len(sites)].position.wgs84)
    return seat_position(ground, turn)


def _numbered(name: Name, number: int) -> Name:
    return name if number == 1 else Name(zh=f"{name.zh}（{number}队）", en=f"{name.en} {number}")
