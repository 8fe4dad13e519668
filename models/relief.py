"""What people in need are given: rates of relief by group, season and day, and the needs that follow from them.

Rates are data that planners edit (TOML, read by `models.codec`). No number of them stands in code; each says where it
comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Final

from models.errors import at_most, require
from models.incident import Stake
from models.place import STRICT, Name
from models.season import Likelihood, Season
from models.units import LONGEST_S, MOST

RELIEF_SCHEMA: Final = "rescue-dispatch/relief/1"
NEEDS_SCHEMA: Final = "rescue-dispatch/needs/1"

LONGEST_DAYS: Final = 90
"""The longest stay that is estimated: as long as the latest deadline taken for meant (`models.units.LONGEST_S`)."""

OTHERWISE: Final = "default"
"""The key of the shares for incident types that have none of their own."""


class Group(StrEnum):
    """Who is given something: all affected, those who had to leave, of these those in shelters and in tents."""

    AFFECTED = "affected"
    RELOCATED = "relocated"
    SHELTERED = "sheltered"
    TENTED = "tented"


class Every(StrEnum):
    """Whether a thing is needed once, or anew each day."""

    ONCE = "once"
    DAY = "day"


def _rising(low: float, likely: float, high: float) -> None:
    require(
        0 <= low <= likely <= high,
        "low, likely and high must rise from 0 on, got {low}, {likely}, {high}",
        low=low,
        likely=likely,
        high=high,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A number that is not known for sure: at least, most likely, at most."""

    __pydantic_config__ = STRICT

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        _rising(self.low, self.likely, self.high)
        at_most(self.high, MOST, "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """A whole number that is not known for sure: at least, most likely, at most."""

    __pydantic_config__ = STRICT

    low: int
    likely: int
    high: int

    def __post_init__(self) -> None:
        _rising(self.low, self.likely, self.high)

    def __iter__(self) -> Iterator[int]:
        """Low, likely, high."""
        return iter((self.low, self.likely, self.high))

    def of(self, which: Likelihood) -> int:
        """Give one of the three."""
        return tuple(self)[tuple(Likelihood).index(which)]


def exactly(number: float) -> Fraction:
    """Give the decimal number that was written down, so that 0.1 times 30 is 3 and not a little more."""
    return Fraction(repr(number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """How much one person is given from a day on, in some seasons (none named: in all).

    Exactly one of `per_person` (units of the item, per day where it recurs) and `serves` (people that share one unit).
    """

    __pydantic_config__ = STRICT

    per_person: Band | None = None
    serves: Band | None = None
    from_day: int = 1
    seasons: tuple[Season, ...] = ()

    def __post_init__(self) -> None:
        require(
            (self.per_person is None) != (self.serves is None),
            "an amount gives exactly one of per_person and serves",
        )
        require(
            self.serves is None or self.serves.low > 0, "serves.low must be above 0: a unit serves somebody"
        )
        require(
            1 <= self.from_day <= LONGEST_DAYS,
            "from_day is a day from 1 to {most}, got {n}",
            most=LONGEST_DAYS,
            n=self.from_day,
        )

    @property
    def each(self) -> tuple[Fraction, Fraction, Fraction]:
        """Units per person, low, likely, high; the more people share a unit, the fewer units."""
        if self.serves is not None:
            return (
                1 / exactly(self.serves.high),
                1 / exactly(self.serves.likely),
                1 / exactly(self.serves.low),
            )
        if self.per_person is None:  # refused above
            raise AssertionError
        return exactly(self.per_person.low), exactly(self.per_person.likely), exactly(self.per_person.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What one group is given of one item; for all incident types, or for those named.

    `basis` says where the numbers come from: a source, or "estimate".
    """

    __pydantic_config__ = STRICT

    item: str
    group: Group
    every: Every
    amounts: tuple[Amount, ...]
    deadline_s: int
    basis: str
    incidents: tuple[str, ...] = ()
    stake: Stake = Stake.LIFE

    def __post_init__(self) -> None:
        require(
            bool(self.basis.strip()), "rate of {item}: basis names a source or says estimate", item=self.item
        )
        require(
            self.deadline_s > 0,
            "rate of {item}: deadline_s must be above 0, got {n}",
            item=self.item,
            n=self.deadline_s,
        )
        at_most(self.deadline_s, LONGEST_S, "deadline_s", where=self.item)
        for season in Season:
            for name, found in (("its own", self._named(season)), ("all", self._general())):
                days = [amount.from_day for amount in found]
                require(
                    len(set(days)) == len(days),
                    "rate of {item}: two amounts hold from the same day on in {season} ({name})",
                    item=self.item,
                    season=season,
                    name=name,
                )
            require(
                any(amount.from_day == 1 for amount in (*self._named(season), *self._general())),
                "rate of {item}: no amount holds from day 1 on in {season}",
                item=self.item,
                season=season,
            )
        require(
            self.every is Every.DAY or all(amount.from_day == 1 for amount in self.amounts),
            "rate of {item}: what is given once is given on day 1; drop from_day or write every = day",
            item=self.item,
        )

    def applies_to(self, kind: str) -> bool:
        """Whether the rate holds for a type of incident."""
        return not self.incidents or kind in self.incidents

    def amount(self, season: Season, day: int) -> Amount:
        """Give the amount of a day: the latest that has begun; one that names the season before one that does not."""
        own = [amount for amount in self._named(season) if amount.from_day <= day]
        general = [amount for amount in self._general() if amount.from_day <= day]
        return max(own or general, key=lambda amount: amount.from_day)

    def _named(self, season: Season) -> list[Amount]:
        return [amount for amount in self.amounts if season in amount.seasons]

    def _general(self) -> list[Amount]:
        return [amount for amount in self.amounts if not amount.seasons]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Who is in which group: `relocated` of those affected, `sheltered` and `tented` of those relocated."""

    __pydantic_config__ = STRICT

    relocated: Band
    sheltered: Band
    tented: Band
    basis: str

    def __post_init__(self) -> None:
        require(bool(self.basis.strip()), "basis names a source or says estimate")
        for name in ("relocated", "sheltered", "tented"):
            require(
                getattr(self, name).high <= 1,
                "{name} is a share from 0 to 1, got {n}",
                name=name,
                n=getattr(self, name).high,
            )


class Stay(StrEnum):
    """How long people stay, after GB 51143: the longer, the more room each needs."""

    EMERGENCY = "emergency"
    TEMPORARY = "temporary"
    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """Room that a person needs in a stay of up to so many days."""

    __pydantic_config__ = STRICT

    m2: float
    up_to_days: int
    basis: str

    def __post_init__(self) -> None:
        require(self.m2 > 0, "m2 of a stay must be above 0, got {n}", n=self.m2)
        require(self.up_to_days >= 1, "up_to_days must be at least 1, got {n}", n=self.up_to_days)
        require(bool(self.basis.strip()), "basis names a source or says estimate")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefRates:
    """A versioned set of rates: shares by incident type (`default` for all others), room by stage, rates by item."""

    __pydantic_config__ = STRICT

    schema: str
    version: str
    name: Name
    basis: str
    shares: Mapping[str, Shares]
    space: Mapping[Stay, Space]
    rates: tuple[Rate, ...]

    def __post_init__(self) -> None:
        require(
            self.schema == RELIEF_SCHEMA,
            "schema {found!r} is not known; write {known}",
            found=self.schema,
            known=RELIEF_SCHEMA,
        )
        require(OTHERWISE in self.shares, "shares misses default, which holds for all other incident types")
        for stage in Stay:
            require(stage in self.space, "space misses {stage}", stage=stage.value)
        stages = [self.space[stage] for stage in Stay]
        require(
            all(one.m2 <= next_.m2 and one.up_to_days < next_.up_to_days for one, next_ in pairwise(stages)),
            "space: the longer the stay, the more room; m2 and up_to_days must rise from emergency to long",
        )
        require(bool(self.rates), "rates is empty; give at least one")
        for one, other in combinations(self.rates, 2):
            overlap = not one.incidents or not other.incidents or set(one.incidents) & set(other.incidents)
            require(
                one.item != other.item or not overlap,
                "rates: {item} stands twice for the same type of incident; join the two or name other incidents",
                item=one.item,
            )

    def shares_of(self, kind: str) -> Shares:
        """Give the shares of a type of incident."""
        return self.shares.get(kind, self.shares[OTHERWISE])

    def stage_of(self, days: int) -> Stay:
        """Give the stage of a stay of so many days; the longest where it is longer than all."""
        return next((stage for stage in Stay if days <= self.space[stage].up_to_days), Stay.LONG)

    def check_known(self, items: Iterable[str], kinds: Iterable[str]) -> None:
        """Refuse an item or a type of incident that the district does not know.

        Raises
        ------
        InputError
            Naming the rate by its place.
        """
        known_items, known_kinds = set(items), set(kinds)
        for i, rate in enumerate(self.rates):
            require(
                rate.item in known_items,
                "no {what} {id!r} in this world",
                where=f"rates[{i}].item",
                what="item",
                id=rate.item,
            )
            for kind in rate.incidents:
                require(
                    kind in known_kinds,
                    "type {type!r} is not in the doctrine; it lists {known}",
                    where=f"rates[{i}].incidents",
                    type=kind,
                    known=", ".join(sorted(known_kinds)),
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedLine:
    """What is needed of one item: units in all, and new on each day."""

    __pydantic_config__ = STRICT

    item: str
    group: Group
    every: Every
    total: Counts
    by_day: tuple[Counts, ...]
    deadline_s: int
    stake: Stake
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """An estimate of what people need over some days. Low, likely and high go with low, likely and high throughout."""

    __pydantic_config__ = STRICT

    schema: str
    rates: str
    type: str
    season: Season
    days: int
    people: int
    groups: Mapping[Group, Counts]
    shares_basis: str
    lines: tuple[NeedLine, ...]
