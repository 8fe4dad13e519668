"""The response plan (预案): what each type of incident needs at each level, and who may be called.

A doctrine is data that planners edit (TOML, read by `models.codec`). No number of it stands in code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil

from models.errors import InputError, at_most, require
from models.floors import Floors
from models.force import Echelon
from models.incident import ForceNeed, Grade, Incident, ResponseLevel, Stake, SupplyNeed
from models.place import STRICT, Colour, Name
from models.units import LONGEST_S, MOST

_RANK = {level: rank for rank, level in enumerate(ResponseLevel)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyRule:
    """Demand for an item: `per_person` times the people affected, at least `minimum`, rounded up."""

    __pydantic_config__ = STRICT

    item: str
    deadline_s: int
    per_person: float = 0.0
    minimum: int = 0
    stake: Stake = Stake.LIFE

    def __post_init__(self) -> None:
        require(
            self.per_person >= 0,
            "supply {item}: per_person is {n}, it cannot be negative",
            item=self.item,
            n=self.per_person,
        )
        require(
            self.minimum >= 0,
            "supply {item}: minimum is {n}, it cannot be negative",
            item=self.item,
            n=self.minimum,
        )
        require(
            self.per_person > 0 or self.minimum > 0,
            "supply {item}: give per_person or minimum above 0",
            item=self.item,
        )
        require(
            self.deadline_s > 0,
            "supply {item}: deadline_s must be above 0, got {n}",
            item=self.item,
            n=self.deadline_s,
        )

        at_most(self.minimum, MOST, "minimum", where=self.item)
        at_most(self.per_person, MOST, "per_person", where=self.item)
        at_most(self.deadline_s, LONGEST_S, "deadline_s", where=self.item)

    def need(self, people: int) -> SupplyNeed | None:
        """The need for `people` affected; None where it is nothing."""
        quantity = min(MOST, max(self.minimum, ceil(self.per_person * people)))
        if quantity == 0:
            return None
        return SupplyNeed(item=self.item, quantity=quantity, deadline_s=self.deadline_s, stake=self.stake)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnScene:
    """Seconds a team works at an incident: at least, most likely, at most."""

    __pydantic_config__ = STRICT

    low_s: int
    likely_s: int
    high_s: int

    def __post_init__(self) -> None:
        require(
            0 < self.low_s <= self.likely_s <= self.high_s,
            "on_scene needs 0 < low_s <= likely_s <= high_s, got {low}, {likely}, {high}",
            low=self.low_s,
            likely=self.likely_s,
            high=self.high_s,
        )
        at_most(self.high_s, LONGEST_S, "high_s", where="on_scene")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What one incident type needs at one response level."""

    __pydantic_config__ = STRICT

    first_arrival_s: int
    force: tuple[ForceNeed, ...]
    supplies: tuple[SupplyRule, ...] = ()
    on_scene: OnScene | None = None

    def __post_init__(self) -> None:
        require(self.first_arrival_s > 0, "first_arrival_s must be above 0, got {n}", n=self.first_arrival_s)
        require(bool(self.force), "a response needs at least one force need")


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentType:
    """A type of incident with its GB/T 35561 class and its four responses."""

    __pydantic_config__ = STRICT

    code: str
    name: Name
    responses: Mapping[ResponseLevel, Response]

    def __post_init__(self) -> None:
        missing = [level.value for level in ResponseLevel if level not in self.responses]
        require(
            not missing,
            "response level {levels} is missing; all of I, II, III and IV are needed",
            levels=", ".join(missing),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRule:
    """Who may be called at a response level, cheapest first, and whose word it takes."""

    __pydantic_config__ = STRICT

    echelons: tuple[Echelon, ...]
    approver: Name

    def __post_init__(self) -> None:
        require(bool(self.echelons), "a response level needs at least one echelon")
        require(len(set(self.echelons)) == len(self.echelons), "an echelon stands twice in the order")


class Scope(StrEnum):
    """Whose teams a reserve rule counts together."""

    TOWN = "town"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """Free teams of some echelons that stay at home: `keep` of each town, or of the whole district.

    The rule binds calls from elsewhere: an incident in the town itself may have them all, and so may every incident
    whose response level is `lifted_at` or higher.
    """

    __pydantic_config__ = STRICT

    name: Name
    echelons: tuple[Echelon, ...]
    scope: Scope
    keep: int
    lifted_at: ResponseLevel

    def __post_init__(self) -> None:
        require(bool(self.echelons), "a reserve rule needs at least one echelon")
        require(self.keep >= 1, "keep of a reserve rule must be at least 1, got {n}", n=self.keep)

    def binds(self, level: ResponseLevel) -> bool:
        """Whether an incident at this response level must leave the reserve alone."""
        return _RANK[level] > _RANK[self.lifted_at]


class VolunteerStrength(StrEnum):
    """How much of a team counts that may not turn out."""

    FULL = "full"
    EXPECTED = "expected"
    """Strength times availability, rounded down, at least 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volunteers:
    """How teams with an availability below 1 are counted, and how sure a stated time must be."""

    __pydantic_config__ = STRICT

    count: VolunteerStrength = VolunteerStrength.FULL
    confidence: float = 0.9

    def __post_init__(self) -> None:
        require(
            0 < self.confidence < 1,
            "volunteers.confidence is a probability between 0 and 1, got {n}",
            n=self.confidence,
        )

    def strength(self, strength: int, availability: float) -> int:
        """Units that count of a team of this strength."""
        if self.count is VolunteerStrength.FULL or availability >= 1 or strength == 0:
            return strength
        return max(1, int(strength * availability + 1e-9))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What is to be left behind: free teams near the people at risk, by the colour of the risk.

    A cell of the risk surface is covered `k` times by the free teams of `echelons` that reach it within `within_s`.
    Its expected cover is its people times the weight of its colour times 1 - busy^k (MEXCLP, Daskin 1983). A cell of
    red or orange that is covered by nobody within `twice_s` breaks the double standard (Gendreau et al. 1997).
    Free teams of `movers`, some of `echelons`, may be proposed to stand elsewhere: at most `most_moves`, each for a
    gain of at least `least_gain` of all the cover there could be, and none farther away than `move_within_s`.
    """

    __pydantic_config__ = STRICT

    echelons: tuple[Echelon, ...]
    within_s: int
    twice_s: int
    busy: float
    weights: Mapping[Colour, int]
    movers: tuple[Echelon, ...] = ()
    most_moves: int = 3
    least_gain: float = 0.002
    move_within_s: int = 3600

    def __post_init__(self) -> None:
        require(bool(self.echelons), "cover needs at least one echelon")
        for mover in self.movers:
            require(
                mover in self.echelons,
                "cover.movers lists {mover}, which is not in cover.echelons; only teams that count as cover move",
                mover=mover.value,
            )
        require(self.most_moves >= 0, "cover.most_moves is {n}, it cannot be negative", n=self.most_moves)
        require(
            0 < self.least_gain < 1,
            "cover.least_gain is a share between 0 and 1, got {n}",
            n=self.least_gain,
        )
        require(self.move_within_s > 0, "cover.move_within_s must be above 0, got {n}", n=self.move_within_s)
        require(
            0 < self.within_s <= self.twice_s,
            "cover.within_s must be above 0 and at most twice_s, got {n} and {most}",
            n=self.within_s,
            most=self.twice_s,
        )
        require(0 < self.busy < 1, "cover.busy is a probability between 0 and 1, got {n}", n=self.busy)
        for colour in Colour:
            require(colour in self.weights, "cover.weights misses {key}", key=colour.value)
            require(self.weights[colour] >= 0, "cover.weights.{key} cannot be negative", key=colour.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Whole-number weights of the objective: by grade of the event, by what is at stake, and the price list of level 4.

    Arrivals within the same `response_step_s` count as equally fast, so that the order of echelons can decide;
    deliveries within the same `delivery_step_s`, so that the order of tiers can. An enterprise team within
    `enterprise_near_m` of the incident costs no echelon steps. Turning a rolling team to another incident must save
    `diversion_steps` of the incident's response; every order that is changed costs `change` seconds of driving.
    """

    __pydantic_config__ = STRICT

    grade: Mapping[Grade, int]
    stake: Mapping[Stake, int]
    response_step_s: int
    delivery_step_s: int
    echelon_step: int
    approval: int
    unreliability: int
    tier_step: int
    trip: int
    driving_hour: int
    enterprise_near_m: int = 0
    diversion_steps: int = 0
    change: int = 0

    def __post_init__(self) -> None:
        for name, table, keys in (("grade", self.grade, tuple(Grade)), ("stake", self.stake, tuple(Stake))):
            for key in keys:
                require(key in table, "weights.{name} misses {key}", name=name, key=key.value)
                require(table[key] >= 1, "weights.{name}.{key} must be at least 1", name=name, key=key.value)  # type: ignore[index]
        for name in ("response_step_s", "delivery_step_s"):
            require(getattr(self, name) >= 1, "weights.{name} must be at least 1", name=name)
        for name in (
            "echelon_step", "approval", "unreliability", "tier_step", "trip", "driving_hour", "enterprise_near_m",
            "diversion_steps", "change",
        ):  # fmt: skip
            require(getattr(self, name) >= 0, "weights.{name} cannot be negative", name=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctrine:
    """A versioned response plan."""

    __pydantic_config__ = STRICT

    schema: str
    version: str
    name: Name
    basis: str
    call_processing_s: int
    capabilities: Mapping[str, Name]
    levels: Mapping[ResponseLevel, LevelRule]
    weights: Weights
    incidents: Mapping[str, IncidentType]
    reserves: tuple[Reserve, ...] = ()
    volunteers: Volunteers = field(default_factory=Volunteers)
    cover: Cover | None = None
    on_scene: Mapping[ResponseLevel, OnScene] = field(default_factory=dict)
    floors: Floors | None = None

    def __post_init__(self) -> None:
        require(
            self.schema == "rescue-dispatch/doctrine/1",
            "schema {found!r} is not known; write rescue-dispatch/doctrine/1",
            found=self.schema,
        )
        require(
            self.call_processing_s >= 0,
            "call_processing_s is {n}, it cannot be negative",
            n=self.call_processing_s,
        )
        for level in ResponseLevel:
            require(
                level in self.levels,
                "levels misses {level}; all of I, II, III and IV are needed",
                level=level.value,
            )
        for key, kind in self.incidents.items():
            for level, response in kind.responses.items():
                for need in response.force:
                    self.check_capability(need.capability, f"incidents.{key}.responses.{level.value}")

    def check_capability(self, capability: str, where: str) -> None:
        """Refuse a capability that the catalogue does not list."""
        if capability not in self.capabilities:
            raise InputError(
                "capability {name!r} is not in the doctrine; it lists {known}",
                where=where,
                name=capability,
                known=", ".join(sorted(self.capabilities)),
            )

    def response_to(self, incident: Incident) -> Response:
        """The response this doctrine lays down for the incident."""
        kind = self.incidents.get(incident.type)
        if kind is None:
            raise InputError(
                "incident {id}: type {type!r} is not in the doctrine; it lists {known}",
                id=incident.id,
                type=incident.type,
                known=", ".join(sorted(self.incidents)),
            )
        return kind.responses[incident.response_level]

    def force_needs(self, incident: Incident) -> tuple[ForceNeed, ...]:
        """Force needs of the incident: its own where stated, else the doctrine's."""
        return self.response_to(incident).force if incident.force_needs is None else incident.force_needs

    def supply_needs(self, incident: Incident) -> tuple[SupplyNeed, ...]:
        """Supply needs of the incident: its own where stated, else the doctrine's for the people affected."""
        if incident.supply_needs is not None:
            return incident.supply_needs
        needs = (rule.need(incident.people_affected) for rule in self.response_to(incident).supplies)
        return tuple(need for need in needs if need is not None)

    def time_on_scene(self, incident: Incident) -> OnScene | None:
        """How long teams work at the incident: by its response, else by its level; None where nothing says."""
        return self.response_to(incident).on_scene or self.on_scene.get(incident.response_level)

    def weight(self, incident: Incident, stake: Stake) -> int:
        """Priority of a need: weight of the event's grade times weight of what is at stake."""
        return self.weights.grade[incident.grade] * self.weights.stake[stake]
