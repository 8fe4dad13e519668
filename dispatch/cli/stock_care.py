"""The commands of `dispatch stock` that look after what is on the shelf: count, regrade, write off, unpack."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from dispatch.cli.common import refusals
from dispatch.cli.groups import grouped
from dispatch.cli.stock_booking import Made, Touch, book_it, one_of, picked, touching
from dispatch.cli.stock_options import (
    CONDITIONS,
    InDepot,
    LotOfOrder,
    MaybeLot,
    MaybeQuantity,
    OfItem,
    OfLot,
    Quantity,
    Voucher,
)
from models.errors import InputError, require

if TYPE_CHECKING:
    from models.book import Book


def count(
    *,
    depot: InDepot,
    lot: OfLot,
    found: Annotated[int, typer.Option("--found", "-n", help="Units counted on the shelf.")],
    voucher: Voucher,
) -> None:
    """Book what a count of a lot found (盘点): the difference, if any, with its reason.

    Example: dispatch stock count -d depot-district -l L-0001 --found 2990 --reason "yearly count" --ref PD-0001
    """
    from models import handling

    with refusals(voucher.lang, as_json=voucher.as_json):
        book_it(voucher, Touch(lots={lot}), lambda book, _: (handling.count(book, depot, lot, found), ()))


def regrade(
    *,
    depot: InDepot,
    lot: OfLot,
    condition: Annotated[str, typer.Option("--to", metavar=CONDITIONS, help="Condition it is in.")],
    quantity: MaybeQuantity = None,
    voucher: Voucher,
) -> None:
    """Change the condition of a lot on the shelf, or of a part of it.

    Example: dispatch stock regrade -d depot-district -l L-0001 --to damaged -n 12 --reason "wet" --ref ZJ-0001
    """
    from models import handling
    from models.supply import Condition

    with refusals(voucher.lang, as_json=voucher.as_json):
        state = one_of(Condition, condition, "--to")
        book_it(
            voucher,
            Touch(lots={lot}),
            lambda book, _: (handling.regrade(book, depot, lot, state, quantity), ()),
        )


def write_off(
    *,
    depot: Annotated[
        str | None, typer.Option("--depot", "-d", metavar="ID", help="The depot.", show_default=False)
    ] = None,
    lot: LotOfOrder = "",
    quantity: MaybeQuantity = None,
    expired: Annotated[
        bool, typer.Option("--expired", help="All in the depot that is past its expiry.")
    ] = False,
    order: Annotated[
        str, typer.Option(metavar="NUMBER", help="What was lost on the road for it.", show_default=False)
    ] = "",
    voucher: Voucher,
) -> None:
    """Write goods off (报废): a lot of a depot, all that is expired in it, or what was lost on the road.

    Example: dispatch stock write-off -d depot-district --expired --reason "past expiry" --ref BF-0001
    """
    from models import handling

    with refusals(voucher.lang, as_json=voucher.as_json):
        if order:
            require(
                depot is None and not expired, "--order is about the road; leave out --depot and --expired"
            )
            portion = handling.Portion(lot=lot, quantity=quantity)
            book_it(
                voucher,
                Touch(order=order),
                lambda book, _: (handling.write_off_lost(book, order, portion), ()),
            )
            return
        if depot is None or expired == bool(lot):
            raise InputError("a write-off needs --depot with --lot or --expired, or --order")
        where = depot
        if expired:
            book_it(
                voucher,
                Touch(depot=where),
                lambda book, at: (handling.write_off_expired(book, where, at.date()), ()),
            )
        else:
            book_it(
                voucher,
                Touch(lots={lot}),
                lambda book, _: (handling.write_off(book, where, lot, quantity), ()),
            )


def unpack(
    *,
    depot: InDepot,
    item: OfItem,
    quantity: Quantity,
    lot: MaybeLot = None,
    voucher: Voucher,
) -> None:
    """Unpack kits into their parts (拆包), which keep batch and expiry of the kit.

    Example: dispatch stock unpack -d depot-district -i family_kit -n 10 --ref CB-0001
    """
    from models import handling

    with refusals(voucher.lang, as_json=voucher.as_json):

        def make(book: Book, at: datetime) -> Made:
            lots = picked(book, depot, item, quantity, lot, at.date())
            return handling.unpack(book, depot, lots)

        book_it(voucher, touching(item, lot), make)


COMMANDS: Final[Mapping[str, Callable[..., None]]] = {
    "count": grouped(count),
    "regrade": grouped(regrade),
    "write-off": grouped(write_off),
    "unpack": grouped(unpack),
}
"""All of them by name."""
