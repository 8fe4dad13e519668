"""What the depots of a district have and what takes it away, as arrays: made once, asked by every question."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.problem import Index, Ints
from dispatch.tables.starts import Starts, group
from models.supply import Condition, Truck
from models.world import District

_NEVER_EXPIRES: Final = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Lots:
    """Good lots of one item, int64[k] each: depot, quantity, last day of use.

    What a depot keeps back stands among them as a lot of less than nothing that never expires.
    """

    depot: Index
    quantity: Index
    last: Index


@dataclass(frozen=True, slots=True)
class Fleet:
    """All trucks that are available, with the index of their depot.

    `depot` int64[k]; `prepare_s` int32[k]: seconds to release the goods and load each; `starts`: where they stand.
    """

    trucks: tuple[tuple[int, Truck], ...]
    depot: Index
    prepare_s: Ints
    starts: tuple[Starts, ...]


class Stock:
    """Lots and trucks of the depots.

    Parameters
    ----------
    district
        Depots and items.
    """

    def __init__(self, district: District) -> None:
        self.district = district

    @cached_property
    def _lots(self) -> Mapping[str, Lots]:
        """Good lots by item, and what is kept back of them."""
        rows: dict[str, list[tuple[int, int, int]]] = {item.id: [] for item in self.district.items}
        for d, depot in enumerate(self.district.depots):
            for lot in depot.lots:
                if lot.condition is Condition.GOOD:
                    last = _NEVER_EXPIRES if lot.expires is None else lot.expires.toordinal()
                    rows[lot.item].append((d, lot.quantity, last))
            for item, floor in depot.reserve.items():
                rows[item].append((d, -floor, _NEVER_EXPIRES))
        return {
            item: Lots(*np.array(mine, dtype=np.int64).reshape(-1, 3).T.copy()) for item, mine in rows.items()
        }

    def issuable(self, item: str, use_by: date) -> NDArray[np.int64]:
        """Units of an item each depot may issue, int64[depots]: usable lots less the reserve floor, never below 0."""
        lots = self._lots[item]
        mine = lots.last >= use_by.toordinal()
        left = np.bincount(lots.depot[mine], weights=lots.quantity[mine], minlength=len(self.district.depots))
        return np.maximum(left, 0).astype(np.int64)

    @cached_property
    def fleet(self) -> Fleet:
        """The trucks there are."""
        depots = self.district.depots
        trucks = tuple(
            (d, truck) for d, depot in enumerate(depots) for truck in depot.trucks if truck.available
        )
        return Fleet(
            trucks=trucks,
            depot=np.array([d for d, _ in trucks], dtype=np.int64),
            prepare_s=np.array(
                [
                    depots[d].release_s + ceil(60 * truck.payload_kg / depots[d].loading_kg_per_min)
                    for d, truck in trucks
                ],
                dtype=np.int32,
            ),
            starts=group(
                [(v, truck.profile, depots[d].position.wgs84) for v, (d, truck) in enumerate(trucks)]
            ),
        )

    def leaving(self, items: Collection[str], local: datetime) -> Index:
        """Trucks of `fleet` whose depot is open and has a lot of one of these items, good or not, int64[k]."""
        issues = np.zeros(len(self.district.depots), dtype=bool)
        for item in items:
            issues[self._holders[item]] = True
        for d in self._with_hours:
            issues[d] &= self.district.depots[d].open_at(local)
        return np.flatnonzero(issues[self.fleet.depot])

    @cached_property
    def _holders(self) -> Mapping[str, Index]:
        """Depots that have a lot of an item, good or not, int64[k], by item."""
        rows: dict[str, list[int]] = {item.id: [] for item in self.district.items}
        for d, depot in enumerate(self.district.depots):
            for item in {lot.item for lot in depot.lots}:
                rows[item].append(d)
        return {item: np.array(mine, dtype=np.int64) for item, mine in rows.items()}

    @cached_property
    def _with_hours(self) -> tuple[int, ...]:
        """Depots that are not open round the clock."""
        return tuple(d for d, depot in enumerate(self.district.depots) if depot.hours)

    @cached_property
    def tier_rank(self) -> Ints:
        """0 for the village, 1 for the town, 2 for the district, int32[depots]."""
        rank = np.array([depot.tier.rank for depot in self.district.depots], dtype=np.int32)
        rank.flags.writeable = False  # every problem shows it
        return rank
