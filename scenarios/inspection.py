"""Look through a world for what would spoil a plan: places off the road, old stock, abilities nobody has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from graphs.profiles import arc_times, profiles
from graphs.snap import Snapper, usable_nodes
from models.crs import LngLat
from models.doctrine import Response
from models.supply import Condition, Tier
from scenarios.world import World

FAR_M: Final = 500.0
"""A team or depot farther than this from a road its vehicle can use is worth a look (estimate)."""

_VISITOR: Final = "light_rescue"

LOST_M: Final = 2000.0
"""Farther than this it takes no part in any plan."""


class Weight(StrEnum):
    """How much a finding matters: an `error` keeps something out of every plan, a `warning` may."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found; `template` is looked up for translation and filled with `params`."""

    weight: Weight
    where: str
    template: str
    params: dict[str, object]

    @property
    def sentence(self) -> str:
        """The English sentence."""
        return self.template.format(**self.params)

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}" if self.where else self.sentence


def check(world: World, *, day: date | None = None) -> list[Finding]:
    """Look a world through.

    Parameters
    ----------
    world
        The world.
    day
        Date on which stock is judged; None leaves expiry out.

    Returns
    -------
    list of Finding
        Errors first, then warnings, then notes; empty where all is well.
    """
    found = [
        *_vehicles(world),
        *_off_the_road(world),
        *_towns(world),
        *_abilities(world),
        *_stock(world, day),
        *_supplies(world),
    ]
    return sorted(found, key=lambda finding: list(Weight).index(finding.weight))


def _finding(weight: Weight, where: str, template: str, /, **params: object) -> Finding:
    return Finding(weight, where, template, params)


def _vehicles(world: World) -> Iterator[Finding]:
    """Find profiles that no table of profiles knows."""
    known = profiles()
    for team in world.district.teams:
        if team.profile not in known:
            yield _finding(
                Weight.ERROR,
                f"team {team.id}",
                "there is no vehicle profile {profile!r}; there are {known}",
                profile=team.profile,
                known=", ".join(known),
            )
    for depot in world.district.depots:
        for truck in depot.trucks:
            if truck.profile not in known:
                yield _finding(
                    Weight.ERROR,
                    f"depot {depot.id}: truck {truck.id}",
                    "there is no vehicle profile {profile!r}; there are {known}",
                    profile=truck.profile,
                    known=", ".join(known),
                )


def _off_the_road(world: World) -> Iterator[Finding]:
    """Find teams, depots and ambulances whose vehicles do not reach the road network, and places none reaches."""
    known = profiles()
    standing: dict[str, list[tuple[str, LngLat]]] = {}
    for team in world.district.teams:
        if team.profile in known and not known[team.profile].flies:
            begins = [entry.position for entry in team.entries] or [team.stands_at]
            standing.setdefault(team.profile, []).extend((f"team {team.id}", at.wgs84) for at in begins)
    for depot in world.district.depots:
        # A depot without a truck is still to be reached, by those who come to fetch.
        for name in sorted({truck.profile for truck in depot.trucks} & known.keys()) or [_VISITOR]:
            if not known[name].flies:
                standing.setdefault(name, []).append((f"depot {depot.id}", depot.position.wgs84))
    for ambulance in world.district.ambulances:
        if ambulance.profile in known and not known[ambulance.profile].flies:
            standing.setdefault(ambulance.profile, []).append(
                (f"ambulance {ambulance.id}", ambulance.position.wgs84)
            )
    for what, stands in (("shelter", world.district.shelters), ("hospital", world.district.hospitals)):
        visited = [(f"{what} {each.id}", each.position.wgs84) for each in stands]
        standing.setdefault(_VISITOR, []).extend(visited)
    for name, places in standing.items():
        nodes = usable_nodes(world.roads, arc_times(world.roads, known[name]))
        _, gaps = Snapper(world.roads, nodes).snap([place for _, place in places])
        for (where, _), gap in zip(places, gaps.tolist(), strict=True):
            if gap > LOST_M:
                yield _finding(
                    Weight.ERROR,
                    where,
                    "no road within {limit} m that a {profile} can use; it cannot be reached or sent",
                    limit=round(LOST_M),
                    profile=name,
                )
            elif gap > FAR_M:
                yield _finding(
                    Weight.WARNING,
                    where,
                    "{gap} m from the nearest road that a {profile} can use; is its position right?",
                    gap=round(gap),
                    profile=name,
                )


