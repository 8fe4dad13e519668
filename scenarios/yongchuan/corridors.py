"""The hand-drawn skeleton: named ordinary roads and expressways with their interchanges.

Names with a source (DOMAIN 2.3: G11 to G21) are in `CITED`; which towns they join is cited or follows from
the name, their course between the towns is schematic. The other names are made up for the demo.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from graphs.road import NO_LIMIT, RoadClass
from scenarios.yongchuan.places import NEIGHBOURS, TOWNS

Waypoint = str | tuple[float, float]

CITED: Final = (
    "成渝高速 G85", "三环高速", "九永高速", "永泸高速", "成渝环线高速 G93", "永川长江大桥", "G246国道",
    "成渝公路", "永津公路",
    "永泸公路", "永朱二级公路", "五朱路", "永铜公路", "永合公路", "永大公路", "永松路",
)  # fmt: skip

JUNCTIONS: Final[dict[str, tuple[float, float]]] = {
    **{town.name.zh.removesuffix("街道").removesuffix("镇"): town.position.wgs84 for town in TOWNS},
    **{f"{each.key}.seat": each.seat for each in NEIGHBOURS},
    **{f"{each.key}.gate": each.gate for each in NEIGHBOURS},
    "城北": (105.9010, 29.3790),
    "城东": (105.9420, 29.3560),
    "城南": (105.9000, 29.3060),
    "城西": (105.8560, 29.3440),
    "东站": (105.9521, 29.3801),
    "双凤": (105.8380, 29.2850),
    "岚垭": (105.8830, 29.4250),
}
"""Points where corridors meet, WGS-84: towns by their short name, neighbours' seats and gates, crossroads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """An ordinary two-way road through waypoints (names of `JUNCTIONS` or WGS-84 points)."""

    name: str
    road_class: RoadClass
    via: tuple[Waypoint, ...]
    sway_km: float = 0.25
    max_width_cm: int = NO_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Motorway:
    """A road of two one-way carriageways through WGS-84 points.

    `sections` name it from a longitude on (west to east in any order of `via`): (name, posted km/h, west
    end of the section). `interchanges` are (name, WGS-84 point near the line).
    """

    sections: tuple[tuple[str, float, float], ...]
    via: tuple[tuple[float, float], ...]
    ends: tuple[str, str]
    interchanges: tuple[tuple[str, tuple[float, float]], ...]


_T, _P, _S, _U = RoadClass.TRUNK, RoadClass.PRIMARY, RoadClass.SECONDARY, RoadClass.TERTIARY


def _road(name: str, road_class: RoadClass, *via: Waypoint, sway_km: float = 0.25) -> Corridor:
    return Corridor(name=name, road_class=road_class, via=via, sway_km=sway_km)


def _forest(name: str, *via: Waypoint, max_width_cm: int) -> Corridor:
    return Corridor(name=name, road_class=RoadClass.TRACK, via=via, sway_km=0.22, max_width_cm=max_width_cm)


