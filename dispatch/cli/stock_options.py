"""Options that the commands of `dispatch stock` share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

import typer

from dispatch.cli.common import Json, Lang

STORE_HELP: Final = (
    "The ledger: a file, sqlite:///FILE or postgresql://USER@HOST/DATABASE. "
    "(default: DISPATCH_STORE, else dispatch/dispatch.sqlite under XDG_DATA_HOME)"
)
CATEGORIES: Final = "work_safety|flood_drought|forest_fire|earthquake_geological|disaster_relief|fire_rescue"
TIERS: Final = "village|town|district"
CONDITIONS: Final = "good|damaged|quarantined"
STAGES: Final = "receipt|storage|issue|transport|distribution"
"""Words for the help: importing what they are members of takes longer than a help may (a test compares)."""

_Store = Annotated[
    str | None, typer.Option("--store", metavar="FILE|URL", help=STORE_HELP, show_default=False)
]
_Reference = Annotated[
    str,
    typer.Option(
        "--ref",
        "-r",
        metavar="NUMBER",
        help="Number of the voucher. Needed: the same one is never booked twice.",
        show_default=False,
    ),
]
_At = Annotated[
    str | None,
    typer.Option(
        metavar="MOMENT",
        help="When it happened, on the clock of the world where no offset is given; its day decides on expiry. "
        "(default: now)",
        show_default=False,
    ),
]
_By = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Who books it. (default: your login name)", show_default=False),
]
_Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the entry.", show_default=False)]
_Authority = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="Who allows stock to go below its floor; kept with the entry.",
        show_default=False,
    ),
]
_Depot = Annotated[
    str | None, typer.Option("--depot", "-d", metavar="ID", help="Only this depot.", show_default=False)
]
_Item = Annotated[
    str | None, typer.Option("--item", "-i", metavar="ID", help="Only this item.", show_default=False)
]
_Category = Annotated[
    str | None,
    typer.Option("--category", metavar=CATEGORIES, help="Only items of this category.", show_default=False),
]
_Tier = Annotated[
    str | None,
    typer.Option("--tier", metavar=TIERS, help="Only depots of this tier.", show_default=False),
]
_Day = Annotated[
    str | None,
    typer.Option(metavar="YYYY-MM-DD", help="Day for expiry dates. (default: today)", show_default=False),
]

InDepot = Annotated[str, typer.Option("--depot", "-d", metavar="ID", help="The depot.")]
OfItem = Annotated[str, typer.Option("--item", "-i", metavar="ID", help="The item.")]
Quantity = Annotated[int, typer.Option("--quantity", "-n", help="Units of the item.")]
OfLot = Annotated[
    str,
    typer.Option(
        "--lot",
        "-l",
        metavar="ID",
        help="The lot; where a part of it lies elsewhere or is in another condition, as listed: ID@DEPOT#CONDITION.",
    ),
]
MaybeLot = Annotated[
    str | None,
    typer.Option(
        "--lot", "-l", metavar="ID", help="The lot. (default: first expiry first)", show_default=False
    ),
]
LotOfOrder = Annotated[
    str, typer.Option("--lot", "-l", metavar="ID", help="Only this lot of it.", show_default=False)
]
MaybeQuantity = Annotated[
    int | None,
    typer.Option("--quantity", "-n", help="Only so many units. (default: all)", show_default=False),
]
OfOrder = Annotated[
    str, typer.Option("--order", "-o", metavar="NUMBER", help="The order: the --ref of its issue.")
]
InCondition = Annotated[str, typer.Option(metavar=CONDITIONS, help="Condition of the goods.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """What every booking says: number, time, who, why, on whose word; and where and how it is shown."""

    ref: _Reference = ""
    at: _At = None
    by: _By = None
    reason: _Reason = ""
    authority: _Authority = ""
    store: _Store = None
    lang: Lang = None
    as_json: Json = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Which ledger is read, and how it is shown."""

    store: _Store = None
    lang: Lang = None
    as_json: Json = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What of the stock is looked at, and on which day."""

    depot: _Depot = None
    item: _Item = None
    category: _Category = None
    tier: _Tier = None
    day: _Day = None
