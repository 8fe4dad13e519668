"""What `dispatch needs` finds, as values and as a document. Imported when it is asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dispatch.check.needs import needs_faults
from dispatch.deprivation import Delivery, Without, carry_forward
from dispatch.needs import estimate, order_up_to, short_of, supply_needs
from dispatch.render.needs import Shown
from models.codec import read_file, read_toml, write_json
from models.errors import InputError, require
from models.incident import Incident
from models.plan import CheckReport
from models.relief import Band, Needs, ReliefRates
from models.request import Request
from models.season import Likelihood, Season
from models.supply import Condition, Depot
from models.units import SECONDS_PER_HOUR
from scenarios.catalogue import sample_relief
from scenarios.tables import Column, number, read_table, text, whole

if TYPE_CHECKING:
    from dispatch.cli.needs import Measure, Whom
    from models.world import District
    from scenarios.world import World

_DELIVERIES = (Column("item", text), Column("hour", number), Column("quantity", whole(0)))
_THREE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The estimate as it is shown, the request and incident it is about, if any, and what the check found."""

    shown: Shown
    request: Request | None
    incident: Incident | None
    check: CheckReport


def answer(world: World, whom: Whom, measure: Measure) -> Found:
    """Estimate what the options ask for.

    Raises
    ------
    InputError
        An option that is missing or no use, or a file that is.
    """
    district = world.district
    request, incident = _incident(whom.incident_file, whom.incident)
    kind, people, season = whom.type, whom.people, whom.season
    if request is not None and incident is not None:
        kind = kind or incident.type
        people = incident.people_affected if people is None else people
        season = season or Season.of_month(district.local(request.now).month)
    if kind is None or people is None or season is None:
        raise InputError("give --people, --type and --season, or --incident-file with a request")
    require(
        kind in district.doctrine.incidents,
        "type {type!r} is not in the doctrine; it lists {known}",
        where="--type" if whom.type else "",
        type=kind,
        known=", ".join(sorted(district.doctrine.incidents)),
    )
    rates = read_rates(measure.rates, district)
    share = None if whom.relocated is None else read_share(whom.relocated, "--relocated")
    needs = estimate(rates, people=people, kind=kind, season=season, days=whom.days, relocated=share)
    stock = usable_stock(district, request)
    levels = {}
    if measure.service is not None:
        levels = {
            line.item: order_up_to(line, day=1, window_days=measure.window, service=measure.service)
            for line in needs.lines
        }
    shown = Shown(
        needs=needs,
        stock={line.item: stock.get(line.item, 0) for line in needs.lines},
        short=short_of(needs, stock),
        likelihood=measure.likelihood,
        order_up_to=levels,
        without={} if measure.deliveries is None else _without(needs, measure.deliveries, measure.likelihood),
    )
    faults = tuple(needs_faults(rates, needs, share))
    return Found(
        shown=shown, request=request, incident=incident, check=CheckReport(ok=not faults, faults=faults)
    )


def read_rates(path: Path | None, district: District) -> ReliefRates:
    """Read rates of a file, else the sample's, and hold them against the district.

    Raises
    ------
    InputError
        Not rates, or of items or incident types that the district does not have.
    """
    rates = sample_relief() if path is None else read_toml(ReliefRates, path)
    try:
        rates.check_known((item.id for item in district.items), district.doctrine.incidents)
    except InputError as error:
        raise error.at(str(path or "relief.toml")) from None
    return rates


