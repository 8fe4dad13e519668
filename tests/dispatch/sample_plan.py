"""A hand-made but complete plan for the request of `tests.dispatch.sample`."""

from __future__ import annotations

from datetime import date, timedelta
from math import hypot

from models.plan import (
    PLAN_SCHEMA,
    Alternative,
    Assignment,
    CheckReport,
    EtaParts,
    Limit,
    Load,
    ObjectiveLevel,
    Plan,
    Reason,
    Route,
    Served,
    Shipment,
    Shortfall,
)
from tests.dispatch.sample import DEPOTS, FIRE_AT, FLOOD_AT, NOW, TEAM_HOMES, both, depots, teams


def eta(wait: int, call: int, turnout: int, travel: int) -> EtaParts:
    return EtaParts(wait_s=wait, call_processing_s=call, turnout_s=turnout, travel_s=travel)


def route(start: tuple[float, float], end: tuple[float, float], profile: str = "engine") -> Route:
    """A staircase of straight pieces from start to end."""
    (x0, y0), (x1, y1) = start, end
    steps = 8
    points = [start]
    for i in range(1, steps + 1):
        x, y = x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps
        points.extend([(round(x, 5), points[-1][1]), (round(x, 5), round(y, 5))])
    length = int(hypot((x1 - x0) * 97_000, (y1 - y0) * 111_000) * 1.3)
    return Route(profile=profile, length_m=length, points=tuple(points), roads=("G93", "S108"))


def assignments() -> tuple[Assignment, ...]:
    named = {each.id: each for each in teams()}
    command = both("区应急指挥部", "District command")
    rows = (
        ("V-104-03", "INC-1", (("flood", 1),), (0, 60, 90, 240), None),
        ("T-104", "INC-1", (("flood", 3),), (0, 60, 180, 285), None),
        ("T-007", "INC-1", (("flood", 3),), (0, 60, 180, 660), None),
        ("S-FLOOD", "INC-1", (("flood", 6), ("drainage", 2)), (300, 60, 120, 1565), command),
        ("T-113", "INC-2", (("forest_fire", 3),), (0, 60, 180, 420), None),
        ("S-FOREST", "INC-2", (("forest_fire", 8),), (0, 60, 120, 510), None),
        ("D-1", "INC-2", (("forest_fire", 4), ("search_rescue", 8)), (0, 60, 60, 1090), command),
    )
    starts = {**TEAM_HOMES, "T-007": (105.9120, 29.2650)}
    made = []
    for key, incident, serves, parts, approver in rows:
        time = eta(*parts)
        made.append(
            Assignment(
                team=key,
                name=named[key].name,
                echelon=named[key].echelon,
                incident=incident,
                serves=tuple(Served(capability=what, strength=count) for what, count in serves),
                departs_at=NOW + timedelta(seconds=time.total_s - time.travel_s),
                arrives_at=NOW + timedelta(seconds=time.total_s),
                eta=time,
                route=route(starts[key], FLOOD_AT if incident == "INC-1" else FIRE_AT),
                approver=approver,
                locked=key == "S-FLOOD",
            )
        )
    return tuple(made)


def load(item: str, depot_id: str, count: int, need: str = "") -> Load:
    return Load(
        item=item,
        lot=f"{depot_id}-{item}",
        batch="2025-03",
        expires=date(2030, 3, 31),
        quantity=count,
        need=need or item,
    )


def shipments() -> tuple[Shipment, ...]:
    named = {each.id: each for each in depots()}
    rows = (
        ("Z-104", "INC-1", (load("lifejacket", "Z-104", 80), load("blanket", "Z-104", 50)), 197.0, 290),
        ("Q-1", "INC-1", (load("blanket", "Q-1", 200), load("coat", "Q-1", 80, "blanket")), 660.0, 1480),
        ("Z-113", "INC-2", (load("blower", "Z-113", 12),), 132.0, 450),
    )
    made = []
    for key, incident, loads, kg, travel in rows:
        time = eta(0, 60, 300 + round(kg), travel)
        made.append(
            Shipment(
                truck=f"{key}-1",
                depot=key,
                name=named[key].name,
                tier=named[key].tier,
                incident=incident,
                loads=loads,
                kg=kg,
                m3=round(kg / 110, 2),
                departs_at=NOW + timedelta(seconds=time.total_s - time.travel_s),
                arrives_at=NOW + timedelta(seconds=time.total_s),
                eta=time,
                route=route(DEPOTS[key], FLOOD_AT if incident == "INC-1" else FIRE_AT, "truck"),
            )
        )
    return tuple(made)


