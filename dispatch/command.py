"""Who leads at an incident, and when command is handed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from models.force import Echelon
from models.plan import Assignment, Command

_RANK: Final = {
    Echelon.VOLUNTEER: 0,
    Echelon.VILLAGE: 1,
    Echelon.ENTERPRISE: 1,
    Echelon.AIR: 1,
    Echelon.MUTUAL_AID: 2,
    Echelon.TOWN: 3,
    Echelon.SPECIALIST: 4,
    Echelon.DISTRICT: 5,
    Echelon.MUNICIPAL: 6,
}
"""Rising order of command: the town acts first, the district takes over, the municipality at the worst (estimate)."""


def commands(assignments: Sequence[Assignment]) -> Iterator[Command]:
    """Give the leaders of each incident one after another: the first to arrive, then each of a higher echelon."""
    for incident in dict.fromkeys(each.incident for each in assignments):
        leader: Assignment | None = None
        here = [each for each in assignments if each.incident == incident]
        for each in sorted(here, key=lambda one: (one.arrives_at, -_RANK[one.echelon], one.team)):
            if leader is None or _RANK[each.echelon] > _RANK[leader.echelon]:
                leader = each
                yield Command(
                    incident=incident, team=each.team, echelon=each.echelon, begins_at=each.arrives_at
                )
