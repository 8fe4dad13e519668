"""Depots, vehicles, drops and items in whole numbers: checked once, never changed.

Times are seconds from the start of the plan, masses grams, volumes cubic centimetres, so that sums are exact. A road
that a vehicle may not use (a weak bridge, a cut road) is not in its table: `NEVER` stands where that leaves no way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.errors import InputError, require
from models.units import LONGEST_S, MOST, NEVER

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

Whole = TypeVar("Whole", np.int32, np.int64)

_CUBE: Final = 3
HEAVIEST_G: Final = 1_000_000_000_000
"""The largest mass or volume of one thing that is taken for meant: a million tonnes, in grams."""


class Aim(StrEnum):
    """What counts once all is delivered that can be, as little late as possible."""

    ARRIVAL = "arrival"
    """Early arrivals, weighted; then cost: what relief wants."""
    COST = "cost"
    """Cost; then arrivals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A kind of supply: mass and volume of one unit."""

    id: str
    grams: int
    cm3: int

    def __post_init__(self) -> None:
        _whole(self.grams, "grams", f"item {self.id}", least=1)
        _whole(self.cm3, "cm3", f"item {self.id}", least=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A depot: where it lies, when it is open, how fast it loads.

    Loading of a trip ends by `closes_s`. Each dock loads one vehicle at a time: `prepare_s`, then `grams_per_s`.
    """

    id: str
    place: int
    grams_per_s: int
    docks: int = 1
    prepare_s: int = 0
    opens_s: int = 0
    closes_s: int = LONGEST_S

    def __post_init__(self) -> None:
        where = f"depot {self.id}"
        _whole(self.place, "place", where, least=0, most=MOST)
        _whole(self.grams_per_s, "grams_per_s", where, least=1)
        _whole(self.docks, "docks", where, least=1, most=1000)
        for name in ("prepare_s", "opens_s", "closes_s"):
            _whole(getattr(self, name), name, where, least=0, most=LONGEST_S)
        _window(self.opens_s, self.closes_s, where)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """A vehicle: it loads at its depot, delivers and comes back.

    `driving_most_s` and `duty_most_s` are what its crew may drive and be on duty before it rests `rest_s` at the
    depot; duty runs from the start of loading until it is back. `driving_cost` and `duty_cost` are per second,
    `fixed_cost` once where it is used at all. `table` is the travel table it moves by.
    """

    id: str
    depot: int
    grams: int
    cm3: int
    table: int = 0
    free_s: int = 0
    driving_most_s: int = LONGEST_S
    duty_most_s: int = LONGEST_S
    rest_s: int = 0
    trips_most: int = 1000
    fixed_cost: int = 0
    driving_cost: int = 1
    duty_cost: int = 0

    def __post_init__(self) -> None:
        where = f"vehicle {self.id}"
        for name in ("depot", "table"):
            _whole(getattr(self, name), name, where, least=0, most=MOST)
        _whole(self.grams, "grams", where, least=1)
        _whole(self.cm3, "cm3", where, least=0)
        for name in ("free_s", "rest_s"):
            _whole(getattr(self, name), name, where, least=0, most=LONGEST_S)
        for name in ("driving_most_s", "duty_most_s"):
            _whole(getattr(self, name), name, where, least=1, most=LONGEST_S)
        _whole(self.trips_most, "trips_most", where, least=1, most=1000)
        for name in ("fixed_cost", "driving_cost", "duty_cost"):
            _whole(getattr(self, name), name, where, least=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A place that is to get something: units of each item in the order of the problem's items.

    Unloading starts no earlier than `opens_s` and no later than `closes_s`; after `due_s` it is late. A vehicle
    spends `stop_s` at the place, and a second for `grams_per_s`. `whole`: all of it comes on one vehicle at once.
    """

    id: str
    place: int
    units: tuple[int, ...]
    weight: int = 1
    opens_s: int = 0
    due_s: int = LONGEST_S
    closes_s: int = LONGEST_S
    stop_s: int = 0
    grams_per_s: int = HEAVIEST_G
    whole: bool = False

    def __post_init__(self) -> None:
        where = f"drop {self.id}"
        _whole(self.place, "place", where, least=0, most=MOST)
        for units in self.units:
            _whole(units, "units", where, least=0, most=MOST)
        _whole(self.weight, "weight", where, least=1, most=1_000_000)
        for name in ("opens_s", "due_s", "closes_s", "stop_s"):
            _whole(getattr(self, name), name, where, least=0, most=LONGEST_S)
        _whole(self.grams_per_s, "grams_per_s", where, least=1)
        _window(self.opens_s, self.closes_s, where)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TourProblem:
    """What is to be carried where, from what, by whom.

    Attributes
    ----------
    tables : int32[tables, places, places]
        Seconds from place to place for each kind of vehicle; 0 on the diagonal; `NEVER` where it has no way.
    stock : int64[depots, items]
        Units each depot may issue, above its reserve floor.
    allotted : int64[depots, drops, items] or None
        What each depot sends to each drop, where that has been decided; None: `dispatch.tours.allot` decides.
    ways : int32[vehicles, drops]
        Seconds from the depot of a vehicle to a drop; `NEVER` where it cannot get there and back. Made here.
    kinds
        One vehicle of each kind: those that differ in depot, table, room or when they are free. Made here.
    """

    items: tuple[Goods, ...]
    depots: tuple[Source, ...]
    vehicles: tuple[Carrier, ...]
    drops: tuple[Drop, ...]
    tables: Ints
    stock: Longs
    allotted: Longs | None = None
    aim: Aim = Aim.ARRIVAL
    ways: Ints = field(init=False, repr=False)
    kinds: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for what, things in (
            ("item", self.items),
            ("depot", self.depots),
            ("vehicle", self.vehicles),
            ("drop", self.drops),
        ):
            _once(what, (each.id for each in things))
        self._check_tables()
        self._check_places()
        self._check_amounts()
        object.__setattr__(self, "ways", self._ways())
        kinds = {(v.depot, v.table, v.grams, v.cm3, v.free_s): n for n, v in enumerate(self.vehicles)}
        object.__setattr__(self, "kinds", tuple(sorted(kinds.values())))

    def _ways(self) -> Ints:
        homes = np.array([self.depots[each.depot].place for each in self.vehicles], dtype=np.int64)
        kinds = np.array([each.table for each in self.vehicles], dtype=np.int64)
        places = np.array([each.place for each in self.drops], dtype=np.int64)
        out = self.tables[kinds[:, None], homes[:, None], places[None]]
        back = self.tables[kinds[:, None], places[None], homes[:, None]]
        return frozen(np.where(back < NEVER, out, NEVER), np.int32)

    def _check_tables(self) -> None:
        shape = self.tables.shape
        require(
            len(shape) == _CUBE and shape[1] == shape[2],
            "the table has shape {found}; tables by places by places would be right",
            where="tables",
            found=shape,
        )
        require(
            not self.tables.size or (self.tables.min() >= 0 and self.tables.max() <= NEVER),
            "times run from {least} to {most}; 0 to {never} (no way) would be right",
            where="tables",
            least=self.tables.min(initial=0),
            most=self.tables.max(initial=0),
            never=NEVER,
        )
        stays = np.argwhere(np.diagonal(self.tables, axis1=1, axis2=2) != 0)
        require(
            not len(stays),
            "table {table}: place {place} is not 0 seconds from itself",
            where="tables",
            table=int(stays[0][0]) if len(stays) else 0,
            place=int(stays[0][1]) if len(stays) else 0,
        )

    def _check_places(self) -> None:
        tables, places = self.tables.shape[:2]
        for what, things in (("depot", self.depots), ("drop", self.drops)):
            for each in things:
                require(
                    each.place < places,
                    "{what} {id}: place {n} is not in the table, which has {most}",
                    what=what,
                    id=each.id,
                    n=each.place,
                    most=places,
                )
        for own in self.vehicles:
            for name, number, most in (("depot", own.depot, len(self.depots)), ("table", own.table, tables)):
                require(
                    number < most,
                    "vehicle {id}: {name} is {n}; there are {most}",
                    id=own.id,
                    name=name,
                    n=number,
                    most=most,
                )

    def _check_amounts(self) -> None:
        items, drops, depots = len(self.items), len(self.drops), len(self.depots)
        for each in self.drops:
            require(
                len(each.units) == items,
                "drop {id}: {n} amounts are given for {most} items",
                id=each.id,
                n=len(each.units),
                most=items,
            )
        _shape("stock", self.stock, (depots, items))
        if self.allotted is None:
            return
        _shape("allotted", self.allotted, (depots, drops, items))
        for d, i in np.argwhere(self.allotted.sum(axis=1) > self.stock):
            raise InputError(
                "depot {id}: {n} units of {item} are allotted; {most} may be issued",
                id=self.depots[d].id,
                n=int(self.allotted[d, :, i].sum()),
                item=self.items[i].id,
                most=int(self.stock[d, i]),
            )
        for j, i in np.argwhere(self.allotted.sum(axis=0) > self.needs):
            raise InputError(
                "drop {id}: {n} units of {item} are allotted; {most} are needed",
                id=self.drops[j].id,
                n=int(self.allotted[:, j, i].sum()),
                item=self.items[i].id,
                most=int(self.needs[j, i]),
            )

    @property
    def needs(self) -> Longs:
        """Units needed, int64[drops, items]."""
        return np.array([each.units for each in self.drops], dtype=np.int64).reshape(
            len(self.drops), len(self.items)
        )

    @property
    def masses(self) -> Longs:
        """Grams and cubic centimetres of a unit, int64[items, 2]."""
        return np.array([(each.grams, each.cm3) for each in self.items], dtype=np.int64).reshape(-1, 2)


def frozen(values: ArrayLike, dtype: type[Whole]) -> NDArray[Whole]:
    """Copy into a contiguous array that cannot be written."""
    table: NDArray[Whole] = np.array(values, dtype=dtype, order="C")
    table.flags.writeable = False
    return table


def _whole(value: int, name: str, where: str, *, least: int, most: int = HEAVIEST_G) -> None:
    require(
        least <= value <= most,
        "{name} is {n}; {least} to {most} would be right",
        where=where,
        name=name,
        n=value,
        least=least,
        most=most,
    )


def _window(opens: int, closes: int, where: str) -> None:
    require(
        opens <= closes,
        "opens_s is {opens}, after closes_s {closes}",
        where=where,
        opens=opens,
        closes=closes,
    )


def _shape(name: str, table: Longs, shape: tuple[int, ...]) -> None:
    require(
        table.shape == shape,
        "the table has shape {found}; {shape} would be right",
        where=name,
        found=table.shape,
        shape=shape,
    )
    require(
        not table.size or table.min() >= 0,
        "an amount is {n}; it must be 0 or more",
        where=name,
        n=table.min(initial=0),
    )


def _once(what: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for each in ids:
        require(each not in seen, "{what} {id} is there twice; ids must differ", what=what, id=each)
        seen.add(each)
