"""The roster tables of hospitals and ambulances: their columns, and the way of each record from a row."""

from __future__ import annotations

from typing import Final

from graphs.profiles import profile
from models.crs import Crs
from models.errors import InputError, require
from models.medical import Ambulance, Hospital, Severity
from models.place import Name, Position
from scenarios.tables import Column, Row, amounts, number, one_of, text, whole

_PLACE: Final = (
    Column("id", text),
    Column("name_zh", text),
    Column("name_en", text),
    Column("lng", number),
    Column("lat", number),
    Column("crs", one_of(Crs)),
)
HOSPITALS: Final = (*_PLACE, Column("beds", amounts(whole(0)), ""), Column("basis", text, ""))
AMBULANCES: Final = (
    *_PLACE,
    Column("profile", text),
    Column("lying", whole(0)),
    Column("places", whole(1)),
    Column("free_in_s", whole(0), "0"),
    Column("basis", text, ""),
)


def hospital(row: Row) -> Hospital:
    """Read a hospital."""
    known = [severity.value for severity in Severity]
    for severity in row["beds"]:
        require(
            severity in known,
            "{text!r} is not one of {known}",
            where=f"{row.place}, column beds",
            text=severity,
            known=", ".join(known),
        )
    try:
        return Hospital(
            id=row["id"],
            name=Name(zh=row["name_zh"], en=row["name_en"]),
            position=Position(lng=row["lng"], lat=row["lat"], crs=row["crs"]),
            beds={Severity(severity): count for severity, count in row["beds"].items()},
            basis=row["basis"],
        )
    except InputError as error:
        raise error.at(row.place) from None


def ambulance(row: Row) -> Ambulance:
    """Read an ambulance; its profile must be one there is."""
    try:
        profile(row["profile"])
        return Ambulance(
            id=row["id"],
            name=Name(zh=row["name_zh"], en=row["name_en"]),
            position=Position(lng=row["lng"], lat=row["lat"], crs=row["crs"]),
            profile=row["profile"],
            lying=row["lying"],
            places=row["places"],
            free_in_s=row["free_in_s"],
            basis=row["basis"],
        )
    except InputError as error:
        raise error.at(row.place) from None
