"""`dispatch stock`: the ledger of supplies, opened from a world, looked at, and checked."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from dispatch.cli import stock_care, stock_moves
from dispatch.cli.common import (
    EXIT_FAULT,
    Force,
    WorldOption,
    language_of,
    load_world,
    out_console,
    print_json,
    progress,
    refusals,
)
from dispatch.cli.groups import grouped
from dispatch.cli.stock_booking import date_of, login_name, moment_of, one_of
from dispatch.cli.stock_options import STAGES, Choice, Look
from dispatch.language import Phrases
from models.errors import InputError

if TYPE_CHECKING:
    from dispatch.stocktaking import Wanted
    from models.book import Book


_Stages = Annotated[
    list[str] | None,
    typer.Option(
        "--stage",
        help="List the lots in this stage of custody instead of levels; may be repeated.",
        metavar=STAGES,
        show_default=False,
    ),
]
_Within = Annotated[int, typer.Option(metavar="DAYS", help="Days ahead.")]


def open_stock(
    *,
    world: WorldOption = "yongchuan",
    force: Force = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="Who opens it.", show_default=False)] = None,
    at: Annotated[
        str | None, typer.Option(metavar="MOMENT", help="When. (default: now)", show_default=False)
    ] = None,
    look: Look,
) -> None:
    """Open a ledger with the depots, items and lots of a world; opened again, it takes in changed floors and depots.

    Example: dispatch stock open --world yongchuan --store stock.sqlite
    """
    from dispatch.store.connect import open_store
    from dispatch.store.stock import open_ledger

    with refusals(look.lang, as_json=look.as_json):
        with progress(look.lang) as say:
            district = load_world(world, force, say).district
            say("Opening the ledger.")
            moment = moment_of(at, district.time_zone)
            with open_store(look.store, create=True) as store:
                name = store.name
                opened = store.write(
                    lambda connection: open_ledger(connection, district, at=moment, by=by or login_name())
                )
        if look.as_json:
            print_json({"store": name, **asdict(opened)})
            return
        sentence = Phrases(language_of(look.lang)).say(
            "ledger of {world} in {store}: lots taken in {lots}, items {items}, depots {depots}",
            store=name,
            **asdict(opened),
        )
        out_console().print(sentence, markup=False)


def list_stock(*, choice: Choice, stage: _Stages = None, look: Look) -> None:
    """List what is in stock: by item; by depot and item where one of them is named; or the lots in a stage.

    Example: dispatch stock list --tier district --category flood_drought
    """
    with refusals(look.lang, as_json=look.as_json):
        state, day = _state(look, choice)
        phrases = Phrases(language_of(look.lang))
        from dispatch.cli import stock_text as text
        from dispatch.stocktaking import by_item, held, levels
        from models.custody import CUSTODY, Stage

        wanted = _wanted(choice)
        if stage:
            lots = held(state, wanted, {one_of(Stage, each, "--stage") for each in stage} & CUSTODY)
            if look.as_json:
                print_json({"day": day.isoformat(), "lots": text.held_json(lots)})
            else:
                out_console().print(text.held_text(lots, state, day, phrases))
            return
        found = levels(state, wanted, day)
        if look.as_json:
            print_json({"day": day.isoformat(), "levels": text.levels_json(found)})
            return
        named = choice.depot is not None or choice.item is not None
        out_console().print(text.levels_text(found if named else by_item(found), state, phrases))


def expiring(*, within: _Within = 90, choice: Choice, look: Look) -> None:
    """List the lots that are past their expiry or will be within some days, the first to go first.

    Example: dispatch stock expiring --within 90 --tier district
    """
    with refusals(look.lang, as_json=look.as_json):
        state, day = _state(look, choice)
        from dispatch.cli import stock_text as text
        from dispatch.stocktaking import expiring as soon

        lots = soon(state, _wanted(choice), day, within)
        if look.as_json:
            print_json({"day": day.isoformat(), "within_days": within, "lots": text.held_json(lots)})
        else:
            out_console().print(text.held_text(lots, state, day, Phrases(language_of(look.lang))))


def replenish(
    *,
    factor: Annotated[
        float, typer.Option(help="Target over floor; the default is an estimate.", min=1.0)
    ] = 1.5,
    within: Annotated[
        int, typer.Option(metavar="DAYS", help="Stock that expires within so many days does not count.")
    ] = 30,
    top_up: Annotated[
        bool, typer.Option("--top-up", help="Fill up depots between floor and target too.")
    ] = False,
    item: Annotated[
        str | None, typer.Option("--item", "-i", metavar="ID", help="Only this item.", show_default=False)
    ] = None,
    day: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Today. (default: today)", show_default=False)
    ] = None,
    look: Look,
) -> None:
    """Propose what to move between depots and what to buy, so that depots below their floors reach their targets.

    Other depots give what they have above their own targets, over the least distance in all, to their own tier or one
    below; the rest is bought. Nothing is booked.

    Example: dispatch stock replenish --factor 2 --top-up
    """
    with refusals(look.lang, as_json=look.as_json):
        state, today = _state(look, Choice(item=item, day=day))
        from dispatch.cli import stock_text as text
        from dispatch.replenish import Policy
        from dispatch.replenish import replenish as propose

        state.check_known(items=() if item is None else (item,))
        policy = Policy(day=today, factor=factor, within_days=within, top_up=top_up)
        made = propose(state, policy, None if item is None else (item,))
        if look.as_json:
            print_json({"day": today.isoformat(), "factor": factor, **text.proposal_json(made)})
        else:
            out_console().print(text.proposal_text(made, state, Phrases(language_of(look.lang))))


def history(
    *,
    lot: Annotated[
        str | None,
        typer.Option("--lot", "-l", metavar="ID", help="Only what touched this lot.", show_default=False),
    ] = None,
    ref: Annotated[
        str | None,
        typer.Option("--ref", "-r", metavar="NUMBER", help="Only this entry.", show_default=False),
    ] = None,
    latest: Annotated[int, typer.Option(help="At most so many entries, the latest.", min=1)] = 20,
    look: Look,
) -> None:
    """Show the entries of the ledger, oldest first.

    Example: dispatch stock history --lot L-0001
    """
    from dispatch.store import ledger
    from dispatch.store.connect import open_store

    with refusals(look.lang, as_json=look.as_json):
        with open_store(look.store) as store:
            found = store.read(
                lambda connection: ledger.history(connection, reference=ref, lot=lot, latest=latest)
            )
            lots = {each.lot for booked in found for each in booked.entry.movements}
            state = store.read(
                lambda connection: ledger.book(connection, ledger.items_at(connection, lots=lots))
            )
        if not found:
            raise InputError("the ledger has no such entry")
        from dispatch.cli import stock_text as text

        if look.as_json:
            print_json({"entries": [text.booked_json(each, state) for each in found]})
            return
        phrases, console = Phrases(language_of(look.lang)), out_console()
        for each in found:
            console.print(text.entry_text(each.entry, state, phrases))


def verify(*, look: Look) -> None:
    """Add up all movements anew and compare; exit code 1 where balance, conservation or the chain of entries is broken.

    Example: dispatch stock verify
    """
    from dispatch.store.connect import open_store
    from dispatch.store.ledger import faults

    with refusals(look.lang, as_json=look.as_json):
        with progress(look.lang) as say, open_store(look.store) as store:
            say("Adding up the ledger.")
            found = store.read(lambda connection: list(faults(connection)))
        if look.as_json:
            print_json({"ok": not found, "faults": [{"zh": each.zh, "en": each.en} for each in found]})
        else:
            phrases = Phrases(language_of(look.lang))
            lines = [phrases.of(each) for each in found] or [
                phrases.say("the ledger adds up, and no entry was changed")
            ]
            out_console().print("\n".join(lines), markup=False)
        if found:
            raise typer.Exit(EXIT_FAULT)


def snapshot(
    *,
    world: WorldOption = "yongchuan",
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the world.")],
    force: Force = None,
    look: Look,
) -> None:
    """Write the world with its depots as the ledger has them now, ready for `dispatch plan --world DIR`.

    What a plan made on it ships is booked by `dispatch stock issue --plan`.

    Example: dispatch stock snapshot --world yongchuan --out build/now
    """
    from dispatch.store.connect import open_store
    from dispatch.store.stock import with_stock
    from scenarios.files import write_world
    from scenarios.world import World

    with refusals(look.lang, as_json=look.as_json):
        with progress(look.lang) as say, open_store(look.store) as store:
            loaded = load_world(world, force, say)
            district = store.read(lambda connection: with_stock(connection, loaded.district))
            say("Writing the world.")
            write_world(World(district, loaded.roads), out)
        lots = [lot for depot in district.depots for lot in depot.lots]
        if look.as_json:
            print_json({"out": str(out), "depots": len(district.depots), "lots": len(lots)})
            return
        sentence = Phrases(language_of(look.lang)).say("world written to {folder}", folder=out)
        out_console().print(sentence, markup=False)


def _state(look: Look, choice: Choice) -> tuple[Book, date]:
    """Read the ledger, of one item where one is named, and the day it is looked at."""
    from dispatch.store import ledger
    from dispatch.store.connect import open_store
    from dispatch.store.stock import settings

    items = None if choice.item is None else {choice.item}

    def work(connection: Any) -> tuple[Book, str]:
        return ledger.book(connection, items), settings(connection).get("time_zone", "UTC")

    with open_store(look.store) as store:
        state, zone = store.read(work)
    return state, datetime.now(ZoneInfo(zone)).date() if choice.day is None else date_of(choice.day, "--day")


def _wanted(choice: Choice) -> Wanted:
    from dispatch.stocktaking import Wanted
    from models.supply import Category, Tier

    return Wanted(
        depot=choice.depot,
        item=choice.item,
        category=None if choice.category is None else one_of(Category, choice.category, "--category"),
        tier=None if choice.tier is None else one_of(Tier, choice.tier, "--tier"),
    )


app = typer.Typer()  # its help stands in `dispatch.cli.app`, which imports this module with the first command
for _name, _command in {
    "open": grouped(open_stock),
    "list": grouped(list_stock),
    **stock_moves.COMMANDS,
    **stock_care.COMMANDS,
    "expiring": grouped(expiring),
    "replenish": grouped(replenish),
    "snapshot": grouped(snapshot),
    "history": grouped(history),
    "verify": grouped(verify),
}.items():
    app.command(_name)(_command)
