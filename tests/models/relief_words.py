"""A small good example of every word of relief, shelters and casualties."""

from __future__ import annotations

from datetime import UTC, datetime

from models.casualty import CasualtyPlan, CasualtySite, CasualtyTrip, NotCarried
from models.incident import Stake, SupplyNeed
from models.medical import Severity, TriageRules, Urgency
from models.plan import CheckReport, Limit, Load, ObjectiveLevel, Route
from models.relief import (
    RELIEF_SCHEMA,
    Amount,
    Band,
    Counts,
    Every,
    Group,
    NeedLine,
    Needs,
    Rate,
    ReliefRates,
    Shares,
    Space,
    Stay,
)
from models.relief_plan import (
    RELIEF_PLAN_SCHEMA,
    RELIEF_REQUEST_SCHEMA,
    Helicopter,
    PlaceNeed,
    ReliefPlace,
    ReliefPlan,
    ReliefRequest,
    ReliefShortfall,
    ReliefStop,
    ReliefTrip,
)
from models.season import Season
from models.sheltering import Placing, ShelterLimit, ShelterPlan, ShelterUse, Unplaced
from models.supply import Tier
from models.supply_plan import Delivery, Draw, Gap, Purchase, Reached, SupplyPlan, Transfer
from tests.models import words

NOW = datetime(2026, 7, 1, 14, tzinfo=UTC)


def relief() -> ReliefRates:
    third = Band(low=0.1, likely=0.3, high=0.5)
    return ReliefRates(
        schema=RELIEF_SCHEMA,
        version="r1",
        name=words.name(),
        basis="demo",
        shares={"default": Shares(relocated=third, sheltered=third, tented=third, basis="estimate")},
        space={
            stage: Space(m2=1.0 + number, up_to_days=10 * (number + 1), basis="estimate")
            for number, stage in enumerate(Stay)
        },
        rates=(
            Rate(
                item="quilt",
                group=Group.RELOCATED,
                every=Every.ONCE,
                amounts=(Amount(per_person=Band(low=1, likely=1, high=2)),),
                deadline_s=36000,
                basis="estimate",
            ),
        ),
    )


def needs() -> Needs:
    few, none = Counts(low=1, likely=3, high=10), Counts(low=0, likely=0, high=0)
    return Needs(
        schema="rescue-dispatch/needs/1",
        rates="r1",
        type="flood",
        season=Season.WINTER,
        days=2,
        people=10,
        groups=dict.fromkeys(Group, few),
        shares_basis="estimate",
        lines=(
            NeedLine(
                item="quilt",
                group=Group.RELOCATED,
                every=Every.ONCE,
                total=few,
                by_day=(few, none),
                deadline_s=36000,
                stake=Stake.LIFE,
                basis="estimate",
            ),
        ),
    )


def shelter_plan() -> ShelterPlan:
    level = ObjectiveLevel(level=1, name=words.name(), unit="people", value=1, bound=1, gap=0.0, proven=True)
    return ShelterPlan(
        schema="rescue-dispatch/shelter-plan/1",
        world="w",
        stage=Stay.SHORT,
        m2_per_person=2.0,
        profile="foot",
        step_s=60,
        placings=(Placing(group="g", shelter="s1", people=5, travel_s=90, leave_by_s=10, why=words.name()),),
        unplaced=(Unplaced(group="g", people=1, limit=ShelterLimit.FULL, remedy=words.name()),),
        shelters=(ShelterUse(shelter="s1", free=5, people=5, opened=True, one_more=words.name()),),
        objective=(level,),
        check=CheckReport(ok=True),
    )


def casualty_site() -> CasualtySite:
    return CasualtySite(
        id="c1",
        position=words.position(),
        casualties={Severity.RED: 1, Severity.YELLOW: 2},
        ready_in_s=60,
        name=words.name(),
    )


def triage() -> TriageRules:
    return TriageRules(
        schema="rescue-dispatch/triage/1",
        version="t1",
        name=words.name(),
        load_s=420,
        unload_s=600,
        basis="estimate",
        urgency={
            severity: Urgency(target_s=3600, weight=weight, basis="estimate")
            for severity, weight in zip(Severity, (10, 3, 1), strict=True)
        },
    )


