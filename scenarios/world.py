"""A world: a district and the roads it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from graphs.road import RoadGraph
from models.codec import write_json
from models.crs import LngLat
from models.errors import InputError, require
from models.force import Team
from models.place import Shelter, Town
from models.supply import Depot, Item, Lot
from models.world import District, Site
from scenarios.areas import TownAreas


@dataclass(frozen=True, eq=False)
class World:
    """A district with its roads; two worlds with one digest are the same.

    Parameters
    ----------
    district
        Towns, force, depots, items, shelters, hazards, doctrine.
    roads
        The road graph the district was made on.

    Raises
    ------
    InputError
        The district was made on another road graph.
    """

    district: District
    roads: RoadGraph

    def __post_init__(self) -> None:
        require(
            self.district.roads_digest == self.roads.digest,
            "district {id} was made on another road graph ({found}, not {known}); build the world again",
            id=self.district.id,
            found=self.district.roads_digest[:12] or "none",
            known=self.roads.digest[:12],
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, World) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the district's JSON and the roads' digest."""
        state = sha256(write_json(self.district, indent=None).encode())
        state.update(self.roads.digest.encode())
        return state.hexdigest()

    @cached_property
    def towns(self) -> dict[str, Town]:
        """Towns by code."""
        return {town.code: town for town in self.district.towns}

    @cached_property
    def teams(self) -> dict[str, Team]:
        """Teams by id."""
        return {team.id: team for team in self.district.teams}

    @cached_property
    def depots(self) -> dict[str, Depot]:
        """Depots by id."""
        return {depot.id: depot for depot in self.district.depots}

    @cached_property
    def items(self) -> dict[str, Item]:
        """Items by id."""
        return {item.id: item for item in self.district.items}

    @cached_property
    def shelters(self) -> dict[str, Shelter]:
        """Shelters by id."""
        return {shelter.id: shelter for shelter in self.district.shelters}

    @cached_property
    def lots(self) -> dict[str, tuple[Depot, Lot]]:
        """Lots by id, each with its depot."""
        return {lot.id: (depot, lot) for depot in self.district.depots for lot in depot.lots}

    @cached_property
    def landings(self) -> tuple[Site, ...]:
        """Where a helicopter may land."""
        return self.sites("landing")

    @cached_property
    def launches(self) -> tuple[Site, ...]:
        """Where a boat may be put into the water."""
        return self.sites("launch")

    def sites(self, kind: str) -> tuple[Site, ...]:
        """Sites of one kind."""
        return tuple(site for site in self.district.sites if site.kind == kind)

    def team(self, ident: str) -> Team:
        """Team of this id.

        Raises
        ------
        InputError
            There is none.
        """
        try:
            return self.teams[ident]
        except KeyError:
            raise InputError("no team {id!r} in this world", id=ident) from None

    def depot(self, ident: str) -> Depot:
        """Depot of this id.

        Raises
        ------
        InputError
            There is none.
        """
        try:
            return self.depots[ident]
        except KeyError:
            raise InputError("no depot {id!r} in this world", id=ident) from None

    @cached_property
    def areas(self) -> TownAreas:
        """Areas of the towns.

        Raises
        ------
        InputError
            The district has no towns, or two at one point.
        """
        return TownAreas(self.district.towns)

    def towns_of(self, points: Sequence[LngLat]) -> list[str]:
        """Code of the town that each place lies in, or the nearest; "" where the district has no towns."""
        return self.areas.towns_of(points) if self.district.towns else [""] * len(points)