ORDINARY: Final = (
    _road("G246国道", _T, "三教", "岚垭", "城北", "中山路", "胜利路", "青峰", "来苏", "吉安", (105.727,
        29.1490),
          (105.60, 29.13), "luxian.seat"),
    _road("成渝公路", _P, "rongchang.seat", "rongchang.gate", "永荣", "红炉", (105.775, 29.3720), "双石",
          (105.8575, 29.3660), "胜利路"),
    _road("成渝公路", _P, "中山路", "城东", (105.985, 29.3720), "大安", "bishan.gate", (106.1600, 29.4850),
        "bishan.seat"),
    _road("永大公路", _P, "三教", "dazu.gate", "dazu.seat"),
    _road("永铜公路", _P, "三教", (105.8800, 29.5350), "tongliang.gate", (105.9400, 29.7200),
        "tongliang.seat"),
    _road("永合公路", _S, "城北", (105.9270, 29.4300), "板桥", (105.9750, 29.5450), (106.0700, 29.6800),
          "tongliang.seat"),
    _road("永津公路", _P, "城东", (105.9670, 29.3320), "陈食", "jiangjin.gate", "jiangjin.seat"),
    _road("永泸公路", _P, "南大街", (105.8680, 29.3060), "双凤", "来苏", "宝峰", "luxian.gate", (105.55,
        29.22),
          "luxian.seat"),
    _road("永朱二级公路", _P, "中山路", "南大街", "城南", "卫星湖", (105.8930, 29.2000), "何埂", (105.8620,
        29.0850),
          "朱沱"),
    _road("五朱路", _S, "五间", "仙龙", (105.7980, 29.0950), (105.8250, 29.0480), "朱沱"),
    _road("永松路", _S, "何埂", (105.8850, 29.0950), "松溉"),
    _road("港桥大道", _S, "松溉", (105.8740, 29.0440), "朱沱", sway_km=0.06),
    _road("朱合路", _P, "朱沱", (105.8280, 29.0000), (105.8030, 28.9880), "hejiang.gate", (105.7480, 28.9350),
          (105.7500, 28.8800), "hejiang.seat"),
    _road("卫五路", _S, "卫星湖", (105.8720, 29.2170), "五间"),
    _road("来五路", _S, "来苏", (105.8030, 29.2220), "五间"),
    _road("五何路", _U, "五间", "何埂"),
    _road("仙吉路", _S, "仙龙", "吉安"),
    _road("仙何路", _U, "仙龙", "何埂"),
    _road("青红路", _S, "青峰", (105.7780, 29.3440), "红炉"),
    _road("红宝路", _U, "红炉", "宝峰"),
    _road("宝永路", _U, "宝峰", (105.6840, 29.3080), "永荣"),
    _road("红来路", _U, "红炉", (105.7560, 29.3050), "来苏"),
    _road("青双路", _U, "青峰", "双石"),
    _road("双三路", _S, "双石", (105.8450, 29.4450), "三教"),
    _road("三板路", _S, "三教", "板桥"),
    _road("板金路", _S, "板桥", (106.0100, 29.5000), "金龙"),
    _road("金安路", _S, "金龙", (106.0330, 29.4500), "大安"),
    _road("金璧路", _U, "金龙", (106.0790, 29.5180), "bishan.seat"),
    _road("安陈路", _S, "大安", (106.0070, 29.3520), "陈食"),
    _road("陈临路", _S, "陈食", "临江"),
    _road("永临路", _S, (105.9380, 29.3180), (105.9480, 29.2820), "临江"),
    _road("临卫路", _S, "临江", "卫星湖"),
    _road("临何路", _S, "临江", (105.9300, 29.1900), "何埂"),
    _road("茶竹路", _U, "胜利路", "茶山竹海", "岚垭", sway_km=0.2),
    _road("竹石路", _U, "茶山竹海", "双石", sway_km=0.2),
    _road("站前大道", _S, "城北", "东站", "城东", sway_km=0.04),
    _road("城区环线", _S, "东站", (105.9585, 29.3450), (105.9380, 29.3180), "城南", (105.8680, 29.3170),
        "城西",
          (105.8720, 29.3730), "城北", sway_km=0.04),
    _forest("箕山林道", "茶山竹海", (105.9020, 29.4280), (105.9300, 29.4550), (105.9660, 29.4820),
        (105.9980, 29.5110),
            max_width_cm=300),
    _forest("箕山南段林道", (105.8500, 29.3740), "茶山竹海", max_width_cm=300),
    _forest("黄瓜山林道", (105.8160, 29.2010), (105.8420, 29.2320), (105.8680, 29.2620), (105.8850, 29.2880),
            max_width_cm=280),
    _forest("云雾山林道", (106.0280, 29.3450), (106.0420, 29.4000), (106.0500, 29.4400), (106.0580, 29.4760),
            max_width_cm=260),
    _forest("巴岳山林道", (105.7380, 29.3780), (105.7760, 29.4080), (105.8060, 29.4520), (105.8240, 29.5000),
            max_width_cm=260),
    _forest("英山林道", (105.6800, 29.3000), (105.7060, 29.3160), (105.7500, 29.3330), max_width_cm=240),
)  # fmt: skip

