"""Seeded instances of the Rescue Unit Assignment and Scheduling Problem.

Three families after Wex, Schryen, Feuerriegel and Neumann (EJOR 2014), 10 to 40 incidents and units. Their instances
were never published, and their generator could not be read where this was written, only the abstract and works that
cite it; what follows is therefore **assumed**, not copied. In all families: five capabilities, each incident needs
one of them (uniform), each unit has each with probability 1/2 and at least one, severity uniform in 1..5.

``wex``
    All times are independent draws for each unit and each ordered pair of incidents: service N(20, 10) minutes cut off
    below at 1, travel N(1, 0.3) minutes cut off at 0.1. Travel hardly matters; all units are free at once.
``far``
    The same with travel N(20, 6) minutes cut off at 2: travel matters as much as service. The hardest.
``roads``
    On a map: units and incidents uniform in a square of 30 km, travel at a speed of each unit's own (40 to 70 km/h,
    1.3 times the straight line, 2 minutes to turn out), service N(60, 30) minutes cut off below at 10, and a third of
    the units are still busy for up to an hour.

Times are whole deciseconds. The same arguments give the same instance: the draws come from NumPy's Mersenne
Twister, whose streams NumPy keeps, and `digest` names what came out.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.sequencing.parts import JointProblem, joint_problem
from dispatch.sequencing.problem import Problem, problem
from kernels.jit import NEVER

FAMILIES: Final = ("wex", "far", "roads")
CAPABILITIES: Final = 5
SEVERITIES: Final = 5
_MINUTE: Final = 600


def instance(family: str, incidents: int, units: int, seed: int) -> Problem:
    """Make one instance.

    Parameters
    ----------
    family
        One of `FAMILIES`.
    incidents, units
        Its size.
    seed
        Any whole number from 0.
    """
    # the old generator on purpose: NumPy promises that its streams never change (NEP 19)
    draws = np.random.RandomState([FAMILIES.index(family), incidents, units, seed])
    severity = draws.randint(1, SEVERITIES + 1, incidents)
    able = capable(draws, incidents, units)
    if family != "roads":
        mean = 1.0 if family == "wex" else 20.0
        service = _normal(draws, 20, 10, 1, (units, incidents))
        first = _normal(draws, mean, 0.3 * mean, 0.1 * mean, (units, incidents))
        between = _normal(draws, mean, 0.3 * mean, 0.1 * mean, (units, incidents, incidents))
        free = np.zeros(units)
    else:
        service = _normal(draws, 60, 30, 10, (units, incidents))
        first, between = _map(draws, incidents, units)
        free = np.where(
            draws.random_sample(units) < 1 / 3, np.rint(draws.random_sample(units) * 60 * _MINUTE), 0
        )
    return problem(
        weight=severity,
        service=np.where(able, service, NEVER),
        first=first,
        between=between,
        profile=np.arange(units),
        free=free,
    )


def joint_instance(
    family: str, incidents: int, units: int, seed: int, *, together: bool = True
) -> JointProblem:
    """Make an instance whose incidents need one to three units, each of another capability.

    One part with probability 1/2, two with 1/3, three with 1/6; else as in `instance`.
    """
    draws = np.random.RandomState([100 + FAMILIES.index(family), incidents, units, seed])
    count = draws.choice([1, 2, 3], size=incidents, p=[1 / 2, 1 / 3, 1 / 6])
    incident = np.repeat(np.arange(incidents), count)
    plain = instance(family, incidents, units, seed)
    has = _capabilities(draws, units)
    need = np.concatenate([draws.choice(CAPABILITIES, size=parts, replace=False) for parts in count])
    service = _normal(draws, 60, 30, 10, has[:, need].shape)
    if family != "roads":
        service = _normal(draws, 20, 10, 1, has[:, need].shape)
    parts = problem(
        weight=plain.weight[incident],
        service=np.where(has[:, need], service, NEVER),
        first=plain.first[:, incident],
        between=plain.between[:, incident][:, :, incident],
        profile=plain.profile,
        free=plain.free,
    )
    return joint_problem(parts, incident, plain.weight, together=together)


def capable(draws: np.random.RandomState, incidents: int, units: int) -> NDArray[np.bool_]:
    """Draw which unit can serve which incident, bool[units, incidents]: at least one unit for each."""
    need = draws.randint(0, CAPABILITIES, incidents)
    able: NDArray[np.bool_] = _capabilities(draws, units)[:, need]
    return able


def _capabilities(draws: np.random.RandomState, units: int) -> NDArray[np.bool_]:
    """Draw what each unit can do, bool[units, CAPABILITIES]: each at least one thing, each thing by somebody."""
    has: NDArray[np.bool_] = draws.random_sample((units, CAPABILITIES)) < 1 / 2
    has[np.arange(units), draws.randint(0, CAPABILITIES, units)] = True
    for capability in range(CAPABILITIES):
        if not has[:, capability].any():
            has[draws.randint(0, units), capability] = True
    return has


def _normal(
    draws: np.random.RandomState, mean: float, deviation: float, least: float, shape: tuple[int, ...]
) -> NDArray[np.float64]:
    """Draw times in whole deciseconds from a normal distribution in minutes, cut off below."""
    times: NDArray[np.float64] = np.rint(np.maximum(draws.normal(mean, deviation, shape), least) * _MINUTE)
    return times


def _map(
    draws: np.random.RandomState, incidents: int, units: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw places and speeds; travel in deciseconds from the stands, and between incidents for each unit."""
    stand, place = draws.random_sample((units, 2)) * 30, draws.random_sample((incidents, 2)) * 30
    pace = 60 * _MINUTE * 1.3 / (40 + 30 * draws.random_sample(units))
    from_stand = np.hypot(*np.moveaxis(stand[:, None] - place[None], 2, 0))
    from_place = np.hypot(*np.moveaxis(place[:, None] - place[None], 2, 0))
    turnout = 2 * _MINUTE
    return np.rint(from_stand * pace[:, None]) + turnout, np.rint(
        from_place[None] * pace[:, None, None]
    ) + turnout


def digest(problem: Problem) -> str:
    """Name the tables of an instance in 16 hex digits."""
    state = sha256()
    for name in ("weight", "service", "first", "between", "profile", "free", "release", "locked"):
        state.update(getattr(problem, name).tobytes())
    return state.hexdigest()[:16]
