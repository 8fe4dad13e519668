"""From a plan to what a report says of it (`dispatch.render.lines`), in one language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dispatch.language import Clock, Distance, Duration, Phrases
from dispatch.render.lines import IncidentView, LevelLine, NeedLine, PlanView, ShortfallLine, Trip
from dispatch.render.sections import sections
from models.incident import ForceNeed, Incident, SupplyNeed
from models.place import Name
from models.plan import Assignment, Load, Plan, Shipment
from models.request import Request
from models.world import District


def plan_view(plan: Plan, request: Request, district: District, language: str) -> PlanView:
    """Say a plan in a language.

    Parameters
    ----------
    plan, request, district
        The plan, the request it answers, the district it was made for.
    language
        "zh" or "en".

    Raises
    ------
    InputError
        An unknown language.
    """
    teller = _Teller(plan, request, district, Phrases(language))
    phrases = teller.phrases
    return PlanView(
        phrases=phrases,
        world=phrases.of(district.name),
        demo=district.demo,
        label=phrases.of(plan.label),
        request=plan.request,
        made_for=plan.made_for,
        incidents=tuple(teller.incident(incident) for incident in request.incidents),
        objective=tuple(
            LevelLine(
                level=level.level,
                name=phrases.of(level.name),
                unit=phrases.say(level.unit),
                value=level.value,
                bound=level.bound,
                gap=f"{level.gap:.1%}",
                proven=level.proven,
            )
            for level in plan.objective
        ),
        sections=sections(plan, district, phrases),
        notes=tuple(phrases.of(note) for note in plan.notes),
        checked=plan.check is not None,
        check_ok=plan.check is not None and plan.check.ok,
        faults=() if plan.check is None else plan.check.faults,
        digest=plan.inputs_digest,
        doctrine=plan.doctrine,
        solver=plan.solver,
        seed=plan.seed,
    )


@dataclass(slots=True)
class _Teller:
    """Tables by id, made once per view."""

    plan: Plan
    request: Request
    district: District
    phrases: Phrases
    items: dict[str, tuple[Name, Name]] = field(init=False)
    depots: dict[str, Name] = field(init=False)
    reasons: dict[tuple[str, str], tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.items = {item.id: (item.name, item.unit) for item in self.district.items}
        self.depots = {depot.id: depot.name for depot in self.district.depots}
        self.reasons = {}
        for reason in self.plan.reasons:
            other = reason.next_best
            second = ""
            if other is not None:
                second = self.phrases.say(
                    "{name}, {eta}: {costs}", name=other.name, eta=Duration(other.eta_s), costs=other.costs
                )
            self.reasons[reason.id, reason.incident] = (self.phrases.of(reason.why), second)

    def capability(self, key: str) -> str:
        name = self.district.doctrine.capabilities.get(key)
        return key if name is None else self.phrases.of(name)

    def item(self, key: str) -> str:
        names = self.items.get(key)
        return key if names is None else self.phrases.of(names[0])

    def quantity(self, key: str, count: int) -> str:
        names = self.items.get(key)
        return f"{count}" if names is None else f"{count} {self.phrases.of(names[1])}"

    def due(self, seconds: int) -> datetime:
        return self.plan.made_for + timedelta(seconds=seconds)

    def late(self, arrives: datetime, due: datetime | None) -> str:
        if due is None or arrives <= due:
            return ""
        return self.phrases.of(Duration(round((arrives - due).total_seconds())))

    def clock(self, moment: datetime) -> str:
        return self.phrases.of(Clock(moment, self.plan.made_for))

    def incident(self, incident: Incident) -> IncidentView:
        kind = self.district.doctrine.incidents.get(incident.type)
        type_name = incident.type if kind is None else self.phrases.of(kind.name)
        forces, supplies = self.needs_of(incident)
        assignments = sorted(
            (each for each in self.plan.assignments if each.incident == incident.id),
            key=lambda each: (each.eta.total_s, each.team),
        )
        shipments = sorted(
            (each for each in self.plan.shipments if each.incident == incident.id),
            key=lambda each: (each.eta.total_s, each.truck),
        )
        return IncidentView(
            id=incident.id,
            name=type_name if incident.name is None else self.phrases.of(incident.name),
            type=type_name,
            grade=self.phrases.word(incident.grade),
            level=self.phrases.word(incident.response_level),
            warning="" if incident.warning is None else self.phrases.word(incident.warning),
            colour="" if incident.warning is None else incident.warning.value,
            people=incident.people_affected,
            reported=self.clock(incident.reported_at),
            needs=(
                *self.first_line(incident, assignments),
                *(self.force_line(incident, need, assignments) for need in forces),
                *(self.supply_line(incident, need, shipments) for need in supplies),
            ),
            teams=tuple(self.team(each, incident, forces) for each in assignments),
            trucks=tuple(self.truck(each, supplies) for each in shipments),
            shortfalls=self.shortfalls_of(incident),
        )

    def needs_of(self, incident: Incident) -> tuple[tuple[ForceNeed, ...], tuple[SupplyNeed, ...]]:
        """Needs of the incident; its own alone where the doctrine does not know the type."""
        if incident.type in self.district.doctrine.incidents:
            return (
                self.district.doctrine.force_needs(incident),
                self.district.doctrine.supply_needs(incident),
            )
        return incident.force_needs or (), incident.supply_needs or ()

    def missing(self, incident: Incident, *, capability: str | None = None, item: str | None = None) -> int:
        return sum(
            short.missing
            for short in self.plan.shortfalls
            if short.incident == incident.id and short.capability == capability and short.item == item
        )

    def first_target(self, incident: Incident) -> int | None:
        """Seconds in which somebody should be there; None where the doctrine does not know the type."""
        if incident.type not in self.district.doctrine.incidents:
            return None
        return self.district.doctrine.response_to(incident).first_arrival_s

    def first_line(self, incident: Incident, comes: list[Assignment]) -> Iterator[NeedLine]:
        target = self.first_target(incident)
        if target is not None:
            arrivals = [min(each.arrives_at for each in comes)] if comes else []
            missing = 0 if comes else 1
            yield self.need_line(self.phrases.say("First on scene"), 1, missing, target, arrivals)

    def force_line(self, incident: Incident, need: ForceNeed, comes: list[Assignment]) -> NeedLine:
        missing = self.missing(incident, capability=need.capability)
        arrivals, there = [], 0
        for each in sorted(comes, key=lambda each: each.arrives_at):
            strength = sum(served.strength for served in each.serves if served.capability == need.capability)
            if strength and there < need.strength - missing:
                arrivals.append(each.arrives_at)
            there += strength
        what = self.capability(need.capability)
        if need.requires_item is not None:
            what = self.phrases.say(
                "{capability} with {item}", capability=what, item=self.item(need.requires_item)
            )
        return self.need_line(what, need.strength, missing, need.target_s, arrivals)

    def supply_line(self, incident: Incident, need: SupplyNeed, comes: list[Shipment]) -> NeedLine:
        arrivals = [each.arrives_at for each in comes if any(load.need == need.item for load in each.loads)]
        missing = self.missing(incident, item=need.item)
        return self.need_line(self.item(need.item), need.quantity, missing, need.deadline_s, arrivals)

    def need_line(
        self, what: str, needed: int, missing: int, target_s: int, arrivals: list[datetime]
    ) -> NeedLine:
        full = max(arrivals, default=None)
        return NeedLine(
            what=what,
            needed=needed,
            met=max(0, needed - missing),
            due=self.clock(self.due(target_s)),
            full="" if full is None else self.clock(full),
            late="" if full is None else self.late(full, self.due(target_s)),
        )

    def team(self, sent: Assignment, incident: Incident, needs: tuple[ForceNeed, ...]) -> Trip:
        fills = {served.capability for served in sent.serves}
        targets = [need.target_s for need in needs if need.capability in fills]
        first = self.first_target(incident)
        if not sent.serves and first is not None:
            targets = [first]
        due = self.due(min(targets)) if targets else None
        why, second = self.reasons.get((sent.team, sent.incident), ("", ""))
        return Trip(
            id=sent.team,
            name=self.phrases.of(sent.name),
            kind=self.phrases.word(sent.echelon),
            brings=self.phrases.listing(
                f"{self.capability(served.capability)} {served.strength}" for served in sent.serves
            )
            or self.phrases.say("First on scene"),
            departs=self.clock(sent.departs_at),
            arrives=self.clock(sent.arrives_at),
            arrives_at=sent.arrives_at,
            eta=sent.eta,
            due_at=due,
            late=self.late(sent.arrives_at, due),
            distance=self.phrases.of(Distance(sent.route.length_m)),
            approver="" if sent.approver is None else self.phrases.of(sent.approver),
            locked=sent.locked,
            why=why,
            next_best=second,
        )

    def truck(self, sent: Shipment, needs: tuple[SupplyNeed, ...]) -> Trip:
        wanted = {load.need for load in sent.loads}
        targets = [need.deadline_s for need in needs if need.item in wanted]
        due = self.due(min(targets)) if targets else None
        why, second = self.reasons.get((sent.truck, sent.incident), ("", ""))
        return Trip(
            id=sent.truck,
            name=self.phrases.of(self.depots.get(sent.depot, sent.name)),
            kind=self.phrases.word(sent.tier),
            brings=self.phrases.listing(self.load(load) for load in sent.loads),
            departs=self.clock(sent.departs_at),
            arrives=self.clock(sent.arrives_at),
            arrives_at=sent.arrives_at,
            eta=sent.eta,
            due_at=due,
            late=self.late(sent.arrives_at, due),
            distance=self.phrases.of(Distance(sent.route.length_m)),
            mass=f"{sent.kg:,.0f} kg",
            why=why,
            next_best=second,
        )

    def load(self, load: Load) -> str:
        stated = f"{self.item(load.item)} {self.quantity(load.item, load.quantity)}"
        if load.need == load.item:
            return stated
        return self.phrases.say("{item} (for {need})", item=stated, need=self.item(load.need))

    def shortfalls_of(self, incident: Incident) -> tuple[ShortfallLine, ...]:
        return tuple(
            ShortfallLine(
                incident=incident.id,
                what=self.item(short.item) if short.item else self.capability(short.capability or ""),
                missing=short.missing,
                needed=short.needed,
                limit=self.phrases.word(short.limit),
                reason=self.phrases.of(short.reason),
                remedy=self.phrases.of(short.remedy),
            )
            for short in self.plan.shortfalls
            if short.incident == incident.id
        )
