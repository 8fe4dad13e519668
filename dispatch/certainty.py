"""How sure a strength is when some teams may not turn out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment import Sent
from dispatch.problem import Problem
from models.plan import Certainty

_ROUNDING: Final = 1e-12
"""What sums of chances may be off."""


def certainties(problem: Problem, sent: Sequence[Sent]) -> Iterator[Certainty]:
    """State for each need that an uncertain team serves how sure its strength is, and by when it is sure enough.

    All of a team's strength counts once it is there: a need of 4 that two teams of 3 serve is met in full only where
    both come, and a team that is sent for another need of the incident helps where others stay away. Teams turn out
    independently of each other; one that has left already is sure to come.
    """
    confidence, now = problem.doctrine.volunteers.confidence, problem.request.now
    left = {each.team for each in problem.request.engaged if each.departs_at <= now}
    turns_out = [1.0 if team.id in left else team.availability for team in problem.teams]
    unsure = {n for each in sent if turns_out[each.team] < 1 for n, _ in each.fills}
    at: dict[int, list[int]] = {}
    for each in sent:
        at.setdefault(each.incident, []).append(each.team)
    for n in sorted(unsure):
        demand = problem.force.demands[n]
        capability = demand.need.capability
        here = [t for t in at[demand.incident] if problem.force.counts[t, n] > 0]
        here.sort(key=lambda t: (int(problem.force.ready_s[t, n]), t))
        chances = np.array([1.0, *[0.0] * demand.need.strength])
        probability, by = 0.0, None
        for t in here:
            chances = _joined(chances, problem.teams[t].strengths.get(capability, 0), turns_out[t])
            probability = float(chances[-1])
            if by is None and probability >= confidence - _ROUNDING:
                by = problem.request.now + timedelta(seconds=int(problem.force.ready_s[t, n]))
        yield Certainty(
            incident=problem.incidents[demand.incident].id,
            capability=capability,
            probability=round(probability, 6),
            confidence=confidence,
            by=by,
        )


def _joined(chances: NDArray[np.float64], units: int, availability: float) -> NDArray[np.float64]:
    """Chances of 0, 1, 2 ... units (the last entry: that or more) once one more team may have come."""
    come = np.zeros_like(chances)
    last = chances.size - 1
    for had, chance in enumerate(chances):
        come[min(last, had + units)] += chance * availability
    together: NDArray[np.float64] = chances * (1 - availability) + come
    return together
