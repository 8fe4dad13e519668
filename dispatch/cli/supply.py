"""`dispatch supply plan`: which depot gives what to whom by when, for a whole district and without trucks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dispatch.cli.common import (
    EXIT_FAULT,
    Json,
    Lang,
    WorldOption,
    error_console,
    language_of,
    load_world,
    out_console,
    progress,
    read_document,
    refusals,
)
from dispatch.language import Clock, Duration, Phrases

if TYPE_CHECKING:
    from rich.table import Table

    from models.supply_plan import SupplyPlan
    from models.world import District

app = typer.Typer(
    help="Supplies at the scale of a district: quantities by depot and place.", no_args_is_help=True
)


@app.command("plan")
def plan(
    request: Annotated[
        Path, typer.Argument(metavar="REQUEST.json", help="The request; - reads standard input.")
    ],
    world: WorldOption = "yongchuan",
    loading_hours: Annotated[
        float | None,
        typer.Option(metavar="H", help="Let each depot give no more than it can load in H hours."),
    ] = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Plan which depot gives what to which incident by when, with what is short and why.

    Trucks are not counted: for orders to trucks, `dispatch plan`. Example:
    `dispatch supply plan examples/three_incidents.json`.
    """
    from models.codec import write_json
    from models.request import Request

    with refusals(lang, as_json=as_json):
        question = read_document(Request, request)
        with progress(lang) as say:
            from dispatch.desk import Desk  # roads and kernels: a second that a refused request need not wait
            from dispatch.supplying.answer import answer

            loaded = load_world(world, None, say)
            say("Planning.")
            desk = Desk(loaded)
            travel = desk.travel(question)
            made = answer(desk.problem(question, travel), travel, loading_h=loading_hours)
    if as_json:
        sys.stdout.write(write_json(made) + "\n")
    else:
        _show(made, loaded.district, Phrases(language_of(lang)))
    for fault in made.faults:
        error_console().print(fault, style="red", markup=False)
    if made.faults:
        raise typer.Exit(EXIT_FAULT)


def _show(made: SupplyPlan, district: District, phrases: Phrases) -> None:
    console = out_console()
    names = {depot.id: phrases.of(depot.name) for depot in district.depots}
    items = {item.id: phrases.of(item.name) for item in district.items}
    console.print(_deliveries(made, names, items, phrases))
    console.print()
    if made.gaps:
        console.print(_gaps(made, items, phrases))
    else:
        console.print(phrases.say("Every need is met."))
    for each in made.transfers:
        sentence = phrases.say(
            "afterwards: {quantity} {item} from {origin} to {depot}, {time}",
            quantity=each.quantity,
            item=items[each.item],
            origin=names[each.origin],
            depot=names[each.depot],
            time=Duration(each.travel_s),
        )
        console.print(sentence, markup=False)
    bought = (f"{items[each.item]} {each.quantity}" for each in made.purchases)
    console.print(phrases.say("to replace: {items}", items=phrases.listing(bought)), markup=False)
    for level in made.levels:
        console.print(
            f"{phrases.of(level.name)}: {level.value} ({phrases.say('at least {n}', n=level.bound)})",
            markup=False,
        )


def _deliveries(made: SupplyPlan, names: dict[str, str], items: dict[str, str], phrases: Phrases) -> Table:
    from rich.table import Table  # as long to load as the rest of a refusal

    table = Table(box=None, pad_edge=False)
    for heading in (
        phrases.say("incident"),
        phrases.say("item"),
        phrases.say("units"),
        phrases.say("depot"),
        phrases.say("arrival"),
        phrases.say("why"),
        phrases.say("instead"),
    ):
        table.add_column(heading)
    for each in made.deliveries:
        arrival = phrases.of(Clock(each.arrives_at, made.now))
        if each.late_s:
            arrival += " " + phrases.say("({time} late)", time=Duration(each.late_s))
        depot = names[each.depot]
        if each.via:
            depot += " " + phrases.say("(fetched by {depot})", depot=names[each.via])
        item = items[each.item]
        if each.item != each.need:
            item += " " + phrases.say("(for {item})", item=items[each.need])
        instead = names.get(each.instead, "–")
        if each.instead_at is not None:
            instead += " " + phrases.of(Clock(each.instead_at, made.now))
        table.add_row(each.incident, item, str(each.issued), depot, arrival, phrases.of(each.reason), instead)
    return table


def _gaps(made: SupplyPlan, items: dict[str, str], phrases: Phrases) -> Table:
    from rich.table import Table  # as above

    table = Table(box=None, pad_edge=False)
    for heading in (phrases.say("incident"), phrases.say("item"), phrases.say("missing"), phrases.say("why")):
        table.add_column(heading)
    for each in made.gaps:
        table.add_row(each.incident, items[each.item], str(each.missing), phrases.of(each.reason))
    return table
