"""A casualty plan for the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dispatch.language import Duration, Phrases
from dispatch.render.levels import levels_table
from models.casualty import CasualtyPlan
from models.medical import Severity
from models.place import Name
from models.world import District

_STYLE = {Severity.RED: "red", Severity.YELLOW: "yellow", Severity.GREEN: "green"}


def casualties_text(
    plan: CasualtyPlan, names: Mapping[str, Name], district: District, language: str
) -> RenderableType:
    """Lay a plan out: trips in the order of their arrival, who is left, hospitals, levels of the objective."""
    phrases = Phrases(language)
    parts: list[RenderableType] = []
    if district.demo:
        parts.append(Text(phrases.say("demo data"), style="bold yellow"))
    parts.append(_trips(plan, names, district, phrases))
    parts += [
        Text(
            phrases.say(
                "{site}: {count} {severity} are not carried; {reason}",
                site=names.get(left.site, left.site),
                count=left.count,
                severity=left.severity,
                reason=left.reason,
            ),
            style="red",
        )
        for left in plan.left
    ]
    parts += [_hospitals(plan, district, phrases), levels_table(plan.objective, phrases)]
    if plan.check is not None:
        parts += [Text(fault, style="red") for fault in plan.check.faults]
    return Group(*parts)


def _trips(plan: CasualtyPlan, names: Mapping[str, Name], district: District, phrases: Phrases) -> Table:
    wards = {hospital.id: hospital.name for hospital in district.hospitals}
    units = {ambulance.id: ambulance.name for ambulance in district.ambulances}
    table = Table(box=None, pad_edge=False)
    table.add_column(phrases.say("ambulance"))
    table.add_column(phrases.say("trip"), justify="right")
    table.add_column(phrases.say("from"))
    table.add_column(phrases.say("carries"))
    table.add_column(phrases.say("hospital"))
    table.add_column(phrases.say("sets out"), justify="right")
    table.add_column(phrases.say("leaves"), justify="right")
    table.add_column(phrases.say("in hospital"), justify="right")
    table.add_column(phrases.say("why"))
    for trip in plan.trips:
        carried = Text()
        for severity, count in trip.casualties.items():
            carried.append(f"{phrases.word(severity)} {count}  ", style=_STYLE[severity])
        table.add_row(
            Text(phrases.of(units[trip.ambulance])),
            str(trip.number),
            Text(phrases.of(names[trip.site]) if trip.site in names else trip.site),
            carried,
            Text(phrases.of(wards[trip.hospital])),
            *(_clock(seconds) for seconds in (trip.departs_s, trip.leaves_s, trip.arrives_s)),
            Text(phrases.of(trip.why)),
        )
    return table


def _clock(seconds: int) -> str:
    return f"+{seconds // 60}:{seconds % 60:02d}"


def _hospitals(plan: CasualtyPlan, district: District, phrases: Phrases) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(phrases.say("hospital"))
    for severity in Severity:
        table.add_column(phrases.word(severity), justify="right")
    table.add_column(phrases.say("last arrival"), justify="right")
    for hospital in district.hospitals:
        here = [trip for trip in plan.trips if trip.hospital == hospital.id]
        if here:
            table.add_row(
                Text(phrases.of(hospital.name)),
                *(
                    f"{sum(trip.casualties.get(severity, 0) for trip in here)}/{hospital.beds.get(severity, 0)}"
                    for severity in Severity
                ),
                phrases.of(Duration(max(trip.arrives_s for trip in here))),
            )
    return table
