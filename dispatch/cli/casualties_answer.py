"""What `dispatch casualties` finds, as values, documents and GeoJSON. Imported when it is asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from dispatch.casualty_plan import CasualtyQuestion, plan_casualties
from dispatch.cli.places import one_place, position
from dispatch.cli.roads import State, check_on_map, coordinates, feature, line
from models.casualty import CasualtyPlan, CasualtySite
from models.codec import read_toml, write_json
from models.crs import Crs
from models.errors import InputError, require
from models.medical import Severity, TriageRules
from models.place import Name, Position
from models.request import refuse_duplicates
from models.units import NEVER
from scenarios.catalogue import sample_triage
from scenarios.tables import Column, maybe, number, one_of, read_table, text, whole
from scenarios.world import World

_SITE: Final = re.compile(r"(.+)=(\d{1,6}),(\d{1,6}),(\d{1,6})(?:@(\d{1,6}(?:\.\d+)?))?")
_SITES: Final = (
    Column("id", text),
    Column("lng", number),
    Column("lat", number),
    Column("red", whole(0), "0"),
    Column("yellow", whole(0), "0"),
    Column("green", whole(0), "0"),
    Column("ready_minutes", number, "0"),
    Column("crs", maybe(one_of(Crs)), ""),
    Column("name", text, ""),
)
_MINUTE_S: Final = 60
Given = tuple[Sequence[str], Path | None, Crs]
"""Texts of `--site`, the file of `--sites`, the coordinate system of what declares none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCasualties:
    """The plan, and the places it is for."""

    plan: CasualtyPlan
    sites: tuple[CasualtySite, ...]

    @property
    def names(self) -> Mapping[str, Name]:
        """Names of the places that have one."""
        return {site.id: site.name for site in self.sites if site.name is not None}


def answer(state: State, given: Given, rules: Path | None, seed: int) -> FoundCasualties:
    """Read who is hurt where, ask the roads, and plan.

    Raises
    ------
    InputError
        An option that is no use, a place off the map, a file that is none, or a world without hospitals or ambulances.
    """
    district, travel = state.world.district, state.travel
    require(
        bool(district.hospitals) and bool(district.ambulances),
        "this world has no hospitals or no ambulances; add hospitals.csv and ambulances.csv to its rosters",
    )
    sites = read_sites(given, state.world)
    profiles = sorted({each.profile for each in district.ambulances})
    for site in sites:
        check_on_map(state, site.position.wgs84, profiles[0], site.id)
    here = [site.position.wgs84 for site in sites]
    wards = [hospital.position.wgs84 for hospital in district.hospitals]
    first = np.full((len(district.ambulances), len(sites)), NEVER, dtype=np.int32)
    for profile in profiles:
        rows = [k for k, each in enumerate(district.ambulances) if each.profile == profile]
        first[rows] = travel.table(profile, [district.ambulances[k].position.wgs84 for k in rows], here)
    plan = plan_casualties(
        CasualtyQuestion(
            world=district.id,
            sites=sites,
            hospitals=district.hospitals,
            ambulances=district.ambulances,
            rules=sample_triage() if rules is None else read_toml(TriageRules, rules),
            first=first,
            out={profile: travel.table(profile, here, wards) for profile in profiles},
            back={profile: travel.table(profile, wards, here) for profile in profiles},
            seed=seed,
        )
    )
    return FoundCasualties(plan=plan, sites=sites)


def read_sites(given: Given, world: World) -> tuple[CasualtySite, ...]:
    """Read all places of a command.

    Raises
    ------
    InputError
        One that is none, an id that stands twice, or no place at all.
    """
    texts, path, crs = given
    found = [_site(each, world, crs) for each in texts]
    if path is not None:
        found += _rows(path, crs)
    require(bool(found), "say where casualties are by --site or --sites")
    refuse_duplicates((site.id for site in found), "place")
    return tuple(found)


def _site(given: str, world: World, crs: Crs) -> CasualtySite:
    match = _SITE.fullmatch(given.strip())
    if match is None:
        raise InputError(
            "{text!r} is no place with casualties; write PLACE=RED,YELLOW,GREEN, for example 105.9,29.35=3,5,10@20",
            where="--site",
            text=given,
        )
    place, red, yellow, green, minutes = match.groups()
    known = one_place(place, world, crs, "--site")
    try:
        return CasualtySite(
            id=known.id,
            position=Position(lng=float(known.point.lng), lat=float(known.point.lat), crs=Crs.WGS84),
            casualties=_counts(int(red), int(yellow), int(green)),
            ready_in_s=round(float(minutes or 0) * _MINUTE_S),
            name=known.name,
        )
    except InputError as error:
        raise error.at("--site") from None


def _rows(path: Path, crs: Crs) -> list[CasualtySite]:
    found = []
    for row in read_table(path, _SITES, key="id"):
        at = position(f"{row['lng']},{row['lat']}", row["crs"] or crs, row.place)
        try:
            found.append(
                CasualtySite(
                    id=row["id"],
                    position=at,
                    casualties=_counts(row["red"], row["yellow"], row["green"]),
                    ready_in_s=round(row["ready_minutes"] * _MINUTE_S),
                    name=Name(zh=row["name"], en=row["name"]) if row["name"].strip() else None,
                )
            )
        except InputError as error:
            raise error.at(row.place) from None
    return found


def _counts(*numbers: int) -> dict[Severity, int]:
    return dict(zip(Severity, numbers, strict=True))


def document(found: FoundCasualties) -> dict[str, Any]:
    """Give the plan as plain values: `dispatch schema casualty-plan`."""
    made: dict[str, Any] = json.loads(write_json(found.plan))
    return made


def lines(found: FoundCasualties, state: State) -> dict[str, Any]:
    """Draw the way of each trip with casualties, from the place to the hospital."""
    where = {site.id: site.position.wgs84 for site in found.sites}
    district = state.world.district
    wards = {hospital.id: hospital.position.wgs84 for hospital in district.hospitals}
    profiles = {each.id: each.profile for each in district.ambulances}
    features = []
    for trip in found.plan.trips:
        way = state.travel.path(profiles[trip.ambulance], where[trip.site], wards[trip.hospital])
        points = [] if way is None else [coordinates(point) for point in way.points]
        values = {
            "ambulance": trip.ambulance,
            "trip": trip.number,
            "site": trip.site,
            "hospital": trip.hospital,
            "arrives_s": trip.arrives_s,
            **{severity.value: count for severity, count in trip.casualties.items()},
        }
        features.append(feature(line(points), values))
    return {"type": "FeatureCollection", "features": features}
