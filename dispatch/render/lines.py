"""What a report says, before it has a form: every word and figure of a plan in one language.

The text and the HTML report are two layouts of the same values, so they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch.language import Phrases
from dispatch.render.sections import Section
from models.plan import EtaParts


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """One team or truck under way to one incident."""

    id: str
    name: str
    kind: str
    """Echelon of a team, tier of a depot."""
    brings: str
    """Strength a team fills, loads of a truck."""
    departs: str
    arrives: str
    arrives_at: datetime
    eta: EtaParts
    due_at: datetime | None
    """The tightest target among the needs this trip serves."""
    late: str
    """How long after `due_at` it arrives; "" where it is in time."""
    distance: str
    mass: str = ""
    approver: str = ""
    locked: bool = False
    why: str = ""
    next_best: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedLine:
    """How one need fares under the plan."""

    what: str
    needed: int
    met: int
    due: str
    full: str
    """Clock time at which all that is met is on scene; "" where nothing comes."""
    late: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortfallLine:
    """What stays unmet, why, and what would help."""

    incident: str
    what: str
    missing: int
    needed: int
    limit: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """One incident with what it needs and what comes."""

    id: str
    name: str
    type: str
    grade: str
    level: str
    warning: str
    """Colour as a word; "" where no warning is in force."""
    colour: str
    """Colour as the value of `models.place.Colour`; "" where no warning is in force."""
    people: int
    reported: str
    needs: tuple[NeedLine, ...]
    teams: tuple[Trip, ...]
    trucks: tuple[Trip, ...]
    shortfalls: tuple[ShortfallLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelLine:
    """One level of the objective."""

    level: int
    name: str
    unit: str
    value: int
    bound: int
    gap: str
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """Everything a report shows."""

    phrases: Phrases
    world: str
    demo: bool
    label: str
    request: str
    made_for: datetime
    incidents: tuple[IncidentView, ...]
    objective: tuple[LevelLine, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    checked: bool
    check_ok: bool
    faults: tuple[str, ...]
    digest: str
    doctrine: str
    solver: str
    seed: int

    @property
    def title(self) -> str:
        """Name of the plan, with that of the world unless it says it itself."""
        return self.label if self.world in self.label else f"{self.label}  {self.world}"

    @property
    def teams(self) -> int:
        """Number of teams sent."""
        return sum(len(incident.teams) for incident in self.incidents)

    @property
    def trucks(self) -> int:
        """Number of trucks sent."""
        return sum(len(incident.trucks) for incident in self.incidents)

    @property
    def shortfalls(self) -> tuple[ShortfallLine, ...]:
        """All that stays unmet."""
        return tuple(line for incident in self.incidents for line in incident.shortfalls)

    @property
    def late(self) -> int:
        """Number of needs that are met after their target."""
        return sum(bool(need.late) for incident in self.incidents for need in incident.needs)
