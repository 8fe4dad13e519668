"""The commands of `dispatch stock` that take goods through the stages of custody, each under its voucher."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from dispatch.cli.common import refusals
from dispatch.cli.groups import grouped
from dispatch.cli.stock_booking import Made, Touch, book_it, date_of, one_of, picked, touching
from dispatch.cli.stock_options import (
    CONDITIONS,
    InCondition,
    InDepot,
    LotOfOrder,
    MaybeLot,
    MaybeQuantity,
    OfItem,
    OfOrder,
    Quantity,
    Voucher,
)
from models.errors import InputError, require

if TYPE_CHECKING:
    from models.book import Book
    from models.handling import Load


def receive(
    *,
    depot: InDepot,
    item: OfItem,
    quantity: Quantity,
    lot: Annotated[str, typer.Option("--lot", "-l", metavar="ID", help="Id of the lot, new or known.")],
    batch: Annotated[str, typer.Option(metavar="TEXT", help="Batch as marked by the maker.")] = "",
    expires: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="Last good day. (default: keeps)", show_default=False),
    ] = None,
    condition: InCondition = "good",
    at_dock: Annotated[
        bool, typer.Option("--at-dock", help="Leave it at the dock; `store` puts it on the shelf.")
    ] = False,
    voucher: Voucher,
) -> None:
    """Take goods in from outside (入库).

    Example: dispatch stock receive -d depot-district -i quilt -n 500 -l Q-2026-07 --batch 202607 --ref RK-0001
    """
    from models import handling
    from models.custody import LotCard
    from models.supply import Condition

    with refusals(voucher.lang, as_json=voucher.as_json):
        last = None if expires is None else date_of(expires, "--expires")
        card = LotCard(
            id=lot,
            item=item,
            batch=batch,
            home=depot,
            expires=last,
            condition=one_of(Condition, condition, "--condition"),
        )

        def make(_: Book, __: datetime) -> Made:
            return handling.receive(card, depot, quantity, shelve=not at_dock), (card,)

        book_it(voucher, Touch(items={item}), make)


def store(*, depot: InDepot, lot: LotOfOrder = "", quantity: MaybeQuantity = None, voucher: Voucher) -> None:
    """Put what lies at the dock of a depot on the shelf (上架).

    Example: dispatch stock store -d depot-district --ref SJ-0001
    """
    from models import handling

    with refusals(voucher.lang, as_json=voucher.as_json):
        portion = handling.Portion(lot=lot, quantity=quantity)
        book_it(
            voucher,
            Touch(depot=depot),
            lambda book, _: (handling.put_away(book, depot, portion), ()),
        )


def issue(
    *,
    depot: Annotated[
        str | None, typer.Option("--depot", "-d", metavar="ID", help="The depot.", show_default=False)
    ] = None,
    item: Annotated[
        str | None, typer.Option("--item", "-i", metavar="ID", help="The item.", show_default=False)
    ] = None,
    quantity: Annotated[
        int | None, typer.Option("--quantity", "-n", help="Units of the item.", show_default=False)
    ] = None,
    lot: MaybeLot = None,
    plan: Annotated[
        Path | None,
        typer.Option(
            metavar="PLAN.json",
            help="Issue and load all shipments of a plan instead; the order of a truck is REF/TRUCK.",
            show_default=False,
        ),
    ] = None,
    voucher: Voucher,
) -> None:
    """Pick goods for an order (出库): first expiry first, unless a lot is named. The order is the --ref.

    Refused: more than there is, what is expired or not good, and what would leave less than the floor, unless
    --authority names who allows that.

    Example: dispatch stock issue -d depot-district -i quilt -n 200 --ref CK-0001
    """
    from models import handling

    with refusals(voucher.lang, as_json=voucher.as_json):
        if plan is not None:
            require(
                depot is None and item is None and quantity is None and lot is None,
                "--plan says what is issued; leave out --depot, --item, --quantity and --lot",
            )
            loads = _loads(plan, voucher.ref)
            book_it(
                voucher,
                Touch(lots={each.label for each in loads}),
                lambda book, _: (handling.ship(book, loads), ()),
            )
            return
        if depot is None or item is None or quantity is None:
            raise InputError("an issue needs --depot, --item and --quantity, or --plan")
        where, what, units = depot, item, quantity
        book_it(
            voucher,
            touching(item, lot),
            lambda book, at: (
                handling.issue(book, where, picked(book, where, what, units, lot, at.date()), voucher.ref),
                (),
            ),
        )


def load(
    *,
    order: OfOrder,
    to: Annotated[
        str, typer.Option("--to", metavar="PLACE", help="Where it is bound for: incident, shelter, depot.")
    ],
    lot: LotOfOrder = "",
    quantity: MaybeQuantity = None,
    voucher: Voucher,
) -> None:
    """Put what was issued for an order on the road (运输).

    Example: dispatch stock load --order CK-0001 --to INC-1 --ref YS-0001
    """
    from models import handling

    with refusals(voucher.lang, as_json=voucher.as_json):
        portion = handling.Portion(lot=lot, quantity=quantity)
        book_it(voucher, Touch(order=order), lambda book, _: (handling.load(book, order, to, portion), ()))


def deliver(
    *,
    order: OfOrder,
    place: Annotated[
        str | None,
        typer.Option(
            "--place", metavar="PLACE", help="Where. (default: where it was bound for)", show_default=False
        ),
    ] = None,
    lot: LotOfOrder = "",
    quantity: MaybeQuantity = None,
    voucher: Voucher,
) -> None:
    """Hand out what is on the road for an order (分发).

    Example: dispatch stock deliver --order CK-0001 --ref FF-0001
    """
    from models import handling

    with refusals(voucher.lang, as_json=voucher.as_json):
        portion = handling.Portion(lot=lot, quantity=quantity)
        book_it(
            voucher, Touch(order=order), lambda book, _: (handling.deliver(book, order, place, portion), ())
        )


def bring_back(
    *,
    order: OfOrder,
    depot: InDepot,
    condition: Annotated[
        str | None,
        typer.Option(
            metavar=CONDITIONS, help="Condition it is in. (default: as it left)", show_default=False
        ),
    ] = None,
    handed_out: Annotated[
        bool, typer.Option("--handed-out", help="What was handed out, not what is picked or on the road.")
    ] = False,
    lot: LotOfOrder = "",
    quantity: MaybeQuantity = None,
    voucher: Voucher,
) -> None:
    """Bring goods of an order back to a shelf (退库).

    Example: dispatch stock return --order CK-0001 -d depot-district --handed-out --condition damaged --ref TK-0001
    """
    from models import handling
    from models.supply import Condition

    with refusals(voucher.lang, as_json=voucher.as_json):
        portion = handling.Portion(lot=lot, quantity=quantity)
        state = None if condition is None else one_of(Condition, condition, "--condition")
        book_it(
            voucher,
            Touch(order=order),
            lambda book, _: (
                handling.bring_back(book, order, depot, state, handed_out=handed_out, portion=portion),
                (),
            ),
        )


def transfer(
    *,
    source: Annotated[str, typer.Option("--from", metavar="ID", help="Depot it leaves.")],
    destination: Annotated[str, typer.Option("--to", metavar="ID", help="Depot it is bound for.")],
    item: OfItem,
    quantity: Quantity,
    lot: MaybeLot = None,
    voucher: Voucher,
) -> None:
    """Send goods from depot to depot (调拨): they are on the road until `arrive`. Refused as an issue is.

    Example: dispatch stock transfer --from depot-regional --to depot-district -i water -n 500 --ref DB-0001
    """
    from models import handling

    with refusals(voucher.lang, as_json=voucher.as_json):

        def make(book: Book, at: datetime) -> Made:
            book.check_known(depots=(source, destination))
            lots = picked(book, source, item, quantity, lot, at.date())
            return handling.transfer(book, source, destination, lots, voucher.ref), ()

        book_it(voucher, touching(item, lot), make)


def arrive(*, order: OfOrder, lot: LotOfOrder = "", quantity: MaybeQuantity = None, voucher: Voucher) -> None:
    """Take in what was sent by `transfer`, and put it on the shelf (调入).

    Example: dispatch stock arrive --order DB-0001 --ref DR-0001
    """
    from models import handling

    with refusals(voucher.lang, as_json=voucher.as_json):
        portion = handling.Portion(lot=lot, quantity=quantity)
        book_it(voucher, Touch(order=order), lambda book, _: (handling.arrive(book, order, portion), ()))


def _loads(file: Path, reference: str) -> tuple[Load, ...]:
    """Read the shipments of a plan."""
    from models.codec import read_file
    from models.handling import Load
    from models.plan import Plan

    made = read_file(Plan, file)
    require(bool(made.shipments), "the plan ships nothing", where=str(file))
    return tuple(
        Load(
            depot=shipment.depot,
            label=each.lot,
            quantity=each.quantity,
            order=f"{reference}/{shipment.truck}",
            destination=shipment.incident,
        )
        for shipment in made.shipments
        for each in shipment.loads
    )


COMMANDS: Final[Mapping[str, Callable[..., None]]] = {
    "receive": grouped(receive),
    "store": grouped(store),
    "issue": grouped(issue),
    "load": grouped(load),
    "deliver": grouped(deliver),
    "return": grouped(bring_back),
    "transfer": grouped(transfer),
    "arrive": grouped(arrive),
}
"""All of them by name."""