def read_share(given: str, where: str) -> Band:
    """Read "0.3", or "0.1,0.3,0.5": low, likely and high.

    Raises
    ------
    InputError
        Neither of them, or a share that is none.
    """
    try:
        numbers = [float(part) for part in given.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in {1, _THREE} or not all(0 <= n <= 1 for n in numbers):
        raise InputError(
            "{text!r} is no share; write a number from 0 to 1, or three: low,likely,high",
            where=where,
            text=given,
        )
    low, likely, high = numbers if len(numbers) == _THREE else numbers * _THREE
    try:
        return Band(low=low, likely=likely, high=high)
    except InputError as error:
        raise error.at(where) from None


def usable_stock(district: District, request: Request | None) -> dict[str, int]:
    """Give the units by item that all depots may issue on the request's day, or on whatever day."""
    day = None if request is None else district.local(request.now).date()
    total: dict[str, int] = {}
    for depot in district.depots:
        for item, quantity in stock_of(depot, day).items():
            total[item] = total.get(item, 0) + quantity
    return total


def stock_of(depot: Depot, day: date | None) -> dict[str, int]:
    """Give the units by item that a depot may issue: good lots, not expired by `day`, less the reserve."""
    here: dict[str, int] = {}
    for lot in depot.lots:
        usable = lot.condition is Condition.GOOD if day is None else lot.usable_on(day)
        if usable:
            here[lot.item] = here.get(lot.item, 0) + lot.quantity
    return {item: max(0, quantity - depot.reserve.get(item, 0)) for item, quantity in here.items()}


def _incident(path: Path | None, ident: str | None) -> tuple[Request | None, Incident | None]:
    if path is None:
        require(ident is None, "--incident names one of --incident-file; give both")
        return None, None
    request = read_file(Request, path)
    named = [each for each in request.incidents if ident in {None, each.id}]
    known = ", ".join(each.id for each in request.incidents)
    require(
        bool(named),
        "no incident {id!r} in this request; it has {known}",
        where=str(path),
        id=ident,
        known=known,
    )
    require(
        len(named) == 1, "the request has several incidents; name one by --incident: {known}", known=known
    )
    return request, named[0]


def _without(needs: Needs, path: Path, which: Likelihood) -> Mapping[str, Without]:
    rows = read_table(path, _DELIVERIES)
    items = [line.item for line in needs.lines]
    by_item: dict[str, list[Delivery]] = {item: [] for item in items}
    for row in rows:
        row.refuse_unknown("item", [row["item"]], items, "item")
        require(
            row["hour"] >= 0, "must be at least {least}, got {n}", where=row.place, least=0, n=row["hour"]
        )
        seconds = round(row["hour"] * SECONDS_PER_HOUR)
        by_item[row["item"]].append(Delivery(at_s=seconds, quantity=row["quantity"]))
    return {
        line.item: carry_forward(
            [day.of(which) for day in line.by_day],
            by_item[line.item],
            people=needs.groups[line.group].of(which),
            every=line.every,
        )
        for line in needs.lines
        if line.total.of(which) > 0
    }


def request_with(found: Found, world: World, which: Likelihood) -> str:
    """Give the request as JSON text with the needs estimated for its incident.

    Raises
    ------
    InputError
        There is no request.
    """
    request, incident = found.request, found.incident
    if request is None or incident is None:
        raise InputError("--out writes the request of --incident-file; give that too")
    changed = replace(
        incident,
        type=found.shown.needs.type,
        people_affected=found.shown.needs.people,
        supply_needs=supply_needs(
            found.shown.needs, which, kept=world.district.doctrine.supply_needs(incident)
        ),
    )
    others = tuple(changed if each.id == incident.id else each for each in request.incidents)
    return write_json(replace(request, incidents=others)) + "\n"


def document(found: Found) -> dict[str, Any]:
    """Give what was found as plain values: `needs` (see `dispatch schema needs`), and what it was held against."""
    shown = found.shown
    made: dict[str, Any] = {
        "needs": json.loads(write_json(shown.needs)),
        "stock": dict(shown.stock),
        "short": {item: asdict(counts) for item, counts in shown.short.items()},
        "check": asdict(found.check),
    }
    if shown.order_up_to:
        made["order_up_to"] = dict(shown.order_up_to)
    if shown.without:
        made["likelihood"] = shown.likelihood.value
        made["without"] = {item: asdict(account) for item, account in shown.without.items()}
    return made
