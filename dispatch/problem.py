"""One immutable problem in whole numbers. Past this point the road is out of sight.

`dispatch.tables.build` joins a district, a request and the travel times into these tables; the solvers, the check and
the explanation read nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.crs import LngLat
from models.doctrine import Doctrine
from models.force import Team
from models.incident import ForceNeed, Incident, Stake, SupplyNeed
from models.place import Name
from models.request import Request
from models.supply import Depot, Truck
from models.world import District

Ints = NDArray[np.int32]
Index = NDArray[np.int64]


class TravelTable(Protocol):
    """What the problem asks of a router: a table of deciseconds, `NEVER` where there is no way."""

    def table(self, profile_id: str, origins: Sequence[LngLat], destinations: Sequence[LngLat]) -> Ints:
        """Deciseconds int32[len(origins), len(destinations)]."""
        ...


class Bar(IntEnum):
    """Why a team may not go to an incident."""

    NONE = 0
    UNAVAILABLE = 1
    """Busy, off duty or out of service."""
    ECHELON = 2
    """Its echelon is not called at this response level."""
    AREA = 3
    """The incident lies outside its response area."""
    FORBIDDEN = 4
    """The operator forbade it."""
    UNREACHABLE = 5
    """No way from where it stands to the incident."""
    NEEDLESS = 6
    """Others can always go in its stead; only while teams are chosen."""


@dataclass(frozen=True, slots=True)
class ForceDemand:
    """One force need of one incident, with its priority."""

    incident: int
    need: ForceNeed
    weight: int


@dataclass(frozen=True, slots=True)
class SupplyDemand:
    """One supply need of one incident, with its priority."""

    incident: int
    need: SupplyNeed
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """A reserve rule at work: of these teams, at most `most` may go to these incidents (indices, int64)."""

    name: Name
    teams: Index
    incidents: Index
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceSide:
    """Teams against incidents.

    Attributes
    ----------
    demands
        All force needs of all incidents.
    starts
        Where each team comes from: its place, or the border road it comes by.
    wait_s, turnout_s : int32[teams]
        Seconds until the team is free (or has crossed the border), and from order to wheels rolling.
    travel_s, arrive_s : int32[teams, incidents]
        Driving seconds, and seconds from `now` to arrival; `NEVER` where `bar` says why.
    bar : int8[teams, incidents]
        `Bar` codes.
    units : int32[teams, demands]
        Units of strength the team has for the demand.
    lacks : bool[teams, demands]
        The units count only with an item that a depot must send.
    counts : int32[teams, demands]
        Units that count; 0 where the item they lack comes from nowhere.
    ready_s : int32[teams, demands]
        Seconds from `now` until they count: arrival, or that of the item where the team waits for it.
    price : int32[teams, incidents]
        Price of level 4: order of the echelons, approval, unreliability.
    locked : int32[teams]
        Incident the operator locked the team to or on whose scene it is, or -1.
    engaged : int32[teams]
        Incident the team is at or on its way to in the plan in force, or -1.
    diversion : int64[teams]
        Price on level 3 of turning the team to another incident than `engaged`.
    keeps
        Reserve rules at work.
    cover_loss : int64[teams]
        Expected cover that is lost when this team alone leaves (level 5), in weighted people.
    """

    demands: tuple[ForceDemand, ...]
    starts: tuple[LngLat, ...]
    wait_s: Ints
    turnout_s: Ints
    travel_s: Ints
    arrive_s: Ints
    bar: NDArray[np.int8]
    units: Ints
    lacks: NDArray[np.bool_]
    counts: Ints
    ready_s: Ints
    price: Ints
    locked: Ints
    engaged: Ints
    diversion: NDArray[np.int64]
    keeps: tuple[Keep, ...]
    cover_loss: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplySide:
    """Trucks of depots against incidents.

    Attributes
    ----------
    demands
        All supply needs of all incidents.
    trucks
        Every truck that can leave now, with the index of its depot.
    prepare_s : int32[trucks]
        Release of the goods and loading of a full truck.
    travel_s, arrive_s : int32[trucks, incidents]
        Driving seconds, and seconds from `now` to arrival; `NEVER` where there is no way.
    issuable : int32[depots, demands]
        Units of the demand's item the depot may issue: good, not expiring before use, above the reserve floor.
    tier_rank : int32[depots]
        0 for the village, 1 for the town, 2 for the district.
    use_by
        Lots must be usable up to and including this day.
    """

    demands: tuple[SupplyDemand, ...]
    trucks: tuple[tuple[int, Truck], ...]
    prepare_s: Ints
    travel_s: Ints
    arrive_s: Ints
    issuable: Ints
    tier_rank: Ints
    use_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverSide:
    """Free teams against the cells of the risk surface.

    `reach_s` int32[teams, cells]: seconds from order to arrival of a free team at home, `NEVER` for all others.
    `weight` int64[cells]: people at risk times the weight of the colour. `colour` int8[cells]: place in `Colour`.
    """

    reach_s: Ints
    weight: Index
    colour: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything a plan depends on.

    `teams` are the district's with the request's reports applied, in the order of all tables; `towns` are the codes
    of the incidents' towns; `call_s` int32[incidents] is what is left of call processing.
    """

    request: Request
    district: District
    teams: tuple[Team, ...]
    inputs_digest: str
    towns: tuple[str, ...]
    call_s: Ints
    force: ForceSide
    supply: SupplySide
    cover: CoverSide | None = None

    @property
    def doctrine(self) -> Doctrine:
        """The doctrine in force."""
        return self.district.doctrine

    @property
    def depots(self) -> tuple[Depot, ...]:
        """Depots, in the order of all tables."""
        return self.district.depots

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """Incidents, in the order of all tables."""
        return self.request.incidents


def issuable(depot: Depot, item: str, use_by: date) -> int:
    """Units of an item a depot may issue: usable lots less the reserve floor, never below 0."""
    usable = sum(lot.quantity for lot in depot.lots if lot.item == item and lot.usable_on(use_by))
    return max(0, usable - depot.reserve.get(item, 0))


def first_weight(doctrine: Doctrine, incident: Incident) -> int:
    """Priority of the first arrival at an incident: that of a need with life at stake."""
    return doctrine.weight(incident, Stake.LIFE)
