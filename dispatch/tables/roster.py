"""A district as arrays: what never changes from question to question, made once.

Rows of teams, columns of capabilities and items, lots by depot. `dispatch.tables.force` and `dispatch.tables.supplies`
join them with a request.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.problem import Index, Ints
from models.crs import LngLat
from models.force import Echelon, Team
from models.supply import Condition
from models.world import District

ECHELONS: Final = tuple(Echelon)
_NEVER_EXPIRES: Final = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Starts:
    """Places that one kind of vehicle starts from, and the rows they belong to, int64[k]."""

    profile: str
    rows: Index
    places: tuple[LngLat, ...]


def group(rows: Sequence[tuple[int, str, LngLat]]) -> tuple[Starts, ...]:
    """Sort (row, profile, place) by profile."""
    return tuple(
        Starts(
            profile,
            np.array([row for row, each, _ in rows if each == profile], dtype=np.int64),
            tuple(place for _, each, place in rows if each == profile),
        )
        for profile in sorted({each for _, each, _ in rows})
    )


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

    def carries(self, item: str) -> NDArray[np.bool_]:
        """Which teams have an item with them, bool[teams]."""
        return np.array([team.equipment.get(item, 0) > 0 for team in self.district.teams], dtype=bool)

    @cached_property
    def _lots(self) -> tuple[Index, Index, Index, Index]:
        """Depot, item, quantity and last day of every good lot, int64[lots] each."""
        rows = [
            (
                d,
                self.item[lot.item],
                lot.quantity,
                _NEVER_EXPIRES if lot.expires is None else lot.expires.toordinal(),
            )
            for d, depot in enumerate(self.district.depots)
            for lot in depot.lots
            if lot.condition is Condition.GOOD
        ]
        depot, item, quantity, last = np.array(rows, dtype=np.int64).reshape(-1, 4).T
        return depot, item, quantity, last

    def issuable(self, item: str, use_by: date) -> NDArray[np.int64]:
        """Units of an item each depot may issue, int64[depots]: usable lots less the reserve floor, never below 0."""
        depot, kind, quantity, last = self._lots
        mine = np.flatnonzero((kind == self.item[item]) & (last >= use_by.toordinal()))
        usable = np.bincount(depot[mine], weights=quantity[mine], minlength=len(self.district.depots))
        left: NDArray[np.int64] = np.maximum(0, usable.astype(np.int64) - self._floor(item))
        return left

    def _floor(self, item: str) -> NDArray[np.int64]:
        return np.array([depot.reserve.get(item, 0) for depot in self.district.depots], dtype=np.int64)

    def holders(self, items: set[str]) -> list[int]:
        """Depots that have a lot of one of these items, good or not, in order."""
        return [
            d for d, depot in enumerate(self.district.depots) if any(lot.item in items for lot in depot.lots)
        ]


def counted(district: District, team: Team, units: int) -> int:
    """Units of strength of a team that count in a plan."""
    return district.doctrine.volunteers.strength(units, team.availability)