def shortfalls() -> tuple[Shortfall, ...]:
    return (
        Shortfall(
            incident="INC-1",
            capability="drainage",
            needed=3,
            missing=1,
            limit=Limit.NOBODY_HAS_IT,
            reason=both(
                "全区只有防汛专业队具备排涝能力，其能力为 2。",
                "Only the flood specialist team can drain, with a strength of 2.",
            ),
            remedy=both(
                "向荣昌区请求跨区支援 1 个排涝单元。", "Ask Rongchang for one drainage unit as mutual aid."
            ),
        ),
        Shortfall(
            incident="INC-1",
            item="blanket",
            needed=350,
            missing=20,
            limit=Limit.RESERVE,
            reason=both("区库须留储备 200 床。", "The district depot keeps 200 as its reserve."),
            remedy=both("批准动用区库储备 20 床。", "Release 20 of the district reserve."),
        ),
    )


def reasons() -> tuple[Reason, ...]:
    return (
        Reason(
            id="T-104",
            incident="INC-1",
            why=both(
                "最近的镇街队，早于目标 21 分 15 秒到场。",
                "Nearest town team, 21 min 15 s before its target.",
            ),
            next_best=Alternative(
                id="E-PORT",
                name=both("港桥园区企业队", "Port park brigade"),
                eta_s=2100,
                costs=both("晚 26 分 15 秒", "26 min 15 s later"),
            ),
        ),
        Reason(
            id="S-FLOOD",
            incident="INC-1",
            why=both(
                "按指挥员指令锁定；全区唯一具备排涝能力的队伍。", "Locked by order; it alone can drain."
            ),
        ),
        Reason(
            id="D-1",
            incident="INC-2",
            why=both("补足森林灭火能力，并承担搜救。", "Completes fire fighting, covers search and rescue."),
            next_best=Alternative(
                id="N-BLUE",
                name=both("永川蓝天救援队", "Yongchuan Blue Sky Rescue"),
                eta_s=1500,
                costs=both("森林灭火仍缺 3", "forest fire fighting stays 3 short"),
            ),
        ),
        Reason(
            id="Z-104-1",
            incident="INC-1",
            why=both("最近有库存的储备库。", "Nearest depot with stock."),
        ),
    )


def sample_plan() -> Plan:
    levels = (
        (both("未满足的需求", "unmet needs"), "priority x units", 480, 480, 0.0, True),
        (both("超时", "lateness"), "priority x s", 98000, 98000, 0.0, True),
        (both("响应时间", "response time"), "priority x steps", 3120400, 3089190, 0.01, False),
        (both("层级与审批", "echelons and approvals"), "price", 17, 17, 0.0, True),
    )
    return Plan(
        schema=PLAN_SCHEMA,
        request="REQ-20260701-001",
        world="yongchuan-sample",
        label=both("方案一", "Option 1"),
        made_for=NOW,
        assignments=assignments(),
        shipments=shipments(),
        shortfalls=shortfalls(),
        objective=tuple(
            ObjectiveLevel(level=i, name=name, unit=unit, value=value, bound=bound, gap=gap, proven=proven)
            for i, (name, unit, value, bound, gap, proven) in enumerate(levels, start=1)
        ),
        inputs_digest="5d41402abc4b2a76b9719d911017c592ae1f4c2e8b7d0f6a3c9e5b1d7f2a4c60",
        doctrine="2026-demo",
        solver="rescue-dispatch 0.1.0, HiGHS 1.9.0",
        seed=7,
        reasons=reasons(),
        notes=(both("两起事件争用区综合队。", "Two incidents compete for the district team."),),
        check=CheckReport(ok=True),
    )