def _towns(world: World) -> Iterator[Finding]:
    """Find towns that nobody serves."""
    stationed = {team.town for team in world.district.teams}
    stocked = {depot.town for depot in world.district.depots}
    for town in world.district.towns:
        if town.code not in stationed:
            yield _finding(Weight.WARNING, f"town {town.code}", "no team is stationed here")
        if town.code not in stocked:
            yield _finding(Weight.NOTE, f"town {town.code}", "no depot stands here")


def _abilities(world: World) -> Iterator[Finding]:
    """Find capabilities that the doctrine needs and no team has, alone or with the item it must carry."""
    teams = world.district.teams
    told: set[tuple[str, str]] = set()
    for key, response in _responses(world):
        for need in response.force:
            able = [team for team in teams if need.capability in team.strengths]
            item = need.requires_item or ""
            if (need.capability, item) in told:
                continue
            if not able:
                told.add((need.capability, item))
                yield _finding(
                    Weight.WARNING,
                    f"doctrine {key}",
                    "no team has the capability {capability}",
                    capability=need.capability,
                )
            elif item and not any(team.equipment.get(item) for team in able):
                told.add((need.capability, item))
                yield _finding(
                    Weight.WARNING,
                    f"doctrine {key}",
                    "no team with the capability {capability} carries {item}",
                    capability=need.capability,
                    item=item,
                )


def _stock(world: World, day: date | None) -> Iterator[Finding]:
    """Find lots that will not be issued, and depots that can issue nothing."""
    depots = world.district.depots
    expired = [lot.id for depot in depots for lot in depot.lots if day and lot.expires and lot.expires < day]
    spoiled = [lot.id for depot in depots for lot in depot.lots if lot.condition is not Condition.GOOD]
    if expired:
        yield _finding(
            Weight.WARNING,
            "stock",
            "{n} lots are past their expiry on {day} and are not issued: {lots}",
            n=len(expired),
            day=day,
            lots=_some(expired),
        )
    if spoiled:
        yield _finding(
            Weight.NOTE,
            "stock",
            "{n} lots are damaged or held back and are not issued: {lots}",
            n=len(spoiled),
            lots=_some(spoiled),
        )
    for depot in depots:
        if not depot.lots:
            yield _finding(Weight.WARNING, f"depot {depot.id}", "it holds no stock")
        if not depot.trucks and depot.tier is not Tier.VILLAGE:
            yield _finding(Weight.WARNING, f"depot {depot.id}", "it has no truck to deliver with")


def _supplies(world: World) -> Iterator[Finding]:
    """Find items that the doctrine needs and no depot holds in good condition."""
    held = {
        lot.item
        for depot in world.district.depots
        for lot in depot.lots
        if lot.quantity and lot.condition is Condition.GOOD
    }
    told: set[str] = set()
    for key, response in _responses(world):
        for rule in response.supplies:
            if rule.item in told or rule.item in held or held & world.items[rule.item].substitutes.keys():
                continue
            told.add(rule.item)
            yield _finding(
                Weight.WARNING,
                f"doctrine {key}",
                "no depot holds {item}, nor anything that replaces it",
                item=rule.item,
            )


def _responses(world: World) -> Iterator[tuple[str, Response]]:
    for key, kind in world.district.doctrine.incidents.items():
        for level, response in kind.responses.items():
            yield f"{key} {level.value}", response


def _some(names: Sequence[str], limit: int = 3) -> str:
    return ", ".join(names[:limit]) + (", …" if len(names) > limit else "")