def casualty_plan() -> CasualtyPlan:
    trip = CasualtyTrip(
        ambulance="a1",
        number=1,
        site="c1",
        hospital="h1",
        casualties={Severity.RED: 1},
        departs_s=180,
        loads_s=300,
        leaves_s=720,
        arrives_s=900,
        why=words.name(),
    )
    return CasualtyPlan(
        schema="rescue-dispatch/casualty-plan/1",
        world="w",
        rules="t1",
        trips=(trip,),
        left=(NotCarried(site="c1", severity=Severity.YELLOW, count=2, reason=words.name()),),
        objective=(
            ObjectiveLevel(
                level=1, name=words.name(), unit="seconds", value=1, bound=1, gap=0.0, proven=True
            ),
        ),
        check=CheckReport(ok=True),
    )


def relief_request() -> ReliefRequest:
    return ReliefRequest(
        schema=RELIEF_REQUEST_SCHEMA,
        id="r",
        now=NOW,
        type="flood",
        days=3,
        places=(
            ReliefPlace(
                id="p",
                name=words.name(),
                position=words.position(),
                people=10,
                needs=(SupplyNeed(item="quilt", quantity=4, deadline_s=36000),),
            ),
        ),
        season=Season.WINTER,
        helicopters=(Helicopter(id="h", depot="d", payload_kg=900.0),),
    )


def relief_plan() -> ReliefPlan:
    load = Load(item="quilt", lot="l", batch="b", expires=None, quantity=3, need="quilt")
    stop = ReliefStop(
        place="p",
        arrives_at=NOW,
        begins_at=NOW,
        leaves_at=NOW,
        loads=(load,),
        route=Route(profile="relief_van", length_m=1, points=((105.9, 29.3), (105.91, 29.3))),
    )
    trip = ReliefTrip(
        vehicle="v",
        number=1,
        depot="d",
        name=words.name(),
        tier=Tier.TOWN,
        profile="relief_van",
        dock=1,
        loads_at=NOW,
        departs_at=NOW,
        stops=(stop,),
        back_at=NOW,
        kg=9.0,
        m3=0.1,
        why=words.name(),
    )
    need = PlaceNeed(
        place="p",
        item="quilt",
        quantity=4,
        deadline_s=36000,
        stake=Stake.LIFE,
        basis="as given",
        delivered=3,
        late=0,
        complete_at=NOW,
    )
    return ReliefPlan(
        schema=RELIEF_PLAN_SCHEMA,
        request="r",
        world="w",
        label=words.name(),
        made_for=NOW,
        estimates=(needs(),),
        needs=(need,),
        trips=(trip,),
        shortfalls=(ReliefShortfall(place="p", item="quilt", needed=4, missing=1, reason=words.name()),),
        objective=(
            ObjectiveLevel(level=1, name=words.name(), unit="points", value=1, bound=1, gap=0.0, proven=True),
        ),
        asked=relief_request(),
        check=CheckReport(ok=True),
    )


def supply_plan() -> SupplyPlan:
    return SupplyPlan(
        schema="rescue-dispatch/supply-plan/1",
        world="w",
        request="r",
        now=NOW,
        use_by=NOW.date(),
        levels=(Reached(name=words.name(), value=1, bound=1),),
        deliveries=(
            Delivery(
                depot="d",
                tier=Tier.TOWN,
                incident="i",
                need="quilt",
                item="blanket",
                issued=4,
                meets=2,
                lots=(Draw(lot="l", quantity=4, expires=NOW.date()),),
                arrives_at=NOW,
                late_s=0,
                reason=words.name(),
            ),
        ),
        gaps=(
            Gap(
                incident="i", item="quilt", missing=1, reach=2, limit=Limit.OUT_OF_STOCK, reason=words.name()
            ),
        ),
        transfers=(Transfer(origin="d", depot="e", item="quilt", quantity=1, travel_s=60),),
        purchases=(Purchase(item="quilt", quantity=2),),
    )
