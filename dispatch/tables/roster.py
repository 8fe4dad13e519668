"""A district as arrays: what never changes from question to question, made once.

Rows of teams, columns of capabilities, and the risk surface; what depots have is in `dispatch.tables.stock`.
`dispatch.tables.force`, `dispatch.tables.supplies` and `dispatch.tables.cover` join them with a request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.problem import Index, Ints
from dispatch.tables.starts import Starts, group
from dispatch.tables.stock import Stock
from models.crs import LngLat
from models.doctrine import Reserve, Scope
from models.force import FREE_STATUSES, Echelon, Shift, Team, TeamStatus
from models.incident import ResponseLevel
from models.place import Colour
from models.world import District

ECHELONS: Final = tuple(Echelon)
COLOURS: Final = tuple(Colour)
"""Red first."""


@dataclass(frozen=True, slots=True)
class Risk:
    """The risk surface: `colour` int8[cells] in `COLOURS`, `town` code and place float64[cells, 2] of each cell.

    `weight` int64[cells, colours]: people at risk times the weight of each colour; no row where the doctrine has no
    cover.
    """

    colour: NDArray[np.int8]
    towns: tuple[str, ...]
    places: NDArray[np.float64]
    weight: Index


class Roster:
    """The arrays of a district.

    Parameters
    ----------
    district
        Teams, depots, items, towns, doctrine.
    """

    def __init__(self, district: District) -> None:
        self.district = district
        self.capability = {key: k for k, key in enumerate(district.doctrine.capabilities)}
        self.town = {town.code: k for k, town in enumerate(district.towns)}
        self.row = {team.id: t for t, team in enumerate(district.teams)}
        self.item = {item.id: k for k, item in enumerate(district.items)}
        self.stock = Stock(district)

    @cached_property
    def who(self) -> tuple[str, ...]:
        """What an error calls each team."""
        return tuple(f"team {team.id}" for team in self.district.teams)

    @cached_property
    def strengths(self) -> Ints:
        """Units that count, int32[teams, capabilities]: those of teams that may not turn out as the doctrine says."""
        out = np.zeros((len(self.district.teams), len(self.capability)), dtype=np.int32)
        for t, team in enumerate(self.district.teams):
            for key, units in team.strengths.items():
                out[t, self.capability[key]] = counted(self.district, team, units)
        return out

    @cached_property
    def echelon(self) -> NDArray[np.int64]:
        """Place of each team's echelon in `ECHELONS`, int64[teams]."""
        place = {each: k for k, each in enumerate(ECHELONS)}
        return np.array([place[team.echelon] for team in self.district.teams], dtype=np.int64)

    @cached_property
    def home_town(self) -> NDArray[np.int64]:
        """Town of each team, int64[teams], -1 where it has none."""
        return np.array([self.town.get(team.town, -1) for team in self.district.teams], dtype=np.int64)

    @cached_property
    def area(self) -> NDArray[np.bool_]:
        """Towns each team may be sent to, bool[teams, towns + 1]; the last column is no town at all."""
        out = np.zeros((len(self.district.teams), len(self.town) + 1), dtype=bool)
        for t, team in enumerate(self.district.teams):
            if not team.area:
                out[t] = True
            out[t, [self.town[code] for code in team.area]] = True
        return out

    @cached_property
    def called(self) -> Mapping[ResponseLevel, NDArray[np.bool_]]:
        """Whether the echelon of each team is called at a response level, bool[teams]."""
        levels = self.district.doctrine.levels
        return {
            level: np.isin(self.echelon, [ECHELONS.index(each) for each in levels[level].echelons])
            for level in ResponseLevel
        }

    @cached_property
    def steps(self) -> Mapping[ResponseLevel, NDArray[np.int64]]:
        """Place of each team's echelon in the order of a response level, int64[teams]; beyond its end if not in it."""
        found = {}
        for level in ResponseLevel:
            order = self.district.doctrine.levels[level].echelons
            rank = [order.index(each) if each in order else len(order) for each in ECHELONS]
            found[level] = np.array(rank, dtype=np.int64)[self.echelon]
        return found

    @cached_property
    def reserves(self) -> tuple[tuple[Reserve, tuple[tuple[int | None, Index], ...]], ...]:
        """Reserve rules of the doctrine, each with the teams it counts: by town, or all together (None)."""
        found: list[tuple[Reserve, tuple[tuple[int | None, Index], ...]]] = []
        for rule in self.district.doctrine.reserves:
            mine = np.isin(self.echelon, [ECHELONS.index(each) for each in rule.echelons])
            if rule.scope is Scope.TOWN:
                homes = range(len(self.town))
                by_town = ((home, np.flatnonzero(mine & (self.home_town == home))) for home in homes)
                found.append((rule, tuple(by_town)))
            else:
                found.append((rule, ((None, np.flatnonzero(mine)),)))
        return tuple(found)

    @cached_property
    def turnout_s(self) -> Ints:
        """Seconds from order to wheels rolling as the roster has the teams, int32[teams]: none for who returns."""
        return np.array(
            [0 if team.status is TeamStatus.RETURNING else team.turnout_s for team in self.district.teams],
            dtype=np.int32,
        )

    @cached_property
    def idle(self) -> NDArray[np.bool_]:
        """Who is free whenever a shift covers it, as the roster has the teams, bool[teams]."""
        return np.array(
            [team.status in FREE_STATUSES and team.free_from is None for team in self.district.teams],
            dtype=bool,
        )

    @cached_property
    def busy_until(self) -> Index:
        """Teams of which the roster says from when on they are free, int64[k]."""
        teams = self.district.teams
        return np.array([t for t, team in enumerate(teams) if team.free_from is not None], dtype=np.int64)

    @cached_property
    def _rotas(self) -> tuple[tuple[tuple[Shift, ...], Index], ...]:
        """The teams of each set of shifts there is, int64[k]; round the clock is in none."""
        rows: dict[tuple[Shift, ...], list[int]] = {}
        for t, team in enumerate(self.district.teams):
            if team.shifts:
                rows.setdefault(team.shifts, []).append(t)
        return tuple((shifts, np.array(mine, dtype=np.int64)) for shifts, mine in rows.items())

    def off_duty(self, local: datetime) -> Index:
        """Teams that no shift covers at a moment on the district's clock, int64[k]."""
        away = [mine for shifts, mine in self._rotas if not any(shift.covers(local) for shift in shifts)]
        return np.concatenate(away) if away else np.empty(0, dtype=np.int64)

    @cached_property
    def doubt(self) -> NDArray[np.int64]:
        """Price of approval and unreliability of each team, int64[teams]."""
        weights = self.district.doctrine.weights
        return np.array(
            [
                (weights.approval if team.approval else 0)
                + round(weights.unreliability * (1 - team.availability))
                for team in self.district.teams
            ],
            dtype=np.int64,
        )

    @cached_property
    def homes(self) -> tuple[Starts, ...]:
        """Where the teams of each vehicle stand as the roster says; teams that enter by border roads are not in it."""
        return group(
            [
                (t, team.profile, team.stands_at.wgs84)
                for t, team in enumerate(self.district.teams)
                if not team.entries
            ]
        )

    @cached_property
    def places_of(self) -> Mapping[str, tuple[tuple[LngLat, ...], tuple[LngLat, ...]]]:
        """Places of `homes` and of the trucks of the fleet, by vehicle."""
        teams = {each.profile: each.places for each in self.homes}
        trucks = {each.profile: each.places for each in self.stock.fleet.starts}
        return {profile: (teams.get(profile, ()), trucks.get(profile, ())) for profile in teams | trucks}

    @cached_property
    def places(self) -> tuple[LngLat, ...]:
        """Where each team stands as the roster says."""
        return tuple(team.stands_at.wgs84 for team in self.district.teams)

    @cached_property
    def borders(self) -> tuple[tuple[Starts, Index], ...]:
        """Border roads of the teams that come by them, and the lead of each in seconds, int64[k]."""
        rows = [
            (t, team.profile, entry.position.wgs84, entry.lead_s)
            for t, team in enumerate(self.district.teams)
            for entry in team.entries
        ]
        return tuple(
            (starts, np.array([lead for _, profile, _, lead in rows if profile == starts.profile]))
            for starts in group([row[:3] for row in rows])
        )

    @cached_property
    def enterprise_place(self) -> tuple[Index, NDArray[np.float64]]:
        """Rows of the enterprise teams, int64[k], and where their sites are, float64[k, 2] (lng, lat)."""
        rows = np.flatnonzero(self.echelon == ECHELONS.index(Echelon.ENTERPRISE))
        places = [self.district.teams[t].home.wgs84 for t in rows.tolist()]
        return rows, np.array(places, dtype=np.float64).reshape(-1, 2)

    @cached_property
    def _equipment(self) -> NDArray[np.bool_]:
        """Which teams have an item with them, bool[items, teams]."""
        out = np.zeros((len(self.item), len(self.district.teams)), dtype=bool)
        for t, team in enumerate(self.district.teams):
            for key, units in team.equipment.items():
                out[self.item[key], t] = units > 0
        return out

    def carries(self, item: str) -> NDArray[np.bool_]:
        """Which teams have an item with them, bool[teams]."""
        carries: NDArray[np.bool_] = self._equipment[self.item[item]]
        return carries

    @cached_property
    def risk(self) -> Risk:
        """The risk surface."""
        cells, cover = self.district.risk, self.district.doctrine.cover
        weights = [] if cover is None else [cover.weights[each] for each in COLOURS]
        return Risk(
            colour=np.array([COLOURS.index(cell.colour) for cell in cells], dtype=np.int8),
            towns=tuple(cell.town for cell in cells),
            places=np.array([cell.position.wgs84 for cell in cells], dtype=np.float64).reshape(-1, 2),
            weight=np.array(
                [[cell.population * weight for weight in weights] for cell in cells], dtype=np.int64
            ).reshape(len(cells), len(weights)),
        )


def counted(district: District, team: Team, units: int) -> int:
    """Units of strength of a team that count in a plan."""
    return district.doctrine.volunteers.strength(units, team.availability)