MOTORWAYS: Final = (
    Motorway(
        sections=(("成渝高速 G85", 100.0, 0.0),),
        via=(
            (105.6020, 29.4010), (105.6450, 29.3690), (105.7000, 29.3650), (105.7700, 29.3620), (105.8350,
            29.3740),
            (105.8750, 29.3820), (105.9200, 29.3760), (105.9650, 29.3660), (106.0080, 29.3960), (106.0580,
            29.4300),
            (106.1400, 29.5000), (106.2210, 29.5870),
        ),
        ends=("rongchang.seat", "bishan.seat"),
        interchanges=(
            ("永川西", (105.8150, 29.3700)), ("永川", (105.9130, 29.3770)), ("大安", (105.9900, 29.3830)),
        ),
    ),
    Motorway(
        sections=(("三环高速", 100.0, 0.0),),
        via=(
            (106.0600, 29.8330), (105.9950, 29.7000), (105.9180, 29.5550), (105.9120, 29.5050), (105.8930,
            29.4650),
            (105.8560, 29.4250), (105.8460, 29.3750), (105.8440, 29.3300), (105.8632, 29.2838), (105.8740,
            29.2350),
            (105.8860, 29.1850), (105.8900, 29.1300), (105.8950, 29.0900), (105.8790, 29.0600), (105.8820,
            29.0300),
            (105.9050, 29.0100), (105.9900, 29.0350), (106.1000, 29.1250), (106.2360, 29.2760),
        ),
        ends=("tongliang.seat", "jiangjin.seat"),
        interchanges=(
            ("三教", (105.9090, 29.4950)), ("双石", (105.8520, 29.4130)), ("青峰", (105.8440, 29.3280)),
            ("双竹", (105.8765, 29.2250)), ("何埂", (105.8895, 29.1380)), ("松溉", (105.8850, 29.0740)),
        ),
    ),
    Motorway(
        sections=(("永泸高速", 100.0, 0.0), ("九永高速", 100.0, 105.8955)),
        via=(
            (106.2400, 29.2900), (106.1200, 29.3400), (106.0450, 29.3290), (106.0000, 29.2990), (105.9550,
            29.2870),
            (105.9080, 29.2810), (105.8620, 29.2840), (105.8150, 29.2790), (105.7790, 29.2860), (105.7350,
            29.2880),
            (105.6910, 29.2900), (105.6000, 29.2350), (105.3820, 29.1600),
        ),
        ends=("jiangjin.seat", "luxian.seat"),
        interchanges=(
            ("陈食", (106.0080, 29.3050)), ("永川南", (105.9200, 29.2830)), ("双凤", (105.8380, 29.2815)),
            ("来苏", (105.7790, 29.2860)), ("宝峰", (105.7140, 29.2890)),
        ),
    ),
    Motorway(
        sections=(("成渝环线高速 G93", 80.0, 0.0),),
        via=(
            (106.2400, 29.2730), (106.1000, 29.0900), (105.9800, 28.9950), (105.9050, 28.9820), (105.8700,
            28.9900),
            (105.8350, 29.0040), (105.8000, 29.0160), (105.7560, 29.0220), (105.6000, 29.0600), (105.3830,
            29.1460),
        ),
        ends=("jiangjin.seat", "luxian.seat"),
        interchanges=(("朱沱", (105.8280, 29.0065)),),
    ),
)  # fmt: skip

YONGLU_LENGTH_KM: Final = 20.9
"""Cited length of the 永泸高速 inside the district [G16, G17]."""

BRIDGES: Final = (("三环高速", "永川长江大桥"), ("成渝环线高速 G93", "朱沱长江大桥（示意）"))
"""Names of the Yangtze crossings by the motorway that carries them."""

CITY: Final = (
    (105.8484, 29.3376), (105.8588, 29.3203), (105.8761, 29.3116), (105.9004, 29.3064), (105.9307, 29.3133),
    (105.9524, 29.3341),
    (105.9576, 29.3671), (105.9472, 29.3809), (105.9177, 29.3827), (105.8935, 29.3809), (105.8727, 29.3723),
    (105.8554, 29.3549),
)  # fmt: skip
"""The built-up area of the three city streets (about 68 km2, cited as a total only), WGS-84: schematic."""


def joints(corridor: Corridor) -> tuple[tuple[float, float], ...]:
    """Give the waypoints of a corridor as WGS-84 points, without repeats in a row."""
    points = [JUNCTIONS[each] if isinstance(each, str) else each for each in corridor.via]
    return (points[0], *(b for a, b in pairwise(points) if a != b))
