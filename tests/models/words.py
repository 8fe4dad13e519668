"""A small good example of every word, and the check that a change to it is refused with a given sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, Final

import pytest

from models.crs import Crs
from models.doctrine import (
    Cover,
    Doctrine,
    IncidentType,
    LevelRule,
    OnScene,
    Reserve,
    Response,
    Scope,
    SupplyRule,
    Volunteers,
    VolunteerStrength,
    Weights,
)
from models.errors import InputError
from models.force import Echelon, Entry, Shift, Team
from models.incident import Consequence, ForceNeed, Grade, Incident, ResponseLevel, Stake, SupplyNeed
from models.medical import Ambulance, Hospital, Severity
from models.place import Colour, HazardPoint, Name, Outline, Position, RiskCell, Shelter, ShelterStatus, Town
from models.plan import (
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
from models.request import Closure, Engagement, Forbid, Forecast, Lock, Request, TeamReport
from models.supply import Category, Depot, Item, Lot, Tier, Truck
from models.world import District, Site

CHINA: Final = timezone(timedelta(hours=8))
NOON: Final = datetime(2026, 7, 1, 12, 0, tzinfo=CHINA)
NAIVE: Final = datetime(2026, 7, 1, 12, 0)  # noqa: DTZ001 - what the words must refuse


def refused(word: Any, changes: dict[str, Any], sentence: str) -> None:
    """Assert that `word` with these fields changed is refused with exactly this sentence."""
    with pytest.raises(InputError) as caught:
        replace(word, **changes)
    assert str(caught.value) == sentence


def name(text: str = "演示") -> Name:
    return Name(zh=text, en="demo")


def position() -> Position:
    return Position(lng=105.9, lat=29.35, crs=Crs.WGS84)


def outline() -> Outline:
    return Outline(points=((105.9, 29.3), (105.95, 29.3), (105.95, 29.35)), crs=Crs.GCJ02)


def town() -> Town:
    return Town(
        code="500118001", name=name(), position=position(), population=1000, area_km2=12.5, outline=outline()
    )


def shift() -> Shift:
    return Shift(start=time(8), end=time(20))


def team() -> Team:
    return Team(
        id="t1",
        name=name(),
        echelon=Echelon.TOWN,
        home=position(),
        crew=12,
        strengths={"flood": 4},
        profile="light_truck",
        turnout_s=120,
        town="500118001",
        position=Position(lng=105.91, lat=29.36, crs=Crs.BD09),
        equipment={"pump": 1},
        shifts=(shift(),),
        area=("500118001",),
        free_from=NOON,
        entries=(entry(),),
    )


def entry() -> Entry:
    return Entry(name=name("界口"), position=position(), lead_s=1800)


def item(id: str = "pump", **changes: Any) -> Item:  # noqa: A002 - the word's own field
    plain = Item(
        id=id,
        code="1010101",
        category=Category.FLOOD_DROUGHT,
        name=name(),
        unit=name("台"),
        kg=80.0,
        m3=0.4,
    )
    return replace(plain, **changes)


def lot() -> Lot:
    return Lot(id="l1", item="pump", quantity=5, batch="2025-01", expires=date(2027, 1, 1))


def truck() -> Truck:
    return Truck(id="k1", profile="heavy_truck", payload_kg=5000.0, volume_m3=20.0)


def depot() -> Depot:
    return Depot(
        id="d1",
        name=name(),
        tier=Tier.TOWN,
        position=position(),
        lots=(lot(),),
        trucks=(truck(),),
        loading_kg_per_min=100.0,
        release_s=600,
        town="500118001",
        reserve={"pump": 1},
        hours=(shift(),),
        unloading_kg_per_min=80.0,
        docks=2,
    )


def response() -> Response:
    return Response(
        first_arrival_s=900,
        force=(ForceNeed(capability="flood", strength=8, target_s=1800, requires_item="pump"),),
        supplies=(SupplyRule(item="pump", deadline_s=3600, per_person=0.01, minimum=1),),
        on_scene=on_scene(),
    )


def on_scene() -> OnScene:
    return OnScene(low_s=1800, likely_s=3600, high_s=10800)


def reserve() -> Reserve:
    return Reserve(
        name=name(),
        echelons=(Echelon.VILLAGE, Echelon.TOWN),
        scope=Scope.TOWN,
        keep=1,
        lifted_at=ResponseLevel.II,
    )


def cover() -> Cover:
    return Cover(
        echelons=(Echelon.TOWN,), within_s=900, twice_s=1200, busy=0.3, weights=dict.fromkeys(Colour, 2)
    )


def weights() -> Weights:
    return Weights(
        grade=dict.fromkeys(Grade, 1),
        stake={Stake.LIFE: 9, Stake.PROPERTY: 3, Stake.ENVIRONMENT: 1},
        echelon_step=1,
        approval=1,
        unreliability=1,
        tier_step=1,
        trip=1,
        driving_hour=6,
        response_step_s=60,
        delivery_step_s=300,
    )


def doctrine() -> Doctrine:
    return Doctrine(
        schema="rescue-dispatch/doctrine/1",
        version="2026-1",
        name=name(),
        basis="demo data",
        call_processing_s=60,
        capabilities={"flood": name("抗洪抢险")},
        levels=dict.fromkeys(
            ResponseLevel, LevelRule(echelons=(Echelon.TOWN, Echelon.DISTRICT), approver=name())
        ),
        weights=weights(),
        incidents={
            "flood": IncidentType(
                code="11A01", name=name("洪水"), responses=dict.fromkeys(ResponseLevel, response())
            )
        },
        reserves=(reserve(),),
        volunteers=Volunteers(count=VolunteerStrength.EXPECTED, confidence=0.8),
        cover=cover(),
    )


def incident() -> Incident:
    return Incident(
        id="i1",
        type="flood",
        grade=Grade.III,
        response_level=ResponseLevel.III,
        position=position(),
        reported_at=NOON,
        warning=Colour.ORANGE,
        people_affected=250,
        consequence=consequence(),
    )


def consequence() -> Consequence:
    return Consequence(closes_within_m=200.0, raises=Colour.RED, raises_within_m=3000.0)


def engagement() -> Engagement:
    return Engagement(
        team="t3",
        incident="i2",
        departs_at=NOON - timedelta(minutes=9),
        arrives_at=NOON + timedelta(minutes=4),
    )


def forecast() -> Forecast:
    return Forecast(
        id="rain", colour=Colour.ORANGE, towns=("500118001",), begin=NOON, end=NOON + timedelta(hours=6)
    )


def closure() -> Closure:
    return Closure(id="c1", road="G85", begin=NOON, end=NOON + timedelta(hours=2))


def request() -> Request:
    return Request(
        schema="rescue-dispatch/request/1",
        id="r1",
        now=NOON,
        incidents=(
            incident(),
            replace(
                incident(),
                id="i2",
                force_needs=(ForceNeed(capability="flood", strength=1, target_s=600),),
                supply_needs=(SupplyNeed(item="pump", quantity=1, deadline_s=600),),
            ),
        ),
        closures=(
            closure(),
            Closure(id="c2", outline=outline(), speed_factor=0.5),
            Closure(id="c3", centre=position(), radius_m=500.0),
            Closure(id="c4", bridge="G246", max_weight_kg=10_000),
            Closure(id="c5", ways=(17, -4), max_weight_kg=3500, speed_factor=0.25),
        ),
        locks=(Lock(team="t1", incident="i1"),),
        forbids=(Forbid(team="t2"), Forbid(team="t1", incident="i2")),
        reports=(TeamReport(team="t1", position=position(), free_from=NOON),),
        engaged=(engagement(),),
        forecasts=(forecast(),),
    )


def district() -> District:
    return District(
        schema="rescue-dispatch/world/1",
        id="w1",
        name=name(),
        demo=True,
        towns=(town(),),
        teams=(team(),),
        items=(item(),),
        depots=(depot(),),
        doctrine=doctrine(),
        shelters=(shelter(),),
        hospitals=(hospital(),),
        ambulances=(ambulance(),),
        hazards=(
            HazardPoint(
                id="h1", kind="landslide", position=position(), colour=Colour.RED, max_weight_kg=9000
            ),
        ),
        risk=(
            RiskCell(
                id="x1",
                town="500118001",
                position=position(),
                colour=Colour.BLUE,
                hazards=("flood",),
                population=40,
            ),
        ),
        sites=(Site(id="p1", kind="landing_point", name=name(), position=position()),),
    )


def shortfall() -> Shortfall:
    return Shortfall(
        incident="i1",
        capability="flood",
        needed=8,
        missing=3,
        limit=Limit.NOBODY_HAS_IT,
        reason=name(),
        remedy=name(),
    )


def plan() -> Plan:
    eta = EtaParts(wait_s=0, call_processing_s=60, turnout_s=120, travel_s=600)
    route = Route(
        profile="light_truck", length_m=8000, points=((105.9, 29.3), (105.95, 29.35)), roads=("G85",)
    )
    return Plan(
        schema="rescue-dispatch/plan/1",
        request="r1",
        world="w1",
        label=name(),
        made_for=NOON.astimezone(UTC),
        assignments=(
            Assignment(
                team="t1",
                name=name(),
                echelon=Echelon.TOWN,
                incident="i1",
                serves=(
                    Served(capability="flood", strength=4),
                    Served(capability="drainage", strength=2, waits_for="pump", counts_at=NOON),
                ),
                stays=True,
                departs_at=NOON,
                arrives_at=NOON + timedelta(seconds=780),
                eta=eta,
                route=route,
            ),
        ),
        shipments=(
            Shipment(
                truck="k1",
                depot="d1",
                name=name(),
                tier=Tier.TOWN,
                incident="i1",
                loads=(Load(item="pump", lot="l1", batch="b", expires=None, quantity=1, need="pump"),),
                kg=80.0,
                m3=0.4,
                departs_at=NOON,
                arrives_at=NOON,
                eta=eta,
                route=route,
            ),
        ),
        shortfalls=(shortfall(),),
        objective=(
            ObjectiveLevel(
                level=1, name=name(), unit="weighted strength", value=3, bound=3, gap=0.0, proven=True
            ),
        ),
        inputs_digest="0" * 64,
        doctrine="2026-1",
        solver="demo",
        seed=7,
        reasons=(
            Reason(
                id="t1",
                incident="i1",
                why=name(),
                next_best=Alternative(id="t2", name=name(), eta_s=900, costs=name()),
            ),
        ),
        check=CheckReport(ok=True),
    )


def shelter() -> Shelter:
    return Shelter(
        id="s1",
        name=name(),
        position=position(),
        capacity=300,
        functions=("tents", "medical"),
        area_m2=450.5,
        places={"medical": 20},
        status=ShelterStatus.IN_USE,
        placed=12,
        basis="demo",
    )


def hospital() -> Hospital:
    beds = {Severity.RED: 2, Severity.GREEN: 9}
    return Hospital(id="h1", name=name(), position=position(), beds=beds, basis="demo")


def ambulance() -> Ambulance:
    return Ambulance(
        id="a1", name=name(), position=position(), profile="light_rescue", lying=1, places=3, free_in_s=180
    )
