"""A plan at once, the soonest trip for the worst casualties first; then better ones by changing single trips."""

from __future__ import annotations

import random
from typing import Final

from dispatch.casualties.problem import (
    FAR,
    SEVERITIES,
    CasualtyProblem,
    Progress,
    Step,
    Trip,
    Value,
    decode,
    value,
)

ROUNDS: Final = 3000
"""Changes that are tried: a second or two of work at a hundred casualties."""


def greedy(problem: CasualtyProblem) -> list[Trip]:
    """Carry red, then yellow, then green, always by the trip that is soonest in hospital."""
    progress, trips = Progress(problem), list[Trip]()
    for severity in range(SEVERITIES):
        while True:
            best = _soonest(progress, severity)
            if best is None:
                break
            unit, site, hospital = best
            trip = progress.go(unit, (site, hospital), progress.most(unit, site, hospital))
            if trip is not None:  # the soonest has a way
                trips.append(trip)
    return trips


def _soonest(progress: Progress, severity: int) -> Step | None:
    problem = progress.problem
    found, best = FAR, None
    sites = [site for site in problem.sites if progress.left[site][severity]]
    hospitals = [h for h in problem.hospitals if progress.beds[h][severity]]
    for unit in problem.units:
        at, free = progress.at[unit], progress.free[unit]
        if free >= found or not room_for(problem, unit, severity):
            continue
        for site in sites:
            for hospital in hospitals:
                arrives = problem.arrival(unit, at, free, (site, hospital))
                if arrives < found:
                    found, best = arrives, (unit, site, hospital)
    return best


def room_for(problem: CasualtyProblem, unit: int, severity: int) -> int:
    """Give the places of a unit for a severity."""
    return problem.places[unit] if severity == SEVERITIES - 1 else problem.lying[unit]


def improve(
    problem: CasualtyProblem,
    trips: list[Trip],
    *,
    seed: int,
    rounds: int = ROUNDS,
    enough: Value = (0, 0, 0),
) -> list[Trip]:
    """Change single trips at random and keep what is no worse; the same seed gives the same plan.

    Parameters
    ----------
    problem, trips
        The question and a plan to start from.
    seed, rounds
        Of the draws, and how many.
    enough
        A bound: a plan that meets it ends the search.
    """
    dice = random.Random(seed)  # noqa: S311 - a search, not a secret
    steps = [
        (trip.unit, trip.site, trip.hospital) for trip in sorted(trips, key=lambda t: (t.arrives, t.unit))
    ]
    best, found = value(problem, trips), trips
    current = best
    for _ in range(rounds if steps else 0):
        if best <= enough:
            break
        other = _changed(problem, steps, dice)
        made = decode(problem, other)
        worth = value(problem, made)
        if worth <= current:
            steps, current = [(t.unit, t.site, t.hospital) for t in made], worth
        if worth < best:
            best, found = worth, made
    return found


def _changed(problem: CasualtyProblem, steps: list[Step], dice: random.Random) -> list[Step]:
    """Change one trip's unit, hospital, site or turn; or put one more in, or swap the units of two."""
    other = list(steps)
    k = dice.randrange(len(other))
    unit, site, hospital = other[k]
    kind = dice.randrange(6)
    if kind == 0:
        other[k] = (dice.choice(problem.units), site, hospital)
    elif kind == 1:
        other[k] = (unit, site, dice.choice(problem.hospitals))
    elif kind == 2:  # noqa: PLR2004 - one of six kinds
        other[k] = (unit, dice.choice(problem.sites), hospital)
    elif kind == 3:  # noqa: PLR2004
        other.insert(dice.randrange(len(other) + 1), other.pop(k))
    elif kind == 4:  # noqa: PLR2004
        step = (dice.choice(problem.units), site, dice.choice(problem.hospitals))
        other.insert(dice.randrange(len(other) + 1), step)
    else:
        j = dice.randrange(len(other))
        other[k], other[j] = (other[j][0], site, hospital), (unit, *other[j][1:])
    return other


def best_of(first: list[Trip], second: list[Trip], problem: CasualtyProblem) -> tuple[list[Trip], Value]:
    """Give the better of two plans, the first of equals."""
    one, two = value(problem, first), value(problem, second)
    return (second, two) if two < one else (first, one)
