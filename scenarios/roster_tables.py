"""The roster tables: their columns, and the way of each record from a row and back to one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from models.crs import Crs
from models.errors import InputError
from models.force import Echelon, Entry, Team, TeamStatus
from models.place import Colour, HazardPoint, Name, Outline, Position, RiskCell, Shelter, ShelterStatus, Town
from models.supply import Category, Condition, Depot, Item, Lot, Tier, Truck
from models.world import Site
from scenarios.borders import borders, entries, join_borders
from scenarios.tables import (
    Column,
    Row,
    above_zero,
    amounts,
    day,
    join,
    join_amounts,
    join_shifts,
    maybe,
    moment,
    number,
    one_of,
    points,
    shifts,
    text,
    whole,
    words,
    yes_no,
)


def by_tier(cell: str) -> dict[Tier, int]:
    """Read whole numbers by tier, like `town=10 district=100`."""
    return {one_of(Tier)(name): number for name, number in amounts(whole(0))(cell).items()}


_ID: Final = (Column("id", text),)
_NAMES: Final = (Column("name_zh", text), Column("name_en", text))
_PLACE: Final = (Column("lng", number), Column("lat", number), Column("crs", one_of(Crs)))
_BASIS: Final = (Column("basis", text, ""),)

TOWNS: Final = (
    Column("code", text),
    *_NAMES,
    *_PLACE,
    Column("population", whole(0)),
    Column("area_km2", above_zero),
    Column("outline", maybe(points), ""),
    Column("outline_crs", maybe(one_of(Crs)), ""),
    *_BASIS,
)
TEAMS: Final = (
    *_ID,
    *_NAMES,
    Column("echelon", one_of(Echelon)),
    Column("town", text, ""),
    *_PLACE,
    Column("crew", whole(1)),
    Column("strengths", amounts(whole(1))),
    Column("profile", text),
    Column("turnout_s", whole(0)),
    Column("equipment", amounts(whole(0)), ""),
    Column("availability", number, "1"),
    Column("shifts", shifts, ""),
    Column("area", words, ""),
    Column("borders", borders, ""),
    Column("borders_crs", maybe(one_of(Crs)), ""),
    Column("approval", text, ""),
    Column("status", one_of(TeamStatus), TeamStatus.AVAILABLE.value),
    Column("now_lng", maybe(number), ""),
    Column("now_lat", maybe(number), ""),
    Column("now_crs", maybe(one_of(Crs)), ""),
    Column("free_from", maybe(moment), ""),
    *_BASIS,
)
DEPOTS: Final = (
    *_ID,
    *_NAMES,
    Column("tier", one_of(Tier)),
    Column("town", text, ""),
    *_PLACE,
    Column("loading_kg_per_min", above_zero),
    Column("release_s", whole(0)),
    Column("reserve", amounts(whole(0)), ""),
    Column("hours", shifts, ""),
    Column("unloading_kg_per_min", maybe(above_zero), ""),
    Column("docks", maybe(whole(1)), ""),
    *_BASIS,
)
STOCK: Final = (
    Column("depot", text),
    Column("lot", text),
    Column("item", text),
    Column("quantity", whole(0)),
    Column("batch", text, ""),
    Column("expires", maybe(day), ""),
    Column("condition", one_of(Condition), Condition.GOOD.value),
)
TRUCKS: Final = (
    Column("depot", text),
    *_ID,
    Column("profile", text),
    Column("payload_kg", above_zero),
    Column("volume_m3", above_zero),
    Column("available", yes_no, "yes"),
)
ITEMS: Final = (
    *_ID,
    Column("code", text),
    Column("category", one_of(Category)),
    *_NAMES,
    Column("unit_zh", text),
    Column("unit_en", text),
    Column("kg", above_zero),
    Column("m3", above_zero),
    Column("kit", amounts(whole(1)), ""),
    Column("substitutes", amounts(above_zero), ""),
    Column("floors", by_tier, ""),
    *_BASIS,
)
SHELTERS: Final = (
    *_ID,
    *_NAMES,
    *_PLACE,
    Column("capacity", whole(0)),
    Column("functions", words, ""),
    Column("area_m2", maybe(above_zero), ""),
    Column("places", amounts(whole(0)), ""),
    Column("status", one_of(ShelterStatus), ShelterStatus.READY.value),
    Column("placed", whole(0), "0"),
    Column("depot", text, ""),
    *_BASIS,
)
HAZARDS: Final = (
    *_ID,
    Column("kind", text),
    *_PLACE,
    Column("colour", one_of(Colour)),
    Column("max_weight_kg", maybe(whole(1)), ""),
    Column("road", text, ""),
    *_BASIS,
)
RISK: Final = (
    *_ID,
    Column("town", text),
    *_PLACE,
    Column("colour", one_of(Colour)),
    Column("hazards", words, ""),
    Column("population", whole(0)),
    *_BASIS,
)
SITES: Final = (*_ID, Column("kind", text), *_NAMES, *_PLACE, *_BASIS)


def _position(row: Row, prefix: str = "") -> Position:
    try:
        return Position(lng=row[f"{prefix}lng"], lat=row[f"{prefix}lat"], crs=row[f"{prefix}crs"])
    except InputError as error:
        raise error.at(f"{row.place}, columns {prefix}lng and {prefix}lat") from None


def _name(row: Row) -> Name:
    return Name(zh=row["name_zh"], en=row["name_en"])


def town(row: Row) -> Town:
    """Read a town."""
    outline = None
    if row["outline"] is not None:
        try:
            outline = Outline(points=row["outline"], crs=row["outline_crs"] or row["crs"])
        except InputError as error:
            raise error.at(f"{row.place}, column outline") from None
    return Town(
        code=row["code"],
        name=_name(row),
        position=_position(row),
        population=row["population"],
        area_km2=row["area_km2"],
        outline=outline,
        basis=row["basis"],
    )


def team(row: Row) -> Team:
    """Read a team."""
    given = [row[column] is not None for column in ("now_lng", "now_lat", "now_crs")]
    if any(given) and not all(given):
        raise InputError("now_lng, now_lat and now_crs go together", where=row.place)
    try:
        return Team(
            id=row["id"],
            name=_name(row),
            echelon=row["echelon"],
            home=_position(row),
            crew=row["crew"],
            strengths=row["strengths"],
            profile=row["profile"],
            turnout_s=row["turnout_s"],
            town=row["town"],
            position=_position(row, "now_") if all(given) else None,
            status=row["status"],
            free_from=row["free_from"],
            equipment=row["equipment"],
            availability=row["availability"],
            shifts=row["shifts"],
            area=row["area"],
            entries=_entries(row),
            approval=row["approval"],
            basis=row["basis"],
        )
    except InputError as error:
        raise error if error.where else error.at(row.place) from None


def _entries(row: Row) -> tuple[Entry, ...]:
    try:
        return entries(row["borders"], row["borders_crs"] or row["crs"])
    except InputError as error:
        raise error.at(f"{row.place}, column borders") from None


def depot(row: Row, lots: tuple[Lot, ...], trucks: tuple[Truck, ...]) -> Depot:
    """Read a depot; its stock and trucks come from their own tables."""
    return Depot(
        id=row["id"],
        name=_name(row),
        tier=row["tier"],
        position=_position(row),
        lots=lots,
        trucks=trucks,
        loading_kg_per_min=row["loading_kg_per_min"],
        release_s=row["release_s"],
        town=row["town"],
        reserve=row["reserve"],
        hours=row["hours"],
        unloading_kg_per_min=row["unloading_kg_per_min"],
        docks=row["docks"],
        basis=row["basis"],
    )


def lot(row: Row) -> Lot:
    """Read a lot."""
    return Lot(
        id=row["lot"],
        item=row["item"],
        quantity=row["quantity"],
        batch=row["batch"],
        expires=row["expires"],
        condition=row["condition"],
    )


def truck(row: Row) -> Truck:
    """Read a truck."""
    return Truck(
        id=row["id"],
        profile=row["profile"],
        payload_kg=row["payload_kg"],
        volume_m3=row["volume_m3"],
        available=row["available"],
    )


def item(row: Row) -> Item:
    """Read an item."""
    try:
        return Item(
            id=row["id"],
            code=row["code"],
            category=row["category"],
            name=_name(row),
            unit=Name(zh=row["unit_zh"], en=row["unit_en"]),
            kg=row["kg"],
            m3=row["m3"],
            kit=row["kit"],
            substitutes=row["substitutes"],
            floors=row["floors"],
            basis=row["basis"],
        )
    except InputError as error:
        raise error.at(row.place) from None


def shelter(row: Row) -> Shelter:
    """Read a shelter."""
    try:
        return Shelter(
            id=row["id"],
            name=_name(row),
            position=_position(row),
            capacity=row["capacity"],
            functions=row["functions"],
            area_m2=row["area_m2"],
            places=row["places"],
            status=row["status"],
            placed=row["placed"],
            depot=row["depot"],
            basis=row["basis"],
        )
    except InputError as error:
        raise error.at(row.place) from None


def hazard(row: Row) -> HazardPoint:
    """Read a hazard point."""
    return HazardPoint(
        id=row["id"],
        kind=row["kind"],
        position=_position(row),
        colour=row["colour"],
        max_weight_kg=row["max_weight_kg"],
        road=row["road"],
        basis=row["basis"],
    )


def risk_cell(row: Row) -> RiskCell:
    """Read a cell of the risk surface."""
    return RiskCell(
        id=row["id"],
        town=row["town"],
        position=_position(row),
        colour=row["colour"],
        hazards=row["hazards"],
        population=row["population"],
        basis=row["basis"],
    )


def site(row: Row) -> Site:
    """Read a site."""
    return Site(id=row["id"], kind=row["kind"], name=_name(row), position=_position(row), basis=row["basis"])


def as_row(record: Any, columns: tuple[Column, ...], **more: str) -> Mapping[str, str]:
    """Write a record as the cells of a row; `more` fills columns that the record does not hold itself."""
    cells = dict(more)
    for column in columns:
        if column.name not in cells:
            cells[column.name] = _written(record, column.name)
    return cells


def _written(record: Any, column: str) -> str:
    """Text of one cell of a record."""
    special = _SPECIAL.get(column)
    if special is not None:
        return special(record)
    value = getattr(record, column)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(value)
    return str(value.isoformat() if hasattr(value, "isoformat") else value)


def _outline(record: Any) -> str:
    if record.outline is None:
        return ""
    return " | ".join(f"{lng!r} {lat!r}" for lng, lat in record.outline.points)


def _places(record: Any) -> str:
    """Write places by function area, of a shelter, or their number, of an ambulance."""
    return str(record.places) if isinstance(record.places, int) else join_amounts(record.places)


_SPECIAL: Final[Mapping[str, Callable[[Any], str]]] = {
    "name_zh": lambda record: record.name.zh,
    "name_en": lambda record: record.name.en,
    "unit_zh": lambda record: record.unit.zh,
    "unit_en": lambda record: record.unit.en,
    "lng": lambda record: repr(_place(record).lng),
    "lat": lambda record: repr(_place(record).lat),
    "crs": lambda record: _place(record).crs.value,
    "now_lng": lambda record: repr(record.position.lng) if record.position else "",
    "now_lat": lambda record: repr(record.position.lat) if record.position else "",
    "now_crs": lambda record: record.position.crs.value if record.position else "",
    "outline": _outline,
    "outline_crs": lambda record: record.outline.crs.value if record.outline else "",
    "strengths": lambda record: join_amounts(record.strengths),
    "equipment": lambda record: join_amounts(record.equipment),
    "reserve": lambda record: join_amounts(record.reserve),
    "kit": lambda record: join_amounts(record.kit),
    "substitutes": lambda record: join_amounts(record.substitutes),
    "floors": lambda record: join_amounts(record.floors),
    "area": lambda record: join(record.area),
    "borders": lambda record: join_borders(record.id, record.entries),
    "borders_crs": lambda record: record.entries[0].position.crs.value if record.entries else "",
    "functions": lambda record: join(record.functions),
    "places": _places,
    "beds": lambda record: join_amounts(record.beds),
    "hazards": lambda record: join(record.hazards),
    "shifts": lambda record: join_shifts(record.shifts),
    "hours": lambda record: join_shifts(record.hours),
    "lot": lambda record: record.id,
}


def _place(record: Any) -> Position:
    """Where a record stands: a team has a home, the others a position."""
    where: Position = record.home if isinstance(record, Team) else record.position
    return where
