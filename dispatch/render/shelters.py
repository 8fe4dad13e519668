"""A shelter plan for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dispatch.language import Duration, Phrases
from dispatch.render.levels import levels_table
from models.place import Name
from models.relief import Needs
from models.season import Likelihood
from models.sheltering import ShelterPlan
from models.world import District


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Units of an item that the shelters of one depot need (likely), and that it may issue."""

    needed: int
    in_stock: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownShelters:
    """A plan, the names of its groups, and what people need.

    Attributes
    ----------
    needs
        By shelter.
    drawn
        By depot and item: what all its shelters need, and what it has.
    basis
        Where the room per person comes from.
    """

    plan: ShelterPlan
    names: Mapping[str, Name] = field(default_factory=dict)
    needs: Mapping[str, Needs] = field(default_factory=dict)
    drawn: Mapping[str, Mapping[str, Drawn]] = field(default_factory=dict)
    basis: str = ""


def shelters_text(shown: ShownShelters, district: District, language: str) -> RenderableType:
    """Lay a plan out: tasks, who is left over, shelters, what is needed there, the levels of the objective."""
    phrases, plan = Phrases(language), shown.plan
    parts: list[RenderableType] = []
    if district.demo:
        parts.append(Text(phrases.say("demo data"), style="bold yellow"))
    parts.append(
        Text(
            phrases.say(
                "stay: {stage}, {m2} m2 per person ({basis})",
                stage=plan.stage,
                m2=f"{plan.m2_per_person:g}",
                basis=shown.basis,
            )
        )
    )
    parts.append(_tasks(shown, district, phrases))
    parts += [
        Text(
            phrases.say(
                "{group}: {people} people without a place; {remedy}",
                group=_named(shown, each.group, phrases),
                people=each.people,
                remedy=each.remedy,
            ),
            style="red",
        )
        for each in plan.unplaced
    ]
    parts.append(_shelters(shown, district, phrases))
    if shown.needs:
        parts.append(_needs(shown, district, phrases))
        parts.append(_depots(shown, district, phrases))
    parts.append(levels_table(plan.objective, phrases))
    if plan.check is not None:
        parts += [Text(fault, style="red") for fault in plan.check.faults]
    return Group(*parts)


def _named(shown: ShownShelters, group: str, phrases: Phrases) -> str:
    return phrases.of(shown.names[group]) if group in shown.names else group


def _tasks(shown: ShownShelters, district: District, phrases: Phrases) -> Table:
    names = {shelter.id: shelter.name for shelter in district.shelters}
    table = Table(box=None, pad_edge=False)
    table.add_column(phrases.say("from"))
    table.add_column(phrases.say("shelter"))
    table.add_column(phrases.say("people"), justify="right")
    table.add_column(phrases.say("travel"), justify="right")
    table.add_column(phrases.say("leave within"), justify="right")
    table.add_column(phrases.say("why"))
    for task in shown.plan.placings:
        by = phrases.of(Duration(abs(task.leave_by_s)))
        late = Text(phrases.say("{time} too late", time=by), style="red")
        table.add_row(
            Text(_named(shown, task.group, phrases)),
            Text(phrases.of(names[task.shelter])),
            str(task.people),
            phrases.of(Duration(task.travel_s)),
            late if task.late else Text(by),
            Text(phrases.of(task.why)),
        )
    return table


def _shelters(shown: ShownShelters, district: District, phrases: Phrases) -> Table:
    known = {shelter.id: shelter for shelter in district.shelters}
    depots = {depot.id: depot.name for depot in district.depots}
    table = Table(box=None, pad_edge=False)
    table.add_column(phrases.say("shelter"))
    table.add_column(phrases.say("people"), justify="right")
    table.add_column(phrases.say("places"), justify="right")
    table.add_column(phrases.say("opened"))
    table.add_column(phrases.say("depot"))
    table.add_column(phrases.say("what would help"))
    for use in shown.plan.shelters:
        depot = known[use.shelter].depot
        table.add_row(
            Text(phrases.of(known[use.shelter].name)),
            str(use.people),
            str(use.free),
            phrases.say("yes") if use.opened else "–",
            Text(phrases.of(depots[depot]) if depot else "–"),
            Text("" if use.one_more is None else phrases.of(use.one_more)),
        )
    return table


def _needs(shown: ShownShelters, district: District, phrases: Phrases) -> Table:
    """Lay out the likely need of each item at each shelter."""
    items = {item.id: item for item in district.items}
    names = {shelter.id: shelter.name for shelter in district.shelters}
    listed = list(dict.fromkeys(line.item for each in shown.needs.values() for line in each.lines))
    table = Table(box=None, pad_edge=False)
    table.add_column(phrases.say("needed there (likely)"))
    for item in listed:
        table.add_column(Text(phrases.of(items[item].name)), justify="right")
    for ident, needs in shown.needs.items():
        totals = {line.item: line.total.of(Likelihood.LIKELY) for line in needs.lines}
        table.add_row(Text(phrases.of(names[ident])), *(str(totals.get(item, 0)) for item in listed))
    return table


def _depots(shown: ShownShelters, district: District, phrases: Phrases) -> Table:
    """Lay out needed and stock of each item at each depot that supplies a shelter; red where stock is less."""
    items = {item.id: item for item in district.items}
    names = {depot.id: depot.name for depot in district.depots}
    listed = list(dict.fromkeys(item for each in shown.drawn.values() for item in each))
    table = Table(box=None, pad_edge=False)
    table.add_column(phrases.say("needed of the depot / in stock"))
    for item in listed:
        table.add_column(Text(phrases.of(items[item].name)), justify="right")
    for depot, drawn in shown.drawn.items():
        cells = []
        for item in listed:
            both = drawn.get(item, Drawn(needed=0, in_stock=0))
            short = both.needed > both.in_stock
            cells.append(Text(f"{both.needed}/{both.in_stock}", style="red" if short else ""))
        table.add_row(Text(phrases.of(names[depot])), *cells)
    return table
