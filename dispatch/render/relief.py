"""A plan of relief in words: what both the terminal and the page show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dispatch.language import Clock, Duration, Phrases
from dispatch.render.levels import levels_table
from models.relief_plan import PlaceNeed, ReliefPlan, ReliefTrip
from models.supply import Tier
from models.world import District


@dataclass(frozen=True, slots=True)
class ShownNeed:
    """A need of a place, laid out."""

    place: str
    item: str
    delivered: int
    quantity: int
    due: str
    complete: str
    late: int
    basis: str

    @property
    def short(self) -> bool:
        """Whether something is missing."""
        return self.delivered < self.quantity


@dataclass(frozen=True, slots=True)
class ShownTrip:
    """A trip, laid out."""

    depot: str
    tier: str
    vehicle: str
    dock: int
    loads: str
    departs: str
    stops: tuple[str, ...]
    back: str
    kg: float
    m3: float
    why: str


@dataclass(frozen=True, slots=True)
class ShownRelief:
    """All that is said of a plan of relief, in one language."""

    title: str
    facts: tuple[str, ...]
    needs: tuple[ShownNeed, ...]
    trips: tuple[ShownTrip, ...]
    shortfalls: tuple[str, ...]
    levels: tuple[tuple[str, int, int, str], ...]
    faults: tuple[str, ...]
    people: int
    places: int
    vehicles: int
    tonnes: float


def shown_relief(plan: ReliefPlan, district: District, language: str) -> ShownRelief:
    """Lay a plan of relief out."""
    say = Phrases(language)
    items = {item.id: say.of(item.name) for item in district.items}
    names = {place.id: say.of(place.name) for place in plan.asked.places}
    tiers = Counter(trip.tier for trip in plan.trips)
    vehicles = len({trip.vehicle for trip in plan.trips})
    return ShownRelief(
        title=say.of(plan.label),
        facts=(
            say.say(
                "request {id}, {moment}", id=plan.request, moment=plan.made_for.isoformat(" ", "minutes")
            ),
            say.say(
                "{people} people at {places} places for {days} days: {type}, {season}",
                people=sum(place.people for place in plan.asked.places),
                places=len(plan.asked.places),
                days=plan.asked.days,
                type=district.doctrine.incidents[plan.asked.type].name,
                season=plan.asked.in_season,
            ),
            *(
                say.say("{tier} depots: {trips} trips", tier=tier, trips=tiers[tier])
                for tier in Tier
                if tiers[tier]
            ),
        ),
        needs=tuple(_need(need, plan, (items, names), say) for need in plan.needs),
        trips=tuple(_trip(trip, plan, (items, names), say) for trip in plan.trips),
        shortfalls=tuple(
            say.say(
                "{place}: {missing} of {needed} {item} missing; {reason}",
                place=names[each.place],
                missing=each.missing,
                needed=each.needed,
                item=items[each.item],
                reason=each.reason,
            )
            for each in plan.shortfalls
        ),
        levels=tuple(
            (say.of(each.name), each.value, each.bound, f"{each.gap:.1%}") for each in plan.objective
        ),
        faults=() if plan.check is None else plan.check.faults,
        people=sum(place.people for place in plan.asked.places),
        places=len(plan.asked.places),
        vehicles=vehicles,
        tonnes=round(sum(trip.kg for trip in plan.trips) / 1000, 1),
    )


def _need(
    need: PlaceNeed, plan: ReliefPlan, by: tuple[dict[str, str], dict[str, str]], say: Phrases
) -> ShownNeed:
    items, names = by
    return ShownNeed(
        place=names[need.place],
        item=items[need.item],
        delivered=need.delivered,
        quantity=need.quantity,
        due=Duration(need.deadline_s).in_language(say.language),
        complete="–" if need.complete_at is None else say.of(Clock(need.complete_at, plan.made_for)),
        late=need.late,
        basis=need.basis,
    )


def _trip(
    trip: ReliefTrip, plan: ReliefPlan, by: tuple[dict[str, str], dict[str, str]], say: Phrases
) -> ShownTrip:
    items, names = by
    stops = []
    for stop in trip.stops:
        units = Counter[str]()
        for load in stop.loads:
            units[items[load.item]] += load.quantity
        what = ", ".join(f"{count} {item}" for item, count in units.items())
        stops.append(f"{say.of(Clock(stop.arrives_at, plan.made_for))} {names[stop.place]}: {what}")
    return ShownTrip(
        depot=say.of(trip.name),
        tier=say.word(trip.tier),
        vehicle=f"{trip.vehicle} #{trip.number}",
        dock=trip.dock,
        loads=say.of(Clock(trip.loads_at, plan.made_for)),
        departs=say.of(Clock(trip.departs_at, plan.made_for)),
        stops=tuple(stops),
        back=say.of(Clock(trip.back_at, plan.made_for)),
        kg=trip.kg,
        m3=trip.m3,
        why=say.of(trip.why),
    )


def relief_text(plan: ReliefPlan, district: District, language: str, trips: int) -> RenderableType:
    """Lay a plan out for the terminal, with the first so many trips."""
    shown, say = shown_relief(plan, district, language), Phrases(language)
    parts: list[RenderableType] = [Text(shown.title, style="bold"), *(Text(fact) for fact in shown.facts)]
    parts += [Text(each, style="red") for each in shown.shortfalls]
    needs = Table(box=None, pad_edge=False)
    for name in ("place", "item", "delivered", "due in", "complete at", "late"):
        needs.add_column(say.say(name), justify="right" if name in {"delivered", "late"} else "left")
    for each in shown.needs:
        met = f"{each.delivered} / {each.quantity}"
        style = "red" if each.short else ""
        needs.add_row(each.place, each.item, met, each.due, each.complete, str(each.late), style=style)
    rows = Table(box=None, pad_edge=False)
    for name in ("departs", "depot", "vehicle", "kg", "m3", "stops", "why"):
        rows.add_column(say.say(name), justify="right" if name in {"kg", "m3"} else "left")
    for trip in shown.trips[:trips]:
        rows.add_row(
            *(trip.departs, f"{trip.depot} ({trip.tier})", trip.vehicle, f"{trip.kg:g}", f"{trip.m3:g}"),
            *("\n".join(trip.stops), trip.why),
        )
    parts += [Text(), needs, Text(), rows]
    if len(shown.trips) > trips:
        parts.append(
            Text(say.say("and {n} trips more; --out and --json give all", n=len(shown.trips) - trips))
        )
    parts += [Text(), levels_table(plan.objective, say)]
    ok = say.say("independent check: nothing found")
    parts += [Text(fault, style="red") for fault in shown.faults] or [Text(ok, style="green")]
    return Group(*parts)
