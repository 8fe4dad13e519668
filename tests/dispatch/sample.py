"""A hand-made but complete district, request and plan, so that every part of a report has something to show.

Names and town points are Yongchuan's; teams, stock and times are made up, as `demo` says.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import numpy as np

from graphs.road import NO_LIMIT, Access, BuildReport, Mark, RoadClass, RoadGraph
from models.crs import Crs, wgs84_to_gcj02
from models.doctrine import Doctrine, IncidentType, LevelRule, Response, SupplyRule, Weights
from models.force import Echelon, Team
from models.incident import ForceNeed, Grade, Incident, ResponseLevel, Stake
from models.place import Colour, Name, Outline, Position, Town
from models.request import REQUEST_SCHEMA, Closure, Lock, Request, TeamReport
from models.supply import Category, Depot, Item, Lot, Tier, Truck
from models.world import WORLD_SCHEMA, District

CST = timezone(timedelta(hours=8))
NOW = datetime(2026, 7, 1, 14, 0, tzinfo=CST)

TOWNS = {
    "500118001": ("中山路街道", "Zhongshanlu", 105.90435, 29.35695, 266239, 61.57),
    "500118003": ("南大街街道", "Nandajie", 105.89237, 29.33773, 122700, 78.3),
    "500118005": ("大安街道", "Da'an", 106.01476, 29.38310, 66700, 92.46),
    "500118006": ("陈食街道", "Chenshi", 105.99265, 29.31446, 55000, 84.0),
    "500118007": ("卫星湖街道", "Weixinghu", 105.90310, 29.25743, 52600, 67.83),
    "500118104": ("临江镇", "Linjiang", 105.95663, 29.24522, 20000, 77.1),
    "500118106": ("何埂镇", "Hegeng", 105.86988, 29.13696, 29600, 81.0),
    "500118113": ("双石镇", "Shuangshi", 105.83781, 29.40031, 18688, 66.0),
}
FLOOD_AT = (105.95120, 29.25110)
FIRE_AT = (105.87120, 29.41870)


def at(lng: float, lat: float) -> Position:
    return Position(lng=lng, lat=lat, crs=Crs.WGS84)


def both(zh: str, en: str) -> Name:
    return Name(zh=zh, en=en)


def towns() -> tuple[Town, ...]:
    return tuple(
        Town(code=code, name=both(zh, en), position=at(lng, lat), population=population, area_km2=area)
        for code, (zh, en, lng, lat, population, area) in TOWNS.items()
    )


def team(
    key: str, name: Name, echelon: Echelon, home: tuple[float, float], strengths: dict[str, int]
) -> Team:
    return Team(
        id=key,
        name=name,
        echelon=echelon,
        home=at(*home),
        crew=8,
        strengths=strengths,
        profile="engine",
        turnout_s=120,
        basis="demo",
    )


DISTRICT_STRENGTHS = {"search_rescue": 8, "flood": 4, "forest_fire": 4}
TEAM_HOMES = {
    "D-1": (105.9100, 29.3480),
    "S-FLOOD": (105.9230, 29.3350),
    "S-FOREST": (105.8830, 29.3900),
    "T-104": (105.95663, 29.24522),
    "T-007": (105.90310, 29.25743),
    "T-113": (105.83781, 29.40031),
    "V-104-03": (105.9640, 29.2600),
    "E-PORT": (105.8920, 29.0580),
    "N-BLUE": (105.8890, 29.3560),
}


def teams() -> tuple[Team, ...]:
    rows: tuple[tuple[str, str, str, Echelon, dict[str, int]], ...] = (
        ("D-1", "区综合应急救援队", "District comprehensive team", Echelon.DISTRICT, DISTRICT_STRENGTHS),
        ("S-FLOOD", "防汛专业队", "Flood specialist team", Echelon.SPECIALIST, {"flood": 6, "drainage": 2}),
        ("S-FOREST", "森林消防专业队", "Forest fire team", Echelon.SPECIALIST, {"forest_fire": 8}),
        ("T-104", "临江镇救援队", "Linjiang town team", Echelon.TOWN, {"flood": 3}),
        ("T-007", "卫星湖街道救援队", "Weixinghu street team", Echelon.TOWN, {"flood": 3}),
        ("T-113", "双石镇救援队", "Shuangshi town team", Echelon.TOWN, {"forest_fire": 3}),
        ("V-104-03", "临江镇普安村应急救援站", "Pu'an village rescue station", Echelon.VILLAGE, {"flood": 1}),
        ("E-PORT", "港桥园区企业队", "Port park brigade", Echelon.ENTERPRISE, {"flood": 2}),
        ("N-BLUE", "永川蓝天救援队", "Yongchuan Blue Sky Rescue", Echelon.VOLUNTEER, {"search_rescue": 3}),
    )  # fmt: skip
    return tuple(team(key, both(zh, en), echelon, TEAM_HOMES[key], has) for key, zh, en, echelon, has in rows)


def items() -> tuple[Item, ...]:
    rows = (
        ("boat", "2030101", Category.FLOOD_DROUGHT, "冲锋舟", "rescue boat", "艘", "boats", 120.0, 1.8),
        ("lifejacket", "2030102", Category.FLOOD_DROUGHT, "救生衣", "life jacket", "件", "pcs", 0.9, 0.01),
        ("pump", "2030201", Category.FLOOD_DROUGHT, "排水泵", "drainage pump", "台", "sets", 85.0, 0.4),
        ("blanket", "1010101", Category.DISASTER_RELIEF, "棉被", "quilt", "床", "pcs", 2.5, 0.02),
        ("coat", "1010102", Category.DISASTER_RELIEF, "棉大衣", "padded coat", "件", "pcs", 2.0, 0.02),
        ("blower", "2040101", Category.FOREST_FIRE, "风力灭火机", "fire blower", "台", "sets", 11.0, 0.06),
    )
    return tuple(
        Item(
            id=key,
            code=code,
            category=category,
            name=both(zh, en),
            unit=both(unit_zh, unit_en),
            kg=kg,
            m3=m3,
            substitutes={"coat": 1.0} if key == "blanket" else {},
        )
        for key, code, category, zh, en, unit_zh, unit_en, kg, m3 in rows
    )


def depot(key: str, name: Name, tier: Tier, place: tuple[float, float], stock: dict[str, int]) -> Depot:
    lots = tuple(
        Lot(id=f"{key}-{item}", item=item, quantity=count, batch="2025-03", expires=date(2030, 3, 31))
        for item, count in stock.items()
    )
    return Depot(
        id=key,
        name=name,
        tier=tier,
        position=at(*place),
        lots=lots,
        trucks=(Truck(id=f"{key}-1", profile="truck", payload_kg=5000, volume_m3=20),),
        loading_kg_per_min=60,
        release_s=300,
    )


DEPOTS = {"Q-1": (105.9150, 29.3600), "Z-104": (105.9570, 29.2460), "Z-113": (105.8380, 29.4010)}


def depots() -> tuple[Depot, ...]:
    return (
        depot(
            "Q-1",
            both("区应急物资储备库", "District depot"),
            Tier.DISTRICT,
            DEPOTS["Q-1"],
            {"blanket": 400, "coat": 300, "boat": 6, "pump": 4},
        ),
        depot(
            "Z-104",
            both("临江镇储备库", "Linjiang depot"),
            Tier.TOWN,
            DEPOTS["Z-104"],
            {"lifejacket": 120, "blanket": 80},
        ),
        depot("Z-113", both("双石镇储备库", "Shuangshi depot"), Tier.TOWN, DEPOTS["Z-113"], {"blower": 20}),
    )


def responses() -> tuple[Response, Response]:
    """To a flood and to a forest fire."""
    flood = Response(
        first_arrival_s=900,
        force=(
            ForceNeed(capability="flood", strength=10, target_s=1800),
            ForceNeed(capability="drainage", strength=3, target_s=2700, stake=Stake.PROPERTY),
        ),
        supplies=(
            SupplyRule(item="lifejacket", deadline_s=2400, minimum=80),
            SupplyRule(item="blanket", deadline_s=7200, per_person=1.0),
        ),
    )
    fire = Response(
        first_arrival_s=900,
        force=(
            ForceNeed(capability="forest_fire", strength=14, target_s=1500, stake=Stake.ENVIRONMENT),
            ForceNeed(capability="search_rescue", strength=2, target_s=1500),
        ),
        supplies=(SupplyRule(item="blower", deadline_s=1800, minimum=12, stake=Stake.ENVIRONMENT),),
    )
    return flood, fire


def doctrine() -> Doctrine:
    flood, fire = responses()
    echelons = (Echelon.VILLAGE, Echelon.TOWN, Echelon.SPECIALIST, Echelon.DISTRICT)
    rule = LevelRule(echelons=echelons, approver=both("区应急指挥部", "District command"))
    return Doctrine(
        schema="rescue-dispatch/doctrine/1",
        version="2026-demo",
        name=both("永川区应急预案（演示）", "Yongchuan response plan (demo)"),
        basis="demo",
        call_processing_s=60,
        capabilities={
            "flood": both("防汛抢险", "flood rescue"),
            "drainage": both("排涝", "drainage"),
            "forest_fire": both("森林灭火", "forest fire fighting"),
            "search_rescue": both("搜救", "search and rescue"),
        },
        levels=dict.fromkeys(ResponseLevel, rule),
        weights=Weights(
            grade={Grade.I: 8, Grade.II: 4, Grade.III: 2, Grade.IV: 1},
            stake={Stake.LIFE: 100, Stake.PROPERTY: 10, Stake.ENVIRONMENT: 5},
            echelon_step=1,
            approval=5,
            unreliability=10,
            tier_step=1,
            trip=1,
            response_step_s=1,
            delivery_step_s=1,
            driving_hour=1,
        ),
        incidents={
            "flood": IncidentType(
                code="11101", name=both("洪水", "Flood"), responses=dict.fromkeys(ResponseLevel, flood)
            ),
            "forest_fire": IncidentType(
                code="11701",
                name=both("森林火灾", "Forest fire"),
                responses=dict.fromkeys(ResponseLevel, fire),
            ),
        },
    )


def sample_district() -> District:
    return District(
        schema=WORLD_SCHEMA,
        id="yongchuan-sample",
        name=both("永川区（演示）", "Yongchuan (demo)"),
        demo=True,
        towns=towns(),
        teams=teams(),
        items=items(),
        depots=depots(),
        doctrine=doctrine(),
    )


def sample_request() -> Request:
    slide = wgs84_to_gcj02(105.9400, 29.2900)
    return Request(
        schema=REQUEST_SCHEMA,
        id="REQ-20260701-001",
        now=NOW,
        incidents=(
            Incident(
                id="INC-1",
                type="flood",
                grade=Grade.II,
                response_level=ResponseLevel.II,
                position=at(*FLOOD_AT),
                reported_at=NOW - timedelta(minutes=4),
                name=both("临江河漫堤", "Linjiang River overflow"),
                warning=Colour.ORANGE,
                people_affected=350,
            ),
            Incident(
                id="INC-2",
                type="forest_fire",
                grade=Grade.III,
                response_level=ResponseLevel.III,
                position=at(*FIRE_AT),
                reported_at=NOW - timedelta(minutes=1),
                warning=Colour.YELLOW,
                people_affected=12,
            ),
        ),
        closures=(
            Closure(
                id="CL-1",
                reason="山体滑坡",
                centre=Position(lng=slide.lng, lat=slide.lat, crs=Crs.GCJ02),
                radius_m=400.0,
            ),
            Closure(
                id="CL-2",
                reason="积水",
                speed_factor=0.3,
                outline=Outline(
                    points=((105.962, 29.238), (105.962, 29.248), (105.978, 29.248), (105.978, 29.238)),
                    crs=Crs.WGS84,
                ),
            ),
            Closure(id="CL-3", road="S205"),
        ),
        locks=(Lock(team="S-FLOOD", incident="INC-1"),),
        reports=(TeamReport(team="T-007", position=at(105.9120, 29.2650)),),
    )


def sample_roads(side: int = 24) -> RoadGraph:
    """A crooked grid of `side` x `side` junctions over the district, every fourth line a main road."""
    rng = np.random.default_rng(5)
    x, y = np.meshgrid(np.linspace(105.78, 106.06, side), np.linspace(29.10, 29.48, side))
    lng = (x + rng.normal(0, 0.0015, x.shape)).ravel()
    lat = (y + rng.normal(0, 0.0015, y.shape)).ravel()
    arcs: list[tuple[int, int, int, int, int]] = []
    for i in range(side):
        for j in range(side):
            for di, dj, line in ((0, 1, i), (1, 0, j)):
                if i + di < side and j + dj < side:
                    kind = RoadClass.PRIMARY if line % 4 == 0 else RoadClass.TERTIARY
                    kind = RoadClass.RESIDENTIAL if line % 4 == 2 else kind
                    a, b, way = i * side + j, (i + di) * side + j + dj, len(arcs)
                    name = int(line == 10 and di == 0)
                    arcs.extend([(a, b, int(kind), way, name), (b, a, int(kind), way, name)])
    arcs.sort()
    table = np.array(arcs, dtype=np.int64)
    n, m = lng.size, len(arcs)
    return RoadGraph(
        lng=lng,
        lat=lat,
        ref=np.arange(n, dtype=np.int64),
        first_out=np.searchsorted(table[:, 0], np.arange(n + 1)).astype(np.int64),
        head=table[:, 1].astype(np.int32),
        length_dm=np.full(m, 15_000, dtype=np.int32),
        road_class=table[:, 2].astype(np.int8),
        speed_kmh=np.full(m, 50, dtype=np.float32),
        access=np.full(m, int(Access.CAR), dtype=np.uint8),
        marks=np.full(m, int(Mark(0)), dtype=np.uint8),
        max_weight_kg=np.full(m, NO_LIMIT, dtype=np.int32),
        max_height_cm=np.full(m, NO_LIMIT, dtype=np.int32),
        max_width_cm=np.full(m, NO_LIMIT, dtype=np.int32),
        name=table[:, 4].astype(np.int32),
        way=table[:, 3],
        shape_first=np.zeros(m + 1, dtype=np.int64),
        shape_lng=np.empty(0),
        shape_lat=np.empty(0),
        names=("", "S205;南永路"),
        report=BuildReport(source="sample grid", nodes=n, arcs=m),
    )
