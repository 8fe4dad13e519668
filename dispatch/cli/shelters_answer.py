"""What `dispatch shelters` finds, as values, documents and GeoJSON. Imported when it is asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dispatch.cli.needs_answer import read_rates, stock_of
from dispatch.cli.places import one_place, position
from dispatch.cli.roads import State, check_on_map, coordinates, feature, line
from dispatch.needs import needs_at_shelter, supply_needs
from dispatch.render.shelters import Drawn, ShownShelters
from dispatch.shelter_plan import ShelterQuestion, plan_shelters
from models.codec import write_json
from models.crs import Crs
from models.errors import InputError, require
from models.incident import Grade, Incident, ResponseLevel
from models.place import Name, Position
from models.relief import Needs
from models.request import REQUEST_SCHEMA, Request, refuse_duplicates
from models.season import Likelihood, Season
from models.sheltering import Leaving
from scenarios.tables import Column, above_zero, maybe, number, one_of, read_table, text, whole

if TYPE_CHECKING:
    from dispatch.cli.options import Ask
    from dispatch.cli.shelters import People, Stay
    from scenarios.world import World

_FROM: Final = re.compile(r"(.+)=(\d{1,9})(?:@(\d{1,6}(?:\.\d+)?))?(?:\+(\w+))?")
_GROUPS: Final = (
    Column("id", text),
    Column("lng", number),
    Column("lat", number),
    Column("people", whole(1)),
    Column("crs", maybe(one_of(Crs)), ""),
    Column("minutes", maybe(above_zero), ""),
    Column("function", text, ""),
    Column("name", text, ""),
)
_MINUTE_S: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundShelters:
    """The plan as it is shown, and the groups it is for."""

    shown: ShownShelters
    groups: tuple[Leaving, ...]
    profile: str
    type: str | None


def answer(state: State, people: People, stay: Stay, ask: Ask) -> FoundShelters:
    """Read who has to leave, ask the roads, and plan.

    Raises
    ------
    InputError
        An option that is missing or no use, a place off the map, or a file that is none.
    """
    district = state.world.district
    require(bool(district.shelters), "this world has no shelters; add shelters.csv to its rosters")
    rates = read_rates(stay.rates, district)
    require(stay.days >= 1, "days must be at least 1, got {n}", n=stay.days)
    stage = rates.stage_of(stay.days)
    groups = read_groups(people, state.world, ask.crs)
    for group in groups:
        check_on_map(state, group.position.wgs84, people.profile, group.id)
    times = state.travel.table(
        people.profile,
        [group.position.wgs84 for group in groups],
        [shelter.position.wgs84 for shelter in district.shelters],
    )
    plan = plan_shelters(
        ShelterQuestion(
            world=district.id,
            groups=groups,
            shelters=district.shelters,
            times_ds=times,
            profile=people.profile,
            stage=stage,
            m2_per_person=rates.space[stage].m2,
            step_s=stay.step,
        )
    )
    needs = {}
    if stay.type is not None:
        season = _season(state, stay)
        require(
            stay.type in district.doctrine.incidents,
            "type {type!r} is not in the doctrine; it lists {known}",
            where="--type",
            type=stay.type,
            known=", ".join(sorted(district.doctrine.incidents)),
        )
        for use in plan.shelters:
            tents = "beds" not in state.world.shelters[use.shelter].functions
            needs[use.shelter] = needs_at_shelter(
                rates, people=use.people, kind=stay.type, season=season, days=stay.days, tents=tents
            )
    names = {group.id: group.name for group in groups if group.name is not None}
    shown = ShownShelters(
        plan=plan, names=names, needs=needs, drawn=_drawn(state, needs), basis=rates.space[stage].basis
    )
    return FoundShelters(shown=shown, groups=groups, profile=people.profile, type=stay.type)


def _drawn(state: State, needs: Mapping[str, Needs]) -> dict[str, dict[str, Drawn]]:
    """Add up what the shelters of each depot need, beside what it may issue at the moment asked about."""
    day = None if state.travel.moment is None else state.travel.moment.date()
    depots = {depot.id: depot for depot in state.world.district.depots}
    needed: dict[str, dict[str, int]] = {}
    for ident, each in needs.items():
        depot = state.world.shelters[ident].depot
        if depot:
            items = needed.setdefault(depot, {})
            for line_ in each.lines:
                items[line_.item] = items.get(line_.item, 0) + line_.total.likely
    found = {}
    for depot, items in needed.items():
        stock = stock_of(depots[depot], day)
        found[depot] = {
            item: Drawn(needed=count, in_stock=stock.get(item, 0)) for item, count in items.items()
        }
    return found


def read_groups(people: People, world: World, crs: Crs) -> tuple[Leaving, ...]:
    """Read all groups of a command: those of `--from`, then those of `--groups`.

    Raises
    ------
    InputError
        One that is none, an id that stands twice, or no group at all.
    """
    require(people.minutes > 0, "--minutes must be above 0, got {n}", n=people.minutes)
    found = [_group(given, world, crs, people.minutes) for given in people.origins or []]
    if people.groups is not None:
        found += _rows(people.groups, crs, people.minutes)
    require(bool(found), "say who has to leave by --from or --groups")
    refuse_duplicates((group.id for group in found), "group")
    return tuple(found)


def _group(given: str, world: World, crs: Crs, minutes: float) -> Leaving:
    match = _FROM.fullmatch(given.strip())
    if match is None:
        raise InputError(
            "{text!r} is no group of people; write PLACE=PEOPLE, for example town:500118107=1200@90",
            where="--from",
            text=given,
        )
    place, people, within, function = match.groups()
    known = one_place(place, world, crs, "--from")
    try:
        return Leaving(
            id=known.id + (f"+{function}" if function else ""),
            position=Position(lng=float(known.point.lng), lat=float(known.point.lat), crs=Crs.WGS84),
            people=int(people),
            deadline_s=round((minutes if within is None else float(within)) * _MINUTE_S),
            function=function or "",
            name=known.name,
        )
    except InputError as error:
        raise error.at("--from") from None


def _rows(path: Path, crs: Crs, minutes: float) -> list[Leaving]:
    found = []
    for row in read_table(path, _GROUPS, key="id"):
        at = position(f"{row['lng']},{row['lat']}", row["crs"] or crs, row.place)
        try:
            found.append(
                Leaving(
                    id=row["id"],
                    position=at,
                    people=row["people"],
                    deadline_s=round((row["minutes"] or minutes) * _MINUTE_S),
                    function=row["function"],
                    name=Name(zh=row["name"], en=row["name"]) if row["name"].strip() else None,
                )
            )
        except InputError as error:
            raise error.at(row.place) from None
    return found


def _season(state: State, stay: Stay) -> Season:
    if stay.season is not None:
        return stay.season
    if state.travel.moment is None:
        raise InputError("--type shows what people need, which hangs on the season; give --season or --at")
    return Season.of_month(state.travel.moment.month)


def request_text(found: FoundShelters, state: State, stay: Stay) -> str:
    """Give a request as JSON text: an incident at each shelter that needs supplies and no team.

    Raises
    ------
    InputError
        Without a type or a moment.
    """
    now = state.travel.moment
    if stay.type is None or now is None:
        raise InputError("--request needs --type, and --at for the moment it is asked")
    incidents = tuple(
        Incident(
            id=ident,
            type=stay.type,
            grade=Grade.IV,
            response_level=ResponseLevel.IV,
            position=state.world.shelters[ident].position,
            reported_at=now,
            name=state.world.shelters[ident].name,
            people_affected=needs.people,
            force_needs=(),
            supply_needs=supply_needs(needs, Likelihood.LIKELY),
        )
        for ident, needs in found.shown.needs.items()
    )
    request = Request(
        schema=REQUEST_SCHEMA, id="shelters", now=now, incidents=incidents, closures=state.closures
    )
    return write_json(request) + "\n"


def document(found: FoundShelters) -> dict[str, Any]:
    """Give the plan as plain values (`dispatch schema shelter-plan`), with the needs at each shelter if asked for."""
    made: dict[str, Any] = {"plan": json.loads(write_json(found.shown.plan))}
    if found.type is not None:
        made["needs"] = {ident: json.loads(write_json(each)) for ident, each in found.shown.needs.items()}
        made["depots"] = {
            depot: {item: asdict(drawn) for item, drawn in items.items()}
            for depot, items in found.shown.drawn.items()
        }
    return made


def lines(found: FoundShelters, state: State) -> dict[str, Any]:
    """Draw the way of each task, and each shelter that is used as a point."""
    where = {group.id: group.position.wgs84 for group in found.groups}
    features = []
    for task in found.shown.plan.placings:
        shelter = state.world.shelters[task.shelter].position.wgs84
        way = state.travel.path(found.profile, where[task.group], shelter)
        points = [] if way is None else [coordinates(point) for point in way.points]
        values = {
            "group": task.group,
            "shelter": task.shelter,
            "people": task.people,
            "seconds": task.travel_s,
        }
        features.append(feature(line(points), values))
    for use in found.shown.plan.shelters:
        point = {
            "type": "Point",
            "coordinates": coordinates(state.world.shelters[use.shelter].position.wgs84),
        }
        features.append(feature(point, {"shelter": use.shelter, "people": use.people, "free": use.free}))
    return {"type": "FeatureCollection", "features": features}
